//! How far a run has come, in numbers.

use std::fmt;

use rubank_core::money::Kopecks;
use rubank_store::engine::{Filter, IntentId, IntentRow};
use rubank_store::{State, Store};

use super::Runs;
use super::error::RunError;
use crate::execute::held_back_by;
use crate::report::{End, Tally};
use crate::run_id::RunId;

const PAGE: u32 = 1000;

/// How many lines of a run ended how, and their sums. `Display` is one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals([Tally; End::ALL.len()]);

impl Totals {
    /// The lines that ended so.
    #[must_use]
    pub fn of(&self, end: End) -> Tally {
        let place = End::ALL.iter().position(|one| *one == end);
        place
            .and_then(|place| self.0.get(place))
            .copied()
            .unwrap_or_default()
    }

    /// All lines.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.0.iter().fold(Tally::default(), |all, tally| Tally {
            count: all.count + tally.count,
            sum: all.sum.checked_add(tally.sum).unwrap_or(all.sum),
        })
    }

    fn add(&mut self, end: End, more: Tally) {
        let place = End::ALL.iter().position(|one| *one == end);
        if let Some(tally) = place.and_then(|place| self.0.get_mut(place)) {
            tally.count += more.count;
            // Parts of a total that was held when the run was planned.
            tally.sum = tally.sum.checked_add(more.sum).unwrap_or(tally.sum);
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for end in End::ALL {
            let Tally { count, sum } = self.of(end);
            if count > 0 {
                write!(f, "{end} {count} ({sum}), ")?;
            }
        }
        let Tally { count, sum } = self.total();
        write!(f, "in all {count} ({sum})")
    }
}

/// Where a line stands that this run sent.
pub(super) fn end(store: &Store, row: &IntentRow) -> End {
    match held_back_by(store, row) {
        Some(_) => End::NotYet,
        None => end_of(row.state),
    }
}

fn end_of(state: State) -> End {
    match state {
        State::Rejected | State::Refused => End::Refused,
        State::Confirmed => End::Paid,
        State::NeedsPerson => End::NeedsPerson,
        _ => End::NotYet,
    }
}

/// Where a line stands that was planned before.
pub(super) fn end_elsewhere(store: &Store, row: Option<&IntentRow>) -> End {
    match row.map(|row| end(store, row)) {
        Some(End::Paid) => End::AlreadyPaid,
        Some(end) => end,
        None => End::NotYet,
    }
}

pub(super) fn amount(row: &IntentRow) -> Kopecks {
    Kopecks::new(row.kopecks.unwrap_or_default())
}

impl Runs {
    /// How far a run has come: for progress bars, and for who does not need each line.
    ///
    /// # Errors
    /// There is no such run; the store.
    pub async fn totals(&self, id: &RunId) -> Result<Totals, RunError> {
        let record = self.demand(id).await?.value;
        let mut totals = self.totals_of_intents(id).await?;
        for one in &record.elsewhere {
            let id = IntentId::new(record.operation.as_str(), one.key.as_str());
            let row = self.store.intent(&id).await?;
            let one = Tally {
                count: 1,
                sum: one.amount,
            };
            totals.add(end_elsewhere(&self.store, row.as_ref()), one);
        }
        // Lines that are no intents yet.
        let (planned, written) = (&record.summary, totals.total());
        let rest = Tally {
            count: planned.count().saturating_sub(written.count),
            sum: planned.total().checked_sub(written.sum).unwrap_or_default(),
        };
        totals.add(End::NotYet, rest);
        Ok(totals)
    }

    /// Counted by the database. Only of rejected lines does the state not tell the end: of those that are held back.
    async fn totals_of_intents(&self, id: &RunId) -> Result<Totals, RunError> {
        let tallies = self.store.tally(&Filter::run(id.as_str())).await?;
        let mut totals = Totals::default();
        for tally in tallies {
            let all = Tally {
                count: usize::try_from(tally.count).unwrap_or(usize::MAX),
                sum: Kopecks::new(i64::try_from(tally.kopecks).unwrap_or(i64::MAX)),
            };
            let held = match tally.state {
                State::Rejected => self.held_of(id, all).await?,
                _ => Tally::default(),
            };
            totals.add(End::NotYet, held);
            let rest = Tally {
                count: all.count - held.count,
                sum: all.sum.checked_sub(held.sum).unwrap_or_default(),
            };
            totals.add(end_of(tally.state), rest);
        }
        Ok(totals)
    }

    /// How many of the rejected lines are held back; of those that were counted, so that the totals add up even if others
    /// are rejected between the two questions.
    async fn held_of(&self, id: &RunId, all: Tally) -> Result<Tally, RunError> {
        let filter = Filter::run(id.as_str()).states([State::Rejected]);
        let (mut held, mut after) = (Tally::default(), None);
        loop {
            let rows = self.store.intents(&filter, after.as_ref(), PAGE).await?;
            let is_held = |row: &&IntentRow| held_back_by(&self.store, row).is_some();
            for row in rows.iter().filter(is_held) {
                let sum = held.sum.checked_add(amount(row));
                let Some(sum) = sum.filter(|sum| *sum <= all.sum && held.count < all.count) else {
                    return Ok(held);
                };
                held.count += 1;
                held.sum = sum;
            }
            let Some(last) = rows.into_iter().next_back() else {
                return Ok(held);
            };
            after = Some(last);
        }
    }

    /// Rows of the run after that one; `None` after the last.
    pub(super) async fn rows(
        &self,
        id: &RunId,
        after: Option<&IntentRow>,
    ) -> Result<Option<Vec<IntentRow>>, RunError> {
        let filter = Filter::run(id.as_str());
        let rows = self.store.intents(&filter, after, PAGE).await?;
        Ok((!rows.is_empty()).then_some(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_add_up_and_are_one_line() {
        let mut totals = Totals::default();
        let tally = |count, kopecks| Tally {
            count,
            sum: Kopecks::new(kopecks),
        };
        totals.add(End::Paid, tally(1, 150));
        totals.add(End::Paid, tally(1, 50));
        totals.add(End::NotYet, tally(1, 1));
        assert_eq!(totals.of(End::Paid).count, 2);
        assert_eq!(totals.total().sum, Kopecks::new(201));
        assert_eq!(
            totals.to_string(),
            "paid 2 (2.00), not-yet 1 (0.01), in all 3 (2.01)"
        );
    }
}
