//! [`open_enum!`](crate::open_enum!): every enum of a bank keeps what we do not know.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, Unexpected};
use serde::{Deserialize, Serialize, Serializer};

use crate::error::is_code;
use crate::raw::{Kind, Piece, Raw};

#[doc(hidden)]
pub use serde;

/// Declares an enum of a bank: named values, and `Unknown` for all others, which is written back
/// unchanged.
///
/// ```
/// use rubank_core::open_enum;
///
/// open_enum! {
///     /// State of a payment (статус операции СБП).
///     pub enum PaymentStatus {
///         /// Done.
///         Complete = "COMPLETE",
///         /// Refused.
///         Error = "ERROR",
///     }
/// }
///
/// let status: PaymentStatus = serde_json::from_str("\"COMPLETE\"").unwrap();
/// assert_eq!(status, PaymentStatus::Complete);
///
/// let new = PaymentStatus::from("ON_HOLD");
/// assert!(matches!(new, PaymentStatus::Unknown(_)));
/// assert_eq!(new.as_str(), "ON_HOLD");
/// assert_eq!(serde_json::to_string(&new).unwrap(), "\"ON_HOLD\"");
/// assert_eq!(PaymentStatus::known(), ["COMPLETE", "ERROR"]);
/// ```
///
/// The form `: integer` is for numbers on the wire; it reads strings with a number too.
///
/// ```
/// rubank_core::open_enum! {
///     /// State of a payout.
///     pub enum PayoutStatus: integer {
///         /// Paid.
///         Paid = 1,
///         /// Refused.
///         Refused = 2,
///     }
/// }
///
/// let status: PayoutStatus = serde_json::from_str("8").unwrap();
/// assert_eq!((status.as_str(), status.number()), ("8", Some(8)));
/// assert_eq!(PayoutStatus::from(1), PayoutStatus::Paid);
/// assert_eq!(PayoutStatus::known(), [1, 2]);
/// ```
///
/// - Generated: the enum, `#[non_exhaustive]`; `as_str`, `is_known`, `known`; `From<&str>` (with
///   `integer`: `number` and `From<i64>`), `Clone`, `PartialEq`, `Eq`, `Hash`, `Debug`, `Display`,
///   `Serialize`, `Deserialize`.
/// - [`Unrecognised`](crate::open_enum::Unrecognised) cannot be made by hand, so that `Unknown` never
///   holds a known value and code that matches it breaks loudly when a value becomes known: compare
///   `as_str()` instead.
/// - Reading takes any string, number or flag; null, lists and objects are errors.
/// - `Debug` and `Display` print known values, and unknown ones only if they look like a code.
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $Name:ident {
            $( $(#[$variant_meta:meta])* $Variant:ident = $wire:literal ),* $(,)?
        }
    ) => {
        $crate::__open_enum! { $(#[$meta])* $vis $Name { $( $(#[$variant_meta])* $Variant = $wire, )* } }

        impl $Name {
            /// The values known to this version.
            #[must_use]
            $vis const fn known() -> &'static [&'static str] {
                &[$($wire),*]
            }
        }

        impl $crate::open_enum::serde::Serialize for $Name {
            fn serialize<S: $crate::open_enum::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    Self::Unknown(unknown) => unknown.serialize(to),
                    known => to.serialize_str(known.as_str()),
                }
            }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $Name:ident: integer {
            $( $(#[$variant_meta:meta])* $Variant:ident = $wire:literal ),* $(,)?
        }
    ) => {
        $crate::__open_enum! {
            $(#[$meta])*
            $vis $Name { $( $(#[$variant_meta])* $Variant = (::std::stringify!($wire)), )* }
        }

        impl $Name {
            /// The values known to this version.
            #[must_use]
            $vis const fn known() -> &'static [i64] {
                &[$($wire),*]
            }

            /// The number on the wire; `None` for an unknown value that is no integer.
            #[must_use]
            $vis fn number(&self) -> ::std::option::Option<i64> {
                match self {
                    $( Self::$Variant => ::std::option::Option::Some($wire), )*
                    Self::Unknown(unknown) => unknown.as_str().parse().ok(),
                }
            }
        }

        impl ::std::convert::From<i64> for $Name {
            fn from(number: i64) -> Self {
                match number {
                    $( $wire => Self::$Variant, )*
                    other => Self::Unknown($crate::open_enum::Unrecognised::number(other)),
                }
            }
        }

        impl $crate::open_enum::serde::Serialize for $Name {
            fn serialize<S: $crate::open_enum::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    $( Self::$Variant => to.serialize_i64($wire), )*
                    Self::Unknown(unknown) => unknown.serialize(to),
                }
            }
        }
    };
}

/// What both forms share.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum {
    (
        $(#[$meta:meta])*
        $vis:vis $Name:ident { $( $(#[$variant_meta:meta])* $Variant:ident = $wire:tt, )* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $Name {
            $( $(#[$variant_meta])* $Variant, )*
            /// A value that this version does not know. Compare with `as_str()`.
            Unknown($crate::open_enum::Unrecognised),
        }

        impl $Name {
            /// The value as on the wire.
            #[must_use]
            $vis fn as_str(&self) -> &str {
                match self {
                    $( Self::$Variant => $wire, )*
                    Self::Unknown(unknown) => unknown.as_str(),
                }
            }

            /// Whether this version knows the value.
            #[must_use]
            $vis const fn is_known(&self) -> bool {
                !::std::matches!(self, Self::Unknown(_))
            }

            fn recognise(text: &str) -> ::std::option::Option<Self> {
                $( if text == $wire { return ::std::option::Option::Some(Self::$Variant); } )*
                ::std::option::Option::None
            }
        }

        /// Never fails: what is not known becomes `Unknown`.
        impl ::std::convert::From<&str> for $Name {
            fn from(text: &str) -> Self {
                Self::recognise(text)
                    .unwrap_or_else(|| Self::Unknown($crate::open_enum::Unrecognised::text(text)))
            }
        }

        impl<'de> $crate::open_enum::serde::Deserialize<'de> for $Name {
            fn deserialize<D: $crate::open_enum::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::open_enum::read(from, Self::recognise, Self::Unknown)
            }
        }

        impl ::std::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    Self::Unknown(unknown) => ::std::fmt::Display::fmt(unknown, f),
                    known => f.pad(known.as_str()),
                }
            }
        }

        impl ::std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $( Self::$Variant => f.write_str(::std::stringify!($Variant)), )*
                    Self::Unknown(unknown) => ::std::write!(f, "Unknown({unknown})"),
                }
            }
        }
    };
}

