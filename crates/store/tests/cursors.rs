//! A cursor that is saved in the caller's own transaction, together with the rows that it stands behind.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use rubank_store::engine::Parameter;
use rubank_store::{CursorStatement, Cursors, Keyring, Sqlite, Store};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

#[cfg(feature = "postgres")]
#[allow(dead_code, reason = "the contract suite uses the rest")]
#[path = "support/postgres.rs"]
mod postgres;

/// What a follower that comes in time, and one that has fallen behind, find after each save.
const STEPS: [(bool, &[u8]); 4] = [
    (true, b"after 0"),
    (false, b"late"),
    (true, b"after 2"),
    (false, b"late again"),
];

async fn version(cursors: &Cursors) -> i64 {
    cursors
        .load("statement")
        .await
        .unwrap()
        .map_or(0, |cursor| cursor.version)
}

fn statement(cursors: &Cursors, expected: i64, bytes: &[u8]) -> CursorStatement {
    cursors.statement("statement", expected, bytes).unwrap()
}

#[tokio::test]
async fn rows_and_cursor_are_saved_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = Store::open(Sqlite::open(&file).await.unwrap(), Keyring::none());
    let cursors = store.await.unwrap().cursors();
    let mut mine = Connection::open(&file).unwrap();
    mine.execute("CREATE TABLE my_rows (number INTEGER)", [])
        .unwrap();
    let mut save = |row: i64, cursor: CursorStatement| {
        let parameters = cursor
            .parameters
            .into_iter()
            .map(|parameter| match parameter {
                Parameter::Text(text) => Value::from(text),
                Parameter::Integer(number) => Value::from(number),
                Parameter::Bytes(bytes) => Value::from(bytes),
            });
        let transaction = mine.transaction().unwrap();
        transaction
            .execute("INSERT INTO my_rows VALUES (?1)", [row])
            .unwrap();
        let changed = transaction.execute(&cursor.sql, params_from_iter(parameters));
        let changed = changed.unwrap();
        match changed {
            1 => transaction.commit().unwrap(),
            _ => transaction.rollback().unwrap(),
        }
        changed
    };

    let mut before = 0;
    for (number, (in_time, bytes)) in (0..).zip(STEPS) {
        let now = version(&cursors).await;
        let expected = if in_time { now } else { before };
        let changed = save(number, statement(&cursors, expected, bytes));
        assert_eq!(changed, usize::from(in_time), "{number}");
        before = now;
    }
    let kept = cursors.load("statement").await.unwrap().unwrap();
    assert_eq!(kept.bytes, b"after 2");

    // What is saved so and what is saved by the store are the same.
    let next = cursors
        .save("statement", kept.version, b"by the store")
        .await;
    let next = next.unwrap().unwrap();
    assert_eq!(save(4, statement(&cursors, next, b"by the caller")), 1);
    assert!(version(&cursors).await > next);
    let numbers: Vec<i64> = mine
        .prepare("SELECT number FROM my_rows ORDER BY number")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(numbers, [0, 2, 4]);
}

#[cfg(feature = "postgres")]
mod on_postgres {
    use tokio_postgres::types::ToSql;
    use tokio_postgres::{Client, NoTls};

    use super::postgres::Schema;
    use super::*;

    async fn save(mine: &mut Client, row: i64, cursor: &CursorStatement) -> u64 {
        let parameters: Vec<_> = cursor.parameters.iter().map(value).collect();
        let transaction = mine.transaction().await.unwrap();
        let insert = "INSERT INTO my_rows VALUES ($1)";
        transaction.execute(insert, &[&row]).await.unwrap();
        let changed = transaction.execute(&cursor.sql, &parameters).await.unwrap();
        match changed {
            1 => transaction.commit().await.unwrap(),
            _ => transaction.rollback().await.unwrap(),
        }
        changed
    }

    fn value(parameter: &Parameter) -> &(dyn ToSql + Sync) {
        match parameter {
            Parameter::Text(text) => text,
            Parameter::Integer(number) => number,
            Parameter::Bytes(bytes) => bytes,
        }
    }

    #[tokio::test]
    async fn rows_and_cursor_are_saved_together_or_not_at_all() {
        let Some(schema) = Schema::new().await else {
            return;
        };
        let store = Store::open(schema.open().await, Keyring::none());
        let cursors = store.await.unwrap().cursors();
        let (mut mine, connection) = tokio_postgres::connect(schema.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let table = "CREATE TEMPORARY TABLE my_rows (number bigint)";
        mine.batch_execute(table).await.unwrap();

        let mut before = 0;
        for (number, (in_time, bytes)) in (0..).zip(STEPS) {
            let now = version(&cursors).await;
            let expected = if in_time { now } else { before };
            let changed = save(&mut mine, number, &statement(&cursors, expected, bytes)).await;
            assert_eq!(changed, u64::from(in_time), "{number}");
            before = now;
        }
        let kept = cursors.load("statement").await.unwrap().unwrap();
        assert_eq!(kept.bytes, b"after 2");

        let next = cursors
            .save("statement", kept.version, b"by the store")
            .await;
        let next = next.unwrap().unwrap();
        let last = statement(&cursors, next, b"by the caller");
        assert_eq!(save(&mut mine, 4, &last).await, 1);
        assert!(version(&cursors).await > next);
        let numbers = "SELECT number FROM my_rows ORDER BY number";
        let numbers = mine.query(numbers, &[]).await.unwrap();
        let numbers: Vec<i64> = numbers.iter().map(|row| row.get(0)).collect();
        assert_eq!(numbers, [0, 2, 4]);
    }
}
