//! What can be asked: a payment's state, the cards and lists of registries, requests for receipts.

use http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;

use super::answers::{Refusal, message};
use super::books::{Books, Debit, Person, Registry, RegistryKind};
use super::jobs::{Outcome, Start};
use super::request::{Action, ListOrder, payment_path, registry_path};
use super::roubles::Roubles;
use super::{Bank, code, debit, methods};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::clock::timestamp;
use crate::sync::locked;

/// How many rows a list shows at most.
const LONGEST_PAGE: usize = 50;

/// `GET …/payment/{paymentId}`.
pub(super) fn payment(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let id = payment_path(asked)?;
    let known = locked(&bank.switches).status_knows_registries;
    let elapsed = bank.world.clock.elapsed();
    let mut books = locked(&bank.books);
    debit::settle(bank, &mut books);
    let Some(payment) = books.payment(id).filter(|_| known) else {
        return Err(Refusal::NotFound);
    };
    let status = payment.debit.status(elapsed);
    let error_message = match payment.debit {
        _ if status != "FAILED" => None,
        Debit::Failed(_, why) => Some(message(why)),
        _ => Some(message(code::REGISTRY_REJECTED)),
    };
    let meta = payment.meta.as_deref();
    Ok(Answer::json(
        StatusCode::OK,
        &PaymentState {
            status,
            error_message,
            meta,
        },
    ))
}

/// `GET …/salary/payment-registry/{paymentRegistryId}`.
pub(super) fn employees_card(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    card(bank, asked, RegistryKind::Employees)
}

/// `GET …/self-employed/payment-registry/{paymentRegistryId}`.
pub(super) fn self_employed_card(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    card(bank, asked, RegistryKind::SelfEmployed)
}

/// `POST …/salary/payment-registry/list`.
pub(super) fn employees_list(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    list(bank, asked, RegistryKind::Employees)
}

/// `POST …/self-employed/payment-registry/list`.
pub(super) fn self_employed_list(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    list(bank, asked, RegistryKind::SelfEmployed)
}

/// `POST …/self-employed/payment-registry/receipts`.
pub(super) fn receipts(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let order = Action::read(asked)?;
    let start = Start {
        operation: methods::RECEIPTS,
        correlation: &order.correlation,
        asked,
    };
    let elapsed = bank.world.clock.elapsed();
    let mut books = locked(&bank.books);
    debit::settle(bank, &mut books);
    if let Some(answer) = start.repeated(bank, &books)? {
        return Ok(answer);
    }
    let kind = RegistryKind::SelfEmployed;
    let Some(registry) = books.registry_of(kind, order.registry, elapsed) else {
        return Err(Refusal::Business(code::REGISTRY_NOT_FOUND));
    };
    if !["EXECUTED", "PART_EXEC"].contains(&books.status(registry, elapsed)) {
        return Err(Refusal::Business(code::REGISTRY_NOT_PAID));
    }
    Ok(start.take(bank, &mut books, Outcome::Receipts))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PaymentState<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Card<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_account_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    load_date: Option<&'a str>,
    payments_count: usize,
    total_sum: Roubles,
    payments: Vec<CardLine<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CardLine<'a> {
    number: u64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    employee_info: Option<PersonInfo<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    self_employed_info: Option<PersonInfo<'a>>,
    account_number: &'a str,
    payment_purpose: &'a str,
    sum: Roubles,
    #[serde(skip_serializing_if = "Option::is_none")]
    period_start: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period_end: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revenue_type_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection_amount: Option<Roubles>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PersonInfo<'a> {
    first_name: &'a str,
    last_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    employee_id: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    payment_orders: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    number: u64,
    date: String,
    count: usize,
    sum: Roubles,
    status: &'static str,
}

impl<'a> PersonInfo<'a> {
    fn of(person: &'a Person) -> Self {
        Self {
            first_name: &person.first_name,
            last_name: &person.last_name,
            middle_name: person.middle_name.as_deref(),
            employee_id: person.employee,
        }
    }
}

impl<'a> Card<'a> {
    fn of(books: &Books, registry: &'a Registry, elapsed: std::time::Duration) -> Self {
        let employees = registry.kind == RegistryKind::Employees;
        let lines = registry.lines.iter().map(|line| CardLine {
            number: line.number,
            status: books.line_status(registry, line, elapsed),
            employee_info: employees.then(|| PersonInfo::of(&line.person)),
            self_employed_info: (!employees).then(|| PersonInfo::of(&line.person)),
            account_number: &line.account,
            payment_purpose: &line.purpose,
            sum: Roubles(line.sum),
            period_start: line.period_start.as_deref(),
            period_end: line.period_end.as_deref(),
            revenue_type_code: line.revenue_type.as_deref().filter(|_| !employees),
            collection_amount: line.collection.filter(|_| !employees).map(Roubles),
        });
        Self {
            status: books.status(registry, elapsed),
            company_account_number: employees.then_some(registry.account.as_str()),
            load_date: registry.load_date.as_deref(),
            payments_count: registry.lines.len(),
            total_sum: Roubles(registry.total()),
            payments: lines.collect(),
        }
    }
}

fn card(bank: &Bank, asked: &Asked, kind: RegistryKind) -> Result<Answer, Refusal> {
    let id = registry_path(asked)?;
    let elapsed = bank.world.clock.elapsed();
    let paced = locked(&bank.switches).paced;
    let mut gate = locked(&bank.gate);
    let mut books = locked(&bank.books);
    debit::settle(bank, &mut books);
    let Some(registry) = books.registry_of(kind, id, elapsed) else {
        return Err(Refusal::Business(code::REGISTRY_NOT_FOUND));
    };
    if paced && !gate.pace.admits_card(kind, id, elapsed) {
        return Err(Refusal::TooMany);
    }
    Ok(Answer::json(
        StatusCode::OK,
        &Card::of(&books, registry, elapsed),
    ))
}

fn list(bank: &Bank, asked: &Asked, kind: RegistryKind) -> Result<Answer, Refusal> {
    let order = ListOrder::read(asked)?;
    let elapsed = bank.world.clock.elapsed();
    let mut books = locked(&bank.books);
    debit::settle(bank, &mut books);
    let mut rows: Vec<Row> = books
        .registries
        .iter()
        .filter(|registry| registry.kind == kind && registry.visible <= elapsed)
        .filter(|registry| order.from.is_none_or(|from| from <= registry.at.date()))
        .filter(|registry| order.to.is_none_or(|to| registry.at.date() <= to))
        .map(|registry| Row {
            number: registry.id,
            date: timestamp(registry.at),
            count: registry.lines.len(),
            sum: Roubles(registry.total()),
            status: books.status(registry, elapsed),
        })
        .filter(|row| {
            order.statuses.is_empty() || order.statuses.iter().any(|one| one == row.status)
        })
        .collect();
    // the newest first; the texts of equal form compare as the moments do
    rows.sort_by(|one, other| (&other.date, other.number).cmp(&(&one.date, one.number)));
    let payment_orders = rows
        .into_iter()
        .skip(order.offset)
        .take(LONGEST_PAGE)
        .collect();
    Ok(Answer::json(StatusCode::OK, &Page { payment_orders }))
}
