//! Every test there is, in the order in which a failure explains most.

use crate::run::{Failed, cargo, cargo_or, run};
use crate::{crates, postgres};

/// `cargo xtask test`
pub(crate) fn test() -> Result<(), Failed> {
    fixtures(&["--check"])?;
    workspace()?;
    examples()
}

/// The tests of all crates, with a PostgreSQL server beside them.
fn workspace() -> Result<(), Failed> {
    let server = postgres::for_tests()?;
    let environment = server
        .as_ref()
        .map(|server| (postgres::VARIABLE, server.url()));
    run(
        "cargo",
        &["test", "--workspace", "--all-features"],
        environment.as_slice(),
        "mend what it says, then `cargo xtask test`",
    )
}

/// Each example runs against the sandbox that it starts, as a reader would run it.
fn examples() -> Result<(), Failed> {
    for (package, example) in list()? {
        cargo(&[
            "run",
            "--quiet",
            "--all-features",
            "-p",
            &package,
            "--example",
            &example,
        ])?;
    }
    Ok(())
}

/// Package and example: every file in `crates/*/examples`.
fn list() -> Result<Vec<(String, String)>, Failed> {
    let mut found = Vec::new();
    for room in crates::all()? {
        let Ok(examples) = std::fs::read_dir(room.folder.join("examples")) else {
            continue;
        };
        for example in examples.flatten() {
            let example = example.path();
            if let (Some("rs"), Some(name)) = (
                example.extension().and_then(|ending| ending.to_str()),
                example.file_stem().and_then(|name| name.to_str()),
            ) {
                found.push((room.package.clone(), name.to_owned()));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// `cargo xtask fixtures [--check]`
pub(crate) fn fixtures(flags: &[&str]) -> Result<(), Failed> {
    for made in ["fixtures", "grades"] {
        let mut command = vec![
            "run",
            "--quiet",
            "-p",
            "contract-tests",
            "--bin",
            made,
            "--",
        ];
        command.extend(flags);
        cargo_or(&command, "cargo xtask fixtures")?;
    }
    Ok(())
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
        "--test",
        "sandbox",
    ])
}
