mod dropped;
mod lost;
mod order;
mod shared;

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Mutex;

use futures_util::future::{join, select};

use super::*;
use crate::auth::TokenAnswer;
use crate::auth::store::{MemoryTokenStore, StoreError, StoredTokens, TokenLock};
use crate::auth::testing::{Bench, header, seconds};
use crate::clock::Clock as _;
use crate::http::{Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError};
use crate::tls::TlsFault;

const WINDOW: Duration = Duration::from_secs(3600);

/// A store that writes down what happens to it, and can fail.
#[derive(Clone, Debug, Default)]
struct Watched {
    inner: MemoryTokenStore,
    log: Arc<Mutex<Vec<String>>>,
    /// What the next saves bring, in order; after that they work.
    saves: Arc<Mutex<VecDeque<Result<(), StoreError>>>>,
    load_fails: Arc<Mutex<Option<StoreError>>>,
    load_hangs: Arc<Mutex<bool>>,
}

impl Watched {
    fn note(&self, text: String) {
        self.log.lock().unwrap().push(text);
    }

    fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap())
    }

    fn saves(&self, results: impl IntoIterator<Item = Result<(), StoreError>>) {
        self.saves.lock().unwrap().extend(results);
    }

    /// The tokens as one line: `refresh/access`, and what is noted about the refresh token.
    async fn line(&self) -> String {
        line(&self.inner.load(&key()).await.unwrap().unwrap())
    }
}

fn line(tokens: &StoredTokens) -> String {
    let access = tokens.access_token.as_ref().map_or("-", Secret::expose);
    let mut line = format!("{}/{access}", tokens.refresh_token.expose());
    if tokens.first_tried_at.is_some() {
        line.push_str(" tried");
    }
    if tokens.sign_in_again {
        line.push_str(" over");
    }
    line
}

impl TokenStore for Watched {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredTokens>, StoreError>> {
        if *self.load_hangs.lock().unwrap() {
            return Box::pin(std::future::pending());
        }
        match self.load_fails.lock().unwrap().clone() {
            Some(error) => Box::pin(std::future::ready(Err(error))),
            None => self.inner.load(key),
        }
    }

    fn lock<'a>(
        &'a self,
        key: &'a TokenKey,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn TokenLock>, StoreError>> {
        Box::pin(async move {
            let lock = self.inner.lock(key, lease).await?;
            self.note("lock".to_owned());
            let lock: Box<dyn TokenLock> = Box::new(WatchedLock {
                lock,
                store: self.clone(),
            });
            Ok(lock)
        })
    }
}

#[derive(Debug)]
struct WatchedLock {
    lock: Box<dyn TokenLock>,
    store: Watched,
}

impl TokenLock for WatchedLock {
    fn save<'a>(&'a mut self, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), StoreError>> {
        let result = self
            .store
            .saves
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or(Ok(()));
        match result {
            Ok(()) => {
                self.store.note(format!("save {}", line(tokens)));
                self.lock.save(tokens)
            }
            Err(error) => {
                self.store.note("save fails".to_owned());
                Box::pin(std::future::ready(Err(error)))
            }
        }
    }

    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        self.store.note("release".to_owned());
        self.lock.release()
    }
}

/// Notes each request into the store's log.
#[derive(Debug)]
struct Noting {
    service: ScriptedService,
    store: Watched,
}

impl HttpService for Noting {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        self.store.note("send".to_owned());
        self.service.call(request, sent)
    }
}

fn key() -> TokenKey {
    TokenKey::new("test", "shop", "anna")
}

fn process(store: &Watched) -> RotatingRefresh {
    let client = OAuthClient::new("shop", "s3cret".into());
    RotatingRefresh::new(
        HostId::TOKEN,
        "/token",
        client,
        "anna",
        Arc::new(store.clone()),
    )
    .repeat_window(WINDOW)
}

/// A store in which somebody has signed in, and a bench whose requests are in its log.
async fn signed_in(script: impl IntoIterator<Item = Reply>) -> (Bench, Watched) {
    let (bench, store) = empty(script);
    store
        .inner
        .save(&key(), &StoredTokens::new("r1".into()))
        .await
        .unwrap();
    (bench, store)
}

fn empty(script: impl IntoIterator<Item = Reply>) -> (Bench, Watched) {
    let store = Watched::default();
    let service = ScriptedService::new(script);
    let noting = Noting {
        service: service.clone(),
        store: store.clone(),
    };
    (Bench::over(service, Arc::new(noting), 1), store)
}

fn pair(refresh: &str, access: &str) -> Reply {
    let body = format!(
        r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":"3600","refresh_token":"{refresh}"}}"#
    );
    Reply::json(200, body)
}

fn invalid_grant() -> Reply {
    Reply::json(
        400,
        r#"{"error":"invalid_grant","error_description":"Unknown refresh token"}"#,
    )
}

/// The token, or the error's kind.
async fn asked(bench: &Bench, process: &RotatingRefresh) -> String {
    told(bench.clock.drive(process.authorize(&bench.read())).await)
}

