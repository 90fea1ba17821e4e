//! Making a registry from lines, and what the bank finds wrong with them.

use http::StatusCode;
use serde::Serialize;

use super::answers::{Refusal, message};
use super::books::{Line, Registry, RegistryKind, Stage};
use super::jobs::{FieldError, LineErrors, Outcome, Start, WORK};
use super::methods;
use super::request::{CreateOrder, correlation_query, is_account};
use super::{Bank, CLOSED_ACCOUNT, COMPANY_ACCOUNT, REJECTED_ACCOUNT, code};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::sync::locked;

/// `POST …/salary/payment-registry/create`: a draft in a moment.
pub(super) fn employees(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let order = CreateOrder::employees(asked)?;
    create(
        bank,
        asked,
        methods::CREATE_SALARY,
        RegistryKind::Employees,
        order,
    )
}

/// `POST …/self-employed/payment-registry/create`: the same for the self-employed.
pub(super) fn self_employed(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let order = CreateOrder::self_employed(asked)?;
    create(
        bank,
        asked,
        methods::CREATE_SELF_EMPLOYED,
        RegistryKind::SelfEmployed,
        order,
    )
}

/// `POST …/salary/payment-registry/create-submit`: created and signed in a moment.
pub(super) fn employees_at_once(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let order = CreateOrder::employees_at_once(asked)?;
    create(
        bank,
        asked,
        methods::CREATE_AND_SUBMIT_SALARY,
        RegistryKind::Employees,
        order,
    )
}

/// `GET …/salary/payment-registry/create/result`.
pub(super) fn employees_result(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    result(bank, asked, methods::CREATE_SALARY)
}

/// `GET …/self-employed/payment-registry/create/result`.
pub(super) fn self_employed_result(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    result(bank, asked, methods::CREATE_SELF_EMPLOYED)
}

/// `GET …/salary/payment-registry/create-submit/result`: states of a submit, errors of both.
pub(super) fn at_once_result(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let correlation = correlation_query(asked)?;
    let elapsed = bank.world.clock.elapsed();
    let books = locked(&bank.books);
    let (job, done) = books.result(methods::CREATE_AND_SUBMIT_SALARY, &correlation, elapsed)?;
    let mut body = AtOnceResult {
        payment_registry_id: None,
        status: "IN_PROGRESS",
        error: None,
        payment_errors: &[],
    };
    match &job.outcome {
        Outcome::Created { registry, dropped } if done => {
            body.status = "ACCEPTED";
            body.payment_registry_id = Some(*registry);
            body.payment_errors = dropped;
        }
        Outcome::NotSigned { registry, code } if done => {
            body.status = "ERROR";
            body.payment_registry_id = Some(*registry);
            body.error = Some(CodeMessage::of(code));
        }
        Outcome::NotCreated { lines, .. } if done => {
            body.status = "ERROR";
            body.error = Some(CodeMessage::of(code::INVALID_PAYMENTS));
            body.payment_errors = lines;
        }
        _ => {}
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AtOnceResult<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_registry_id: Option<u64>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<CodeMessage>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    payment_errors: &'a [LineErrors],
}

/// The error inside of the results of submit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeMessage {
    error_code: &'static str,
    error_message: &'static str,
}

