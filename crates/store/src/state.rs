//! How far an intent has come, and what may follow what.

use std::fmt;
use std::str::FromStr;

/// How far an intent has come.
///
/// ```text
/// planned -> sending -> accepted -> confirmed
///    ^          |  \        |  \--> refused
///    |          |   \       \-----> needs-person
///    +- not ----+    +-> rejected
///       sent    |
///               +-----> unknown --> accepted, rejected, confirmed, refused, needs-person,
///                                   or sending again where the bank's promise allows it
/// ```
///
/// A person's word moves `needs-person` to `confirmed`, `refused` or back to `planned`, `accepted` to `confirmed` or
/// `refused`, `rejected` back to `planned` or to `refused`, and what was confirmed, refused or `planned` once more to
/// `needs-person`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// Written down; no byte of it has left.
    Planned,
    /// About to be sent, or being sent. Found after a crash, it means: may have been sent.
    Sending,
    /// It may have reached the bank. Only the bank's own lookup ends this state.
    Unknown,
    /// The bank took it and has not said its last word.
    Accepted,
    /// The bank said no to the request itself; nothing happened.
    Rejected,
    /// The bank did it: the money was paid.
    Confirmed,
    /// The bank had it, and refused it for good.
    Refused,
    /// No program can tell or may decide; see the reason.
    NeedsPerson,
}

impl State {
    /// Every state.
    pub const ALL: [State; 8] = [
        State::Planned,
        State::Sending,
        State::Unknown,
        State::Accepted,
        State::Rejected,
        State::Confirmed,
        State::Refused,
        State::NeedsPerson,
    ];

    /// A stable word: `planned`, `sending`, `unknown`, `accepted`, `rejected`, `confirmed`, `refused`, `needs-person`.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Sending => "sending",
            State::Unknown => "unknown",
            State::Accepted => "accepted",
            State::Rejected => "rejected",
            State::Confirmed => "confirmed",
            State::Refused => "refused",
            State::NeedsPerson => "needs-person",
        }
    }

    /// Whether nothing follows by itself: what was sealed for it may be dropped. A person may still doubt it, or have what was
    /// rejected sent again while it is kept.
    pub const fn is_final(self) -> bool {
        matches!(self, State::Rejected | State::Confirmed | State::Refused)
    }

    /// Whether a worker has something to do: send it, or find out what became of it.
    pub const fn is_open(self) -> bool {
        matches!(self, State::Planned | State::Sending | State::Unknown)
    }

    /// Whether `next` may follow.
    pub fn may_become(self, next: State) -> bool {
        use State::{
            Accepted, Confirmed, NeedsPerson, Planned, Refused, Rejected, Sending, Unknown,
        };
        match self {
            // Refused: withdrawn by a person.
            Planned => matches!(next, Planned | Sending | NeedsPerson | Refused),
            Sending => matches!(
                next,
                Planned | Sending | Unknown | Accepted | Rejected | NeedsPerson
            ),
            // Rejected: refused in words that might have meant something else, and looked up.
            Unknown => matches!(
                next,
                Unknown | Sending | Accepted | Rejected | Confirmed | Refused | NeedsPerson
            ),
            Accepted => matches!(next, Accepted | Confirmed | Refused | NeedsPerson),
            // The bank refused it, and nothing happened: the same bytes may be tried once the cause is mended.
            Rejected => matches!(next, Rejected | Planned | Refused),
            NeedsPerson => matches!(next, NeedsPerson | Confirmed | Refused | Planned),
            // A person doubts what a person, or the bank, has said.
            Confirmed | Refused => matches!(next, NeedsPerson),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is not one of [`State::as_str`]: a newer program wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an intent's state that this program does not know")]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(word: &str) -> Result<Self, UnknownState> {
        State::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or(UnknownState)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert_eq!("paid".parse::<State>(), Err(UnknownState));
    }

    #[test]
    fn what_may_have_left_never_becomes_planned_by_itself() {
        for (from, to) in [
            (State::Unknown, State::Planned),
            (State::Accepted, State::Sending),
            (State::Accepted, State::Planned),
            (State::Confirmed, State::Planned),
            (State::Refused, State::Sending),
        ] {
            assert!(!from.may_become(to), "{from} -> {to}");
        }
    }
}
