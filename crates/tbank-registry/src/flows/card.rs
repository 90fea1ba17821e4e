//! The cards of both families, seen as one.

use std::time::Duration;

use rubank_core::error::Error;
use rubank_core::lenient::Rows;
use rubank_core::money::Money;

use super::event::{Event, Step};
use super::watch::{Looked, Watch};
use crate::ids::PaymentRegistryId;
use crate::registry::{LineStatus, RegistryStatus};
use crate::salary::{GetSalaryRegistry, SalaryRegistry};
use crate::self_employed::{GetSelfEmployedRegistry, SelfEmployedRegistry};

/// The bank's ten minutes, and the hundredth that the client's limiter adds: looking earlier would wait in silence.
pub(super) const PACE: Duration = Duration::from_secs(606);

/// Whose registry it is; each family has methods of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Employees (зарплатный проект).
    Employees,
    /// The self-employed (самозанятые).
    SelfEmployed,
}

/// The card of a registry of either family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryCard {
    /// Of employees.
    Employees(SalaryRegistry),
    /// Of the self-employed.
    SelfEmployed(SelfEmployedRegistry),
}

/// What a card says of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardLine {
    /// The caller's number of the line.
    pub number: Option<i64>,
    /// How far it got.
    pub status: Option<LineStatus>,
    /// Roubles.
    pub sum: Option<Money>,
}

impl RegistryCard {
    /// The registry's state.
    #[must_use]
    pub fn status(&self) -> &RegistryStatus {
        match self {
            Self::Employees(card) => &card.status,
            Self::SelfEmployed(card) => &card.status,
        }
    }

    /// How many lines: the card's own count, or that of the lines it shows.
    #[must_use]
    pub fn count(&self) -> Option<i64> {
        let (told, shown) = match self {
            Self::Employees(card) => (card.payments_count, card.payments.len()),
            Self::SelfEmployed(card) => (card.payments_count, card.payments.len()),
        };
        told.or_else(|| i64::try_from(shown).ok().filter(|shown| *shown > 0))
    }

    /// Roubles in all: the card's own total, or the sum of the lines it shows, if each has one.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        let told = match self {
            Self::Employees(card) => card.total_sum,
            Self::SelfEmployed(card) => card.total_sum,
        };
        told.or_else(|| {
            let sums: Option<Vec<Money>> = self.lines()?.into_iter().map(|line| line.sum).collect();
            sums.filter(|sums| !sums.is_empty()).and_then(Money::sum)
        })
    }

    /// The lines; `None` if one of them cannot be read.
    #[must_use]
    pub fn lines(&self) -> Option<Vec<CardLine>> {
        match self {
            Self::Employees(card) => all(&card.payments, |line| CardLine {
                number: line.number,
                status: line.status.clone(),
                sum: line.sum,
            }),
            Self::SelfEmployed(card) => all(&card.payments, |line| CardLine {
                number: line.number,
                status: line.status.clone(),
                sum: line.sum,
            }),
        }
    }

    /// Whether a line that can be read has failed for good.
    pub(super) fn has_failed_line(&self) -> bool {
        let failed = |status: Option<&LineStatus>| status.is_some_and(LineStatus::has_failed);
        match self {
            Self::Employees(card) => card
                .payments
                .good()
                .any(|line| failed(line.status.as_ref())),
            Self::SelfEmployed(card) => card
                .payments
                .good()
                .any(|line| failed(line.status.as_ref())),
        }
    }
}

fn all<T>(rows: &Rows<T>, view: impl Fn(&T) -> CardLine) -> Option<Vec<CardLine>> {
    rows.iter()
        .map(|row| row.as_ref().ok().map(&view))
        .collect()
}

impl Watch<'_> {
    /// One look at the card.
    pub(super) async fn card(
        &mut self,
        family: Family,
        registry: PaymentRegistryId,
    ) -> Result<Looked<RegistryCard>, Error> {
        let looked = match family {
            Family::Employees => {
                let card = GetSalaryRegistry::new(registry);
                map(self.look(Step::Card, &card).await?, RegistryCard::Employees)
            }
            Family::SelfEmployed => {
                let card = GetSelfEmployedRegistry::new(registry);
                map(
                    self.look(Step::Card, &card).await?,
                    RegistryCard::SelfEmployed,
                )
            }
        };
        if let Looked::Answer(card) = &looked {
            self.tell(Event::Registry(card.status().clone()));
        }
        Ok(looked)
    }
}

fn map<T>(looked: Looked<T>, make: fn(T) -> RegistryCard) -> Looked<RegistryCard> {
    match looked {
        Looked::Answer(card) => Looked::Answer(make(card)),
        Looked::NotKnown(error) => Looked::NotKnown(error),
        Looked::Later(wait) => Looked::Later(wait),
    }
}
