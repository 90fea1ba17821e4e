//! A contractor's cooperations with several legal entities.

use http::StatusCode;

use super::SELF_EMPLOYED_FORM;
use super::cards::form_title;
use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::books::{Books, next_id};
use crate::payouts::gate::{Call, item};
use crate::payouts::node::{Node, object};
use crate::payouts::page::{self, Paging};
use crate::payouts::refusal::Refusal;
use crate::strict::{Complaint, Fields};

pub(in crate::payouts) struct Cooperation {
    pub(in crate::payouts) id: u64,
    pub(in crate::payouts) contractor: u64,
    pub(in crate::payouts) agent: u64,
    pub(in crate::payouts) legal_form: u64,
}

pub(in crate::payouts) fn cooperations(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = call.id("contractor_id")?;
    let books = &state.books;
    books.contractor(id)?;
    let own = books.cooperations.iter().filter(|one| one.contractor == id);
    let rows: Vec<&Cooperation> = own.collect();
    let path = format!("/contractors/{id}/cooperations");
    page::answer(call, Paging::Linked, &path, &rows, |one| show(books, one))
}

/// Creates one. Two with the same legal entity are refused.
pub(in crate::payouts) fn cooperate(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let contractor = call.id("contractor_id")?;
    let (agent, legal_form) = read(&call.asked.body)?;
    let books = &mut state.books;
    books.contractor(contractor)?;
    books.known_agent("agent_id", agent)?;
    let mut own = books
        .cooperations
        .iter()
        .filter(|one| one.contractor == contractor);
    if own.any(|one| one.agent == agent) {
        return Err(Refusal::field(
            "agent_id",
            "cooperates with the contractor already",
        ));
    }
    let fresh = Cooperation {
        id: next_id(books.cooperations.last().map(|one| one.id)),
        contractor,
        agent,
        legal_form,
    };
    let shown = show(books, &fresh);
    books.cooperations.push(fresh);
    Ok(item(shown))
}

pub(in crate::payouts) fn cooperation(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let found = find(&mut state.books, call)?.id;
    told(&state.books, found)
}

pub(in crate::payouts) fn change_cooperation(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let books = &mut state.books;
    let found = find(books, call)?;
    let (id, contractor) = (found.id, found.contractor);
    let (agent, legal_form) = read(&call.asked.body)?;
    books.known_agent("agent_id", agent)?;
    let mut others = books.cooperations.iter().filter(|one| one.id != id);
    if others.any(|one| one.contractor == contractor && one.agent == agent) {
        let rule = "cooperates with the contractor already";
        return Err(Refusal::field("agent_id", rule));
    }
    let found = find(books, call)?;
    found.agent = agent;
    found.legal_form = legal_form;
    told(books, id)
}

/// Ends one.
pub(in crate::payouts) fn part(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = find(&mut state.books, call)?.id;
    state.books.cooperations.retain(|one| one.id != id);
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn told(books: &Books, id: u64) -> Result<Answer, Refusal> {
    let mut all = books.cooperations.iter();
    let found = all.find(|one| one.id == id).ok_or(Refusal::NotFound)?;
    Ok(item(show(books, found)))
}

fn find<'b>(books: &'b mut Books, call: &Call<'_>) -> Result<&'b mut Cooperation, Refusal> {
    let contractor = call.id("contractor_id")?;
    let id = call.id("cooperation_id")?;
    books.contractor(contractor)?;
    let mut all = books.cooperations.iter_mut();
    all.find(|one| one.id == id && one.contractor == contractor)
        .ok_or(Refusal::NotFound)
}

/// Legal entity and legal form. For the self-employed it must be said who pays the tax.
fn read(body: &[u8]) -> Result<(u64, u64), Complaint> {
    let fields = Fields::read(body)?;
    fields.only(&["agent_id", "legal_form_id", "is_agree_pay_taxes"])?;
    let agent = fields.integer("agent_id", 1)?;
    let legal_form = fields.integer_within("legal_form_id", 1, 3)?;
    if legal_form == SELF_EMPLOYED_FORM || fields.has("is_agree_pay_taxes") {
        fields.boolean("is_agree_pay_taxes")?;
    }
    Ok((agent, legal_form))
}

fn show(books: &Books, one: &Cooperation) -> Node {
    object! {
        "id": one.id,
        "agent": object! { "id": one.agent, "name": books.agent_name(one.agent) },
        "legal_form": object! { "id": one.legal_form, "name": form_title(one.legal_form) },
    }
}
