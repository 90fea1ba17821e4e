//! A life that nobody has to write: operations that arrive, change and disappear as the seed has it.

use time::{Date, Duration, OffsetDateTime, UtcOffset};

use super::book::Book;
use super::entry::{Budget, Edit, Entry, Identity, Removal};
use crate::random::Random;

/// The longest way from an operation's booking to its arrival, in seconds.
const LONGEST_LAG: u64 = 120;
/// Changes and removals come up to so many seconds after the arrival, and never after the day.
const LONGEST_DELAY: u64 = 4 * 3600;
/// A late row has a `lastModifiedTime` up to so many seconds before its arrival.
const LATEST: u64 = 1800;

/// How an account lives, for [`Account::live`](super::Account::live). The chances are operations in a thousand.
/// The defaults: a day from the sandbox's first, 120 operations, 80 changed, 20 removed with a mark, 20 without,
/// 30 late, 100 to the budget.
#[derive(Clone, Debug)]
#[must_use = "a life does nothing until an account lives it"]
pub struct Life {
    from: Date,
    days: u16,
    rows_per_day: usize,
    changed: u64,
    removed_marked: u64,
    removed_silent: u64,
    late: u64,
    budget: u64,
    nameless: u64,
}

impl Life {
    /// One day with the default chances.
    pub fn on(day: Date) -> Self {
        Self {
            from: day,
            days: 1,
            rows_per_day: 120,
            changed: 80,
            removed_marked: 20,
            removed_silent: 20,
            late: 30,
            budget: 100,
            nameless: 0,
        }
    }

    /// So many days, one after another.
    pub fn days(mut self, count: u16) -> Self {
        self.days = count;
        self
    }

    /// So many operations on each day.
    pub fn rows_per_day(mut self, count: usize) -> Self {
        self.rows_per_day = count;
        self
    }

    /// So many are changed on the same day.
    pub fn changed(mut self, per_mille: u64) -> Self {
        self.changed = per_mille;
        self
    }

    /// So many disappear on the same day with a mark, and so many without.
    pub fn removed(mut self, marked_per_mille: u64, silent_per_mille: u64) -> Self {
        self.removed_marked = marked_per_mille;
        self.removed_silent = silent_per_mille;
        self
    }

    /// So many arrive with a `lastModifiedTime` that has long passed.
    pub fn late(mut self, per_mille: u64) -> Self {
        self.late = per_mille;
        self
    }

    /// So many are payments to the budget, their codes in all forms.
    pub fn budget(mut self, per_mille: u64) -> Self {
        self.budget = per_mille;
        self
    }

    /// So many lack one name or both.
    pub fn nameless(mut self, per_mille: u64) -> Self {
        self.nameless = per_mille;
        self
    }
}

impl Book {
    /// Writes the life down: the moments and sums of a day follow from seed, account and day, the rest also from what
    /// was written before.
    pub(super) fn live(&mut self, life: &Life, seed: u64, offset: UtcOffset) {
        let mut day = life.from;
        for _ in 0..life.days {
            let mut random = Random::new(seed, &format!("sber.life.{}.{day}", self.number));
            for _ in 0..life.rows_per_day {
                self.live_once(life, day, offset, &mut random);
            }
            let Some(next) = day.next_day() else {
                return;
            };
            day = next;
        }
    }

    fn live_once(&mut self, life: &Life, day: Date, offset: UtcOffset, random: &mut Random) {
        let midnight = day.midnight().assume_offset(offset);
        let last = midnight + Duration::seconds(86_399);
        let later = |at: OffsetDateTime, random: &mut Random, most: u64| {
            (at + seconds(1 + random.below(most))).min(last)
        };
        let booked = midnight + seconds(random.below(86_400));
        let arrives = later(booked, random, LONGEST_LAG);
        let minor = match random.below(20) {
            0 => 1,
            1 => 10_000_000_000 + random.below(90_000_000_000),
            _ => 1 + random.below(50_000_000),
        };
        let mut entry = if random.below(3) == 0 {
            Entry::debit(minor)
        } else {
            Entry::credit(minor)
        }
        .booked(booked)
        .arrives(arrives);
        if random.below(1000) < life.late {
            let modified = arrives - seconds(1 + random.below(LATEST));
            entry = entry.modified(modified.max(midnight));
        }
        if random.below(1000) < life.budget {
            let forms = [Budget::Texts, Budget::Numbers, Budget::HugeNumber];
            entry = entry.budget(random.pick(&forms));
        }
        if random.below(1000) < life.nameless {
            let forms = [Identity::OperationId, Identity::Uuid, Identity::Neither];
            entry = entry.identity(random.pick(&forms));
        }
        let id = self.post(entry, 0);
        let mut at = arrives;
        if random.below(1000) < life.changed {
            at = later(at, random, LONGEST_DELAY);
            let edit = Edit::new()
                .at(at)
                .purpose(format!("Уточнено: письмо № {}", random.digits(3)));
            let edit = if random.below(2) == 0 {
                edit.amount(minor + 1)
            } else {
                edit
            };
            self.change(id, edit, 0);
        }
        let fate = random.below(1000);
        if fate < life.removed_marked {
            self.remove(
                id,
                Removal::marked().at(later(at, random, LONGEST_DELAY)),
                0,
            );
        } else if fate < life.removed_marked + life.removed_silent {
            self.remove(
                id,
                Removal::silent().at(later(at, random, LONGEST_DELAY)),
                0,
            );
        }
    }
}

fn seconds(count: u64) -> Duration {
    Duration::seconds(i64::try_from(count).unwrap_or(0))
}
