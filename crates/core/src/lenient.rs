//! Readers for fields that a bank writes in more than one way.
//!
//! Modules are named in a [`model!`](crate::model!) after `as`, or in serde's `with`; each has an
//! `option` beside it:
//!
//! | reader | takes | gives |
//! |---|---|---|
//! | [`text`] | a string, a number, a flag | the exact text: a 20-digit KBK stays what it is |
//! | [`integer`] | `7`, `"7"`, `7.0` | `i64` |
//! | [`flag`] | `true`, `1`, `"1"`, `"true"` and their opposites | `bool` |
//! | [`one_or_many`] | a list, or one item without it | `Vec<T>` |
//! | [`Rows`] | a list | each item, or why it could not be read |
//! | [`personal`] | a string, a number | `Option<Personal<String>>` |
//! | [`promised`] | a list that must be there | the same; absent is an error |
//!
//! Money has its own: [`money`](crate::money) reads numbers and strings everywhere.

pub mod personal;
pub mod promised;
mod rows;

pub use rows::{BadItem, Rows};

macro_rules! lenient {
    (
        $(#[$meta:meta])*
        $name:ident: $Type:ident as $Borrowed:ty, $expected:literal,
        blank $blank:literal,
        read($piece:ident) $read:block
        write($value:ident, $to:ident) $write:block
    ) => {
        $(#[$meta])*
        pub mod $name {
            use serde::de::Unexpected;
            use serde::{Deserialize, Deserializer, Serializer};

            use crate::raw::Piece;

            fn read($piece: Piece<'_>) -> Option<$Type> $read

            /// Writes the plain form.
            ///
            /// # Errors
            ///
            /// Those of the serializer.
            pub fn serialize<S: Serializer>($value: &$Borrowed, $to: S) -> Result<S::Ok, S::Error> $write

            #[doc = concat!("Reads ", $expected, ".")]
            ///
            /// # Errors
            ///
            /// Those of the deserializer; the value is something else.
            pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$Type, D::Error> {
                take(Piece::deserialize(from)?)
            }

            fn take<E: serde::de::Error>(piece: Piece<'_>) -> Result<$Type, E> {
                read(piece).ok_or_else(|| E::invalid_value(Unexpected::Other("this"), &$expected))
            }

            /// The same for `Option`; `None` is null.
            pub mod option {
                use serde::{Deserialize, Deserializer, Serializer};

                use crate::raw::Piece;

                /// Writes the plain form, or null.
                ///
                /// # Errors
                ///
                /// Those of the serializer.
                pub fn serialize<S: Serializer>(value: &Option<$Type>, to: S) -> Result<S::Ok, S::Error> {
                    match value {
                        Some(value) => super::serialize(value, to),
                        None => to.serialize_none(),
                    }
                }

                #[doc = concat!("Reads ", $expected, ", or null.")]
                ///
                /// # Errors
                ///
                /// Those of the deserializer; the value is something else.
                pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<$Type>, D::Error> {
                    match Option::<Piece<'de>>::deserialize(from)? {
                        Some(piece) if $blank && piece.text() == "\"\"" => Ok(None),
                        Some(piece) => super::take(piece).map(Some),
                        None => Ok(None),
                    }
                }
            }
        }
    };
}

lenient! {
    /// The exact text of a string, a number or a flag. Written as a string.
    ///
    /// ```
    /// use rubank_core::{lenient, model, read::read};
    ///
    /// model! {
    ///     /// Budget fields of a transfer.
    ///     pub struct Budget {
    ///         /// KBK; some rows have it as a number.
    ///         pub kbk: Option<String> = "kbk" as lenient::text::option,
    ///     }
    /// }
    ///
    /// let budget: Budget = read(br#"{"kbk": 18210102010011000000}"#).unwrap();
    /// assert_eq!(budget.kbk.as_deref(), Some("18210102010011000000"));
    /// ```
    text: String as str, "a string or a number",
    blank false,
    read(piece) { piece.scalar().map(std::borrow::Cow::into_owned) }
    write(value, to) { to.serialize_str(value) }
}

lenient! {
    /// A whole number as a JSON number or a string. Zeros after the point are no harm. Written as a
    /// number. With `option` an empty string is `None`.
    ///
    /// ```
    /// use rubank_core::lenient;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Id(#[serde(with = "lenient::integer")] i64);
    ///
    /// assert_eq!(serde_json::from_str::<Id>(r#""100000000004""#).unwrap().0, 100_000_000_004);
    /// assert!(serde_json::from_str::<Id>("1.5").is_err());
    /// ```
    integer: i64 as i64, "a whole number",
    blank true,
    read(piece) {
        match piece.kind() {
            crate::raw::Kind::Bool => None,
            _ => crate::money::whole_number(&piece.scalar()?),
        }
    }
    write(value, to) { to.serialize_i64(*value) }
}

lenient! {
    /// A flag as `true`, `1`, `"1"` or `"true"`, and `false`, `0`, `"0"` or `"false"`. Written as `true`
    /// or `false`. With `option` an empty string is `None`.
    ///
    /// ```
    /// use rubank_core::lenient;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Active(#[serde(with = "lenient::flag")] bool);
    ///
    /// assert!(serde_json::from_str::<Active>("1").unwrap().0);
    /// assert!(serde_json::from_str::<Active>("2").is_err());
    /// ```
    flag: bool as bool, "true, false, 0 or 1",
    blank true,
    read(piece) {
        match &*piece.scalar()? {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
    write(value, to) { to.serialize_bool(*value) }
}

/// A list, or one item that stands without a list. Written as a list.
///
/// ```
/// use rubank_core::{lenient, model, read::read};
///
/// model! {
///     /// Links to other pages.
///     pub struct Linked {
///         /// A list by the documents, one object in the wild.
///         pub links: Vec<String> = "_links" as lenient::one_or_many,
///     }
/// }
///
/// for (body, count) in [(r#"{"_links":["a","b"]}"#, 2), (r#"{"_links":"a"}"#, 1), ("{}", 0)] {
///     let linked: Linked = read(body.as_bytes()).unwrap();
///     assert_eq!(linked.links.len(), count);
///     assert_eq!(serde_json::to_string(&linked).unwrap(), body);
/// }
/// ```
pub mod one_or_many {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::raw::{Kind, Piece};
    use crate::read::Mismatch;

    /// Writes a list.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<T: Serialize, S: Serializer>(items: &[T], to: S) -> Result<S::Ok, S::Error> {
        items.serialize(to)
    }

    /// Reads a list, one item, or nothing at all.
    ///
    /// # Errors
    ///
    /// Those of the deserializer and of the items.
    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<T>, D::Error> {
        let Some(piece) = Option::<Piece<'de>>::deserialize(from)? else {
            return Ok(Vec::new());
        };
        match piece.kind() {
            Kind::Array => piece.read(),
            _ => piece.read().map(|one| vec![one]),
        }
        .map_err(Mismatch::into_error)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, to_string};

    use super::*;
    use crate::model;
    use crate::read::read;

    model! {
        /// All readers.
        struct Odd {
            /// Text.
            pub text: Option<String> = "text" as text::option,
            /// Number.
            pub integer: Option<i64> = "integer" as integer::option,
            /// Flag.
            pub flag: Option<bool> = "flag" as flag::option,
            /// List.
            pub many: Vec<Small> = "many" as one_or_many,
        }
    }

    model! {
        /// A required field.
        struct Small {
            /// Its number.
            pub id: i64 = "id" as integer,
        }
    }

    #[test]
    fn each_form_is_read_and_written_back() {
        let (text, integer, flag) = (
            |odd: Odd| odd.text.unwrap(),
            |odd: Odd| odd.integer.unwrap().to_string(),
            |odd: Odd| odd.flag.unwrap().to_string(),
        );
        type Shown = fn(Odd) -> String;
        for (body, shown, expected) in [
            (r#"{"text":"018"}"#, text as Shown, "018"),
            (
                r#"{"text":18210102010011000000}"#,
                text,
                "18210102010011000000",
            ),
            (r#"{"text":1.10}"#, text, "1.10"),
            (r#"{"text":true}"#, text, "true"),
            (r#"{"text":""}"#, text, ""),
            (r#"{"integer":7}"#, integer, "7"),
            (r#"{"integer":"-7"}"#, integer, "-7"),
            (r#"{"integer":7.0}"#, integer, "7"),
            (
                r#"{"integer":"9223372036854775807"}"#,
                integer,
                "9223372036854775807",
            ),
            (r#"{"flag":true}"#, flag, "true"),
            (r#"{"flag":0}"#, flag, "false"),
            (r#"{"flag":"1"}"#, flag, "true"),
            (r#"{"flag":"false"}"#, flag, "false"),
        ] {
            let odd: Odd = read(body.as_bytes()).unwrap();
            assert_eq!(to_string(&odd).unwrap(), body);
            assert_eq!(shown(odd), expected, "{body}");
        }
    }

    #[test]
    fn other_shapes_are_refused() {
        for (body, path) in [
            (r#"{"text":[]}"#, "text"),
            (r#"{"text":{"a":1}}"#, "text"),
            (r#"{"integer":1.5}"#, "integer"),
            (r#"{"integer":true}"#, "integer"),
            (r#"{"integer":9223372036854775808}"#, "integer"),
            (r#"{"flag":2}"#, "flag"),
            (r#"{"flag":"yes"}"#, "flag"),
            (r#"{"many":{"id":"x"}}"#, "many.id"),
            (r#"{"many":[{"id":1},{"id":null}]}"#, "many[1].id"),
        ] {
            assert_eq!(
                read::<Odd>(body.as_bytes()).unwrap_err().path(),
                path,
                "{body}"
            );
        }
    }

    #[test]
    fn nothing_is_nothing() {
        for body in [
            "{}",
            r#"{"text":null,"integer":null,"flag":null,"many":null}"#,
            r#"{"integer":"","flag":"","many":[]}"#,
        ] {
            let odd: Odd = from_str(body).unwrap();
            assert_eq!(
                (&odd.text, odd.integer, odd.flag, odd.many.len()),
                (&None, None, None, 0)
            );
            assert_eq!(to_string(&odd).unwrap(), body);
        }
    }

    #[test]
    fn one_object_without_its_list_comes_back_so() {
        let body = r#"{"many":{"id":"5","new":1}}"#;
        let odd: Odd = from_str(body).unwrap();
        assert_eq!(odd.many[0].id, 5);
        assert_eq!(to_string(&odd).unwrap(), body);
    }
}
