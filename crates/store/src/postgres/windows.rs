//! Rate windows. Whoever takes tokens locks their windows in one order, reads the clock, decides, and writes.

use std::time::Duration;

use deadpool_postgres::Transaction;
use futures_util::future::{try_join, try_join_all};
use tokio_postgres::Row;

use super::failure::Failure;
use super::link::{Lent, Link, Repeat, TRIES};
use super::query::Query;
use super::row::value;
use super::schema;
use crate::engine::pace::{self, Window, micros};
use crate::engine::{EngineError, Micros, TokenWant};

pub(super) async fn take(
    link: &Link,
    wants: &[TokenWant],
) -> Result<Option<Duration>, EngineError> {
    let wants = pace::distinct(wants);
    let mut tries = 1;
    loop {
        let mut lent = link.lend().await?;
        match link.within(take_once(&mut lent, &wants)).await {
            Ok(Decision::Taken) => {
                lent.give_back();
                return Ok(None);
            }
            Ok(Decision::Wait(wait)) => {
                lent.give_back();
                return Ok(Some(wait));
            }
            Ok(Decision::Missing) => {
                lent.give_back();
                make(link, &wants).await?;
                if tries == TRIES {
                    // Each time, others forgot the new rows before they were locked: the server's clock jumps.
                    let why = "rate windows vanish while they are taken";
                    return Err(EngineError::Unavailable(why.to_owned()));
                }
            }
            Err(failure) => {
                drop(lent);
                if tries == TRIES || !failure.may_repeat(Repeat::Write) {
                    return Err(link.explained(failure).await);
                }
            }
        }
        tries += 1;
    }
}

pub(super) async fn pause(
    link: &Link,
    class: &str,
    key: &[u8],
    length: Duration,
) -> Result<(), EngineError> {
    let length = micros(length.min(pace::LONGEST_PAUSE));
    let query = Query::with(
        "INSERT INTO windows (class, key, paused_until, over_at) \
         SELECT $1, $2, now + $3, now + $3 FROM (SELECT rubank_now() AS now) AS moment \
         ON CONFLICT (class, key) DO UPDATE SET \
             paused_until = greatest(windows.paused_until, excluded.paused_until), \
             over_at = greatest(windows.over_at, excluded.over_at)",
        &[&class, &key, &length],
    );
    link.rows(Repeat::Write, &query).await?;
    Ok(())
}

enum Decision {
    Taken,
    Wait(Duration),
    /// A window has no row yet that could be locked.
    Missing,
}

async fn take_once(lent: &mut Lent, wants: &[TokenWant]) -> Result<Decision, Failure> {
    let transaction = lent.client()?.transaction().await?;
    let (rows, now) = lock(&transaction, wants).await?;
    if rows.len() != wants.len() {
        transaction.rollback().await?;
        return Ok(Decision::Missing);
    }
    let kept = rows
        .iter()
        .map(|row| {
            Ok(Window {
                grants: value(row, 0)?,
                paused_until: value(row, 1)?,
            })
        })
        .collect::<Result<Vec<_>, EngineError>>()?;
    let mut windows = kept.clone();
    let wait = pace::decide(now, wants, &mut windows);
    if windows == kept {
        // Nothing to write: a rollback does not wait for the disk.
        transaction.rollback().await?;
    } else {
        save(&transaction, wants, &windows, now).await?;
        transaction.commit().await?;
    }
    Ok(wait.map_or(Decision::Taken, Decision::Wait))
}

/// The rows in the order of the wants, locked, and the time after that.
async fn lock(
    transaction: &Transaction<'_>,
    wants: &[TokenWant],
) -> Result<(Vec<Row>, Micros), Failure> {
    let (classes, keys) = names(wants);
    let lock = "SELECT grants, paused_until FROM windows \
         WHERE (class, key) IN (SELECT * FROM unnest($1::text[], $2::bytea[])) \
         ORDER BY class, key FOR NO KEY UPDATE";
    let lock = transaction.prepare_cached(lock).await?;
    let clock = schema::with_clock("SELECT rubank_now()");
    let clock = transaction.prepare_cached(&clock).await?;
    // Sent together and run one after the other.
    let (rows, now) = try_join(
        transaction.query(&lock, &[&classes, &keys]),
        transaction.query_one(&clock, &[]),
    )
    .await?;
    Ok((rows, value(&now, 0)?))
}

async fn save(
    transaction: &Transaction<'_>,
    wants: &[TokenWant],
    windows: &[Window],
    now: Micros,
) -> Result<(), Failure> {
    let save = "UPDATE windows SET grants = $3, paused_until = $4, over_at = $5 WHERE class = $1 AND key = $2";
    let save = transaction.prepare_cached(save).await?;
    // More of those that are over than one call can add, so that they never pile up.
    let forget = "DELETE FROM windows WHERE (class, key) IN ( \
         SELECT class, key FROM windows WHERE over_at <= $1 ORDER BY over_at LIMIT 8 FOR UPDATE SKIP LOCKED)";
    let forget = transaction.prepare_cached(forget).await?;
    let saved = wants.iter().zip(windows).map(|(want, window)| {
        let save = &save;
        async move {
            let over_at = window.over_at(want);
            transaction
                .execute(
                    save,
                    &[
                        &want.class,
                        &want.key,
                        &window.grants,
                        &window.paused_until,
                        &over_at,
                    ],
                )
                .await
        }
    });
    try_join(try_join_all(saved), transaction.execute(&forget, &[&now])).await?;
    Ok(())
}

/// A row for each want that has none, kept long enough to be locked.
async fn make(link: &Link, wants: &[TokenWant]) -> Result<(), EngineError> {
    let (classes, keys) = names(wants);
    let query = Query::with(
        "INSERT INTO windows (class, key, over_at) \
         SELECT class, key, rubank_now() + 60000000 FROM unnest($1::text[], $2::bytea[]) AS given(class, key) \
         ON CONFLICT (class, key) DO NOTHING",
        &[&classes, &keys],
    );
    link.rows(Repeat::Write, &query).await?;
    Ok(())
}

fn names(wants: &[TokenWant]) -> (Vec<&str>, Vec<&[u8]>) {
    wants
        .iter()
        .map(|want| (want.class.as_str(), want.key.as_slice()))
        .unzip()
}
