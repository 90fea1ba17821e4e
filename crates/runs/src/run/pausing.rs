//! Pausing and resuming.

use std::time::Duration;

use rubank_core::client::Client;
use rubank_store::engine::{Filter, IntentRow};
use rubank_store::{Conclusion, Decision, Reason, State, StoreError};

use super::error::RunError;
use super::gate::{Cause, Gate, Pause};
use super::kept::Versioned;
use super::view::Run;
use super::{Runs, TRIES};
use crate::execute::{Bank, held_back_by};
use crate::run_id::RunId;

const PAGE: u32 = 500;

impl Runs {
    /// Stops every execution of a run: none takes a line any more. What they had taken before still comes to its end, at
    /// most as many lines as their [`workers`](crate::Execution::workers), and [`Event::Paused`](crate::Event::Paused) of
    /// each comes after that. Pausing a paused run changes nothing.
    ///
    /// # Errors
    /// Nobody has confirmed it, or it is not there; the store.
    pub async fn pause(&self, id: &RunId, who: &str, why: &str) -> Result<Run, RunError> {
        for _ in 0..TRIES {
            let Versioned { mut value, version } = self.opened(id).await?;
            if value.pause().is_none() {
                value.close(Pause::new(Cause::Person, self.now(), who, Some(why)));
                if self.put_gate(id, version, &value).await?.is_none() {
                    continue;
                }
            }
            return self.run(id).await;
        }
        Err(RunError::Busy(id.clone()))
    }

    /// Lets a paused run go on, for everybody, and plans those lines again that the bank refused for a cause that is no
    /// matter of theirs, such as a lack of funds: the same bytes under the same keys. It sends nothing itself:
    /// [`execute`](Self::execute) does. On a run that is not paused it does the same for such lines.
    ///
    /// # Errors
    /// Nobody has confirmed it, or it is not there; a line is held by somebody who crashed half a minute ago; the
    /// store.
    pub async fn resume<P: Bank>(
        &self,
        client: &Client<P>,
        id: &RunId,
        who: &str,
    ) -> Result<Run, RunError> {
        self.belongs(client, id).await?;
        for _ in 0..TRIES {
            let Versioned { mut value, version } = self.opened(id).await?;
            // First the lines, so that a crash leaves the run paused.
            self.free_held_back(id, who).await?;
            if value.pause().is_some() {
                value.open(client.clock().now(), who);
                if self.put_gate(id, version, &value).await?.is_none() {
                    continue;
                }
            }
            return self.run(id).await;
        }
        Err(RunError::Busy(id.clone()))
    }

    /// Pauses a run that nobody has changed since its gate had this version: who resumed it meanwhile knows better.
    pub(crate) async fn pause_at(
        &self,
        id: &RunId,
        version: i64,
        pause: Pause,
    ) -> Result<(), RunError> {
        let Versioned {
            mut value,
            version: now,
        } = self.opened(id).await?;
        if now == version && value.pause().is_none() {
            let cause = pause.cause();
            value.close(pause);
            if self.put_gate(id, version, &value).await?.is_some() {
                tracing::warn!(run = %id, cause = cause.as_str(), "a run is paused");
            }
        }
        Ok(())
    }

    /// The gate of a run whose lines are all written down.
    pub(crate) async fn opened(&self, id: &RunId) -> Result<Versioned<Gate>, RunError> {
        match self.gate(id).await? {
            Some(gate) => Ok(gate),
            None => Err(match self.demand(id).await?.value.confirmed {
                Some(_) => RunError::Unfinished(id.clone()),
                None => RunError::NotConfirmed(id.clone()),
            }),
        }
    }

    async fn free_held_back(&self, id: &RunId, who: &str) -> Result<(), RunError> {
        for (row, _) in self.held_back(id).await? {
            match self.store.decide(&row.id, Decision::SendAgain, who).await {
                Ok(_) | Err(StoreError::Transition { .. }) => {}
                // Purged meanwhile: it stays refused, and stops no other.
                Err(StoreError::Erased(_)) => self.mark(&row, Reason::NO_RECORD).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The rejected lines that wait for the mending of their cause, whoever heard the refusal: it may have crashed before
    /// it could say why.
    pub(crate) async fn held_back(&self, id: &RunId) -> Result<Vec<(IntentRow, Cause)>, RunError> {
        let filter = Filter::run(id.as_str()).states([State::Rejected]);
        let (mut held, mut after): (_, Option<IntentRow>) = (Vec::new(), None);
        loop {
            let rows = self.store.intents(&filter, after.as_ref(), PAGE).await?;
            let Some(last) = rows.last() else {
                return Ok(held);
            };
            after = Some(last.clone());
            let of = |row: IntentRow| held_back_by(&self.store, &row).map(|cause| (row, cause));
            held.extend(rows.into_iter().filter_map(of));
        }
    }

    /// Gives a rejected line a better reason, unless somebody has decided about it since.
    pub(crate) async fn mark(&self, row: &IntentRow, reason: &str) -> Result<(), RunError> {
        let conclusion = Conclusion {
            state: State::Rejected,
            reason: Reason::new(reason).ok(),
            bank_id: None,
            again_in: Duration::ZERO,
        };
        match self.store.conclude(&row.id, &conclusion).await {
            Ok(_) | Err(StoreError::Transition { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
