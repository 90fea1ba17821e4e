//! Balances of contractors, one with each legal entity.

use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::books::{Balance, Books};
use crate::payouts::gate::{Call, item};
use crate::payouts::node::{Node, Roubles, object};
use crate::payouts::page::{self, Paging};
use crate::payouts::read::{includes, moscow};
use crate::payouts::refusal::Refusal;

pub(in crate::payouts) fn balances(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.id("contractor_id")?;
    let with_agent = !includes(&call.query, &["agent"])?.is_empty();
    let books = &state.books;
    books.contractor(id)?;
    let rows: Vec<&Balance> = books
        .balances
        .iter()
        .filter(|one| one.contractor == id)
        .collect();
    let path = format!("/contractors/{id}/balances");
    page::answer(call, Paging::Linked, &path, &rows, |one| {
        show(books, one, with_agent, call)
    })
}

pub(in crate::payouts) fn balance(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let person = call.id("contractor_id")?;
    let id = call.id("balance_id")?;
    let with_agent = !includes(&call.query, &["agent"])?.is_empty();
    let books = &state.books;
    books.contractor(person)?;
    let mut own = books.balances.iter().filter(|one| one.contractor == person);
    let balance = own.find(|one| one.id == id).ok_or(Refusal::NotFound)?;
    Ok(item(show(books, balance, with_agent, call)))
}

fn show(books: &Books, balance: &Balance, with_agent: bool, call: &Call<'_>) -> Node {
    let (held, frozen) = books.balance_now(balance, call.elapsed());
    object! {
        "id": balance.id,
        "balance": Roubles(held),
        "frozen_balance": Roubles(frozen),
        "type": object! { "id": 6_u64, "name": "Яндекс.Про" },
        "integration": object! { "id": 1_u64, "name": "Песочница" },
        "customer_balance": Node::Null,
    }
    .with_if(with_agent, "agent", || {
        object! { "id": balance.agent, "name": books.agent_name(balance.agent) }
    })
    .with("created_at", moscow(balance.created))
}
