//! JSON whose numbers stay text: what the bank wrote is what we compare.
//!
//! `serde_json::Value` would read a 20-digit number into a float, and the features of `serde_json` that prevent it
//! would, by feature unification, change the product under test.

mod compare;
mod number;
mod read;
mod write;

pub use compare::{Difference, Numbers, contained, same, same_with};
pub use number::{Decimal, is_number};
pub use read::{ReadError, read};
pub use write::{compact, pretty};

/// A value in which order, repetition of text and the spelling of numbers are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, spelled as it was written: `1.50`, `20000000000000000001`.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object, its members in the order in which they were written, no name twice.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// A string value.
    pub fn text(text: impl Into<String>) -> Self {
        Node::Text(text.into())
    }

    /// A whole number.
    pub fn number(number: u64) -> Self {
        Node::Number(number.to_string())
    }

    /// An object of these members.
    pub fn map<K: Into<String>>(members: impl IntoIterator<Item = (K, Node)>) -> Self {
        Node::Map(
            members
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }

    /// The member of an object; `None` too where this is no object.
    pub fn get(&self, name: &str) -> Option<&Node> {
        match self {
            Node::Map(members) => members
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, node)| node),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, in JSON Schema's word: `null`, `boolean`, `number`, `string`, `array`, `object`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "boolean",
            Node::Number(_) => "number",
            Node::Text(_) => "string",
            Node::List(_) => "array",
            Node::Map(_) => "object",
        }
    }
}
