//! The product, as a client sees it. Hosts and sign-in are those of `sber-api`.

use rubank_core::error::BankError;
use rubank_core::operation::{Answer, OperationMeta, Provider};

use crate::{catalogue, error};

/// The scope of every operation of the product.
pub(crate) const SCOPES: &[&str] = &["ENCASHMENTS_REQUEST"];

/// Sber API, cash collection: the marker of [`Client`](crate::Client).
#[derive(Clone, Copy, Debug)]
pub enum SberEncashment {}

impl Provider for SberEncashment {
    const NAME: &'static str = "sber-encashment";
    const OPERATIONS: &'static [OperationMeta] = catalogue::OPERATIONS;
    const REQUEST_ID_HEADERS: &'static [&'static str] = sber_api::REQUEST_ID_HEADERS;

    fn read_error(answer: &Answer) -> BankError {
        error::read(answer)
    }
}
