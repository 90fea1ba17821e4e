//! The list of certificates.

use super::show::View;
use super::{Certificate, show};
use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::gate::Call;
use crate::payouts::page::{self, Paging};
use crate::payouts::read::{Period, ids, word};
use crate::payouts::refusal::Refusal;

pub(in crate::payouts) fn list(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let query = &call.query;
    let order = word(query, "order", &["name", "created_at", "id"])?.unwrap_or("id");
    let filters = [
        (
            ids(query, "ids")?,
            (|one| Some(one.id)) as fn(&Certificate) -> Option<u64>,
        ),
        (ids(query, "contractor_ids")?, |one| {
            Some(one.order.contractor)
        }),
        (ids(query, "agent_ids")?, |one| Some(one.order.agent)),
        (ids(query, "branch_office_ids")?, |one| one.order.branch),
    ];
    let created = Period::read(query, "created_at_from", "created_at_to")?;
    let updated = Period::read(query, "updated_at_from", "updated_at_to")?;
    let view = View::of(state, call);
    let books = &state.books;
    let wanted = |one: &&Certificate| {
        filters.iter().all(|(allowed, of)| {
            allowed.is_empty() || of(one).is_some_and(|id| allowed.contains(&id))
        }) && created.holds(one.created)
            && updated.holds(one.updated)
    };
    let mut rows: Vec<&Certificate> = books.certificates.iter().filter(wanted).collect();
    match order {
        "name" => rows.sort_by(|a, b| a.order.number.cmp(&b.order.number)),
        "created_at" => rows.sort_by_key(|one| one.created),
        _ => {}
    }
    page::answer(call, Paging::Free, "", &rows, |one| {
        show::listed(books, one, view)
    })
}
