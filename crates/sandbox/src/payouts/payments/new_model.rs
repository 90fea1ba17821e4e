//! A payment as the second model shows it: operations 6 and 7 of the page.

use std::time::Duration;

use super::{Payment, parts};
use crate::payouts::State;
use crate::payouts::books::{Branch, Target};
use crate::payouts::node::{Node, Roubles, object};
use crate::payouts::read::moscow;
use crate::payouts::switches::PaymentEnd;

pub(super) const INCLUDES: &[&str] = &[
    "abilities",
    "requisite",
    "creator",
    "agent",
    "branch_office",
    "history",
    "payload",
    "act",
    "nominal_info",
    "bank_account",
    "approver",
    "files",
    "vehicle",
    "vehicle_pledges_report",
    "comment",
    "pledge_redemption",
];

pub(super) fn show(state: &State, payment: &Payment, include: &[&str], elapsed: Duration) -> Node {
    let status = payment.status(elapsed);
    let sums = payment.sums;
    let node = object! {
        "id": payment.id,
        "status": parts::status(status),
        "is_final": payment.is_final(elapsed, state.switches.errors_are_final),
        "error": error(status),
        "customer_payment_id": payment.customer_id.clone(),
        "external_id": Node::Null,
        "amount": Roubles(sums.amount),
        "amount_paid": Roubles(sums.paid),
        "commission": Roubles(sums.commission),
        "commission_bank": Roubles(sums.bank),
        "tax_amount": Roubles(sums.tax),
        "receipt": parts::receipt(payment, elapsed),
        "fiscal_receipt": object! {},
        "payment_purpose": payment.purpose.clone(),
        "payment_from": "api",
        "sbp_info": sbp_info(payment),
        "driver": Node::Null,
        "contractor": contractor(state, payment),
    };
    let node = included(state, payment, include, elapsed, node);
    let paid = payment.paid_at(elapsed).map(moscow);
    let closed = |refunded: bool| {
        let closed = payment.closed.filter(|closed| closed.refunded == refunded);
        closed.map(|closed| moscow(closed.at))
    };
    node.with(
        "acceptance_certificate",
        payment.certificate.map(|id| object! { "id": id }),
    )
    .with("has_files", false)
    .with("with_contractor", true)
    .with("approved_at", approved(payment))
    .with("paid_at", paid)
    .with("refund_at", closed(true))
    .with("canceled_at", closed(false))
    .with("created_at", moscow(payment.created.at))
    .with("updated_at", moscow(payment.updated(elapsed)))
}

fn included(
    state: &State,
    payment: &Payment,
    include: &[&str],
    elapsed: Duration,
    node: Node,
) -> Node {
    let wants = |word: &str| include.contains(&word);
    let status = payment.status(elapsed);
    node.with_if(wants("branch_office"), "branch_office", || {
        let branch = payment.branch.and_then(|id| state.books.branch(id));
        branch.map_or(Node::Null, |branch| branch_office(state, branch))
    })
    .with_if(wants("bank_account"), "bank_account", || {
        let account = state.books.account(payment.account);
        Node::from(account.map(|one| object! { "id": one.id, "name": one.name }))
    })
    .with_if(wants("requisite"), "requisite", || {
        requisite(state, payment)
    })
    .with_if(wants("creator"), "creator", parts::creator)
    .with_if(wants("approver"), "approver", || parts::approver(payment))
    .with_if(wants("agent"), "agent", || parts::agent(state, payment))
    .with_if(wants("history"), "history", || {
        parts::history(payment, elapsed)
    })
    .with_if(wants("abilities"), "abilities", || abilities(status))
    .with_if(wants("payload"), "payload", || object! {})
    .with_if(wants("files"), "files", || Node::List(Vec::new()))
    .with_if(wants("act"), "act", || act(payment))
    .with_if(
        wants("nominal_info"),
        "nominal_info",
        || object! { "is_holded": false },
    )
    .with_if(wants("vehicle"), "vehicle", || Node::Null)
    .with_if(
        wants("vehicle_pledges_report"),
        "vehicle_pledges_report",
        || Node::Null,
    )
    .with_if(wants("comment"), "comment", || Node::Null)
    .with_if(
        wants("pledge_redemption"),
        "is_for_pledge_redemption",
        || Node::Bool(false),
    )
}

