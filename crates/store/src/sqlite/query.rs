//! Filters as SQL, and rows as they are read.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, Value, ValueRef};
use rusqlite::{Connection, Params, Row, params_from_iter};

use crate::engine::{Filter, IntentId, IntentRow};
use crate::state::State;

/// What [`read`] reads, in its order.
const COLUMNS: &str = "operation, key, environment, run, line, subject, likeness, kopecks, prints, request, label, \
     state, attempts, looks, missing, answer, note, reason, bank_id, planned_at, changed_at, sent_at, due_at, owner, \
     lease_until, fence, said";

/// A condition with its values.
pub(super) struct Where {
    text: String,
    values: Vec<Value>,
}

impl Where {
    /// The rows of a filter.
    pub(super) fn of(filter: &Filter) -> Self {
        let mut all = Where {
            text: "true".into(),
            values: Vec::new(),
        };
        if let Some(run) = &filter.run {
            all.and("run = ?", [run.clone().into()]);
        }
        if !filter.states.is_empty() {
            all.and(&one_of(&filter.states), []);
        }
        if let Some(operation) = &filter.operation {
            all.and("operation = ?", [operation.clone().into()]);
        }
        if let Some(environment) = &filter.environment {
            all.and("environment = ?", [environment.clone().into()]);
        }
        if let Some(subject) = &filter.subject {
            all.and("subject = ?", [subject.clone().into()]);
        }
        if let Some(tags) = &filter.likeness {
            // As one value: there may be more tags than a statement may have values.
            all.and(
                "likeness IN (SELECT unhex(value) FROM json_each(?))",
                [hex_list(tags).into()],
            );
        }
        if let Some(moment) = filter.changed_before {
            all.and("changed_at < ?", [moment.into()]);
        }
        all
    }

    /// And this.
    pub(super) fn and(&mut self, text: &str, values: impl IntoIterator<Item = Value>) {
        self.text.push_str(" AND ");
        self.text.push_str(text);
        self.values.extend(values);
    }

    /// The condition.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Its values.
    pub(super) fn values(&self) -> impl Params + '_ {
        params_from_iter(&self.values)
    }
}

/// "The state is one of these". Our own words: nothing to escape.
pub(super) fn one_of(states: &[State]) -> String {
    if let [state] = states {
        return format!("state = '{state}'");
    }
    let words: Vec<_> = states.iter().map(|state| format!("'{state}'")).collect();
    format!("state IN ({})", words.join(", "))
}

fn hex_list(tags: &[Vec<u8>]) -> String {
    let hex = |tag: &Vec<u8>| tag.iter().map(|byte| format!("{byte:02x}")).collect();
    let words: Vec<String> = tags.iter().map(hex).collect();
    if words.is_empty() {
        return "[]".into();
    }
    format!("[\"{}\"]", words.join("\",\""))
}

/// The rows of `SELECT … WHERE {rest}`.
pub(super) fn rows(
    connection: &Connection,
    rest: &str,
    values: impl Params,
) -> rusqlite::Result<Vec<IntentRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM intent WHERE {rest}"))?
        .query_map(values, read)?
        .collect()
}

/// The rows that `UPDATE intent SET {change}` changed, as they are now.
pub(super) fn update(
    connection: &Connection,
    change: &str,
    values: impl Params,
) -> rusqlite::Result<Vec<IntentRow>> {
    connection
        .prepare_cached(&format!("UPDATE intent SET {change} RETURNING {COLUMNS}"))?
        .query_map(values, read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<IntentRow> {
    Ok(IntentRow {
        id: IntentId {
            operation: row.get(0)?,
            key: row.get(1)?,
        },
        environment: row.get(2)?,
        run: row.get(3)?,
        line: row.get(4)?,
        subject: row.get(5)?,
        likeness: row.get(6)?,
        kopecks: row.get(7)?,
        prints: row.get(8)?,
        request: row.get(9)?,
        label: row.get(10)?,
        state: row.get::<_, Word>(11)?.0,
        attempts: row.get(12)?,
        looks: row.get(13)?,
        missing: row.get(14)?,
        answer: row.get(15)?,
        note: row.get(16)?,
        reason: row.get(17)?,
        bank_id: row.get(18)?,
        planned_at: row.get(19)?,
        changed_at: row.get(20)?,
        sent_at: row.get(21)?,
        due_at: row.get(22)?,
        owner: row.get(23)?,
        lease_until: row.get(24)?,
        fence: row.get(25)?,
        said: row.get(26)?,
    })
}

/// A state as its word.
pub(super) struct Word(pub(super) State);

impl FromSql for Word {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let state = value.as_str()?.parse();
        state.map(Word).map_err(FromSqlError::other)
    }
}
