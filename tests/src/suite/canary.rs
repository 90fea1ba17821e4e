//! Silence: secrets and personal data are planted everywhere, and looked for where people read.

mod filled;
mod sent;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use rubank_core::catalogue::watching;
use rubank_core::http::Reply;
use rubank_core::operation::Provider;

use super::{Bank, CANARY_TOKEN, answer};
use crate::contract::{Operation, Schema};
use crate::fixtures::{Content, Fixture};
use crate::json::{self, Node};
use crate::listen::Listening;

/// What is planted into every personal or secret field, and into every text of an error.
const CANARY: &str = "canary-person-51c9";
/// The same for a number: as long as an INN or a phone, and no other number of any sample.
const CANARY_NUMBER: &str = "730194628517";

pub(super) async fn check<P: Provider>(bank: &Bank<P>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in &bank.entries {
        let Some(operation) = bank.contract.operation(entry.meta().id) else {
            continue;
        };
        let (hidden, left_out) = sent::hidden(operation, entry);
        let told = |why: String| format!("{}: {why}", operation.id);
        found.extend(left_out.into_iter().map(told));
        match caught(async { entry.debug() }).await {
            Ok(debug) => found.extend(
                hidden
                    .iter()
                    .filter(|hidden| debug.contains(&hidden.value))
                    .map(|hidden| told(format!("`Debug` of the request shows {}", hidden.place))),
            ),
            Err(why) => found.push(told(why)),
        }
        found.extend(everywhere(bank, entry, operation));
        for fixture in bank
            .fixtures
            .iter()
            .filter(|fixture| fixture.operation == operation.id)
        {
            let Some(status) = fixture.status() else {
                continue;
            };
            let planted = planted(operation, fixture, status);
            let seen = caught(observe(bank, entry, &hidden, &planted, status)).await;
            let seen = seen.unwrap_or_else(|panic| vec![panic]);
            let place = format!("{} {}", operation.id, fixture.case);
            found.extend(seen.into_iter().map(|why| format!("{place}: {why}")));
        }
    }
    found
}

/// Reads the sample of each answer with a canary in one personal place after the other, those included that no fixture
/// fills, and looks at every model in it.
fn everywhere<P: Provider>(
    bank: &Bank<P>,
    entry: &rubank_core::catalogue::Entry<P>,
    operation: &Operation,
) -> Vec<String> {
    let mut found = Vec::new();
    for known in &operation.answers {
        let Some(schema) = known.body.as_ref().map(|body| &body.schema) else {
            continue;
        };
        let mut fixtures = bank.fixtures.iter();
        let sample = fixtures.find(|fixture| {
            fixture.operation == operation.id
                && fixture.status() == Some(known.status)
                && matches!(fixture.body, Content::Json(_))
        });
        let (true, Some(sample)) = (entry.meta().is_success(known.status), sample) else {
            continue;
        };
        let Ok(mut node) = json::read(sample.text()) else {
            continue;
        };
        for place in filled::places(schema) {
            let filled = filled::canaries().into_iter().find_map(|value| {
                let node = place.put(&node, schema, &value);
                let body = Content::Json(json::compact(&node));
                let planted = Fixture {
                    body,
                    ..sample.clone()
                };
                let answered = entry.read(&answer(&planted).ok()?).ok()?;
                Some((node, answered))
            });
            let told = |why: &str| format!("{} {}: {why}", operation.id, place.name);
            let Some((with_canary, answered)) = filled else {
                found.push(told("no canary can be read there"));
                continue;
            };
            node = with_canary;
            let printed = [&[answered.debug][..], &answered.inner].concat();
            if printed.iter().any(|text| shows(text)) {
                found.push(told("`Debug` shows it"));
            }
        }
    }
    found
}

fn shows(text: &str) -> bool {
    let canaries = [
        CANARY,
        CANARY_NUMBER,
        CANARY_TOKEN,
        filled::CANARY_DAY,
        "29.11.1907",
    ];
    canaries.iter().any(|canary| text.contains(canary))
}

/// Sends the sample, answers with the planted fixture, and collects everything that a person could read.
async fn observe<P: Provider>(
    bank: &Bank<P>,
    entry: &rubank_core::catalogue::Entry<P>,
    hidden: &[sent::Hidden],
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
            // Reading the provider's error type must not panic, whatever stands there; a panic is caught and told.
            let (_, inner) = watching(|| (bank.error_body)(error));
            readable.push(("`Debug` of the error's body", inner.join("\n")));
        }
    }
    if let Ok(answer) = answer(planted) {
        match entry.read(&answer) {
            Ok(answered) => {
                readable.push(("`Debug` of a model inside", answered.inner.join("\n")));
            }
            Err(error) => readable.push(("the reading error", format!("{error}\n{error:?}"))),
        }
    }
    let mut found = Vec::new();
    for (place, text) in readable {
        if shows(&text) {
            found.push(format!("{place} shows a canary"));
        }
        let shown = hidden.iter().filter(|hidden| text.contains(&hidden.value));
        found.extend(shown.map(|hidden| format!("{place} shows the request's {}", hidden.place)));
    }
    found
}

/// The value, or what the code said as it panicked.
async fn caught<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    let ended = std::future::poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        }
    });
    ended.await.map_err(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        format!("panics: {}", text.unwrap_or("without a text"))
    })
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
        Node::Number(_) if schema.personal || schema.secret => {
            Node::Number(CANARY_NUMBER.to_owned())
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_complaint_and_not_the_end() {
        assert_eq!(caught(async { 7 }).await, Ok(7));
        let broken = caught(async {
            if CANARY.len() > 1 {
                panic!("said {CANARY}");
            }
        });
        assert_eq!(broken.await, Err(format!("panics: said {CANARY}")));
    }
}
