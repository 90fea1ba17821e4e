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
//! | `SBER_OBJECT` | the code of the collection object |
//! | `SBER_ACCOUNT`, `SBER_BIC` | the account that gets the cash, and its bank |

mod key;

use std::env;
use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use rubank_sandbox::{Host, Sandbox, sber};
use sber_encashment::flows::Patience;
use sber_encashment::rubank_core::auth::{
    FileTokenStore, MemoryTokenStore, StoredTokens, TokenStore,
};
use sber_encashment::rubank_core::secret::Secret;
use sber_encashment::{
    Account, AccountSum, Bic, Client, CreateWaybill, Denomination, Identity, Money, Root, Waybill,
    sber_api,
};

/// A client, the object and the account to use, and the simulated bank that lives as long as this value.
pub(crate) struct Connected {
    pub(crate) client: Client,
    pub(crate) object: String,
    pub(crate) account: AccountSum,
    /// A simulated bank shows a waybill at once; the bank is looked at for a minute before anything is sent, so that the
    /// same key can be used again after a crash.
    pub(crate) patience: Patience,
    pub(crate) sandbox: Option<Sandbox>,
}

impl Connected {
    /// The key of the waybill.
    pub(crate) fn key(
        &self,
        named: Option<String>,
        simulated: &str,
    ) -> Result<String, Box<dyn Error>> {
        key::key(named, simulated, self.sandbox.is_none())
    }

    /// A bag with two notes of 5000 and a coin of 50 kopecks, not signed.
    pub(crate) fn bag(&self, external_id: &str) -> Result<CreateWaybill, Box<dyn Error>> {
        let account = self.account.clone();
        let waybill = Waybill::new(external_id, "0000042", self.object.as_str())
            .creator_person("Иванов Иван Иванович")
            .source_of_income("Выручка")
            .cash(Denomination::roubles("NOTE", Money::from_roubles(5000), 2))
            .cash(Denomination::roubles("COIN", Money::parse("0.50")?, 1))
            .account(account.symbol("02", Money::parse("10000.50")?));
        for doubt in waybill.warnings() {
            println!("doubtful: {doubt}");
        }
        Ok(CreateWaybill::new(waybill))
    }
}

/// `step`: how much time passes in a simulated bank with each call.
pub(crate) async fn connect(step: Duration) -> Result<Connected, Box<dyn Error>> {
    match env::var("SBER_CLIENT_ID") {
        Ok(client_id) => connect_to_the_bank(client_id),
        Err(_) => connect_to_a_simulated_bank(step).await,
    }
}

fn connect_to_the_bank(client_id: String) -> Result<Connected, Box<dyn Error>> {
    let environment = match env::var("SBER_ENVIRONMENT").as_deref() {
        Ok("production") => sber_encashment::production(),
        Ok("test") | Err(_) => sber_encashment::test_stand(),
        Ok(other) => return Err(format!("SBER_ENVIRONMENT is '{other}'").into()),
    };
    let store = Arc::new(FileTokenStore::open(env::var("SBER_TOKENS")?)?);
    let secret = env::var("SBER_CLIENT_SECRET")?;
    let mut builder = Client::builder(environment)
        .credentials(sber_encashment::credentials(
            client_id,
            secret,
            env::var("SBER_USER")?,
            store,
        ))
        .identity(Identity::from_pem(&fs::read(env::var("SBER_IDENTITY")?)?)?);
    if let Ok(roots) = env::var("SBER_ROOTS") {
        builder = builder.extra_roots(Root::from_pem(&fs::read(roots)?)?);
    }
    let account = Account::checked(&env::var("SBER_ACCOUNT")?)?;
    Ok(Connected {
        client: builder.build()?,
        object: env::var("SBER_OBJECT")?,
        account: AccountSum::new(account, Bic::checked(&env::var("SBER_BIC")?)?),
        patience: Patience::new(),
        sandbox: None,
    })
}

async fn connect_to_a_simulated_bank(step: Duration) -> Result<Connected, Box<dyn Error>> {
    let sandbox = Sandbox::builder().tick(step).start().await?;
    let environment = sber_encashment::environment(
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
    let credentials = sber_encashment::credentials(
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
        .build()?;
    let account = Account::checked(sber::QUIET_ACCOUNT)?;
    Ok(Connected {
        client,
        object: sber::OBJECT_CODES[0].to_owned(),
        account: AccountSum::new(account, Bic::checked("049990000")?),
        patience: Patience::new().before(Duration::ZERO),
        sandbox: Some(sandbox),
    })
}
