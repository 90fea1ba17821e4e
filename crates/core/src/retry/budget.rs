//! A limit on repetitions over all calls of a client: a bank that is down must not get three times the traffic.

use std::sync::atomic::{AtomicU32, Ordering};

/// What one repetition costs, in units of what one success gives back.
const COST: u32 = 10;
const FULL: u32 = 500;

/// Repetitions that a client's calls may make together: fifty at first, and one more for every ten successes.
#[derive(Debug)]
pub struct RetryBudget(AtomicU32);

impl Default for RetryBudget {
    fn default() -> Self {
        RetryBudget(AtomicU32::new(FULL))
    }
}

impl RetryBudget {
    /// Takes one repetition out, if there is one.
    pub(crate) fn withdraw(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(COST)
            })
            .is_ok()
    }

    /// A call succeeded.
    pub(crate) fn refill(&self) {
        // A full budget stays as it is.
        let _full = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < FULL).then_some(left + 1)
            });
    }

    /// How many repetitions are left.
    pub fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed) / COST
    }
}
