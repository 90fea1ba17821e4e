//! Paying a signed registry. Every understood request goes into the ledger.

use std::time::Duration;

use http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;
use time::{OffsetDateTime, UtcOffset};

use super::answers::Refusal;
use super::books::{Books, Debit, Payment, Registry, RegistryKind};
use super::jobs::{FieldError, Outcome, Start};
use super::request::{Action, PayOrder, correlation_body};
use super::sign::CodeDescription;
use super::switches::{Limits, PayAnswer, Repeat};
use super::{Bank, code, debit, methods};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::ledger::{LedgerEntry, masked};
use crate::sync::locked;

/// `POST …/payment/payment-registry/pay`, for both families; the key is the caller's `id`.
pub(super) fn registry(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let now = bank.world.clock.now();
    let elapsed = bank.world.clock.elapsed();
    let order = PayOrder::read(asked, now)?;
    let wait = order.due.and_then(|due| Duration::try_from(due - now).ok());
    let wish = Wish {
        operation: methods::PAY_REGISTRY,
        id: order.id,
        registry: order.registry,
        kind: None,
        account: Some(order.account),
        meta: order.meta,
        due: elapsed.saturating_add(wait.unwrap_or_default()),
    };
    let success = pay_answer(bank);
    let mut books = locked(&bank.books);
    debit::settle(bank, &mut books);
    let mut act_again = false;
    if let Some(earlier) = books.payment(&wish.id) {
        match locked(&bank.switches).repeated_payment {
            Repeat::ActAgain => act_again = true,
            Repeat::Replay if earlier.fingerprint == asked.fingerprint => {
                wish.write(bank, &books, asked, success.status, false);
                return Ok(success);
            }
            Repeat::Replay | Repeat::Refuse => {
                let refusal = Refusal::Business(code::DUPLICATE_PAYMENT_ID);
                wish.write(bank, &books, asked, refusal.status(), false);
                return Err(refusal);
            }
        }
    }
    wish.fulfil(bank, &mut books, asked, success.status, act_again)?;
    Ok(success)
}

/// `POST …/self-employed/payment-registry/pay`: no account, no purpose; the key is the `correlationId`.
pub(super) fn self_employed(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let order = Action::read(asked)?;
    let start = Start {
        operation: methods::PAY_SELF_EMPLOYED,
        correlation: &order.correlation,
        asked,
    };
    let wish = Wish {
        operation: methods::PAY_SELF_EMPLOYED,
        id: order.correlation.clone(),
        registry: order.registry,
        kind: Some(RegistryKind::SelfEmployed),
        account: None,
        meta: None,
        due: bank.world.clock.elapsed(),
    };
    let mut books = locked(&bank.books);
    debit::settle(bank, &mut books);
    match start.repeated(bank, &books) {
        Ok(None) => {}
        Ok(Some(answer)) => {
            wish.write(bank, &books, asked, answer.status, false);
            return Ok(answer);
        }
        Err(refusal) => {
            wish.write(bank, &books, asked, refusal.status(), false);
            return Err(refusal);
        }
    }
    let place = wish.fulfil(bank, &mut books, asked, StatusCode::OK, false)?;
    Ok(start.take(bank, &mut books, Outcome::Paid(place)))
}

