//! Where trials are held: each by its seed, never without a verdict.

use std::fmt;

use super::Broken;
use super::base::Kind;
use super::clock::Steady;
use super::judge::Verdict;
use super::process::Program;
use super::script::Script;
use super::{following, trial, visits};

/// Payouts of one seed, at most. The bounded test, the command and the line that repeats a failure share it: a seed with
/// another number is another script.
pub const MOST_LINES: u64 = 40;
/// Registries of one seed, at most.
pub const MOST_REGISTRIES: u64 = 15;

/// Where trials are held.
#[derive(Clone, Debug)]
pub struct Court {
    /// The program that the workers are.
    pub program: Program,
    /// The engine.
    pub kind: Kind,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A run of payouts.
    Payouts,
    /// A run of T-Bank's registries.
    Registries,
    /// Followers of a statement.
    Statements,
    /// Processes that share rotating tokens.
    Tokens,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 4] = [
        What::Payouts,
        What::Registries,
        What::Statements,
        What::Tokens,
    ];

    /// Its word on the command line, without dashes.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            What::Payouts => "payouts",
            What::Registries => "registries",
            What::Statements => "statements",
            What::Tokens => "tokens",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Which trial it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) what: What,
    pub(crate) seed: u64,
    pub(crate) kind: Kind,
}

impl Case {
    /// What repeats it.
    pub(crate) fn command(&self) -> String {
        let engine = match self.kind {
            Kind::Sqlite => "",
            Kind::Postgres => " --postgres",
        };
        let Case { what, seed, .. } = self;
        format!("cargo xtask chaos{engine} --{what} --seed {seed}")
    }
}

/// Tries a seed. A trial that could not be held is a wrong of its seed, and ends no other.
///
/// Where it failed and somebody has set the machine's clock meanwhile, it is held once more, and what was found is told
/// as [disputed](Verdict::disputed).
pub async fn hold(court: &Court, what: What, seed: u64) -> Verdict {
    let kind = court.kind;
    let case = Case { what, seed, kind };
    let clock = Steady::watch();
    let mut verdict = once(court, case).await;
    if !verdict.is_good() && clock.was_set() {
        let mut disputed = verdict;
        disputed.sign(&case);
        verdict = once(court, case).await;
        verdict.disputed = disputed.failures;
    }
    verdict.sign(&case);
    verdict
}

async fn once(court: &Court, case: Case) -> Verdict {
    let court = court.clone();
    // A task of its own, so that a panic is the end of this trial alone.
    let held = tokio::spawn(async move { of(&court, case).await }).await;
    match held {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(error)) => Verdict::broken(&error.to_string()),
        Err(error) => Verdict::broken(&error.to_string()),
    }
}

async fn of(court: &Court, Case { what, seed, .. }: Case) -> Result<Verdict, Broken> {
    let script = match what {
        What::Payouts => Script::of(seed, MOST_LINES),
        What::Registries => Script::of_registries(seed, MOST_REGISTRIES),
        What::Statements => return following::statements(court, seed).await,
        What::Tokens => return visits::tokens(court, seed).await,
    };
    trial::play(court, &script, &mut |_| {}).await
}
