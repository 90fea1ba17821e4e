//! Whether a run may go on, and who said so.

use std::fmt;

use rubank_core::personal::Personal;
use rubank_core::types::Timestamp;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How many of the last changes are kept.
const LONGEST_HISTORY: usize = 100;

/// Open, or closed by a pause.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gate {
    pause: Option<Pause>,
    history: Vec<Step>,
}

impl Gate {
    pub(crate) const fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    pub(crate) fn history(&self) -> &[Step] {
        &self.history
    }

    pub(crate) fn close(&mut self, pause: Pause) {
        self.note(
            Change::Paused(pause.cause),
            pause.at.clone(),
            pause.by.clone(),
        );
        self.pause = Some(pause);
    }

    pub(crate) fn open(&mut self, at: OffsetDateTime, by: &str) {
        self.note(Change::Resumed, Timestamp::new(at), Personal::from(by));
        self.pause = None;
    }

    fn note(&mut self, change: Change, at: Timestamp, by: Personal<String>) {
        if self.history.len() == LONGEST_HISTORY {
            self.history.remove(0);
        }
        self.history.push(Step { change, at, by });
    }
}

/// Why nothing of a run is sent for now, since when, and who stopped it.
///
/// It holds for every process that executes the run. [`Runs::resume`](crate::Runs::resume) ends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    cause: Cause,
    at: Timestamp,
    by: Personal<String>,
    why: Option<Personal<String>>,
}

impl Pause {
    pub(crate) fn new(cause: Cause, at: OffsetDateTime, by: &str, why: Option<&str>) -> Self {
        Self {
            cause,
            at: Timestamp::new(at),
            by: Personal::from(by),
            why: why.map(Personal::from),
        }
    }

    /// Why.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// Since when.
    #[must_use]
    pub const fn at(&self) -> OffsetDateTime {
        self.at.value()
    }

    /// Who: a worker, or a person.
    #[must_use]
    pub const fn by(&self) -> &Personal<String> {
        &self.by
    }

    /// What a person said about it.
    #[must_use]
    pub const fn why(&self) -> Option<&Personal<String>> {
        self.why.as_ref()
    }
}

/// The cause, and since when.
impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "paused since {}: {}",
            self.at.as_str(),
            self.cause.sentence()
        )
    }
}

/// Why a run is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The bank does not let us in, or not do this: 401, 403, no token.
    Access,
    /// The payer lacks the money.
    NoFunds,
    /// A limit of sums is reached.
    Limit,
    /// Too many answers were lost in a row.
    Unknowns,
    /// Requests cannot be sent as this program is set up: TLS, an address, a certificate.
    Setup,
    /// The bank was asked too often, and refused for it what it does not promise to take a second time.
    TooOften,
    /// Another run with payments that look like some of this one was confirmed at the same moment.
    Duplicates,
    /// A person said so.
    Person,
}

impl Cause {
    /// Those for which the bank refuses single lines that are good by themselves.
    const OF_LINES: [Self; 4] = [Self::Access, Self::NoFunds, Self::Limit, Self::TooOften];

    /// A stable word: `access`, `no-funds`, `limit`, `unknowns`, `setup`, `too-often`, `duplicates`, `person`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::NoFunds => "no-funds",
            Self::Limit => "limit",
            Self::Unknowns => "unknowns",
            Self::Setup => "setup",
            Self::TooOften => "too-often",
            Self::Duplicates => "duplicates",
            Self::Person => "person",
        }
    }

    /// The cause for which a line that was rejected with this reason waits, to be sent again once it is mended.
    pub(crate) fn holding_back(reason: Option<&str>) -> Option<Self> {
        Self::OF_LINES
            .into_iter()
            .find(|cause| reason == Some(cause.as_str()))
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Access => "the bank refuses the access; mend credentials or rights, then resume",
            Self::NoFunds => "the payer lacks the money; add it, then resume",
            Self::Limit => "a limit of sums is reached; wait or raise it, then resume",
            Self::Unknowns => "too many answers were lost in a row; see what is wrong, then resume",
            Self::Setup => "requests cannot be sent as this program is set up",
            Self::TooOften => "the bank was asked too often; wait, then resume",
            Self::Duplicates => {
                "another run with some of its payments was confirmed at the same moment; compare the two, withdraw what is \
                 too much, then resume"
            }
            Self::Person => "somebody stopped it",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A change of a run that somebody made after it was confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What.
    pub change: Change,
    /// When.
    pub at: Timestamp,
    /// Who: a worker, or a person.
    pub by: Personal<String>,
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// It was paused.
    Paused(Cause),
    /// It was resumed.
    Resumed,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_history_is_kept_and_bounded() {
        let (mut gate, at) = (Gate::default(), datetime!(2026-05-15 09:00 UTC));
        for _ in 0..LONGEST_HISTORY {
            gate.close(Pause::new(Cause::NoFunds, at, "worker-1", None));
            gate.open(at, "Canary");
        }
        assert_eq!(gate.history().len(), LONGEST_HISTORY);
        assert_eq!(gate.history()[0].change, Change::Paused(Cause::NoFunds));
        let last = gate.history().last().unwrap();
        assert_eq!(
            (last.change, last.by.expose().as_str()),
            (Change::Resumed, "Canary")
        );
        assert!(gate.pause().is_none() && !format!("{gate:?}").contains("Canary"));
    }

    #[test]
    fn a_pause_tells_its_cause_and_nobody_s_name() {
        let at = datetime!(2026-05-15 09:00 UTC);
        let pause = Pause::new(Cause::Limit, at, "Canary", Some("canary too"));
        let shown = format!("{pause} {pause:?}").to_lowercase();
        assert!(
            shown.contains("a limit of sums") && !shown.contains("canary"),
            "{shown}"
        );
        let text = serde_json::to_string(&pause).unwrap();
        assert_eq!(serde_json::from_str::<Pause>(&text).unwrap(), pause);
        assert!(text.contains(r#""cause":"limit""#), "{text}");
    }
}
