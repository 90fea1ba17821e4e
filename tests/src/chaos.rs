//! The judge that tries to break it: real clients, stores and processes against a bank that fails on purpose, and the
//! bank's own ledger to say what became of the money.
//!
//! Everything random follows from a seed: the file of payouts, the faults, when workers are killed, clocks that are wrong,
//! what a person does in the cabinet. What the operating system does between two processes does not: a seed that failed
//! is tried again with the same plan, not with the same interleaving.

mod base;
mod book;
mod clock;
mod court;
mod delay;
mod desk;
mod dice;
mod faults;
mod follower;
mod following;
mod guest;
mod judge;
mod measure;
mod orders;
mod payer;
mod person;
mod process;
mod registries;
mod script;
mod siege;
mod storm;
mod trial;
mod visits;

pub use base::{Kind, SERVER};
pub use court::{Court, MOST_LINES, MOST_REGISTRIES, What, hold};
pub use judge::Verdict;
pub use measure::{Load, measure};
pub use orders::worker;
pub use process::Program;
pub use script::Script;
pub use trial::{News, play};

/// Why a trial could not be held.
pub type Broken = Box<dyn std::error::Error + Send + Sync>;
