//! All rows of a day.

use rubank_core::lenient::{Rows, one_or_many};
use rubank_core::model;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::paging::{ForeignLink, Paged, RowKey};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, LocalDate};
use sber_api::Link;
use time::Date;

use crate::key::TransactionKey;
use crate::page::{Place, check_year, rows_or_error};
use crate::provider::{SCOPES, Statements};
use crate::transaction::Transaction;
use crate::values::CurFormat;

/// Lists the rows of one account on one day, at most 100 to a page.
///
/// ```no_run
/// # async fn f(client: statements::Client, account: statements::Account) -> Result<(), statements::Error> {
/// use statements::{ListTransactions, time::macros::date};
///
/// let mut rows = client.items(ListTransactions::new(account, date!(2018-12-31)));
/// while let Some(row) = rows.next().await {
///     let row = row?;
///     println!("{} {:?}", row.key(), row.amount.and_then(|amount| amount.value()));
/// }
/// # Ok(())
/// # }
/// ```
///
/// - `items` gives each row once, pages and all; a row that says something else under the same `operationId` is
///   another row to it. Rows without a name are all given out.
/// - The list of the *current* day shifts while it is read: rows that come push others to the next page, rows that go
///   pull them up, and one may be missed. [`Backfill`](crate::Backfill) and [`Follower`](crate::Follower) prove what
///   they read by the summary.
/// - A page that does not exist is 400 `WORKFLOW_FAULT`, an error like any other: it is never taken for the end of the
///   list. A list without a successor has no link `next`.
/// - 202 is waited for, as with [`GetSummary`](crate::GetSummary).
///
/// # Source
///
/// The bank's page "transactions of a statement": route, request and answer are documented. At most 5 calls per
/// second. The bank keeps the current year and five before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListTransactions {
    day: Date,
    pub(crate) place: Place,
}

impl ListTransactions {
    /// The rows of this account, 20 digits, on this day, from the first page on.
    #[must_use]
    pub fn new(account: Account, day: Date) -> Self {
        Self {
            day,
            place: Place::first(account),
        }
    }

    /// From this page on; the first is 1.
    #[must_use]
    pub fn page(mut self, number: u32) -> Self {
        self.place.page = number;
        self
    }

    /// In which block the rows of a currency account come.
    #[must_use]
    pub fn cur_format(mut self, format: impl Into<CurFormat>) -> Self {
        self.place.cur_format = Some(format.into());
        self
    }
}

model! {
    /// One page of a day.
    #[derive(Eq)]
    pub struct Transactions {
        /// The pages beside it.
        pub links: Vec<Link> = "_links" as one_or_many,
        /// The rows; one that cannot be read does not hide the others. That their absence means "nothing happened" nobody
        /// promises: `items` gives an error in their place.
        pub transactions: Option<Rows<Transaction>> = shown "transactions",
    }
}

impl Operation for ListTransactions {
    type Provider = Statements;
    type Output = Transactions;

    const META: OperationMeta = OperationMeta::new(
        "statements.list-transactions",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v2/statement/transactions",
    )
    .rates(&[RateClass::per_second("statement-transactions", 5)])
    .scopes(SCOPES)
    .success(&[200])
    .not_ready(&[202])
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.place.check(&mut checks);
        check_year(&mut checks, "statementDate", self.day.year());
        checks.finish()?;
        let parts = Parts::new()
            .query("accountNumber", self.place.account.expose())
            .query("statementDate", LocalDate::new(self.day));
        Ok(self.place.put(parts))
    }

    fn parse(answer: &Answer) -> Result<Transactions, ReadError> {
        answer.json()
    }
}

impl Paged for ListTransactions {
    type Item = Transaction;

    fn next(&self, page: &Transactions) -> Result<Option<Self>, ForeignLink> {
        let day = LocalDate::new(self.day);
        let place = self
            .place
            .after(&page.links, ("statementDate", day.as_str()));
        Ok(place.map(|place| Self {
            place,
            ..self.clone()
        }))
    }

    fn rows(page: Transactions) -> Vec<Result<Transaction, ReadError>> {
        rows_or_error(page.transactions)
    }

    fn key(row: &Transaction) -> RowKey {
        // That an identifier is unique nobody promises: only the same row under the same one is a repeat.
        let hash = row.content_hash();
        match row.key_with(hash) {
            TransactionKey::Content(..) => RowKey::Content(hash.to_string()),
            named => RowKey::Id(format!("{named} {hash}")),
        }
    }
}
