//! From the document to the types, and the rules between their members.

use super::ContractError;
use super::cursor::Cursor;
use super::schema;
use super::types::{
    Answer, Body, Contract, Effect, Example, Form, Grade, Header, KeyPromise, Operation, Parameter,
    Place, Provenance, Rate, Server, Source, Success, template_name,
};
use crate::json::Node;

/// Reads a document whose references are replaced.
pub(super) fn contract(document: &Node) -> Result<Contract, ContractError> {
    let top = Cursor::top(document);
    let provider = top.field("x-provider")?.text()?.to_owned();
    let servers = top
        .field("servers")?
        .items()?
        .iter()
        .map(server)
        .collect::<Result<_, _>>()?;
    let mut operations = Vec::new();
    for (route, path) in top.field("paths")?.members()? {
        for (method, at) in path.members()? {
            operations.push(operation(&provider, method, route, &at)?);
        }
    }
    let contract = Contract {
        provider,
        servers,
        operations,
    };
    consistent(&contract, &top)?;
    Ok(contract)
}

/// What no single operation can tell.
fn consistent(contract: &Contract, top: &Cursor<'_>) -> Result<(), ContractError> {
    for (index, operation) in contract.operations.iter().enumerate() {
        let wrong = |why: String| Err(top.wrong(format!("{}: {why}", operation.id)));
        if contract.operations[..index]
            .iter()
            .any(|other| other.id == operation.id)
        {
            return wrong("the id stands twice".to_owned());
        }
        if !contract
            .servers
            .iter()
            .any(|server| server.hosts.contains(&operation.host))
        {
            return wrong(format!("no server has the host {}", operation.host));
        }
        if let Some(id) = operation
            .lookup
            .as_ref()
            .filter(|id| contract.operation(id).is_none())
        {
            return wrong(format!("the lookup {id} is no operation"));
        }
    }
    Ok(())
}

fn server(at: &Cursor<'_>) -> Result<Server, ContractError> {
    at.only(&["url", "description", "x-environment", "x-hosts"])?;
    Ok(Server {
        url: at.field("url")?.text()?.to_owned(),
        environment: at.field("x-environment")?.text()?.to_owned(),
        hosts: at.field("x-hosts")?.texts()?,
    })
}

fn operation(
    provider: &str,
    method: &str,
    route: &str,
    at: &Cursor<'_>,
) -> Result<Operation, ContractError> {
    at.only(&[
        "operationId",
        "tags",
        "summary",
        "description",
        "security",
        "parameters",
        "requestBody",
        "responses",
        "x-provenance",
        "x-effect",
        "x-key",
        "x-key-promise",
        "x-rates",
        "x-refused",
        "x-not-ready",
        "x-success",
        "x-scopes",
        "x-host",
        "x-lookup",
        "x-source",
        "x-headers",
    ])?;
    let operation = Operation {
        id: at.field("operationId")?.text()?.to_owned(),
        method: method.to_ascii_uppercase(),
        route: route.to_owned(),
        host: at.field("x-host")?.text()?.to_owned(),
        effect: Effect::read(&at.field("x-effect")?)?,
        key: at
            .nullable("x-key")?
            .map(|at| at.text().map(str::to_owned))
            .transpose()?,
        key_promise: at
            .nullable("x-key-promise")?
            .map(|at| KeyPromise::read(&at))
            .transpose()?,
        rates: at
            .field("x-rates")?
            .items()?
            .iter()
            .map(rate)
            .collect::<Result<_, _>>()?,
        refused: at.field("x-refused")?.statuses()?,
        not_ready: at.field("x-not-ready")?.statuses()?,
        success: success(&at.field("x-success")?)?,
        scopes: at.field("x-scopes")?.texts()?,
        lookup: at
            .nullable("x-lookup")?
            .map(|at| at.text().map(str::to_owned))
            .transpose()?,
        provenance: provenance(&at.field("x-provenance")?)?,
        source: source(&at.field("x-source")?)?,
        headers: at
            .field("x-headers")?
            .items()?
            .iter()
            .map(header)
            .collect::<Result<_, _>>()?,
        parameters: match at.optional("parameters") {
            Some(at) => at
                .items()?
                .iter()
                .map(parameter)
                .collect::<Result<_, _>>()?,
            None => Vec::new(),
        },
        request: at
            .optional("requestBody")
            .map(|at| request(&at))
            .transpose()?,
        answers: answers(&at.field("responses")?)?,
    };
    sound(&operation, provider, at)?;
    Ok(operation)
}

