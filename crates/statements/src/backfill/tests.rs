use std::collections::{BTreeMap, BTreeSet};

use rubank_core::clock::{Clock, ManualClock};
use rubank_core::http::Reply;
use rubank_core::read::read;
use rubank_core::types::Account;
use time::macros::{date, datetime};
use time::{Date, Duration, OffsetDateTime};

use super::*;
use crate::Transactions;
use crate::content::ContentHash;
use crate::follow::tests::{Bank, Entry, word};
use crate::key::TransactionKey;
use crate::tests::{Desk, block_on, client};

const ONE: &str = "40702810500006103990";
const TWO: &str = "40702810500006103991";
const START: OffsetDateTime = datetime!(2025-09-01 00:00 UTC);
const NOW: OffsetDateTime = datetime!(2025-10-15 12:00 UTC);
const FIRST: Date = date!(2025 - 09 - 01);

/// So many rows on each of so many days.
fn bank(days: i64, rows: i64) -> Bank {
    let entries = (0..days)
        .flat_map(|day| (0..rows).map(move |row| Entry::at(day * 86_400 + row * 60, 1 + row)));
    Bank::new(START, entries.collect())
}

fn desk(banks: Vec<(&'static str, Bank)>) -> (Desk, ManualClock, Client) {
    let clock = ManualClock::new(NOW);
    let desk = Desk::new(&clock, banks);
    (desk.clone(), clock.clone(), client(desk, clock))
}

fn accounts(numbers: &[&str]) -> Vec<Account> {
    numbers
        .iter()
        .map(|number| Account::received(*number))
        .collect()
}

/// What came, by account, in words; and the last cursor.
fn run(
    clock: &ManualClock,
    backfill: Backfill,
    most: usize,
) -> (BTreeMap<String, Vec<String>>, BackfillCursor) {
    run_and_keep(clock, backfill, most, &mut Kept::new())
}

fn run_and_keep(
    clock: &ManualClock,
    mut backfill: Backfill,
    most: usize,
    kept: &mut Kept,
) -> (BTreeMap<String, Vec<String>>, BackfillCursor) {
    let mut told = BTreeMap::<String, Vec<String>>::new();
    let mut saved = backfill.cursor().clone();
    block_on(clock.drive(async {
        for _ in 0..most {
            let Some(event) = backfill.next().await else {
                break;
            };
            let (account, event) = event.unwrap();
            keep(kept, &account, &event);
            told.entry(account.expose().to_owned())
                .or_default()
                .push(word(&event));
            if let Event::Save(cursor) = event {
                saved = cursor;
            }
        }
    }));
    (told, saved)
}

#[test]
fn a_month_of_two_accounts_is_read_and_proved() {
    let (desk, clock, client) = desk(vec![(ONE, bank(30, 3)), (TWO, bank(30, 0))]);
    let last = FIRST + Duration::days(29);
    let backfill = Backfill::new(&client, accounts(&[ONE, TWO]), FIRST, last);
    let (told, saved) = run(&clock, backfill, usize::MAX);
    let count = |account: &str, begins: &str| {
        told[account]
            .iter()
            .filter(|word| word.starts_with(begins))
            .count()
    };
    assert_eq!(
        (count(ONE, "+"), count(ONE, "closed"), count(ONE, "save")),
        (90, 30, 30)
    );
    assert_eq!((count(TWO, "+"), count(TWO, "closed")), (0, 30));
    assert_eq!(
        told[ONE]
            .iter()
            .find(|word| word.starts_with("closed"))
            .unwrap(),
        "closed 2025-09-01"
    );
    assert_eq!(saved.unfinished().count(), 0);
    // 60 lists and 60 summaries at 5 a second each: the twelfth second begins with the last five.
    assert_eq!(desk.seen().len(), 120);
    let took = clock.now() - NOW;
    assert!((11..=13).contains(&took.whole_seconds()), "{took}");
}

/// What somebody keeps of a backfill: rows by account, day and key.
type Kept = BTreeMap<(String, Date, TransactionKey), ContentHash>;

/// Takes what comes, as somebody does who replaces rows by their keys.
fn keep(kept: &mut Kept, account: &Account, event: &Event<BackfillCursor>) {
    let account = account.expose();
    match event {
        Event::Added(row) | Event::Changed(row) => {
            kept.insert((account.to_owned(), row.day, row.key.clone()), row.hash);
        }
        Event::DayClosed(proof) => kept
            .retain(|(of, day, key), _| of != account || *day != proof.day() || proof.holds(key)),
        Event::Save(_) => {}
        other => panic!("{other:?}"),
    }
}

/// What the bank has.
fn all_of(number: &str, bank: &Bank, days: i64) -> Kept {
    let mut all = Kept::new();
    for day in (0..days).map(|days| FIRST + Duration::days(days)) {
        let list: Transactions = read(bank.at_last(day).as_bytes()).unwrap();
        for row in list.transactions.unwrap().good() {
            let hash = row.content_hash();
            all.insert((number.to_owned(), day, row.key_with(hash)), hash);
        }
    }
    all
}

#[test]
fn ten_accounts_are_read_three_at_once() {
    let numbers: [&'static str; 10] = [
        "40702810500006103980",
        "40702810500006103981",
        "40702810500006103982",
        "40702810500006103983",
        "40702810500006103984",
        "40702810500006103985",
        "40702810500006103986",
        "40702810500006103987",
        "40702810500006103988",
        "40702810500006103989",
    ];
    let days = 3;
    let last = FIRST + Duration::days(days - 1);
    let banks = numbers.into_iter().zip(1..);
    let banks: Vec<_> = banks
        .map(|(number, rows)| (number, bank(days, rows)))
        .collect();
    let mut expected = Kept::new();
    for (number, bank) in &banks {
        expected.extend(all_of(number, bank, days));
    }
    let (_, clock, client) = desk(banks);
    let backfill = Backfill::new(&client, accounts(&numbers), FIRST, last);
    let mut backfill = backfill.at_once(3);
    let (mut kept, mut open, mut most, mut proved) = (Kept::new(), BTreeSet::new(), 0, 0);
    block_on(clock.drive(async {
        while let Some(event) = backfill.next().await {
            let (account, event) = event.unwrap();
            keep(&mut kept, &account, &event);
            open.insert(account.expose().to_owned());
            most = most.max(open.len());
            proved += usize::from(matches!(event, Event::DayClosed(_)));
            if let Event::Save(cursor) = &event
                && cursor.next_of(&account).is_none()
            {
                open.remove(account.expose());
            }
        }
    }));
    assert_eq!(kept, expected);
    assert_eq!((most, open.len(), proved), (3, 0, 30));
}

#[test]
fn it_goes_on_where_it_was_saved() {
    let banks = || vec![(ONE, bank(5, 2)), (TWO, bank(5, 3))];
    let last = FIRST + Duration::days(4);
    let mut expected = Kept::new();
    for (number, bank) in banks() {
        expected.extend(all_of(number, &bank, 5));
    }
    for stop in 0..70 {
        let (_, clock, client) = desk(banks());
        let backfill = Backfill::new(&client, accounts(&[ONE, TWO]), FIRST, last);
        let mut kept = Kept::new();
        let (_, saved) = run_and_keep(&clock, backfill, stop, &mut kept);
        let text = serde_json::to_string(&saved).unwrap();
        let saved: BackfillCursor = serde_json::from_str(&text).unwrap();
        let backfill = Backfill::resume(&client, saved.clone());
        let (told, end) = run_and_keep(&clock, backfill, usize::MAX, &mut kept);
        assert_eq!(end.unfinished().count(), 0);
        assert_eq!(kept, expected, "stopped after {stop}");
        for account in accounts(&[ONE, TWO]) {
            let closed = told.get(account.expose()).map_or(0, |told| {
                told.iter()
                    .filter(|word| word.starts_with("closed"))
                    .count()
            });
            let left = saved
                .next_of(&account)
                .map_or(0, |next| (last - next).whole_days() + 1);
            assert_eq!(i64::try_from(closed).unwrap(), left, "stopped after {stop}");
        }
    }
}

#[test]
fn one_account_does_not_stop_the_others() {
    let (desk, clock, client) = desk(vec![(TWO, bank(2, 1))]);
    let numbers = accounts(&[ONE, TWO]);
    let mut backfill = Backfill::new(&client, numbers.clone(), FIRST, FIRST.next_day().unwrap());
    let (mut told, mut refused) = (Vec::new(), 0);
    block_on(clock.drive(async {
        while let Some(event) = backfill.next().await {
            match event {
                Ok((account, event)) => told.push((account, word(&event))),
                Err(error) => {
                    refused += 1;
                    assert_eq!(error.account, numbers[0]);
                    assert!(!format!("{error} {error:?}").contains(ONE));
                    if refused % 2 == 0 {
                        backfill.skip(&error.account);
                    }
                }
            }
        }
    }));
    assert_eq!(refused, 4, "each day was tried twice, then left out");
    assert_eq!(told.len(), 6, "{told:?}");
    assert!(desk.seen().len() >= 8);
}

#[test]
fn nothing_to_read_is_the_end() {
    let (desk, clock, client) = desk(vec![]);
    let before = FIRST.previous_day().unwrap();
    for backfill in [
        Backfill::new(&client, accounts(&[ONE]), FIRST, before),
        Backfill::new(&client, accounts(&[]), before, FIRST),
    ] {
        let (told, _) = run(&clock, backfill.at_once(0), usize::MAX);
        assert!(told.is_empty());
    }
    assert!(desk.seen().is_empty());
}

#[test]
fn a_busy_bank_is_waited_for() {
    let (desk, clock, client) = desk(vec![(ONE, bank(1, 1))]);
    for reply in [Reply::empty(503), Reply::json(202, "{}"), Reply::empty(429)] {
        desk.fault(reply);
    }
    let (told, _) = run(
        &clock,
        Backfill::new(&client, accounts(&[ONE]), FIRST, FIRST),
        usize::MAX,
    );
    assert_eq!(told[ONE], ["+operation:0", "closed 2025-09-01", "save"]);
}

#[test]
fn the_cursor_prints_no_account() {
    let cursor = BackfillCursor::new(accounts(&[ONE, TWO]), FIRST, FIRST);
    assert_eq!(
        format!("{cursor:?}"),
        "BackfillCursor { accounts: 2, unfinished: 2, .. }"
    );
    let broken = serde_json::to_string(&cursor)
        .unwrap()
        .replace("2025-09-01", "canary");
    let error = serde_json::from_str::<BackfillCursor>(&broken)
        .unwrap_err()
        .to_string();
    assert!(!error.contains("canary"), "{error}");
}
