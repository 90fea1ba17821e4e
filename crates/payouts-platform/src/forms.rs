//! Values that the platform writes in more than one way.

use std::fmt;

use rubank_core::money::{self, Money};
use rubank_core::operation::Checks;
use rubank_core::personal::Personal;
use rubank_core::raw::{Kind, Piece};
use rubank_core::read::Mismatch;
use rubank_core::types::{Inn, LocalDate, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares a text that should be a time: the platform's own samples have `"string"` there, so it is kept whatever it
/// says, and prints only if it is one.
macro_rules! kept_time {
    ($(#[$meta:meta])* $Name:ident as $Value:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $Name(Box<str>);

        impl $Name {
            /// The text as it came.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The value, if the text is one.
            #[must_use]
            pub fn get(&self) -> Option<$Value> {
                $Value::parse(&self.0).ok()
            }
        }

        impl From<$Value> for $Name {
            fn from(value: $Value) -> Self {
                Self(value.as_str().into())
            }
        }

        /// The text if it is a time, else a mask: a wrong field may hold anything.
        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(if self.get().is_some() { &self.0 } else { "***" })
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($Name), "({})"), self)
            }
        }

        impl Serialize for $Name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $Name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                rubank_core::lenient::text::deserialize(from).map(|text| Self(text.into()))
            }
        }
    };
}

kept_time! {
    /// A moment with its zone, `2021-03-18T12:12:08+03:00` or `2011-10-05T14:48:00.000Z`.
    Moment as Timestamp
}

kept_time! {
    /// A date, `2023-01-01`.
    Day as LocalDate
}

/// A branch's limit on payouts: roubles, except that a sample of the page has `true` there. Null, and so `None`, means
/// no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Roubles.
    Roubles(Money),
    /// Only that there is one, or is none.
    Flag(bool),
}

impl Limit {
    /// The sum, if it is one.
    #[must_use]
    pub const fn roubles(self) -> Option<Money> {
        match self {
            Self::Roubles(sum) => Some(sum),
            Self::Flag(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let piece = Piece::deserialize(from)?;
        match piece.kind() {
            Kind::Bool => piece.read().map(Self::Flag),
            _ => piece.read().map(Self::Roubles),
        }
        .map_err(Mismatch::into_error)
    }
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Roubles(sum) => money::as_number::serialize(sum, to),
            Self::Flag(flag) => to.serialize_bool(*flag),
        }
    }
}

/// Why a payout failed, as the platform words it: a text in the older model, an object in the newer one. Both are read
/// in both.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentError {
    /// A text for people.
    Text(Personal<String>),
    /// Type, title and code.
    Described(PaymentErrorReason),
}

rubank_core::model! {
    /// Why a payout failed.
    #[derive(Eq)]
    pub struct PaymentErrorReason {
        /// The kind of the error.
        pub kind: Option<String> = "type" as rubank_core::lenient::text::option,
        /// A text for people.
        pub title: Option<Personal<String>> = "title",
        /// The platform's code, `10001` for example; no list of them was published.
        pub code: Option<i64> = shown "code" as rubank_core::lenient::integer::option,
    }
}

impl<'de> Deserialize<'de> for PaymentError {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let piece = Piece::deserialize(from)?;
        match piece.kind() {
            Kind::Object => piece.read().map(Self::Described),
            _ => piece.read().map(Self::Text),
        }
        .map_err(Mismatch::into_error)
    }
}

impl Serialize for PaymentError {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(to),
            Self::Described(reason) => reason.serialize(to),
        }
    }
}

/// Whether a text looks like `pattern`, where each `0` stands for a digit.
pub(crate) fn check_digits(
    checks: &mut Checks,
    field: &'static str,
    value: &Personal<String>,
    pattern: &str,
) {
    let text = value.expose();
    let fits = |(sign, wanted): (u8, u8)| match wanted {
        b'0' => sign.is_ascii_digit(),
        _ => sign == wanted,
    };
    let holds = text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits);
    checks.that(
        holds,
        field,
        format!("must look like {pattern}, in digits"),
        || format!("{} characters", text.chars().count()),
    );
}

/// Whether a taxpayer number has right check digits: what the platform takes costs a refused check later.
pub(crate) fn check_inn(checks: &mut Checks, field: &'static str, inn: &Inn) {
    let rule = "must be an INN of 10 or 12 digits with right check digits";
    checks.that(inn.is_valid(), field, rule, || {
        format!("{} characters", inn.expose().chars().count())
    });
}
