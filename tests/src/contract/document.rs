//! From the document to the types, and the rules between their members.

use super::ContractError;
use super::cursor::Cursor;
use super::message::{answers, parameter, request};
use super::types::{
    Contract, Effect, Form, Grade, Header, KeyPromise, Operation, Place, Provenance, QueryForm,
    Rate, Server, Source, Success, Webhook, template_name,
};
use crate::json::Node;

/// Reads a document whose references are replaced.
pub(super) fn contract(document: &Node) -> Result<Contract, ContractError> {
    let top = Cursor::top(document);
    top.only(&[
        "openapi",
        "info",
        "x-provider",
        "servers",
        "security",
        "tags",
        "paths",
        "webhooks",
        "components",
    ])?;
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
    let webhooks = match top.optional("webhooks") {
        Some(at) => at
            .members()?
            .iter()
            .map(|(name, at)| webhook(&provider, name, at))
            .collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    let contract = Contract {
        provider,
        servers,
        operations,
        webhooks,
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
    for (index, webhook) in contract.webhooks.iter().enumerate() {
        if contract.operation(&webhook.id).is_some()
            || contract.webhooks[..index]
                .iter()
                .any(|other| other.id == webhook.id)
        {
            return Err(top.wrong(format!("{}: the id stands twice", webhook.id)));
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
        "x-query-forms",
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
        query_forms: match at.optional("x-query-forms") {
            Some(at) => at
                .members()?
                .iter()
                .map(|(name, at)| query_form(name, at))
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
    named(provider, &operation.id, at)?;
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
    let is_optional = |name: &String| {
        let known = operation.parameters.iter().find(|p| p.name == *name);
        known.is_some_and(|p| p.place == Place::Query && !p.required)
    };
    let mut governed = operation
        .query_forms
        .iter()
        .flat_map(|form| &form.parameters);
    if let Some(name) = governed.find(|name| !is_optional(name)) {
        return Err(at.wrong(format!(
            "{name} of x-query-forms is no optional name of the query"
        )));
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

fn named(provider: &str, id: &str, at: &Cursor<'_>) -> Result<(), ContractError> {
    let name = id
        .strip_prefix(provider)
        .and_then(|rest| rest.strip_prefix('.'));
    let is_kebab = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    match name.is_some_and(is_kebab) {
        true => Ok(()),
        false => Err(at.wrong(format!("the id must be {provider}.name-in-kebab-case"))),
    }
}

/// A webhook is one POST, and its answer is all the same.
fn webhook(provider: &str, name: &str, at: &Cursor<'_>) -> Result<Webhook, ContractError> {
    at.only(&["post"])?;
    let at = at.field("post")?;
    at.only(&[
        "operationId",
        "summary",
        "description",
        "security",
        "requestBody",
        "responses",
        "x-provenance",
        "x-source",
    ])?;
    let webhook = Webhook {
        id: at.field("operationId")?.text()?.to_owned(),
        name: name.to_owned(),
        provenance: Grade::read(&at.field("x-provenance")?)?,
        source: source(&at.field("x-source")?)?,
        body: request(&at.field("requestBody")?)?,
    };
    named(provider, &webhook.id, &at)?;
    Ok(webhook)
}

fn query_form(name: &str, at: &Cursor<'_>) -> Result<QueryForm, ContractError> {
    Ok(QueryForm {
        name: name.to_owned(),
        parameters: at.texts()?,
    })
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
