//! Simulated time: the banks' clock, moved on by every pause of a client.

use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::client::RequestOptions;
use rubank_core::clock::Clock;
use rubank_sandbox::SimulatedClock;
use time::OffsetDateTime;

/// How much faster than the machine's clock.
const FASTER: u32 = 1000;
/// What is shorter is a pause that somebody makes, and need not be waited for; what is longer is one of [`patient`]'s
/// timeouts, which must never be over before a real socket has answered.
const LONGEST_PAUSE: Duration = Duration::from_secs(8 * 60 * 60);
const LONGEST_REAL_PAUSE: Duration = Duration::from_millis(20);

/// How long a refresh of tokens waits for its answer, and for everything: timeouts that nobody can set, and a minute is a
/// common pause as well.
const TIMEOUTS_OF_A_REFRESH: [Duration; 2] = [Duration::from_secs(15), Duration::from_secs(60)];
const REAL_TIMEOUT: Duration = Duration::from_millis(400);

/// A clock on which ten minutes take less than a second. A pause that ends moves the banks' clock on; one that is given
/// up (the timeout of a call that was answered) does not.
#[derive(Clone, Debug)]
pub(crate) struct Fast(pub(crate) SimulatedClock);

impl Clock for Fast {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let banks = self.0.clone();
        Box::pin(async move {
            let real = match duration < LONGEST_PAUSE {
                true if TIMEOUTS_OF_A_REFRESH.contains(&duration) => REAL_TIMEOUT,
                true => (duration / FASTER).min(LONGEST_REAL_PAUSE),
                false => duration / FASTER,
            };
            real_pause(real).await;
            banks.advance(duration);
        })
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a demo is looked at by people; no test comes here"
)]
async fn real_pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Timeouts that a real socket on a busy machine never meets, on a clock that is a thousand times faster.
pub(crate) fn patient() -> RequestOptions {
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    RequestOptions::new()
        .attempt_timeout(hours(10))
        .deadline(hours(48))
}
