//! What the contracts of the project say.

use super::*;
use crate::json::Node;

#[test]
fn every_contract_of_the_project_is_sound() {
    let contracts = load_all().unwrap();
    for provider in ["alfa-sbp", "tbank-registry"] {
        assert!(
            contracts
                .iter()
                .any(|contract| contract.provider == provider),
            "{provider}"
        );
    }
}

#[test]
fn alfa_says_what_the_page_says() {
    let contract = load("alfa-sbp").unwrap();
    let ids: Vec<&str> = contract.operations.iter().map(Operation::name).collect();
    assert_eq!(
        ids,
        [
            "list-outgoing-payments",
            "execute-outgoing-payment",
            "create-outgoing-payment",
            "one-step-pay",
            "get-outgoing-payment-status",
            "get-payment-link",
            "list-incoming-payments",
            "token",
        ]
    );
    let list = contract
        .operation("alfa-sbp.list-outgoing-payments")
        .unwrap();
    assert_eq!(list.scopes, ["b2b-sbp"]);
    assert_eq!(
        list.answers.iter().map(|a| a.status).collect::<Vec<_>>(),
        [200, 400, 401, 403, 404, 429, 500, 503]
    );
    let without_body: Vec<u16> = list
        .answers
        .iter()
        .filter(|a| a.body.is_none())
        .map(|a| a.status)
        .collect();
    assert_eq!(without_body, [429, 503]);
    let payment = list.answers[0]
        .body
        .as_ref()
        .unwrap()
        .schema
        .property("payments")
        .unwrap()
        .items
        .as_ref()
        .unwrap();
    assert_eq!(payment.required.len(), 10);
    assert_eq!(
        payment.property("amount").unwrap().money,
        Some(MoneyUnit::Kopecks)
    );
    for personal in ["payerAccount", "paymentPurpose"] {
        assert!(payment.property(personal).unwrap().personal, "{personal}");
    }
    for name in [
        "one-step-pay",
        "execute-outgoing-payment",
        "create-outgoing-payment",
    ] {
        assert_eq!(
            contract
                .operation(&format!("alfa-sbp.{name}"))
                .unwrap()
                .effect,
            Effect::Once,
            "{name}"
        );
    }
    assert!(
        !contract
            .operation("alfa-sbp.token")
            .unwrap()
            .is_authorized()
    );
}

/// Name, host, key and lookup of every operation of T-Bank, in the order of the document.
const TBANK: [(&str, &str, Option<&str>, Option<&str>); 21] = [
    (
        "pay-registry",
        "secured",
        Some("id"),
        Some("get-payment-status"),
    ),
    ("get-payment-status", "secured", None, None),
    (
        "create-salary-registry",
        "open",
        Some("correlationId"),
        Some("get-salary-registry-creation"),
    ),
    ("get-salary-registry-creation", "open", None, None),
    (
        "submit-salary-registry",
        "secured",
        Some("correlationId"),
        Some("get-salary-registry-submission"),
    ),
    ("get-salary-registry-submission", "secured", None, None),
    (
        "create-and-submit-salary-registry",
        "secured",
        Some("correlationId"),
        Some("get-salary-registry-creation-and-submission"),
    ),
    (
        "get-salary-registry-creation-and-submission",
        "secured",
        None,
        None,
    ),
    ("list-salary-registries", "secured", None, None),
    (
        "cancel-salary-registry",
        "secured",
        Some("correlationId"),
        Some("get-salary-registry-cancellation"),
    ),
    ("get-salary-registry-cancellation", "secured", None, None),
    ("get-salary-registry", "open", None, None),
    (
        "create-self-employed-registry",
        "open",
        Some("correlationId"),
        Some("get-self-employed-registry-creation"),
    ),
    ("get-self-employed-registry-creation", "open", None, None),
    (
        "submit-self-employed-registry",
        "secured",
        Some("correlationId"),
        Some("get-self-employed-registry-submission"),
    ),
    (
        "get-self-employed-registry-submission",
        "secured",
        None,
        None,
    ),
    (
        "pay-self-employed-registry",
        "secured",
        Some("correlationId"),
        Some("get-self-employed-registry-payment"),
    ),
    ("get-self-employed-registry-payment", "secured", None, None),
    (
        "request-self-employed-receipts",
        "secured",
        Some("correlationId"),
        None,
    ),
    ("list-self-employed-registries", "secured", None, None),
    ("get-self-employed-registry", "open", None, None),
];

