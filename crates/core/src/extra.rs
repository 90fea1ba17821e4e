//! What an answer held beyond its model.

use std::fmt;

use serde::Serialize;
use serde::ser::{Error as _, SerializeMap};
use serde_json::value::{RawValue, to_raw_value};

use crate::raw::{Kind, Raw};
use crate::read::decode;

/// The rest of an object: the fields that its model does not know, in their order and as raw text,
/// and the wire forms that a typed value alone would forget. Every [`model!`](crate::model!) has one,
/// so that reading and writing back loses nothing.
///
/// Forms are kept for known fields: that it came as `null` (absent and null both read as `None`),
/// that a list was absent, that `1000` was written `1e3` or as a string. They are used again only
/// while the field still has the value that was read. Within nested lists of objects each object
/// keeps its own.
///
/// Two models are equal when their values and their extras are: one that came with an explicit null
/// differs from one where the field was absent.
///
/// ```
/// use rubank_core::{model, read::read};
///
/// model! {
///     /// A branch office and its limit.
///     pub struct Branch {
///         /// Monthly limit, roubles.
///         pub limit: Option<u32> = "limit_monthly",
///     }
/// }
///
/// let body = r#"{"limit_monthly":null,"kbk":18210102010011000000}"#;
/// let branch: Branch = read(body.as_bytes()).unwrap();
/// assert_eq!(branch.limit, None);
/// assert!(branch.extra.came_null("limit_monthly"));
/// assert_eq!(branch.extra.get("kbk").unwrap().text(), "18210102010011000000");
/// assert_eq!(serde_json::to_string(&branch).unwrap(), body);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extra {
    unknown: Vec<(Box<str>, Raw)>,
    forms: Vec<Form>,
}

/// While a known field would be written as `written`, write `came` instead (nothing, if absent).
#[derive(Clone, PartialEq, Eq)]
struct Form {
    field: &'static str,
    written: Raw,
    came: Option<Raw>,
}

impl Extra {
    /// Whether every field of the object is known to the model.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unknown.is_empty()
    }

    /// How many fields are not known to the model.
    #[must_use]
    pub fn len(&self) -> usize {
        self.unknown.len()
    }

    /// The unknown fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Raw)> {
        self.unknown.iter().map(|(name, value)| (&**name, value))
    }

    /// An unknown field by its wire name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Raw> {
        self.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Whether the field came as an explicit `null`, known to the model or not. Where null has a
    /// meaning of its own ("no limit"), this tells it from "not said".
    #[must_use]
    pub fn came_null(&self, name: &str) -> bool {
        let is_null = |raw: &Raw| raw.kind() == Kind::Null;
        self.get(name).is_some_and(is_null)
            || self
                .form(name)
                .and_then(|form| form.came.as_ref())
                .is_some_and(is_null)
    }

    pub(crate) fn push(&mut self, name: &str, value: Raw) {
        self.unknown.push((name.into(), value));
    }

    /// Remembers how a known field came, if writing its value would not say the same.
    pub(crate) fn remember<T: Serialize>(
        &mut self,
        field: &'static str,
        value: &T,
        came: Option<&RawValue>,
    ) {
        let says_itself = match came {
            Some(came) => writes_same(value, came.get()),
            // Most fields of most rows: `None` is left out, and nothing has to be built to know it.
            None => first_byte(value) == Some(b'n'),
        };
        if says_itself {
            return;
        }
        // A value that cannot be written has no form to remember; writing it will tell.
        let Ok(written) = to_raw_value(value) else {
            return;
        };
        let came = came.map(|came| Raw(came.to_owned()));
        self.forms.push(Form {
            field,
            written: Raw(written),
            came,
        });
    }

    /// Writes a known field as it came, or its value; `None` that did not come as null is left out.
    pub(crate) fn write_field<M: SerializeMap, T: Serialize>(
        &self,
        map: &mut M,
        field: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        let written = to_raw_value(value)
            .map_err(|_| M::Error::custom(format_args!("the field {field} cannot be written")))?;
        match self.form(field) {
            Some(form) if form.written.text() == written.get() => match &form.came {
                Some(came) => map.serialize_entry(field, came),
                None => Ok(()),
            },
            _ if written.get() == "null" => Ok(()),
            _ => map.serialize_entry(field, &*written),
        }
    }

    pub(crate) fn write_unknown<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.unknown
            .iter()
            .try_for_each(|(name, value)| map.serialize_entry(&**name, value))
    }

    fn form(&self, field: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.field == field)
    }
}