fn told(result: Result<Authorization, AuthError>) -> String {
    match result {
        Ok(authorization) => header(&authorization).replace("Bearer ", ""),
        Err(error) => format!("{:?}", error.kind()),
    }
}

/// The refresh tokens that were sent.
fn sent(bench: &Bench) -> Vec<String> {
    let token = |form: String| {
        let rest = form
            .strip_prefix("grant_type=refresh_token&refresh_token=")
            .unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    bench.forms().into_iter().map(token).collect()
}

// Bounds.

#[tokio::test]
async fn the_lock_is_waited_for_within_the_time_of_the_call() {
    let (bench, store) = signed_in([pair("r2", "a2")]).await;
    let held = store.inner.lock(&key(), seconds(60)).await.unwrap();
    let process = process(&store);
    let result = bench
        .clock
        .drive(process.authorize(&bench.hurried(seconds(4))))
        .await;
    assert_eq!(
        (told(result), bench.clock.monotonic()),
        ("Unavailable".to_owned(), seconds(4))
    );
    held.release().await.unwrap();
    assert_eq!(asked(&bench, &process).await, "a2");
}

#[tokio::test]
async fn an_answer_is_not_waited_for_without_end() {
    // (time of the call, it ends after)
    for (left, after) in [(60, 15), (10, 10), (1, 1)] {
        let (bench, store) = signed_in([Reply::SilentAfterSending]).await;
        let process = process(&store);
        let result = bench
            .clock
            .drive(process.authorize(&bench.hurried(seconds(left))))
            .await;
        assert_eq!(told(result), "Unavailable");
        assert_eq!(bench.clock.monotonic(), seconds(after), "{left}");
        // The refresh itself ends in its own time, and gives the lock back.
        let (key, inner) = (key(), &store.inner);
        bench
            .clock
            .drive(inner.lock(&key, seconds(60)))
            .await
            .unwrap();
        assert_eq!(bench.clock.monotonic(), seconds(15), "{left}");
        assert_eq!(store.line().await, "r1/- tried", "{left}");
    }
}

#[tokio::test]
async fn a_store_that_hangs_holds_the_lock_no_longer_than_its_lease() {
    let (bench, store) = signed_in([pair("r2", "a2")]).await;
    *store.load_hangs.lock().unwrap() = true;
    let process = process(&store);
    let result = bench
        .clock
        .drive(process.authorize(&bench.hurried(seconds(100))))
        .await;
    assert_eq!(told(result), "Unavailable");
    assert_eq!(bench.clock.monotonic(), seconds(60));
    *store.load_hangs.lock().unwrap() = false;
    bench.clock.advance(seconds(1));
    assert_eq!(asked(&bench, &process).await, "a2");
}

#[tokio::test]
async fn a_store_that_fails_is_told_as_what_it_is() {
    let rows = [
        (StoreError::unavailable("down"), "Unavailable"),
        (StoreError::broken("half a file"), "Configuration"),
    ];
    for (error, kind) in rows {
        let (bench, store) = signed_in([pair("r2", "a2")]).await;
        *store.load_fails.lock().unwrap() = Some(error);
        assert_eq!(asked(&bench, &process(&store)).await, kind);
        assert_eq!(bench.service.sends(), 0);
    }
}

#[tokio::test]
async fn a_wrong_parameter_uses_nothing_up() {
    let (bench, store) = signed_in([pair("r2", "a2")]).await;
    let process = process(&store).parameter("refresh_token", "other");
    assert_eq!(asked(&bench, &process).await, "Configuration");
    assert_eq!(
        (bench.service.sends(), store.line().await),
        (0, "r1/-".to_owned())
    );
}

#[tokio::test]
async fn no_secret_and_no_user_is_shown() {
    let (bench, store) = empty([
        Reply::json(
            400,
            r#"{"error":"canary r","error_description":"canary-refresh"}"#,
        ),
        Reply::json(
            200,
            r#"{"access_token":"canary-access","refresh_token":"canary-next"}"#,
        ),
    ]);
    let client = OAuthClient::new("shop", "canary-secret".into());
    let process = RotatingRefresh::new(
        HostId::TOKEN,
        "/t",
        client,
        "canary-user",
        Arc::new(store.inner.clone()),
    )
    .parameter("redirect_uri", "canary-parameter");
    let key = TokenKey::new("test", "shop", "canary-user");
    let tokens = StoredTokens::new("canary-refresh".into());
    store.inner.save(&key, &tokens).await.unwrap();
    let error = bench
        .clock
        .drive(process.authorize(&bench.read()))
        .await
        .unwrap_err();
    bench.clock.advance(seconds(1));
    let authorization = bench
        .clock
        .drive(process.authorize(&bench.read()))
        .await
        .unwrap();
    let stored = store.inner.load(&key).await.unwrap();
    let lock = store.inner.lock(&key, seconds(1)).await.unwrap();
    let shown = format!(
        "{error} {error:?} {authorization:?} {process:?} {key:?} {tokens:?} {stored:?} {lock:?}"
    );
    assert!(!shown.contains("canary"), "{shown}");
}
