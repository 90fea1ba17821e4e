//! Prints the payouts of this month as a table, with their sum.
//!
//! `cargo run -p payouts-platform --example list_month [2026-01]`: another month. See `support/mod.rs` for the way to
//! the platform.

mod support;

use std::env;
use std::error::Error;

use payouts_platform::rubank_core::types::LocalDate;
use payouts_platform::time::UtcOffset;
use payouts_platform::{ListPayments, Money, StatusMeaning};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let connected = support::connect().await?;
    let moscow = UtcOffset::from_hms(3, 0, 0)?;
    let first = match env::args().nth(1) {
        Some(month) => LocalDate::parse(&format!("{month}-01"))?.value(),
        None => {
            let today = connected.client.clock().now().to_offset(moscow).date();
            today.replace_day(1)?
        }
    };
    let last = first.replace_day(first.month().length(first.year()))?;
    // Moments with an offset, because no page says whose days the platform means.
    let list = ListPayments::new()
        .created_from(first.midnight().assume_offset(moscow))
        .created_to(last.with_hms(23, 59, 59)?.assume_offset(moscow))
        .per_page(200);

    println!(
        "{:<10} {:<25} {:>12} {:>12}  state",
        "payout", "made", "amount", "arrives"
    );
    let mut payments = connected.client.items(list);
    let mut paid = Vec::new();
    while let Some(payment) = payments.next().await {
        let payment = payment?;
        let or_dash = |text: Option<String>| text.unwrap_or("-".to_owned());
        println!(
            "{:<10} {:<25} {:>12} {:>12}  {:?}",
            or_dash(payment.id.map(|id| id.to_string())),
            or_dash(payment.created_at.as_ref().map(ToString::to_string)),
            or_dash(payment.amount.map(|sum| sum.to_string())),
            or_dash(payment.amount_paid.map(|sum| sum.to_string())),
            payment.meaning(),
        );
        if payment.meaning() == StatusMeaning::Paid {
            paid.extend(payment.amount);
        }
    }
    let sum = Money::sum(paid).ok_or("more than can be counted")?;
    println!("{first} to {last}: {sum} roubles paid");
    connected.close().await;
    Ok(())
}
