//! What comes between two pages: a token that expires, a bank that gives the same page again and again.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod support;

use std::collections::BTreeMap;

use rubank_core::error::ErrorKind;
use rubank_core::read::read;
use rubank_sandbox::sber::{self, HistoryRow, LIVING_ACCOUNT};
use rubank_sandbox::{Fault, FaultRule, Sandbox};
use statements::time::{Date, UtcOffset};
use statements::{
    Account, Backfill, Client, Event, FollowOptions, Follower, ListTransactions, Transaction,
};

/// How often a row came, by what it says.
type Counts = BTreeMap<String, usize>;

fn said(row: &Transaction) -> String {
    format!("{} {}", row.key(), row.content_hash())
}

fn count(counts: &mut Counts, row: &Transaction) {
    *counts.entry(said(row)).or_default() += 1;
}

/// The bank's own rows.
fn all(rows: &[HistoryRow]) -> Counts {
    let mut counts = Counts::new();
    for row in rows {
        count(&mut counts, &read(row.json.as_bytes()).unwrap());
    }
    counts
}

/// A bank with small pages, and a client that has not called it yet.
async fn connect() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().plain().start().await.unwrap();
    sandbox.sber().adjust(|settings| settings.page_rows = 5);
    let client = support::SignedIn::to(&sandbox).await.client();
    (sandbox, client)
}

fn account() -> Account {
    Account::checked(LIVING_ACCOUNT).unwrap()
}

/// The follower of today's rows, for one window.
fn follower(sandbox: &Sandbox, client: &Client) -> Follower {
    let options = FollowOptions::new().until(sandbox.clock().now());
    Follower::start(client, account(), UtcOffset::UTC, options)
}

fn yesterday(sandbox: &Sandbox) -> Date {
    sandbox.sber().today().previous_day().unwrap()
}

#[tokio::test]
async fn a_token_that_expires_between_two_pages_is_renewed_once_and_no_row_is_lost() {
    let (sandbox, client) = connect().await;
    let day = yesterday(&sandbox);
    let mut rows = client.items(ListTransactions::new(account(), day));
    let mut found = Counts::new();
    count(&mut found, &rows.next().await.unwrap().unwrap());
    let refreshes = sandbox.sber().refreshes();
    sandbox.sber().expire_access_tokens();
    while let Some(row) = rows.next().await {
        count(&mut found, &row.unwrap());
    }
    assert!(found.len() > 5, "{} rows", found.len());
    assert_eq!(
        found,
        all(&sandbox.sber().account(LIVING_ACCOUNT).history(day))
    );
    assert_eq!(sandbox.sber().refreshes(), refreshes + 1);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_token_that_expires_within_a_window_is_renewed_once_and_no_row_is_lost() {
    let (sandbox, client) = connect().await;
    let today = sandbox.sber().today();
    let expected = all(&sandbox.sber().account(LIVING_ACCOUNT).listed(today));
    let mut follower = follower(&sandbox, &client);
    let (mut found, mut refreshes) = (Counts::new(), None);
    while let Some(event) = follower.next().await {
        if let Event::Added(row) = event.unwrap() {
            count(&mut found, &row.transaction);
            refreshes.get_or_insert_with(|| {
                sandbox.sber().expire_access_tokens();
                sandbox.sber().refreshes()
            });
        }
    }
    assert!(found.len() > 5, "{} rows", found.len());
    assert_eq!(found, expected);
    assert_eq!(
        Some(sandbox.sber().refreshes()),
        refreshes.map(|before| before + 1)
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn a_bank_that_repeats_a_page_for_ever_does_not_hold_a_follower() {
    let (sandbox, client) = connect().await;
    let today = sandbox.sber().today();
    let expected = all(&sandbox.sber().account(LIVING_ACCOUNT).listed(today));
    let rule = FaultRule::on(sber::LIST_INCREMENT, Fault::RepeatedPage);
    sandbox.faults().push(rule);
    let mut follower = follower(&sandbox, &client);
    let (mut found, mut errors) = (Counts::new(), Vec::new());
    while let Some(event) = follower.next().await {
        match event {
            Ok(Event::Added(row)) => count(&mut found, &row.transaction),
            Ok(_) => {}
            Err(error) => {
                errors.push(error.kind());
                if errors.len() == 2 {
                    sandbox.faults().clear();
                }
            }
        }
    }
    assert_eq!(errors, [ErrorKind::Paging; 2]);
    assert_eq!(found, expected);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_bank_that_repeats_a_page_for_ever_does_not_hold_a_backfill() {
    let (sandbox, client) = connect().await;
    let day = yesterday(&sandbox);
    let rule = FaultRule::on(sber::LIST_TRANSACTIONS, Fault::RepeatedPage);
    sandbox.faults().push(rule);
    let mut backfill = Backfill::new(&client, [account()], day, day);
    let (mut found, mut errors, mut proved) = (Counts::new(), Vec::new(), 0);
    while let Some(event) = backfill.next().await {
        match event {
            Ok((_, Event::Added(row))) => count(&mut found, &row.transaction),
            Ok((_, Event::DayClosed(_))) => proved += 1,
            Ok(_) => {}
            Err(error) => {
                errors.push(error.error.kind());
                sandbox.faults().clear();
            }
        }
    }
    assert_eq!((errors, proved), (vec![ErrorKind::Paging], 1));
    assert_eq!(
        found,
        all(&sandbox.sber().account(LIVING_ACCOUNT).history(day))
    );
    sandbox.stop().await;
}
