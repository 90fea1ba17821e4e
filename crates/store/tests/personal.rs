//! What is personal cannot be read in the database, and is gone when it was forgotten.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use rubank_core::auth::{ApiKey, StoredTokens, TokenKey, TokenStore};
use rubank_core::client::{Client, Lookup, Verdict};
use rubank_core::clock::{Clock, ManualClock};
use rubank_core::environment::{Environment, Host};
use rubank_core::error::BankError;
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::money::Kopecks;
use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, KeyPromise, Method, Operation, OperationMeta, Parts,
    Provider,
};
use rubank_core::rate::{Pace, RateClass, Want};
use rubank_core::read::ReadError;
use rubank_core::retry::RetryPolicy;
use rubank_core::secret::Secret;
use rubank_store::engine::{Filter, IntentId, IntentRow};
use rubank_store::{Intent, Keyring, Settled, Sqlite, SqliteOptions, State, Store};
use serde::Deserialize;
use tempfile::TempDir;
use time::macros::datetime;

/// A text for each person, so that one can be forgotten and the others found.
const ANNA: &str = "canary-anna";
const BORIS: &str = "canary-boris";

struct Bank;

impl Provider for Bank {
    const NAME: &'static str = "bank";
    const OPERATIONS: &'static [OperationMeta] = &[Pay::META, Ask::META];
    const REQUEST_ID_HEADERS: &'static [&'static str] = &[];

    fn read_error(answer: &Answer) -> BankError {
        #[derive(Deserialize)]
        struct Told {
            code: Option<String>,
            text: Option<String>,
        }
        let told = answer.json::<Told>().ok();
        told.map_or(BankError::new(), |told| {
            BankError::new()
                .with_code(told.code)
                .with_message(told.text)
        })
    }
}

/// A payment that is about one person in its every part but the key.
struct Pay {
    key: &'static str,
    person: &'static str,
}

impl Operation for Pay {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = OperationMeta::new(
        "bank.pay",
        Effect::Keyed,
        Method::Post,
        HostId::API,
        "/pay/{person}",
    )
    .key_promise(KeyPromise::Refused)
    .lookup("bank.ask");

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Parts::new()
            .path("person", self.person)
            .query("person", self.person)
            .header(
                HeaderName::from_static("x-person"),
                HeaderValue::from_static(self.person),
            )
            .json(&[("key", self.key), ("person", self.person)])
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }
}

impl Lookup for Pay {
    type By = Ask;
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> Ask {
        Ask(self.person)
    }

    fn verdict(payment: &Payment) -> Verdict {
        match payment.paid {
            true => Verdict::Happened,
            false => Verdict::Pending,
        }
    }
}

struct Ask(&'static str);

impl Operation for Ask {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = OperationMeta::new(
        "bank.ask",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/pay/{person}",
    );

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new().path("person", self.0))
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }
}

#[derive(Deserialize)]
struct Payment {
    paid: bool,
}

struct Office {
    folder: TempDir,
    clock: ManualClock,
    bank: ScriptedService,
    client: Client<Bank>,
    store: Store,
    /// Whatever can be printed of what was seen.
    printed: String,
}

