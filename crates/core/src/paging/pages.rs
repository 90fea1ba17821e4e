//! A list as a stream of pages.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::Paged;
use crate::client::{Client, Response};
use crate::error::Error;
use crate::future::BoxFuture;

/// The answers of a list operation, one after another, just as the bank gave them: rows may repeat between pages.
///
/// After an error the stream is over; [`continuation`](Pages::continuation) is then the request that failed.
pub struct Pages<O: Paged> {
    client: Client<O::Provider>,
    next: Option<O>,
    busy: Option<BoxFuture<'static, Result<Response<O::Output>, Error>>>,
    over: bool,
}

impl<O: Paged> Pages<O> {
    pub(crate) fn new(client: Client<O::Provider>, first: O) -> Self {
        Pages { client, next: Some(first), busy: None, over: false }
    }

    /// The next page; `None` after the last one or after an error.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn next(&mut self) -> Option<Result<Response<O::Output>, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The request for the page that comes next, to go on later; `None` when the list was read to its end.
    pub fn continuation(&self) -> Option<&O> {
        self.next.as_ref()
    }
}

impl<O: Paged> Stream for Pages<O> {
    type Item = Result<Response<O::Output>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.over {
            return Poll::Ready(None);
        }
        let Some(request) = &this.next else { return Poll::Ready(None) };
        let busy = this.busy.get_or_insert_with(|| {
            let (client, request) = (this.client.clone(), request.clone());
            Box::pin(async move { client.send(&request).await })
        });
        let result = std::task::ready!(busy.as_mut().poll(context));
        this.busy = None;
        match &result {
            Ok(page) => this.next = request.next(page),
            Err(_) => this.over = true,
        }
        Poll::Ready(Some(result))
    }
}

impl<O: Paged> Unpin for Pages<O> {}

impl<O: Paged> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("client", &self.client).finish_non_exhaustive()
    }
}
