//! Puts what a `$ref` points at into its place, so that nobody behind this has to know of references.

use super::ContractError;
use crate::json::Node;

/// The document without references. Members beside a `$ref` are added to what it points at, as JSON Schema 2020-12
/// means it; where both have the same member, only a description may differ.
///
/// # Errors
/// A reference that leaves the file, points nowhere or at itself, or is contradicted by a member beside it.
pub(super) fn expand(document: &Node) -> Result<Node, ContractError> {
    node(document, document, &mut Vec::new())
}

fn node(current: &Node, document: &Node, open: &mut Vec<String>) -> Result<Node, ContractError> {
    match current {
        Node::List(items) => {
            let items = items.iter().map(|item| node(item, document, open));
            Ok(Node::List(items.collect::<Result<_, _>>()?))
        }
        Node::Map(members) => match current.get("$ref") {
            Some(reference) => refer(reference, members, document, open),
            None => Ok(Node::Map(own(members, document, open)?)),
        },
        _ => Ok(current.clone()),
    }
}

fn own(
    members: &[(String, Node)],
    document: &Node,
    open: &mut Vec<String>,
) -> Result<Vec<(String, Node)>, ContractError> {
    members
        .iter()
        .filter(|(name, _)| name != "$ref")
        .map(|(name, value)| Ok((name.clone(), node(value, document, open)?)))
        .collect()
}

fn refer(
    reference: &Node,
    beside: &[(String, Node)],
    document: &Node,
    open: &mut Vec<String>,
) -> Result<Node, ContractError> {
    let wrong =
        |why: &str| ContractError::new(format!("$ref {}", reference.as_text().unwrap_or("")), why);
    let pointer = reference
        .as_text()
        .and_then(|text| text.strip_prefix("#/"))
        .ok_or_else(|| wrong("must point into this file: #/components/…"))?;
    if open.iter().any(|known| known == pointer) {
        return Err(wrong("points at itself"));
    }
    let mut target = document;
    for step in pointer.split('/') {
        let name = step.replace("~1", "/").replace("~0", "~");
        target = target.get(&name).ok_or_else(|| wrong("points nowhere"))?;
    }
    open.push(pointer.to_owned());
    let target = node(target, document, open)?;
    open.pop();

    let beside = own(beside, document, open)?;
    match target {
        target if beside.is_empty() => Ok(target),
        Node::Map(mut members) => {
            for (name, value) in beside {
                match members.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, known)) if name == "description" || *known == value => *known = value,
                    Some(_) => return Err(wrong(&format!("{name} beside it contradicts it"))),
                    None => members.push((name, value)),
                }
            }
            Ok(Node::Map(members))
        }
        _ => Err(wrong(
            "does not point at an object, so nothing may stand beside it",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{compact, read};

    #[test]
    fn references_are_replaced() {
        let rows = [
            (
                r##"{"a":{"$ref":"#/b"},"b":{"c":1}}"##,
                r#"{"a":{"c":1},"b":{"c":1}}"#,
            ),
            (
                r##"{"a":{"$ref":"#/b/0"},"b":{"0":[{"$ref":"#/c"}]},"c":2}"##,
                r#"{"a":[2],"b":{"0":[2]},"c":2}"#,
            ),
            (
                r##"{"a":{"$ref":"#/b","d":2,"description":"y"},"b":{"c":1,"description":"x"}}"##,
                r#"{"a":{"c":1,"description":"y","d":2},"b":{"c":1,"description":"x"}}"#,
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(compact(&expand(&read(text).unwrap()).unwrap()), expected);
        }
    }

    #[test]
    fn wrong_references_are_told() {
        let rows = [
            (r##"{"a":{"$ref":"#/b"}}"##, "points nowhere"),
            (r##"{"a":{"$ref":"#/a"}}"##, "points at itself"),
            (
                r##"{"a":{"$ref":"#/b"},"b":{"c":{"$ref":"#/a"}}}"##,
                "points at itself",
            ),
            (r##"{"a":{"$ref":"other.yaml#/b"}}"##, "into this file"),
            (
                r##"{"a":{"$ref":"#/b","c":2},"b":{"c":1}}"##,
                "c beside it contradicts it",
            ),
            (
                r##"{"a":{"$ref":"#/b","c":2},"b":1}"##,
                "nothing may stand beside",
            ),
        ];
        for (text, expected) in rows {
            let error = expand(&read(text).unwrap()).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
