//! Failing on purpose: what can go wrong, and when it does.

mod bend;
mod plan;

use http::StatusCode;
use http::header::RETRY_AFTER;

pub(crate) use bend::{bend_answer, bend_body, bend_query};
pub use plan::{FaultRule, Faults};

use crate::answer::Answer;

/// Whether a fault strikes before the bank has done its work or after it. The client cannot tell them apart; the
/// [ledger](crate::Ledger) can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// The request was read to its end and nothing was done.
    BeforeWork,
    /// The work was done, only the answer went wrong.
    AfterWork,
}

/// What goes wrong with one call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection closes when the head of the request is known: the body is not read, nothing is done. The
    /// client may see a reset when its body was still under way.
    CloseUnread,
    /// The whole request is read, then the connection closes without a byte of answer.
    Close(Moment),
    /// The same, but with a reset (RST) instead of an orderly end.
    Reset(Moment),
    /// The whole request is read and no answer ever comes: the connection stays open until the client leaves or
    /// the sandbox stops. No time passes by itself.
    Hang(Moment),
    /// The work is done, the head of the answer and half of its body arrive, then the connection closes. The
    /// answer's `content-length` promised all of it.
    CutBody,
    /// A gateway before the bank answers with an HTML page. With 200 it looks like success.
    Html {
        /// 200 to 599; anything else is sent as 500.
        status: u16,
        /// Whether the bank behind the gateway did its work.
        moment: Moment,
    },
    /// An answer without a body.
    Empty {
        /// 200 to 599; anything else is sent as 500.
        status: u16,
        /// The `Retry-After` header, in seconds or as a date.
        retry_after: Option<String>,
        /// Whether the work was done.
        moment: Moment,
    },
    /// Any answer at all.
    Answer {
        /// 200 to 599; anything else is sent as 500.
        status: u16,
        /// The `Content-Type` header.
        content_type: String,
        /// The body.
        body: String,
        /// Whether the work was done.
        moment: Moment,
    },
    /// The work is done and the answer complete in HTTP's eyes, but its JSON ends in the middle.
    TruncatedJson,
    /// The work is done and the status is right, but the body is not JSON, whatever its type says.
    BrokenJson,
    /// The work is done; every status and kind in the answer has a value that no page knows. A number stays a number.
    UnknownEnumValue,
    /// The work is done; every object of the answer has one more field.
    UnknownField,
    /// A list answers with its first page, whatever page was asked for.
    RepeatedPage,
    /// The `Date` header is wrong by this many seconds.
    DateSkew {
        /// Ahead when positive, behind when negative.
        seconds: i64,
    },
}

impl Fault {
    /// An empty 429 before the work, with `Retry-After` in seconds.
    #[must_use]
    pub fn too_many_requests(retry_after_seconds: Option<u64>) -> Self {
        Self::refused(429, retry_after_seconds)
    }

    /// An empty 503 before the work, with `Retry-After` in seconds.
    #[must_use]
    pub fn service_unavailable(retry_after_seconds: Option<u64>) -> Self {
        Self::refused(503, retry_after_seconds)
    }

    /// The stable name, as in [`Call::fault`](crate::Call::fault).
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::CloseUnread => "close-unread",
            Self::Close(Moment::BeforeWork) => "close-before-work",
            Self::Close(Moment::AfterWork) => "close-after-work",
            Self::Reset(Moment::BeforeWork) => "reset-before-work",
            Self::Reset(Moment::AfterWork) => "reset-after-work",
            Self::Hang(Moment::BeforeWork) => "hang-before-work",
            Self::Hang(Moment::AfterWork) => "hang-after-work",
            Self::CutBody => "cut-body",
            Self::Html { .. } => "html",
            Self::Empty { .. } => "empty",
            Self::Answer { .. } => "answer",
            Self::TruncatedJson => "truncated-json",
            Self::BrokenJson => "broken-json",
            Self::UnknownEnumValue => "unknown-enum-value",
            Self::UnknownField => "unknown-field",
            Self::RepeatedPage => "repeated-page",
            Self::DateSkew { .. } => "date-skew",
        }
    }

    /// Whether it changes some bytes and nothing else: where there are none of the kind, nothing happens.
    pub(crate) const fn only_bends(&self) -> bool {
        matches!(
            self,
            Self::TruncatedJson
                | Self::BrokenJson
                | Self::UnknownEnumValue
                | Self::UnknownField
                | Self::RepeatedPage
        )
    }

    fn refused(status: u16, retry_after: Option<u64>) -> Self {
        let retry_after = retry_after.map(|seconds| seconds.to_string());
        Self::Empty {
            status,
            retry_after,
            moment: Moment::BeforeWork,
        }
    }

    /// What the client gets instead of the bank's answer, if that is what the fault does.
    pub(crate) fn instead(&self) -> Option<(Moment, Ending)> {
        match self {
            Self::Close(moment) => Some((*moment, Ending::Cut(Cut::Close))),
            Self::Reset(moment) => Some((*moment, Ending::Cut(Cut::Reset))),
            Self::Hang(moment) => Some((*moment, Ending::Hang)),
            Self::Html { status, moment } => {
                let page = format!(
                    "<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>gateway</body></html>"
                );
                Some((
                    *moment,
                    Ending::Whole(Answer::text(code(*status), "text/html", page)),
                ))
            }
            Self::Empty {
                status,
                retry_after,
                moment,
            } => {
                let mut answer = Answer::empty(code(*status));
                if let Some(value) = retry_after {
                    answer = answer.header(RETRY_AFTER, value);
                }
                Some((*moment, Ending::Whole(answer)))
            }
            Self::Answer {
                status,
                content_type,
                body,
                moment,
            } => {
                let answer = Answer::text(code(*status), content_type, body.clone());
                Some((*moment, Ending::Whole(answer)))
            }
            _ => None,
        }
    }
}

/// How a call ends on the wire.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    Whole(Answer),
    /// Half of the body, then the end of the connection.
    Half(Answer),
    Cut(Cut),
    Hang,
}

/// How a connection ends without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Close,
    Reset,
}

fn code(status: u16) -> StatusCode {
    match StatusCode::from_u16(status) {
        Ok(code) if (200..600).contains(&status) => code,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
