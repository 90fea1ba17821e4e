//! Connections, versions of the tables, and what errors say.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use rubank_core::clock::ManualClock;
use rubank_store::engine::{Engine, EngineError, IntentId, TokenWant};
use rubank_store::{Postgres, PostgresOptions};
use time::macros::datetime;

use crate::postgres::{self, Schema};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn four_programs_that_start_at_once_make_the_tables_once() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let starting = (0..4).map(|_| tokio::spawn(Postgres::connect(schema.options())));
    let starting: Vec<_> = starting.collect();
    for program in starting {
        let engine = program.await.unwrap().unwrap();
        engine.put("space", "name", None, b"value").await.unwrap();
    }
}

#[tokio::test]
async fn tables_of_another_version_are_refused_and_left_alone() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    drop(schema.open().await);

    schema.sql("UPDATE rubank_schema SET version = 99").await;
    let newer = EngineError::TooNew {
        found: 99,
        known: 2,
    };
    let opened = Postgres::connect(schema.options()).await;
    assert_eq!(opened.unwrap_err(), newer);
    let migrated = Postgres::migrate(schema.options()).await;
    assert_eq!(migrated.unwrap_err(), newer);

    schema.sql("UPDATE rubank_schema SET version = 0").await;
    let older = EngineError::TooOld { found: 0, known: 2 };
    let opened = Postgres::connect(schema.options()).await;
    assert_eq!(opened.unwrap_err(), older);

    schema.sql("UPDATE rubank_schema SET version = 2").await;
    Postgres::migrate(schema.options()).await.unwrap();
    Postgres::connect(schema.options()).await.unwrap();
}

#[tokio::test]
async fn a_program_that_has_it_open_while_another_migrates_is_told_so() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let engine = schema.open().await;
    // What the next version's migration will do.
    schema
        .sql(
            "ALTER FUNCTION rubank_now_2() RENAME TO rubank_now_3; \
             UPDATE rubank_schema SET version = 3",
        )
        .await;
    let newer = EngineError::TooNew { found: 3, known: 2 };
    assert_eq!(engine.now().await, Err(newer.clone()));
    let id = IntentId::new("bank.pay", "key");
    let claimed = engine.claim(&id, "worker", Duration::from_secs(1)).await;
    assert_eq!(claimed.unwrap_err(), newer);
    let want = TokenWant {
        class: "class".to_owned(),
        key: Vec::new(),
        limit: 1,
        period: Duration::from_secs(1),
    };
    assert_eq!(engine.take_tokens(&[want]).await.unwrap_err(), newer);
}

#[tokio::test]
async fn tables_of_the_first_version_are_brought_up_with_what_is_in_them() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let first = include_str!("../../src/postgres/migrations/0001.sql");
    let name = &schema.name;
    schema
        .sql(&format!(
            "CREATE SCHEMA {name}; {first}; \
             CREATE TABLE rubank_schema (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL); \
             INSERT INTO rubank_schema (version) VALUES (1); \
             INSERT INTO intents (operation, key, environment, prints, state, planned_at, changed_at, due_at) \
             VALUES ('bank.pay', 'key', 'test', '', 'planned', 1, 1, 1)"
        ))
        .await;
    let opened = Postgres::connect(schema.options()).await;
    let older = EngineError::TooOld { found: 1, known: 2 };
    assert_eq!(opened.unwrap_err(), older);
    Postgres::migrate(schema.options()).await.unwrap();
    let engine = schema.open().await;
    let row = engine
        .load(&IntentId::new("bank.pay", "key"))
        .await
        .unwrap();
    assert_eq!(row.unwrap().said, None);
    assert!(engine.now().await.unwrap() > 0);
}

#[tokio::test]
async fn migration_makes_the_tables_where_there_are_none() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    Postgres::migrate(schema.options()).await.unwrap();
    Postgres::migrate(schema.options()).await.unwrap();
    let engine = schema.open().await;
    assert!(engine.get("space", "name").await.unwrap().is_none());
}

#[tokio::test]
async fn where_none_are_to_be_made_none_are_made() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let refused = Postgres::connect(schema.options().existing()).await;
    assert_eq!(refused.unwrap_err(), EngineError::Absent);
    Postgres::connect(schema.options()).await.unwrap();
    Postgres::connect(schema.options().existing())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_schema_with_tables_of_somebody_else_is_not_touched() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let name = &schema.name;
    schema
        .sql(&format!(
            "CREATE SCHEMA {name}; CREATE TABLE {name}.intents (theirs text)"
        ))
        .await;
    let opened = Postgres::connect(schema.options()).await.unwrap_err();
    assert!(matches!(opened, EngineError::Broken(_)), "{opened}");
    schema
        .sql("INSERT INTO intents VALUES ('still theirs')")
        .await;
}

#[tokio::test]
async fn broken_connections_are_replaced() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let named = format!("{}?application_name={}", schema.url, schema.name);
    let options = PostgresOptions::new(named).schema(schema.name.as_str());
    let engine = Postgres::connect(options).await.unwrap();
    engine.put("space", "name", None, b"first").await.unwrap();
    for _ in 0..3 {
        end_sessions(&schema).await;
        // A read finds another connection by itself.
        assert!(engine.get("space", "name").await.unwrap().is_some());
        end_sessions(&schema).await;
        // A change may say that nobody knows; the next one goes through.
        let mut put = engine.put("space", "name", None, b"next").await;
        if let Err(error) = &put {
            assert!(error.is_transient(), "{error}");
            put = engine.put("space", "name", None, b"next").await;
        }
        assert!(put.unwrap().is_some());
    }
}

