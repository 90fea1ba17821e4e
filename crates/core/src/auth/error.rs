//! Why there is no token.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// What stands between us and a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// The token server says no: wrong client, wrong secret, scope not granted. Asking again will not help.
    Refused,
    /// The grant is used up or revoked: a person must sign in again.
    SignInAgain,
    /// The token server could not be reached or is busy. Asking again may help.
    Unavailable,
    /// The token server said yes, but its answer cannot be read.
    Unreadable,
    /// The credentials do not fit the environment or the request.
    Configuration,
}

/// Why there is no token. The request that needed it was not sent.
#[derive(Clone)]
pub struct AuthError {
    kind: AuthErrorKind,
    text: String,
    code: Option<String>,
    status: Option<StatusCode>,
    retry_after: Option<Duration>,
    may_have_arrived: bool,
}

impl AuthError {
    /// A failure; `text` must hold nothing secret, and nothing that the server sent.
    pub fn new(kind: AuthErrorKind, text: impl Into<String>) -> Self {
        AuthError {
            kind,
            text: text.into(),
            code: None,
            status: None,
            retry_after: None,
            may_have_arrived: false,
        }
    }

    /// The server's code: `invalid_client`. It is shown only if it looks like a code.
    #[must_use]
    pub fn with_code(mut self, code: Option<impl Into<String>>) -> Self {
        self.code = code.map(Into::into);
        self
    }

    /// The status of the token server's answer.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// How long the token server asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    pub(crate) fn with_arrival(mut self, may_have_arrived: bool) -> Self {
        self.may_have_arrived = may_have_arrived;
        self
    }

    pub(crate) fn with_kind(mut self, kind: AuthErrorKind) -> Self {
        self.kind = kind;
        self
    }

    /// What stands in the way.
    pub fn kind(&self) -> AuthErrorKind {
        self.kind
    }

    /// The server's code, as received.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The status of the token server's answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// How long the token server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether the token host may have seen the request for a token: then a refresh token may be used up.
    pub fn may_have_arrived(&self) -> bool {
        self.may_have_arrived
    }

    /// Whether asking again may help.
    pub fn is_transient(&self) -> bool {
        self.kind == AuthErrorKind::Unavailable
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no token: {}", self.text)?;
        if let Some(status) = self.status {
            write!(f, ", status {}", status.as_u16())?;
        }
        match self
            .code
            .as_deref()
            .filter(|code| crate::error::is_code(code))
        {
            Some(code) => write!(f, ", code={code}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthError({:?}: {self})", self.kind)
    }
}

impl std::error::Error for AuthError {}
