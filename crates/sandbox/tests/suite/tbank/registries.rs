//! Registries of employees: made, signed, listed, taken back.

use rubank_sandbox::tbank::{self, RegistryKind, Repeat};
use rubank_sandbox::{Fault, FaultRule, Sandbox};
use serde_json::{Value, json};

use super::{
    CORRELATION, SALARY, action, advance, card, create, error, hasty, line, open, paced, pay, post,
    result, secured,
};

const GOOD: &str = "40817810000000000001";
const OTHER: &str = "5a4db0c5-0000-4000-8000-000000000002";

async fn creation(sandbox: &Sandbox) -> Value {
    open(
        sandbox,
        result(&format!("{SALARY}/create/result"), CORRELATION),
    )
    .await
    .json()
}

async fn submission(sandbox: &Sandbox, correlation: &str) -> Value {
    secured(
        sandbox,
        result(&format!("{SALARY}/submit/result"), correlation),
    )
    .await
    .json()
}

async fn rows(sandbox: &Sandbox, body: Value) -> Vec<Value> {
    let reply = secured(sandbox, post(&format!("{SALARY}/list"), &body)).await;
    reply.json()["paymentOrders"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_registry_is_created_and_signed() {
    let sandbox = hasty().await;
    let lines = [line(1, GOOD, "50000.10"), line(2, GOOD, "70000")];
    let reply = open(&sandbox, create("FAIL_ERRORS", &lines)).await;
    assert_eq!(
        (reply.status, reply.json()),
        (200, json!({"correlationId": CORRELATION}))
    );
    assert_eq!(creation(&sandbox).await, json!({"status": "QUEUED"}));
    advance(&sandbox, 2);
    let created = creation(&sandbox).await;
    let id = created["paymentRegistryId"].as_u64().unwrap();
    assert_eq!(
        created,
        json!({"status": "CREATED", "paymentRegistryId": id})
    );

    let reply = open(&sandbox, super::Ask::get(&format!("{SALARY}/{id}"))).await;
    assert!(
        reply.body.contains(r#""totalSum":120000.10,"#),
        "{}",
        reply.body
    );
    assert!(reply.body.contains(r#""sum":70000.00"#), "{}", reply.body);
    let shown = reply.json();
    assert_eq!(shown["status"], "DRAFT");
    assert_eq!(shown["paymentsCount"], 2);
    assert_eq!(shown["companyAccountNumber"], tbank::COMPANY_ACCOUNT);
    assert_eq!(shown["payments"][0]["status"], "WAITING");
    assert_eq!(shown["payments"][0]["employeeInfo"]["lastName"], "Примеров");

    let submit = action(&format!("{SALARY}/submit"), OTHER, id);
    assert_eq!(
        secured(&sandbox, submit).await.json(),
        json!({"correlationId": OTHER})
    );
    let expected = json!({"paymentRegistryId": id, "status": "IN_PROGRESS"});
    assert_eq!(submission(&sandbox, OTHER).await, expected);
    assert_eq!(card(&sandbox, id).await["status"], "SUBMITTED");
    advance(&sandbox, 2);
    let expected = json!({"paymentRegistryId": id, "status": "ACCEPTED"});
    assert_eq!(submission(&sandbox, OTHER).await, expected);
    assert_eq!(card(&sandbox, id).await["status"], "ACCEPTED");
    assert_eq!(
        rows(&sandbox, json!({})).await[0]["number"],
        id,
        "the newest comes first"
    );
    assert!(
        sandbox.ledger().entries().is_empty(),
        "no money is asked for yet"
    );
}

#[tokio::test]
async fn bad_lines_are_dropped_or_fail_the_registry() {
    let mut long = line(7, GOOD, "1");
    long["paymentPurpose"] = json!("я".repeat(211));
    let mut held = line(8, GOOD, "1");
    held["collectionAmount"] = json!(1.01);
    let mut period = line(9, GOOD, "1");
    period["periodStart"] = json!("2026-01-02");
    period["periodEnd"] = json!("2026-01-01");
    let lines = [
        line(1, GOOD, "10.00"),
        line(2, tbank::CLOSED_ACCOUNT, "20.00"),
        line(3, "1234", "30.00"),
        line(1, GOOD, "40.00"),
        line(4, GOOD, "0.00"),
        line(5, tbank::REJECTED_ACCOUNT, "50.00"),
        long,
        held,
        period,
    ];
    let bad = |result: &Value| -> Vec<u64> {
        let errors = result["paymentErrors"].as_array().unwrap();
        assert!(
            errors
                .iter()
                .all(|line| line["errors"][0]["fieldName"].is_string())
        );
        errors
            .iter()
            .map(|line| line["number"].as_u64().unwrap())
            .collect()
    };

    let sandbox = hasty().await;
    open(&sandbox, create("IGNORE_ERRORS", &lines)).await;
    advance(&sandbox, 2);
    let created = creation(&sandbox).await;
    assert_eq!(created["status"], "CREATED");
    assert_eq!(bad(&created), [2, 3, 1, 4, 7, 8, 9]);
    let shown = card(&sandbox, created["paymentRegistryId"].as_u64().unwrap()).await;
    assert_eq!(
        (&shown["paymentsCount"], &shown["totalSum"]),
        (&json!(2), &json!(60.0))
    );

    let sandbox = hasty().await;
    open(&sandbox, create("FAIL_ERRORS", &lines)).await;
    advance(&sandbox, 2);
    let failed = creation(&sandbox).await;
    assert_eq!(
        (&failed["status"], bad(&failed).len()),
        (&json!("ERROR"), 7)
    );
    assert_eq!(failed.get("paymentRegistryId"), None);

    let sandbox = hasty().await;
    open(&sandbox, create("IGNORE_ERRORS", &lines[1..3])).await;
    advance(&sandbox, 2);
    assert_eq!(
        creation(&sandbox).await["status"],
        "ERROR",
        "no good line is left"
    );
}

#[tokio::test]
async fn kinds_of_income_do_not_mix() {
    let sandbox = hasty().await;
    let with = |number, code: &str| {
        let mut line = line(number, GOOD, "1");
        line["revenueTypeCode"] = json!(code);
        line
    };
    open(
        &sandbox,
        create("IGNORE_ERRORS", &[with(1, "1"), with(2, "2")]),
    )
    .await;
    advance(&sandbox, 2);
    let failed = creation(&sandbox).await;
    assert_eq!(failed["status"], "ERROR");
    assert!(failed["error"]["errorDescription"].is_string());
}

#[tokio::test]
async fn a_result_is_kept_for_two_days() {
    let sandbox = hasty().await;
    open(&sandbox, create("FAIL_ERRORS", &[line(1, GOOD, "1")])).await;
    advance(&sandbox, 2 + 2 * 86_400 - 1);
    assert_eq!(creation(&sandbox).await["status"], "CREATED");
    advance(&sandbox, 1);
    let gone = (422, tbank::code::RESULT_NOT_FOUND.to_owned());
    let path = format!("{SALARY}/create/result");
    assert_eq!(
        error(&open(&sandbox, result(&path, CORRELATION)).await),
        gone
    );
    assert_eq!(error(&open(&sandbox, result(&path, OTHER)).await), gone);
}

#[tokio::test]
async fn a_repeated_correlation_id_does_what_the_switch_says() {
    let same = || create("FAIL_ERRORS", &[line(1, GOOD, "1")]);
    let different = || create("FAIL_ERRORS", &[line(1, GOOD, "2")]);
    let cases = [
        (Repeat::Replay, 200, 422, 1),
        (Repeat::Refuse, 422, 422, 1),
        (Repeat::ActAgain, 200, 200, 3),
    ];
    for (repeat, for_same, for_different, made) in cases {
        let sandbox = hasty().await;
        sandbox.tbank().on_repeated_correlation(repeat);
        let before = rows(&sandbox, json!({"statuses": ["DRAFT"]})).await.len();
        assert_eq!(open(&sandbox, same()).await.status, 200);
        for (request, status) in [(same(), for_same), (different(), for_different)] {
            let reply = open(&sandbox, request).await;
            assert_eq!(reply.status, status, "{repeat:?}");
            if status == 422 {
                assert_eq!(error(&reply).1, tbank::code::DUPLICATE_CORRELATION_ID);
            }
        }
        advance(&sandbox, 2);
        let after = rows(&sandbox, json!({"statuses": ["DRAFT"]})).await.len();
        assert_eq!(after - before, made, "{repeat:?}");
    }
}

#[tokio::test]
async fn created_and_signed_at_once() {
    let sandbox = hasty().await;
    let body = json!({
        "correlationId": CORRELATION,
        "loadDate": "2026-01-20T10:00:00+03:00",
        "payments": [line(1, GOOD, "1.50")],
    });
    let ask = result(&format!("{SALARY}/create-submit/result"), CORRELATION);
    assert_eq!(
        secured(&sandbox, post(&format!("{SALARY}/create-submit"), &body))
            .await
            .status,
        200
    );
    let shown = secured(&sandbox, ask.clone()).await.json();
    assert_eq!(shown, json!({"status": "IN_PROGRESS"}));
    advance(&sandbox, 2);
    let shown = secured(&sandbox, ask.clone()).await.json();
    assert_eq!(shown["status"], "ACCEPTED");
    let id = shown["paymentRegistryId"].as_u64().unwrap();
    assert_eq!(
        card(&sandbox, id).await["loadDate"],
        "2026-01-20T10:00:00+03:00"
    );
    assert_eq!(
        secured(&sandbox, pay("a", id, &json!({}))).await.status,
        200
    );

    let sandbox = hasty().await;
    let body = json!({"correlationId": CORRELATION, "payments": [line(1, "1", "1.50")]});
    secured(&sandbox, post(&format!("{SALARY}/create-submit"), &body)).await;
    advance(&sandbox, 2);
    let shown = secured(&sandbox, ask).await.json();
    assert_eq!(shown["error"]["errorCode"], tbank::code::INVALID_PAYMENTS);
    assert_eq!(shown["paymentErrors"][0]["number"], 1);
}

#[tokio::test]
async fn only_drafts_are_signed_and_only_by_who_may() {
    let sandbox = hasty().await;
    let submit = |correlation, id| action(&format!("{SALARY}/submit"), correlation, id);
    let unknown = (422, tbank::code::REGISTRY_NOT_FOUND.to_owned());
    assert_eq!(error(&secured(&sandbox, submit(OTHER, 99)).await), unknown);
    let theirs = tbank::SELF_EMPLOYED_DRAFT_REGISTRY;
    assert_eq!(
        error(&secured(&sandbox, submit(OTHER, theirs)).await),
        unknown
    );

    secured(&sandbox, submit(CORRELATION, tbank::ACCEPTED_REGISTRY)).await;
    sandbox.tbank().refuse_signatures(true);
    secured(&sandbox, submit(OTHER, tbank::DRAFT_REGISTRY)).await;
    advance(&sandbox, 2);
    for (correlation, code) in [
        (CORRELATION, tbank::code::REGISTRY_NOT_DRAFT),
        (OTHER, tbank::code::SIGNATURE_REFUSED),
    ] {
        let shown = submission(&sandbox, correlation).await;
        assert_eq!(
            (&shown["status"], &shown["error"]["errorCode"]),
            (&json!("ERROR"), &json!(code))
        );
    }
    assert_eq!(
        card(&sandbox, tbank::DRAFT_REGISTRY).await["status"],
        "DRAFT"
    );
}

#[tokio::test]
async fn a_signed_registry_is_taken_back() {
    let sandbox = hasty().await;
    let cancel = |correlation: &str, number: u64| {
        let body = json!({"correlationId": correlation, "paymentOrderNumber": number});
        post(&format!("{SALARY}/cancel"), &body)
    };
    let outcome = async |correlation: &str| {
        let ask = result(&format!("{SALARY}/cancel/result"), correlation);
        secured(&sandbox, ask).await.json()
    };
    let id = tbank::ACCEPTED_REGISTRY;
    assert_eq!(secured(&sandbox, cancel(CORRELATION, id)).await.status, 200);
    assert_eq!(outcome(CORRELATION).await, json!({"status": "QUEUED"}));
    advance(&sandbox, 2);
    assert_eq!(outcome(CORRELATION).await, json!({"status": "DONE"}));
    let shown = card(&sandbox, id).await;
    assert_eq!(
        (&shown["status"], &shown["payments"][0]["status"]),
        (&json!("CANCELLED"), &json!("CANCELLED"))
    );
    let refused = error(&secured(&sandbox, pay("a", id, &json!({}))).await);
    assert_eq!(
        refused,
        (422, tbank::code::REGISTRY_NOT_ACCEPTED.to_owned())
    );

    secured(&sandbox, cancel(OTHER, id)).await;
    advance(&sandbox, 2);
    let shown = outcome(OTHER).await;
    assert_eq!(shown["status"], "ERROR");
    assert_eq!(
        shown["error"]["errorCode"],
        tbank::code::REGISTRY_NOT_ACCEPTED
    );
    assert!(shown["error"]["errorDescription"].is_string());
}

#[tokio::test]
async fn lists_have_pages_filters_and_the_same_rows_for_the_same_seed() {
    let sandbox = paced(Sandbox::builder().registries(60)).await;
    sandbox.tbank().enforce_pace(false);
    let first = rows(&sandbox, json!({})).await;
    let second = rows(&sandbox, json!({"offset": 50})).await;
    assert_eq!((first.len(), second.len()), (50, 12));
    let mut numbers: Vec<_> = first
        .iter()
        .chain(&second)
        .map(|row| row["number"].as_u64())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 62, "no row twice");
    assert!(rows(&sandbox, json!({"offset": 62})).await.is_empty());
    let drafts = rows(&sandbox, json!({"statuses": ["DRAFT", "ACCEPTED"]})).await;
    assert_eq!(drafts.len(), 2);
    let today = json!({"periodStart": "2026-01-15", "periodEnd": "2026-01-15"});
    let today = rows(&sandbox, today).await;
    assert!(!today.is_empty() && today.len() < 50);
    assert!(
        today
            .iter()
            .all(|row| row["date"].as_str().unwrap().starts_with("2026-01-15T"))
    );

    sandbox
        .faults()
        .push(FaultRule::on(tbank::LIST_SALARY, Fault::RepeatedPage).next(1));
    assert_eq!(rows(&sandbox, json!({"offset": 50})).await, first);

    let again = paced(Sandbox::builder().registries(60)).await;
    assert_eq!(rows(&again, json!({})).await, first);
    let added = again.tbank().add_registry(RegistryKind::Employees, &[1]);
    again.tbank().enforce_pace(false);
    assert_eq!(rows(&again, json!({})).await[0]["number"], added);
}

#[tokio::test]
async fn a_line_that_looks_good_may_be_rejected_in_the_end() {
    let sandbox = hasty().await;
    let lines = [
        line(1, GOOD, "1.50"),
        line(2, tbank::REJECTED_ACCOUNT, "2.50"),
    ];
    let body = json!({"correlationId": CORRELATION, "payments": lines});
    secured(&sandbox, post(&format!("{SALARY}/create-submit"), &body)).await;
    advance(&sandbox, 2);
    let ask = result(&format!("{SALARY}/create-submit/result"), CORRELATION);
    let made = secured(&sandbox, ask).await.json();
    assert_eq!(made.get("paymentErrors"), None);
    let id = made["paymentRegistryId"].as_u64().unwrap();
    secured(&sandbox, pay("a", id, &json!({}))).await;
    advance(&sandbox, 5);
    let shown = card(&sandbox, id).await;
    assert_eq!(shown["status"], "PART_EXEC");
    assert_eq!(shown["payments"][1]["status"], "REJECTED");
}
