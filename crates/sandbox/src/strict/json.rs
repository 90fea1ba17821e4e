//! JSON objects, field by field. Repeated and unknown keys are seen, numbers are never turned into floats.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Complaint;

/// The fields of one object and its place in the body, for complaints.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    place: String,
    pairs: Vec<(String, &'a RawValue)>,
}

impl<'a> Fields<'a> {
    /// Reads a whole body.
    ///
    /// # Errors
    /// It is not UTF-8, not JSON, not an object, or has a key twice.
    pub(crate) fn read(body: &'a [u8]) -> Result<Self, Complaint> {
        let text = std::str::from_utf8(body).map_err(|_| Complaint::new("body", "is not UTF-8"))?;
        Self::at(String::new(), text)
    }

    fn at(place: String, text: &'a str) -> Result<Self, Complaint> {
        let name = if place.is_empty() { "body" } else { &place };
        let Pairs(pairs) = serde_json::from_str(text)
            .map_err(|_| Complaint::new(name, "must be a JSON object"))?;
        let fields = Self { place, pairs };
        for (index, (key, _)) in fields.pairs.iter().enumerate() {
            if fields
                .pairs
                .iter()
                .skip(index + 1)
                .any(|(other, _)| other == key)
            {
                return Err(Complaint::new(fields.path(key), "is repeated"));
            }
        }
        Ok(fields)
    }

    /// # Errors
    /// A key that is not in `known`.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Complaint> {
        match self
            .pairs
            .iter()
            .find(|(key, _)| !known.contains(&key.as_str()))
        {
            Some((key, _)) => Err(Complaint::new(self.path(key), "is not a known field")),
            None => Ok(()),
        }
    }

    /// The full name of a field: `digestSignatures[0].signatureType`.
    pub(crate) fn path(&self, key: &str) -> String {
        if self.place.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.place)
        }
    }

    /// A text of `low..=high` characters that must be there.
    ///
    /// # Errors
    /// It is absent, not a string, or of another length.
    pub(crate) fn text(&self, key: &str, low: usize, high: usize) -> Result<String, Complaint> {
        let text: String = self.value(key, self.raw(key)?, "must be a string")?;
        if (low..=high).contains(&text.chars().count()) {
            return Ok(text);
        }
        Err(Complaint::new(
            self.path(key),
            format!("must have {low} to {high} characters"),
        ))
    }

    /// The same as [`text`](Self::text), for a field that may be absent.
    ///
    /// # Errors
    /// It is not a string or of another length.
    pub(crate) fn optional_text(
        &self,
        key: &str,
        low: usize,
        high: usize,
    ) -> Result<Option<String>, Complaint> {
        if self.has(key) {
            self.text(key, low, high).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A whole number of at least `low` that must be there, written without fraction and exponent.
    ///
    /// # Errors
    /// It is absent, not such a number, or too small.
    pub(crate) fn integer(&self, key: &str, low: u64) -> Result<u64, Complaint> {
        let number: u64 = self.value(key, self.raw(key)?, "must be a whole number")?;
        if number >= low {
            return Ok(number);
        }
        Err(Complaint::new(
            self.path(key),
            format!("must be at least {low}"),
        ))
    }

    /// The same as [`integer`](Self::integer), for a field that may be absent.
    ///
    /// # Errors
    /// It is not such a number or too small.
    pub(crate) fn optional_integer(&self, key: &str, low: u64) -> Result<Option<u64>, Complaint> {
        if self.has(key) {
            self.integer(key, low).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A whole number of `low..=high` that must be there.
    ///
    /// # Errors
    /// It is absent, not such a number, or out of bounds.
    pub(crate) fn integer_within(&self, key: &str, low: u64, high: u64) -> Result<u64, Complaint> {
        let number = self.integer(key, low)?;
        if number <= high {
            return Ok(number);
        }
        Err(Complaint::new(
            self.path(key),
            format!("must be at most {high}"),
        ))
    }

    /// # Errors
    /// It is absent or neither `true` nor `false`.
    pub(crate) fn boolean(&self, key: &str) -> Result<bool, Complaint> {
        self.value(key, self.raw(key)?, "must be true or false")
    }

    /// # Errors
    /// It is absent or not an object.
    pub(crate) fn object(&self, key: &str) -> Result<Fields<'a>, Complaint> {
        Self::at(self.path(key), self.raw(key)?.get())
    }

    /// An array of objects that must be there and hold at least one.
    ///
    /// # Errors
    /// It is absent, empty, not an array, or holds something else than objects.
    pub(crate) fn objects(&self, key: &str) -> Result<Vec<Fields<'a>>, Complaint> {
        let items: Vec<&'a RawValue> = self.value(key, self.raw(key)?, "must be an array")?;
        if items.is_empty() {
            return Err(Complaint::new(self.path(key), "must not be empty"));
        }
        let place = self.path(key);
        items
            .into_iter()
            .enumerate()
            .map(|(index, item)| Self::at(format!("{place}[{index}]"), item.get()))
            .collect()
    }

    /// An array of strings that may be absent.
    ///
    /// # Errors
    /// It is not an array, or holds something else than strings.
    pub(crate) fn optional_texts(&self, key: &str) -> Result<Option<Vec<String>>, Complaint> {
        if !self.has(key) {
            return Ok(None);
        }
        self.value(key, self.raw(key)?, "must be an array of strings")
            .map(Some)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.pairs.iter().any(|(name, _)| name == key)
    }

    /// A value that must be there, as the text that came.
    ///
    /// # Errors
    /// It is absent.
    pub(crate) fn raw(&self, key: &str) -> Result<&'a RawValue, Complaint> {
        match self.pairs.iter().find(|(name, _)| name == key) {
            Some((_, raw)) => Ok(raw),
            None => Err(Complaint::new(self.path(key), "is required")),
        }
    }

    /// serde's own message would repeat the value; only our rule is told.
    fn value<T: Deserialize<'a>>(
        &self,
        key: &str,
        raw: &'a RawValue,
        rule: &str,
    ) -> Result<T, Complaint> {
        serde_json::from_str(raw.get()).map_err(|_| Complaint::new(self.path(key), rule))
    }
}

