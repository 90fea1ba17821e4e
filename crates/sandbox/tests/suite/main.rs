//! The sandbox seen from the wire, by a client that knows HTTP as text and nothing else.

#![allow(clippy::unwrap_used, reason = "a test may end where it likes")]

mod faults;
mod lists;
mod payments;
mod payouts;
mod sber;
mod strict;
mod tbank;
mod tls;
mod tokens;
mod wire;
