//! The tables' version: who made them, and who may use them.

use std::cmp::Ordering;

use tokio_postgres::Transaction;

use super::failure::{Failure, broken};
use super::link::{Lent, Link};
use super::row::value;
use crate::engine::EngineError;

/// Each step brings the tables one version further. A step that was published never changes.
const MIGRATIONS: [&str; 2] = [
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
];
/// The version that this program needs.
const KNOWN: u32 = MIGRATIONS.len() as u32;

/// The clock of the tables of this version; each later version renames it once more.
pub(super) const CLOCK: &str = "rubank_now_2";

/// A statement that says `rubank_now()`, with the name that the clock has in the tables of this version.
pub(super) fn with_clock(text: &str) -> String {
    text.replace("rubank_now()", &format!("{CLOCK}()"))
}

/// Waiting for another program that makes the tables just now.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = 0;";

/// Makes the tables where there are none, and refuses those of another version.
pub(super) async fn open(link: &Link, existing: bool) -> Result<(), EngineError> {
    let mut lent = link.lend().await?;
    let found = link
        .within(found(&mut lent, link.schema()))
        .await
        .map_err(Failure::into_error)?;
    lent.give_back();
    match found {
        // Somebody else may do so at this moment: then theirs are found, and nothing is left to do.
        None if !existing => migrate(link).await,
        None => Err(EngineError::Absent),
        Some(found) => known(found),
    }
}

fn known(found: u32) -> Result<(), EngineError> {
    let known = KNOWN;
    match found.cmp(&KNOWN) {
        Ordering::Equal => Ok(()),
        Ordering::Less => Err(EngineError::TooOld { found, known }),
        Ordering::Greater => Err(EngineError::TooNew { found, known }),
    }
}

/// Why a statement found something of ours missing: another program may have brought the tables to another version while
/// this one had them open. `None` if that is not it.
pub(super) async fn moved_on(lent: &mut Lent, schema: &str) -> Option<EngineError> {
    let found = found(lent, schema).await.ok()??;
    known(found).err()
}

/// Brings the tables up to this program, from nothing or from an older version.
pub(super) async fn migrate(link: &Link) -> Result<(), EngineError> {
    let mut lent = link.lend().await?;
    // Not under the limit of a statement: a step over many rows takes its time, and a person waits for it.
    bring_up(&mut lent, link.schema())
        .await
        .map_err(Failure::into_error)?;
    lent.give_back();
    Ok(())
}

async fn found(lent: &mut Lent, schema: &str) -> Result<Option<u32>, Failure> {
    let transaction = lent.client()?.build_transaction().read_only(true);
    let transaction = transaction.start().await?;
    let found = version(&transaction, schema).await?;
    transaction.commit().await?;
    Ok(found)
}

async fn bring_up(lent: &mut Lent, schema: &str) -> Result<(), Failure> {
    let transaction = lent.client()?.transaction().await?;
    transaction.batch_execute(LOCK_TIMEOUT).await?;
    transaction
        .execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('rubank-store ' || $1::text, 0))",
            &[&schema],
        )
        .await?;
    let found = version(&transaction, schema).await?;
    if let Some(found) = found
        && found > KNOWN
    {
        return Err(EngineError::TooNew {
            found,
            known: KNOWN,
        }
        .into());
    }
    let there = transaction
        .query_opt("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[&schema])
        .await?;
    if there.is_none() {
        // Not `IF NOT EXISTS`: that asks for the right to create schemas even where it is there.
        transaction
            .batch_execute(&format!("CREATE SCHEMA \"{schema}\""))
            .await?;
    }
    let done = found.unwrap_or(0) as usize;
    for step in MIGRATIONS.iter().skip(done) {
        transaction.batch_execute(step).await?;
    }
    let mark = match found {
        None => {
            "CREATE TABLE rubank_schema (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL); \
             INSERT INTO rubank_schema (version) VALUES "
        }
        Some(_) => "UPDATE rubank_schema SET version = ",
    };
    transaction
        .batch_execute(&format!("{mark} ({KNOWN})"))
        .await?;
    Ok(transaction.commit().await?)
}

async fn version(transaction: &Transaction<'_>, schema: &str) -> Result<Option<u32>, Failure> {
    // From the catalogue itself: a name that another program made a moment ago may not be known to this session yet.
    let there = transaction
        .query_opt(
            "SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace \
             WHERE nspname = $1 AND relname = 'rubank_schema'",
            &[&schema],
        )
        .await?;
    if there.is_none() {
        return Ok(None);
    }
    let row = transaction
        .query_opt(
            &format!("SELECT version FROM \"{schema}\".rubank_schema"),
            &[],
        )
        .await?
        .ok_or_else(|| broken("the tables have no version"))?;
    let version: i32 = value(&row, 0)?;
    let version = u32::try_from(version).map_err(|_| broken("the tables have no version"))?;
    Ok(Some(version))
}
