//! What a test can turn about the bank.

use std::collections::BTreeSet;

/// What a token is allowed to do; the last part of the bank's scope `opensme/inn/[…]/kpp/[…]/…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Scope {
    /// `payments/payment-registry`: pay a registry, ask for a payment's status.
    Payments,
    /// `salary/payment-registry/manage`: create, see and list registries of employees.
    SalaryManage,
    /// `salary/payment-registry/submit`: sign them, or create and sign at once.
    SalarySubmit,
    /// `salary/payment-registry/cancel`: take them back. The bank's page has a label only; the name is invented.
    SalaryCancel,
    /// `self-employed/payment-registry/manage`: create, see and list registries of the self-employed.
    SelfEmployedManage,
    /// `self-employed/payment-registry/submit`: sign them.
    SelfEmployedSubmit,
    /// `self-employed/payment-registry/pay`: pay them by the method of their own.
    SelfEmployedPay,
    /// `self-employed/payment-registry/fiscalize`: ask for receipts.
    SelfEmployedFiscalize,
}

/// What the bank does with a key that it has seen before. No page tells, so a client must live with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// The same request is answered as before and nothing is done; another request with that key is a 422.
    Replay,
    /// A 422 with a code of its own, whatever the request is.
    Refuse,
    /// The request is worked on as if the key were new: the worst that a client can meet.
    ActAgain,
}

/// How a good payment request is answered: the page leaves it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PayAnswer {
    /// 200 and `{}`.
    EmptyObject,
    /// 200 without a body.
    NoBody,
    /// 201 without a body.
    Created,
}

/// How much may be paid, in kopecks. Days and months are those of Moscow on the simulated clock; payments that
/// failed or were cancelled do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One payment.
    pub payment: u64,
    /// All payments of a day.
    pub day: u64,
    /// All payments of a month.
    pub month: u64,
}

impl Limits {
    /// No limit is ever met.
    pub const NONE: Self = Self {
        payment: u64::MAX,
        day: u64::MAX,
        month: u64::MAX,
    };
    /// What the bank is said to begin with: 100 000 roubles a payment and a day, 1 000 000 a month.
    pub const REPORTED: Self = Self {
        payment: 10_000_000,
        day: 10_000_000,
        month: 100_000_000,
    };
}

#[derive(Debug)]
pub(super) struct Switches {
    pub(super) address_refused: bool,
    pub(super) withheld: BTreeSet<Scope>,
    pub(super) paced: bool,
    pub(super) repeated_correlation: Repeat,
    pub(super) repeated_payment: Repeat,
    pub(super) pay_answer: PayAnswer,
    pub(super) status_knows_registries: bool,
    pub(super) signatures_refused: bool,
    pub(super) limits: Limits,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            address_refused: false,
            withheld: BTreeSet::new(),
            paced: true,
            repeated_correlation: Repeat::Replay,
            repeated_payment: Repeat::Refuse,
            pay_answer: PayAnswer::EmptyObject,
            status_knows_registries: true,
            signatures_refused: false,
            limits: Limits::NONE,
        }
    }
}
