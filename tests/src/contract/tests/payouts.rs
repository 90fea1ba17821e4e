//! What the contract of the payouts platform says.

use super::*;

mod sent;

use Effect::{Idempotent, Keyed, Once, Read};
use Grade::{Documented as D, Inferred as I, Unverified as U};

/// Number on the page, name, method, effect, and the grades of route, request and answer.
type Row = (u8, &'static str, &'static str, Effect, [Grade; 3]);

const ROWS: [Row; 48] = [
    (1, "create-payment", "POST", Keyed, [I, I, D]),
    (2, "list-payments", "GET", Read, [I, D, D]),
    (3, "repeat-payment", "POST", Once, [I, D, D]),
    (4, "get-payment", "GET", Read, [I, D, D]),
    (5, "get-payment-by-customer-id", "GET", Read, [I, D, D]),
    (6, "list-payments-v2", "GET", Read, [I, D, D]),
    (7, "get-payment-v2", "GET", Read, [I, D, D]),
    (8, "create-branch", "POST", Once, [I, D, D]),
    (9, "list-branches", "GET", Read, [I, D, D]),
    (10, "update-branch", "PATCH", Idempotent, [I, D, D]),
    (11, "list-branch-bank-accounts", "GET", Read, [U, D, D]),
    (12, "create-certificate", "POST", Once, [I, I, D]),
    (13, "list-certificates", "GET", Read, [I, D, D]),
    (14, "get-certificate", "GET", Read, [I, D, D]),
    (15, "update-certificate", "PUT", Idempotent, [I, I, D]),
    (16, "pay-certificate", "POST", Keyed, [I, D, D]),
    (17, "download-certificate-docx", "GET", Read, [U, D, I]),
    (18, "download-certificate-pdf", "GET", Read, [U, D, I]),
    (19, "recognise-passport", "POST", Once, [U, I, D]),
    (20, "get-passport-recognition", "GET", Read, [U, D, D]),
    (21, "create-nomenclature", "POST", Once, [I, D, D]),
    (22, "list-nomenclatures", "GET", Read, [I, D, D]),
    (23, "get-nomenclature", "GET", Read, [I, D, D]),
    (24, "update-nomenclature", "PUT", Idempotent, [I, D, D]),
    (25, "delete-nomenclature", "DELETE", Idempotent, [I, D, U]),
    (26, "start-passport-check", "POST", Once, [U, D, D]),
    (27, "get-passport-check", "GET", Read, [U, I, D]),
    (28, "list-extension-releases", "GET", Read, [U, D, D]),
    (29, "get-cabinet-settings", "GET", Read, [U, D, D]),
    (30, "upsert-contractor", "POST", Idempotent, [I, I, D]),
    (31, "list-contractors", "GET", Read, [I, D, D]),
    (32, "get-contractor", "GET", Read, [I, D, D]),
    (33, "delete-contractor", "DELETE", Idempotent, [I, D, I]),
    (34, "update-contractor", "PUT", Idempotent, [I, I, D]),
    (35, "list-requisites", "GET", Read, [I, D, D]),
    (36, "list-balances", "GET", Read, [I, D, D]),
    (37, "get-balance", "GET", Read, [I, D, D]),
    (38, "get-self-employed-state", "GET", Read, [I, D, D]),
    (
        39,
        "synchronise-self-employed-state",
        "POST",
        Idempotent,
        [I, D, D],
    ),
    (40, "request-identification", "POST", Once, [I, D, D]),
    (
        41,
        "get-last-approved-identification",
        "GET",
        Read,
        [I, D, D],
    ),
    (42, "list-cooperations", "GET", Read, [I, D, D]),
    (43, "create-cooperation", "POST", Once, [I, D, D]),
    (44, "get-cooperation", "GET", Read, [I, D, D]),
    (45, "delete-cooperation", "DELETE", Idempotent, [I, D, U]),
    (46, "update-cooperation", "PUT", Idempotent, [I, D, D]),
    (49, "list-nominal-payouts", "GET", Read, [U, D, D]),
    (50, "list-nominal-incomings", "GET", Read, [U, D, D]),
];

fn payouts() -> Contract {
    load("payouts-platform").unwrap()
}

fn named(contract: &Contract, name: &str) -> Operation {
    let id = format!("payouts-platform.{name}");
    contract.operation(&id).unwrap().clone()
}

