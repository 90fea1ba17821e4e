//! `cargo xtask chaos`: tries seeds until one breaks the store, or none does.

use std::process::ExitCode;
use std::time::Duration;

use contract_tests::chaos::{
    self, Broken, Court, Kind, MOST_LINES, MOST_REGISTRIES, Program, Script, Verdict, What,
};
use rubank_core::clock::{Clock, SystemClock};
use tokio::task::JoinSet;

const HELP: &str = "\
cargo xtask chaos [options]

  --seeds N          so many seeds (20), or until
  --seconds S        so many seconds are over
  --seed S           that seed alone
  --first S          from that seed on (1)
  --postgres         on PostgreSQL instead of SQLite
  --side-by-side N   so many at once (6); they mostly wait
  --payouts          only runs of payouts
  --registries       only runs of T-Bank's registries
  --statements       only followers of a statement
  --tokens           only processes that share rotating tokens
  --script           prints what the seeds have in store, and plays nothing

Without a choice every seed is a run of payouts, and some of them are registries, followers and tokens, too.
A seed is a script: its file, faults, kills and people. How the system switches between processes is not in it.
";
/// One seed in so many is tried with registries, followers and tokens, too: they take longer.
const SELDOM: u64 = 10;

#[derive(Clone, Debug)]
struct Settings {
    first: u64,
    seeds: u64,
    seconds: Option<u64>,
    side_by_side: usize,
    kind: Kind,
    only: Option<What>,
    is_shown: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [word, orders] if word == "worker" => return chaos::worker(orders),
        [word] if ["help", "--help", "-h"].contains(&word.as_str()) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let tried = settings(&arguments).and_then(|settings| {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(run(&settings))
    });
    match tried {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn settings(arguments: &[String]) -> Result<Settings, Broken> {
    let mut settings = Settings {
        first: 1,
        seeds: 20,
        seconds: None,
        side_by_side: 6,
        kind: Kind::Sqlite,
        only: None,
        is_shown: false,
    };
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let mut number = || -> Result<u64, Broken> {
            let number = rest
                .next()
                .ok_or_else(|| format!("{word} needs a number"))?;
            Ok(number.parse()?)
        };
        match word.as_str() {
            "--postgres" => settings.kind = Kind::Postgres,
            "--payouts" => settings.only = Some(What::Payouts),
            "--registries" => settings.only = Some(What::Registries),
            "--statements" => settings.only = Some(What::Statements),
            "--tokens" => settings.only = Some(What::Tokens),
            "--script" => settings.is_shown = true,
            "--seeds" => settings.seeds = number()?,
            "--first" => settings.first = number()?,
            "--seconds" => settings.seconds = Some(number()?),
            "--side-by-side" => settings.side_by_side = usize::try_from(number()?.max(1))?,
            "--seed" => (settings.first, settings.seeds) = (number()?, 1),
            _ => return Err(format!("{word} is not known\n\n{HELP}").into()),
        }
    }
    Ok(settings)
}

/// Whether all went well.
async fn run(settings: &Settings) -> Result<bool, Broken> {
    let seeds = settings.first..settings.first.saturating_add(settings.seeds);
    if settings.is_shown {
        for seed in seeds {
            match settings.only {
                Some(What::Registries) => {
                    println!("{:#?}", Script::of_registries(seed, MOST_REGISTRIES));
                }
                _ => println!("{:#?}", Script::of(seed, MOST_LINES)),
            }
        }
        return Ok(true);
    }
    let mut todo = seeds.flat_map(|seed| {
        let is_chosen = move |what| match settings.only {
            Some(only) => only == what,
            None => what == What::Payouts || (seed - settings.first).is_multiple_of(SELDOM),
        };
        let all = What::ALL.into_iter();
        all.filter(move |what| is_chosen(*what))
            .map(move |what| (what, seed))
    });
    let court = Court {
        program: Program::this()?,
        kind: settings.kind,
    };
    let began = SystemClock.monotonic();
    let passed = || SystemClock.monotonic().saturating_sub(began);
    let is_time_left = || {
        let most = settings.seconds.map(Duration::from_secs);
        most.is_none_or(|most| passed() < most)
    };
    let mut trials = JoinSet::new();
    let mut totals = [const { Verdict::empty() }; 4];
    loop {
        while trials.len() < settings.side_by_side && is_time_left() {
            let Some((what, seed)) = todo.next() else {
                break;
            };
            let court = court.clone();
            trials.spawn(async move { (what, chaos::hold(&court, what, seed).await) });
        }
        let Some(tried) = trials.join_next().await else {
            break;
        };
        let (what, verdict) = tried?;
        for failure in &verdict.failures {
            println!("{failure}\n");
        }
        for disputed in &verdict.disputed {
            println!("held again, as the machine's clock was set meanwhile:\n{disputed}\n");
        }
        totals[what as usize].add(verdict);
    }
    let [payouts, registries, statements, tokens] = &totals;
    if payouts.seeds > 0 {
        print!("{payouts}");
    }
    if registries.seeds > 0 {
        print!("\nregistries of T-Bank\n{registries}\n");
    }
    for (what, total) in [("followers", statements), ("shared tokens", tokens)] {
        if total.seeds > 0 {
            println!("{}", line(what, total));
        }
    }
    println!("{:<24} {:>8}", "seconds", passed().as_secs());
    Ok(totals.iter().all(Verdict::is_good))
}

fn line(what: &str, total: &Verdict) -> String {
    let faults: u64 = total.faults.values().sum();
    format!(
        "{what:<24} {:>8} seeds, {} killed, {} put to sleep, {} power cuts, {faults} faults, {} held again, {} wrong",
        total.seeds,
        total.kills,
        total.stops,
        total.cuts,
        total.disputed.len(),
        total.failures.len()
    )
}
