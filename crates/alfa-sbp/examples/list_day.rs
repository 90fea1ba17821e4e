//! Prints the outgoing payments of one day, the newest first.
//!
//! `cargo run -p alfa-sbp --example list_day [2022-05-26 [+3]]`: the day, and the hours that its zone is ahead of UTC
//! (3, Moscow, if not given). See `support/mod.rs` for the way to the bank.

mod support;

use std::env;
use std::error::Error;

use alfa_sbp::flows::payments_of_day;
use alfa_sbp::rubank_core::types::LocalDate;
use alfa_sbp::time::UtcOffset;
use alfa_sbp::{Kopecks, PaymentStatus};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    // the day of the bank's own example
    let date = LocalDate::parse(arguments.next().as_deref().unwrap_or("2022-05-26"))?.value();
    let hours = arguments.next().as_deref().unwrap_or("+3").parse()?;
    let zone = UtcOffset::from_hms(hours, 0, 0)?;

    let connected = support::connect().await?;
    let mut payments = payments_of_day(&connected.client, connected.b2b_client_id, date, zone);
    let mut paid = Vec::new();
    while let Some(payment) = payments.next().await {
        let payment = payment?;
        println!(
            "{}  {}  {:>15} {}  {}",
            payment.timestamp.value().to_offset(zone),
            payment.outgoing_payment_id,
            payment.amount,
            payment.currency,
            payment.status,
        );
        if payment.status == PaymentStatus::Complete {
            paid.push(payment.amount);
        }
    }
    let sum = Kopecks::sum(paid).ok_or("more than can be counted")?;
    println!("{date}: {sum} paid");
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}