#[test]
fn each_of_48_operations_is_what_it_is() {
    let contract = payouts();
    assert_eq!(contract.operations.len(), ROWS.len());
    for (number, name, method, effect, grades) in ROWS {
        let operation = named(&contract, name);
        let provenance = operation.provenance;
        let found = [provenance.route, provenance.request, provenance.answer];
        assert_eq!(
            (operation.method.as_str(), operation.effect, found),
            (method, effect, grades),
            "{name}"
        );
        let numbers: Vec<&str> = operation.source.operation.split(" and ").collect();
        assert!(numbers.contains(&number.to_string().as_str()), "{name}");
        assert_eq!(
            (operation.host.as_str(), operation.success.clone()),
            ("api", Success::Any2xx),
            "{name}"
        );
        assert!(
            operation.refused.is_empty() && operation.not_ready.is_empty(),
            "{name}: no page promises it"
        );
    }
    let count = |effect| ROWS.iter().filter(|row| row.3 == effect).count();
    assert_eq!([Read, Keyed, Idempotent, Once].map(count), [28, 2, 10, 8]);
    let count = |grade| ROWS.iter().filter(|row| row.4[0] == grade).count();
    assert_eq!(
        [D, I, U].map(count),
        [0, 37, 11],
        "no path stands on the page"
    );
}

#[test]
fn two_writes_carry_a_key_and_five_have_a_place_to_look() {
    let contract = payouts();
    let keyed: Vec<_> = contract
        .operations
        .iter()
        .filter_map(|operation| {
            Some((
                operation.name(),
                operation.key.as_deref()?,
                operation.key_promise?,
            ))
        })
        .collect();
    let expected = [
        ("create-payment", "customer_payment_id", KeyPromise::Refused),
        ("pay-certificate", "idempotency_key", KeyPromise::Unpromised),
    ];
    assert_eq!(keyed, expected);
    for (name, key, _) in expected {
        let body = named(&contract, name).request.unwrap();
        assert!(
            body.schema.required.iter().any(|known| known == key),
            "{name}"
        );
    }
    let lookups: Vec<_> = contract
        .operations
        .iter()
        .filter_map(|operation| {
            Some((
                operation.name(),
                operation.lookup.as_deref()?.split_once('.')?.1,
            ))
        })
        .collect();
    let expected = [
        ("create-payment", "get-payment-by-customer-id"),
        ("repeat-payment", "get-payment-v2"),
        ("create-certificate", "list-certificates"),
        ("pay-certificate", "get-certificate"),
        ("create-cooperation", "list-cooperations"),
    ];
    assert_eq!(lookups.len(), expected.len());
    for row in expected {
        assert!(lookups.contains(&row), "{row:?}");
    }
}

#[test]
fn looks_at_a_payment_and_synchronisations_are_paced() {
    let contract = payouts();
    let paced: Vec<_> = contract
        .operations
        .iter()
        .flat_map(|operation| {
            operation
                .rates
                .iter()
                .map(|rate| (operation.name(), rate.clone()))
        })
        .collect();
    let rate = |class: &str, seconds, key: &str| Rate {
        class: format!("payouts-platform.{class}"),
        limit: 1,
        seconds,
        key: Some(key.to_owned()),
    };
    let expected = [
        ("get-payment", rate("payment", 60, "payment_id")),
        ("get-payment-v2", rate("payment", 60, "payment_id")),
        (
            "get-payment-by-customer-id",
            rate("payment", 60, "customer_payment_id"),
        ),
        (
            "get-self-employed-state",
            rate("self-employed-state", 2, "contractor_id"),
        ),
        (
            "synchronise-self-employed-state",
            rate("self-employed-sync", 30, "contractor_id"),
        ),
    ];
    assert_eq!(paced.len(), expected.len());
    for row in expected {
        assert!(paced.contains(&row), "{row:?}");
    }
}