/// As when the server is restarted: every session of that name is over.
async fn end_sessions(schema: &Schema) {
    let end = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = $1";
    let row = schema
        .admin
        .query_one(end, &[&schema.name])
        .await
        .expect("it runs");
    assert!(row.get::<_, i64>(0) > 0);
}

#[tokio::test]
async fn what_the_server_rolled_back_is_tried_again() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let engine = schema.open().await;
    fail_documents(&schema, "40P01", 3).await;
    assert!(
        engine
            .put("space", "name", None, b"value")
            .await
            .unwrap()
            .is_some()
    );

    let Some(schema) = Schema::new().await else {
        return;
    };
    let engine = schema.open().await;
    fail_documents(&schema, "40001", 99).await;
    let error = engine
        .put("space", "name", None, b"value")
        .await
        .unwrap_err();
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn no_error_quotes_a_row() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let engine = schema.open().await;
    fail_documents(&schema, "23514", 99).await;
    let error = engine
        .put("space", "canary", None, b"value")
        .await
        .unwrap_err();
    assert!(
        matches!(&error, EngineError::Broken(text) if text.contains("23514")),
        "{error}"
    );
    for text in [
        error.to_string(),
        format!("{error:?}"),
        format!("{engine:?}"),
    ] {
        assert!(!text.contains("canary"), "{text}");
    }
    // A character that the server's texts cannot hold.
    let error = engine
        .load(&IntentId::new("canary\0", "canary"))
        .await
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
}

/// The next changes of documents fail with that code, as often as said.
async fn fail_documents(schema: &Schema, code: &str, times: u32) {
    schema
        .sql(&format!(
            "CREATE SEQUENCE test_failures; \
             CREATE FUNCTION test_fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 IF nextval('{0}.test_failures') <= {times} THEN \
                     RAISE EXCEPTION 'canary %', NEW.name USING ERRCODE = '{code}', DETAIL = 'canary'; \
                 END IF; \
                 RETURN NEW; END $$; \
             CREATE TRIGGER test_fail BEFORE INSERT OR UPDATE ON documents \
             FOR EACH ROW EXECUTE FUNCTION test_fail()",
            schema.name
        ))
        .await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = deaf.local_addr().unwrap().port();
    let clock = ManualClock::new(datetime!(2025-01-31 12:00 UTC));
    let options = PostgresOptions::new(format!("postgresql://u:p@127.0.0.1:{port}/d"))
        .statement_timeout(MINUTE)
        .clock(Arc::new(clock.clone()));
    let connecting = tokio::spawn(Postgres::connect(options));
    // It was taken, and nobody answers.
    let _open = deaf.accept().await.unwrap();
    assert_eq!(clock.next_wake(), Some(MINUTE + Duration::from_secs(5)));
    clock.advance(MINUTE + Duration::from_secs(5));
    let error = connecting.await.unwrap().unwrap_err();
    assert_eq!(
        error,
        EngineError::Unavailable("the server does not answer".to_owned())
    );
}

#[tokio::test]
async fn wrong_passwords_and_unreachable_servers_are_told_apart() {
    let Some(server) = postgres::server() else {
        return;
    };
    let port = server.rsplit_once(':').unwrap().1;
    let wrong = format!("postgresql://rubank:canary@127.0.0.1:{port}");
    let error = Postgres::connect(PostgresOptions::new(wrong))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, EngineError::Broken(text) if text.contains("28P01")),
        "{error}"
    );

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let nobody = format!("postgresql://rubank:canary@127.0.0.1:{port}/d");
    let error = Postgres::connect(PostgresOptions::new(nobody))
        .await
        .unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(!error.to_string().contains("canary"));
}

#[tokio::test]
async fn a_server_that_would_forget_is_told_to_write_first() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    drop(schema.open().await);
    schema
        .sql(
            "CREATE OR REPLACE FUNCTION rubank_now_2() RETURNS bigint LANGUAGE sql VOLATILE AS $$ SELECT CASE \
             current_setting('synchronous_commit') || ' ' || current_setting('transaction_isolation') \
             WHEN 'on read committed' THEN 1 ELSE 0 END $$",
        )
        .await;
    let careless = format!(
        "{}?options=-c%20synchronous_commit%3Doff%20-c%20default_transaction_isolation%3Dserializable",
        schema.url
    );
    let options = PostgresOptions::new(careless).schema(schema.name.as_str());
    let engine = Postgres::connect(options).await.unwrap();
    assert_eq!(engine.now().await.unwrap(), 1);
}

#[tokio::test]
async fn futures_dropped_in_the_middle_leave_whole_connections() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let engine = Postgres::connect(schema.options().connections(1))
        .await
        .unwrap();
    let wants = [TokenWant {
        class: "class".to_owned(),
        key: b"key".to_vec(),
        limit: 1_000,
        period: MINUTE,
    }];
    for polls in 0..12 {
        poll_times(engine.take_tokens(&wants), polls).await;
        poll_times(engine.put("space", "name", None, b"value"), polls).await;
    }
    assert_eq!(engine.take_tokens(&wants).await.unwrap(), None);
    assert!(
        engine
            .put("space", "name", None, b"last")
            .await
            .unwrap()
            .is_some()
    );
    let last = engine.get("space", "name").await.unwrap().unwrap();
    assert_eq!(last.value, b"last");
}

/// Drops the work after so many turns, if it is not done by then.
async fn poll_times(work: impl Future, times: u32) {
    let mut work = pin!(work);
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        work.as_mut().poll(context).map(drop)
    })
    .await;
}
