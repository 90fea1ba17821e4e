//! A simulated bank, a store in a file, and programs that come and go.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use payouts_platform::rubank_core::BoxFuture;
use payouts_platform::rubank_core::client::ClientBuilder as Builder;
use payouts_platform::rubank_core::clock::Clock;
use payouts_platform::{Client, PayoutsPlatform, RequestOptions, Secret};
use rubank_runs::report::{End, Report};
use rubank_runs::{
    Bank, Confirmation, Event, Execution, FileHash, Money, Plan, Planning, RunId, Runs,
};
use rubank_sandbox::payouts::{CLIENT_KEY, CONTRACTOR};
use rubank_sandbox::{Fault, Host, Moment, Sandbox, SimulatedClock};
use rubank_store::{Keyring, Sqlite, SqliteOptions, Store};
use time::OffsetDateTime;

/// Longer than any pause that a program makes; what is longer is a timeout. The store cuts calls to an hour.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);
/// The deadline of a call, so long that no real socket ever meets it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(48 * 60 * 60);

/// The banks' clock, moved on by every pause that comes to its end. Timeouts never do.
#[derive(Clone, Debug)]
pub(crate) struct Quick(pub(crate) SimulatedClock);

impl Clock for Quick {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let banks = self.0.clone();
        Box::pin(async move {
            if duration > LONGEST_PAUSE {
                return std::future::pending().await;
            }
            breath(duration).await;
            banks.advance(duration);
        })
    }
}

/// Sockets and disks are real: without a moment for them, simulated hours would pass while a byte is under way.
#[allow(
    clippy::disallowed_methods,
    reason = "milliseconds for real sockets; no test waits for them to be over"
)]
async fn breath(simulated: Duration) {
    let breath = Duration::from_millis(simulated.as_secs().clamp(1, 60));
    tokio::time::sleep(breath).await;
}

