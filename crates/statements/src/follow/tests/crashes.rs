//! For any history, any page size and any crash points, the changes replayed give exactly the bank's final list.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use rubank_core::read::read;
use time::{Date, Duration, UtcOffset};

use super::*;
use crate::Transactions;
use crate::content::ContentHash;
use crate::key::TransactionKey;

/// Days on which something is booked.
const DAYS: i64 = 2;
/// Days on which late rows of these are found.
const MORE_DAYS: i64 = 3;
const SECONDS: i64 = 86_400;

/// Where the process dies: at a request, counted from the first of all lives.
type Crashes = BTreeMap<usize, When>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Before it leaves.
    Before,
    /// When it was answered and nobody heard the answer.
    After,
    /// When so many of the events that came of it were taken.
    Within(usize),
}

/// Somebody's store: what survives a crash.
#[derive(Default)]
struct Store {
    rows: BTreeMap<(Date, TransactionKey), ContentHash>,
    /// Which key a row was given out under, by each of its names.
    keys: BTreeMap<(Date, TransactionKey), TransactionKey>,
    /// What the last proof of a day said.
    proved: BTreeMap<Date, bool>,
    /// Rows of a transaction that is not committed yet.
    pending: Vec<Event>,
    cursor: Option<Cursor>,
    lives: usize,
    /// How many requests were made.
    requests: usize,
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
                self.cursor = Some(cursor.clone());
            }
            (Saving::RowsFirst, _) => self.apply(event, saving),
            (Saving::Together, _) => self.pending.push(event),
        }
    }

    fn apply(&mut self, event: Event, saving: Saving) {
        let exact = saving == Saving::Together;
        match event {
            Event::Added(row) => {
                self.recognise(&row, exact);
                let before = self.rows.insert((row.day, row.key), row.hash);
                assert!(before.is_none() || !exact, "added twice");
            }
            Event::Changed(row) => {
                self.recognise(&row, exact);
                let before = self.rows.insert((row.day, row.key), row.hash);
                assert!(before.is_some(), "changed, and was never added");
                assert!(before != Some(row.hash) || !exact, "changed to the same");
            }
            Event::Removed(removed) => {
                let before = self.rows.remove(&(removed.day, removed.key));
                assert!(before.is_some() || !exact, "removed, and was never added");
            }
            Event::DayClosed(proof) | Event::ProofFailed(proof) => {
                let before = self.rows.len();
                self.rows
                    .retain(|(day, key), _| *day != proof.day() || proof.holds(key));
                assert!(
                    before == self.rows.len() || !exact,
                    "something was left over"
                );
                self.proved.insert(proof.day(), proof.is_proved());
            }
            Event::Unreadable { .. } => panic!("unreadable"),
            Event::Save(_) => {}
        }
    }

    /// No row is given out under two keys, whatever names it gets. What was given out and not known to the cursor when
    /// the process died may come under another one; then the day's proof denies the first.
    fn recognise(&mut self, row: &Row, exact: bool) {
        for name in row.transaction.names().into_iter().flatten() {
            let before = self.keys.insert((row.day, name), row.key.clone());
            let is_same = before.is_none_or(|before| before == row.key);
            assert!(is_same || !exact, "under two keys");
        }
    }

    /// As it was written, or, as when a task is restarted and not its process, as it was.
    fn saved(&mut self, start: &Cursor) -> Cursor {
        self.lives += 1;
        let cursor = self.cursor.clone().unwrap_or_else(|| start.clone());
        if self.lives.is_multiple_of(3) {
            return cursor;
        }
        let text = serde_json::to_string(&cursor).unwrap();
        let read: Cursor = serde_json::from_str(&text).unwrap();
        assert_eq!(read, cursor);
        read
    }

    /// What each day says, whatever the keys.
    fn contents(&self) -> Vec<(Date, ContentHash)> {
        let mut contents: Vec<_> = (self.rows.iter())
            .map(|((day, _), hash)| (*day, *hash))
            .collect();
        contents.sort_unstable();
        contents
    }
}

