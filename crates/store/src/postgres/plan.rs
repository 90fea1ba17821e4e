//! New rows.

use std::collections::{HashMap, HashSet};

use super::failure::broken;
use super::link::{Link, Repeat};
use super::query::{Query, Value};
use super::row::{COLUMNS, intents, value};
use crate::engine::{EngineError, IntentId, IntentRow, Journal, Planned};

/// Who stands in the first line of a journal: the caller of `plan` has no name there.
const PLANNER: &str = "plan";

pub(super) async fn plan(link: &Link, rows: &[IntentRow]) -> Result<Vec<Planned>, EngineError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let wish = Wish::of(rows);
    let values = [wish.values(), vec![&PLANNER]].concat();
    let query = Query::with(ADD, &values);
    let added = link.rows(Repeat::Write, &query).await?;
    let mut added = added
        .iter()
        .map(|row| {
            Ok(IntentId::new(
                value::<String>(row, 0)?,
                value::<String>(row, 1)?,
            ))
        })
        .collect::<Result<HashSet<_>, EngineError>>()?;
    // The first of those that are named twice is the new one.
    let new: Vec<bool> = rows.iter().map(|row| added.remove(&row.id)).collect();
    let known = known(link, rows, &new).await?;
    let answer = rows.iter().zip(new).map(|(row, new)| match new {
        true => Ok(Planned::New),
        false => match known.get(&row.id) {
            Some(row) => Ok(Planned::Known(Box::new(row.clone()))),
            None => Err(broken("a planned row is not there")),
        },
    });
    answer.collect()
}

/// The rows that were there. A statement of its own: one that waited for another program's rows does not see them.
async fn known(
    link: &Link,
    rows: &[IntentRow],
    new: &[bool],
) -> Result<HashMap<IntentId, IntentRow>, EngineError> {
    let wanted = rows.iter().zip(new).filter(|(_, new)| !**new);
    let (operations, keys): (Vec<_>, Vec<_>) = wanted
        .map(|(row, _)| (row.id.operation.as_str(), row.id.key.as_str()))
        .unzip();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::with("SELECT ", &[&operations, &keys])
        .and(COLUMNS)
        .and(" FROM intents WHERE (operation, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))");
    let rows = intents(&link.rows(Repeat::Read, &query).await?)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

pub(super) async fn restore(
    link: &Link,
    rows: &[(IntentRow, Vec<Journal>)],
) -> Result<u64, EngineError> {
    let mut seen = HashSet::new();
    let rows: Vec<_> = rows
        .iter()
        .filter(|(row, _)| seen.insert(&row.id))
        .collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let wish = Wish::of(rows.iter().map(|(row, _)| row));
    let fate = Fate::of(rows.iter().map(|(row, _)| row));
    let lines = Lines::of(&rows);
    let values = [wish.values(), fate.values(), lines.values()].concat();
    let query = Query::with(RESTORE, &values);
    let row = link.row(Repeat::Write, &query).await?;
    let new: i64 = value(&row, 0)?;
    u64::try_from(new).map_err(|_| broken("a count is less than nothing"))
}

/// In the order of keys, so that two programs which plan the same rows wait for each other and not for ever.
const ADD: &str = "WITH given AS ( \
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[], \
             $7::bytea[], $8::bigint[], $9::bytea[], $10::bytea[], $11::bytea[]) WITH ORDINALITY \
         AS given(operation, key, environment, run, line, subject, likeness, kopecks, prints, request, label, \
             place)), \
     moment AS MATERIALIZED (SELECT rubank_now() AS now), \
     added AS ( \
         INSERT INTO intents (operation, key, environment, run, line, subject, likeness, kopecks, prints, \
             request, label, state, planned_at, changed_at, due_at) \
         SELECT operation, key, environment, run, line, subject, likeness, kopecks, prints, request, label, \
             'planned', now, now, now FROM given, moment \
         ORDER BY operation COLLATE \"C\", key COLLATE \"C\", place \
         ON CONFLICT (operation, key) DO NOTHING RETURNING id, operation, key, planned_at), \
     noted AS ( \
         INSERT INTO journal (intent, at, state, attempts, actor) \
         SELECT id, planned_at, 'planned', 0, $12 FROM added) \
     SELECT operation, key FROM added";

/// The columns of [`Wish`], [`Fate`] and [`Lines`], in this order.
const RESTORE: &str = "WITH given AS ( \
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[], \
             $7::bytea[], $8::bigint[], $9::bytea[], $10::bytea[], $11::bytea[], $12::text[], $13::bigint[], \
             $14::bigint[], $15::bigint[], $16::text[], $17::bytea[], $18::bytea[], $19::text[], $20::text[], \
             $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[], $26::bigint[]) \
         AS given(operation, key, environment, run, line, subject, likeness, kopecks, prints, request, label, \
             state, attempts, looks, missing, said, answer, note, reason, bank_id, planned_at, changed_at, sent_at, \
             due_at, lease_until, fence)), \
     added AS ( \
         INSERT INTO intents (operation, key, environment, run, line, subject, likeness, kopecks, prints, \
             request, label, state, attempts, looks, missing, said, answer, note, reason, bank_id, planned_at, \
             changed_at, sent_at, due_at, lease_until, fence) \
         SELECT * FROM given ORDER BY operation COLLATE \"C\", key COLLATE \"C\" \
         ON CONFLICT (operation, key) DO NOTHING RETURNING id, operation, key), \
     noted AS ( \
         INSERT INTO journal (intent, at, state, attempts, reason, actor) \
         SELECT added.id, line.at, line.state, line.attempts, line.reason, line.actor \
         FROM unnest($27::text[], $28::text[], $29::bigint[], $30::text[], $31::bigint[], $32::text[], \
             $33::text[]) WITH ORDINALITY \
         AS line(operation, key, at, state, attempts, reason, actor, place) \
         JOIN added ON added.operation = line.operation AND added.key = line.key ORDER BY line.place) \
     SELECT count(*) FROM added";

/// Structs of columns, as `unnest` takes them, each made from all rows by the same expression.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($column:ident: $type:ty = $value:expr;)* }) => {
        $(#[$doc])*
        struct $name<'a> { $($column: Vec<$type>,)* }

        impl<'a> $name<'a> {
            fn of(rows: impl IntoIterator<Item = &'a IntentRow, IntoIter: Clone>) -> Self {
                let rows = rows.into_iter();
                $name { $($column: rows.clone().map($value).collect(),)* }
            }

            /// In their order.
            fn values(&self) -> Vec<Value<'_>> {
                vec![$(&self.$column,)*]
            }
        }
    };
}