impl Office {
    async fn new(keyring: Keyring) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(datetime!(2026-01-15 09:00 UTC));
        let options = SqliteOptions::new(folder.path().join("store.db"));
        let engine = Sqlite::open_with(options.clock(Arc::new(clock.clone()))).await;
        let store = Store::builder(engine.unwrap(), keyring)
            .clock(Arc::new(clock.clone()))
            .worker("office")
            .open()
            .await
            .unwrap();
        let bank = ScriptedService::new([]);
        let environment =
            Environment::new("test").host(HostId::API, Host::new("https://bank.test"));
        let key = HeaderName::from_static("x-key");
        let client = Client::builder(environment)
            .transport(bank.clone())
            .credentials(ApiKey::new(key, Secret::from("not-a-real-key")))
            .clock(clock.clone())
            .retry_policy(RetryPolicy::never())
            .build()
            .unwrap();
        let printed = format!("{store:?}");
        Office {
            folder,
            clock,
            bank,
            client,
            store,
            printed,
        }
    }

    /// Everything that a store keeps, about Anna and about Boris.
    async fn work(&mut self) {
        for (person, keys) in [
            (ANNA, ["a-1", "a-2", "a-3", "a-4"]),
            (BORIS, ["b-1", "b-2", "b-3", "b-4"]),
        ] {
            let [answered, refused, found, unfinished] = keys;
            let said = format!(r#"{{"paid":true,"name":"{person}"}}"#);
            self.send(answered, person, [Reply::json(200, said.clone())])
                .await;
            let no = format!(r#"{{"code":"NO","text":"no account for {person}"}}"#);
            self.send(refused, person, [Reply::json(422, no)]).await;
            let later = [Reply::LostAfterSending, Reply::json(200, said)];
            self.send(found, person, later).await;
            self.send(unfinished, person, [Reply::Refused]).await;
            self.look_around(person).await;
        }
        let cursors = self.store.cursors();
        cursors.save(ANNA, 0, ANNA.as_bytes()).await.unwrap();
        let key = TokenKey::new("test", "shop", ANNA);
        let mut tokens = StoredTokens::new(ANNA.into());
        tokens.access_token = Some(ANNA.into());
        self.store.tokens().save(&key, &tokens).await.unwrap();
        let class = RateClass::per_second("bank.state", 1).keyed();
        let pace = self.store.pace();
        pace.acquire(&[Want::keyed(class, ANNA)], None)
            .await
            .unwrap();
        pace.pause(class, Some(ANNA), Duration::from_secs(9)).await;
        self.printed += &format!("{cursors:?} {key:?} {tokens:?} {pace:?}");
        self.printed += &format!("{:?}", cursors.load(ANNA).await.unwrap());
    }

    async fn send<const N: usize>(
        &mut self,
        key: &'static str,
        person: &'static str,
        script: [Reply; N],
    ) -> String {
        for reply in script {
            self.bank.push(reply);
        }
        let intent = Intent::new(key)
            .subject(person)
            .amount(Kopecks::new(150_050))
            .likeness(format!("{person} 1500.50"))
            .label(person);
        let pay = Pay { key, person };
        let sending = self.store.send_once(&self.client, &intent, &pay);
        let word = match self.clock.drive(sending).await {
            Ok(Settled::Answered(_)) => "answered".to_owned(),
            Ok(Settled::Found(_)) => "found".to_owned(),
            Ok(Settled::Refused(refusal)) => format!("refused {refusal:?} {refusal}"),
            Ok(Settled::Known(state)) => format!("known {state}"),
            Ok(_) => "else".to_owned(),
            Err(error) => format!("{error:?} {error}"),
        };
        self.printed += &format!("{intent:?} {word}");
        word
    }

    /// The same key for another wish, and what is known of the rows.
    async fn look_around(&mut self, person: &'static str) {
        let other = Pay {
            key: if person == ANNA { "a-1" } else { "b-1" },
            person: "somebody else",
        };
        let intent = Intent::new(other.key).subject("somebody else");
        let error = self
            .store
            .plan(&self.client, &intent, &other)
            .await
            .unwrap_err();
        self.printed += &format!("{error:?} {error}");
        for row in self.rows().await {
            self.printed += &format!("{row:?} {:?}", self.store.journal(&row.id).await.unwrap());
        }
    }

    async fn rows(&self) -> Vec<IntentRow> {
        self.store.intents(&Filter::all(), None, 100).await.unwrap()
    }

    async fn row(&self, key: &str) -> IntentRow {
        let id = IntentId::new(Pay::META.id, key);
        self.store.intent(&id).await.unwrap().unwrap()
    }

    /// How often a text stands in the files of the database.
    fn traces(&self, text: &str) -> usize {
        traces(self.folder.path(), text)
    }
}

fn traces(folder: &Path, text: &str) -> usize {
    let files = fs::read_dir(folder).unwrap();
    let bytes = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    let in_file = |bytes: Vec<u8>| {
        let windows = bytes.windows(text.len());
        windows.filter(|window| *window == text.as_bytes()).count()
    };
    bytes.map(in_file).sum()
}

fn key() -> Keyring {
    // Thirty-two bytes of nothing.
    let nothing = Secret::from("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    Keyring::new("test", &nothing).unwrap()
}

#[tokio::test]
async fn with_a_key_nothing_personal_stands_in_the_files_nor_is_printed() {
    let mut office = Office::new(key()).await;
    office.work().await;
    assert_eq!(office.traces("canary"), 0);
    assert_eq!(office.printed.find("canary"), None);
    // What may be read is there: the test looks at the right files.
    assert!(office.traces("bank.pay") > 0 && office.traces("a-1") > 0);
    let label = office.store.label(&office.row("a-1").await).unwrap();
    assert_eq!(label.as_deref(), Some(ANNA.as_bytes()));
}

#[tokio::test]
async fn without_a_key_it_stands_there_and_is_not_printed_either() {
    let mut office = Office::new(Keyring::none()).await;
    office.work().await;
    assert!(office.traces(ANNA) > 0 && office.traces(BORIS) > 0);
    assert_eq!(office.printed.find("canary"), None);
}

#[tokio::test]
async fn who_is_forgotten_leaves_the_key_the_sum_and_the_outcome() {
    for keyring in [key(), Keyring::none()] {
        let mut office = Office::new(keyring).await;
        office.work().await;
        // One is not final: it needs its request.
        let before = office.row("a-4").await;
        assert_eq!(before.state, State::Planned);
        let done = office.store.forget(ANNA).await.unwrap();
        assert_eq!(
            (done.erased, done.unfinished),
            final_and_not(&office, "a-").await
        );
        assert!(done.erased > 0 && done.unfinished > 0);
        assert_eq!(office.row("a-4").await, before);

        for row in office
            .rows()
            .await
            .into_iter()
            .filter(|row| row.state.is_final())
        {
            let kept = row.id.key.starts_with("b-");
            assert_eq!(row.request.is_some(), kept, "{row:?}");
            assert_eq!(row.label.is_some(), kept, "{row:?}");
            assert!(
                kept || row.answer.is_none() && row.note.is_none(),
                "{row:?}"
            );
            assert_eq!(row.kopecks, Some(150_050));
            assert!(!office.store.journal(&row.id).await.unwrap().is_empty());
        }
        // Nobody who was never there is found, and nobody twice.
        let again = office.store.forget(ANNA).await.unwrap();
        assert_eq!(again.unfinished, done.unfinished);
        assert_eq!(
            office.store.forget("canary").await.unwrap(),
            Default::default()
        );
    }
}

#[tokio::test]
async fn what_was_forgotten_is_still_not_paid_again() {
    let mut office = Office::new(key()).await;
    office.work().await;
    office.store.forget(ANNA).await.unwrap();
    let sends = office.bank.sends();
    for (key, said) in [("a-2", "refused"), ("a-3", "known confirmed")] {
        let state = office.row(key).await.state;
        assert!(state.is_final(), "{state}");
        let word = office.send(key, ANNA, []).await;
        assert!(word.starts_with(said), "{word}");
        assert_eq!(office.bank.sends(), sends, "{key}");
        assert_eq!(office.row(key).await.state, state);
    }
}

#[tokio::test]
async fn what_is_purged_is_gone_from_the_file() {
    let mut office = Office::new(Keyring::none()).await;
    // Without a bank's yes or no they stay what they are; a refusal is final.
    for (key, person) in [("a-1", ANNA), ("b-1", BORIS)] {
        let no = format!(r#"{{"code":"NO","text":"no account for {person}"}}"#);
        office.send(key, person, [Reply::json(422, no)]).await;
        assert_eq!(office.row(key).await.state, State::Rejected);
        office.clock.advance(Duration::from_secs(86_400));
    }
    let anna = office.clock.now() - Duration::from_secs(36 * 3600);
    let done = office.store.purge(anna).await.unwrap();
    assert_eq!((done.erased, done.unfinished), (1, 0));
    assert_eq!(
        office.traces(ANNA),
        0,
        "not in a page that was freed, nor in the log"
    );
    assert!(office.traces(BORIS) > 0);
    let done = office.store.purge(office.clock.now()).await.unwrap();
    assert_eq!(done.unfinished, 0);
    assert_eq!(office.traces(BORIS), 0);
}

/// How many rows whose key begins so are final, and how many are not.
async fn final_and_not(office: &Office, start: &str) -> (u64, u64) {
    let rows = office.rows().await;
    let of_person = rows.iter().filter(|row| row.id.key.starts_with(start));
    let (last, open): (Vec<_>, Vec<_>) = of_person.partition(|row| row.state.is_final());
    (last.len() as u64, open.len() as u64)
}
