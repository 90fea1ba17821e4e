//! Prints today's operations of an account, from the morning to now.
//!
//! `cargo run -p statements --example today`; see `support/mod.rs` for the way to the bank.

#[allow(dead_code, reason = "each example uses a part of it")]
mod support;

use std::error::Error;

use statements::{CurrencyAmount, ListIncrement, Since};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let connected = support::connect().await?;
    let since_morning = Since::StartOfDay(connected.today());
    let mut rows = connected
        .client
        .items(ListIncrement::new(connected.account()?, since_morning));
    let mut count = 0;
    while let Some(row) = rows.next().await {
        let row = row?;
        let amount = row.amount.as_ref().and_then(CurrencyAmount::value);
        println!(
            "{}  {:<6}  {:>18}  {}{}",
            row.operation_date.as_ref().map_or("-", |at| at.as_str()),
            row.direction.as_ref().map_or("-", |way| way.as_str()),
            amount.map_or_else(|| "-".to_owned(), |amount| amount.to_string()),
            row.key(),
            if row.is_outdated() {
                "  (outdated)"
            } else {
                ""
            },
        );
        count += 1;
    }
    println!("{}: {count} rows since the morning", connected.today());
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}
