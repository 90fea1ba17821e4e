//! Identifiers and times, in two strengths.
//!
//! What a bank answers is kept as it came (`received`, and reading from JSON), with `is_valid()` beside
//! it: the banks' own samples fail their check digits. What you send is checked: `checked` refuses.
//!
//! | type | shape | check digits |
//! |---|---|---|
//! | [`Inn`] | 10 or 12 digits | yes |
//! | [`Snils`] | 11 digits, perhaps `123-456-789 00` | yes |
//! | [`Account`] | 20 or 22 digits | against its [`Bic`]: [`Account::key_check`] |
//! | [`Kpp`] | 4 digits, 2 digits or capitals, 3 digits | none |
//! | [`Bic`] | 9 digits | none |
//! | [`Oktmo`] | 8 or 11 digits | none |
//! | [`Kbk`] | 20 digits | none |
//! | [`Uin`] | 20 digits or letters, 25 digits, or `0` | none |
//! | [`Phone`] | `+7` and 10 digits | none |
//!
//! Only ASCII digits count. INN, SNILS, accounts and phones print as `***`; [`find_card_number`] keeps
//! card numbers out of free text. [`Timestamp`], [`LocalDateTime`] and [`LocalDate`] keep the text they
//! were read from.

mod account;
mod card;
mod codes;
mod datetime;
mod inn;
mod snils;

use std::fmt;

pub use account::{Account, KeyCheck};
pub use card::find_card_number;
pub use codes::{Bic, Kbk, Kpp, Oktmo, Phone, Uin};
pub use datetime::{InvalidTime, LocalDate, LocalDateTime, Timestamp};
pub use inn::Inn;
pub use snils::Snils;

/// A text that is not the identifier it should be. It names the rule, never the text.
///
/// ```
/// use rubank_core::types::Inn;
///
/// let error = Inn::checked("3664069398").unwrap_err();
/// assert_eq!(error.to_string(), "INN must be 10 or 12 digits with the right check digits");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InvalidIdentifier {
    name: &'static str,
    rule: &'static str,
}

impl InvalidIdentifier {
    /// Which identifier: `INN`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// What it must be.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        self.rule
    }
}

impl fmt::Display for InvalidIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.name, self.rule)
    }
}

impl fmt::Debug for InvalidIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvalidIdentifier({self})")
    }
}

impl std::error::Error for InvalidIdentifier {}

/// A text newtype in two strengths; `masked` ones never print.
macro_rules! identifier {
    (
        $(#[$meta:meta])*
        $Name:ident, $name:literal must be $rule:literal, $printing:ident, $valid:path
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $Name(Box<str>);

        impl $Name {
            /// Keeps what came, valid or not.
            #[must_use]
            pub fn received(text: impl Into<String>) -> Self {
                Self(text.into().into_boxed_str())
            }

            /// For a request.
            ///
            /// # Errors
            ///
            #[doc = concat!("[`InvalidIdentifier`](crate::types::InvalidIdentifier) if it is not ", $rule, ".")]
            pub fn checked(text: &str) -> Result<Self, $crate::types::InvalidIdentifier> {
                if $valid(text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::types::InvalidIdentifier { name: $name, rule: $rule })
                }
            }

            #[doc = concat!("Whether it is ", $rule, ".")]
            #[must_use]
            pub fn is_valid(&self) -> bool {
                $valid(&self.0)
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        /// From a string, or from the digits of a number: some banks forget the quotes.
        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::lenient::text::deserialize(from).map(Self::received)
            }
        }

        $crate::types::identifier!(@$printing $Name);
    };
    (@masked $Name:ident) => {
        impl $Name {
            /// The text in clear.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        /// A mask.
        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad("***")
            }
        }

        impl std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($Name), "(***)"))
            }
        }
    };
    (@plain $Name:ident) => {
        impl $Name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// The text if it is valid, else a mask: a wrong field may hold anything.
        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(if self.is_valid() { &self.0 } else { "***" })
            }
        }

        impl std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($Name), "({})"), self)
            }
        }
    };
}
pub(crate) use identifier;

/// The digits of a text that has nothing else.
fn digits(text: &str) -> Option<Vec<u32>> {
    text.bytes()
        .map(|byte| byte.is_ascii_digit().then(|| u32::from(byte - b'0')))
        .collect()
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn weighted_sum(digits: &[u32], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

#[cfg(test)]
mod tests;
