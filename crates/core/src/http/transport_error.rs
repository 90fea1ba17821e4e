//! A request that got no whole answer, told without its address and headers.

use std::fmt;

use crate::tls::TlsFault;

/// What broke. It words the cause; it does *not* say whether the request had left: see [`Sent`](super::Sent).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportFault {
    /// No connection: refused, unreachable, or no such name.
    Connect,
    /// The TLS handshake failed.
    Tls(TlsFault),
    /// The connection broke, before or within the answer.
    Lost,
    /// The answer is not HTTP.
    Protocol,
    /// The request could not be made into HTTP at all.
    Request,
}

/// Why the transport brought no answer.
#[derive(Clone, Debug)]
pub struct TransportError {
    fault: TransportFault,
    never_left: bool,
    text: String,
}

impl TransportError {
    /// A failure; `text` must hold neither address nor headers.
    pub fn new(fault: TransportFault, text: impl Into<String>) -> Self {
        TransportError {
            fault,
            never_left: false,
            text: text.into(),
        }
    }

    /// The transport knows for certain that not one byte of the request left, whatever the flag says: the
    /// connection for it was never made.
    #[must_use]
    pub fn never_left(mut self) -> Self {
        self.never_left = true;
        self
    }

    /// What broke.
    pub fn fault(&self) -> &TransportFault {
        &self.fault
    }

    /// Whether it is certain that nothing of the request left.
    pub fn is_never_left(&self) -> bool {
        self.never_left
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.fault {
            TransportFault::Tls(fault) => write!(f, " ({})", fault.cure()),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for TransportError {}
