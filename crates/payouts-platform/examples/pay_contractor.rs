//! Pays one contractor by phone, and waits until the payout is final; for a self-employed one, whose card would say so,
//! the state is asked for before and the receipt is looked at afterwards.
//!
//! `cargo run -p payouts-platform --example pay_contractor [KEY [PHONE [ROUBLES]]]`: the key is yours, stored before;
//! run it twice with the same one, and the second run finds the first one's payout. See `support/mod.rs` for the way to
//! the platform.

mod support;

use std::env;
use std::error::Error;
use std::time::Duration;

use payouts_platform::flows::{ContractorPayout, Payout, pay_contractor};
use payouts_platform::{
    AgentId, ContractorDetails, CreatePayment, LegalForm, Money, Requisite, SbpBankId,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let key = arguments.next().unwrap_or("act 7|2026-01-15".to_owned());
    // one of the simulated platform's own
    let phone = arguments.next().unwrap_or("+79000000101".to_owned());
    let amount = Money::parse(arguments.next().as_deref().unwrap_or("1500.50"))?;

    let connected = support::connect().await?;
    let details = ContractorDetails::new(
        phone.clone(),
        "Примеров",
        "Иван",
        LegalForm::Individual,
        AgentId::new(1),
    );
    let requisite = Requisite::sbp(phone, SbpBankId::new(100_000_000_004));
    let patience = Duration::from_secs(600);
    let paid = pay_contractor(&connected.client, details, patience, |contractor| {
        CreatePayment::new(key.as_str(), contractor, amount)
            .to(requisite)
            .payment_purpose("По акту 7")
    });
    match paid.await? {
        ContractorPayout::Paid { payment, receipt } => {
            let arrived = payment.amount_paid.unwrap_or_default();
            println!("paid: {arrived} roubles arrive of {amount}");
            println!("receipt: {:?}", receipt.and_then(|receipt| receipt.key));
        }
        ContractorPayout::ReceiptMissing(payment) => {
            println!("paid as {:?}, and the receipt is missing", payment.id);
        }
        ContractorPayout::NotAllowed(state) => {
            let text = state
                .messages
                .as_ref()
                .and_then(|texts| texts.status.as_ref());
            println!(
                "not paid: {:?}",
                text.and_then(|text| text.short_title.as_ref())
            );
        }
        ContractorPayout::NotPaidYet(Payout::Unknown(error) | Payout::NotFound(error)) => {
            println!("run it again with the same key: {error}");
        }
        other => println!("a person must look: {other:?}"),
    }
    connected.close().await;
    Ok(())
}
