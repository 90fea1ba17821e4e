//! Whether any byte of a request may have left this machine.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that the transport raises before the first byte of a request may leave. It is never lowered.
///
/// Clones share it, so it stays readable when the call that carried it was dropped.
#[derive(Clone, Default)]
pub struct Sent(Arc<Flag>);

#[derive(Default)]
struct Flag {
    is_raised: AtomicBool,
    is_too_late: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Sent {
    /// A flag for one attempt, not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// A flag for one attempt that must not leave any more once this says so: a connection may take its time, and the
    /// machine may sleep meanwhile.
    pub(crate) fn unless(is_too_late: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Sent(Arc::new(Flag {
            is_raised: AtomicBool::new(false),
            is_too_late: Some(Box::new(is_too_late)),
        }))
    }

    /// From now on the request counts as sent.
    pub fn raise(&self) {
        self.0.is_raised.store(true, Ordering::SeqCst);
    }

    /// Raises the flag if the request may still leave; whether it is raised. A transport asks right before the first byte, and
    /// sends none if this is false.
    #[must_use]
    pub fn try_raise(&self) -> bool {
        if self.is_raised() {
            return true;
        }
        if self.0.is_too_late.as_ref().is_some_and(|asked| asked()) {
            return false;
        }
        self.raise();
        true
    }

    /// Whether the request counts as sent.
    pub fn is_raised(&self) -> bool {
        self.0.is_raised.load(Ordering::SeqCst)
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sent({})", self.is_raised())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_late_is_not_raised_and_what_has_left_has_left() {
        let late = Arc::new(AtomicBool::new(true));
        let asked = Arc::clone(&late);
        let sent = Sent::unless(move || asked.load(Ordering::SeqCst));
        assert!(!sent.try_raise() && !sent.is_raised());
        late.store(false, Ordering::SeqCst);
        assert!(sent.try_raise() && sent.is_raised());
        // Half of a request is on its way: the rest of it changes nothing.
        late.store(true, Ordering::SeqCst);
        assert!(sent.try_raise() && sent.is_raised());
    }
}
