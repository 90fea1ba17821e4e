//! The only file that names reqwest.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::body::Chunks;
use super::{Body, HttpService, Incoming, Sent, TransportError, TransportFault};
use crate::client::Proxy;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::tls::{self, Identity, Root, TlsFault};

/// Idle connections are dropped early: a gateway that closes first turns the next write into an unknown outcome.
const IDLE: Duration = Duration::from_secs(10);
/// A connection that takes longer will not come; the attempt is then known as not sent.
const CONNECT: Duration = Duration::from_secs(15);

/// What a transport is made from.
#[derive(Debug, Default)]
pub(crate) struct Settings<'a> {
    pub(crate) identity: Option<&'a Identity>,
    pub(crate) roots: &'a [Root],
    pub(crate) proxy: Option<&'a Proxy>,
}

/// A mark on a request that wants a connection of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FreshConnection;

/// HTTP/1.1 over rustls.
#[derive(Debug)]
pub(crate) struct ReqwestService {
    pooled: ::reqwest::Client,
    fresh: ::reqwest::Client,
    identity: bool,
}

impl ReqwestService {
    pub(crate) fn new(settings: &Settings<'_>) -> Result<Self, Error> {
        Ok(ReqwestService {
            pooled: client(settings, usize::MAX)?,
            fresh: client(settings, 0)?,
            identity: settings.identity.is_some(),
        })
    }
}

fn client(settings: &Settings<'_>, idle_connections: usize) -> Result<::reqwest::Client, Error> {
    let mut builder = ::reqwest::Client::builder()
        .user_agent(concat!("rubank/", env!("CARGO_PKG_VERSION")))
        // Repeating and following are decided by us alone: they are decisions about money.
        .retry(::reqwest::retry::never())
        .redirect(::reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(idle_connections);
    if let Some(identity) = settings.identity {
        let identity =
            ::reqwest::Identity::from_pem(identity.pem()).map_err(|error| build_error(&error))?;
        builder = builder.identity(identity);
    }
    let mut roots = Vec::new();
    for root in settings.roots {
        roots.push(
            ::reqwest::Certificate::from_der(root.der()).map_err(|error| build_error(&error))?,
        );
    }
    if !roots.is_empty() {
        builder = builder.tls_certs_merge(roots);
    }
    if let Some(proxy) = settings.proxy {
        let mut made = ::reqwest::Proxy::all(proxy.url()).map_err(|error| build_error(&error))?;
        if let Some((user, password)) = proxy.login() {
            made = made.basic_auth(user, password);
        }
        builder = builder.proxy(made);
    }
    builder.build().map_err(|error| build_error(&error))
}

fn build_error(error: &::reqwest::Error) -> Error {
    let text = match tls::diagnose(error, false) {
        Some(TlsFault::SystemRootsMissing) => {
            "this machine has no system root certificates: install the package ca-certificates, \
             or add the bank's root with `extra_roots`"
        }
        _ => "the HTTP client could not be set up from this certificate, root or proxy",
    };
    Error::configuration(text)
}

impl HttpService for ReqwestService {
    fn call<'a>(
        &'a self,
        request: ::http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<::http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let client = match request.extensions().get::<FreshConnection>() {
                Some(FreshConnection) => &self.fresh,
                None => &self.pooled,
            };
            let request = convert(request, sent)?;
            let response = client
                .execute(request)
                .await
                .map_err(|error| classify(&error, self.identity))?;
            let (head, body) = ::http::Response::<::reqwest::Body>::from(response).into_parts();
            let length = body.size_hint().exact();
            Ok(::http::Response::from_parts(
                head,
                Incoming::new(
                    length,
                    Arriving {
                        body,
                        identity: self.identity,
                    },
                ),
            ))
        })
    }
}

