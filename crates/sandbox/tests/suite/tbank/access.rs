//! Who may call, and how the bank says no.

use std::sync::Arc;

use rubank_sandbox::tbank::{self, Scope};
use rubank_sandbox::{Host, Sandbox};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use tokio_rustls::TlsConnector;

use super::{
    CORRELATION, SALARY, SELF_EMPLOYED, action, advance, connect, error, hasty, open, pay, post,
    result, secured, send,
};
use crate::wire::{Ask, Reply, Seen, exchange};

fn list() -> Ask {
    post(&format!("{SALARY}/list"), &json!({}))
}

#[tokio::test]
async fn a_token_must_be_there_and_known() {
    let sandbox = hasty().await;
    let cases = [
        list(),
        list().token("somebody"),
        list().token(tbank::TEST_STAND_TOKEN),
        list().header("Authorization", tbank::TOKEN),
        list().header("Authorization", &format!("Basic {}", tbank::TOKEN)),
        list().token(tbank::TOKEN).token(tbank::TOKEN),
    ];
    for request in cases {
        let reply = send(&sandbox, Host::TBankRegistrySecured, request)
            .await
            .reply();
        assert_eq!(
            error(&reply),
            (401, tbank::code::AUTHENTICATION_ERROR.to_owned())
        );
        assert_eq!(reply.json().get("errorDetails"), None);
    }
    assert_eq!(secured(&sandbox, list()).await.status, 200);

    let issued = sandbox.tbank().issue_token();
    let with = |token: &str| send(&sandbox, Host::TBankRegistrySecured, list().token(token));
    assert_eq!(with(&issued).await.reply().status, 200);
    sandbox.tbank().revoke_token(&issued);
    assert_eq!(with(&issued).await.reply().status, 401);
}

#[tokio::test]
async fn a_token_dies_of_ninety_idle_days() {
    let sandbox = hasty().await;
    let day = 86_400;
    for _ in 0..2 {
        advance(&sandbox, 90 * day - 1);
        assert_eq!(
            secured(&sandbox, list()).await.status,
            200,
            "each use begins anew"
        );
    }
    advance(&sandbox, 90 * day);
    assert_eq!(secured(&sandbox, list()).await.status, 401);
}

#[tokio::test]
async fn address_and_scope_are_a_403() {
    let sandbox = hasty().await;
    let forbidden = |reply: &Reply| {
        assert_eq!(
            error(reply),
            (403, tbank::code::AUTHORIZATION_ERROR.to_owned())
        );
        reply.json()["errorMessage"].as_str().unwrap().to_owned()
    };
    sandbox.tbank().refuse_address(true);
    let by_address = forbidden(&secured(&sandbox, list()).await);
    sandbox.tbank().refuse_address(false);

    sandbox.tbank().withhold_scope(Scope::SalaryManage);
    let by_scope = forbidden(&secured(&sandbox, list()).await);
    assert_ne!(by_address, by_scope, "a person can tell the causes apart");
    let other = post(&format!("{SELF_EMPLOYED}/list"), &json!({}));
    assert_eq!(secured(&sandbox, other).await.status, 200);
    sandbox.tbank().grant_scope(Scope::SalaryManage);
    assert_eq!(secured(&sandbox, list()).await.status, 200);
}

#[tokio::test]
async fn every_method_has_its_scope() {
    let sandbox = hasty().await;
    let submit = format!("{SALARY}/submit");
    let cancel = json!({"correlationId": CORRELATION, "paymentOrderNumber": 5});
    let cases = [
        (Scope::Payments, pay("a", 5, &json!({}))),
        (Scope::Payments, Ask::get("/api/v1/payment/a")),
        (Scope::SalarySubmit, action(&submit, CORRELATION, 5)),
        (
            Scope::SalarySubmit,
            result(&format!("{SALARY}/create-submit/result"), CORRELATION),
        ),
        (
            Scope::SalaryCancel,
            post(&format!("{SALARY}/cancel"), &cancel),
        ),
        (
            Scope::SelfEmployedManage,
            post(&format!("{SELF_EMPLOYED}/list"), &json!({})),
        ),
        (
            Scope::SelfEmployedSubmit,
            action(&format!("{SELF_EMPLOYED}/submit"), CORRELATION, 7),
        ),
        (
            Scope::SelfEmployedPay,
            action(&format!("{SELF_EMPLOYED}/pay"), CORRELATION, 7),
        ),
        (
            Scope::SelfEmployedFiscalize,
            action(&format!("{SELF_EMPLOYED}/receipts"), CORRELATION, 7),
        ),
    ];
    for (scope, request) in cases {
        sandbox.tbank().withhold_scope(scope);
        assert_eq!(secured(&sandbox, request).await.status, 403, "{scope:?}");
        sandbox.tbank().grant_scope(scope);
    }
}

