//! Prints the summary of a day as a table, one line for each account.
//!
//! `cargo run -p statements --example summary [2026-01-14]`: the day, yesterday if not given. See `support/mod.rs` for
//! the way to the bank.

#[allow(dead_code, reason = "each example uses a part of it")]
mod support;

use std::env;
use std::error::Error;

use statements::{CurrencyAmount, GetSummary, LocalDate};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let connected = support::connect().await?;
    let day = match env::args().nth(1) {
        Some(day) => LocalDate::parse(&day)?.value(),
        None => connected.today().previous_day().ok_or("no day before")?,
    };
    println!(
        "{day}\n{:<8} {:>22} {:>22} {:>5} {:>22} {:>5} {:>22}",
        "account", "opening", "in", "rows", "out", "rows", "closing"
    );
    for account in &connected.accounts {
        let summary = connected
            .client
            .send(&GetSummary::new(account.clone(), day))
            .await?;
        let shown = |amount: &Option<CurrencyAmount>| {
            let amount = amount.as_ref().and_then(CurrencyAmount::value);
            amount.map_or_else(|| "-".to_owned(), |amount| amount.to_string())
        };
        let count =
            |rows: Option<i64>| rows.map_or_else(|| "-".to_owned(), |rows| rows.to_string());
        println!(
            "…{:<7} {:>22} {:>22} {:>5} {:>22} {:>5} {:>22}",
            account.expose().get(16..).unwrap_or_default(),
            shown(&summary.opening_balance),
            shown(&summary.credit_turnover),
            count(summary.credit_transactions_number),
            shown(&summary.debit_turnover),
            count(summary.debit_transactions_number),
            shown(&summary.closing_balance),
        );
    }
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}
