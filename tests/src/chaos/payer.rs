//! A worker of a run of payments, and what it shares with who planned the run.

use std::sync::Arc;
use std::time::Duration;

use payouts_platform::PayoutsPlatform;
use rubank_core::client::{Client, RequestOptions};
use rubank_core::clock::Clock;
use rubank_core::random::SeededRandom;
use rubank_runs::{Bank, Confirmation, Event, FileHash, Plan, Planning, RunError, RunId, Runs};
use rubank_sandbox::payouts::{CLIENT_KEY, CREATE_PAYMENT};
use rubank_sandbox::tbank::{PAY_REGISTRY, TOKEN};
use rubank_sandbox::{Host, Sandbox};
use rubank_store::Store;
use serde::{Deserialize, Serialize};
use tbank_registry::TBankRegistry;

use super::Broken;
use super::base::Base;
use super::clock::{Scale, ScaledClock};

/// A timeout is one more fault, so that it may strike on a machine that is busy.
const ATTEMPT: Duration = Duration::from_secs(400);
const DEADLINE: Duration = Duration::from_secs(800);
/// Before what failed or was paused is tried again.
const PAUSE: Duration = Duration::from_secs(20);

/// Which bank a run is paid through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// A file of payouts, through the payouts platform.
    Payouts,
    /// A list of registries, through T-Bank.
    Registries,
}

/// A bank that trials pay through.
pub(crate) trait Trade: Bank {
    const KIND: Kind;
    /// The sandbox's name of the write that pays.
    const PAYS: &'static str;

    /// Where the simulated bank is.
    fn addresses(bank: &Sandbox) -> Vec<String>;

    /// A client of it, on the simulated time.
    fn client(
        addresses: &[String],
        scale: Scale,
        skew: i64,
        seed: u64,
    ) -> Result<Client<Self>, Broken>;

    /// Reads the file as everybody does.
    fn plan(file: &str, scale: Scale) -> Result<Plan, Broken>;
}

impl Trade for PayoutsPlatform {
    const KIND: Kind = Kind::Payouts;
    const PAYS: &'static str = CREATE_PAYMENT;

    fn addresses(bank: &Sandbox) -> Vec<String> {
        vec![bank.url(Host::PayoutsPlatformApi).to_owned()]
    }

    fn client(
        addresses: &[String],
        scale: Scale,
        skew: i64,
        seed: u64,
    ) -> Result<Client<Self>, Broken> {
        let [api] = addresses else {
            return Err("the payouts platform has one address".into());
        };
        let client = Client::builder(payouts_platform::environment("trial", api))
            .credentials(payouts_platform::credentials(CLIENT_KEY))
            .clock(scale.clock(skew))
            .random(SeededRandom::new(seed))
            .default_options(options())
            .build()?;
        Ok(client)
    }

    fn plan(file: &str, scale: Scale) -> Result<Plan, Broken> {
        Ok(planning(scale).payouts("payouts.csv", file.as_bytes())?)
    }
}

impl Trade for TBankRegistry {
    const KIND: Kind = Kind::Registries;
    const PAYS: &'static str = PAY_REGISTRY;

    fn addresses(bank: &Sandbox) -> Vec<String> {
        let hosts = [Host::TBankRegistrySecured, Host::TBankRegistryOpen];
        hosts.map(|host| bank.url(host).to_owned()).to_vec()
    }

    fn client(
        addresses: &[String],
        scale: Scale,
        skew: i64,
        seed: u64,
    ) -> Result<Client<Self>, Broken> {
        let [secured, open] = addresses else {
            return Err("T-Bank has two addresses".into());
        };
        let client = Client::builder(tbank_registry::environment("trial", secured, open))
            .credentials(tbank_registry::credentials(TOKEN))
            .clock(scale.clock(skew))
            .random(SeededRandom::new(seed))
            .default_options(options())
            .build()?;
        Ok(client)
    }

    fn plan(file: &str, scale: Scale) -> Result<Plan, Broken> {
        Ok(planning(scale).registries("registries.csv", file.as_bytes())?)
    }
}

