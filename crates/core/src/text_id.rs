//! [`text_id!`](crate::text_id!): identifiers whose shape no page promises.

#[doc(hidden)]
pub use serde;

/// What `Debug` shows of an identifier: a caller can put anything into one, and a card number is printed nowhere, not even
/// before the request is refused for it.
#[doc(hidden)]
#[must_use]
pub fn shown(text: &str) -> &str {
    match crate::types::find_card_number(text) {
        Some(_) => "***",
        None => text,
    }
}

/// Declares a newtype over a text: an identifier of a bank that is kept as it came, a number included, and printed in
/// clear. Requests refuse an empty one with [`Checks::not_blank`](crate::operation::Checks::not_blank).
///
/// ```
/// rubank_core::text_id! {
///     /// The bank's identifier of a payment (`paymentId`).
///     pub struct PaymentId;
/// }
///
/// let id = PaymentId::from("22a6dd81");
/// assert_eq!((id.as_str(), id.to_string()), ("22a6dd81", "22a6dd81".to_owned()));
/// let number: PaymentId = serde_json::from_str("17").unwrap();
/// assert_eq!(number.as_str(), "17");
/// ```
#[macro_export]
macro_rules! text_id {
    ($(#[$meta:meta])* pub struct $Name:ident;) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $Name(Box<str>);

        impl $Name {
            /// The text as on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $Name {
            fn from(text: String) -> Self {
                Self(text.into_boxed_str())
            }
        }

        impl From<&str> for $Name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl ::std::fmt::Display for $Name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl ::std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($Name), "({})"), $crate::text_id::shown(&self.0))
            }
        }

        impl $crate::text_id::serde::Serialize for $Name {
            fn serialize<S: $crate::text_id::serde::Serializer>(
                &self,
                to: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::text_id::serde::Deserialize<'de> for $Name {
            fn deserialize<D: $crate::text_id::serde::Deserializer<'de>>(
                from: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::lenient::text::deserialize(from).map(Self::from)
            }
        }
    };
}
