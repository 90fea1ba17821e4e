//! Shows a registry's lines as a table. The bank allows that once in ten minutes per registry.
//!
//! `cargo run -p tbank-registry --example show_lines [5]`: the number of a registry of employees. Names and accounts
//! stay hidden. See `support/mod.rs` for the way to the bank.

mod support;

use std::env;
use std::error::Error;

use tbank_registry::{GetSalaryRegistry, PaymentRegistryId};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let number = env::args()
        .nth(1)
        .unwrap_or_else(|| "5".to_owned())
        .parse()?;
    let registry = PaymentRegistryId::new(number);

    let bank = support::connect().await?;
    let card = bank.client.send(&GetSalaryRegistry::new(registry)).await?;
    println!("registry {registry}: {}", card.status);
    println!(
        "{:>6}  {:<10} {:>14}  {:<23}",
        "line", "state", "roubles", "period"
    );
    for row in &card.payments {
        match row {
            Ok(line) => println!(
                "{:>6}  {:<10} {:>14}  {} - {}",
                text(line.number.as_ref()),
                text(line.status.as_ref()),
                text(line.sum.as_ref()),
                text(line.period_start.as_ref()),
                text(line.period_end.as_ref()),
            ),
            Err(bad) => println!("     ?  {bad}"),
        }
    }
    let count = text(card.payments_count.as_ref());
    println!("{count:>6} lines {:>25}", text(card.total_sum.as_ref()));
    bank.close().await;
    Ok(())
}

fn text(value: Option<&impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), ToString::to_string)
}
