//! What travels: parameters and bodies, with the examples that must fit their schemas.

use super::ContractError;
use super::cursor::Cursor;
use super::multipart::MULTIPART;
use super::schema::{self, Schema};
use super::types::{Answer, Body, Example, Parameter, Place};

pub(super) fn parameter(at: &Cursor<'_>) -> Result<Parameter, ContractError> {
    at.only(&[
        "name",
        "in",
        "required",
        "description",
        "style",
        "explode",
        "schema",
        "example",
    ])?;
    let exploded = at.optional("explode").map_or(Ok(true), |at| at.boolean())?;
    if at
        .optional("style")
        .is_some_and(|at| at.node.as_text() != Some("form"))
    {
        return Err(at.wrong("only the style form is understood"));
    }
    let schema = schema::read(&at.field("schema")?)?;
    let place = Place::read(&at.field("in")?)?;
    if !exploded && (schema.items.is_none() || place != Place::Query) {
        return Err(at.wrong("only an array in the query is joined (explode: false)"));
    }
    let example = at.optional("example");
    if let Some(example) = &example
        && let Some(violation) = schema
            .violations(example.node, "example")
            .into_iter()
            .next()
    {
        return Err(example.wrong(format!("breaks its own schema: {violation}")));
    }
    Ok(Parameter {
        name: at.field("name")?.text()?.to_owned(),
        place,
        required: at.flag("required")?,
        schema,
        joined: !exploded,
        example: example.map(|at| at.node.clone()),
    })
}

pub(super) fn request(at: &Cursor<'_>) -> Result<Body, ContractError> {
    at.only(&["required", "description", "content"])?;
    let at = at.field("content")?;
    let [body] = bodies(&at)?
        .try_into()
        .map_err(|_| at.wrong("must have one media type"))?;
    Ok(body)
}

pub(super) fn answers(at: &Cursor<'_>) -> Result<Vec<Answer>, ContractError> {
    let mut answers = Vec::new();
    for (status, at) in at.members()? {
        at.only(&["description", "content", "x-made"])?;
        let status = status
            .parse()
            .map_err(|_| at.wrong("must be a status, not a class of them"))?;
        let made = at.flag("x-made")?;
        match at.optional("content") {
            Some(at) => {
                if made {
                    return Err(at.wrong("x-made belongs to its examples"));
                }
                let bodies = bodies(&at)?.into_iter().map(Some);
                answers.extend(bodies.map(|body| Answer { status, body, made }));
            }
            None => answers.push(Answer {
                status,
                body: None,
                made,
            }),
        }
    }
    answers.sort_by_key(|answer| answer.status);
    Ok(answers)
}

fn bodies(at: &Cursor<'_>) -> Result<Vec<Body>, ContractError> {
    let bodies: Vec<Body> = at
        .members()?
        .iter()
        .map(|(media, at)| body(media, at))
        .collect::<Result<_, _>>()?;
    match bodies.is_empty() {
        true => Err(at.wrong("must have a media type")),
        false => Ok(bodies),
    }
}

fn body(media: &str, at: &Cursor<'_>) -> Result<Body, ContractError> {
    at.only(&["schema", "examples", "encoding"])?;
    let schema = schema::read(&at.field("schema")?)?;
    let examples: Vec<Example> = at
        .field("examples")?
        .members()?
        .iter()
        .map(|(name, at)| example(name, &schema, at))
        .collect::<Result<_, _>>()?;
    if examples.is_empty() {
        return Err(at.wrong("needs an example"));
    }
    let files = match at.optional("encoding") {
        Some(at) if media == MULTIPART => files(&schema, &at)?,
        Some(at) => return Err(at.wrong(format!("belongs to {MULTIPART}"))),
        None => Vec::new(),
    };
    Ok(Body {
        media: media.to_owned(),
        schema,
        files,
        examples,
    })
}

fn example(name: &str, schema: &Schema, at: &Cursor<'_>) -> Result<Example, ContractError> {
    at.only(&["summary", "value", "x-made", "x-breaks"])?;
    let value = at.field("value")?;
    let (made, published) = match at.optional("x-made") {
        Some(at) => (at.boolean()?, !at.boolean()?),
        None => (false, false),
    };
    let breaks = match at.optional("x-breaks") {
        Some(at) if !published => {
            return Err(at.wrong("only what the bank published may break a rule (x-made: false)"));
        }
        Some(at) => at.texts()?,
        None => Vec::new(),
    };
    let mut unbroken: Vec<&String> = breaks.iter().collect();
    for violation in schema.violations(value.node, name) {
        let place = violation
            .split_once(": ")
            .and_then(|(place, _)| place.strip_prefix(name))
            .map(|place| place.trim_start_matches('.'));
        match unbroken
            .iter()
            .position(|known| Some(known.as_str()) == place)
        {
            Some(index) => drop(unbroken.remove(index)),
            None => return Err(value.wrong(format!("breaks its own schema: {violation}"))),
        }
    }
    if let Some(place) = unbroken.first() {
        return Err(value.wrong(format!("does not break the rule of {place}")));
    }
    Ok(Example {
        name: name.to_owned(),
        made,
        published,
        breaks,
        value: value.node.clone(),
    })
}

/// The media types of each file, of which OpenAPI makes one text with commas.
fn files(schema: &Schema, at: &Cursor<'_>) -> Result<Vec<(String, Vec<String>)>, ContractError> {
    let file = |(name, at): &(&str, Cursor<'_>)| {
        at.only(&["contentType"])?;
        if schema.property(name).is_none() {
            return Err(at.wrong("is no part of the form"));
        }
        let types = at.field("contentType")?.text()?.split(", ");
        Ok(((*name).to_owned(), types.map(str::to_owned).collect()))
    };
    at.members()?.iter().map(file).collect()
}
