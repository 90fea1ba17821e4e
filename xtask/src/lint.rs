//! Everything that can be judged without running the code.

use std::process::Command;

use crate::run::{Failed, cargo, cargo_or, run};

/// `cargo xtask lint`
pub(crate) fn lint() -> Result<(), Failed> {
    cargo_or(&["fmt", "--all", "--check"], "cargo fmt --all")?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ])?;
    run(
        "cargo",
        &["doc", "--workspace", "--no-deps", "--all-features"],
        &[("RUSTDOCFLAGS", "-D warnings")],
        "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --all-features",
    )?;
    deny()
}

/// Who may depend on what. Known vulnerabilities are left to a machine that can fetch their list.
fn deny() -> Result<(), Failed> {
    let installed = Command::new("cargo")
        .args(["deny", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !installed {
        // Nothing is installed on a reader's machine behind their back.
        return Err(Failed {
            what: "cargo-deny is not installed".to_owned(),
            repair: "cargo install --locked cargo-deny".to_owned(),
        });
    }
    cargo_or(
        &[
            "deny",
            "--all-features",
            "check",
            "bans",
            "licenses",
            "sources",
        ],
        "see deny.toml: it says why each rule is there",
    )
}