/// Only a count: even the names are the bank's own text.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extra({} unknown fields)", self.unknown.len())
    }
}

/// Whether writing `value` says the same as `came`. Objects, and lists that hold some, are compared
/// by kind only: their own extras take care of the rest.
fn writes_same<T: Serialize>(value: &T, came: &str) -> bool {
    match Kind::of(came) {
        // `None` is left out, so that a null always has to be remembered.
        Kind::Null => false,
        Kind::Object => first_byte(value) == Some(b'{'),
        Kind::Array if came.contains('{') => first_byte(value) == Some(b'['),
        Kind::Array => writes(value, &without_spaces(came)),
        Kind::String => writes(value, came) || decodes_same(value, came),
        Kind::Number | Kind::Bool => writes(value, came),
    }
}

/// Whether `value` writes exactly `text`; compared while it is written, so that nothing is kept.
fn writes<T: Serialize>(value: &T, text: &str) -> bool {
    struct Rest<'a>(&'a [u8]);

    impl std::io::Write for Rest<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let rest = self.0.strip_prefix(bytes);
            self.0 = rest.ok_or(std::io::ErrorKind::Other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut rest = Rest(text.as_bytes());
    serde_json::to_writer(&mut rest, value).is_ok() && rest.0.is_empty()
}

/// Whether `value` writes the string that `came` is, with other escapes.
fn decodes_same<T: Serialize>(value: &T, came: &str) -> bool {
    serde_json::to_string(value)
        .is_ok_and(|written| Kind::of(&written) == Kind::String && decode(&written) == decode(came))
}

/// The first byte that `value` writes; the rest is not produced.
fn first_byte<T: Serialize>(value: &T) -> Option<u8> {
    struct First(Option<u8>);

    impl std::io::Write for First {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            match self.0 {
                None => {
                    self.0 = bytes.first().copied();
                    Ok(bytes.len())
                }
                Some(_) => Err(std::io::ErrorKind::Other.into()),
            }
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut first = First(None);
    // It stops with our own error after the first byte: that is the point.
    let _ = serde_json::to_writer(&mut first, value);
    first.0
}

fn without_spaces(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    json.chars()
        .filter(|sign| {
            match sign {
                _ if escaped => escaped = false,
                '\\' if in_string => escaped = true,
                '"' => in_string = !in_string,
                _ => return in_string || !sign.is_ascii_whitespace(),
            }
            true
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_told_from_another_form() {
        let text = |text: &str| text.to_owned();
        assert!(
            writes_same(&text("a/ГД"), r#""a\/\u0413\u0414""#),
            "escapes say the same"
        );
        assert!(!writes_same(&text("1"), "1"), "a string is not a number");
        assert!(writes_same(&7, "7"));
        assert!(!writes_same(&1000, "1e3"));
        assert!(writes_same(&[1, 2], "[ 1 ,\n2 ]"));
        assert!(!writes_same(&[1, 2], "[1, \"2\"]"));
        assert!(writes_same(&[text("a b")], r#"[ "a b" ]"#));
        assert!(!writes_same(&Some(1), "null"));
        assert!(!writes_same(&None::<u8>, "null"));
        assert!(!writes_same(&[1], "{}"), "a list is not an object");
    }

    #[test]
    fn only_the_exact_text_is_written() {
        for (text, same) in [
            ("[1,\"a\"]", true),
            ("[1,\"a\"", false),
            ("[1,\"a\"]]", false),
            ("[1,\"b\"]", false),
            ("", false),
        ] {
            assert_eq!(writes(&(1, "a"), text), same, "{text}");
        }
        let no_json = std::collections::BTreeMap::from([([0], 0)]);
        assert!(!writes(&no_json, "{"), "what cannot be written");
    }

    #[test]
    fn an_absent_field_is_remembered_unless_it_is_left_out_anyway() {
        let mut extra = Extra::default();
        extra.remember("none", &None::<u8>, None);
        extra.remember("unit", &(), None);
        assert!(extra.forms.is_empty());
        extra.remember("list", &[0_u8; 0], None);
        extra.remember("text", &"null", None);
        let remembered = extra
            .forms
            .iter()
            .map(|form| (form.field, form.came.is_none()));
        assert_eq!(
            remembered.collect::<Vec<_>>(),
            [("list", true), ("text", true)]
        );
    }

    #[test]
    fn debug_shows_a_count() {
        let mut extra = Extra::default();
        extra.push("canary-name", Raw::parse("\"canary\"").unwrap());
        assert_eq!(format!("{extra:?}"), "Extra(1 unknown fields)");
    }
}
