//! From the browser to the tokens, and how they grow old.

use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rubank_sandbox::sber::{self, Authorization, Place, RepeatedRefresh, SignInErrors};
use rubank_sandbox::{ExpiresIn, Fault, FaultRule, Host, Moment, Sandbox};
use serde_json::{Value, json};

use super::{api, form, on, refresh, refused, token, token_request};
use crate::wire::{Ask, Reply, plain, start};

const BACK: &str = "https%3A%2F%2Fclient.example%2Fcallback%3Ffrom%3Dsber";
const VERIFIER: &str = "not-a-real-verifier-0123456789-0123456789-0123456789";

fn link(more: &str) -> Ask {
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, VERIFIER.as_bytes()));
    Ask::get(&format!(
        "/ic/sso/api/v2/oauth/authorize?response_type=code&client_id=sandbox-client-id&redirect_uri={BACK}\
         &state=a%2Fb&nonce=n1&code_challenge={challenge}&code_challenge_method=S256{more}"
    ))
}

async fn code(sandbox: &Sandbox) -> String {
    let scope = "&scope=openid+GET_STATEMENT_ACCOUNT+accounts+inn";
    let reply = on(sandbox, Host::SberAuthorize, link(scope)).await;
    assert_eq!(reply.status, 302);
    let location = reply.header("location").unwrap();
    let rest = location
        .strip_prefix("https://client.example/callback?from=sber&code=")
        .unwrap();
    rest.strip_suffix("&state=a%2Fb").unwrap().to_owned()
}

async fn exchange(sandbox: &Sandbox, code: &str, verifier: &str) -> Reply {
    let grant = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={verifier}"
    );
    token(sandbox, &grant).await
}

