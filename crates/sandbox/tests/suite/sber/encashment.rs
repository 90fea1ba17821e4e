//! Waybills: what is refused, how they move, what the ledger says.

use std::time::Duration;

use rubank_sandbox::sber::{self, ApiErrors, Duplicate, Outcome, WaybillEnd};
use rubank_sandbox::{Fault, FaultRule, Moment, Sandbox};
use serde_json::{Value, json};

use super::{api, check, refused};
use crate::wire::{Ask, Reply, plain};

const ID: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

fn body() -> Value {
    json!({
        "externalId": ID,
        "number": "0000042",
        "objectCode": "000123",
        "currencyNominalValues": [
            {"cashType": "NOTE", "currencyCode": "643", "nominal": "5000", "quantity": 2},
            {"cashType": "COIN", "currencyCode": "643", "nominal": "0.50", "quantity": 1},
        ],
        "sumByAccounts": [{
            "account": "40702810200000000001",
            "bic": "044525225",
            "sumBySymbols": [{"symbol": "02", "sum": "10000.00"}, {"symbol": "32", "sum": 0.5}],
        }],
    })
}

async fn create(sandbox: &Sandbox, body: &Value) -> Reply {
    api(
        sandbox,
        Ask::send("POST", "/v1/encashments/waybill", &body.to_string()),
    )
    .await
}

async fn cancel(sandbox: &Sandbox) -> Reply {
    let body = json!({"externalId": ID, "cancelPerson": "П", "comment": "К"}).to_string();
    api(
        sandbox,
        Ask::send("POST", "/v1/encashments/waybill/cancel", &body),
    )
    .await
}

