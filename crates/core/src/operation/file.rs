//! A file in memory.

use std::fmt;

use bytes::Bytes;
use serde::{Serialize, Serializer};

use super::Answer;

/// A file as it was received whole. `Debug` shows its type and its size: files are full of personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    content_type: Option<String>,
    bytes: Bytes,
}

impl File {
    /// The body of an answer. That an error under a status of success is none, the client has seen to before.
    pub fn of(answer: &Answer) -> Self {
        Self {
            content_type: answer.header("content-type").map(str::to_owned),
            bytes: answer.body.clone(),
        }
    }

    /// The content type that the server gave.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// What it holds. Do not log it.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What it holds, taken out.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.content_type().unwrap_or("file");
        // A server can write anything into a header.
        let is_plain = kind.len() < 100 && kind.bytes().all(|byte| byte.is_ascii_graphic());
        let kind = if is_plain { kind } else { "file" };
        write!(f, "File({kind}, {} bytes)", self.bytes.len())
    }
}
