//! Sber: sign-in, waybills, and statements of accounts that live.

mod encashment;
mod follow;
mod refusals;
mod sign_in;
mod statements;

use rubank_sandbox::{Host, Sandbox, sber};
use rustls::pki_types::ServerName;

use crate::tbank::send;
use crate::wire::{Ask, Reply, Seen, exchange};

pub(crate) async fn on(sandbox: &Sandbox, host: Host, request: Ask) -> Reply {
    send(sandbox, host, request).await.reply()
}

/// With a fresh token of the first user and every scope.
pub(crate) async fn api(sandbox: &Sandbox, request: Ask) -> Reply {
    let token = sandbox.sber().grant_all().access_token;
    on(sandbox, Host::SberApi, request.token(&token)).await
}

pub(crate) fn form(path: &str, body: &str) -> Ask {
    Ask::send("POST", path, body)
        .without("Content-Type")
        .header("Content-Type", "application/x-www-form-urlencoded")
}

/// A token request of the right client.
pub(crate) fn token_request(body: &str) -> Ask {
    let client = "client_id=sandbox-client-id&client_secret=not-a-secret%2B50%25+%26+more";
    form("/ic/sso/api/v2/oauth/token", &format!("{client}&{body}"))
}

pub(crate) async fn token(sandbox: &Sandbox, body: &str) -> Reply {
    on(sandbox, Host::SberToken, token_request(body)).await
}

pub(crate) async fn refresh(sandbox: &Sandbox, token_text: &str) -> Reply {
    token(
        sandbox,
        &format!("grant_type=refresh_token&refresh_token={token_text}"),
    )
    .await
}

/// Status and cause.
pub(crate) fn refused(reply: &Reply) -> (u16, String) {
    let cause = reply.json()["cause"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (reply.status, cause)
}

/// The complaint of the only check.
pub(crate) fn check(reply: &Reply) -> String {
    let body = reply.json();
    body["checks"][0]["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn only_the_browser_needs_no_certificate() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let path = "/ic/sso/api/v2/oauth/authorize";
    for (host, let_in) in [
        (Host::SberAuthorize, true),
        (Host::SberToken, false),
        (Host::SberApi, false),
    ] {
        let connector = crate::tls::connector(&sandbox, None);
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let stream = crate::tbank::connect(&sandbox, host).await;
        let seen = match connector.connect(name, stream).await {
            Ok(stream) => exchange(stream, &Ask::get(path)).await,
            Err(_) => Seen::Nothing,
        };
        assert_eq!(matches!(seen, Seen::Reply(_)), let_in, "{host:?}");
    }
    assert_eq!(sandbox.calls().len(), 1);
}

#[tokio::test]
async fn the_unknown_is_not_found_and_paths_are_below_their_prefix() {
    let sandbox = crate::wire::plain().await;
    assert_eq!(api(&sandbox, Ask::get("/v2/statement")).await.status, 404);
    let base = sandbox.url(Host::SberApi);
    assert!(base.ends_with("/fintech/api"), "{base}");
    let calls = sandbox.calls();
    assert_eq!(calls[0].path, "/fintech/api/v2/statement");
    let overrides: Vec<_> = sandbox.overrides().map(|route| route.operation).collect();
    assert!(overrides.contains(&sber::LIST_OBJECTS));
}
