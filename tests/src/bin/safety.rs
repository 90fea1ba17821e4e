//! Runs the safety table and prints it: `cargo xtask safety`.

use std::process::ExitCode;

use contract_tests::raw_server::Trouble;
use contract_tests::safety;

fn main() -> Result<ExitCode, Trouble> {
    let lines = safety::table()?;
    println!("{}", safety::markdown(&lines));
    println!("A cell tells how many copies reached the bank, and what the caller was told:");
    println!("the outcome for the bank's side, then the kind of the error. 'done' is a value.");
    let complaints: Vec<_> = lines.iter().flat_map(safety::Line::complaints).collect();
    for complaint in &complaints {
        eprintln!("{complaint}");
    }
    Ok(match complaints.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
