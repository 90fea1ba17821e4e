//! Passports: recognised from scans, and checked.

mod checking;
mod multipart;
mod recognition;

pub(super) use checking::{Check, check, start_check};
pub(super) use recognition::{Recognition, recognise, recognition};
