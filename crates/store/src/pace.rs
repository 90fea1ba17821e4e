//! Rate tokens that processes share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::random::full_jitter;
use rubank_core::rate::{Pace, PaceError, RateClass, Want};

use crate::engine::TokenWant;
use crate::store::{Shared, Store};

/// The least pause between two questions, whatever the engine says.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);
/// How far callers who wait for the same moment are spread.
const WIDEST_SPREAD: Duration = Duration::from_millis(100);

impl Store {
    /// One pace for all processes that share this store: give it to each client by its builder's `pace`.
    pub fn pace(&self) -> StorePace {
        StorePace {
            shared: Arc::clone(&self.shared),
        }
    }
}

/// A [`Pace`] whose tokens lie in the store: all its processes and machines together stay within a bank's limits.
///
/// - **Never more than the limit in any period**, over all of them, by the engine's clock; the period is stretched by one
///   percent, as in [`LocalPace`](rubank_core::rate::LocalPace).
/// - **Who waited longer comes earlier**, most of the time: there is no queue between machines, but who asks again asks
///   sooner than a newcomer. Nobody's wait is without an end.
/// - Keys of keyed classes are kept as keyed tags: which payment it was cannot be read.
/// - A caller that goes away while it asks may leave a token taken and unused. That is slower by one call, never faster.
///
/// Each attempt of a call costs one small transaction. Waiting is done on the store's clock, which must be the clients'.
#[derive(Clone)]
pub struct StorePace {
    shared: Arc<Shared>,
}

impl StorePace {
    fn key(&self, class: RateClass, key: Option<&str>) -> Vec<u8> {
        match key.filter(|_| class.is_keyed()) {
            Some(key) => self
                .shared
                .vault
                .tag("rate key", &[class.name().as_bytes(), key.as_bytes()]),
            None => Vec::new(),
        }
    }

    async fn take(
        &self,
        wants: &[TokenWant],
        give_up_at: Option<Duration>,
    ) -> Result<(), PaceError> {
        let Shared {
            engine,
            clock,
            random,
            ..
        } = self.shared.as_ref();
        let mut spread = WIDEST_SPREAD;
        loop {
            let Some(wait) = engine
                .take_tokens(wants)
                .await
                .map_err(|error| PaceError::Unavailable(error.to_string()))?
            else {
                return Ok(());
            };
            let left =
                give_up_at.map_or(Duration::MAX, |end| end.saturating_sub(clock.monotonic()));
            // A wait that never ends is for a limit of nothing.
            if wait > left || wait == Duration::MAX {
                return Err(PaceError::Exceeded { retry_after: wait });
            }
            // Not all at once, and not so late that the moment is missed by much.
            let jitter = full_jitter(random.as_ref(), spread.min(wait / 8));
            let wait = wait.max(SHORTEST_WAIT).saturating_add(jitter);
            clock.sleep(wait.min(left.max(SHORTEST_WAIT))).await;
            spread /= 2;
        }
    }
}

impl Pace for StorePace {
    fn acquire<'a>(
        &'a self,
        wants: &'a [Want<'a>],
        give_up_at: Option<Duration>,
    ) -> BoxFuture<'a, Result<(), PaceError>> {
        Box::pin(async move {
            let wants: Vec<_> = wants
                .iter()
                .map(|want| TokenWant {
                    class: want.class.name().to_owned(),
                    key: self.key(want.class, want.key),
                    limit: want.class.limit(),
                    period: want.class.period(),
                })
                .collect();
            if wants.is_empty() {
                return Ok(());
            }
            self.take(&wants, give_up_at).await
        })
    }

    fn pause<'a>(
        &'a self,
        class: RateClass,
        key: Option<&'a str>,
        until: Duration,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let length = until.saturating_sub(self.shared.clock.monotonic());
            let key = self.key(class, key);
            let paused = self.shared.engine.pause_tokens(class.name(), &key, length);
            if let Err(error) = paused.await {
                tracing::warn!(class = class.name(), %error, "a bank's pause could not be shared");
            }
        })
    }
}

impl fmt::Debug for StorePace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StorePace")
            .field(&self.shared.engine)
            .finish()
    }
}

#[cfg(test)]
mod tests;
