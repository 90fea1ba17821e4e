//! Acceptance certificates of scrap metal: created, changed, paid, downloaded.

mod docx;
mod files;
mod list;
mod order;
mod pay;
mod show;

use time::OffsetDateTime;

use super::State;
use super::books::{Books, Name, next_id};
use super::gate::{Call, item};
use super::refusal::Refusal;
use crate::answer::Answer;

pub(super) use files::{docx, pdf};
pub(super) use list::list;
use order::{Line, Order};
pub(super) use pay::pay;
use show::View;

pub(super) struct Certificate {
    pub(super) id: u64,
    pub(super) order: Order,
    /// The requisite that was given with it, and the recipient's name.
    pub(super) requisite: Option<(u64, Option<Name>)>,
    pub(super) created: OffsetDateTime,
    pub(super) updated: OffsetDateTime,
}

impl Certificate {
    /// One line of 2.5 tonnes, not paid.
    pub(super) fn seeded(id: u64, at: OffsetDateTime) -> Self {
        let line = Line {
            name: "Лом стальной".to_owned(),
            kind: "3А".to_owned(),
            nomenclature: super::NOMENCLATURE.to_owned(),
            unit: 4,
            impurity: 5_000,
            value: 2_700,
            tare: 200,
            price: 2_000_000,
            amount: 4_750_000,
        };
        Self {
            id,
            order: Order {
                agent: super::AGENT,
                branch: Some(super::BRANCH),
                account: None,
                number: format!("ПСА-{id:03}"),
                date: "2026-01-14".to_owned(),
                contractor: super::CONTRACTOR,
                transport: None,
                scrap: ("Собственность".to_owned(), "Лом стальной".to_owned()),
                amount: line.amount,
                lines: vec![line],
                requisite: None,
            },
            requisite: None,
            created: at,
            updated: at,
        }
    }
}

/// Creates one. Equal numbers are not refused: the page promises nothing of the kind.
pub(super) fn create(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let order = Order::read(&call.asked.body)?;
    let view = View::of(state, call);
    let books = &mut state.books;
    let requisite = check(books, &order, call)?;
    let id = next_id(books.certificates.last().map(|one| one.id));
    let fresh = Certificate {
        id,
        order,
        requisite,
        created: call.at(),
        updated: call.at(),
    };
    books.certificates.push(fresh);
    Ok(item(show::short(books, known(books, id)?, view)))
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let found = known(&state.books, call.id("cert_id")?)?;
    let view = View::of(state, call);
    Ok(item(show::full(&state.books, found, view)))
}

/// Replaces all of it, unless it is paid or being paid.
pub(super) fn update(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.id("cert_id")?;
    known(&state.books, id)?;
    let order = Order::read(&call.asked.body)?;
    let view = View::of(state, call);
    let books = &mut state.books;
    if show::live_payment(books, id, call.elapsed()).is_some() {
        return Err(Refusal::field(
            "cert_id",
            "has a payment and cannot be changed",
        ));
    }
    let requisite = check(books, &order, call)?;
    let mut all = books.certificates.iter_mut();
    let found = all.find(|one| one.id == id).ok_or(Refusal::NotFound)?;
    found.order = order;
    found.requisite = requisite;
    found.updated = call.at();
    Ok(item(show::short(books, known(books, id)?, view)))
}

/// # Errors
/// A 404.
fn known(books: &Books, id: u64) -> Result<&Certificate, Refusal> {
    let mut all = books.certificates.iter();
    all.find(|one| one.id == id).ok_or(Refusal::NotFound)
}

/// Whether everything is there that the certificate names; its requisite is made if it is new.
fn check(
    books: &mut Books,
    order: &Order,
    call: &Call<'_>,
) -> Result<Option<(u64, Option<Name>)>, Refusal> {
    use super::payments::Destination;

    books.known_agent("agent_id", order.agent)?;
    books.known_contractor(order.contractor)?;
    books.known_branch(order.branch)?;
    books.known_account(order.account)?;
    for line in &order.lines {
        let mut all = books.nomenclature.iter();
        if !all.any(|one| one.id == line.nomenclature && one.deleted.is_none()) {
            return Err(Refusal::field(
                "certificate_items",
                "name an unknown nomenclature",
            ));
        }
    }
    let Some((destination, name)) = &order.requisite else {
        return Ok(None);
    };
    let id = match destination {
        Destination::New(target) => books.requisite_for(order.contractor, target, call.at()),
        Destination::Known(id) => {
            let own = books
                .requisite(*id)
                .filter(|one| one.contractor == order.contractor);
            let own = own.ok_or_else(|| {
                let key = "contractor_requisite.requisite_id";
                Refusal::field(key, "is not a requisite of the contractor")
            })?;
            own.id
        }
        Destination::Default => return Ok(None),
    };
    Ok(Some((id, name.clone())))
}
