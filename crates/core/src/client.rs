//! A client of one bank.

mod builder;
mod call;
mod download;
mod exchange;
mod options;
mod progress;
mod proxy;
mod reading;
mod response;
mod settle;
#[cfg(test)]
pub(crate) mod tests;

use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;

pub use builder::ClientBuilder;
pub use download::FileStream;
pub use options::RequestOptions;
pub use progress::Progress;
pub use proxy::Proxy;
pub use response::Response;
pub use settle::{Belief, Lookup, Settled, Verdict};

use crate::auth::Credentials;
use crate::clock::Clock;
use crate::environment::Environment;
use crate::error::Error;
use crate::http::HttpService;
use crate::operation::{Download, Operation, Provider, RouteOverride};
use crate::paging::{Items, Paged, Pages};
use crate::polling::{Poll, Poller};
use crate::random::Random;
use crate::rate::Pace;
use crate::retry::{RetryBudget, RetryPolicy};

/// A client of the bank `P`: cheap to clone, and all clones share connections, tokens, rate limits and the retry
/// budget.
///
/// # The path of a call
///
/// The order never changes; a test reads this list.
///
/// 1. `check`: the request checks itself and is taken apart; an address that nobody published is refused.
/// 2. `permit`: a place among the concurrent calls.
/// 3. `rate`: a token of every rate class of the operation, all or none.
/// 4. `credentials`: the headers that let the request in, with a token that lives long enough.
/// 5. `transport`: the request leaves; a flag tells whether it did.
/// 6. `read`: success, "not ready yet", or the bank's error.
/// 7. `decide`: done, again from 3 after a pause, or give up.
///
/// Everything from 1 on counts against the deadline of the call. The request's bytes are made once: a repeated
/// attempt sends the same ones.
///
/// # One bank, one client
///
/// An operation of another bank does not compile:
///
/// ```compile_fail,E0271
/// # use rubank_core::client::Client;
/// # use rubank_core::operation::{Operation, Provider};
/// async fn send<Here: Provider, Elsewhere: Provider>(
///     client: Client<Here>,
///     operation: impl Operation<Provider = Elsewhere>,
/// ) {
///     let answer = client.send(&operation).await;
/// }
/// ```
///
/// # Cancellation
///
/// Dropping a call's future abandons it wherever it is. For a write that means: the bank may have acted. Hand a
/// [`Progress`] in with [`RequestOptions::progress`] to know, and ask the bank with [`settle`](Client::settle).
pub struct Client<P: Provider> {
    shared: Arc<Shared>,
    options: RequestOptions,
    provider: PhantomData<fn() -> P>,
}

#[derive(Debug)]
struct Shared {
    environment: Environment,
    channel: RwLock<Arc<Channel>>,
    channel_parts: builder::ChannelParts,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    pace: Arc<dyn Pace>,
    permits: Semaphore,
    budget: RetryBudget,
    policy: RetryPolicy,
    answer_limit: usize,
    overrides: Vec<RouteOverride>,
    allow_unverified: bool,
}

/// What is swapped together when the certificate changes: connections made with the old one must not be used on.
#[derive(Debug)]
struct Channel {
    secured: Arc<dyn HttpService>,
    open: Arc<dyn HttpService>,
    credentials: Arc<dyn Credentials>,
}

impl<P: Provider> Client<P> {
    /// Begins a client for one of the provider's environments.
    pub fn builder(environment: Environment) -> ClientBuilder<P> {
        ClientBuilder::new(environment)
    }

