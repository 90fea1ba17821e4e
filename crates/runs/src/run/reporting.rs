//! A report from what the store knows.

use std::collections::BTreeMap;

use rubank_core::money::Kopecks;
#[cfg(feature = "payouts")]
use rubank_core::{operation::Operation, personal::Personal};
use rubank_store::engine::{IntentId, IntentRow};
use rubank_store::{Refusal, State};

use super::Runs;
use super::error::RunError;
use super::kept::{Label, Record};
use super::totals::{amount, end, end_elsewhere};
use crate::execute::held_back_by;
use crate::report::{End, LineEnd, LineOutcome, Report};
use crate::run_id::RunId;

/// The word of a line that is no intent yet, which is that of the state that it will begin with.
const NOT_SENT: &str = State::Planned.as_str();

impl Runs {
    /// What became of every line, as the store knows it now.
    ///
    /// # Errors
    /// There is no such run, or its plan was discarded; it would not add up ([`RunError::Report`]); the store.
    pub async fn report(&self, id: &RunId) -> Result<Report, RunError> {
        let record = self.demand(id).await?.value;
        let mut outcomes = BTreeMap::new();
        if let Some(plan) = self.kept_plan(&record).await? {
            let lines = plan.lines().iter();
            let end = || LineEnd::NotYet(NOT_SENT.to_owned());
            outcomes.extend(lines.map(|line| (line.number(), LineOutcome::of(line, end()))));
        }
        let mut after = None;
        while let Some(rows) = self.rows(id, after.as_ref()).await? {
            for row in &rows {
                let outcome = self.outcome(row)?;
                outcomes.insert(outcome.number, outcome);
            }
            after = rows.into_iter().next_back();
        }
        for outcome in self.outcomes_elsewhere(&record).await? {
            outcomes.insert(outcome.number, outcome);
        }
        if outcomes.is_empty() {
            return Err(RunError::Discarded(id.clone()));
        }
        let report = Report::new(&record.summary, outcomes.into_values(), self.now())?;
        Ok(match record.confirmed {
            Some(confirmed) => report.confirmed(confirmed),
            None => report,
        })
    }

    fn outcome(&self, row: &IntentRow) -> Result<LineOutcome, RunError> {
        let label = Label::read(self.store.label(row)?.as_deref());
        let number = row.line.and_then(|line| u64::try_from(line).ok());
        let place = (number.unwrap_or_default(), amount(row));
        Ok(self.told(row, place, label.recipient, end(&self.store, row)))
    }

    async fn outcomes_elsewhere(&self, record: &Record) -> Result<Vec<LineOutcome>, RunError> {
        let mut outcomes = Vec::with_capacity(record.elsewhere.len());
        for one in &record.elsewhere {
            let id = IntentId::new(record.operation.as_str(), one.key.as_str());
            let (place, recipient) = ((one.line, one.amount), one.recipient.clone());
            outcomes.push(match self.store.intent(&id).await? {
                Some(row) => {
                    let end = end_elsewhere(&self.store, Some(&row));
                    self.told(&row, place, recipient, end)
                }
                None => LineOutcome {
                    number: one.line,
                    key: one.key.clone(),
                    recipient,
                    amount: one.amount,
                    end: LineEnd::NotYet(NOT_SENT.to_owned()),
                    bank_id: None,
                    attempts: 0,
                },
            });
        }
        Ok(outcomes)
    }

    fn told(
        &self,
        row: &IntentRow,
        (number, amount): (u64, Kopecks),
        recipient: String,
        end: End,
    ) -> LineOutcome {
        LineOutcome {
            number,
            key: row.id.key.clone(),
            recipient,
            amount,
            end: match end {
                End::Paid => LineEnd::Paid,
                End::AlreadyPaid => LineEnd::AlreadyPaid,
                End::Refused => LineEnd::Refused(why(row, &self.store.refusal(row))),
                End::NeedsPerson => LineEnd::NeedsPerson(word(row)),
                End::NotYet => LineEnd::NotYet(match held_back_by(&self.store, row) {
                    Some(cause) => cause.to_string(),
                    None => row.state.to_string(),
                }),
            },
            bank_id: row.bank_id.clone(),
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        }
    }
}

fn word(row: &IntentRow) -> String {
    row.reason.clone().unwrap_or_default()
}

/// The bank's words if there are any, else the stable word.
fn why(row: &IntentRow, refusal: &Refusal) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(refusal.status.map(|status| status.to_string()));
    let status = parts.first().cloned();
    parts.extend(
        refusal
            .code
            .clone()
            .filter(|code| Some(code) != status.as_ref()),
    );
    parts.extend(refusal.text.as_ref().map(|text| text.expose().clone()));
    #[cfg(feature = "payouts")]
    if row.id.operation == <payouts_platform::CreatePayment as Operation>::META.id {
        let words = crate::execute::words(refusal).into_iter();
        parts.extend(words.map(Personal::into_inner));
    }
    match parts.is_empty() {
        true => word(row),
        false => parts.join(" "),
    }
}
