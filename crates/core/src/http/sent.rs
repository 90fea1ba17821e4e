//! Whether any byte of a request may have left this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that the transport raises before the first byte of a request may leave. It is never lowered.
///
/// Clones share it, so it stays readable when the call that carried it was dropped.
#[derive(Clone, Debug, Default)]
pub struct Sent(Arc<AtomicBool>);

impl Sent {
    /// A flag for one attempt, not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on the request counts as sent.
    pub fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the request counts as sent.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
