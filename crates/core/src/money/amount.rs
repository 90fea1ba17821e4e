use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{InvalidAmount, Money, Quantity};
use crate::lenient;

/// A quantity of a currency, both as received.
///
/// ```
/// use rubank_core::money::{Amount, Currency, Money, Quantity};
///
/// let amount = Amount::new(Quantity::parse("10.50").unwrap(), Currency::new("RUR"));
/// assert_eq!(amount.roubles().unwrap(), Ok(Money::parse("10.50").unwrap()));
/// assert_eq!(amount.to_string(), "10.50 RUR");
/// assert_eq!(amount.currency().normalised(), Some("RUB"));
/// ```
///
/// It has no JSON form of its own: each bank names the two fields its own way, so that each model has
/// them as two fields and a method that returns this.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Amount {
    value: Quantity,
    currency: Currency,
}

impl Amount {
    /// This much of that.
    #[must_use]
    pub const fn new(value: Quantity, currency: Currency) -> Self {
        Self { value, currency }
    }

    /// How much, in units of the currency.
    #[must_use]
    pub const fn value(&self) -> Quantity {
        self.value
    }

    /// Of what.
    #[must_use]
    pub const fn currency(&self) -> &Currency {
        &self.currency
    }

    /// The sum as money; `None` if the currency is not the rouble.
    ///
    /// # Errors
    ///
    /// [`InvalidAmount::TooManyDecimals`] when there is a part of a kopeck.
    #[must_use]
    pub fn roubles(&self) -> Option<Result<Money, InvalidAmount>> {
        self.currency
            .is_rouble()
            .then(|| Money::try_from(self.value))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.currency)
    }
}

/// A currency code as received: `RUB`, the older `RUR`, or digits (`643` in cash, `810` in accounts).
/// Read from a string or a number.
///
/// ```
/// use rubank_core::money::Currency;
///
/// let code: Currency = serde_json::from_str(r#""RUR""#).unwrap();
/// assert!(code.is_rouble());
/// assert_eq!(code.as_str(), "RUR");
/// assert_eq!(serde_json::to_string(&code).unwrap(), r#""RUR""#);
/// ```
///
/// Equality is that of the text; compare [`normalised`](Self::normalised) where codes may differ.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Currency(Box<str>);

impl Currency {
    /// Keeps a code, whatever it is.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(code.into())
    }

    /// The code as received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the Russian rouble under one of its four codes.
    #[must_use]
    pub fn is_rouble(&self) -> bool {
        matches!(&*self.0, "RUB" | "RUR" | "643" | "810")
    }

    /// The ISO 4217 letters: `RUB` for every rouble, else the code if it has three capital letters.
    #[must_use]
    pub fn normalised(&self) -> Option<&str> {
        if self.is_rouble() {
            return Some("RUB");
        }
        let is_letters = self.0.len() == 3 && self.0.bytes().all(|byte| byte.is_ascii_uppercase());
        is_letters.then_some(&*self.0)
    }
}

/// The code; anything longer than a code is masked.
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_code = self.0.len() <= 3 && self.0.bytes().all(|byte| byte.is_ascii_alphanumeric());
        f.write_str(if is_code { &self.0 } else { "***" })
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({self})")
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::text::deserialize(deserializer).map(|text| Self(text.into()))
    }
}
