//! Signing and paying registries of the self-employed, what became of it, and the receipts.

use rubank_core::client::Verdict;
use rubank_core::lenient::{Rows, integer};
use rubank_core::operation::{
    Answer, Effect, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use rubank_core::types::Account;
use rubank_core::{model, open_enum};
use serde::Serialize;

use crate::asynchronous::{action, grades, key_only, polled, result};
use crate::ids::{CorrelationId, PaymentRegistryId};
use crate::provider::{OPEN, SECURED, TBankRegistry, scope};
use crate::results::{ActionError, FieldError, Progress, RegistryCreation, RegistrySubmission};

result! {
    /// What became of a [`CreateSelfEmployedRegistry`](crate::CreateSelfEmployedRegistry). It can be polled. Results
    /// are kept for two days ([`RESULT_KEPT`](crate::RESULT_KEPT)).
    ///
    /// # Source
    ///
    /// Public client code that talks to the bank, and the twin for employees: route, request and answer are inferred.
    pub struct GetSelfEmployedRegistryCreation -> RegistryCreation {
        id: "tbank-registry.get-self-employed-registry-creation",
        host: OPEN,
        route: "/api/v1/self-employed/payment-registry/create/result",
        scopes: scope::SELF_EMPLOYED_MANAGE,
        provenance: [Inferred, Inferred, Inferred],
    }
}

action! {
    /// Signs a draft of the self-employed, so that it can be paid. The user behind the token needs the right to sign.
    ///
    /// # Outcome
    ///
    /// Keyed by `correlationId`; nothing is promised about a second request with the same one. After
    /// `Outcome::Unknown` call `settle`: it reads the result.
    ///
    /// # Cancellation
    ///
    /// Dropping the future, or reaching the deadline, means: it may be signed. No money moves by that.
    ///
    /// # Source
    ///
    /// The bank's page "sign a payment registry", payouts to the self-employed, T-API: route and request are
    /// documented, the answer is inferred.
    pub struct SubmitSelfEmployedRegistry {
        id: "tbank-registry.submit-self-employed-registry",
        route: "/api/v1/self-employed/payment-registry/submit",
        scopes: scope::SELF_EMPLOYED_SUBMIT,
        number: "paymentRegistryId",
        provenance: [Documented, Documented, Inferred],
    }
    found by GetSelfEmployedRegistrySubmission => RegistrySubmission
}

result! {
    /// What became of a [`SubmitSelfEmployedRegistry`]. `ACCEPTED` means signed and waiting for funds, not paid. It
    /// can be polled. Results are kept for two days ([`RESULT_KEPT`](crate::RESULT_KEPT)).
    ///
    /// # Source
    ///
    /// The bank's page "get the result of signing", payouts to the self-employed, T-API: route and request are
    /// documented, the answer is inferred.
    pub struct GetSelfEmployedRegistrySubmission -> RegistrySubmission {
        id: "tbank-registry.get-self-employed-registry-submission",
        host: SECURED,
        route: "/api/v1/self-employed/payment-registry/submit/result",
        scopes: scope::SELF_EMPLOYED_SUBMIT,
        provenance: [Documented, Documented, Inferred],
    }
}

action! {
    /// Pays a signed registry of the self-employed by the family's own method: **money moves**. No account, no
    /// purpose, another access and another pace than [`PayRegistry`](crate::PayRegistry). **Use one of the two for a
    /// registry, never both: that is asking to pay twice.**
    ///
    /// # Outcome
    ///
    /// Keyed by `correlationId`; nothing is promised about a second request with the same one. After
    /// `Outcome::Unknown` call `settle`, within two days: it reads the result. `Settled::Happened` may still be a
    /// part of the lines: look at each.
    ///
    /// # Cancellation
    ///
    /// Dropping the future, or reaching the deadline, means: it may be paid. Settle it.
    ///
    /// # Source
    ///
    /// The bank's page "pay a payment registry", payouts to the self-employed, T-API: route and request are
    /// documented, the answer is inferred.
    pub struct PaySelfEmployedRegistry {
        id: "tbank-registry.pay-self-employed-registry",
        route: "/api/v1/self-employed/payment-registry/pay",
        scopes: scope::SELF_EMPLOYED_PAY,
        number: "paymentRegistryId",
        provenance: [Documented, Documented, Inferred],
    }
    found by GetSelfEmployedRegistryPayment => RegistryPayment
}

/// What became of a [`PaySelfEmployedRegistry`], line by line. It can be polled. Results are kept for two days
/// ([`RESULT_KEPT`](crate::RESULT_KEPT)); after that only the card tells.
///
/// It reads, although it is a POST with the key in its body.
///
/// # Source
///
/// The bank's page "get the result of paying", payouts to the self-employed, T-API: route and request are documented,
/// the answer is that of public client code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetSelfEmployedRegistryPayment {
    correlation_id: CorrelationId,
}

