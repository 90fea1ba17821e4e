//! From JSON text to [`Node`].

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Node;

/// Deeper than any answer of a bank; beyond it the reader would risk the stack.
const DEEPEST: usize = 100;

/// Text that is not JSON, or JSON that two readers would understand differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The place as a path, empty at the top.
    pub path: String,
    /// What is wrong with it; never a value.
    pub why: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.why),
            path => write!(f, "{path}: {}", self.why),
        }
    }
}

impl std::error::Error for ReadError {}

/// Reads one JSON value and nothing after it.
///
/// # Errors
/// The text is not JSON, an object has a name twice, or it is nested deeper than any answer.
pub fn read(text: &str) -> Result<Node, ReadError> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| unreadable("", &error))?;
    node(raw, "", 0)
}

fn node(raw: &RawValue, path: &str, depth: usize) -> Result<Node, ReadError> {
    if depth > DEEPEST {
        return Err(ReadError {
            path: path.to_owned(),
            why: "nested too deeply".to_owned(),
        });
    }
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => object(text, path, depth),
        Some(b'[') => {
            let items: Vec<&RawValue> = parse(text, path)?;
            let nodes = items
                .into_iter()
                .enumerate()
                .map(|(index, item)| node(item, &format!("{path}[{index}]"), depth + 1));
            Ok(Node::List(nodes.collect::<Result<_, _>>()?))
        }
        Some(b'"') => Ok(Node::Text(parse(text, path)?)),
        Some(b't' | b'f') => Ok(Node::Bool(parse(text, path)?)),
        Some(b'n') => Ok(Node::Null),
        _ => Ok(Node::Number(text.to_owned())),
    }
}

fn object(text: &str, path: &str, depth: usize) -> Result<Node, ReadError> {
    let mut members: Vec<(String, Node)> = Vec::new();
    for (name, raw) in parse::<Members<'_>>(text, path)?.0 {
        let place = join(path, &name);
        if members.iter().any(|(known, _)| *known == name) {
            return Err(ReadError {
                path: place,
                why: "the name stands twice".to_owned(),
            });
        }
        members.push((name, node(raw, &place, depth + 1)?));
    }
    Ok(Node::Map(members))
}

fn parse<'de, T: Deserialize<'de>>(text: &'de str, path: &str) -> Result<T, ReadError> {
    serde_json::from_str(text).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &str, error: &serde_json::Error) -> ReadError {
    // The library's own words may repeat the value.
    let why = format!(
        "not JSON at line {} column {}",
        error.line(),
        error.column()
    );
    ReadError {
        path: path.to_owned(),
        why,
    }
}

/// The path of a member.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The members of an object in their order, values unread.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(InOrder).map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_spelling_are_kept() {
        let node =
            read(r#" {"z": 1.50, "a": [20000000000000000001, true, null], "t": "\u00fc\n"} "#);
        let expected = Node::map([
            ("z", Node::Number("1.50".into())),
            (
                "a",
                Node::List(vec![
                    Node::Number("20000000000000000001".into()),
                    Node::Bool(true),
                    Node::Null,
                ]),
            ),
            ("t", Node::text("ü\n")),
        ]);
        assert_eq!(node.unwrap(), expected);
    }

    #[test]
    fn what_is_not_json_is_refused_without_its_value() {
        for text in [
            "",
            "{",
            "{\"a\":1}x",
            "[1,]",
            "01",
            "NaN",
            "{'a': 1}",
            "\"\\ud800\"",
        ] {
            let error = read(text).unwrap_err();
            assert!(error.to_string().contains("not JSON"), "{text}: {error}");
        }
        assert!(
            !read(r#"{"a": secret}"#)
                .unwrap_err()
                .to_string()
                .contains("secret")
        );
    }

    #[test]
    fn a_repeated_name_is_refused() {
        let error = read(r#"{"a": {"b": 1, "b": 2}}"#).unwrap_err();
        assert_eq!(error.to_string(), "a.b: the name stands twice");
    }

    #[test]
    fn depth_is_bounded() {
        let text = format!("{}{}", "[".repeat(500), "]".repeat(500));
        assert!(read(&text).unwrap_err().why.contains("deeply"));
    }
}
