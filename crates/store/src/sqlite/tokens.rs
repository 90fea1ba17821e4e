//! Rate windows. Each function is one step within a transaction.

use std::time::Duration;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, params};

use crate::engine::pace::{self, Window, micros};
use crate::engine::{Micros, TokenWant};

/// How many windows that are over go with each grant: more than one, so that they never pile up.
const FORGOTTEN_AT_ONCE: u32 = 8;

pub(super) fn take(
    connection: &Connection,
    now: Micros,
    wants: &[TokenWant],
) -> rusqlite::Result<Option<Duration>> {
    let wants = pace::distinct(wants);
    let kept = wants
        .iter()
        .map(|want| load(connection, want))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut windows = kept.clone();
    let wait = pace::decide(now, &wants, &mut windows);
    for ((want, window), kept) in wants.iter().zip(&windows).zip(&kept) {
        if window != kept {
            save(connection, want, window)?;
        }
    }
    if wait.is_none() {
        forget(connection, now)?;
    }
    Ok(wait)
}

pub(super) fn pause(
    connection: &Connection,
    now: Micros,
    class: &str,
    key: &[u8],
    length: Duration,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO token_window (class, key, grants, paused_until, over_at) VALUES (?1, ?2, x'', ?3, ?3)
             ON CONFLICT (class, key) DO UPDATE
             SET paused_until = max(paused_until, ?3), over_at = max(over_at, ?3)",
        )?
        .execute(params![class, key, now.saturating_add(micros(length.min(pace::LONGEST_PAUSE)))])
        .map(drop)
}

fn load(connection: &Connection, want: &TokenWant) -> rusqlite::Result<Window> {
    let window = connection
        .prepare_cached(
            "SELECT grants, paused_until FROM token_window WHERE class = ? AND key = ?",
        )?
        .query_row(params![want.class, want.key], |row| {
            Ok(Window {
                grants: row.get::<_, Grants>(0)?.0,
                paused_until: row.get(1)?,
            })
        })
        .optional()?;
    Ok(window.unwrap_or_default())
}

fn save(connection: &Connection, want: &TokenWant, window: &Window) -> rusqlite::Result<()> {
    let grants: Vec<u8> = window
        .grants
        .iter()
        .flat_map(|grant| grant.to_be_bytes())
        .collect();
    connection
        .prepare_cached(
            "INSERT INTO token_window (class, key, grants, paused_until, over_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (class, key) DO UPDATE SET grants = ?3, paused_until = ?4, over_at = ?5",
        )?
        .execute(params![
            want.class,
            want.key,
            grants,
            window.paused_until,
            window.over_at(want),
        ])
        .map(drop)
}

fn forget(connection: &Connection, now: Micros) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM token_window WHERE (class, key) IN
             (SELECT class, key FROM token_window WHERE over_at <= ? LIMIT ?)",
        )?
        .execute(params![now, FORGOTTEN_AT_ONCE])
        .map(drop)
}

struct Grants(Vec<Micros>);

impl FromSql for Grants {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let (moments, rest) = value.as_blob()?.as_chunks();
        if !rest.is_empty() {
            return Err(FromSqlError::InvalidType);
        }
        let moments = moments.iter().map(|moment| Micros::from_be_bytes(*moment));
        Ok(Grants(moments.collect()))
    }
}
