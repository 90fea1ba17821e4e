//! Writes `tests/fixtures` from the contracts; with `--check` compares and changes nothing.

use std::process::ExitCode;

use contract_tests::contract;
use contract_tests::fixtures::files::{self, Problem, ProblemKind};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let only_check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => {
            eprintln!("usage: fixtures [--check]");
            return ExitCode::from(2);
        }
    };
    match run(only_check) {
        Ok(problems) if problems.is_empty() => {
            println!("fixtures: all as the contracts say");
            ExitCode::SUCCESS
        }
        Ok(problems) if only_check => {
            for problem in &problems {
                eprintln!("tests/fixtures/{problem}");
            }
            eprintln!(
                "{} fixtures are not as the contracts say. Repair: cargo xtask fixtures",
                problems.len()
            );
            ExitCode::FAILURE
        }
        Ok(problems) => {
            for problem in &problems {
                let done = if problem.kind == ProblemKind::Stray {
                    "removed"
                } else {
                    "written"
                };
                println!("{done} tests/fixtures/{}", problem.file.display());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(only_check: bool) -> Result<Vec<Problem>, Box<dyn std::error::Error>> {
    let contracts = contract::load_all()?;
    let root = files::directory();
    Ok(if only_check {
        files::check(&root, &contracts)?
    } else {
        files::write(&root, &contracts)?
    })
}
