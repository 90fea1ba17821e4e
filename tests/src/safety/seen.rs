//! What became of one call.

use rubank_core::error::{Error, ErrorKind, Outcome};
use rubank_core::http::SeenRequest;

/// How a call ended for its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With a value.
    Done,
    /// With an error.
    Failed(ErrorKind),
    /// Its future was dropped.
    Dropped,
}

/// What became of one call, seen from both sides.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How many copies reached the server, be it by their first byte only.
    pub sends: usize,
    /// How it ended for the caller.
    pub ended: Ended,
    /// What the error says; for a dropped future what its `Progress` says; nothing for a value.
    pub outcome: Option<Outcome>,
    /// Whether the error says that the bank may have acted.
    pub may_have_acted: bool,
    /// The requests that the server read whole, in order.
    pub requests: Vec<SeenRequest>,
}

impl Seen {
    /// From a finished call.
    pub(super) fn finished<T>(
        result: Result<T, Error>,
        sends: usize,
        requests: Vec<SeenRequest>,
    ) -> Self {
        match result {
            Ok(_) => Seen {
                sends,
                ended: Ended::Done,
                outcome: None,
                may_have_acted: false,
                requests,
            },
            Err(error) => Seen {
                sends,
                ended: Ended::Failed(error.kind()),
                outcome: Some(error.outcome()),
                may_have_acted: error.may_have_acted(),
                requests,
            },
        }
    }

    /// From a call whose future was dropped.
    pub(super) fn dropped(outcome: Outcome, sends: usize, requests: Vec<SeenRequest>) -> Self {
        let outcome = Some(outcome);
        Seen {
            sends,
            ended: Ended::Dropped,
            outcome,
            may_have_acted: false,
            requests,
        }
    }
}
