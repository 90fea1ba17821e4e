mod flight;
mod forgetting;
mod renewal;

use std::collections::{BTreeSet, VecDeque};
use std::pin::pin;
use std::sync::atomic::AtomicUsize;

use futures_util::future::{join, join_all, select};

use super::*;
use crate::auth::testing::{Bench, seconds};
use crate::clock::{Clock, ManualClock};

/// A token server: each fetch takes its time and gives what the script says; after that, hour-long tokens at once.
struct Server {
    clock: ManualClock,
    script: Mutex<VecDeque<(Duration, Result<Duration, AuthError>)>>,
    fetches: AtomicUsize,
    told: Mutex<Vec<Option<String>>>,
}

impl Server {
    fn new(bench: &Bench) -> Self {
        Server {
            clock: bench.clock.clone(),
            script: Mutex::default(),
            fetches: AtomicUsize::new(0),
            told: Mutex::default(),
        }
    }

    fn gives(self, after: Duration, lifetime: Duration) -> Self {
        locked(&self.script).push_back((after, Ok(lifetime)));
        self
    }

    fn fails(self, after: Duration) -> Self {
        self.fails_with(after, unavailable())
    }

    fn fails_with(self, after: Duration, error: AuthError) -> Self {
        locked(&self.script).push_back((after, Err(error)));
        self
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    async fn fetch(&self, last: Option<Secret>) -> Result<FreshToken, AuthError> {
        let number = 1 + self.fetches.fetch_add(1, Ordering::SeqCst);
        locked(&self.told).push(last.map(|last| last.expose().to_owned()));
        let (after, result) = locked(&self.script)
            .pop_front()
            .unwrap_or((Duration::ZERO, Ok(seconds(3600))));
        self.clock.sleep(after).await;
        result.map(|lifetime| FreshToken {
            secret: format!("token-{number}").into(),
            lifetime,
        })
    }
}

fn unavailable() -> AuthError {
    AuthError::new(AuthErrorKind::Unavailable, "busy")
}

fn key(scope: &str) -> CacheKey {
    CacheKey::new("https://id.bank.test", "client", &[scope])
}

async fn ask(
    cache: &TokenCache,
    server: &Server,
    context: AuthContext<'_>,
) -> Result<LiveToken, AuthError> {
    cache
        .token(key("pay"), &context, |last| server.fetch(last))
        .await
}

/// The text of the token, or the error's kind.
fn text(result: Result<LiveToken, AuthError>) -> String {
    match result {
        Ok(token) => token.secret.expose().to_owned(),
        Err(error) => format!("{:?}", error.kind()),
    }
}

async fn asked(bench: &Bench, cache: &TokenCache, server: &Server) -> String {
    text(bench.clock.drive(ask(cache, server, bench.read())).await)
}

async fn asked_to_write(bench: &Bench, cache: &TokenCache, server: &Server) -> String {
    text(bench.clock.drive(ask(cache, server, bench.write())).await)
}
