//! Lines become intents.

use std::collections::HashSet;

use rubank_core::client::Client;
use rubank_store::Intent;

use super::Runs;
use super::error::RunError;
use super::kept::{Label, Record};
use crate::execute::Bank;
use crate::plan::{Plan, PlanLine, Wish};
use crate::run_id::RunId;

/// How many intents are written down with one commit.
const BATCH: usize = 200;

impl Runs {
    /// Writes an intent for every line; those that are there stay as they are.
    pub(super) async fn write_lines<P: Bank>(
        &self,
        client: &Client<P>,
        record: &Record,
        plan: &Plan,
    ) -> Result<(), RunError> {
        let elsewhere: HashSet<u64> = record.elsewhere.iter().map(|one| one.line).collect();
        let ours = plan
            .lines()
            .iter()
            .filter(|line| !elsewhere.contains(&line.number()));
        let ours: Vec<_> = ours.collect();
        for lines in ours.chunks(BATCH) {
            let wishes: Option<Vec<_>> = lines
                .iter()
                .map(|line| Some((intent(record.summary.run(), line), P::payment(line)?)))
                .collect();
            let wishes = wishes.ok_or_else(|| RunError::OtherBank {
                run: record.summary.run().clone(),
                operation: record.operation.clone(),
            })?;
            self.store.plan_all(client, &wishes).await?;
        }
        Ok(())
    }
}

fn intent(run: &RunId, line: &PlanLine) -> Intent {
    let (whose, family) = match line.wish() {
        Wish::Payout(_) => ("contractor", None),
        Wish::Registry(registry) => ("registry", registry.expected.map(|(family, _)| family)),
    };
    let recipient = line.wish().recipient();
    let subject = format!("{whose} {recipient}");
    // Two plain texts: there is nothing in it that JSON could refuse, and without it a report lacks the recipient.
    let label = serde_json::to_vec(&Label { recipient, family }).unwrap_or_default();
    Intent::new(line.key())
        .subject(subject)
        .likeness(line.likeness().into_inner())
        .amount(line.amount())
        .label(label)
        .place(
            run.as_str(),
            i64::try_from(line.number()).unwrap_or(i64::MAX),
        )
}
