//! A million rows pass through one list, and the process does not grow with them. Alone in its process: what is measured
//! is the most memory that it ever had.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::fmt::Write;
use std::fs;

use rubank_core::BoxFuture;
use rubank_core::auth::Bearer;
use rubank_core::clock::ManualClock;
use rubank_core::http::{
    Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError,
};
use statements::time::macros::{date, datetime};
use statements::{Account, Client, ListTransactions, Secret};

const PAGE_ROWS: usize = 100;
const FEW: usize = 100_000;
const MANY: usize = 1_000_000;
/// What an allocator may take on the way. The rows in between are a hundred times as much.
const SLACK_KIB: u64 = 4 * 1024;

/// A bank that makes its pages when they are asked for.
#[derive(Clone, Copy, Debug)]
struct Press;

impl Press {
    fn page(number: usize) -> String {
        let next = match number * PAGE_ROWS < MANY {
            true => r#"{"rel":"next"}"#,
            false => "",
        };
        let mut text = format!(r#"{{"_links":[{next}],"transactions":["#);
        for row in 0..PAGE_ROWS {
            let comma = if row == 0 { "" } else { "," };
            write!(text, r#"{comma}{{"operationId":"{number}.{row}"}}"#).unwrap();
        }
        text.push_str("]}");
        text
    }
}

impl HttpService for Press {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        let query = request.uri().query().unwrap_or_default();
        let page = query.split('&').find_map(|pair| pair.strip_prefix("page="));
        let body = Self::page(page.unwrap().parse().unwrap());
        Box::pin(async move {
            let reply = Reply::json(200, body);
            ScriptedService::new([reply]).call(request, sent).await
        })
    }
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.unwrap().trim().trim_end_matches(" kB");
    number.parse().unwrap()
}

#[test]
fn a_million_rows_of_one_list_take_no_more_memory_than_a_tenth_of_them() {
    let clock = ManualClock::new(datetime!(2025-10-01 12:00 UTC));
    let local = "http://127.0.0.1:1";
    let client = Client::builder(statements::environment("test", local, local, local))
        .credentials(Bearer::new(Secret::from("not-a-real-token")))
        .transport(Press)
        .clock(clock.clone())
        .build()
        .unwrap();
    let account = Account::received("40702810500006103990");
    let mut rows = client.items(ListTransactions::new(account, date!(2025 - 09 - 01)));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let (mut taken, mut before) = (0, 0);
    runtime.block_on(clock.drive(async {
        while let Some(row) = rows.next().await {
            row.unwrap();
            taken += 1;
            if taken == FEW {
                before = peak();
            }
        }
    }));
    assert_eq!(taken, MANY);
    let grown = peak() - before;
    assert!(grown <= SLACK_KIB, "{before} KiB, and {grown} more");
}
