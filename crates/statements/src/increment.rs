//! What changed today.

use rubank_core::lenient::{Rows, one_or_many};
use rubank_core::model;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::paging::{ForeignLink, Paged, RowKey};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, LocalDate, LocalDateTime};
use sber_api::Link;
use time::{Date, Duration, PrimitiveDateTime};

use crate::page::{Place, check_year, rows_or_error};
use crate::provider::{SCOPES, Statements};
use crate::transaction::Transaction;
use crate::values::{CurFormat, moment};

/// Lists the rows of the current operating day that are new, changed or removed since a moment of it.
///
/// ```no_run
/// # async fn f(client: statements::Client, account: statements::Account) -> Result<(), statements::Error> {
/// use statements::{ListIncrement, Since, time::macros::datetime};
///
/// let since_ten = Since::Moment(datetime!(2018-12-31 10:00));
/// let mut rows = client.items(ListIncrement::new(account, since_ten));
/// while let Some(row) = rows.next().await {
///     let row = row?;
///     println!("{} outdated: {:?}", row.key(), row.outdated_doc);
/// }
/// # Ok(())
/// # }
/// ```
///
/// - It is of **today** only, and it tells changes: merge by key, do not append. [`Follower`](crate::Follower) does.
/// - `items` gives out every row: the same `operationId` may come as it was and as it is now. A row that shifts to the
///   next page while the list is read comes twice.
/// - How a removed row looks is not said. The older text of the page promises removed rows, the newer one changed
///   rows; `outdatedDoc` is the only candidate for the mark (inferred).
/// - A page that does not exist is 400 `WORKFLOW_FAULT`, as is a day in the future: never the end of the list.
/// - 202 is waited for, as with [`GetSummary`](crate::GetSummary).
///
/// # Source
///
/// The bank's page "statement for a period": route, request and answer are documented. At most 5 calls per second,
/// 100 rows to a page. The page speaks of a list of accounts and takes one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListIncrement {
    since: Since,
    pub(crate) place: Place,
}

/// From when on changes are asked for: from the start of the day, or from a moment. The bank forbids both together,
/// and takes an upper bound only with a lower one.
///
/// Times have no zone on the wire, and which one the bank means is not said for certain: an old page speaks of UTC,
/// users disagree. Milliseconds are sent if there are some; whole seconds are the safer choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From 00:00 of this day, which must be the bank's today (`statementDate`).
    StartOfDay(Date),
    /// From this moment of today until now (`lastModifyDate`).
    Moment(PrimitiveDateTime),
    /// From the first moment to the second of the same day (`lastModifyDate`, `lastModifyDateTo`). The upper bound stands
    /// in newer texts of the page only.
    Between(PrimitiveDateTime, PrimitiveDateTime),
}

impl ListIncrement {
    /// What changed in this account, 20 digits, since then, from the first page on.
    #[must_use]
    pub fn new(account: Account, since: Since) -> Self {
        Self {
            since,
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
    /// One page of an increment.
    #[derive(Eq)]
    pub struct Increment {
        /// The pages beside it.
        pub links: Vec<Link> = "_links" as one_or_many,
        /// When the account's operations were last brought up to date. The page's example has `Z` and milliseconds,
        /// unlike all other times: see [`LocalDateTime::offset`].
        pub reload_time: Option<LocalDateTime> = shown "reloadTime" as moment,
        /// The rows; one that cannot be read does not hide the others. That their absence means "nothing changed" nobody
        /// promises: `items` gives an error in their place.
        pub transactions: Option<Rows<Transaction>> = shown "transactions",
    }
}

impl Operation for ListIncrement {
    type Provider = Statements;
    type Output = Increment;

    const META: OperationMeta = OperationMeta::new(
        "statements.list-increment",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v2/statement/increment",
    )
    .rates(&[RateClass::per_second("statement-increment", 5)])
    .scopes(SCOPES)
    .success(&[200])
    .not_ready(&[202])
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.place.check(&mut checks);
        self.since.check(&mut checks);
        checks.finish()?;
        let parts = Parts::new().query("accountNumber", self.place.account.expose());
        let parts = match self.since {
            Since::StartOfDay(day) => parts.query("statementDate", LocalDate::new(day)),
            Since::Moment(from) => parts.query("lastModifyDate", written(from)),
            Since::Between(from, to) => parts
                .query("lastModifyDate", written(from))
                .query("lastModifyDateTo", written(to)),
        };
        Ok(self.place.put(parts))
    }

    fn parse(answer: &Answer) -> Result<Increment, ReadError> {
        answer.json()
    }
}

impl Paged for ListIncrement {
    type Item = Transaction;

