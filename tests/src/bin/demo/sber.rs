//! Sber: a person signs in; a bag of cash is announced, followed until it is counted, and another one taken back.

use std::sync::Arc;
use std::time::Duration;

use rubank_core::auth::{Credentials, MemoryTokenStore, Pkce, TokenStore};
use rubank_core::environment::Environment;
use rubank_core::random::SystemRandom;
use rubank_sandbox::{Call, Host, Sandbox, sber};
use sber_api::{Scope, SignIn};
use sber_encashment::flows::{self, Cancellation, Creation, Followed};
use sber_encashment::{
    Account, AccountSum, BankStatus, Bic, CancelWaybill, CreateWaybill, Denomination, Identity,
    Money, Root, Waybill,
};

use crate::browser;
use crate::fast::{Fast, patient};
use crate::{Outcome, headline, table};

/// Our own name for the person; the tokens are stored under it.
const USER: &str = "accountant";

pub(crate) async fn run(banks: &Sandbox) -> Outcome {
    let store: Arc<dyn TokenStore> = Arc::new(MemoryTokenStore::new());
    let secret = || rubank_core::secret::Secret::from(banks.client_secret());
    // One sign-in and one set of tokens for all of Sber's products.
    let credentials: Arc<dyn Credentials> = Arc::new(sber_api::credentials(
        banks.client_id(),
        secret(),
        USER,
        Arc::clone(&store),
    ));
    sign_in(banks, credentials.clone(), store.as_ref()).await?;

    let client = sber_encashment::Client::builder(environment(banks))
        .identity(Identity::from_pem(banks.client_identity_pem().as_bytes())?)
        .extra_roots(Root::from_pem(banks.ca_pem().as_bytes())?)
        .credentials(credentials.clone())
        .clock(Fast(banks.clock().clone()))
        .default_options(patient())
        .build()?;
    hand_over(&client).await?;
    take_back(&client).await?;
    let created = |call: &&Call| call.operation == Some(sber::CREATE_WAYBILL);
    match banks.calls().iter().filter(created).count() {
        2 => {}
        sends => return Err(format!("two waybills were sent {sends} times").into()),
    }
    crate::statements::run(banks, credentials).await
}

pub(crate) fn environment(banks: &Sandbox) -> Environment {
    let url = |host| banks.url(host);
    sber_api::environment(
        "demo",
        url(Host::SberAuthorize),
        url(Host::SberToken),
        url(Host::SberApi),
    )
}

async fn sign_in(
    banks: &Sandbox,
    credentials: Arc<dyn Credentials>,
    store: &dyn TokenStore,
) -> Outcome {
    headline("Sber: a person signs in");
    let client = sber_api::Client::builder(environment(banks))
        .identity(Identity::from_pem(banks.client_identity_pem().as_bytes())?)
        .extra_roots(Root::from_pem(banks.ca_pem().as_bytes())?)
        .credentials(credentials)
        .clock(Fast(banks.clock().clone()))
        .default_options(patient())
        .build()?;
    let sign_in = SignIn::start(banks.client_id(), sber::REDIRECT_URI, &SystemRandom)
        .scope(Scope::STATEMENTS)
        .scope(Scope::ENCASHMENTS)
        .scope(Scope::ACCOUNTS)
        .pkce(Pkce::new(&SystemRandom));
    let link = sign_in.url(client.environment())?;
    let address = client.send(&browser::Open::new(&link)).await?.into_value();
    let code = sign_in.read_redirect(&address)?;
    let exchange = sign_in.exchange(
        &code,
        rubank_core::secret::Secret::from(banks.client_secret()),
    );
    let signed_in = sber_api::flows::sign_in(&client, &exchange, store, USER).await?;
    println!(
        "  granted:  {}",
        signed_in.tokens().scope.as_deref().unwrap_or("not said")
    );
    Ok(())
}

async fn hand_over(client: &sber_encashment::Client) -> Outcome {
    headline("Sber: a bag of cash, from the waybill until it is counted");
    let id = "6f9619ff-8b86-4011-b42d-00c04fc964f1";
    match flows::create(client, &bag(id)?).await? {
        Creation::Created(created) => {
            let status = created
                .status
                .as_ref()
                .map_or("not told", |status| status.as_str());
            println!("  created:  {status}");
        }
        Creation::NotThere(error) => return Err(error.into()),
        Creation::Unclear(state) => return Err(format!("to be looked at: {state:?}").into()),
    }
    // As after a crash: the same bag once more, and nothing is sent.
    match flows::create(client, &bag(id)?).await? {
        Creation::Created(created) if created.found_by_key => println!("  again:    found by key"),
        other => return Err(format!("it was not found by its key: {other:?}").into()),
    }
    let (pace, day) = (Duration::from_secs(60), Duration::from_secs(24 * 60 * 60));
    match flows::follow_every(client, id, pace, day).await? {
        Followed::Ended(ended) => {
            println!(
                "  state:    {}, cash arrived: {}",
                ended.status,
                ended.status.has_cash_arrived()
            );
            let details = ended.details?;
            let rows: Vec<_> = details
                .currency_nominal_values
                .good()
                .map(|row| {
                    let nominal = row.nominal.map(|nominal| nominal.to_string());
                    let quantity = row.quantity.map(|quantity| quantity.to_string());
                    [
                        format!("{:>8}", nominal.unwrap_or_default()),
                        quantity.unwrap_or_default(),
                    ]
                })
                .collect();
            println!();
            table::print(["nominal", "quantity"], &rows);
            match ended.status {
                BankStatus::Completed => Ok(()),
                other => Err(format!("the bag should have been counted, and is {other}").into()),
            }
        }
        Followed::StillRunning(state) => Err(format!("still under way: {state:?}").into()),
    }
}

async fn take_back(client: &sber_encashment::Client) -> Outcome {
    headline("Sber: a waybill that is taken back");
    let id = "6f9619ff-8b86-4011-b42d-00c04fc964f2";
    match flows::create(client, &bag(id)?).await? {
        Creation::Created(_) => {}
        other => return Err(format!("it was not created: {other:?}").into()),
    }
    let cancel = CancelWaybill::new(id, "Иванов Иван Иванович").comment("Ошибка в сумме");
    match flows::cancel(client, &cancel).await? {
        Cancellation::Cancelled(state) => {
            let status = state
                .bank_status
                .as_ref()
                .map_or("not told", |status| status.as_str());
            println!("  state:    {status}");
        }
        other => return Err(format!("it was not cancelled: {other:?}").into()),
    }
    Ok(())
}

/// Two notes of 5000 and a coin of 50 kopecks for one account, all under cash symbol 02.
fn bag(external_id: &str) -> Result<CreateWaybill, Box<dyn std::error::Error>> {
    let account = AccountSum::new(
        Account::checked(sber::QUIET_ACCOUNT)?,
        Bic::checked("049990000")?,
    );
    let waybill = Waybill::new(external_id, "0000042", sber::OBJECT_CODES[0])
        .creator_person("Иванов Иван Иванович")
        .source_of_income("Выручка")
        .cash(Denomination::roubles("NOTE", Money::from_roubles(5000), 2))
        .cash(Denomination::roubles("COIN", Money::parse("0.50")?, 1))
        .account(account.symbol("02", Money::parse("10000.50")?));
    Ok(CreateWaybill::new(waybill))
}
