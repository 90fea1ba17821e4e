//! Every test there is, in the order in which a failure explains most.

use crate::run::{Failed, cargo, cargo_or};

/// `cargo xtask test`
pub(crate) fn test() -> Result<(), Failed> {
    fixtures(&["--check"])?;
    cargo(&["test", "--workspace", "--all-features"])
}

/// `cargo xtask fixtures [--check]`
pub(crate) fn fixtures(flags: &[&str]) -> Result<(), Failed> {
    let mut command = vec![
        "run",
        "--quiet",
        "-p",
        "contract-tests",
        "--bin",
        "fixtures",
        "--",
    ];
    command.extend(flags);
    cargo_or(&command, "cargo xtask fixtures")
}

/// `cargo xtask contract`
pub(crate) fn contract() -> Result<(), Failed> {
    fixtures(&["--check"])?;
    cargo(&[
        "test",
        "-p",
        "contract-tests",
        "--all-features",
        "--test",
        "contract",
    ])
}
