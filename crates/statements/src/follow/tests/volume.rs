//! A million rows pass through, and nothing grows with them.

use rubank_core::lenient::Rows;
use rubank_core::operation::Operation;
use rubank_core::read::read;
use time::Date;

use super::*;
use crate::follow::closing::Closing;
use crate::{Link, OperationId, Transaction, Transactions};

const DAYS: i64 = 100;
const PAGES: u32 = 100;
const ROWS: u32 = 100;

#[test]
fn a_million_rows_pass_through() {
    let row: Transaction = read(
        br#"{"operationId":"0","direction":"CREDIT","amount":{"amount":"0.01","currencyName":"RUB"},"paymentPurpose":"-","operationDate":"2025-09-01T00:00:00"}"#,
    )
    .unwrap();
    let next: Link = read(br#"{"rel":"next"}"#).unwrap();
    let summary = |day: i64| {
        let amount = |kopecks: i64| {
            format!(
                r#"{{"amount":{}.{:02},"currencyName":"RUB"}}"#,
                kopecks / 100,
                kopecks % 100
            )
        };
        let rows = i64::from(PAGES * ROWS);
        let text = format!(
            r#"{{"openingBalance":{},"closingBalance":{},"creditTurnover":{},"debitTurnover":{},"creditTransactionsNumber":{rows},"debitTransactionsNumber":0}}"#,
            amount(day * rows),
            amount((day + 1) * rows),
            amount(rows),
            amount(0),
        );
        Told::Summary(read(text.as_bytes()).unwrap())
    };
    let (mut given, mut most_at_once, mut most_known) = (0_usize, 0, 0);
    let mut before = None;
    for number in 0..DAYS {
        let day: Date = DAY + time::Duration::days(number);
        let mut closing = Closing::new(account(), day, &FollowOptions::new(), before.take());
        let closed = loop {
            let page: u32 = match closing.ask(at(0)).unwrap() {
                Ask::Transactions(list) => {
                    let parts = list.parts().unwrap();
                    let page = parts.query_pairs().iter().find(|(name, _)| *name == "page");
                    page.unwrap().1.parse().unwrap()
                }
                _ => 0,
            };
            let told = match page {
                0 => summary(number),
                page => {
                    let rows: Rows<Transaction> = (0..ROWS)
                        .map(|index| Transaction {
                            operation_id: Some(OperationId::from(format!("{page}.{index}"))),
                            ..row.clone()
                        })
                        .collect();
                    Told::Transactions(Transactions {
                        links: (page < PAGES).then(|| next.clone()).into_iter().collect(),
                        transactions: Some(rows),
                        extra: Default::default(),
                    })
                }
            };
            let mut events: Vec<Event> = Vec::new();
            let heard = Heard {
                told,
                asked_at: at(0),
                bank_date: None,
            };
            let closed = closing.hear(heard, &mut events);
            most_at_once = most_at_once.max(events.len());
            given += events
                .iter()
                .filter(|event| matches!(event, Event::Added(_)))
                .count();
            if let Some(closed) = closed {
                assert!(
                    matches!(events.last(), Some(Event::DayClosed(_))),
                    "{events:?}"
                );
                break closed;
            }
        };
        most_known = most_known.max(closing.known().len());
        before = closed.closing;
    }
    assert_eq!(given, 1_000_000);
    assert_eq!(most_at_once, 100, "a page at a time");
    assert_eq!(most_known, 10_000, "a day at a time");
}
