#![cfg_attr(
    all(feature = "payouts", feature = "tbank", feature = "xlsx"),
    doc = include_str!("../README.md")
)]
#![cfg_attr(
    not(all(feature = "payouts", feature = "tbank", feature = "xlsx")),
    doc = "Many payouts, one decision: a plan from a table, and a report whose sums add up."
)]

mod event;
mod execute;
mod follow;
mod hash;
mod plan;
#[cfg(any(feature = "payouts", feature = "tbank"))]
mod planning;
pub mod report;
mod run;
mod run_id;
pub mod table;

pub use event::{Event, Line};
pub use execute::{Bank, Events, Execution, Fate, Found, Mismatch, Taken};
pub use hash::{FileHash, InvalidHash};
pub use plan::{
    ConfirmError, Confirmation, Confirmed, Duplicate, Family, Like, PaidBy, PaidTo, Payout, Plan,
    PlanLine, Recipient, Registry, Summary, Warning, Wish,
};
#[cfg(any(feature = "payouts", feature = "tbank"))]
pub use planning::{HeaderProblem, PlanError, Planning};
pub use report::{LineEnd, LineOutcome, Report, ReportError};
pub use run::{Cause, Change, Pause, Phase, Run, RunError, Runs, Step, Totals, Withdrawal};
pub use run_id::{InvalidRunId, RunId};
pub use table::{Problem, Problems, TableOptions};

/// The rest of what this crate stands on.
pub use rubank_core;
pub use rubank_core::money::{Kopecks, Money};
pub use rubank_core::personal::Personal;
