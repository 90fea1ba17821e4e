//! A follower that is killed again and again, by a bank that fails now and then: no row is lost, and none comes under
//! two keys.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod support;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use rubank_core::read::read;
use rubank_sandbox::sber::{Edit, Entry, Life, QUIET_ACCOUNT, Removal, RowOrder};
use rubank_sandbox::{Fault, FaultRule, Moment, Sandbox, SimulatedClock, sber};
use statements::time::{self, Date, UtcOffset};
use statements::{
    Account, ContentHash, Cursor, Error, Event, FollowOptions, Follower, Transaction,
    TransactionKey,
};
use support::SignedIn;

/// How rows and cursor are saved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Saving {
    /// The rows, and the cursor when it is handed out.
    RowsFirst,
    /// Rows and cursor in one transaction.
    Together,
    /// The cursor that the follower has at the moment, after each row.
    AfterEach,
}

/// What survives a crash.
#[derive(Default)]
struct Store {
    rows: BTreeMap<(Date, TransactionKey), ContentHash>,
    /// The keys that the rows came under, by the names that the bank gave them.
    keys: BTreeMap<(Date, String), TransactionKey>,
    proved: BTreeMap<Date, bool>,
    cursor: Option<String>,
    /// Events of a transaction that is not committed yet; `None` if each is saved at once.
    pending: Option<Vec<Event>>,
    /// How often a row came that was there as it is.
    repeats: usize,
    lives: usize,
}

impl Store {
    fn take(&mut self, event: Event) {
        if let Event::Save(cursor) = &event {
            for event in self
                .pending
                .as_mut()
                .map(std::mem::take)
                .unwrap_or_default()
            {
                self.apply(event);
            }
            self.cursor = Some(serde_json::to_string(cursor).unwrap());
        } else if let Some(pending) = &mut self.pending {
            pending.push(event);
        } else {
            self.apply(event);
        }
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Added(row) | Event::Changed(row) => {
                let names = [
                    row.transaction
                        .operation_id
                        .as_ref()
                        .map(ToString::to_string),
                    row.transaction.uuid.clone(),
                ];
                for name in names.into_iter().flatten() {
                    let before = self.keys.insert((row.day, name), row.key.clone());
                    assert!(before.is_none_or(|before| before == row.key), "two keys");
                }
                let before = self.rows.insert((row.day, row.key), row.hash);
                self.repeats += usize::from(before == Some(row.hash));
            }
            Event::Removed(removed) => drop(self.rows.remove(&(removed.day, removed.key))),
            Event::DayClosed(proof) | Event::ProofFailed(proof) => {
                let is_left =
                    |day: Date, key: &TransactionKey| day != proof.day() || proof.holds(key);
                self.rows.retain(|(day, key), _| is_left(*day, key));
                self.proved.insert(proof.day(), proof.is_proved());
            }
            Event::Save(_) => {}
            other => panic!("{other:?}"),
        }
    }

    fn contents(&self, days: &[Date]) -> Vec<(Date, ContentHash)> {
        let rows = self.rows.iter().filter(|((day, _), _)| days.contains(day));
        let mut contents: Vec<_> = rows.map(|((day, _), hash)| (*day, *hash)).collect();
        contents.sort_unstable();
        contents
    }
}

/// A small generator of numbers: a run can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// The next event; `None` if the process died, because the bank has got so many calls. It may be waiting for an answer
/// then, or for a token.
async fn next_or_crash(
    follower: &mut Follower,
    sandbox: &Sandbox,
    dies_at: u64,
) -> Option<Option<Result<Event, Error>>> {
    let mut next = pin!(follower.next());
    let mut looked_at = None;
    poll_fn(|context| {
        // Each call takes a second of the bank's time, and the log of calls is long.
        let elapsed = sandbox.clock().elapsed();
        if looked_at.replace(elapsed) != Some(elapsed) {
            let calls = sandbox.calls().last().map_or(0, |call| call.sequence);
            if calls >= dies_at {
                return Poll::Ready(None);
            }
        }
        next.as_mut().poll(context).map(Some)
    })
    .await
}

/// An account that lives for two days, and of which the bank books something days later.
fn live(sandbox: &Sandbox, days: &[Date]) {
    let life = Life::on(days[0]).days(2).rows_per_day(60);
    let life = life.changed(150).removed(50, 50).late(100).nameless(400);
    let account = sandbox.sber().account(QUIET_ACCOUNT);
    account.live(&life);
    for (hours, day) in [(30, days[0]), (60, days[0]), (70, days[1])] {
        let booked = day.midnight().assume_utc() + time::Duration::hours(12);
        let arrives = days[0].midnight().assume_utc() + time::Duration::hours(hours);
        let late = || Entry::credit(700).booked(booked).arrives(arrives);
        account.post(late());
        let changed = account.post(late());
        account.change(
            changed,
            Edit::new()
                .at(arrives + Duration::from_secs(40_000))
                .amount(701),
        );
        let removed = account.post(late());
        account.remove(
            removed,
            Removal::silent().at(arrives + Duration::from_secs(40_000)),
        );
    }
}

