//! What a person calls one thing and the bank calls several.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use rubank_core::error::Error;
use rubank_core::paging::Items;
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};

use crate::ids::{B2bClientId, QrcId};
use crate::list::Sort;
use crate::outgoing::{ListOutgoingPayments, OutgoingPayment, SortField};
use crate::provider::AlfaSbp;

type Client = rubank_core::client::Client<AlfaSbp>;

/// The outgoing payments of one calendar day, the newest first.
///
/// The bank cannot filter by date, so the list is read from now back, newest first, and left after the first payment
/// before the day: a day long ago costs a page for every hundred payments since. Payments that are made meanwhile only
/// push others down; none is lost and none comes twice.
///
/// Say whose day you mean: the bank's times are UTC, and a day in Moscow begins at 21:00 of the day before.
///
/// ```no_run
/// # async fn f(client: alfa_sbp::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use alfa_sbp::flows::payments_of_day;
/// use alfa_sbp::time::{Date, Month, UtcOffset};
///
/// let date = Date::from_calendar_date(2022, Month::May, 26)?;
/// let moscow = UtcOffset::from_hms(3, 0, 0)?;
/// let mut payments = payments_of_day(&client, "client-1", date, moscow);
/// while let Some(payment) = payments.next().await {
///     let payment = payment?;
///     println!("{} {}", payment.timestamp, payment.amount);
/// }
/// # Ok(())
/// # }
/// ```
pub fn payments_of_day(
    client: &Client,
    client_id: impl Into<B2bClientId>,
    date: Date,
    zone: UtcOffset,
) -> DayPayments {
    DayPayments {
        rows: client.items(newest_first(client_id.into())),
        day: Day::new(date, zone),
        over: false,
    }
}

/// As [`payments_of_day`], without async.
#[cfg(feature = "blocking")]
pub fn payments_of_day_blocking(
    client: &crate::BlockingClient,
    client_id: impl Into<B2bClientId>,
    date: Date,
    zone: UtcOffset,
) -> BlockingDayPayments {
    let rows = client.items(newest_first(client_id.into()));
    BlockingDayPayments {
        rows,
        day: Day::new(date, zone),
        over: false,
    }
}

/// The newest outgoing payment by a link, whatever its state; `None` if the list has none.
///
/// For a link that can be paid once that is *the* payment, unless an earlier try was declined.
///
/// # Errors
/// As [`Client::send`](rubank_core::client::Client::send), or the payment cannot be read.
pub async fn last_payment_by_link(
    client: &Client,
    client_id: impl Into<B2bClientId>,
    link: impl Into<QrcId>,
) -> Result<Option<OutgoingPayment>, Error> {
    let newest = newest_first(client_id.into()).qrc_id(link).limit(1);
    client.items(newest).next().await.transpose()
}

/// The rows of [`payments_of_day`]: a `Stream`, and [`next`](Self::next) without one.
pub struct DayPayments {
    rows: Items<ListOutgoingPayments>,
    day: Day,
    over: bool,
}

impl DayPayments {
    /// The next payment; `None` after the last one, or after an error that ended the list.
    ///
    /// # Errors
    /// `ErrorKind::UnreadableItem` for one payment, of which nobody can tell the day; anything else ends the list.
    pub async fn next(&mut self) -> Option<Result<OutgoingPayment, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for DayPayments {
    type Item = Result<OutgoingPayment, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        while !this.over {
            let row = ready!(Pin::new(&mut this.rows).poll_next(context));
            match this.day.place(row.as_ref()) {
                Place::Within => return Poll::Ready(row),
                Place::After => {}
                Place::Before => this.over = true,
            }
        }
        Poll::Ready(None)
    }
}

impl fmt::Debug for DayPayments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DayPayments")
            .field("day", &self.day)
            .finish_non_exhaustive()
    }
}

/// The rows of [`payments_of_day_blocking`].
#[cfg(feature = "blocking")]
#[derive(Debug)]
pub struct BlockingDayPayments {
    rows: rubank_core::blocking::Items<ListOutgoingPayments>,
    day: Day,
    over: bool,
}

#[cfg(feature = "blocking")]
impl Iterator for BlockingDayPayments {
    type Item = Result<OutgoingPayment, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            let row = self.rows.next();
            match self.day.place(row.as_ref()) {
                Place::Within => return row,
                Place::After => {}
                Place::Before => self.over = true,
            }
        }
        None
    }
}

/// The id as last key keeps payments of the same second in their places.
fn newest_first(client_id: B2bClientId) -> ListOutgoingPayments {
    ListOutgoingPayments::new(client_id)
        .sort(Sort::descending(SortField::Timestamp))
        .sort(Sort::descending(SortField::OutgoingPaymentId))
}

/// From midnight to the next midnight of a zone; the last day of all has no end.
#[derive(Clone, Copy, Debug)]
struct Day {
    start: OffsetDateTime,
    end: Option<OffsetDateTime>,
}

/// Where a row stands.
enum Place {
    After,
    Within,
    Before,
}

impl Day {
    fn new(date: Date, zone: UtcOffset) -> Self {
        let start = OffsetDateTime::new_in_offset(date, Time::MIDNIGHT, zone);
        Self {
            start,
            end: start.checked_add(Duration::DAY),
        }
    }

    /// A row that cannot be read is given to the caller: it may be one of the day. The end of the list is before
    /// every day.
    fn place(&self, row: Option<&Result<OutgoingPayment, Error>>) -> Place {
        let Some(row) = row else { return Place::Before };
        match row.as_ref().map(|payment| payment.timestamp.value()) {
            Ok(at) if at < self.start => Place::Before,
            Ok(at) if self.end.is_some_and(|end| at >= end) => Place::After,
            _ => Place::Within,
        }
    }
}

#[cfg(test)]
mod tests;
