//! A process that needs a token, and stops at one step of its refresh to be killed there. Run by `tests/refresh.rs`.
//!
//! Arguments: the folder of the tokens, the base URLs of the token host and the API, client id, client secret, user,
//! and the [`Step`] at which to stop. It prints `ready` before its call, `at` when it has stopped, and, if it lives
//! on, `in <who>` or `out <why>`. One that is to tell of its wait prints `waits` when another has the lock.

use std::env;
use std::future::poll_fn;
use std::io::{self, Write};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::auth::{
    FileTokenStore, StoreError, StoredTokens, TokenKey, TokenLock, TokenStore,
};
use rubank_core::clock::{Clock, SystemClock};
use sber_api::{Advice, Client, GetUserInfo};
use time::OffsetDateTime;

/// Where the process stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nowhere.
    Never,
    /// Nowhere either, but it tells when it has to wait for the lock.
    TellsOfWait,
    /// The lock is taken, and nothing is saved yet.
    BeforeFirstTry,
    /// The time of the first try is saved; the request has not left.
    AfterFirstTry,
    /// The answer is here, and only in memory.
    BeforePair,
    /// The pair is being written: the process ends itself, anywhere in that.
    DuringPair,
    /// The pair is saved, and nobody used it yet.
    AfterPair,
    /// Nothing is left to do but to give the lock back.
    BeforeRelease,
}

impl Step {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "never" => Step::Never,
            "tells-of-wait" => Step::TellsOfWait,
            "before-first-try" => Step::BeforeFirstTry,
            "after-first-try" => Step::AfterFirstTry,
            "before-pair" => Step::BeforePair,
            "during-pair" => Step::DuringPair,
            "after-pair" => Step::AfterPair,
            "before-release" => Step::BeforeRelease,
            _ => return None,
        })
    }

    /// Stops here for ever, if this is the step.
    async fn reached(self, here: Step) {
        if self == here {
            say("at");
            std::future::pending::<()>().await;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, token, api, client_id, client_secret, user, step] = arguments.as_slice() else {
        return Err("seven arguments are needed".into());
    };
    let step = Step::named(step).ok_or("no such step")?;
    let store = FileTokenStore::open(folder)?;
    let store = match step {
        Step::TellsOfWait => store.clock(Telling::default()),
        _ => store,
    };
    let store = Stopping { store, step };
    let credentials = sber_api::credentials(
        client_id.as_str(),
        client_secret.as_str(),
        user.as_str(),
        Arc::new(store),
    );
    let environment =
        sber_api::environment("sandbox", token.as_str(), token.as_str(), api.as_str());
    let client = Client::builder(environment)
        .credentials(credentials)
        .build()?;
    say("ready");
    match client.send(&GetUserInfo::new()).await {
        Ok(user) => {
            let claims = user.value().unverified_claims()?;
            let who = claims.sub.map(|sub| sub.into_inner());
            say(&format!("in {}", who.unwrap_or_default()));
        }
        Err(error) => say(&format!("out {:?} {error:#}", Advice::of(&error))),
    }
    Ok(())
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Who listens has gone: then there is nobody to tell either.
    let _nobody_listens = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The clock of a store that tells of its first pause: it has tried the lock then, and did not get it.
#[derive(Debug, Default)]
struct Telling {
    told: AtomicBool,
}

impl Clock for Telling {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now()
    }

    fn monotonic(&self) -> Duration {
        SystemClock.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // The other thing that a store sleeps for is a lease, once it has the lock.
        let is_pause = duration < Duration::from_secs(1);
        if is_pause && !self.told.swap(true, Ordering::Relaxed) {
            say("waits");
        }
        SystemClock.sleep(duration)
    }
}

/// A store that can be stopped at each of its steps.
#[derive(Debug)]
struct Stopping {
    store: FileTokenStore,
    step: Step,
}

impl TokenStore for Stopping {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredTokens>, StoreError>> {
        self.store.load(key)
    }

    fn lock<'a>(
        &'a self,
        key: &'a TokenKey,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn TokenLock>, StoreError>> {
        Box::pin(async move {
            let lock: Box<dyn TokenLock> = Box::new(StoppingLock {
                lock: self.store.lock(key, lease).await?,
                step: self.step,
            });
            Ok(lock)
        })
    }
}

#[derive(Debug)]
struct StoppingLock {
    lock: Box<dyn TokenLock>,
    step: Step,
}

impl TokenLock for StoppingLock {
    fn save<'a>(&'a mut self, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), StoreError>> {
        let is_pair = tokens.first_tried_at.is_none();
        let (before, after) = match is_pair {
            true => (Step::BeforePair, Step::AfterPair),
            false => (Step::BeforeFirstTry, Step::AfterFirstTry),
        };
        Box::pin(async move {
            self.step.reached(before).await;
            let mut save = self.lock.save(tokens);
            if is_pair && self.step == Step::DuringPair {
                // The first poll hands the work to another thread.
                poll_fn(|context| {
                    let _under_way = save.as_mut().poll(context);
                    process::abort()
                })
                .await
            }
            save.await?;
            self.step.reached(after).await;
            Ok(())
        })
    }

    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            self.step.reached(Step::BeforeRelease).await;
            self.lock.release().await
        })
    }
}
