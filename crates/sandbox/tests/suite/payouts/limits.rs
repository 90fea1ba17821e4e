//! Balances, limits of branches, receipts: what hangs on a payment.

use rubank_sandbox::payouts::{self, PaymentEnd};
use serde_json::json;

use super::{advance, get, hasty, item, paid, pay, refused, wrong};

#[tokio::test]
async fn a_balance_freezes_and_gives_back() {
    let sandbox = hasty().await;
    let platform = sandbox.payouts();
    platform.end_attempt(1, PaymentEnd::Rejected);
    let path = format!("/contractors/{}/balances", payouts::CONTRACTOR);
    let list = get(&sandbox, &format!("{path}?include=agent")).await.json();
    let id = list["items"][0]["id"].as_u64().unwrap();
    assert_eq!(list["items"][0]["agent"]["id"], payouts::AGENT);
    let held = async || {
        let shown = item(&get(&sandbox, &format!("{path}/{id}")).await);
        (
            shown["balance"].to_string(),
            shown["frozen_balance"].to_string(),
        )
    };
    let of = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let more = json!({"balance_id": id});
    let too_much = pay(&sandbox, "x", "100000.01", &more).await;
    assert_eq!(refused(&too_much), wrong("amount"));

    pay(&sandbox, "a", "40000.01", &more).await;
    assert_eq!(held().await, of("59999.99", "40000.01"));
    advance(&sandbox, 90);
    assert_eq!(held().await, of("100000", "0"), "rejected");
    pay(&sandbox, "b", "100000", &more).await;
    assert_eq!(held().await, of("0", "100000"));
    advance(&sandbox, 90);
    assert_eq!(held().await, of("0", "0"));
    assert!(platform.credit(payouts::CONTRACTOR, payouts::OTHER_AGENT, 5));
    assert_eq!(platform.balance(payouts::CONTRACTOR), Some(5));
    let theirs = json!({"balance_id": id, "contractor_id": payouts::SELF_EMPLOYED});
    let reply = pay(&sandbox, "c", "1", &theirs).await;
    assert_eq!(refused(&reply), wrong("balance_id"));
}

#[tokio::test]
async fn branches_have_limits() {
    let sandbox = hasty().await;
    sandbox.payouts().end_attempt(1, PaymentEnd::Deleted);
    let outcome = async |key: &str, amount: &str, branch: u64| {
        let more = json!({"branch_office_id": branch});
        let reply = pay(&sandbox, key, amount, &more).await;
        if reply.status == 200 {
            return "paid".to_owned();
        }
        reply.json()["error"]["fields"][0]["messages"][0]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let limited = payouts::LIMITED_BRANCH;
    assert_eq!(outcome("0", "250", limited).await, "paid");
    assert!(
        outcome("1", "0.01", limited).await.contains("day"),
        "it may yet be paid"
    );
    advance(&sandbox, 90);
    assert_eq!(
        outcome("2", "250", limited).await,
        "paid",
        "the first was deleted"
    );
    // 12:01:30 in Moscow; the day ends there at 21:00 UTC
    advance(&sandbox, 12 * 3600 - 91);
    assert!(outcome("3", "0.01", limited).await.contains("day"));
    advance(&sandbox, 1);
    assert_eq!(outcome("4", "250", limited).await, "paid");
    let list = get(&sandbox, "/branch-office?include=limits&order=-id")
        .await
        .json();
    let limits = &list["items"][1]["limits"];
    assert_eq!(
        limits[0],
        json!({"type": "limit_daily", "limit": 250, "spending": 250, "isInfinity": false})
    );
    assert_eq!(limits[1]["spending"], 500);
    advance(&sandbox, 86_400);
    assert!(outcome("5", "0.01", limited).await.contains("month"));
    assert!(
        outcome("6", "1", payouts::CLOSED_BRANCH)
            .await
            .contains("active")
    );
    assert_eq!(outcome("7", "1000000", payouts::BRANCH).await, "paid");
    assert_eq!(outcome("8", "1", 99).await, "is not a branch");
}

#[tokio::test]
async fn the_self_employed_get_receipts() {
    let sandbox = hasty().await;
    let platform = sandbox.payouts();
    let who = json!({"contractor_id": payouts::SELF_EMPLOYED, "service_name": "Погрузка"});
    let made = item(&pay(&sandbox, "a", "100", &who).await);
    let id = made["id"].as_u64().unwrap();
    platform.withhold_receipts(true);
    pay(&sandbox, "b", "100", &who).await;
    paid(&sandbox, "c", "100").await;
    let without = json!({"contractor_id": payouts::AWAITING_CONSENT});
    let shown = item(&pay(&sandbox, "d", "100", &without).await);
    assert_eq!(shown["tax_amount"], 0, "no permission, no tax, no receipt");
    advance(&sandbox, 119);
    let receipt = async |key: &str| {
        let path = format!("/payments/customer-payment/{key}");
        item(&get(&sandbox, &path).await)["receipt"].clone()
    };
    assert_eq!(receipt("a").await, json!(null), "paid, but too early");
    advance(&sandbox, 1);
    let shown = receipt("a").await;
    assert_eq!(
        (&shown["status"], &shown["can_cancel"]),
        (&json!("active"), &json!(true))
    );
    let address = shown["links"]["fns_url"].as_str().unwrap();
    assert!(address.contains("\u{7}pi\u{b}1\r"), "{address:?}");
    for key in ["b", "c", "d"] {
        assert_eq!(receipt(key).await, json!(null), "{key}");
    }
    assert!(platform.cancel_receipt(id));
    assert!(!platform.cancel_receipt(id));
    let shown = receipt("a").await;
    assert_eq!(shown["status"], "cancelled");
    assert!(shown["cancel_reason"].is_string());
}
