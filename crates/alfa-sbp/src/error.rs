//! What the bank says when it says no.

use rubank_core::error::Error;
use rubank_core::personal::Personal;
use rubank_core::{model, open_enum};

open_enum! {
    /// The bank's error codes (`error`). Documented on the page of outgoing payments, with the warning that they may
    /// change: match with a default.
    pub enum ErrorCode {
        /// 400: wrong input. A missing `Authorization` header is answered so, too.
        InvalidRequest = "invalid_request",
        /// 401: the token is expired, revoked or malformed. The client fetches another one by itself, once.
        InvalidToken = "invalid_token",
        /// 403: the token does not allow this operation. A fresh token will not either.
        InsufficientScope = "insufficient_scope",
        /// 404: there is no such endpoint, or it is switched off. It never means "no such payment".
        UnknownEndpoint = "unknown_endpoint",
        /// 500: the bank failed while it worked on the request.
        InternalError = "internal_error",
    }
}

model! {
    /// The body of an error answer. 429 and 503 have none.
    ///
    /// Source: the bank's page of outgoing payments, errors (documented).
    #[derive(Eq)]
    pub struct ErrorBody {
        /// The code.
        pub error: ErrorCode = shown "error",
        /// For people, never for decisions. Banks are known to quote what they were sent, so it does not print.
        pub error_description: Option<Personal<String>> = "error_description",
    }
}

impl ErrorBody {
    /// What the bank said, if it answered with an error body that can be read.
    ///
    /// ```no_run
    /// # async fn f(client: alfa_sbp::Client) {
    /// use alfa_sbp::{ErrorBody, ErrorCode, ListOutgoingPayments};
    ///
    /// if let Err(error) = client.send(&ListOutgoingPayments::new("client-1")).await {
    ///     match ErrorBody::of(&error).map(|body| body.error) {
    ///         Some(ErrorCode::InsufficientScope) => println!("ask the bank for the scope b2b-sbp"),
    ///         Some(other) => println!("the bank says {other}: {error}"),
    ///         None => println!("{error}"),
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        rubank_core::read::read(error.bank_error()?.body().expose()).ok()
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::http::Reply;

    use super::*;
    use crate::ListOutgoingPayments;
    use crate::tests::{block_on, scripted};

    #[test]
    fn the_body_is_read_and_the_status_is_never_lost() {
        let said = |code: &str| format!(r#"{{"error":"{code}","error_description":"canary"}}"#);
        let rows = [
            (
                Reply::json(400, said("invalid_request")),
                400,
                Some("invalid_request"),
            ),
            (
                Reply::json(401, said("invalid_token")),
                401,
                Some("invalid_token"),
            ),
            (
                Reply::json(403, said("insufficient_scope")),
                403,
                Some("insufficient_scope"),
            ),
            (
                Reply::json(404, said("unknown_endpoint")),
                404,
                Some("unknown_endpoint"),
            ),
            (
                Reply::json(400, said("NEVER_SEEN_BEFORE")),
                400,
                Some("NEVER_SEEN_BEFORE"),
            ),
            (
                Reply::json(400, r#"{"error":"invalid_request"}"#),
                400,
                Some("invalid_request"),
            ),
            (Reply::json(400, r#"{"message":"other"}"#), 400, None),
            (Reply::json(400, "{"), 400, None),
            (Reply::html(403), 403, None),
            (Reply::empty(403), 403, None),
        ];
        for (reply, status, code) in rows {
            let (client, _) = scripted([reply]);
            let error = block_on(client.send(&ListOutgoingPayments::new("client-1"))).unwrap_err();
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(error.code(), code);
            assert_eq!(
                ErrorBody::of(&error)
                    .as_ref()
                    .map(|body| body.error.as_str()),
                code
            );
            for printed in [
                format!("{error:#}"),
                format!("{error:?} {:?}", ErrorBody::of(&error)),
            ] {
                assert!(!printed.contains("canary"), "{printed}");
            }
        }
    }

    #[test]
    fn the_trace_id_is_kept() {
        let reply = Reply::json(400, r#"{"error":"invalid_request"}"#)
            .with_header("x-traceid", "00f067aa0ba902b7");
        let (client, _) = scripted([reply]);
        let error = block_on(client.send(&ListOutgoingPayments::new("client-1"))).unwrap_err();
        assert_eq!(error.request_id(), Some("00f067aa0ba902b7"));
    }
}