#[test]
fn every_write_of_tbank_carries_its_key() {
    let contract = load("tbank-registry").unwrap();
    assert_eq!(contract.operations.len(), TBANK.len());
    for (operation, (name, host, key, lookup)) in contract.operations.iter().zip(TBANK) {
        let found = operation
            .lookup
            .as_deref()
            .and_then(|id| id.strip_prefix("tbank-registry."));
        assert_eq!(
            (
                operation.name(),
                operation.host.as_str(),
                operation.key.as_deref(),
                found
            ),
            (name, host, key, lookup)
        );
        let (effect, promise) = match key {
            Some(_) => (Effect::Keyed, Some(KeyPromise::Unpromised)),
            None => (Effect::Read, None),
        };
        assert_eq!((operation.effect, operation.key_promise), (effect, promise));
        assert_eq!(operation.success, Success::Any2xx, "{name}");
        assert!(operation.refused.is_empty(), "{name}: no page promises it");
        if let Some(key) = key {
            let body = operation.request.as_ref().unwrap();
            assert!(body.schema.required.iter().any(|known| known == key));
        }
    }
}

#[test]
fn tbank_publishes_a_pace_for_each_method_and_a_slow_one_for_each_card() {
    let contract = load("tbank-registry").unwrap();
    for operation in &contract.operations {
        let name = operation.name();
        let limit = match name {
            "pay-registry" => 10,
            "get-payment-status" => 20,
            _ => 1,
        };
        let mut expected = vec![(operation.id.clone(), limit, 1, None)];
        if let "get-salary-registry" | "get-self-employed-registry" = name {
            let class = format!("{}-card", operation.id.replace(".get-", "."));
            expected.push((class, 1, 600, Some("paymentRegistryId".to_owned())));
        }
        let told = operation
            .rates
            .iter()
            .cloned()
            .map(|rate| (rate.class, rate.limit, rate.seconds, rate.key));
        assert_eq!(told.collect::<Vec<_>>(), expected, "{name}");
    }
}

#[test]
fn the_limits_of_paying_a_registry_are_those_of_the_page() {
    let contract = load("tbank-registry").unwrap();
    let pay = contract.operation("tbank-registry.pay-registry").unwrap();
    let schema = &pay.request.as_ref().unwrap().schema;
    let text = |length: usize| Node::text("ы".repeat(length));
    let digits = |length: usize| Node::text("4".repeat(length));
    let number = |text: &str| Node::Number(text.to_owned());
    let rows = [
        ("id", text(1), true),
        ("id", text(64), true),
        ("id", text(0), false),
        ("id", text(65), false),
        ("paymentRegistryId", number("2147483647"), true),
        ("paymentRegistryId", number("2147483648"), false),
        ("accountNumber", digits(20), true),
        ("accountNumber", digits(22), true),
        ("accountNumber", digits(19), false),
        ("accountNumber", digits(21), false),
        ("accountNumber", digits(23), false),
        ("accountNumber", Node::text("٤".repeat(20)), false),
        ("purpose", text(1), true),
        ("purpose", text(210), true),
        ("purpose", text(0), false),
        ("purpose", text(211), false),
        ("documentNumber", number("1"), true),
        ("documentNumber", number("999999"), true),
        ("documentNumber", number("0"), false),
        ("documentNumber", number("1000000"), false),
        ("executionOrder", number("1"), true),
        ("executionOrder", number("5"), true),
        ("executionOrder", number("0"), false),
        ("executionOrder", number("6"), false),
        ("dueDate", Node::text("2024-06-05T18:00:00+03:00"), true),
        ("dueDate", Node::text("2024-06-05T18:00+03:00"), false),
        ("meta", Node::map([("a", number("1"))]), true),
        ("meta", text(1), false),
        ("meta", Node::Null, false),
    ];
    for (name, value, expected) in rows {
        let found = schema.property(name).unwrap().violations(&value, name);
        assert_eq!(found.is_empty(), expected, "{name}: {found:?}");
    }
    assert_eq!(
        schema.required,
        ["id", "paymentRegistryId", "accountNumber", "purpose"]
    );
    for personal in ["accountNumber", "purpose", "meta"] {
        assert!(schema.property(personal).unwrap().personal, "{personal}");
    }
    assert!(schema.closed);
}

#[test]
fn tbank_is_reached_by_two_hosts_in_each_environment() {
    let contract = load("tbank-registry").unwrap();
    let servers: Vec<_> = contract
        .servers
        .iter()
        .map(|server| {
            (
                server.environment.as_str(),
                server.hosts.join(" "),
                server.url.as_str(),
            )
        })
        .collect();
    let expected = [
        ("production", "secured", "https://secured-openapi.tbank.ru"),
        ("production", "open", "https://business.tbank.ru/openapi"),
        (
            "sandbox",
            "secured",
            "https://business.tbank.ru/openapi/sandbox/secured",
        ),
        (
            "sandbox",
            "open",
            "https://business.tbank.ru/openapi/sandbox",
        ),
    ];
    assert_eq!(
        servers,
        expected.map(|(environment, host, url)| (environment, host.to_owned(), url))
    );
    let webhooks: Vec<&str> = contract
        .webhooks
        .iter()
        .map(|webhook| webhook.name.as_str())
        .collect();
    assert_eq!(webhooks, ["payment-status"]);
}
