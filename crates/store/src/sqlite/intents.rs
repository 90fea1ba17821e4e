//! Intents and their journal. Each function is one step within a transaction.

use rusqlite::{Connection, Row, named_params, params};

use super::query::{self, Where, Word};
use crate::engine::pace::{self, micros};
use crate::engine::{Change, Erased, Filter, IntentId, IntentRow, Journal, Micros, Planned, Tally};
use crate::state::State;

/// Who stands in the first line of a journal: the caller of `plan` has no name there.
const PLANNER: &str = "plan";

pub(super) fn plan(
    connection: &Connection,
    now: Micros,
    rows: &[IntentRow],
) -> rusqlite::Result<Vec<Planned>> {
    rows.iter()
        .map(|row| plan_one(connection, now, row))
        .collect()
}

fn plan_one(connection: &Connection, now: Micros, row: &IntentRow) -> rusqlite::Result<Planned> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO intent (operation, key, environment, run, line, subject, likeness, kopecks, prints, request,
                 label, state, attempts, looks, missing, planned_at, changed_at, due_at, fence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, 0, 0, ?13, ?13, ?13, 0)
             ON CONFLICT (operation, key) DO NOTHING",
        )?
        .execute(params![
            row.id.operation,
            row.id.key,
            row.environment,
            row.run,
            row.line,
            row.subject,
            row.likeness,
            row.kopecks,
            row.prints,
            row.request,
            row.label,
            State::Planned.as_str(),
            now,
        ])?;
    if inserted == 0 {
        // It was there a moment ago, within this transaction.
        let there = load(connection, &row.id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        return Ok(Planned::Known(Box::new(there)));
    }
    let first = Journal {
        at: now,
        state: State::Planned,
        attempts: 0,
        reason: None,
        actor: PLANNER.to_owned(),
    };
    write_line(connection, &row.id, &first)?;
    Ok(Planned::New)
}

pub(super) fn load(connection: &Connection, id: &IntentId) -> rusqlite::Result<Option<IntentRow>> {
    let found = query::rows(
        connection,
        "operation = ? AND key = ?",
        params![id.operation, id.key],
    )?;
    Ok(found.into_iter().next())
}

pub(super) fn change(
    connection: &Connection,
    now: Micros,
    id: &IntentId,
    fence: i64,
    change: &Change,
) -> rusqlite::Result<Option<IntentRow>> {
    let attempts = i64::from(change.sends) - i64::from(change.takes_back);
    let is_news = attempts != 0 || change.restarts_settling || !says(connection, id, change)?;
    let changed = query::update(
        connection,
        "state = :state,
         attempts = attempts + :attempts,
         sent_at = iif(:sends OR :restarts_settling, :now, coalesce(:sent_at, sent_at)),
         looks = coalesce(:looks, iif(:sends, 0, looks)),
         missing = coalesce(:missing, iif(:sends, 0, missing)),
         said = coalesce(:said, iif(:sends, NULL, said)),
         answer = coalesce(:answer, answer),
         note = coalesce(:note, note),
         reason = :reason,
         bank_id = coalesce(:bank_id, bank_id),
         changed_at = iif(:is_news, :now, changed_at),
         due_at = iif(:keeps_due, due_at, :due_at),
         owner = iif(:release, NULL, owner),
         lease_until = iif(:release, :now, coalesce(:lease_until, lease_until))
         WHERE operation = :operation AND key = :key AND fence = :fence
           AND (:lease_until IS NULL OR lease_until > :now)",
        named_params! {
            ":state": change.state.as_str(),
            ":sends": change.sends,
            ":attempts": attempts,
            ":is_news": is_news,
            ":sent_at": change.sent_at,
            ":said": change.said,
            ":keeps_due": change.keeps_due,
            ":lease_until": change.renews.map(|lease| now.saturating_add(micros(lease))),
            ":restarts_settling": change.restarts_settling,
            ":looks": change.looks,
            ":missing": change.missing,
            ":answer": change.answer,
            ":note": change.note,
            ":reason": change.reason,
            ":bank_id": change.bank_id,
            ":now": now,
            ":due_at": now.saturating_add(pace::due_in(change)),
            ":release": change.release,
            ":operation": id.operation,
            ":key": id.key,
            ":fence": fence,
        },
    )?;
    let Some(row) = changed.into_iter().next() else {
        return Ok(None);
    };
    if !is_news {
        return Ok(Some(row));
    }
    let line = Journal {
        at: row.changed_at,
        state: row.state,
        attempts: row.attempts,
        reason: row.reason.clone(),
        actor: change.actor.clone(),
    };
    write_line(connection, &row.id, &line)?;
    Ok(Some(row))
}

/// Whether the row's state and reason are those of the change already.
fn says(connection: &Connection, id: &IntentId, change: &Change) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "SELECT 1 FROM intent WHERE operation = ? AND key = ? AND state = ? AND reason IS ?",
        )?
        .exists(params![
            id.operation,
            id.key,
            change.state.as_str(),
            change.reason
        ])
}

fn write_line(connection: &Connection, id: &IntentId, line: &Journal) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO journal (intent, at, state, attempts, reason, actor)
             SELECT id, ?, ?, ?, ?, ? FROM intent WHERE operation = ? AND key = ?",
        )?
        .execute(params![
            line.at,
            line.state.as_str(),
            line.attempts,
            line.reason,
            line.actor,
            id.operation,
            id.key,
        ])
        .map(drop)
}