/// Follows the whole history. At each of `crashes` the process dies and is `down` for so many seconds.
fn follow(
    bank: &Bank,
    every: i64,
    (pace, down): (i64, i64),
    crashes: &Crashes,
    saving: Saving,
) -> Store {
    let options = || {
        let every = std::time::Duration::from_secs(u64::try_from(every).unwrap());
        match saving {
            Saving::RowsFirst => FollowOptions::new().every(every),
            Saving::Together => FollowOptions::new().every(every).saved_together(),
        }
    };
    let last = DAY + Duration::days(DAYS + MORE_DAYS);
    let mut store = Store::default();
    let start = Cursor::new(account(), DAY, bank.offset);
    let mut now = bank.start + Duration::seconds(1);
    'life: loop {
        let cursor = store.saved(&start);
        if cursor.day() >= last {
            return store;
        }
        store.pending.clear();
        let mut tracker = Tracker::new(cursor, options());
        while tracker.cursor().day() < last {
            let ask = match tracker.step(now) {
                Step::Done => return store,
                Step::Wait(until) => {
                    assert!(until > now, "it waits for the past");
                    now = until;
                    continue;
                }
                Step::Ask(ask) => ask,
            };
            store.requests += 1;
            assert!(store.requests < 100_000, "it goes round in circles");
            let crash = crashes.get(&store.requests).copied();
            if crash == Some(When::Before) {
                now += Duration::seconds(down);
                continue 'life;
            }
            let heard = bank.answer(&ask, now);
            now += Duration::seconds(pace);
            if crash == Some(When::After) {
                now += Duration::seconds(down);
                continue 'life;
            }
            let events = tracker.hear(heard);
            let most = match crash {
                Some(When::Within(events)) => events,
                _ => events.len(),
            };
            for event in events.into_iter().take(most) {
                store.take(event, saving);
            }
            if crash.is_some() {
                now += Duration::seconds(down);
                continue 'life;
            }
        }
    }
}

/// What the store must end with.
fn expected(bank: &Bank) -> Vec<(Date, ContentHash)> {
    let mut contents = Vec::new();
    for day in (0..DAYS).map(|days| DAY + Duration::days(days)) {
        let list: Transactions = read(bank.at_last(day).as_bytes()).unwrap();
        let list = list.transactions.unwrap();
        contents.extend(list.good().map(|row| (day, row.content_hash())));
    }
    contents.sort_unstable();
    contents
}

/// A moment after another: mostly of the same day, sometimes when the day has long been closed.
fn later() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 0..SECONDS, 1 => 0..MORE_DAYS * SECONDS]
}

