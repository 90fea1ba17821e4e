//! The judge, for as many seeds as a test run can wait for. `cargo xtask chaos` tries more.

#![cfg(unix)]

use contract_tests::chaos::{self, Broken, Court, Kind, Program, SERVER, Verdict};
use tokio::task::JoinSet;

/// Payouts of one seed, at most.
const MOST_LINES: u64 = 30;
/// How many seeds are tried at once: they mostly wait.
const SIDE_BY_SIDE: usize = 4;

fn court(kind: Kind) -> Court {
    Court {
        program: Program::new(env!("CARGO_BIN_EXE_chaos")),
        kind,
    }
}

async fn payouts(kind: Kind, seeds: std::ops::Range<u64>) -> Verdict {
    let mut trials: JoinSet<(u64, Result<Verdict, Broken>)> = JoinSet::new();
    let (mut seeds, mut total) = (seeds, Verdict::empty());
    loop {
        while trials.len() < SIDE_BY_SIDE {
            let Some(seed) = seeds.next() else { break };
            let court = court(kind);
            trials.spawn(async move { (seed, chaos::payouts(&court, seed, MOST_LINES).await) });
        }
        let Some(tried) = trials.join_next().await else {
            return total;
        };
        let (seed, verdict) = tried.expect("a trial does not panic");
        total.add(good(seed, verdict));
    }
}

fn good(seed: u64, verdict: Result<Verdict, Broken>) -> Verdict {
    let verdict = verdict.expect("the trial is held");
    let wrongs = verdict.wrongs.join("\n  ");
    assert!(
        verdict.is_good(),
        "seed {seed}:\n  {wrongs}\nRepair: cargo xtask chaos --seed {seed}"
    );
    verdict
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_paid_twice_and_nothing_is_lost_in_one_file() {
    let total = payouts(Kind::Sqlite, 1..13).await;
    assert!(total.kills > 10 && !total.faults.is_empty(), "{total}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_paid_twice_and_nothing_is_lost_on_a_server() {
    if std::env::var_os(SERVER).is_none_or(|url| url.is_empty()) {
        eprintln!("SKIPPED: {SERVER} names no server; `cargo xtask test` starts one");
        return;
    }
    let total = payouts(Kind::Postgres, 1..4).await;
    assert!(total.kills > 0, "{total}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_lose_no_row_and_tell_none_under_two_keys() {
    for seed in 1..=2 {
        good(seed, chaos::statements(&court(Kind::Sqlite), seed).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_share_tokens_are_never_locked_out() {
    for seed in 1..=2 {
        good(seed, chaos::tokens(&court(Kind::Sqlite), seed).await);
    }
}
