//! Where the examples connect to: a simulated bank that they start themselves, or the bank itself if
//! `SBER_CLIENT_ID` is set.
//!
//! | variable | meaning |
//! |---|---|
//! | `SBER_CLIENT_ID`, `SBER_CLIENT_SECRET` | who the client is |
//! | `SBER_USER`, `SBER_TOKENS` | the name and the folder under which a sign-in with `sber-api` has put the user's tokens |
//! | `SBER_IDENTITY` | a PEM file with the client certificate, its chain and its key (not encrypted) |
//! | `SBER_ROOTS` | a PEM file with roots to trust beside the system's; may be absent |
//! | `SBER_ENVIRONMENT` | `production` or `test` (the bank's); `test` if absent |
//! | `SBER_ACCOUNTS` | account numbers, separated by commas |
//! | `SBER_OFFSET` | hours that the bank's day is ahead of UTC; 3 (Moscow) if absent |

pub(crate) mod lines;
pub(crate) mod saved;
mod simulated_time;

use std::env;
use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use rubank_sandbox::{Host, Sandbox, sber};
use simulated_time::SimulatedTime;
use statements::rubank_core::auth::{FileTokenStore, MemoryTokenStore, StoredTokens, TokenStore};
use statements::rubank_core::secret::Secret;
use statements::sber_api;
use statements::time::{Date, UtcOffset};
use statements::{Account, Client, Identity, RequestOptions, Root};

/// A client, whose statements it reads, and the simulated bank that lives as long as this value.
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) accounts: Vec<Account>,
    /// When the bank's day begins.
    pub(crate) offset: UtcOffset,
    pub(crate) sandbox: Option<Sandbox>,
}

impl Connected {
    /// The first account.
    pub(crate) fn account(&self) -> Result<Account, Box<dyn Error>> {
        let account = self.accounts.first();
        Ok(account.ok_or("SBER_ACCOUNTS names no account")?.clone())
    }

    /// The day that it is for the bank.
    pub(crate) fn today(&self) -> Date {
        self.client.clock().now().to_offset(self.offset).date()
    }
}

pub(crate) async fn connect() -> Result<Connected, Box<dyn Error>> {
    match env::var("SBER_CLIENT_ID") {
        Ok(client_id) => connect_to_the_bank(client_id),
        Err(_) => connect_to_a_simulated_bank().await,
    }
}

fn connect_to_the_bank(client_id: String) -> Result<Connected, Box<dyn Error>> {
    let environment = match env::var("SBER_ENVIRONMENT").as_deref() {
        Ok("production") => statements::production(),
        Ok("test") | Err(_) => statements::test_stand(),
        Ok(other) => return Err(format!("SBER_ENVIRONMENT is '{other}'").into()),
    };
    let store = Arc::new(FileTokenStore::open(env::var("SBER_TOKENS")?)?);
    let secret = env::var("SBER_CLIENT_SECRET")?;
    let user = env::var("SBER_USER")?;
    let mut builder = Client::builder(environment)
        .credentials(statements::credentials(client_id, secret, user, store))
        .identity(Identity::from_pem(&fs::read(env::var("SBER_IDENTITY")?)?)?);
    if let Ok(roots) = env::var("SBER_ROOTS") {
        builder = builder.extra_roots(Root::from_pem(&fs::read(roots)?)?);
    }
    let accounts = env::var("SBER_ACCOUNTS")?;
    let accounts: Result<_, _> = accounts.split(',').map(Account::checked).collect();
    let hours = env::var("SBER_OFFSET").unwrap_or_else(|_| "3".to_owned());
    Ok(Connected {
        client: builder.build()?,
        accounts: accounts?,
        offset: UtcOffset::from_hms(hours.parse()?, 0, 0)?,
        sandbox: None,
    })
}

async fn connect_to_a_simulated_bank() -> Result<Connected, Box<dyn Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let environment = statements::environment(
        "simulated",
        sandbox.url(Host::SberAuthorize),
        sandbox.url(Host::SberToken),
        sandbox.url(Host::SberApi),
    );
    // As after a sign-in with `sber-api`.
    let store = Arc::new(MemoryTokenStore::new());
    let key = sber_api::token_key(&environment, sandbox.client_id(), "accountant");
    let refresh_token = Secret::from(sandbox.sber().grant_all().refresh_token);
    store.save(&key, &StoredTokens::new(refresh_token)).await?;
    let credentials = statements::credentials(
        sandbox.client_id(),
        sandbox.client_secret(),
        "accountant",
        store,
    );
    let client = Client::builder(environment)
        .credentials(credentials)
        .identity(Identity::from_pem(
            sandbox.client_identity_pem().as_bytes(),
        )?)
        .extra_roots(Root::from_pem(sandbox.ca_pem().as_bytes())?)
        .clock(SimulatedTime::new(&sandbox))
        .build()?;
    // The default deadline is longer than what the simulated time takes for real.
    let without_deadline = RequestOptions::new().deadline(Duration::MAX);
    Ok(Connected {
        client: client.with(without_deadline),
        accounts: vec![
            Account::checked(sber::LIVING_ACCOUNT)?,
            Account::checked(sber::DOLLAR_ACCOUNT)?,
        ],
        offset: UtcOffset::UTC,
        sandbox: Some(sandbox),
    })
}
