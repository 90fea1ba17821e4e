//! A worker that follows an account's statement and keeps its rows in a table of its own, beside the store.

use std::sync::Arc;
use std::time::Duration;

use rubank_core::client::RequestOptions;
use rubank_core::random::SeededRandom;
use rubank_store::engine::Parameter;
use rubank_store::{Cursors, Store};
use serde::{Deserialize, Serialize};
use statements::{Account, Client, Cursor, Event, FollowOptions, Follower, Row, TransactionKey};
use time::{Date, OffsetDateTime, UtcOffset};

use super::Broken;
use super::base::Base;
use super::book::{Book, text};
use super::clock::Scale;
use super::guest::USER;

/// Under which the cursor is saved.
const NAME: &str = "the statement";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) name: String,
    pub(crate) base: Base,
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
    let mut keeper = Keeper {
        cursors: store.cursors(),
        book: Book::open(&orders.base).await?,
        pending: Vec::new(),
        together: orders.together,
        version: 0,
    };
    // Once more from what is saved, whenever another follower was faster.
    while !follow(&client, &mut keeper, &orders, &options).await? {}
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
    keeper: &mut Keeper,
    orders: &Orders,
    options: &FollowOptions,
) -> Result<bool, Broken> {
    let saved = keeper.cursors.load_as::<Cursor>(NAME).await?;
    keeper.version = saved.as_ref().map_or(0, |(_, version)| *version);
    keeper.pending.clear();
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
                if !keeper.take(event).await? {
                    return Ok(false);
                }
            }
            Err(error) if error.is_transient() => println!("{error}"),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

struct Keeper {
    cursors: Cursors,
    book: Book,
    /// Since the last cursor, where both are saved together.
    pending: Vec<Event>,
    together: bool,
    version: i64,
}

impl Keeper {
    /// Whether it could be saved, or another follower was faster.
    async fn take(&mut self, event: Event) -> Result<bool, Broken> {
        let Event::Save(cursor) = event else {
            if self.together {
                self.pending.push(event);
                return Ok(true);
            }
            self.book.begin().await?;
            apply(&mut self.book, &event).await?;
            self.book.commit().await?;
            return Ok(true);
        };
        if !self.together {
            let saved = self.cursors.save_as(NAME, self.version, &cursor).await?;
            self.version = saved.unwrap_or_default();
            return Ok(saved.is_some());
        }
        let save = self.cursors.statement_as(NAME, self.version, &cursor)?;
        let save = save.ok_or("both engines have statements")?;
        self.book.begin().await?;
        // The cursor first: whoever has its row has it alone, and two followers cannot wait for each other's rows.
        if self.book.change(&save.sql, &save.parameters).await? == 0 {
            self.book.roll_back().await?;
            return Ok(false);
        }
        for event in self.pending.drain(..) {
            apply(&mut self.book, &event).await?;
        }
        self.book.commit().await?;
        let now = self.cursors.load(NAME).await?;
        self.version = now.map_or(0, |now| now.version);
        Ok(true)
    }
}

async fn apply(book: &mut Book, event: &Event) -> Result<(), Broken> {
    const FORGET: &str = "DELETE FROM my_rows WHERE day = $1 AND key = $2";

    match event {
        Event::Added(row) | Event::Changed(row) => put(book, row).await?,
        Event::Removed(gone) => {
            book.change(FORGET, &[text(gone.day), text(&gone.key)])
                .await?;
        }
        Event::DayClosed(proof) | Event::ProofFailed(proof) => {
            let day = text(proof.day());
            let known = "SELECT key FROM my_rows WHERE day = $1";
            for key in book.texts(known, std::slice::from_ref(&day)).await? {
                let holds = TransactionKey::parse(&key).is_some_and(|key| proof.holds(&key));
                if !holds {
                    book.change(FORGET, &[day.clone(), text(key)]).await?;
                }
            }
            let proved = Parameter::Integer(proof.is_proved().into());
            book.change(
                "INSERT INTO my_proofs (day, proved) VALUES ($1, $2)
                 ON CONFLICT (day) DO UPDATE SET proved = excluded.proved",
                &[day, proved],
            )
            .await?;
        }
        Event::Unreadable { .. } => note(book, "a row cannot be read").await?,
        _ => {}
    }
    Ok(())
}

async fn put(book: &mut Book, row: &Row) -> Result<(), Broken> {
    let (day, key) = (row.day.to_string(), row.key.to_string());
    let names = [
        row.transaction
            .operation_id
            .as_ref()
            .map(ToString::to_string),
        row.transaction.uuid.clone(),
    ];
    for name in names.into_iter().flatten() {
        book.change(
            "INSERT INTO my_names (day, name, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            &[text(&day), text(&name), text(&key)],
        )
        .await?;
        let sql = "SELECT key FROM my_names WHERE day = $1 AND name = $2";
        let first = book.texts(sql, &[text(&day), text(&name)]).await?;
        if first != [key.as_str()] {
            note(book, "a row came under two keys").await?;
        }
    }
    book.change(
        "INSERT INTO my_rows (day, key, hash) VALUES ($1, $2, $3)
         ON CONFLICT (day, key) DO UPDATE SET hash = excluded.hash,
         came = my_rows.came + CASE WHEN my_rows.hash = excluded.hash THEN 1 ELSE 0 END",
        &[text(&day), text(&key), text(row.hash)],
    )
    .await?;
    Ok(())
}

async fn note(book: &mut Book, what: &str) -> Result<(), Broken> {
    let sql = "INSERT INTO my_faults (what) VALUES ($1)";
    book.change(sql, &[text(what)]).await?;
    Ok(())
}
