//! Taking lines out of a run before they leave.

use std::collections::BTreeSet;

use rubank_store::engine::IntentRow;
use rubank_store::{Decision, State, StoreError};

use super::Runs;
use super::error::RunError;
use crate::run_id::RunId;

/// The word of a withdrawn line.
const WITHDRAWN: &str = "withdrawn";

/// What became of lines that were to be withdrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withdrawal {
    /// These are never sent. The report shows them as refused, `withdrawn`.
    pub withdrawn: Vec<u64>,
    /// **These may be paid**, are paid, or have another end: how far each has come.
    /// [`Sending`](State::Sending) says that somebody works on it at this moment, or vanished over it.
    pub left: Vec<(u64, State)>,
    /// These are paid, or not, by the run that planned their keys first ([`Run::elsewhere`](crate::Run::elsewhere)): to
    /// withdraw them there is meant for both.
    pub elsewhere: Vec<u64>,
}

impl Runs {
    /// Takes lines out of a run for good, by their numbers in the file: because they were paid another way, or are no
    /// longer wanted. Who did so stands in their journals. Only a line of which nothing ever left, or that the bank
    /// rejected, can be withdrawn; the others come back as [`left`](Withdrawal::left), so **look at the answer before you
    /// pay any of them another way**. It may be called again, and works on a paused run as on an open one.
    ///
    /// # Errors
    /// Nobody has confirmed the run, or it is not there; the file has no payments in some of these lines: then nothing is
    /// withdrawn. The store: then some of them may be withdrawn already.
    pub async fn withdraw(
        &self,
        id: &RunId,
        lines: impl IntoIterator<Item = u64>,
        who: &str,
    ) -> Result<Withdrawal, RunError> {
        self.opened(id).await?;
        let record = self.demand(id).await?.value;
        let mut wanted: BTreeSet<u64> = lines.into_iter().collect();
        let mut found = Withdrawal::default();
        let others = record.elsewhere.iter().map(|one| one.line);
        found
            .elsewhere
            .extend(others.filter(|line| wanted.remove(line)));
        let mut rows = Vec::with_capacity(wanted.len());
        let mut after = None;
        while !wanted.is_empty() {
            let Some(page) = self.rows(id, after.as_ref()).await? else {
                return Err(RunError::NoSuchLines(wanted.into_iter().collect()));
            };
            after = page.last().cloned();
            let ours = page
                .into_iter()
                .filter_map(|row| Some((number(&row)?, row)));
            rows.extend(ours.filter(|(line, _)| wanted.remove(line)));
        }
        for (line, row) in rows {
            match self.store.decide(&row.id, Decision::Withdraw, who).await {
                Ok(_) => found.withdrawn.push(line),
                Err(StoreError::Held { .. } | StoreError::ClaimLost(_)) => {
                    found.left.push((line, State::Sending));
                }
                Err(StoreError::Transition { from, .. }) => {
                    let now = self.store.intent(&row.id).await?;
                    let is_done = now.is_some_and(|now| {
                        now.state == State::Refused && now.reason.as_deref() == Some(WITHDRAWN)
                    });
                    match is_done {
                        true => found.withdrawn.push(line),
                        false => found.left.push((line, from)),
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }
}

fn number(row: &IntentRow) -> Option<u64> {
    row.line.and_then(|line| u64::try_from(line).ok())
}
