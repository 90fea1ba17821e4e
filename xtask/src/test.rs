//! Every test there is, in the order in which a failure explains most.

use crate::postgres;
use crate::run::{Failed, cargo, cargo_or, root, run};

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
    let unreadable = |error| Failed {
        what: format!("the examples cannot be listed: {error}"),
        repair: "ls crates/*/examples".to_owned(),
    };
    let mut found = Vec::new();
    for package in std::fs::read_dir(root().join("crates")).map_err(unreadable)? {
        let package = package.map_err(unreadable)?;
        let Ok(examples) = std::fs::read_dir(package.path().join("examples")) else {
            continue;
        };
        for example in examples {
            let example = example.map_err(unreadable)?.path();
            if let (Some("rs"), Some(name)) = (
                example.extension().and_then(|ending| ending.to_str()),
                example.file_stem().and_then(|name| name.to_str()),
            ) {
                found.push((
                    package.file_name().to_string_lossy().into_owned(),
                    name.to_owned(),
                ));
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
