//! The 21 methods: where they are, who may call them and how often, and what they answer on the test stand.

use http::StatusCode;
use time::OffsetDateTime;

use super::answers::Refusal;
use super::request::{self, Action, CreateOrder, ListOrder, PayOrder};
use super::switches::Scope;
use super::{Bank, create, pay, read, sign, stand};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::host::OperationSpec;
use crate::strict::Complaint;

/// The operation id of paying a signed registry.
pub const PAY_REGISTRY: &str = "tbank-registry.pay-registry";
/// The operation id of a payment's state.
pub const PAYMENT_STATUS: &str = "tbank-registry.get-payment-status";
/// The operation id of creating a registry of employees.
pub const CREATE_SALARY: &str = "tbank-registry.create-salary-registry";
/// The operation id of the result of [`CREATE_SALARY`].
pub const CREATE_SALARY_RESULT: &str = "tbank-registry.get-salary-registry-creation";
/// The operation id of signing a registry of employees.
pub const SUBMIT_SALARY: &str = "tbank-registry.submit-salary-registry";
/// The operation id of the result of [`SUBMIT_SALARY`].
pub const SUBMIT_SALARY_RESULT: &str = "tbank-registry.get-salary-registry-submission";
/// The operation id of creating and signing a registry of employees at once.
pub const CREATE_AND_SUBMIT_SALARY: &str = "tbank-registry.create-and-submit-salary-registry";
/// The operation id of the result of [`CREATE_AND_SUBMIT_SALARY`].
pub const CREATE_AND_SUBMIT_SALARY_RESULT: &str =
    "tbank-registry.get-salary-registry-creation-and-submission";
/// The operation id of the list of registries of employees.
pub const LIST_SALARY: &str = "tbank-registry.list-salary-registries";
/// The operation id of taking a registry of employees back.
pub const CANCEL_SALARY: &str = "tbank-registry.cancel-salary-registry";
/// The operation id of the result of [`CANCEL_SALARY`].
pub const CANCEL_SALARY_RESULT: &str = "tbank-registry.get-salary-registry-cancellation";
/// The operation id of the card of a registry of employees.
pub const SALARY_CARD: &str = "tbank-registry.get-salary-registry";
/// The operation id of creating a registry of the self-employed.
pub const CREATE_SELF_EMPLOYED: &str = "tbank-registry.create-self-employed-registry";
/// The operation id of the result of [`CREATE_SELF_EMPLOYED`].
pub const CREATE_SELF_EMPLOYED_RESULT: &str = "tbank-registry.get-self-employed-registry-creation";
/// The operation id of signing a registry of the self-employed.
pub const SUBMIT_SELF_EMPLOYED: &str = "tbank-registry.submit-self-employed-registry";
/// The operation id of the result of [`SUBMIT_SELF_EMPLOYED`].
pub const SUBMIT_SELF_EMPLOYED_RESULT: &str =
    "tbank-registry.get-self-employed-registry-submission";
/// The operation id of the self-employed's own payment.
pub const PAY_SELF_EMPLOYED: &str = "tbank-registry.pay-self-employed-registry";
/// The operation id of the result of [`PAY_SELF_EMPLOYED`].
pub const PAY_SELF_EMPLOYED_RESULT: &str = "tbank-registry.get-self-employed-registry-payment";
/// The operation id of the request for receipts.
pub const RECEIPTS: &str = "tbank-registry.request-self-employed-receipts";
/// The operation id of the list of registries of the self-employed.
pub const LIST_SELF_EMPLOYED: &str = "tbank-registry.list-self-employed-registries";
/// The operation id of the card of a registry of the self-employed.
pub const SELF_EMPLOYED_CARD: &str = "tbank-registry.get-self-employed-registry";

/// One method and everything about it.
#[derive(Clone, Copy)]
pub(super) struct Method {
    pub(super) spec: OperationSpec,
    /// Whether it is on the host that demands a certificate.
    pub(super) secured: bool,
    pub(super) scope: Scope,
    pub(super) per_second: usize,
    pub(super) live: fn(&Bank, &Asked) -> Result<Answer, Refusal>,
    /// The contract alone, for the test stand.
    pub(super) check: fn(&Asked, OffsetDateTime) -> Result<(), Complaint>,
    /// What the test stand answers, whatever was asked.
    pub(super) fixed: fn() -> Answer,
}

/// Everything that follows from the kind of a method.
macro_rules! methods {
    ($( $id:ident $verb:literal $path:literal $host:ident $scope:ident $pace:literal
        $live:path, $check:expr, $fixed:path; )*) => {
        [$( Method {
            spec: OperationSpec::new($id, $verb, $path)
                .enum_fields(&["status", "paymentStatus", "revenueTypeCode"])
                .page_key("offset"),
            secured: $host,
            scope: Scope::$scope,
            per_second: $pace,
            live: $live,
            check: $check,
            fixed: || Answer::text(StatusCode::OK, "application/json", $fixed),
        } ),*]
    };
}

const SECURED: bool = true;
const OPEN: bool = false;