fn entry() -> impl Strategy<Value = Entry> {
    let names = prop_oneof![
        4 => Just((Name::Operation, None)),
        1 => Just((Name::Uuid, None)),
        1 => later().prop_map(|at| (Name::Uuid, Some(at))),
        2 => Just((Name::None, None)),
    ];
    // Many are booked at the same moments, so that rows without a name say the same.
    let booked = prop_oneof![1 => 0_i64..SECONDS, 1 => (0_i64..3).prop_map(|hour| hour * 25_000)];
    // A bank shows a row up to ten minutes after it booked it, or days, and may date it back. It changes a few times,
    // back to what it was, too, and disappears.
    let lag = prop_oneof![8 => 0_i64..600, 1 => 0..MORE_DAYS * SECONDS];
    (
        names,
        (any::<bool>(), 0..DAYS, booked, 1_i64..3),
        (lag, 0_i64..1200),
        vec((later(), 1_i64..4), 0..3),
        prop::option::weighted(0.3, (later(), any::<bool>())),
    )
        .prop_map(
            |((name, named), (credit, day, booked, minor), (lag, dated_back), changes, removed)| {
                let booked = day * SECONDS + booked;
                // The last look at the day is on the fourth midnight after it.
                let end = (day + 1 + MORE_DAYS) * SECONDS - 1;
                let arrives = (booked + lag).min(end);
                let after = |seconds: i64| (arrives + seconds).min(end);
                let mut changes: Vec<_> = changes
                    .into_iter()
                    .map(|(at, minor)| (after(at), minor))
                    .collect();
                changes.sort_unstable();
                Entry {
                    name,
                    named: named.map(after),
                    credit,
                    booked,
                    arrives,
                    modified: (arrives - dated_back).max(day * SECONDS),
                    minor,
                    // Without a name a change is another row.
                    changes: if name == Name::None {
                        Vec::new()
                    } else {
                        changes
                    },
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

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        Just(When::Before),
        Just(When::After),
        (0_usize..6).prop_map(When::Within),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn the_changes_replayed_are_the_banks_list(
        entries in vec(entry(), 0..24),
        page_rows in 1_usize..9,
        listing in listing(),
        every in 1200_i64..20_000,
        pace in 0_i64..40,
        down in prop_oneof![Just(0), 0_i64..30_000],
        crashes in btree_map(1_usize..200, when(), 0..8),
        together in any::<bool>(),
        hours_ahead in prop_oneof![1 => Just(3), 1 => -12_i8..=14],
        lies_until in prop_oneof![Just(0), 0..(DAYS + 1) * SECONDS],
    ) {
        let lie = (1, lies_until);
        let midnight = DAY.midnight().assume_offset(UtcOffset::from_hms(hours_ahead, 0, 0).unwrap());
        let bank = Bank { page_rows, listing, lie, ..Bank::new(midnight, entries) };
        let saving = if together { Saving::Together } else { Saving::RowsFirst };
        let store = follow(&bank, every, (pace, down), &crashes, saving);
        prop_assert_eq!(store.contents(), expected(&bank));
        prop_assert!(store.proved.values().all(|proved| *proved), "{:?}", store.proved);
    }
}

#[test]
fn a_crash_at_every_single_request_loses_nothing() {
    let hour = 3600;
    let nameless = |at| Entry {
        name: Name::None,
        ..Entry::at(at, 3)
    };
    let entries = vec![
        Entry::at(hour, 1).change(5 * hour, 2).change(7 * hour, 1),
        Entry::at(2 * hour, 1).remove(6 * hour, true),
        Entry::at(3 * hour, 1).remove(8 * hour, false),
        nameless(4 * hour),
        nameless(4 * hour),
        // The same words, hours later.
        Entry {
            arrives: 9 * hour,
            modified: 9 * hour,
            ..nameless(4 * hour)
        },
        Entry {
            name: Name::Uuid,
            named: Some(30 * hour),
            ..Entry::at(25 * hour, 3)
        }
        .change(26 * hour, 4),
        Entry {
            modified: 0,
            ..Entry::at(9 * hour, 5)
        },
        // Booked to a day that is long closed, and changed when it is closed again.
        Entry {
            arrives: 40 * hour,
            modified: 40 * hour,
            ..Entry::at(10 * hour, 6)
        }
        .change(60 * hour, 7),
    ];
    let bank = Bank {
        page_rows: 3,
        lie: (5, 50 * hour),
        ..Bank::new(MIDNIGHT, entries)
    };
    let expected = expected(&bank);
    let every = 6 * hour;
    let every_way = [When::Before, When::After, When::Within(1), When::Within(9)];
    for (saving, ways) in [
        (Saving::RowsFirst, &every_way[..]),
        (Saving::Together, &every_way[1..3]),
    ] {
        let requests = follow(&bank, every, (1, 0), &Crashes::new(), saving).requests;
        assert!(requests > 50, "{requests}");
        for request in 1..=requests {
            for when in ways.iter().copied() {
                // Every second time the next request is the last one, too, and the process is down for long.
                let again = (request % 2 == 0).then_some(request + 1);
                let down = if request % 3 == 0 { 3 * hour } else { 0 };
                let crashes = [Some(request), again].into_iter().flatten();
                let crashes = crashes.map(|request| (request, when)).collect();
                let store = follow(&bank, every, (1, down), &crashes, saving);
                let told = format!("{saving:?}, {crashes:?}, {down}");
                assert_eq!(store.contents(), expected, "{told}");
                assert!(store.proved.values().all(|proved| *proved), "{told}");
                assert_eq!(store.proved.len(), 5, "{told}");
            }
        }
    }
}
