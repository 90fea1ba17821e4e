use http::{HeaderName, HeaderValue, StatusCode};
use time::macros::datetime;

use super::*;

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Answer {
    let headers = headers
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .collect();
    Answer::new(
        StatusCode::from_u16(status).unwrap(),
        headers,
        body.to_owned(),
    )
}

fn read(
    status: u16,
    headers: &[(&'static str, &'static str)],
    body: &str,
) -> Result<TokenAnswer, AuthError> {
    TokenAnswer::read(
        &answer(status, headers, body),
        datetime!(2026-11-21 10:00 UTC),
    )
}

#[test]
fn any_conforming_answer_is_read() {
    let rows = [
        // RFC 6749, section 5.1, with its invented parameter.
        r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"example","expires_in":3600}"#
            .replace("example", "Bearer"),
        r#"{"token_type":"bearer","access_token":"2YotnFZFEjr1zCsicMWpAA"}"#.to_owned(),
        r#"{"token_type":"BEARER","access_token":"2YotnFZFEjr1zCsicMWpAA","x":{"y":[1.5,null]}}"#.to_owned(),
        r#"{"token_type":null,"access_token":"2YotnFZFEjr1zCsicMWpAA","refresh_token":null}"#.to_owned(),
        r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","refresh_token":"","scope":["a","b"],"error":null}"#.to_owned(),
        "\u{feff} {\"access_token\" : \"2YotnFZFEjr1zCsicMWpAA\"}\n".to_owned(),
    ];
    for body in rows {
        for content_type in [
            "application/json",
            "application/json;charset=UTF-8",
            "text/plain",
        ] {
            let tokens = read(200, &[("content-type", content_type)], &body).unwrap();
            assert_eq!(
                tokens.access_token.expose(),
                "2YotnFZFEjr1zCsicMWpAA",
                "{body}"
            );
            assert!(tokens.refresh_token.is_none(), "{body}");
        }
    }
    let body = r#"{"access_token":"a","refresh_token":"r","scope":"x y","id_token":"i.d.t"}"#;
    let tokens = read(201, &[], body).unwrap();
    assert_eq!(tokens.refresh_token.unwrap().expose(), "r");
    assert_eq!(tokens.id_token.unwrap().expose(), "i.d.t");
    assert_eq!(tokens.scope.as_deref(), Some("x y"));
}

