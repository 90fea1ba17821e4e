//! Reads a month of all accounts, proves each day by the bank's summary, and can be stopped and run again.
//!
//! `cargo run -p statements --example backfill [2026-01-01 2026-01-14 [progress.json]]`: the first and the last day, the
//! thirty before today if not given; and where to save how far it got. See `support/mod.rs` for the way to the bank.

#[allow(dead_code, reason = "each example uses a part of it")]
mod support;

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::path::PathBuf;

use statements::time::Duration;
use statements::{Backfill, Event, LocalDate};
use support::saved;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let connected = support::connect().await?;
    let (first, last) = match (arguments.next(), arguments.next()) {
        (Some(first), Some(last)) => (
            LocalDate::parse(&first)?.value(),
            LocalDate::parse(&last)?.value(),
        ),
        _ => {
            let today = connected.today();
            (today - Duration::days(30), today - Duration::DAY)
        }
    };
    let progress = arguments.next().map(PathBuf::from);
    let saved = match &progress {
        Some(path) => saved::read(path)?,
        None => None,
    };
    let mut backfill = match saved {
        Some(saved) => Backfill::resume(&connected.client, serde_json::from_slice(&saved)?),
        None => Backfill::new(&connected.client, connected.accounts.clone(), first, last),
    };
    let mut rows = BTreeMap::<_, u64>::new();
    while let Some(event) = backfill.next().await {
        let (account, event) = match event {
            Ok(told) => told,
            Err(failed) if failed.error.is_transient() => {
                println!("{failed}; asking again");
                continue;
            }
            Err(failed) => return Err(failed.into()),
        };
        match event {
            Event::Added(_) => *rows.entry(account).or_default() += 1,
            Event::DayClosed(proof) if proof.rows() == 0 => {}
            Event::DayClosed(proof) => println!("{}  {proof}", tail(account.expose())),
            Event::ProofFailed(proof) => {
                println!("{}  A PERSON SHOULD LOOK: {proof}", tail(account.expose()));
            }
            Event::Save(cursor) => {
                if let Some(path) = &progress {
                    saved::replace(path, &serde_json::to_vec(&cursor)?)?;
                }
            }
            Event::Unreadable { day, error } => {
                println!(
                    "{}  {day}: a row cannot be read: {error}",
                    tail(account.expose())
                );
            }
            _ => {}
        }
    }
    for (account, rows) in rows {
        println!("{}  {rows} rows in all", tail(account.expose()));
    }
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}

/// The end of an account number, enough to tell accounts apart.
fn tail(account: &str) -> String {
    format!("…{}", account.get(16..).unwrap_or_default())
}
