//! Sums: whole kopecks inside, a JSON number of roubles with two decimals on the wire. No float in between.

use serde::ser::{Error, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::strict::{Complaint, Fields};

/// The most digits before the point: the sums of all registries together stay far from the edge of `u64`.
const MOST_DIGITS: usize = 12;

/// Kopecks that are written as roubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Roubles(pub(super) u64);

impl Serialize for Roubles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = format!("{}.{:02}", self.0 / 100, self.0 % 100);
        RawValue::from_string(text)
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

/// Reads a sum that must be there, in kopecks.
///
/// # Errors
/// It is absent, not a plain number, below zero, too great, or finer than a kopeck.
pub(super) fn required(fields: &Fields<'_>, key: &str) -> Result<u64, Complaint> {
    kopecks(fields.raw(key)?.get()).ok_or_else(|| {
        Complaint::new(
            fields.path(key),
            "must be a number of roubles with at most two decimals",
        )
    })
}

/// The same for a sum that may be absent.
///
/// # Errors
/// It is there and is no sum.
pub(super) fn optional(fields: &Fields<'_>, key: &str) -> Result<Option<u64>, Complaint> {
    if fields.has(key) {
        required(fields, key).map(Some)
    } else {
        Ok(None)
    }
}

fn kopecks(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() > MOST_DIGITS || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let tenths = if part.len() == 1 { 10 } else { 1 };
    Some(whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()? * tenths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_every_kopeck() {
        let cases = [
            ("0", Some(0), "0.00"),
            ("1500.5", Some(150_050), "1500.50"),
            ("0.07", Some(7), "0.07"),
            (
                "999999999999.99",
                Some(99_999_999_999_999),
                "999999999999.99",
            ),
            ("1000000000000", None, ""),
            ("1.005", None, ""),
            ("1e3", None, ""),
            ("-1", None, ""),
            ("\"1\"", None, ""),
            ("null", None, ""),
        ];
        for (text, sum, written) in cases {
            assert_eq!(kopecks(text), sum, "{text}");
            if let Some(sum) = sum {
                assert_eq!(serde_json::to_string(&Roubles(sum)).unwrap(), written);
            }
        }
    }
}