/// `POST …/self-employed/payment-registry/pay/result`.
pub(super) fn self_employed_result(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let correlation = correlation_body(asked)?;
    let elapsed = bank.world.clock.elapsed();
    let mut books = locked(&bank.books);
    debit::settle(bank, &mut books);
    let (job, done) = books.result(methods::PAY_SELF_EMPLOYED, &correlation, elapsed)?;
    let Outcome::Paid(place) = job.outcome else {
        return Err(Refusal::Business(code::RESULT_NOT_FOUND));
    };
    let paid = books.payments.get(place).and_then(|payment| {
        let registry = books.registry(payment.registry, elapsed)?;
        Some((payment.debit, registry))
    });
    let Some((debit, registry)) = paid else {
        return Err(Refusal::Business(code::RESULT_NOT_FOUND));
    };
    Ok(Answer::json(
        StatusCode::OK,
        &PayResult::of(registry, debit, done, elapsed),
    ))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PayResult<'a> {
    payment_registry_id: u64,
    status: &'static str,
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<CodeDescription>,
    payment_results: Vec<LineResult<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineResult<'a> {
    number: u64,
    payment_status: &'static str,
    account_number: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl<'a> PayResult<'a> {
    fn of(registry: &'a Registry, debit: Debit, done: bool, elapsed: Duration) -> Self {
        let (status, line, error) = match debit {
            _ if !done => ("SEND_IN_PROGRESS", Some("IN_PROGRESS"), None),
            _ if debit.in_progress(elapsed) => ("SENT", Some("SENT"), None),
            Debit::Failed(_, why) => ("ERROR", Some("ERROR"), Some(CodeDescription::of(why))),
            Debit::Cancelled => ("REJECTED", Some("ERROR"), None),
            _ => (registry.outcome(), None, None),
        };
        let lines = registry.lines.iter().map(|one| {
            let rejected = line.is_none() && one.rejected;
            LineResult {
                number: one.number,
                payment_status: line.unwrap_or(if rejected { "ERROR" } else { "EXECUTED" }),
                account_number: &one.account,
                errors: if rejected {
                    vec![REJECTED_LINE]
                } else {
                    Vec::new()
                },
            }
        });
        Self {
            payment_registry_id: registry.id,
            status,
            count: registry.lines.len(),
            error,
            payment_results: lines.collect(),
        }
    }
}

const REJECTED_LINE: FieldError = FieldError {
    field_name: "Номер счета",
    error_description: "Банк получателя отклонил зачисление",
};

/// What a payment is asked for with.
struct Wish {
    operation: &'static str,
    id: String,
    registry: u64,
    /// The family that the method pays; `None` for both.
    kind: Option<RegistryKind>,
    /// `None`: the account that the registry names.
    account: Option<String>,
    meta: Option<Box<RawValue>>,
    /// Until when the bank tries, on the clock's elapsed time.
    due: Duration,
}

impl Wish {
    /// Checks, takes the money or begins to wait for it, and tells the payment's place in the books.
    fn fulfil(
        &self,
        bank: &Bank,
        books: &mut Books,
        asked: &Asked,
        success: StatusCode,
        act_again: bool,
    ) -> Result<usize, Refusal> {
        if let Err(refusal) = self.check(bank, books, act_again) {
            self.write(bank, books, asked, refusal.status(), false);
            return Err(refusal);
        }
        let elapsed = bank.world.clock.elapsed();
        let place = books.payments.len();
        let payment = Payment {
            id: self.id.clone(),
            operation: self.operation,
            registry: self.registry,
            amount: self.amount(books),
            account: self.account(books),
            meta: self.meta.clone(),
            fingerprint: asked.fingerprint.clone(),
            at: bank.world.clock.now(),
            debit: Debit::Waiting {
                next: elapsed,
                due: self.due,
            },
        };
        let moved = debit::begin(books, payment, elapsed);
        self.write(bank, books, asked, success, moved);
        Ok(place)
    }

    fn check(&self, bank: &Bank, books: &Books, act_again: bool) -> Result<(), Refusal> {
        let elapsed = bank.world.clock.elapsed();
        let registry = books
            .registry(self.registry, elapsed)
            .filter(|registry| self.kind.is_none_or(|kind| kind == registry.kind))
            .ok_or(Refusal::Business(code::REGISTRY_NOT_FOUND))?;
        if !act_again && books.status(registry, elapsed) != "ACCEPTED" {
            return Err(Refusal::Business(code::REGISTRY_NOT_ACCEPTED));
        }
        let limits = locked(&bank.switches).limits;
        books.within(limits, registry.total(), bank.world.clock.now())?;
        let waits = self.due > elapsed || books.failing_debits > 0;
        if !waits && registry.executable() > books.funds {
            return Err(Refusal::Business(code::INSUFFICIENT_FUNDS));
        }
        Ok(())
    }

    fn write(&self, bank: &Bank, books: &Books, asked: &Asked, status: StatusCode, moved: bool) {
        bank.world.ledger.write(LedgerEntry {
            sequence: 0,
            operation: self.operation,
            key: self.id.clone(),
            amount_kopecks: self.amount(books),
            payer_account: masked(&self.account(books)),
            at: bank.world.clock.now(),
            fingerprint: asked.fingerprint.clone(),
            status: status.as_u16(),
            moved,
        });
    }

    fn amount(&self, books: &Books) -> u64 {
        self.known(books).map_or(0, Registry::total)
    }

    fn account(&self, books: &Books) -> String {
        let of_registry = || self.known(books).map(|registry| registry.account.clone());
        self.account
            .clone()
            .or_else(of_registry)
            .unwrap_or_default()
    }

    fn known<'a>(&self, books: &'a Books) -> Option<&'a Registry> {
        books
            .registries
            .iter()
            .find(|registry| registry.id == self.registry)
    }
}

impl Books {
    /// The last payment with this key, made by the method that takes an `id`.
    pub(super) fn payment(&self, id: &str) -> Option<&Payment> {
        let mut newest_first = self.payments.iter().rev();
        newest_first.find(|payment| payment.operation == methods::PAY_REGISTRY && payment.id == id)
    }

    fn within(&self, limits: Limits, amount: u64, now: OffsetDateTime) -> Result<(), Refusal> {
        let today = moscow(now).date();
        let counted = |same: &dyn Fn(time::Date) -> bool| {
            let alive = self.payments.iter().filter(|payment| {
                matches!(payment.debit, Debit::Waiting { .. } | Debit::Done(_))
                    && same(moscow(payment.at).date())
            });
            alive.fold(amount, |sum, payment| sum.saturating_add(payment.amount))
        };
        let month = (today.year(), today.month());
        if amount > limits.payment {
            Err(Refusal::Business(code::PAYMENT_LIMIT_EXCEEDED))
        } else if counted(&|date| date == today) > limits.day {
            Err(Refusal::Business(code::DAY_LIMIT_EXCEEDED))
        } else if counted(&|date| (date.year(), date.month()) == month) > limits.month {
            Err(Refusal::Business(code::MONTH_LIMIT_EXCEEDED))
        } else {
            Ok(())
        }
    }
}

fn pay_answer(bank: &Bank) -> Answer {
    match locked(&bank.switches).pay_answer {
        PayAnswer::EmptyObject => Answer::text(StatusCode::OK, "application/json", "{}"),
        PayAnswer::NoBody => Answer::empty(StatusCode::OK),
        PayAnswer::Created => Answer::empty(StatusCode::CREATED),
    }
}

fn moscow(at: OffsetDateTime) -> OffsetDateTime {
    let offset = UtcOffset::from_hms(3, 0, 0).unwrap_or(UtcOffset::UTC);
    at.to_offset(offset)
}
