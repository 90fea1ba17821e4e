//! Somebody says yes, and every line becomes an intent.

use std::collections::BTreeSet;

use rubank_core::client::Client;
use rubank_core::operation::Operation as _;
use rubank_store::StoreError;

use super::error::RunError;
use super::gate::{Cause, Gate, Pause};
use super::kept::{Record, Versioned};
use super::view::Run;
use super::{Runs, TRIES};
use crate::execute::Bank;
use crate::plan::{Confirmation, Plan};
use crate::run_id::RunId;

impl Runs {
    /// Takes somebody's yes to the hash and the total of a run, writes down who and when, and makes every line an intent
    /// of the store. From then on it may be [executed](Self::execute).
    ///
    /// Calling it again with the same words changes nothing, and goes on where a crash stopped it; who confirmed first
    /// stays. Duplicates are looked for once more: those that appeared since the plan was shown have to be
    /// [named](Confirmation::with_duplicates), too. Where another run with such lines is confirmed at the very same moment,
    /// one of the two at least begins [paused](crate::Cause::Duplicates).
    ///
    /// T-Bank moves what is in a registry, whatever the file says: so the card of each registry whose count the file
    /// tells is compared first. The bank shows a card once in ten minutes.
    ///
    /// # Errors
    /// What was said is not what was planned ([`RunError::Confirm`]), or not what the store knows by now
    /// ([`RunError::NewDuplicates`], [`RunError::KeysTaken`]); the bank shows something else ([`RunError::Differs`]); the
    /// client is another bank's; a line that this store does not keep or that does not carry its key; the store. Nothing
    /// is confirmed then.
    pub async fn confirm<P: Bank>(
        &self,
        client: &Client<P>,
        id: &RunId,
        said: &Confirmation,
    ) -> Result<Run, RunError> {
        for _ in 0..TRIES {
            let Versioned { value, version } = self.demand(id).await?;
            if value.confirmed.is_some() {
                value.summary.confirm(said)?;
                self.finish(client, id).await?;
                return self.run(id).await;
            }
            let plan = self
                .kept_plan(&value)
                .await?
                .ok_or_else(|| RunError::Discarded(id.clone()))?;
            for line in plan.lines() {
                if P::payment(line).is_none() {
                    return Err(other_bank(&value));
                }
            }
            let place = client.environment().name();
            let shown: BTreeSet<_> = value.summary.duplicates().iter().cloned().collect();
            let Some((record, version, plan)) = self.refreshed(place, value, version, plan).await?
            else {
                continue;
            };
            let confirmed = record.summary.confirm(said)?;
            let found = record.summary.duplicates().iter();
            // Whole duplicates: a line that looked like one of April's and now looks like one of another May is news.
            let new: BTreeSet<_> = found
                .filter(|found| !shown.contains(found))
                .map(|found| found.line)
                .collect();
            if !new.is_empty() {
                let (run, lines) = (id.clone(), new.into_iter().collect());
                return Err(RunError::NewDuplicates { run, lines });
            }
            // A confirmed run whose lines cannot be written down would be confirmed for ever.
            self.check_lines(client, &record, &plan)?;
            let mismatches = P::compare(client, plan.lines()).await?;
            if !mismatches.is_empty() {
                return Err(RunError::Differs(mismatches));
            }
            let record = Record {
                confirmed: Some(confirmed),
                environment: Some(place.to_owned()),
                ..record
            };
            if self.put_record(id, version, &record).await?.is_some() {
                self.finish(client, id).await?;
                return self.run(id).await;
            }
        }
        Err(RunError::Busy(id.clone()))
    }

    /// Makes intents of the lines that are none yet, and opens the gate.
    pub(crate) async fn finish<P: Bank>(
        &self,
        client: &Client<P>,
        id: &RunId,
    ) -> Result<(), RunError> {
        for _ in 0..TRIES {
            let Versioned {
                value: record,
                version,
            } = self.demand(id).await?;
            belongs(client, &record)?;
            if self.gate(id).await?.is_some() {
                return self.forget_plan(&record).await;
            }
            let Some(plan) = self.kept_plan(&record).await? else {
                // Another process has finished since: only then is the plan gone.
                let gate = self.gate(id).await?;
                return gate.map(|_| ()).ok_or(RunError::Unreadable("plan"));
            };
            match self.write_lines(client, &record, &plan).await {
                Ok(()) => {
                    let mut gate = Gate::default();
                    // Only now, when each of two runs that are confirmed at once can see the other's lines.
                    if self.has_new_duplicates(&record, &plan).await? {
                        let (now, by) = (client.clock().now(), self.store.worker());
                        gate.close(Pause::new(Cause::Duplicates, now, by, None));
                    }
                    self.put_gate(id, 0, &gate).await?;
                    return self.forget_plan(&record).await;
                }
                // Another run with some of the same keys was confirmed at the same moment: those are its lines.
                Err(error @ RunError::Store(StoreError::Differs { .. })) => {
                    let place = client.environment().name();
                    let elsewhere = self.elsewhere(&plan, Some(place)).await?;
                    if elsewhere.len() == record.elsewhere.len() {
                        return Err(error);
                    }
                    let record = Record {
                        elsewhere,
                        ..record
                    };
                    self.put_record(id, version, &record).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(RunError::Busy(id.clone()))
    }

    /// Its lines lie with their intents now.
    async fn forget_plan(&self, record: &Record) -> Result<(), RunError> {
        if let Some(plan) = &record.plan {
            self.store.runs().remove(plan).await?;
        }
        Ok(())
    }

    /// The record with the duplicates of this moment; `None` if somebody else changed it.
    async fn refreshed(
        &self,
        environment: &str,
        record: Record,
        version: i64,
        plan: Plan,
    ) -> Result<Option<(Record, i64, Plan)>, RunError> {
        let (plan, elsewhere) = self.held_against_store(plan, Some(environment)).await?;
        let unchanged =
            *plan.summary() == record.summary && elsewhere.len() == record.elsewhere.len();
        if unchanged {
            return Ok(Some((record, version, plan)));
        }
        let record = Record {
            summary: plan.summary().clone(),
            elsewhere,
            ..record
        };
        let saved = self
            .put_record(record.summary.run(), version, &record)
            .await?;
        Ok(saved.map(|version| (record, version, plan)))
    }
}

/// Whether this client is of the bank and the environment that the run was confirmed for.
pub(super) fn belongs<P: Bank>(client: &Client<P>, record: &Record) -> Result<(), RunError> {
    let id = record.summary.run();
    let (confirmed, given) = (&record.environment, client.environment().name());
    match confirmed {
        _ if record.operation != P::Payment::META.id => Err(other_bank(record)),
        None => Err(RunError::NotConfirmed(id.clone())),
        Some(confirmed) if confirmed != given => Err(RunError::OtherEnvironment {
            run: id.clone(),
            confirmed: confirmed.clone(),
            given: given.to_owned(),
        }),
        Some(_) => Ok(()),
    }
}

fn other_bank(record: &Record) -> RunError {
    RunError::OtherBank {
        run: record.summary.run().clone(),
        operation: record.operation.clone(),
    }
}
