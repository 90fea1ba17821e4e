//! For any history, any page size and any crash points, the changes replayed give exactly the bank's final list.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use rubank_core::read::read;
use time::{Date, Duration};

use super::*;
use crate::Transactions;
use crate::content::ContentHash;
use crate::follow::known::{Compared, Copies};
use crate::key::TransactionKey;

const DAYS: i64 = 2;
const SECONDS: i64 = 86_400;

type Rows = BTreeMap<(Date, TransactionKey), ContentHash>;

/// Somebody's store: what survives a crash.
#[derive(Default)]
struct Store {
    rows: Rows,
    /// Rows of a transaction that is not committed yet.
    pending: Vec<Event>,
    cursor: Option<String>,
    closed: usize,
}

/// How the rows and their cursor are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saving {
    RowsFirst,
    Together,
}

impl Store {
    fn take(&mut self, event: Event, saving: Saving) {
        match (saving, &event) {
            (_, Event::Save(cursor)) => {
                for event in std::mem::take(&mut self.pending) {
                    self.apply(event, saving);
                }
                self.cursor = Some(serde_json::to_string(cursor).unwrap());
            }
            (Saving::RowsFirst, _) => self.apply(event, saving),
            (Saving::Together, _) => self.pending.push(event),
        }
    }

    fn apply(&mut self, event: Event, saving: Saving) {
        let exact = saving == Saving::Together;
        match event {
            Event::Added(row) => {
                let before = self.rows.insert((row.day, row.key), row.hash);
                assert!(before.is_none() || !exact, "added twice");
            }
            Event::Changed(row) => {
                let before = self.rows.insert((row.day, row.key), row.hash);
                assert!(before.is_some(), "changed, and was never added");
                assert!(before != Some(row.hash) || !exact, "changed to the same");
            }
            Event::Removed(removed) => {
                let before = self.rows.remove(&(removed.day, removed.key));
                assert!(before.is_some() || !exact, "removed, and was never added");
            }
            Event::DayClosed(proof) => {
                let before = self.rows.len();
                self.rows
                    .retain(|(day, key), _| *day != proof.day() || proof.holds(key));
                assert!(
                    before == self.rows.len() || !exact,
                    "something was left over"
                );
                self.closed += 1;
            }
            Event::ProofFailed(proof) => panic!("{proof}"),
            Event::Unreadable { .. } => panic!("unreadable"),
            Event::Save(_) => {}
        }
    }
}

/// Follows the whole history. At each of `crashes`, counted in events, the process dies and is `down` for so many
/// seconds.
fn follow(
    bank: &Bank,
    every: i64,
    (pace, down): (i64, i64),
    crashes: &BTreeSet<usize>,
    saving: Saving,
) -> Store {
    let options = || {
        let every = std::time::Duration::from_secs(u64::try_from(every).unwrap());
        match saving {
            Saving::RowsFirst => FollowOptions::new().every(every),
            Saving::Together => FollowOptions::new().every(every).saved_together(),
        }
    };
    let last = DAY + Duration::days(DAYS);
    let mut store = Store::default();
    let mut now = MIDNIGHT + Duration::seconds(1);
    let mut told = 0;
    let mut steps = 0;
    'life: loop {
        let saved = store.cursor.as_deref();
        let cursor: Cursor = saved.map_or_else(cursor, |text| serde_json::from_str(text).unwrap());
        if cursor.day() >= last {
            return store;
        }
        store.pending.clear();
        let mut tracker = Tracker::new(cursor, options());
        while tracker.cursor().day() < last {
            steps += 1;
            assert!(steps < 100_000, "it goes round in circles");
            match tracker.step(now) {
                Step::Done => return store,
                Step::Wait(until) => {
                    assert!(until > now, "it waits for the past");
                    now = until;
                }
                Step::Ask(ask) => {
                    let heard = bank.answer(&ask, now);
                    now += Duration::seconds(pace);
                    for event in tracker.hear(heard) {
                        told += 1;
                        if crashes.contains(&told) {
                            now += Duration::seconds(down);
                            continue 'life;
                        }
                        store.take(event, saving);
                    }
                }
            }
        }
    }
}

