//! Where the examples connect to: a simulated bank that they start themselves, or the bank itself if
//! `ALFA_CLIENT_ID` is set.
//!
//! | variable | meaning |
//! |---|---|
//! | `ALFA_CLIENT_ID`, `ALFA_CLIENT_SECRET` | who the partner is |
//! | `ALFA_B2B_CLIENT_ID` | on whose behalf the calls are made |
//! | `ALFA_IDENTITY` | a PEM file with the client certificate, its chain and its key (not encrypted) |
//! | `ALFA_ROOTS` | a PEM file with roots to trust beside the system's; may be absent |
//! | `ALFA_ENVIRONMENT` | `production` or `sandbox` (the bank's); `sandbox` if absent |

use std::env;
use std::error::Error;
use std::fs;

use alfa_sbp::{B2bClientId, Client, Identity, Root};
use rubank_sandbox::{Host, Sandbox, alfa};

/// A client, on whose behalf it calls, and the simulated bank that lives as long as this value.
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) b2b_client_id: B2bClientId,
    pub(crate) sandbox: Option<Sandbox>,
}

pub(crate) async fn connect() -> Result<Connected, Box<dyn Error>> {
    match env::var("ALFA_CLIENT_ID") {
        Ok(client_id) => connect_to_the_bank(client_id),
        Err(_) => connect_to_a_simulated_bank().await,
    }
}

fn connect_to_the_bank(client_id: String) -> Result<Connected, Box<dyn Error>> {
    let environment = match env::var("ALFA_ENVIRONMENT").as_deref() {
        Ok("production") => alfa_sbp::production(),
        Ok("sandbox") | Err(_) => alfa_sbp::test_stand(),
        Ok(other) => return Err(format!("ALFA_ENVIRONMENT is '{other}'").into()),
    };
    let mut builder = Client::builder(environment)
        .credentials(alfa_sbp::credentials(
            client_id,
            env::var("ALFA_CLIENT_SECRET")?,
        ))
        .identity(Identity::from_pem(&fs::read(env::var("ALFA_IDENTITY")?)?)?);
    if let Ok(roots) = env::var("ALFA_ROOTS") {
        builder = builder.extra_roots(Root::from_pem(&fs::read(roots)?)?);
    }
    let b2b_client_id = env::var("ALFA_B2B_CLIENT_ID")?.into();
    Ok(Connected {
        client: builder.build()?,
        b2b_client_id,
        sandbox: None,
    })
}

async fn connect_to_a_simulated_bank() -> Result<Connected, Box<dyn Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let url = sandbox.url(Host::AlfaSbpApi).to_owned();
    let client = Client::builder(alfa_sbp::environment("simulated", url))
        .credentials(alfa_sbp::credentials(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .identity(Identity::from_pem(
            sandbox.client_identity_pem().as_bytes(),
        )?)
        .extra_roots(Root::from_pem(sandbox.ca_pem().as_bytes())?)
        .build()?;
    Ok(Connected {
        client,
        b2b_client_id: alfa::B2B_CLIENT_ID.into(),
        sandbox: Some(sandbox),
    })
}
