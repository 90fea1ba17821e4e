//! `cargo xtask scaling [--sqlite | --postgres]`: one run of payouts with 1, 2, 4 and 8 worker processes, payments per
//! second. Without a choice both engines are measured.
//!
//! What counts is the time from the first payment in the bank's ledger to the last one: starting processes and waiting
//! for the bank's decisions are not in it.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use contract_tests::chaos::{self, Broken, Court, Kind, Load, Program, SERVER};

const LINES: u64 = 400;
const WORKERS: [usize; 4] = [1, 2, 4, 8];
/// Payments under way in each process.
const AT_ONCE: usize = 4;
/// The middle of so many runs counts; their ends are told, too.
const RUNS: usize = 3;
const FAR: Duration = Duration::from_millis(20);
const HELP: &str = "\
cargo xtask scaling [--sqlite] [--postgres]

Without a choice both engines are measured, PostgreSQL where there is one.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, orders] = arguments.as_slice()
        && word == "worker"
    {
        return chaos::worker(orders);
    }
    let measured = kinds(&arguments).and_then(|kinds| {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(measure(&kinds))
    });
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The engines to be measured.
fn kinds(arguments: &[String]) -> Result<Vec<Kind>, Broken> {
    let has_server = std::env::var_os(SERVER).is_some_and(|url| !url.is_empty());
    let kinds: Result<Vec<Kind>, Broken> = arguments
        .iter()
        .map(|word| match word.as_str() {
            "--sqlite" => Ok(Kind::Sqlite),
            "--postgres" => Ok(Kind::Postgres),
            _ => Err(HELP.into()),
        })
        .collect();
    match (kinds?.as_slice(), has_server) {
        ([], true) => Ok(vec![Kind::Sqlite, Kind::Postgres]),
        ([], false) => Ok(vec![Kind::Sqlite]),
        (chosen, _) => Ok(chosen.to_vec()),
    }
}

async fn measure(kinds: &[Kind]) -> Result<(), Broken> {
    println!(
        "{LINES} payouts, {AT_ONCE} under way in each process: payments per second (the slowest and the fastest of {RUNS} \
         runs), and against one worker by the middle one\n"
    );
    let heads = WORKERS.map(|count| count.to_string()).join(" | ");
    println!("| engine | bank | {heads} |");
    println!("|---|---|{}", "---|".repeat(WORKERS.len()));
    for kind in kinds {
        let name = match kind {
            Kind::Sqlite => "SQLite",
            Kind::Postgres => "PostgreSQL",
        };
        for (latency, far) in [(Duration::ZERO, "near"), (FAR, "20 ms away")] {
            print(&format!("| {name} | {far} |"))?;
            let mut first = None;
            for workers in WORKERS {
                let [slowest, middle, fastest] = rates(*kind, workers, latency).await?;
                let ratio = hundredths(middle, *first.get_or_insert(middle));
                let [slowest, middle, fastest] = [slowest, middle, fastest].map(tenths);
                print(&format!(" {middle} ({slowest}-{fastest}), x{ratio} |"))?;
            }
            println!();
        }
    }
    Ok(())
}

/// At once: a row takes its time.
fn print(cell: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(cell.as_bytes())?;
    out.flush()
}

/// Payments in ten seconds: the fewest, the middle, the most.
async fn rates(kind: Kind, workers: usize, latency: Duration) -> Result<[u64; 3], Broken> {
    let program = Program::this()?;
    let court = Court { program, kind };
    let load = Load {
        lines: LINES,
        workers,
        at_once: AT_ONCE,
        latency,
    };
    let mut rates = Vec::new();
    for _ in 0..RUNS {
        let took = chaos::measure(&court, &load).await?;
        let took = took.max(Duration::from_millis(1)).as_millis();
        rates.push(u64::try_from(u128::from(LINES) * 10_000 / took)?);
    }
    rates.sort_unstable();
    let at = |place: usize| rates.get(place).copied().unwrap_or_default();
    Ok([at(0), at(RUNS / 2), at(RUNS - 1)])
}

fn tenths(rate: u64) -> String {
    format!("{}.{}", rate / 10, rate % 10)
}

fn hundredths(rate: u64, one: u64) -> String {
    let ratio = rate * 100 / one.max(1);
    format!("{}.{:02}", ratio / 100, ratio % 100)
}
