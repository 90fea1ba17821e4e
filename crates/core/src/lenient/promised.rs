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
use crate::read::Mismatch;

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
