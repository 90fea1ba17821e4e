//! The store on PostgreSQL: many machines, one server, one clock.

mod connect;
mod documents;
mod failure;
mod intents;
mod leases;
mod link;
mod options;
mod plan;
mod query;
mod row;
mod schema;
mod windows;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use options::PostgresOptions;

use self::link::{Link, Repeat};
use self::query::Query;
use crate::engine::{
    Answer, Change, Claimed, Document, Engine, EngineError, Erased, Filter, IntentId, IntentRow,
    Journal, Micros, Planned, Statement, Taken, Tally, TokenWant,
};

/// The store's tables in a schema of a PostgreSQL server, version 12 or newer.
///
/// Any number of programs on any number of machines may use the same schema. Each method is one transaction, nearly
/// all of them one statement; every time is the server's. A clone shares the connections.
///
/// # When the connection breaks
/// The answer to a commit can be lost with the connection: [`EngineError::Unavailable`] says that the change was made
/// or was not. Everything above the engine reads again before it goes on. Reads are repeated over a new connection by
/// themselves, changes only where the server said that it rolled them back.
///
/// # The server's settings
/// Each connection sets what the store's promises rest on: `synchronous_commit` is never off, the isolation is read
/// committed, a statement ends after [`PostgresOptions::statement_timeout`]. A pooler between the program and the
/// server must therefore give out whole sessions, not transactions. After a failover to a server that lags behind,
/// what was acknowledged and not copied is gone; `synchronous_standby_names` is the cure.
///
/// # Tests
/// The schema has a function, the only source of time, named by [`Postgres::CLOCK`]. A test may replace it to move time.
#[derive(Clone)]
pub struct Postgres {
    link: Arc<Link>,
}

impl Postgres {
    /// The function that tells the store's time, without arguments, in microseconds since 1970. Its name holds the version
    /// of the tables, so that a program of another version does not find its own.
    pub const CLOCK: &str = schema::CLOCK;

    /// Connects. A schema without the store's tables gets them; several programs may do so at once.
    ///
    /// # Errors
    /// [`EngineError::TooOld`] and [`EngineError::TooNew`] when another program made the tables,
    /// [`EngineError::Broken`] when the options, the password or the certificate are wrong,
    /// [`EngineError::Unavailable`] when the server cannot be reached.
    pub async fn connect(options: PostgresOptions) -> Result<Self, EngineError> {
        let existing = options.existing;
        let link = connect::link(options)?;
        schema::open(&link, existing).await?;
        Ok(Postgres {
            link: Arc::new(link),
        })
    }

    /// Brings the tables of an older program up to this one; makes them where there are none. Programs of the older
    /// version must not run meanwhile.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), but never [`EngineError::TooOld`].
    pub async fn migrate(options: PostgresOptions) -> Result<(), EngineError> {
        schema::migrate(&connect::link(options)?).await
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("schema", &self.link.schema())
            .finish_non_exhaustive()
    }
}

impl Engine for Postgres {
    fn now(&self) -> Answer<'_, Micros> {
        Box::pin(async move {
            let query = Query::new("SELECT rubank_now()");
            let row = self.link.row(Repeat::Read, &query).await?;
            row::value(&row, 0)
        })
    }

    fn plan<'a>(&'a self, rows: &'a [IntentRow]) -> Answer<'a, Vec<Planned>> {
        Box::pin(plan::plan(&self.link, rows))
    }

    fn load<'a>(&'a self, id: &'a IntentId) -> Answer<'a, Option<IntentRow>> {
        Box::pin(intents::load(&self.link, id))
    }

    fn claim<'a>(
        &'a self,
        id: &'a IntentId,
        owner: &'a str,
        lease: Duration,
    ) -> Answer<'a, Claimed> {
        Box::pin(intents::claim(&self.link, id, owner, lease))
    }

    fn claim_due<'a>(
        &'a self,
        filter: &'a Filter,
        owner: &'a str,
        lease: Duration,
        limit: u32,
    ) -> Answer<'a, Vec<IntentRow>> {
        Box::pin(intents::claim_due(&self.link, filter, owner, lease, limit))
    }

    fn next_due<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Option<Micros>> {
        Box::pin(intents::next_due(&self.link, filter))
    }

    fn change<'a>(
        &'a self,
        id: &'a IntentId,
        fence: i64,
        change: &'a Change,
    ) -> Answer<'a, Option<IntentRow>> {
        Box::pin(intents::change(&self.link, id, fence, change))
    }

    fn list<'a>(
        &'a self,
        filter: &'a Filter,
        after: Option<&'a IntentRow>,
        limit: u32,
    ) -> Answer<'a, Vec<IntentRow>> {
        Box::pin(intents::list(&self.link, filter, after, limit))
    }

    fn tally<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Vec<Tally>> {
        Box::pin(intents::tally(&self.link, filter))
    }

    fn journal<'a>(&'a self, id: &'a IntentId) -> Answer<'a, Vec<Journal>> {
        Box::pin(intents::journal(&self.link, id))
    }

    fn erase<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Erased> {
        Box::pin(intents::erase(&self.link, filter))
    }

    fn restore<'a>(&'a self, rows: &'a [(IntentRow, Vec<Journal>)]) -> Answer<'a, u64> {
        Box::pin(plan::restore(&self.link, rows))
    }

    fn get<'a>(&'a self, space: &'a str, name: &'a str) -> Answer<'a, Option<Document>> {
        Box::pin(documents::get(&self.link, space, name))
    }

    fn put<'a>(
        &'a self,
        space: &'a str,
        name: &'a str,
        expected: Option<i64>,
        value: &'a [u8],
    ) -> Answer<'a, Option<i64>> {
        Box::pin(documents::put(&self.link, space, name, expected, value))
    }

    fn put_statement(
        &self,
        space: &str,
        name: &str,
        expected: i64,
        value: &[u8],
    ) -> Option<Statement> {
        let schema = self.link.schema();
        Some(documents::statement(schema, space, name, expected, value))
    }

    fn documents<'a>(
        &'a self,
        space: &'a str,
        after: &'a str,
        limit: u32,
    ) -> Answer<'a, Vec<Document>> {
        Box::pin(documents::list(&self.link, space, after, limit))
    }

    fn remove<'a>(&'a self, space: &'a str, name: &'a str) -> Answer<'a, bool> {
        Box::pin(documents::remove(&self.link, space, name))
    }

    fn take_lease<'a>(&'a self, name: &'a str, length: Duration) -> Answer<'a, Taken> {
        Box::pin(leases::take(&self.link, name, length))
    }

    fn put_leased<'a>(
        &'a self,
        lease: &'a str,
        fence: i64,
        space: &'a str,
        name: &'a str,
        value: &'a [u8],
    ) -> Answer<'a, bool> {
        Box::pin(leases::put(&self.link, lease, fence, space, name, value))
    }

    fn release_lease<'a>(&'a self, name: &'a str, fence: i64) -> Answer<'a, ()> {
        Box::pin(leases::release(&self.link, name, fence))
    }

    fn take_tokens<'a>(&'a self, wants: &'a [TokenWant]) -> Answer<'a, Option<Duration>> {
        Box::pin(windows::take(&self.link, wants))
    }

    fn pause_tokens<'a>(
        &'a self,
        class: &'a str,
        key: &'a [u8],
        length: Duration,
    ) -> Answer<'a, ()> {
        Box::pin(windows::pause(&self.link, class, key, length))
    }
}