fn claims(jws: &str) -> Value {
    let part = jws.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn error(reply: &Reply) -> (u16, String) {
    (
        reply.status,
        reply.json()["error"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    )
}

#[tokio::test]
async fn a_browser_brings_a_code_for_a_pair() {
    let sandbox = plain().await;
    let code = code(&sandbox).await;
    let reply = exchange(&sandbox, &code, VERIFIER).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let body = reply.json();
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["scope"], "openid GET_STATEMENT_ACCOUNT accounts inn");
    let told = claims(body["id_token"].as_str().unwrap());
    assert_eq!(
        (&told["sub"], &told["nonce"]),
        (&json!(sber::USER), &json!("n1"))
    );
    assert_eq!(
        error(&exchange(&sandbox, &code, VERIFIER).await),
        (400, "invalid_grant".to_owned())
    );

    let access = body["access_token"].as_str().unwrap();
    let who = Ask::get("/ic/sso/api/v2/oauth/user-info").token(access);
    let who = on(&sandbox, Host::SberToken, who).await;
    let told = claims(&who.body);
    assert_eq!(told["inn"], "0000000000");
    assert_eq!(told["accounts"].as_array().map(Vec::len), Some(3));
    assert_eq!(told.get("email"), None);
}

#[tokio::test]
async fn codes_die_and_are_proven() {
    let sandbox = plain().await;
    let stale = code(&sandbox).await;
    sandbox.clock().advance(Duration::from_secs(120));
    assert_eq!(exchange(&sandbox, &stale, VERIFIER).await.status, 400);
    let stolen = code(&sandbox).await;
    let reply = exchange(&sandbox, &stolen, "wrong").await;
    assert_eq!(error(&reply), (400, "invalid_grant".to_owned()));
    assert_eq!(
        exchange(&sandbox, &stolen, VERIFIER).await.status,
        400,
        "spent by the first use"
    );
}

#[tokio::test]
async fn the_browser_page_says_no_to_the_client_or_to_the_user() {
    let sandbox = plain().await;
    let ask = |request: Ask| on(&sandbox, Host::SberAuthorize, request);
    for (more, expected) in [
        ("&scope=openid+EVERYTHING", "error=invalid%5Fscope"),
        ("&scope=GET_STATEMENT_ACCOUNT", "error=invalid%5Fscope"),
        ("&scope=openid&prompt=maybe", "error=invalid%5Frequest"),
        ("&scope=openid&unknown=1", "error=invalid%5Frequest"),
    ] {
        let reply = ask(link(more)).await;
        assert!(
            reply.header("location").unwrap().contains(expected),
            "{more}"
        );
    }
    let reply = ask(Ask::get("/ic/sso/api/v2/oauth/authorize?client_id=x")).await;
    assert_eq!((reply.status, reply.header("location")), (400, None));
    assert!(reply.body.starts_with("<html>"));
    sandbox
        .sber()
        .adjust(|settings| settings.user_declines = true);
    let reply = ask(link("&scope=openid")).await;
    assert!(
        reply
            .header("location")
            .unwrap()
            .contains("error=access%5Fdenied")
    );
}

#[tokio::test]
async fn a_used_refresh_token_is_a_reserve_for_an_hour() {
    let sandbox = plain().await;
    let first = sandbox.sber().grant_all().refresh_token;
    let pair = refresh(&sandbox, &first).await.json();
    sandbox.clock().advance(Duration::from_secs(3599));
    let again = refresh(&sandbox, &first).await.json();
    assert_eq!(pair["refresh_token"], again["refresh_token"]);
    assert_eq!(again["expires_in"], 1);
    assert_eq!(
        (
            sandbox.sber().refreshes(),
            sandbox.sber().repeated_refreshes()
        ),
        (2, 1)
    );
    sandbox.clock().advance(Duration::from_secs(1));
    assert_eq!(
        error(&refresh(&sandbox, &first).await),
        (400, "invalid_grant".to_owned())
    );

    let second = pair["refresh_token"].as_str().unwrap();
    assert_eq!(refresh(&sandbox, second).await.status, 200);
}

#[tokio::test]
async fn a_repeat_gets_what_the_settings_say() {
    for (repeated, status, first_pair_is_good) in [
        (RepeatedRefresh::SamePair, 200, true),
        (RepeatedRefresh::NewPair, 200, false),
        (RepeatedRefresh::Refused, 400, true),
    ] {
        let sandbox = plain().await;
        sandbox
            .sber()
            .adjust(|settings| settings.repeated_refresh = repeated);
        let first = sandbox.sber().grant_all().refresh_token;
        let pair = refresh(&sandbox, &first).await.json();
        assert_eq!(refresh(&sandbox, &first).await.status, status);
        let second = refresh(&sandbox, pair["refresh_token"].as_str().unwrap()).await;
        assert_eq!(second.status == 200, first_pair_is_good, "{repeated:?}");
        let late = refresh(&sandbox, &first).await;
        assert!(
            late.status == 400 || repeated == RepeatedRefresh::NewPair,
            "its successor was used"
        );
    }
}

#[tokio::test]
async fn a_lost_answer_is_repeated() {
    let sandbox = plain().await;
    sandbox
        .faults()
        .push(FaultRule::on(sber::TOKEN, Fault::Close(Moment::AfterWork)).call(1));
    let first = sandbox.sber().grant_all().refresh_token;
    let lost = token_request(&format!("grant_type=refresh_token&refresh_token={first}"));
    let seen = crate::tbank::send(&sandbox, Host::SberToken, lost).await;
    assert_eq!(seen, crate::wire::Seen::Nothing);
    assert_eq!(refresh(&sandbox, &first).await.status, 200);
    assert_eq!(
        (
            sandbox.sber().refreshes(),
            sandbox.sber().repeated_refreshes()
        ),
        (2, 1)
    );
}

#[tokio::test]
async fn tokens_die_of_age_and_by_decree() {
    let sandbox = plain().await;
    let summary = format!(
        "/v2/statement/summary?accountNumber={}&statementDate=2026-01-15",
        sber::QUIET_ACCOUNT
    );
    let pair = sandbox.sber().grant_all();
    let call = || {
        on(
            &sandbox,
            Host::SberApi,
            Ask::get(&summary).token(&pair.access_token),
        )
    };
    assert_eq!(call().await.status, 200);
    sandbox.sber().expire_access_tokens();
    let reply = call().await;
    assert_eq!(refused(&reply), (401, "UNAUTHORIZED".to_owned()));
    assert!(
        reply.body.contains(&pair.access_token),
        "the bank echoes it"
    );
    assert_eq!(refresh(&sandbox, &pair.refresh_token).await.status, 200);
    let pair = sandbox.sber().grant_all();
    sandbox.sber().revoke_tokens();
    assert_eq!(refresh(&sandbox, &pair.refresh_token).await.status, 400);

    let pair = sandbox.sber().grant_all();
    let body = format!(
        "client_id=sandbox-client-id&client_secret=not-a-secret%2B50%25+%26+more&token={}&token_type_hint=refresh_token",
        pair.refresh_token
    );
    let reply = on(
        &sandbox,
        Host::SberToken,
        form("/ic/sso/api/v2/oauth/revoke", &body),
    )
    .await;
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    assert_eq!(refresh(&sandbox, &pair.refresh_token).await.status, 400);
    sandbox
        .sber()
        .adjust(|settings| settings.authorization = Authorization::Bare);
    let bare = sandbox.sber().grant_all().access_token;
    let request = Ask::get(&summary).header("Authorization", &bare);
    assert_eq!(on(&sandbox, Host::SberApi, request).await.status, 200);
}

#[tokio::test]
async fn scopes_and_users_are_kept_apart() {
    let sandbox = plain().await;
    let other = sandbox.sber().add_user();
    let account = sandbox.sber().open_account(&other, sber::Currency::Yuan, 5);
    let path = |number: &str| {
        Ask::get(&format!(
            "/v2/statement/summary?accountNumber={number}&statementDate=2026-01-15"
        ))
    };
    let ours = sandbox.sber().grant_all().access_token;
    let theirs = sandbox
        .sber()
        .grant(&other, &["openid", "GET_STATEMENT_ACCOUNT", "accounts"]);
    let blind = sandbox
        .sber()
        .grant(&other, &["openid", "GET_STATEMENT_ACCOUNT"]);
    let cash_only = sandbox
        .sber()
        .grant(&other, &["openid", "ENCASHMENTS_REQUEST"]);
    for (token, number, expected) in [
        (&theirs.access_token, account.number(), (200, "")),
        (&ours, account.number(), (403, "ACCESS_EXCEPTION")),
        (
            &theirs.access_token,
            sber::QUIET_ACCOUNT,
            (403, "ACCESS_EXCEPTION"),
        ),
        (&ours, sber::HIDDEN_ACCOUNT, (403, "ACCESS_EXCEPTION")),
        (
            &blind.access_token,
            account.number(),
            (403, "ACCESS_EXCEPTION"),
        ),
        (
            &cash_only.access_token,
            account.number(),
            (403, "ACTION_ACCESS_EXCEPTION"),
        ),
    ] {
        let reply = on(&sandbox, Host::SberApi, path(number).token(token)).await;
        assert_eq!(refused(&reply), (expected.0, expected.1.to_owned()));
    }
}

#[tokio::test]
async fn secrets_are_changed_and_swapped() {
    let sandbox = plain().await;
    let access = sandbox.sber().grant_all().access_token;
    let change = |old: &str, token: &str| {
        format!(
            "access_token={token}&client_id=sandbox-client-id&client_secret={old}&new_client_secret=Fresh0123456789"
        )
    };
    let path = "/ic/sso/api/v1/change-client-secret";
    let old = "not-a-secret%2B50%25+%26+more";
    let other = sandbox.sber().add_user();
    let foreign = sandbox.sber().grant(&other, &["openid"]).access_token;
    let ask = |request: Ask| on(&sandbox, Host::SberToken, request);
    assert_eq!(ask(form(path, &change(old, &foreign))).await.status, 401);
    let reply = ask(form(path, &change(old, &access))).await;
    assert_eq!(reply.json(), json!({"clientSecretExpiration": 40}));
    assert_eq!(ask(form(path, &change(old, &access))).await.status, 401);
    sandbox
        .sber()
        .adjust(|settings| settings.secret_parameters = Place::Query);
    let query = format!("{path}?{}", change("Fresh0123456789", &access));
    assert_eq!(ask(Ask::send("POST", &query, "")).await.status, 200);

    let body =
        json!({"clientId": "sandbox-client-id", "clientSecret": "Fresh0123456789"}).to_string();
    let swap = || {
        Ask::send(
            "POST",
            "/applications/secrets/v1/refresh-client-secret",
            &body,
        )
    };
    let reply = on(&sandbox, Host::SberApi, swap()).await;
    assert_eq!(
        reply.json()["clientSecret"],
        sandbox.sber().client_secret().as_str()
    );
    assert_eq!(on(&sandbox, Host::SberApi, swap()).await.status, 401);
    let secret = sandbox.sber().client_secret();
    for (days, status) in [(179, 200), (180, 400)] {
        let pair = sandbox.sber().grant_all();
        sandbox.clock().advance(Duration::from_secs(days * 86_400));
        let body = format!(
            "grant_type=refresh_token&client_id=sandbox-client-id&client_secret={secret}&refresh_token={}",
            pair.refresh_token
        );
        assert_eq!(
            ask(form("/ic/sso/api/v2/oauth/token", &body)).await.status,
            status
        );
    }
}

#[tokio::test]
async fn a_secret_dies_after_forty_days() {
    let sandbox = plain().await;
    sandbox.clock().advance(Duration::from_secs(40 * 86_400));
    let pair = sandbox.sber().grant_all();
    let reply = refresh(&sandbox, &pair.refresh_token).await;
    assert_eq!(error(&reply), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn errors_and_lifetimes_come_in_all_shapes() {
    let shapes = [
        (SignInErrors::Error, json!("invalid_grant"), "error"),
        (
            SignInErrors::ErrorWithUri,
            json!("https://client.example/errors"),
            "error_uri",
        ),
        (SignInErrors::ErrorCode, json!("invalid_grant"), "errorCode"),
        (SignInErrors::Cause, json!("invalid_grant"), "cause"),
    ];
    let sandbox = start(Sandbox::builder().expires_in(ExpiresIn::Text)).await;
    for (shape, value, key) in shapes {
        sandbox
            .sber()
            .adjust(|settings| settings.sign_in_errors = shape);
        assert_eq!(refresh(&sandbox, "x").await.json()[key], value);
    }
    sandbox
        .sber()
        .adjust(|settings| settings.sign_in_errors = SignInErrors::Empty);
    assert_eq!(refresh(&sandbox, "x").await.body, "");
    let first = sandbox.sber().grant_all().refresh_token;
    assert_eq!(refresh(&sandbox, &first).await.json()["expires_in"], "3600");
    assert_eq!(
        api(&sandbox, Ask::get("/v1/encashments/object?ino=000123"))
            .await
            .status,
        200
    );
}
