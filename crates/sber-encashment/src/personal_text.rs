//! Personal text whose wire type is not documented: a string, or a number as it is written.

use rubank_core::lenient::text;
use rubank_core::personal::Personal;
use serde::{Deserializer, Serialize, Serializer};

/// Writes a string, or null.
pub(crate) fn serialize<S: Serializer>(
    value: &Option<Personal<String>>,
    to: S,
) -> Result<S::Ok, S::Error> {
    value.serialize(to)
}

/// Reads a string, a number or null.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Personal<String>>, D::Error> {
    Ok(text::option::deserialize(from)?.map(Personal::new))
}
