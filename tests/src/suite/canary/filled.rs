//! Canaries in every place of an answer that the contract calls personal or secret, also where no fixture has a value.

use crate::contract::{Format, Kind, Schema};
use crate::json::Node;

use super::{CANARY, CANARY_NUMBER};

/// For what must be a date: no sample has this day.
pub(super) const CANARY_DAY: &str = "1907-11-29";

/// How deep a schema is followed; none of ours is deeper.
const DEPTH: usize = 16;

/// A way into an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Item,
}

/// A personal or secret place, and how it is told to people.
pub(super) struct Place {
    steps: Vec<Step>,
    pub(super) name: String,
}

/// What is tried in a place, until the crate reads one of them.
pub(super) fn canaries() -> [Node; 6] {
    [
        Node::text(CANARY),
        Node::Number(CANARY_NUMBER.to_owned()),
        Node::text(CANARY_NUMBER),
        Node::text(CANARY_DAY),
        Node::text(format!("{CANARY_DAY}T01:02:03Z")),
        Node::text("29.11.1907"),
    ]
}

/// Every personal and secret leaf of a schema.
pub(super) fn places(schema: &Schema) -> Vec<Place> {
    let mut found = Vec::new();
    walk(schema, &mut Vec::new(), &mut found);
    found
}

fn walk(schema: &Schema, at: &mut Vec<Step>, found: &mut Vec<Place>) {
    if at.len() > DEPTH {
        return;
    }
    let is_leaf = schema.properties.is_empty() && schema.items.is_none();
    if is_leaf && schema.one_of.is_empty() && (schema.personal || schema.secret) {
        let place = Place {
            steps: at.clone(),
            name: told(at),
        };
        if !found.iter().any(|known| known.steps == place.steps) {
            found.push(place);
        }
    }
    for (name, of) in &schema.properties {
        at.push(Step::Member(name.clone()));
        walk(of, at, found);
        at.pop();
    }
    if let Some(of) = schema.items.as_deref() {
        at.push(Step::Item);
        walk(of, at, found);
        at.pop();
    }
    for choice in &schema.one_of {
        walk(choice, at, found);
    }
}

fn told(steps: &[Step]) -> String {
    steps
        .iter()
        .fold("answer".to_owned(), |told, step| match step {
            Step::Member(name) => format!("{told}.{name}"),
            Step::Item => format!("{told}[]"),
        })
}

impl Place {
    /// The answer with this value in the place; what leads there is made where it is absent or null.
    pub(super) fn put(&self, node: &Node, schema: &Schema, value: &Node) -> Node {
        put(node, schema, &self.steps, value)
    }
}

fn put(node: &Node, schema: &Schema, steps: &[Step], value: &Node) -> Node {
    let empty = Schema::default();
    match steps {
        [] => value.clone(),
        [Step::Member(name), rest @ ..] => {
            let (holder, of) = member(schema, name);
            let mut members = match node {
                Node::Map(members) => members.clone(),
                _ => least_members(holder),
            };
            let at = members.iter().position(|(known, _)| known == name);
            let at = at.unwrap_or_else(|| {
                members.push((name.clone(), Node::Null));
                members.len() - 1
            });
            members[at].1 = put(&members[at].1, of, rest, value);
            Node::Map(members)
        }
        [Step::Item, rest @ ..] => {
            let of = schema.items.as_deref();
            let of = of.or_else(|| {
                let mut choices = schema.one_of.iter();
                choices.find_map(|choice| choice.items.as_deref())
            });
            let of = of.unwrap_or(&empty);
            let mut items = match node {
                Node::List(items) if !items.is_empty() => items.clone(),
                _ => vec![least(of)],
            };
            items[0] = put(&items[0], of, rest, value);
            Node::List(items)
        }
    }
}

/// The schema that has the member, and the member's own.
fn member<'a>(schema: &'a Schema, name: &str) -> (&'a Schema, &'a Schema) {
    let mut all = std::iter::once(schema).chain(&schema.one_of);
    let found = all.find_map(|one| Some((one, one.property(name)?)));
    found.unwrap_or((schema, schema))
}

/// The least value that a reader takes: what must be there, and nothing else.
fn least(schema: &Schema) -> Node {
    if let Some(choice) = schema.choices.first() {
        return choice.clone();
    }
    let is = |kind: Kind| schema.kinds.contains(&kind);
    if is(Kind::Map) || !schema.properties.is_empty() {
        return Node::Map(least_members(schema));
    }
    if is(Kind::List) || schema.items.is_some() {
        let of = schema.items.as_deref().map(least);
        let count = schema.count.0.unwrap_or(0);
        return Node::List(of.into_iter().cycle().take(count).collect());
    }
    if is(Kind::Boolean) {
        return Node::Bool(true);
    }
    let known = schema.open_enum.first();
    if is(Kind::Integer) || is(Kind::Number) {
        return Node::Number(known.cloned().unwrap_or_else(|| "1".to_owned()));
    }
    let text = match (known, schema.format) {
        (Some(known), _) => known.clone(),
        (None, Some(Format::Date)) => "2024-01-02".to_owned(),
        (None, Some(Format::DateTime)) => "2024-01-02T03:04:05Z".to_owned(),
        (None, Some(Format::Uuid)) => "497f6eca-6276-4993-bfeb-53cbbbba6f08".to_owned(),
        _ => "1".repeat(schema.length.0.unwrap_or(1).max(1)),
    };
    Node::Text(text)
}

fn least_members(schema: &Schema) -> Vec<(String, Node)> {
    let required = schema.required.iter();
    let members = required.filter_map(|name| Some((name.clone(), least(schema.property(name)?))));
    members.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{compact, read};

    fn object(properties: Vec<(&str, Schema)>) -> Schema {
        let named = |(name, of): (&str, Schema)| (name.to_owned(), of);
        Schema {
            properties: properties.into_iter().map(named).collect(),
            ..Schema::default()
        }
    }

    #[test]
    fn every_place_is_found_and_filled_whatever_leads_there() {
        let personal = Schema {
            personal: true,
            ..Schema::default()
        };
        let people = Schema {
            items: Some(Box::new(object(vec![("name", personal.clone())]))),
            ..Schema::default()
        };
        let schema = object(vec![
            ("people", people),
            ("chief", object(vec![("inn", personal)])),
            ("note", Schema::default()),
        ]);
        let found = places(&schema);
        let names: Vec<_> = found.iter().map(|place| place.name.as_str()).collect();
        assert_eq!(names, ["answer.people[].name", "answer.chief.inn"]);
        let mut node = read(r#"{"people":[],"note":"a"}"#).unwrap();
        for place in found {
            node = place.put(&node, &schema, &Node::text("x"));
        }
        assert_eq!(
            compact(&node),
            r#"{"people":[{"name":"x"}],"note":"a","chief":{"inn":"x"}}"#
        );
    }
}
