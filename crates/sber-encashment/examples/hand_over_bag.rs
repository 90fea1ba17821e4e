//! Announces a bag of cash, follows it until it is counted, and prints what the bank counted.
//!
//! `cargo run -p sber-encashment --example hand_over_bag [externalId]`: the key of the waybill, a UUID in small letters; at
//! the bank it must be given. Use a new one for each bag, and the same one to go on after a crash. See `support/mod.rs` for
//! the way to the bank.

mod support;

use std::env;
use std::error::Error;
use std::time::Duration;

use sber_encashment::flows::{self, Creation, Followed};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A simulated minute passes with each call, so the bag moves on with each look.
    let connected = support::connect(Duration::from_secs(60)).await?;
    let id = connected.key(env::args().nth(1), "6f9619ff-8b86-4011-b42d-00c04fc964ff")?;
    let create = connected.bag(&id)?;

    match flows::create_with(&connected.client, &create, connected.patience).await? {
        Creation::Created(created) => println!(
            "the bank has the waybill, {}",
            created
                .status
                .map_or("without a state yet".to_owned(), |status| status
                    .to_string()),
        ),
        Creation::NotThere(error) => return Err(error.into()),
        Creation::Unclear(state) => return Err(format!("to be looked at: {state:?}").into()),
    }

    let day = Duration::from_secs(24 * 60 * 60);
    // A simulated bank is in a hurry.
    let pace = match connected.sandbox {
        Some(_) => Duration::from_millis(100),
        None => Duration::from_secs(60),
    };
    match flows::follow_every(&connected.client, id, pace, day).await? {
        Followed::Ended(ended) => {
            let arrived = ended.status.has_cash_arrived();
            println!("{}, cash arrived: {arrived}", ended.status);
            for row in ended.details?.currency_nominal_values.good() {
                let nominal = row.nominal.unwrap_or_default();
                println!("{nominal:>10} x {}", row.quantity.unwrap_or_default());
            }
        }
        Followed::StillRunning(state) => println!("still under way: {state:?}"),
    }
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}
