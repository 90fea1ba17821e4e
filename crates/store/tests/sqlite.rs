//! What only the SQLite engine promises: its file, and what lies in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use rubank_core::clock::ManualClock;
use rubank_store::engine::{
    Change, Claimed, Engine, EngineError, FARTHEST, Filter, IntentId, IntentRow, Parameter, Taken,
    TokenWant,
};
use rubank_store::{Sqlite, SqliteOptions, State};
use rusqlite::{Connection, params_from_iter, types::Value};
use tempfile::TempDir;
use time::macros::datetime;

#[tokio::test]
async fn a_new_file_is_its_owners_alone_and_nothing_else_is_left() {
    let (folder, path) = place();
    let engine = Sqlite::open(&path).await.expect("it opens");
    engine
        .put("s", "n", None, b"v")
        .await
        .expect("it is written");

    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let entry = entry.expect("an entry");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = entry.metadata().expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        }
        names.push(entry.file_name().into_string().expect("a name"));
    }
    names.sort();
    assert_eq!(names, ["store.db", "store.db-shm", "store.db-wal"]);
}

#[tokio::test]
async fn where_none_is_to_be_made_none_is_made() {
    let (_folder, path) = place();
    let existing = || SqliteOptions::new(&path).existing();
    let refused = Sqlite::open_with(existing())
        .await
        .expect_err("there is none");
    assert_eq!(refused, EngineError::Absent);
    assert!(!path.exists());
    Sqlite::open(&path).await.expect("it is made");
    Sqlite::open_with(existing()).await.expect("it is there");
}

#[tokio::test]
async fn the_settings_that_durability_rests_on_are_on() {
    let (_folder, path) = place();
    let _engine = Sqlite::open(&path).await.expect("it opens");
    let connection = Connection::open(&path).expect("the file opens");
    let text = |name: &str| {
        let value = connection.pragma_query_value(None, name, |row| row.get::<_, Value>(0));
        value.expect("a setting")
    };
    assert_eq!(text("journal_mode"), Value::Text("wal".into()));
    assert_eq!(text("application_id"), Value::Integer(0x7275_6273));
    assert_eq!(text("user_version"), Value::Integer(2));
}

