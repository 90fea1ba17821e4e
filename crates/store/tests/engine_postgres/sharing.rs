//! Many programs on one server.

use std::collections::BTreeSet;
use std::time::Duration;

use rubank_store::State;
use rubank_store::engine::{Claimed, Engine, Filter, Parameter, Planned, Statement, TokenWant};
use tokio_postgres::Transaction;
use tokio_postgres::types::ToSql;

use crate::postgres::{self, Schema};
use crate::suite::line;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_want_the_same_tokens_in_any_order_neither_block_nor_pass_the_limit() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    schema.open().await;
    schema.stop_time().await;
    let mut workers = Vec::new();
    for worker in 0..6 {
        let engine = schema.open().await;
        workers.push(tokio::spawn(async move {
            let (a, b, c) = (want("a", b"", 40), want("b", b"1", 60), want("b", b"2", 90));
            let wants = match worker % 3 {
                0 => vec![a, b, c],
                1 => vec![c, a],
                _ => vec![b, c],
            };
            let mut taken = 0;
            for _ in 0..30 {
                if engine.take_tokens(&wants).await.unwrap().is_none() {
                    taken += 1;
                }
            }
            (worker % 3, taken)
        }));
    }
    let mut by_kind = [0; 3];
    for worker in workers {
        let (kind, taken) = worker.await.unwrap();
        by_kind[kind] += taken;
    }
    let [abc, ca, bc] = by_kind;
    assert!(
        abc + ca <= 40 && abc + bc <= 60 && abc + ca + bc <= 90,
        "{by_kind:?}"
    );
    assert!(
        abc + ca == 40 || abc + bc == 60 || abc + ca + bc == 90,
        "{by_kind:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_take_different_rows_and_all_of_them() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let engine = schema.open().await;
    let rows: Vec<_> = (1..=200)
        .map(|number| line("run", number, &format!("key {number:03}")))
        .collect();
    engine.plan(&rows).await.unwrap();
    let mut workers = Vec::new();
    for worker in 0..4 {
        let engine = schema.open().await;
        workers.push(tokio::spawn(async move {
            let filter = Filter::run("run").states([State::Planned]);
            let owner = format!("worker {worker}");
            let mut lines = Vec::new();
            loop {
                let taken = engine.claim_due(&filter, &owner, MINUTE, 7).await.unwrap();
                if taken.is_empty() {
                    return lines;
                }
                assert!(taken.is_sorted_by_key(|row| row.line));
                lines.extend(taken.iter().filter_map(|row| row.line));
            }
        }));
    }
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), 200);
    assert_eq!(BTreeSet::from_iter(all), BTreeSet::from_iter(1..=200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_that_plan_the_same_rows_in_any_order_share_them() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let mut programs = Vec::new();
    for program in 0..4 {
        let engine = schema.open().await;
        programs.push(tokio::spawn(async move {
            let mut rows: Vec<_> = (1..=100)
                .map(|number| line("run", number, &format!("key {number:03}")))
                .collect();
            if program % 2 == 1 {
                rows.reverse();
            }
            let planned = engine.plan(&rows).await.unwrap();
            planned
                .iter()
                .filter(|row| matches!(row, Planned::New))
                .count()
        }));
    }
    let mut new = 0;
    for program in programs {
        new += program.await.unwrap();
    }
    assert_eq!(new, 100);
}

#[tokio::test]
async fn a_cursor_is_saved_in_the_callers_own_transaction() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let engine = schema.open().await;
    let mut other = postgres::connect(schema.url).await;

    let first = engine.put_statement("space", "name", 0, b"first").unwrap();
    let transaction = other.transaction().await.unwrap();
    assert_eq!(execute(&transaction, &first).await, 1);
    transaction.rollback().await.unwrap();
    assert!(engine.get("space", "name").await.unwrap().is_none());

    let transaction = other.transaction().await.unwrap();
    assert_eq!(execute(&transaction, &first).await, 1);
    assert_eq!(execute(&transaction, &first).await, 0);
    transaction.commit().await.unwrap();
    let document = engine.get("space", "name").await.unwrap().unwrap();
    assert_eq!(document.value, b"first");

    let next = engine
        .put_statement("space", "name", document.version, b"next")
        .unwrap();
    let transaction = other.transaction().await.unwrap();
    assert_eq!(execute(&transaction, &next).await, 1);
    assert_eq!(execute(&transaction, &next).await, 0);
    transaction.commit().await.unwrap();
    let changed = engine.get("space", "name").await.unwrap().unwrap();
    assert!(changed.version > document.version);
    assert_eq!(changed.value, b"next");
}

async fn execute(transaction: &Transaction<'_>, statement: &Statement) -> u64 {
    let values: Vec<&(dyn ToSql + Sync)> = statement
        .parameters
        .iter()
        .map(|parameter| match parameter {
            Parameter::Text(text) => text as &(dyn ToSql + Sync),
            Parameter::Integer(number) => number,
            Parameter::Bytes(bytes) => bytes,
        })
        .collect();
    transaction
        .execute(&statement.sql, &values)
        .await
        .expect("it runs")
}

#[tokio::test]
async fn a_lease_begins_when_the_row_was_free_and_not_when_it_was_asked_for() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let engine = schema.open().await;
    engine.plan(&[line("run", 1, "key")]).await.unwrap();
    schema.stop_time().await;
    let before = engine.now().await.unwrap();

    let mut other = postgres::connect(schema.url).await;
    let transaction = other.transaction().await.unwrap();
    let hold = format!("SELECT 1 FROM {}.intents FOR UPDATE", schema.name);
    transaction.execute(&hold, &[]).await.unwrap();
    let waiting = tokio::spawn({
        let engine = engine.clone();
        async move {
            engine
                .claim(&line("run", 1, "key").id, "worker", MINUTE)
                .await
        }
    });
    // Until the server says that the claim waits.
    while !is_waiting(&schema).await {
        assert!(!waiting.is_finished(), "{:?}", waiting.await);
        tokio::task::yield_now().await;
    }
    schema.advance(MINUTE).await;
    transaction.rollback().await.unwrap();

    let Claimed::Taken(row) = waiting.await.unwrap().unwrap() else {
        panic!("nobody else wants it");
    };
    assert_eq!(row.lease_until, Some(before + 120_000_000));
}

async fn is_waiting(schema: &Schema) -> bool {
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' AND pid IN ( \
         SELECT pid FROM pg_locks WHERE relation = to_regclass('intents'))";
    let row = schema.admin.query_one(waiting, &[]).await.expect("it runs");
    row.get::<_, i64>(0) > 0
}

fn want(class: &str, key: &[u8], limit: u32) -> TokenWant {
    TokenWant {
        class: class.to_owned(),
        key: key.to_vec(),
        limit,
        period: MINUTE,
    }
}
