//! A statement that is put together from pieces: every value is a parameter.

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::failure::Failure;
use super::link::Lent;
use super::schema;
use crate::engine::Filter;
use crate::state::State;

pub(super) type Value<'a> = &'a (dyn ToSql + Sync);

/// A statement's text and its values.
pub(super) struct Query<'a> {
    text: String,
    values: Vec<Value<'a>>,
}

impl<'a> Query<'a> {
    pub(super) fn new(text: &str) -> Self {
        Query {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// With the values of `$1` and so on.
    pub(super) fn with(text: &str, values: &[Value<'a>]) -> Self {
        Query {
            text: text.to_owned(),
            values: values.to_vec(),
        }
    }

    /// More text.
    pub(super) fn and(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// A value, as the next `$n`.
    pub(super) fn value(mut self, value: Value<'a>) -> Self {
        self.values.push(value);
        let place = format!("${}", self.values.len());
        self.and(&place)
    }

    /// A condition on a row of `intents`, without `WHERE`.
    pub(super) fn filter(mut self, filter: &'a Filter) -> Self {
        // Words of our own, written out, so that the planner sees which partial index fits.
        self = match filter.states.as_slice() {
            [] => self.and("true"),
            states => self.and("state IN (").and(&words(states)).and(")"),
        };
        if let Some(run) = &filter.run {
            self = self.and(" AND run = ").value(run);
        }
        if let Some(operation) = &filter.operation {
            self = self.and(" AND operation = ").value(operation);
        }
        if let Some(environment) = &filter.environment {
            self = self.and(" AND environment = ").value(environment);
        }
        if let Some(subject) = &filter.subject {
            self = self.and(" AND subject = ").value(subject);
        }
        if let Some(likeness) = &filter.likeness {
            self = self.and(" AND likeness = ANY(").value(likeness).and(")");
        }
        if let Some(before) = &filter.changed_before {
            self = self.and(" AND changed_at < ").value(before);
        }
        self
    }

    pub(super) async fn run(&self, lent: &mut Lent) -> Result<Vec<Row>, Failure> {
        let client = lent.client()?;
        let text = schema::with_clock(&self.text);
        let statement = client.prepare_cached(&text).await?;
        Ok(client.query(&statement, &self.values).await?)
    }
}

/// `'planned', 'sending'`: one text per set, whatever its order.
pub(super) fn words(states: &[State]) -> String {
    let mut states = states.to_vec();
    states.sort_unstable();
    states.dedup();
    let words: Vec<_> = states
        .iter()
        .map(|state| format!("'{}'", state.as_str()))
        .collect();
    words.join(", ")
}