async fn follow(seed: u64, saving: Saving) {
    let builder = Sandbox::builder().plain().seed(seed);
    let sandbox = builder.tick(Duration::from_secs(1)).start().await.unwrap();
    let mut dice = Dice(seed);
    sandbox.sber().adjust(|settings| {
        settings.page_rows = 5 + usize::try_from(dice.below(20)).unwrap();
        settings.not_ready = u32::try_from(dice.below(2)).unwrap();
        settings.amounts_as_text = dice.below(2) == 0;
        let orders = [
            RowOrder::NewestFirst,
            RowOrder::OldestFirst,
            RowOrder::Scattered,
        ];
        settings.row_order = orders[usize::try_from(dice.below(3)).unwrap()];
    });
    for operation in [
        sber::LIST_INCREMENT,
        sber::LIST_TRANSACTIONS,
        sber::GET_SUMMARY,
    ] {
        let faults = [
            Fault::Close(Moment::AfterWork),
            Fault::service_unavailable(None),
            Fault::CutBody,
        ];
        for fault in faults {
            sandbox
                .faults()
                .push(FaultRule::on(operation, fault).chance(15));
        }
    }
    let first = sandbox.sber().today();
    let days = [first, first.next_day().unwrap()];
    live(&sandbox, &days);

    let signed_in = SignedIn::to(&sandbox).await;
    let last = (first + time::Duration::days(5)).midnight().assume_utc() + Duration::from_secs(600);
    let mut options = FollowOptions::new()
        .every(Duration::from_secs(2 * 3600))
        .until(last);
    let mut store = Store::default();
    if saving == Saving::Together {
        options = options.saved_together();
        store.pending = Some(Vec::new());
    }
    let mut calls = 0;
    loop {
        store.lives += 1;
        store.pending.iter_mut().for_each(Vec::clear);
        let account = Account::checked(QUIET_ACCOUNT).unwrap();
        let new = || Cursor::new(account, first, UtcOffset::UTC);
        let cursor = store
            .cursor
            .as_deref()
            .map(|text| serde_json::from_str(text).unwrap());
        let client = signed_in.client();
        let mut follower = Follower::resume(&client, cursor.unwrap_or_else(new), options.clone());
        calls += 1 + dice.below(40);
        while let Some(event) = next_or_crash(&mut follower, &sandbox, calls).await {
            match event {
                None => return judge(&sandbox, &store, &days).await,
                Some(Ok(event)) => {
                    store.take(event);
                    if saving == Saving::AfterEach {
                        store.cursor = Some(serde_json::to_string(follower.cursor()).unwrap());
                    }
                }
                Some(Err(error)) => assert!(error.is_transient(), "{error}"),
            }
        }
        // What the bank has been asked since, and how long nobody followed.
        calls = sandbox.calls().last().map_or(0, |call| call.sequence);
        rest(sandbox.clock(), &mut dice);
        if dice.below(2) == 0 {
            sandbox.sber().expire_access_tokens();
        }
    }
}

fn rest(clock: &SimulatedClock, dice: &mut Dice) {
    if dice.below(4) == 0 {
        clock.advance(Duration::from_secs(dice.below(3 * 3600)));
    }
}

async fn judge(sandbox: &Sandbox, store: &Store, days: &[Date]) {
    assert!(store.lives > 10, "{} lives", store.lives);
    assert!(store.proved.len() >= 5 && store.proved.values().all(|proved| *proved));
    let mut expected = Vec::new();
    for day in days {
        let rows = sandbox.sber().account(QUIET_ACCOUNT).history(*day);
        expected.extend(rows.iter().map(|row| {
            let row: Transaction = read(row.json.as_bytes()).unwrap();
            (*day, row.content_hash())
        }));
    }
    expected.sort_unstable();
    assert!(expected.len() > 80, "{} rows", expected.len());
    assert_eq!(store.contents(days), expected);
    if store.pending.is_some() {
        assert_eq!(store.repeats, 0, "nothing comes twice");
    }
    assert!(sandbox.sber().refreshes() > 24, "tokens live for an hour");
}

#[tokio::test]
async fn rows_that_are_saved_before_their_cursor_are_not_lost() {
    for seed in 1..=2 {
        follow(seed, Saving::RowsFirst).await;
    }
}

#[tokio::test]
async fn rows_that_are_saved_with_their_cursor_come_once() {
    for seed in 3..=4 {
        follow(seed, Saving::Together).await;
    }
}

#[tokio::test]
async fn the_followers_own_cursor_may_be_saved_after_each_row() {
    for seed in 5..=6 {
        follow(seed, Saving::AfterEach).await;
    }
}
