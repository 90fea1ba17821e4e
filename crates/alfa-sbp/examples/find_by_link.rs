//! Finds the last payment by a payment link (QR code).
//!
//! `cargo run -p alfa-sbp --example find_by_link [link]`; the link of the bank's own example if not given. See
//! `support/mod.rs` for the way to the bank.

mod support;

use std::env;
use std::error::Error;

use alfa_sbp::flows::last_payment_by_link;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let link = env::args()
        .nth(1)
        .unwrap_or_else(|| "AD1000038AQ1FG409KGACUQU5QRSH3FM".to_owned());
    let connected = support::connect().await?;
    match last_payment_by_link(&connected.client, connected.b2b_client_id, link.as_str()).await? {
        Some(payment) => println!(
            "{link}: {} {} at {}, {}",
            payment.amount, payment.currency, payment.timestamp, payment.status
        ),
        None => println!("{link}: no payment"),
    }
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}
