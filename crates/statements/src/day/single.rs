//! One row.

use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, LocalDate};
use time::Date;

use crate::ids::OperationId;
use crate::page::{check_account, check_year};
use crate::provider::{SCOPES, Statements};
use crate::transaction::Transaction;

/// Gets one row of a day.
///
/// ```no_run
/// # async fn f(client: statements::Client, account: statements::Account) -> Result<(), statements::Error> {
/// use statements::{GetTransaction, time::macros::date};
///
/// let row = GetTransaction::by_operation_id(account, date!(2018-12-31), "7678987654678");
/// println!("{:?}", client.send(&row).await?.payment_purpose);
/// # Ok(())
/// # }
/// ```
///
/// Two forms of the query are documented: the page of January 2026 has [`by_operation_id`](Self::by_operation_id),
/// the bank's SDKs of 2025 have [`by_id`](Self::by_id). Which one your stand understands was not tried: take the
/// page's, and the other if it is refused.
///
/// # Source
///
/// The bank's page "transaction by identifier": route, request and answer are documented. At most 5 calls per second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetTransaction {
    account: Account,
    day: Date,
    which: Which,
}

/// How a row is named in the query.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    /// `statementDate` and `operationId`: the page's form.
    OperationId(OperationId),
    /// `operationDate` and `id`: the SDKs' form. Whether `operationId`, `transactionId` or `uuid` is meant nobody says.
    Id(String),
}

impl GetTransaction {
    /// The row of this account, 20 digits, on this day with this `operationId`.
    #[must_use]
    pub fn by_operation_id(account: Account, day: Date, id: impl Into<OperationId>) -> Self {
        Self {
            account,
            day,
            which: Which::OperationId(id.into()),
        }
    }

    /// The same in the SDKs' form.
    #[must_use]
    pub fn by_id(account: Account, day: Date, id: impl Into<String>) -> Self {
        Self {
            account,
            day,
            which: Which::Id(id.into()),
        }
    }
}

impl Operation for GetTransaction {
    type Provider = Statements;
    type Output = Transaction;

    const META: OperationMeta = OperationMeta::new(
        "statements.get-transaction",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v2/statement/transactionId",
    )
    .rates(&[RateClass::per_second("statement-transaction", 5)])
    .scopes(SCOPES)
    .success(&[200])
    .not_ready(&[202])
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        check_account(&mut checks, &self.account);
        let (day_name, id_name, id) = match &self.which {
            Which::OperationId(id) => ("statementDate", "operationId", id.as_str()),
            Which::Id(id) => ("operationDate", "id", id.as_str()),
        };
        check_year(&mut checks, day_name, self.day.year());
        checks.not_blank(id_name, id);
        checks.finish()?;
        let parts = Parts::new().query("accountNumber", self.account.expose());
        let day = LocalDate::new(self.day);
        // Each form in the order in which its source prints it.
        Ok(match self.which {
            Which::OperationId(_) => parts.query(day_name, day).query(id_name, id),
            Which::Id(_) => parts.query(id_name, id).query(day_name, day),
        })
    }

    fn parse(answer: &Answer) -> Result<Transaction, ReadError> {
        answer.json()
    }
}
