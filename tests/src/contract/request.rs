//! Whether a request that leaves is one that the contract describes.

use percent_encoding::percent_decode_str;

use super::format::is_uuid;
use super::multipart::{self, MULTIPART};
use super::schema::{Kind, Schema};
use super::types::{Body, Form, Header, Operation, Parameter, Place, QueryForm, template_name};
use crate::json::{Node, is_number, read};

/// Judges a request: method, path (below the host's base, still percent-encoded), query pairs (decoded, in their
/// order), headers and body. Values are never shown.
///
/// # Errors
/// Every rule that it breaks, as `place: rule`.
pub fn check_request(
    operation: &Operation,
    method: &str,
    path: &str,
    query: &[(&str, &str)],
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<(), Vec<String>> {
    let mut found = Vec::new();
    if method != operation.method {
        found.push(format!("method: must be {}, is {method}", operation.method));
    }
    check_path(operation, path, &mut found);
    check_query(operation, query, &mut found);
    check_headers(operation, headers, &mut found);
    check_body(operation.request.as_ref(), headers, body, &mut found);
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn check_path(operation: &Operation, path: &str, found: &mut Vec<String>) {
    let (expected, given): (Vec<_>, Vec<_>) = (
        operation.route.split('/').collect(),
        path.split('/').collect(),
    );
    if expected.len() != given.len() {
        found.push(format!("path: does not fit {}", operation.route));
        return;
    }
    for (template, segment) in expected.into_iter().zip(given) {
        match template_name(template) {
            Some(name) => match percent_decode_str(segment).decode_utf8() {
                Ok(value) => {
                    let parameter = parameters(operation, Place::Path).find(|p| p.name == name);
                    if let Some(parameter) = parameter {
                        let node = typed(&parameter.schema, &value);
                        found.extend(parameter.schema.violations(&node, &format!("path.{name}")));
                    }
                }
                Err(_) => found.push(format!("path.{name}: is not UTF-8")),
            },
            None if template != segment => {
                found.push(format!("path: does not fit {}", operation.route));
                return;
            }
            None => {}
        }
    }
}

fn check_query(operation: &Operation, query: &[(&str, &str)], found: &mut Vec<String>) {
    for parameter in parameters(operation, Place::Query) {
        let place = format!("query.{}", parameter.name);
        let values: Vec<&str> = query
            .iter()
            .filter(|(name, _)| *name == parameter.name)
            .map(|(_, value)| *value)
            .collect();
        if values.is_empty() {
            if parameter.required {
                found.push(format!("{place}: is missing"));
            }
        } else if let (true, [value]) = (parameter.joined, &values[..]) {
            let items = parameter.schema.items.as_deref();
            let item = |item| items.map_or_else(|| Node::text(item), |items| typed(items, item));
            let node = Node::List(value.split(',').map(item).collect());
            found.extend(parameter.schema.violations(&node, &place));
        } else if let (false, Some(items)) = (parameter.joined, &parameter.schema.items) {
            let node = Node::List(values.iter().map(|value| typed(items, value)).collect());
            found.extend(parameter.schema.violations(&node, &place));
        } else if let [value] = values[..] {
            found.extend(
                parameter
                    .schema
                    .violations(&typed(&parameter.schema, value), &place),
            );
        } else {
            found.push(format!("{place}: stands {} times", values.len()));
        }
    }
    check_query_form(operation, query, found);
    for (name, _) in query {
        if !parameters(operation, Place::Query).any(|parameter| parameter.name == *name) {
            found.push(format!("query.{name}: is not a known name"));
        }
    }
}

/// The names that forms speak of must be those of one form, neither more nor less.
fn check_query_form(operation: &Operation, query: &[(&str, &str)], found: &mut Vec<String>) {
    let forms = &operation.query_forms;
    let is_there = |name: &String| query.iter().any(|(known, _)| *known == *name);
    let fits = |form: &QueryForm| {
        let all = forms.iter().flat_map(|form| &form.parameters);
        all.into_iter()
            .all(|name| is_there(name) == form.parameters.contains(name))
    };
    if !forms.is_empty() && !forms.iter().any(fits) {
        let names: Vec<_> = forms.iter().map(|form| form.name.as_str()).collect();
        found.push(format!("query: has none of the forms {}", names.join(", ")));
    }
}

fn parameters(operation: &Operation, place: Place) -> impl Iterator<Item = &Parameter> {
    operation
        .parameters
        .iter()
        .filter(move |parameter| parameter.place == place)
}

/// A value of path, query or form by the type that the schema wants; a string where it cannot be that.
fn typed(schema: &Schema, value: &str) -> Node {
    let wants = |kind| schema.kinds.contains(&kind);
    match value {
        "true" | "false" if wants(Kind::Boolean) => Node::Bool(value == "true"),
        _ if is_number(value) && (wants(Kind::Integer) || wants(Kind::Number)) => {
            Node::Number(value.to_owned())
        }
        _ => Node::text(value),
    }
}

fn check_headers(operation: &Operation, headers: &[(&str, &str)], found: &mut Vec<String>) {
    let media = operation.request.as_ref().map(|body| Header {
        name: "content-type".to_owned(),
        required: true,
        value: Some(body.media.clone()),
        form: None,
    });
    let listed = operation.headers.iter().filter(|header| {
        // The body's media type says more than the general rule of the page.
        media.is_none() || header.name != "content-type"
    });
    for header in listed.chain(media.as_ref()) {
        let place = format!("header.{}", header.name);
        let values: Vec<&str> = headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(&header.name))
            .map(|(_, value)| *value)
            .collect();
        match values[..] {
            [] if header.required => found.push(format!("{place}: is missing")),
            [] => {}
            [value] => check_header(header, value, &place, found),
            _ => found.push(format!("{place}: stands {} times", values.len())),
        }
    }
}

fn check_header(header: &Header, value: &str, place: &str, found: &mut Vec<String>) {
    // A charset or another parameter behind the media type is no difference.
    let essence = value.split(';').next().unwrap_or(value).trim();
    if let Some(expected) = header
        .value
        .as_ref()
        .filter(|expected| !expected.eq_ignore_ascii_case(essence))
    {
        found.push(format!("{place}: must be {expected}"));
    }
    let is_bearer = value
        .strip_prefix("Bearer ")
        .is_some_and(|token| !token.trim().is_empty());
    if header.form == Some(Form::Bearer) && !is_bearer {
        found.push(format!(
            "{place}: must be the word Bearer, a blank and a token"
        ));
    }
    if header.form == Some(Form::Key) && value.trim().is_empty() {
        found.push(format!("{place}: must not be empty"));
    }
    if header.form == Some(Form::Uuid) && !is_uuid(value) {
        found.push(format!("{place}: must be a UUID"));
    }
}

fn check_body(
    expected: Option<&Body>,
    headers: &[(&str, &str)],
    body: &[u8],
    found: &mut Vec<String>,
) {
    let Some(expected) = expected else {
        if !body.is_empty() {
            found.push(format!("body: must be empty, has {} bytes", body.len()));
        }
        return;
    };
    if expected.media == MULTIPART {
        let is_type = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case("content-type");
        let media = headers.iter().find(is_type).map_or("", |(_, value)| value);
        return check_multipart(expected, media, body, found);
    }
    let Ok(text) = std::str::from_utf8(body) else {
        found.push("body: is not UTF-8".to_owned());
        return;
    };
    match expected.media.as_str() {
        "application/json" => match read(text) {
            Ok(node) => found.extend(expected.schema.violations(&node, "body")),
            Err(error) => found.push(format!("body: {error}")),
        },
        "application/x-www-form-urlencoded" => check_form(&expected.schema, text, found),
        // What else there may be (a file, a text) has no structure that a schema could judge.
        _ => {}
    }
}

fn check_multipart(expected: &Body, media: &str, body: &[u8], found: &mut Vec<String>) {
    let parts = match multipart::read(media, body) {
        Ok(parts) => parts,
        Err(why) => return found.push(format!("body: {why}")),
    };
    for (index, part) in parts.iter().enumerate() {
        let place = format!("body.{}", part.name);
        if parts[..index].iter().any(|other| other.name == part.name) {
            found.push(format!("{place}: stands twice"));
        }
        let Some((_, types)) = expected.files.iter().find(|(name, _)| *name == part.name) else {
            continue;
        };
        if part.file.as_ref().is_none_or(String::is_empty) {
            found.push(format!("{place}: must have a file's name"));
        }
        let is_given = |known: &String| part.media.as_ref() == Some(known);
        if !types.iter().any(is_given) {
            found.push(format!("{place}: must be {}", types.join(" or ")));
        }
    }
    let members = parts.into_iter().map(|part| {
        let text = String::from_utf8_lossy(part.content);
        let kind = expected.schema.property(&part.name);
        let node = kind.map_or_else(|| Node::text(text.as_ref()), |kind| typed(kind, &text));
        (part.name, node)
    });
    found.extend(expected.schema.violations(&Node::map(members), "body"));
}

fn check_form(schema: &Schema, text: &str, found: &mut Vec<String>) {
    let mut members: Vec<(String, Node)> = Vec::new();
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(value)) = (form_decoded(name), form_decoded(value)) else {
            found.push("body: a pair of the form is not UTF-8".to_owned());
            return;
        };
        if members.iter().any(|(known, _)| *known == name) {
            found.push(format!("body.{name}: stands twice"));
        }
        let kind = schema.property(&name).cloned().unwrap_or_default();
        members.push((name, typed(&kind, &value)));
    }
    found.extend(schema.violations(&Node::Map(members), "body"));
}

fn form_decoded(text: &str) -> Option<String> {
    let blanks = text.replace('+', " ");
    percent_decode_str(&blanks)
        .decode_utf8()
        .ok()
        .map(|text| text.into_owned())
}
