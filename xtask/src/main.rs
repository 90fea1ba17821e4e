//! Every command that a person or CI runs on this workspace: `cargo xtask <command>`.

mod chaos;
mod ci;
mod crates;
mod features;
mod lint;
mod postgres;
mod run;
mod test;
mod tree;

use std::process::ExitCode;

use run::{Failed, cargo};

/// Name, arguments, what it does.
const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "demo",
        "[--postgres]",
        "runs the banks' documented scenarios against the sandbox, and prints what happened",
    ),
    ("test", "", "runs every test there is"),
    (
        "lint",
        "",
        "formatting, clippy, documentation, dependency rules; warnings are errors",
    ),
    (
        "fixtures",
        "[--check]",
        "writes the fixtures that follow from docs/contracts, or compares them",
    ),
    (
        "contract",
        "",
        "holds every operation against its contract, by fixture and by sandbox",
    ),
    (
        "safety",
        "",
        "prints the safety table: operation x fault -> number of sends",
    ),
    (
        "chaos",
        "[--seeds N] [--seconds S]",
        "tries to break store and runs: faults, kills, power cuts, judged by the bank's ledger; --help tells more",
    ),
    (
        "scaling",
        "[--sqlite] [--postgres]",
        "measures one run of payouts with 1, 2, 4 and 8 workers, on both engines without a choice",
    ),
    (
        "sandbox",
        "[--help]",
        "serves the simulated banks for your own tests",
    ),
    (
        "features",
        "",
        "each feature set compiles, with one TLS stack and no crate too many",
    ),
    (
        "ci",
        "",
        "all of the above that must pass before a change lands, but the tests",
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else {
        print!("{}", usage());
        return ExitCode::from(2);
    };
    let result = match (command.as_str(), rest) {
        ("demo", rest) => chaos::demo(rest),
        ("test", []) => test::test(),
        ("lint", []) => lint::lint(),
        ("fixtures", []) => test::fixtures(&[]),
        ("fixtures", [flag]) if flag == "--check" => test::fixtures(&["--check"]),
        ("contract", []) => test::contract(),
        ("safety", []) => cargo(&["run", "--quiet", "-p", "contract-tests", "--bin", "safety"]),
        ("chaos", rest) => chaos::chaos(rest),
        ("scaling", rest) => chaos::scaling(rest),
        ("sandbox", rest) => sandbox(rest),
        ("features", []) => features::features(),
        ("ci", []) => ci::ci(),
        ("help" | "--help" | "-h", _) => {
            print!("{}", usage());
            Ok(())
        }
        _ => {
            eprint!("{}", usage());
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("\n{failed}");
            ExitCode::FAILURE
        }
    }
}

fn sandbox(arguments: &[String]) -> Result<(), Failed> {
    let mut command = vec!["run", "--quiet", "-p", "rubank-sandbox", "--"];
    command.extend(arguments.iter().map(String::as_str));
    cargo(&command)
}

fn usage() -> String {
    let mut text = String::from("cargo xtask <command>\n\n");
    for (name, arguments, what) in COMMANDS {
        text.push_str(&format!("  {:<32} {what}\n", format!("{name} {arguments}")));
    }
    text
}
