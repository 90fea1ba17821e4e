//! Personal text that comes as a string or as a number: a phone, a passport's digits.
//!
//! ```
//! use rubank_core::lenient::personal;
//! use rubank_core::personal::Personal;
//! use rubank_core::{model, read::read};
//!
//! model! {
//!     /// Somebody.
//!     pub struct Person {
//!         /// Their phone.
//!         pub phone: Option<Personal<String>> = "phone" as personal,
//!     }
//! }
//!
//! let person = read::<Person>(br#"{"phone": 79990000001}"#).unwrap();
//! assert_eq!(person.phone.unwrap().expose(), "79990000001");
//! ```

use serde::{Deserializer, Serialize, Serializer};

use super::text;
use crate::personal::Personal;

/// Writes a string, or null.
///
/// # Errors
/// Those of the writer.
pub fn serialize<S: Serializer>(
    value: &Option<Personal<String>>,
    to: S,
) -> Result<S::Ok, S::Error> {
    value.serialize(to)
}

/// Reads a string, a number or null.
///
/// # Errors
/// Anything else is there.
pub fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Personal<String>>, D::Error> {
    Ok(text::option::deserialize(from)?.map(Personal::new))
}