#[test]
fn lifetimes_come_in_every_shape() {
    let rows = [
        ("3600", Some(3600)),
        (r#""3600""#, Some(3600)),
        (r#"" 3600 ""#, Some(3600)),
        ("3599.97", Some(3599)),
        (r#""59.9""#, Some(59)),
        ("3.6e3", Some(3600)),
        ("60", Some(60)),
        ("1", Some(1)),
        ("86400", Some(86_400)),
        // A year is believed, but a token is asked for anew once a day.
        ("31536000", Some(86_400)),
        // Milliseconds of an hour look like 41 days.
        ("3600000", Some(86_400)),
        // Not believed.
        ("0", None),
        ("0.9", None),
        ("-1", None),
        ("31622401", None),
        ("1763719200000", None),
        ("99999999999999999999999999999999999999999", None),
        ("1e400", None),
        (r#""""#, None),
        (r#""an hour""#, None),
        (r#""NaN""#, None),
        ("null", None),
        ("true", None),
        ("[3600]", None),
        (r#"{"seconds":3600}"#, None),
    ];
    for (text, expected) in rows {
        let tokens = read(
            200,
            &[],
            &format!(r#"{{"access_token":"a","expires_in":{text}}}"#),
        )
        .unwrap();
        assert_eq!(tokens.lifetime, expected.map(Duration::from_secs), "{text}");
    }
    assert_eq!(
        read(200, &[], r#"{"access_token":"a"}"#).unwrap().lifetime,
        None
    );
}

#[test]
fn every_refusal_has_its_kind() {
    use AuthErrorKind::{Configuration, Refused, SignInAgain, Unavailable, Unreadable};
    let html = "<html><body>canary</body></html>";
    let coded = |code: &str| format!(r#"{{"error":"{code}","error_description":"canary"}}"#);
    let rows = [
        (
            400,
            coded("invalid_client"),
            Refused,
            Some("invalid_client"),
        ),
        (
            401,
            coded("invalid_client"),
            Refused,
            Some("invalid_client"),
        ),
        (400, coded("invalid_scope"), Refused, Some("invalid_scope")),
        (
            400,
            coded("unauthorized_client"),
            Refused,
            Some("unauthorized_client"),
        ),
        (403, coded("access_denied"), Refused, Some("access_denied")),
        (
            400,
            coded("invalid_grant"),
            SignInAgain,
            Some("invalid_grant"),
        ),
        (401, coded("invalid_token"), Refused, Some("invalid_token")),
        (
            400,
            coded("temporarily_unavailable"),
            Unavailable,
            Some("temporarily_unavailable"),
        ),
        // A busy server's word about a grant is not its last.
        (
            503,
            coded("invalid_grant"),
            Unavailable,
            Some("invalid_grant"),
        ),
        // Sber's other shapes.
        (
            400,
            r#"{"errorCode":"invalid_grant","errorMsg":"canary"}"#.into(),
            SignInAgain,
            Some("invalid_grant"),
        ),
        (
            401,
            r#"{"cause":"UNAUTHORIZED","message":"canary"}"#.into(),
            Refused,
            Some("UNAUTHORIZED"),
        ),
        (
            400,
            r#"{"cause":"WORKFLOW_FAULT","message":"canary"}"#.into(),
            Refused,
            Some("WORKFLOW_FAULT"),
        ),
        (400, String::new(), Refused, None),
        (403, html.into(), Refused, None),
        (400, r#"{"error":{"canary":1}}"#.into(), Refused, None),
        (
            404,
            coded("invalid_request"),
            Refused,
            Some("invalid_request"),
        ),
        (404, html.into(), Configuration, None),
        (405, String::new(), Configuration, None),
        (302, String::new(), Configuration, None),
        (408, String::new(), Unavailable, None),
        (429, String::new(), Unavailable, None),
        (
            500,
            coded("server_error"),
            Unavailable,
            Some("server_error"),
        ),
        (502, html.into(), Unavailable, None),
        (503, String::new(), Unavailable, None),
        (504, "canary".into(), Unavailable, None),
        // Under a good status.
        (
            200,
            coded("invalid_client"),
            Refused,
            Some("invalid_client"),
        ),
        (200, html.into(), Unreadable, None),
        (200, String::new(), Unreadable, None),
        (204, String::new(), Unreadable, None),
        (200, r#"{"access_token":"canary"#.into(), Unreadable, None),
        (200, r#"["canary"]"#.into(), Unreadable, None),
        (200, r#"{"token":"canary"}"#.into(), Unreadable, None),
        (200, r#"{"access_token":""}"#.into(), Unreadable, None),
        (
            200,
            r#"{"access_token":{"canary":1}}"#.into(),
            Unreadable,
            None,
        ),
        (
            200,
            r#"{"access_token":"canary\r\nx: y"}"#.into(),
            Unreadable,
            None,
        ),
        (
            200,
            r#"{"access_token":"canary canary"}"#.into(),
            Unreadable,
            None,
        ),
        (
            200,
            r#"{"access_token":"канарейка"}"#.into(),
            Unreadable,
            None,
        ),
        (
            200,
            r#"{"access_token":"canary","token_type":"mac"}"#.into(),
            Unreadable,
            None,
        ),
        (
            200,
            r#"{"access_token":"canary","token_type":["canary"]}"#.into(),
            Unreadable,
            None,
        ),
        (
            200,
            r#"{"access_token":"a","refresh_token":{"canary":1}}"#.into(),
            Unreadable,
            None,
        ),
    ];
    for (status, body, kind, code) in rows {
        let error = read(status, &[], &body).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (kind, code),
            "{status} {body}"
        );
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert!(error.may_have_arrived());
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(!shown.contains("canary"), "{status} {body}: {shown}");
    }
}

#[test]
fn an_error_names_the_field_and_the_cure() {
    let text = |result: Result<TokenAnswer, AuthError>| result.unwrap_err().to_string();
    assert_eq!(
        text(read(200, &[], r#"{"access_token":"a","token_type":"mac"}"#)),
        "no token: the token answer cannot be used: TokenAnswer: token_type: found another kind of token, expected \
         bearer (line 1, column 34), status 200",
    );
    assert_eq!(
        text(read(
            401,
            &[("www-authenticate", "Basic realm=\"canary\"")],
            r#"{"error":"invalid_client"}"#
        )),
        "no token: the token server refuses this client and names Basic: see `secret_in_basic`, status 401, \
         code=invalid_client",
    );
    assert_eq!(
        text(read(404, &[], "")),
        "no token: there is no token endpoint at this address: set it with `token_route`, status 404",
    );
}

#[test]
fn the_servers_pause_is_read_in_seconds_and_as_a_date() {
    let rows = [
        ("7", Some(7)),
        ("Sat, 21 Nov 2026 10:00:09 GMT", Some(9)),
        ("soon", None),
    ];
    for (text, expected) in rows {
        let error = read(429, &[("retry-after", text)], "").unwrap_err();
        assert_eq!(
            error.retry_after(),
            expected.map(Duration::from_secs),
            "{text}"
        );
    }
}

#[test]
fn an_operation_can_read_it_as_json() {
    let tokens: TokenAnswer = answer(200, &[], r#"{"access_token":"a"}"#).json().unwrap();
    assert_eq!(tokens.access_token.expose(), "a");
    let error = answer(200, &[], r#"{"access_token":7}"#)
        .json::<TokenAnswer>()
        .unwrap_err();
    assert_eq!(error.path(), "access_token");
}

#[test]
fn debug_shows_no_token() {
    let body =
        r#"{"access_token":"canary","refresh_token":"canary","id_token":"canary","scope":"x"}"#;
    assert!(!format!("{:?}", read(200, &[], body).unwrap()).contains("canary"));
}
