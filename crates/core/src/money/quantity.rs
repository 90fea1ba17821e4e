use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Exact, InvalidAmount, Money, as_string, forms, number};

/// An exact number that is no sum of money: a weight, a percentage, a rate. Any scale up to 28.
///
/// ```
/// use rubank_core::money::{Money, Quantity};
///
/// let tonnes = Quantity::parse("1.255").unwrap();
/// let price = Money::parse("17.90").unwrap();
/// let product = tonnes.checked_mul(price.into()).unwrap();
/// assert_eq!(product.to_string(), "22.46450");
/// assert_eq!(product.round_to_kopeck().unwrap(), Money::parse("22.46").unwrap());
/// ```
///
/// Equality and order are numeric: `1.5` equals `1.50`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(Decimal);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// This number, in its scale.
    #[must_use]
    pub const fn new(number: Decimal) -> Self {
        Self(number)
    }

    /// Reads `1.255`: digits, a point, perhaps a minus; no exponent.
    ///
    /// # Errors
    ///
    /// [`InvalidAmount`], which names the rule and not the text.
    pub fn parse(text: &str) -> Result<Self, InvalidAmount> {
        number::parse(text).map(Self)
    }

    /// The number, in the scale that came.
    #[must_use]
    pub const fn to_decimal(self) -> Decimal {
        self.0
    }

    /// The exact sum; `None` if it cannot be held.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        number::add(self.0, other.0).map(Self)
    }

    /// The exact difference; `None` if it cannot be held.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        number::add(self.0, -other.0).map(Self)
    }

    /// The exact product; `None` if it cannot be held.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        number::multiply(self.0, other.0).map(Self)
    }

    /// The exact sum of all; `None` if it cannot be held.
    #[must_use]
    pub fn sum(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Roubles rounded to the kopeck, half of one away from zero. The only rounding in this crate, and
    /// only when asked for.
    ///
    /// # Errors
    ///
    /// Never in practice: rounding only shortens.
    pub fn round_to_kopeck(self) -> Result<Money, InvalidAmount> {
        Money::new(
            self.0
                .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero),
        )
    }
}

impl From<Money> for Quantity {
    fn from(money: Money) -> Self {
        Self(money.to_decimal())
    }
}

/// Exact, or an error where there is a part of a kopeck.
impl TryFrom<Quantity> for Money {
    type Error = InvalidAmount;

    fn try_from(quantity: Quantity) -> Result<Self, InvalidAmount> {
        Self::new(quantity.0)
    }
}

/// In the scale that came.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quantity({})", self.0)
    }
}

/// The same as [`Quantity::parse`].
impl FromStr for Quantity {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        Self::parse(text)
    }
}

impl Exact for Quantity {
    const EXPECTED: &'static str = "a decimal number";

    fn from_text(text: &str) -> Result<Self, InvalidAmount> {
        number::from_json(text).map(Self)
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        as_string::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        forms::read(deserializer)
    }
}