#[tokio::test]
async fn each_method_is_on_one_host() {
    let sandbox = hasty().await;
    let card = || Ask::get(&format!("{SALARY}/5"));
    let unknown = (404, tbank::code::NOT_FOUND.to_owned());
    assert_eq!(error(&secured(&sandbox, card()).await), unknown);
    assert_eq!(error(&open(&sandbox, list()).await), unknown);
    assert_eq!(open(&sandbox, card()).await.status, 200);
    // a client that loses the prefix of the base URL finds nothing
    let bare = card().token(tbank::TOKEN);
    let stream = connect(&sandbox, Host::TBankRegistryOpen).await;
    assert_eq!(error(&exchange(stream, &bare).await.reply()), unknown);

    assert!(sandbox.url(Host::TBankRegistryOpen).ends_with("/openapi"));
    assert!(
        sandbox
            .url(Host::TBankRegistryTestSecured)
            .ends_with("/openapi/sandbox/secured")
    );
    let on = |host| {
        sandbox
            .routes()
            .iter()
            .filter(|route| route.host == host)
            .count()
    };
    assert_eq!(
        on(Host::TBankRegistrySecured) + on(Host::TBankRegistryOpen),
        21
    );
    assert_eq!(
        on(Host::TBankRegistryTestSecured),
        on(Host::TBankRegistrySecured)
    );
}

/// What a list request meets on a secured host under TLS.
async fn knock(sandbox: &Sandbox, host: Host, identity: Option<&str>, token: &str) -> Seen {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(sandbox.ca_pem().as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match identity {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let chain = CertificateDer::pem_slice_iter(pem.as_bytes());
            let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
            builder
                .with_client_auth_cert(chain.map(Result::unwrap).collect(), key)
                .unwrap()
        }
    };
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let stream = connect(sandbox, host).await;
    let request = list().below(host.prefix()).token(token);
    match TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
    {
        Ok(stream) => exchange(stream, &request).await,
        Err(_) => Seen::Nothing,
    }
}

#[tokio::test]
async fn token_and_certificate_are_a_pair() {
    let sandbox = Sandbox::builder().seed(7).start().await.unwrap();
    sandbox.tbank().enforce_pace(false);
    let host = Host::TBankRegistrySecured;
    let (one, other) = (sandbox.client_identity_pem(), sandbox.other_identity_pem());

    // a call that is refused binds nothing
    sandbox.tbank().refuse_address(true);
    assert_eq!(
        knock(&sandbox, host, Some(other), tbank::TOKEN)
            .await
            .reply()
            .status,
        403
    );
    sandbox.tbank().refuse_address(false);
    assert_eq!(
        knock(&sandbox, host, Some(one), tbank::TOKEN)
            .await
            .reply()
            .status,
        200
    );
    let reply = knock(&sandbox, host, Some(other), tbank::TOKEN)
        .await
        .reply();
    assert_eq!(
        error(&reply),
        (403, tbank::code::AUTHORIZATION_ERROR.to_owned())
    );
    assert_eq!(
        knock(&sandbox, host, Some(one), tbank::TOKEN)
            .await
            .reply()
            .status,
        200
    );

    // a new certificate comes with a new token
    let fresh = sandbox.tbank().issue_token();
    assert_eq!(
        knock(&sandbox, host, Some(other), &fresh)
            .await
            .reply()
            .status,
        200
    );
    assert_eq!(
        knock(&sandbox, host, Some(one), &fresh)
            .await
            .reply()
            .status,
        403
    );

    assert!(!matches!(
        knock(&sandbox, host, None, tbank::TOKEN).await,
        Seen::Reply(_)
    ));
    let stand = Host::TBankRegistryTestSecured;
    let reply = knock(&sandbox, stand, None, tbank::TEST_STAND_TOKEN)
        .await
        .reply();
    assert_eq!(reply.status, 200, "the test stand demands no certificate");
}

#[tokio::test]
async fn every_answer_has_a_request_id() {
    let sandbox = hasty().await;
    let theirs = "0f0e0d0c-0b0a-4908-8706-050403020100";
    let reply = secured(&sandbox, list().header("X-Request-Id", theirs)).await;
    assert_eq!(reply.header("x-request-id"), Some(theirs));
    let reply = secured(&sandbox, list()).await;
    assert_eq!(reply.header("x-request-id").map(str::len), Some(36));
    let reply = secured(&sandbox, list().header("X-Request-Id", "mine")).await;
    assert_eq!(error(&reply), (400, tbank::code::INVALID_DATA.to_owned()));
}
