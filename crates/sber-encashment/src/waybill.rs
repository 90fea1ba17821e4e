//! Waybills (препроводительная ведомость, form 0402300): a bag of cash, from its announcement to the counting.

mod cancel;
mod cash;
mod create;
mod details;
mod form;
mod order;
mod rules;
mod state;
mod wire;

pub use cancel::CancelWaybill;
pub use cash::{AccountSum, Denomination};
pub use create::CreateWaybill;
pub use details::{AccountRow, DenominationRow, GetWaybill, SymbolRow, WaybillDetails};
pub use form::WaybillForm;
pub use order::Waybill;
pub use state::{BankStatus, GetWaybillState, WaybillState};

use std::time::Duration;

use rubank_core::operation::Answer;
use rubank_core::read::{ReadError, read};
use serde::de::DeserializeOwned;

/// How long the bank may take until a write can be seen in the state. Nobody published it; a minute is ours.
const SETTLE: Duration = Duration::from_secs(60);

/// Reads an answer that nobody published: perhaps it has no body at all.
fn read_unpublished<T: DeserializeOwned>(answer: &Answer) -> Result<T, ReadError> {
    match answer.body.trim_ascii().is_empty() {
        true => read(b"{}"),
        false => answer.json(),
    }
}
