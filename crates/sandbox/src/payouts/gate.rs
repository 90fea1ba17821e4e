//! What every call passes: key, headers, query keys, body or none.

use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use time::OffsetDateTime;

use super::State;
use super::books::Reading;
use super::node::{Node, object};
use super::refusal::Refusal;
use super::routes::{Operation, Sent};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::ledger::Book;
use crate::stage::World;
use crate::strict::{Complaint, Query, accepts_json, media_type, single};

const KEY: HeaderName = HeaderName::from_static("client-key");

/// A call that passed the gate.
pub(super) struct Call<'a> {
    pub(super) operation: &'static str,
    pub(super) asked: &'a Asked,
    pub(super) query: Query,
    /// The clock when it came.
    pub(super) now: Reading,
    pub(super) ledger: &'a Book,
}

impl Call<'_> {
    pub(super) fn elapsed(&self) -> Duration {
        self.now.elapsed
    }

    pub(super) fn at(&self) -> OffsetDateTime {
        self.now.at
    }

    /// A number of the path; what is no number is found nowhere.
    pub(super) fn id(&self, name: &str) -> Result<u64, Refusal> {
        let text = self.asked.path_value(name);
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = plain.then(|| text.parse().ok()).flatten();
        number.ok_or(Refusal::NotFound)
    }
}

/// The gate and the work behind it.
pub(super) fn perform(
    state: &mut State,
    world: &World,
    operation: &Operation,
    asked: &Asked,
) -> Answer {
    let done =
        admit(state, world, operation, asked).and_then(|call| (operation.work)(state, &call));
    done.unwrap_or_else(|refusal| refusal.answer())
}

/// `{"item": …}` with 200.
pub(super) fn item(node: Node) -> Answer {
    Answer::json(StatusCode::OK, &object! { "item": node })
}

fn admit<'a>(
    state: &State,
    world: &'a World,
    operation: &Operation,
    asked: &'a Asked,
) -> Result<Call<'a>, Refusal> {
    let key = single(&asked.headers, KEY).map_err(Refusal::Request)?;
    if key != Some(state.switches.key.as_str()) {
        return Err(Refusal::Unauthorised);
    }
    headers(operation, asked).map_err(Refusal::Request)?;
    let query = Query::read(asked.query.as_deref().unwrap_or_default());
    let query = query.map_err(Refusal::Request)?;
    if query.all("client_key").next().is_some() {
        let rule = "is taken in the header Client-Key alone: queries are written to logs";
        return Err(Refusal::Request(Complaint::new("client_key", rule)));
    }
    query.only(operation.query).map_err(Refusal::Request)?;
    if operation.sent == Sent::Nothing && !asked.body.is_empty() {
        return Err(Refusal::Request(Complaint::new("body", "must be empty")));
    }
    Ok(Call {
        operation: operation.spec.id,
        asked,
        query,
        now: Reading::of(&world.clock),
        ledger: &world.ledger,
    })
}

/// The vendor asks for both headers on each request; files and forms have types of their own.
fn headers(operation: &Operation, asked: &Asked) -> Result<(), Complaint> {
    if operation.is_file {
        return match single(&asked.headers, ACCEPT)? {
            Some(_) => Ok(()),
            None => Err(Complaint::new("accept", "header is not present")),
        };
    }
    accepts_json(&asked.headers)?;
    let wanted = if operation.sent == Sent::Form {
        "multipart/form-data"
    } else {
        "application/json"
    };
    match single(&asked.headers, CONTENT_TYPE)? {
        Some(value) if media_type(value) == wanted => Ok(()),
        Some(_) => Err(Complaint::new("content-type", format!("must be {wanted}"))),
        None => Err(Complaint::new("content-type", "header is not present")),
    }
}
