//! The generic faults strike here as everywhere.

use rubank_sandbox::{Fault, FaultRule, Host, Moment, tbank};
use serde_json::{Value, json};

use super::{SALARY, error, hasty, open, pay, secured, send, status};
use crate::wire::{Ask, Seen};

#[tokio::test]
async fn a_lost_answer_leaves_one_payment() {
    for (moment, paid) in [(Moment::BeforeWork, 0), (Moment::AfterWork, 1)] {
        let sandbox = hasty().await;
        sandbox
            .faults()
            .push(FaultRule::on(tbank::PAY_REGISTRY, Fault::Close(moment)).call(1));
        let request = pay("a", 5, &json!({})).token(tbank::TOKEN);
        let seen = send(&sandbox, Host::TBankRegistrySecured, request.clone()).await;
        assert_eq!(seen, Seen::Nothing);
        assert_eq!(sandbox.ledger().paid("a"), paid);
        let _ = send(&sandbox, Host::TBankRegistrySecured, request).await;
        assert_eq!(sandbox.ledger().paid("a"), 1);
        assert_eq!(status(&sandbox, "a").await["status"], "IN_PROGRESS");
        assert!(sandbox.faults().unplayed().is_empty());
    }
}

#[tokio::test]
async fn answers_are_bent() {
    let sandbox = hasty().await;
    let card = || Ask::get(&format!("{SALARY}/5"));
    let strike = |operation, fault| {
        sandbox
            .faults()
            .push(FaultRule::on(operation, fault).next(1))
    };

    strike(tbank::SALARY_CARD, Fault::UnknownEnumValue);
    let shown = open(&sandbox, card()).await.json();
    assert_eq!(shown["status"], "SANDBOX_UNHEARD_OF");
    assert_eq!(shown["payments"][1]["status"], "SANDBOX_UNHEARD_OF");
    strike(tbank::SALARY_CARD, Fault::UnknownField);
    assert!(open(&sandbox, card()).await.json()["payments"][0]["sandboxExtra"].is_object());
    strike(tbank::SALARY_CARD, Fault::TruncatedJson);
    let body = open(&sandbox, card()).await.body;
    assert!(serde_json::from_str::<Value>(&body).is_err());
    strike(
        tbank::SALARY_CARD,
        Fault::Html {
            status: 502,
            moment: Moment::BeforeWork,
        },
    );
    assert_eq!(
        open(&sandbox, card()).await.header("content-type"),
        Some("text/html")
    );

    strike(
        tbank::PAY_REGISTRY,
        tbank::internal_error(Moment::AfterWork),
    );
    let reply = secured(&sandbox, pay("a", 5, &json!({}))).await;
    assert_eq!(
        (reply.status, reply.json()["errorCode"].as_str()),
        (500, Some("INTERNAL_ERROR"))
    );
    assert_eq!(sandbox.ledger().paid("a"), 1);
    let again = secured(&sandbox, pay("a", 5, &json!({}))).await;
    assert_eq!(
        error(&again),
        (422, tbank::code::DUPLICATE_PAYMENT_ID.to_owned())
    );
}
