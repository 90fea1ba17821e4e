//! Documents, and the leases that guard them. Each function is one step within a transaction.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::engine::pace::micros;
use crate::engine::{Document, FARTHEST, Micros, Parameter, Statement, Taken};

pub(super) fn get(
    connection: &Connection,
    space: &str,
    name: &str,
) -> rusqlite::Result<Option<Document>> {
    connection
        .prepare_cached("SELECT name, version, value FROM document WHERE space = ? AND name = ?")?
        .query_row(params![space, name], read)
        .optional()
}

pub(super) fn list(
    connection: &Connection,
    space: &str,
    after: &str,
    limit: u32,
) -> rusqlite::Result<Vec<Document>> {
    connection
        .prepare_cached(
            "SELECT name, version, value FROM document WHERE space = ? AND name > ? ORDER BY name LIMIT ?",
        )?
        .query_map(params![space, after, limit], read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document {
        name: row.get(0)?,
        version: row.get(1)?,
        value: row.get(2)?,
    })
}

pub(super) fn put(
    connection: &Connection,
    space: &str,
    name: &str,
    expected: Option<i64>,
    value: &[u8],
) -> rusqlite::Result<Option<i64>> {
    let (text, expected) = match expected {
        Some(0) => (INSERT, None),
        Some(version) => (UPDATE, Some(version)),
        None => (REPLACE, None),
    };
    let mut statement = connection.prepare_cached(&format!("{text} RETURNING version"))?;
    let version = |row: &Row<'_>| row.get(0);
    match expected {
        Some(expected) => statement.query_row(params![space, name, value, expected], version),
        None => statement.query_row(params![space, name, value], version),
    }
    .optional()
}

/// [`put`] as a statement of its own.
pub(super) fn put_statement(space: &str, name: &str, expected: i64, value: &[u8]) -> Statement {
    let mut parameters = vec![
        Parameter::Text(space.to_owned()),
        Parameter::Text(name.to_owned()),
        Parameter::Bytes(value.to_vec()),
    ];
    let sql = if expected == 0 {
        INSERT
    } else {
        parameters.push(Parameter::Integer(expected));
        UPDATE
    };
    Statement {
        sql: sql.to_owned(),
        parameters,
    }
}

// A trigger keeps the last version.

const INSERT: &str = "INSERT INTO document (space, name, version, value)
     VALUES (?1, ?2, (SELECT last + 1 FROM document_version), ?3)
     ON CONFLICT (space, name) DO NOTHING";

const UPDATE: &str =
    "UPDATE document SET version = (SELECT last + 1 FROM document_version), value = ?3
     WHERE space = ?1 AND name = ?2 AND version = ?4";

const REPLACE: &str = "INSERT INTO document (space, name, version, value)
     VALUES (?1, ?2, (SELECT last + 1 FROM document_version), ?3)
     ON CONFLICT (space, name) DO UPDATE SET version = excluded.version, value = excluded.value";

pub(super) fn remove(connection: &Connection, space: &str, name: &str) -> rusqlite::Result<bool> {
    let removed = connection
        .prepare_cached("DELETE FROM document WHERE space = ? AND name = ?")?
        .execute(params![space, name])?;
    Ok(removed > 0)
}

pub(super) fn take_lease(
    connection: &Connection,
    now: Micros,
    name: &str,
    length: Duration,
) -> rusqlite::Result<Taken> {
    let until: Option<Micros> = connection
        .prepare_cached("SELECT until FROM lease WHERE name = ?")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    let mut left = until.map_or(0, |until| until.saturating_sub(now));
    if left > micros(FARTHEST.max(length)) {
        // The clock was set back, and nobody knows how long it is held already: for one more length it may be.
        left = micros(FARTHEST.max(length));
        connection
            .prepare_cached("UPDATE lease SET until = ? WHERE name = ?")?
            .execute(params![now.saturating_add(left), name])?;
    }
    if let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) {
        return Ok(Taken::Busy {
            left: Duration::from_micros(left),
        });
    }
    // A lease that is over stays as a row: its fence must be remembered.
    let fence = connection
        .prepare_cached(
            "INSERT INTO lease (name, fence, until) VALUES (?1, 1, ?2)
             ON CONFLICT (name) DO UPDATE SET fence = fence + 1, until = ?2 RETURNING fence",
        )?
        .query_row(params![name, now.saturating_add(micros(length))], |row| {
            row.get(0)
        })?;
    Ok(Taken::Held { fence })
}

pub(super) fn put_leased(
    connection: &Connection,
    now: Micros,
    (lease, fence): (&str, i64),
    space: &str,
    name: &str,
    value: &[u8],
) -> rusqlite::Result<bool> {
    let held = connection
        .prepare_cached("SELECT 1 FROM lease WHERE name = ? AND fence = ? AND until > ?")?
        .exists(params![lease, fence, now])?;
    if held {
        put(connection, space, name, None, value)?;
    }
    Ok(held)
}

pub(super) fn release_lease(
    connection: &Connection,
    now: Micros,
    name: &str,
    fence: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE lease SET until = min(until, ?) WHERE name = ? AND fence = ?")?
        .execute(params![now, name, fence])
        .map(drop)
}
