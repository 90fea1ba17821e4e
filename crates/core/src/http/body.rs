//! The body of a request: nothing, whole in memory, or a stream.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

/// A stream of a body's chunks, as [`Body::stream`] takes it.
pub type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send + Sync>>;

/// A request's body. A stream is opened anew when it is sent; it is never sent twice, nor stored.
#[derive(Clone, Default)]
pub struct Body(Kind);

#[derive(Clone, Default)]
enum Kind {
    #[default]
    Empty,
    Whole(Bytes),
    Stream {
        open: Arc<dyn Fn() -> Chunks + Send + Sync>,
        length: Option<u64>,
    },
}

impl Body {
    /// No body.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A body in memory.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Body(Kind::Whole(bytes.into()))
    }

    /// A body that is produced while it is sent; `length` in bytes if it is known before.
    pub fn stream(length: Option<u64>, open: impl Fn() -> Chunks + Send + Sync + 'static) -> Self {
        Body(Kind::Stream {
            open: Arc::new(open),
            length,
        })
    }

    /// The bytes, unless it is a stream. An empty body has none.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Empty => Some(&[]),
            Kind::Whole(bytes) => Some(bytes),
            Kind::Stream { .. } => None,
        }
    }

    /// Whether nothing is sent as a body.
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Kind::Empty => true,
            Kind::Whole(bytes) => bytes.is_empty(),
            Kind::Stream { .. } => false,
        }
    }

    /// Whether it is a stream, which is never repeated.
    pub fn is_stream(&self) -> bool {
        matches!(self.0, Kind::Stream { .. })
    }

    /// The length in bytes, if it is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Kind::Empty => Some(0),
            Kind::Whole(bytes) => Some(bytes.len() as u64),
            Kind::Stream { length, .. } => *length,
        }
    }

    /// The body as a stream of chunks, opened now.
    pub fn into_chunks(self) -> Chunks {
        match self.0 {
            Kind::Empty => Box::pin(futures_util::stream::empty()),
            Kind::Whole(bytes) => {
                Box::pin(futures_util::stream::once(std::future::ready(Ok(bytes))))
            }
            Kind::Stream { open, .. } => open(),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Body::whole(bytes)
    }
}

/// The kind and the length; never a byte of it.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_stream(), self.length()) {
            (false, Some(length)) => write!(f, "{length} bytes"),
            (_, Some(length)) => write!(f, "a stream of {length} bytes"),
            (_, None) => f.write_str("a stream"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_says_what_it_is_and_nothing_more() {
        let stream = |length| Body::stream(length, || Box::pin(futures_util::stream::empty()));
        // body, whether empty, whether a stream, length, Debug
        let rows = [
            (Body::empty(), true, false, Some(0), "0 bytes"),
            (Body::whole(""), true, false, Some(0), "0 bytes"),
            (
                Body::from(Bytes::from_static(b"canary")),
                false,
                false,
                Some(6),
                "6 bytes",
            ),
            (stream(Some(0)), false, true, Some(0), "a stream of 0 bytes"),
            (stream(Some(9)), false, true, Some(9), "a stream of 9 bytes"),
            (stream(None), false, true, None, "a stream"),
        ];
        for (body, empty, is_stream, length, debug) in rows {
            assert_eq!(
                (body.is_empty(), body.is_stream(), body.length()),
                (empty, is_stream, length)
            );
            assert_eq!(
                (format!("{body:?}").as_str(), body.as_bytes().is_none()),
                (debug, is_stream)
            );
        }
    }
}
