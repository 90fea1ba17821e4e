//! Every operation of every provider against the simulated bank, over TLS.

use contract_tests::suite::{Bank, method};
use rubank_core::client::ClientBuilder;
use rubank_core::operation::Provider;
use rubank_core::tls::{Identity, Root};
use rubank_sandbox::{Host, Sandbox};

/// A client with the sandbox's certificate, root and unpublished addresses.
fn dressed<P: Provider>(
    builder: ClientBuilder<P>,
    banks: &Sandbox,
    hosts: &[Host],
) -> ClientBuilder<P> {
    let identity = Identity::from_pem(banks.client_identity_pem().as_bytes()).expect("an identity");
    let roots = Root::from_pem(banks.ca_pem().as_bytes()).expect("a root");
    let routes = banks
        .overrides()
        .filter(|route| hosts.contains(&route.host));
    routes.fold(
        builder.identity(identity).extra_roots(roots),
        |builder, route| builder.override_route(route.operation, method(route.method), route.path),
    )
}

fn holds(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[tokio::test]
async fn alfa_and_the_sandbox_understand_each_other() {
    let banks = Sandbox::builder()
        .payments(3)
        .start()
        .await
        .expect("the sandbox starts");
    let environment = alfa_sbp::environment("sandbox", banks.url(Host::AlfaSbpApi));
    let client = dressed(
        alfa_sbp::Client::builder(environment),
        &banks,
        &[Host::AlfaSbpApi],
    )
    .credentials(alfa_sbp::credentials(
        banks.client_id(),
        banks.client_secret(),
    ))
    .build()
    .expect("a client");
    let bank = Bank::new(
        alfa_sbp::catalogue::entries(),
        &["alfa-sbp.token"],
        |error| serde_json::to_string(&alfa_sbp::ErrorBody::of(error)?).ok(),
    )
    .expect("contract and fixtures can be used");
    // The samples are the page's own: a payment that is done already, by a link that is used up. The demo and the
    // crate's examples send these operations with what the sandbox has.
    let refused = [
        "alfa-sbp.create-outgoing-payment",
        "alfa-sbp.execute-outgoing-payment",
        "alfa-sbp.get-payment-link",
        "alfa-sbp.one-step-pay",
    ];
    holds(bank.check_server(&client, &refused).await);
}
