//! What stands around a call in the table: time, credentials, options, environment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::auth::{
    AuthContext, AuthError, AuthErrorKind, Authorization, Credentials, TokenId,
};
use rubank_core::client::{Client, ClientBuilder, Progress, RequestOptions};
use rubank_core::clock::{Clock, ManualClock};
use rubank_core::environment::{Environment, Host};
use rubank_core::operation::{HostId, Operation, Provider};
use rubank_core::random::SeededRandom;
use rubank_core::rate::{LocalPace, Pace};
use rubank_core::secret::Secret;
use time::OffsetDateTime;
use time::macros::datetime;

use super::fault::{Fault, Time, Token};

/// Longer than any pause between attempts, and than the `Retry-After` that the table waits out.
const SHORTER_TIME: Duration = Duration::from_secs(30);
const LONGER_TIME: Duration = Duration::from_secs(120);

/// The clock of every call begins here.
pub(super) const START: OffsetDateTime = datetime!(2026-11-21 10:00:00 UTC);

/// A client in the fault's surroundings; the transport is still to be chosen.
pub(super) async fn builder<O: Operation>(
    operation: &O,
    fault: &Fault,
    base: &str,
    clock: impl Clock + Clone,
) -> ClientBuilder<O::Provider> {
    let pace = LocalPace::new(Arc::new(clock.clone()));
    if fault.rate_exhausted {
        let key = operation.rate_key();
        for class in O::META.rates {
            pace.pause(*class, key.as_deref(), LONGER_TIME * 2).await;
        }
    }
    Client::builder(environment::<O>(base))
        .credentials(TableToken {
            kind: fault.token,
            current: AtomicU64::new(1),
        })
        .clock(clock)
        .random(SeededRandom::new(1))
        .pace(Arc::new(pace))
        // What is published of a path does not matter where the server takes any.
        .allow_unverified_paths()
}

/// The options of the call.
pub(super) fn options(fault: &Fault, progress: &Progress) -> RequestOptions {
    let (attempt, deadline) = match fault.time {
        Time::Attempt => (SHORTER_TIME, LONGER_TIME),
        Time::Deadline => (LONGER_TIME, SHORTER_TIME),
    };
    RequestOptions::new()
        .attempt_timeout(attempt)
        .deadline(deadline)
        .earlier(fault.earlier)
        .progress(progress)
}

/// All hosts of the provider at one place.
fn environment<O: Operation>(base: &str) -> Environment {
    let hosts = O::Provider::OPERATIONS.iter().map(|meta| meta.host);
    let at =
        |environment: Environment, host: HostId| environment.host(host, Host::new(base.to_owned()));
    hosts
        .chain([O::META.host])
        .fold(Environment::new("safety table"), at)
}

/// A [`ManualClock`] whose short waits pass at once: pauses between attempts are nobody's fault, so nobody moves the
/// clock for them. Only the two times of a call must be moved by hand.
#[derive(Clone, Debug)]
pub(super) struct ShortWaitsPass(pub(super) ManualClock);

impl Clock for ShortWaitsPass {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration >= SHORTER_TIME {
            return self.0.sleep(duration);
        }
        let clock = self.0.clone();
        Box::pin(async move { clock.advance(duration) })
    }
}

#[derive(Debug)]
struct TableToken {
    kind: Token,
    current: AtomicU64,
}

impl Credentials for TableToken {
    fn authorize<'a>(
        &'a self,
        _context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        let number = self.current.load(Ordering::Relaxed);
        let header = || Authorization::scheme("Bearer", &Secret::from(format!("token-{number}")));
        let made = match self.kind {
            Token::Renewable => header().map(|made| made.with_token(TokenId(number))),
            Token::Fixed => header(),
            Token::Unavailable => Err(AuthError::new(
                AuthErrorKind::Unavailable,
                "the token host is away",
            )),
            Token::Refused => Err(AuthError::new(
                AuthErrorKind::Refused,
                "the token host says no",
            )),
        };
        Box::pin(std::future::ready(made))
    }

    fn invalidate(&self, token: &TokenId) {
        let next = token.0 + 1;
        // It fails when another call was first, and then there is a newer token already.
        let _ = self
            .current
            .compare_exchange(token.0, next, Ordering::Relaxed, Ordering::Relaxed);
    }

    fn is_public(&self) -> bool {
        false
    }

    fn hosts(&self) -> &[HostId] {
        &[]
    }
}
