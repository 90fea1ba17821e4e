//! What became of an intent.

use std::fmt;

use rubank_core::personal::Personal;
use serde::{Deserialize, Serialize};

use crate::state::State;

/// What became of an intent: `T` is what the bank answers to the write, `F` what its lookup answers.
#[derive(Clone, Debug)]
pub enum Settled<T, F> {
    /// The bank took it, and this is its answer: of this call or of an earlier one.
    Answered(T),
    /// The answer was lost; this is what the lookup found.
    Found(F),
    /// The bank said no, or a person withdrew it. Nothing was paid.
    Refused(Refusal),
    /// The state is known, but not by an answer that can be shown: a person decided it, it was followed in bulk, its
    /// answer could not be read, or was erased since.
    Known(State),
    /// No program can tell, or may decide. See the guide's page "a person must look".
    NeedsPerson(Reason),
    /// The time was over before the bank knew. Nothing is lost: [`Store::resume`](crate::Store::resume) goes on.
    Unknown,
}

impl<T, F> Settled<T, F> {
    /// Whether the bank has it: taken, found, or known to be so.
    pub fn is_taken(&self) -> bool {
        matches!(
            self,
            Settled::Answered(_)
                | Settled::Found(_)
                | Settled::Known(State::Accepted | State::Confirmed)
        )
    }
}

/// The bank's no. `Debug` and `Display` show status and code; the text may name people.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Refusal {
    /// The status of the answer that refused it; without it a look found the refusal, a person said so, or it was
    /// forgotten since.
    pub status: Option<u16>,
    /// The bank's code.
    pub code: Option<String>,
    /// The bank's words.
    pub text: Option<Personal<String>>,
    /// The bank's id of the request, for its support.
    pub request_id: Option<String>,
    /// The body of the bank's error answer, up to 4 KiB, for the provider's own error type.
    #[serde(default)]
    pub body: Option<Personal<String>>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(f, "refused with {status}"),
            None => f.write_str("refused"),
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({self})")
    }
}

/// Why a person must look, or why an intent is in its state: a stable word, 1 to 64 of `a-z 0-9 _ -`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason(String);

impl Reason {
    /// The bank offers no way to find out what became of it.
    pub const NO_LOOKUP: &'static str = "no-lookup";
    /// The bank does not know it even after the settle time, and does not promise that sending it again is safe.
    pub const NOT_FOUND: &'static str = "not-found";
    /// The bank says that the key was used before, and its lookup knows nothing under it, or something else.
    pub const KEY_USED: &'static str = "key-used-elsewhere";
    /// It was sent as often as is sensible, and never found.
    pub const SENT_TOO_OFTEN: &'static str = "sent-too-often";
    /// The bank's lookup gives no answer that says anything, however often it is asked.
    pub const CANNOT_LOOK: &'static str = "cannot-look";
    /// The record of the request is gone or cannot be read.
    pub const NO_RECORD: &'static str = "no-record";
    /// The bank has not decided for longer than the store waits ([`Store::LONGEST_DOUBT`](crate::Store::LONGEST_DOUBT)).
    pub const UNDECIDED_TOO_LONG: &'static str = "undecided-too-long";
    /// The bank said yes to a worker that was believed dead.
    pub const LATE_ANSWER: &'static str = "late-answer";
    /// A person took back an earlier decision, or the bank's word.
    pub const PERSON_DOUBTS: &'static str = "person-doubts-it";
    /// Of an unknown one: its worker vanished while it was being sent.
    pub const INTERRUPTED: &'static str = "interrupted";
    /// Of an unknown one: the bank had time enough, does not know it, and promises that a second copy does no harm. It is
    /// sent once more, if that was found out less than a minute ago.
    pub const SEND_AGAIN: &'static str = "send-again";

    /// A reason of your own.
    ///
    /// # Errors
    /// It is not such a word.
    pub fn new(word: impl Into<String>) -> Result<Self, NotAReason> {
        let word = word.into();
        let fits = (1..=64).contains(&word.len())
            && word.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte)
            });
        if fits {
            Ok(Reason(word))
        } else {
            Err(NotAReason)
        }
    }

    pub(crate) fn of_row(word: Option<&str>) -> Self {
        Reason(word.unwrap_or("unsaid").to_owned())
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A reason must be 1 to 64 of `a-z 0-9 _ -`: it is readable in the database, so no names and no sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reason is a word of 1 to 64 of a-z, 0-9, _ and -")]
pub struct NotAReason;
