//! The body of an answer, as it arrives.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::{TransportError, TransportFault};

/// The body of an answer: a stream of chunks that is read once, whole up to a limit or piece by piece.
pub struct Incoming {
    chunks: Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>,
    length: Option<u64>,
}

impl Incoming {
    /// A body that arrives; `length` if the server announced one.
    pub fn new(
        length: Option<u64>,
        chunks: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
    ) -> Self {
        Incoming {
            chunks: Box::pin(chunks),
            length,
        }
    }

    /// A body that is here already.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        Incoming::new(
            Some(length),
            futures_util::stream::once(std::future::ready(Ok(bytes))),
        )
    }

    /// The announced length in bytes.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// The connection broke before the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        std::future::poll_fn(|context| self.chunks.as_mut().poll_next(context)).await
    }

    /// Reads it to the end, up to `limit` bytes.
    ///
    /// # Errors
    /// It is longer than the limit, or the connection broke; what had arrived is dropped.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, CollectError> {
        if self.length.is_some_and(|length| length > limit as u64) {
            return Err(CollectError::TooLarge { limit });
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = self.next().await {
            let chunk = chunk.map_err(CollectError::Broken)?;
            if body.len() + chunk.len() > limit {
                return Err(CollectError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        match self.length {
            Some(length) if length > body.len() as u64 => {
                Err(CollectError::Broken(TransportError::new(
                    TransportFault::Lost,
                    "the answer ended before its announced length",
                )))
            }
            _ => Ok(body.freeze()),
        }
    }
}

impl Stream for Incoming {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// Why a body could not be collected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CollectError {
    /// It is longer than the limit.
    #[error("the answer is longer than the limit of {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The connection broke.
    #[error(transparent)]
    Broken(TransportError),
}
