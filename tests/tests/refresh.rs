//! Rotating refresh tokens, with real processes: whoever is killed at any step of a refresh, the next one still gets
//! in; and eight with one expired token refresh it once.
//!
//! Nothing sleeps but to wait for processes, and every wait has an end.

#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rubank_core::auth::{FileTokenStore, StoredTokens, TokenKey, TokenStore};
use rubank_core::clock::{Clock, SystemClock};
use rubank_sandbox::sber::{self, RepeatedRefresh};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox};

/// Far more than any wait takes; a test that fails by it would have waited for ever.
const PATIENCE: Duration = Duration::from_secs(120);
const USER: &str = "accountant";

/// A bank, a folder with tokens that have expired, and processes that want in.
struct Office {
    bank: Sandbox,
    folder: PathBuf,
    store: FileTokenStore,
    key: TokenKey,
}

impl Office {
    async fn open() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("rubank-refresh-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let bank = Sandbox::builder().plain().start().await;
        let bank = bank.expect("the sandbox starts");
        let office = Office {
            key: TokenKey::new("sandbox", bank.client_id(), USER),
            store: FileTokenStore::open(&folder).expect("a folder"),
            bank,
            folder,
        };
        let pair = office.bank.sber().grant_all();
        office.bank.sber().expire_access_tokens();
        let mut tokens = StoredTokens::new(pair.refresh_token.into());
        tokens.access_token = Some(pair.access_token.into());
        tokens.access_expires_at = Some(SystemClock.now() - time::Duration::seconds(1));
        office.put(&tokens).await;
        office
    }

    async fn put(&self, tokens: &StoredTokens) {
        let saved = self.store.save(&self.key, tokens).await;
        saved.expect("the tokens are saved");
    }

    async fn stored(&self) -> StoredTokens {
        let stored = self.store.load(&self.key).await;
        stored.expect("readable tokens").expect("there are tokens")
    }

    /// A process that stops at `step`.
    fn process(&self, step: &str) -> Process {
        let child = Command::new(env!("CARGO_BIN_EXE_refresh_worker"))
            .arg(&self.folder)
            .arg(self.bank.url(Host::SberToken))
            .arg(self.bank.url(Host::SberApi))
            .args([self.bank.client_id(), self.bank.client_secret(), USER, step])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.expect("the worker starts");
        let output = child.stdout.take().map(BufReader::new);
        Process { child, output }
    }

    /// What a process that is not stopped says in the end.
    async fn enter(&self) -> String {
        let mut process = self.process("never");
        process.line("ready").await;
        process.last().await
    }

    /// How many token requests there were, and how many of them the bank worked on.
    fn token_calls(&self) -> (usize, usize) {
        let mut calls = self.bank.calls();
        calls.retain(|call| call.operation == Some(sber::TOKEN));
        let handled = calls.iter().filter(|call| call.handled).count();
        (calls.len(), handled)
    }

