//! The judge, for as many seeds as a test run can wait for. `cargo xtask chaos` tries more.

#![cfg(unix)]

use std::ops::Range;

use contract_tests::chaos::{self, Court, Kind, Program, SERVER, Verdict, What};
use tokio::task::JoinSet;

/// How many seeds are tried at once: they mostly wait.
const SIDE_BY_SIDE: usize = 4;

/// All is well with these seeds.
async fn good(kind: Kind, what: What, mut seeds: Range<u64>) -> Verdict {
    let (mut trials, mut total) = (JoinSet::new(), Verdict::empty());
    loop {
        while trials.len() < SIDE_BY_SIDE {
            let Some(seed) = seeds.next() else { break };
            let court = Court {
                program: Program::new(env!("CARGO_BIN_EXE_chaos")),
                kind,
            };
            trials.spawn(async move { chaos::hold(&court, what, seed).await });
        }
        let Some(held) = trials.join_next().await else {
            assert!(total.is_good(), "{}", total.failures.join("\n\n"));
            return total;
        };
        total.add(held.expect("a trial does not panic"));
    }
}

/// Whether there is a server; without one it is said loudly.
fn has_server() -> bool {
    let has_server = std::env::var_os(SERVER).is_some_and(|url| !url.is_empty());
    if !has_server {
        eprintln!("SKIPPED: {SERVER} names no server; `cargo xtask test` starts one");
    }
    has_server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_paid_twice_and_nothing_is_lost_in_one_file() {
    let total = good(Kind::Sqlite, What::Payouts, 1..13).await;
    assert!(total.kills > 10 && !total.faults.is_empty(), "{total}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_paid_twice_and_nothing_is_lost_on_a_server() {
    if has_server() {
        let total = good(Kind::Postgres, What::Payouts, 1..4).await;
        assert!(total.kills > 0, "{total}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_registry_is_paid_twice_and_none_is_lost() {
    let total = good(Kind::Sqlite, What::Registries, 1..5).await;
    assert!(total.kills > 0 && !total.faults.is_empty(), "{total}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_lose_no_row_and_tell_none_under_two_keys() {
    good(Kind::Sqlite, What::Statements, 1..3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_share_a_server() {
    if has_server() {
        good(Kind::Postgres, What::Statements, 1..2).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_share_tokens_are_never_locked_out() {
    good(Kind::Sqlite, What::Tokens, 1..3).await;
}
