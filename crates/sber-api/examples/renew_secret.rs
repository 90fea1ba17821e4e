//! Changes the client's secret before its 40 days are over, and goes on with the new one.
//!
//! `cargo run -p sber-api --example renew_secret [FILE]`, after `sign_in`; with `--perpetual` it exchanges the secret for
//! one that does not die. The new secret is written to FILE, which must not be there yet, before it is used: a change
//! writes it before the bank hears of it, an exchange writes the bank's answer as it came before it is looked into.
//!
//! Against the bank this **changes your client**, so there FILE is demanded, and the word `--really` as well. With a
//! simulated bank FILE is in the temporary folder if it is not given, and is removed. See `support/mod.rs` for the way to
//! the bank.

#[path = "support/secret_file.rs"]
mod secret_file;
#[allow(dead_code, reason = "each example uses a part of it")]
mod support;

use std::env;
use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use rubank_core::auth::StoredTokens;
use rubank_core::random::SystemRandom;
use sber_api::{
    ChangeClientSecret, Client, ExchangeForPerpetualSecret, GetUserInfo, RequestOptions, Secret,
    new_client_secret, token_key,
};
use secret_file::SecretFile;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let named = arguments
        .iter()
        .find(|argument| !argument.starts_with("--"));
    let connected = support::connect().await?;
    let (client, id) = (&connected.client, connected.client_id.as_str());
    let key = token_key(client.environment(), id, support::USER);
    let path = secret_file::path(named.map(String::as_str), connected.sandbox.is_none())?;
    match &connected.sandbox {
        Some(sandbox) => {
            let pair = sandbox.sber().grant_all();
            let tokens = StoredTokens::new(pair.refresh_token.into());
            connected.store.save(&key, &tokens).await?;
        }
        None if !has("--really") => {
            return Err("say `--really` to change the secret at the bank".into());
        }
        None => {}
    }

    let old = connected.client_secret.clone();
    // Any call fetches a token that is good now, and leaves it in the store. It also shows that the old secret is good.
    client.send(&GetUserInfo::new()).await?;
    // Made before the secret is touched: a folder that cannot be written to is no reason to lose a secret.
    let mut file = SecretFile::create(&path)?;
    let new = match has("--perpetual") {
        true => exchanged(client, id, old, &mut file).await?,
        false => {
            let tokens = connected.store.load(&key).await?;
            let token = tokens.and_then(|tokens| tokens.access_token);
            changed(
                client,
                id,
                old,
                token.ok_or("nobody has signed in")?,
                &mut file,
            )
            .await?
        }
    };
    let credentials = sber_api::credentials(id, new, support::USER, Arc::clone(&connected.store));
    client.replace_identity(connected.identity.clone(), credentials)?;
    client.send(&GetUserInfo::new()).await?;
    println!(
        "and the new secret is good; it is in {}",
        file.path().display()
    );
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
        if named.is_none() {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

async fn changed(
    client: &Client,
    id: &str,
    old: Secret,
    token: Secret,
    file: &mut SecretFile,
) -> Result<Secret, Box<dyn Error>> {
    let new = new_client_secret(&SystemRandom);
    file.keep(new.expose())?;
    let change = ChangeClientSecret::new(token, id, old, new.clone());
    match client.send(&change).await {
        Ok(done) => println!("changed; it dies in {:?} days", done.days_left),
        Err(error) if error.may_have_acted() => {
            println!(
                "whether it was changed is not known: try the secret in the file, then the old one"
            );
            return Err(error.into());
        }
        Err(error) => {
            println!("nothing was changed: the old secret stays, that in the file is of no use");
            return Err(error.into());
        }
    }
    Ok(new)
}

async fn exchanged(
    client: &Client,
    id: &str,
    old: Secret,
    file: &mut SecretFile,
) -> Result<Secret, Box<dyn Error>> {
    // The answer is the only copy: it is given all the time that it may need.
    let patient = RequestOptions::new()
        .attempt_timeout(Duration::from_secs(180))
        .deadline(Duration::from_secs(200));
    let exchange = ExchangeForPerpetualSecret::new(id, old);
    let answer = match client.with(patient).send(&exchange).await {
        Ok(answer) => answer.into_value(),
        Err(error) if error.may_have_acted() => {
            println!(
                "the old secret may be void, and the new one lost: try the old one, else the bank's cabinet"
            );
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    // First of all, whether we understand it or not.
    file.keep(answer.answer().expose())?;
    println!(
        "exchanged; the bank's whole answer is in {}",
        file.path().display()
    );
    match answer.client_secret() {
        Some(secret) => Ok(secret.clone()),
        None => Err("the bank's words are new: look into the file".into()),
    }
}
