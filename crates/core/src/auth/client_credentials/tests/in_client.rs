//! Inside a client: the token is fetched within the retry loop.

use time::macros::datetime;

use super::*;
use crate::client::Client;
use crate::clock::{Clock as _, ManualClock};
use crate::error::{BankError, ErrorKind, Outcome};
use crate::http::ScriptedService;
use crate::operation::{
    Answer, Effect, InvalidRequest, Method, Operation, OperationMeta, Parts, Provenance, Provider,
};
use crate::random::SeededRandom;
use crate::read::ReadError;

struct Bank;

impl Provider for Bank {
    const NAME: &'static str = "bank";
    const OPERATIONS: &'static [OperationMeta] = &[List::META, Pay::META];
    const REQUEST_ID_HEADERS: &'static [&'static str] = &[];

    fn read_error(_answer: &Answer) -> BankError {
        BankError::new()
    }
}

struct List;
struct Pay;

impl Operation for List {
    type Provider = Bank;
    type Output = ();

    const META: OperationMeta =
        OperationMeta::new("bank.list", Effect::Read, Method::Get, HostId::API, "/list")
            .scopes(&["list"])
            .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new())
    }

    fn parse(_answer: &Answer) -> Result<(), ReadError> {
        Ok(())
    }
}

impl Operation for Pay {
    type Provider = Bank;
    type Output = ();

    const META: OperationMeta =
        OperationMeta::new("bank.pay", Effect::Once, Method::Post, HostId::API, "/pay")
            .scopes(&["list"])
            .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Parts::new().json(&7)
    }

    fn parse(_answer: &Answer) -> Result<(), ReadError> {
        Ok(())
    }
}

fn client(script: impl IntoIterator<Item = Reply>) -> (Client<Bank>, ScriptedService, ManualClock) {
    let service = ScriptedService::new(script);
    let clock = ManualClock::new(datetime!(2026-11-21 10:00 UTC));
    let environment = Environment::new("test")
        .host(HostId::API, Host::new("https://api.bank.test"))
        .host(HostId::TOKEN, Host::new("https://id.bank.test"));
    let client = Client::builder(environment)
        .transport(service.clone())
        .credentials(credentials())
        .clock(clock.clone())
        .random(SeededRandom::new(1))
        .build()
        .unwrap();
    (client, service, clock)
}

/// Who was asked, in order: `T` the token host, else the token that the API saw.
fn asked(service: &ScriptedService) -> Vec<String> {
    let seen = service.seen();
    seen.iter()
        .map(|request| match request.uri.host() {
            Some("id.bank.test") => "T".to_owned(),
            _ => request.headers["authorization"]
                .to_str()
                .unwrap()
                .to_owned(),
        })
        .collect()
}

#[tokio::test]
async fn a_busy_token_host_is_asked_again_inside_the_call_and_not_at_once() {
    let (client, service, clock) =
        client([Reply::empty(503), token("one", 3600), Reply::empty(200)]);
    clock.drive(client.send(&Pay)).await.unwrap();
    assert_eq!(asked(&service), ["T", "T", "Bearer one"]);
    assert!(clock.monotonic() >= Duration::from_millis(500));
}

#[tokio::test]
async fn a_token_host_that_is_down_leaves_the_write_unsent() {
    let (client, service, clock) = client([]);
    let error = clock.drive(client.send(&Pay)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Auth, Outcome::NotSent)
    );
    assert!(!error.may_have_acted() && error.is_transient() && error.retry_after().is_some());
    assert_eq!(service.sends(), 0);
}

#[tokio::test]
async fn a_refused_client_is_told_at_once() {
    let (client, service, clock) = client([Reply::json(401, r#"{"error":"invalid_client"}"#)]);
    let error = clock.drive(client.send(&Pay)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Auth, Outcome::NotSent)
    );
    assert!(!error.is_transient());
    assert_eq!(asked(&service), ["T"]);
    assert!(
        format!("{error:#}").contains("code=invalid_client"),
        "{error:#}"
    );
}

#[tokio::test]
async fn a_401_brings_a_fresh_token_and_one_more_attempt() {
    let script = || {
        [
            token("one", 3600),
            Reply::empty(401),
            token("two", 3600),
            Reply::empty(401),
        ]
    };
    let (reading, service, clock) = client(script());
    let error = clock.drive(reading.send(&List)).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!(asked(&service), ["T", "Bearer one", "T", "Bearer two"]);

    // A write that must go out once is not repeated, but the next call has a fresh token.
    let (paying, service, clock) = client(script());
    let error = clock.drive(paying.send(&Pay)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Rejected);
    assert_eq!(asked(&service), ["T", "Bearer one"]);
    let _refused_again = clock.drive(paying.send(&Pay)).await.unwrap_err();
    assert_eq!(asked(&service), ["T", "Bearer one", "T", "Bearer two"]);
}
