//! The client's clock for a simulated bank: whoever waits lets the bank's time pass, and hours take no time.

use std::future::pending;
use std::time::Duration;

use rubank_sandbox::{Sandbox, SimulatedClock};
use statements::rubank_core::BoxFuture;
use statements::rubank_core::clock::{Clock, SystemClock};
use statements::time::OffsetDateTime;

/// Requests are real, so what watches over them, and over a refresh of tokens, and the pauses between them must be. What
/// is longer is a wait for the next window, or for midnight.
const LONGEST_REAL_WAIT: Duration = Duration::from_secs(60);

/// What is left of a deadline that was set to never.
const NEVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The simulated bank's clock, as the client sees it.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedTime(SimulatedClock);

impl SimulatedTime {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        Self(sandbox.clock().clone())
    }
}

impl Clock for SimulatedTime {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.0.clone();
        match duration {
            never if never >= NEVER => Box::pin(pending()),
            short if short <= LONGEST_REAL_WAIT => Box::pin(async move {
                SystemClock.sleep(short).await;
                clock.advance(short);
            }),
            long => Box::pin(async move { clock.advance(long) }),
        }
    }
}
