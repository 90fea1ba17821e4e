//! The self-employed: their own payment and its result, and what they share with employees.

use rubank_sandbox::tbank::{self, RegistryKind};
use serde_json::{Value, json};

use super::{
    CORRELATION, SELF_EMPLOYED, action, advance, error, hasty, open, post, result, secured,
};
use crate::wire::Ask;

const OTHER: &str = "5a4db0c5-0000-4000-8000-000000000002";

fn pay(correlation: &str, registry: u64) -> Ask {
    action(&format!("{SELF_EMPLOYED}/pay"), correlation, registry)
}

async fn paid(sandbox: &rubank_sandbox::Sandbox, correlation: &str) -> Value {
    let ask = post(
        &format!("{SELF_EMPLOYED}/pay/result"),
        &json!({"correlationId": correlation}),
    );
    secured(sandbox, ask).await.json()
}

#[tokio::test]
async fn created_signed_paid_and_asked_for_receipts() {
    let sandbox = hasty().await;
    let line = json!({
        "number": 1,
        "accountNumber": "40817810000000000003",
        "paymentPurpose": "Оплата услуг",
        "selfEmployedInfo": {"firstName": "Ольга", "lastName": "Примерова"},
        "sum": 1500.50,
        "collectionAmount": 100,
    });
    let body = json!({"correlationId": CORRELATION, "taxHolding": true, "payments": [line]});
    assert_eq!(
        open(&sandbox, post(&format!("{SELF_EMPLOYED}/create"), &body))
            .await
            .status,
        200
    );
    advance(&sandbox, 2);
    let ask = result(&format!("{SELF_EMPLOYED}/create/result"), CORRELATION);
    let id = open(&sandbox, ask).await.json()["paymentRegistryId"]
        .as_u64()
        .unwrap();
    secured(
        &sandbox,
        action(&format!("{SELF_EMPLOYED}/submit"), CORRELATION, id),
    )
    .await;
    advance(&sandbox, 2);
    let ask = result(&format!("{SELF_EMPLOYED}/submit/result"), CORRELATION);
    assert_eq!(secured(&sandbox, ask).await.json()["status"], "ACCEPTED");

    let receipts = |correlation| action(&format!("{SELF_EMPLOYED}/receipts"), correlation, id);
    let early = error(&secured(&sandbox, receipts(OTHER)).await);
    assert_eq!(early, (422, tbank::code::REGISTRY_NOT_PAID.to_owned()));

    let reply = secured(&sandbox, pay(CORRELATION, id)).await;
    assert_eq!(
        (reply.status, reply.json()),
        (200, json!({"correlationId": CORRELATION}))
    );
    for (seconds, state, line) in [
        (0, "SEND_IN_PROGRESS", "IN_PROGRESS"),
        (2, "SENT", "SENT"),
        (3, "EXECUTED", "EXECUTED"),
    ] {
        advance(&sandbox, seconds);
        let shown = paid(&sandbox, CORRELATION).await;
        assert_eq!(
            (&shown["status"], &shown["count"]),
            (&json!(state), &json!(1))
        );
        assert_eq!(shown["paymentResults"][0]["paymentStatus"], line);
    }
    let reply = open(&sandbox, Ask::get(&format!("{SELF_EMPLOYED}/{id}"))).await;
    assert!(
        reply.body.contains(r#""collectionAmount":100.00"#),
        "{}",
        reply.body
    );
    assert_eq!(
        reply.json()["payments"][0]["selfEmployedInfo"]["firstName"],
        "Ольга"
    );
    let reply = secured(&sandbox, receipts(OTHER)).await;
    assert_eq!(reply.json(), json!({"correlationId": OTHER}));
    assert_eq!(
        (
            sandbox.ledger().paid(CORRELATION),
            sandbox.ledger().total_kopecks()
        ),
        (1, 150_050)
    );
}

#[tokio::test]
async fn a_repeated_payment_moves_money_once() {
    let sandbox = hasty().await;
    let id = tbank::SELF_EMPLOYED_REGISTRY;
    assert_eq!(secured(&sandbox, pay(CORRELATION, id)).await.status, 200);
    assert_eq!(secured(&sandbox, pay(CORRELATION, id)).await.status, 200);
    let reply = secured(
        &sandbox,
        pay(CORRELATION, tbank::SELF_EMPLOYED_DRAFT_REGISTRY),
    )
    .await;
    assert_eq!(
        error(&reply),
        (422, tbank::code::DUPLICATE_CORRELATION_ID.to_owned())
    );
    let reply = secured(&sandbox, pay(OTHER, id)).await;
    assert_eq!(
        error(&reply),
        (422, tbank::code::REGISTRY_NOT_ACCEPTED.to_owned())
    );
    assert_eq!(sandbox.ledger().paid(CORRELATION), 1);
    assert_eq!(sandbox.ledger().entries().len(), 4);
}

#[tokio::test]
async fn refusals_and_failures_of_their_own_payment() {
    let sandbox = hasty().await;
    let bank = sandbox.tbank();
    let employees = secured(&sandbox, pay(CORRELATION, tbank::ACCEPTED_REGISTRY)).await;
    assert_eq!(
        error(&employees),
        (422, tbank::code::REGISTRY_NOT_FOUND.to_owned())
    );
    bank.set_funds(99);
    let id = bank.add_registry(RegistryKind::SelfEmployed, &[60, 40]);
    let poor = secured(&sandbox, pay(CORRELATION, id)).await;
    assert_eq!(
        error(&poor),
        (422, tbank::code::INSUFFICIENT_FUNDS.to_owned())
    );

    bank.add_funds(1);
    bank.fail_debits(1);
    assert_eq!(secured(&sandbox, pay(CORRELATION, id)).await.status, 200);
    advance(&sandbox, 5);
    let shown = paid(&sandbox, CORRELATION).await;
    assert_eq!(shown["status"], "ERROR");
    assert_eq!(shown["error"]["errorCode"], tbank::code::DEBIT_FAILED);

    bank.reject_line(id, 2);
    assert_eq!(secured(&sandbox, pay(OTHER, id)).await.status, 200);
    advance(&sandbox, 5);
    let shown = paid(&sandbox, OTHER).await;
    assert_eq!(shown["status"], "PART_EXEC");
    assert_eq!(shown["paymentResults"][0]["paymentStatus"], "EXECUTED");
    assert_eq!(shown["paymentResults"][1]["paymentStatus"], "ERROR");
    assert!(shown["paymentResults"][1]["errors"][0]["errorDescription"].is_string());
}

#[tokio::test]
async fn the_families_do_not_see_each_other() {
    let sandbox = hasty().await;
    let reply = open(
        &sandbox,
        Ask::get(&format!("{SELF_EMPLOYED}/{}", tbank::ACCEPTED_REGISTRY)),
    )
    .await;
    assert_eq!(
        error(&reply),
        (422, tbank::code::REGISTRY_NOT_FOUND.to_owned())
    );
    let list = post(
        &format!("{SELF_EMPLOYED}/list"),
        &json!({"statuses": ["DRAFT"]}),
    );
    let rows = secured(&sandbox, list).await.json();
    assert_eq!(
        rows["paymentOrders"][0]["number"],
        tbank::SELF_EMPLOYED_DRAFT_REGISTRY
    );
    assert_eq!(rows["paymentOrders"].as_array().unwrap().len(), 1);
}
