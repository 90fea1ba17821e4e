//! A registry of employees, built as a draft or built and signed at once.

use rubank_core::money::Money;
use rubank_core::operation::{
    Answer, Checks, Effect, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, Timestamp};
use serde::Serialize;
use time::OffsetDateTime;

use super::line::SalaryLine;
use super::steps::{GetSalaryRegistryCreation, GetSalaryRegistryCreationAndSubmission};
use crate::asynchronous::{found, grades};
use crate::ids::CorrelationId;
use crate::provider::{OPEN, SECURED, TBankRegistry, scope};
use crate::registry::{BadLines, check_lines};
use crate::results::{RegistryCreation, RegistrySubmission, RequestTaken};

/// The longest company account of the method that builds and signs at once.
const LONGEST_ACCOUNT: usize = 50;

/// Drafts a registry of employees. No money moves; what became of it is asked with
/// [`GetSalaryRegistryCreation`], within two days.
///
/// ```no_run
/// # use tbank_registry::{Account, Client, CreateSalaryRegistry, Employee, Money, SalaryLine};
/// # use tbank_registry::GetSalaryRegistryCreation;
/// # async fn f(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let line = SalaryLine::new(
///     1,
///     Account::checked("40817810000000000001")?,
///     "Заработная плата за май 2024 года",
///     Employee::new("Иван", "Примеров"),
///     Money::parse("50000.10")?,
/// );
/// let key = "cf99df08-0829-4614-8da3-0e440fd23fe0"; // yours, written down before
/// client.send(&CreateSalaryRegistry::new(key, [line])).await?;
/// let built = client.poll(GetSalaryRegistryCreation::new(key)).next().await?;
/// println!("{:?} {:?}", built.status, built.payment_registry_id);
/// # Ok(())
/// # }
/// ```
///
/// # Rules
///
/// A UUID as key; at least one line; each line's number once; names, accounts and purposes not empty; at least one
/// kopeck in each line; one kind of income in all; no period that ends before it starts.
///
/// # Outcome
///
/// Keyed by `correlationId`; nothing is promised about a second request with the same one, so it is sent again only if
/// nothing of it left this machine, or with a fresh token after a 401. After `Outcome::Unknown` call `settle`: it reads
/// the result. `Settled::NotFound` counts only while the bank still keeps results, see [`RESULT_KEPT`](crate::RESULT_KEPT).
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: there may be a draft. It costs nothing until it is signed and
/// paid; settle it all the same, or you will have two.
///
/// # Source
///
/// The bank's page "create a draft of a payment registry", salary project, T-API: documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateSalaryRegistry {
    correlation_id: CorrelationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_account_number: Option<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    load_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry_create_type: Option<BadLines>,
    payments: Vec<SalaryLine>,
}

impl CreateSalaryRegistry {
    /// The caller's key of this request, and the lines.
    pub fn new(
        correlation_id: impl Into<CorrelationId>,
        lines: impl IntoIterator<Item = SalaryLine>,
    ) -> Self {
        Self {
            correlation_id: correlation_id.into(),
            company_account_number: None,
            load_date: None,
            registry_create_type: None,
            payments: lines.into_iter().collect(),
        }
    }

    /// The company's account; the main one if not set.
    #[must_use]
    pub fn company_account(mut self, account: Account) -> Self {
        self.company_account_number = Some(account);
        self
    }

    /// When to send the registry. The page gives no form; `2024-06-01` was seen.
    #[must_use]
    pub fn load_date(mut self, text: impl Into<String>) -> Self {
        self.load_date = Some(text.into());
        self
    }

    /// What bad lines do; [`BadLines::FailAll`] if not set.
    #[must_use]
    pub fn bad_lines(mut self, what: BadLines) -> Self {
        self.registry_create_type = Some(what);
        self
    }

    /// The caller's key of this request.
    #[must_use]
    pub fn correlation_id(&self) -> &CorrelationId {
        &self.correlation_id
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[SalaryLine] {
        &self.payments
    }

    /// Roubles in all; `None` if that is more than can be counted.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        Money::sum(self.payments.iter().map(SalaryLine::sum))
    }

    /// The same registry under another key, with only the lines that `keep` wants.
    pub(crate) fn with_lines(
        &self,
        correlation_id: CorrelationId,
        keep: impl Fn(i32) -> bool,
    ) -> Self {
        let lines = self.payments.iter().filter(|line| keep(line.number()));
        Self {
            correlation_id,
            payments: lines.cloned().collect(),
            ..self.clone()
        }
    }
}

impl Operation for CreateSalaryRegistry {
    type Provider = TBankRegistry;
    type Output = RequestTaken;