#[test]
fn the_64_samples_of_the_page_are_published_examples() {
    let contract = payouts();
    let published = |body: Option<&Body>| {
        let examples = body.map_or([].iter(), |body| body.examples.iter());
        examples.filter(|example| example.published).count()
    };
    let (mut sent, mut answered) = (0, 0);
    for operation in &contract.operations {
        let own = published(operation.request.as_ref());
        let told: usize = operation
            .answers
            .iter()
            .map(|answer| published(answer.body.as_ref()))
            .sum();
        let expected = match operation.name() {
            // They stand on the page twice.
            "get-self-employed-state" | "synchronise-self-employed-state" => 2,
            _ => 1,
        };
        assert_eq!(told, expected, "{}", operation.id);
        (sent, answered) = (sent + own, answered + told);
        for body in operation
            .request
            .iter()
            .chain(operation.answers.iter().filter_map(|a| a.body.as_ref()))
        {
            let said = |example: &Example| example.published != example.made;
            assert!(
                body.examples.iter().all(said),
                "{}: each example says whose it is",
                operation.id
            );
        }
    }
    assert_eq!((sent, answered), (14, 50));
}

#[test]
fn the_key_is_a_header_of_every_request_and_nothing_of_the_query() {
    for operation in &payouts().operations {
        let accept = if operation.name().starts_with("download-") {
            "*/*"
        } else {
            "application/json"
        };
        let found: Vec<_> = operation
            .headers
            .iter()
            .map(|h| (h.name.as_str(), h.required, h.value.as_deref(), h.form))
            .collect();
        let expected = [
            ("client-key", true, None, Some(Form::Key)),
            ("accept", true, Some(accept), None),
            ("content-type", true, Some("application/json"), None),
        ];
        assert_eq!(found, expected, "{}", operation.id);
        assert!(operation.is_authorized());
        assert!(
            operation
                .parameters
                .iter()
                .all(|parameter| parameter.name != "client_key")
        );
    }
}

#[test]
fn no_answer_promises_more_than_what_wraps_the_rest() {
    for operation in &payouts().operations {
        for body in operation
            .answers
            .iter()
            .filter_map(|answer| answer.body.as_ref())
        {
            for name in &body.schema.required {
                let known = ["item", "items", "data", "error"].contains(&name.as_str());
                assert!(
                    known || operation.name() == "recognise-passport",
                    "{}: {name}",
                    operation.id
                );
            }
            let inner = body.schema.properties.iter().map(|(_, schema)| schema);
            let promised = inner.chain(body.schema.items.as_deref()).any(promises);
            assert!(!promised, "{}", operation.id);
        }
    }
}

fn promises(schema: &Schema) -> bool {
    let inner = schema.properties.iter().map(|(_, schema)| schema);
    !schema.required.is_empty() || inner.chain(schema.items.as_deref()).any(promises)
}

#[test]
fn what_tells_about_people_is_marked_everywhere() {
    let words = [
        "phone",
        "phone_number",
        "email",
        "inn",
        "snils",
        "account_number",
        "last_name",
        "first_name",
        "middle_name",
        "second_name",
        "full_name",
        "short_name",
        "full_number",
        "passport_rus",
        "passport_rus_registration",
        "birth_date",
        "birthdate",
        "birthplace",
        "birthdate_place",
        "issued_by",
        "division",
        "department_code",
        "department_name",
        "registration_address",
        "full_address",
        "address",
        "mask",
        "uuid",
        "comment",
        "fns_url",
        "saved_url",
        "payment_purpose",
        "service_name",
        "purpose",
        "recipient_inn",
        "contractor_inn",
        "payer_inn",
        "organization_inn",
        "gender",
        "serial",
        "detail",
        "zip_code",
    ];
    let mut seen = Vec::new();
    for operation in &payouts().operations {
        let bodies = operation
            .request
            .iter()
            .chain(operation.answers.iter().filter_map(|a| a.body.as_ref()));
        for body in bodies {
            unmarked(&body.schema, &words, &operation.id, &mut seen);
        }
    }
    for word in words {
        assert!(seen.contains(&word.to_owned()), "{word} is in no schema");
    }
}

fn unmarked(schema: &Schema, words: &[&str], place: &str, seen: &mut Vec<String>) {
    for (name, inner) in &schema.properties {
        if words.contains(&name.as_str()) {
            let holds_members = !inner.properties.is_empty() || inner.kinds.contains(&Kind::Number);
            assert!(inner.personal || holds_members, "{place}: {name}");
            seen.push(name.clone());
        }
        // The short name of a unit of measure is no person's.
        if name != "measure_unit" {
            unmarked(inner, words, place, seen);
        }
    }
    if let Some(items) = &schema.items {
        unmarked(items, words, place, seen);
    }
}
