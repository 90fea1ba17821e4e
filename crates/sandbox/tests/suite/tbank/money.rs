//! Paying a registry by `id`: once, in time, within limits.

use rubank_sandbox::Sandbox;
use rubank_sandbox::tbank::{self, Limits, PayAnswer, RegistryKind, Repeat};
use serde_json::json;

use super::{advance, card, error, hasty, pay, secured, status};
use crate::wire::Reply;

const ID: &str = "salary-2026-01";
const REGISTRY: u64 = tbank::ACCEPTED_REGISTRY;
const TOTAL: u64 = 9_000_010;

async fn pay_once(sandbox: &Sandbox) -> Reply {
    secured(sandbox, pay(ID, REGISTRY, &json!({}))).await
}

fn refused(code: &str) -> (u16, String) {
    (422, code.to_owned())
}

#[tokio::test]
async fn a_registry_is_paid_once() {
    let sandbox = hasty().await;
    let before = sandbox.tbank().funds();
    let reply = pay_once(&sandbox).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
    assert_eq!(sandbox.tbank().funds(), before - TOTAL);
    assert_eq!(status(&sandbox, ID).await, json!({"status": "IN_PROGRESS"}));
    let shown = card(&sandbox, REGISTRY).await;
    assert_eq!(
        (&shown["status"], &shown["payments"][0]["status"]),
        (&json!("PROCESSING"), &json!("ACCEPTED"))
    );

    let again = secured(&sandbox, pay("another-id", REGISTRY, &json!({}))).await;
    assert_eq!(error(&again), refused(tbank::code::REGISTRY_NOT_ACCEPTED));
    let again = pay_once(&sandbox).await;
    assert_eq!(error(&again), refused(tbank::code::DUPLICATE_PAYMENT_ID));

    advance(&sandbox, 5);
    assert_eq!(status(&sandbox, ID).await, json!({"status": "EXECUTED"}));
    let shown = card(&sandbox, REGISTRY).await;
    assert_eq!(
        (&shown["status"], &shown["payments"][1]["status"]),
        (&json!("EXECUTED"), &json!("EXECUTED"))
    );
    let ledger = sandbox.ledger();
    assert_eq!((ledger.paid(ID), ledger.total_kopecks()), (1, TOTAL));
    let [first, other, second] = ledger.entries() else {
        panic!("{ledger:?}")
    };
    assert_eq!(
        (first.status, first.moved, first.amount_kopecks),
        (200, true, TOTAL)
    );
    assert_eq!((other.status, other.moved), (422, false));
    assert_eq!((second.status, second.moved), (422, false));
    assert_eq!(first.payer_account, "*0001");
    assert_eq!(first.fingerprint, second.fingerprint);
    assert_eq!(first.operation, tbank::PAY_REGISTRY);
}

#[tokio::test]
async fn a_repeated_id_does_what_the_switch_says() {
    let other = || pay(ID, REGISTRY, &json!({"documentNumber": 2}));
    for (repeat, for_same, for_different, paid) in [
        (Repeat::Refuse, 422, 422, 1),
        (Repeat::Replay, 200, 422, 1),
        (Repeat::ActAgain, 200, 200, 3),
    ] {
        let sandbox = hasty().await;
        sandbox.tbank().on_repeated_payment(repeat);
        pay_once(&sandbox).await;
        assert_eq!(pay_once(&sandbox).await.status, for_same, "{repeat:?}");
        assert_eq!(
            secured(&sandbox, other()).await.status,
            for_different,
            "{repeat:?}"
        );
        assert_eq!(sandbox.ledger().paid(ID), paid, "{repeat:?}");
        assert_eq!(sandbox.ledger().entries().len(), 3);
    }
}

#[tokio::test]
async fn only_a_signed_registry_is_paid() {
    let sandbox = hasty().await;
    for (registry, code) in [
        (99, tbank::code::REGISTRY_NOT_FOUND),
        (tbank::DRAFT_REGISTRY, tbank::code::REGISTRY_NOT_ACCEPTED),
    ] {
        let reply = secured(&sandbox, pay("a", registry, &json!({}))).await;
        assert_eq!(error(&reply), refused(code));
    }
    let theirs = secured(
        &sandbox,
        pay("b", tbank::SELF_EMPLOYED_REGISTRY, &json!({})),
    )
    .await;
    assert_eq!(theirs.status, 200, "this method pays both families");
    assert_eq!(sandbox.ledger().total_kopecks(), TOTAL);
}

