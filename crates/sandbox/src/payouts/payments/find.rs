//! Payments that are looked for: by number, by the client's own id, in lists.

use std::time::Duration;

use super::{Payment, new_model, old_model};
use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::gate::{Call, item};
use crate::payouts::node::Node;
use crate::payouts::page::{self, Paging};
use crate::payouts::read::{Period, ids, includes, word};
use crate::payouts::refusal::Refusal;

/// Until it is final, a payment is told once a minute, whichever of the three operations is asked: the page limits how
/// often the state of a payment is worth asking for, in the same words at each of them.
const MINUTE: Duration = Duration::from_secs(60);
const STATE: &str = "the state of a payment";

pub(in crate::payouts) fn get(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.id("payment_id")?;
    old(state, call, |one| one.id == id)
}

/// By the string that the client chose, whatever characters it has.
pub(in crate::payouts) fn get_by_customer_id(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = call.asked.path_value("customer_payment_id");
    old(state, call, |one| one.customer_id.as_deref() == Some(id))
}

pub(in crate::payouts) fn get_v2(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let include = includes(&call.query, new_model::INCLUDES)?;
    let id = call.id("payment_id")?;
    let id = told(state, call, |one| one.id == id)?;
    let payment = state.books.payment(id)?;
    Ok(item(new_model::show(
        state,
        payment,
        &include,
        call.elapsed(),
    )))
}

pub(in crate::payouts) fn list(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let include = includes(&call.query, old_model::INCLUDES)?;
    let status = word(&call.query, "status", &["1", "2", "3", "4", "5", "6", "8"])?;
    let show = |one: &Payment| old_model::show(state, one, &include, call.now);
    pages(state, call, "/payments", status, show)
}

pub(in crate::payouts) fn list_v2(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let include = includes(&call.query, new_model::INCLUDES)?;
    let statuses = ["1", "2", "3", "4", "5", "6", "7", "8"];
    let status = word(&call.query, "status_id", &statuses)?;
    let show = |one: &Payment| new_model::show(state, one, &include, call.elapsed());
    pages(state, call, "/v2/payments", status, show)
}

fn old(
    state: &mut State,
    call: &Call<'_>,
    wanted: impl Fn(&Payment) -> bool,
) -> Result<Answer, Refusal> {
    let include = includes(&call.query, old_model::INCLUDES)?;
    let id = told(state, call, wanted)?;
    let payment = state.books.payment(id)?;
    Ok(item(old_model::show(state, payment, &include, call.now)))
}

/// Finds the number of a payment and sees to its pace.
fn told(
    state: &mut State,
    call: &Call<'_>,
    wanted: impl Fn(&Payment) -> bool,
) -> Result<u64, Refusal> {
    let mut all = state.books.payments.iter();
    let payment = all.find(|one| wanted(one) && is_seen(state, call, one));
    let payment = payment.ok_or(Refusal::NotFound)?;
    let is_final = payment.is_final(call.elapsed(), state.switches.errors_are_final);
    let id = payment.id;
    let paced = state.switches.paced && !is_final;
    if paced
        && !state
            .pace
            .admits(STATE, &id.to_string(), MINUTE, call.elapsed())
    {
        return Err(Refusal::TooMany);
    }
    Ok(id)
}

/// Whether questions find a payment already.
fn is_seen(state: &State, call: &Call<'_>, payment: &Payment) -> bool {
    let age = call.elapsed().saturating_sub(payment.created.elapsed);
    age >= state.switches.lag
}

/// The newest first.
fn pages(
    state: &State,
    call: &Call<'_>,
    path: &str,
    status: Option<&str>,
    show: impl Fn(&Payment) -> Node,
) -> Result<Answer, Refusal> {
    let query = &call.query;
    let filters = [
        (
            ids(query, "ids")?,
            (|one| Some(one.id)) as fn(&Payment) -> Option<u64>,
        ),
        (ids(query, "contractor_ids")?, |one| Some(one.contractor)),
        (ids(query, "agent_ids")?, |one| Some(one.agent)),
        (ids(query, "branch_office_ids")?, |one| one.branch),
    ];
    let certificate = word(query, "has_acceptance_certificate", &["true", "false"])?;
    let period = Period::read(query, "created_at_from", "created_at_to")?;
    let wanted = |one: &&Payment| {
        let shown = one.status(call.elapsed()).to_string();
        filters.iter().all(|(allowed, of)| {
            allowed.is_empty() || of(one).is_some_and(|id| allowed.contains(&id))
        }) && status.is_none_or(|status| status == shown)
            && certificate.is_none_or(|wanted| (wanted == "true") == one.certificate.is_some())
            && period.holds(one.created.at)
            && is_seen(state, call, one)
    };
    let rows: Vec<&Payment> = state.books.payments.iter().rev().filter(wanted).collect();
    page::answer(call, Paging::Linked, path, &rows, |one| show(one))
}
