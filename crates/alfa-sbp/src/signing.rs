//! Signatures: made by the caller, carried by the requests. No key ever enters this crate.

use rubank_core::operation::{Checks, InvalidRequest};
use rubank_core::personal::Personal;
use serde::Serialize;

/// The kind of a signature (`signatureType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum SignatureType {
    /// A qualified electronic signature (КЭП).
    #[serde(rename = "KEP")]
    Kep,
    /// A plain RSA signature, by a certificate that the bank issued for signing.
    #[serde(rename = "RSA")]
    Rsa,
}

/// A detached PKCS#7 signature, made outside, in base64.
///
/// It is made with the *signing* certificate, which is not the one of the TLS connection. What is signed:
/// [`PaymentOrder::signing_text`](crate::PaymentOrder::signing_text).
///
/// ```
/// use alfa_sbp::{Signature, SignatureType};
///
/// let signature = Signature::new(SignatureType::Rsa, "bm90IGEgc2lnbmF0dXJl").certificate_uuid("00AA");
/// # let _ = signature;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// It holds the signer's certificate, and so a person's name.
    base64_encoded: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_uuid: Option<String>,
    signature_type: SignatureType,
    #[serde(skip_serializing_if = "Option::is_none")]
    poa_number: Option<String>,
}

impl Signature {
    /// A signature in base64, not empty.
    pub fn new(kind: SignatureType, base64: impl Into<Personal<String>>) -> Self {
        Self {
            base64_encoded: base64.into(),
            certificate_uuid: None,
            signature_type: kind,
            poa_number: None,
        }
    }

    /// The serial number of the signing certificate.
    #[must_use]
    pub fn certificate_uuid(mut self, serial: impl Into<String>) -> Self {
        self.certificate_uuid = Some(serial.into());
        self
    }

    /// The number of a machine-readable power of attorney (МЧД).
    #[must_use]
    pub fn poa_number(mut self, number: impl Into<String>) -> Self {
        self.poa_number = Some(number.into());
        self
    }

    fn check(&self, checks: &mut Checks, place: &str) {
        checks.not_blank(
            format!("{place}.base64Encoded"),
            self.base64_encoded.expose(),
        );
        let optional = [
            ("certificateUuid", &self.certificate_uuid),
            ("poaNumber", &self.poa_number),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                checks.not_blank(format!("{place}.{name}"), value);
            }
        }
    }
}

/// Checks the signatures of a request's `field`.
pub(crate) fn check_all(checks: &mut Checks, field: &str, signatures: &[Signature]) {
    for (index, signature) in signatures.iter().enumerate() {
        signature.check(checks, &format!("{field}[{index}]"));
    }
}

/// `name=value` by name, CR LF between them.
pub(crate) fn signing_text(
    fields: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Personal<String>, InvalidRequest> {
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    let mut checks = Checks::new();
    for (name, value) in &fields {
        checks.that(
            !value.contains(['\r', '\n']),
            *name,
            "must have no line break to be signed",
            || format!("{} characters", value.chars().count()),
        );
    }
    checks.finish()?;
    let lines: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(Personal::new(lines.join("\r\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_made_from_whatever_is_sent() {
        let rows: [(&[(&'static str, &str)], &str); 5] = [
            (&[], ""),
            (&[("amount", "1")], "amount=1"),
            (&[("b", "2"), ("a", "1")], "a=1\r\nb=2"),
            (
                &[("taxAmount", "0"), ("takeTax", "true")],
                "takeTax=true\r\ntaxAmount=0",
            ),
            (&[("purpose", "a=b&c; «д»")], "purpose=a=b&c; «д»"),
        ];
        for (fields, expected) in rows {
            let fields = fields
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()));
            assert_eq!(signing_text(fields).unwrap().expose(), expected);
        }
    }

    #[test]
    fn an_empty_part_of_a_signature_is_refused_with_its_place() {
        let good = Signature::new(SignatureType::Kep, "AA==");
        let rows = [
            (good.clone(), ""),
            (good.clone().certificate_uuid("1").poa_number("2"), ""),
            (Signature::new(SignatureType::Kep, ""), "s[1].base64Encoded"),
            (good.clone().certificate_uuid(" "), "s[1].certificateUuid"),
            (good.clone().poa_number(""), "s[1].poaNumber"),
        ];
        for (signature, field) in rows {
            let mut checks = Checks::new();
            check_all(&mut checks, "s", &[good.clone(), signature]);
            let broken = checks.finish().err();
            assert_eq!(
                broken
                    .as_ref()
                    .map_or("", |broken| broken.violations()[0].field()),
                field
            );
        }
    }

    #[test]
    fn debug_does_not_print_the_signature() {
        let printed = format!("{:?}", Signature::new(SignatureType::Rsa, "canary"));
        assert!(!printed.contains("canary"), "{printed}");
    }
}
