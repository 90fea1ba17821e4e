//! What the contracts of Sber say.

use super::*;

/// Name, method, host, effect, lookup, and the grades of route, request and answer.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    Effect,
    Option<&'static str>,
    [Grade; 3],
);

use Effect::{Idempotent, Keyed, Once, Read};
use Grade::{Documented as D, Inferred as I, Unverified as U};

const SIGN_IN: [Row; 5] = [
    ("token", "POST", "token", Once, None, [D, D, D]),
    ("revoke-token", "POST", "token", Idempotent, None, [D, D, D]),
    (
        "change-client-secret",
        "POST",
        "token",
        Once,
        None,
        [D, D, D],
    ),
    (
        "refresh-client-secret",
        "POST",
        "api",
        Once,
        None,
        [I, I, I],
    ),
    ("get-user-info", "GET", "token", Read, None, [D, D, D]),
];

const STATE: Option<&str> = Some("sber-encashment.get-waybill-state");

const ENCASHMENT: [Row; 6] = [
    ("get-object", "GET", "api", Read, None, [D, D, U]),
    ("create-waybill", "POST", "api", Keyed, STATE, [D, I, U]),
    ("get-waybill-state", "GET", "api", Read, None, [D, D, I]),
    ("get-waybill", "GET", "api", Read, None, [D, D, U]),
    ("cancel-waybill", "POST", "api", Keyed, STATE, [D, I, U]),
    (
        "list-objects-by-contract",
        "GET",
        "api",
        Read,
        None,
        [U, U, U],
    ),
];

const STATEMENTS: [Row; 4] = [
    ("get-summary", "GET", "api", Read, None, [D, D, D]),
    ("list-transactions", "GET", "api", Read, None, [D, D, D]),
    ("list-increment", "GET", "api", Read, None, [D, D, D]),
    ("get-transaction", "GET", "api", Read, None, [D, D, D]),
];

#[test]
fn each_operation_is_what_it_is() {
    let tables: [(&str, &[Row]); 3] = [
        ("sber-api", &SIGN_IN),
        ("sber-encashment", &ENCASHMENT),
        ("statements", &STATEMENTS),
    ];
    for (provider, rows) in tables {
        let contract = load(provider).unwrap();
        let found: Vec<_> = contract
            .operations
            .iter()
            .map(|o| {
                let grades = [
                    o.provenance.route,
                    o.provenance.request,
                    o.provenance.answer,
                ];
                let (method, host) = (o.method.as_str(), o.host.as_str());
                (
                    o.name(),
                    method,
                    host,
                    o.effect,
                    o.lookup.as_deref(),
                    grades,
                )
            })
            .collect();
        assert_eq!(found, rows);
        for operation in &contract.operations {
            assert!(
                operation.refused.is_empty(),
                "{}: no page promises it",
                operation.id
            );
        }
    }
}

#[test]
fn a_waybill_is_keyed_by_its_external_id_and_the_bank_promises_nothing() {
    let contract = load("sber-encashment").unwrap();
    for name in ["create-waybill", "cancel-waybill"] {
        let operation = contract
            .operation(&format!("sber-encashment.{name}"))
            .unwrap();
        assert_eq!(operation.key.as_deref(), Some("externalId"));
        assert_eq!(operation.key_promise, Some(KeyPromise::Unpromised));
        assert_eq!(
            operation.request.as_ref().unwrap().schema.required,
            ["externalId"]
        );
    }
    let captions = contract.operation("sber-encashment.get-waybill").unwrap();
    let mut statuses: Vec<_> = captions
        .answers
        .iter()
        .map(|answer| answer.status)
        .collect();
    statuses.dedup();
    assert_eq!(statuses, [200, 400, 401, 403, 404, 429, 500, 503]);
}

#[test]
fn a_statement_is_paced_by_endpoint_and_202_is_never_data() {
    for operation in &load("statements").unwrap().operations {
        let [rate] = &operation.rates[..] else {
            panic!("{} has one rate", operation.id)
        };
        assert_eq!(
            (rate.limit, rate.seconds, rate.key.as_deref()),
            (5, 1, None)
        );
        assert!(rate.class.starts_with("statement-"), "{}", rate.class);
        assert_eq!(
            (&operation.not_ready[..], operation.is_success(202)),
            (&[202][..], false)
        );
        assert_eq!(operation.scopes, ["GET_STATEMENT_ACCOUNT"]);
    }
}

#[test]
fn no_answer_of_sber_promises_a_field_but_the_secret_that_was_asked_for() {
    for provider in ["sber-api", "sber-encashment", "statements"] {
        for operation in &load(provider).unwrap().operations {
            for body in operation
                .answers
                .iter()
                .filter_map(|answer| answer.body.as_ref())
            {
                let place = &operation.id;
                for name in promised(&body.schema) {
                    assert!(
                        ["access_token", "clientSecret"].contains(&name),
                        "{place}: {name}"
                    );
                }
            }
        }
    }
}

fn promised(schema: &Schema) -> Vec<&str> {
    let inner = schema.properties.iter().map(|(_, schema)| schema);
    inner
        .chain(schema.items.as_deref())
        .flat_map(promised)
        .chain(schema.required.iter().map(String::as_str))
        .collect()
}

#[test]
fn the_text_of_an_error_is_a_secret_because_it_repeats_the_token() {
    for provider in ["sber-api", "sber-encashment", "statements"] {
        for operation in &load(provider).unwrap().operations {
            let unauthorized = operation.answers.iter().find(|answer| answer.status == 401);
            let body = unauthorized.unwrap().body.as_ref().unwrap();
            assert!(
                body.schema.property("message").unwrap().secret,
                "{}",
                operation.id
            );
            for example in &body.examples {
                let text = crate::json::compact(&example.value);
                assert!(!text.contains("value = ") || text.contains("value = not-a-real-token"));
            }
        }
    }
}

#[test]
fn a_token_is_asked_for_by_a_code_or_by_a_refresh_token() {
    let contract = load("sber-api").unwrap();
    let token = contract.operation("sber-api.token").unwrap();
    let headers = [
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let is_allowed = |body: &str| {
        let body = format!("client_id=1&client_secret=s&{body}");
        check_request(token, "POST", &token.route, &[], &headers, body.as_bytes()).is_ok()
    };
    let rows = [
        ("grant_type=authorization_code&code=c&redirect_uri=u", true),
        (
            "grant_type=authorization_code&code=c&redirect_uri=u&code_verifier=v",
            true,
        ),
        ("grant_type=refresh_token&refresh_token=r", true),
        (
            "grant_type=refresh_token&refresh_token=r&redirect_uri=u",
            true,
        ),
        ("grant_type=authorization_code&code=c", false),
        (
            "grant_type=authorization_code&refresh_token=r&redirect_uri=u",
            false,
        ),
        (
            "grant_type=authorization_code&code=c&redirect_uri=u&refresh_token=r",
            false,
        ),
        ("grant_type=refresh_token&code=c", false),
        ("grant_type=refresh_token&refresh_token=r&code=c", false),
        ("grant_type=client_credentials&refresh_token=r", false),
    ];
    for (body, expected) in rows {
        assert_eq!(is_allowed(body), expected, "{body}");
    }
}
