//! A follower of ten lines, to show that the account can be followed, and what it takes.

use std::collections::BTreeMap;
use std::time::Duration;

use rubank_sandbox::Sandbox;
use rubank_sandbox::sber::{self, Life};
use serde_json::Value;
use time::macros::date;

use super::api;
use super::statements::{get, rows};
use crate::wire::{plain, start};

async fn all(sandbox: &Sandbox, operation: &str, period: &str) -> Vec<Value> {
    let mut collected = Vec::new();
    for page in 1.. {
        let more = format!("&{period}&page={page}");
        let reply = api(sandbox, get(operation, sber::QUIET_ACCOUNT, &more)).await;
        if reply.status == 400 {
            break;
        }
        collected.extend(rows(&reply));
        let body = reply.json();
        if !body["_links"]
            .as_array()
            .unwrap()
            .iter()
            .any(|link| link["rel"] == "next")
        {
            break;
        }
    }
    collected
}

fn merge(known: &mut BTreeMap<String, Value>, rows: Vec<Value>) {
    for row in rows {
        let id = row["operationId"].as_str().unwrap().to_owned();
        if row["outdatedDoc"] == true {
            known.remove(&id);
        } else {
            known.insert(id, row);
        }
    }
}

#[tokio::test]
async fn increments_and_the_day_s_close_give_the_bank_s_list() {
    let sandbox = plain().await;
    let account = sandbox.sber().account(sber::QUIET_ACCOUNT);
    let life = Life::on(date!(2026 - 01 - 15))
        .rows_per_day(300)
        .late(100)
        .removed(60, 60);
    account.live(&life);
    let mut known = BTreeMap::new();
    merge(
        &mut known,
        all(&sandbox, "increment", "statementDate=2026-01-15").await,
    );
    assert!(!known.is_empty() && known.len() < 200, "{}", known.len());
    for hour in 9..23 {
        sandbox.clock().advance(Duration::from_secs(3600));
        let since = format!("lastModifyDate=2026-01-15T{hour:02}:00:00");
        merge(&mut known, all(&sandbox, "increment", &since).await);
    }
    sandbox.clock().advance(Duration::from_secs(7200));
    let history = account.history(date!(2026 - 01 - 15));
    let followed = |known: &BTreeMap<String, Value>| -> bool {
        known.len() == history.len()
            && history.iter().all(|row| {
                let kept = row.operation_id.as_ref().and_then(|id| known.get(id));
                kept == Some(&serde_json::from_str(&row.json).unwrap())
            })
    };
    assert!(
        !followed(&known),
        "late and silent rows are missed without the close"
    );

    let close: BTreeMap<String, Value> = all(&sandbox, "transactions", "statementDate=2026-01-15")
        .await
        .into_iter()
        .map(|row| (row["operationId"].as_str().unwrap().to_owned(), row))
        .collect();
    assert!(followed(&close));
    let totals = account.totals(date!(2026 - 01 - 15));
    assert_eq!(
        totals.debit_count + totals.credit_count,
        history.len() as u64
    );
}

#[tokio::test]
async fn a_life_goes_on_between_two_pages() {
    let sandbox = start(Sandbox::builder().tick(Duration::from_secs(600))).await;
    let account = sandbox.sber().account(sber::QUIET_ACCOUNT);
    account.live(&Life::on(date!(2026 - 01 - 15)).rows_per_day(3000));
    let seen = all(&sandbox, "increment", "statementDate=2026-01-15").await;
    let mut ids: Vec<&str> = seen
        .iter()
        .map(|row| row["operationId"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    let before = ids.len();
    ids.dedup();
    assert!(
        ids.len() < before,
        "rows came twice, since newer ones pushed them down"
    );
}
