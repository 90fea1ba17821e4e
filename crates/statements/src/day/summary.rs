//! The balances and turnovers of a day.

use rubank_core::lenient::integer;
use rubank_core::model;
use rubank_core::money::{self, Quantity};
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, LocalDate, LocalDateTime};
use time::Date;

use crate::page::{check_account, check_year};
use crate::provider::{SCOPES, Statements};
use crate::values::{CurrencyAmount, date, moment};

/// Tells the balances, turnovers and counts of one account on one day.
///
/// ```no_run
/// # async fn f(client: statements::Client, account: statements::Account) -> Result<(), statements::Error> {
/// use statements::{GetSummary, time::macros::date};
///
/// let summary = client.send(&GetSummary::new(account, date!(2018-12-31))).await?;
/// if let Some(closing) = summary.closing_balance.as_ref().and_then(|balance| balance.value()) {
///     println!("{closing}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// While the bank puts it together it answers 202; that is waited for, with growing pauses, until the deadline of the
/// call, and then is an error of kind [`NotReady`](crate::ErrorKind::NotReady).
///
/// # Source
///
/// The bank's page "summary of a statement": route, request and answer are documented. At most 5 calls per second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetSummary {
    account: Account,
    day: Date,
}

impl GetSummary {
    /// The summary of this account, 20 digits, on this day. By which clock the bank's days begin is not said.
    #[must_use]
    pub const fn new(account: Account, day: Date) -> Self {
        Self { account, day }
    }
}

model! {
    /// Balances and turnovers of a day (сводная информация по выписке). No field is promised.
    ///
    /// The columns in roubles of a currency account move by revaluation: calculate with those in its own currency.
    #[derive(Eq)]
    pub struct Summary {
        /// When the summary was made.
        pub composed_date_time: Option<LocalDateTime> = shown "composedDateTime" as moment,
        /// The day of the movement before.
        pub last_movement_date: Option<LocalDate> = shown "lastMovementDate" as date,
        /// The rate at the opening; null for a rouble account.
        pub opening_rate: Option<Quantity> = shown "openingRate" as money::as_number::option,
        /// The balance at the day's start (входящий остаток).
        pub opening_balance: Option<CurrencyAmount> = "openingBalance",
        /// The same in roubles.
        pub opening_balance_rub: Option<CurrencyAmount> = "openingBalanceRub",
        /// The balance at the day's end (исходящий остаток).
        pub closing_balance: Option<CurrencyAmount> = "closingBalance",
        /// The same in roubles.
        pub closing_balance_rub: Option<CurrencyAmount> = "closingBalanceRub",
        /// What went out.
        pub debit_turnover: Option<CurrencyAmount> = "debitTurnover",
        /// The same in roubles.
        pub debit_turnover_rub: Option<CurrencyAmount> = "debitTurnoverRub",
        /// How many rows went out.
        pub debit_transactions_number: Option<i64> = shown "debitTransactionsNumber" as integer::option,
        /// What came in.
        pub credit_turnover: Option<CurrencyAmount> = "creditTurnover",
        /// The same in roubles.
        pub credit_turnover_rub: Option<CurrencyAmount> = "creditTurnoverRub",
        /// How many rows came in.
        pub credit_transactions_number: Option<i64> = shown "creditTransactionsNumber" as integer::option,
    }
}

impl Operation for GetSummary {
    type Provider = Statements;
    type Output = Summary;

    const META: OperationMeta = OperationMeta::new(
        "statements.get-summary",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v2/statement/summary",
    )
    .rates(&[RateClass::per_second("statement-summary", 5)])
    .scopes(SCOPES)
    .success(&[200])
    .not_ready(&[202])
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        check_account(&mut checks, &self.account);
        check_year(&mut checks, "statementDate", self.day.year());
        checks.finish()?;
        Ok(Parts::new()
            .query("accountNumber", self.account.expose())
            .query("statementDate", LocalDate::new(self.day)))
    }

    fn parse(answer: &Answer) -> Result<Summary, ReadError> {
        answer.json()
    }
}
