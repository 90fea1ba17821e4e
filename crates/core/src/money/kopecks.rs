use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Exact, InvalidAmount, Money, forms, number};

/// A whole number of kopecks.
///
/// ```
/// use rubank_core::money::{Kopecks, Money};
///
/// let amount: Kopecks = serde_json::from_str("1000000").unwrap();
/// assert_eq!(amount.to_string(), "10000.00");
/// assert_eq!(Money::from(amount), Money::from_roubles(10_000));
/// assert_eq!(serde_json::to_string(&amount).unwrap(), "1000000");
/// ```
///
/// `Display` is in roubles, for people; the number itself is [`get`](Self::get).
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kopecks(i64);

impl Kopecks {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// This many kopecks.
    #[must_use]
    pub const fn new(kopecks: i64) -> Self {
        Self(kopecks)
    }

    /// How many.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum; `None` if it cannot be held.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` if it cannot be held.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The sum of all; `None` if it cannot be held.
    #[must_use]
    pub fn sum(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

/// Exact, or an error: a part of a kopeck, or more than an `i64` holds.
impl TryFrom<Money> for Kopecks {
    type Error = InvalidAmount;

    fn try_from(money: Money) -> Result<Self, InvalidAmount> {
        number::kopecks(money.to_decimal()).map(Self)
    }
}

/// In roubles: `10000.00`.
impl fmt::Display for Kopecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Money::from(*self), f)
    }
}

impl fmt::Debug for Kopecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kopecks({})", self.0)
    }
}

/// A whole number of kopecks.
impl FromStr for Kopecks {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        Self::from_text(text)
    }
}

impl Exact for Kopecks {
    const EXPECTED: &'static str = "a whole number of kopecks";

    fn from_text(text: &str) -> Result<Self, InvalidAmount> {
        number::integer(text).map(Self)
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }
}

impl Serialize for Kopecks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Kopecks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        forms::read(deserializer)
    }
}
