//! A transport that answers from a script: every fault, no network, no waiting.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use tokio::sync::Notify;

use super::{Body, HttpService, Incoming, Sent, TransportError, TransportFault};
use crate::future::BoxFuture;

/// What the script does with one request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// An answer, whole.
    Answer {
        /// Its status.
        status: u16,
        /// Its headers.
        headers: Vec<(&'static str, String)>,
        /// Its body.
        body: Bytes,
    },
    /// The head of an answer, then a part of the body, then the connection breaks.
    CutAnswer {
        /// Its status.
        status: u16,
        /// What arrives of the body.
        body: Bytes,
    },
    /// No connection is made.
    Refused,
    /// The TLS handshake fails.
    Tls(crate::tls::TlsFault),
    /// The connection breaks when nothing of the request had left.
    LostBeforeSending,
    /// The connection breaks when the request, or a part of it, had left.
    LostAfterSending,
    /// Nothing ever happens, and nothing of the request left.
    SilentBeforeSending,
    /// The request left, and nothing ever comes back.
    SilentAfterSending,
}

impl Reply {
    /// A JSON answer.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Reply::Answer {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.into(),
        }
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Reply::Answer {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// A web page, as gateways answer.
    pub fn html(status: u16) -> Self {
        Reply::Answer {
            status,
            headers: vec![("content-type", "text/html".to_owned())],
            body: Bytes::from_static(b"<html><body>gateway</body></html>"),
        }
    }

    /// Adds a header to an answer.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Reply::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

/// A request as the script saw it.
#[derive(Clone, PartialEq, Eq)]
pub struct SeenRequest {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub uri: Uri,
    /// All headers.
    pub headers: HeaderMap,
    /// The body; a stream is collected.
    pub body: Bytes,
}

/// A transport that answers request after request from a script. When the script is empty, the connection is refused.
///
/// Clones share the script.
#[derive(Clone, Default)]
pub struct ScriptedService {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<SeenRequest>>,
    arrived: Notify,
}

impl ScriptedService {
    /// A transport with its replies in order.
    pub fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        let service = ScriptedService::default();
        for reply in script {
            service.push(reply);
        }
        service
    }

    /// Adds a reply at the end.
    pub fn push(&self, reply: Reply) {
        self.shared
            .script
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(reply);
    }

    /// Every request that left, in order: those that were refused or lost before sending are not among them.
    pub fn seen(&self) -> Vec<SeenRequest> {
        self.shared
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many requests left.
    pub fn sends(&self) -> usize {
        self.shared
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// Waits until `count` requests have left.
    pub async fn when_sent(&self, count: usize) {
        loop {
            let arrived = self.shared.arrived.notified();
            if self.sends() >= count {
                return;
            }
            arrived.await;
        }
    }

    async fn record(&self, request: http::Request<Body>) {
        let (head, body) = request.into_parts();
        let mut chunks = body.into_chunks();
        let mut bytes = Vec::new();
        while let Some(Ok(chunk)) =
            std::future::poll_fn(|context| chunks.as_mut().poll_next(context)).await
        {
            bytes.extend_from_slice(&chunk);
        }
        let seen = SeenRequest {
            method: head.method,
            uri: head.uri,
            headers: head.headers,
            body: bytes.into(),
        };
        self.shared
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(seen);
        self.shared.arrived.notify_waiters();
    }
}

/// Method, path and lengths: query, headers and body hold tokens and people, in tests of real programs, too.
impl fmt::Debug for SeenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}, {} bytes",
            self.method,
            self.uri.path(),
            self.body.len()
        )
    }
}

impl fmt::Debug for ScriptedService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScriptedService({} requests seen)", self.sends())
    }
}

impl HttpService for ScriptedService {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        let reply = self
            .shared
            .script
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        Box::pin(async move {
            let lost = || TransportError::new(TransportFault::Lost, "connection closed");
            match reply.unwrap_or(Reply::Refused) {
                Reply::Refused => Err(TransportError::new(
                    TransportFault::Connect,
                    "connection refused",
                )
                .never_left()),
                Reply::Tls(fault) => Err(TransportError::new(
                    TransportFault::Tls(fault),
                    "handshake failed",
                )
                .never_left()),
                Reply::LostBeforeSending => Err(lost()),
                Reply::SilentBeforeSending => std::future::pending().await,
                Reply::LostAfterSending => {
                    sent.raise();
                    self.record(request).await;
                    Err(lost())
                }
                Reply::SilentAfterSending => {
                    sent.raise();
                    self.record(request).await;
                    std::future::pending().await
                }
                Reply::Answer {
                    status,
                    headers,
                    body,
                } => {
                    sent.raise();
                    self.record(request).await;
                    answer(status, &headers, Incoming::whole(body))
                }
                Reply::CutAnswer { status, body } => {
                    sent.raise();
                    self.record(request).await;
                    let chunks = futures_util::stream::iter([Ok(body), Err(lost())]);
                    answer(status, &[], Incoming::new(None, chunks))
                }
            }
        })
    }
}

fn answer(
    status: u16,
    headers: &[(&'static str, String)],
    body: Incoming,
) -> Result<http::Response<Incoming>, TransportError> {
    let broken = |_| TransportError::new(TransportFault::Protocol, "the script is not valid HTTP");
    let mut response = http::Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(status).map_err(|error| broken(error.to_string()))?;
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).map_err(|error| broken(error.to_string()))?;
        response
            .headers_mut()
            .append(HeaderName::from_static(name), value);
    }
    Ok(response)
}