pub(super) fn list(
    connection: &Connection,
    filter: &Filter,
    after: Option<&IntentRow>,
    limit: u32,
) -> rusqlite::Result<Vec<IntentRow>> {
    let mut which = Where::of(filter);
    let by_line = filter.run.is_some();
    if let Some(IntentRow { id, line, .. }) = after {
        let (operation, key) = (id.operation.clone(), id.key.clone());
        if by_line {
            let line = line.unwrap_or(0);
            // The first half is what the index understands.
            which.and(
                "coalesce(line, 0) >= ? AND (coalesce(line, 0), operation, key) > (?, ?, ?)",
                [line.into(), line.into(), operation.into(), key.into()],
            );
        } else {
            which.and("(operation, key) > (?, ?)", [operation.into(), key.into()]);
        }
    }
    let order = if by_line {
        "coalesce(line, 0), operation, key"
    } else {
        "operation, key"
    };
    let rest = format!("{} ORDER BY {order} LIMIT {limit}", which.text());
    query::rows(connection, &rest, which.values())
}

pub(super) fn tally(connection: &Connection, filter: &Filter) -> rusqlite::Result<Vec<Tally>> {
    let which = Where::of(filter);
    // In two halves: the whole may not fit into the integers that SQLite has.
    let text = format!(
        "SELECT state, count(*), coalesce(sum(kopecks >> 32), 0), coalesce(sum(kopecks & 0xffffffff), 0)
         FROM intent WHERE {} GROUP BY state",
        which.text()
    );
    let mut statement = connection.prepare_cached(&text)?;
    let tallies = statement.query_map(which.values(), |row| {
        let (high, low): (i64, i64) = (row.get(2)?, row.get(3)?);
        Ok(Tally {
            state: row.get::<_, Word>(0)?.0,
            count: count(row, 1)?,
            kopecks: (i128::from(high) << 32) + i128::from(low),
        })
    })?;
    let mut tallies = tallies.collect::<rusqlite::Result<Vec<_>>>()?;
    tallies.sort_by_key(|tally| tally.state);
    Ok(tallies)
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get(column).map(i64::unsigned_abs)
}

pub(super) fn journal(connection: &Connection, id: &IntentId) -> rusqlite::Result<Vec<Journal>> {
    connection
        .prepare_cached(
            "SELECT at, journal.state, journal.attempts, journal.reason, actor
             FROM journal JOIN intent ON intent.id = journal.intent
             WHERE operation = ? AND key = ? ORDER BY journal.id",
        )?
        .query_map(params![id.operation, id.key], |row| {
            Ok(Journal {
                at: row.get(0)?,
                state: row.get::<_, Word>(1)?.0,
                attempts: row.get(2)?,
                reason: row.get(3)?,
                actor: row.get(4)?,
            })
        })?
        .collect()
}

pub(super) fn restore(
    connection: &Connection,
    rows: &[(IntentRow, Vec<Journal>)],
) -> rusqlite::Result<u64> {
    let mut new = 0;
    for (row, journal) in rows {
        if restore_one(connection, row)? {
            new += 1;
            for line in journal {
                write_line(connection, &row.id, line)?;
            }
        }
    }
    Ok(new)
}

fn restore_one(connection: &Connection, row: &IntentRow) -> rusqlite::Result<bool> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO intent (operation, key, environment, run, line, subject, likeness, kopecks, prints, request,
                 label, state, attempts, looks, missing, answer, note, reason, bank_id, planned_at, changed_at, sent_at,
                 due_at, lease_until, fence, said)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (operation, key) DO NOTHING",
        )?
        .execute(params![
            row.id.operation,
            row.id.key,
            row.environment,
            row.run,
            row.line,
            row.subject,
            row.likeness,
            row.kopecks,
            row.prints,
            row.request,
            row.label,
            row.state.as_str(),
            row.attempts,
            row.looks,
            row.missing,
            row.answer,
            row.note,
            row.reason,
            row.bank_id,
            row.planned_at,
            row.changed_at,
            row.sent_at,
            row.due_at,
            row.lease_until,
            row.fence,
            row.said,
        ])?;
    Ok(inserted > 0)
}

pub(super) fn erase(connection: &Connection, filter: &Filter) -> rusqlite::Result<Erased> {
    let is_final: Vec<_> = State::ALL
        .into_iter()
        .filter(|state| state.is_final())
        .collect();
    let is_final = query::one_of(&is_final);
    let which = Where::of(filter);
    let count_unfinished = format!(
        "SELECT count(*) FROM intent WHERE {} AND NOT ({is_final})",
        which.text()
    );
    let unfinished = connection
        .prepare_cached(&count_unfinished)?
        .query_row(which.values(), |row| count(row, 0))?;
    let drop_sealed = format!(
        "UPDATE intent SET request = NULL, label = NULL, answer = NULL, note = NULL WHERE {} AND {is_final}
         AND coalesce(request, label, answer, note) IS NOT NULL",
        which.text()
    );
    let erased = connection
        .prepare_cached(&drop_sealed)?
        .execute(which.values())?;
    Ok(Erased {
        erased: erased as u64,
        unfinished,
        is_in_log: false,
    })
}
