//! Announces a bag of cash and takes the waybill back.
//!
//! `cargo run -p sber-encashment --example cancel_waybill [externalId]`: the key of the waybill, a UUID in small
//! letters; at the bank it must be given. See `support/mod.rs` for the way to the bank.

mod support;

use std::env;
use std::error::Error;
use std::time::Duration;

use sber_encashment::CancelWaybill;
use sber_encashment::flows::{self, Cancellation, Creation};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let connected = support::connect(Duration::ZERO).await?;
    let id = connected.key(env::args().nth(1), "6f9619ff-8b86-4011-b42d-00c04fc964fe")?;
    let create = connected.bag(&id)?;
    match flows::create_with(&connected.client, &create, connected.patience).await? {
        Creation::Created(_) => {}
        Creation::NotThere(error) => return Err(error.into()),
        Creation::Unclear(state) => return Err(format!("to be looked at: {state:?}").into()),
    }

    let cancel = CancelWaybill::new(id, "Иванов Иван Иванович").comment("Ошибка в сумме");
    match flows::cancel(&connected.client, &cancel).await? {
        Cancellation::Cancelled(state) => println!("cancelled: {state:?}"),
        Cancellation::Taken(state) => println!("taken, not shown yet: {state:?}"),
        Cancellation::TooLate(state) => println!("too late: {state:?}"),
        Cancellation::Refused { state, error } => println!("refused in {state:?}: {error}"),
    }
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}
