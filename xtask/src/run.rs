//! Runs a command in the workspace's root; a failure says what was run and what repairs it.

use std::fmt;
use std::path::Path;
use std::process::Command;

/// A step that failed, and the command that mends it or shows more.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) what: String,
    pub(crate) repair: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FAILED: {}\nRepair: {}", self.what, self.repair)
    }
}

/// Runs cargo; when it fails, the same command by hand is the repair.
pub(crate) fn cargo(arguments: &[&str]) -> Result<(), Failed> {
    let line = format!("cargo {}", arguments.join(" "));
    cargo_or(arguments, &format!("mend what it says, then `{line}`"))
}

/// Runs cargo with a repair of its own.
pub(crate) fn cargo_or(arguments: &[&str], repair: &str) -> Result<(), Failed> {
    run("cargo", arguments, &[], repair)
}

/// Runs any program, with more environment.
pub(crate) fn run(
    program: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
    repair: &str,
) -> Result<(), Failed> {
    let line = format!("{program} {}", arguments.join(" "));
    eprintln!("$ {line}");
    let status = Command::new(program)
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root())
        .status();
    let what = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("`{line}` ended with {status}"),
        Err(error) => format!("`{line}` could not be started: {error}"),
    };
    Err(Failed {
        what,
        repair: repair.to_owned(),
    })
}

/// Runs cargo and takes what it prints.
pub(crate) fn cargo_output(arguments: &[&str]) -> Result<String, Failed> {
    let line = format!("cargo {}", arguments.join(" "));
    let failed = |why: String| Failed {
        what: format!("`{line}` {why}"),
        repair: line.clone(),
    };
    let output = Command::new("cargo")
        .args(arguments)
        .current_dir(root())
        .output()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(failed(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}

/// The workspace's root.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}
