#![doc = include_str!("../README.md")]

pub mod alfa;
pub mod payouts;
pub mod sber;
pub mod tbank;

mod answer;
mod asked;
mod calls;
mod clock;
mod fault;
mod host;
mod ledger;
mod oauth;
mod pki;
mod random;
mod sandbox;
mod serve;
mod stage;
mod strict;
mod sync;
mod wire;

pub use calls::Call;
pub use clock::SimulatedClock;
pub use fault::{Fault, FaultRule, Faults, Moment};
pub use host::{Host, Route};
pub use ledger::{Ledger, LedgerEntry};
pub use oauth::ExpiresIn;
pub use sandbox::{Builder, Sandbox, StartError};
