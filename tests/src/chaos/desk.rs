//! The company's own people: who plans and confirms the file, and the operator who sees to it that the run goes on.

use std::time::Duration;

use rubank_core::client::Client;
use rubank_core::clock::Clock;
use rubank_runs::{Phase, Report, RunError, RunId, Runs, Totals};
use rubank_store::Store;
use rubank_store::engine::{Filter, IntentRow, Journal};

use super::Broken;
use super::base::Base;
use super::clock::Scale;
use super::payer::{self, Trade};

/// How often the operator looks, on the machine's clock.
const GLANCE: Duration = Duration::from_millis(30);
/// How often the file is shown to the bank before somebody gives up: at first nearly every card may be bent on its way.
const MOST_TRIES: u32 = 60;
/// Before it is shown once more, in simulated time: the bank shows a card once in ten minutes.
const PAUSE: Duration = Duration::from_secs(120);

pub(crate) struct Desk<P: Trade> {
    client: Client<P>,
    store: Store,
    runs: Runs,
    id: RunId,
    scale: Scale,
    next_glance: Duration,
}

impl<P: Trade> Desk<P> {
    pub(crate) async fn open(
        base: &Base,
        scale: Scale,
        bank: &[String],
        id: &RunId,
    ) -> Result<Self, Broken> {
        let (store, runs) = open(base, scale).await?;
        Ok(Desk {
            client: P::client(bank, scale, 0, 0)?,
            store,
            runs,
            id: id.clone(),
            scale,
            next_glance: Duration::ZERO,
        })
    }

    /// The database is another one now.
    pub(crate) async fn move_to(&mut self, base: &Base) -> Result<(), Broken> {
        (self.store, self.runs) = open(base, self.scale).await?;
        Ok(())
    }

    pub(crate) async fn confirm(&self, file: &str) -> Result<(), Broken> {
        let mut tries = 0;
        loop {
            match payer::confirm(&self.runs, &self.client, file, self.scale).await {
                Ok(_) => return Ok(()),
                Err(error) if payer::may_pass(&error) && tries < MOST_TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
            self.scale.clock(0).sleep(PAUSE).await;
        }
    }

    /// Lets the run go on if it is paused.
    pub(crate) async fn operate(&mut self, now: Duration) -> Result<(), Broken> {
        if now < self.next_glance {
            return Ok(());
        }
        self.next_glance = now + GLANCE;
        match self.resume().await {
            // A worker has yet to plan it, or somebody is at it.
            Err(RunError::Absent(_) | RunError::NotConfirmed(_)) => Ok(()),
            Err(error) if error.is_transient() => Ok(()),
            done => Ok(done?),
        }
    }

    async fn resume(&self) -> Result<(), RunError> {
        if self.runs.run(&self.id).await?.phase() == Phase::Paused {
            self.runs.resume(&self.client, &self.id, "Operator").await?;
        }
        Ok(())
    }

    /// Looks at what the bank has taken, and at what people may have moved in its cabinet.
    pub(crate) async fn follow(&self) -> Result<(), Broken> {
        match self.runs.follow(&self.client, &self.id).await {
            Err(error) if !error.is_transient() => Err(error.into()),
            _ => Ok(()),
        }
    }

    pub(crate) async fn rows(&self) -> Result<Vec<IntentRow>, Broken> {
        let filter = Filter::run(self.id.as_str());
        Ok(self.store.intents(&filter, None, 1_000_000).await?)
    }

    pub(crate) async fn history(&self, row: &IntentRow) -> Result<Vec<Journal>, Broken> {
        Ok(self.store.journal(&row.id).await?)
    }

    pub(crate) async fn totals(&self) -> Result<Totals, Broken> {
        Ok(self.runs.totals(&self.id).await?)
    }

    pub(crate) async fn report(&self) -> Result<Report, Broken> {
        Ok(self.runs.report(&self.id).await?)
    }
}

async fn open(base: &Base, scale: Scale) -> Result<(Store, Runs), Broken> {
    let store = base.open(scale, "desk").await?;
    let runs = payer::runs(&store, scale.clock(0));
    Ok((store, runs))
}
