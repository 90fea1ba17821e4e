//! A store on a file, a client on a script, and one clock that nobody waits for.

#![allow(dead_code, reason = "shared by several test targets")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::sync::Arc;
use std::time::Duration;

use rubank_core::client::Client;
use rubank_core::clock::ManualClock;
use rubank_core::environment::{Environment, Host};
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::operation::HostId;
use rubank_core::retry::RetryPolicy;
use rubank_core::secret::Secret;
use rubank_store::engine::{IntentId, Journal};
use rubank_store::{
    Intent, Keyring, Settled, SettledOf, Sqlite, SqliteOptions, State, Store, StoreError,
};
use tempfile::TempDir;
use time::macros::datetime;

use crate::bank::{Bank, Pay};

pub(crate) struct Desk {
    folder: TempDir,
    pub(crate) clock: ManualClock,
    pub(crate) bank: ScriptedService,
    pub(crate) client: Client<Bank>,
    pub(crate) store: Store,
}

pub(crate) fn key() -> Keyring {
    // Thirty-two bytes of nothing.
    Keyring::new(
        "test",
        &Secret::from("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    )
    .unwrap()
}

impl Desk {
    pub(crate) async fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        Self::with(key(), script).await
    }

    pub(crate) async fn with(keyring: Keyring, script: impl IntoIterator<Item = Reply>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(datetime!(2026-01-15 09:00 UTC));
        let bank = ScriptedService::new(script);
        let client = client(&clock, &bank, "test", "https://bank.test");
        let store = open(&folder, &clock, keyring).await;
        Desk {
            folder,
            clock,
            bank,
            client,
            store,
        }
    }

    /// The same file, opened by a program that has just started.
    pub(crate) async fn restart(&mut self) {
        self.store = open(&self.folder, &self.clock, key()).await;
    }

    /// The database, opened once more.
    pub(crate) async fn engine(&self) -> Sqlite {
        self.file("store.db").await
    }

    /// An empty database beside it.
    pub(crate) async fn other_engine(&self) -> Sqlite {
        self.file("other.db").await
    }

    /// A store over another database, with the same key.
    pub(crate) async fn over(&self, engine: Sqlite) -> Store {
        Store::open(engine, key()).await.unwrap()
    }

    async fn file(&self, name: &str) -> Sqlite {
        let clock: Arc<ManualClock> = Arc::new(self.clock.clone());
        let options = SqliteOptions::new(self.folder.path().join(name)).clock(clock);
        Sqlite::open_with(options).await.unwrap()
    }

    pub(crate) async fn send<const PROMISE: usize>(
        &self,
        intent: &Intent,
        pay: &Pay<PROMISE>,
    ) -> Result<SettledOf<Pay<PROMISE>>, StoreError> {
        self.clock
            .drive(self.store.send_once(&self.client, intent, pay))
            .await
    }

    pub(crate) async fn resume<const PROMISE: usize>(
        &self,
        key: &str,
    ) -> Result<SettledOf<Pay<PROMISE>>, StoreError> {
        self.clock
            .drive(self.store.resume::<_, Pay<PROMISE>>(&self.client, key))
            .await
    }

    pub(crate) async fn state(&self, id: &IntentId) -> State {
        self.store.intent(id).await.unwrap().unwrap().state
    }

    /// The states that it went through, each once in a row.
    pub(crate) async fn path(&self, id: &IntentId) -> String {
        let journal = self.store.journal(id).await.unwrap();
        let mut states: Vec<_> = journal
            .iter()
            .map(|Journal { state, .. }| state.as_str())
            .collect();
        states.dedup();
        states.join(" ")
    }

    /// The writes that left.
    pub(crate) fn writes(&self) -> Vec<rubank_core::http::SeenRequest> {
        let seen = self.bank.seen().into_iter();
        seen.filter(|seen| seen.method == http::Method::POST)
            .collect()
    }

    /// The lookups that left.
    pub(crate) fn looks(&self) -> usize {
        self.bank.sends() - self.writes().len()
    }
}

pub(crate) fn client(
    clock: &ManualClock,
    bank: &ScriptedService,
    name: &str,
    base: &str,
) -> Client<Bank> {
    Client::builder(Environment::new(name).host(HostId::API, Host::new(base)))
        .transport(bank.clone())
        .credentials(rubank_core::auth::ApiKey::new(
            http::HeaderName::from_static("x-key"),
            Secret::from("not-a-real-key"),
        ))
        .clock(clock.clone())
        .retry_policy(RetryPolicy::never())
        .build()
        .unwrap()
}

async fn open(folder: &TempDir, clock: &ManualClock, keyring: Keyring) -> Store {
    let clock: Arc<ManualClock> = Arc::new(clock.clone());
    let options = SqliteOptions::new(folder.path().join("store.db")).clock(clock.clone());
    let engine = Sqlite::open_with(options).await.unwrap();
    Store::builder(engine, keyring)
        .clock(clock)
        .worker("desk")
        .open()
        .await
        .unwrap()
}

/// In one word.
pub(crate) fn word<T, F>(settled: &Result<Settled<T, F>, StoreError>) -> String {
    match settled {
        Ok(Settled::Answered(_)) => "answered".to_owned(),
        Ok(Settled::Found(_)) => "found".to_owned(),
        Ok(Settled::Refused(_)) => "refused".to_owned(),
        Ok(Settled::Known(state)) => format!("known {state}"),
        Ok(Settled::NeedsPerson(reason)) => format!("person {reason}"),
        Ok(Settled::Unknown) => "unknown".to_owned(),
        Err(StoreError::Call(error)) => format!("{} {}", error.as_str(), error.outcome().as_str()),
        Err(error) => error.to_string(),
    }
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
