use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Expected, Unexpected};

use crate::raw::Kind;

/// Sets our own text apart from serde's inside `custom`, the only channel through foreign code.
const OURS: char = '\u{1}';

/// A value that does not fit its type: the path to it and the rule it broke, never the value.
///
/// It is the error of the library's own deserializer. Write your own readers so that their rules
/// survive: refuse with `D::Error::invalid_value(Unexpected::Other("text"), &"what you expect")`; the
/// text of `D::Error::custom` may quote a value and is dropped.
///
/// ```
/// use rubank_core::raw::Raw;
///
/// let raw = Raw::parse(r#"{"sums": [1, 2, "3x"]}"#).unwrap();
/// let mismatch = raw.read::<std::collections::BTreeMap<String, Vec<u8>>>().unwrap_err();
/// assert_eq!(mismatch.to_string(), "*[2]: found a string, expected u8");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatch {
    path: String,
    rule: Cow<'static, str>,
}

impl Mismatch {
    pub(crate) fn new(rule: impl Into<Cow<'static, str>>) -> Self {
        Self {
            path: String::new(),
            rule: rule.into(),
        }
    }

    pub(crate) fn kind(found: Kind, expected: &str) -> Self {
        let found = match found {
            Kind::Null => "null",
            Kind::Bool => "true or false",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        };
        Self::new(format!("found {found}, expected {expected}"))
    }

    /// Where, in wire names, from the value that was read: `payments[3].amount`; may be empty.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected there.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Hands the mismatch on as the error of any deserializer; path and rule survive.
    pub fn into_error<E: de::Error>(self) -> E {
        E::custom(self)
    }

    pub(crate) fn in_field(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    pub(crate) fn in_item(self, index: usize) -> Self {
        self.in_field(&format!("[{index}]"))
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The alternate form is for `custom` below; nobody else asks for it.
        if f.alternate() {
            write!(f, "{OURS}{}{OURS}{}", self.path, self.rule)
        } else if self.path.is_empty() {
            f.write_str(&self.rule)
        } else {
            write!(f, "{}: {}", self.path, self.rule)
        }
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mismatch({} {})", self.path, self.rule)
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let text = format!("{message:#}");
        match text
            .strip_prefix(OURS)
            .and_then(|ours| ours.split_once(OURS))
        {
            Some((path, rule)) => Self {
                path: path.to_owned(),
                rule: Cow::Owned(rule.to_owned()),
            },
            None => Self::new("refused by its type"),
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("found {}, expected {expected}", described(found)))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("found {length} items, expected {expected}"))
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("not one of the known values")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("has a field that is not known")
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("a required field is missing").in_field(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new("the field came twice").in_field(field)
    }
}

fn described(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) => "a string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "an array",
        Unexpected::Map => "an object",
        _ => "something else",
    }
}
