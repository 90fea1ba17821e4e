//! The three models of a certificate: after a write, in the list, alone.

use std::time::Duration;

use super::Certificate;
use super::order::Line;
use crate::payouts::State;
use crate::payouts::books::{Books, Name, Target};
use crate::payouts::gate::Call;
use crate::payouts::node::{Node, Roubles, decimal, object};
use crate::payouts::nomenclature;
use crate::payouts::payments::{Payment, status};
use crate::payouts::people::show_type;

/// The last payment that was neither rejected nor deleted.
pub(super) fn live_payment(books: &Books, id: u64, elapsed: Duration) -> Option<&Payment> {
    let mut newest_first = books.payments.iter().rev();
    newest_first.find(|one| one.certificate == Some(id) && one.counts(elapsed))
}

/// When a certificate is looked at, and how long a payment that was just made does not show in it.
#[derive(Clone, Copy)]
pub(super) struct View {
    elapsed: Duration,
    lag: Duration,
}

impl View {
    pub(super) fn of(state: &State, call: &Call<'_>) -> Self {
        Self {
            elapsed: call.elapsed(),
            lag: state.switches.lag,
        }
    }

    fn sees(self, payment: &Payment) -> bool {
        self.elapsed.saturating_sub(payment.created.elapsed) >= self.lag
    }
}

/// After a write.
pub(super) fn short(books: &Books, one: &Certificate, view: View) -> Node {
    let order = &one.order;
    let branch = order.branch.and_then(|id| books.branch(id));
    object! {
        "id": one.id,
        "number": order.number.as_str(),
        "amount": Roubles(order.amount),
        "agent": agent(books, one),
        "branch_office": branch.map(|one| object! { "id": one.id, "name": one.name.as_str() }),
        "bank_account": account(books, one),
        "payment": payment(books, one, view, false),
        "date": order.date.as_str(),
        "contractor": books.person(order.contractor).map(|person| {
            object! { "id": person.id, "name": person.card.name.full() }
        }),
        "certificate_items": lines(books, one),
        "contractor_requisite": requisite(books, one),
    }
}

/// In the list.
pub(super) fn listed(books: &Books, one: &Certificate, view: View) -> Node {
    object! {
        "id": one.id,
        "number": one.order.number.as_str(),
        "amount": Roubles(one.order.amount),
        "agent": agent(books, one),
        "branch_office": branch(books, one),
        "payment": payment(books, one, view, true),
        "date": one.order.date.as_str(),
        "contractor": contractor(books, one, true),
        "abilities": abilities(books, one, view),
        "certificate_items": lines(books, one),
        "status": "in_processing",
        "transport": transport(one),
        "scrap_metal_data": scrap(one),
    }
}

/// Alone.
pub(super) fn full(books: &Books, one: &Certificate, view: View) -> Node {
    object! {
        "id": one.id,
        "status": "in_processing",
        "agent": agent(books, one),
        "branch_office": branch(books, one),
        "bank_account": account(books, one),
        "payment": payment(books, one, view, true),
        "number": one.order.number.as_str(),
        "date": one.order.date.as_str(),
        "contractor": contractor(books, one, false),
        "author": object! { "id": 496_u64, "short_name": "API" },
        "transport": transport(one),
        "scrap_metal_data": scrap(one),
        "amount": Roubles(one.order.amount),
        "abilities": abilities(books, one, view),
        "certificate_items": lines(books, one),
        "contractor_requisite": requisite(books, one),
    }
}

fn agent(books: &Books, one: &Certificate) -> Node {
    object! { "id": one.order.agent, "name": books.agent_name(one.order.agent) }
}

fn account(books: &Books, one: &Certificate) -> Node {
    let account = one.order.account.and_then(|id| books.account(id));
    Node::from(account.map(|one| object! { "id": one.id, "name": one.name }))
}

