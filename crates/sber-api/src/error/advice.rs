//! What to do about an error, by its cause.

use std::error::Error as _;

use rubank_core::auth::{AuthError, AuthErrorKind};
use rubank_core::error::{Error, ErrorKind};

use super::{Cause, ErrorBody, SignInErrorCode};

/// What helps against an error. It says nothing of what became of a write: that is `Error::outcome`, and it is to be
/// looked at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// Wait and ask again: busy, down, or not ready yet. If it stays so, write to the bank's support with the
    /// reference.
    RetryLater,
    /// Mend the request: [`ErrorBody::wrong_fields`] names the fields, if the bank does.
    FixTheRequest,
    /// The request is well formed, and a rule of the bank's business forbids it; the bank's text says which.
    ReadTheRule,
    /// Ask the bank to give the client the scope or the right, and the user to sign in again with it.
    AskForScope,
    /// Ask the user to let the client see the account: a new sign-in with the scope `accounts`, and the account ticked.
    AskUserForAccount,
    /// A person must sign in again.
    SignInAgain,
    /// The client id or secret is wrong, or the secret is older than its 40 days.
    CheckClientSecret,
    /// The client certificate was not shown, is not on the bank's list, or has expired.
    CheckCertificate,
    /// There is nothing under what was asked for.
    NothingFound,
    /// Nobody knows: read the bank's text, and write to its support with the reference.
    AskTheBank,
    /// The bank said nothing: the error's own kind and outcome tell all there is.
    SeeTheError,
}

impl Advice {
    /// What helps against this error of any Sber product: by the bank's cause, else by the status.
    ///
    /// ```no_run
    /// # fn f(error: rubank_core::error::Error) {
    /// use sber_api::Advice;
    ///
    /// match Advice::of(&error) {
    ///     Advice::RetryLater => println!("later, then"),
    ///     Advice::AskUserForAccount => println!("the user must let us see this account"),
    ///     other => println!("{other:?}: {error}"),
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn of(error: &Error) -> Self {
        if error.kind() == ErrorKind::Auth {
            return Self::without_token(error);
        }
        let body = ErrorBody::of(error);
        let code = body.as_ref().and_then(ErrorBody::code);
        let said = code.and_then(Self::by_code);
        said.unwrap_or_else(|| Self::by_status(error))
    }

    /// By a code of either kind, whatever its member is called: the third shape and the sign-in's use of `cause` share
    /// the values of the other two. `None` for one that this version does not know.
    fn by_code(code: &str) -> Option<Self> {
        Self::by_cause(&Cause::from(code))
            .or_else(|| Self::by_sign_in(&SignInErrorCode::from(code)))
    }

    fn by_cause(cause: &Cause) -> Option<Self> {
        Some(match cause {
            Cause::StatementResponseProcessing
            | Cause::TooManyRequests
            | Cause::UnknownException
            | Cause::UnavailableResourceException => Advice::RetryLater,
            Cause::DeserializationFault | Cause::ValidationFault => Advice::FixTheRequest,
            Cause::WorkflowFault => Advice::ReadTheRule,
            Cause::Unauthorized => Advice::SignInAgain,
            Cause::ActionAccessException => Advice::AskForScope,
            Cause::AccessException => Advice::AskUserForAccount,
            Cause::CertificateAccessException => Advice::CheckCertificate,
            Cause::DataNotFoundException | Cause::DataNotFound => Advice::NothingFound,
            Cause::Unknown(_) => return None,
        })
    }

    fn by_sign_in(code: &SignInErrorCode) -> Option<Self> {
        Some(match code {
            SignInErrorCode::InvalidRequest | SignInErrorCode::UnsupportedGrantType => {
                Advice::FixTheRequest
            }
            SignInErrorCode::InvalidGrant => Advice::SignInAgain,
            SignInErrorCode::InvalidClient => Advice::CheckClientSecret,
            SignInErrorCode::InvalidScope | SignInErrorCode::UnauthorizedClient => {
                Advice::AskForScope
            }
            // What helps depends on whose token it is: where the client itself has renewed it in vain, the status says so.
            SignInErrorCode::InvalidToken | SignInErrorCode::Unknown(_) => return None,
        })
    }

    fn by_status(error: &Error) -> Self {
        let status = error.status().map(|status| status.as_u16());
        let unspoken = error.bank_error().and_then(|bank| bank.code()).is_none();
        let page = error
            .bank_error()
            .is_some_and(|bank| bank.body().expose().trim_ascii_start().starts_with(b"<"));
        match (error.kind(), status) {
            (ErrorKind::Tls, _) => Advice::CheckCertificate,
            // The gateway speaks in web pages, and refuses so who shows no certificate.
            (_, Some(400 | 403)) if page => Advice::CheckCertificate,
            (_, Some(401)) => Advice::SignInAgain,
            (_, Some(404)) => Advice::NothingFound,
            (_, Some(400 | 413 | 415 | 422)) if unspoken => Advice::FixTheRequest,
            (kind, _) if kind.is_transient() => Advice::RetryLater,
            (_, Some(_)) => Advice::AskTheBank,
            (_, None) => Advice::SeeTheError,
        }
    }

    /// The request was not sent, because there was no token for it.
    fn without_token(error: &Error) -> Self {
        let cause = error.source().and_then(|cause| cause.downcast_ref());
        let Some(cause): Option<&AuthError> = cause else {
            return Advice::SeeTheError;
        };
        match cause.kind() {
            AuthErrorKind::SignInAgain => Advice::SignInAgain,
            AuthErrorKind::Unavailable => Advice::RetryLater,
            AuthErrorKind::Refused => match (cause.code(), cause.status()) {
                (Some(code), _) => match Self::by_code(code) {
                    // Only `invalid_grant` is the end of a sign-in, and that is told by the kind.
                    Some(Advice::SignInAgain) | None => Advice::AskTheBank,
                    Some(advice) => advice,
                },
                // The gateway's page has no code.
                (None, Some(status)) if [400, 403].contains(&status.as_u16()) => {
                    Advice::CheckCertificate
                }
                (None, _) => Advice::AskTheBank,
            },
            _ => Advice::SeeTheError,
        }
    }
}
