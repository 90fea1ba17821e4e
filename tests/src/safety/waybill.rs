//! Sber's two writes in the table: the creation and the cancellation of a waybill.

use rubank_core::money::Money;
use rubank_core::types::{Account, Bic};
use sber_encashment::{AccountSum, CancelWaybill, CreateWaybill, Denomination, Signature, Waybill};

use super::fault::Voice;
use crate::raw_server::Said;

const ID: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

/// How Sber says yes and no. A yes was published as a caption only, and a refusal of a key not at all: these are what the
/// client takes for them.
pub(super) fn voice() -> Voice {
    Voice {
        yes: Said::json(201, r#"{"bankStatus":"ACCEPTED"}"#),
        no: r#"{"cause":"VALIDATION_FAULT","referenceId":"r-1","fieldNames":["number"]}"#,
        vague: Said::json(400, r#"{"referenceId":"r-1","message":"-","checks":[]}"#),
        duplicate: Said::json(
            422,
            r#"{"cause":"WORKFLOW_FAULT","fieldNames":["externalId"]}"#,
        ),
    }
}

pub(super) fn create() -> CreateWaybill {
    let account = AccountSum::new(
        Account::received("40702810200000000001"),
        Bic::received("044525225"),
    );
    let waybill = Waybill::new(ID, "0000042", "000123")
        .cash(Denomination::roubles("NOTE", Money::from_roubles(5000), 2))
        .account(account.symbol("02", Money::from_roubles(10_000)));
    CreateWaybill::new(waybill).signature(signature())
}

pub(super) fn cancel() -> CancelWaybill {
    CancelWaybill::new(ID, "Иванов Иван Иванович").signature(signature())
}

fn signature() -> Signature {
    Signature::new("AA==", "certificate-1")
}
