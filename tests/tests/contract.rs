//! Every operation of every provider against its contract, by fixture and by sandbox.

use alfa_sbp::{AlfaSbp, ErrorBody};
use contract_tests::suite::Bank;
use rubank_core::environment::Environment;
use rubank_core::tls::{Identity, Root};
use rubank_sandbox::{Host, Sandbox};

fn alfa() -> Bank<AlfaSbp> {
    Bank::new(
        alfa_sbp::catalogue::entries(),
        &["alfa-sbp.token"],
        |error| {
            let body = ErrorBody::of(error)?;
            serde_json::to_string(&body).ok()
        },
    )
    .expect("contract and fixtures can be used")
}

fn holds(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn alfa_says_what_the_contract_says() {
    holds(alfa().check_metadata());
}

#[tokio::test]
async fn alfa_sends_what_the_contract_describes() {
    holds(alfa().check_requests().await);
}

#[tokio::test]
async fn alfa_reads_every_fixture_without_loss() {
    holds(alfa().check_fixtures().await);
}

#[tokio::test]
async fn alfa_is_silent_about_secrets_and_people() {
    holds(alfa().check_silence().await);
}

#[tokio::test]
async fn alfa_and_the_sandbox_understand_each_other() {
    let bank = Sandbox::builder()
        .payments(3)
        .start()
        .await
        .expect("the sandbox starts");
    let environment: Environment = alfa_sbp::environment("sandbox", bank.url(Host::AlfaSbpApi));
    let mut builder = alfa_sbp::Client::builder(environment)
        .identity(Identity::from_pem(bank.client_identity_pem().as_bytes()).expect("an identity"))
        .extra_roots(Root::from_pem(bank.ca_pem().as_bytes()).expect("a root"))
        .credentials(alfa_sbp::credentials(
            bank.client_id(),
            bank.client_secret(),
        ));
    for route in bank.overrides() {
        builder = builder.override_route(
            route.operation,
            contract_tests::suite::method(route.method),
            route.path,
        );
    }
    let client = builder.build().expect("a client");
    // The samples are the page's own: a payment that is done already, by a link that is used up. The demo and the
    // crate's examples send these operations with what the sandbox has.
    let refused = [
        "alfa-sbp.create-outgoing-payment",
        "alfa-sbp.execute-outgoing-payment",
        "alfa-sbp.get-payment-link",
        "alfa-sbp.one-step-pay",
    ];
    holds(alfa().check_server(&client, &refused).await);
}
