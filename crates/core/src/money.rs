//! Exact money: no float between the wire and the caller, in either direction.
//!
//! | type | holds | default JSON form |
//! |---|---|---|
//! | [`Money`] | roubles, exact | `"10.50"` |
//! | [`Kopecks`] | whole kopecks | `1050` |
//! | [`Quantity`] | weights, percents, rates: any scale | `"1.250"` |
//! | [`Amount`] | a quantity in a currency as received | none: banks name its two fields differently |
//!
//! Every type reads both a JSON number and a string with a number in it, from the raw text. What 28
//! digits after the point or 96 bits cannot hold is an error, never a rounding. The scale that came
//! is kept: `10.50` is written back as `10.50`. The bank's form is chosen per field, with
//! [`as_number`] or [`as_string`].

mod amount;
mod forms;
mod kopecks;
mod number;
mod quantity;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use amount::{Amount, Currency};
pub use forms::{Exact, as_number, as_string};
pub use kopecks::Kopecks;
pub use number::InvalidAmount;
pub use quantity::Quantity;

/// A whole number that is no money, read by the same exact reader.
pub(crate) fn whole_number(text: &str) -> Option<i64> {
    number::integer(text).ok()
}

/// An exact sum of roubles.
///
/// ```
/// use rubank_core::money::{Kopecks, Money};
///
/// let price = Money::parse("1234.5").unwrap();
/// assert_eq!(price.to_string(), "1234.50");
/// assert_eq!(Kopecks::try_from(price).unwrap(), Kopecks::new(123_450));
/// assert_eq!(serde_json::to_string(&price).unwrap(), r#""1234.5""#);
/// assert_eq!(Money::sum([price, price]), Some(Money::parse("2469").unwrap()));
/// ```
///
/// Equality and order are numeric: `10.5` equals `10.50`. What came from a bank may have more than
/// two decimals; what you make yourself may not. There are no operators: sums can overflow, so that
/// every operation is checked.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

impl Money {
    /// No roubles.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Roubles with at most two decimals.
    ///
    /// # Errors
    ///
    /// [`InvalidAmount::TooManyDecimals`] when there is a part of a kopeck.
    pub fn new(roubles: Decimal) -> Result<Self, InvalidAmount> {
        number::at_most_two_decimals(roubles).map(Self)
    }

    /// Whole roubles.
    #[must_use]
    pub fn from_roubles(roubles: i64) -> Self {
        Self(roubles.into())
    }

    /// Reads `1234.50`: digits, a point, at most two decimals, perhaps a minus; no exponent.
    ///
    /// # Errors
    ///
    /// [`InvalidAmount`], which names the rule and not the text.
    pub fn parse(text: &str) -> Result<Self, InvalidAmount> {
        Self::new(number::parse(text)?)
    }

    /// The roubles as a decimal, in the scale that came.
    #[must_use]
    pub const fn to_decimal(self) -> Decimal {
        self.0
    }

    /// Whether this is more than nothing.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self > Self::ZERO
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
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

    /// The exact sum of all; `None` if it cannot be held.
    #[must_use]
    pub fn sum(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

/// With at least two decimals and a point, no group separators: `1234.50`. Never rounded: a part of a
/// kopeck that came from a bank is shown.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        number::write_roubles(self.0, f)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money({})", self.0)
    }
}

/// The same as [`Money::parse`].
impl FromStr for Money {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        Self::parse(text)
    }
}

impl From<Kopecks> for Money {
    fn from(kopecks: Kopecks) -> Self {
        Self(Decimal::new(kopecks.get(), 2))
    }
}

impl Exact for Money {
    const EXPECTED: &'static str = "a decimal number";

    fn from_text(text: &str) -> Result<Self, InvalidAmount> {
        number::from_json(text).map(Self)
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        as_string::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        forms::read(deserializer)
    }
}
