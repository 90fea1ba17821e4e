//! Breaches of the contract: each a 400 that names its field.

use rubank_sandbox::tbank;
use serde_json::{Value, json};

use super::{
    CORRELATION, PAY, SALARY, SELF_EMPLOYED, action, create, error, hasty, line, open, pay, post,
    result, secured,
};
use crate::wire::{Ask, Reply};

const ACCOUNT: &str = "40817810000000000001";

/// The one field that a 400 names, and the rule.
fn breach(reply: &Reply) -> (String, String) {
    assert_eq!(
        error(reply),
        (400, tbank::code::INVALID_DATA.to_owned()),
        "{}",
        reply.body
    );
    let body = reply.json();
    let details = body["errorDetails"].as_object().unwrap();
    assert_eq!(details.len(), 1);
    let (key, rule) = details.iter().next().unwrap();
    (key.clone(), rule.as_str().unwrap().to_owned())
}

#[tokio::test]
async fn both_sides_of_every_limit_of_pay() {
    let sandbox = hasty().await;
    let digits = |count| "1".repeat(count);
    // field, a value that passes, a value that does not
    let cases = [
        ("id", json!("я".repeat(64)), json!("я".repeat(65))),
        ("id", json!("a"), json!("")),
        ("id", json!("b"), json!(7)),
        (
            "paymentRegistryId",
            json!(2_147_483_647),
            json!(2_147_483_648_u64),
        ),
        ("paymentRegistryId", json!(5), json!("5")),
        ("paymentRegistryId", json!(5), json!(5.0)),
        ("accountNumber", json!(digits(20)), json!(digits(19))),
        ("accountNumber", json!(digits(22)), json!(digits(21))),
        ("accountNumber", json!(digits(20)), json!(digits(23))),
        ("accountNumber", json!(digits(20)), json!("١".repeat(20))),
        ("accountNumber", json!(digits(20)), json!("١".repeat(10))),
        ("purpose", json!("Я".repeat(210)), json!("Я".repeat(211))),
        ("purpose", json!("Я"), json!("")),
        ("documentNumber", json!(1), json!(0)),
        ("documentNumber", json!(999_999), json!(1_000_000)),
        ("executionOrder", json!(1), json!(0)),
        ("executionOrder", json!(5), json!(6)),
        ("executionOrder", json!(3), json!(null)),
        (
            "dueDate",
            json!("2026-02-14T12:00:00+03:00"),
            json!("2026-02-14T12:00:01+03:00"),
        ),
        (
            "dueDate",
            json!("2026-01-16T00:00:00Z"),
            json!("2026-01-16T00:00Z"),
        ),
        (
            "dueDate",
            json!("2026-01-16T00:00:00Z"),
            json!("2026-01-16T00:00:00"),
        ),
        ("meta", json!({"a": {"b": [1]}}), json!([1])),
        ("meta", json!({}), json!("text")),
    ];
    for (index, (field, good, bad)) in cases.into_iter().enumerate() {
        let id = format!("limit-{index}");
        let with = |value: &Value| pay(&id, 5, &json!({field: value}));
        let reply = secured(&sandbox, with(&bad)).await;
        assert_eq!(breach(&reply).0, field, "{bad}");
        let reply = secured(&sandbox, with(&good)).await;
        assert!(
            [200, 422].contains(&reply.status),
            "{field} {good}: {}",
            reply.body
        );
    }
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let sandbox = hasty().await;
    let body = r#"{"id":"a","id":"b"}"#;
    let cases = [
        (Ask::send("POST", PAY, ""), "body", "must be a JSON object"),
        (Ask::send("POST", PAY, body), "id", "is repeated"),
        (
            pay("a", 5, &json!({"sum": 1})),
            "sum",
            "is not a known field",
        ),
        (post(PAY, &json!({})), "id", "is required"),
        (
            pay("a", 5, &json!({})).without("Content-Type"),
            "content-type",
            "must be application/json",
        ),
        (
            pay("a", 5, &json!({})).without("Accept"),
            "accept",
            "header is not present",
        ),
        (
            post(&format!("{PAY}?a=b"), &json!({})),
            "a",
            "is not a known query parameter",
        ),
        (
            result(&format!("{SALARY}/submit/result"), "7"),
            "correlationId",
            "must be a UUID",
        ),
        (
            Ask::get(&format!("{SALARY}/submit/result")),
            "correlationId",
            "is required",
        ),
        (
            action(&format!("{SALARY}/submit"), "7", 5),
            "correlationId",
            "must be a UUID",
        ),
        (
            Ask::get(&format!("/api/v1/payment/{}", "a".repeat(65))),
            "paymentId",
            "must have 1 to 64 characters",
        ),
        (
            post(&format!("{SALARY}/list"), &json!({"statuses": ["PAID"]})),
            "statuses",
            "must hold states of registries",
        ),
        (
            post(
                &format!("{SALARY}/list"),
                &json!({"statuses": vec!["DRAFT"; 11]}),
            ),
            "statuses",
            "must have at most 10 items",
        ),
        (
            post(
                &format!("{SALARY}/list"),
                &json!({"periodStart": "15.01.2026"}),
            ),
            "periodStart",
            "must be a date",
        ),
        (
            post(
                &format!("{SALARY}/cancel"),
                &json!({"correlationId": CORRELATION}),
            ),
            "paymentOrderNumber",
            "is required",
        ),
    ];
    for (request, key, rule) in cases {
        let reply = secured(&sandbox, request).await;
        assert_eq!(breach(&reply), (key.to_owned(), rule.to_owned()));
    }
    assert!(
        sandbox.ledger().entries().is_empty(),
        "nothing of it was understood"
    );
}

