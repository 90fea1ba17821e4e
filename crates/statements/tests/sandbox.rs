//! The clients against a bank that lives: what was followed is what the bank has.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rubank_core::read::read;
use rubank_sandbox::Sandbox;
use rubank_sandbox::sber::{
    DOLLAR_ACCOUNT, EmptyStatement, LIVING_ACCOUNT, Life, NotReadyBody, QUIET_ACCOUNT, RowOrder,
    Settings,
};
use statements::time::macros::offset;
use statements::time::{Date, PrimitiveDateTime, UtcOffset};
use statements::{
    Account, Backfill, Client, CurFormat, Event, FollowOptions, Follower, GetSummary,
    GetTransaction, ListIncrement, ListTransactions, Since, Transaction, TransactionKey,
};

type Rows = BTreeMap<(Date, TransactionKey), String>;

/// The bank's own list of a day.
fn history(sandbox: &Sandbox, account: &str, day: Date) -> Rows {
    let rows = sandbox.sber().account(account).history(day);
    let rows = rows.iter().map(|row| {
        let row: Transaction = read(row.json.as_bytes()).unwrap();
        ((day, row.key()), row.content_hash().to_string())
    });
    rows.collect()
}

async fn connect(adjust: impl FnOnce(&mut Settings)) -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().plain().start().await.unwrap();
    sandbox.sber().adjust(adjust);
    let client = support::SignedIn::to(&sandbox).await.client();
    (sandbox, client)
}

async fn follow_two_days(account: &str, adjust: impl FnOnce(&mut Settings)) {
    follow_two_days_at(UtcOffset::UTC, account, adjust).await;
}

/// `offset`: when the bank's day begins, told to both sides.
async fn follow_two_days_at(offset: UtcOffset, account: &str, adjust: impl FnOnce(&mut Settings)) {
    let (sandbox, client) = connect(|settings| {
        settings.offset = offset;
        adjust(settings);
    })
    .await;
    let today = sandbox.sber().today();
    let end = today.next_day().unwrap().next_day().unwrap();
    // A day more: what the bank changes in the days that are closed is found at the next midnight.
    let until = end.next_day().unwrap().midnight().assume_offset(offset);
    let until = until + Duration::from_secs(600);
    let options = FollowOptions::new().until(until);
    let number = Account::checked(account).unwrap();
    let mut follower = Follower::start(&client, number, offset, options);
    let (mut rows, mut closed) = (Rows::new(), Vec::new());
    while let Some(event) = follower.next().await {
        match event.unwrap() {
            Event::Added(row) | Event::Changed(row) => {
                rows.insert((row.day, row.key), row.hash.to_string());
            }
            Event::Removed(removed) => {
                rows.remove(&(removed.day, removed.key));
            }
            // What the bank books late is proved anew.
            Event::DayClosed(proof) if proof.is_later_look() => {}
            Event::DayClosed(proof) => closed.push(proof.day()),
            Event::ProofFailed(proof) => panic!("{proof}"),
            Event::Unreadable { error, .. } => panic!("{error}"),
            _ => {}
        }
    }
    let tomorrow = today.next_day().unwrap();
    assert_eq!(closed, [today, tomorrow, end]);
    rows.retain(|(day, _), _| *day < end);
    let mut expected = history(&sandbox, account, today);
    expected.extend(history(&sandbox, account, tomorrow));
    assert_eq!(rows, expected);
    assert!(sandbox.sber().refreshes() > 24, "tokens live for an hour");
    sandbox.stop().await;
}

#[tokio::test]
async fn two_days_are_followed_to_the_banks_own_list() {
    follow_two_days(LIVING_ACCOUNT, |_| {}).await;
}

#[tokio::test]
async fn small_pages_that_shift_change_nothing() {
    follow_two_days(LIVING_ACCOUNT, |settings| {
        settings.page_rows = 7;
        settings.row_order = RowOrder::Scattered;
        settings.amounts_as_text = true;
        settings.calls_per_second = Some(5);
    })
    .await;
}

#[tokio::test]
async fn an_account_in_dollars_is_proved_in_dollars() {
    follow_two_days(DOLLAR_ACCOUNT, |settings| {
        settings.not_ready = 1;
        settings.not_ready_body = NotReadyBody::Empty;
    })
    .await;
}

