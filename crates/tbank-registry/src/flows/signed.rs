//! A signed registry that was compared with what was asked.

use std::fmt;
use std::time::Duration;

use rubank_core::money::Money;
use rubank_core::personal::Personal;
use rubank_core::types::Account;

use super::card::{Family, RegistryCard};
use crate::ids::{PaymentId, PaymentRegistryId};
use crate::pay::PayRegistry;
use crate::results::LineErrors;

/// What a registry was meant to be: how many lines, and how many roubles in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub(super) family: Family,
    pub(super) count: usize,
    /// `None`: more than can be counted, which no card will match.
    pub(super) total: Option<Money>,
}

impl Expected {
    /// A registry of so many lines and so many roubles.
    #[must_use]
    pub fn new(family: Family, count: usize, total: Money) -> Self {
        Self {
            family,
            count,
            total: Some(total),
        }
    }

    fn matches(&self, card: &RegistryCard) -> bool {
        let same_count = i64::try_from(self.count).is_ok_and(|count| card.count() == Some(count));
        same_count && self.total.is_some() && card.total() == self.total
    }
}

/// A registry that is signed, and whose card had the count and the total that were asked. Only
/// [`prepare_and_sign`](super::prepare_and_sign) and [`verify_signed`](super::verify_signed) make one, so
/// [`pay_and_confirm`](super::pay_and_confirm) cannot be handed a registry that nobody compared.
///
/// The exception is [`Difference::accept`]: then a person said that the smaller one is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRegistry {
    pub(super) registry: PaymentRegistryId,
    pub(super) family: Family,
    count: Option<i64>,
    total: Option<Money>,
    replaces: Option<PaymentRegistryId>,
    /// When the card was read, on the client's clock: the next look is ten minutes later.
    pub(super) seen_at: Duration,
}

impl SignedRegistry {
    /// Compares a card with what was asked.
    pub(super) fn compare(
        registry: PaymentRegistryId,
        expected: &Expected,
        card: &RegistryCard,
        seen_at: Duration,
        replaces: Option<PaymentRegistryId>,
    ) -> Result<Self, Box<Difference>> {
        let signed = Self {
            registry,
            family: expected.family,
            count: card.count(),
            total: card.total(),
            replaces,
            seen_at,
        };
        match expected.matches(card) {
            true => Ok(signed),
            false => Err(Box::new(Difference {
                signed,
                expected: *expected,
                left_out: Vec::new(),
            })),
        }
    }

    /// The bank's number of it.
    #[must_use]
    pub fn registry(&self) -> PaymentRegistryId {
        self.registry
    }

    /// Whose it is.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// How many lines its card told.
    #[must_use]
    pub fn count(&self) -> Option<i64> {
        self.count
    }

    /// How many roubles its card told: what a payment will take.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        self.total
    }

    /// The registry whose failed lines it repeats; see
    /// [`Preparation::for_failed_lines`](super::Preparation::for_failed_lines).
    #[must_use]
    pub fn replaces(&self) -> Option<PaymentRegistryId> {
        self.replaces
    }

    /// The payment of this registry, under the caller's name for it.
    pub fn pay(
        &self,
        id: impl Into<PaymentId>,
        account: Account,
        purpose: impl Into<Personal<String>>,
    ) -> PayRegistry {
        PayRegistry::new(id, self.registry, account, purpose)
    }
}

/// A registry that is signed, but is not what was asked: `IGNORE_ERRORS` leaves bad lines out, for example. Nothing is
/// paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    signed: SignedRegistry,
    expected: Expected,
    pub(super) left_out: Vec<LineErrors>,
}

impl Difference {
    /// The bank's number of the registry.
    #[must_use]
    pub fn registry(&self) -> PaymentRegistryId {
        self.signed.registry
    }

    /// What was asked.
    #[must_use]
    pub fn expected(&self) -> &Expected {
        &self.expected
    }

    /// How many lines the card tells.
    #[must_use]
    pub fn count(&self) -> Option<i64> {
        self.signed.count
    }

    /// How many roubles the card tells.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        self.signed.total
    }

    /// The lines that the bank said it left out, as far as it said so.
    #[must_use]
    pub fn left_out(&self) -> &[LineErrors] {
        &self.left_out
    }

    /// Lets this registry be paid all the same: somebody has looked at the difference and means it.
    #[must_use]
    pub fn accept(self) -> SignedRegistry {
        self.signed
    }
}

/// Counts and totals only.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |count: Option<String>| count.unwrap_or_else(|| "an unknown number of".into());
        let roubles = |total: Option<Money>| total.map_or("unknown".into(), |sum| sum.to_string());
        write!(
            f,
            "registry {} has {} lines over {} roubles, asked were {} over {}",
            self.signed.registry,
            number(self.signed.count.map(|count| count.to_string())),
            roubles(self.signed.total),
            self.expected.count,
            roubles(self.expected.total),
        )
    }
}
