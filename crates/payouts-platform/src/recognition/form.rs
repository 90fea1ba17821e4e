//! A form with files (`multipart/form-data`, RFC 7578). Equal forms give equal bytes: the boundary is not random but the
//! first of a row of candidates that occurs in no file.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;
use rubank_core::http::Body;
use rubank_core::operation::Checks;

/// A scanned page, in memory. `Debug` shows its format and size, nothing of the picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Scan {
    format: ImageFormat,
    bytes: Bytes,
}

/// The formats that the platform takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageFormat {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
}

impl ImageFormat {
    /// How a file of this format begins.
    const fn signature(self) -> &'static [u8] {
        match self {
            Self::Png => b"\x89PNG\r\n\x1a\n",
            Self::Jpeg => b"\xff\xd8\xff",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }
}

impl Scan {
    /// A PNG file.
    pub fn png(bytes: impl Into<Bytes>) -> Self {
        Self {
            format: ImageFormat::Png,
            bytes: bytes.into(),
        }
    }

    /// A JPEG file.
    pub fn jpeg(bytes: impl Into<Bytes>) -> Self {
        Self {
            format: ImageFormat::Jpeg,
            bytes: bytes.into(),
        }
    }

    /// The format.
    #[must_use]
    pub const fn format(&self) -> ImageFormat {
        self.format
    }

    /// The size in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn check(&self, checks: &mut Checks, field: &'static str) {
        let begins = self.bytes.starts_with(self.format.signature());
        checks.that(
            begins,
            field,
            format!("must be a file of the type {}", self.format.content_type()),
            || format!("{} bytes that begin otherwise", self.bytes.len()),
        );
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scan({:?}, {} bytes)", self.format, self.bytes.len())
    }
}

/// Files under their field names.
pub(super) struct Form<'a> {
    parts: Vec<(&'static str, &'a Scan)>,
}

impl<'a> Form<'a> {
    pub(super) fn new(parts: impl IntoIterator<Item = (&'static str, &'a Scan)>) -> Self {
        Self {
            parts: parts.into_iter().collect(),
        }
    }

    /// The content type, and the body in pieces; the files' bytes are shared, not copied.
    pub(super) fn encode(&self) -> (HeaderValue, Vec<Bytes>) {
        let boundary = self.boundary();
        let mut pieces = Vec::with_capacity(2 * self.parts.len() + 1);
        let mut line_end = "";
        for (name, scan) in &self.parts {
            // The file's own name says who is in the picture, so it does not leave; the platform needs only an ending.
            let head = format!(
                "{line_end}--{boundary}\r\n\
                 Content-Disposition: form-data; name=\"{name}\"; filename=\"{name}.{}\"\r\n\
                 Content-Type: {}\r\n\r\n",
                scan.format.extension(),
                scan.format.content_type(),
            );
            pieces.push(Bytes::from(head));
            pieces.push(scan.bytes.clone());
            line_end = "\r\n";
        }
        pieces.push(Bytes::from(format!("{line_end}--{boundary}--\r\n")));
        let content_type = format!("multipart/form-data; boundary={boundary}");
        // Letters, digits and hyphens only: always a header.
        let content_type = HeaderValue::from_str(&content_type)
            .unwrap_or(HeaderValue::from_static("multipart/form-data"));
        (content_type, pieces)
    }

    /// A file of `n` bytes can hold at most `n` of the candidates, so that one of the first `n + 1` is free.
    fn boundary(&self) -> String {
        let mut number = 0_u64;
        loop {
            let candidate = format!("rubank-form-{number:016x}");
            let taken = |scan: &Scan| contains(&scan.bytes, candidate.as_bytes());
            if !self.parts.iter().any(|(_, scan)| taken(scan)) {
                return candidate;
            }
            number += 1;
        }
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// All pieces in one.
pub(super) fn whole(pieces: &[Bytes]) -> Body {
    Body::whole(pieces.concat())
}

/// What hears how far an upload is: bytes handed to the connection, and all of them.
pub(super) type Hearer = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// The same bytes in chunks, each told of when it is handed over.
pub(super) fn streamed(pieces: Vec<Bytes>, hearer: Hearer) -> Body {
    let total = pieces.iter().map(|piece| piece.len() as u64).sum();
    Body::stream(Some(total), move || {
        Box::pin(Chunks {
            left: pieces.clone(),
            sent: 0,
            total,
            hearer: hearer.clone(),
        })
    })
}

const CHUNK: usize = 64 * 1024;

struct Chunks {
    left: Vec<Bytes>,
    sent: u64,
    total: u64,
    hearer: Hearer,
}

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(first) = this.left.first_mut() else {
            return Poll::Ready(None);
        };
        let chunk = first.split_to(first.len().min(CHUNK));
        if first.is_empty() {
            this.left.remove(0);
        }
        this.sent += chunk.len() as u64;
        (this.hearer)(this.sent, this.total);
        Poll::Ready(Some(Ok(chunk)))
    }
}
