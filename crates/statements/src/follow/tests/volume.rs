//! Many rows pass through, and nothing grows with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rubank_core::BoxFuture;
use rubank_core::clock::{Clock, ManualClock};
use rubank_core::http::{
    Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError,
};
use time::Date;

use super::*;
use crate::ListTransactions;
use crate::tests::{block_on, client};

const PAGE_ROWS: usize = 100;

/// A bank that makes its pages when they are asked for: of each day so many, of a hundred rows of a kopeck.
#[derive(Clone, Debug)]
struct Press {
    pages: usize,
    /// Whether rows say how much: reading them takes twice as long.
    amounts: bool,
    /// How many rows were printed.
    rows: Arc<AtomicUsize>,
}

impl Press {
    fn new(pages: usize) -> Self {
        Self {
            pages,
            amounts: false,
            rows: Arc::default(),
        }
    }

    fn rows(&self) -> usize {
        self.rows.load(Ordering::Relaxed)
    }

    fn page(&self, number: usize) -> String {
        self.rows.fetch_add(PAGE_ROWS, Ordering::Relaxed);
        let amount = match self.amounts {
            true => r#","direction":"CREDIT","amount":{"amount":0.01,"currencyName":"RUR"}"#,
            false => "",
        };
        let rows: Vec<_> = (0..PAGE_ROWS)
            .map(|row| format!(r#"{{"operationId":"{number}.{row}"{amount}}}"#))
            .collect();
        let next = if number < self.pages {
            r#"{"rel":"next"}"#
        } else {
            ""
        };
        format!(
            r#"{{"_links":[{next}],"transactions":[{}]}}"#,
            rows.join(",")
        )
    }

    fn summary(&self, day: &str) -> String {
        let rows = self.pages * PAGE_ROWS;
        let day = Date::parse(
            day,
            time::macros::format_description!("[year]-[month]-[day]"),
        );
        let days = usize::try_from((day.unwrap() - DAY).whole_days()).unwrap();
        let amount = |kopecks: usize| {
            format!(
                r#"{{"amount":{}.{:02},"currencyName":"RUR"}}"#,
                kopecks / 100,
                kopecks % 100
            )
        };
        format!(
            r#"{{"openingBalance":{},"closingBalance":{},"creditTurnover":{},"debitTurnover":{},"creditTransactionsNumber":{rows},"debitTransactionsNumber":0}}"#,
            amount(days * rows),
            amount((days + 1) * rows),
            amount(rows),
            amount(0),
        )
    }
}

impl HttpService for Press {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        let query = request.uri().query().unwrap_or_default();
        let get = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let body = match get("page") {
            Some(page) => self.page(page.parse().unwrap()),
            None => self.summary(get("statementDate").unwrap()),
        };
        Box::pin(async move {
            let reply = Reply::json(200, body);
            ScriptedService::new([reply]).call(request, sent).await
        })
    }
}

/// No page is asked for before all rows of the last one were taken. How much memory a list takes is measured in
/// `tests/memory.rs`.
#[test]
fn a_list_is_read_a_page_at_a_time() {
    let press = Press::new(100);
    let clock = ManualClock::new(at(48));
    let client = client(press.clone(), clock.clone());
    let mut rows = client.items(ListTransactions::new(account(), DAY));
    let taken = block_on(clock.drive(async {
        let mut taken = 0;
        while let Some(row) = rows.next().await {
            row.unwrap();
            taken += 1;
            assert!(press.rows() - taken < PAGE_ROWS, "a page at a time");
        }
        taken
    }));
    assert_eq!(taken, 100 * PAGE_ROWS);
}

/// What is held at once is a page, and a few hundred bytes for each row of the open day and of the three days that are
/// looked at again.
#[test]
fn months_pass_through_a_follower() {
    let press = Press {
        amounts: true,
        ..Press::new(10)
    };
    let clock = ManualClock::new(at(24 * 60) - time::Duration::HOUR);
    let client = client(press.clone(), clock.clone());
    let options = FollowOptions::new().until(clock.now());
    let mut follower = Follower::resume(&client, cursor(), options);
    let (mut added, mut proved, mut most) = (0, 0, 0);
    block_on(clock.drive(async {
        while let Some(event) = follower.next().await {
            match event.unwrap() {
                Event::Added(_) => added += 1,
                Event::DayClosed(_) => proved += 1,
                Event::Save(cursor) => most = most.max(cursor.remembered_rows()),
                other => panic!("{other:?}"),
            }
            assert!(press.rows() - added < PAGE_ROWS, "a page at a time");
        }
    }));
    // The day that is not over yet has its rows, too.
    assert_eq!((added, proved), (60_000, 59));
    assert_eq!(most, 4_000);
}