    fn next(&self, page: &Increment) -> Result<Option<Self>, ForeignLink> {
        let (name, value) = match self.since {
            Since::StartOfDay(day) => ("statementDate", LocalDate::new(day).to_string()),
            Since::Moment(from) | Since::Between(from, _) => {
                ("lastModifyDate", written(from).to_string())
            }
        };
        let place = self.place.after(&page.links, (name, &value));
        Ok(place.map(|place| Self {
            place,
            ..self.clone()
        }))
    }

    fn rows(page: Increment) -> Vec<Result<Transaction, ReadError>> {
        rows_or_error(page.transactions)
    }

    fn key(row: &Transaction) -> RowKey {
        // Two versions of a row are two rows here; which of them counts only the whole list tells.
        RowKey::Content(format!("{} {:?}", row.content_hash(), row.outdated_doc))
    }
}

impl Since {
    fn check(&self, checks: &mut Checks) {
        match self {
            Self::StartOfDay(day) => check_year(checks, "statementDate", day.year()),
            Self::Moment(from) => check_year(checks, "lastModifyDate", from.year()),
            Self::Between(from, to) => {
                check_year(checks, "lastModifyDate", from.year());
                check_year(checks, "lastModifyDateTo", to.year());
                let rule = "must be in the same day as lastModifyDate";
                checks.that(to.date() == from.date(), "lastModifyDateTo", rule, || {
                    "another day".to_owned()
                });
                let rule = "must not be before lastModifyDate";
                checks.that(
                    to.date() != from.date() || to >= from,
                    "lastModifyDateTo",
                    rule,
                    || "an earlier moment".to_owned(),
                );
            }
        }
    }
}

/// Whole milliseconds: the wire has no more, and cutting the rest off asks for a little more, never for less.
fn written(at: PrimitiveDateTime) -> LocalDateTime {
    let beyond = i64::from(at.nanosecond() % 1_000_000);
    LocalDateTime::new(at.saturating_sub(Duration::nanoseconds(beyond)))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn since_is_written_without_a_zone_and_checked() {
        let query = |since: Since| {
            let list = ListIncrement::new(Account::received("40702810500006103990"), since)
                .cur_format("curTransfer");
            list.parts().map(|parts| {
                let pairs = parts.query_pairs().iter().skip(1);
                pairs
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect::<Vec<_>>()
                    .join("&")
            })
        };
        let (ten, eleven) = (
            datetime!(2018-12-31 10:00),
            datetime!(2018-12-31 11:00:00.123456789),
        );
        assert_eq!(
            query(Since::StartOfDay(ten.date())).unwrap(),
            "statementDate=2018-12-31&page=1&curFormat=curTransfer"
        );
        assert_eq!(
            query(Since::Between(ten, eleven)).unwrap(),
            "lastModifyDate=2018-12-31T10:00:00&lastModifyDateTo=2018-12-31T11:00:00.123&page=1&curFormat=curTransfer"
        );
        assert!(query(Since::Between(ten, ten)).is_ok());
        assert_eq!(
            query(Since::Between(eleven, ten)).unwrap_err().to_string(),
            "lastModifyDateTo: must not be before lastModifyDate (got an earlier moment)"
        );
        // The bank tells one operating day.
        assert!(query(Since::Between(ten, datetime!(2018-12-31 23:59:59.999))).is_ok());
        for other in [datetime!(2019-01-01 00:00), datetime!(2018-12-30 11:00)] {
            assert_eq!(
                query(Since::Between(ten, other)).unwrap_err().to_string(),
                "lastModifyDateTo: must be in the same day as lastModifyDate (got another day)"
            );
        }
        assert!(query(Since::StartOfDay(time::Date::MIN)).is_err());
        let all = ListIncrement::new(Account::received("4070281050000610399"), Since::Moment(ten))
            .page(0);
        assert_eq!(
            all.parts().unwrap_err().to_string(),
            "accountNumber: must have 20 digits (got 19 characters); page: must be 1 to 4294967295 (got 0)"
        );
    }
}