pub(super) const ALL: [Method; 21] = methods! {
    PAY_REGISTRY "POST" "/api/v1/payment/payment-registry/pay"
        SECURED Payments 10
        pay::registry, |asked, now| PayOrder::read(asked, now).map(drop), stand::NOTHING;
    PAYMENT_STATUS "GET" "/api/v1/payment/{paymentId}"
        SECURED Payments 20
        read::payment, |asked, _| request::payment_path(asked).map(drop), stand::PAYMENT;
    CREATE_SALARY "POST" "/api/v1/salary/payment-registry/create"
        OPEN SalaryManage 1
        create::employees, |asked, _| CreateOrder::employees(asked).map(drop), stand::TAKEN;
    CREATE_SALARY_RESULT "GET" "/api/v1/salary/payment-registry/create/result"
        OPEN SalaryManage 1
        create::employees_result, |asked, _| request::correlation_query(asked).map(drop),
        stand::CREATED;
    SUBMIT_SALARY "POST" "/api/v1/salary/payment-registry/submit"
        SECURED SalarySubmit 1
        sign::employees, |asked, _| Action::read(asked).map(drop), stand::TAKEN;
    SUBMIT_SALARY_RESULT "GET" "/api/v1/salary/payment-registry/submit/result"
        SECURED SalarySubmit 1
        sign::employees_result, |asked, _| request::correlation_query(asked).map(drop),
        stand::SIGNED;
    CREATE_AND_SUBMIT_SALARY "POST" "/api/v1/salary/payment-registry/create-submit"
        SECURED SalarySubmit 1
        create::employees_at_once, |asked, _| CreateOrder::employees_at_once(asked).map(drop),
        stand::TAKEN;
    CREATE_AND_SUBMIT_SALARY_RESULT "GET" "/api/v1/salary/payment-registry/create-submit/result"
        SECURED SalarySubmit 1
        create::at_once_result, |asked, _| request::correlation_query(asked).map(drop),
        stand::SIGNED;
    LIST_SALARY "POST" "/api/v1/salary/payment-registry/list"
        SECURED SalaryManage 1
        read::employees_list, |asked, _| ListOrder::read(asked).map(drop), stand::LIST;
    CANCEL_SALARY "POST" "/api/v1/salary/payment-registry/cancel"
        SECURED SalaryCancel 1
        sign::cancel, |asked, _| Action::cancel(asked).map(drop), stand::TAKEN;
    CANCEL_SALARY_RESULT "GET" "/api/v1/salary/payment-registry/cancel/result"
        SECURED SalaryCancel 1
        sign::cancel_result, |asked, _| request::correlation_query(asked).map(drop),
        stand::CANCELLED;
    SALARY_CARD "GET" "/api/v1/salary/payment-registry/{paymentRegistryId}"
        OPEN SalaryManage 1
        read::employees_card, |asked, _| request::registry_path(asked).map(drop), stand::CARD;
    CREATE_SELF_EMPLOYED "POST" "/api/v1/self-employed/payment-registry/create"
        OPEN SelfEmployedManage 1
        create::self_employed, |asked, _| CreateOrder::self_employed(asked).map(drop),
        stand::TAKEN;
    CREATE_SELF_EMPLOYED_RESULT "GET" "/api/v1/self-employed/payment-registry/create/result"
        OPEN SelfEmployedManage 1
        create::self_employed_result, |asked, _| request::correlation_query(asked).map(drop),
        stand::CREATED;
    SUBMIT_SELF_EMPLOYED "POST" "/api/v1/self-employed/payment-registry/submit"
        SECURED SelfEmployedSubmit 1
        sign::self_employed, |asked, _| Action::read(asked).map(drop), stand::TAKEN;
    SUBMIT_SELF_EMPLOYED_RESULT "GET" "/api/v1/self-employed/payment-registry/submit/result"
        SECURED SelfEmployedSubmit 1
        sign::self_employed_result, |asked, _| request::correlation_query(asked).map(drop),
        stand::SIGNED;
    PAY_SELF_EMPLOYED "POST" "/api/v1/self-employed/payment-registry/pay"
        SECURED SelfEmployedPay 1
        pay::self_employed, |asked, _| Action::read(asked).map(drop), stand::TAKEN;
    PAY_SELF_EMPLOYED_RESULT "POST" "/api/v1/self-employed/payment-registry/pay/result"
        SECURED SelfEmployedPay 1
        pay::self_employed_result, |asked, _| request::correlation_body(asked).map(drop),
        stand::PAID;
    RECEIPTS "POST" "/api/v1/self-employed/payment-registry/receipts"
        SECURED SelfEmployedFiscalize 1
        read::receipts, |asked, _| Action::read(asked).map(drop), stand::TAKEN;
    LIST_SELF_EMPLOYED "POST" "/api/v1/self-employed/payment-registry/list"
        SECURED SelfEmployedManage 1
        read::self_employed_list, |asked, _| ListOrder::read(asked).map(drop), stand::LIST;
    SELF_EMPLOYED_CARD "GET" "/api/v1/self-employed/payment-registry/{paymentRegistryId}"
        OPEN SelfEmployedManage 1
        read::self_employed_card, |asked, _| request::registry_path(asked).map(drop),
        stand::SELF_EMPLOYED_CARD;
};
