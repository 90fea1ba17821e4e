//! Where the examples connect to: a simulated bank that they start themselves, or the bank itself if `TBANK_TOKEN` is
//! set.
//!
//! | variable | meaning |
//! |---|---|
//! | `TBANK_TOKEN` | the token from the bank's cabinet |
//! | `TBANK_IDENTITY` | a PEM file with the client certificate, its chain and its key (not encrypted) |
//! | `TBANK_ROOTS` | a PEM file with roots to trust beside the system's; may be absent |
//! | `TBANK_ACCOUNT` | the company's account |
//!
//! With the simulated bank time is simulated too: whoever hears of a wait says [`Connected::pass`], and it is over.

use std::env;
use std::error::Error;
use std::fs;
use std::time::Duration;

use rubank_core::clock::ManualClock;
use rubank_sandbox::{Host, Sandbox, tbank};
use tbank_registry::{Account, Client, Identity, Root};

/// A client, the company's account, and the simulated bank that lives as long as this value.
pub(crate) struct Connected {
    pub(crate) client: Client,
    #[allow(dead_code, reason = "not every example pays")]
    pub(crate) account: Account,
    simulated: Option<(Sandbox, ManualClock)>,
}

impl Connected {
    /// A second of a countdown: passes at once where time is simulated.
    #[allow(dead_code, reason = "not every example waits")]
    pub(crate) fn pass(&self, time: Duration) {
        if let Some((sandbox, clock)) = &self.simulated {
            sandbox.clock().advance(time);
            clock.advance(time);
        }
    }

    pub(crate) async fn close(self) {
        if let Some((sandbox, _)) = self.simulated {
            sandbox.stop().await;
        }
    }
}

pub(crate) async fn connect() -> Result<Connected, Box<dyn Error>> {
    match env::var("TBANK_TOKEN") {
        Ok(token) => connect_to_the_bank(token),
        Err(_) => connect_to_a_simulated_bank().await,
    }
}

fn connect_to_the_bank(token: String) -> Result<Connected, Box<dyn Error>> {
    let mut builder = Client::builder(tbank_registry::production())
        .credentials(tbank_registry::credentials(token))
        .identity(Identity::from_pem(&fs::read(env::var("TBANK_IDENTITY")?)?)?);
    if let Ok(roots) = env::var("TBANK_ROOTS") {
        builder = builder.extra_roots(Root::from_pem(&fs::read(roots)?)?);
    }
    Ok(Connected {
        client: builder.build()?,
        account: Account::checked(&env::var("TBANK_ACCOUNT")?)?,
        simulated: None,
    })
}

async fn connect_to_a_simulated_bank() -> Result<Connected, Box<dyn Error>> {
    let sandbox = Sandbox::builder().start().await?;
    let clock = ManualClock::new(sandbox.clock().now());
    let environment = tbank_registry::environment(
        "simulated",
        sandbox.url(Host::TBankRegistrySecured),
        sandbox.url(Host::TBankRegistryOpen),
    );
    let client = Client::builder(environment)
        .credentials(tbank_registry::credentials(tbank::TOKEN))
        .identity(Identity::from_pem(
            sandbox.client_identity_pem().as_bytes(),
        )?)
        .extra_roots(Root::from_pem(sandbox.ca_pem().as_bytes())?)
        .clock(clock.clone())
        .build()?;
    Ok(Connected {
        client,
        account: Account::checked(tbank::COMPANY_ACCOUNT)?,
        simulated: Some((sandbox, clock)),
    })
}
