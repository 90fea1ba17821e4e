//! A worker that follows an account's statement and keeps its rows in a table of its own, beside the store.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rubank_core::client::RequestOptions;
use rubank_core::random::SeededRandom;
use rubank_store::engine::Parameter;
use rubank_store::{Cursors, Store};
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params, params_from_iter};
use serde::{Deserialize, Serialize};
use statements::{Account, Client, Cursor, Event, FollowOptions, Follower, Row, TransactionKey};
use time::{Date, OffsetDateTime, UtcOffset};

use super::Broken;
use super::base::Base;
use super::clock::Scale;
use super::guest::USER;

/// Under which the cursor is saved.
const NAME: &str = "the statement";
/// The worker's own tables, in the store's file.
pub(crate) const TABLES: &str = "
    CREATE TABLE my_rows (day TEXT, key TEXT, hash TEXT, came INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (day, key));
    CREATE TABLE my_names (day TEXT, name TEXT, key TEXT, PRIMARY KEY (day, name));
    CREATE TABLE my_faults (what TEXT);
    CREATE TABLE my_proofs (day TEXT PRIMARY KEY, proved INTEGER);";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) name: String,
    pub(crate) base: Base,
    /// The file of the store.
    pub(crate) file: PathBuf,
    pub(crate) scale: Scale,
    /// Authorize, token host, API.
    pub(crate) bank: [String; 3],
    pub(crate) client: [String; 2],
    pub(crate) account: String,
    pub(crate) from: i32,
    /// Seconds since 1970.
    pub(crate) until: i64,
    /// Rows and cursor in one transaction.
    pub(crate) together: bool,
    pub(crate) seed: u64,
}

pub(crate) async fn work(orders: Orders) -> Result<(), Broken> {
    let store = orders.base.open(orders.scale, &orders.name).await?;
    let client = client(&orders, &store)?;
    let until = OffsetDateTime::from_unix_timestamp(orders.until)?;
    let mut options = FollowOptions::new()
        .every(Duration::from_secs(3600))
        .until(until);
    if orders.together {
        options = options.saved_together();
    }
    let mut book = Book {
        cursors: store.cursors(),
        connection: Connection::open(&orders.file)?,
        pending: Vec::new(),
        together: orders.together,
        version: 0,
    };
    book.connection.busy_timeout(Duration::from_secs(10))?;
    // Once more from what is saved, whenever another follower was faster.
    while !follow(&client, &mut book, &orders, &options).await? {}
    Ok(())
}

fn client(orders: &Orders, store: &Store) -> Result<Client, Broken> {
    let [authorize, token, api] = &orders.bank;
    let [id, secret] = orders.client.each_ref().map(String::as_str);
    let tokens = Arc::new(store.tokens());
    let hours = |hours: u64| Duration::from_secs(3600 * hours);
    let client = Client::builder(statements::environment("trial", authorize, token, api))
        .credentials(statements::credentials(id, secret, USER, tokens))
        .clock(orders.scale.clock(0))
        .random(SeededRandom::new(orders.seed))
        .default_options(
            RequestOptions::new()
                .attempt_timeout(hours(5))
                .deadline(hours(12)),
        )
        .build()?;
    Ok(client)
}

