//! A worker of a run of payouts, and what it shares with who planned the run.

use std::sync::Arc;
use std::time::Duration;

use payouts_platform::Client;
use rubank_core::client::RequestOptions;
use rubank_core::clock::Clock;
use rubank_core::random::SeededRandom;
use rubank_runs::{Confirmation, Event, FileHash, Plan, Planning, RunError, RunId, Runs};
use rubank_sandbox::payouts::CLIENT_KEY;
use serde::{Deserialize, Serialize};

use super::Broken;
use super::base::Base;
use super::clock::Scale;

/// A timeout is one more fault, so that it may strike on a machine that is busy.
const ATTEMPT: Duration = Duration::from_secs(400);
const DEADLINE: Duration = Duration::from_secs(800);
/// Before what failed or was paused is tried again.
const PAUSE: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) name: String,
    pub(crate) base: Base,
    pub(crate) scale: Scale,
    /// The platform's address.
    pub(crate) bank: String,
    pub(crate) run: String,
    /// The file, if the worker is to plan and confirm it.
    pub(crate) file: Option<String>,
    pub(crate) at_once: usize,
    pub(crate) unknowns: u32,
    /// How wrong the worker's wall clock is, in seconds.
    pub(crate) skew: i64,
    pub(crate) seed: u64,
}

/// A client of the simulated platform, on the simulated time.
pub(crate) fn client(bank: &str, scale: Scale, skew: i64, seed: u64) -> Result<Client, Broken> {
    let options = RequestOptions::new()
        .attempt_timeout(ATTEMPT)
        .deadline(DEADLINE);
    let client = Client::builder(payouts_platform::environment("trial", bank))
        .credentials(payouts_platform::credentials(CLIENT_KEY))
        .clock(scale.clock(skew))
        .random(SeededRandom::new(seed))
        .default_options(options)
        .build()?;
    Ok(client)
}

/// Reads the file as everybody does.
pub(crate) fn plan(file: &str, scale: Scale) -> Result<Plan, Broken> {
    let planning = Planning::new("Planner", scale.clock(0).now());
    Ok(planning.payouts("payouts.csv", file.as_bytes())?)
}

/// Plans and confirms the file, whoever did so before or does so now. The run.
pub(crate) async fn confirm(
    runs: &Runs,
    client: &Client,
    file: &str,
    scale: Scale,
) -> Result<RunId, RunError> {
    let plan = plan(file, scale).map_err(|_| RunError::Unreadable("file"))?;
    let (total, hash) = (plan.summary().total(), FileHash::of(file.as_bytes()));
    let run = runs.plan(plan).await?;
    let duplicates = run.summary().duplicate_lines();
    let said = Confirmation::new(hash, total.into(), "Checker", scale.clock(0).now())
        .with_duplicates(duplicates);
    let run = runs.confirm(client, run.id(), &said).await?;
    Ok(run.id().clone())
}

/// Until the run is finished.
pub(crate) async fn work(orders: Orders) -> Result<(), Broken> {
    let client = client(&orders.bank, orders.scale, orders.skew, orders.seed)?;
    let store = orders.base.open(orders.scale, &orders.name).await?;
    let clock = orders.scale.clock(orders.skew);
    let runs = Runs::new(&store).clock(Arc::new(clock));
    loop {
        match execute(&runs, &client, &orders).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) if error.is_transient() => println!("{error}"),
            Err(error) => return Err(error.into()),
        }
        clock.sleep(PAUSE).await;
    }
}

/// Whether the run is finished.
async fn execute(runs: &Runs, client: &Client, orders: &Orders) -> Result<bool, RunError> {
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
