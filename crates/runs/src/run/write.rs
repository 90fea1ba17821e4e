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
        for lines in ours(record, plan).chunks(BATCH) {
            let wishes = wishes::<P>(record, lines)?;
            self.store.plan_all(client, &wishes).await?;
        }
        Ok(())
    }

    /// Whether an intent can be written for every line.
    pub(super) fn check_lines<P: Bank>(
        &self,
        client: &Client<P>,
        record: &Record,
        plan: &Plan,
    ) -> Result<(), RunError> {
        for lines in ours(record, plan).chunks(BATCH) {
            self.store.check_all(client, &wishes::<P>(record, lines)?)?;
        }
        Ok(())
    }
}

/// The lines that this run pays itself.
fn ours<'a>(record: &Record, plan: &'a Plan) -> Vec<&'a PlanLine> {
    let elsewhere: HashSet<u64> = record.elsewhere.iter().map(|one| one.line).collect();
    let lines = plan.lines().iter();
    lines
        .filter(|line| !elsewhere.contains(&line.number()))
        .collect()
}

fn wishes<P: Bank>(
    record: &Record,
    lines: &[&PlanLine],
) -> Result<Vec<(Intent, P::Payment)>, RunError> {
    let run = record.summary.run();
    let wishes = lines
        .iter()
        .map(|line| Some((intent(run, line), P::payment(line)?)));
    let wishes: Option<Vec<_>> = wishes.collect();
    wishes.ok_or_else(|| RunError::OtherBank {
        run: run.clone(),
        operation: record.operation.clone(),
    })
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