    const META: OperationMeta = OperationMeta::new(
        "tbank-registry.create-salary-registry",
        Effect::Keyed,
        Method::Post,
        OPEN,
        "/api/v1/salary/payment-registry/create",
    )
    .rates(&[RateClass::per_second(
        "tbank-registry.create-salary-registry",
        1,
    )])
    .scopes(scope::SALARY_MANAGE)
    .lookup(GetSalaryRegistryCreation::META.id)
    .provenance(grades!(Documented, Documented, Documented));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        check(
            &self.correlation_id,
            self.company_account_number.as_ref(),
            usize::MAX,
            self.load_date.as_deref(),
            &self.payments,
        )?;
        Parts::new().json(self)
    }

    fn parse(answer: &Answer) -> Result<RequestTaken, ReadError> {
        answer.json()
    }
}

found! { CreateSalaryRegistry by GetSalaryRegistryCreation => RegistryCreation }

/// Builds a registry of employees and signs it, in one request: after it the registry can be paid, **without anybody
/// having compared it with what was asked**. With [`BadLines::LeaveOut`] read the card before you pay;
/// [`flows::verify_signed`](crate::flows::verify_signed) does.
///
/// What became of it is asked with [`GetSalaryRegistryCreationAndSubmission`]. The bank takes an `X-Request-Id` here
/// (a UUID, for tracing only): set it with `RequestOptions::header`.
///
/// # Rules
///
/// As [`CreateSalaryRegistry`]; a company account of 1 to 50 characters.
///
/// # Outcome
///
/// Keyed by `correlationId`; nothing is promised about a second request with the same one. After `Outcome::Unknown`
/// call `settle`: it reads the result.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: there may be a signed registry. Settle it.
///
/// # Source
///
/// The bank's page "create and sign a payment registry", salary project, T-API: route and request are documented, the
/// answer is inferred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateAndSubmitSalaryRegistry {
    correlation_id: CorrelationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_account_number: Option<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    load_date: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry_create_type: Option<BadLines>,
    payments: Vec<SalaryLine>,
}

impl CreateAndSubmitSalaryRegistry {
    /// The caller's key of this request, and the lines.
    pub fn new(
        correlation_id: impl Into<CorrelationId>,
        lines: impl IntoIterator<Item = SalaryLine>,
    ) -> Self {
        Self {
            correlation_id: correlation_id.into(),
            company_account_number: None,
            load_date: None,
            registry_create_type: None,
            payments: lines.into_iter().collect(),
        }
    }

    /// The company's account, 1 to 50 characters; the main one if not set.
    #[must_use]
    pub fn company_account(mut self, account: Account) -> Self {
        self.company_account_number = Some(account);
        self
    }

    /// When to send the registry.
    #[must_use]
    pub fn load_date(mut self, at: OffsetDateTime) -> Self {
        self.load_date = Some(Timestamp::new(at));
        self
    }

    /// What bad lines do; [`BadLines::FailAll`] if not set.
    #[must_use]
    pub fn bad_lines(mut self, what: BadLines) -> Self {
        self.registry_create_type = Some(what);
        self
    }
}

impl Operation for CreateAndSubmitSalaryRegistry {
    type Provider = TBankRegistry;
    type Output = RequestTaken;

    const META: OperationMeta = OperationMeta::new(
        "tbank-registry.create-and-submit-salary-registry",
        Effect::Keyed,
        Method::Post,
        SECURED,
        "/api/v1/salary/payment-registry/create-submit",
    )
    .rates(&[RateClass::per_second(
        "tbank-registry.create-and-submit-salary-registry",
        1,
    )])
    .scopes(scope::SALARY_SUBMIT)
    .lookup(GetSalaryRegistryCreationAndSubmission::META.id)
    .provenance(grades!(Documented, Documented, Inferred));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        check(
            &self.correlation_id,
            self.company_account_number.as_ref(),
            LONGEST_ACCOUNT,
            None,
            &self.payments,
        )?;
        Parts::new().json(self)
    }

    fn parse(answer: &Answer) -> Result<RequestTaken, ReadError> {
        answer.json()
    }
}

found! {
    CreateAndSubmitSalaryRegistry by GetSalaryRegistryCreationAndSubmission => RegistrySubmission
}

fn check(
    key: &CorrelationId,
    account: Option<&Account>,
    longest_account: usize,
    load_date: Option<&str>,
    lines: &[SalaryLine],
) -> Result<(), InvalidRequest> {
    let mut checks = Checks::new();
    key.check(&mut checks);
    if let Some(account) = account {
        checks
            .not_blank("companyAccountNumber", account.expose())
            .that(
                account.expose().chars().count() <= longest_account,
                "companyAccountNumber",
                "must have at most 50 characters",
                || format!("{} characters", account.expose().chars().count()),
            );
    }
    if let Some(text) = load_date {
        checks.not_blank("loadDate", text);
    }
    let common: Vec<_> = lines.iter().map(SalaryLine::common).collect();
    check_lines(&mut checks, &common);
    for (index, line) in lines.iter().enumerate() {
        line.check_period(&mut checks, index);
    }
    checks.finish()
}
