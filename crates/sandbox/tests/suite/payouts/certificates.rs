//! Acceptance certificates, nomenclatures, branches.

use rubank_sandbox::payouts::{self, PaymentEnd, Repeat};
use rubank_sandbox::{Host, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{advance, call, get, hasty, item, post, put, refused, sbp, wrong};
use crate::tbank::connect;
use crate::wire::{Ask, Reply};

const INTENT: &str = "9f0bb7b7-e5cd-4725-8080-4c230ec702ad";

fn certificate() -> Value {
    json!({
        "agent_id": payouts::AGENT,
        "branch_office_id": payouts::BRANCH,
        "bank_account_id": null,
        "number": "7/1",
        "date": "2026-01-15",
        "contractor_id": payouts::CONTRACTOR,
        "transport": {"mark": "ЗИЛ", "number": "А000АА"},
        "scrap_metal_data": {"basis_of_ownership": "Собственность", "items_description": "Лом"},
        "amount": 1234.5,
        "certificate_items": [{
            "name": "Лом", "type": "3А", "nomenclature_id": payouts::NOMENCLATURE,
            "measure_unit_id": 4, "impurity_percent": 7.5, "value": 1.234, "tare_weight": 0.2,
            "price": 20000.5, "amount": 1234.5,
        }],
        "contractor_requisite": {
            "sbp_validation_data": {"first_name": "Иван", "last_name": "Иванов"},
            "requisite": sbp(),
        },
    })
}

async fn pay(sandbox: &Sandbox, certificate: u64, more: &Value) -> Reply {
    let mut body = json!({"requisite": sbp(), "idempotency_key": INTENT});
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    let path = format!("/acceptance-certificates/{certificate}/payments");
    post(sandbox, &path, &body).await
}

#[tokio::test]
async fn a_certificate_is_made_changed_and_shown_in_three_models() {
    let sandbox = hasty().await;
    let made = item(&post(&sandbox, "/acceptance-certificates", &certificate()).await);
    assert_eq!(
        made["contractor_requisite"]["sbp_info"]["last_name"],
        "Иванов"
    );
    assert_eq!(made["contractor_requisite"]["requisite"]["type"]["id"], 10);
    let line = &made["certificate_items"][0];
    // (1.234 - 0.2) x 0.925 = 0.95645
    assert_eq!(line["clear_value"].to_string(), "0.956");
    assert_eq!(line["nomenclature"]["deleted_at"], json!(null));
    assert!(made.get("status").is_none() && made["payment"].is_null());

    let id = made["id"].as_u64().unwrap();
    let path = format!("/acceptance-certificates/{id}");
    let full = item(&get(&sandbox, &path).await);
    assert_eq!(
        (&full["status"], &full["transport"]["mark"]),
        (&json!("in_processing"), &json!("ЗИЛ"))
    );
    assert_eq!(full["branch_office"]["is_active"], true);
    assert!(full["contractor"].get("name").is_none() && full["author"].is_object());
    let list = get(&sandbox, &format!("/acceptance-certificates?ids={id}"))
        .await
        .json();
    assert_eq!(
        list["items"][0]["contractor"]["name"],
        full["contractor"]["full_name"]
    );
    assert!(list["items"][0].get("contractor_requisite").is_none());

    let mut changed = certificate();
    changed["number"] = json!("7/2");
    changed["contractor_requisite"] = json!({"requisite_id": 3});
    advance(&sandbox, 60);
    let shown = item(&put(&sandbox, &path, &changed).await);
    assert_eq!(shown["number"], "7/2");
    assert_eq!(shown["contractor_requisite"]["requisite"]["type"]["id"], 8);
    let query = "updated_at_from=2026-01-15T12:01:00%2B03:00&order=name";
    let list = get(&sandbox, &format!("/acceptance-certificates?{query}"))
        .await
        .json();
    assert_eq!(list["meta"]["total"], 1);
}

#[tokio::test]
async fn certificates_are_strict() {
    let sandbox = hasty().await;
    for (at, value, field) in [
        ("/agent_id", json!(9), "agent_id"),
        ("/number", json!("x".repeat(101)), "number"),
        ("/date", json!("15.01.2026"), "date"),
        ("/contractor_id", json!(1), "contractor_id"),
        ("/scrap_metal_data", json!(null), "scrap_metal_data"),
        ("/certificate_items", json!([]), "certificate_items"),
        (
            "/certificate_items/0/impurity_percent",
            json!(100.1),
            "certificate_items[0].impurity_percent",
        ),
        (
            "/certificate_items/0/value",
            json!(1.2345),
            "certificate_items[0].value",
        ),
        (
            "/certificate_items/0/nomenclature_id",
            json!("x"),
            "certificate_items[0].nomenclature_id",
        ),
        (
            "/certificate_items/0/nomenclature_id",
            json!("00000000-0000-4000-8000-000000000000"),
            "certificate_items",
        ),
        (
            "/contractor_requisite",
            json!({}),
            "contractor_requisite.requisite",
        ),
        (
            "/contractor_requisite",
            json!({"requisite_id": 99}),
            "contractor_requisite.requisite_id",
        ),
        ("/branch_office_id", json!(99), "branch_office_id"),
        ("/bank_account_id", json!(99), "bank_account_id"),
    ] {
        let mut body = certificate();
        *body.pointer_mut(at).unwrap() = value;
        let reply = post(&sandbox, "/acceptance-certificates", &body).await;
        assert_eq!(refused(&reply), wrong(field), "{at}");
    }
    let mut body = certificate();
    let line = body["certificate_items"][0].clone();
    for (count, status) in [(128, 200), (129, 422)] {
        body["certificate_items"] = json!(vec![line.clone(); count]);
        let reply = post(&sandbox, "/acceptance-certificates", &body).await;
        assert_eq!(reply.status, status, "{count}");
    }
    for number in [0, 99] {
        let path = format!("/acceptance-certificates/{number}");
        assert_eq!(get(&sandbox, &path).await.status, 404);
    }
}

#[tokio::test]
async fn a_certificate_is_paid_once() {
    let sandbox = hasty().await;
    let id = payouts::CERTIFICATE;
    let made = item(&pay(&sandbox, id, &json!({})).await);
    assert_eq!(
        (&made["amount"], &made["status"]["id"]),
        (&json!(47_500), &json!(3))
    );
    let path = format!("/acceptance-certificates/{id}");
    let shown = item(&get(&sandbox, &path).await);
    assert_eq!(shown["payment"]["id"], made["id"]);
    assert_eq!(shown["abilities"]["can_create_payment"], false);
    let other = json!({"idempotency_key": "9f0bb7b7-e5cd-4725-8080-4c230ec702ae"});
    assert_eq!(refused(&pay(&sandbox, id, &other).await), wrong("cert_id"));
    assert_eq!(
        refused(&put(&sandbox, &path, &certificate()).await),
        wrong("cert_id")
    );
    advance(&sandbox, 90);
    let shown = item(&get(&sandbox, &path).await);
    assert_eq!(shown["payment"]["status"]["id"], 1);
    assert_eq!(sandbox.ledger().paid(INTENT), 1);
    let found = get(&sandbox, "/payments?has_acceptance_certificate=true")
        .await
        .json();
    assert_eq!(found["meta"]["total"], 1);
}

#[tokio::test]
async fn a_rejected_payment_frees_its_certificate() {
    let sandbox = hasty().await;
    sandbox.payouts().end_attempt(1, PaymentEnd::Rejected);
    pay(&sandbox, 2, &json!({})).await;
    advance(&sandbox, 90);
    let other = json!({"idempotency_key": "9f0bb7b7-e5cd-4725-8080-4c230ec702ae"});
    assert_eq!(pay(&sandbox, 2, &other).await.status, 200);
    assert_eq!(
        (
            sandbox.ledger().paid(INTENT),
            sandbox.ledger().total_kopecks()
        ),
        (0, 4_750_000)
    );
}

#[tokio::test]
async fn a_repeated_key_does_what_the_switch_says() {
    for (repeat, same, different, paid) in [
        (Repeat::Replay, 200, 422, 1),
        (Repeat::Refuse, 422, 422, 1),
        (Repeat::ActAgain, 200, 200, 3),
    ] {
        let sandbox = hasty().await;
        sandbox.payouts().on_repeated_key(repeat);
        let first = item(&pay(&sandbox, 1, &json!({})).await);
        let again = pay(&sandbox, 1, &json!({})).await;
        assert_eq!(again.status, same, "{repeat:?}");
        if repeat == Repeat::Replay {
            assert_eq!(item(&again)["id"], first["id"]);
        }
        let reply = pay(&sandbox, 1, &json!({"bank_account_id": 35})).await;
        assert_eq!(reply.status, different, "{repeat:?}");
        assert_eq!(sandbox.ledger().paid(INTENT), paid, "{repeat:?}");
        assert_eq!(sandbox.ledger().entries().len(), 3);
    }
}

#[tokio::test]
async fn paying_is_strict() {
    let sandbox = hasty().await;
    for (more, field) in [
        (json!({"idempotency_key": "x"}), "idempotency_key"),
        (
            json!({"idempotency_key": "9f0bb7b7-e5cd-1725-8080-4c230ec702ad"}),
            "idempotency_key",
        ),
        (json!({"requisite_id": 1}), "requisite"),
        (json!({"bank_account_id": 9}), "bank_account_id"),
        (json!({"amount": 1}), "amount"),
    ] {
        assert_eq!(
            refused(&pay(&sandbox, 1, &more).await),
            wrong(field),
            "{more}"
        );
    }
    let path = "/acceptance-certificates/1/payments";
    assert_eq!(
        refused(&post(&sandbox, path, &json!({})).await),
        wrong("requisite")
    );
    let known = post(&sandbox, path, &json!({"requisite_id": 3})).await;
    assert_eq!(item(&known)["requisite"]["title"], "Карта");
    assert_eq!(sandbox.ledger().paid("certificate 1"), 1);
}

#[tokio::test]
async fn files_are_what_they_say() {
    let sandbox = hasty().await;
    let path = |kind: &str, id: u64| {
        format!("/unverified/payouts-platform.download-certificate-{kind}/{id}")
    };
    let ask = |path: &str| Ask::get(path).without("Accept").header("Accept", "*/*");
    let pdf = call(&sandbox, ask(&path("pdf", 1))).await;
    assert_eq!(pdf.header("content-type"), Some("application/pdf"));
    assert_eq!(
        pdf.header("content-disposition"),
        Some("attachment; filename=\"certificate-1.pdf\"")
    );
    assert!(pdf.body.starts_with("%PDF-1.4") && pdf.body.ends_with("%%EOF\n"));
    let missing = call(&sandbox, ask(&path("pdf", 99))).await;
    assert_eq!(refused(&missing).0, 404);

    let request = ask(&path("docx", 1))
        .header("Client-Key", payouts::CLIENT_KEY)
        .below(Host::PayoutsPlatformApi.prefix());
    let mut stream = connect(&sandbox, Host::PayoutsPlatformApi).await;
    stream.write_all(&request.bytes(false)).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let at = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    assert!(head.contains("wordprocessingml.document"), "{head}");
    assert!(bytes[at + 4..].starts_with(b"PK\x03\x04"));
}

#[tokio::test]
async fn nomenclatures_are_deleted_softly() {
    let sandbox = hasty().await;
    let kind = json!({"id": "550e8400-e29b-41d4-a716-446655440000", "name": "Чёрные металлы"});
    let body = json!({"name": "Номенклатура № 1", "type": kind});
    let made = item(&post(&sandbox, "/nomenclatures", &body).await);
    let path = format!("/nomenclatures/{}", made["id"].as_str().unwrap());
    let text = json!({"name": "Другая", "type": "Цветной металл"});
    let shown = item(&put(&sandbox, &path, &text).await);
    assert_eq!(shown["type"]["name"], "Цветной металл");
    assert_eq!(item(&put(&sandbox, &path, &body).await)["type"], kind);
    assert_eq!(
        call(&sandbox, Ask::send("DELETE", &path, "")).await.status,
        204
    );
    assert_eq!(
        call(&sandbox, Ask::send("DELETE", &path, "")).await.status,
        404
    );
    assert_eq!(get(&sandbox, &path).await.status, 404);
    let shown = item(&get(&sandbox, &format!("{path}?with_trashed=1")).await);
    assert_eq!(shown["deleted_at"], "2026-01-15T09:00:00Z");
    let list = get(&sandbox, "/nomenclatures?with_trashed=1&include=category")
        .await
        .json();
    assert_eq!(list["meta"]["total"], 3);
    assert_eq!(list["items"][0]["category"]["slug"], "ferrous");
    let bad = json!({"name": "x", "type": {"id": "x", "name": "x"}});
    assert_eq!(
        refused(&post(&sandbox, "/nomenclatures", &bad).await),
        wrong("type.id")
    );
}

#[tokio::test]
async fn branches_are_made_and_changed() {
    let sandbox = hasty().await;
    let body = json!({
        "name": "Филиал", "agent_id": 1, "address": "Московская 4", "limit_monthly": null, "limit_daily": 250.5,
    });
    let made = item(&post(&sandbox, "/branch-office", &body).await);
    assert_eq!(
        (&made["limit_daily"], &made["is_active"]),
        (&json!(250.5), &json!(1))
    );
    assert_eq!(made["limits"][1]["isInfinity"], true);
    let path = format!("/branch-office/{}", made["id"]);
    let patch =
        async |body: &Value| call(&sandbox, Ask::send("PATCH", &path, &body.to_string())).await;
    assert_eq!(
        refused(&patch(&body).await),
        wrong("is_active"),
        "all fields are required"
    );
    let mut changed = body.clone();
    changed["is_active"] = json!(0);
    assert_eq!(item(&patch(&changed).await)["is_active"], 0);
    let mut short = body.clone();
    short.as_object_mut().unwrap().remove("limit_monthly");
    let reply = post(&sandbox, "/branch-office", &short).await;
    assert_eq!(
        refused(&reply),
        wrong("limit_monthly"),
        "null is not absent"
    );
}