/// A value that an open enum does not know. Made only by reading one, so that it never holds a value
/// that is known.
///
/// ```
/// rubank_core::open_enum! {
///     /// Direction.
///     pub enum Direction {
///         /// Money in.
///         Credit = "CREDIT",
///     }
/// }
///
/// let Direction::Unknown(unknown) = Direction::from("SIDEWAYS") else { panic!("it is known") };
/// assert_eq!((unknown.as_str(), unknown.to_string().as_str()), ("SIDEWAYS", "SIDEWAYS"));
///
/// let Direction::Unknown(odd) = Direction::from("Иванов Иван") else { panic!("it is known") };
/// assert_eq!(odd.to_string(), "***");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Unrecognised {
    text: Box<str>,
    /// The JSON as it came, where it was no string.
    json: Option<Raw>,
}

impl Unrecognised {
    #[doc(hidden)]
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self {
            text: text.into(),
            json: None,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn number(number: i64) -> Self {
        let text = number.to_string();
        Self {
            json: Raw::parse(&text).ok(),
            text: text.into(),
        }
    }

    /// The text of the value: inside of a string, or the digits of a number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Serialize for Unrecognised {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.json {
            Some(json) => json.serialize(serializer),
            None => serializer.serialize_str(&self.text),
        }
    }
}

/// The value if it looks like a code: up to 64 of `A-Z a-z 0-9 _ . : -`, with no more than 9 digits, as
/// phones, accounts and cards have more, and not like a token. Else `***`.
impl fmt::Display for Unrecognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if is_code(&self.text) {
            &self.text
        } else {
            "***"
        })
    }
}

impl fmt::Debug for Unrecognised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unrecognised({self})")
    }
}

