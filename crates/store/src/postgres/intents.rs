//! Rows, claims and the journal.
//!
//! A change locks its row first and reads the clock after that, in one statement: what waited for somebody else's
//! transaction does not write yesterday's time.

use std::time::Duration;

use tokio_postgres::Row;

use super::failure::broken;
use super::link::{Link, Repeat, TRIES};
use super::query::{Query, words};
use super::row::{COLUMNS, intent, intents, state, value};
use crate::engine::pace::{self, micros};
use crate::engine::{
    Change, Claimed, EngineError, Erased, Filter, IntentId, IntentRow, Journal, Micros, NEVER,
    Tally,
};
use crate::state::State;

pub(super) async fn load(link: &Link, id: &IntentId) -> Result<Option<IntentRow>, EngineError> {
    let query = Query::with("SELECT ", &[&id.operation, &id.key])
        .and(COLUMNS)
        .and(" FROM intents WHERE operation = $1 AND key = $2");
    let row = link.maybe(Repeat::Read, &query).await?;
    row.as_ref().map(intent).transpose()
}

pub(super) async fn claim(
    link: &Link,
    id: &IntentId,
    owner: &str,
    lease: Duration,
) -> Result<Claimed, EngineError> {
    let lease = micros(lease);
    let take = Query::with(
        "WITH free AS MATERIALIZED ( \
             SELECT id FROM intents WHERE operation = $1 AND key = $2 \
             AND (owner IS NULL OR lease_until <= rubank_now()) FOR NO KEY UPDATE), \
         moment AS MATERIALIZED (SELECT id, rubank_now() AS now FROM free), \
         taken AS ( \
             UPDATE intents SET owner = $3, fence = fence + 1, lease_until = now + $4 \
             FROM moment WHERE intents.id = moment.id RETURNING intents.*) \
         SELECT ",
        &[&id.operation, &id.key, &owner, &lease],
    )
    .and(COLUMNS)
    .and(" FROM taken");
    let look = Query::with(
        "SELECT CASE WHEN owner IS NULL THEN 0 ELSE lease_until END, rubank_now() \
         FROM intents WHERE operation = $1 AND key = $2",
        &[&id.operation, &id.key],
    );
    let mut tries = 1;
    loop {
        if let Some(row) = link.maybe(Repeat::Write, &take).await? {
            return Ok(Claimed::Taken(Box::new(intent(&row)?)));
        }
        let Some(row) = link.maybe(Repeat::Read, &look).await? else {
            return Ok(Claimed::Absent);
        };
        let (until, now): (Micros, Micros) = (value(&row, 0)?, value(&row, 1)?);
        // Not held any more: it was given back between the two statements.
        if until > now || tries == TRIES {
            return Ok(Claimed::Held { until });
        }
        tries += 1;
    }
}

pub(super) async fn claim_due(
    link: &Link,
    filter: &Filter,
    owner: &str,
    lease: Duration,
    limit: u32,
) -> Result<Vec<IntentRow>, EngineError> {
    let (lease, limit) = (micros(lease), i64::from(limit));
    let query = Query::with(
        "WITH free AS MATERIALIZED ( \
             SELECT id FROM intents WHERE due_at <= (SELECT rubank_now()) \
             AND (owner IS NULL OR lease_until <= (SELECT rubank_now())) AND ",
        &[&owner, &lease, &limit],
    )
    .filter(filter)
    .and(
        " ORDER BY due_at, coalesce(line, 0), id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED), \
         moment AS MATERIALIZED (SELECT rubank_now() AS now), \
         taken AS ( \
             UPDATE intents SET owner = $1, fence = fence + 1, lease_until = now + $2 \
             FROM free, moment WHERE intents.id = free.id RETURNING ",
    )
    .and("intents.*) SELECT ")
    .and(COLUMNS)
    .and(" FROM taken ORDER BY due_at, coalesce(line, 0), id");
    intents(&link.rows(Repeat::Write, &query).await?)
}

pub(super) async fn next_due(link: &Link, filter: &Filter) -> Result<Option<Micros>, EngineError> {
    let query = Query::new(
        "SELECT min(CASE WHEN owner IS NULL THEN due_at ELSE greatest(due_at, lease_until) END) FROM intents WHERE ",
    )
    .filter(filter)
    .and(" AND due_at < ")
    .value(&NEVER);
    value(&link.row(Repeat::Read, &query).await?, 0)
}

