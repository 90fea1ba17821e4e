//! The two questions that an error answers: what went wrong, and what it means for the bank's side.

/// What a failed call means for the bank's side of it.
///
/// | outcome | did the bank act? | what to do with a write |
/// |---|---|---|
/// | `NotSent` | no: the request did not leave | repeat it when the cause is mended |
/// | `Rejected` | no: the bank refused it | correct it, or wait after 429; the same again at once is refused again |
/// | `Unknown` | perhaps | look it up by its key; never send it again under a new one |
/// | `Accepted` | yes, but its answer could not be read whole | do not repeat it; read its state |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// No byte of the request can have reached the bank.
    NotSent,
    /// The bank answered no, and nothing happened.
    Rejected,
    /// The request, or a part of it, left; no answer tells what became of it.
    Unknown,
    /// The bank answered yes, and the rest of the answer could not be read.
    Accepted,
}

impl Outcome {
    /// A stable word: `not_sent`, `rejected`, `unknown`, `accepted`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::NotSent => "not_sent",
            Outcome::Rejected => "rejected",
            Outcome::Unknown => "unknown",
            Outcome::Accepted => "accepted",
        }
    }

    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Outcome::NotSent => "not sent",
            Outcome::Rejected => "refused by the bank",
            Outcome::Unknown => "outcome unknown: look it up before anything else",
            Outcome::Accepted => "accepted by the bank, answer unreadable",
        }
    }

    /// The outcome of several attempts: the worst of them, and `Accepted` once the bank has said yes.
    ///
    /// A later refusal does not lower `Unknown`: the refused copy says nothing about the lost one.
    #[must_use]
    pub fn and_then(self, later: Outcome) -> Outcome {
        self.max(later)
    }
}

/// What went wrong. New kinds may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is not set up for this call. Nothing was sent. Mend the setup.
    Configuration,
    /// The request breaks a rule of the bank's page. Nothing was sent. See [`Error::invalid_request`](super::Error::invalid_request).
    InvalidRequest,
    /// The operation's address was published by nobody. Nothing was sent. Supply it with `override_route`, or opt in
    /// with `allow_unverified_paths`.
    UnverifiedRoute,
    /// No token could be had, so the request itself was not sent. The cause tells whose fault it is.
    Auth,
    /// Our own rate limiter: the wait would have been longer than the time left, or a shared limiter cannot be asked.
    /// Nothing was sent.
    RateLimited,
    /// No connection: refused, unreachable, or no such name.
    Connect,
    /// The TLS handshake failed; the cause names the cure.
    Tls,
    /// The connection broke, or the answer did.
    ConnectionLost,
    /// The time of one attempt was over.
    AttemptTimeout,
    /// The time of the whole call was over, waits included.
    DeadlineExceeded,
    /// The bank asks to come back later (202), and the time of the call was over before the data was there.
    NotReady,
    /// 400, or another refusal without a kind of its own.
    BadRequest,
    /// 401: the token is not accepted, a fresh one neither.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 409.
    Conflict,
    /// The key was used before. By this call's own earlier copy or by another: look it up; it is never "rejected".
    DuplicateKey,
    /// 422: the bank understood and refuses.
    Unprocessable,
    /// 429.
    TooManyRequests,
    /// 408, 5xx.
    Server,
    /// 3xx; redirects are never followed.
    Redirect,
    /// A web page or another body that is not the bank's API, under a status that means yes.
    NotTheBank,
    /// The bank said yes, but its answer cannot be read.
    UnreadableAnswer,
    /// One row of a list cannot be read; the other rows are good.
    UnreadableItem,
    /// The answer is longer than the limit that was set.
    AnswerTooLarge,
    /// The server repeats the same page, or its next page is on another host.
    Paging,
}

impl ErrorKind {
    /// A stable code in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Configuration => "configuration",
            ErrorKind::InvalidRequest => "invalid_request",
            ErrorKind::UnverifiedRoute => "unverified_route",
            ErrorKind::Auth => "auth",
            ErrorKind::RateLimited => "rate_limited",
            ErrorKind::Connect => "connect",
            ErrorKind::Tls => "tls",
            ErrorKind::ConnectionLost => "connection_lost",
            ErrorKind::AttemptTimeout => "attempt_timeout",
            ErrorKind::DeadlineExceeded => "deadline_exceeded",
            ErrorKind::NotReady => "not_ready",
            ErrorKind::BadRequest => "bad_request",
            ErrorKind::Unauthorized => "unauthorized",
            ErrorKind::Forbidden => "forbidden",
            ErrorKind::NotFound => "not_found",
            ErrorKind::Conflict => "conflict",
            ErrorKind::DuplicateKey => "duplicate_key",
            ErrorKind::Unprocessable => "unprocessable",
            ErrorKind::TooManyRequests => "too_many_requests",
            ErrorKind::Server => "server",
            ErrorKind::Redirect => "redirect",
            ErrorKind::NotTheBank => "not_the_bank",
            ErrorKind::UnreadableAnswer => "unreadable_answer",
            ErrorKind::UnreadableItem => "unreadable_item",
            ErrorKind::AnswerTooLarge => "answer_too_large",
            ErrorKind::Paging => "paging",
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            ErrorKind::RateLimited
                | ErrorKind::Connect
                | ErrorKind::ConnectionLost
                | ErrorKind::AttemptTimeout
                | ErrorKind::DeadlineExceeded
                | ErrorKind::NotReady
                | ErrorKind::TooManyRequests
                | ErrorKind::Server
        )
    }

    /// The kind of an answer that does not mean yes, and what it says about a write.
    pub(crate) fn of_status(status: u16) -> (ErrorKind, Outcome) {
        match status {
            400 | 402 | 405..=407 | 410..=421 | 423..=428 | 430..=443 | 445..=459 | 461..=498 => {
                (ErrorKind::BadRequest, Outcome::Rejected)
            }
            401 => (ErrorKind::Unauthorized, Outcome::Rejected),
            403 => (ErrorKind::Forbidden, Outcome::Rejected),
            404 => (ErrorKind::NotFound, Outcome::Rejected),
            // A gateway that timed out, or thinks that we hung up, may have passed the request on before.
            408 | 444 | 460 | 499 => (ErrorKind::Server, Outcome::Unknown),
            409 => (ErrorKind::Conflict, Outcome::Rejected),
            422 => (ErrorKind::Unprocessable, Outcome::Rejected),
            429 => (ErrorKind::TooManyRequests, Outcome::Rejected),
            300..=399 => (ErrorKind::Redirect, Outcome::Unknown),
            // A kind of yes that the operation does not know: what it means is anybody's guess.
            200..=299 => (ErrorKind::UnreadableAnswer, Outcome::Unknown),
            _ => (ErrorKind::Server, Outcome::Unknown),
        }
    }
}
