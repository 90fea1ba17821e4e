//! What is read, and what is refused with its place.

use super::*;

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
fn what_the_bank_tells_by_itself_is_no_operation() {
    let contract = read(SMALL).unwrap();
    let paid = contract.webhook("bank.on-paid").unwrap();
    assert_eq!(
        (
            paid.name.as_str(),
            paid.provenance,
            paid.source.title.as_str()
        ),
        ("paid", Grade::Unverified, "Paid")
    );
    assert_eq!(paid.body.examples.len(), 1);
    assert!(contract.operation("bank.on-paid").is_none() && contract.webhook("bank.pay").is_none());
    let silent = SMALL.split("webhooks:").next().unwrap();
    assert_eq!(read(silent).unwrap().webhooks, []);
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
            "multipleOf: 2",
            "multipleOf: is not a key that we know here",
        ),
        (
            "minLength: 2",
            "pattern: x",
            "pattern: must begin with ^ and end with $",
        ),
        (
            "format: int32",
            "format: int31",
            "format: int31 is not a format that we judge",
        ),
        (
            "format: int32",
            "format: uuid",
            "the format says nothing of any of its types",
        ),
        (
            "x-provider: bank",
            "x-provider: bank\nx-provder: bank",
            "x-provder: is not a key that we know here",
        ),
        ("bank.on-paid", "bank.pay", "bank.pay: the id stands twice"),
        ("bank.on-paid", "on-paid", "must be bank.name-in-kebab-case"),
        (
            "  paid:\n    post:",
            "  paid:\n    put:",
            "put: is not a key that we know here",
        ),
        (
            "x-provenance: unverified",
            "x-provenance: guessed",
            "guessed is none of: documented, inferred, unverified",
        ),
        (
            "{value: {id: a}}",
            "{value: {id: 1}}",
            "breaks its own schema: sample.id: must be string",
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
            "cents is neither kopecks",
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
