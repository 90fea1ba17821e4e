//! One error for every call: what happened, whether the bank may have acted, what to do.

mod bank;
mod kind;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use http::StatusCode;

pub use bank::{BankError, RawBody};
pub(crate) use bank::{is_code, is_id};
pub use kind::{ErrorKind, Outcome};

use crate::auth::AuthError;
use crate::http::TransportError;
use crate::operation::{Effect, InvalidRequest, Operation, Provider};
use crate::read::ReadError;
use crate::tls::TlsError;

/// Why a call gave no value, and what that means for the bank's side of it.
///
/// Ask [`outcome`](Error::outcome) first when it was a write: that is the difference between "try again" and "find
/// out". `Display` is one line with everything that an operator needs and nothing that is secret; `{:#}` adds the
/// cause.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    outcome: Outcome,
    effect: Option<Effect>,
    provider: &'static str,
    operation: &'static str,
    status: Option<StatusCode>,
    bank: Option<BankError>,
    attempts: u32,
    elapsed: Duration,
    retry_after: Option<Duration>,
    cause: Option<Cause>,
}

/// What stands behind an error; each of these texts is free of secrets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Auth(#[from] AuthError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("{0}")]
    Text(String),
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, outcome: Outcome) -> Self {
        Error(Box::new(Inner {
            kind,
            outcome,
            effect: None,
            provider: "",
            operation: "",
            status: None,
            bank: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            retry_after: None,
            cause: None,
        }))
    }

    /// A client that cannot be built, or a call that cannot be made as things are set up.
    pub(crate) fn configuration(text: impl Into<String>) -> Self {
        Error::new(ErrorKind::Configuration, Outcome::NotSent).with_cause(Cause::Text(text.into()))
    }

    pub(crate) fn with_cause(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    pub(crate) fn with_text(self, text: impl Into<String>) -> Self {
        self.with_cause(Cause::Text(text.into()))
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_bank(mut self, bank: BankError) -> Self {
        self.0.bank = Some(bank);
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }

    pub(crate) fn of_operation(
        mut self,
        provider: &'static str,
        operation: &'static str,
        effect: Effect,
    ) -> Self {
        self.0.provider = provider;
        self.0.operation = operation;
        self.0.effect = Some(effect);
        self
    }

    pub(crate) fn after(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    /// The failure of a question about a write, told as what it is for the write: its outcome stays unknown.
    #[must_use]
    pub fn as_doubt_about<O: Operation>(self) -> Self {
        let asked = self.operation();
        self.with_outcome(Outcome::Unknown)
            .of_operation(O::Provider::NAME, asked, O::META.effect)
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What it means for the bank's side: the worst over all attempts of the call.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Whether the bank may have acted on the request. Always false for a read.
    ///
    /// When it is true, do not send the request again under a new key: ask the bank (`settle`, or the operation's
    /// own lookup) what became of it.
    pub fn may_have_acted(&self) -> bool {
        self.0.effect.is_some_and(Effect::is_write)
            && matches!(self.0.outcome, Outcome::Unknown | Outcome::Accepted)
    }

    /// The status of the last answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The bank's own error code, as received.
    pub fn code(&self) -> Option<&str> {
        self.0.bank.as_ref()?.code()
    }

    /// What the bank said, as far as it could be read.
    pub fn bank_error(&self) -> Option<&BankError> {
        self.0.bank.as_ref()
    }

    /// The bank's id of the request: quote it to the bank's support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.bank.as_ref()?.request_id()
    }

    /// The provider, `alfa-sbp`; empty when the client was not yet built.
    pub fn provider(&self) -> &'static str {
        self.0.provider
    }

    /// The id of the operation; empty when the client was not yet built.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// How many times the request was handed to the transport or about to be.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Time from the call to the error, waits included.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// How long to wait before another try makes sense, if the bank or our own limiter said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the cause may pass by itself. It does not say that sending again is safe: that is [`outcome`](Error::outcome).
    pub fn is_transient(&self) -> bool {
        match &self.0.cause {
            Some(Cause::Auth(error)) => error.is_transient(),
            _ => self.0.kind.is_transient(),
        }
    }

    /// Every broken rule, if the request was refused by us.
    pub fn invalid_request(&self) -> Option<&InvalidRequest> {
        match &self.0.cause {
            Some(Cause::Invalid(invalid)) => Some(invalid),
            _ => None,
        }
    }

    /// A stable code for metrics and tickets: [`ErrorKind::as_str`].
    pub fn as_str(&self) -> &'static str {
        self.0.kind.as_str()
    }
}

impl From<InvalidRequest> for Error {
    fn from(invalid: InvalidRequest) -> Self {
        Error::new(ErrorKind::InvalidRequest, Outcome::NotSent).with_cause(invalid)
    }
}

impl From<TlsError> for Error {
    fn from(error: TlsError) -> Self {
        Error::new(ErrorKind::Configuration, Outcome::NotSent).with_cause(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if !inner.operation.is_empty() {
            write!(f, "{}: ", inner.operation)?;
        }
        match inner.status {
            Some(status) => write!(f, "{} {}", status.as_u16(), inner.kind.as_str())?,
            None => f.write_str(inner.kind.as_str())?,
        }
        if let Some(code) = self.bank_error().and_then(BankError::printable_code) {
            write!(f, " code={code}")?;
        }
        if let Some(id) = self.bank_error().and_then(BankError::printable_request_id) {
            write!(f, " request-id={id}")?;
        }
        if inner.effect.is_some_and(Effect::is_write) {
            write!(f, ", {}", inner.outcome.sentence())?;
        }
        if inner.attempts > 0 {
            let attempts = inner.attempts;
            let plural = if attempts == 1 { "" } else { "s" };
            let millis = inner.elapsed.as_millis();
            write!(
                f,
                ", after {attempts} attempt{plural} in {}.{:03} s",
                millis / 1000,
                millis % 1000
            )?;
        }
        if let Some(wait) = inner.retry_after {
            write!(f, ", retry after {} s", wait.as_millis().div_ceil(1000))?;
        }
        match &inner.cause {
            Some(cause) if f.alternate() || inner.attempts == 0 => write!(f, ": {cause}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self:#})")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.0.cause.as_ref()? {
            Cause::Invalid(error) => Some(error),
            Cause::Transport(error) => Some(error),
            Cause::Read(error) => Some(error),
            Cause::Auth(error) => Some(error),
            Cause::Tls(error) => Some(error),
            Cause::Text(_) => None,
        }
    }
}
