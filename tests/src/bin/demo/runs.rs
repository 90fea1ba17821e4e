//! A file of payouts, paid by several processes that are killed in the middle.

use std::io::{IsTerminal, Write, stdout};

use contract_tests::chaos::{self, Court, Kind, News, Program, Script};
use rubank_runs::Totals;
use rubank_runs::report::End;

use crate::{Outcome, headline};

const LINES: u64 = 500;
/// Where nobody watches, one piece of news in so many is enough.
const SELDOM: u32 = 5;

pub(crate) async fn run(kind: Kind) -> Outcome {
    let (workers, place) = match kind {
        Kind::Sqlite => (2, "in one SQLite file"),
        Kind::Postgres => (4, "on one PostgreSQL server"),
    };
    headline(&format!(
        "Runs: a file of {LINES} payouts, {workers} processes {place}; answers are lost, processes are killed"
    ));
    let court = Court {
        program: Program::this().map_err(|error| error.to_string())?,
        kind,
    };
    let mut progress = Progress::default();
    let script = Script::demo(LINES, workers);
    let played = chaos::play(&court, &script, &mut |news| progress.show(&news)).await;
    let verdict = played.map_err(|error| error.to_string())?;
    let lost: u64 = verdict.faults.values().sum();
    println!(
        "\n  survived: {} kills of a process, {lost} lost answers\n  ledger:   {} paid twice, {} lost, {} without an end",
        verdict.kills, verdict.duplicates, verdict.lost, verdict.unresolved
    );
    match verdict.is_good() {
        true => Ok(()),
        false => Err(verdict.wrongs.join("; ").into()),
    }
}

/// One line that changes, or some lines where nobody watches.
#[derive(Default)]
struct Progress {
    told: u32,
}

impl Progress {
    fn show(&mut self, news: &News<'_>) {
        match news {
            News::Planned(summary) => println!("{}", indented(summary)),
            News::Confirmed => {
                println!("\n  confirmed: that hash and that total, by somebody else")
            }
            News::Progress {
                totals,
                kills,
                calls,
            } => self.line(&told(totals, *kills, *calls)),
            News::Reported(report) => println!("\n{}", indented(&report.to_string())),
        }
    }

    fn line(&mut self, line: &str) {
        self.told += 1;
        if stdout().is_terminal() {
            print!("\r  {line}");
            // Only the look of it depends on that.
            let _ = stdout().flush();
        } else if self.told % SELDOM == 1 {
            println!("  {line}");
        }
    }
}

fn told(totals: &Totals, kills: u64, calls: u64) -> String {
    let count = |end| totals.of(end).count;
    let (all, open) = (totals.total().count, count(End::NotYet));
    let done = (all - open) * 30 / all.max(1);
    format!(
        "[{}{}] {:>3} of {all} have an end, {:>3} paid, {calls:>4} requests, {kills} kills",
        "#".repeat(done),
        ".".repeat(30 - done),
        all - open,
        count(End::Paid),
    )
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| format!("  {line}"));
    lines.collect::<Vec<_>>().join("\n")
}
