mod in_client;

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::*;
use crate::auth::testing::{Bench, header, seconds};
use crate::clock::Clock as _;
use crate::environment::{Environment, Host};
use crate::http::Reply;

fn credentials() -> ClientCredentials {
    ClientCredentials::new(HostId::TOKEN, "/oidc/token", "shop 1", "s&cret".into())
}

fn token(name: &str, lifetime: u64) -> Reply {
    let body =
        format!(r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":{lifetime}}}"#);
    Reply::json(200, body)
}

/// The header, or the error's kind.
async fn authorized(
    bench: &Bench,
    credentials: &ClientCredentials,
    context: &AuthContext<'_>,
) -> String {
    match bench.clock.drive(credentials.authorize(context)).await {
        Ok(authorization) => header(&authorization).to_owned(),
        Err(error) => format!("{:?}", error.kind()),
    }
}

#[tokio::test]
async fn the_request_is_that_of_the_standard() {
    let basic = "Basic c2hvcCsxOnMlMjZjcmV0";
    let rows = [
        (
            credentials(),
            "/base/oidc/token",
            None,
            "grant_type=client_credentials&client_id=shop+1&client_secret=s%26cret&scope=pay",
        ),
        (
            credentials().secret_in_basic(),
            "/base/oidc/token",
            Some(basic),
            "grant_type=client_credentials&scope=pay",
        ),
        (
            credentials()
                .secret_in_basic()
                .scope("b")
                .scope("a")
                .token_route("/as/token.oauth2"),
            "/base/as/token.oauth2",
            Some(basic),
            "grant_type=client_credentials&scope=b+a",
        ),
        (
            credentials()
                .parameter("audience", "https://api/")
                .parameter("resource", "я"),
            "/base/oidc/token",
            None,
            "grant_type=client_credentials&client_id=shop+1&client_secret=s%26cret&scope=pay\
             &audience=https%3A%2F%2Fapi%2F&resource=%D1%8F",
        ),
    ];
    for (credentials, path, authorization, form) in rows {
        let bench = Bench::new([token("one", 60)]);
        assert_eq!(
            authorized(&bench, &credentials, &bench.read()).await,
            "Bearer one"
        );
        let seen = bench.service.seen().remove(0);
        assert_eq!(seen.method, "POST");
        assert_eq!(seen.uri.to_string(), format!("https://id.bank.test{path}"));
        assert_eq!(
            seen.headers["content-type"],
            "application/x-www-form-urlencoded"
        );
        assert_eq!(seen.headers["accept"], "application/json");
        let sent = seen.headers.get("authorization");
        assert_eq!(sent.map(|value| value.to_str().unwrap()), authorization);
        assert_eq!(seen.body, form);
    }
}

#[tokio::test]
async fn an_operation_without_scopes_asks_for_none() {
    let bench = Bench::new([token("one", 60)]);
    let context = AuthContext {
        scopes: &[],
        ..bench.read()
    };
    assert_eq!(
        authorized(&bench, &credentials().secret_in_basic(), &context).await,
        "Bearer one"
    );
    assert_eq!(bench.forms(), ["grant_type=client_credentials"]);
}

#[tokio::test]
async fn each_set_of_scopes_has_its_token_unless_one_is_named_for_all() {
    let ask = async |credentials: ClientCredentials| {
        let bench = Bench::new([token("one", 60), token("two", 60)]);
        let mut headers = Vec::new();
        for scopes in [&["pay", "list"][..], &["list", "pay"], &["list"]] {
            let context = AuthContext {
                scopes,
                ..bench.read()
            };
            headers.push(authorized(&bench, &credentials, &context).await);
        }
        headers
    };
    assert_eq!(
        ask(credentials()).await,
        ["Bearer one", "Bearer one", "Bearer two"]
    );
    assert_eq!(ask(credentials().scope("all")).await, ["Bearer one"; 3]);
}

#[tokio::test]
async fn a_lifetime_that_nobody_states_is_five_minutes_or_what_is_assumed() {
    let rows = [
        (credentials(), 300),
        (credentials().assumed_lifetime(seconds(1000)), 1000),
    ];
    for (credentials, lifetime) in rows {
        let bench = Bench::new([
            Reply::json(200, r#"{"access_token":"one"}"#),
            Reply::json(200, r#"{"access_token":"two","expires_in":"soon"}"#),
        ]);
        assert_eq!(
            authorized(&bench, &credentials, &bench.read()).await,
            "Bearer one"
        );
        bench.clock.advance(seconds(lifetime) * 3 / 4);
        assert_eq!(
            authorized(&bench, &credentials, &bench.read()).await,
            "Bearer one"
        );
        bench.clock.advance(seconds(lifetime) / 4);
        assert_eq!(
            authorized(&bench, &credentials, &bench.read()).await,
            "Bearer two"
        );
    }
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_has_its_kind() {
    let rows = [
        (Reply::Refused, "Unavailable"),
        (Reply::LostBeforeSending, "Unavailable"),
        (Reply::LostAfterSending, "Unavailable"),
        (Reply::SilentBeforeSending, "Unavailable"),
        (Reply::SilentAfterSending, "Unavailable"),
        (
            Reply::CutAnswer {
                status: 200,
                body: r#"{"access"#.into(),
            },
            "Unavailable",
        ),
        (Reply::Tls(crate::tls::TlsFault::UnknownCa), "Configuration"),
        (Reply::json(400, r#"{"error":"invalid_client"}"#), "Refused"),
        // There is nobody who could sign in.
        (Reply::json(400, r#"{"error":"invalid_grant"}"#), "Refused"),
        (Reply::html(200), "Unreadable"),
        (Reply::html(502), "Unavailable"),
        (Reply::empty(503), "Unavailable"),
    ];
    for (reply, kind) in rows {
        let told = format!("{reply:?}");
        let bench = Bench::new([reply]);
        assert_eq!(
            authorized(&bench, &credentials(), &bench.read()).await,
            kind,
            "{told}"
        );
        assert!(bench.clock.monotonic() <= seconds(60), "{told}");
    }
}

#[tokio::test]
async fn a_wrong_setup_is_told_without_asking_anybody() {
    let elsewhere = ClientCredentials::new(HostId("nowhere"), "/token", "id", "secret".into());
    let rows = [
        elsewhere,
        credentials().token_route("/token/{id}"),
        credentials().parameter("scope", "more"),
        credentials().parameter("client_secret", "other"),
        credentials().parameter("grant_type", "password"),
    ];
    for credentials in rows {
        let bench = Bench::new([token("one", 60)]);
        assert_eq!(
            authorized(&bench, &credentials, &bench.read()).await,
            "Configuration"
        );
        assert_eq!(bench.service.sends(), 0);
    }
}

#[tokio::test]
async fn a_hundred_calls_ask_once() {
    let bench = Bench::new([token("one", 60)]);
    let credentials = credentials();
    let context = bench.read();
    let calls = join_all((0..100).map(|_| credentials.authorize(&context)));
    let all: BTreeSet<_> = bench
        .clock
        .drive(calls)
        .await
        .iter()
        .map(|one| header(one.as_ref().unwrap()).to_owned())
        .collect();
    assert_eq!((all.len(), bench.service.sends()), (1, 1));
}

#[tokio::test]
async fn two_environments_never_share_a_token() {
    let credentials = credentials();
    let bench = Bench::new([token("one", 60), token("two", 60)]);
    assert_eq!(
        authorized(&bench, &credentials, &bench.read()).await,
        "Bearer one"
    );
    let stand = Environment::new("stand").host(HostId::TOKEN, Host::new("https://stand.bank.test"));
    let context = AuthContext {
        environment: &stand,
        ..bench.read()
    };
    assert_eq!(
        authorized(&bench, &credentials, &context).await,
        "Bearer two"
    );
}

#[tokio::test]
async fn no_secret_is_shown() {
    for basic in [false, true] {
        let mut credentials =
            ClientCredentials::new(HostId::TOKEN, "/t", "id", "canary-secret".into())
                .parameter("assertion", "canary-parameter");
        if basic {
            credentials = credentials.secret_in_basic();
        }
        let bench = Bench::new([
            Reply::json(
                400,
                r#"{"error":"canary error","error_description":"canary-secret"}"#,
            ),
            token("canary-token", 60),
        ]);
        let error = bench
            .clock
            .drive(credentials.authorize(&bench.read()))
            .await
            .unwrap_err();
        bench.clock.advance(seconds(1));
        let authorization = bench
            .clock
            .drive(credentials.authorize(&bench.read()))
            .await
            .unwrap();
        assert_eq!(header(&authorization), "Bearer canary-token");
        assert!(authorization.headers()["authorization"].is_sensitive());
        let shown = format!(
            "{error} {error:?} {authorization:?} {credentials:?} {credentials:#?} {:?}",
            bench.read()
        );
        assert!(!shown.contains("canary"), "{shown}");
    }
}
