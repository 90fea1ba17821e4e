//! Where a contractor can be paid. Card numbers are shown whole, as the platform does.

use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::books::{Contractor, Requisite, Target};
use crate::payouts::gate::Call;
use crate::payouts::node::{Node, object};
use crate::payouts::page::{self, Paging};
use crate::payouts::read::moscow;
use crate::payouts::refusal::Refusal;

pub(in crate::payouts) fn requisites(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = call.id("contractor_id")?;
    let books = &state.books;
    let person = books.contractor(id)?;
    let default = books.default_requisite(id).map(|one| one.id);
    let own = books.requisites.iter().filter(|one| one.contractor == id);
    let rows: Vec<&Requisite> = own.collect();
    let path = format!("/contractors/{id}/requisites");
    page::answer(call, Paging::Linked, &path, &rows, |one| {
        show(one, person, default == Some(one.id))
    })
}

/// `{id, slug, title}`
pub(in crate::payouts) fn show_type(target: &Target) -> Node {
    match target {
        Target::Sbp { .. } => object! {
            "id": 10_u64,
            "slug": "bank_card_by_phone",
            "title": "Карта банка по номеру телефона",
        },
        Target::Card { .. } => object! {
            "id": 8_u64,
            "slug": "bank_card",
            "title": "Карта банка по номеру карты",
        },
    }
}

fn show(requisite: &Requisite, person: &Contractor, is_default: bool) -> Node {
    let (name, account, bank) = match &requisite.target {
        Target::Sbp { phone, bank } => ("СБП", phone.as_str(), Some(*bank)),
        Target::Card { number } => ("Карта", number.as_str(), None),
    };
    let hidden = account.chars().count().saturating_sub(4);
    let tail: String = account.chars().skip(hidden).collect();
    let names = &person.card.name;
    object! {
        "id": requisite.id,
        "display_name": name,
        "description": format!("{name} · {tail}"),
        "type": show_type(&requisite.target),
        "icon": object! { "overlay": true },
        "is_available": true,
        "is_default": is_default,
        "requisite": object! {
            "bank_name": Node::Null,
            "account_number": account,
            "payment_text": Node::Null,
            "bik": Node::Null,
            "sbp_bank_id": bank,
            "inn": Node::Null,
            "last_name": names.last.as_str(),
            "first_name": names.first.as_str(),
            "middle_name": names.middle.clone(),
        },
        "created_at": moscow(requisite.created),
    }
}
