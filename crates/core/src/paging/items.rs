//! A list as a stream of rows.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::pages::stuck;
use super::recent::Recent;
use super::{Paged, Pages};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Outcome};
use crate::operation::{Operation, Provider};
use crate::read::ReadError;

/// The rows of a list operation, each once, page by page behind the scenes.
///
/// - Rows that shift to a later page while the list is read are given once; keys are remembered for ten pages, so
///   memory does not grow with the list.
/// - A row that cannot be read is an `Err` of kind [`UnreadableItem`](ErrorKind::UnreadableItem), and the stream goes
///   on. Any other error ends it.
/// - A server that answers the same page three times in a row, or a hundred pages without a new row, ends it with
///   [`Paging`](ErrorKind::Paging).
/// - After any error [`continuation`](Items::continuation) is where to go on without losing a row.
pub struct Items<O: Paged> {
    pages: Pages<O>,
    /// The request of the page that `rows` came from.
    current: Option<O>,
    rows: VecDeque<Result<O::Item, ReadError>>,
    recent: Recent,
    over: bool,
}

impl<O: Paged> Items<O> {
    pub(crate) fn new(client: Client<O::Provider>, first: O) -> Self {
        Items {
            pages: Pages::new(client, first),
            current: None,
            rows: VecDeque::new(),
            recent: Recent::default(),
            over: false,
        }
    }

    /// The next row; `None` after the last one, or after an error that ended the list.
    ///
    /// # Errors
    /// [`UnreadableItem`](ErrorKind::UnreadableItem) for one row; anything else ends the list.
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The request to go on with later: of the page that is not wholly given out yet, or of the next one. Rows of
    /// that page which were given out already will come again. `None` when the list was read to its end.
    pub fn continuation(&self) -> Option<&O> {
        match self.rows.is_empty() && !self.over {
            true => self.pages.continuation(),
            false => self.current.as_ref().or(self.pages.continuation()),
        }
    }

    fn turn(&mut self, page: O::Output) -> Result<(), Error> {
        let mut rows = O::rows(page);
        let keys = rows.iter().map(|row| row.as_ref().ok().map(O::key));
        let given = self.recent.admit(keys.collect());
        let mut given = given.map_err(|_| stuck::<O>())?.into_iter();
        rows.retain(|_| given.next() == Some(true));
        self.rows = rows.into();
        Ok(())
    }
}

fn of<O: Operation>(error: Error) -> Error {
    error.of_operation(O::Provider::NAME, O::META.id, O::META.effect)
}

impl<O: Paged> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if this.over {
                return Poll::Ready(None);
            }
            if let Some(row) = this.rows.pop_front() {
                return Poll::Ready(Some(row.map_err(|error| {
                    of::<O>(Error::new(ErrorKind::UnreadableItem, Outcome::Accepted))
                        .with_cause(error)
                })));
            }
            let requested = this.pages.continuation().cloned();
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => {
                    this.over = true;
                    this.current = requested;
                    return Poll::Ready(Some(Err(error)));
                }
                Some(Ok(page)) => {
                    this.current = requested;
                    if let Err(error) = this.turn(page.into_value()) {
                        this.over = true;
                        return Poll::Ready(Some(Err(error)));
                    }
                }
            }
        }
    }
}

impl<O: Paged> Unpin for Items<O> {}

impl<O: Paged> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}
