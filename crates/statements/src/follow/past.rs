//! Days that are closed and looked at again: banks book late, and a proof that failed may hold an hour later.

use std::sync::Arc;

use rubank_core::money::Amount;
use time::{Date, Duration, OffsetDateTime};

use super::known::Known;
use super::proof::DayProof;

/// Hours from a look at a day that is not proved to the next one.
const LOOKS: [i64; 8] = [1, 2, 4, 8, 24, 24, 24, 24];
/// How many days are kept for no other reason than that their proof failed.
const MOST_UNPROVED: usize = 10;

/// A closed day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Past {
    pub(crate) day: Date,
    /// What the day before closed with.
    pub(crate) before: Option<Amount>,
    /// What it closed with itself, by the bank.
    pub(crate) closing: Option<Amount>,
    pub(crate) known: Arc<Known>,
    pub(crate) proved: bool,
    /// Rows may have been given out that `known` does not have: everything is given again, and then the proof.
    pub(crate) uncertain: bool,
    /// Rows were told since its last proof was.
    pub(crate) told: bool,
    pub(crate) read_at: OffsetDateTime,
    /// How many times it was read and not proved.
    pub(crate) looks: u32,
    /// When it is read again, whatever else happens.
    pub(crate) due: Option<OffsetDateTime>,
}

/// What a look at a closed day says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looked {
    /// It is proved now and was not, or the other way round.
    pub(crate) turned: bool,
    /// It was the last look.
    pub(crate) gave_up: bool,
}

impl Past {
    pub(crate) fn new(
        proof: &DayProof,
        before: Option<Amount>,
        uncertain: bool,
        at: OffsetDateTime,
    ) -> Self {
        let mut past = Self {
            day: proof.day(),
            before,
            closing: None,
            known: Arc::default(),
            proved: true,
            uncertain,
            told: false,
            read_at: at,
            looks: 0,
            due: None,
        };
        past.look(proof, at);
        past
    }

    /// Takes what a look says.
    pub(crate) fn look(&mut self, proof: &DayProof, at: OffsetDateTime) -> Looked {
        let turned = self.proved != proof.is_proved();
        let was_due = self.due.is_some();
        self.known = Arc::clone(&proof.known);
        self.closing = proof.closing().cloned();
        self.proved = proof.is_proved();
        self.told = false;
        // Rows that are not in a list that is not sure were not given again.
        self.uncertain &= !proof.list_is_sure();
        self.put_off(at);
        Looked {
            turned,
            gave_up: was_due && !self.proved && self.due.is_none(),
        }
    }

    /// It was read, or could not be read: when next?
    pub(crate) fn put_off(&mut self, at: OffsetDateTime) {
        self.read_at = at;
        self.due = None;
        if self.proved {
            self.looks = 0;
            return;
        }
        let place = usize::try_from(self.looks).unwrap_or(usize::MAX);
        let hours = LOOKS.get(place).copied();
        self.due = hours.and_then(|hours| at.checked_add(Duration::hours(hours)));
        self.looks = self.looks.saturating_add(1);
    }

    /// It is to be read at once, unless it was read too often.
    pub(crate) fn hurry(&mut self, at: OffsetDateTime) {
        if self.proved || self.due.is_some() {
            self.due = Some(at);
        }
    }
}

/// The closed days that are kept, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pasts(pub(crate) Vec<Past>);

impl Pasts {
    /// Keeps a day, and drops those that nothing is expected of any more.
    pub(crate) fn keep(&mut self, past: Past, revisit_days: u16) {
        self.0.push(past);
        self.prune(revisit_days);
    }

    /// Drops the days that nothing is expected of any more.
    pub(crate) fn prune(&mut self, revisit_days: u16) {
        let Some(last) = self.0.last().map(|past| past.day) else {
            return;
        };
        let is_recent = |past: &Past| (last - past.day).whole_days() < i64::from(revisit_days);
        self.0.retain(|past| is_recent(past) || past.due.is_some());
        let old = self.0.iter().filter(|past| !is_recent(past)).count();
        self.0.drain(..old.saturating_sub(MOST_UNPROVED));
    }

    /// A day that is to be read now.
    pub(crate) fn due(&self, now: OffsetDateTime) -> Option<&Past> {
        let is_due = |past: &&Past| past.due.is_some_and(|due| due <= now);
        self.0.iter().find(is_due)
    }

    /// A day that was not read since this midnight.
    pub(crate) fn stale(&self, midnight: OffsetDateTime) -> Option<&Past> {
        self.0.iter().find(|past| past.read_at < midnight)
    }

    pub(crate) fn next_due(&self) -> Option<OffsetDateTime> {
        self.0.iter().filter_map(|past| past.due).min()
    }

    pub(crate) fn of(&mut self, day: Date) -> Option<&mut Past> {
        self.0.iter_mut().find(|past| past.day == day)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    const AT: OffsetDateTime = datetime!(2025-09-02 00:02 UTC);

    fn past(days: i64, proved: bool) -> Past {
        Past {
            day: date!(2025 - 09 - 01) + Duration::days(days),
            before: None,
            closing: None,
            known: Arc::default(),
            proved,
            uncertain: false,
            told: false,
            read_at: AT,
            looks: 0,
            due: (!proved).then_some(AT),
        }
    }

    #[test]
    fn looks_are_spaced_and_end() {
        let (mut day, mut at, mut hours) = (past(0, false), AT, Vec::new());
        for _ in 0..20 {
            day.put_off(at);
            let Some(due) = day.due else { break };
            hours.push((due - at).whole_hours());
            at = due;
        }
        assert_eq!(hours, LOOKS);
        // Nothing brings it back but a proof.
        day.hurry(at);
        assert_eq!(day.due, None);
        day.proved = true;
        day.hurry(at);
        assert_eq!(day.due, Some(at));
        day.put_off(at);
        assert_eq!((day.due, day.looks), (None, 0));
    }

    #[test]
    fn few_days_are_kept() {
        let mut proved = Pasts::default();
        let mut failed = Pasts::default();
        for day in 0..100 {
            proved.keep(past(day, true), 3);
            failed.keep(past(day, false), 3);
        }
        let days = |pasts: &Pasts| pasts.0.iter().map(|past| past.day).collect::<Vec<_>>();
        assert_eq!(days(&proved), [97, 98, 99].map(|day| past(day, true).day));
        assert_eq!(failed.0.len(), 13);
        assert_eq!(failed.0.last(), Some(&past(99, false)));
        let mut none = Pasts::default();
        none.keep(past(0, true), 0);
        assert_eq!(none, Pasts::default());
    }

    #[test]
    fn a_day_is_read_once_after_each_midnight() {
        let pasts = Pasts(vec![past(0, true), past(1, false)]);
        assert_eq!(pasts.stale(AT), None);
        assert_eq!(pasts.stale(AT + Duration::SECOND), Some(&past(0, true)));
        assert_eq!(pasts.due(AT), Some(&past(1, false)));
        assert_eq!(pasts.next_due(), Some(AT));
    }
}