/// An object as a list, because a map would swallow repeated keys.
pub(crate) struct Pairs<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::{Complaint, Fields};

    fn read(body: &str) -> Result<u64, Complaint> {
        let fields = Fields::read(body.as_bytes())?;
        fields.only(&["amount", "client", "signs", "tax"])?;
        let client = fields.object("client")?;
        client.only(&["id"])?;
        client.text("id", 1, 3)?;
        for sign in fields.objects("signs")? {
            sign.boolean("on")?;
        }
        fields.optional_integer("tax", 0)?;
        fields.integer("amount", 1)
    }

    #[test]
    fn a_good_body_is_read() {
        let body = r#"{"amount":5,"client":{"id":"абв"},"signs":[{"on":true}]}"#;
        assert_eq!(read(body).unwrap(), 5);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let cases = [
            ("", "body: must be a JSON object"),
            ("[1]", "body: must be a JSON object"),
            (r#"{"amount":1,"amount":1}"#, "amount: is repeated"),
            (r#"{"other":1}"#, "other: is not a known field"),
            (r#"{"amount":1}"#, "client: is required"),
            (r#"{"client":{"id":7}}"#, "client.id: must be a string"),
            (
                r#"{"client":{"id":"abcd"}}"#,
                "client.id: must have 1 to 3 characters",
            ),
            (
                r#"{"client":{"id":"a"},"signs":[]}"#,
                "signs: must not be empty",
            ),
            (
                r#"{"client":{"id":"a"},"signs":[{"on":1}]}"#,
                "signs[0].on: must be true or false",
            ),
            (
                r#"{"client":{"id":"a"},"signs":[{"on":true}],"tax":null}"#,
                "tax: must be a whole number",
            ),
            (
                r#"{"client":{"id":"a"},"signs":[{"on":true}],"amount":"5"}"#,
                "amount: must be a whole number",
            ),
            (
                r#"{"client":{"id":"a"},"signs":[{"on":true}],"amount":1.0}"#,
                "amount: must be a whole number",
            ),
            (
                r#"{"client":{"id":"a"},"signs":[{"on":true}],"amount":0}"#,
                "amount: must be at least 1",
            ),
        ];
        for (body, complaint) in cases {
            assert_eq!(read(body).unwrap_err().to_string(), complaint, "{body}");
        }
    }
}
