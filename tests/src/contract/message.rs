//! What travels: parameters and bodies, with the examples that must fit their schemas.

use super::ContractError;
use super::cursor::Cursor;
use super::schema;
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
    if !exploded
        || at
            .optional("style")
            .is_some_and(|at| at.node.as_text() != Some("form"))
    {
        return Err(at.wrong("only repeated query pairs (style form, explode) are understood"));
    }
    let schema = schema::read(&at.field("schema")?)?;
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
        place: Place::read(&at.field("in")?)?,
        required: at.flag("required")?,
        schema,
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
        at.only(&["description", "content"])?;
        let status = status
            .parse()
            .map_err(|_| at.wrong("must be a status, not a class of them"))?;
        match at.optional("content") {
            Some(at) => {
                let bodies = bodies(&at)?.into_iter().map(Some);
                answers.extend(bodies.map(|body| Answer { status, body }));
            }
            None => answers.push(Answer { status, body: None }),
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
    at.only(&["schema", "examples"])?;
    let schema = schema::read(&at.field("schema")?)?;
    let mut examples = Vec::new();
    for (name, at) in at.field("examples")?.members()? {
        at.only(&["summary", "value", "x-made"])?;
        let value = at.field("value")?;
        if let Some(violation) = schema.violations(value.node, name).into_iter().next() {
            return Err(value.wrong(format!("breaks its own schema: {violation}")));
        }
        examples.push(Example {
            name: name.to_owned(),
            made: at.flag("x-made")?,
            value: value.node.clone(),
        });
    }
    if examples.is_empty() {
        return Err(at.wrong("needs an example"));
    }
    Ok(Body {
        media: media.to_owned(),
        schema,
        examples,
    })
}
