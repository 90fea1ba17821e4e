//! Changes the client's secret before its 40 days are over, and goes on with the new one.
//!
//! `cargo run -p sber-api --example renew_secret`, after `sign_in`; with `--perpetual` it exchanges the secret for one
//! that does not die. Against the bank this **changes your client**, so it asks for the word `really` as well. See
//! `support/mod.rs` for the way to the bank.

#[allow(dead_code, reason = "each example uses a part of it")]
mod support;

use std::env;
use std::error::Error;
use std::sync::Arc;

use rubank_core::auth::StoredTokens;
use rubank_core::random::SystemRandom;
use sber_api::{
    ChangeClientSecret, Client, ExchangeForPerpetualSecret, GetUserInfo, Secret, new_client_secret,
    token_key,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let connected = support::connect().await?;
    let (client, id) = (&connected.client, connected.client_id.as_str());
    let key = token_key(client.environment(), id, support::USER);
    match &connected.sandbox {
        Some(sandbox) => {
            let pair = sandbox.sber().grant_all();
            let tokens = StoredTokens::new(pair.refresh_token.into());
            connected.store.save(&key, &tokens).await?;
        }
        None if !has("really") => {
            return Err("say `really` to change the secret at the bank".into());
        }
        None => {}
    }

    let old = connected.client_secret.clone();
    let new = match has("--perpetual") {
        true => exchanged(client, id, old).await?,
        false => {
            // Any call fetches a token that is good now, and leaves it in the store.
            client.send(&GetUserInfo::new()).await?;
            let tokens = connected
                .store
                .load(&key)
                .await?
                .and_then(|tokens| tokens.access_token);
            changed(client, id, old, tokens.ok_or("nobody has signed in")?).await?
        }
    };
    // Here a real program has stored it already, where its secrets are.
    println!("the new secret has {} characters", new.expose().len());
    let credentials = sber_api::credentials(id, new, support::USER, Arc::clone(&connected.store));
    client.replace_identity(connected.identity.clone(), credentials)?;
    client.send(&GetUserInfo::new()).await?;
    println!("and it is good");
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}

async fn changed(
    client: &Client,
    id: &str,
    old: Secret,
    token: Secret,
) -> Result<Secret, Box<dyn Error>> {
    let new = new_client_secret(&SystemRandom);
    let change = ChangeClientSecret::new(token, id, old, new.clone());
    let done = client.send(&change).await?.into_value();
    println!("changed; it dies in {:?} days", done.days_left);
    Ok(new)
}

async fn exchanged(client: &Client, id: &str, old: Secret) -> Result<Secret, Box<dyn Error>> {
    let answer = client
        .send(&ExchangeForPerpetualSecret::new(id, old))
        .await?
        .into_value();
    println!("exchanged");
    match answer.client_secret() {
        Some(secret) => Ok(secret.clone()),
        None => Err("the bank's words are new: look into `PerpetualSecret::answer`".into()),
    }
}
