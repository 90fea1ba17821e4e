//! What a token endpoint answers: tokens, or why there are none.

use std::str::FromStr;
use std::time::Duration;

use http::header::{HeaderMap, WWW_AUTHENTICATE};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer};
use time::OffsetDateTime;

use super::{AuthError, AuthErrorKind};
use crate::operation::Answer;
use crate::raw::{Kind, Piece};
use crate::read::{self, Mismatch};
use crate::retry::retry_after;
use crate::secret::Secret;

/// How long a token is believed to live when the server does not say, or says what cannot be believed.
pub(super) const ASSUMED_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// A token is asked for anew at least once a day, whatever the server says.
const LONGEST_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// Beyond a year it is not a lifetime in seconds.
const BELIEVABLE: u64 = 366 * 24 * 60 * 60;

/// A token endpoint's yes (RFC 6749, section 5.1). Fields that it does not name are ignored.
///
/// It can be read with [`read`](Self::read), which also tells a refusal, or, in an operation's own `parse`, as JSON.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenAnswer {
    /// What lets a request in.
    pub access_token: Secret,
    /// How long it lives: `expires_in` as a number or as text, a fraction cut off, and never more than a day.
    /// `None` when it is absent, zero, negative, longer than a year, or no number at all.
    pub lifetime: Option<Duration>,
    /// What fetches the next tokens.
    pub refresh_token: Option<Secret>,
    /// The granted scopes, separated by spaces, if the server names them.
    pub scope: Option<String>,
    /// Who signed in, as a signed token (OpenID Connect). It is not checked here.
    pub id_token: Option<Secret>,
}

impl TokenAnswer {
    /// Reads any answer of a token endpoint.
    ///
    /// # Errors
    /// | answer | kind |
    /// |---|---|
    /// | `invalid_grant` | [`SignInAgain`](AuthErrorKind::SignInAgain) |
    /// | another error code, `invalid_token` too, or a 4xx without one | [`Refused`](AuthErrorKind::Refused) |
    /// | 408, 425, 429, 5xx, or a code that says "later" | [`Unavailable`](AuthErrorKind::Unavailable), with `Retry-After` |
    /// | 2xx without a readable bearer token, HTML included | [`Unreadable`](AuthErrorKind::Unreadable) |
    /// | 3xx, and 404 or 405 without a code | [`Configuration`](AuthErrorKind::Configuration): the address is wrong |
    ///
    /// `invalid_grant` is the one code that RFC 6749 has for a grant that is over. `invalid_token` is a word of RFC 6750,
    /// about the token that a request shows; public notes list it among the codes of Sber's sign-in, and nobody says that
    /// a refresh is answered so, nor what it would mean there. To take it for the end would throw away a refresh token
    /// that may be good and send a person to the sign-in page for a fault that may pass; to take it for a plain refusal
    /// costs one more question.
    ///
    /// Nothing that the server wrote is in the error, except its code.
    pub fn read(answer: &Answer, now: OffsetDateTime) -> Result<Self, AuthError> {
        if !answer.status.is_success() {
            return Err(refusal(answer, now));
        }
        let unreadable = |text: String| {
            let error = AuthError::new(AuthErrorKind::Unreadable, text);
            Err(error.with_status(answer.status).with_arrival(true))
        };
        match answer.json() {
            Ok(tokens) => Ok(tokens),
            // Some servers refuse under a good status.
            Err(_) if error_code(answer).is_some() => Err(refusal(answer, now)),
            Err(_) if answer.is_html() => {
                unreadable("the token host answered with a web page".to_owned())
            }
            Err(error) => unreadable(format!("the token answer cannot be used: {error}")),
        }
    }

