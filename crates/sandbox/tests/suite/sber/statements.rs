//! Pages, increments, balances.

use std::time::Duration;

use rubank_sandbox::sber::{self, Budget, Currency, Edit, Entry, Life, Removal, RowOrder};
use rubank_sandbox::{Host, Sandbox};
use serde_json::{Value, json};
use time::macros::{date, datetime, offset};

use super::{api, check, on, refused};
use crate::wire::{Ask, Reply, plain};

pub(super) const DAY: &str = "2026-01-15";

pub(super) fn get(operation: &str, account: &str, more: &str) -> Ask {
    Ask::get(&format!(
        "/v2/statement/{operation}?accountNumber={account}{more}"
    ))
}

async fn increment(sandbox: &Sandbox, account: &str, more: &str) -> Reply {
    api(sandbox, get("increment", account, more)).await
}

pub(super) fn rows(reply: &Reply) -> Vec<Value> {
    reply.json()["transactions"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", reply.body))
        .clone()
}

#[tokio::test]
async fn a_day_is_read_page_by_page() {
    let sandbox = plain().await;
    let account = sandbox.sber().account(sber::QUIET_ACCOUNT);
    account.live(
        &Life::on(date!(2026 - 01 - 14))
            .rows_per_day(230)
            .removed(0, 0),
    );
    let page = |number: u64| {
        let more = format!("&statementDate=2026-01-14&page={number}");
        api(&sandbox, get("transactions", sber::QUIET_ACCOUNT, &more))
    };
    let mut ids = Vec::new();
    for (number, rels) in [
        (1, vec!["next"]),
        (2, vec!["next", "prev"]),
        (3, vec!["prev"]),
    ] {
        let reply = page(number).await;
        let body = reply.json();
        let seen: Vec<&str> = body["_links"]
            .as_array()
            .unwrap()
            .iter()
            .map(|link| link["rel"].as_str().unwrap())
            .collect();
        assert_eq!(seen, rels);
        ids.extend(rows(&reply).iter().map(|row| row["operationId"].clone()));
    }
    let first = page(1).await.json();
    let next = format!(
        "?accountNumber={}&statementDate=2026-01-14&page=2",
        sber::QUIET_ACCOUNT
    );
    assert_eq!(first["_links"][0]["href"], next.as_str());
    ids.sort_by_key(|id| id.to_string());
    ids.dedup();
    assert_eq!(ids.len(), 230);
    assert_eq!(refused(&page(4).await), (400, "WORKFLOW_FAULT".to_owned()));
}

#[tokio::test]
async fn the_summary_agrees_with_the_list() {
    let sandbox = plain().await;
    sandbox.clock().advance(Duration::from_secs(5 * 3600));
    for number in [sber::LIVING_ACCOUNT, sber::DOLLAR_ACCOUNT] {
        for day in ["2026-01-13", "2026-01-14", DAY] {
            let more = format!("&statementDate={day}");
            let summary = api(&sandbox, get("summary", number, &more)).await.json();
            let mut sums = [0_i64; 2];
            let mut counts = [0_u64; 2];
            let mut page = 1;
            loop {
                let reply = api(
                    &sandbox,
                    get("transactions", number, &format!("{more}&page={page}")),
                )
                .await;
                for row in rows(&reply) {
                    let at = usize::from(row["direction"] == "DEBIT");
                    sums[at] += hundredths(&row["amount"]["amount"]);
                    counts[at] += 1;
                }
                page += 1;
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
            assert_eq!(summary["creditTransactionsNumber"], counts[0]);
            assert_eq!(summary["debitTransactionsNumber"], counts[1]);
            let amount = |key: &str| hundredths(&summary[key]["amount"]);
            assert_eq!([amount("creditTurnover"), amount("debitTurnover")], sums);
            assert_eq!(
                amount("closingBalance") - amount("openingBalance"),
                sums[0] - sums[1]
            );
            let rouble = number == sber::LIVING_ACCOUNT;
            assert_eq!(summary["openingRate"].is_null(), rouble);
            assert_eq!(
                summary["openingBalance"]["currencyName"],
                if rouble { "RUR" } else { "USD" }
            );
        }
    }
}

/// Sums of this size are exact in every form that serde knows.
fn hundredths(amount: &Value) -> i64 {
    let text = amount.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let part: String = format!("{part}0").chars().take(2).collect();
    whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap()
}

#[tokio::test]
async fn operations_arrive_change_and_disappear() {
    let sandbox = plain().await;
    let account = sandbox.sber().account(sber::QUIET_ACCOUNT);
    let ten = datetime!(2026-01-15 10:00 UTC);
    let first = account.post(Entry::debit(1_234).purpose("аренда").arrives(ten));
    account.change(
        first,
        Edit::new()
            .at(ten + Duration::from_secs(3600))
            .amount(1_235),
    );
    let second = account.post(Entry::credit(5).arrives(ten));
    account.remove(
        second,
        Removal::marked().at(ten + Duration::from_secs(7200)),
    );
    let third = account.post(Entry::credit(7).arrives(ten));
    account.remove(third, Removal::silent().at(ten + Duration::from_secs(7200)));

    assert_eq!(since(&sandbox, "2026-01-15T00:00:00").await.len(), 0);
    sandbox.clock().advance(Duration::from_secs(3600));
    let seen = since(&sandbox, "2026-01-15T10:00:00.000").await;
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[2]["amount"]["amount"].to_string(), "12.34");
    assert_eq!(seen[2]["paymentPurpose"], "аренда");
    assert_eq!(since(&sandbox, "2026-01-15T10:00:01").await.len(), 0);
    sandbox.clock().advance(Duration::from_secs(3600));
    let seen = since(&sandbox, "2026-01-15T10:00:01").await;
    assert_eq!(
        (seen.len(), seen[0]["amount"]["amount"].to_string()),
        (1, "12.35".to_owned())
    );
    assert_eq!(seen[0]["lastModifiedTime"], "2026-01-15T11:00:00");
    sandbox.clock().advance(Duration::from_secs(3600));
    let seen = since(&sandbox, "2026-01-15T12:00:00").await;
    assert_eq!((seen.len(), &seen[0]["outdatedDoc"]), (1, &json!(true)));
    assert_eq!(
        seen[0]["operationId"].as_str(),
        account.operation_id(second).as_deref()
    );

    let day = api(
        &sandbox,
        get(
            "transactions",
            sber::QUIET_ACCOUNT,
            &format!("&statementDate={DAY}"),
        ),
    )
    .await;
    assert_eq!(rows(&day).len(), 1);
    let history = account.history(date!(2026 - 01 - 15));
    assert_eq!(
        serde_json::from_str::<Value>(&history[0].json).unwrap(),
        rows(&day)[0]
    );
    assert_eq!(account.listed(date!(2026 - 01 - 15)), history);
    assert_eq!(
        account.totals(date!(2026 - 01 - 15)).closing,
        100_000 - 1_235
    );
    let window = "&lastModifyDate=2026-01-15T10:00:00&lastModifyDateTo=2026-01-15T11:59:59";
    assert_eq!(
        rows(&increment(&sandbox, sber::QUIET_ACCOUNT, window).await).len(),
        1
    );
    let all = increment(
        &sandbox,
        sber::QUIET_ACCOUNT,
        &format!("&statementDate={DAY}"),
    )
    .await;
    assert_eq!(rows(&all).len(), 2, "the outdated one is shown");
    assert_eq!(all.json()["reloadTime"], "2026-01-15T12:00:00.000Z");
}

/// The operations of an increment of the quiet account since a moment.
async fn since(sandbox: &Sandbox, moment: &str) -> Vec<Value> {
    let more = format!("&lastModifyDate={moment}");
    rows(&increment(sandbox, sber::QUIET_ACCOUNT, &more).await)
}

#[tokio::test]
async fn late_rows_and_forged_times_are_shown_as_they_are() {
    let sandbox = plain().await;
    let account = sandbox.sber().account(sber::QUIET_ACCOUNT);
    account.post(Entry::credit(1).modified(datetime!(2026-01-15 08:00 UTC)));
    assert_eq!(since(&sandbox, "2026-01-15T08:30:00").await.len(), 0);
    assert_eq!(since(&sandbox, "2026-01-15T07:59:00").await.len(), 1);
}

#[tokio::test]
async fn pages_shift_while_they_are_read() {
    for (order, repeated) in [(RowOrder::NewestFirst, 1), (RowOrder::OldestFirst, 0)] {
        let sandbox = plain().await;
        sandbox.sber().adjust(|settings| {
            settings.page_rows = 2;
            settings.row_order = order;
        });
        let account = sandbox.sber().account(sber::QUIET_ACCOUNT);
        for second in 0..4 {
            account.post(
                Entry::credit(1)
                    .booked(datetime!(2026-01-15 08:00 UTC) + Duration::from_secs(second)),
            );
        }
        let page = async |number: u64| {
            let more = format!("&statementDate={DAY}&page={number}");
            rows(&api(&sandbox, get("transactions", sber::QUIET_ACCOUNT, &more)).await)
        };
        let first = page(1).await;
        account.post(Entry::credit(1));
        let second = page(2).await;
        let twice = second.iter().filter(|row| first.contains(row)).count();
        assert_eq!(twice, repeated, "{order:?}");
    }
}

#[tokio::test]
async fn budget_codes_come_in_all_forms() {
    let sandbox = plain().await;
    let account = sandbox.sber().account(sber::QUIET_ACCOUNT);
    for form in [Budget::Texts, Budget::Numbers, Budget::HugeNumber] {
        account.post(Entry::debit(1).budget(form));
    }
    let reply = increment(
        &sandbox,
        sber::QUIET_ACCOUNT,
        &format!("&statementDate={DAY}"),
    )
    .await;
    for text in [
        r#""kbk":"01810807081011000110","oktmo":"01701000""#,
        r#""kbk":18210102010011000110,"oktmo":1701000"#,
        r#""kbk":39210102010011000110"#,
        r#""uip":1234567890123456789012345"#,
    ] {
        assert!(reply.body.contains(text), "{text}");
    }
    sandbox
        .sber()
        .adjust(|settings| settings.amounts_as_text = true);
    let reply = increment(
        &sandbox,
        sber::QUIET_ACCOUNT,
        &format!("&statementDate={DAY}"),
    )
    .await;
    assert!(
        reply
            .body
            .contains(r#""amount":{"amount":"0.01","currencyName":"RUR"}"#)
    );
}

#[tokio::test]
async fn foreign_money_comes_in_the_block_that_was_asked_for() {
    let sandbox = plain().await;
    let account = sandbox.sber().open_account(sber::USER, Currency::Dollar, 0);
    account.post(Entry::credit(7_000));
    let row = async |more: &str| {
        let more = format!("&statementDate={DAY}{more}");
        rows(&increment(&sandbox, account.number(), &more).await)
    };
    let own = row("").await[0].clone();
    assert_eq!(own["curTransfer"]["instructedAmount"], "USD70,00");
    assert_eq!(own.get("swiftTransfer"), None);
    assert_ne!(own["amount"]["amount"], own["amountRub"]["amount"]);
    let swift = row("&curFormat=swiftTransfer").await[0].clone();
    assert_eq!(swift["swiftTransfer"]["exchangeRate"], "67,74");
}

#[tokio::test]
async fn one_operation_is_found_in_both_forms() {
    let sandbox = plain().await;
    let account = sandbox.sber().account(sber::QUIET_ACCOUNT);
    let id = account
        .operation_id(account.post(Entry::credit(9)))
        .unwrap();
    let uuid = account.history(date!(2026 - 01 - 15))[0]
        .uuid
        .clone()
        .unwrap();
    let ask = |more: &str| api(&sandbox, get("transactionId", sber::QUIET_ACCOUNT, more));
    for more in [
        format!("&statementDate={DAY}&operationId={id}"),
        format!("&operationDate={DAY}&id={id}"),
        format!("&operationDate={DAY}&id={uuid}"),
    ] {
        assert_eq!(ask(&more).await.json()["operationId"], id.as_str());
    }
    let mixed = ask(&format!("&statementDate={DAY}&operationId={id}&id={id}")).await;
    assert_eq!(check(&mixed), "id: must not come together with operationId");
    let none = ask(&format!("&statementDate={DAY}&operationId=1")).await;
    assert_eq!(refused(&none), (404, "DATA_NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn days_begin_where_the_settings_say_and_a_skew_is_in_the_date_only() {
    let sandbox = plain().await;
    sandbox.clock().advance(Duration::from_secs(13 * 3600));
    assert_eq!(sandbox.sber().today(), date!(2026 - 01 - 15));
    sandbox
        .sber()
        .adjust(|settings| settings.offset = offset!(+3));
    assert_eq!(sandbox.sber().today(), date!(2026 - 01 - 16));
    sandbox
        .sber()
        .account(sber::QUIET_ACCOUNT)
        .post(Entry::credit(1));
    sandbox.clock().skew(-7200);
    let reply = increment(&sandbox, sber::QUIET_ACCOUNT, "&statementDate=2026-01-16").await;
    assert_eq!(reply.header("date"), Some("Thu, 15 Jan 2026 20:00:00 GMT"));
    assert_eq!(rows(&reply)[0]["lastModifiedTime"], "2026-01-16T01:00:00");
}

#[tokio::test]
async fn equal_seeds_live_equal_lives() {
    let mut lives = Vec::new();
    for seed in [7, 7, 8] {
        let sandbox = Sandbox::builder().seed(seed).plain().start().await.unwrap();
        let token = sandbox.sber().grant_all().access_token;
        let more = "&statementDate=2026-01-14&page=2";
        let request = get("transactions", sber::LIVING_ACCOUNT, more).token(&token);
        lives.push(on(&sandbox, Host::SberApi, request).await.body);
    }
    assert_eq!(lives[0], lives[1]);
    assert_ne!(lives[0], lives[2]);
}
