//! What may differ from call to call.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use time::OffsetDateTime;

use super::Progress;
use crate::error::Outcome;

/// Options of a call. Every wait has an end by default.
#[derive(Clone)]
pub struct RequestOptions {
    pub(crate) deadline: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) headers: HeaderMap,
    pub(crate) fresh_connection: bool,
    pub(crate) progress: Option<Progress>,
    pub(crate) earlier: Outcome,
    pub(crate) not_after: Option<OffsetDateTime>,
}

impl Default for RequestOptions {
    fn default() -> Self {
        RequestOptions {
            deadline: Duration::from_secs(120),
            attempt_timeout: Duration::from_secs(30),
            headers: HeaderMap::new(),
            fresh_connection: false,
            progress: None,
            earlier: Outcome::NotSent,
            not_after: None,
        }
    }
}

impl RequestOptions {
    /// Two minutes for the call, half a minute for each attempt.
    pub fn new() -> Self {
        Self::default()
    }

    /// The time of the whole call: waits for rate limits and tokens, pauses and attempts included.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// A moment on the wall clock after which nothing may leave any more. The deadline does not notice that the machine
    /// was suspended; this does.
    #[must_use]
    pub fn not_after(mut self, moment: OffsetDateTime) -> Self {
        self.not_after = Some(moment);
        self
    }

    /// The time that the whole call has.
    pub fn call_deadline(&self) -> Duration {
        self.deadline
    }

    /// The time of one attempt, from the first byte to the last of the answer.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// One more header on every attempt. It cannot replace the operation's own headers nor the credentials'; one that
    /// belongs to the connection (`host`, `content-length`, `transfer-encoding` …) is refused when the call is made.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Makes a new connection for each attempt: slower, but a kept connection that the bank has just closed cannot
    /// turn a write into an unknown outcome.
    #[must_use]
    pub fn fresh_connection(mut self) -> Self {
        self.fresh_connection = true;
        self
    }

    /// Lets the caller see how far a call got, even after its future was dropped.
    #[must_use]
    pub fn progress(mut self, progress: &Progress) -> Self {
        self.progress = Some(progress.clone());
        self
    }

    /// The same options for a call of another operation: what belongs to one write stays with it.
    pub(crate) fn for_another_call(&self) -> Self {
        RequestOptions {
            progress: None,
            earlier: Outcome::NotSent,
            not_after: None,
            ..self.clone()
        }
    }

    /// What is known of earlier attempts of the same write, made by another call or before a restart. A refusal
    /// cannot lower it: an unknown copy stays unknown.
    #[must_use]
    pub fn earlier(mut self, outcome: Outcome) -> Self {
        self.earlier = outcome;
        self
    }
}

/// The names of the headers, never their values.
impl fmt::Debug for RequestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestOptions")
            .field("deadline", &self.deadline)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("fresh_connection", &self.fresh_connection)
            .field("earlier", &self.earlier)
            .finish_non_exhaustive()
    }
}
