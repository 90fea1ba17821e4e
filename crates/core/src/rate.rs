//! How often a bank lets itself be asked.
//!
//! An operation names its [`RateClass`]es as constants; a [`Pace`] hands out their tokens. Each
//! attempt takes one token of every class at once, because the bank counts attempts, not intents.

use std::fmt;
use std::time::Duration;

use crate::future::BoxFuture;

mod local;
mod plan;
mod window;

pub use local::LocalPace;

/// "At most `limit` calls in any `period`", under a name.
///
/// The name is the identity: everything that shares a name shares the tokens. It must be unique
/// over all providers (`provider.what`); should one name come with different numbers, the stricter
/// ones count.
///
/// ```
/// use std::time::Duration;
/// use rubank_core::rate::RateClass;
///
/// const LIST: RateClass = RateClass::per_second("alfa-sbp.list", 10);
/// const STATE: RateClass = RateClass::every("bank.payment-state", Duration::from_secs(60)).keyed();
/// const DAILY: RateClass = RateClass::new("bank.report", 100, Duration::from_secs(86_400));
/// # assert_eq!((LIST.limit(), STATE.limit(), DAILY.is_keyed()), (10, 1, false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateClass {
    name: &'static str,
    limit: u32,
    period: Duration,
    keyed: bool,
}

impl RateClass {
    /// At most `limit` calls in any `period`. A limit of 0 lets nothing through.
    pub const fn new(name: &'static str, limit: u32, period: Duration) -> Self {
        Self {
            name,
            limit,
            period,
            keyed: false,
        }
    }

    /// At most `limit` calls in any second.
    pub const fn per_second(name: &'static str, limit: u32) -> Self {
        Self::new(name, limit, Duration::from_secs(1))
    }

    /// One call in any `period`.
    pub const fn every(name: &'static str, period: Duration) -> Self {
        Self::new(name, 1, period)
    }

    /// The same limit for each key apart, such as a payment's id.
    #[must_use]
    pub const fn keyed(self) -> Self {
        Self {
            keyed: true,
            ..self
        }
    }

    /// The name, by which tokens are shared.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How many calls fit into one period.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The period in which calls are counted.
    pub const fn period(&self) -> Duration {
        self.period
    }

    /// Whether each key has tokens of its own.
    pub const fn is_keyed(&self) -> bool {
        self.keyed
    }
}

/// One token that a call needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Want<'a> {
    /// The class to take from.
    pub class: RateClass,
    /// Whose token of a keyed class; without it, all such calls count as one key. A class that is
    /// not keyed does not look at it.
    pub key: Option<&'a str>,
}

impl<'a> Want<'a> {
    /// A token of a class that is not keyed.
    pub const fn of(class: RateClass) -> Self {
        Self { class, key: None }
    }

    /// A token of a keyed class.
    pub const fn keyed(class: RateClass, key: &'a str) -> Self {
        Self {
            class,
            key: Some(key),
        }
    }
}

/// Without the key: it may say whom a payment goes to.
impl fmt::Debug for Want<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.map(|_| format_args!("_"));
        f.debug_struct("Want")
            .field("class", &self.class.name)
            .field("key", &key)
            .finish()
    }
}

/// Hands out tokens: [`LocalPace`] within one process; an engine that processes share keeps the
/// same contract.
///
/// Times are those of the client's clock, [`monotonic`](crate::clock::Clock::monotonic).
pub trait Pace: fmt::Debug + Send + Sync + 'static {
    /// Takes one token of each class in `wants`, all at the same moment or none; waits until that is
    /// possible. A class and key named twice counts once.
    ///
    /// # Errors
    /// [`PaceError::Exceeded`] as soon as it is known that the wait would pass `give_up_at`; usually
    /// at once, later only if the plan got worse meanwhile (a [`pause`](Self::pause)).
    ///
    /// # Cancellation
    /// A dropped future takes no token and gives its place in the queue to those behind.
    fn acquire<'a>(
        &'a self,
        wants: &'a [Want<'a>],
        give_up_at: Option<Duration>,
    ) -> BoxFuture<'a, Result<(), PaceError>>;

    /// Lets nobody take a token of this class (and key) before `until`: what a bank asks for with
    /// 429 and `Retry-After`. It never shortens a longer pause. By default nothing happens.
    fn pause<'a>(
        &'a self,
        class: RateClass,
        key: Option<&'a str>,
        until: Duration,
    ) -> BoxFuture<'a, ()> {
        let _ = (class, key, until);
        Box::pin(std::future::ready(()))
    }
}

/// Why no token was taken. The call was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PaceError {
    /// The wait would have passed the moment to give up.
    #[error("the rate limit asks to wait {retry_after:?}, longer than the time left")]
    Exceeded {
        /// The wait that is still needed, from the moment of the error; [`Duration::MAX`] when no
        /// wait helps (a limit of 0).
        retry_after: Duration,
    },
    /// A shared engine cannot be asked. The text names the cause and holds no secrets.
    #[error("the shared rate limiter is unavailable: {0}")]
    Unavailable(String),
}

#[cfg(test)]
mod tests;