#[tokio::test]
async fn lines_are_read_strictly() {
    let sandbox = hasty().await;
    let with = |key: &str, value: Value| {
        let mut line = line(1, ACCOUNT, "1.00");
        line[key] = value;
        line
    };
    let decimals = "must be a number of roubles with at most two decimals";
    let cases = [
        (line(1, ACCOUNT, "1.001"), "sum", decimals),
        (line(1, ACCOUNT, "\"1.00\""), "sum", decimals),
        (line(1, ACCOUNT, "-1"), "sum", decimals),
        (
            with("collectionAmount", json!(null)),
            "collectionAmount",
            decimals,
        ),
        (
            with("revenueTypeCode", json!("6")),
            "revenueTypeCode",
            "must be one of 1, 2, 3, 4, 5",
        ),
        (
            with("periodStart", json!("2026-13-01")),
            "periodStart",
            "must be a date",
        ),
        (
            with("selfEmployedInfo", json!({})),
            "selfEmployedInfo",
            "is not a known field",
        ),
        (
            with("employeeInfo", json!({"firstName": "Иван"})),
            "employeeInfo.lastName",
            "is required",
        ),
        (
            with("accountNumber", json!("")),
            "accountNumber",
            "must have 1 to 1000 characters",
        ),
    ];
    for (line, key, rule) in cases {
        let reply = open(&sandbox, create("FAIL_ERRORS", &[line])).await;
        assert_eq!(
            breach(&reply),
            (format!("payments[0].{key}"), rule.to_owned())
        );
    }
    let reply = open(&sandbox, create("FAIL_ERRORS", &[])).await;
    assert_eq!(breach(&reply).0, "payments");
    let reply = open(&sandbox, create("SOME_ERRORS", &[line(1, ACCOUNT, "1")])).await;
    assert_eq!(breach(&reply).0, "registryCreateType");
}

#[tokio::test]
async fn each_way_to_create_has_fields_of_its_own() {
    let sandbox = hasty().await;
    let person = json!({"firstName": "Ольга", "lastName": "Примерова"});
    let mut theirs = line(1, ACCOUNT, "1.00");
    theirs.as_object_mut().unwrap().remove("employeeInfo");
    theirs["selfEmployedInfo"] = person;
    let body = |line: &Value, key: &str, value: Value| json!({"correlationId": CORRELATION, "payments": [line], key: value});
    let path = format!("{SELF_EMPLOYED}/create");
    for (key, value) in [
        ("loadDate", json!("2026-01-20")),
        ("taxHolding", json!("no")),
        ("incomeType", json!("FROM_ABROAD")),
    ] {
        let reply = open(&sandbox, post(&path, &body(&theirs, key, value))).await;
        assert_eq!(breach(&reply).0, key);
    }
    let good = body(&theirs, "incomeType", json!("FROM_INDIVIDUAL"));
    assert_eq!(open(&sandbox, post(&path, &good)).await.status, 200);

    let ours = line(1, ACCOUNT, "1.00");
    let path = format!("{SALARY}/create-submit");
    for (key, value) in [
        ("loadDate", json!("2026-01-20")),
        ("companyAccountNumber", json!("4".repeat(51))),
        ("taxHolding", json!(true)),
    ] {
        let reply = secured(&sandbox, post(&path, &body(&ours, key, value))).await;
        assert_eq!(breach(&reply).0, key);
    }
    let path = format!("{SALARY}/create");
    let free = body(&ours, "loadDate", json!("20.01.2026"));
    assert_eq!(
        open(&sandbox, post(&path, &free)).await.status,
        200,
        "any text will do there"
    );
}