pub(super) async fn change(
    link: &Link,
    id: &IntentId,
    fence: i64,
    change: &Change,
) -> Result<Option<IntentRow>, EngineError> {
    let word = change.state.as_str();
    let due_in = pace::due_in(change);
    let attempts = i64::from(change.sends) - i64::from(change.takes_back);
    let renews = change.renews.map(micros);
    let starts_settling = change.sends || change.restarts_settling;
    let query = Query::with(
        "WITH held AS MATERIALIZED ( \
             SELECT id, state, reason FROM intents WHERE operation = $1 AND key = $2 AND fence = $3 \
             FOR NO KEY UPDATE), \
         moment AS MATERIALIZED ( \
             SELECT id, rubank_now() AS now, \
                 state <> $4 OR reason IS DISTINCT FROM $11 OR $16::bigint <> 0 OR $6 AS is_news FROM held), \
         changed AS ( \
             UPDATE intents SET state = $4, \
                 attempts = attempts + $16, \
                 sent_at = CASE WHEN $6 THEN now ELSE coalesce($18, sent_at) END, \
                 looks = coalesce($7, CASE WHEN $5 THEN 0 ELSE looks END), \
                 missing = coalesce($8, CASE WHEN $5 THEN 0 ELSE missing END), \
                 said = coalesce($19, CASE WHEN $5 THEN NULL ELSE said END), \
                 answer = coalesce($9, answer), note = coalesce($10, note), \
                 reason = $11, bank_id = coalesce($12, bank_id), \
                 changed_at = CASE WHEN is_news THEN now ELSE changed_at END, \
                 due_at = CASE WHEN $20 THEN due_at ELSE now + $13 END, \
                 owner = CASE WHEN $14 THEN NULL ELSE owner END, \
                 lease_until = CASE WHEN $14 THEN now ELSE coalesce(now + $17, lease_until) END \
             FROM moment WHERE intents.id = moment.id \
                 AND ($17::bigint IS NULL OR intents.lease_until > now) RETURNING intents.*), \
         noted AS ( \
             INSERT INTO journal (intent, at, state, attempts, reason, actor) \
             SELECT changed.id, changed_at, state, attempts, reason, $15 FROM changed \
             JOIN moment ON moment.id = changed.id AND is_news) \
         SELECT ",
        &[
            &id.operation,
            &id.key,
            &fence,
            &word,
            &change.sends,
            &starts_settling,
            &change.looks,
            &change.missing,
            &change.answer,
            &change.note,
            &change.reason,
            &change.bank_id,
            &due_in,
            &change.release,
            &change.actor,
            &attempts,
            &renews,
            &change.sent_at,
            &change.said,
            &change.keeps_due,
        ],
    )
    .and(COLUMNS)
    .and(" FROM changed");
    let row = link.maybe(Repeat::Write, &query).await?;
    row.as_ref().map(intent).transpose()
}

pub(super) async fn list(
    link: &Link,
    filter: &Filter,
    after: Option<&IntentRow>,
    limit: u32,
) -> Result<Vec<IntentRow>, EngineError> {
    let limit = i64::from(limit);
    let order = match filter.run {
        Some(_) => "coalesce(line, 0), operation, key",
        None => "operation, key",
    };
    let line = after.map_or(0, |after| after.line.unwrap_or(0));
    let mut query = Query::new("SELECT ")
        .and(COLUMNS)
        .and(" FROM intents WHERE ")
        .filter(filter);
    if let Some(after) = after {
        query = query.and(" AND (").and(order).and(") > (");
        if filter.run.is_some() {
            query = query.value(&line).and(", ");
        }
        query = query
            .value(&after.id.operation)
            .and(", ")
            .value(&after.id.key)
            .and(")");
    }
    let query = query
        .and(" ORDER BY ")
        .and(order)
        .and(" LIMIT ")
        .value(&limit);
    intents(&link.rows(Repeat::Read, &query).await?)
}

pub(super) async fn tally(link: &Link, filter: &Filter) -> Result<Vec<Tally>, EngineError> {
    // The sum is wider than 64 bits, and travels as text.
    let query =
        Query::new("SELECT state, count(*), coalesce(sum(kopecks), 0)::text FROM intents WHERE ")
            .filter(filter)
            .and(" GROUP BY state");
    let rows = link.rows(Repeat::Read, &query).await?;
    let mut tallies = Vec::with_capacity(rows.len());
    for row in &rows {
        let sum: &str = value(row, 2)?;
        tallies.push(Tally {
            state: state(row, 0)?,
            count: count(row, 1)?,
            kopecks: sum
                .parse()
                .map_err(|_| broken("a sum is not a whole number"))?,
        });
    }
    tallies.sort_unstable_by_key(|tally| tally.state);
    Ok(tallies)
}

pub(super) async fn journal(link: &Link, id: &IntentId) -> Result<Vec<Journal>, EngineError> {
    let query = Query::with(
        "SELECT journal.at, journal.state, journal.attempts, journal.reason, journal.actor \
         FROM journal JOIN intents ON intents.id = journal.intent \
         WHERE intents.operation = $1 AND intents.key = $2 ORDER BY journal.entry",
        &[&id.operation, &id.key],
    );
    let rows = link.rows(Repeat::Read, &query).await?;
    let entry = |row: &Row| {
        Ok(Journal {
            at: value(row, 0)?,
            state: state(row, 1)?,
            attempts: value(row, 2)?,
            reason: value(row, 3)?,
            actor: value(row, 4)?,
        })
    };
    rows.iter().map(entry).collect()
}

pub(super) async fn erase(link: &Link, filter: &Filter) -> Result<Erased, EngineError> {
    let is_final: Vec<State> = State::ALL
        .into_iter()
        .filter(|state| state.is_final())
        .collect();
    let is_final = words(&is_final);
    let query = Query::new(
        "WITH gone AS (UPDATE intents SET request = NULL, answer = NULL, note = NULL, label = NULL WHERE ",
    )
    .filter(filter)
    .and(" AND state IN (")
    .and(&is_final)
    .and(
        ") AND (request IS NOT NULL OR answer IS NOT NULL OR note IS NOT NULL OR label IS NOT NULL) RETURNING 1) \
         SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM intents WHERE ",
    )
    .filter(filter)
    .and(" AND state NOT IN (")
    .and(&is_final)
    .and("))");
    let row = link.row(Repeat::Write, &query).await?;
    Ok(Erased {
        erased: count(&row, 0)?,
        unfinished: count(&row, 1)?,
        is_in_log: false,
    })
}

fn count(row: &Row, place: usize) -> Result<u64, EngineError> {
    let count: i64 = value(row, place)?;
    u64::try_from(count).map_err(|_| broken("a count is less than nothing"))
}