columns! {
    /// What was wished, and stays so.
    Wish {
        operation: &'a str = |row| row.id.operation.as_str();
        key: &'a str = |row| row.id.key.as_str();
        environment: &'a str = |row| row.environment.as_str();
        run: Option<&'a str> = |row| row.run.as_deref();
        line: Option<i64> = |row| row.line;
        subject: Option<&'a [u8]> = |row| row.subject.as_deref();
        likeness: Option<&'a [u8]> = |row| row.likeness.as_deref();
        kopecks: Option<i64> = |row| row.kopecks;
        prints: &'a [u8] = |row| row.prints.as_slice();
        request: Option<&'a [u8]> = |row| row.request.as_deref();
        label: Option<&'a [u8]> = |row| row.label.as_deref();
    }
}

columns! {
    /// What became of it.
    Fate {
        state: &'a str = |row| row.state.as_str();
        attempts: i64 = |row| row.attempts;
        looks: i64 = |row| row.looks;
        missing: i64 = |row| row.missing;
        said: Option<&'a str> = |row| row.said.as_deref();
        answer: Option<&'a [u8]> = |row| row.answer.as_deref();
        note: Option<&'a [u8]> = |row| row.note.as_deref();
        reason: Option<&'a str> = |row| row.reason.as_deref();
        bank_id: Option<&'a str> = |row| row.bank_id.as_deref();
        planned_at: i64 = |row| row.planned_at;
        changed_at: i64 = |row| row.changed_at;
        sent_at: Option<i64> = |row| row.sent_at;
        due_at: i64 = |row| row.due_at;
        lease_until: Option<i64> = |row| row.lease_until;
        fence: i64 = |row| row.fence;
    }
}

/// The journals' lines by column.
#[derive(Default)]
struct Lines<'a> {
    operation: Vec<&'a str>,
    key: Vec<&'a str>,
    at: Vec<i64>,
    state: Vec<&'a str>,
    attempts: Vec<i64>,
    reason: Vec<Option<&'a str>>,
    actor: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    fn of(rows: &[&'a (IntentRow, Vec<Journal>)]) -> Self {
        let mut lines = Lines::default();
        for (row, journal) in rows {
            for line in journal {
                lines.operation.push(&row.id.operation);
                lines.key.push(&row.id.key);
                lines.at.push(line.at);
                lines.state.push(line.state.as_str());
                lines.attempts.push(line.attempts);
                lines.reason.push(line.reason.as_deref());
                lines.actor.push(&line.actor);
            }
        }
        lines
    }

    /// In their order.
    fn values(&self) -> Vec<Value<'_>> {
        vec![
            &self.operation,
            &self.key,
            &self.at,
            &self.state,
            &self.attempts,
            &self.reason,
            &self.actor,
        ]
    }
}
