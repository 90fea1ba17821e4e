//! `cargo xtask demo`: real clients against simulated banks, scenario by scenario, and what happened.

mod alfa;
/// The browser of the person who signs in, as the crate's own examples have it.
#[path = "../../../../crates/sber-api/examples/support/browser.rs"]
mod browser;
mod fast;
mod payouts;
mod runs;
mod sber;
mod statements;
mod table;
mod tbank;

use std::process::ExitCode;

use contract_tests::chaos::{self, Kind};
use rubank_sandbox::Sandbox;

/// Whatever goes wrong ends the demo.
type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let kind = match words.as_slice() {
        // One of the processes that pay a run.
        ["worker", orders] => return chaos::worker(orders),
        [] => Kind::Sqlite,
        ["--postgres"] => Kind::Postgres,
        _ => {
            eprintln!("cargo xtask demo [--postgres]");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Runtime::new();
    let shown = runtime.map_err(Into::into).and_then(|runtime| {
        runtime.block_on(async {
            match kind {
                Kind::Sqlite => run().await,
                Kind::Postgres => runs::run(kind).await,
            }
        })
    });
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nthe demo failed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Outcome {
    println!(
        "The banks below are simulated on this machine: TLS, client certificates, OAuth, state and faults."
    );
    // Every request moves the banks' clock on, so that payments make their way while they are looked at.
    let banks = Sandbox::builder()
        .seed(7)
        .payments(13)
        .tick(std::time::Duration::from_secs(5))
        .start()
        .await?;
    alfa::run(&banks).await?;
    sber::run(&banks).await?;
    tbank::run(&banks).await?;
    payouts::run(&banks).await?;
    runs::run(Kind::Sqlite).await?;
    println!("\nEverything above went over real sockets. Nothing was paid twice.");
    Ok(())
}

/// A headline of the demo.
fn headline(text: &str) {
    println!("\n== {text}\n");
}
