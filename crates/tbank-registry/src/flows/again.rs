//! A new registry of the lines that failed.

use super::card::RegistryCard;
use super::confirm::{Confirmation, PaymentEnd};
use super::prepare::{Draft, Preparation};
use crate::ids::CorrelationId;

/// Why the failed lines of a registry cannot become a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NotRepeatable {
    /// The card was not seen, or its state may still change: lines that look failed may yet be executed.
    #[error("the registry is not finished")]
    NotFinished,
    /// A line of the card cannot be read, or has no number: which lines failed is not known.
    #[error("the card does not tell which lines failed")]
    Unclear,
    /// No line failed.
    #[error("no line failed")]
    NothingFailed,
    /// The confirmation is of the other family.
    #[error("the confirmation is that of another registry")]
    AnotherRegistry,
}

impl Preparation {
    /// A new registry of the lines that failed for good in the old one, under new keys of the caller's. It remembers
    /// which registry it [`replaces`](Self::replaces); on the wire nothing links the two, so keep that yourself (the
    /// payment's [`meta`](crate::PayRegistry::meta) is a good place).
    ///
    /// Lines that were executed, are under way, or are in a state that nobody knows are never in it. Lines that were
    /// left out when the old one was built are not either: they were never in the old one.
    ///
    /// # Errors
    /// [`NotRepeatable`].
    pub fn for_failed_lines(
        &self,
        outcome: &Confirmation,
        creation_key: impl Into<CorrelationId>,
        signing_key: impl Into<CorrelationId>,
    ) -> Result<Self, NotRepeatable> {
        if outcome.family != self.family() {
            return Err(NotRepeatable::AnotherRegistry);
        }
        let lines_are_over = [
            PaymentEnd::Executed,
            PaymentEnd::PartlyExecuted,
            PaymentEnd::Rejected,
        ];
        if !lines_are_over.contains(&outcome.end()) {
            return Err(NotRepeatable::NotFinished);
        }
        let card = outcome
            .card
            .as_ref()
            .filter(|card| card.status().is_final());
        let card = card.ok_or(NotRepeatable::NotFinished)?;
        let failed = failed_numbers(card).ok_or(NotRepeatable::Unclear)?;
        let keep = |number: i32| failed.contains(&i64::from(number));
        let key = creation_key.into();
        let (draft, count) = match &self.draft {
            Draft::Employees(create) => {
                let create = create.with_lines(key, keep);
                let count = create.lines().len();
                (Draft::Employees(create), count)
            }
            Draft::SelfEmployed(create) => {
                let create = create.with_lines(key, keep);
                let count = create.lines().len();
                (Draft::SelfEmployed(create), count)
            }
        };
        match count {
            0 if failed.is_empty() => Err(NotRepeatable::NothingFailed),
            // A number that we never sent: it is another registry's card.
            count if count != failed.len() => Err(NotRepeatable::AnotherRegistry),
            _ => Ok(Self {
                draft,
                signing_key: signing_key.into(),
                replaces: Some(outcome.registry),
            }),
        }
    }
}

/// The numbers of the failed lines; `None` if a line cannot be told from the others.
fn failed_numbers(card: &RegistryCard) -> Option<Vec<i64>> {
    let mut failed = Vec::new();
    for line in card.lines()? {
        let number = line.number?;
        if line.status.is_some_and(|status| status.has_failed()) {
            failed.push(number);
        }
    }
    Some(failed)
}
