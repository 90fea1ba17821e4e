//! What must pass before a change lands, beside the tests.

use crate::run::{Failed, cargo_or};
use crate::{features, lint};

/// `cargo xtask ci`
pub(crate) fn ci() -> Result<(), Failed> {
    lint::lint()?;
    features::features()?;
    cargo_or(
        &["package", "--workspace", "--allow-dirty"],
        "cargo package --workspace",
    )
}
