//! Who holds an intent, and which are due. Each function is one step within a transaction.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use super::query::{self, Where};
use crate::engine::pace::micros;
use crate::engine::{Claimed, FARTHEST, Filter, IntentId, IntentRow, Micros, NEVER};
use crate::state::State;

pub(super) fn claim(
    connection: &Connection,
    now: Micros,
    id: &IntentId,
    owner: &str,
    lease: Duration,
) -> rusqlite::Result<Claimed> {
    let Some((row, held_until)) = connection
        .prepare_cached(
            "SELECT id, iif(owner IS NULL, NULL, lease_until) FROM intent WHERE operation = ? AND key = ?",
        )?
        .query_row(params![id.operation, id.key], |row| {
            Ok((row.get(0)?, row.get::<_, Option<Micros>>(1)?))
        })
        .optional()?
    else {
        return Ok(Claimed::Absent);
    };
    if let Some(until) = held_until.filter(|until| *until > now) {
        let until = match until > farthest(now) {
            true => begin_lease_anew(connection, now, row)?,
            false => until,
        };
        return Ok(Claimed::Held { until });
    }
    let taken = take(connection, now, row, owner, lease)?;
    Ok(taken.map_or(Claimed::Absent, |row| Claimed::Taken(Box::new(row))))
}

/// Beyond it lies nothing that this clock has written.
fn farthest(now: Micros) -> Micros {
    now.saturating_add(micros(FARTHEST))
}

/// The clock was set back, and nobody knows how long the holder has held it already: it may do so for a full lease.
fn begin_lease_anew(connection: &Connection, now: Micros, row: i64) -> rusqlite::Result<Micros> {
    let until = farthest(now);
    connection
        .prepare_cached("UPDATE intent SET lease_until = ? WHERE id = ?")?
        .execute(params![until, row])?;
    Ok(until)
}

/// Two questions per state: each walks an index in the wanted order and ends at the limit, however many rows are due. The
/// second is about rows that a clock has put off which was set back since; mostly there are none.
pub(super) fn claim_due(
    connection: &Connection,
    now: Micros,
    filter: &Filter,
    owner: &str,
    lease: Duration,
    limit: u32,
) -> rusqlite::Result<Vec<IntentRow>> {
    let wanted = |state: &State| filter.states.is_empty() || filter.states.contains(state);
    let farthest = farthest(now);
    let mut due: Vec<Due> = Vec::new();
    for state in State::ALL.into_iter().filter(wanted) {
        let filter = filter.clone().states([state]);
        for (since, until) in [(Micros::MIN, now), (farthest, NEVER - 1)] {
            let mut which = Where::of(&filter);
            which.and("due_at > ? AND due_at <= ?", [since.into(), until.into()]);
            which.and(
                "(owner IS NULL OR lease_until <= ? OR lease_until > ?)",
                [now.into(), farthest.into()],
            );
            due.extend(due_rows(connection, &which, farthest, limit)?);
        }
    }
    due.sort_unstable();
    due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut taken = Vec::with_capacity(due.len());
    for (_, _, row, is_held) in due {
        match is_held {
            true => drop(begin_lease_anew(connection, now, row)?),
            false => taken.extend(take(connection, now, row, owner, lease)?),
        }
    }
    Ok(taken)
}

/// When it is due, its line, its number, and whether its lease ends later than any lease can.
type Due = (Micros, Option<i64>, i64, bool);

fn due_rows(
    connection: &Connection,
    which: &Where,
    farthest: Micros,
    limit: u32,
) -> rusqlite::Result<Vec<Due>> {
    let text = format!(
        "SELECT due_at, line, id, owner IS NOT NULL AND lease_until > {farthest} FROM intent WHERE {}
         ORDER BY due_at, line, id LIMIT {limit}",
        which.text()
    );
    // Not cached: the moment stands in it.
    connection
        .prepare(&text)?
        .query_map(which.values(), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect()
}

fn take(
    connection: &Connection,
    now: Micros,
    row: i64,
    owner: &str,
    lease: Duration,
) -> rusqlite::Result<Option<IntentRow>> {
    let taken = query::update(
        connection,
        "owner = ?, lease_until = ?, fence = fence + 1 WHERE id = ?",
        params![owner, now.saturating_add(micros(lease)), row],
    )?;
    Ok(taken.into_iter().next())
}

pub(super) fn next_due(
    connection: &Connection,
    now: Micros,
    filter: &Filter,
) -> rusqlite::Result<Option<Micros>> {
    let mut which = Where::of(filter);
    which.and("due_at < ?", [NEVER.into()]);
    // What lies farther ahead than anything can is due; a lease that ends there begins anew when somebody asks for it.
    let farthest = farthest(now);
    let text = format!(
        "SELECT min(max(iif(due_at > {farthest}, {now}, due_at),
             iif(owner IS NULL, 0, iif(lease_until > {farthest}, {now}, lease_until)))) FROM intent WHERE {}",
        which.text()
    );
    connection
        .prepare(&text)?
        .query_row(which.values(), |row| row.get(0))
}
