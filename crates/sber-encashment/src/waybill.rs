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

use rubank_core::error::{Error, ErrorKind};
use rubank_core::operation::Answer;
use rubank_core::read::{ReadError, read};
use sber_api::{Cause, ErrorBody};
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

/// Whether the bank itself says that it knows no such waybill. A gateway's 404 says nothing about waybills, and what
/// has neither the bank's cause nor its reference was not written by the bank.
pub(crate) fn is_missing(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound
        && ErrorBody::of(error).is_some_and(|body| match body.cause {
            Some(cause) => matches!(cause, Cause::DataNotFound | Cause::DataNotFoundException),
            None => body.reference_id.is_some(),
        })
}

#[cfg(test)]
mod tests {
    use rubank_core::http::Reply;

    use super::*;
    use crate::GetWaybillState;
    use crate::tests::{block_on, scripted};

    #[test]
    fn only_the_banks_own_404_says_that_there_is_no_waybill() {
        let rows = [
            (
                Reply::json(404, r#"{"cause":"DATA_NOT_FOUND_EXCEPTION"}"#),
                true,
            ),
            (Reply::json(404, r#"{"cause":"DATA_NOT_FOUND"}"#), true),
            (
                Reply::json(404, r#"{"referenceId":"00000000","message":"-"}"#),
                true,
            ),
            (Reply::json(404, r#"{"cause":"NO_SUCH_ROUTE"}"#), false),
            (
                Reply::json(404, r#"{"status":404,"error":"Not Found","path":"/"}"#),
                false,
            ),
            (Reply::json(404, "{}"), false),
            (Reply::html(404), false),
            (Reply::empty(404), false),
            (Reply::json(400, r#"{"cause":"DATA_NOT_FOUND"}"#), false),
        ];
        for (reply, expected) in rows {
            let (client, _) = scripted([reply.clone()]);
            let state = GetWaybillState::new("6f9619ff-8b86-4011-b42d-00c04fc964ff");
            let error = block_on(client.send(&state)).unwrap_err();
            assert_eq!(is_missing(&error), expected, "{reply:?}");
        }
    }
}
