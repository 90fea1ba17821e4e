//! The methods of the seam: each owned by its thread while it runs, so that nobody who goes away leaves half of it.

use std::time::Duration;

use rusqlite::Connection;

use super::{Sqlite, claims, documents, intents, moment, tokens};
use crate::engine::{
    Answer, Change, Claimed, Document, Engine, Erased, Filter, IntentId, IntentRow, Journal,
    Micros, Planned, Statement, Taken, Tally, TokenWant,
};

impl Sqlite {
    fn write<'a, T, F>(&'a self, work: F) -> Answer<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, Micros) -> rusqlite::Result<T> + Send + 'static,
    {
        Box::pin(self.writer.run(work))
    }

    fn read<'a, T, F>(&'a self, work: F) -> Answer<'a, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        Box::pin(self.readers.run(move |connection, _| work(connection)))
    }

    /// Folds the log into the file and empties it: what was erased is in there too. It waits for those who read from it, as
    /// long as a change waits for other processes; whether it is empty now.
    async fn empty_log(&self) -> bool {
        let is_busy = self.read(|connection| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, bool>(0)
            })
        });
        match is_busy.await {
            Ok(is_busy) => !is_busy,
            Err(error) => {
                tracing::debug!(%error, "the log is emptied later");
                false
            }
        }
    }
}

impl Engine for Sqlite {
    fn now(&self) -> Answer<'_, Micros> {
        let now = moment(self.clock.as_ref());
        Box::pin(std::future::ready(Ok(now)))
    }

    fn plan<'a>(&'a self, rows: &'a [IntentRow]) -> Answer<'a, Vec<Planned>> {
        let rows = rows.to_vec();
        self.write(move |connection, now| intents::plan(connection, now, &rows))
    }

    fn load<'a>(&'a self, id: &'a IntentId) -> Answer<'a, Option<IntentRow>> {
        let id = id.clone();
        self.read(move |connection| intents::load(connection, &id))
    }

    fn claim<'a>(
        &'a self,
        id: &'a IntentId,
        owner: &'a str,
        lease: Duration,
    ) -> Answer<'a, Claimed> {
        let (id, owner) = (id.clone(), owner.to_owned());
        self.write(move |connection, now| claims::claim(connection, now, &id, &owner, lease))
    }

    fn claim_due<'a>(
        &'a self,
        filter: &'a Filter,
        owner: &'a str,
        lease: Duration,
        limit: u32,
    ) -> Answer<'a, Vec<IntentRow>> {
        let (filter, owner) = (filter.clone(), owner.to_owned());
        self.write(move |connection, now| {
            claims::claim_due(connection, now, &filter, &owner, lease, limit)
        })
    }

    fn next_due<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Option<Micros>> {
        let filter = filter.clone();
        let read = move |connection: &Connection, now| claims::next_due(connection, now, &filter);
        Box::pin(self.readers.run(read))
    }

    fn change<'a>(
        &'a self,
        id: &'a IntentId,
        fence: i64,
        change: &'a Change,
    ) -> Answer<'a, Option<IntentRow>> {
        let (id, change) = (id.clone(), change.clone());
        self.write(move |connection, now| intents::change(connection, now, &id, fence, &change))
    }

    fn list<'a>(
        &'a self,
        filter: &'a Filter,
        after: Option<&'a IntentRow>,
        limit: u32,
    ) -> Answer<'a, Vec<IntentRow>> {
        let (filter, after) = (filter.clone(), after.cloned());
        self.read(move |connection| intents::list(connection, &filter, after.as_ref(), limit))
    }

    fn tally<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Vec<Tally>> {
        let filter = filter.clone();
        self.read(move |connection| intents::tally(connection, &filter))
    }

    fn journal<'a>(&'a self, id: &'a IntentId) -> Answer<'a, Vec<Journal>> {
        let id = id.clone();
        self.read(move |connection| intents::journal(connection, &id))
    }

    fn erase<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Erased> {
        let filter = filter.clone();
        Box::pin(async move {
            let erased = self
                .write(move |connection, _| intents::erase(connection, &filter))
                .await?;
            Ok(Erased {
                is_in_log: !self.empty_log().await,
                ..erased
            })
        })
    }

    fn restore<'a>(&'a self, rows: &'a [(IntentRow, Vec<Journal>)]) -> Answer<'a, u64> {
        let rows = rows.to_vec();
        self.write(move |connection, _| intents::restore(connection, &rows))
    }

    fn get<'a>(&'a self, space: &'a str, name: &'a str) -> Answer<'a, Option<Document>> {
        let (space, name) = (space.to_owned(), name.to_owned());
        self.read(move |connection| documents::get(connection, &space, &name))
    }

    fn put<'a>(
        &'a self,
        space: &'a str,
        name: &'a str,
        expected: Option<i64>,
        value: &'a [u8],
    ) -> Answer<'a, Option<i64>> {
        let (space, name, value) = (space.to_owned(), name.to_owned(), value.to_vec());
        self.write(move |connection, _| documents::put(connection, &space, &name, expected, &value))
    }

    fn put_statement(
        &self,
        space: &str,
        name: &str,
        expected: i64,
        value: &[u8],
    ) -> Option<Statement> {
        Some(documents::put_statement(space, name, expected, value))
    }

    fn documents<'a>(
        &'a self,
        space: &'a str,
        after: &'a str,
        limit: u32,
    ) -> Answer<'a, Vec<Document>> {
        let (space, after) = (space.to_owned(), after.to_owned());
        self.read(move |connection| documents::list(connection, &space, &after, limit))
    }

    fn remove<'a>(&'a self, space: &'a str, name: &'a str) -> Answer<'a, bool> {
        let (space, name) = (space.to_owned(), name.to_owned());
        self.write(move |connection, _| documents::remove(connection, &space, &name))
    }

    fn take_lease<'a>(&'a self, name: &'a str, length: Duration) -> Answer<'a, Taken> {
        let name = name.to_owned();
        self.write(move |connection, now| documents::take_lease(connection, now, &name, length))
    }

    fn put_leased<'a>(
        &'a self,
        lease: &'a str,
        fence: i64,
        space: &'a str,
        name: &'a str,
        value: &'a [u8],
    ) -> Answer<'a, bool> {
        let (lease, space, name) = (lease.to_owned(), space.to_owned(), name.to_owned());
        let value = value.to_vec();
        self.write(move |connection, now| {
            documents::put_leased(connection, now, (&lease, fence), &space, &name, &value)
        })
    }

    fn release_lease<'a>(&'a self, name: &'a str, fence: i64) -> Answer<'a, ()> {
        let name = name.to_owned();
        self.write(move |connection, now| documents::release_lease(connection, now, &name, fence))
    }

    fn take_tokens<'a>(&'a self, wants: &'a [TokenWant]) -> Answer<'a, Option<Duration>> {
        let wants = wants.to_vec();
        self.write(move |connection, now| tokens::take(connection, now, &wants))
    }

    fn pause_tokens<'a>(
        &'a self,
        class: &'a str,
        key: &'a [u8],
        length: Duration,
    ) -> Answer<'a, ()> {
        let (class, key) = (class.to_owned(), key.to_vec());
        self.write(move |connection, now| tokens::pause(connection, now, &class, &key, length))
    }
}
