//! What the bank says when it says no.

use std::fmt;

use rubank_core::error::{BankError, Error, ErrorKind};
use rubank_core::operation::Answer;
use rubank_core::personal::Personal;
use rubank_core::raw::Raw;
use rubank_core::{model, open_enum};

open_enum! {
    /// The bank's error codes (`errorCode`). Only one was ever published, so match with a default, and decide by
    /// [`Problem`].
    pub enum ErrorCode {
        /// 400: the request breaks the contract.
        InvalidData = "INVALID_DATA",
    }
}

model! {
    /// The body of an error answer. Gateways send none, or a web page.
    ///
    /// Source: the bank's page of its sandbox (one example) and types made from its specification (inferred).
    #[derive(Eq)]
    pub struct ErrorBody {
        /// The bank's name for this very failure, up to 50 characters: quote it to the bank's support.
        pub error_id: Option<String> = shown "errorId",
        /// For people, in Russian, up to 400 characters. It quotes what was sent, so it does not print.
        pub error_message: Option<Personal<String>> = "errorMessage",
        /// The code, up to 50 characters.
        pub error_code: ErrorCode = shown "errorCode",
        /// An object of any shape, kept whole: with a 400 usually fields and texts about them. 401, 403, 429 and 500
        /// have none. It quotes what was sent, so it does not print.
        pub error_details: Option<Raw> = "errorDetails",
    }
}

impl ErrorBody {
    /// What the bank said, if it answered with an error body that can be read.
    ///
    /// ```no_run
    /// # async fn f(client: tbank_registry::Client, pay: tbank_registry::PayRegistry) {
    /// use tbank_registry::{ErrorBody, Problem};
    ///
    /// if let Err(error) = client.send(&pay).await {
    ///     println!("{error}");
    ///     if let Some(problem) = Problem::of(&error) {
    ///         println!("{problem}");
    ///     }
    ///     println!("tell the bank: {:?}", ErrorBody::of(&error).and_then(|body| body.error_id));
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        rubank_core::read::read(error.bank_error()?.body().expose()).ok()
    }
}

/// Which class a refusal belongs to, and what to do about it: `Display` says it in a sentence.
///
/// ```
/// use tbank_registry::Problem;
///
/// assert!(Problem::Access.to_string().contains("IP addresses"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Problem {
    /// 400 (and 404 of a write, and other 4xx): the request breaks the contract.
    Contract,
    /// 401: the token.
    Token,
    /// 403: one of three causes, which the bank tells apart in its text for people only.
    Access,
    /// 422: a limit of sums. The bank publishes no code for it: told by the word in its code or text (inferred).
    Limit,
    /// 422: anything else that business does not allow, such as the state of the registry or missing funds.
    Business,
    /// 409, or a refusal that says that the `id` or `correlationId` was used before.
    UsedKey,
    /// 429: too many requests.
    TooFast,
    /// 5xx: the bank, or a gateway before it.
    Bank,
}

impl Problem {
    /// The class of an error that the bank answered with; `None` where no status tells.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        Some(match error.kind() {
            ErrorKind::DuplicateKey | ErrorKind::Conflict => Self::UsedKey,
            ErrorKind::Unauthorized => Self::Token,
            ErrorKind::Forbidden => Self::Access,
            ErrorKind::Unprocessable if error.bank_error().is_some_and(says_limit) => Self::Limit,
            ErrorKind::Unprocessable => Self::Business,
            ErrorKind::TooManyRequests => Self::TooFast,
            ErrorKind::Server => Self::Bank,
            ErrorKind::BadRequest | ErrorKind::NotFound => Self::Contract,
            _ => return None,
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Contract => {
                "the request breaks the bank's contract: correct it, the same again is refused again"
            }
            Self::Token => {
                "the token is wrong, revoked, or was not used for 90 days: issue another one in the bank's cabinet, \
                 and a new certificate with it"
            }
            Self::Access => {
                "one of three things is missing: the token has no such access (scope), this machine's address is not \
                 on the token's list of IP addresses, or certificate and token are not a pair"
            }
            Self::Limit => {
                "a limit of sums: payments of registries count together with those of the method that makes a \
                 payment, and the signature's own limits apply as well"
            }
            Self::Business => {
                "business does not allow it: look at the registry's state, the funds, and the right to sign"
            }
            Self::UsedKey => {
                "this id was used before: ask what became of it, and never send the same wish under another one"
            }
            Self::TooFast => "too many requests: wait before the next one",
            Self::Bank => "the bank, or a gateway before it, failed",
        })
    }
}

pub(crate) fn read(answer: &Answer) -> BankError {
    let body: Option<ErrorBody> = answer.json().ok();
    let (code, message) = match body {
        Some(body) => (
            Some(body.error_code.as_str().to_owned()),
            body.error_message.map(Personal::into_inner),
        ),
        // Gateways answer in HTML or with nothing: the status says enough.
        None => (None, None),
    };
    let error = BankError::new().with_code(code).with_message(message);
    let used = says_used(answer.status.as_u16(), &error);
    error.with_duplicate_key(used)
}

