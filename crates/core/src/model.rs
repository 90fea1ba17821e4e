//! [`model!`](crate::model!): the objects of an answer.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;
use std::borrow::Cow;

use crate::extra::Extra;
use crate::raw::{Kind, Piece};
use crate::read::{Absent, Mismatch, Walk, entries};

#[doc(hidden)]
pub use serde;

/// An object of a bank that was declared by [`model!`](crate::model!).
///
/// ```
/// use rubank_core::{model, model::Model};
///
/// model! {
///     /// A page's place in the whole list.
///     pub struct Pagination {
///         /// How many rows there are in all.
///         pub total_count: Option<u64> = "totalCount",
///     }
/// }
///
/// assert_eq!((Pagination::NAME, Pagination::FIELDS), ("Pagination", &["totalCount"][..]));
/// ```
pub trait Model: Serialize + for<'de> Deserialize<'de> {
    /// The Rust name of the type.
    const NAME: &'static str;

    /// The wire names of the known fields, in the order in which they are written.
    const FIELDS: &'static [&'static str];

    /// What came beyond the known fields.
    fn extra(&self) -> &Extra;
}

/// Declares an object of an answer: a struct whose fields are `pub name: Type = "wireName"`.
///
/// ```
/// use rubank_core::money::{self, Money};
/// use rubank_core::personal::Personal;
/// use rubank_core::{model, read::read};
///
/// model! {
///     /// A payout (выплата).
///     #[derive(Eq)]
///     pub struct Payout {
///         /// The bank's number of it.
///         pub id: i64 = shown "id",
///         /// Roubles; a JSON number on the wire.
///         pub amount: Money = "amount" as money::as_number,
///         /// Roubles withheld; absent before the tax is known.
///         pub tax: Option<Money> = "tax_amount" as money::as_number::option,
///         /// Who gets it.
///         pub contractor: Option<Contractor> = "contractor",
///         /// Other payouts of the same act.
///         pub related: Vec<i64> = "related",
///     }
/// }
///
/// model! {
///     /// A contractor (исполнитель).
///     #[derive(Eq)]
///     pub struct Contractor {
///         /// Full name.
///         pub name: Personal<String> = "name",
///     }
/// }
///
/// let body = r#"{"id":7,"amount":10.50,"contractor":{"name":"Анна"},"next":"new field"}"#;
/// let payout: Payout = read(body.as_bytes()).unwrap();
/// assert_eq!(payout.amount, Money::parse("10.5").unwrap());
/// assert_eq!(payout.contractor.as_ref().unwrap().name.expose(), "Анна");
/// assert!(payout.related.is_empty());
/// assert_eq!(payout.extra.get("next").unwrap().text(), r#""new field""#);
/// assert_eq!(serde_json::to_string(&payout).unwrap(), body);
/// assert_eq!(format!("{payout:?}"), "Payout { id: 7, .. }");
/// ```
///
/// - **Fields.** `Option<T>` may be absent or null. A list may be absent or null and is empty then.
///   Everything else is required: use it only for what the bank has promised.
/// - **`shown`** before the wire name puts the field into `Debug`; nothing else is printed. Mark ids, states and dates,
///   never what names a person or an account.
/// - **`as module`** reads and writes through `module::deserialize` and `module::serialize`, like
///   serde's `with`; for an `Option` name the module's `option`.
/// - **`pub` or not:** the struct's visibility is yours; its fields are public.
/// - **Generated:** the struct, `#[non_exhaustive]`, with `pub extra: Extra`; `Clone`, `PartialEq`,
///   `Debug`, `Serialize`, `Deserialize`, [`Model`](crate::model::Model). More derives may be added.
/// - **Reading.** The order of fields does not matter. Unknown fields go to `extra`. A known field that
///   comes twice is an error: which of two amounts is meant must not be guessed.
/// - **Writing.** Known fields in the declared order, then the unknown ones. What was read is written
///   back without loss, see [`Extra`](crate::extra::Extra). Only JSON: numbers are raw text.
///
/// Tests of your own make a value with `serde_json::from_str`; `from_value` and `from_reader` cannot
/// give raw text and fail.
#[macro_export]
macro_rules! model {
    (
        $(#[$meta:meta])*
        $vis:vis struct $Name:ident {
            $(
                $(#[$field_meta:meta])*
                pub $field:ident : $Type:ty = $($shown:ident)? $wire:literal $(as $($form:ident)::+)?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        $vis struct $Name {
            $( $(#[$field_meta])* pub $field: $Type, )*
            /// What came beyond the fields above; kept to be written back.
            pub extra: $crate::extra::Extra,
        }

        // A field may be deprecated for callers; it is read all the same.
        #[allow(deprecated)]
        const _: () = {
            use $crate::model::serde::{de, ser};

            impl $crate::model::Model for $Name {
                const NAME: &'static str = ::std::stringify!($Name);
                const FIELDS: &'static [&'static str] = &[$($wire),*];

                fn extra(&self) -> &$crate::extra::Extra {
                    &self.extra
                }
            }

            impl<'de> de::Deserialize<'de> for $Name {
                fn deserialize<D: de::Deserializer<'de>>(from: D) -> ::std::result::Result<Self, D::Error> {
                    let mut fields = $crate::model::Fields::of(from)?;
                    let read = Self {
                        $( $field: $crate::__model_field!(take fields, $Type, $wire $(, $($form)::+)?), )*
                        extra: fields.rest(),
                    };
                    $crate::model::tell(&read);
                    ::std::result::Result::Ok(read)
                }
            }

            impl ser::Serialize for $Name {
                fn serialize<S: ser::Serializer>(&self, to: S) -> ::std::result::Result<S::Ok, S::Error> {
                    let mut map = ser::Serializer::serialize_map(to, ::std::option::Option::None)?;
                    $( $crate::__model_field!(put map, self, $field, $Type, $wire $(, $($form)::+)?); )*
                    $crate::model::finish(map, &self.extra)
                }
            }

            impl ::std::fmt::Debug for $Name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    let mut shown = f.debug_struct(::std::stringify!($Name));
                    $( $crate::__model_field!(show shown, self, $field $(, $shown)?); )*
                    shown.finish_non_exhaustive()
                }
            }
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __model_field {
    (take $fields:ident, $Type:ty, $wire:literal) => {
        $fields.take::<$Type, D::Error>($wire)?
    };
    (take $fields:ident, $Type:ty, $wire:literal, $($form:ident)::+) => {{
        struct Formed($Type);

        impl<'de> de::Deserialize<'de> for Formed {
            fn deserialize<D: de::Deserializer<'de>>(from: D) -> ::std::result::Result<Self, D::Error> {
                $($form)::+::deserialize(from).map(Formed)
            }
        }

        impl ser::Serialize for Formed {
            fn serialize<S: ser::Serializer>(&self, to: S) -> ::std::result::Result<S::Ok, S::Error> {
                $($form)::+::serialize(&self.0, to)
            }
        }

        $fields.take::<Formed, D::Error>($wire)?.0
    }};
    (put $map:ident, $model:ident, $field:ident, $Type:ty, $wire:literal) => {
        $crate::model::put(&mut $map, &$model.extra, $wire, &$model.$field)?
    };
    (put $map:ident, $model:ident, $field:ident, $Type:ty, $wire:literal, $($form:ident)::+) => {{
        struct Formed<'a>(&'a $Type);

        impl ser::Serialize for Formed<'_> {
            fn serialize<S: ser::Serializer>(&self, to: S) -> ::std::result::Result<S::Ok, S::Error> {
                $($form)::+::serialize(self.0, to)
            }
        }

        $crate::model::put(&mut $map, &$model.extra, $wire, &Formed(&$model.$field))?
    }};
    (show $debug:ident, $model:ident, $field:ident) => {};
    (show $debug:ident, $model:ident, $field:ident, shown) => {
        $debug.field(::std::stringify!($field), &$model.$field);
    };
}

/// The fields of an object that are not taken yet.
#[doc(hidden)]
pub struct Fields<'de> {
    left: Vec<(Cow<'de, str>, &'de RawValue)>,
    extra: Extra,
}

impl<'de> Fields<'de> {
    /// Splits an object.
    pub fn of<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let piece = Piece::deserialize(deserializer)?;
        let left = match piece.kind() {
            Kind::Object => entries(piece.0),
            other => Err(Mismatch::kind(other, "an object")),
        }
        .map_err(Mismatch::into_error)?;
        Ok(Self {
            left,
            extra: Extra::default(),
        })
    }

    /// Reads a field by its wire name.
    pub fn take<T, E>(&mut self, field: &'static str) -> Result<T, E>
    where
        T: Deserialize<'de> + Serialize,
        E: de::Error,
    {
        let here = |mismatch: Mismatch| mismatch.in_field(field).into_error();
        let came = self.pull(field);
        if came.is_some() && self.pull(field).is_some() {
            return Err(here(Mismatch::new("the field came twice")));
        }
        let value = match came {
            Some(raw) if raw.get() != "null" => T::deserialize(Walk(raw)),
            // Null says as little as absence, except to a type that wants to see it.
            Some(raw) => T::deserialize(Absent).or_else(|_| T::deserialize(Walk(raw))),
            None => T::deserialize(Absent),
        }
        .map_err(here)?;
        self.extra.remember(field, &value, came);
        Ok(value)
    }

    /// Everything that nobody took.
    #[must_use]
    pub fn rest(mut self) -> Extra {
        for (name, raw) in self.left {
            self.extra.push(&name, Piece(raw).to_raw());
        }
        self.extra
    }

    fn pull(&mut self, field: &str) -> Option<&'de RawValue> {
        let at = self.left.iter().position(|(name, _)| name == field)?;
        Some(self.left.remove(at).1)
    }
}

/// Tells the contract suite what was read, if it watches: it looks at the `Debug` of every model.
#[doc(hidden)]
pub fn tell(model: &dyn std::fmt::Debug) {
    crate::catalogue::watch(model);
}

/// Writes a known field.
#[doc(hidden)]
pub fn put<M: SerializeMap, T: Serialize>(
    map: &mut M,
    extra: &Extra,
    field: &'static str,
    value: &T,
) -> Result<(), M::Error> {
    extra.write_field(map, field, value)
}

/// Writes the unknown fields and ends the object.
#[doc(hidden)]
pub fn finish<M: SerializeMap>(mut map: M, extra: &Extra) -> Result<M::Ok, M::Error> {
    extra.write_unknown(&mut map)?;
    map.end()
}

#[cfg(test)]
mod tests;
