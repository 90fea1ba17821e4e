//! A follower without a network, run by hand.

use rubank_core::operation::Operation;

use super::*;

/// A tracker over a bank, with a hand on the clock.
pub(super) struct Run {
    pub(super) tracker: Tracker,
    pub(super) bank: Bank,
    pub(super) now: OffsetDateTime,
    pub(super) asked: Vec<String>,
}

impl Run {
    pub(super) fn new(
        cursor: Cursor,
        options: FollowOptions,
        entries: Vec<Entry>,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            tracker: Tracker::new(cursor, options),
            bank: Bank::new(MIDNIGHT, entries),
            now,
            asked: Vec::new(),
        }
    }

    /// Everything up to a moment, in words.
    pub(super) fn until(&mut self, moment: OffsetDateTime) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            match self.tracker.step(self.now) {
                Step::Done => return told,
                Step::Wait(until) if until > moment => {
                    self.now = moment;
                    return told;
                }
                Step::Wait(until) => self.now = until,
                Step::Ask(ask) => {
                    self.asked.push(asked(&ask));
                    let heard = self.bank.answer(&ask, self.now);
                    told.extend(words(&self.tracker.hear(heard)));
                }
            }
        }
    }
}

/// The query without the account.
pub(super) fn asked(ask: &Ask) -> String {
    let (name, parts) = match ask {
        Ask::Increment(list) => ("increment", list.parts()),
        Ask::Transactions(list) => ("day", list.parts()),
        Ask::Summary(summary) => ("summary", summary.parts()),
    };
    let parts = parts.unwrap();
    let pairs = parts.query_pairs().iter().skip(1);
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{name} {}", pairs.join("&"))
}

pub(super) fn run(entries: Vec<Entry>, now: OffsetDateTime) -> Run {
    Run::new(cursor(), FollowOptions::new(), entries, now)
}
