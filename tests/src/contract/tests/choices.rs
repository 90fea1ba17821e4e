//! Where a bank leaves a choice: forms of a query, forms of a body, media types of an answer.

use super::*;

const CHOICES: &str = r#"
openapi: '3.1.0'
info: {title: A bank, version: '1'}
x-provider: bank
servers:
  - {url: 'https://bank.example', x-environment: production, x-hosts: [api]}
paths:
  /rows:
    post:
      operationId: bank.list
      x-provenance: {route: documented, request: documented, answer: documented}
      x-effect: read
      x-key: null
      x-key-promise: null
      x-rates: []
      x-refused: []
      x-not-ready: []
      x-success: any-2xx
      x-scopes: []
      x-host: api
      x-lookup: null
      x-query-forms:
        day: [day]
        window: [from, to]
        open-end: [from]
      x-source: {title: Rows, section: Rows, operation: '1'}
      x-headers: []
      parameters:
        - {name: account, in: query, required: true, schema: {type: string}}
        - {name: day, in: query, schema: {type: string}}
        - {name: from, in: query, schema: {type: string}}
        - {name: to, in: query, schema: {type: string}}
        - {name: page, in: query, schema: {type: integer}}
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties:
                kind: {type: string}
                sum: {type: number, x-money: currency}
              oneOf:
                - {required: [code], properties: {kind: {enum: [a]}, code: {type: string}}}
                - {properties: {kind: {enum: [b]}}}
            examples:
              sample: {value: {kind: b}}
      responses:
        '200': {description: Done.}
        '400':
          description: Wrong.
          content:
            application/json:
              schema: {type: object}
              examples:
                wrong: {value: {}}
            text/html:
              schema: {type: string}
              examples:
                gateway: {value: <html>}
"#;

fn list() -> Operation {
    let contract = read(CHOICES).unwrap();
    contract.operation("bank.list").unwrap().clone()
}

fn judged(query: &[(&str, &str)], body: &str) -> String {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    check_request(&list(), "POST", "/rows", query, &headers, body.as_bytes())
        .err()
        .unwrap_or_default()
        .join("; ")
}

#[test]
fn a_query_has_exactly_one_of_its_forms() {
    let none = "query: has none of the forms day, window, open-end";
    let rows: [(&[&str], &str); 9] = [
        (&["day"], ""),
        (&["from"], ""),
        (&["from", "to"], ""),
        (&["to", "page", "from"], ""),
        (&[], none),
        (&["page"], none),
        (&["to"], none),
        (&["day", "from"], none),
        (&["day", "from", "to"], none),
    ];
    for (names, expected) in rows {
        let values = names.iter().map(|name| (*name, "1"));
        let query: Vec<_> = std::iter::once(("account", "a")).chain(values).collect();
        assert_eq!(judged(&query, "kind=b"), expected, "{names:?}");
    }
}

#[test]
fn a_body_has_exactly_one_of_its_forms() {
    let none = "body: must have exactly one of its forms";
    let rows = [
        ("kind=a&code=c", ""),
        ("kind=b", ""),
        ("kind=b&code=c", ""),
        ("kind=a", none),
        ("kind=c", none),
        ("code=c", none),
    ];
    for (body, expected) in rows {
        assert_eq!(
            judged(&[("account", "a"), ("day", "1")], body),
            expected,
            "{body}"
        );
    }
}

#[test]
fn a_status_may_have_several_media_types() {
    let list = list();
    let media: Vec<_> = list
        .answers
        .iter()
        .map(|answer| {
            (
                answer.status,
                answer.body.as_ref().map(|body| body.media.as_str()),
            )
        })
        .collect();
    assert_eq!(
        media,
        [
            (200, None),
            (400, Some("application/json")),
            (400, Some("text/html"))
        ]
    );
    let sum = list.request.as_ref().unwrap().schema.property("sum");
    assert_eq!(sum.unwrap().money, Some(MoneyUnit::Currency));
}

#[test]
fn a_form_that_cannot_be_is_refused() {
    let rows = [
        (
            "day: [day]",
            "day: [month]",
            "month of x-query-forms is no optional name",
        ),
        (
            "day: [day]",
            "day: [account]",
            "account of x-query-forms is no optional name",
        ),
        ("day: [day]", "day: day", "must be an array"),
        (
            "required: [code], ",
            "required: [token], ",
            "token is required but not described",
        ),
        (
            "        content:\n          application/x-www",
            "        content:\n          a/b: {schema: {}, examples: {x: {value: a}}}\n          application/x-www",
            "must have one media type",
        ),
    ];
    for (from, to, expected) in rows {
        assert!(CHOICES.contains(from), "{from}");
        let error = read(&CHOICES.replacen(from, to, 1))
            .expect_err(to)
            .to_string();
        assert!(error.contains(expected), "{to}: {error}");
    }
}
