//! Sber's tokens and secrets, planted where a bank or a program may put them, never come to where people read: an error's
//! text, its `Debug`, a span, an event.

use std::error::Error as _;

use contract_tests::listen::Listening;
use rubank_core::auth::Bearer;
use rubank_core::catalogue::Entry;
use rubank_core::client::Client;
use rubank_core::environment::Environment;
use rubank_core::error::Error;
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::operation::{Operation, Provider};
use rubank_core::retry::RetryPolicy;
use rubank_core::secret::Secret;
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox};
use sber_api::{ChangeClientSecret, RevokeToken, SberApi, TokenKind};
use tracing_subscriber::layer::SubscriberExt;

/// What tokens of banks look like: Sber's two forms, a bare UUID, and what RFC 6750 and JWT have.
const TOKENS: [&str; 6] = [
    "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789Ab",
    "faceb00c-dead-4bee-babe-cafedecafbad-1",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "dBjftJeZ4CVP-mB92K_uhbUJU1p1r",
    "2YotnFZFEjr1zCsicMWpAA",
    "eyJhbGciOiJnb3N0MzQuMTAifQ.eyJzdWIiOiI1YmU0In0.c2lnbmF0dXJl",
];

#[tokio::test]
async fn a_token_in_the_place_of_a_code_is_shown_nowhere() {
    planted_codes(sber_api::catalogue::entries()).await;
    planted_codes(sber_encashment::catalogue::entries()).await;
    planted_codes(statements::catalogue::entries()).await;
}

async fn planted_codes<P: Provider>(entries: Vec<Entry<P>>) {
    for token in TOKENS {
        for field in ["error", "errorCode", "cause"] {
            for status in [400, 401, 403, 500] {
                let body = format!(r#"{{"{field}":"{token}","checks":[{{"level":"{token}"}}]}}"#);
                for entry in &entries {
                    let reply = Reply::json(status, body.clone());
                    let client = scripted::<P>(vec![reply; 5]);
                    let listening = Listening::start();
                    let error = listening.hear(entry.send(&client)).await;
                    let error = error.expect_err("the bank refused");
                    assert_eq!(error.code(), Some(token), "a program may read it");
                    let shown = format!("{}\n{}", everything(&error), listening.heard());
                    assert!(
                        !shown.contains(token),
                        "{} {status} {field}: {shown}",
                        entry.meta().id
                    );
                }
            }
        }
    }
}

fn scripted<P: Provider>(script: Vec<Reply>) -> Client<P> {
    let local = "http://127.0.0.1:1";
    Client::builder(sber_api::environment("script", local, local, local))
        .credentials(Bearer::new(Secret::from("not-a-real-token")))
        .transport(ScriptedService::new(script))
        .retry_policy(RetryPolicy::never())
        .allow_unverified_paths()
        .build()
        .expect("a client")
}

/// All that a person could read of an error.
fn everything(error: &Error) -> String {
    let mut text = format!(
        "{error} {error:#} {error:?} {error:#?} {:?}",
        error.bank_error()
    );
    let said = sber_api::ErrorBody::of(error);
    text.push_str(&format!("{said:?} {said:#?}"));
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(" {inner} {inner:?} {inner:#?}"));
        cause = inner.source();
    }
    text
}

/// What goes in the query, where the bank wants it there. The bank's own texts repeat it, too.
const ACCESS: &str = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789Ab";
const OLD_SECRET: &str = "0ldSecret0fTheSh0p";
const NEW_SECRET: &str = "NewSecret0fTheSh0p";

#[tokio::test]
async fn a_secret_in_the_query_is_shown_nowhere() {
    let listening = Listening::start();
    let subscriber = tracing_subscriber::registry().with(listening.clone());
    // For the whole thread: the transport's own tasks speak outside of our calls.
    let _listening = tracing::dispatcher::set_default(&tracing::Dispatch::new(subscriber));
    let revoke = RevokeToken::new("10000", OLD_SECRET, ACCESS, TokenKind::Access).in_query();
    let change = ChangeClientSecret::new(ACCESS, "10000", OLD_SECRET, NEW_SECRET).in_query();
    let mut shown = format!("{revoke:?} {change:?}");

    let bank = Sandbox::builder().plain().start().await.expect("a bank");
    let url = |host| bank.url(host).to_owned();
    let there = sber_api::environment(
        "sandbox",
        url(Host::SberAuthorize),
        url(Host::SberToken),
        url(Host::SberApi),
    );
    let echo = format!(r#"{{"error":"{ACCESS}","cause":"{OLD_SECRET}","message":"{NEW_SECRET}"}}"#);
    let faults = [
        Fault::CloseUnread,
        Fault::Close(Moment::AfterWork),
        Fault::Reset(Moment::AfterWork),
        Fault::CutBody,
        Fault::BrokenJson,
        Fault::service_unavailable(None),
        Fault::Html {
            status: 500,
            moment: Moment::BeforeWork,
        },
        Fault::Answer {
            status: 400,
            content_type: "application/json".to_owned(),
            body: echo,
            moment: Moment::BeforeWork,
        },
    ];
    for fault in faults {
        bank.faults().push(FaultRule::everywhere(fault).next(2));
        shown.push_str(&sent(&there, &revoke).await);
        shown.push_str(&sent(&there, &change).await);
        bank.faults().clear();
    }
    bank.stop().await;

    // Nobody is there any more, and nobody can be there.
    shown.push_str(&sent(&there, &revoke).await);
    shown.push_str(&sent(&there, &change).await);
    shown.push_str(&listening.heard());
    assert!(shown.contains("bank.call"), "the spans are heard");
    for secret in [ACCESS, OLD_SECRET, NEW_SECRET, "client_secret="] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

/// What a person could read of a call.
async fn sent<O: Operation<Provider = SberApi>>(environment: &Environment, operation: &O) -> String
where
    O::Output: std::fmt::Debug,
{
    let client: Client<SberApi> = Client::builder(environment.clone())
        .credentials(Bearer::new(Secret::from("not-a-real-token")))
        .retry_policy(RetryPolicy::never())
        .build()
        .expect("a client");
    match client.send(operation).await {
        Ok(answer) => format!("{answer:?} {client:?}"),
        Err(error) => everything(&error),
    }
}
