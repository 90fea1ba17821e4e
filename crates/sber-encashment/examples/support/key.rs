//! Which key a waybill gets.

use std::error::Error;

/// The key that was named. A simulated bank knows no bag yet, so any key does there; at the bank each bag needs its own, or
/// the second one is taken for the first.
pub(crate) fn key(
    named: Option<String>,
    simulated: &str,
    is_the_bank: bool,
) -> Result<String, Box<dyn Error>> {
    match named {
        Some(key) => Ok(key),
        None if is_the_bank => Err("name the externalId: a new one for each bag".into()),
        None => Ok(simulated.to_owned()),
    }
}
