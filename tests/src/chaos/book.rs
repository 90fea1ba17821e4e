//! The tables that a follower keeps beside the store, on whichever engine: the same words for both.

use std::path::Path;
use std::time::Duration;

use rubank_store::engine::Parameter;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};

use super::Broken;
use super::base::{Base, server};

const TABLES: &str = "
    CREATE TABLE my_rows (day TEXT, key TEXT, hash TEXT, came BIGINT NOT NULL DEFAULT 1, PRIMARY KEY (day, key));
    CREATE TABLE my_names (day TEXT, name TEXT, key TEXT, PRIMARY KEY (day, name));
    CREATE TABLE my_faults (what TEXT);
    CREATE TABLE my_proofs (day TEXT PRIMARY KEY, proved BIGINT);";

/// A connection of one's own to the store's database. Parameters are `$1`, `$2` and so on, first named in this order.
pub(crate) enum Book {
    Sqlite(Connection),
    Postgres(Client),
}

impl Book {
    pub(crate) async fn open(base: &Base) -> Result<Self, Broken> {
        match base {
            Base::Sqlite(file) => Self::of_file(file),
            Base::Postgres(schema) => {
                let (client, connection) = tokio_postgres::connect(&server()?, NoTls).await?;
                // It ends with the client.
                tokio::spawn(connection);
                let schema = format!("SET search_path TO {schema}");
                client.batch_execute(&schema).await?;
                Ok(Book::Postgres(client))
            }
        }
    }

    fn of_file(file: &Path) -> Result<Self, Broken> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        // As durable as the store: a row must not be lost whose cursor is not.
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(Book::Sqlite(connection))
    }

    pub(crate) async fn make_tables(&mut self) -> Result<(), Broken> {
        self.run(TABLES).await
    }

    /// From here to [`commit`](Self::commit) it is all or nothing.
    pub(crate) async fn begin(&mut self) -> Result<(), Broken> {
        match self {
            Book::Sqlite(_) => self.run("BEGIN IMMEDIATE").await,
            Book::Postgres(_) => self.run("BEGIN").await,
        }
    }

    pub(crate) async fn commit(&mut self) -> Result<(), Broken> {
        self.run("COMMIT").await
    }

    pub(crate) async fn roll_back(&mut self) -> Result<(), Broken> {
        self.run("ROLLBACK").await
    }

    async fn run(&mut self, sql: &str) -> Result<(), Broken> {
        match self {
            Book::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Book::Postgres(client) => Ok(client.batch_execute(sql).await?),
        }
    }

    /// How many rows were changed.
    pub(crate) async fn change(&mut self, sql: &str, values: &[Parameter]) -> Result<u64, Broken> {
        match self {
            Book::Sqlite(connection) => {
                let changed = connection.execute(sql, params_from_iter(of_sqlite(values)))?;
                Ok(changed as u64)
            }
            Book::Postgres(client) => Ok(client.execute(sql, &of_postgres(values)).await?),
        }
    }

    /// The first column of what is found.
    pub(crate) async fn texts(
        &mut self,
        sql: &str,
        values: &[Parameter],
    ) -> Result<Vec<String>, Broken> {
        match self {
            Book::Sqlite(connection) => {
                let mut found = connection.prepare(sql)?;
                let texts = found
                    .query_map(params_from_iter(of_sqlite(values)), |row| row.get(0))?
                    .collect::<Result<_, _>>();
                Ok(texts?)
            }
            Book::Postgres(client) => {
                let found = client.query(sql, &of_postgres(values)).await?;
                let texts = found.iter().map(|row| row.try_get(0));
                Ok(texts.collect::<Result<_, _>>()?)
            }
        }
    }
}

/// A text as a parameter.
pub(crate) fn text(value: impl ToString) -> Parameter {
    Parameter::Text(value.to_string())
}

fn of_sqlite(values: &[Parameter]) -> impl Iterator<Item = Value> + '_ {
    values.iter().map(|value| match value {
        Parameter::Text(text) => Value::from(text.clone()),
        Parameter::Integer(number) => Value::from(*number),
        Parameter::Bytes(bytes) => Value::from(bytes.clone()),
    })
}

fn of_postgres(values: &[Parameter]) -> Vec<&(dyn ToSql + Sync)> {
    let values = values.iter().map(|value| match value {
        Parameter::Text(text) => text as &(dyn ToSql + Sync),
        Parameter::Integer(number) => number,
        Parameter::Bytes(bytes) => bytes,
    });
    values.collect()
}
