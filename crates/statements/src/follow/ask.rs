//! What is asked of the bank, and what it says.

use rubank_core::error::Error;
use rubank_core::operation::Operation;
use rubank_core::paging::stuck;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::Client;
use crate::day::{GetSummary, ListTransactions, Summary, Transactions};
use crate::error::{is_no_such_page, is_nothing};
use crate::increment::{Increment, ListIncrement};
use crate::provider::Statements;

/// A question to the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask {
    /// What changed today.
    Increment(ListIncrement),
    /// A page of a whole day.
    Transactions(ListTransactions),
    /// The sums of a day.
    Summary(GetSummary),
}

/// The bank's answer, with what its surroundings say about time.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The answer.
    pub told: Told,
    /// Our clock when the question was asked, before any waiting.
    pub asked_at: OffsetDateTime,
    /// The answer's `Date`.
    pub bank_date: Option<OffsetDateTime>,
}

/// What the bank said to an [`Ask`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Told {
    /// To [`Ask::Increment`].
    Increment(Increment),
    /// To [`Ask::Transactions`].
    Transactions(Transactions),
    /// To [`Ask::Summary`].
    Summary(Box<Summary>),
    /// 404 with the code for "no data" (inferred from public clients): an empty list, if the day's sums agree.
    Nothing,
    /// 400 for a page that a link had promised: the list got shorter while it was read. It is read again from its
    /// first page.
    NoSuchPage,
}

impl Ask {
    /// Asks.
    ///
    /// # Errors
    /// As [`Client::send`](rubank_core::client::Client::send), except what [`Told`] has a word for.
    pub async fn send(&self, client: &Client) -> Result<Heard, Error> {
        self.try_send(client).await.map(|(heard, _)| heard)
    }

    /// The error of a list that goes round in circles.
    pub(crate) fn stuck(&self) -> Error {
        match self {
            Self::Increment(_) => stuck::<ListIncrement>(),
            // A summary is no list.
            Self::Transactions(_) | Self::Summary(_) => stuck::<ListTransactions>(),
        }
    }

    /// The same, with the error behind [`Told::NoSuchPage`].
    pub(crate) async fn try_send(&self, client: &Client) -> Result<(Heard, Option<Error>), Error> {
        match self {
            Self::Increment(list) => {
                let is_later_page = list.place.page > 1;
                hear(client, list, is_later_page, Told::Increment).await
            }
            Self::Transactions(list) => {
                let is_later_page = list.place.page > 1;
                hear(client, list, is_later_page, Told::Transactions).await
            }
            Self::Summary(summary) => {
                hear(client, summary, false, |told| Told::Summary(Box::new(told))).await
            }
        }
    }
}

async fn hear<O: Operation<Provider = Statements>>(
    client: &Client,
    operation: &O,
    is_later_page: bool,
    told: impl FnOnce(O::Output) -> Told,
) -> Result<(Heard, Option<Error>), Error> {
    let asked_at = client.clock().now();
    let mut vanished = None;
    let (told, bank_date) = match client.send(operation).await {
        Ok(answer) => {
            let date = answer.headers().get("date");
            let date = date.and_then(|date| date.to_str().ok());
            let date = date.and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
            (told(answer.into_value()), date)
        }
        Err(error) if is_no_such_page(&error, is_later_page) => {
            vanished = Some(error);
            (Told::NoSuchPage, None)
        }
        Err(error) if is_nothing(&error) => (Told::Nothing, None),
        Err(error) => return Err(error),
    };
    let heard = Heard {
        told,
        asked_at,
        bank_date,
    };
    Ok((heard, vanished))
}
