//! Requests, judged part by part.

use super::*;

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

    let header_rows: [(&[(&str, &str)], &str); 5] = [
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
        (
            &[
                headers[0],
                headers[1],
                ("X-Request-Id", "CF99DF08-0829-4614-8da3-0e440fd23fe0"),
            ],
            "",
        ),
        (
            &[headers[0], headers[1], ("X-Request-Id", "17")],
            "header.x-request-id: must be a UUID",
        ),
    ];
    for (headers, expected) in header_rows {
        assert_eq!(
            judged("PUT", "/v1/payments/ab", &day, headers, GOOD),
            expected
        );
    }

    let bodies: [(&[u8], &str); 10] = [
        (
            br#"{"requestId":"r","amount":1,"account":"42","line":-1,"until":"2024-05-31T10:00:00Z"}"#,
            "",
        ),
        (
            br#"{"requestId":"r","amount":1,"account":"4a","line":2147483648,"until":"2024-05-31"}"#,
            "body.account: does not match its pattern; body.line: has not the format int32; body.until: has not the format date-time",
        ),
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
