//! Signing and cancelling registries of employees, and what became of it.

use crate::asynchronous::{action, result};
use crate::provider::{OPEN, SECURED, scope};
use crate::results::{RegistryCancellation, RegistryCreation, RegistrySubmission};

result! {
    /// What became of a [`CreateSalaryRegistry`](crate::CreateSalaryRegistry): the number of the registry, or what was
    /// wrong. It can be polled. The bank keeps it for two days ([`RESULT_KEPT`](crate::RESULT_KEPT)); then it answers
    /// that it knows nothing ([`has_no_result`](crate::has_no_result)).
    ///
    /// # Source
    ///
    /// The bank's page "get the result of creating a draft", salary project, T-API: route and request are documented,
    /// the answer is that of public client code.
    pub struct GetSalaryRegistryCreation -> RegistryCreation {
        id: "tbank-registry.get-salary-registry-creation",
        host: OPEN,
        route: "/api/v1/salary/payment-registry/create/result",
        scopes: scope::SALARY_MANAGE,
        provenance: [Documented, Documented, Inferred],
    }
}

action! {
    /// Signs a draft of employees, so that it can be paid. The user behind the token needs the right to sign.
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
    /// The bank's page "sign a payment registry", salary project, T-API: documented.
    pub struct SubmitSalaryRegistry {
        id: "tbank-registry.submit-salary-registry",
        route: "/api/v1/salary/payment-registry/submit",
        scopes: scope::SALARY_SUBMIT,
        number: "paymentRegistryId",
        provenance: [Documented, Documented, Documented],
    }
    found by GetSalaryRegistrySubmission => RegistrySubmission
}

result! {
    /// What became of a [`SubmitSalaryRegistry`]. `ACCEPTED` means signed and waiting for funds, not paid. It can be
    /// polled. Results are kept for two days ([`RESULT_KEPT`](crate::RESULT_KEPT)).
    ///
    /// # Source
    ///
    /// The bank's page "get the result of signing", salary project, T-API: route and request are documented, the
    /// answer comes from types made from the bank's specification.
    pub struct GetSalaryRegistrySubmission -> RegistrySubmission {
        id: "tbank-registry.get-salary-registry-submission",
        host: SECURED,
        route: "/api/v1/salary/payment-registry/submit/result",
        scopes: scope::SALARY_SUBMIT,
        provenance: [Documented, Documented, Inferred],
    }
}

result! {
    /// What became of a [`CreateAndSubmitSalaryRegistry`](crate::CreateAndSubmitSalaryRegistry). It answers as the
    /// result of signing does, takes an `X-Request-Id` and can be polled. Results are kept for two days
    /// ([`RESULT_KEPT`](crate::RESULT_KEPT)).
    ///
    /// # Source
    ///
    /// The bank's page "get the result of creating and signing", salary project, T-API: route and request are
    /// documented, the answer is inferred.
    pub struct GetSalaryRegistryCreationAndSubmission -> RegistrySubmission {
        id: "tbank-registry.get-salary-registry-creation-and-submission",
        host: SECURED,
        route: "/api/v1/salary/payment-registry/create-submit/result",
        scopes: scope::SALARY_SUBMIT,
        provenance: [Documented, Documented, Inferred],
    }
}

action! {
    /// Withdraws a registry of employees that is `ACCEPTED` and not paid. It takes an `X-Request-Id`.
    ///
    /// # Outcome
    ///
    /// Keyed by `correlationId`; nothing is promised about a second request with the same one. After
    /// `Outcome::Unknown` call `settle`: it reads the result.
    ///
    /// # Cancellation
    ///
    /// Dropping the future, or reaching the deadline, means: it may be cancelled.
    ///
    /// # Source
    ///
    /// The bank's page "cancel the sending of a payment registry", salary project, T-API: route and request are
    /// documented, the answer is inferred. The page names the access in words only.
    pub struct CancelSalaryRegistry {
        id: "tbank-registry.cancel-salary-registry",
        route: "/api/v1/salary/payment-registry/cancel",
        scopes: scope::SALARY_CANCEL,
        number: "paymentOrderNumber",
        provenance: [Documented, Documented, Inferred],
    }
    found by GetSalaryRegistryCancellation => RegistryCancellation
}

result! {
    /// What became of a [`CancelSalaryRegistry`]. It takes an `X-Request-Id` and can be polled. Results are kept for
    /// two days ([`RESULT_KEPT`](crate::RESULT_KEPT)).
    ///
    /// # Source
    ///
    /// The bank's page "get the result of cancelling", salary project, T-API: route and request are documented, the
    /// answer is inferred.
    pub struct GetSalaryRegistryCancellation -> RegistryCancellation {
        id: "tbank-registry.get-salary-registry-cancellation",
        host: SECURED,
        route: "/api/v1/salary/payment-registry/cancel/result",
        scopes: scope::SALARY_CANCEL,
        provenance: [Documented, Documented, Inferred],
    }
}
