//! Money: links, drafts, states, and what the ledger says.

use std::time::Duration;

use rubank_sandbox::alfa::{self, LinkKind};
use rubank_sandbox::{Fault, FaultRule, Moment, Sandbox};
use serde_json::json;

use crate::wire::{Ask, LIST, Seen, ask, call, pay, pay_once, plain, token};

fn execute(id: &str) -> Ask {
    let body = json!({
        "client": {"b2bClientId": alfa::B2B_CLIENT_ID, "partnerId": 100},
        "signatures": [{"base64Encoded": "c2FuZGJveA==", "signatureType": "KEP", "certificateUuid": "1"}],
    });
    Ask::send(
        "PUT",
        &format!("/api/sbp/jp/v1/outgoing-payments/{id}"),
        &body.to_string(),
    )
}

async fn status(sandbox: &Sandbox, id: &str) -> String {
    let path = format!(
        "/api/sbp/jp/v1/outgoing-payments/{id}/status?b2bClientId={}",
        alfa::B2B_CLIENT_ID
    );
    call(sandbox, Ask::get(&path)).await.json()["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_one_time_link_is_paid_once() {
    let sandbox = plain().await;
    let reply = call(&sandbox, pay_once()).await;
    assert_eq!(reply.status, 201);
    assert_eq!(reply.json()["status"], "DRAFT");
    assert_eq!(reply.json()["qrcId"], alfa::ONETIME_LINK);
    assert_eq!(reply.json()["commission"], 123);
    let id = reply.json()["outgoingPaymentId"]
        .as_str()
        .unwrap()
        .to_owned();

    let again = call(&sandbox, pay_once()).await;
    assert_eq!(again.error().0, 409);
    assert_eq!(again.error().1, "conflict");

    let ledger = sandbox.ledger();
    assert_eq!(ledger.paid(alfa::ONETIME_LINK), 1);
    assert_eq!(ledger.total_kopecks(), 123_456);
    let [first, second] = ledger.entries() else {
        panic!("{ledger:?}")
    };
    assert_eq!(
        (first.status, first.moved, second.status, second.moved),
        (201, true, 409, false)
    );
    assert_eq!(first.payer_account, "*1130");
    assert_eq!(first.fingerprint, second.fingerprint, "equal bytes");
    assert_eq!((first.sequence, second.sequence), (1, 2));

    for (seconds, expected) in [(0, "DRAFT"), (1, "SENDING_MESSAGE"), (4, "COMPLETE")] {
        sandbox.clock().advance(Duration::from_secs(seconds));
        assert_eq!(status(&sandbox, &id).await, expected);
    }
    let listed = call(
        &sandbox,
        Ask::get(&format!("{LIST}&qrcId={}", alfa::ONETIME_LINK)),
    )
    .await;
    assert_eq!(listed.json()["payments"][0]["outgoingPaymentId"], id);
    assert_eq!(listed.json()["payments"][0]["status"], "COMPLETE");
}

#[tokio::test]
async fn a_reusable_link_is_paid_any_number_of_times() {
    let sandbox = plain().await;
    for amount in [1, 500] {
        assert_eq!(
            call(&sandbox, pay(alfa::REUSABLE_LINK, amount))
                .await
                .status,
            201
        );
    }
    let link = sandbox.alfa().add_link(LinkKind::OneTime, 7);
    assert_eq!(call(&sandbox, pay(&link, 7)).await.status, 201);
    assert_eq!(sandbox.ledger().paid(alfa::REUSABLE_LINK), 2);
    assert_eq!(sandbox.ledger().total_kopecks(), 508);
}

#[tokio::test]
async fn a_draft_is_executed_once() {
    let sandbox = plain().await;
    let mut drafts = vec![alfa::DRAFT.to_owned(), sandbox.alfa().add_draft(900)];
    let route = sandbox.overrides().next().unwrap().clone();
    assert_eq!((route.operation, route.method), (alfa::CREATE, "POST"));
    let body = json!({
        "client": {"b2bClientId": alfa::B2B_CLIENT_ID, "partnerId": 100},
        "qrcId": alfa::REUSABLE_LINK,
        "payerAccount": alfa::PAYER_ACCOUNT,
        "amount": 300,
        "paymentPurpose": "x",
        "takeTax": true,
        "taxAmount": 50,
    });
    let created = call(&sandbox, Ask::send("POST", route.path, &body.to_string())).await;
    assert_eq!(created.status, 201);
    drafts.push(
        created.json()["outgoingPaymentId"]
            .as_str()
            .unwrap()
            .to_owned(),
    );

    for id in &drafts {
        sandbox.clock().advance(Duration::from_secs(60));
        assert_eq!(status(&sandbox, id).await, "DRAFT", "it waits");
        let listed = call(
            &sandbox,
            Ask::get(&format!("{LIST}&outgoingPaymentId={id}")),
        )
        .await;
        assert_eq!(
            listed.json()["pagination"]["totalCount"],
            0,
            "and is not listed"
        );
        assert_eq!(call(&sandbox, execute(id)).await.status, 200);
        sandbox.clock().advance(Duration::from_secs(5));
        assert_eq!(status(&sandbox, id).await, "COMPLETE");
        assert_eq!(call(&sandbox, execute(id)).await.error().1, "conflict");
        assert_eq!(sandbox.ledger().paid(id), 1);
    }
    assert_eq!(sandbox.ledger().total_kopecks(), 50_000 + 900 + 300);
}

#[tokio::test]
async fn a_declined_payment_moves_nothing() {
    let sandbox = plain().await;
    sandbox.alfa().decline(alfa::ONETIME_LINK);
    let reply = call(&sandbox, pay_once()).await;
    assert_eq!(reply.status, 201);
    sandbox.clock().advance(Duration::from_secs(5));
    let id = reply.json()["outgoingPaymentId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(status(&sandbox, &id).await, "ERROR");
    assert_eq!(sandbox.ledger().paid(alfa::ONETIME_LINK), 0);
    assert_eq!(sandbox.ledger().entries().len(), 1);
}

#[tokio::test]
async fn links_tell_their_kind() {
    let sandbox = plain().await;
    for (link, kind) in [
        (alfa::ONETIME_LINK, "ONETIME"),
        (alfa::REUSABLE_LINK, "REUSABLE"),
    ] {
        let path = format!("/api/sbp/jp/v1/payment-urls/{link}/data");
        let data = call(&sandbox, Ask::get(&path)).await.json();
        assert_eq!(
            (data["qrcId"].as_str(), data["qrcType"].as_str()),
            (Some(link), Some(kind))
        );
        assert!(data["amount"].is_u64());
    }
}

#[tokio::test]
async fn the_ledger_knows_what_a_lost_answer_did() {
    for (moment, paid) in [(Moment::BeforeWork, 0), (Moment::AfterWork, 1)] {
        let sandbox = plain().await;
        sandbox
            .faults()
            .push(FaultRule::on(alfa::ONE_STEP_PAY, Fault::Close(moment)));
        let token = token(&sandbox).await;
        assert_eq!(
            ask(&sandbox, &pay_once().token(&token)).await,
            Seen::Nothing
        );
        assert_eq!(sandbox.ledger().paid(alfa::ONETIME_LINK), paid);
    }
}
