//! A file as it arrives.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};

use super::exchange::{Head, Reading};
use super::reading::refused;
use super::{Client, call};
use crate::clock::{Clock, within};
use crate::error::{Error, ErrorKind, Outcome};
use crate::http::Incoming;
use crate::operation::{Answer, Download, Effect, Provider};
use crate::retry::Failure;

pub(super) async fn download<P: Provider, O: Download<Provider = P>>(
    client: &Client<P>,
    operation: &O,
) -> Result<FileStream, Error> {
    let (content_type, body) = call::call::<P, O, _>(client, operation, file::<O>).await?;
    Ok(FileStream {
        provider: P::NAME,
        operation: O::META.id,
        content_type,
        total: body.length(),
        received: 0,
        limit: None,
        body: Some(body),
        clock: client.clock().clone(),
        patience: client.attempt_timeout(),
    })
}

type Received = (Option<String>, Incoming);

fn file<O: Download>(head: Head<'_>, body: Incoming) -> Reading<'_, Received> {
    Box::pin(async move {
        let status = head.parts.status;
        let headers = head.parts.headers.clone();
        if !head.meta.is_success(status.as_u16()) {
            return Err(refused::<O::Provider>(&head, body).await);
        }
        if is_json(&headers) {
            return Err(refused::<O::Provider>(&head, body).await);
        }
        let declared = Answer::new(status, headers, Bytes::new());
        if declared.is_html() {
            return Err(Failure::for_good(
                Error::new(ErrorKind::NotTheBank, Outcome::Unknown)
                    .with_status(status)
                    .with_text("the answer is a web page, not the bank's file"),
            ));
        }
        let kind = declared.header("content-type").map(str::to_owned);
        Ok((kind, body))
    })
}

/// No bank's file is JSON: it is an error that came under a status of success.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let declared = headers.get(header::CONTENT_TYPE);
    let declared = declared.and_then(|value| value.to_str().ok());
    let media_type = declared.and_then(|value| value.split(';').next());
    media_type.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// A file that is being received, chunk by chunk.
///
/// Each chunk has the attempt's time to arrive; the whole has no deadline, because only the caller knows how large a
/// file is worth waiting for.
pub struct FileStream {
    provider: &'static str,
    operation: &'static str,
    content_type: Option<String>,
    total: Option<u64>,
    received: u64,
    limit: Option<u64>,
    body: Option<Incoming>,
    clock: Arc<dyn Clock>,
    patience: Duration,
}

impl FileStream {
    /// Refuses a file of more than `bytes`: at the next chunk, or at once if the server announced its length.
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = Some(bytes);
        self
    }

    /// The content type that the server gave.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The whole length in bytes, if the server announced it.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// How many bytes have arrived.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The next chunk; `None` when the file is whole. After an error it is over.
    ///
    /// # Errors
    /// The connection broke, nothing came for a while, the file is larger than the limit or shorter than announced.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        if self.body.is_some() && self.is_too_large() {
            return Some(Err(self.too_large()));
        }
        let body = self.body.as_mut()?;
        let waited = within(self.clock.as_ref(), self.patience, body.next()).await;
        let Some(next) = waited else {
            return Some(Err(
                self.broken(ErrorKind::AttemptTimeout, "nothing came for too long")
            ));
        };
        match next {
            Some(Ok(chunk)) => {
                self.received += chunk.len() as u64;
                match self.is_too_large() {
                    true => Some(Err(self.too_large())),
                    false => Some(Ok(chunk)),
                }
            }
            Some(Err(error)) => Some(Err(
                self.broken(ErrorKind::ConnectionLost, error.to_string())
            )),
            None if self.total.is_some_and(|total| self.received < total) => Some(Err(self
                .broken(
                    ErrorKind::ConnectionLost,
                    "the file ended before its announced length",
                ))),
            None => {
                self.body = None;
                None
            }
        }
    }

    /// The whole file in memory, up to `limit` bytes.
    ///
    /// # Errors
    /// As [`next`](FileStream::next).
    pub async fn collect(self, limit: u64) -> Result<Bytes, Error> {
        let mut file = self.limit(limit);
        let mut whole = BytesMut::new();
        while let Some(chunk) = file.next().await {
            whole.extend_from_slice(&chunk?);
        }
        Ok(whole.freeze())
    }

    /// By what has come or by what was announced.
    fn is_too_large(&self) -> bool {
        let size = self.received.max(self.total.unwrap_or_default());
        self.limit.is_some_and(|limit| size > limit)
    }

    fn too_large(&mut self) -> Error {
        let limit = self.limit.unwrap_or_default();
        let text = format!("the file is larger than the limit of {limit} bytes");
        self.broken(ErrorKind::AnswerTooLarge, text)
    }

    fn broken(&mut self, kind: ErrorKind, text: impl Into<String>) -> Error {
        self.body = None;
        Error::new(kind, Outcome::Accepted)
            .with_text(text)
            .of_operation(self.provider, self.operation, Effect::Read)
    }
}

impl fmt::Debug for FileStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStream")
            .field("operation", &self.operation)
            .field("content_type", &self.content_type)
            .field("received", &self.received)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
