//! Creating a payment.

use http::StatusCode;

use super::attempt::{self, Actor, Entry};
use super::order::{Destination, Order};
use super::{Payment, Receipt, Sums, old_model};
use crate::answer::Answer;
use crate::payouts::books::{Contractor, Name, Target, next_id};
use crate::payouts::branches;
use crate::payouts::gate::{Call, item};
use crate::payouts::refusal::Refusal;
use crate::payouts::{BANK_ACCOUNT, State};

/// What a payment is made of once everything is known to be there.
pub(in crate::payouts) struct Draft {
    pub(in crate::payouts) customer_id: Option<String>,
    pub(in crate::payouts) key: Option<String>,
    pub(in crate::payouts) certificate: Option<u64>,
    pub(in crate::payouts) contractor: u64,
    pub(in crate::payouts) agent: u64,
    pub(in crate::payouts) branch: Option<u64>,
    pub(in crate::payouts) account: Option<u64>,
    pub(in crate::payouts) balance: Option<u64>,
    pub(in crate::payouts) destination: Destination,
    pub(in crate::payouts) amount: u64,
    pub(in crate::payouts) fixed_commission: u64,
    pub(in crate::payouts) percent_commission: u64,
    pub(in crate::payouts) purpose: Option<String>,
    pub(in crate::payouts) sbp_name: Option<Name>,
    pub(in crate::payouts) has_act: bool,
}

pub(in crate::payouts) fn create(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let order = Order::read(&call.asked.body)?;
    let key = order.customer_id.clone();
    let amount = order.amount;
    let made = accept(state, call, order);
    if made.is_err() {
        refused(state, call, key, amount, made.as_ref().err());
    }
    let id = made?;
    answer(state, call, id)
}

/// The answer to whatever made or found that payment.
pub(in crate::payouts) fn answer(
    state: &State,
    call: &Call<'_>,
    id: u64,
) -> Result<Answer, Refusal> {
    let payment = state.books.payment(id)?;
    Ok(item(old_model::whole(state, payment, call.now)))
}

fn accept(state: &mut State, call: &Call<'_>, order: Order) -> Result<u64, Refusal> {
    let books = &state.books;
    if let Some(id) = &order.customer_id
        && books
            .payments
            .iter()
            .any(|one| one.customer_id.as_ref() == Some(id))
    {
        return Err(Refusal::field(
            "customer_payment_id",
            "has been used already",
        ));
    }
    let contractor = books.known_contractor(order.contractor)?;
    let mut agent = contractor.card.agent;
    if let Some(id) = order.agent {
        agent = books.known_agent("agent_id", id)?;
    }
    if let Some(id) = order.balance {
        let own = |one: &&crate::payouts::books::Balance| {
            one.id == id && one.contractor == order.contractor
        };
        let balance =
            books.balances.iter().find(own).ok_or_else(|| {
                Refusal::field("balance_id", "is not a balance of the contractor")
            })?;
        if books.balance_now(balance, call.elapsed()).0 < order.amount {
            return Err(Refusal::field("amount", "is more than the balance has"));
        }
        agent = balance.agent;
    }
    make(
        state,
        call,
        Draft {
            key: order.customer_id.clone(),
            customer_id: order.customer_id,
            certificate: None,
            contractor: order.contractor,
            agent,
            branch: order.branch,
            account: order.account,
            balance: order.balance,
            destination: order.destination,
            amount: order.amount,
            fixed_commission: order.fixed_commission,
            percent_commission: order.percent_commission,
            purpose: order.purpose,
            sbp_name: order.sbp_name,
            has_act: order.has_act,
        },
    )
}

