//! Contractors, the tax service, identification, cooperations.

use rubank_sandbox::payouts::{self, PaymentEnd, TaxStatus};
use serde_json::{Value, json};

use super::{advance, call, get, hasty, item, paid, pay, post, put, refused, sbp, wrong};
use crate::wire::Ask;

fn card(phone: &str, more: &Value) -> Value {
    let mut body = json!({
        "phone": phone,
        "last_name": "Константинопольский",
        "first_name": "Константин",
        "legal_form_id": 2,
        "agent_id": payouts::AGENT,
        "company_agrees_pay_taxes": true,
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

async fn delete(sandbox: &rubank_sandbox::Sandbox, path: &str) -> crate::wire::Reply {
    call(sandbox, Ask::send("DELETE", path, "")).await
}

#[tokio::test]
async fn the_phone_is_the_key() {
    let sandbox = hasty().await;
    let passport = json!({
        "document_type": "passport_rf", "full_number": "8000 310000", "issue_date": "2024-02-06",
        "issued_by": "x", "division": "x", "birth_date": "1990-02-06", "registration_address": "x",
    });
    let more =
        json!({"inn": "012345678901", "email": null, "group_id": 1, "passport_details": passport});
    let first = item(&post(&sandbox, "/contractors", &card("+79031112233", &more)).await);
    assert_eq!(first["passport_details"], passport);
    assert_eq!(first["inn"], "012345678901");
    assert_eq!(
        first["legal_form"],
        json!({"id": 2, "title": "Самозанятый", "is_self_employed": true})
    );
    assert_eq!(first["balance"]["value"], 0);
    advance(&sandbox, 5);
    let other = card("+79031112233", &json!({"first_name": "Иван"}));
    let second = item(&post(&sandbox, "/contractors", &other).await);
    assert_eq!(
        (&second["id"], &second["first_name"]),
        (&first["id"], &json!("Иван"))
    );
    assert!(second["inn"].is_null(), "the whole card is written over");
    assert_eq!(first["created_at"], second["created_at"]);
    assert_ne!(first["updated_at"], second["updated_at"]);

    let path = format!("/contractors/{}", first["id"]);
    let taken = card("+79000000101", &json!({}));
    assert_eq!(refused(&put(&sandbox, &path, &taken).await), wrong("phone"));
    let fresh = card("+79031112244", &json!({"legal_form_id": 1}));
    assert_eq!(
        item(&put(&sandbox, &path, &fresh).await)["phone"],
        "+79031112244"
    );
    assert_eq!(delete(&sandbox, &path).await.status, 204);
    assert_eq!(delete(&sandbox, &path).await.status, 404);
    assert_eq!(get(&sandbox, &path).await.status, 404);
    let back = item(&post(&sandbox, "/contractors", &fresh).await);
    assert_eq!(back["id"], first["id"], "deleted ones come back");
}

#[tokio::test]
async fn cards_are_strict() {
    let sandbox = hasty().await;
    for (more, field) in [
        (json!({"phone": "79031112233"}), "phone"),
        (json!({"legal_form_id": 4}), "legal_form_id"),
        (json!({"legal_form_id": "2"}), "legal_form_id"),
        (json!({"agent_id": 9}), "agent_id"),
        (json!({"inn": 1_234_567_892}), "inn"),
        (json!({"inn": "123"}), "inn"),
        (json!({"middle_name": null}), "middle_name"),
        (
            json!({"company_agrees_pay_taxes": 1}),
            "company_agrees_pay_taxes",
        ),
        (
            json!({"passport_details": {"document_type": "passport_rf"}}),
            "passport_details.full_number",
        ),
        (json!({"passport": null}), "passport"),
    ] {
        let reply = post(&sandbox, "/contractors", &card("+79031112233", &more)).await;
        assert_eq!(refused(&reply), wrong(field), "{more}");
    }
    let foreign = json!({"passport_details": {"document_type": "passport_foreign", "n": 1}});
    let reply = post(&sandbox, "/contractors", &card("+79031112233", &foreign)).await;
    assert_eq!(
        item(&reply)["passport_details"],
        foreign["passport_details"]
    );
}

#[tokio::test]
async fn nobody_is_deleted_with_a_payment_under_way() {
    let sandbox = hasty().await;
    sandbox.payouts().end_attempt(1, PaymentEnd::Failed);
    paid(&sandbox, "a", "1").await;
    let path = format!("/contractors/{}", payouts::CONTRACTOR);
    advance(&sandbox, 90);
    assert_eq!(
        refused(&delete(&sandbox, &path).await).0,
        499,
        "it may still be repeated"
    );
    let id = sandbox.payouts().payment_id("a").unwrap();
    sandbox.payouts().refund_in_cabinet(id);
    assert_eq!(delete(&sandbox, &path).await.status, 204);
    let shown = item(&get(&sandbox, &format!("/v2/payments/{id}")).await);
    assert_eq!(shown["contractor"]["is_deleted"], true);
    let reply = pay(&sandbox, "b", "1", &json!({})).await;
    assert_eq!(refused(&reply), wrong("contractor_id"));
}

#[tokio::test]
async fn requisites_are_made_by_payments() {
    let sandbox = hasty().await;
    let path = format!("/contractors/{}/requisites", payouts::SELF_EMPLOYED);
    let list = get(&sandbox, &path).await.json();
    assert_eq!(list["meta"]["total"], 1);
    let card = json!({"type_id": 8, "account_number": "2202201080431519"});
    for (key, requisite) in [("a", &card), ("b", &card), ("c", &sbp())] {
        let more = json!({"contractor_id": payouts::SELF_EMPLOYED, "requisite": requisite});
        assert_eq!(pay(&sandbox, key, "100", &more).await.status, 200);
    }
    let list = get(&sandbox, &path).await.json();
    assert_eq!(list["meta"]["total"], 3, "the card was made once");
    let shown = &list["items"][1];
    assert_eq!(shown["type"]["slug"], "bank_card");
    assert_eq!(shown["requisite"]["account_number"], "2202201080431519");
    assert_eq!(
        (&shown["is_default"], &list["items"][0]["is_default"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test]
async fn a_self_employed_person_is_onboarded() {
    let sandbox = hasty().await;
    let body = card("+79031112233", &json!({"inn": "960215602664"}));
    let made = item(&post(&sandbox, "/contractors", &body).await);
    let id = made["id"].as_u64().unwrap();
    let path = format!("/contractors/{id}/selfemployer");
    let state = async || item(&get(&sandbox, &path).await);
    let sync = async || {
        let shown = item(&call(&sandbox, Ask::send("POST", &format!("{path}/sync"), "")).await);
        assert_eq!(shown["sync"]["in_process"], true);
        advance(&sandbox, 4);
    };
    let told = |shown: &Value| {
        let kind = shown["messages"]["status"]["type"]
            .as_str()
            .unwrap()
            .to_owned();
        (shown["is_can_pay_taxes"].as_bool().unwrap(), kind)
    };
    assert_eq!(told(&state().await), (false, "info".to_owned()));
    assert!(
        sandbox
            .payouts()
            .set_tax_status(id, TaxStatus::AwaitsConsent)
    );
    assert_eq!(told(&state().await).1, "info", "nobody asked");
    sync().await;
    assert_eq!(told(&state().await), (false, "error".to_owned()));
    sandbox.payouts().set_tax_status(id, TaxStatus::Allowed);
    sync().await;
    let shown = state().await;
    assert_eq!(told(&shown), (true, "success".to_owned()));
    assert_eq!(
        (&shown["inn"], &shown["is_verified"]),
        (&json!("960215602664"), &json!(false))
    );
    let other = card("+79031112233", &json!({"inn": "960215602665"}));
    post(&sandbox, "/contractors", &other).await;
    assert_eq!(
        told(&state().await),
        (false, "info".to_owned()),
        "another taxpayer"
    );

    let theirs = format!("/contractors/{}/selfemployer", payouts::NOT_REGISTERED);
    assert_eq!(item(&get(&sandbox, &theirs).await)["has_warning"], true);
    let nobody = format!("/contractors/{}/selfemployer", payouts::CONTRACTOR);
    assert_eq!(
        refused(&get(&sandbox, &nobody).await),
        wrong("contractor_id")
    );
}

#[tokio::test]
async fn identifications_take_time_unless_somebody_vouches() {
    let sandbox = hasty().await;
    let path = format!(
        "/contractors/{}/identification-requests",
        payouts::CONTRACTOR
    );
    let last = format!("{path}/last-approved");
    assert_eq!(get(&sandbox, &last).await.status, 404);
    let passport = json!({
        "first_name": "Иван", "last_name": "Иванов", "gender": "male", "number": "0004 000042",
        "department_name": "МВД", "department_code": "010001", "issued_at": "01.01.1990",
        "birthdate": "29.02.1988", "birthdate_place": "Примерск",
        "address": {
            "full_address": "Примерск",
            "detailed": {
                "zip_code": "014000", "country": {"name": "РОССИЯ", "code": "643"},
                "house": {"number": "022", "type": "Дом"}, "buildings": [{"number": "2", "type": "Корпус"}],
            },
        },
    });
    let body = json!({"country": "rus", "snils": "00345678901", "passport": passport});
    let made = item(&post(&sandbox, &path, &body).await);
    assert_eq!(
        (&made["status"], &made["is_verified"]),
        (&json!("pending"), &json!(false))
    );
    advance(&sandbox, 5);
    assert_eq!(get(&sandbox, &last).await.status, 404);
    advance(&sandbox, 15);
    let shown = item(&get(&sandbox, &format!("{last}?view=passport")).await);
    assert_eq!(
        (&shown["id"], &shown["status"]),
        (&made["id"], &json!("approved"))
    );
    assert_eq!(
        shown["parsed_number"],
        json!({"series": "0004", "number": "000042"})
    );
    assert!(item(&get(&sandbox, &last).await).get("number").is_none());

    sandbox.payouts().pass_identifications(false);
    post(&sandbox, &path, &body).await;
    advance(&sandbox, 20);
    assert_eq!(
        item(&get(&sandbox, &last).await)["id"],
        made["id"],
        "the second was rejected"
    );
    let vouched = json!({"country": "kaz", "is_verified": true});
    let third = item(&post(&sandbox, &path, &vouched).await);
    assert_eq!(item(&get(&sandbox, &last).await)["id"], third["id"]);

    for (at, value, field) in [
        ("/country", json!("RUS"), "country"),
        ("/snils", json!(12_345_678_901_u64), "snils"),
        ("/passport/gender", json!("МУЖ."), "passport.gender"),
        (
            "/passport/issued_at",
            json!("1990-01-01"),
            "passport.issued_at",
        ),
        (
            "/passport/birthdate",
            json!("30.02.1988"),
            "passport.birthdate",
        ),
        ("/passport/number", json!("0004000042"), "passport.number"),
        (
            "/passport/department_code",
            json!("010-01"),
            "passport.department_code",
        ),
        (
            "/passport/address/detailed/house/number",
            json!(22),
            "passport.address.detailed.house.number",
        ),
    ] {
        let mut wrong_one = body.clone();
        *wrong_one.pointer_mut(at).unwrap() = value;
        assert_eq!(
            refused(&post(&sandbox, &path, &wrong_one).await),
            wrong(field)
        );
    }
    assert_eq!(
        refused(&get(&sandbox, &format!("{last}?view=full")).await),
        wrong("view")
    );
}

#[tokio::test]
async fn cooperations_come_and_go() {
    let sandbox = hasty().await;
    let path = format!("/contractors/{}/cooperations", payouts::SELF_EMPLOYED);
    let body = json!({"agent_id": 2, "legal_form_id": 2, "is_agree_pay_taxes": true});
    let made = item(&post(&sandbox, &path, &body).await);
    assert_eq!(made["legal_form"], json!({"id": 2, "name": "Самозанятый"}));
    assert_eq!(
        refused(&post(&sandbox, &path, &body).await),
        wrong("agent_id")
    );
    let silent = json!({"agent_id": 2, "legal_form_id": 2});
    assert_eq!(
        refused(&post(&sandbox, &path, &silent).await),
        wrong("is_agree_pay_taxes")
    );
    assert_eq!(get(&sandbox, &path).await.json()["meta"]["total"], 2);

    let one = format!("{path}/{}", made["id"]);
    let changed = json!({"agent_id": 2, "legal_form_id": 1});
    assert_eq!(
        item(&put(&sandbox, &one, &changed).await)["legal_form"]["id"],
        1
    );
    let taken = json!({"agent_id": 1, "legal_form_id": 1});
    assert_eq!(
        refused(&put(&sandbox, &one, &taken).await),
        wrong("agent_id")
    );
    assert_eq!(item(&get(&sandbox, &one).await)["agent"]["id"], 2);
    let other = one.replace(&payouts::SELF_EMPLOYED.to_string(), "101");
    assert_eq!(get(&sandbox, &other).await.status, 404, "another's");
    assert_eq!(delete(&sandbox, &one).await.status, 204);
    assert_eq!(delete(&sandbox, &one).await.status, 404);
}
