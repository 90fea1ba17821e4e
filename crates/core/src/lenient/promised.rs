//! A list that must be there.
//!
//! By default an absent list reads as an empty one. Where "no payments" would be a wrong conclusion, name this reader:
//!
//! ```
//! use rubank_core::lenient::{Rows, promised};
//! use rubank_core::{model, read::read};
//!
//! model! {
//!     /// A page.
//!     pub struct Page {
//!         /// What was paid.
//!         pub payments: Rows<u32> = "payments" as promised,
//!     }
//! }
//!
//! assert!(read::<Page>(b"{}").is_err());
//! assert!(read::<Page>(br#"{"payments": []}"#).unwrap().payments.is_empty());
//! ```

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Rows;
use crate::raw::Piece;
use crate::read::{Mismatch, ReadError};

/// Writes the list.
///
/// # Errors
/// Those of the writer.
pub fn serialize<T: Serialize, S: Serializer>(rows: &Rows<T>, to: S) -> Result<S::Ok, S::Error> {
    rows.serialize(to)
}

/// Reads the list; absent or null is an error.
///
/// # Errors
/// It is not there, or is no list.
pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Rows<T>, D::Error> {
    Piece::deserialize(from)?
        .read()
        .map_err(Mismatch::into_error)
}

/// The rows of a page whose model lets the list be absent; if it is, one error in their place, not "no rows". `name` is the
/// list's name on the wire.
///
/// ```
/// use rubank_core::lenient::{Rows, promised::rows_or_error};
///
/// assert!(rows_or_error(Some(Rows::<u32>::default()), "payments").is_empty());
/// let absent = rows_or_error(None::<Rows<u32>>, "payments").remove(0).unwrap_err();
/// assert_eq!(absent.path(), "payments");
/// ```
#[must_use]
pub fn rows_or_error<T>(rows: Option<Rows<T>>, name: &str) -> Vec<Result<T, ReadError>> {
    match rows {
        Some(rows) => rows.into_results(),
        None => vec![Err(ReadError::absent::<Rows<T>>(name))],
    }
}