#[tokio::test]
async fn a_success_has_several_forms() {
    for (form, seen) in [
        (PayAnswer::EmptyObject, (200, "{}")),
        (PayAnswer::NoBody, (200, "")),
        (PayAnswer::Created, (201, "")),
    ] {
        let sandbox = hasty().await;
        sandbox.tbank().answer_payments(form);
        let reply = pay_once(&sandbox).await;
        assert_eq!((reply.status, reply.body.as_str()), seen);
        assert_eq!(sandbox.ledger().entries()[0].status, seen.0);
    }
}

#[tokio::test]
async fn meta_comes_back_as_it_was() {
    let sandbox = hasty().await;
    let meta = r#"{"run":{"id":20000000000000000001,"parts":[1.50,null]}}"#;
    let body = format!(
        r#"{{"id":"m","paymentRegistryId":5,"accountNumber":"{}","purpose":"x","meta":{meta}}}"#,
        tbank::COMPANY_ACCOUNT
    );
    let request = super::Ask::send("POST", super::PAY, &body);
    assert_eq!(secured(&sandbox, request).await.status, 200);
    let reply = secured(&sandbox, super::Ask::get("/api/v1/payment/m")).await;
    assert!(reply.body.contains(meta), "{}", reply.body);
}

#[tokio::test]
async fn the_status_method_may_not_know_registries() {
    let sandbox = hasty().await;
    let ask = || super::Ask::get(&format!("/api/v1/payment/{ID}"));
    let unknown = (404, tbank::code::NOT_FOUND.to_owned());
    assert_eq!(error(&secured(&sandbox, ask()).await), unknown);
    pay_once(&sandbox).await;
    assert_eq!(secured(&sandbox, ask()).await.status, 200);
    sandbox.tbank().status_knows_registries(false);
    assert_eq!(error(&secured(&sandbox, ask()).await), unknown);
    assert_eq!(sandbox.ledger().paid(ID), 1, "a 404 proves nothing");
}

#[tokio::test]
async fn limits_are_met_exactly() {
    let sandbox = hasty().await;
    let bank = sandbox.tbank();
    bank.limits(Limits {
        payment: 300,
        day: 500,
        month: 600,
    });
    let outcome = async |id: &str, sum: u64| {
        let registry = bank.add_registry(RegistryKind::Employees, &[sum]);
        let reply = secured(&sandbox, pay(id, registry, &json!({}))).await;
        if reply.status == 200 {
            "paid".to_owned()
        } else {
            error(&reply).1
        }
    };
    assert_eq!(outcome("1", 301).await, tbank::code::PAYMENT_LIMIT_EXCEEDED);
    assert_eq!(outcome("2", 300).await, "paid");
    assert_eq!(outcome("3", 201).await, tbank::code::DAY_LIMIT_EXCEEDED);
    assert_eq!(outcome("4", 200).await, "paid");
    // 12:00 in Moscow; the day ends there at 21:00 UTC
    advance(&sandbox, 12 * 3600 - 1);
    assert_eq!(outcome("5", 1).await, tbank::code::DAY_LIMIT_EXCEEDED);
    advance(&sandbox, 1);
    assert_eq!(outcome("6", 101).await, tbank::code::MONTH_LIMIT_EXCEEDED);
    assert_eq!(outcome("7", 100).await, "paid");
    advance(&sandbox, 17 * 86_400);
    assert_eq!(outcome("8", 300).await, "paid", "a new month");
    assert_eq!(sandbox.ledger().total_kopecks(), 900);
}

#[tokio::test]
async fn without_a_due_date_there_is_one_try() {
    let sandbox = hasty().await;
    sandbox.tbank().set_funds(TOTAL - 1);
    assert_eq!(
        error(&pay_once(&sandbox).await),
        refused(tbank::code::INSUFFICIENT_FUNDS)
    );
    let past = pay(
        ID,
        REGISTRY,
        &json!({"dueDate": "2026-01-15T11:00:00+03:00"}),
    );
    assert_eq!(
        error(&secured(&sandbox, past).await),
        refused(tbank::code::INSUFFICIENT_FUNDS)
    );
    sandbox.tbank().add_funds(1);
    assert_eq!(
        pay_once(&sandbox).await.status,
        200,
        "the id was not used up"
    );
    assert_eq!(sandbox.tbank().funds(), 0);
}