async fn state(sandbox: &Sandbox) -> String {
    let path = format!("/v1/encashments/waybill/{ID}/state");
    let reply = api(sandbox, Ask::get(&path)).await;
    reply.json()["bankStatus"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_waybill_runs_its_course() {
    let sandbox = plain().await;
    let object = api(&sandbox, Ask::get("/v1/encashments/object?ino=000123"))
        .await
        .json();
    assert_eq!(object["objectCode"], "000123");
    let reply = create(&sandbox, &body()).await;
    assert_eq!(
        (reply.status, &reply.json()["bankStatus"]),
        (201, &json!("ACCEPTED"))
    );
    let mut seen = Vec::new();
    for _ in 0..7 {
        seen.push(state(&sandbox).await);
        sandbox.clock().advance(Duration::from_secs(60));
    }
    let course = [
        "ACCEPTED",
        "IN_PROCESS",
        "CREATED",
        "RECEIVED_BY_COLLECTOR",
        "RECEIVED_BY_CC",
        "COMPLETED",
        "COMPLETED",
    ];
    assert_eq!(seen, course);
    let details = api(&sandbox, Ask::get(&format!("/v1/encashments/waybill/{ID}")))
        .await
        .json();
    assert_eq!(details["bankStatus"], "COMPLETED");
    assert_eq!(details["sumByAccounts"], body()["sumByAccounts"]);

    let ledger = sandbox.ledger();
    assert_eq!((ledger.paid(ID), ledger.total_kopecks()), (1, 1_000_050));
    assert_eq!(ledger.entries()[0].payer_account, "*0001");
}

#[tokio::test]
async fn waybills_end_otherwise() {
    for (end, seen) in [
        (WaybillEnd::Uncompleted, "UNCOMPLETED"),
        (WaybillEnd::RejectedByClient, "REJECTED_BY_CLIENT"),
    ] {
        let sandbox = plain().await;
        sandbox.sber().end_waybill(ID, end);
        create(&sandbox, &body()).await;
        assert_eq!(state(&sandbox).await, "ACCEPTED");
        sandbox.clock().advance(Duration::from_secs(3600));
        assert_eq!(state(&sandbox).await, seen);
        assert_eq!(
            refused(&cancel(&sandbox).await),
            (400, "WORKFLOW_FAULT".to_owned())
        );
        sandbox.sber().force_waybill_state(ID, "ON_THE_MOON");
        assert_eq!(state(&sandbox).await, "ON_THE_MOON");
    }
}

#[tokio::test]
async fn cancelling_stops_at_the_collector() {
    for (steps, status) in [(0, 200), (2, 200), (3, 400)] {
        let sandbox = plain().await;
        create(&sandbox, &body()).await;
        sandbox.clock().advance(Duration::from_secs(60 * steps));
        assert_eq!(cancel(&sandbox).await.status, status);
        assert_eq!(state(&sandbox).await == "REJECTED_BY_CLIENT", status == 200);
        let entry = sandbox.ledger().entries()[1].clone();
        assert_eq!(
            (
                entry.operation,
                entry.status,
                entry.moved,
                entry.key.as_str()
            ),
            (sber::CANCEL_WAYBILL, status, false, ID)
        );
        assert_eq!(cancel(&sandbox).await.status, 400, "once");
    }
    let sandbox = plain().await;
    assert_eq!(
        refused(&cancel(&sandbox).await),
        (404, "DATA_NOT_FOUND_EXCEPTION".to_owned())
    );
}

#[tokio::test]
async fn a_second_one_meets_what_the_settings_say() {
    for (duplicate, status, count) in [
        (Duplicate::Refused, 400, 1),
        (Duplicate::Replayed, 201, 1),
        (Duplicate::CreatesAgain, 201, 2),
    ] {
        let sandbox = plain().await;
        sandbox
            .sber()
            .adjust(|settings| settings.duplicate_waybill = duplicate);
        create(&sandbox, &body()).await;
        assert_eq!(create(&sandbox, &body()).await.status, status);
        assert_eq!(
            (sandbox.sber().waybills(ID), sandbox.ledger().paid(ID)),
            (count, count)
        );
        assert_eq!(sandbox.ledger().entries().len(), 2);
    }
}

#[tokio::test]
async fn mistakes_are_named() {
    let sandbox = plain().await;
    let mut cases = Vec::new();
    for (key, value, complaint) in [
        (
            "externalId",
            json!(ID.to_uppercase()),
            "externalId: must be a lower-case UUID",
        ),
        (
            "objectCode",
            json!("999"),
            "objectCode: is not an object of this client",
        ),
        ("more", json!(1), "more: is not a known field"),
        (
            "number",
            json!(null),
            "number: must be a whole number or a string",
        ),
        (
            "sumByAccounts",
            json!([]),
            "sumByAccounts: must not be empty",
        ),
    ] {
        let mut wrong = body();
        wrong[key] = value;
        cases.push((wrong, complaint));
    }
    let mut short = body();
    short["sumByAccounts"][0]["sumBySymbols"][0]["sum"] = json!("9999.99");
    cases.push((
        short,
        "currencyNominalValues: must add up to the sums of all cash symbols, currency by currency",
    ));
    for (wrong, complaint) in cases {
        let reply = create(&sandbox, &wrong).await;
        assert_eq!(
            (refused(&reply).0, check(&reply)),
            (400, complaint.to_owned())
        );
    }
    sandbox
        .sber()
        .adjust(|settings| settings.whole_waybills = true);
    assert_eq!(
        check(&create(&sandbox, &body()).await),
        "contactPhone: is required"
    );
    let reply = api(&sandbox, Ask::send("POST", "/v1/encashments/waybill", "[]")).await;
    assert_eq!(refused(&reply).1, "DESERIALIZATION_FAULT");
    assert!(
        sandbox.ledger().entries().is_empty(),
        "nothing was understood"
    );
}

#[tokio::test]
async fn the_names_in_the_symbol_table_are_a_setting() {
    let sandbox = plain().await;
    sandbox.sber().adjust(|settings| {
        settings.symbol_field = "cashSymbol".to_owned();
        settings.symbol_sum_field = "amount".to_owned();
    });
    let mut renamed = body();
    renamed["sumByAccounts"][0]["sumBySymbols"] =
        json!([{"cashSymbol": "02", "amount": "10000.50"}]);
    assert_eq!(create(&sandbox, &renamed).await.status, 201);
    assert_eq!(create(&sandbox, &body()).await.status, 400);
}

#[tokio::test]
async fn objects_of_a_contract_follow_the_published_recipes() {
    let sandbox = plain().await;
    let page = |number: u64| {
        let path = "/unverified/sber-encashment.list-objects-by-contract?contractNumber=000456";
        api(&sandbox, Ask::get(&format!("{path}&page={number}")))
    };
    let first = page(1).await.json();
    assert_eq!(first["objects"][0]["objectCode"], sber::OBJECT_CODES[0]);
    assert_eq!(first["_links"][0]["href"], "?contractNumber=000456&page=2");
    assert_eq!(page(3).await.json()["_links"], json!([]));
    assert_eq!(
        refused(&page(88).await),
        (403, "ACTION_ACCESS_EXCEPTION".to_owned())
    );
    assert_eq!(refused(&page(98).await), (400, "WORKFLOW_FAULT".to_owned()));
}

#[tokio::test]
async fn every_documented_outcome_can_be_had() {
    let sandbox = plain().await;
    let expected = [
        202, 400, 400, 400, 400, 400, 401, 403, 403, 404, 429, 500, 503,
    ];
    for (outcome, status) in Outcome::ALL.into_iter().zip(expected) {
        let rule = FaultRule::on(sber::GET_WAYBILL, outcome.fault(Moment::BeforeWork)).next(1);
        sandbox.faults().push(rule);
        let reply = api(&sandbox, Ask::get(&format!("/v1/encashments/waybill/{ID}"))).await;
        assert_eq!(reply.status, status, "{outcome:?}");
        assert!(!refused(&reply).1.is_empty());
    }
}

#[tokio::test]
async fn error_bodies_come_in_all_shapes() {
    let sandbox = plain().await;
    let path = "/v1/encashments/object";
    for (shape, keys) in [
        (
            ApiErrors::WithCause,
            "cause,checks,fieldNames,message,referenceId",
        ),
        (ApiErrors::Documented, "checks,message,referenceId"),
        (ApiErrors::Short, "cause,message"),
    ] {
        sandbox
            .sber()
            .adjust(|settings| settings.api_errors = shape);
        let reply = api(&sandbox, Ask::get(path)).await;
        let keys_seen: Vec<String> = reply.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys_seen.join(","), keys);
        assert!(reply.header("x-request-id").is_some());
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_a_waybill() {
    let sandbox = plain().await;
    let lost = FaultRule::on(
        sber::CREATE_WAYBILL,
        Fault::Html {
            status: 502,
            moment: Moment::AfterWork,
        },
    );
    sandbox.faults().push(lost.next(1));
    assert_eq!(create(&sandbox, &body()).await.status, 502);
    assert_eq!(state(&sandbox).await, "ACCEPTED");
}
