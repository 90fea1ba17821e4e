//! The bank's own test stand: the contract and fixed answers, nothing else.

use rubank_sandbox::{Host, tbank};
use serde_json::json;

use super::{
    CORRELATION, SALARY, SELF_EMPLOYED, action, create, error, hasty, line, pay, post, result, send,
};
use crate::wire::Ask;

#[tokio::test]
async fn every_method_answers_and_nothing_happens() {
    use Host::{TBankRegistryTestOpen as Open, TBankRegistryTestSecured as Secured};

    let sandbox = hasty().await;
    let lines = [line(1, "40817810000000000001", "1500.50")];
    let mut theirs = lines[0].clone();
    theirs.as_object_mut().unwrap().remove("employeeInfo");
    theirs["selfEmployedInfo"] = json!({"firstName": "Ольга", "lastName": "Примерова"});
    let at_once = json!({"correlationId": CORRELATION, "payments": lines});
    let theirs = json!({"correlationId": CORRELATION, "payments": [theirs]});
    let cancel = json!({"correlationId": CORRELATION, "paymentOrderNumber": 5});
    let key = json!({"correlationId": CORRELATION});
    let salary = |path: &str| format!("{SALARY}{path}");
    let own = |path: &str| format!("{SELF_EMPLOYED}{path}");
    let requests = [
        (Secured, pay("a", 5, &json!({}))),
        (Secured, Ask::get("/api/v1/payment/a")),
        (Open, create("FAIL_ERRORS", &lines)),
        (Open, result(&salary("/create/result"), CORRELATION)),
        (Secured, action(&salary("/submit"), CORRELATION, 5)),
        (Secured, result(&salary("/submit/result"), CORRELATION)),
        (Secured, post(&salary("/create-submit"), &at_once)),
        (
            Secured,
            result(&salary("/create-submit/result"), CORRELATION),
        ),
        (Secured, post(&salary("/list"), &json!({}))),
        (Secured, post(&salary("/cancel"), &cancel)),
        (Secured, result(&salary("/cancel/result"), CORRELATION)),
        (Open, Ask::get(&salary("/77"))),
        (Open, post(&own("/create"), &theirs)),
        (Open, result(&own("/create/result"), CORRELATION)),
        (Secured, action(&own("/submit"), CORRELATION, 5)),
        (Secured, result(&own("/submit/result"), CORRELATION)),
        (Secured, action(&own("/pay"), CORRELATION, 5)),
        (Secured, post(&own("/pay/result"), &key)),
        (Secured, action(&own("/receipts"), CORRELATION, 5)),
        (Secured, post(&own("/list"), &json!({}))),
        (Open, Ask::get(&own("/77"))),
    ];
    for (host, request) in requests {
        let request = request.token(tbank::TEST_STAND_TOKEN);
        let first = send(&sandbox, host, request.clone()).await.reply();
        assert_eq!(first.status, 200, "{}", first.body);
        assert!(first.json().is_object());
        assert_eq!(first.header("x-request-id").map(str::len), Some(36));
        assert_eq!(send(&sandbox, host, request).await.reply().body, first.body);
    }
    let mut seen: Vec<_> = sandbox
        .calls()
        .iter()
        .filter_map(|call| call.operation)
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 21);
    assert!(sandbox.ledger().entries().is_empty());
}

#[tokio::test]
async fn it_knows_one_token_and_the_contract() {
    let sandbox = hasty().await;
    let host = Host::TBankRegistryTestSecured;
    let good = pay("a", 5, &json!({}));
    for request in [good.clone(), good.clone().token(tbank::TOKEN)] {
        let reply = send(&sandbox, host, request).await.reply();
        assert_eq!(
            error(&reply),
            (401, tbank::code::AUTHENTICATION_ERROR.to_owned())
        );
    }
    let bad = pay("a", 5, &json!({"documentNumber": 1_000_000}));
    let reply = send(&sandbox, host, bad.token(tbank::TEST_STAND_TOKEN))
        .await
        .reply();
    assert_eq!(error(&reply), (400, tbank::code::INVALID_DATA.to_owned()));
    assert!(reply.json()["errorDetails"]["documentNumber"].is_string());
}
