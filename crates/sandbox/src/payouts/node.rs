//! Answers as trees: fields keep their order, sums and other decimals are text and never floats.

use serde::ser::{Error, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// A JSON value. Fields are in the order in which they were given.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Whole(u64),
    /// A number as it is written.
    Number(String),
    Text(String),
    /// What came from a client and goes back as it was.
    Raw(Box<RawValue>),
    List(Vec<Self>),
    Object(Vec<(&'static str, Self)>),
}

/// `object! { "id": 5, "name": name }`
macro_rules! object {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::payouts::node::Node::Object(
            vec![$(($key, $crate::payouts::node::Node::from($value))),*]
        )
    };
}
pub(super) use object;

impl Node {
    /// Adds a field to an object; anything else stays as it is.
    pub(super) fn with(mut self, key: &'static str, value: impl Into<Self>) -> Self {
        if let Self::Object(fields) = &mut self {
            fields.push((key, value.into()));
        }
        self
    }

    /// The same when `wanted` says so.
    pub(super) fn with_if(
        self,
        wanted: bool,
        key: &'static str,
        value: impl FnOnce() -> Self,
    ) -> Self {
        if wanted {
            self.with(key, value())
        } else {
            self
        }
    }
}

/// Kopecks that are written as a number of roubles: `101`, `14.8`, `0.07`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Roubles(pub(super) u64);

impl From<Roubles> for Node {
    fn from(sum: Roubles) -> Self {
        Self::Number(decimal(sum.0, 2))
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u64> for Node {
    fn from(value: u64) -> Self {
        Self::Whole(value)
    }
}

impl From<&str> for Node {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Node {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Box<RawValue>> for Node {
    fn from(value: Box<RawValue>) -> Self {
        Self::Raw(value)
    }
}

impl From<Vec<Node>> for Node {
    fn from(items: Vec<Node>) -> Self {
        Self::List(items)
    }
}

impl<Value: Into<Self>> From<Option<Value>> for Node {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Whole(value) => serializer.serialize_u64(*value),
            Self::Number(text) => RawValue::from_string(text.clone())
                .map_err(S::Error::custom)?
                .serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Raw(raw) => raw.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// 1480 with two places as `14.8`: no zeros at the end, no point at the end.
pub(super) fn decimal(scaled: u64, places: usize) -> String {
    let digits = format!("{scaled:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let part = part.trim_end_matches('0');
    if part.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{part}")
    }
}

/// `14.8` with two places as 1480. `None` for a sign, an exponent, a third decimal, or too much.
pub(super) fn scaled(text: &str, places: usize) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > places || whole.len() > 12 {
        return None;
    }
    format!("{whole}{part:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let cases = [
            ("0", 2, Some(0), "0"),
            ("101", 2, Some(10_100), "101"),
            ("14.8", 2, Some(1480), "14.8"),
            ("14.80", 2, Some(1480), "14.8"),
            ("0.07", 2, Some(7), "0.07"),
            ("0.125", 3, Some(125), "0.125"),
            (
                "999999999999.99",
                2,
                Some(99_999_999_999_999),
                "999999999999.99",
            ),
            ("1000000000000", 2, None, ""),
            ("1.005", 2, None, ""),
            ("1e3", 2, None, ""),
            ("-1", 2, None, ""),
            ("\"1\"", 2, None, ""),
            ("null", 2, None, ""),
            ("5.", 2, None, ""),
            (".5", 2, None, ""),
        ];
        for (text, places, value, written) in cases {
            assert_eq!(scaled(text, places), value, "{text}");
            if let Some(value) = value {
                assert_eq!(decimal(value, places), written);
            }
        }
    }

    #[test]
    fn fields_keep_their_order() {
        let node = object! { "b": Roubles(1480), "a": None::<u64>, "c": vec![Node::from("x")] }
            .with("0", true)
            .with_if(false, "never", || Node::Null);
        let text = serde_json::to_string(&node).unwrap();
        assert_eq!(text, r#"{"b":14.8,"a":null,"c":["x"],"0":true}"#);
    }
}
