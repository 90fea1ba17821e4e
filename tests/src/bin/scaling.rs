//! `cargo xtask scaling`: one run of payouts with 1, 2, 4 and 8 worker processes on both engines, payments per second.
//!
//! What counts is the time from the first payment in the bank's ledger to the last one: starting processes and waiting
//! for the bank's decisions are not in it.

use std::process::ExitCode;
use std::time::Duration;

use contract_tests::chaos::{self, Broken, Court, Kind, Program, SERVER, Script};

const LINES: u64 = 400;
const WORKERS: [usize; 4] = [1, 2, 4, 8];
/// Payments under way in each process.
const AT_ONCE: usize = 4;
/// The best of so many runs counts: a busy machine only ever takes away.
const RUNS: usize = 3;
const FAR: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, orders] = arguments.as_slice()
        && word == "worker"
    {
        return chaos::worker(orders);
    }
    let runtime = tokio::runtime::Runtime::new();
    let measured = runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(measure()));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<(), Broken> {
    println!(
        "{LINES} payouts, {AT_ONCE} under way in each process: payments per second and against one worker, the best of {RUNS}\n"
    );
    println!(
        "| engine | bank | {} |",
        WORKERS.map(|count| format!("{count}")).join(" | ")
    );
    println!("|---|---|{}", "---|".repeat(WORKERS.len()));
    let has_server = std::env::var_os(SERVER).is_some_and(|url| !url.is_empty());
    for (kind, name) in [(Kind::Sqlite, "SQLite"), (Kind::Postgres, "PostgreSQL")] {
        if kind == Kind::Postgres && !has_server {
            continue;
        }
        for (latency, far) in [(Duration::ZERO, "near"), (FAR, "20 ms away")] {
            let mut cells = Vec::new();
            let mut first = None;
            for workers in WORKERS {
                let rate = best(kind, workers, latency).await?;
                let one = *first.get_or_insert(rate);
                cells.push(format!("{}, x{}", tenths(rate), hundredths(rate, one)));
            }
            println!("| {name} | {far} | {} |", cells.join(" | "));
        }
    }
    Ok(())
}

/// Payments in ten seconds, of the best run.
async fn best(kind: Kind, workers: usize, latency: Duration) -> Result<u64, Broken> {
    let mut best = 0;
    for _ in 0..RUNS {
        best = best.max(rate(kind, workers, latency).await?);
    }
    Ok(best)
}

/// Payments in ten seconds.
async fn rate(kind: Kind, workers: usize, latency: Duration) -> Result<u64, Broken> {
    let court = Court {
        program: Program::this()?,
        kind,
    };
    let script = Script::quiet(LINES, workers, AT_ONCE).far_away(latency);
    let verdict = chaos::play(&court, &script, &mut |_| {}).await?;
    if !verdict.is_good() {
        return Err(verdict.wrongs.join("; ").into());
    }
    let took = verdict.took.max(Duration::from_millis(1)).as_millis();
    Ok(u64::try_from(u128::from(LINES) * 10_000 / took)?)
}

fn tenths(rate: u64) -> String {
    format!("{}.{}", rate / 10, rate % 10)
}

fn hundredths(rate: u64, one: u64) -> String {
    let ratio = rate * 100 / one.max(1);
    format!("{}.{:02}", ratio / 100, ratio % 100)
}
