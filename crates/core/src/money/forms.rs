//! How a number stands in JSON, chosen per field.

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer};

use super::InvalidAmount;
use crate::raw::{Kind, Piece};

/// A number that is read and written as exact text: [`Money`](super::Money),
/// [`Kopecks`](super::Kopecks), [`Quantity`](super::Quantity).
///
/// ```
/// use rubank_core::money::{Exact, Money};
///
/// assert_eq!(Money::from_text("10.50").unwrap().to_text(), "10.50");
/// ```
pub trait Exact: Sized {
    /// What an error says was expected.
    const EXPECTED: &'static str;

    /// Reads the text of a JSON number.
    ///
    /// # Errors
    ///
    /// [`InvalidAmount`] when it cannot be held exactly.
    fn from_text(text: &str) -> Result<Self, InvalidAmount>;

    /// The text of a JSON number.
    fn to_text(&self) -> String;
}

/// Reads a JSON number, or a string with one in it.
pub(super) fn read<'de, T: Exact, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let refuse = |rule: &str| D::Error::invalid_value(Unexpected::Other("text"), &rule);
    let piece = Piece::deserialize(deserializer)?;
    let text = match piece.kind() {
        Kind::Number | Kind::String => piece.scalar(),
        Kind::Null | Kind::Bool | Kind::Array | Kind::Object => None,
    };
    let text = text.ok_or_else(|| refuse(T::EXPECTED))?;
    T::from_text(&text).map_err(|why| match why {
        InvalidAmount::NotANumber => refuse(T::EXPECTED),
        why => refuse(&format!("{}, but {why}", T::EXPECTED)),
    })
}

macro_rules! form {
    ($(#[$meta:meta])* $name:ident($value:ident, $to:ident) $write:block) => {
        $(#[$meta])*
        pub mod $name {
            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            use crate::money::Exact;

            /// Writes this form.
            ///
            /// # Errors
            ///
            /// Those of the serializer.
            pub fn serialize<T: Exact, S: Serializer>($value: &T, $to: S) -> Result<S::Ok, S::Error> $write

            /// Reads a number, or a string with one in it.
            ///
            /// # Errors
            ///
            /// Those of the deserializer; the text is not a number, or cannot be held exactly.
            pub fn deserialize<'de, T: Exact, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
                super::read(from)
            }

            /// The same for `Option`; `None` is null.
            pub mod option {
                use super::{Deserialize, Deserializer, Exact, Serialize, Serializer};

                struct Written<'a, T>(&'a T);

                impl<T: Exact> Serialize for Written<'_, T> {
                    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                        super::serialize(self.0, to)
                    }
                }

                struct Read<T>(T);

                impl<'de, T: Exact> Deserialize<'de> for Read<T> {
                    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                        super::deserialize(from).map(Self)
                    }
                }

                /// Writes this form, or null.
                ///
                /// # Errors
                ///
                /// Those of the serializer.
                pub fn serialize<T: Exact, S: Serializer>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
                    value.as_ref().map(Written).serialize(to)
                }

                /// Reads a number, a string with one in it, or null.
                ///
                /// # Errors
                ///
                /// Those of the deserializer; the text is not a number, or cannot be held exactly.
                pub fn deserialize<'de, T: Exact, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
                    Ok(Option::<Read<T>>::deserialize(from)?.map(|read| read.0))
                }
            }
        }
    };
}

form! {
    /// A JSON number with exactly the digits of the value: `10.50`.
    ///
    /// ```
    /// use rubank_core::money::{self, Money};
    ///
    /// #[derive(serde::Serialize)]
    /// struct Payout {
    ///     #[serde(with = "money::as_number")]
    ///     amount: Money,
    ///     #[serde(with = "money::as_number::option")]
    ///     tax: Option<Money>,
    /// }
    ///
    /// let payout = Payout { amount: Money::parse("10.50").unwrap(), tax: None };
    /// assert_eq!(serde_json::to_string(&payout).unwrap(), r#"{"amount":10.50,"tax":null}"#);
    /// ```
    as_number(value, to) {
        serde_json::value::RawValue::from_string(value.to_text())
            .map_err(|_| serde::ser::Error::custom("not the text of a number"))?
            .serialize(to)
    }
}

form! {
    /// A JSON string with exactly the digits of the value: `"10.50"`.
    ///
    /// ```
    /// use rubank_core::money::{self, Kopecks};
    ///
    /// #[derive(serde::Serialize)]
    /// struct Payment {
    ///     #[serde(with = "money::as_string")]
    ///     amount: Kopecks,
    /// }
    ///
    /// let payment = Payment { amount: Kopecks::new(1050) };
    /// assert_eq!(serde_json::to_string(&payment).unwrap(), r#"{"amount":"1050"}"#);
    /// ```
    as_string(value, to) {
        to.serialize_str(&value.to_text())
    }
}
