//! One line of a plan.

use std::fmt;

use rubank_core::money::{Kopecks, Money};
use rubank_core::personal::Personal;
use serde::{Deserialize, Serialize};

use super::wish::{PaidTo, Wish};

/// One line of a plan: one intent. `Debug` shows number, key and sum.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    number: u64,
    key: String,
    amount: Kopecks,
    wish: Wish,
}

impl PlanLine {
    #[cfg(any(feature = "payouts", feature = "tbank", test))]
    pub(crate) const fn new(number: u64, key: String, amount: Kopecks, wish: Wish) -> Self {
        Self {
            number,
            key,
            amount,
            wish,
        }
    }

    /// Its line in the file, from 1; the header has one too, so this is 2 or more.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The key that names the intent to the bank for its whole life: that of the file's column, or one that follows
    /// from run and line ([`RunId::key`](crate::RunId::key)).
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The sum; always more than nothing.
    #[must_use]
    pub const fn amount(&self) -> Kopecks {
        self.amount
    }

    /// The sum in roubles, as requests want it.
    #[must_use]
    pub fn roubles(&self) -> Money {
        self.amount.into()
    }

    /// Whether it says the number of a card.
    pub(crate) const fn holds_card(&self) -> bool {
        matches!(&self.wish, Wish::Payout(payout) if matches!(payout.to, PaidTo::Card(_)))
    }

    /// Who gets it, and how.
    #[must_use]
    pub const fn wish(&self) -> &Wish {
        &self.wish
    }

    /// What makes two lines look like the same wish: recipient, sum and purpose of a payout (whatever its key and
    /// requisite, letter case and spaces), the number of a registry alone. Only its keyed tag belongs into a database.
    ///
    /// The form of the text is kept from version to version, so that lines of old runs are still found.
    #[must_use]
    pub fn likeness(&self) -> Personal<String> {
        Personal::new(match &self.wish {
            Wish::Payout(payout) => {
                let texts = [&payout.purpose, &payout.service];
                let [purpose, service] = texts.map(|text| {
                    let text = text.as_ref().map_or("", |text| text.expose().as_str());
                    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
                    words.join(" ")
                });
                // Cells hold no line breaks, so that the parts cannot run into each other.
                let (contractor, kopecks) = (payout.contractor, self.amount.get());
                format!("payout\n{contractor}\n{kopecks}\n{purpose}\n{service}")
            }
            Wish::Registry(registry) => format!("registry\n{}", registry.registry),
        })
    }
}

impl fmt::Debug for PlanLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlanLine({} {} {})", self.number, self.key, self.amount)
    }
}
