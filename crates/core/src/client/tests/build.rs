//! Mistakes that are told before the first call.

use http::HeaderName;

use super::support::*;
use crate::auth::{ApiKey, Bearer};
use crate::client::{Client, ClientBuilder};
use crate::environment::{Environment, Host};
use crate::error::{ErrorKind, Outcome};
use crate::operation::{HostId, Method};
use crate::secret::Secret;

fn key() -> ApiKey {
    ApiKey::new(HeaderName::from_static("x-key"), Secret::from("canary"))
}

fn at(environment: Environment) -> ClientBuilder<TestBank> {
    Client::builder(environment).credentials(key())
}

fn api(host: Host) -> Environment {
    Environment::new("test").host(HostId::API, host)
}

#[test]
fn each_mistake_has_its_own_words() {
    let good = || Host::new("https://bank.test");
    let plain = |path: &str| at(environment()).override_route("test-bank.pay", Method::Post, path);
    let rows: Vec<(ClientBuilder<TestBank>, &str)> = vec![
        (
            at(Environment::new("empty")),
            "the environment 'empty' does not say where host 'api' is",
        ),
        (
            at(api(good()).host(HostId::TOKEN, Host::new("http://bank.test"))),
            "base URL of host 'token' is http://, which is allowed to this machine's loopback only",
        ),
        (
            at(api(Host::new("bank.test"))),
            "base URL of host 'api' is not a URL",
        ),
        (
            Client::builder(environment()),
            "no credentials: give some with `credentials`",
        ),
        (
            at(api(good().with_certificate())),
            "host 'api' demands a client certificate: give one with `identity`",
        ),
        (
            at(api(good().with_public_credentials_only())),
            "host 'api' of the environment 'test' is a public test stand: only credentials that the bank published \
             may go there",
        ),
        (
            at(environment()).override_route("test-bank.gone", Method::Get, "/"),
            "override of 'test-bank.gone': test-bank has no such operation",
        ),
        (
            plain("/v1/{id}"),
            "override of 'test-bank.pay': the path must have these values: []",
        ),
        (
            at(environment()).override_route("test-bank.get", Method::Get, "/v1"),
            "override of 'test-bank.get': the path must have these values: [\"id\"]",
        ),
        (
            at(environment()).override_route("test-bank.get", Method::Get, "/{id}/{id}"),
            "override of 'test-bank.get': the path must have these values: [\"id\"]",
        ),
        (
            plain("v1"),
            "override of 'test-bank.pay': the path must begin with '/' and have no query",
        ),
        (
            plain("/v1?a=1"),
            "override of 'test-bank.pay': the path must begin with '/' and have no query",
        ),
        (
            plain("/v1/{"),
            "override of 'test-bank.pay': it is not a valid path: encode what is not ASCII",
        ),
        (
            plain("/v1/../x"),
            "override of 'test-bank.pay': it is not a valid path: encode what is not ASCII",
        ),
        (
            plain("/a b"),
            "override of 'test-bank.pay': it is not a valid path: encode what is not ASCII",
        ),
    ];
    for (builder, expected) in rows {
        let error = builder.build().unwrap_err();
        assert_eq!(error.to_string(), format!("configuration: {expected}"));
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Configuration, Outcome::NotSent)
        );
        assert_eq!((error.operation(), error.provider()), ("", ""));
    }
}

#[test]
fn what_is_allowed_is_built() {
    at(environment()).build().unwrap();
    at(api(Host::new("http://127.0.0.1:1"))).build().unwrap();
    // Over plain http there is nobody to show a certificate to.
    at(api(Host::new("http://127.0.0.1:1").with_certificate()))
        .build()
        .unwrap();
    let stand = || api(Host::new("https://stand.test").with_public_credentials_only());
    at(stand())
        .credentials(key().published_by_the_bank())
        .build()
        .unwrap();
    let token = Bearer::new(Secret::from("canary")).published_by_the_bank();
    at(stand()).credentials(token).build().unwrap();
}

#[test]
fn nothing_that_is_built_from_prints_a_secret() {
    let proxy = crate::client::Proxy::new("http://user:canary@proxy.test")
        .with_login("user", Secret::from("canary"));
    let builder = at(environment()).proxy(proxy.clone());
    for shown in [format!("{builder:?}"), format!("{proxy:?}")] {
        assert!(!shown.contains("canary"), "{shown}");
    }
    let client = builder.build().unwrap();
    assert_eq!(
        format!("{client:?}"),
        r#"Client { provider: "test-bank", environment: "test", .. }"#
    );
}
