//! Generic faults strike here as everywhere.

use rubank_sandbox::{Fault, FaultRule, Moment, payouts};
use serde_json::{Value, json};

use super::{KEY, call, get, hasty, paid, pay, seen};
use crate::wire::{Ask, Seen};

#[tokio::test]
async fn answers_are_bent() {
    let sandbox = hasty().await;
    let who = json!({"contractor_id": payouts::SELF_EMPLOYED});
    let id = pay(&sandbox, KEY, "100", &who).await.json()["item"]["id"].clone();
    super::advance(&sandbox, 120);
    let path = format!("/payments/{id}");
    let strike = |fault| {
        let rule = FaultRule::on(payouts::GET_PAYMENT, fault).next(1);
        sandbox.faults().push(rule);
    };
    strike(Fault::UnknownEnumValue);
    let shown = get(&sandbox, &path).await.json()["item"].clone();
    assert_eq!(shown["status"]["id"], 99, "an object stays an object");
    assert_eq!(shown["status"]["theme"], "SANDBOX_UNHEARD_OF");
    assert_eq!(shown["receipt"]["status"], "SANDBOX_UNHEARD_OF");
    strike(Fault::UnknownField);
    let shown = get(&sandbox, &path).await.json();
    assert!(shown["item"]["contractor"]["sandboxExtra"].is_object());
    strike(Fault::TruncatedJson);
    let body = get(&sandbox, &path).await.body;
    assert!(serde_json::from_str::<Value>(&body).is_err());
    strike(payouts::internal_error(Moment::AfterWork));
    let reply = get(&sandbox, &path).await;
    assert_eq!(
        (reply.status, &reply.json()["error"]["code"]),
        (500, &json!(500))
    );
    strike(Fault::CutBody);
    assert!(!get(&sandbox, &path).await.complete);
    assert!(sandbox.faults().unplayed().is_empty());
}

#[tokio::test]
async fn a_fault_that_finds_nothing_to_bend_has_not_struck() {
    let sandbox = hasty().await;
    paid(&sandbox, KEY, "100").await;
    let rule = FaultRule::on(payouts::LIST_PAYMENTS, Fault::RepeatedPage);
    sandbox.faults().push(rule);
    let last_fault = || sandbox.calls().last().and_then(|call| call.fault);
    get(&sandbox, "/payments").await;
    assert_eq!(last_fault(), None, "no page was asked for");
    assert_eq!(sandbox.faults().unplayed().len(), 1);
    get(&sandbox, "/payments?page=2").await;
    assert_eq!(last_fault(), Some("repeated-page"));
    assert!(sandbox.faults().unplayed().is_empty());
}

#[tokio::test]
async fn a_lost_repeat_is_an_attempt_all_the_same() {
    let sandbox = hasty().await;
    sandbox
        .payouts()
        .end_attempt(1, payouts::PaymentEnd::Failed);
    let id = paid(&sandbox, KEY, "100").await;
    super::advance(&sandbox, 90);
    let rule = FaultRule::on(payouts::REPEAT_PAYMENT, Fault::Reset(Moment::AfterWork)).call(1);
    sandbox.faults().push(rule);
    let repeat = || Ask::send("POST", &format!("/payments/{id}/repeat"), "");
    assert_eq!(seen(&sandbox, repeat()).await, Seen::Reset);
    assert_eq!(
        call(&sandbox, repeat()).await.status,
        422,
        "it is in processing"
    );
    assert_eq!(sandbox.ledger().paid(KEY), 1);
}

#[tokio::test]
async fn a_lost_certificate_payment_is_found() {
    for (moment, paid) in [(Moment::BeforeWork, 0), (Moment::AfterWork, 1)] {
        let sandbox = hasty().await;
        let rule = FaultRule::on(payouts::PAY_CERTIFICATE, Fault::Close(moment)).call(1);
        sandbox.faults().push(rule);
        let key = "9f0bb7b7-e5cd-4725-8080-4c230ec702ad";
        let body = json!({"requisite_id": 2, "idempotency_key": key}).to_string();
        let request = Ask::send("POST", "/acceptance-certificates/1/payments", &body);
        assert_eq!(seen(&sandbox, request).await, Seen::Nothing);
        assert_eq!(sandbox.ledger().paid(key), paid);
        let shown = get(&sandbox, "/acceptance-certificates/1").await.json();
        assert_eq!(shown["item"]["payment"].is_object(), paid == 1);
    }
}
