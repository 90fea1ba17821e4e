//! A registry of employees as the bank shows it: its card, and the list.

use rubank_core::lenient::{Rows, integer, text};
use rubank_core::model;
use rubank_core::money::{self, Money};
use rubank_core::personal::Personal;
use rubank_core::rate::RateClass;
use rubank_core::types::Account;

use crate::provider::{SECURED, scope};
use crate::registry::{LineStatus, RegistryStatus};
use crate::views::{card, list};

card! {
    /// The card of a registry of employees: state, count, total and lines. It can be polled.
    ///
    /// **The bank asks for one look in ten minutes per registry**, beside one in a second; the client keeps both, so a
    /// second look waits, or fails at once as `ErrorKind::RateLimited` when the deadline is shorter.
    ///
    /// # Source
    ///
    /// The bank's page "get information on a payment registry", salary project, T-API: route and request are
    /// documented, the answer is that of public client code.
    pub struct GetSalaryRegistry -> SalaryRegistry {
        id: "tbank-registry.get-salary-registry",
        route: "/api/v1/salary/payment-registry/{paymentRegistryId}",
        scopes: scope::SALARY_MANAGE,
        pace: "tbank-registry.salary-registry-card",
    }
}

model! {
    /// A registry of employees (реестр зарплатного проекта).
    #[derive(Eq)]
    pub struct SalaryRegistry {
        /// Its state.
        pub status: RegistryStatus = shown "status",
        /// The company's account.
        pub company_account_number: Option<Account> = "companyAccountNumber",
        /// When to send it. The form is not known: the text as it came.
        pub load_date: Option<String> = shown "loadDate" as text::option,
        /// How many lines.
        pub payments_count: Option<i64> = shown "paymentsCount" as integer::option,
        /// Roubles in all.
        pub total_sum: Option<Money> = "totalSum" as money::as_number::option,
        /// The lines; one that cannot be read does not hide the others.
        pub payments: Rows<SalaryCardLine> = shown "payments",
    }
}

model! {
    /// A line of a card.
    #[derive(Eq)]
    pub struct SalaryCardLine {
        /// The caller's number of the line.
        pub number: Option<i64> = shown "number" as integer::option,
        /// How far it got.
        pub status: Option<LineStatus> = shown "status",
        /// Who gets it.
        pub employee_info: Option<EmployeeInfo> = "employeeInfo",
        /// Where to.
        pub account_number: Option<Account> = "accountNumber",
        /// What for.
        pub payment_purpose: Option<Personal<String>> = "paymentPurpose",
        /// Roubles.
        pub sum: Option<Money> = "sum" as money::as_number::option,
        /// The first day that is paid for.
        pub period_start: Option<String> = "periodStart" as text::option,
        /// The last day that is paid for.
        pub period_end: Option<String> = "periodEnd" as text::option,
    }
}

model! {
    /// An employee in a card.
    #[derive(Eq)]
    pub struct EmployeeInfo {
        /// First name.
        pub first_name: Option<Personal<String>> = "firstName",
        /// Last name.
        pub last_name: Option<Personal<String>> = "lastName",
        /// Patronymic.
        pub middle_name: Option<Personal<String>> = "middleName",
        /// The bank's number of the employee; only where one was given.
        pub employee_id: Option<i64> = "employeeId" as integer::option,
    }
}

list! {
    /// Lists registries of employees that were made in a period, up to 50 to a page. It takes an `X-Request-Id`.
    ///
    /// The order is not said, so rows may shift between pages while registries are made; each comes once by its number.
    ///
    /// ```no_run
    /// # async fn f(client: tbank_registry::Client) -> Result<(), tbank_registry::Error> {
    /// use tbank_registry::{ListSalaryRegistries, RegistryStatus};
    ///
    /// let mut waiting = client.items(ListSalaryRegistries::new().status(RegistryStatus::Accepted));
    /// while let Some(registry) = waiting.next().await {
    ///     println!("{:?}", registry?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Rules
    ///
    /// At most ten states; no period that ends before it starts.
    ///
    /// # Source
    ///
    /// The bank's page "get a list of payment registries for a period", salary project, T-API: route and request are
    /// documented, the answer is that of public client code.
    pub struct ListSalaryRegistries {
        id: "tbank-registry.list-salary-registries",
        route: "/api/v1/salary/payment-registry/list",
        scopes: scope::SALARY_MANAGE,
        provenance: [Documented, Documented, Inferred],
    }
}
