//! From a row of the server to ours.

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::failure::broken;
use crate::engine::{EngineError, IntentId, IntentRow};
use crate::state::State;

/// The columns that [`intent`] reads, in its order.
pub(super) const COLUMNS: &str = "operation, key, environment, run, line, subject, likeness, kopecks, prints, request, \
     label, state, attempts, looks, missing, answer, note, reason, bank_id, planned_at, changed_at, sent_at, due_at, \
     owner, lease_until, fence, said";

/// A row of [`COLUMNS`].
pub(super) fn intent(row: &Row) -> Result<IntentRow, EngineError> {
    Ok(IntentRow {
        id: IntentId {
            operation: value(row, 0)?,
            key: value(row, 1)?,
        },
        environment: value(row, 2)?,
        run: value(row, 3)?,
        line: value(row, 4)?,
        subject: value(row, 5)?,
        likeness: value(row, 6)?,
        kopecks: value(row, 7)?,
        prints: value(row, 8)?,
        request: value(row, 9)?,
        label: value(row, 10)?,
        state: state(row, 11)?,
        attempts: value(row, 12)?,
        looks: value(row, 13)?,
        missing: value(row, 14)?,
        answer: value(row, 15)?,
        note: value(row, 16)?,
        reason: value(row, 17)?,
        bank_id: value(row, 18)?,
        planned_at: value(row, 19)?,
        changed_at: value(row, 20)?,
        sent_at: value(row, 21)?,
        due_at: value(row, 22)?,
        owner: value(row, 23)?,
        lease_until: value(row, 24)?,
        fence: value(row, 25)?,
        said: value(row, 26)?,
    })
}

/// Rows of [`COLUMNS`].
pub(super) fn intents(rows: &[Row]) -> Result<Vec<IntentRow>, EngineError> {
    rows.iter().map(intent).collect()
}

/// One column.
pub(super) fn value<'a, T: FromSql<'a>>(row: &'a Row, place: usize) -> Result<T, EngineError> {
    // The library's own words name the column only, but they are not ours.
    row.try_get(place)
        .map_err(|_| broken("a column is not what this program knows"))
}

/// One column with a state's word.
pub(super) fn state(row: &Row, place: usize) -> Result<State, EngineError> {
    let word: &str = value(row, place)?;
    word.parse()
        .map_err(|_| broken("a state that this program does not know"))
}
