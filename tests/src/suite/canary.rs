//! Silence: secrets and personal data are planted everywhere, and looked for where people read.

use rubank_core::http::Reply;
use rubank_core::operation::Provider;

use super::{Bank, CANARY_TOKEN, answer};
use crate::contract::{Operation, Schema};
use crate::fixtures::{Content, Fixture};
use crate::json::{self, Node};
use crate::listen::Listening;

/// What is planted into every personal or secret field, and into every text of an error.
const CANARY: &str = "canary-person-51c9";

pub(super) async fn check<P: Provider>(bank: &Bank<P>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in &bank.entries {
        let Some(operation) = bank.contract.operation(entry.meta().id) else {
            continue;
        };
        for (field, value) in personal_values(operation, bank) {
            if entry.debug().contains(&value) {
                found.push(format!(
                    "{}: `Debug` of the request shows {field}",
                    operation.id
                ));
            }
        }
        for fixture in bank
            .fixtures
            .iter()
            .filter(|fixture| fixture.operation == operation.id)
        {
            let Some(status) = fixture.status() else {
                continue;
            };
            let planted = planted(operation, fixture, status);
            let seen = observe(bank, entry, &planted, status).await;
            let place = format!("{} {}", operation.id, fixture.case);
            found.extend(seen.into_iter().map(|why| format!("{place}: {why}")));
        }
    }
    found
}

/// Sends the sample, answers with the planted fixture, and collects everything that a person could read.
async fn observe<P: Provider>(
    bank: &Bank<P>,
    entry: &rubank_core::catalogue::Entry<P>,
    planted: &Fixture,
    status: u16,
) -> Vec<String> {
    let script = [Reply::json(status, planted.text().to_owned())];
    let (client, _) = match bank.scripted(script) {
        Ok(made) => made,
        Err(why) => return vec![why],
    };
    let listening = Listening::start();
    let result = listening.hear(entry.send(&client)).await;
    let mut readable = vec![("a span or an event", listening.heard())];
    match &result {
        Ok(answered) => readable.push(("`Debug` of the answer", answered.debug.clone())),
        Err(error) => {
            readable.push(("`Display` of the error", format!("{error}\n{error:#}")));
            readable.push((
                "`Debug` of the error",
                format!("{error:?}\n{:?}", error.bank_error()),
            ));
            let typed = (bank.error_body)(error);
            // Reading the provider's error type must not panic, whatever stands there.
            drop(typed);
        }
    }
    if let Ok(answer) = answer(planted)
        && let Err(error) = entry.read(&answer)
    {
        readable.push(("the reading error", format!("{error}\n{error:?}")));
    }
    let shows = |(place, text): &(&str, String)| {
        (text.contains(CANARY) || text.contains(CANARY_TOKEN))
            .then(|| format!("{place} shows a canary"))
    };
    readable.iter().filter_map(shows).collect()
}

/// The fixture with a canary in every personal and secret text; of an error, in every text that is no code.
fn planted(operation: &Operation, fixture: &Fixture, status: u16) -> Fixture {
    let Content::Json(text) = &fixture.body else {
        return fixture.clone();
    };
    let Ok(node) = json::read(text) else {
        return fixture.clone();
    };
    let known = operation
        .answers
        .iter()
        .find(|answer| answer.status == status);
    let schema = known
        .and_then(|answer| answer.body.as_ref())
        .map(|body| &body.schema);
    let empty = Schema::default();
    let node = plant(&node, schema.unwrap_or(&empty));
    Fixture {
        body: Content::Json(json::compact(&node)),
        ..fixture.clone()
    }
}

fn plant(node: &Node, schema: &Schema) -> Node {
    match node {
        Node::Text(_) if schema.personal || schema.secret => Node::text(CANARY),
        Node::List(items) => {
            let empty = Schema::default();
            let of = schema.items.as_deref().unwrap_or(&empty);
            Node::List(items.iter().map(|item| plant(item, of)).collect())
        }
        Node::Map(members) => {
            let empty = Schema::default();
            let planted = members.iter().map(|(name, value)| {
                let of = schema.property(name).unwrap_or(&empty);
                (name.clone(), plant(value, of))
            });
            // A member that nobody knows may be personal, too.
            Node::map(planted.chain([("canaryMember".to_owned(), Node::text(CANARY))]))
        }
        other => other.clone(),
    }
}

/// The personal values of the documented request, by place.
fn personal_values<P: Provider>(operation: &Operation, bank: &Bank<P>) -> Vec<(String, String)> {
    let mut values = Vec::new();
    let requests = bank
        .fixtures
        .iter()
        .filter(|f| f.operation == operation.id && f.status().is_none());
    for fixture in requests {
        if let (Content::Json(text), Some(body)) = (&fixture.body, &operation.request)
            && let Ok(node) = json::read(text)
        {
            collect(&node, &body.schema, "body", &mut values);
        }
    }
    values
}

fn collect(node: &Node, schema: &Schema, place: &str, values: &mut Vec<(String, String)>) {
    match node {
        Node::Text(text) if schema.personal || schema.secret => {
            values.push((place.to_owned(), text.clone()));
        }
        Node::List(items) => {
            if let Some(of) = schema.items.as_deref() {
                items
                    .iter()
                    .for_each(|item| collect(item, of, place, values));
            }
        }
        Node::Map(members) => {
            for (name, value) in members {
                if let Some(of) = schema.property(name) {
                    collect(value, of, &format!("{place}.{name}"), values);
                }
            }
        }
        _ => {}
    }
}