fn convert(
    request: ::http::Request<Body>,
    sent: &Sent,
) -> Result<::reqwest::Request, TransportError> {
    let (head, body) = request.into_parts();
    let body = if body.length() == Some(0) {
        // hyper never polls a body of no bytes, so there is no later moment at which we could raise the flag, or ask for
        // the time once more.
        if !sent.try_raise() {
            return Err(TransportError::new(TransportFault::Lost, TOO_LATE).never_left());
        }
        ::reqwest::Body::from(Bytes::new())
    } else {
        ::reqwest::Body::wrap(Leaving {
            sent: sent.clone(),
            left: body.length(),
            chunks: body.into_chunks(),
        })
    };
    ::reqwest::Request::try_from(::http::Request::from_parts(head, body)).map_err(|_| {
        TransportError::new(TransportFault::Request, "the request is not valid HTTP").never_left()
    })
}

const TOO_LATE: &str = "the time of the call was over before the request left";

/// A request's body on its way out; being asked for the first chunk is the signal that the request leaves.
struct Leaving {
    sent: Sent,
    left: Option<u64>,
    chunks: Chunks,
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.sent.try_raise() {
            return Poll::Ready(Some(Err(io::Error::other(TOO_LATE))));
        }
        let polled = self.chunks.as_mut().poll_next(context);
        if let (Poll::Ready(Some(Ok(chunk))), Some(left)) = (&polled, self.left) {
            self.left = Some(left.saturating_sub(chunk.len() as u64));
        }
        polled.map(|next| next.map(|chunk| chunk.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

/// An answer's body on its way in.
struct Arriving {
    body: ::reqwest::Body,
    identity: bool,
}

impl Stream for Arriving {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => {
                    Poll::Ready(Some(Err(classify(&error, self.identity))))
                }
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(chunk) => Poll::Ready(Some(Ok(chunk))),
                    // Trailers: nothing that a bank's answer is read from.
                    Err(_) => continue,
                },
            };
        }
    }
}

/// Words the cause. Only a connection that was never made proves that nothing left.
fn classify(error: &::reqwest::Error, identity: bool) -> TransportError {
    let text = describe(error);
    let tls = tls::diagnose(error, identity);
    if error.is_connect() {
        let fault = tls.map_or(TransportFault::Connect, TransportFault::Tls);
        return TransportError::new(fault, text).never_left();
    }
    let fault = match tls {
        Some(fault) => TransportFault::Tls(fault),
        None if is_protocol(error) => TransportFault::Protocol,
        None => TransportFault::Lost,
    };
    TransportError::new(fault, text)
}

fn is_protocol(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| cause.to_string().starts_with("invalid HTTP"))
}

/// The texts of the chain, without the address and without repetitions.
fn describe(error: &::reqwest::Error) -> String {
    let mut said = HashSet::new();
    let mut texts = Vec::new();
    // The first text of reqwest names the address; the ones below it do not.
    for cause in chain(error).skip(1) {
        let text = cause.to_string();
        if said.insert(text.clone()) {
            texts.push(text);
        }
    }
    match texts.is_empty() {
        true => "the connection failed".to_owned(),
        false => texts.join(": "),
    }
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn a_body_whose_time_is_over_fails_before_its_first_byte_and_counts_as_not_sent() {
        let sent = Sent::unless(|| true);
        let body = Body::whole(Bytes::from_static(b"pay"));
        let mut leaving = Leaving {
            sent: sent.clone(),
            left: body.length(),
            chunks: body.into_chunks(),
        };
        let polled = Pin::new(&mut leaving).poll_frame(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(Some(Err(_)))));
        assert!(!sent.is_raised());
    }

    #[tokio::test]
    async fn of_a_request_whose_time_is_over_not_one_byte_arrives() {
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let received = tokio::spawn(async move {
            let (mut stream, _) = server.accept().await.unwrap();
            let mut received = Vec::new();
            let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut received).await;
            received
        });
        let settings = Settings {
            identity: None,
            roots: &[],
            proxy: None,
        };
        let service = ReqwestService::new(&settings).unwrap();
        let request = ::http::Request::post(format!("http://{address}/pay"))
            .body(Body::whole(Bytes::from_static(b"pay")))
            .unwrap();
        let sent = Sent::unless(|| true);
        assert!(service.call(request, &sent).await.is_err());
        assert!(!sent.is_raised());
        drop(service);
        assert_eq!(received.await.unwrap(), b"");
    }
}
