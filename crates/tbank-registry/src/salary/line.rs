//! One employee's pay.

use rubank_core::money::{self, Money};
use rubank_core::operation::Checks;
use rubank_core::personal::Personal;
use rubank_core::types::{Account, LocalDate};
use serde::Serialize;

use crate::registry::{CommonLine, RevenueType, check_period};

/// An employee, as a line names them.
///
/// ```
/// use tbank_registry::Employee;
///
/// let employee = Employee::new("Иван", "Примеров").middle_name("Петрович").employee_id(101);
/// assert!(!format!("{employee:?}").contains("Иван"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Employee {
    first_name: Personal<String>,
    last_name: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    employee_id: Option<i64>,
}

impl Employee {
    /// First and last name.
    pub fn new(
        first_name: impl Into<Personal<String>>,
        last_name: impl Into<Personal<String>>,
    ) -> Self {
        Self {
            first_name: first_name.into(),
            last_name: last_name.into(),
            middle_name: None,
            employee_id: None,
        }
    }

    /// Patronymic (отчество).
    #[must_use]
    pub fn middle_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.middle_name = Some(name.into());
        self
    }

    /// The bank's number of the employee.
    #[must_use]
    pub fn employee_id(mut self, id: i64) -> Self {
        self.employee_id = Some(id);
        self
    }
}

/// A line of a registry of employees: who gets how much, where and what for.
///
/// The bank pays by this way to its own accounts and cards only, for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SalaryLine {
    number: i32,
    account_number: Account,
    payment_purpose: Personal<String>,
    employee_info: Employee,
    #[serde(with = "money::as_number")]
    sum: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    period_start: Option<LocalDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period_end: Option<LocalDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revenue_type_code: Option<RevenueType>,
    #[serde(
        with = "money::as_number::option",
        skip_serializing_if = "Option::is_none"
    )]
    collection_amount: Option<Money>,
}

impl SalaryLine {
    /// The caller's number of the line, once in a registry: results are told by it. The account, the purpose, the
    /// person, and the roubles.
    pub fn new(
        number: i32,
        account: Account,
        purpose: impl Into<Personal<String>>,
        employee: Employee,
        sum: Money,
    ) -> Self {
        Self {
            number,
            account_number: account,
            payment_purpose: purpose.into(),
            employee_info: employee,
            sum,
            period_start: None,
            period_end: None,
            revenue_type_code: None,
            collection_amount: None,
        }
    }

    /// The first and the last day that are paid for.
    #[must_use]
    pub fn period(mut self, start: impl Into<LocalDate>, end: impl Into<LocalDate>) -> Self {
        self.period_start = Some(start.into());
        self.period_end = Some(end.into());
        self
    }

    /// The kind of income; the same in the whole registry, and fitting the purpose.
    #[must_use]
    pub fn revenue_type(mut self, code: RevenueType) -> Self {
        self.revenue_type_code = Some(code);
        self
    }

    /// Roubles that were withheld on enforcement (взысканная сумма).
    #[must_use]
    pub fn collection_amount(mut self, withheld: Money) -> Self {
        self.collection_amount = Some(withheld);
        self
    }

    /// The caller's number of the line.
    #[must_use]
    pub fn number(&self) -> i32 {
        self.number
    }

    /// Roubles.
    #[must_use]
    pub fn sum(&self) -> Money {
        self.sum
    }

    pub(super) fn common(&self) -> CommonLine<'_> {
        let person = &self.employee_info;
        CommonLine {
            number: self.number,
            account: self.account_number.expose(),
            purpose: self.payment_purpose.expose(),
            first_name: person.first_name.expose(),
            last_name: person.last_name.expose(),
            middle_name: person
                .middle_name
                .as_ref()
                .map(|name| name.expose().as_str()),
            sum: self.sum,
            collection_amount: self.collection_amount,
            revenue_type: self.revenue_type_code.as_ref(),
            person: "employeeInfo",
        }
    }

    pub(super) fn check_period(&self, checks: &mut Checks, index: usize) {
        check_period(
            checks,
            format!("payments[{index}].periodEnd"),
            self.period_start.as_ref(),
            self.period_end.as_ref(),
        );
    }
}
