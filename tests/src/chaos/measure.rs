//! A run that nothing disturbs, for measuring: how long the payments of one file take.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use payouts_platform::PayoutsPlatform;
use rubank_core::clock::{Clock, SystemClock};
use rubank_sandbox::{Host, Ledger, Sandbox};

use super::Broken;
use super::base::Base;
use super::clock::Scale;
use super::court::Court;
use super::delay::Distance;
use super::desk::Desk;
use super::orders::Orders;
use super::payer::{self, Trade};
use super::process::Crew;
use super::script;

/// Time is what it is: whatever waits for a clock waits as long as it would for a company.
const FACTOR: u32 = 1;
/// Seldom, so that looking takes nothing from who is measured.
const LOOK: Duration = Duration::from_millis(50);
/// Far more than the slowest engine needs: then something hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is to be measured.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Payouts of the file.
    pub lines: u64,
    /// Worker processes.
    pub workers: usize,
    /// Payments that each of them has under way.
    pub at_once: usize,
    /// How much later the bank's answers come.
    pub latency: Duration,
}

/// From the first payment in the bank's ledger to the last one. The workers are ended then: how the bank's decisions are
/// followed takes as long as the bank wishes, and is no matter of speed.
///
/// # Errors
/// It could not be measured, or a payment was made twice.
pub async fn measure(court: &Court, load: &Load) -> Result<Duration, Broken> {
    let folder = tempfile::tempdir()?;
    let bank = Sandbox::builder().plain().payouts(0).start().await?;
    fs::write(folder.path().join("roots.pem"), bank.ca_pem())?;
    let scale = Scale::from_now(bank.clock().now(), FACTOR);
    let ticking = scale.drive(bank.clock());
    let base = Base::new(court.kind, folder.path(), scale).await?;
    let distance = Distance::from(bank.url(Host::PayoutsPlatformApi), load.latency).await?;
    let address = match load.latency.is_zero() {
        true => bank.url(Host::PayoutsPlatformApi).to_owned(),
        false => distance.url.clone(),
    };
    let file = script::plain_file(load.lines);
    let run = PayoutsPlatform::plan(&file, scale)?.summary().run().clone();
    let desk =
        Desk::<PayoutsPlatform>::open(&base, scale, std::slice::from_ref(&address), &run).await?;
    desk.confirm(&file).await?;

    let orders = |number: usize| payer::Orders {
        name: format!("worker-{number}"),
        trade: PayoutsPlatform::KIND,
        base: base.clone(),
        scale,
        bank: vec![address.clone()],
        run: run.to_string(),
        file: None,
        at_once: load.at_once,
        unknowns: 5,
        skew: 0,
        seed: number as u64,
    };
    let mut crew = Crew::new(&court.program, folder.path(), load.workers);
    let began = SystemClock.monotonic();
    let ledger = loop {
        let now = SystemClock.monotonic();
        if now.saturating_sub(began) > PATIENCE {
            return Err("the payments do not come to an end".into());
        }
        crew.tend(now, |number| Orders::Pay(orders(number)).text())?;
        SystemClock.sleep(LOOK).await;
        if bank.call_count() >= load.lines {
            let ledger = bank.ledger();
            if ledger.entries().len() as u64 >= load.lines {
                break ledger;
            }
        }
    };
    drop(crew);
    ticking.abort();
    drop(desk);
    base.remove().await?;
    span(&ledger, load.lines)
}

/// All lines are paid, each of them once.
fn span(ledger: &Ledger, lines: u64) -> Result<Duration, Broken> {
    let mut keys: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in ledger.entries().iter().filter(|entry| entry.moved) {
        *keys.entry(&entry.key).or_default() += 1;
    }
    if keys.len() as u64 != lines || keys.values().any(|times| *times != 1) {
        return Err("not every line was paid once".into());
    }
    let moments = || ledger.entries().iter().map(|entry| entry.at);
    let (Some(first), Some(last)) = (moments().min(), moments().max()) else {
        return Err("nothing was paid".into());
    };
    Ok((last - first).try_into()?)
}