/// A flag that is a truth value here, and 0 or 1 in the list of branches.
fn branch(books: &Books, one: &Certificate) -> Node {
    let branch = one.order.branch.and_then(|id| books.branch(id));
    Node::from(branch.map(|one| {
        object! {
            "id": one.id,
            "name": one.name.as_str(),
            "address": one.address.as_str(),
            "is_active": one.is_active,
        }
    }))
}

fn payment(books: &Books, one: &Certificate, view: View, with_amount: bool) -> Node {
    let mut newest_first = books.payments.iter().rev();
    let payment =
        newest_first.find(|payment| payment.certificate == Some(one.id) && view.sees(payment));
    Node::from(payment.map(|payment| {
        object! { "id": payment.id, "status": status(payment.status(view.elapsed)) }.with_if(
            with_amount,
            "amount",
            || Roubles(payment.sums.amount).into(),
        )
    }))
}

fn contractor(books: &Books, one: &Certificate, with_name: bool) -> Node {
    let Some(person) = books.person(one.order.contractor) else {
        return Node::Null;
    };
    let name = &person.card.name;
    object! { "id": person.id }
        .with_if(with_name, "name", || name.full().into())
        .with("short_name", name.short())
        .with("full_name", name.full())
        .with("inn", person.card.inn.clone())
        .with("phone", person.card.phone.as_str())
}

fn abilities(books: &Books, one: &Certificate, view: View) -> Node {
    let live = live_payment(books, one.id, view.elapsed);
    let free = live.is_none_or(|payment| !view.sees(payment));
    object! { "can_edit": free, "can_delete": free, "can_create_payment": free }
}

fn transport(one: &Certificate) -> Node {
    let transport = one.order.transport.clone();
    Node::from(transport.map(|one| object! { "mark": one.mark, "number": one.number }))
}

fn scrap(one: &Certificate) -> Node {
    let (basis, description) = &one.order.scrap;
    object! {
        "basis_of_ownership": basis.as_str(),
        "items_description": description.as_str(),
    }
}

fn requisite(books: &Books, one: &Certificate) -> Node {
    let Some((id, name)) = &one.requisite else {
        return Node::Null;
    };
    let requisite = books.requisite(*id).map(|found| {
        let (title, description) = match &found.target {
            Target::Sbp { phone, .. } => ("СБП", phone.clone()),
            Target::Card { number } => {
                let hidden = number.chars().count().saturating_sub(4);
                ("Карта", number.chars().skip(hidden).collect())
            }
        };
        object! {
            "id": found.id,
            "display_name": title,
            "description": description,
            "type": show_type(&found.target),
            "icon": object! { "overlay": true },
        }
    });
    object! { "sbp_info": name.as_ref().map(sbp_info), "requisite": requisite }
}

/// `sbp_validation_data` in a request.
fn sbp_info(name: &Name) -> Node {
    object! {
        "first_name": name.first.as_str(),
        "last_name": name.last.as_str(),
        "middle_name": name.middle.clone(),
    }
}

fn lines(books: &Books, one: &Certificate) -> Node {
    Node::List(
        one.order
            .lines
            .iter()
            .map(|line| show_line(books, line))
            .collect(),
    )
}

fn show_line(books: &Books, line: &Line) -> Node {
    let mut all = books.nomenclature.iter();
    let nomenclature = all.find(|one| one.id == line.nomenclature);
    let unit = if line.unit == 4 {
        ("тонна", "т")
    } else {
        ("единица", "ед.")
    };
    let weight = |value: u64| Node::Number(decimal(value, 3));
    object! {
        "name": line.name.as_str(),
        "type": line.kind.as_str(),
        "nomenclature": nomenclature.map(nomenclature::show),
        "measure_unit": object! { "id": line.unit, "name": unit.0, "short_name": unit.1 },
        "impurity_percent": weight(line.impurity),
        "value": weight(line.value),
        "tare_weight": weight(line.tare),
        "clear_value": weight(line.clear_value()),
        "price": Roubles(line.price),
        "amount": Roubles(line.amount),
    }
}
