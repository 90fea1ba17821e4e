//! Where the examples connect to: a simulated bank that they start themselves, or the bank itself if
//! `SBER_CLIENT_ID` is set.
//!
//! | variable | meaning |
//! |---|---|
//! | `SBER_CLIENT_ID`, `SBER_CLIENT_SECRET` | who the client is |
//! | `SBER_REDIRECT_URI` | the registered address that people come back to |
//! | `SBER_TOKENS` | the folder in which tokens are kept; `./sber-tokens` if absent |
//! | `SBER_IDENTITY` | a PEM file with the client certificate, its chain and its key (not encrypted) |
//! | `SBER_ROOTS` | a PEM file with roots to trust beside the system's; may be absent |
//! | `SBER_ENVIRONMENT` | `production` or `test`; `test` if absent |

mod browser;

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::sync::Arc;

use rubank_core::auth::{FileTokenStore, MemoryTokenStore, TokenStore};
use rubank_core::environment::Environment;
use rubank_sandbox::{Host, Sandbox, sber};
use sber_api::{Client, Identity, Root, Secret};

/// Your own name for the person who signs in: the tokens are stored under it.
pub(crate) const USER: &str = "accountant";

/// A client of the sign-in, what it needs to know of itself, and the simulated bank that lives as long as this value.
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) identity: Identity,
    pub(crate) redirect_uri: String,
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) sandbox: Option<Sandbox>,
}

impl Connected {
    /// Sends a person to the link, and tells the address that they come back to.
    pub(crate) async fn let_a_person_sign_in(&self, link: &str) -> Result<String, Box<dyn Error>> {
        println!("Sign in at\n  {link}");
        if self.sandbox.is_some() {
            return Ok(self
                .client
                .send(&browser::Open::new(link))
                .await?
                .into_value());
        }
        print!("and paste the address that the browser came back to: ");
        io::stdout().flush()?;
        let mut address = String::new();
        io::stdin().read_line(&mut address)?;
        Ok(address.trim().to_owned())
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
        Ok("production") => sber_api::production(),
        Ok("test") | Err(_) => sber_api::test_stand(),
        Ok(other) => return Err(format!("SBER_ENVIRONMENT is '{other}'").into()),
    };
    let client_secret = Secret::from(env::var("SBER_CLIENT_SECRET")?);
    let folder = env::var("SBER_TOKENS").unwrap_or_else(|_| "sber-tokens".to_owned());
    let store: Arc<dyn TokenStore> = Arc::new(FileTokenStore::open(folder)?);
    let identity = Identity::from_pem(&fs::read(env::var("SBER_IDENTITY")?)?)?;
    let mut builder =
        builder(environment, &client_id, &client_secret, &store).identity(identity.clone());
    if let Ok(roots) = env::var("SBER_ROOTS") {
        builder = builder.extra_roots(Root::from_pem(&fs::read(roots)?)?);
    }
    Ok(Connected {
        client: builder.build()?,
        client_id,
        client_secret,
        identity,
        redirect_uri: env::var("SBER_REDIRECT_URI")?,
        store,
        sandbox: None,
    })
}

pub(crate) async fn connect_to_a_simulated_bank() -> Result<Connected, Box<dyn Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let environment = sber_api::environment(
        "simulated",
        sandbox.url(Host::SberAuthorize),
        sandbox.url(Host::SberToken),
        sandbox.url(Host::SberApi),
    );
    let client_id = sandbox.client_id().to_owned();
    let client_secret = Secret::from(sandbox.client_secret());
    let identity = Identity::from_pem(sandbox.client_identity_pem().as_bytes())?;
    let store: Arc<dyn TokenStore> = Arc::new(MemoryTokenStore::new());
    let client = builder(environment, &client_id, &client_secret, &store)
        .identity(identity.clone())
        .extra_roots(Root::from_pem(sandbox.ca_pem().as_bytes())?)
        .build()?;
    Ok(Connected {
        client,
        client_id,
        client_secret,
        identity,
        redirect_uri: sber::REDIRECT_URI.to_owned(),
        store,
        sandbox: Some(sandbox),
    })
}

/// One client does for the sign-in and for what comes after it: the credentials look into the store when they are
/// needed.
fn builder(
    environment: Environment,
    client_id: &str,
    client_secret: &Secret,
    store: &Arc<dyn TokenStore>,
) -> rubank_core::client::ClientBuilder<sber_api::SberApi> {
    let credentials =
        sber_api::credentials(client_id, client_secret.clone(), USER, Arc::clone(store));
    Client::builder(environment).credentials(credentials)
}
