//! Finds payouts to self-employed contractors whose receipt is absent or cancelled, of the last thirty days.
//!
//! `cargo run -p payouts-platform --example missing_receipts [DAYS]`. It reads the newer model, which says who is
//! self-employed. See `support/mod.rs` for the way to the platform.

mod support;

use std::env;
use std::error::Error;

use payouts_platform::time::Duration;
use payouts_platform::{ListPaymentsV2, PaymentStatus, Receipt};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let days = env::args().nth(1).as_deref().unwrap_or("30").parse()?;
    let connected = support::connect().await?;
    let since = connected.client.clock().now() - Duration::days(days);
    let list = ListPaymentsV2::new()
        .status(PaymentStatus::Paid)
        .created_from(since)
        .per_page(200);
    let (mut seen, mut missing, mut untold) = (0, 0, 0);
    let mut payments = connected.client.items(list);
    while let Some(payment) = payments.next().await {
        let payment = payment?;
        let contractor = payment.contractor.as_ref();
        match contractor.and_then(|person| person.is_selfemployer) {
            Some(true) => seen += 1,
            Some(false) => continue,
            // No page promises the flag: who has none may be self-employed.
            None => {
                untold += 1;
                continue;
            }
        }
        if payment.receipt.as_ref().is_some_and(Receipt::is_active) {
            continue;
        }
        missing += 1;
        let id = payment.id.map(|id| id.to_string()).unwrap_or_default();
        let made = payment.created_at.map(|at| at.to_string());
        let receipt = payment.receipt.and_then(|receipt| receipt.status);
        let state = receipt.as_ref().map_or("none", |status| status.as_str());
        println!("{id} of {}: receipt {state}", made.unwrap_or_default());
    }
    println!("{missing} of {seen} payouts to self-employed contractors lack a receipt");
    if untold > 0 {
        println!("{untold} more do not tell who was paid: look at them in the cabinet");
    }
    connected.close().await;
    Ok(())
}