#[tokio::test]
async fn a_failed_debit_is_told_later_and_can_be_paid_anew() {
    let sandbox = hasty().await;
    sandbox.tbank().fail_debits(1);
    assert_eq!(pay_once(&sandbox).await.status, 200);
    assert_eq!(status(&sandbox, ID).await["status"], "IN_PROGRESS");
    advance(&sandbox, 5);
    let shown = status(&sandbox, ID).await;
    assert_eq!(shown["status"], "FAILED");
    assert!(shown["errorMessage"].is_string());
    assert_eq!(card(&sandbox, REGISTRY).await["status"], "ACCEPTED");
    assert_eq!(sandbox.ledger().total_kopecks(), 0);

    assert_eq!(
        secured(&sandbox, pay("second", REGISTRY, &json!({})))
            .await
            .status,
        200
    );
    assert_eq!(
        (sandbox.ledger().paid(ID), sandbox.ledger().paid("second")),
        (0, 1)
    );
}

#[tokio::test]
async fn the_bank_tries_again_until_the_due_date() {
    let sandbox = hasty().await;
    let bank = sandbox.tbank();
    bank.set_funds(0);
    let due = pay(ID, REGISTRY, &json!({"dueDate": "2026-01-15T10:00:00Z"}));
    assert_eq!(secured(&sandbox, due).await.status, 200);
    advance(&sandbox, 1700);
    assert_eq!(status(&sandbox, ID).await["status"], "IN_PROGRESS");
    let anew = secured(&sandbox, pay("second", REGISTRY, &json!({}))).await;
    assert_eq!(error(&anew), refused(tbank::code::REGISTRY_NOT_ACCEPTED));
    bank.add_funds(TOTAL);
    assert_eq!(
        sandbox.ledger().paid(ID),
        0,
        "the next try is still to come"
    );
    advance(&sandbox, 3600);
    assert_eq!(status(&sandbox, ID).await["status"], "EXECUTED");
    assert_eq!((bank.funds(), sandbox.ledger().paid(ID)), (0, 1));
    let ledger = sandbox.ledger();
    let taken = ledger.entries().iter().find(|entry| entry.moved).unwrap();
    assert_eq!(
        taken.at.unix_timestamp() % 3600,
        1800,
        "at 9:30, not when somebody looked"
    );
    assert_eq!(taken.fingerprint, ledger.entries()[0].fingerprint);
}

#[tokio::test]
async fn the_due_date_passes_or_a_person_stops_it() {
    let sandbox = hasty().await;
    let bank = sandbox.tbank();
    bank.set_funds(0);
    let until = |id: &str, registry| pay(id, registry, &json!({"dueDate": "2026-01-15T09:15:00Z"}));
    secured(&sandbox, until(ID, REGISTRY)).await;
    let other = bank.add_registry(RegistryKind::Employees, &[1]);
    secured(&sandbox, until("stopped", other)).await;
    assert!(bank.cancel_payment("stopped"));
    assert!(!bank.cancel_payment("stopped"));
    assert_eq!(status(&sandbox, "stopped").await["status"], "CANCELLED");
    assert_eq!(card(&sandbox, other).await["status"], "CANCELLED");

    advance(&sandbox, 899);
    assert_eq!(status(&sandbox, ID).await["status"], "IN_PROGRESS");
    advance(&sandbox, 6);
    assert_eq!(status(&sandbox, ID).await["status"], "FAILED");
    bank.add_funds(TOTAL);
    advance(&sandbox, 86_400);
    assert_eq!((bank.funds(), sandbox.ledger().total_kopecks()), (TOTAL, 0));
}

#[tokio::test]
async fn lines_fail_in_part_or_all() {
    let sandbox = hasty().await;
    let bank = sandbox.tbank();
    let before = bank.funds();
    let part = bank.add_registry(RegistryKind::Employees, &[100, 23]);
    let none = bank.add_registry(RegistryKind::Employees, &[100]);
    assert!(bank.reject_line(part, 2) && bank.reject_line(none, 1));
    assert!(!bank.reject_line(none, 2));
    secured(&sandbox, pay("part", part, &json!({}))).await;
    secured(&sandbox, pay("none", none, &json!({}))).await;
    advance(&sandbox, 5);
    let shown = card(&sandbox, part).await;
    let states: Vec<_> = shown["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["status"])
        .collect();
    assert_eq!(
        (&shown["status"], states),
        (
            &json!("PART_EXEC"),
            vec![&json!("EXECUTED"), &json!("REJECTED")]
        )
    );
    assert_eq!(status(&sandbox, "part").await["status"], "EXECUTED");
    assert_eq!(card(&sandbox, none).await["status"], "REJECTED");
    assert_eq!(status(&sandbox, "none").await["status"], "FAILED");
    assert_eq!(bank.funds(), before - 100);
    assert_eq!(
        (sandbox.ledger().paid("part"), sandbox.ledger().paid("none")),
        (1, 0)
    );
}
