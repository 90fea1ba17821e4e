//! Lets a person sign in, stores the tokens, and tells who it was.
//!
//! `cargo run -p sber-api --example sign_in`; see `support/mod.rs` for the way to the bank.

#[allow(dead_code, reason = "each example uses a part of it")]
mod support;

use std::error::Error;

use rubank_core::auth::Pkce;
use rubank_core::random::SystemRandom;
use sber_api::{GetUserInfo, Scope, SignIn, flows};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let connected = support::connect().await?;
    let client = &connected.client;
    let sign_in = SignIn::start(
        connected.client_id.as_str(),
        connected.redirect_uri.as_str(),
        &SystemRandom,
    )
    .scope(Scope::STATEMENTS)
    .scope(Scope::ENCASHMENTS)
    .scope(Scope::ACCOUNTS)
    .pkce(Pkce::new(&SystemRandom));

    let link = sign_in.url(client.environment())?;
    let address = connected.let_a_person_sign_in(&link).await?;
    let code = sign_in.read_redirect(&address)?;

    let exchange = sign_in.exchange(&code, connected.client_secret.clone());
    let store = connected.store.as_ref();
    let signed_in = flows::sign_in(client, &exchange, store, support::USER).await?;
    println!(
        "granted: {}",
        signed_in.tokens().scope.as_deref().unwrap_or("not said"),
    );
    if let Some(claims) = signed_in.unverified_claims() {
        let ours = claims?.nonce() == Some(sign_in.nonce());
        println!("the id_token is of this sign-in: {ours}");
    }

    // From here on the credentials fetch tokens by themselves.
    let who = client.send(&GetUserInfo::new()).await?;
    let claims = who.value().unverified_claims()?;
    println!(
        "signed in, by the bank's unverified word: a person with {} accounts to show",
        claims.accounts.len(),
    );
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}