impl CodeMessage {
    pub(super) fn of(code: &'static str) -> Self {
        Self {
            error_code: code,
            error_message: message(code),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateResult<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_registry_id: Option<u64>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a FieldError>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    payment_errors: &'a [LineErrors],
}

fn create(
    bank: &Bank,
    asked: &Asked,
    operation: &'static str,
    kind: RegistryKind,
    order: CreateOrder,
) -> Result<Answer, Refusal> {
    let start = Start {
        operation,
        correlation: &order.correlation,
        asked,
    };
    let mut books = locked(&bank.books);
    if let Some(answer) = start.repeated(bank, &books)? {
        return Ok(answer);
    }
    let (good, bad) = sort_out(&order.lines);
    let error = mixed_revenue_types(&good);
    let outcome =
        if error.is_some() || good.is_empty() || (!bad.is_empty() && !order.drop_bad_lines) {
            Outcome::NotCreated { error, lines: bad }
        } else {
            let signs = operation == methods::CREATE_AND_SUBMIT_SALARY;
            let refused = locked(&bank.switches).signatures_refused;
            let elapsed = bank.world.clock.elapsed().saturating_add(WORK);
            let stage = if signs && !refused {
                Stage::Signed(elapsed)
            } else {
                Stage::Draft
            };
            let registry = books.next_id();
            books.registries.push(Registry {
                id: registry,
                kind,
                account: order
                    .account
                    .clone()
                    .unwrap_or_else(|| COMPANY_ACCOUNT.to_owned()),
                load_date: order.load_date.clone(),
                at: bank.world.clock.now(),
                visible: elapsed,
                lines: good,
                stage,
            });
            if signs && refused {
                Outcome::NotSigned {
                    registry,
                    code: code::SIGNATURE_REFUSED,
                }
            } else {
                Outcome::Created {
                    registry,
                    dropped: bad,
                }
            }
        };
    Ok(start.take(bank, &mut books, outcome))
}

fn result(bank: &Bank, asked: &Asked, operation: &'static str) -> Result<Answer, Refusal> {
    let correlation = correlation_query(asked)?;
    let elapsed = bank.world.clock.elapsed();
    let books = locked(&bank.books);
    let (job, done) = books.result(operation, &correlation, elapsed)?;
    let mut body = CreateResult {
        payment_registry_id: None,
        status: "QUEUED",
        error: None,
        payment_errors: &[],
    };
    match &job.outcome {
        Outcome::Created { registry, dropped } if done => {
            body.status = "CREATED";
            body.payment_registry_id = Some(*registry);
            body.payment_errors = dropped;
        }
        Outcome::NotCreated { error, lines } if done => {
            body.status = "ERROR";
            body.error = error.as_ref();
            body.payment_errors = lines;
        }
        _ => {}
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

fn sort_out(lines: &[Line]) -> (Vec<Line>, Vec<LineErrors>) {
    let (mut good, mut bad): (Vec<Line>, _) = (Vec::new(), Vec::new());
    for line in lines {
        let repeated = good.iter().any(|earlier| earlier.number == line.number);
        let errors = faults(line, repeated);
        if errors.is_empty() {
            let rejected = line.account == REJECTED_ACCOUNT;
            good.push(Line {
                rejected,
                ..line.clone()
            });
        } else {
            bad.push(LineErrors {
                number: line.number,
                account_number: line.account.clone(),
                errors,
            });
        }
    }
    (good, bad)
}

fn faults(line: &Line, repeated: bool) -> Vec<FieldError> {
    let period = line.period_start.as_ref().zip(line.period_end.as_ref());
    let rules = [
        (repeated, "Номер", "Номер платежа повторяется"),
        (
            !is_account(&line.account, &[20]) || line.account == CLOSED_ACCOUNT,
            "Номер счета",
            "Счёт закрыт или не существует",
        ),
        (line.sum == 0, "Сумма", "Сумма должна быть больше нуля"),
        (
            line.purpose.chars().count() > 210,
            "Назначение платежа",
            "Нужно не больше 210 символов",
        ),
        (
            line.collection.is_some_and(|held| held > line.sum),
            "Взысканная сумма",
            "Взыскано больше суммы платежа",
        ),
        (
            // both are dates of one form, so texts compare as dates do
            period.is_some_and(|(start, end)| start > end),
            "Период",
            "Начало периода позже его конца",
        ),
    ];
    let broken = rules.into_iter().filter(|(broken, ..)| *broken);
    broken
        .map(|(_, field_name, error_description)| FieldError {
            field_name,
            error_description,
        })
        .collect()
}

/// The code of the kind of income must be one for the whole registry, where it is given.
fn mixed_revenue_types(lines: &[Line]) -> Option<FieldError> {
    let mut types = lines.iter().filter_map(|line| line.revenue_type.as_deref());
    let first = types.next()?;
    types.any(|other| other != first).then_some(FieldError {
        field_name: "Код вида дохода",
        error_description: "Код вида дохода должен быть один на весь реестр",
    })
}
