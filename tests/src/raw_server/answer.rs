//! Answers as values and as bytes.

use bytes::Bytes;

/// An answer: status, headers, body. On the wire it always says how long its body is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// The headers besides `content-length`.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Bytes,
}

impl Said {
    /// A status and nothing else.
    pub fn empty(status: u16) -> Self {
        Said {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// A JSON answer.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Said {
            body: body.into(),
            ..Said::empty(status)
        }
        .header("content-type", "application/json")
    }

    /// A web page, as gateways answer.
    pub fn html(status: u16) -> Self {
        let body = Bytes::from_static(b"<html><body>gateway</body></html>");
        Said {
            body,
            ..Said::empty(status)
        }
        .header("content-type", "text/html")
    }

    /// One more header; its name in lower case.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The first half of the body: what arrives of an answer that is cut.
    pub fn half(&self) -> Bytes {
        self.body.slice(..self.body.len() / 2)
    }

    pub(super) fn head(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Said\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        head.into_bytes()
    }
}
