//! A worker is killed, the disk loses what was not synced: all that was answered is there.
//!
//! The worker is this very program, started again with the path of a store in its environment.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rubank_store::engine::{Change, Claimed, Engine, Filter, IntentId, IntentRow};
use rubank_store::{Sqlite, State};

const PLACE: &str = "RUBANK_TEST_CRASH_STORE";
const LEASE: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn a_killed_worker_loses_nothing_that_was_answered() {
    for (round, answers) in [1, 9, 40, 150, 400].into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        let told = work_and_die(&path, answers);
        check(&path, &told, round).await;
    }
}

#[tokio::test]
async fn writes_that_were_not_synced_may_be_lost_and_nothing_else() {
    for (round, answers) in [3, 10, 31, 62, 90, 120].into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        let told = work_and_die(&path, answers);
        // What came after the last answer may be on the disk in part, not at all, or as rubbish.
        let log = log_of(&path);
        let all = fs::metadata(&log).expect("a log").len();
        let safe = told.log;
        let end = safe + (all - safe) * round as u64 / 5;
        let file = OpenOptions::new()
            .write(true)
            .open(&log)
            .expect("the log opens");
        if round % 2 == 0 {
            file.set_len(end).expect("the log is cut");
        } else {
            let rubbish = vec![0xa5; usize::try_from(all - end).expect("a short log")];
            file.write_all_at(&rubbish, end)
                .expect("the log is spoiled");
        }
        drop(file);
        check(&path, &told, round).await;
    }
}

/// What the worker said before it died.
#[derive(Debug, Default)]
struct Told {
    states: BTreeMap<String, State>,
    counter: u8,
    /// The longest log at an answer.
    log: u64,
}

fn work_and_die(path: &Path, answers: usize) -> Told {
    let mut worker = Command::new(std::env::current_exe().expect("this program"))
        .args(["the_worker_that_is_killed", "--exact", "--nocapture"])
        .env(PLACE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the worker starts");
    let lines = BufReader::new(worker.stdout.take().expect("its output")).lines();
    let mut told = Told::default();
    let mut count = 0;
    for line in lines.map_while(Result::ok) {
        let words: Vec<_> = line.split(' ').collect();
        let ["did", key, word, log] = words.as_slice() else {
            continue;
        };
        told.log = told.log.max(log.parse().expect("a length"));
        if *key == "counter" {
            told.counter = told.counter.max(word.parse().expect("a number"));
        } else {
            told.states
                .insert((*key).to_owned(), word.parse().expect("a state"));
        }
        count += 1;
        if count == answers {
            worker.kill().expect("the worker is killed");
        }
    }
    let status = worker.wait().expect("it is gone");
    assert!(
        count >= answers && !status.success(),
        "{count} answers, {status}"
    );
    told
}

async fn check(path: &Path, told: &Told, round: usize) {
    let engine = Sqlite::open(path).await.expect("it opens");
    for (key, state) in &told.states {
        let id = IntentId::new("bank.pay", key);
        let found = engine.load(&id).await.expect("it is read");
        let found = found.unwrap_or_else(|| panic!("round {round}: {key} is lost"));
        // The next step may have been done and not answered.
        let steps = |state| {
            [State::Planned, State::Sending, State::Confirmed]
                .iter()
                .position(|s| *s == state)
        };
        assert!(
            steps(found.state) >= steps(*state),
            "round {round}: {key} was {state}, is {found:?}"
        );
        let journal = engine.journal(&id).await.expect("it is read");
        assert_eq!(
            Some(journal.len() - 1),
            steps(found.state),
            "round {round}: {key}"
        );
    }
    let counter = engine.get("s", "counter").await.expect("it is read");
    let counter = counter.map_or(0, |document| document.value[0]);
    assert!(counter >= told.counter, "round {round}: {counter} {told:?}");

    // Nothing is half there, and it goes on.
    let connection = rusqlite::Connection::open(path).expect("the file opens");
    let sound: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("an answer");
    assert_eq!(sound, "ok", "round {round}");
    let lonely: i64 = connection
        .query_row(
            "SELECT count(*) FROM intent WHERE id NOT IN (SELECT intent FROM journal)",
            [],
            |row| row.get(0),
        )
        .expect("an answer");
    assert_eq!(lonely, 0, "round {round}");
    let tally = engine.tally(&Filter::all()).await.expect("it is counted");
    let count: u64 = tally.iter().map(|tally| tally.count).sum();
    assert!(count >= told.states.len() as u64);
    assert!(engine.put("s", "after", None, b"x").await.is_ok());
}

fn log_of(path: &Path) -> PathBuf {
    path.with_file_name("store.db-wal")
}

/// Does nothing unless it is started by the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_that_is_killed() {
    let Some(path) = std::env::var_os(PLACE).map(PathBuf::from) else {
        return;
    };
    let engine: Arc<dyn Engine> = Arc::new(Sqlite::open(&path).await.expect("it opens"));
    let mut tasks = Vec::new();
    for task in 0..4 {
        tasks.push(tokio::spawn(pay_for_ever(
            Arc::clone(&engine),
            task,
            path.clone(),
        )));
    }
    for task in tasks {
        task.await.expect("it runs until it is killed");
    }
}

async fn pay_for_ever(engine: Arc<dyn Engine>, task: u32, path: PathBuf) {
    // The file may be longer by now than at the answer, never shorter.
    let tell = |key: &str, word: &str| {
        let length = fs::metadata(log_of(&path)).map_or(0, |log| log.len());
        println!("did {key} {word} {length}");
    };
    for number in 0.. {
        let planned = row(&format!("{task}-{number}"));
        let key = planned.id.key.as_str();
        let rows = std::slice::from_ref(&planned);
        engine.plan(rows).await.expect("it is planned");
        tell(key, "planned");

        let claimed = engine.claim(&planned.id, "worker", LEASE).await;
        let Ok(Claimed::Taken(held)) = claimed else {
            panic!("{claimed:?}");
        };
        let sending = Change {
            sends: true,
            release: false,
            ..Change::to(State::Sending, "worker")
        };
        let sent = engine.change(&held.id, held.fence, &sending).await;
        assert!(matches!(sent, Ok(Some(_))), "{sent:?}");
        tell(key, "sending");

        let confirmed = Change::to(State::Confirmed, "worker");
        let done = engine.change(&held.id, held.fence, &confirmed).await;
        assert!(matches!(done, Ok(Some(_))), "{done:?}");
        tell(key, "confirmed");

        if task == 0
            && let Ok(count) = u8::try_from(number)
        {
            engine
                .put("s", "counter", None, &[count])
                .await
                .expect("it is written");
            tell("counter", &count.to_string());
        }
    }
}

fn row(key: &str) -> IntentRow {
    IntentRow {
        id: IntentId::new("bank.pay", key),
        environment: "test".into(),
        run: Some("r".into()),
        line: None,
        subject: None,
        likeness: None,
        kopecks: Some(100),
        prints: Vec::new(),
        request: Some(vec![7; 1_500]),
        label: None,
        state: State::Planned,
        attempts: 0,
        looks: 0,
        missing: 0,
        said: None,
        answer: None,
        note: None,
        reason: None,
        bank_id: None,
        planned_at: 0,
        changed_at: 0,
        sent_at: None,
        due_at: 0,
        owner: None,
        lease_until: None,
        fence: 0,
    }
}
