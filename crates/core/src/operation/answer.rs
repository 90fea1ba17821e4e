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
        Answer {
            status,
            headers,
            body: body.into(),
        }
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

    /// Whether the answer is a web page: then a gateway spoke, not the bank's API.
    ///
    /// It is one if it says so, or if it begins like one and does not say that it is something else than JSON or text:
    /// XML and files begin like that too.
    pub fn is_html(&self) -> bool {
        let declared = self
            .header("content-type")
            .map(|value| value.trim().to_ascii_lowercase());
        let is = |kind: &str| {
            declared
                .as_deref()
                .is_some_and(|value| value.starts_with(kind))
        };
        let vague = declared.is_none() || is("application/json") || is("text/plain");
        is("text/html") || (vague && self.body.trim_ascii_start().starts_with(b"<"))
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

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::CONTENT_TYPE;

    use super::*;

    #[test]
    fn a_web_page_is_told_from_xml() {
        let rows = [
            (Some("text/html; charset=utf-8"), "", true),
            (Some("TEXT/HTML"), "{}", true),
            (None, "  <html>", true),
            (Some("application/json"), "<h1>busy</h1>", true),
            (Some("text/plain"), "<h1>busy</h1>", true),
            (Some("application/xml"), "<statement/>", false),
            (Some("application/octet-stream"), "<statement/>", false),
            (Some("application/json"), "{}", false),
            (None, "{}", false),
            (None, "", false),
        ];
        for (declared, body, expected) in rows {
            let mut headers = HeaderMap::new();
            if let Some(declared) = declared {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(declared));
            }
            let answer = Answer::new(StatusCode::OK, headers, body);
            assert_eq!(answer.is_html(), expected, "{declared:?} {body:?}");
        }
    }

    #[test]
    fn debug_tells_nothing_of_the_body() {
        let answer = Answer::new(StatusCode::OK, HeaderMap::new(), "canary");
        assert_eq!(
            format!("{answer:?}"),
            "Answer { status: 200, body: 6 bytes, .. }"
        );
    }
}
