//! Writes `docs/guide/grades.md`, or with `--check` compares it.

use std::process::ExitCode;

use contract_tests::grades;

fn main() -> ExitCode {
    match run(std::env::args().any(|argument| argument == "--check")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<(), Box<dyn std::error::Error>> {
    let (page, file) = (grades::page()?, grades::file());
    if !check {
        return Ok(std::fs::write(file, page)?);
    }
    match std::fs::read_to_string(file)? == page {
        true => Ok(()),
        false => Err(
            "docs/guide/grades.md is not what the contracts say\nRepair: cargo xtask fixtures"
                .into(),
        ),
    }
}