#[doc(hidden)]
pub fn read<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    recognise: fn(&str) -> Option<T>,
    unknown: fn(Unrecognised) -> T,
) -> Result<T, D::Error> {
    let piece = Piece::deserialize(deserializer)?;
    let Some(text) = piece.scalar() else {
        return Err(D::Error::invalid_value(
            Unexpected::Other("this"),
            &"a string or a number",
        ));
    };
    let json = || (piece.kind() != Kind::String).then(|| piece.to_raw());
    Ok(recognise(&text).unwrap_or_else(|| {
        unknown(Unrecognised {
            json: json(),
            text: boxed(text),
        })
    }))
}

fn boxed(text: Cow<'_, str>) -> Box<str> {
    text.into_owned().into_boxed_str()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{from_str, to_string};

    open_enum! {
        /// States.
        enum State {
            /// First.
            New = "NEW",
            /// A Russian one.
            Paid = "Оплачен",
        }
    }

    open_enum! {
        /// Numbers.
        enum Number: integer {
            /// First.
            One = 1,
            /// Below zero.
            Minus = -1,
        }
    }

    #[test]
    fn values_are_known_or_kept() {
        for (json, known, text, debug) in [
            (r#""NEW""#, true, "NEW", "New"),
            (r#""Оплачен""#, true, "Оплачен", "Paid"),
            (r#""new""#, false, "new", "Unknown(new)"),
            (r#""""#, false, "", "Unknown(***)"),
            ("5", false, "5", "Unknown(5)"),
            ("true", false, "true", "Unknown(true)"),
            (r#""Иванов""#, false, "Иванов", "Unknown(***)"),
            (r#""a\nb""#, false, "a\nb", "Unknown(***)"),
            (
                r#""4276550012345678""#,
                false,
                "4276550012345678",
                "Unknown(***)",
            ),
            (r#""79001234567""#, false, "79001234567", "Unknown(***)"),
        ] {
            let state: State = from_str(json).unwrap();
            assert_eq!((state.is_known(), state.as_str()), (known, text), "{json}");
            assert_eq!(format!("{state:?}"), debug);
            assert_eq!(to_string(&state).unwrap(), json, "written back unchanged");
        }
    }

    #[test]
    fn numbers_are_known_or_kept() {
        for (json, number, debug) in [
            ("1", Some(1), "One"),
            ("-1", Some(-1), "Minus"),
            ("7", Some(7), "Unknown(7)"),
            (r#""7""#, Some(7), "Unknown(7)"),
            (r#""canary canary""#, None, "Unknown(***)"),
            ("1.5", None, "Unknown(1.5)"),
        ] {
            let value: Number = from_str(json).unwrap();
            assert_eq!(value.number(), number, "{json}");
            assert_eq!(format!("{value:?}"), debug);
            assert_eq!(to_string(&value).unwrap(), json);
        }
        assert_eq!(from_str::<Number>(r#""1""#).unwrap(), Number::One);
        assert_eq!(Number::from("1"), Number::One);
        assert_eq!(to_string(&Number::from(9)).unwrap(), "9");
        assert_eq!(Number::from(9), from_str("9").unwrap());
        assert_eq!(
            (Number::known(), State::known()),
            (&[1, -1][..], &["NEW", "Оплачен"][..])
        );
        assert!(Number::One.is_known());
    }

    #[test]
    fn what_is_no_single_value_is_refused() {
        for json in ["null", "[]", "{}"] {
            assert!(from_str::<State>(json).is_err());
        }
    }

    #[test]
    fn display_takes_a_width() {
        assert_eq!(
            format!("[{:<5}|{:>5}]", State::New, State::from("A B")),
            "[NEW  |  ***]"
        );
    }

    proptest! {
        #[test]
        fn any_text_survives_and_none_breaks_a_line(text in any::<String>()) {
            let state = State::from(text.as_str());
            prop_assert_eq!(state.as_str(), &text);
            let json = to_string(&text).unwrap();
            prop_assert_eq!(to_string(&from_str::<State>(&json).unwrap()).unwrap(), json);
            let printed = format!("{state:?}{state}");
            prop_assert!(printed.chars().all(|sign| sign.is_ascii_graphic()));
        }
    }
}
