//! A received answer: status, headers and the collected body.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::read::{self, ReadError};

/// What the bank answered. `Debug` shows the status and the length, nothing of the body.
#[derive(Clone)]
pub struct Answer {
    /// The status of the answer.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub body: Bytes,
}

impl Answer {
    /// An answer as it was recorded.
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Answer { status, headers, body: body.into() }
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// The place and the rule, never the value.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        read::read(&self.body)
    }

    /// A header's text, if it is there and is ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the answer says that it is a web page: then a gateway spoke, not the bank's API.
    pub fn is_html(&self) -> bool {
        let declared = self.header("content-type").is_some_and(|value| {
            value.trim_start().to_ascii_lowercase().starts_with("text/html")
        });
        declared || self.body.trim_ascii_start().starts_with(b"<")
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status.as_u16())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}