    fn of(answer: Piece<'_>) -> Result<Self, Mismatch> {
        let secret = |name| -> Result<Option<Secret>, Mismatch> {
            let Some(field) = present(answer, name) else {
                return Ok(None);
            };
            let text: String = field
                .read()
                .map_err(|mismatch: Mismatch| mismatch.in_field(name))?;
            Ok(Some(Secret::from(text)).filter(|secret| !secret.is_empty()))
        };
        let Some(access_token) = secret("access_token")? else {
            return Err(Mismatch::new("there is no token").in_field("access_token"));
        };
        // Others could break out of the header that it is put into.
        if !access_token
            .expose()
            .bytes()
            .all(|byte| byte.is_ascii_graphic())
        {
            let rule = "it has characters that no token has (RFC 6749, appendix A.12)";
            return Err(Mismatch::new(rule).in_field("access_token"));
        }
        let bearer = present(answer, "token_type").is_none_or(|kind| {
            kind.scalar()
                .is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"))
        });
        if !bearer {
            return Err(
                Mismatch::new("found another kind of token, expected bearer")
                    .in_field("token_type"),
            );
        }
        Ok(TokenAnswer {
            access_token,
            lifetime: present(answer, "expires_in").and_then(lifetime),
            refresh_token: secret("refresh_token")?,
            scope: present(answer, "scope").and_then(|scope| scope.read().ok()),
            id_token: present(answer, "id_token")
                .and_then(|token| token.read().ok())
                .map(|text: String| text.into()),
        })
    }
}

impl<'de> Deserialize<'de> for TokenAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TokenAnswer::of(Piece::deserialize(deserializer)?).map_err(Mismatch::into_error)
    }
}

fn present<'a>(answer: Piece<'a>, name: &str) -> Option<Piece<'a>> {
    answer
        .field(name)
        .filter(|field| field.kind() != Kind::Null)
}

fn lifetime(field: Piece<'_>) -> Option<Duration> {
    let text = field.scalar()?;
    let text = text.trim();
    let number = Decimal::from_str(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()?;
    let seconds = number
        .trunc()
        .to_u64()
        .filter(|seconds| (1..=BELIEVABLE).contains(seconds))?;
    Some(Duration::from_secs(seconds).min(LONGEST_LIFETIME))
}

/// Why the token server gave no token.
fn refusal(answer: &Answer, now: OffsetDateTime) -> AuthError {
    let code = error_code(answer);
    let status = answer.status.as_u16();
    let (kind, text) = match (status, code.as_deref()) {
        (408 | 425 | 429 | 500.., _) => (
            AuthErrorKind::Unavailable,
            "the token server is busy or broken",
        ),
        (_, Some("temporarily_unavailable" | "server_error" | "slow_down")) => (
            AuthErrorKind::Unavailable,
            "the token server is busy or broken",
        ),
        (_, Some("invalid_grant")) => (
            AuthErrorKind::SignInAgain,
            "the code or refresh token is used up, revoked or too old",
        ),
        (300..=399, _) => (
            AuthErrorKind::Configuration,
            "the token address leads elsewhere, and redirects are not followed",
        ),
        (404 | 405, None) => (
            AuthErrorKind::Configuration,
            "there is no token endpoint at this address: set it with `token_route`",
        ),
        _ if wants_basic(&answer.headers) => (
            AuthErrorKind::Refused,
            "the token server refuses this client and names Basic: see `secret_in_basic`",
        ),
        _ => (AuthErrorKind::Refused, "the token server refuses"),
    };
    AuthError::new(kind, text)
        .with_code(code)
        .with_status(answer.status)
        .with_retry_after(retry_after(&answer.headers, now))
        .with_arrival(true)
}

/// RFC 6749 calls it `error`; Sber's official SDK also reads `errorCode` and `cause`.
fn error_code(answer: &Answer) -> Option<String> {
    let body: Piece<'_> = read::read(&answer.body).ok()?;
    ["error", "errorCode", "cause"]
        .into_iter()
        .find_map(|name| present(body, name)?.scalar().map(|code| code.into_owned()))
}

/// A server that answers so to a secret in the form wants it in the header (RFC 6749, section 5.2).
fn wants_basic(headers: &HeaderMap) -> bool {
    headers.get_all(WWW_AUTHENTICATE).iter().any(|value| {
        value
            .as_bytes()
            .get(..5)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic"))
    })
}

#[cfg(test)]
mod tests;
