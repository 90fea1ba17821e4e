//! The judge that tries to break it: real clients, stores and processes against a bank that fails on purpose, and the
//! bank's own ledger to say what became of the money.
//!
//! Everything random follows from a seed: the file of payouts, the faults, when workers are killed, clocks that are wrong,
//! what a person does in the cabinet. What the operating system does between two processes does not: a seed that failed
//! is tried again with the same plan, not with the same interleaving.

mod base;
mod clock;
mod delay;
mod desk;
mod dice;
mod faults;
mod follower;
mod following;
mod guest;
mod judge;
mod orders;
mod payer;
mod person;
mod process;
mod script;
mod storm;
mod trial;
mod visits;

pub use base::{Kind, SERVER};
pub use following::statements;
pub use judge::Verdict;
pub use orders::worker;
pub use process::Program;
pub use script::Script;
pub use trial::{Court, News, payouts, play};
pub use visits::tokens;

/// Why a trial could not be held.
pub type Broken = Box<dyn std::error::Error + Send + Sync>;
