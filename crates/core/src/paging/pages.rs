//! A list as a stream of pages.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use super::{ForeignLink, Paged};
use crate::client::{Client, Response};
use crate::error::{Error, ErrorKind, Outcome};
use crate::future::BoxFuture;
use crate::operation::{Operation, Provider};

/// The answers of a list operation, one after another, just as the bank gave them: rows may repeat between pages.
///
/// After an error the stream is over; [`continuation`](Pages::continuation) is then the request that failed. A server
/// that answers the same bytes a hundred times ignores the position: that ends it with
/// [`Paging`](ErrorKind::Paging).
pub struct Pages<O: Paged> {
    client: Client<O::Provider>,
    next: Option<O>,
    busy: Option<Busy<O>>,
    /// The hash of the last answer, and how often it came again.
    last: Option<u64>,
    repeats: u32,
    /// The page that was given out last names no next page that may be asked for.
    foreign: bool,
    over: bool,
}

type Busy<O> = BoxFuture<'static, Result<(Response<<O as Operation>::Output>, Bytes), Error>>;

/// Sparse lists answer alike for a while, so it takes many; [`Items`](super::Items) looks at the rows and knows sooner.
const REPEATS_ALLOWED: u32 = 100;

impl<O: Paged> Pages<O> {
    pub(crate) fn new(client: Client<O::Provider>, first: O) -> Self {
        Pages {
            client,
            next: Some(first),
            busy: None,
            last: None,
            repeats: 0,
            foreign: false,
            over: false,
        }
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
        if this.foreign {
            this.over = true;
            return Poll::Ready(Some(Err(unreadable::<O>(ForeignLink.to_string()))));
        }
        let Some(request) = &this.next else {
            return Poll::Ready(None);
        };
        let busy = this.busy.get_or_insert_with(|| {
            let (client, request) = (this.client.clone(), request.clone());
            Box::pin(async move { client.send_page(&request).await })
        });
        let result = std::task::ready!(busy.as_mut().poll(context));
        this.busy = None;
        let result = result.and_then(|(page, body)| {
            let hash = hash(&body);
            this.repeats = if this.last.replace(hash) == Some(hash) {
                this.repeats + 1
            } else {
                0
            };
            match this.repeats > REPEATS_ALLOWED {
                true => Err(stuck::<O>()),
                false => Ok(page),
            }
        });
        match &result {
            Ok(page) => match request.next(page) {
                Ok(next) => this.next = next,
                Err(ForeignLink) => this.foreign = true,
            },
            Err(_) => this.over = true,
        }
        Poll::Ready(Some(result))
    }
}

fn hash(body: &Bytes) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}

/// The error of a list that never ends, for whoever reads the pages of a list by rules of their own.
#[must_use]
pub fn stuck<O: Paged>() -> Error {
    unreadable::<O>("the bank answers the same page again and again: it ignores the position")
}

fn unreadable<O: Paged>(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Paging, Outcome::Rejected)
        .with_text(why)
        .of_operation(O::Provider::NAME, O::META.id, O::META.effect)
}

impl<O: Paged> Unpin for Pages<O> {}

impl<O: Paged> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
