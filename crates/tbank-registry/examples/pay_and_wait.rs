//! Builds a registry of two employees, signs it, pays it, and waits until each line has an end.
//!
//! `cargo run -p tbank-registry --example pay_and_wait [KEY KEY ID]`: the UUIDs of the draft and of the signature, and
//! the name of the payment. Yours; made-up ones are for the simulated bank only. See `support/mod.rs` for the way to
//! the bank.

mod support;

use std::env;
use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use tbank_registry::flows::{Event, Preparation, pay_and_confirm, prepare_and_sign};
use tbank_registry::{
    Account, CreateSalaryRegistry, Employee, Money, PayRegistry, RevenueType, SalaryLine,
};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut argument = |simulated: &str| arguments.next().unwrap_or_else(|| simulated.to_owned());
    let draft_key = argument("cf99df08-0829-4614-8da3-0e440fd23fe0");
    let signing_key = argument("0b8a4f7e-52b5-4c8e-9a55-3b8f0d9a7c11");
    let payment_id = argument("salary-2024-05-part-1");

    let bank = support::connect().await?;
    let create = CreateSalaryRegistry::new(draft_key, lines()?);
    let preparation = Preparation::employees(create, signing_key);
    let show = |event: Event| show(&bank, &event);
    let signed = prepare_and_sign(&bank.client, &preparation, 5 * MINUTE, show).await?;
    if let Some(total) = signed.total() {
        println!("registry {} is signed: {total} roubles", signed.registry());
    }

    let pay = signed
        .pay(
            payment_id,
            bank.account.clone(),
            "Заработная плата за май 2024 года",
        )
        .append_registry_number(&signed.registry().to_string())?
        .execution_order(PayRegistry::ORDER_OF_WAGES);
    for warning in pay.warnings() {
        println!("{warning}");
    }
    let paid = pay_and_confirm(&bank.client, &signed, &pay, 15 * MINUTE, show).await?;
    println!("{:?}", paid.end());
    for line in paid
        .card()
        .and_then(|card| card.lines())
        .unwrap_or_default()
    {
        let number = line.number.unwrap_or_default();
        let status = line
            .status
            .map_or("-".to_owned(), |status| status.to_string());
        let sum = line.sum.map_or("-".to_owned(), |sum| sum.to_string());
        println!("{number:>4}  {status:<10} {sum:>14}");
    }
    bank.close().await;
    Ok(())
}

fn lines() -> Result<[SalaryLine; 2], Box<dyn Error>> {
    let line = |number, account: &str, employee, sum: &str| -> Result<_, Box<dyn Error>> {
        let account = Account::checked(account)?;
        let purpose = "Заработная плата за май 2024 года";
        let line = SalaryLine::new(number, account, purpose, employee, Money::parse(sum)?);
        Ok(line.revenue_type(RevenueType::Wages))
    };
    Ok([
        line(
            1,
            "40817810000000000001",
            Employee::new("Иван", "Примеров"),
            "50000.10",
        )?,
        line(
            2,
            "40817810000000000002",
            Employee::new("Анна", "Образцова"),
            "70000",
        )?,
    ])
}

/// A countdown stays on its line; a file or a pipe gets none.
fn show(bank: &support::Connected, event: &Event) {
    match event {
        Event::Waiting { left, .. } => {
            if io::stdout().is_terminal() {
                print!("\r{event}   ");
                if left.as_secs() <= 1 {
                    println!();
                }
                // Nobody needs to see the line if the terminal is gone.
                let _ = io::stdout().flush();
            }
            bank.pass((*left).min(Duration::from_secs(1)));
        }
        event => println!("{event}"),
    }
}