/// An object with a number here, a text in the first model.
fn error(status: u64) -> Node {
    let text = parts::error_text(status);
    Node::from(text.map(|title| object! { "type": "payment", "title": title, "code": 10_001_u64 }))
}

fn sbp_info(payment: &Payment) -> Node {
    let Some(name) = &payment.sbp_name else {
        return Node::Null;
    };
    object! {
        "first_name": name.first.as_str(),
        "middle_name": name.middle.clone(),
        "last_name": name.last.as_str(),
        "is_need_validate_sbp_fio": true,
        // the page's own sample has a number between truth values
        "from_requisites_fio": 0_u64,
    }
}

fn contractor(state: &State, payment: &Payment) -> Node {
    let Some(person) = state.books.person(payment.contractor) else {
        return Node::Null;
    };
    object! {
        "id": person.id,
        "phone": person.card.phone.as_str(),
        "inn": person.card.inn.clone(),
        "full_name": person.card.name.full(),
        "short_name": person.card.name.short(),
        "is_selfemployer": person.is_self_employed(),
        "is_deleted": person.is_deleted,
        "in_stop_list": false,
    }
}

fn branch_office(state: &State, branch: &Branch) -> Node {
    object! {
        "id": branch.id,
        "agent": object! {
            "id": branch.agent,
            "name": state.books.agent_name(branch.agent),
        },
        "name": branch.name.as_str(),
        "address": branch.address.as_str(),
        "limit_monthly": branch.monthly.map(Roubles),
        "limit_daily": branch.daily.map(Roubles),
        "is_active": u64::from(branch.is_active),
        "temporary_limits": Vec::new(),
    }
}

fn requisite(state: &State, payment: &Payment) -> Node {
    let Some(requisite) = state.books.requisite(payment.requisite) else {
        return Node::Null;
    };
    let (title, description) = parts::requisite_words(requisite);
    let (type_id, account, bank, mask) = match &requisite.target {
        Target::Sbp { phone, bank } => (10_u64, phone.clone(), Some(*bank), None),
        Target::Card { number } => {
            let mask = format!(
                "{}******{}",
                number.get(..6).unwrap_or_default(),
                parts::tail(number)
            );
            (8, mask.clone(), None, Some(mask))
        }
    };
    let card = mask.clone().map(|mask| {
        let uuid = format!("0196860e-c06d-7729-6dea-{:012}", requisite.id);
        object! { "id": Node::Null, "uuid": uuid, "mask": mask }
    });
    let name = payment.sbp_name.clone().unwrap_or_default();
    let known = |text: String| (!text.is_empty()).then_some(text);
    object! {
        "id": requisite.id,
        "type_id": type_id,
        "icon": object! { "normal": "", "url": "", "overlay": "sbp" },
        "title": title,
        "mask": mask,
        "description": description,
        "requisite": object! {
            "account_number": account,
            "sbp_bank_id": bank,
            "card": card,
            "bank_name": Node::Null,
            "last_name": known(name.last),
            "first_name": known(name.first),
            "middle_name": name.middle,
            "bik": Node::Null,
            "inn": Node::Null,
            "payment_text": Node::Null,
        },
    }
}

fn abilities(status: u64) -> Node {
    let mut fields: Vec<(&'static str, Node)> = parts::abilities(status)
        .into_iter()
        .map(|(key, can)| (key, Node::Bool(can)))
        .collect();
    for key in ["can_add_files", "can_edit"] {
        fields.push((key, Node::Bool(false)));
    }
    fields.push(("can_edit_requisite", Node::Bool(status == 5)));
    Node::Object(fields)
}

fn act(payment: &Payment) -> Node {
    if !payment.has_act {
        return Node::Null;
    }
    let (id, title) = if parts::act_is_signed(payment) {
        (3_u64, "Подписан")
    } else {
        (1, "Не подписан")
    };
    object! { "id": payment.id, "status": object! { "id": id, "title": title } }
}

/// When somebody let it go on after it had waited.
fn approved(payment: &Payment) -> Option<String> {
    let waited = |end: PaymentEnd| end.waits();
    let mut pairs = payment.tries.windows(2);
    pairs.find_map(|pair| match pair {
        [first, second] if waited(first.end) => Some(moscow(second.started.at)),
        _ => None,
    })
}