#[tokio::test]
async fn an_account_without_movement_is_quiet() {
    follow_two_days(QUIET_ACCOUNT, |settings| {
        settings.empty_statement = EmptyStatement::NotFound;
    })
    .await;
}

#[tokio::test]
async fn the_day_may_begin_anywhere() {
    for offset in [offset!(+10), offset!(-3)] {
        follow_two_days_at(offset, LIVING_ACCOUNT, |settings| settings.page_rows = 20).await;
    }
}

#[tokio::test]
async fn past_days_of_two_accounts_are_read_and_proved() {
    let (sandbox, client) = connect(|settings| settings.page_rows = 10).await;
    let today = sandbox.sber().today();
    let first = today.saturating_sub(statements::time::Duration::days(5));
    let last = today.previous_day().unwrap();
    let quiet = sandbox.sber().account(QUIET_ACCOUNT);
    quiet.live(&Life::on(first).days(5).rows_per_day(25).nameless(300));
    let numbers = [LIVING_ACCOUNT, QUIET_ACCOUNT];
    let accounts = numbers.map(|number| Account::checked(number).unwrap());
    let mut backfill = Backfill::new(&client, accounts, first, last);
    let mut found = BTreeMap::<String, BTreeMap<Date, usize>>::new();
    let mut proved = 0;
    while let Some(event) = backfill.next().await {
        let (account, event) = event.unwrap();
        match event {
            Event::Added(row) => {
                let days = found.entry(account.expose().to_owned()).or_default();
                *days.entry(row.day).or_default() += 1;
            }
            Event::DayClosed(_) => proved += 1,
            Event::Save(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(proved, 10);
    for number in numbers {
        for (day, rows) in &found[number] {
            let expected = sandbox.sber().account(number).history(*day).len();
            assert_eq!(*rows, expected, "{day}");
        }
    }
    assert_eq!(found[QUIET_ACCOUNT].len(), 5);
    sandbox.stop().await;
}

#[tokio::test]
async fn every_form_of_every_question_is_answered() {
    let (sandbox, client) = connect(|settings| settings.page_rows = 10).await;
    let account = || Account::checked(DOLLAR_ACCOUNT).unwrap();
    let swift = CurFormat::SwiftTransfer;
    let today = sandbox.sber().today();
    let listed = sandbox.sber().account(DOLLAR_ACCOUNT).listed(today);
    let listed: BTreeSet<_> = listed.into_iter().map(|row| row.operation_id).collect();
    let now = sandbox.clock().now();
    let (midnight, now) = (
        today.midnight(),
        PrimitiveDateTime::new(now.date(), now.time()),
    );
    for since in [
        Since::StartOfDay(today),
        Since::Moment(midnight),
        Since::Between(midnight, now),
    ] {
        let mut rows = client.items(ListIncrement::new(account(), since).cur_format(swift.clone()));
        let mut found = BTreeSet::new();
        while let Some(row) = rows.next().await {
            let row = row.unwrap();
            assert!(row.swift_transfer.is_some() && row.cur_transfer.is_none());
            if !row.is_outdated() {
                found.insert(row.operation_id.map(|id| id.to_string()));
            }
        }
        assert_eq!(found, listed, "{since:?}");
    }

    let day = today.previous_day().unwrap();
    let history = sandbox.sber().account(DOLLAR_ACCOUNT).history(day);
    let mut rows = client.items(ListTransactions::new(account(), day).cur_format(swift));
    let mut count = 0;
    while let Some(row) = rows.next().await {
        assert!(row.unwrap().swift_transfer.is_some());
        count += 1;
    }
    assert!(count > 0 && count == history.len(), "{count} rows");
    let summary = client.send(&GetSummary::new(account(), day)).await.unwrap();
    let counts = [
        summary.credit_transactions_number,
        summary.debit_transactions_number,
    ];
    let counted: i64 = counts.into_iter().flatten().sum();
    assert_eq!(usize::try_from(counted).unwrap(), count);

    let row: Transaction = read(history[0].json.as_bytes()).unwrap();
    let id = row.operation_id.clone().unwrap();
    for question in [
        GetTransaction::by_operation_id(account(), day, id.clone()),
        GetTransaction::by_id(account(), day, id.to_string()),
        GetTransaction::by_id(account(), day, row.uuid.clone().unwrap()),
    ] {
        let found = client.send(&question).await.unwrap();
        assert_eq!(found.content_hash(), row.content_hash(), "{question:?}");
    }
    sandbox.stop().await;
}
