//! Signing a registry, and taking a signed one back.

use http::StatusCode;
use serde::Serialize;

use super::answers::{Refusal, message};
use super::books::{RegistryKind, Stage};
use super::create::CodeMessage;
use super::jobs::{Outcome, Start, WORK};
use super::request::{Action, correlation_query};
use super::{Bank, code, debit, methods};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::sync::locked;

/// `POST …/salary/payment-registry/submit`.
pub(super) fn employees(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    submit(bank, asked, methods::SUBMIT_SALARY, RegistryKind::Employees)
}

/// `POST …/self-employed/payment-registry/submit`.
pub(super) fn self_employed(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    submit(
        bank,
        asked,
        methods::SUBMIT_SELF_EMPLOYED,
        RegistryKind::SelfEmployed,
    )
}

/// `GET …/salary/payment-registry/submit/result`.
pub(super) fn employees_result(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    result(bank, asked, methods::SUBMIT_SALARY)
}

/// `GET …/self-employed/payment-registry/submit/result`.
pub(super) fn self_employed_result(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    result(bank, asked, methods::SUBMIT_SELF_EMPLOYED)
}

/// `POST …/salary/payment-registry/cancel`.
pub(super) fn cancel(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let order = Action::cancel(asked)?;
    let start = Start {
        operation: methods::CANCEL_SALARY,
        correlation: &order.correlation,
        asked,
    };
    let elapsed = bank.world.clock.elapsed();
    let mut books = locked(&bank.books);
    debit::settle(bank, &mut books);
    if let Some(answer) = start.repeated(bank, &books)? {
        return Ok(answer);
    }
    let Some(registry) = books.registry_of(RegistryKind::Employees, order.registry, elapsed) else {
        return Err(Refusal::Business(code::REGISTRY_NOT_FOUND));
    };
    let outcome = if books.status(registry, elapsed) == "ACCEPTED" {
        books.set_stage(
            order.registry,
            Stage::Cancelled(elapsed.saturating_add(WORK)),
        );
        Outcome::Cancelled
    } else {
        Outcome::NotCancelled {
            code: code::REGISTRY_NOT_ACCEPTED,
        }
    };
    Ok(start.take(bank, &mut books, outcome))
}

/// `GET …/salary/payment-registry/cancel/result`.
pub(super) fn cancel_result(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let correlation = correlation_query(asked)?;
    let elapsed = bank.world.clock.elapsed();
    let books = locked(&bank.books);
    let (job, done) = books.result(methods::CANCEL_SALARY, &correlation, elapsed)?;
    let (status, error) = match job.outcome {
        Outcome::NotCancelled { code } if done => ("ERROR", Some(CodeDescription::of(code))),
        _ if done => ("DONE", None),
        _ => ("QUEUED", None),
    };
    Ok(Answer::json(
        StatusCode::OK,
        &CancelResult { status, error },
    ))
}

#[derive(Serialize)]
struct CancelResult {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<CodeDescription>,
}

/// The error inside of the results of a cancel and of the self-employed's own payment.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeDescription {
    error_code: &'static str,
    error_description: &'static str,
}

impl CodeDescription {
    pub(super) fn of(code: &'static str) -> Self {
        Self {
            error_code: code,
            error_description: message(code),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubmitResult {
    payment_registry_id: u64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<CodeMessage>,
}

fn submit(
    bank: &Bank,
    asked: &Asked,
    operation: &'static str,
    kind: RegistryKind,
) -> Result<Answer, Refusal> {
    let order = Action::read(asked)?;
    let start = Start {
        operation,
        correlation: &order.correlation,
        asked,
    };
    let elapsed = bank.world.clock.elapsed();
    let mut books = locked(&bank.books);
    if let Some(answer) = start.repeated(bank, &books)? {
        return Ok(answer);
    }
    let registry = order.registry;
    let Some(known) = books.registry_of(kind, registry, elapsed) else {
        return Err(Refusal::Business(code::REGISTRY_NOT_FOUND));
    };
    let outcome = if !matches!(known.stage, Stage::Draft) {
        Outcome::NotSigned {
            registry,
            code: code::REGISTRY_NOT_DRAFT,
        }
    } else if locked(&bank.switches).signatures_refused {
        Outcome::NotSigned {
            registry,
            code: code::SIGNATURE_REFUSED,
        }
    } else {
        books.set_stage(registry, Stage::Signed(elapsed.saturating_add(WORK)));
        Outcome::Signed { registry }
    };
    Ok(start.take(bank, &mut books, outcome))
}

fn result(bank: &Bank, asked: &Asked, operation: &'static str) -> Result<Answer, Refusal> {
    let correlation = correlation_query(asked)?;
    let elapsed = bank.world.clock.elapsed();
    let books = locked(&bank.books);
    let (job, done) = books.result(operation, &correlation, elapsed)?;
    let (payment_registry_id, refused) = match job.outcome {
        Outcome::Signed { registry } => (registry, None),
        Outcome::NotSigned { registry, code } => (registry, Some(code)),
        // a submit writes no other outcome down
        _ => return Err(Refusal::Business(code::RESULT_NOT_FOUND)),
    };
    let status = match (done, refused) {
        (false, _) => "IN_PROGRESS",
        (true, None) => "ACCEPTED",
        (true, Some(_)) => "ERROR",
    };
    let error = refused.filter(|_| done).map(CodeMessage::of);
    Ok(Answer::json(
        StatusCode::OK,
        &SubmitResult {
            payment_registry_id,
            status,
            error,
        },
    ))
}
