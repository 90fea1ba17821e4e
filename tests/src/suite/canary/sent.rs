//! What a request may not tell: the values of the sample that leaves, searched for where people read.
//!
//! A request cannot be written by this suite, its types are the crate's own; so its canaries are the values that its
//! sample already has, read from the bytes that leave. That is only worth something if no personal field is left out of
//! the sample: this is judged, too.

use http::header::CONTENT_TYPE;
use rubank_core::catalogue::Entry;
use rubank_core::operation::Provider;

use crate::contract::{Operation, Part, Place, Schema, form_parts};
use crate::json::{self, Node};

/// A value that may be read on the wire and nowhere else, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) place: String,
    pub(super) value: String,
}

/// What the sample hides, and complaints about personal places that it leaves empty.
pub(super) fn hidden<P: Provider>(
    operation: &Operation,
    entry: &Entry<P>,
) -> (Vec<Hidden>, Vec<String>) {
    let mut found = Findings::default();
    let Ok(parts) = entry.parts() else {
        return (Vec::new(), vec!["the sample breaks a rule".to_owned()]);
    };
    for parameter in &operation.parameters {
        let pairs = match parameter.place {
            Place::Path => parts.path_values(),
            Place::Query => parts.query_pairs(),
        };
        for (_, value) in pairs.iter().filter(|(name, _)| *name == parameter.name) {
            found.value(&Node::text(value), &parameter.schema, &parameter.name);
        }
    }
    let body = parts.body_ref().as_bytes().unwrap_or_default();
    if let (Some(request), Ok(text)) = (&operation.request, std::str::from_utf8(body))
        && let Ok(node) = json::read(text)
    {
        found.value(&node, &request.schema, "body");
    } else if let Some(request) = &operation.request {
        let media = parts.headers().get(CONTENT_TYPE);
        let media = media.and_then(|media| media.to_str().ok());
        let media = media.unwrap_or_default();
        if media.starts_with("application/x-www-form-urlencoded") {
            found.pairs(&String::from_utf8_lossy(body), &request.schema);
            return found.complaints();
        }
        match form_parts(media, body) {
            Ok(form) => found.form(&form, &request.schema),
            Err(why) => found.leave("body", why),
        }
    }
    found.complaints()
}

#[derive(Default)]
struct Findings {
    hidden: Vec<Hidden>,
    left_out: Vec<(String, String)>,
}

impl Findings {
    /// Name and value pairs. What is absent belongs to another grant: a token is asked for in several ways.
    fn pairs(&mut self, form: &str, schema: &Schema) {
        for (name, value) in form.split('&').filter_map(|pair| pair.split_once('=')) {
            if schema.property(name).is_some_and(hides) {
                let value = super::super::decoded(&value.replace('+', " "));
                self.hide(&value, &format!("body.{name}"));
            }
        }
    }

    /// A file is looked for by the longest piece of it that can be read as text.
    fn form(&mut self, form: &[Part<'_>], schema: &Schema) {
        for (name, of) in schema.properties.iter().filter(|(_, of)| hides(of)) {
            let place = format!("body.{name}");
            let pieces = form.iter().filter(|part| part.name == *name);
            let pieces = pieces.flat_map(|part| part.content.split(|byte| !is_readable(*byte)));
            match pieces.max_by_key(|piece| piece.len()) {
                None => self.absent(of, &place),
                Some(piece) if piece.len() < 8 => {
                    self.leave(
                        &place,
                        "the sample's file has no text to be looked for".to_owned(),
                    );
                }
                Some(piece) => self.hide(&String::from_utf8_lossy(piece), &place),
            }
        }
    }

    fn value(&mut self, node: &Node, schema: &Schema, place: &str) {
        match node {
            Node::Text(text) | Node::Number(text) if hides(schema) => self.hide(text, place),
            Node::List(items) => {
                if items.is_empty() {
                    self.absent(schema, place);
                }
                if let Some(of) = schema.items.as_deref() {
                    let place = format!("{place}[]");
                    items.iter().for_each(|item| self.value(item, of, &place));
                }
            }
            Node::Map(members) => {
                for (name, value) in members {
                    if let Some(of) = schema.property(name) {
                        self.value(value, of, &format!("{place}.{name}"));
                    }
                }
                let is_there = |name: &str| members.iter().any(|(member, _)| member == name);
                for (name, of) in schema.properties.iter().filter(|(name, _)| !is_there(name)) {
                    self.absent(of, &format!("{place}.{name}"));
                }
            }
            Node::Null => self.absent(schema, place),
            _ => {}
        }
    }

    /// What one item of a list leaves out, another may have.
    fn complaints(self) -> (Vec<Hidden>, Vec<String>) {
        let mut left_out = self.left_out;
        left_out.retain(|(place, _)| !self.hidden.iter().any(|hidden| hidden.place == *place));
        let told = left_out
            .into_iter()
            .map(|(place, why)| format!("{place}: {why}"));
        (self.hidden, told.collect())
    }

    /// One or two characters occur everywhere by chance.
    fn hide(&mut self, text: &str, place: &str) {
        match text.chars().count() {
            0..=2 => {
                self.leave(
                    place,
                    "the sample's value is too short to be looked for".to_owned(),
                );
            }
            _ => self.hidden.push(Hidden {
                place: place.to_owned(),
                value: text.to_owned(),
            }),
        }
    }

    fn absent(&mut self, schema: &Schema, place: &str) {
        if hides(schema) {
            self.leave(place, "the sample has no value for it".to_owned());
        }
        for (name, of) in &schema.properties {
            self.absent(of, &format!("{place}.{name}"));
        }
        if let Some(of) = schema.items.as_deref() {
            self.absent(of, &format!("{place}[]"));
        }
    }

    fn leave(&mut self, place: &str, why: String) {
        self.left_out.push((place.to_owned(), why));
    }
}

fn is_readable(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
}

fn hides(schema: &Schema) -> bool {
    schema.personal || schema.secret
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(personal: bool, properties: Vec<(&str, Schema)>) -> Schema {
        Schema {
            personal,
            properties: properties
                .into_iter()
                .map(|(name, of)| (name.to_owned(), of))
                .collect(),
            ..Schema::default()
        }
    }

    #[test]
    fn personal_values_are_found_and_missing_ones_told() {
        let person = schema(
            false,
            vec![
                ("name", schema(true, Vec::new())),
                ("inn", schema(true, Vec::new())),
                ("note", schema(false, Vec::new())),
            ],
        );
        let people = Schema {
            items: Some(Box::new(person.clone())),
            ..Schema::default()
        };
        let whole = schema(false, vec![("people", people), ("chief", person)]);
        let node = json::read(
            r#"{"people":[{"name":"Anna","note":"free"},{"inn":770708389300,"name":"Li"}]}"#,
        );
        let mut found = Findings::default();
        found.value(&node.expect("JSON"), &whole, "body");
        let (hidden, left_out) = found.complaints();
        let hidden: Vec<_> = hidden
            .iter()
            .map(|hidden| (hidden.place.as_str(), hidden.value.as_str()))
            .collect();
        assert_eq!(
            hidden,
            [
                ("body.people[].name", "Anna"),
                ("body.people[].inn", "770708389300")
            ]
        );
        let absent = "the sample has no value for it";
        assert_eq!(
            left_out,
            [
                format!("body.chief.name: {absent}"),
                format!("body.chief.inn: {absent}")
            ]
        );
    }
}
