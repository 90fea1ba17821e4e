//! The reader's rules on a small contract, and the judgement of requests by it.

use super::*;

const SMALL: &str = r#"
openapi: '3.1.0'
info: {title: A bank, version: '1'}
x-provider: bank
servers:
  - {url: 'https://bank.example', x-environment: production, x-hosts: [api]}
paths:
  /v1/payments/{id}:
    put:
      operationId: bank.pay
      x-provenance: {route: documented, request: inferred, answer: unverified}
      x-effect: keyed
      x-key: requestId
      x-key-promise: refused
      x-rates: [{class: payments, limit: 10, seconds: 1}, {class: each, limit: 1, seconds: 60, key: id}]
      x-refused: [429]
      x-not-ready: [202]
      x-success: [200]
      x-scopes: [pay]
      x-host: api
      x-lookup: bank.pay
      x-source: {title: Pay, section: Payments, operation: '1'}
      x-headers:
        - {name: authorization, required: true, form: bearer}
        - {name: content-type, required: false, value: text/plain}
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, minLength: 2}}
        - {name: day, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 31}}
        - {name: sort, in: query, schema: {type: array, maxItems: 2, items: {type: string, enum: [a, b]}}}
        - {name: dry, in: query, schema: {type: boolean}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [requestId, amount]
              properties:
                requestId: {type: string}
                amount: {type: integer, minimum: 1, maximum: 20000000000000000001, x-money: kopecks}
                purpose: {type: [string, 'null'], maxLength: 3, x-personal: true}
                tags: {type: array, minItems: 1, items: {type: string}}
            examples:
              sample: {value: {requestId: r, amount: 20000000000000000001}}
      responses:
        '429': {description: Later.}
        '200':
          description: Done.
          content:
            application/json:
              schema: {type: object, properties: {state: {type: string, x-open-enum: [NEW]}}}
              examples:
                sample: {x-made: true, value: {state: OLD}}
"#;

fn pay() -> Operation {
    read(SMALL).unwrap().operation("bank.pay").unwrap().clone()
}

#[test]
fn every_member_is_read() {
    let pay = pay();
    assert_eq!(
        (pay.method.as_str(), pay.route.as_str(), pay.name()),
        ("PUT", "/v1/payments/{id}", "pay")
    );
    assert_eq!(
        (pay.effect, pay.key.as_deref(), pay.key_promise),
        (Effect::Keyed, Some("requestId"), Some(KeyPromise::Refused))
    );
    assert_eq!(
        (pay.refused.as_slice(), pay.not_ready.as_slice()),
        (&[429][..], &[202][..])
    );
    assert_eq!(pay.success, Success::Only(vec![200]));
    assert!(pay.is_success(200) && !pay.is_success(201) && pay.is_authorized());
    assert_eq!(
        (
            pay.scopes.as_slice(),
            pay.host.as_str(),
            pay.lookup.as_deref()
        ),
        (&["pay".to_owned()][..], "api", Some("bank.pay"))
    );
    let grades = Provenance {
        route: Grade::Documented,
        request: Grade::Inferred,
        answer: Grade::Unverified,
    };
    assert_eq!(pay.provenance, grades);
    assert_eq!(
        pay.rates[1],
        Rate {
            class: "each".into(),
            limit: 1,
            seconds: 60,
            key: Some("id".into())
        }
    );
    assert_eq!(
        pay.answers
            .iter()
            .map(|answer| answer.status)
            .collect::<Vec<_>>(),
        [200, 429]
    );
    assert_eq!(pay.answers[1].body, None);
    let amount = pay
        .request
        .as_ref()
        .unwrap()
        .schema
        .property("amount")
        .unwrap();
    assert_eq!(amount.money, Some(MoneyUnit::Kopecks));
    assert!(pay.answers[0].body.as_ref().unwrap().examples[0].made);
}

#[test]
fn each_slip_in_a_contract_has_its_place() {
    let rows = [
        (
            "x-effect: keyed",
            "x-effect: twice",
            "x-effect: twice is none of: read, idempotent, keyed, once",
        ),
        (
            "x-effect: keyed",
            "x-effect: once",
            "a keyed operation, and no other",
        ),
        (
            "x-key-promise: refused",
            "x-key-promise: null",
            "a keyed operation, and no other",
        ),
        (
            "x-refused: [429]",
            "x-refuse: [429]",
            "x-refuse: is not a key that we know here",
        ),
        ("x-not-ready: [202]\n", "\n", "x-not-ready is missing"),
        (
            "x-success: [200]",
            "x-success: [204]",
            "no answer is a success",
        ),
        (
            "x-success: [200]",
            "x-success: all",
            "must be any-2xx or a list",
        ),
        (
            "bank.pay\n      x-prov",
            "bank.Pay\n      x-prov",
            "must be bank.name-in-kebab-case",
        ),
        (
            "x-lookup: bank.pay",
            "x-lookup: bank.find",
            "the lookup bank.find is no operation",
        ),
        (
            "x-host: api",
            "x-host: files",
            "no server has the host files",
        ),
        (
            "/payments/{id}:",
            "/payments/{number}:",
            "its parameters differ",
        ),
        (
            "/payments/{id}:",
            "/payments/{id}.json:",
            "not a whole segment",
        ),
        (
            "{route: documented",
            "{route: unverified",
            "stands under /unverified/",
        ),
        (
            "minLength: 2",
            "pattern: x",
            "pattern: is not a key that we know here",
        ),
        (
            "required: [requestId, amount]",
            "required: [requestId, sum]",
            "sum is required but not described",
        ),
        (
            "value: {requestId: r,",
            "value: {",
            "breaks its own schema: sample.requestId: is missing",
        ),
        ("type: boolean", "type: bool", "bool is not a type of JSON"),
        (
            "x-money: kopecks",
            "x-money: cents",
            "neither kopecks nor roubles",
        ),
        ("'429'", "'4XX'", "must be a status"),
        (
            "x-personal: true",
            "x-nullable: true",
            "null is already one of its types",
        ),
    ];
    for (from, to, expected) in rows {
        assert!(SMALL.contains(from), "{from}");
        let error = read(&SMALL.replacen(from, to, 1))
            .expect_err(to)
            .to_string();
        assert!(error.contains(expected), "{to}: {error}");
    }
}

#[test]
fn a_request_is_judged_part_by_part() {
    const GOOD: &[u8] = br#"{"requestId":"r","amount":20000000000000000001,"purpose":null}"#;
    let headers = [
        ("Authorization", "Bearer x"),
        ("Content-Type", "application/json; charset=utf-8"),
    ];
    let pay = pay();
    let judged = |method: &str,
                  path: &str,
                  query: &[(&str, &str)],
                  headers: &[(&str, &str)],
                  body: &[u8]| {
        check_request(&pay, method, path, query, headers, body)
            .err()
            .unwrap_or_default()
            .join("; ")
    };
    let day = [("day", "31")];

    assert_eq!(
        judged("PUT", "/v1/payments/a%2Fb", &day, &headers, GOOD),
        ""
    );
    assert_eq!(
        judged(
            "PUT",
            "/v1/payments/ab",
            &[("sort", "a"), ("day", "1"), ("sort", "b"), ("dry", "true")],
            &headers,
            GOOD
        ),
        "",
    );

    let paths = [
        (
            "/v1/payments/a",
            "path.id: has 1 characters, at least 2 are needed",
        ),
        ("/v1/payments", "path: does not fit /v1/payments/{id}"),
        ("/v2/payments/ab", "path: does not fit /v1/payments/{id}"),
        ("/v1/payments/%ff%ff", "path.id: is not UTF-8"),
    ];
    for (path, expected) in paths {
        assert_eq!(
            judged("PUT", path, &day, &headers, GOOD),
            expected,
            "{path}"
        );
    }
    assert_eq!(
        judged("POST", "/v1/payments/ab", &day, &headers, GOOD),
        "method: must be PUT, is POST"
    );

    let queries: [(&[(&str, &str)], &str); 8] = [
        (&[], "query.day: is missing"),
        (&[("day", "0")], "query.day: is less than the minimum"),
        (&[("day", "32")], "query.day: is more than the maximum"),
        (
            &[("day", "1.0")],
            "query.day: must be integer, is a number with a fraction or an exponent",
        ),
        (&[("day", "one")], "query.day: must be integer, is string"),
        (&[("day", "1"), ("day", "1")], "query.day: stands 2 times"),
        (
            &[("day", "1"), ("Sort", "a")],
            "query.Sort: is not a known name",
        ),
        (
            &[("day", "1"), ("sort", "a"), ("sort", "c"), ("sort", "b")],
            r#"query.sort: has 3 items, at most 2 are allowed; query.sort[1]: must be one of "a", "b""#,
        ),
    ];
    for (query, expected) in queries {
        assert_eq!(
            judged("PUT", "/v1/payments/ab", query, &headers, GOOD),
            expected,
            "{query:?}"
        );
    }

    let header_rows: [(&[(&str, &str)], &str); 3] = [
        (
            &[],
            "header.authorization: is missing; header.content-type: is missing",
        ),
        (
            &[("authorization", "Basic x"), ("content-type", "text/plain")],
            "header.authorization: must be the word Bearer, a blank and a token; header.content-type: must be application/json",
        ),
        (
            &[
                ("authorization", "Bearer x"),
                ("Authorization", "Bearer y"),
                ("content-type", "application/json"),
            ],
            "header.authorization: stands 2 times",
        ),
    ];
    for (headers, expected) in header_rows {
        assert_eq!(
            judged("PUT", "/v1/payments/ab", &day, headers, GOOD),
            expected
        );
    }

    let bodies: [(&[u8], &str); 8] = [
        (b"", "body: not JSON at line 1 column 0"),
        (b"\xff", "body: is not UTF-8"),
        (b"[]", "body: must be object, is array"),
        (br#"{"requestId":"r"}"#, "body.amount: is missing"),
        (
            br#"{"requestId":"r","amount":"5"}"#,
            "body.amount: must be integer, is string",
        ),
        (
            br#"{"requestId":"r","amount":20000000000000000002}"#,
            "body.amount: is more than the maximum",
        ),
        (
            br#"{"requestId":"r","amount":1,"sum":1}"#,
            "body.sum: is not a known member",
        ),
        (
            br#"{"requestId":"r","amount":0,"purpose":"long","tags":[]}"#,
            "body.amount: is less than the minimum; body.purpose: has 4 characters, at most 3 are allowed; body.tags: has 0 items, at least 1 are needed",
        ),
    ];
    for (body, expected) in bodies {
        assert_eq!(
            judged("PUT", "/v1/payments/ab", &day, &headers, body),
            expected
        );
    }
}

#[test]
fn a_form_is_judged_as_an_object() {
    let contract = load("alfa-sbp").unwrap();
    let token = contract.operation("alfa-sbp.token").unwrap();
    let headers = [
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let judged = |body: &str| {
        check_request(token, "POST", "/oidc/token", &[], &headers, body.as_bytes())
            .err()
            .unwrap_or_default()
            .join("; ")
    };
    assert_eq!(
        judged("grant_type=client_credentials&client_id=a%26b&client_secret=a+b&scope=b2b-sbp"),
        ""
    );
    assert_eq!(
        judged("grant_type=password&client_id=&client_secret=x&extra=1&client_secret=y"),
        "body.client_secret: stands twice; body.scope: is missing; \
         body.grant_type: must be one of \"client_credentials\"; \
         body.client_id: has 0 characters, at least 1 are needed; body.extra: is not a known member",
    );
}

#[test]
fn a_request_without_a_body_has_none() {
    let contract = load("alfa-sbp").unwrap();
    let list = contract
        .operation("alfa-sbp.list-outgoing-payments")
        .unwrap();
    let headers = [
        ("accept", "application/json"),
        ("authorization", "Bearer x"),
    ];
    let query = [
        ("b2bClientId", "c"),
        ("limit", "100"),
        ("sort", "status,asc"),
        ("sort", "timestamp,desc"),
    ];
    let path = "/api/sbp/jp/v1/outgoing-payments";
    check_request(list, "GET", path, &query, &headers, b"").unwrap();
    let error = check_request(list, "GET", path, &query, &headers, b"{}").unwrap_err();
    assert_eq!(error, ["body: must be empty, has 2 bytes"]);
}

#[test]
fn every_contract_of_the_project_is_sound() {
    let contracts = load_all().unwrap();
    assert!(
        contracts
            .iter()
            .any(|contract| contract.provider == "alfa-sbp")
    );
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
