//! A draft of a registry of the self-employed.

use rubank_core::money::Money;
use rubank_core::operation::{
    Answer, Checks, Effect, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use rubank_core::types::Account;
use serde::Serialize;

use super::line::SelfEmployedLine;
use super::steps::GetSelfEmployedRegistryCreation;
use crate::asynchronous::{found, grades};
use crate::ids::CorrelationId;
use crate::provider::{OPEN, TBankRegistry, scope};
use crate::registry::{BadLines, check_lines};
use crate::results::{RegistryCreation, RequestTaken};

/// From whom the income of the self-employed is (`incomeType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum IncomeType {
    /// `FROM_LEGAL_ENTITY`: a company or an entrepreneur.
    #[serde(rename = "FROM_LEGAL_ENTITY")]
    FromLegalEntity,
    /// `FROM_INDIVIDUAL`: a private person.
    #[serde(rename = "FROM_INDIVIDUAL")]
    FromIndividual,
}

/// Drafts a registry of the self-employed. No money moves; what became of it is asked with
/// [`GetSelfEmployedRegistryCreation`], within two days.
///
/// # Rules
///
/// A UUID as key; at least one line; each line's number once; names, accounts and purposes not empty; at least one
/// kopeck in each line; one kind of income in all.
///
/// # Outcome
///
/// Keyed by `correlationId`; nothing is promised about a second request with the same one, so it is sent again only if
/// nothing of it left this machine, or with a fresh token after a 401. After `Outcome::Unknown` call `settle`: it reads
/// the result.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: there may be a draft. Settle it, or you will have two.
///
/// # Source
///
/// The bank's page "create a draft of a payment registry", payouts to the self-employed, T-API: the route is
/// documented, request and answer are concluded from the twin for employees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateSelfEmployedRegistry {
    correlation_id: CorrelationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_account_number: Option<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry_create_type: Option<BadLines>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_holding: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    income_type: Option<IncomeType>,
    payments: Vec<SelfEmployedLine>,
}

impl CreateSelfEmployedRegistry {
    /// The caller's key of this request, and the lines.
    pub fn new(
        correlation_id: impl Into<CorrelationId>,
        lines: impl IntoIterator<Item = SelfEmployedLine>,
    ) -> Self {
        Self {
            correlation_id: correlation_id.into(),
            company_account_number: None,
            registry_create_type: None,
            tax_holding: None,
            income_type: None,
            payments: lines.into_iter().collect(),
        }
    }

    /// The company's account; the main one if not set.
    #[must_use]
    pub fn company_account(mut self, account: Account) -> Self {
        self.company_account_number = Some(account);
        self
    }

    /// What bad lines do; [`BadLines::FailAll`] if not set.
    #[must_use]
    pub fn bad_lines(mut self, what: BadLines) -> Self {
        self.registry_create_type = Some(what);
        self
    }

    /// Whether the bank withholds the tax; not, if not set.
    #[must_use]
    pub fn tax_holding(mut self, withhold: bool) -> Self {
        self.tax_holding = Some(withhold);
        self
    }

    /// From whom the income is.
    #[must_use]
    pub fn income_type(mut self, from: IncomeType) -> Self {
        self.income_type = Some(from);
        self
    }

    /// The caller's key of this request.
    #[must_use]
    pub fn correlation_id(&self) -> &CorrelationId {
        &self.correlation_id
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[SelfEmployedLine] {
        &self.payments
    }

    /// Roubles in all; `None` if that is more than can be counted.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        Money::sum(self.payments.iter().map(SelfEmployedLine::sum))
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

impl Operation for CreateSelfEmployedRegistry {
    type Provider = TBankRegistry;
    type Output = RequestTaken;

    const META: OperationMeta = OperationMeta::new(
        "tbank-registry.create-self-employed-registry",
        Effect::Keyed,
        Method::Post,
        OPEN,
        "/api/v1/self-employed/payment-registry/create",
    )
    .rates(&[RateClass::per_second(
        "tbank-registry.create-self-employed-registry",
        1,
    )])
    .scopes(scope::SELF_EMPLOYED_MANAGE)
    .lookup(GetSelfEmployedRegistryCreation::META.id)
    .provenance(grades!(Documented, Inferred, Inferred));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.correlation_id.check(&mut checks);
        if let Some(account) = &self.company_account_number {
            checks.not_blank("companyAccountNumber", account.expose());
        }
        let common: Vec<_> = self.payments.iter().map(SelfEmployedLine::common).collect();
        check_lines(&mut checks, &common);
        checks.finish()?;
        Parts::new().json(self)
    }

    fn parse(answer: &Answer) -> Result<RequestTaken, ReadError> {
        answer.json()
    }
}

found! { CreateSelfEmployedRegistry by GetSelfEmployedRegistryCreation => RegistryCreation }
