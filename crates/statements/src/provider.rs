//! Who the operations of this crate belong to.

use rubank_core::error::BankError;
use rubank_core::operation::{Answer, OperationMeta, Provider};

use crate::{catalogue, error};

/// The scope of every operation of the product.
pub(crate) const SCOPES: &[&str] = &["GET_STATEMENT_ACCOUNT"];

/// Sber's statements: the marker of [`Client`](crate::Client). Hosts, sign-in and error body are those of all Sber
/// products, in [`sber_api`].
#[derive(Clone, Copy, Debug)]
pub enum Statements {}

impl Provider for Statements {
    const NAME: &'static str = "statements";
    const OPERATIONS: &'static [OperationMeta] = catalogue::OPERATIONS;
    const REQUEST_ID_HEADERS: &'static [&'static str] = sber_api::REQUEST_ID_HEADERS;

    fn read_error(answer: &Answer) -> BankError {
        error::read(answer)
    }
}