impl GetSelfEmployedRegistryPayment {
    /// What became of the payment with this key.
    pub fn new(correlation_id: impl Into<CorrelationId>) -> Self {
        Self {
            correlation_id: correlation_id.into(),
        }
    }
}

impl Operation for GetSelfEmployedRegistryPayment {
    type Provider = TBankRegistry;
    type Output = RegistryPayment;

    const META: OperationMeta = OperationMeta::new(
        "tbank-registry.get-self-employed-registry-payment",
        Effect::Read,
        Method::Post,
        SECURED,
        "/api/v1/self-employed/payment-registry/pay/result",
    )
    .rates(&[RateClass::per_second(
        "tbank-registry.get-self-employed-registry-payment",
        1,
    )])
    .scopes(scope::SELF_EMPLOYED_PAY)
    .provenance(grades!(Documented, Documented, Inferred));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        key_only(&self.correlation_id)?;
        Parts::new().json(self)
    }

    fn parse(answer: &Answer) -> Result<RegistryPayment, ReadError> {
        answer.json()
    }
}

polled! { GetSelfEmployedRegistryPayment -> RegistryPayment }

open_enum! {
    /// How far the payment of a registry got.
    pub enum RegistryPaymentStatus {
        /// The lines are being sent.
        SendInProgress = "SEND_IN_PROGRESS",
        /// All are sent.
        Sent = "SENT",
        /// The bank refused.
        Rejected = "REJECTED",
        /// Every line was executed.
        Executed = "EXECUTED",
        /// Some lines were executed; look at each.
        PartlyExecuted = "PART_EXEC",
        /// It failed.
        Error = "ERROR",
    }
}

open_enum! {
    /// How far a line got.
    pub enum PaidLineStatus {
        /// On its way.
        InProgress = "IN_PROGRESS",
        /// The money arrived.
        Executed = "EXECUTED",
        /// It did not.
        Error = "ERROR",
        /// Sent.
        Sent = "SENT",
    }
}

model! {
    /// What became of the payment of a registry.
    #[derive(Eq)]
    pub struct RegistryPayment {
        /// The registry.
        pub payment_registry_id: Option<PaymentRegistryId> = shown "paymentRegistryId",
        /// How far it got.
        pub status: RegistryPaymentStatus = shown "status",
        /// How many lines.
        pub count: Option<i64> = shown "count" as integer::option,
        /// What went wrong with the whole.
        pub error: Option<ActionError> = shown "error",
        /// The lines; one that cannot be read does not hide the others.
        pub payment_results: Rows<RegistryPaymentLine> = shown "paymentResults",
    }
}

model! {
    /// A line of a payment.
    #[derive(Eq)]
    pub struct RegistryPaymentLine {
        /// The caller's number of the line.
        pub number: Option<i64> = shown "number" as integer::option,
        /// How far it got.
        pub payment_status: Option<PaidLineStatus> = shown "paymentStatus",
        /// Its account.
        pub account_number: Option<Account> = "accountNumber",
        /// What went wrong with it.
        pub errors: Rows<FieldError> = shown "errors",
    }
}

impl Progress for RegistryPayment {
    /// A refusal of the whole is believed only if no line says otherwise.
    fn verdict(&self) -> Verdict {
        match self.status {
            RegistryPaymentStatus::Executed | RegistryPaymentStatus::PartlyExecuted => {
                Verdict::Happened
            }
            RegistryPaymentStatus::Rejected | RegistryPaymentStatus::Error => {
                let lines = || self.payment_results.iter();
                let is = |status: PaidLineStatus| {
                    move |line: &RegistryPaymentLine| line.payment_status.as_ref() == Some(&status)
                };
                if lines().flatten().any(is(PaidLineStatus::Executed)) {
                    Verdict::Happened
                } else if lines().all(|line| line.as_ref().is_ok_and(is(PaidLineStatus::Error))) {
                    Verdict::Refused
                } else {
                    Verdict::Pending
                }
            }
            _ => Verdict::Pending,
        }
    }
}

action! {
    /// Asks the bank to gather links to the tax receipts (чеки НПД) of a paid registry. No money moves. The income
    /// must have been registered before, by a method outside this family.
    ///
    /// # Outcome
    ///
    /// Keyed by `correlationId`; nothing is promised about a second request with the same one. The result is read by
    /// a method that is not among those of this crate, so there is no lookup: after `Outcome::Unknown` a person must
    /// look, or ask again under the same key.
    ///
    /// # Cancellation
    ///
    /// Dropping the future, or reaching the deadline, means: it may have been asked for.
    ///
    /// # Source
    ///
    /// The bank's page "get receipts for a payment registry", payouts to the self-employed, T-API: route and request
    /// are documented, the answer is inferred.
    pub struct RequestSelfEmployedReceipts {
        id: "tbank-registry.request-self-employed-receipts",
        route: "/api/v1/self-employed/payment-registry/receipts",
        scopes: scope::SELF_EMPLOYED_FISCALIZE,
        number: "paymentRegistryId",
        provenance: [Documented, Documented, Inferred],
    }
}
