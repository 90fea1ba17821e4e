//! Runs against the simulated banks: every line is paid once, whatever happens on the way.
#![cfg(all(feature = "payouts", feature = "tbank"))]
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod confirming;
mod contending;
mod following;
mod pausing;
mod paying;
mod registries;
mod sharing;
mod stage;
mod withdrawing;
