//! A plan, held against what the store knows already.

use std::collections::HashSet;

use rubank_store::State;
use rubank_store::Store;
use rubank_store::engine::{IntentId, IntentRow};

use super::Runs;
use super::error::RunError;
use super::kept::{Elsewhere, Record};
use crate::plan::{Duplicate, Like, Plan, PlanLine, Wish};
use crate::run_id::RunId;

/// How many lines are looked for with one question, and how many answers it may have.
const AT_ONCE: usize = 50;
const MOST_ALIKE: u32 = 1000;

/// The operation that pays the lines of a plan: those of one plan are all alike.
pub(super) fn operation(plan: &Plan) -> &'static str {
    match plan.lines().first().map(PlanLine::wish) {
        Some(Wish::Registry(_)) => "tbank-registry.pay-registry",
        // A plan has at least one line.
        Some(Wish::Payout(_)) | None => "payouts-platform.create-payment",
    }
}

impl Runs {
    /// The plan with its duplicates of earlier runs, and the lines that need no intent of their own.
    pub(super) async fn held_against_store(
        &self,
        plan: Plan,
        environment: Option<&str>,
    ) -> Result<(Plan, Vec<Elsewhere>), RunError> {
        let elsewhere = self.elsewhere(&plan, environment).await?;
        let mut found = Vec::new();
        for lines in plan.lines().chunks(AT_ONCE) {
            let run = plan.summary().run();
            found.extend(alike(&self.store, run, lines).await?);
        }
        Ok((plan.with_duplicates(found), elsewhere))
    }

    /// Whether lines that this run is to pay look like lines of other runs, and nobody has been shown that.
    pub(super) async fn has_new_duplicates(
        &self,
        record: &Record,
        plan: &Plan,
    ) -> Result<bool, RunError> {
        let shown: HashSet<&Duplicate> = record.summary.duplicates().iter().collect();
        let elsewhere: HashSet<u64> = record.elsewhere.iter().map(|one| one.line).collect();
        let is_new = |found: &Duplicate| !shown.contains(found) && !elsewhere.contains(&found.line);
        for lines in plan.lines().chunks(AT_ONCE) {
            let found = alike(&self.store, record.summary.run(), lines).await?;
            if found.iter().any(is_new) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The lines whose own key is known. What was planned for another environment was not paid in this one, whatever is
    /// said of it.
    pub(super) async fn elsewhere(
        &self,
        plan: &Plan,
        environment: Option<&str>,
    ) -> Result<Vec<Elsewhere>, RunError> {
        let (run, operation) = (plan.summary().run(), operation(plan));
        let (mut elsewhere, mut taken) = (Vec::new(), Vec::new());
        for line in plan.lines() {
            // A key that follows from the run is nobody else's.
            if line.key() == run.key(line.number()) {
                continue;
            }
            let id = IntentId::new(operation, line.key());
            let Some(row) = self.store.intent(&id).await? else {
                continue;
            };
            if row.run.as_deref() == Some(run.as_str()) {
                continue;
            }
            let same_sum = row.kopecks == Some(line.amount().get());
            let same_place = environment.is_none_or(|name| row.environment == name);
            match same_sum && same_place && self.store.is_alike(&row, line.likeness().expose()) {
                true => elsewhere.push(Elsewhere {
                    line: line.number(),
                    key: line.key().to_owned(),
                    amount: line.amount(),
                    recipient: line.wish().recipient(),
                }),
                false => taken.push(line.number()),
            }
        }
        match taken.is_empty() {
            true => Ok(elsewhere),
            false => Err(RunError::KeysTaken(taken)),
        }
    }
}

/// For each of these lines the one outside of this run that looks like it and was planned last.
async fn alike(store: &Store, run: &RunId, lines: &[PlanLine]) -> Result<Vec<Duplicate>, RunError> {
    let texts: Vec<_> = lines.iter().map(PlanLine::likeness).collect();
    let all = texts.iter().map(|text| text.expose().as_str());
    let rows = store.alike(all, MOST_ALIKE).await?;
    let is_cut = u32::try_from(rows.len()) == Ok(MOST_ALIKE);
    let mut found = Vec::new();
    for (line, text) in lines.iter().zip(&texts) {
        let text = text.expose().as_str();
        let own = match is_cut {
            true => store.alike([text], MOST_ALIKE).await?,
            false => Vec::new(),
        };
        let rows = if is_cut { &own } else { &rows };
        let like = rows.iter().filter(|row| store.is_alike(row, text));
        let mut like: Vec<_> = like.filter_map(|row| place(row, run)).collect();
        like.sort();
        let line = line.number();
        found.extend(like.pop().map(|(_, like)| Duplicate { line, like }));
    }
    Ok(found)
}

/// Where a row stands that may have been paid, or may still be, and when it was planned: not when it last changed, or a
/// run that is being paid would look new at every look.
fn place(row: &IntentRow, ours: &RunId) -> Option<(i64, Like)> {
    let like = match &row.run {
        Some(run) => Like::Earlier {
            run: run.parse().ok()?,
            line: u64::try_from(row.line?).ok()?,
        },
        None => Like::Intent(row.id.key.clone()),
    };
    let is_ours = row.run.as_deref() == Some(ours.as_str());
    (!is_ours && row.state != State::Refused).then_some((row.planned_at, like))
}

#[cfg(all(test, feature = "payouts", feature = "tbank"))]
mod tests {
    use rubank_core::operation::Operation;
    use time::macros::datetime;

    use super::*;
    use crate::planning::Planning;

    #[test]
    fn the_operations_are_those_of_the_banks() {
        let planning = Planning::new("Planner", datetime!(2026-05-15 09:00 UTC));
        let payouts = planning
            .payouts("a.csv", b"contractor;amount\n1;1,00\n")
            .unwrap();
        assert_eq!(
            operation(&payouts),
            payouts_platform::CreatePayment::META.id
        );
        let file = "registry;account;amount;purpose\n5;40702810000000000001;1,00;a\n";
        let registries = planning.registries("a.csv", file.as_bytes()).unwrap();
        assert_eq!(operation(&registries), tbank_registry::PayRegistry::META.id);
    }
}
