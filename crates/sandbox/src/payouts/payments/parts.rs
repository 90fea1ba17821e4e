//! What both models of a payment have in common.

use std::time::Duration;

use super::{Actor, PROCESSING, Payment, Receipt};
use crate::payouts::State;
use crate::payouts::books::{Requisite, Target};
use crate::payouts::node::{Node, object};
use crate::payouts::read::moscow;
use crate::payouts::switches::PaymentEnd;

/// What a person reads in a status.
pub(in crate::payouts) const fn title(status: u64) -> &'static str {
    match status {
        1 => "Оплачен",
        2 => "Отклонён",
        3 => "в обработке",
        4 => "нужно подтверждение",
        5 => "Ошибка",
        6 => "Удалён",
        7 => "Ожидает согласования",
        8 => "Ожидает подписания акта",
        _ => "Неизвестный статус",
    }
}

/// `{id, title, theme}`
pub(in crate::payouts) fn status(number: u64) -> Node {
    let theme = match number {
        1 => "success",
        2 | 5 | 6 => "danger",
        _ => "warning",
    };
    object! { "id": number, "title": title(number), "theme": theme }
}

/// Why an attempt did not end well.
pub(in crate::payouts) const fn error_text(status: u64) -> Option<&'static str> {
    match status {
        2 => Some("Выплата отклонена"),
        5 => Some("Перевод не выполнен"),
        _ => None,
    }
}

/// The key, the state and where the tax service shows it. The address is bent in the way in which the platform's own
/// sample is: control characters stand where a backslash and a letter stood.
pub(super) fn receipt(payment: &Payment, elapsed: Duration) -> Node {
    let Some((receipt, at)) = payment.receipt(elapsed) else {
        return Node::Null;
    };
    let cancelled = receipt == Receipt::Cancelled;
    let key = format!("2026{:06}", payment.id % 1_000_000);
    let address = format!("https:\\lknpd.nalog.ru\u{7}pi\u{b}1\receipt/000000000000/{key}/print");
    object! {
        "can_cancel": !cancelled,
        "cancel_reason": cancelled.then_some("Чек сформирован ошибочно"),
        "key": key.as_str(),
        "status": if cancelled { "cancelled" } else { "active" },
        "operation_at": moscow(at),
        "links": object! {
            "fns_url": address,
            "saved_url": format!("https://files.payouts.invalid/receipts/{key}"),
        },
    }
}

/// What a person could do with it in the cabinet.
pub(super) fn abilities(status: u64) -> [(&'static str, bool); 5] {
    [
        ("can_approve", status == 7),
        ("can_confirm", matches!(status, 4 | 8)),
        ("can_repeat", status == 5),
        ("can_refund", status == 5),
        ("can_cancel", matches!(status, 4 | 5 | 7 | 8)),
    ]
}

/// The newest first.
pub(super) fn history(payment: &Payment, elapsed: Duration) -> Node {
    let line = |message: String, detail: Option<&str>, at| {
        object! { "message": message, "detail": detail, "updated_at": moscow(at) }
    };
    let mut lines = vec![line(
        "Создан. API (id:496)".to_owned(),
        None,
        payment.created.at,
    )];
    for (number, one) in payment.tries.iter().enumerate() {
        if number > 0 {
            let who = match one.by {
                Actor::Client => "API (id:496)",
                Actor::Person => "Сотрудник (id:497)",
            };
            lines.push(line(
                format!("Отправлен снова. {who}"),
                None,
                one.started.at,
            ));
        }
        if one.end.waits() {
            lines.push(line(
                title(one.end.status()).to_owned(),
                None,
                one.started.at,
            ));
            continue;
        }
        lines.push(line("Поставлен в очередь".to_owned(), None, one.started.at));
        if one.is_over(elapsed) {
            let detail = error_text(one.end.status());
            let ended = one.started.later(PROCESSING);
            lines.push(line(title(one.end.status()).to_owned(), detail, ended));
        }
    }
    if let Some(closed) = payment.closed {
        let what = if closed.refunded {
            "Зачислен на баланс. Сотрудник (id:497)"
        } else {
            "Отменён. Сотрудник (id:497)"
        };
        lines.push(line(what.to_owned(), None, closed.at));
    }
    lines.reverse();
    Node::List(lines)
}

pub(super) fn creator() -> Node {
    object! { "id": 496_u64, "full_name": "API" }
}

/// Who confirmed, approved or repeated it, if anybody did.
pub(super) fn approver(payment: &Payment) -> Node {
    let person = payment.tries.iter().any(|one| one.by == Actor::Person);
    if person {
        object! { "id": 497_u64, "full_name": "Сотрудник" }
    } else {
        Node::Null
    }
}

pub(super) fn agent(state: &State, payment: &Payment) -> Node {
    object! { "id": payment.agent, "full_name": state.books.agent_name(payment.agent) }
}

/// Title and description, as a person sees a requisite.
pub(super) fn requisite_words(requisite: &Requisite) -> (&'static str, String) {
    match &requisite.target {
        Target::Sbp { phone, .. } => ("СБП", phone.clone()),
        Target::Card { number } => ("Карта", format!("Мир · {}", tail(number))),
    }
}

/// The last four digits.
pub(super) fn tail(number: &str) -> String {
    let hidden = number.chars().count().saturating_sub(4);
    number.chars().skip(hidden).collect()
}

/// Whether the last attempt waits for somebody to sign the act.
pub(super) fn act_is_signed(payment: &Payment) -> bool {
    let last = payment.tries.last().map(|one| one.end);
    last != Some(PaymentEnd::AwaitsSignature)
}
