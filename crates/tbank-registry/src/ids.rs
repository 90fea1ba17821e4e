//! What payments, registries and asynchronous requests are called.

use std::fmt;
use std::num::TryFromIntError;

use rubank_core::lenient::integer;
use rubank_core::operation::Checks;
use rubank_core::text_id;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const LONGEST_PAYMENT_ID: usize = 64;

text_id! {
    /// The caller's name for a payment (`id`): 1 to 64 characters, unique in the integration. Its status is asked for
    /// by it.
    ///
    /// Nothing in this crate ever makes one up. Write it down before the payment is sent, and use it for as long as
    /// the wish lives: a new one is a new payment.
    ///
    /// ```
    /// use tbank_registry::PaymentId;
    ///
    /// assert_eq!(PaymentId::from("salary-2024-05-part-1").as_str(), "salary-2024-05-part-1");
    /// ```
    pub struct PaymentId;
}

impl PaymentId {
    pub(crate) fn check(&self, checks: &mut Checks, field: &'static str) {
        let text = self.as_str();
        checks
            .length(field, text, 1..=LONGEST_PAYMENT_ID)
            // The status is asked for with the id in the path, where these two mean something else.
            .that(
                !matches!(text, "." | ".."),
                field,
                "must not be a dot segment: it stands in the path of the status",
                || "dots only".to_owned(),
            );
    }
}

text_id! {
    /// The caller's key of an asynchronous request (`correlationId`): a UUID. What became of the request is asked for
    /// by it, for two days.
    ///
    /// Nothing in this crate ever makes one up; a lower-case UUID of version 4 fits.
    ///
    /// ```
    /// use tbank_registry::CorrelationId;
    ///
    /// let key = CorrelationId::from("cf99df08-0829-4614-8da3-0e440fd23fe0");
    /// assert_eq!(key.as_str().len(), 36);
    /// ```
    pub struct CorrelationId;
}

impl CorrelationId {
    pub(crate) fn check(&self, checks: &mut Checks) {
        let text = self.as_str();
        checks.that(is_uuid(text), "correlationId", "must be a UUID", || {
            format!("{} characters", text.chars().count())
        });
    }
}

fn is_uuid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// The bank's number of a registry (`paymentRegistryId`): 32 bits with a sign, as the page says.
///
/// ```
/// use tbank_registry::PaymentRegistryId;
///
/// assert_eq!(PaymentRegistryId::new(5).to_string(), "5");
/// assert_eq!(PaymentRegistryId::try_from(2_147_483_647_i64).unwrap().get(), i32::MAX);
/// assert!(PaymentRegistryId::try_from(2_147_483_648_i64).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PaymentRegistryId(i32);

impl PaymentRegistryId {
    /// A number that the bank gave.
    #[must_use]
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl From<i32> for PaymentRegistryId {
    fn from(number: i32) -> Self {
        Self(number)
    }
}

impl TryFrom<i64> for PaymentRegistryId {
    type Error = TryFromIntError;

    fn try_from(number: i64) -> Result<Self, TryFromIntError> {
        i32::try_from(number).map(Self)
    }
}

impl fmt::Display for PaymentRegistryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for PaymentRegistryId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i32(self.0)
    }
}

/// From a number, or from a string with one in it.
impl<'de> Deserialize<'de> for PaymentRegistryId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(integer::deserialize(from)?).map_err(|_| {
            D::Error::invalid_value(Unexpected::Other("number"), &"a number of 32 bits")
        })
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::read::read;

    use super::*;

    #[test]
    fn a_correlation_id_is_a_uuid() {
        let rows = [
            ("cf99df08-0829-4614-8da3-0e440fd23fe0", true),
            ("CF99DF08-0829-4614-8DA3-0E440FD23FE0", true),
            ("cf99df08-0829-4614-8da3-0e440fd23fe", false),
            ("cf99df08-0829-4614-8da3-0e440fd23fe00", false),
            ("cf99df08082946148da30e440fd23fe0", false),
            ("gf99df08-0829-4614-8da3-0e440fd23fe0", false),
            ("٣f99df08-0829-4614-8da3-0e440fd23fe", false),
            ("", false),
        ];
        for (text, valid) in rows {
            let mut checks = Checks::new();
            CorrelationId::from(text).check(&mut checks);
            assert_eq!(checks.finish().is_ok(), valid, "{text}");
        }
    }

    #[test]
    fn a_registry_number_has_32_bits() {
        for (body, expected) in [
            ("5", Some(5)),
            ("\"5\"", Some(5)),
            ("2147483647", Some(i32::MAX)),
            ("2147483648", None),
            ("-2147483648", Some(i32::MIN)),
            ("-2147483649", None),
            ("5.5", None),
        ] {
            let id: Option<PaymentRegistryId> = read(body.as_bytes()).ok();
            assert_eq!(id.map(PaymentRegistryId::get), expected, "{body}");
        }
    }
}
