//! A payment as the first model shows it: operations 1 to 5 and 16 of the page.

use super::{Payment, parts};
use crate::payouts::State;
use crate::payouts::books::Reading;
use crate::payouts::branches;
use crate::payouts::node::{Node, Roubles, object};
use crate::payouts::read::moscow;

pub(super) const INCLUDES: &[&str] = &[
    "abilities",
    "requisite",
    "creator",
    "agent",
    "branch_office",
    "history",
    "payload",
];
/// What the page shows in the answers of writes, which have no `include`.
const WHOLE: &[&str] = &["requisite", "creator", "agent", "history"];

/// As the answer of a write.
pub(super) fn whole(state: &State, payment: &Payment, now: Reading) -> Node {
    show(state, payment, WHOLE, now)
}

pub(super) fn show(state: &State, payment: &Payment, include: &[&str], now: Reading) -> Node {
    let elapsed = now.elapsed;
    let wants = |word: &str| include.contains(&word);
    let status = payment.status(elapsed);
    let sums = payment.sums;
    let errors_are_final = state.switches.errors_are_final;
    object! {
        "id": payment.id,
        "amount": Roubles(sums.amount),
        "amount_paid": Roubles(sums.paid),
        "commission": Roubles(sums.commission),
        "commission_bank": Roubles(sums.bank),
        "tax_amount": Roubles(sums.tax),
        "is_final": payment.is_final(elapsed, errors_are_final),
        "branch_office_id": payment.branch,
        "receipt": parts::receipt(payment, elapsed),
        "status": parts::status(status),
        "error": parts::error_text(status),
        "payment_purpose": payment.purpose.clone(),
        "customer_payment_id": payment.customer_id.clone(),
        "contractor": contractor(state, payment),
    }
    .with_if(wants("requisite"), "requisite", || {
        requisite(state, payment)
    })
    .with_if(wants("creator"), "creator", parts::creator)
    .with_if(wants("agent"), "agent", || parts::agent(state, payment))
    .with_if(wants("history"), "history", || {
        parts::history(payment, elapsed)
    })
    .with("act", act(payment))
    .with("nominal_info", object! { "is_holded": false })
    .with("created_at", moscow(payment.created.at))
    // with a hyphen here, with an underscore in the second model
    .with_if(wants("branch_office"), "branch-office", || {
        let branch = payment.branch.and_then(|id| state.books.branch(id));
        branch.map_or(Node::Null, |branch| {
            branches::show(&state.books, branch, true, now)
        })
    })
    .with_if(wants("abilities"), "abilities", || {
        let abilities = parts::abilities(status).into_iter();
        Node::Object(abilities.map(|(key, can)| (key, Node::Bool(can))).collect())
    })
    .with_if(wants("payload"), "payload", || object! {})
}

fn contractor(state: &State, payment: &Payment) -> Node {
    let Some(person) = state.books.person(payment.contractor) else {
        return Node::Null;
    };
    object! {
        "id": person.id,
        "phone": person.card.phone.as_str(),
        "full_name": person.card.name.full(),
        "short_name": person.card.name.short(),
    }
}

fn requisite(state: &State, payment: &Payment) -> Node {
    let Some(requisite) = state.books.requisite(payment.requisite) else {
        return Node::Null;
    };
    let (title, description) = parts::requisite_words(requisite);
    object! {
        "id": requisite.id,
        "icon": object! { "overlay": true },
        "title": title,
        "description": description,
    }
}

/// The state of an act is a word here and a number in the second model.
fn act(payment: &Payment) -> Node {
    if !payment.has_act {
        return Node::Null;
    }
    let (id, title) = if parts::act_is_signed(payment) {
        ("signed", "Подписан")
    } else {
        ("unsigned", "Не подписан")
    };
    object! { "id": payment.id, "status": object! { "id": id, "title": title } }
}