/// The rules between the members of an operation.
fn sound(operation: &Operation, provider: &str, at: &Cursor<'_>) -> Result<(), ContractError> {
    let names_match = operation.id.strip_prefix(provider).is_some_and(|rest| {
        rest.strip_prefix('.').is_some_and(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
    });
    if !names_match {
        return Err(at.wrong(format!("the id must be {provider}.name-in-kebab-case")));
    }
    if (operation.effect == Effect::Keyed) != operation.key.is_some()
        || operation.key.is_some() != operation.key_promise.is_some()
    {
        return Err(at.wrong("a keyed operation, and no other, has x-key and x-key-promise"));
    }
    if (operation.provenance.route == Grade::Unverified)
        != operation.route.starts_with("/unverified/")
    {
        return Err(at.wrong("an unverified route, and no other, stands under /unverified/"));
    }
    let in_route: Vec<&str> = operation
        .route
        .split('/')
        .filter_map(template_name)
        .collect();
    let mut in_path: Vec<&str> = operation
        .parameters
        .iter()
        .filter(|p| p.place == Place::Path)
        .map(|p| p.name.as_str())
        .collect();
    in_path.sort_by_key(|name| in_route.iter().position(|known| known == name));
    if in_route != in_path || operation.route.matches('{').count() != in_route.len() {
        return Err(at.wrong(
            "the {names} of the path and its parameters differ, or a name is not a whole segment",
        ));
    }
    if !operation
        .answers
        .iter()
        .any(|answer| operation.is_success(answer.status))
    {
        return Err(at.wrong("no answer is a success"));
    }
    Ok(())
}

fn rate(at: &Cursor<'_>) -> Result<Rate, ContractError> {
    at.only(&["class", "limit", "seconds", "key"])?;
    Ok(Rate {
        class: at.field("class")?.text()?.to_owned(),
        limit: at.field("limit")?.count()?,
        seconds: at.field("seconds")?.count()?,
        key: at
            .optional("key")
            .map(|at| at.text().map(str::to_owned))
            .transpose()?,
    })
}

fn success(at: &Cursor<'_>) -> Result<Success, ContractError> {
    match at.node.as_text() {
        Some("any-2xx") => Ok(Success::Any2xx),
        Some(_) => Err(at.wrong("must be any-2xx or a list of statuses")),
        None => at.statuses().map(Success::Only),
    }
}

fn provenance(at: &Cursor<'_>) -> Result<Provenance, ContractError> {
    at.only(&["route", "request", "answer"])?;
    Ok(Provenance {
        route: Grade::read(&at.field("route")?)?,
        request: Grade::read(&at.field("request")?)?,
        answer: Grade::read(&at.field("answer")?)?,
    })
}

fn source(at: &Cursor<'_>) -> Result<Source, ContractError> {
    at.only(&["title", "section", "operation"])?;
    Ok(Source {
        title: at.field("title")?.text()?.to_owned(),
        section: at.field("section")?.text()?.to_owned(),
        operation: at.field("operation")?.text()?.to_owned(),
    })
}

fn header(at: &Cursor<'_>) -> Result<Header, ContractError> {
    at.only(&["name", "required", "value", "form"])?;
    Ok(Header {
        name: at.field("name")?.text()?.to_owned(),
        required: at.field("required")?.boolean()?,
        value: at
            .optional("value")
            .map(|at| at.text().map(str::to_owned))
            .transpose()?,
        form: at.optional("form").map(|at| Form::read(&at)).transpose()?,
    })
}

fn parameter(at: &Cursor<'_>) -> Result<Parameter, ContractError> {
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

fn request(at: &Cursor<'_>) -> Result<Body, ContractError> {
    at.only(&["required", "description", "content"])?;
    body(&at.field("content")?)
}

fn answers(at: &Cursor<'_>) -> Result<Vec<Answer>, ContractError> {
    let mut answers = Vec::new();
    for (status, at) in at.members()? {
        at.only(&["description", "content"])?;
        answers.push(Answer {
            status: status
                .parse()
                .map_err(|_| at.wrong("must be a status, not a class of them"))?,
            body: at.optional("content").map(|at| body(&at)).transpose()?,
        });
    }
    answers.sort_by_key(|answer| answer.status);
    Ok(answers)
}

fn body(at: &Cursor<'_>) -> Result<Body, ContractError> {
    let [(media, at)] = at
        .members()?
        .try_into()
        .map_err(|_| at.wrong("must have one media type"))?;
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
