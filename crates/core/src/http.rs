//! The border to the HTTP library: one small trait in the terms of the `http` crate.

mod body;
mod incoming;
mod reqwest;
#[cfg(any(test, feature = "testing"))]
mod scripted;
mod sent;
mod transport_error;

use std::fmt;

pub use body::{Body, Chunks};
pub use incoming::{CollectError, Incoming};
#[cfg(any(test, feature = "testing"))]
pub use scripted::{Reply, ScriptedService, SeenRequest};
pub use sent::Sent;
pub use transport_error::{TransportError, TransportFault};

pub(crate) use self::reqwest::{FreshConnection, ReqwestService, Settings};
use crate::future::BoxFuture;

/// Carries one request to a server and brings the beginning of the answer back.
///
/// The contract that everything about money stands on:
///
/// - `sent` is raised **no later** than the moment at which the first byte of the request may leave. Raising it too
///   early costs a lookup; raising it too late costs a second payment.
/// - Nothing is repeated and no redirect is followed.
/// - Dropping the future abandons the request; `sent` stays readable.
/// - The request's headers and URL are never put into an error.
pub trait HttpService: fmt::Debug + Send + Sync + 'static {
    /// Sends `request` and waits for the head of the answer.
    fn call<'a>(
        &'a self,
        request: ::http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<::http::Response<Incoming>, TransportError>>;
}