/// What the store must end with.
fn expected(bank: &Bank) -> Rows {
    let mut rows = Rows::new();
    for day in (0..DAYS).map(|days| DAY + Duration::days(days)) {
        let list: Transactions = read(bank.at_last(day).as_bytes()).unwrap();
        let mut copies = Copies::new();
        for row in list.transactions.unwrap().good() {
            let compared = Compared::of(row, day, &mut copies);
            rows.insert((day, compared.key), compared.hash);
        }
    }
    rows
}

fn entry() -> impl Strategy<Value = Entry> {
    let names = prop_oneof![
        4 => Just(Name::Operation),
        1 => Just(Name::Uuid),
        1 => Just(Name::None),
    ];
    // A bank shows a row up to ten minutes after it booked it, and may date it back. It changes a few times, back to
    // what it was, too, and disappears, on the same day: at the latest when the day is closed.
    let changes = vec((0_i64..SECONDS, 1_i64..4), 0..3);
    let removed = prop::option::weighted(0.3, (0_i64..SECONDS, any::<bool>()));
    (
        names,
        any::<bool>(),
        0..DAYS,
        0_i64..SECONDS,
        (0_i64..600, 0_i64..1200),
        1_i64..4,
        changes,
        removed,
    )
        .prop_map(
            |(name, credit, day, booked, (lag, dated_back), minor, changes, removed)| {
                let end = (day + 1) * SECONDS + 100;
                let booked = day * SECONDS + booked;
                let arrives = (booked + lag).min(end);
                let after = |seconds: i64| (arrives + seconds).min(end);
                let mut changes: Vec<_> = changes
                    .into_iter()
                    .map(|(at, minor)| (after(at), minor))
                    .collect();
                changes.sort_unstable();
                Entry {
                    name,
                    credit,
                    booked,
                    arrives,
                    modified: (arrives - dated_back).max(day * SECONDS),
                    minor,
                    changes,
                    removed: removed.map(|(at, marked)| (after(at), marked)),
                }
            },
        )
}

fn listing() -> impl Strategy<Value = Listing> {
    prop_oneof![
        Just(Listing::NewestFirst),
        Just(Listing::OldestFirst),
        Just(Listing::Scattered),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn the_changes_replayed_are_the_banks_list(
        entries in vec(entry(), 0..24),
        page_rows in 1_usize..9,
        listing in listing(),
        every in 600_i64..20_000,
        pace in 0_i64..40,
        down in prop_oneof![Just(0), 0_i64..30_000],
        crashes in btree_set(1_usize..120, 0..8),
        together in any::<bool>(),
    ) {
        let bank = Bank { page_rows, listing, ..Bank::new(MIDNIGHT, entries) };
        let saving = if together { Saving::Together } else { Saving::RowsFirst };
        let store = follow(&bank, every, (pace, down), &crashes, saving);
        prop_assert_eq!(store.rows, expected(&bank));
    }
}

#[test]
fn a_crash_at_every_single_event_loses_nothing() {
    let hour = 3600;
    let entries = vec![
        Entry::at(hour, 1).change(5 * hour, 2).change(7 * hour, 1),
        Entry::at(2 * hour, 1).remove(6 * hour, true),
        Entry::at(3 * hour, 1).remove(8 * hour, false),
        Entry {
            name: Name::None,
            ..Entry::at(4 * hour, 3)
        },
        Entry {
            name: Name::None,
            ..Entry::at(4 * hour, 3)
        },
        Entry {
            name: Name::Uuid,
            ..Entry::at(25 * hour, 3)
        }
        .change(26 * hour, 4),
        Entry {
            modified: 0,
            ..Entry::at(9 * hour, 5)
        },
    ];
    let bank = Bank {
        page_rows: 2,
        ..Bank::new(MIDNIGHT, entries)
    };
    let expected = expected(&bank);
    for saving in [Saving::RowsFirst, Saving::Together] {
        for crash in 1..60 {
            for second in [None, Some(crash + 1), Some(crash + 7)] {
                for down in [0, 3 * hour] {
                    let crashes = [Some(crash), second].into_iter().flatten().collect();
                    let store = follow(&bank, 3600, (1, down), &crashes, saving);
                    assert_eq!(store.rows, expected, "{saving:?}, {crashes:?}, {down}");
                    assert!(store.closed >= 2);
                }
            }
        }
    }
}
