//! The operations' samples against the simulated banks, over TLS. Sber's sign-in and statements have samples of accounts
//! and tokens that no simulated bank knows: their crates' own tests speak to it with what it has.

use std::sync::Arc;

use contract_tests::suite::{Bank, method};
use rubank_core::auth::{Credentials, MemoryTokenStore, StoredTokens, TokenStore};
use rubank_core::client::ClientBuilder;
use rubank_core::environment::{Environment, Host as CoreHost};
use rubank_core::operation::Provider;
use rubank_core::secret::Secret;
use rubank_core::tls::{Identity, Root};
use rubank_sandbox::{Host, Sandbox};

/// A client with the sandbox's certificate, root and unpublished addresses.
fn dressed<P: Provider>(builder: ClientBuilder<P>, banks: &Sandbox) -> ClientBuilder<P> {
    let identity = Identity::from_pem(banks.client_identity_pem().as_bytes()).expect("an identity");
    let roots = Root::from_pem(banks.ca_pem().as_bytes()).expect("a root");
    let prefix = format!("{}.", P::NAME);
    let routes = banks
        .overrides()
        .filter(|route| route.operation.starts_with(&prefix));
    routes.fold(
        builder.identity(identity).extra_roots(roots),
        |builder, route| builder.override_route(route.operation, method(route.method), route.path),
    )
}