/// Makes the payment, begins its first attempt and writes it into the ledger.
pub(in crate::payouts) fn make(
    state: &mut State,
    call: &Call<'_>,
    draft: Draft,
) -> Result<u64, Refusal> {
    let books = &mut state.books;
    books.known_account(draft.account)?;
    branches::admit(books, draft.branch, draft.amount, call.now)?;
    let target = match &draft.destination {
        Destination::New(target) => Some(target.clone()),
        Destination::Known(id) => books
            .requisite(*id)
            .filter(|one| one.contractor == draft.contractor)
            .map(|one| one.target.clone()),
        Destination::Default => books
            .default_requisite(draft.contractor)
            .map(|one| one.target.clone()),
    };
    let target = target.ok_or_else(|| {
        Refusal::field(
            "requisite_id",
            "is not a requisite of the contractor, or there is none",
        )
    })?;
    let person = books.contractor_mut(draft.contractor)?;
    person.self_employed.settle(call.elapsed());
    let contractor = books.known_contractor(draft.contractor)?;
    let sums = arithmetic(&draft, contractor, &target)?;
    // only a tax that was paid brings a receipt
    let receipt = if sums.tax > 0 && !state.switches.receipts_withheld {
        Receipt::Active
    } else {
        Receipt::Absent
    };
    let requisite = books.requisite_for(draft.contractor, &target, call.at());
    let id = next_id(books.payments.last().map(|one| one.id));
    let first = attempt::begin(state, sums.leaving(), call.now, Actor::Client);
    let payment = Payment {
        id,
        customer_id: draft.customer_id,
        key: draft.key.unwrap_or_else(|| format!("payment {id}")),
        certificate: draft.certificate,
        contractor: draft.contractor,
        agent: draft.agent,
        branch: draft.branch,
        account: draft.account.unwrap_or(BANK_ACCOUNT),
        balance: draft.balance,
        requisite,
        sums,
        purpose: draft.purpose,
        sbp_name: draft.sbp_name,
        has_act: draft.has_act,
        fingerprint: call.asked.fingerprint.clone(),
        created: call.now,
        tries: vec![first],
        closed: None,
        receipt,
    };
    let moved = first.end == crate::payouts::PaymentEnd::Paid;
    write(state, call, &payment, StatusCode::OK, moved);
    state.books.payments.push(payment);
    Ok(id)
}

/// The simulator's own arithmetic. The contractor bears the company's commission and, when the company may pay it for
/// them, 6 % of tax; the bank takes 0.4 % (SBP) or 1.2 % (card) of the amount on top. Each is rounded half up to the
/// kopeck by itself, and the contractor gets the rest, so that everything adds up.
fn arithmetic(draft: &Draft, contractor: &Contractor, target: &Target) -> Result<Sums, Refusal> {
    let amount = draft.amount;
    // hundredths of a percent; no overflow: amounts have 14 digits at most, and so has a percentage by then
    let share = |hundredths: u64| {
        let product = u128::from(amount) * u128::from(hundredths);
        u64::try_from((product + 5_000) / 10_000).unwrap_or(u64::MAX)
    };
    let commission = draft
        .fixed_commission
        .saturating_add(share(draft.percent_commission));
    let tax = if contractor.pays_tax_through_company() {
        share(600)
    } else {
        0
    };
    let bank = match target {
        Target::Sbp { .. } => share(40),
        Target::Card { .. } => share(120),
    };
    match amount.checked_sub(commission.saturating_add(tax)) {
        Some(paid) if paid > 0 => Ok(Sums {
            amount,
            commission,
            bank,
            tax,
            paid,
        }),
        _ => Err(Refusal::field(
            "amount",
            "leaves nothing for the contractor",
        )),
    }
}

/// A request that made no payment is written down too, be it refused or answered as before. Without a key of its own
/// it has an empty one.
pub(in crate::payouts) fn refused(
    state: &State,
    call: &Call<'_>,
    key: Option<String>,
    amount: u64,
    why: Option<&Refusal>,
) {
    let number = state
        .books
        .account(BANK_ACCOUNT)
        .map_or("", |one| one.number);
    call.ledger.write(crate::ledger::LedgerEntry {
        sequence: 0,
        operation: call.operation,
        key: key.unwrap_or_default(),
        amount_kopecks: amount,
        payer_account: crate::ledger::masked(number),
        at: call.at(),
        fingerprint: call.asked.fingerprint.clone(),
        status: why.map_or(200, |why| why.status().as_u16()),
        moved: false,
    });
}

fn write(state: &State, call: &Call<'_>, payment: &Payment, status: StatusCode, moved: bool) {
    let entry = Entry {
        operation: call.operation,
        at: call.at(),
        fingerprint: &call.asked.fingerprint,
        status: status.as_u16(),
        moved,
    };
    attempt::record(&state.books, call.ledger, payment, &entry);
}
