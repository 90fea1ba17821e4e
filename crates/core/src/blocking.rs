//! The same verbs without async, on a background thread that drives connections all the time.
//!
//! The background thread matters: were connections driven only inside calls, a kept connection that the bank has
//! closed meanwhile would be found out only by the next write, and its outcome would be unknown.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::client::{self, Lookup, RequestOptions, Response, Settled};
use crate::error::Error;
use crate::operation::{Download, Operation, Provider};
use crate::paging::{self, Paged};
use crate::polling::{self, Poll, Polled};

/// A client whose calls block the calling thread. Cheap to clone.
///
/// It must not be used inside an async runtime, `spawn_blocking` included: there its calls return an error instead of
/// blocking the runtime.
pub struct Client<P: Provider> {
    inner: client::Client<P>,
    runtime: Arc<Runtime>,
}

impl<P: Provider> Client<P> {
    /// Wraps an async client; all blocking clients of a process share one background thread.
    ///
    /// # Errors
    /// The machine gives us no thread.
    pub fn new(inner: client::Client<P>) -> Result<Self, Error> {
        Ok(Client {
            inner,
            runtime: background()?,
        })
    }

    /// The same client with other options.
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Client {
            inner: self.inner.with(options),
            runtime: self.runtime.clone(),
        }
    }

    /// As [`client::Client::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send<O: Operation<Provider = P>>(
        &self,
        operation: &O,
    ) -> Result<Response<O::Output>, Error> {
        self.wait(self.inner.send(operation))?
    }

    /// As [`client::Client::pages`], as an iterator.
    pub fn pages<O: Paged<Provider = P>>(&self, operation: O) -> Pages<O> {
        Pages {
            client: self.clone(),
            inner: self.inner.pages(operation),
        }
    }

    /// As [`client::Client::items`], as an iterator.
    pub fn items<O: Paged<Provider = P>>(&self, operation: O) -> Items<O> {
        Items {
            client: self.clone(),
            inner: self.inner.items(operation),
        }
    }

    /// As [`client::Client::poll`].
    pub fn poll<O: Poll<Provider = P>>(&self, operation: O) -> Poller<O> {
        Poller {
            client: self.clone(),
            inner: self.inner.poll(operation),
        }
    }

    /// As [`client::Client::download`], as an iterator of chunks.
    ///
    /// # Errors
    /// As there.
    pub fn download<O: Download<Provider = P>>(
        &self,
        operation: &O,
    ) -> Result<FileStream<P>, Error> {
        let inner = self.wait(self.inner.download(operation))??;
        Ok(FileStream {
            client: self.clone(),
            inner,
        })
    }

    /// As [`client::Client::settle`].
    ///
    /// # Errors
    /// As there.
    pub fn settle<O: Lookup<Provider = P>>(
        &self,
        operation: &O,
    ) -> Result<Settled<<O::By as Operation>::Output>, Error> {
        self.wait(self.inner.settle(operation))?
    }

    /// Runs what is async, such as a bank's flows, and waits for its end.
    ///
    /// ```no_run
    /// # use rubank_core::{blocking::Client, error::Error, operation::Provider};
    /// # async fn a_flow<P: Provider>(_: &rubank_core::client::Client<P>) -> Result<u32, Error> { Ok(7) }
    /// # fn f<P: Provider>(client: Client<P>) -> Result<(), Error> {
    /// let paid = client.run(async |client| a_flow(client).await)??;
    /// # drop(paid);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// It was called inside an async runtime. What the flow answers, errors too, is the value.
    pub fn run<T>(&self, flow: impl AsyncFnOnce(&client::Client<P>) -> T) -> Result<T, Error> {
        self.wait(flow(&self.inner))
    }

    /// The async client behind it: its clock, its environment, [`replace_identity`](client::Client::replace_identity).
    pub fn inner(&self) -> &client::Client<P> {
        &self.inner
    }

    fn wait<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        if Handle::try_current().is_ok() {
            return Err(Error::configuration(
                "a blocking client was called inside an async runtime: use the async client there",
            ));
        }
        Ok(self.runtime.block_on(future))
    }
}

impl<P: Provider> Clone for Client<P> {
    fn clone(&self) -> Self {
        Client {
            inner: self.inner.clone(),
            runtime: self.runtime.clone(),
        }
    }
}

impl<P: Provider> fmt::Debug for Client<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// One worker for the whole process: it drives connections, calls are driven by their own threads.
fn background() -> Result<Arc<Runtime>, Error> {
    static RUNTIME: OnceLock<Option<Arc<Runtime>>> = OnceLock::new();
    let made = RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_multi_thread();
        builder
            .worker_threads(1)
            .thread_name("rubank-blocking")
            .enable_all();
        builder.build().ok().map(Arc::new)
    });
    made.clone()
        .ok_or_else(|| Error::configuration("no thread could be started for the blocking client"))
}

/// Looks at one thing again and again: [`crate::polling::Poller`] without async.
#[derive(Debug)]
pub struct Poller<O: Poll> {
    client: Client<O::Provider>,
    inner: polling::Poller<O>,
}

impl<O: Poll> Poller<O> {
    /// As [`polling::Poller::interval`].
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.inner = self.inner.interval(interval);
        self
    }

    /// As [`polling::Poller::next`].
    ///
    /// # Errors
    /// As there.
    #[allow(
        clippy::should_implement_trait,
        reason = "an iterator of looks would have no end"
    )]
    pub fn next(&mut self) -> Result<Response<O::Output>, Error> {
        self.client.wait(self.inner.next())?
    }

    /// As [`polling::Poller::until_final`].
    ///
    /// # Errors
    /// As there.
    pub fn until_final(self, deadline: Duration) -> Result<Polled<O::Output>, Error> {
        self.client.wait(self.inner.until_final(deadline))?
    }
}

/// Pages as an iterator.
#[derive(Debug)]
pub struct Pages<O: Paged> {
    client: Client<O::Provider>,
    inner: paging::Pages<O>,
}

impl<O: Paged> Pages<O> {
    /// As [`paging::Pages::continuation`].
    pub fn continuation(&self) -> Option<&O> {
        self.inner.continuation()
    }
}

impl<O: Paged> Iterator for Pages<O> {
    type Item = Result<Response<O::Output>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client
            .wait(self.inner.next())
            .unwrap_or_else(|error| Some(Err(error)))
    }
}

/// Rows as an iterator.
#[derive(Debug)]
pub struct Items<O: Paged> {
    client: Client<O::Provider>,
    inner: paging::Items<O>,
}

impl<O: Paged> Items<O> {
    /// As [`paging::Items::continuation`].
    pub fn continuation(&self) -> Option<&O> {
        self.inner.continuation()
    }
}

impl<O: Paged> Iterator for Items<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client
            .wait(self.inner.next())
            .unwrap_or_else(|error| Some(Err(error)))
    }
}

/// A file as an iterator of chunks.
#[derive(Debug)]
pub struct FileStream<P: Provider> {
    client: Client<P>,
    inner: client::FileStream,
}

impl<P: Provider> FileStream<P> {
    /// What is known of the file so far.
    pub fn state(&self) -> &client::FileStream {
        &self.inner
    }
}

impl<P: Provider> Iterator for FileStream<P> {
    type Item = Result<Bytes, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client
            .wait(self.inner.next())
            .unwrap_or_else(|error| Some(Err(error)))
    }
}