fn options() -> RequestOptions {
    RequestOptions::new()
        .attempt_timeout(ATTEMPT)
        .deadline(DEADLINE)
}

fn planning(scale: Scale) -> Planning {
    Planning::new("Planner", scale.clock(0).now())
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) name: String,
    pub(crate) trade: Kind,
    pub(crate) base: Base,
    pub(crate) scale: Scale,
    /// The bank's addresses.
    pub(crate) bank: Vec<String>,
    pub(crate) run: String,
    /// The file, if the worker is to plan and confirm it.
    pub(crate) file: Option<String>,
    pub(crate) at_once: usize,
    pub(crate) unknowns: u32,
    /// How wrong the worker's wall clock is, in seconds.
    pub(crate) skew: i64,
    pub(crate) seed: u64,
}

/// A bank that never decides is a person's matter after so long: the runs' own day is longer than a trial.
const UNDECIDED_AFTER: Duration = Duration::from_secs(30 * 60);

/// The runs of a store, as everybody of a trial has them.
pub(crate) fn runs(store: &Store, clock: ScaledClock) -> Runs {
    Runs::new(store)
        .clock(Arc::new(clock))
        .undecided_after(UNDECIDED_AFTER)
}

/// Plans and confirms the file, whoever did so before or does so now. The run.
pub(crate) async fn confirm<P: Trade>(
    runs: &Runs,
    client: &Client<P>,
    file: &str,
    scale: Scale,
) -> Result<RunId, RunError> {
    let plan = P::plan(file, scale).map_err(|_| RunError::Unreadable("file"))?;
    let (total, hash) = (plan.summary().total(), FileHash::of(file.as_bytes()));
    let run = runs.plan(plan).await?;
    let duplicates = run.summary().duplicate_lines();
    let said = Confirmation::new(hash, total.into(), "Checker", scale.clock(0).now())
        .with_duplicates(duplicates);
    let run = runs.confirm(client, run.id(), &said).await?;
    Ok(run.id().clone())
}

/// Whether the same may go well later. A card that was bent on its way differs from the file: that nothing was confirmed
/// then is right, and one looks again.
pub(crate) fn may_pass(error: &RunError) -> bool {
    error.is_transient() || matches!(error, RunError::Differs(_) | RunError::Call(_))
}

/// Until the run is finished.
pub(crate) async fn work(orders: Orders) -> Result<(), Broken> {
    match orders.trade {
        Kind::Payouts => work_for::<PayoutsPlatform>(orders).await,
        Kind::Registries => work_for::<TBankRegistry>(orders).await,
    }
}

async fn work_for<P: Trade>(orders: Orders) -> Result<(), Broken> {
    let client = P::client(&orders.bank, orders.scale, orders.skew, orders.seed)?;
    let store = orders.base.open(orders.scale, &orders.name).await?;
    let clock = orders.scale.clock(orders.skew);
    let runs = runs(&store, clock);
    loop {
        match execute(&runs, &client, &orders).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) if may_pass(&error) => println!("{error}"),
            Err(error) => return Err(error.into()),
        }
        clock.sleep(PAUSE).await;
    }
}

/// Whether the run is finished.
async fn execute<P: Trade>(
    runs: &Runs,
    client: &Client<P>,
    orders: &Orders,
) -> Result<bool, RunError> {
    if let Some(file) = &orders.file {
        confirm(runs, client, file, orders.scale).await?;
    }
    let id = orders.run.parse().map_err(|_| RunError::Unreadable("id"))?;
    let execution = runs
        .execute(client, &id)
        .workers(orders.at_once)
        .pause_after_unknowns(orders.unknowns);
    let mut events = execution.start().await?;
    let mut is_finished = false;
    while let Some(event) = events.next().await {
        println!("{event}");
        match event {
            Event::Finished(_) => is_finished = true,
            Event::Failed(error) => return Err(error),
            _ => {}
        }
    }
    Ok(is_finished)
}
