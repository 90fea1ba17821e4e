//! Locking for state that stays consistent between statements.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, and goes on after a panic elsewhere: the test that panicked is to be reported, not every test after it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
