//! One holder per name.

use std::time::Duration;

use super::link::{Link, Repeat};
use super::query::Query;
use super::row::value;
use crate::engine::pace::micros;
use crate::engine::{EngineError, Micros, Taken};

pub(super) async fn take(link: &Link, name: &str, length: Duration) -> Result<Taken, EngineError> {
    let length = micros(length);
    // `DO UPDATE` reads clock and sequence once the row is locked, so waiting for another taker changes nothing.
    let query = Query::with(
        "INSERT INTO leases (name, fence, until) VALUES ($1, nextval('fences'), rubank_now() + $2) \
         ON CONFLICT (name) DO UPDATE SET fence = nextval('fences'), until = rubank_now() + $2 \
         WHERE leases.until <= rubank_now() RETURNING fence",
        &[&name, &length],
    );
    if let Some(row) = link.maybe(Repeat::Write, &query).await? {
        let fence = value(&row, 0)?;
        return Ok(Taken::Held { fence });
    }
    let query = Query::with(
        "SELECT until - rubank_now() FROM leases WHERE name = $1",
        &[&name],
    );
    // Given back meanwhile: nothing is left of it.
    let left: Micros = match link.maybe(Repeat::Read, &query).await? {
        Some(row) => value(&row, 0)?,
        None => 0,
    };
    let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
    Ok(Taken::Busy { left })
}

pub(super) async fn put(
    link: &Link,
    lease: &str,
    fence: i64,
    space: &str,
    name: &str,
    bytes: &[u8],
) -> Result<bool, EngineError> {
    // Locked until the document is committed: nobody can take the lease in between.
    let query = Query::with(
        "WITH held AS MATERIALIZED ( \
             SELECT 1 FROM leases WHERE name = $1 AND fence = $2 AND until > rubank_now() FOR UPDATE) \
         INSERT INTO documents (space, name, version, value) \
         SELECT $3, $4, nextval('versions'), $5 FROM held \
         ON CONFLICT (space, name) DO UPDATE SET version = nextval('versions'), value = excluded.value \
         RETURNING version",
        &[&lease, &fence, &space, &name, &bytes],
    );
    Ok(link.maybe(Repeat::Write, &query).await?.is_some())
}

pub(super) async fn release(link: &Link, name: &str, fence: i64) -> Result<(), EngineError> {
    let query = Query::with(
        "DELETE FROM leases WHERE name = $1 AND fence = $2",
        &[&name, &fence],
    );
    link.rows(Repeat::Write, &query).await?;
    Ok(())
}