/// Whether the refusal says that the key was used before. No page tells how the bank words it, so any likely word
/// counts: to take a refusal for this one costs a question, to miss it could cost a second payment.
fn says_used(status: u16, error: &BankError) -> bool {
    match status {
        409 => true,
        400 | 422 => says(
            error,
            &["DUPLICATE", "ALREADY", "NOT_UNIQUE"],
            &[
                // "Already": of this payment, or of the registry it pays; both are for a look.
                "дубл",
                "уже ",
                "ранее",
                "повторн",
                "уникал",
                "already",
                "duplicate",
            ],
        ),
        _ => false,
    }
}

fn says_limit(error: &BankError) -> bool {
    says(error, &["LIMIT"], &["лимит", "limit"])
}

fn says(error: &BankError, codes: &[&str], words: &[&str]) -> bool {
    let code = error.code().unwrap_or_default().to_uppercase();
    let text = error.message().unwrap_or_default().to_lowercase();
    codes.iter().any(|part| code.contains(part)) || words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use rubank_core::error::Outcome;
    use rubank_core::http::Reply;

    use super::*;
    use crate::tests::{block_on, pay, scripted};

    fn body(code: &str, message: &str) -> String {
        format!(r#"{{"errorId":"1a2b","errorMessage":"{message}","errorCode":"{code}"}}"#)
    }

    #[test]
    fn a_class_for_every_refusal() {
        use Outcome::{Rejected, Unknown};
        let rows = [
            (
                400,
                body("INVALID_DATA", "canary"),
                Problem::Contract,
                Rejected,
            ),
            (
                404,
                body("NOT_FOUND", "canary"),
                Problem::Contract,
                Rejected,
            ),
            (401, body("AUTH", "canary"), Problem::Token, Rejected),
            (403, body("AUTH", "canary"), Problem::Access, Rejected),
            (
                422,
                body("BUSINESS_ERROR", "canary"),
                Problem::Business,
                Rejected,
            ),
            (
                422,
                body("BUSINESS_ERROR", "Превышен Лимит"),
                Problem::Limit,
                Rejected,
            ),
            (
                422,
                body("DAY_LIMIT_EXCEEDED", "canary"),
                Problem::Limit,
                Rejected,
            ),
            (
                422,
                body("DUPLICATE_PAYMENT_ID", "canary"),
                Problem::UsedKey,
                Unknown,
            ),
            (
                422,
                body("BUSINESS_ERROR", "Платёж уже существует"),
                Problem::UsedKey,
                Unknown,
            ),
            (
                400,
                body("INVALID_DATA", "id не уникален"),
                Problem::UsedKey,
                Unknown,
            ),
            (409, "{}".to_owned(), Problem::UsedKey, Unknown),
            (
                429,
                body("TOO_MANY_REQUESTS", "canary"),
                Problem::TooFast,
                Rejected,
            ),
            (
                500,
                body("INTERNAL_ERROR", "canary"),
                Problem::Bank,
                Unknown,
            ),
            (
                502,
                "<html>canary</html>".to_owned(),
                Problem::Bank,
                Unknown,
            ),
            (403, String::new(), Problem::Access, Rejected),
            (422, "[1]".to_owned(), Problem::Business, Rejected),
        ];
        for (status, body, problem, outcome) in rows {
            let (client, bank) = scripted([Reply::json(status, body.clone())]);
            let error = block_on(client.send(&pay())).unwrap_err();
            assert_eq!(Problem::of(&error), Some(problem), "{status} {body}");
            assert_eq!(error.outcome(), outcome, "{status} {body}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(bank.sends(), 1, "{status} {body}");
            let printed = format!("{error:#} {error:?} {:?} {problem}", ErrorBody::of(&error));
            assert!(!printed.contains("canary"), "{printed}");
        }
    }

    #[test]
    fn no_answer_has_no_class() {
        let (client, _) = scripted([Reply::LostAfterSending]);
        let error = block_on(client.send(&pay())).unwrap_err();
        assert_eq!(Problem::of(&error), None);
        assert_eq!(error.outcome(), Outcome::Unknown);
    }

    #[test]
    fn the_whole_body_is_kept() {
        let text = r#"{"errorCode":"INVALID_DATA","errorDetails":{"a":{"b":[1.50,null]}},"errorId":"9d1d8855fa","errorMessage":"x"}"#;
        let reply = Reply::json(400, text).with_header("x-request-id", "00f067aa");
        let (client, _) = scripted([reply]);
        let error = block_on(client.send(&pay())).unwrap_err();
        let body = ErrorBody::of(&error).unwrap();
        assert_eq!(body.error_code, ErrorCode::InvalidData);
        assert_eq!(body.error_id.as_deref(), Some("9d1d8855fa"));
        assert_eq!(
            body.error_details.unwrap().text(),
            r#"{"a":{"b":[1.50,null]}}"#
        );
        assert_eq!(error.request_id(), Some("00f067aa"));
    }

    #[test]
    fn all_three_causes_of_a_403_are_in_the_text() {
        let text = Problem::Access.to_string();
        for cause in ["scope", "IP addresses", "not a pair"] {
            assert!(text.contains(cause), "{text}");
        }
    }
}
