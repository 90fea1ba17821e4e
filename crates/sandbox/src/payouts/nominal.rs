//! The nominal account: what went out and what came in. Nothing here has a number.

use time::OffsetDateTime;

use super::State;
use super::gate::Call;
use super::node::{Node, Roubles, object};
use super::page::{self, Paging};
use super::read::{Period, moscow};
use super::refusal::Refusal;
use crate::answer::Answer;

pub(super) struct Payout {
    pub(super) paid: OffsetDateTime,
    pub(super) recipient_inn: String,
    pub(super) contractor_inn: String,
    pub(super) amount: u64,
}

pub(super) struct Incoming {
    pub(super) charged: OffsetDateTime,
    pub(super) payer_inn: String,
    pub(super) amount: u64,
    /// Whether it has been identified, authorised and drawn by now.
    pub(super) is_settled: bool,
}

const ORGANISATION_INN: &str = "7700000000";

/// The newest first, by the time of payment.
pub(super) fn payouts(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let period = Period::read(&call.query, "date_from", "date_to")?;
    let all = state.books.payouts.iter();
    let rows: Vec<&Payout> = all.filter(|one| period.holds(one.paid)).collect();
    let path = "/unverified/payouts-platform.list-nominal-payouts";
    page::answer(call, Paging::Linked, path, &rows, |one| {
        object! {
            "payed_at": moscow(one.paid),
            "recipient_inn": one.recipient_inn.as_str(),
            "amount": Roubles(one.amount),
            "contractor_inn": one.contractor_inn.as_str(),
            "purpose": "Выплата исполнителю",
            "organization_inn": ORGANISATION_INN,
        }
    })
}

/// The newest first, by the time at which it came.
pub(super) fn incomings(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let period = Period::read(&call.query, "date_from", "date_to")?;
    let all = state.books.incomings.iter();
    let rows: Vec<&Incoming> = all.filter(|one| period.holds(one.charged)).collect();
    let path = "/unverified/payouts-platform.list-nominal-incomings";
    page::answer(call, Paging::Linked, path, &rows, |one| {
        let settled = |hours: i64| {
            let at = one.charged.saturating_add(time::Duration::hours(hours));
            Node::from(one.is_settled.then(|| moscow(at)))
        };
        object! {
            "charged_at": moscow(one.charged),
            "draw_at": settled(3),
            "authorized_at": settled(2),
            "payer_inn": one.payer_inn.as_str(),
            "amount": Roubles(one.amount),
            "purpose": "Пополнение номинального счёта",
            "organization_inn": ORGANISATION_INN,
            "identification_date": settled(1),
        }
    })
}