    /// The same client with other options for the calls made through the value that comes back.
    ///
    /// ```no_run
    /// # use rubank_core::client::{Client, RequestOptions};
    /// # use rubank_core::operation::{Operation, Provider};
    /// # use std::time::Duration;
    /// # async fn f<P: Provider, O: Operation<Provider = P>>(client: Client<P>, operation: O) {
    /// let patient = client.with(RequestOptions::new().deadline(Duration::from_secs(300)));
    /// let answer = patient.send(&operation).await;
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: RequestOptions) -> Self {
        Client {
            options,
            ..self.clone()
        }
    }

    /// Sends an operation and reads its answer.
    ///
    /// # Outcome
    /// After an error, [`Error::outcome`] says whether the bank may have acted. An operation that may have been
    /// executed is never sent again by this method, unless repeating it changes nothing.
    ///
    /// # Cancellation
    /// Dropping the future, or reaching the deadline, abandons the call: for a write ask [`settle`](Client::settle).
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::error::ErrorKind).
    pub async fn send<O: Operation<Provider = P>>(
        &self,
        operation: &O,
    ) -> Result<Response<O::Output>, Error> {
        call::send(self, operation).await
    }

    /// The list operation's answers, page by page.
    pub fn pages<O: Paged<Provider = P>>(&self, operation: O) -> Pages<O> {
        Pages::new(self.clone(), operation)
    }

    /// The list operation's rows, page by page behind the scenes, each once.
    pub fn items<O: Paged<Provider = P>>(&self, operation: O) -> Items<O> {
        Items::new(self.clone(), operation)
    }

    /// Asks again and again, at the operation's own pace, until its state is final.
    pub fn poll<O: Poll<Provider = P>>(&self, operation: O) -> Poller<O> {
        Poller::new(self.clone(), operation)
    }

    /// Fetches a file as a stream. An error answer is an error, never a file.
    ///
    /// # Errors
    /// As [`send`](Client::send), up to the head of the answer; the stream tells later ones.
    pub async fn download<O: Download<Provider = P>>(
        &self,
        operation: &O,
    ) -> Result<FileStream, Error> {
        download::download(self, operation).await
    }

    /// Finds out what became of a write, by asking the bank: it never sends the write again.
    ///
    /// It looks again and again until the bank knows, or does not know the write even after [`Lookup::SETTLE`], or the
    /// deadline of the options is over: only a deadline longer than the settle time can end with
    /// [`Settled::NotFound`]. Progress and earlier outcome of the options belong to the write and are not used.
    ///
    /// # Errors
    /// The lookup itself failed, for good or until the deadline: nothing new is known then.
    pub async fn settle<O: Lookup<Provider = P>>(
        &self,
        operation: &O,
    ) -> Result<Settled<<O::By as Operation>::Output>, Error> {
        settle::settle(self, operation).await
    }

    /// Where the operation would go, with the caller's own routes: to keep it, or to compare it with what was kept.
    /// Path and query may hold personal data.
    ///
    /// # Errors
    /// As [`send`](Client::send) has before anything leaves: the request breaks a rule, or its address is unknown.
    pub fn address<O: Operation<Provider = P>>(
        &self,
        operation: &O,
    ) -> Result<(http::Method, http::Uri), Error> {
        let (method, uri) = call::address(self, &O::META, &operation.parts()?)?;
        Ok((method.to_http(), uri))
    }

    /// The options of the calls made through this value.
    pub fn options(&self) -> &RequestOptions {
        &self.options
    }

    /// The environment that it was built for.
    pub fn environment(&self) -> &Environment {
        &self.shared.environment
    }

    /// The clock that all its waits run on: a flow of your own that waits between calls should wait on the same one.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    /// Swaps certificate and credentials together, for this client and all its clones. Banks tie a token to a
    /// certificate, so one without the other would lock the client out. Calls under way end with the old ones.
    ///
    /// # Errors
    /// The certificate is expired, or the transport cannot be made from it; the old one stays in use then.
    pub fn replace_identity(
        &self,
        identity: crate::tls::Identity,
        credentials: impl Credentials,
    ) -> Result<(), Error> {
        let channel = self.shared.channel_parts.channel(
            &self.shared.environment,
            Some(&identity),
            Arc::new(credentials),
            self.shared.clock.now(),
        )?;
        *self
            .shared
            .channel
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(channel);
        Ok(())
    }

    /// As `send`, with the body itself, so that a page that comes again can be recognised.
    pub(crate) async fn send_page<O: Operation<Provider = P>>(
        &self,
        operation: &O,
    ) -> Result<(Response<O::Output>, Bytes), Error> {
        call::call::<P, O, _>(self, operation, reading::with_body::<O>).await
    }

    fn channel(&self) -> Arc<Channel> {
        self.shared
            .channel
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The time that one attempt may take.
    fn attempt_timeout(&self) -> Duration {
        self.options.attempt_timeout
    }
}

impl<P: Provider> Clone for Client<P> {
    fn clone(&self) -> Self {
        Client {
            shared: self.shared.clone(),
            options: self.options.clone(),
            provider: PhantomData,
        }
    }
}

impl<P: Provider> std::fmt::Debug for Client<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("provider", &P::NAME)
            .field("environment", &self.shared.environment.name())
            .finish_non_exhaustive()
    }
}
