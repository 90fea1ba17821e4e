//! How the bank says no: the error body of all Sber products, and the two refusals that are an answer in statements.

use rubank_core::error::{BankError, Error, ErrorKind};
use rubank_core::operation::Answer;

pub use sber_api::{Advice, Cause, ErrorBody};

/// Reads an error answer, for `Provider::read_error`.
pub(crate) fn read(answer: &Answer) -> BankError {
    sber_api::read_error(answer)
}

/// A page that a link had promised is not there. The code is absent in the documented shape of the error; any other code means something else.
pub(crate) fn is_no_such_page(error: &Error, is_later_page: bool) -> bool {
    is_later_page
        && error.kind() == ErrorKind::BadRequest
        && matches!(error.code(), None | Some("WORKFLOW_FAULT"))
}

/// A 404 without the code may be a wrong address.
pub(crate) fn is_nothing(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound
        && matches!(
            error.code(),
            Some("DATA_NOT_FOUND" | "DATA_NOT_FOUND_EXCEPTION")
        )
}