/// Whether everything was followed to the end; if not, somebody else has gone further.
async fn follow(
    client: &Client,
    book: &mut Book,
    orders: &Orders,
    options: &FollowOptions,
) -> Result<bool, Broken> {
    let saved = book.cursors.load_as::<Cursor>(NAME).await?;
    book.version = saved.as_ref().map_or(0, |(_, version)| *version);
    book.pending.clear();
    let account = Account::checked(&orders.account)?;
    let from = Date::from_julian_day(orders.from)?;
    let cursor = saved.map_or_else(
        || Cursor::new(account, from, UtcOffset::UTC),
        |(cursor, _)| cursor,
    );
    let mut follower = Follower::resume(client, cursor, options.clone());
    while let Some(event) = follower.next().await {
        match event {
            Ok(event) => {
                if !book.take(event).await? {
                    return Ok(false);
                }
            }
            Err(error) if error.is_transient() => println!("{error}"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

struct Book {
    cursors: Cursors,
    connection: Connection,
    /// Since the last cursor, where both are saved together.
    pending: Vec<Event>,
    together: bool,
    version: i64,
}

impl Book {
    /// Whether it could be saved, or another follower was faster.
    async fn take(&mut self, event: Event) -> Result<bool, Broken> {
        let Event::Save(cursor) = event else {
            if self.together {
                self.pending.push(event);
                return Ok(true);
            }
            let transaction = self.connection.transaction()?;
            apply(&transaction, &event)?;
            transaction.commit()?;
            return Ok(true);
        };
        if !self.together {
            let saved = self.cursors.save_as(NAME, self.version, &cursor).await?;
            self.version = saved.unwrap_or_default();
            return Ok(saved.is_some());
        }
        let save = self.cursors.statement_as(NAME, self.version, &cursor)?;
        let save = save.ok_or("SQLite has statements")?;
        let parameters = save
            .parameters
            .into_iter()
            .map(|parameter| match parameter {
                Parameter::Text(text) => Value::from(text),
                Parameter::Integer(number) => Value::from(number),
                Parameter::Bytes(bytes) => Value::from(bytes),
            });
        let immediate = rusqlite::TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(immediate)?;
        for event in self.pending.drain(..) {
            apply(&transaction, &event)?;
        }
        if transaction.execute(&save.sql, params_from_iter(parameters))? == 0 {
            return Ok(false);
        }
        transaction.commit()?;
        let now = self.cursors.load(NAME).await?;
        self.version = now.map_or(0, |now| now.version);
        Ok(true)
    }
}

fn apply(rows: &Transaction<'_>, event: &Event) -> Result<(), Broken> {
    match event {
        Event::Added(row) | Event::Changed(row) => put(rows, row)?,
        Event::Removed(gone) => {
            let sql = "DELETE FROM my_rows WHERE day = ? AND key = ?";
            rows.execute(sql, params![gone.day.to_string(), gone.key.to_string()])?;
        }
        Event::DayClosed(proof) | Event::ProofFailed(proof) => {
            let day = proof.day().to_string();
            let mut known = rows.prepare("SELECT key FROM my_rows WHERE day = ?")?;
            let keys: Vec<String> = known
                .query_map([&day], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for key in keys {
                let holds = TransactionKey::parse(&key).is_some_and(|key| proof.holds(&key));
                if !holds {
                    rows.execute(
                        "DELETE FROM my_rows WHERE day = ? AND key = ?",
                        params![day, key],
                    )?;
                }
            }
            rows.execute(
                "INSERT OR REPLACE INTO my_proofs VALUES (?, ?)",
                params![day, proof.is_proved()],
            )?;
        }
        Event::Unreadable { .. } => note(rows, "a row cannot be read")?,
        _ => {}
    }
    Ok(())
}

fn put(rows: &Transaction<'_>, row: &Row) -> Result<(), Broken> {
    let (day, key) = (row.day.to_string(), row.key.to_string());
    let names = [
        row.transaction
            .operation_id
            .as_ref()
            .map(ToString::to_string),
        row.transaction.uuid.clone(),
    ];
    for name in names.into_iter().flatten() {
        rows.execute(
            "INSERT OR IGNORE INTO my_names VALUES (?, ?, ?)",
            params![day, name, key],
        )?;
        let sql = "SELECT key FROM my_names WHERE day = ? AND name = ?";
        let first: String = rows.query_row(sql, params![day, name], |row| row.get(0))?;
        if first != key {
            note(rows, "a row came under two keys")?;
        }
    }
    rows.execute(
        "INSERT INTO my_rows (day, key, hash) VALUES (?, ?, ?)
         ON CONFLICT (day, key) DO UPDATE SET came = came + (hash = excluded.hash), hash = excluded.hash",
        params![day, key, row.hash.to_string()],
    )?;
    Ok(())
}

fn note(rows: &Transaction<'_>, what: &str) -> Result<(), Broken> {
    rows.execute("INSERT INTO my_faults VALUES (?)", [what])?;
    Ok(())
}