fn holds(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[tokio::test]
async fn alfa() {
    let banks = Sandbox::builder()
        .payments(3)
        .start()
        .await
        .expect("the sandbox starts");
    let environment = alfa_sbp::environment("sandbox", banks.url(Host::AlfaSbpApi));
    let client = dressed(alfa_sbp::Client::builder(environment), &banks)
        .credentials(alfa_sbp::credentials(
            banks.client_id(),
            banks.client_secret(),
        ))
        .build()
        .expect("a client");
    let bank = Bank::new(alfa_sbp::catalogue::entries(), &[], |error| {
        serde_json::to_string(&alfa_sbp::ErrorBody::of(error)?).ok()
    })
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

#[tokio::test]
async fn sber_encashment() {
    let banks = Sandbox::builder()
        .start()
        .await
        .expect("the sandbox starts");
    let environment = sber_environment(&banks);
    let client = dressed(sber_encashment::Client::builder(environment), &banks)
        .credentials(signed_in(&banks).await)
        .build()
        .expect("a client");
    let bank = Bank::new(sber_encashment::catalogue::entries(), &[], |error| {
        serde_json::to_string(&sber_encashment::ErrorBody::of(error)?).ok()
    })
    .expect("contract and fixtures can be used");
    holds(bank.check_server(&client, &[]).await);
}

#[tokio::test]
async fn tbank_registry() {
    let banks = Sandbox::builder()
        .start()
        .await
        .expect("the sandbox starts");
    // Its clock stands still here, and the samples come faster than one a second.
    banks.tbank().enforce_pace(false);
    let environment = tbank_registry::environment(
        "sandbox",
        banks.url(Host::TBankRegistrySecured),
        banks.url(Host::TBankRegistryOpen),
    );
    let client = dressed(tbank_registry::Client::builder(environment), &banks)
        .credentials(tbank_registry::credentials(rubank_sandbox::tbank::TOKEN))
        .build()
        .expect("a client");
    // The samples name registry 5, which is of employees; the demo and the crate's tests pay one of the self-employed.
    let refused = [
        "tbank-registry.submit-self-employed-registry",
        "tbank-registry.get-self-employed-registry-submission",
        "tbank-registry.pay-self-employed-registry",
        "tbank-registry.get-self-employed-registry-payment",
        "tbank-registry.request-self-employed-receipts",
        "tbank-registry.get-self-employed-registry",
    ];
    holds(tbank_bank().check_server(&client, &refused).await);
}

#[tokio::test]
async fn the_test_stand_of_tbank_registry() {
    let banks = Sandbox::builder()
        .start()
        .await
        .expect("the sandbox starts");
    let stand = |host| CoreHost::new(banks.url(host)).with_public_credentials_only();
    let environment = Environment::new("test-stand")
        .host(
            tbank_registry::SECURED,
            stand(Host::TBankRegistryTestSecured),
        )
        .host(tbank_registry::OPEN, stand(Host::TBankRegistryTestOpen));
    let client = dressed(tbank_registry::Client::builder(environment), &banks)
        .credentials(tbank_registry::test_stand_credentials())
        .build()
        .expect("a client");
    holds(tbank_bank().check_server(&client, &[]).await);
}

fn tbank_bank() -> Bank<tbank_registry::TBankRegistry> {
    Bank::new(tbank_registry::catalogue::entries(), &[], |error| {
        serde_json::to_string(&tbank_registry::ErrorBody::of(error)?).ok()
    })
    .expect("contract and fixtures can be used")
}

fn sber_environment(banks: &Sandbox) -> Environment {
    sber_api::environment(
        "sandbox",
        banks.url(Host::SberAuthorize),
        banks.url(Host::SberToken),
        banks.url(Host::SberApi),
    )
}

/// Credentials with the tokens of a person who has signed in.
async fn signed_in(banks: &Sandbox) -> Arc<dyn Credentials> {
    let store: Arc<dyn TokenStore> = Arc::new(MemoryTokenStore::new());
    let key = sber_api::token_key(&sber_environment(banks), banks.client_id(), "accountant");
    let refresh_token = Secret::from(banks.sber().grant_all().refresh_token);
    store
        .save(&key, &StoredTokens::new(refresh_token))
        .await
        .expect("a token is kept");
    let secret = Secret::from(banks.client_secret());
    Arc::new(sber_api::credentials(
        banks.client_id(),
        secret,
        "accountant",
        store,
    ))
}

#[tokio::test]
async fn payouts_platform() {
    let banks = Sandbox::builder()
        .start()
        .await
        .expect("the sandbox starts");
    // Its clock stands still here, and some samples look at the same payment.
    banks.payouts().enforce_pace(false);
    let base = banks.url(Host::PayoutsPlatformApi);
    let environment = payouts_platform::environment("sandbox", base);
    let client = dressed(payouts_platform::Client::builder(environment), &banks)
        .credentials(payouts_platform::credentials(
            rubank_sandbox::payouts::CLIENT_KEY,
        ))
        .build()
        .expect("a client");
    let bank = Bank::new(payouts_platform::catalogue::entries(), &[], |error| {
        serde_json::to_string(&payouts_platform::ErrorBody::of(error)?).ok()
    })
    .expect("contract and fixtures can be used");
    // Cooperation 1 of the page's samples is not there, and an earlier sample has switched a branch off.
    let refused = [
        "payouts-platform.get-cooperation",
        "payouts-platform.update-cooperation",
        "payouts-platform.delete-cooperation",
        "payouts-platform.pay-certificate",
    ];
    holds(bank.check_server(&client, &refused).await);
}

#[tokio::test]
async fn contract_crate_and_sandbox_know_the_same_48_operations_of_the_payouts_platform() {
    let banks = Sandbox::builder()
        .start()
        .await
        .expect("the sandbox starts");
    let contract = contract_tests::contract::load("payouts-platform").expect("a contract");
    let mut in_contract: Vec<_> = contract.operations.iter().map(|o| o.id.as_str()).collect();
    let entries = payouts_platform::catalogue::entries();
    let mut in_crate: Vec<_> = entries.iter().map(|entry| entry.meta().id).collect();
    let routes = banks.routes().iter().map(|route| route.operation);
    let mut in_sandbox: Vec<_> = routes
        .filter(|id| id.starts_with("payouts-platform."))
        .collect();
    for ids in [&mut in_contract, &mut in_crate, &mut in_sandbox] {
        ids.sort_unstable();
    }
    assert_eq!(in_contract.len(), 48);
    assert_eq!(in_contract, in_crate);
    assert_eq!(in_contract, in_sandbox);
}

#[tokio::test]
async fn a_key_of_every_allowed_character_travels_through_the_path_and_back() {
    let banks = Sandbox::builder()
        .start()
        .await
        .expect("the sandbox starts");
    let environment = payouts_platform::environment("sandbox", banks.url(Host::PayoutsPlatformApi));
    let client = dressed(payouts_platform::Client::builder(environment), &banks)
        .credentials(payouts_platform::credentials(
            rubank_sandbox::payouts::CLIENT_KEY,
        ))
        .build()
        .expect("a client");
    let contractor = payouts_platform::ContractorId::new(
        rubank_sandbox::payouts::CONTRACTOR
            .try_into()
            .expect("a small number"),
    );
    for key in [
        "aZ 09-_.!:*()[]@$~`^,;=<>|{}\u{2018}",
        "|",
        "a b`c\u{2018}d|e",
    ] {
        let pay = payouts_platform::CreatePayment::new(
            key,
            contractor,
            payouts_platform::Money::from_roubles(1),
        )
        .to(payouts_platform::Requisite::sbp(
            "+79990000001",
            payouts_platform::SbpBankId::new(100_000_000_004),
        ));
        client
            .send(&pay)
            .await
            .expect("the platform takes the payout");
        let look = payouts_platform::GetPaymentByCustomerId::new(key);
        let found = client
            .send(&look)
            .await
            .expect("the platform finds it by its key");
        let came = found.customer_payment_id.as_ref().map(ToString::to_string);
        assert_eq!(came.as_deref(), Some(key));
        assert_eq!(banks.ledger().paid(key), 1);
    }
}
