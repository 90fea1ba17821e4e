//! Whether two JSON texts say the same, and where they first do not.

use std::fmt;

use super::read::join;
use super::{Decimal, Node, compact, read};

/// When two spellings of a number are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Only when they are spelled alike: `1.0` is not `1.00`.
    AsWritten,
    /// When they have the same exact value: `1.0` is `1.00` and `10e-1`.
    ByValue,
}

/// The first place where two texts differ. It shows the values, so it is for made-up texts only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The place: `payments[0].amount`, empty at the top.
    pub path: String,
    /// What is different there.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "the whole text"
        } else {
            &self.path
        };
        write!(f, "{path}: {}", self.what)
    }
}

impl std::error::Error for Difference {}

/// Both texts have the same members with the same values; the order of members does not matter, that of items does.
/// Numbers are compared as they are written.
///
/// # Errors
/// The first difference, or a text that is not JSON.
pub fn same(left: &str, right: &str) -> Result<(), Difference> {
    same_with(left, right, Numbers::AsWritten)
}

/// As [`same`], with numbers compared as told.
///
/// # Errors
/// The first difference, or a text that is not JSON.
pub fn same_with(left: &str, right: &str, numbers: Numbers) -> Result<(), Difference> {
    let (left, right) = (parse("left", left)?, parse("right", right)?);
    compare(
        &left,
        &right,
        "",
        &Rule {
            numbers,
            more_allowed: false,
        },
    )
}

/// Everything in `small` is in `big`, with the same value; objects of `big` may have more members. Lists must have
/// the same length: a lost item is a loss.
///
/// # Errors
/// The first thing that is missing or different, or a text that is not JSON.
pub fn contained(small: &str, big: &str) -> Result<(), Difference> {
    let (small, big) = (parse("small", small)?, parse("big", big)?);
    compare(
        &small,
        &big,
        "",
        &Rule {
            numbers: Numbers::AsWritten,
            more_allowed: true,
        },
    )
}

struct Rule {
    numbers: Numbers,
    more_allowed: bool,
}

fn parse(side: &str, text: &str) -> Result<Node, Difference> {
    read(text).map_err(|error| differs("", format!("the {side} text cannot be read: {error}")))
}

fn compare(left: &Node, right: &Node, path: &str, rule: &Rule) -> Result<(), Difference> {
    match (left, right) {
        (Node::Number(a), Node::Number(b)) if equal(a, b, rule.numbers) => Ok(()),
        (Node::Map(a), Node::Map(_)) => {
            for (name, value) in a {
                let place = join(path, name);
                match right.get(name) {
                    Some(other) => compare(value, other, &place, rule)?,
                    None => return Err(differs(&place, format!("{} is missing", shown(value)))),
                }
            }
            more(left, right, path, rule)
        }
        (Node::List(a), Node::List(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .try_for_each(|(index, (a, b))| compare(a, b, &format!("{path}[{index}]"), rule)),
        (Node::List(a), Node::List(b)) => Err(differs(
            path,
            format!("{} items became {}", a.len(), b.len()),
        )),
        _ if left == right => Ok(()),
        _ => Err(differs(
            path,
            format!("{} became {}", shown(left), shown(right)),
        )),
    }
}

fn more(left: &Node, right: &Node, path: &str, rule: &Rule) -> Result<(), Difference> {
    let Node::Map(members) = right else {
        return Ok(());
    };
    match members.iter().find(|(name, _)| left.get(name).is_none()) {
        Some((name, value)) if !rule.more_allowed => Err(differs(
            &join(path, name),
            format!("{} was added", shown(value)),
        )),
        _ => Ok(()),
    }
}

fn equal(left: &str, right: &str, numbers: Numbers) -> bool {
    left == right
        || (numbers == Numbers::ByValue
            && Decimal::new(left).is_some_and(|value| Decimal::new(right) == Some(value)))
}

fn differs(path: &str, what: String) -> Difference {
    Difference {
        path: path.to_owned(),
        what,
    }
}

fn shown(node: &Node) -> String {
    const LONGEST: usize = 60;
    let text = compact(node);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_loss_is_named() {
        let rows = [
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, ""),
            (r#"{"a":1.0}"#, r#"{"a":1.00}"#, "a: 1.0 became 1.00"),
            (
                "[20000000000000000001]",
                "[20000000000000000000]",
                "[0]: 20000000000000000001 became 20000000000000000000",
            ),
            (
                r#"{"a":{"b":[1,2]}}"#,
                r#"{"a":{"b":[1]}}"#,
                "a.b: 2 items became 1",
            ),
            (r#"{"a":{"b":null}}"#, r#"{"a":{}}"#, "a.b: null is missing"),
            ("{}", r#"{"a":0}"#, "a: 0 was added"),
            (r#"{"a":"1"}"#, r#"{"a":1}"#, r#"a: "1" became 1"#),
            ("true", "false", "the whole text: true became false"),
            (
                "[1",
                "[1]",
                "the whole text: the left text cannot be read: not JSON at line 1 column 2",
            ),
        ];
        for (left, right, expected) in rows {
            let told = same(left, right)
                .err()
                .map(|difference| difference.to_string());
            assert_eq!(told.unwrap_or_default(), expected, "{left} against {right}");
        }
    }

    #[test]
    fn numbers_by_value_if_told() {
        same_with("[1.0, 10e1]", "[1.00, 100]", Numbers::ByValue).unwrap();
        same_with("[0.1]", "[0.10000000000000000001]", Numbers::ByValue).unwrap_err();
    }

    #[test]
    fn contained_allows_more_members_but_no_other_length() {
        contained(r#"{"a":[{"b":1}]}"#, r#"{"a":[{"b":1,"c":2}],"d":3}"#).unwrap();
        contained(r#"{"a":[1]}"#, r#"{"a":[1,2]}"#).unwrap_err();
        contained(r#"{"a":1}"#, r#"{"b":1}"#).unwrap_err();
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let difference = same(&format!("\"{}\"", "ы".repeat(100)), "1").unwrap_err();
        assert!(difference.what.chars().count() < 80, "{difference}");
    }
}
