//! A worker that wants in at Sber, with tokens that it shares with others.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rubank_core::client::RequestOptions;
use rubank_core::clock::Clock;
use rubank_core::environment::Environment;
use rubank_core::error::ErrorKind;
use rubank_core::random::SeededRandom;
use rubank_store::StoreTokens;
use sber_api::{Advice, Client, GetUserInfo};
use serde::{Deserialize, Serialize};

use super::Broken;
use super::base::Base;
use super::clock::Scale;

/// Whose tokens they are.
pub(crate) const USER: &str = "accountant";
/// The note that a worker leaves which would need a person to sign in again.
pub(crate) const LOCKED_OUT: &str = "locked-out";
/// Between two visits.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) name: String,
    pub(crate) base: Base,
    pub(crate) scale: Scale,
    pub(crate) folder: PathBuf,
    /// Token host and API.
    pub(crate) bank: [String; 2],
    pub(crate) client: [String; 2],
    /// For so long it comes again and again, from the beginning of time.
    pub(crate) until: Duration,
    pub(crate) seed: u64,
}

pub(crate) fn environment([token, api]: &[String; 2]) -> Environment {
    sber_api::environment("trial", token, token, api)
}

impl Orders {
    pub(crate) fn client(&self, tokens: StoreTokens) -> Result<Client, Broken> {
        let [id, secret] = self.client.each_ref().map(String::as_str);
        let client = Client::builder(environment(&self.bank))
            .credentials(sber_api::credentials(id, secret, USER, Arc::new(tokens)))
            .clock(self.scale.clock(0))
            .random(SeededRandom::new(self.seed))
            .default_options(
                RequestOptions::new()
                    .attempt_timeout(Duration::from_secs(40))
                    .deadline(Duration::from_secs(180)),
            )
            .build()?;
        Ok(client)
    }
}

pub(crate) async fn work(orders: Orders) -> Result<(), Broken> {
    let store = orders.base.open(orders.scale, &orders.name).await?;
    let client = orders.client(store.tokens())?;
    let clock = orders.scale.clock(0);
    while clock.monotonic() < orders.until {
        match client.send(&GetUserInfo::new()).await {
            Ok(_) => println!("in"),
            Err(error) => {
                println!("{error:#}");
                // A 401 for a token that was good a moment ago: here they are void before their time again and again.
                let is_void = error.kind() == ErrorKind::Unauthorized;
                if Advice::of(&error) == Advice::SignInAgain && !is_void {
                    std::fs::write(orders.folder.join(LOCKED_OUT), format!("{error:#}"))?;
                }
            }
        }
        clock.sleep(PAUSE).await;
    }
    Ok(())
}
