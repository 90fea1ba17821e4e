//! From YAML to [`Node`], numbers as they are spelled.
//!
//! The events of the parser are read, not its serde values: those hand out numbers as floats and integers of
//! 64 bits. Plain words that YAML 1.1 and 1.2 read differently are refused, because the standard tools that also
//! read these files are of both kinds.

use std::borrow::Cow;

use serde_saphyr::granit_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::ContractError;
use crate::json::{Node, is_number};

/// Reads one document.
///
/// # Errors
/// Not YAML; several documents; anchors, aliases or tags; a key that is no string or stands twice; a plain word
/// that must be quoted.
pub(super) fn read(text: &str) -> Result<Node, ContractError> {
    let mut builder = Builder::default();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| at(error.marker(), &error.info()))?;
        builder.take(event, span)?;
    }
    builder
        .document
        .ok_or_else(|| ContractError::new("the file", "is empty"))
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    document: Option<Node>,
}

enum Open {
    List(Vec<Node>),
    Map(Vec<(String, Node)>, Option<String>),
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), ContractError> {
        let plain = |anchor: usize, tagged: bool| match (anchor, tagged) {
            (0, false) => Ok(()),
            _ => Err(at(&span.start, "anchors and tags are not used here")),
        };
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                plain(anchor, tag.is_some())?;
                self.add(scalar(text, style, &span.start)?, &span.start)
            }
            Event::SequenceStart(_, anchor, tag) => {
                plain(anchor, tag.is_some())?;
                self.open.push(Open::List(Vec::new()));
                Ok(())
            }
            Event::MappingStart(_, anchor, tag) => {
                plain(anchor, tag.is_some())?;
                self.open.push(Open::Map(Vec::new(), None));
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items)) => self.add(Node::List(items), &span.start),
                Some(Open::Map(members, _)) => self.add(Node::Map(members), &span.start),
                None => Err(at(&span.start, "an end without a start")),
            },
            Event::Alias(..) | Event::UnresolvedAlias(..) | Event::Anchor(..) => {
                Err(at(&span.start, "aliases are not used here: write a $ref"))
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, node: Node, place: &Marker) -> Result<(), ContractError> {
        match self.open.last_mut() {
            Some(Open::List(items)) => items.push(node),
            Some(Open::Map(members, key)) => match (key.take(), node) {
                (Some(name), node) => members.push((name, node)),
                (None, Node::Text(name)) if members.iter().any(|(known, _)| *known == name) => {
                    return Err(at(place, &format!("the key {name} stands twice")));
                }
                (None, Node::Text(name)) => *key = Some(name),
                (None, _) => return Err(at(place, "a key must be a string: quote it")),
            },
            None if self.document.is_some() => return Err(at(place, "one document is enough")),
            None => self.document = Some(node),
        }
        Ok(())
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, place: &Marker) -> Result<Node, ContractError> {
    if style != ScalarStyle::Plain {
        return Ok(Node::Text(text.into_owned()));
    }
    match text.as_ref() {
        "null" => Ok(Node::Null),
        "true" => Ok(Node::Bool(true)),
        "false" => Ok(Node::Bool(false)),
        number if is_number(number) => Ok(Node::Number(text.into_owned())),
        word if is_ambiguous(word) => Err(at(
            place,
            &format!("not every reader understands the word {word:?} alike: quote it"),
        )),
        _ => Ok(Node::Text(text.into_owned())),
    }
}

/// Whether some reader takes the word for a number, a date, a truth value or nothing.
fn is_ambiguous(word: &str) -> bool {
    const SPECIAL: [&str; 9] = ["", "~", "y", "n", "yes", "no", "on", "off", "null"];
    let lower = word.to_ascii_lowercase();
    let looks_like_a_number = word
        .trim_start_matches(['+', '-', '.'])
        .starts_with(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_hexdigit() || "+-._:xXoOtTzZ ".contains(c))
        && !is_uuid_like(word);
    let infinite = matches!(lower.trim_start_matches(['+', '-']), ".inf" | ".nan");
    SPECIAL.contains(&lower.as_str())
        || lower == "true"
        || lower == "false"
        || looks_like_a_number
        || infinite
}

/// Five groups of hexadecimal digits are a string to every reader.
fn is_uuid_like(word: &str) -> bool {
    let groups: Vec<usize> = word.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn at(place: &Marker, why: &str) -> ContractError {
    ContractError::new(
        format!("line {} column {}", place.line(), place.col() + 1),
        why,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_reach_us_as_they_are_spelled() {
        let text = "a: 20000000000000000001\nb: 1.50\nc: '007'\nd: [1e3, -0, x, true, null]\n";
        let number = |text: &str| Node::Number(text.to_owned());
        let expected = Node::map([
            ("a", number("20000000000000000001")),
            ("b", number("1.50")),
            ("c", Node::text("007")),
            (
                "d",
                Node::List(vec![
                    number("1e3"),
                    number("-0"),
                    Node::text("x"),
                    Node::Bool(true),
                    Node::Null,
                ]),
            ),
        ]);
        assert_eq!(read(text).unwrap(), expected);
    }

    #[test]
    fn words_that_two_readers_understand_differently_are_refused() {
        for word in [
            "007",
            "0x1F",
            "0o17",
            "1_000",
            ".5",
            "1.",
            "+1",
            "3.1.0",
            "2022-05-26",
            "2022-05-26T09:09:32Z",
            "12:30",
            "yes",
            "No",
            "on",
            "~",
            "",
            "Null",
            "TRUE",
            ".inf",
            "-.INF",
            ".nan",
        ] {
            let error = read(&format!("a: {word}")).expect_err(word);
            assert!(error.why.contains("quote it"), "{word}: {error}");
        }
        for word in [
            "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6",
            "1st",
            "a:b",
            "v1",
            "b2b-sbp",
        ] {
            assert_eq!(
                read(&format!("- {word}")),
                Ok(Node::List(vec![Node::text(word)])),
                "{word}"
            );
        }
    }

    #[test]
    fn what_is_not_one_plain_document_is_refused() {
        let rows = [
            ("", "is empty"),
            ("a: 1\na: 2", "stands twice"),
            ("1: a", "must be a string"),
            ("a: &x 1", "anchors"),
            ("a: !!str 1", "anchors"),
            ("a: *x", "line 1"),
            ("a: 1\n---\nb: 2", "one document"),
            ("a: [1", "line"),
        ];
        for (text, expected) in rows {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn a_place_is_a_line_and_a_column() {
        assert_eq!(read("a: b\nc: yes\n").unwrap_err().place, "line 2 column 4");
    }
}
