//! What must pass before a change lands, beside the tests.

use crate::run::{Failed, cargo_or};
use crate::{features, lint};

/// `cargo xtask ci`
pub(crate) fn ci() -> Result<(), Failed> {
    lint::lint()?;
    features::features()?;
    cargo_or(
        // Not verified: cargo unpacks the packages into its home by name and version, and takes yesterday's core for
        // today's. Everything has been compiled by the steps before.
        &["package", "--workspace", "--allow-dirty", "--no-verify"],
        "cargo package --workspace",
    )
}
