//! The connections: lent, watched, and replaced when they break.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use rubank_core::clock::{Clock, within};
use tokio_postgres::Row;

use super::failure::{self, Failure};
use super::query::Query;
use super::schema;
use crate::engine::EngineError;

/// How often one thing is tried before the caller hears of it.
pub(super) const TRIES: u32 = 4;

/// What a failure in the middle leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Nothing: it may be tried again after any passing failure.
    Read,
    /// Perhaps the change: it is tried again only if the server said that it rolled it back.
    Write,
}

/// The connections of one store.
///
/// A connection comes back into the pool only after its last answer was read in full. Whoever stops waiting in the
/// middle closes it, so that nobody inherits a busy connection, an open transaction or somebody else's answer.
pub(super) struct Link {
    pool: Pool,
    schema: String,
    limit: Duration,
    clock: Arc<dyn Clock>,
}

impl Link {
    pub(super) fn new(pool: Pool, schema: String, limit: Duration, clock: Arc<dyn Clock>) -> Self {
        Link {
            pool,
            schema,
            limit,
            clock,
        }
    }

    pub(super) fn schema(&self) -> &str {
        &self.schema
    }

    /// One statement, which is its own transaction.
    pub(super) async fn rows(
        &self,
        repeat: Repeat,
        query: &Query<'_>,
    ) -> Result<Vec<Row>, EngineError> {
        let mut tries = 1;
        loop {
            let mut lent = self.lend().await?;
            let failure = match self.within(query.run(&mut lent)).await {
                Ok(rows) => {
                    lent.give_back();
                    return Ok(rows);
                }
                Err(failure) => failure,
            };
            // Its connection is of no use any more, and explaining needs one.
            drop(lent);
            if tries == TRIES || !failure.may_repeat(repeat) {
                return Err(self.explained(failure).await);
            }
            tries += 1;
        }
    }

    /// What the caller hears of a failure: where something of ours is missing, the tables may be of another version by now.
    pub(super) async fn explained(&self, failure: Failure) -> EngineError {
        let moved_on = match failure.is_missing {
            true => self.moved_on().await,
            false => None,
        };
        moved_on.unwrap_or(failure.into_error())
    }

    async fn moved_on(&self) -> Option<EngineError> {
        let mut lent = self.lend().await.ok()?;
        let found = async { Ok(schema::moved_on(&mut lent, &self.schema).await) };
        let found = self.within(found).await;
        if found.is_ok() {
            lent.give_back();
        }
        found.ok().flatten()
    }

    /// A statement that answers exactly one row.
    pub(super) async fn row(&self, repeat: Repeat, query: &Query<'_>) -> Result<Row, EngineError> {
        let mut rows = self.rows(repeat, query).await?;
        match (rows.pop(), rows.is_empty()) {
            (Some(row), true) => Ok(row),
            _ => Err(failure::broken("one row was expected")),
        }
    }

    /// A statement that answers one row or none.
    pub(super) async fn maybe(
        &self,
        repeat: Repeat,
        query: &Query<'_>,
    ) -> Result<Option<Row>, EngineError> {
        let mut rows = self.rows(repeat, query).await?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            _ => Err(failure::broken("one row at most was expected")),
        }
    }

    /// A connection for several statements.
    pub(super) async fn lend(&self) -> Result<Lent, EngineError> {
        let object = self.within(async { self.pool.get().await.map_err(Failure::of_pool) });
        match object.await {
            Ok(object) => Ok(Lent(Some(object))),
            Err(failure) => Err(failure.into_error()),
        }
    }

    /// The work's answer, or a failure when the server has not answered for too long.
    pub(super) async fn within<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let answer = within(self.clock.as_ref(), self.limit, work).await;
        answer.unwrap_or_else(|| Err(Failure::silent()))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({})", self.schema)
    }
}

/// A connection that is closed unless it is given back.
pub(super) struct Lent(Option<Object>);

impl Lent {
    /// The connection.
    pub(super) fn client(&mut self) -> Result<&mut Object, Failure> {
        // It is there from `lend` to `give_back`, which takes the whole.
        self.0.as_mut().ok_or_else(Failure::silent)
    }

    /// Its last answer was read in full: somebody else may have it.
    pub(super) fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}