    async fn when_token_calls_are(&self, wanted: (usize, usize)) {
        within(async {
            while self.token_calls() != wanted {
                SystemClock.sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _left_to_the_system = fs::remove_dir_all(&self.folder);
    }
}

/// A worker; it does not outlive the test.
struct Process {
    child: Child,
    output: Option<BufReader<ChildStdout>>,
}

impl Process {
    /// The next line, which must be this one.
    async fn line(&mut self, wanted: &str) {
        assert_eq!(self.next().await, wanted);
    }

    /// The next line; empty when the process is gone.
    async fn next(&mut self) -> String {
        let mut output = self.output.take().expect("one reader at a time");
        let read = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            output.read_line(&mut line).map(|_| (output, line))
        });
        let read = within(read).await.expect("the reader lives");
        let (output, line) = read.expect("the worker's output can be read");
        self.output = Some(output);
        line.trim_end().to_owned()
    }

    /// The last line of a process that ends by itself.
    async fn last(mut self) -> String {
        let line = self.next().await;
        self.line("").await;
        line
    }

    /// SIGKILL: no destructor runs, nothing is given back.
    fn kill(mut self) {
        self.child.kill().expect("the worker can be killed");
        let ended = self.child.wait().expect("the worker has ended");
        assert!(!ended.success(), "it had not ended before");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::select! {
        value = future => value,
        () = SystemClock.sleep(PATIENCE) => panic!("nothing happened for {PATIENCE:?}"),
    }
}

fn is_in(said: &str) {
    assert_eq!(said, format!("in {}", sber::USER));
}

/// Every step, with the refreshes that the bank has answered when the next process is in: the killed one's, and its.
const STEPS: [(&str, u64); 5] = [
    ("before-first-try", 1),
    ("after-first-try", 1),
    ("before-pair", 2),
    ("after-pair", 1),
    ("before-release", 1),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_killed_the_next_one_gets_in() {
    for (step, refreshes) in STEPS {
        let office = Office::open().await;
        let mut victim = office.process(step);
        victim.line("ready").await;
        victim.line("at").await;
        victim.kill();
        is_in(&office.enter().await);
        assert_eq!(office.bank.sber().refreshes(), refreshes, "{step}");
        assert_eq!(
            office.bank.sber().repeated_refreshes(),
            refreshes - 1,
            "{step}"
        );
        assert!(office.stored().await.first_tried_at.is_none(), "{step}");
        // And it stays in: the stored pair is the one that the bank goes on with.
        office.bank.sber().expire_access_tokens();
        is_in(&office.enter().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_repeated_by_the_next_one() {
    for (moment, handled, repeated) in [
        (Moment::BeforeWork, 0, RepeatedRefresh::Refused),
        (Moment::AfterWork, 1, RepeatedRefresh::SamePair),
        (Moment::AfterWork, 1, RepeatedRefresh::NewPair),
    ] {
        let office = Office::open().await;
        let sber = office.bank.sber();
        sber.adjust(|settings| settings.repeated_refresh = repeated);
        let hang = FaultRule::on(sber::TOKEN, Fault::Hang(moment)).next(1);
        office.bank.faults().push(hang);
        let victim = office.process("never");
        office.when_token_calls_are((1, handled)).await;
        victim.kill();
        assert!(office.stored().await.first_tried_at.is_some());
        is_in(&office.enter().await);
        assert_eq!(office.token_calls(), (2, handled + 1));
        sber.expire_access_tokens();
        is_in(&office.enter().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_that_is_half_written_is_no_harm() {
    for _ in 0..5 {
        let office = Office::open().await;
        let mut victim = office.process("during-pair");
        victim.line("ready").await;
        // It ends itself while another thread is writing.
        victim.line("").await;
        is_in(&office.enter().await);
        assert!(office.bank.sber().refreshes() <= 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_deaths_in_a_row_are_no_harm() {
    let office = Office::open().await;
    for step in [
        "before-first-try",
        "after-first-try",
        "before-pair",
        "before-pair",
    ] {
        let mut victim = office.process(step);
        victim.line("ready").await;
        victim.line("at").await;
        victim.kill();
    }
    is_in(&office.enter().await);
    assert_eq!(office.token_calls(), (3, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_window_nobody_asks_again() {
    let office = Office::open().await;
    let mut tokens = office.stored().await;
    tokens.first_tried_at = Some(SystemClock.now() - time::Duration::minutes(60));
    office.put(&tokens).await;
    let said = office.enter().await;
    assert!(said.starts_with("out SignInAgain "), "{said}");
    assert_eq!(office.token_calls(), (0, 0));

    // A person signs in, and all is well.
    let pair = office.bank.sber().grant_all();
    office
        .put(&StoredTokens::new(pair.refresh_token.into()))
        .await;
    is_in(&office.enter().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_processes_refresh_one_expired_token_once() {
    let office = Office::open().await;
    // Held until each of them has tried it in vain, so that none comes when all is done.
    let held = office.store.lock(&office.key, PATIENCE).await;
    let held = held.expect("the lock");
    let mut processes: Vec<Process> = (0..8).map(|_| office.process("tells-of-wait")).collect();
    for process in &mut processes {
        process.line("ready").await;
        process.line("waits").await;
    }
    assert_eq!(office.bank.calls().len(), 0, "nobody has got past the lock");
    held.release().await.expect("the lock is given back");
    for process in processes {
        is_in(&process.last().await);
    }
    assert_eq!(office.bank.sber().refreshes(), 1);
    assert_eq!(office.bank.calls().len(), 9, "one refresh and eight calls");
}
