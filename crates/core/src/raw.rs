//! JSON text as it came: for what is not modelled, and for what has more than one shape.
//!
//! Never `serde_json::Value`: it turns a 20-digit KBK into a float.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::read::{Mismatch, ReadError, Walk, decode, entries, whole};

/// What a piece of JSON is, told by its first byte.
///
/// ```
/// use rubank_core::raw::{Kind, Raw};
///
/// assert_eq!(Raw::parse("[1]").unwrap().kind(), Kind::Array);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number of any length.
    Number,
    /// A string.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// `json` is valid JSON without leading space, as `RawValue` holds it.
    pub(crate) fn of(json: &str) -> Self {
        match json.as_bytes().first() {
            Some(b'"') => Self::String,
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            Some(b't' | b'f') => Self::Bool,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }
}

/// A borrowed piece of the body, not read yet. Use it where the wire has several shapes: ask the
/// [`kind`](Self::kind), then [`read`](Self::read) the right type.
///
/// ```
/// use rubank_core::{raw::{Kind, Piece}, read::{Mismatch, read}};
/// use serde::{Deserialize, Deserializer};
///
/// /// An overlay is an address, or a flag that there is one.
/// #[derive(Debug, PartialEq)]
/// enum Overlay { Flag(bool), Address(String) }
///
/// impl<'de> Deserialize<'de> for Overlay {
///     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
///         let piece = Piece::deserialize(deserializer)?;
///         match piece.kind() {
///             Kind::String => piece.read().map(Self::Address),
///             _ => piece.read().map(Self::Flag),
///         }
///         .map_err(Mismatch::into_error)
///     }
/// }
///
/// assert_eq!(read::<Overlay>(b"true").unwrap(), Overlay::Flag(true));
/// assert_eq!(read::<Overlay>(b"\"/a.png\"").unwrap(), Overlay::Address("/a.png".into()));
/// ```
#[derive(Clone, Copy)]
pub struct Piece<'a>(pub(crate) &'a RawValue);

impl<'a> Piece<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        Kind::of(self.0.get())
    }

    /// The JSON text. It may hold personal data: do not print it.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.0.get()
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] when it has another shape.
    pub fn read<T: Deserialize<'a>>(self) -> Result<T, Mismatch> {
        T::deserialize(Walk(self.0))
    }

    /// The value of a field, if this is an object that has it.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Piece<'a>> {
        if self.kind() != Kind::Object {
            return None;
        }
        entries(self.0)
            .ok()?
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| Self(value))
    }

    /// The items, if this is an array.
    #[must_use]
    pub fn items(self) -> Option<Vec<Piece<'a>>> {
        let items: Vec<&RawValue> = serde_json::from_str(self.0.get()).ok()?;
        Some(items.into_iter().map(Self).collect())
    }

    /// The text of a string, or a number or flag as written; `None` for null, lists and objects.
    pub(crate) fn scalar(self) -> Option<Cow<'a, str>> {
        match self.kind() {
            Kind::String => decode(self.0.get()).ok(),
            Kind::Number | Kind::Bool => Some(Cow::Borrowed(self.0.get())),
            Kind::Null | Kind::Array | Kind::Object => None,
        }
    }

    /// Keeps it beyond the body.
    #[must_use]
    pub fn to_raw(self) -> Raw {
        Raw(self.0.to_owned())
    }
}

impl<'de> Deserialize<'de> for Piece<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(Self)
    }
}

impl fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Piece({:?}, {} bytes)", self.kind(), self.0.get().len())
    }
}

/// An owned piece of JSON, written back byte for byte. `Debug` shows its kind and size only.
///
/// ```
/// use rubank_core::raw::Raw;
///
/// let raw = Raw::parse(r#"{"kbk": 18210102010011000000}"#).unwrap();
/// assert_eq!(serde_json::to_string(&raw).unwrap(), r#"{"kbk": 18210102010011000000}"#);
/// assert_eq!(raw.piece().field("kbk").unwrap().text(), "18210102010011000000");
/// assert_eq!(format!("{raw:?}"), "Raw(Object, 29 bytes)");
/// ```
#[derive(Clone)]
pub struct Raw(pub(crate) Box<RawValue>);

impl Raw {
    /// Takes JSON text, checking its syntax.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when it is not one JSON value.
    pub fn parse(json: &str) -> Result<Self, ReadError> {
        whole::<Self>(json.as_bytes()).map(|raw| Self(raw.to_owned()))
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.piece().kind()
    }

    /// A view for reading.
    #[must_use]
    pub fn piece(&self) -> Piece<'_> {
        Piece(&self.0)
    }

    /// The JSON text. It may hold personal data: do not print it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] when it has another shape.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Mismatch> {
        self.piece().read()
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Piece::deserialize(deserializer).map(Piece::to_raw)
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Compares the text: `1.0` and `1` differ.
impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Raw {}

impl Hash for Raw {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({:?}, {} bytes)", self.kind(), self.text().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_tells_the_kind() {
        for (json, kind) in [
            ("null", Kind::Null),
            ("true", Kind::Bool),
            ("false", Kind::Bool),
            ("-0.5e3", Kind::Number),
            ("\"\"", Kind::String),
            (" [ ]", Kind::Array),
            ("\n{}", Kind::Object),
        ] {
            assert_eq!(Raw::parse(json).unwrap().kind(), kind, "{json}");
        }
    }

    #[test]
    fn a_field_is_found_in_objects_only() {
        let raw = Raw::parse(r#"{"a": {"b": [1, 2.50]}}"#).unwrap();
        let list = raw.piece().field("a").unwrap().field("b").unwrap();
        assert_eq!(list.items().unwrap()[1].text(), "2.50");
        assert!(list.field("a").is_none());
        assert!(raw.piece().items().is_none());
    }

    #[test]
    fn scalars_are_text() {
        for (json, text) in [
            ("18210102010011000000", Some("18210102010011000000")),
            (r#""\u0413\u0414""#, Some("ГД")),
            ("true", Some("true")),
            ("null", None),
            ("[]", None),
        ] {
            assert_eq!(
                Raw::parse(json).unwrap().piece().scalar().as_deref(),
                text,
                "{json}"
            );
        }
    }
}
