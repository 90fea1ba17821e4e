//! What the caller hangs on a payment.

use std::collections::BTreeSet;

use rubank_core::operation::InvalidRequest;
use rubank_core::raw::{Kind, Raw};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A JSON object of the caller's (`meta`), kept by the bank and given back with the status.
///
/// **No personal data belongs there**: no names, phones, accounts, documents. Put a key of your own books in and look
/// the person up at home. It prints as its size.
///
/// ```
/// use tbank_registry::Meta;
///
/// let pairs = Meta::from_pairs([("run", "2024-05"), ("part", "1")])?;
/// let same = Meta::from_json(r#"{"run":"2024-05","part":"1"}"#)?;
/// assert_eq!(pairs, same);
/// assert!(Meta::from_json("[1]").is_err());
/// # Ok::<(), rubank_core::operation::InvalidRequest>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta(Raw);

impl Meta {
    /// An object of any depth; its text is sent as it is. The page says "in JSON" and no more.
    ///
    /// # Errors
    ///
    /// It is not one JSON object.
    pub fn from_json(text: &str) -> Result<Self, InvalidRequest> {
        Raw::parse(text)
            .ok()
            .filter(|raw| raw.kind() == Kind::Object)
            .map(Self)
            .ok_or_else(|| InvalidRequest::new("meta", "must be a JSON object"))
    }

    /// An object of texts, in this order: what other clients of the bank send.
    ///
    /// # Errors
    ///
    /// A name comes twice.
    pub fn from_pairs<N: AsRef<str>, T: AsRef<str>>(
        pairs: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, InvalidRequest> {
        let pairs: Vec<(N, T)> = pairs.into_iter().collect();
        let mut names = BTreeSet::new();
        if !pairs.iter().all(|(name, _)| names.insert(name.as_ref())) {
            return Err(InvalidRequest::new("meta", "must not repeat a name"));
        }
        serde_json::to_string(&Pairs(&pairs))
            .map_err(|_| InvalidRequest::new("meta", "cannot be written as JSON"))
            .and_then(|text| Self::from_json(&text))
    }

    /// The JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.text()
    }
}

impl Serialize for Meta {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

struct Pairs<'a, N, T>(&'a [(N, T)]);

impl<N: AsRef<str>, T: AsRef<str>> Serialize for Pairs<'_, N, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (name, text) in self.0 {
            map.serialize_entry(name.as_ref(), text.as_ref())?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_object_is_taken_and_its_text_is_kept() {
        for text in ["{}", r#"{"a": {"b": [1.50, 20000000000000000001]}}"#] {
            assert_eq!(Meta::from_json(text).unwrap().text(), text);
        }
        for text in ["", "[]", "null", "\"{}\"", "{", "{}{}", "1"] {
            let refused = Meta::from_json(text).unwrap_err();
            assert_eq!(refused.to_string(), "meta: must be a JSON object", "{text}");
        }
    }

    #[test]
    fn pairs_keep_their_order_and_are_escaped() {
        let meta = Meta::from_pairs([("z", "1"), ("a", "\"\n")]).unwrap();
        assert_eq!(meta.text(), r#"{"z":"1","a":"\"\n"}"#);
        assert!(Meta::from_pairs([("a", "1"), ("a", "2")]).is_err());
        let none: [(&str, &str); 0] = [];
        assert_eq!(Meta::from_pairs(none).unwrap().text(), "{}");
        assert!(!format!("{meta:?}").contains('z'));
    }
}