#[tokio::test]
async fn what_is_not_a_store_is_left_alone() {
    let (_folder, path) = place();
    let database = {
        let (_other, other) = place();
        let connection = Connection::open(&other).expect("the file opens");
        let made = connection.execute_batch("CREATE TABLE intent (key TEXT)");
        made.expect("a table");
        fs::read(&other).expect("the file")
    };
    for (what, bytes) in [
        ("another program's database", database),
        ("a text", vec![b'x'; 8_192]),
        ("an empty file", Vec::new()),
    ] {
        fs::write(&path, &bytes).expect("the file");
        for error in [
            Sqlite::open(&path).await.expect_err(what),
            Sqlite::migrate(&path).await.expect_err(what),
        ] {
            assert!(matches!(error, EngineError::Broken(_)), "{what}: {error}");
        }
        assert_eq!(fs::read(&path).expect("the file"), bytes, "{what}");
        fs::remove_file(&path).expect("the file goes");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_without_its_name() {
    let (folder, _) = place();
    let error = Sqlite::open(folder.path().join("client-canary/store.db")).await;
    let error = error.expect_err("there is no folder");
    assert!(matches!(error, EngineError::Unavailable(_)), "{error}");
    assert!(!format!("{error} {error:?}").contains("canary"));
    let options = SqliteOptions::new("client-canary.db").busy_timeout(Duration::MAX);
    assert!(!format!("{options:?}").contains("canary"));
}

#[tokio::test]
async fn an_older_schema_is_migrated_and_a_newer_one_is_not() {
    let (_folder, path) = place();
    Sqlite::migrate(&path).await.expect("a new store is made");
    Sqlite::migrate(&path).await.expect("it is as it should be");
    drop(Sqlite::open(&path).await.expect("it opens"));

    // As the first version made it.
    let old = path.with_file_name("old.db");
    let connection = Connection::open(&old).expect("the file opens");
    connection
        .execute_batch(include_str!("../src/sqlite/migrations/0001.sql"))
        .expect("its tables");
    for (name, value) in [("application_id", 0x7275_6273), ("user_version", 1)] {
        connection
            .pragma_update(None, name, value)
            .expect("a setting");
    }
    drop(connection);
    let error = Sqlite::open(&old).await.expect_err("it is too old");
    assert_eq!(error, EngineError::TooOld { found: 1, known: 2 });
    Sqlite::migrate(&old).await.expect("it is migrated");
    let engine = Sqlite::open(&old).await.expect("it opens");

    // A newer program migrates it under our feet.
    let connection = Connection::open(&old).expect("the file opens");
    connection
        .pragma_update(None, "user_version", 3)
        .expect("a setting");
    let newer = EngineError::TooNew { found: 3, known: 2 };
    assert_eq!(engine.get("s", "n").await, Err(newer.clone()));
    assert_eq!(engine.put("s", "n", None, b"v").await, Err(newer.clone()));
    assert_eq!(Sqlite::migrate(&old).await, Err(newer));
}

#[tokio::test]
async fn a_clock_that_is_set_back_freezes_nothing_for_longer_than_a_lease() {
    let (_folder, path) = place();
    let clock = ManualClock::new(datetime!(2026-01-15 09:00 UTC));
    let options = SqliteOptions::new(&path).clock(Arc::new(clock.clone()));
    let engine = Sqlite::open_with(options).await.expect("it opens");
    let rows = ["held", "put-off", "never"].map(|key| {
        let mut row = IntentRow::planned(IntentId::new("bank.pay", key));
        row.environment = "test".into();
        row
    });
    engine.plan(&rows).await.expect("they are planned");
    let minute = Duration::from_secs(60);
    for row in &rows {
        let claimed = engine.claim(&row.id, "worker", minute).await;
        let Ok(Claimed::Taken(taken)) = claimed else {
            panic!("{claimed:?}");
        };
        let due_in = match row.id.key.as_str() {
            "held" => continue,
            "never" => Duration::MAX,
            _ => minute,
        };
        let change = Change {
            due_in,
            ..Change::to(State::Unknown, "worker")
        };
        let changed = engine.change(&row.id, taken.fence, &change).await;
        assert!(changed.expect("it is changed").is_some());
    }
    let hold = || engine.take_lease("lease", minute);
    assert!(matches!(hold().await, Ok(Taken::Held { .. })));
    let paused = engine.pause_tokens("class", b"", minute).await;
    paused.expect("it is paused");

    clock.set_wall(datetime!(2025-01-15 09:00 UTC));

    let due = async || {
        let rows = engine.claim_due(&Filter::all(), "other", minute, 9).await;
        let rows = rows.expect("an answer");
        Vec::from_iter(rows.into_iter().map(|row| row.id.key))
    };
    // What was put off is due; who holds one may do so for one whole lease from now on, and no longer.
    assert_eq!(due().await, ["put-off"]);
    let held = engine.claim(&rows[0].id, "other", minute).await;
    let now = engine.now().await.expect("the time");
    let longest = i64::try_from(FARTHEST.as_micros()).expect("a short time");
    let Ok(Claimed::Held { until }) = held else {
        panic!("{held:?}");
    };
    assert_eq!(until, now + longest);
    assert_eq!(hold().await, Ok(Taken::Busy { left: FARTHEST }));
    let want = TokenWant {
        class: "class".into(),
        key: Vec::new(),
        limit: 1,
        period: minute,
    };
    let wants = [want];
    let day = Duration::from_secs(24 * 60 * 60);
    assert_eq!(engine.take_tokens(&wants).await, Ok(Some(day)));
    assert!(engine.next_due(&Filter::all()).await.expect("a moment") <= Some(until));

    clock.advance(FARTHEST);
    assert_eq!(due().await, ["held", "put-off"]);
    assert!(matches!(hold().await, Ok(Taken::Held { .. })));
    clock.advance(day);
    assert_eq!(engine.take_tokens(&wants).await, Ok(None));
}

#[tokio::test]
async fn who_reads_from_the_log_keeps_it_from_being_emptied_and_that_is_told() {
    let (_folder, path) = place();
    let options = SqliteOptions::new(&path).busy_timeout(Duration::from_millis(20));
    let engine = Sqlite::open_with(options).await.expect("it opens");
    engine.plan(&[row("k")]).await.expect("it is planned");
    let reader = Connection::open(&path).expect("the file opens");
    let count = "BEGIN; SELECT count(*) FROM intent";
    reader.execute_batch(count).expect("it reads");
    let erase = async || engine.erase(&Filter::all()).await.expect("it erases");
    engine.plan(&[row("l")]).await.expect("it is planned");
    assert!(erase().await.is_in_log);
    reader.execute_batch("COMMIT").expect("it has read");
    assert!(!erase().await.is_in_log);
}

#[tokio::test]
async fn a_database_that_is_locked_for_too_long_is_unavailable_and_works_again() {
    let (_folder, path) = place();
    let options = SqliteOptions::new(&path).busy_timeout(Duration::from_millis(20));
    let engine = Sqlite::open_with(options).await.expect("it opens");
    let mut connection = Connection::open(&path).expect("the file opens");
    let lock = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .expect("a lock");

    let error = engine
        .put("s", "n", None, b"v")
        .await
        .expect_err("it is locked");
    assert!(error.is_transient(), "{error}");
    assert_eq!(engine.get("s", "n").await, Ok(None));
    // Who comes now need not wait either.
    let second = Sqlite::open(&path).await.expect("it opens");
    assert_eq!(second.get("s", "n").await, Ok(None));

    drop(lock);
    assert!(engine.put("s", "n", None, b"v").await.is_ok());
}

#[tokio::test]
async fn one_that_fails_does_not_take_the_others_with_it() {
    let (_folder, path) = place();
    let options = SqliteOptions::new(&path).busy_timeout(Duration::from_secs(60));
    let engine = Sqlite::open_with(options).await.expect("it opens");
    Connection::open(&path)
        .and_then(|connection| {
            connection.execute_batch(
                "CREATE TRIGGER spoiled BEFORE INSERT ON document WHEN new.name = 'spoiled'
                 BEGIN SELECT raise(ABORT, 'canary'); END",
            )
        })
        .expect("a trigger");
    // While somebody else writes, the jobs gather, and so share a transaction.
    let mut connection = Connection::open(&path).expect("the file opens");
    let lock = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .expect("a lock");
    let names: Vec<_> = (0..30).map(|number| number.to_string()).collect();
    let puts = names
        .iter()
        .map(String::as_str)
        .flat_map(|name| [name, "spoiled"]);
    let mut puts =
        futures_util::future::join_all(puts.map(|name| engine.put("s", name, Some(0), b"v")));
    let waits = std::future::poll_fn(|context| Poll::Ready(puts.poll_unpin(context).is_pending()));
    assert!(waits.await);
    drop(lock);

    for (number, put) in puts.await.into_iter().enumerate() {
        if number % 2 == 0 {
            assert!(matches!(put, Ok(Some(_))), "{put:?}");
        } else {
            let error = put.expect_err("it is spoiled");
            assert!(matches!(error, EngineError::Broken(_)), "{error}");
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }
    let documents = engine
        .documents("s", "", 100)
        .await
        .expect("they are listed");
    assert_eq!(documents.len(), 30);
}

#[tokio::test]
async fn rows_of_which_one_fails_are_all_not_planned() {
    let (_folder, path) = place();
    let engine = Sqlite::open(&path).await.expect("it opens");
    Connection::open(&path)
        .and_then(|connection| {
            connection.execute_batch(
                "CREATE TRIGGER spoiled BEFORE INSERT ON intent WHEN new.key = 'spoiled'
                 BEGIN SELECT raise(ABORT, 'canary'); END",
            )
        })
        .expect("a trigger");
    let planned = engine.plan(&[row("good"), row("spoiled")]).await;
    assert!(
        matches!(planned, Err(EngineError::Broken(_))),
        "{planned:?}"
    );
    assert!(matches!(engine.load(&row("good").id).await, Ok(None)));
    assert!(engine.plan(&[row("good")]).await.is_ok());
}

#[tokio::test]
async fn a_row_that_cannot_be_is_told_without_its_values() {
    let (_folder, path) = place();
    let engine = Sqlite::open(&path).await.expect("it opens");
    engine.plan(&[row("k")]).await.expect("it is planned");
    let connection = Connection::open(&path).expect("the file opens");
    let refused = connection.execute("UPDATE intent SET state = 'canary'", []);
    assert!(refused.is_err(), "the tables know the states");
    connection
        .execute_batch("PRAGMA ignore_check_constraints = ON; UPDATE intent SET state = 'canary'")
        .expect("a newer state");

    let error = engine
        .load(&row("k").id)
        .await
        .expect_err("it cannot be read");
    assert!(matches!(error, EngineError::Broken(_)));
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[tokio::test]
async fn the_journal_is_only_added_to() {
    let (_folder, path) = place();
    let engine = Sqlite::open(&path).await.expect("it opens");
    engine.plan(&[row("k")]).await.expect("it is planned");
    let connection = Connection::open(&path).expect("the file opens");
    for text in ["DELETE FROM journal", "UPDATE journal SET actor = 'x'"] {
        assert!(connection.execute(text, []).is_err(), "{text}");
    }
}

#[tokio::test]
async fn what_is_erased_is_nowhere_in_the_files() {
    let (folder, path) = place();
    let engine = Sqlite::open(&path).await.expect("it opens");
    let canary = b"canary-request".repeat(700);
    let planned = IntentRow {
        request: Some(canary.clone()),
        label: Some(b"canary-label".to_vec()),
        ..row("k")
    };
    engine.plan(&[planned]).await.expect("it is planned");
    let end = Change {
        answer: Some(b"canary-answer".to_vec()),
        note: Some(b"canary-note".to_vec()),
        ..Change::to(State::Confirmed, "worker")
    };
    engine
        .change(&row("k").id, 0, &end)
        .await
        .expect("it is changed");
    assert!(finds(folder.path(), b"canary"));

    let erased = engine.erase(&Filter::all()).await.expect("it is erased");
    assert_eq!(erased.erased, 1);
    assert!(!finds(folder.path(), b"canary"));
}

fn finds(folder: &Path, word: &[u8]) -> bool {
    fs::read_dir(folder).expect("a folder").any(|entry| {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        bytes.windows(word.len()).any(|window| window == word)
    })
}

#[tokio::test]
async fn a_statement_is_a_put_in_the_callers_transaction() {
    let (_folder, path) = place();
    let engine = Sqlite::open(&path).await.expect("it opens");
    let mut connection = Connection::open(&path).expect("the file opens");
    let mut run = |expected: i64, value: &[u8], commits: bool| {
        let statement = engine
            .put_statement("s", "n", expected, value)
            .expect("SQL");
        let values = statement
            .parameters
            .into_iter()
            .map(|parameter| match parameter {
                Parameter::Text(text) => Value::Text(text),
                Parameter::Integer(number) => Value::Integer(number),
                Parameter::Bytes(bytes) => Value::Blob(bytes),
            });
        let change = connection.transaction().expect("a transaction");
        let rows = change
            .execute(&statement.sql, params_from_iter(values))
            .expect("SQL");
        if commits {
            change.commit().expect("a commit");
        }
        rows
    };
    assert_eq!(run(5, b"not there", true), 0);
    assert_eq!(run(0, b"rolled back", false), 1);
    assert_eq!(run(0, b"one", true), 1);
    assert_eq!(run(0, b"there already", true), 0);
    let first = engine
        .get("s", "n")
        .await
        .expect("an answer")
        .expect("a document");
    assert_eq!(first.value, b"one");
    assert_eq!(run(first.version, b"two", true), 1);
    assert_eq!(run(first.version, b"an old version", true), 0);

    let second = engine
        .get("s", "n")
        .await
        .expect("an answer")
        .expect("a document");
    assert_eq!(second.value, b"two");
    assert!(second.version > first.version);
    let put = engine.put("s", "n", Some(second.version), b"three").await;
    assert!(
        matches!(put, Ok(Some(third)) if third > second.version),
        "{put:?}"
    );
}

#[tokio::test]
async fn windows_that_are_over_are_forgotten() {
    let (_folder, path) = place();
    let clock = ManualClock::new(datetime!(2025-03-01 09:00 UTC));
    let options = SqliteOptions::new(&path).clock(Arc::new(clock.clone()));
    let engine = Sqlite::open_with(options).await.expect("it opens");
    let take = async |key: &str| {
        let want = TokenWant {
            class: "state".into(),
            key: key.into(),
            limit: 1,
            period: Duration::from_secs(60),
        };
        let taken = engine.take_tokens(&[want]).await;
        assert_eq!(taken, Ok(None), "{key}");
    };
    for number in 0..40 {
        take(&number.to_string()).await;
    }
    engine
        .pause_tokens("other", b"", Duration::from_secs(7_200))
        .await
        .expect("a pause");
    clock.advance(Duration::from_secs(3_600));
    for number in 0..6 {
        take(&format!("new-{number}")).await;
    }
    let left: i64 = Connection::open(&path)
        .and_then(|connection| {
            connection.query_row("SELECT count(*) FROM token_window", [], |row| row.get(0))
        })
        .expect("a count");
    // The six new ones and the pause.
    assert_eq!(left, 7);
}

#[tokio::test]
async fn workers_questions_walk_an_index() {
    let (_folder, path) = place();
    drop(Sqlite::open(&path).await.expect("it opens"));
    let connection = Connection::open(&path).expect("the file opens");
    let due =
        "due_at <= 5 AND (owner IS NULL OR lease_until <= 5) ORDER BY due_at, line, id LIMIT 9";
    for (question, index) in [
        (format!("run = 'r' AND state = 'planned' AND {due}"), "intent_due_of_run"),
        (format!("state = 'planned' AND {due}"), "intent_due"),
        ("run = 'r' AND coalesce(line, 0) >= 7 AND (coalesce(line, 0), operation, key) > (7, 'o', 'k') \
          ORDER BY coalesce(line, 0), operation, key LIMIT 9".into(), "intent_line"),
        ("subject = x'00'".into(), "intent_subject"),
        ("likeness IN (SELECT unhex(value) FROM json_each('[]'))".into(), "intent_likeness"),
        ("changed_at < 5".into(), "intent_changed"),
    ] {
        let plan: Vec<String> = connection
            .prepare(&format!("EXPLAIN QUERY PLAN SELECT due_at, line, id FROM intent WHERE {question}"))
            .and_then(|mut plan| plan.query_map([], |row| row.get(3))?.collect())
            .expect("a plan");
        let plan = plan.join("\n");
        assert!(plan.contains(index), "{question}\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{question}\n{plan}");
    }
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    (folder, path)
}

fn row(key: &str) -> IntentRow {
    IntentRow {
        environment: "test".into(),
        ..IntentRow::planned(IntentId::new("bank.pay", key))
    }
}
