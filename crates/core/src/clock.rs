//! Time, passed in: every rule about waiting can then be tested without waiting.
//!
//! The rest of the workspace may not read a clock or sleep on its own (a lint forbids it); this file is the exception.

use std::fmt;
use std::pin::pin;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use time::OffsetDateTime;

use crate::future::BoxFuture;

#[cfg(any(test, feature = "testing"))]
mod manual;
#[cfg(any(test, feature = "testing"))]
pub use manual::ManualClock;

/// The only source of time for everything in rubank.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time on the wall, in UTC. It may jump; use it for dates, never for measuring.
    fn now(&self) -> OffsetDateTime;

    /// Time since some fixed moment. It never goes back; use it for measuring.
    fn monotonic(&self) -> Duration;

    /// Completes when `duration` has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The future's value, or `None` when `limit` is over first. What was not ready is dropped.
pub async fn within<T>(
    clock: &dyn Clock,
    limit: Duration,
    future: impl Future<Output = T>,
) -> Option<T> {
    match select(pin!(future), clock.sleep(limit)).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(_) => None,
    }
}

/// The machine's own clock; sleeping needs a tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[allow(
    clippy::disallowed_methods,
    reason = "the one place where time comes in"
)]
impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn monotonic(&self) -> Duration {
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        ORIGIN.get_or_init(Instant::now).elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