pub(crate) struct Stage {
    pub(crate) banks: Sandbox,
    folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self {
            banks: Sandbox::builder().plain().start().await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn clock(&self) -> Quick {
        Quick(self.banks.clock().clone())
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.banks.clock().now()
    }

    /// A program's handle on the store: each has its own.
    pub(crate) async fn store(&self) -> Store {
        let seal = Secret::from("MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=".to_owned());
        self.store_with(Keyring::new("test", &seal).unwrap()).await
    }

    /// The store of somebody who gave no key.
    pub(crate) async fn open_store(&self) -> Store {
        self.store_with(Keyring::none()).await
    }

    async fn store_with(&self, keyring: Keyring) -> Store {
        let clock: Arc<dyn Clock> = Arc::new(self.clock());
        let options = SqliteOptions::new(self.folder.path().join("store.db")).clock(clock.clone());
        let engine = Sqlite::open_with(options).await.unwrap();
        Store::builder(engine, keyring)
            .clock(clock)
            .open()
            .await
            .unwrap()
    }

    /// Everything that lies on the disk, as who reads it would see it.
    pub(crate) fn disk(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let bytes = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        bytes.flatten().collect()
    }

    pub(crate) async fn runs(&self) -> Runs {
        Runs::new(&self.store().await).clock(Arc::new(self.clock()))
    }

    /// A program's client of the payouts platform.
    pub(crate) fn client(&self) -> Client {
        self.client_with(CLIENT_KEY)
    }

    /// One that speaks TLS, which these banks do not.
    pub(crate) fn client_by_tls(&self) -> Client {
        let url = self.banks.url(Host::PayoutsPlatformApi);
        self.client_at(&url.replacen("http://", "https://", 1), CLIENT_KEY)
    }

    pub(crate) fn client_with(&self, key: &str) -> Client {
        self.client_at(self.banks.url(Host::PayoutsPlatformApi), key)
    }

    /// One that shares the bank's limits with all others of the store.
    pub(crate) async fn pacing_client(&self) -> Client {
        let url = self.banks.url(Host::PayoutsPlatformApi);
        let pace = Arc::new(self.store().await.pace());
        self.builder_at(url, CLIENT_KEY).pace(pace).build().unwrap()
    }

    fn client_at(&self, url: &str, key: &str) -> Client {
        self.builder_at(url, key).build().unwrap()
    }

    fn builder_at(&self, url: &str, key: &str) -> Builder<PayoutsPlatform> {
        Client::builder(payouts_platform::environment("test", url))
            .credentials(payouts_platform::credentials(key))
            .clock(self.clock())
            .default_options(patient())
    }

    pub(crate) fn planning(&self) -> Planning {
        Planning::new("A. Planner", self.now())
    }

    /// A plan of so many payouts, each to somebody, each for something else: line 2 is 100.02 roubles.
    pub(crate) fn plan(&self, count: u64) -> Plan {
        let mut file = "contractor;amount;purpose\n".to_owned();
        for line in 2..count + 2 {
            let contractor = CONTRACTOR + line % 30;
            let (roubles, kopecks) = (100 + line / 100, line % 100);
            file.push_str(&format!("{contractor};{roubles},{kopecks:02};act {line}\n"));
        }
        self.planning().payouts("may.csv", file.as_bytes()).unwrap()
    }

    /// What somebody says who has looked at this plan.
    pub(crate) fn yes(&self, plan: &Plan) -> Confirmation {
        let summary = plan.summary();
        self.say(summary.sha256(), summary.total().into())
    }

    pub(crate) fn say(&self, sha256: FileHash, total: Money) -> Confirmation {
        Confirmation::new(sha256, total, "B. Checker", self.now())
    }

    /// A run of so many payouts that somebody confirmed.
    pub(crate) async fn confirmed(&self, runs: &Runs, count: u64) -> (Plan, RunId) {
        let plan = self.plan(count);
        let run = runs.plan(plan.clone()).await.unwrap();
        let run = runs
            .confirm(&self.client(), run.id(), &self.yes(&plan))
            .await
            .unwrap();
        (plan, run.id().clone())
    }

    /// How often money moved for each line: never more than once.
    pub(crate) fn paid(&self, plan: &Plan) -> Vec<usize> {
        let ledger = self.banks.ledger();
        let paid: Vec<_> = plan
            .lines()
            .iter()
            .map(|line| ledger.paid(line.key()))
            .collect();
        assert!(paid.iter().all(|times| *times <= 1), "{paid:?}");
        for entry in ledger.entries().iter().filter(|entry| entry.moved) {
            let line = plan.lines().iter().find(|line| line.key() == entry.key);
            let amount = line.map(|line| line.amount().get());
            assert!(amount.is_none_or(|amount| u64::try_from(amount) == Ok(entry.amount_kopecks)));
        }
        paid
    }

    pub(crate) fn all_are_paid(&self, plan: &Plan) {
        assert!(
            self.paid(plan).iter().all(|times| *times == 1),
            "{:?}",
            self.paid(plan)
        );
    }
}

pub(crate) fn patient() -> RequestOptions {
    RequestOptions::new()
        .attempt_timeout(DEADLINE)
        .deadline(DEADLINE)
}

/// Executes to the last event.
pub(crate) async fn execute<P: Bank>(execution: Execution<P>) -> Vec<Event> {
    let mut events = execution.within(DEADLINE * 10).start().await.unwrap();
    let mut told = Vec::new();
    while let Some(event) = events.next().await {
        let shown = format!("{event} {event:?}");
        assert!(
            !shown.contains("Checker") && !shown.contains("act "),
            "{shown}"
        );
        told.push(event);
    }
    let last = told.iter().filter(|event| event.is_last()).count();
    assert!(
        last == 1 && told.last().is_some_and(Event::is_last),
        "{told:?}"
    );
    told
}

/// Executes, and demands that it finishes.
pub(crate) async fn finish<P: Bank>(execution: Execution<P>) -> Vec<Event> {
    let told = execute(execution).await;
    assert!(
        matches!(told.last(), Some(Event::Finished(_))),
        "{:?}",
        told.last()
    );
    told
}

/// How many lines ended so.
pub(crate) fn counts(report: &Report) -> [usize; 5] {
    End::ALL.map(|end| report.tally(end).count)
}

/// The numbers of the lines that these events are about.
pub(crate) fn lines(events: &[Event], wanted: impl Fn(&Event) -> bool) -> Vec<u64> {
    let events = events.iter().filter(|event| wanted(event));
    let mut lines: Vec<_> = events
        .filter_map(|event| Some(event.line()?.number))
        .collect();
    lines.sort_unstable();
    lines
}

/// The platform's no, said of a field.
pub(crate) fn refusal(field: &str, message: &str) -> Fault {
    answer(&format!(
        r#"{{"error":{{"title":"Ошибка","fields":[{{"field":"{field}","messages":["{message}"]}}],"code":422}}}}"#
    ))
}

/// The platform's no in words that name no field: a used key may be refused so.
pub(crate) fn vague_refusal(text: &str) -> Fault {
    answer(&format!(
        r#"{{"error":{{"title":"{text}","fields":[],"code":422}}}}"#
    ))
}

fn answer(body: &str) -> Fault {
    Fault::Answer {
        status: 422,
        content_type: "application/json".to_owned(),
        body: body.to_owned(),
        moment: Moment::BeforeWork,
    }
}

/// Polls so many times, then drops: a crash at some point in the middle.
pub(crate) async fn cut<T>(future: impl Future<Output = T>, polls: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
