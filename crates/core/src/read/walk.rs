use std::borrow::Cow;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, StringDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;

use super::Mismatch;
use crate::raw::Kind;

/// A deserializer over raw JSON text that knows where it is.
///
/// Each level is split into raw pieces and each piece is read on its own, so that an error gets its
/// path on the way up and any type may ask for the text as it came.
#[derive(Clone, Copy)]
pub(crate) struct Walk<'de>(pub(crate) &'de RawValue);

impl<'de> Walk<'de> {
    fn object<V: Visitor<'de>>(
        self,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Members::of(self.0, known)?)
    }
}

impl<'de> Deserializer<'de> for Walk<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let text = self.0.get();
        match Kind::of(text) {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool => visitor.visit_bool(text == "true"),
            Kind::Number => number(text, visitor),
            Kind::String => match decode(text)? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Kind::Array => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| not_json())?;
                visitor.visit_seq(Items {
                    items: items.into_iter(),
                    index: 0,
                })
            }
            Kind::Object => self.object(&[], visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match Kind::of(self.0.get()) {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match Kind::of(self.0.get()) {
            Kind::Object => self.object(fields, visitor),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        // serde_json's private handshake: `RawValue` asks for itself under this name, and only
        // serde_json can answer.
        if name == "$serde_json::private::RawValue" {
            self.0
                .deserialize_newtype_struct(name, visitor)
                .map_err(|_| not_json())
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match Kind::of(self.0.get()) {
            Kind::String => visitor.visit_enum(decode(self.0.get())?.into_deserializer()),
            Kind::Object => {
                visitor.visit_enum(MapAccessDeserializer::new(Members::of(self.0, &[])?))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

fn number<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, Mismatch> {
    if let Ok(number) = text.parse() {
        visitor.visit_u64(number)
    } else if let Ok(number) = text.parse() {
        visitor.visit_i64(number)
    } else if let Ok(number) = text.parse() {
        visitor.visit_i128(number)
    } else {
        let expected: &dyn Expected = &visitor;
        Err(Mismatch::new(format!(
            "found a number that is no integer, expected {expected}"
        )))
    }
}

/// The text inside a JSON string; borrowed unless it has escapes.
pub(crate) fn decode(json: &str) -> Result<Cow<'_, str>, Mismatch> {
    match serde_json::from_str(json) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => serde_json::from_str(json)
            .map(Cow::Owned)
            .map_err(|_| not_json()),
    }
}

/// The fields of an object in their order, repeated ones included.
pub(crate) fn entries(raw: &RawValue) -> Result<Vec<(Cow<'_, str>, &RawValue)>, Mismatch> {
    serde_json::from_str::<Entries<'_>>(raw.get())
        .map(|entries| entries.0)
        .map_err(|_| not_json())
}

/// Reachable only for text that the scanner lets through and the decoder does not: a lone surrogate.
fn not_json() -> Mismatch {
    Mismatch::new("not JSON")
}

struct Items<'de> {
    items: std::vec::IntoIter<&'de RawValue>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Walk(item))
            .map(Some)
            .map_err(|mismatch| mismatch.in_item(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members<'de> {
    entries: std::vec::IntoIter<(Cow<'de, str>, &'de RawValue)>,
    known: &'static [&'static str],
    value: Option<(&'static str, &'de RawValue)>,
}

impl<'de> Members<'de> {
    fn of(raw: &'de RawValue, known: &'static [&'static str]) -> Result<Self, Mismatch> {
        Ok(Self {
            entries: entries(raw)?.into_iter(),
            known,
            value: None,
        })
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        // A key that no type declares is the bank's own text: it stays out of the path.
        let shown = self
            .known
            .iter()
            .find(|known| **known == key)
            .copied()
            .unwrap_or("*");
        self.value = Some((shown, value));
        match key {
            Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)),
            Cow::Owned(key) => seed.deserialize(StringDeserializer::new(key)),
        }
        .map(Some)
        .map_err(|mismatch: Mismatch| mismatch.in_field(shown))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let Some((key, value)) = self.value.take() else {
            return Err(Mismatch::new("a value was asked for before its key"));
        };
        seed.deserialize(Walk(value))
            .map_err(|mismatch| mismatch.in_field(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// An object split into keys and raw values, by any deserializer that knows `RawValue`.
pub(crate) struct Entries<'de>(pub(crate) Vec<(Cow<'de, str>, &'de RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Entries<'de> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            self.0.push((key, map.next_value()?));
        }
        Ok(self)
    }
}

struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}
