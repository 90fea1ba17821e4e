//! Signatures: made by the caller, carried by the requests. No key ever enters this crate.

use std::error::Error;

use rubank_core::operation::{Checks, InvalidRequest};
use rubank_core::personal::Personal;
use serde::Serialize;

/// A detached signature of a signing text (дайджест), in base64.
///
/// ```
/// use sber_encashment::Signature;
///
/// let signature = Signature::new("bm90IGEgc2lnbmF0dXJl", "00000000-0000-4000-8000-000000000001");
/// # let _ = signature;
/// ```
///
/// # Source
///
/// How a waybill carries its signatures was not published: `digestSignatures` with these two fields is how the bank's
/// payments do it (inferred). That signatures are detached is documented for all of the bank's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// It holds the signer's certificate, and so a person's name.
    base64_encoded: Personal<String>,
    certificate_uuid: String,
}

impl Signature {
    /// A signature, in base64 without line breaks, and the bank's identifier of the certificate that made it.
    pub fn new(base64: impl Into<Personal<String>>, certificate_uuid: impl Into<String>) -> Self {
        Self {
            base64_encoded: base64.into(),
            certificate_uuid: certificate_uuid.into(),
        }
    }

    fn check(&self, checks: &mut Checks, place: &str) {
        let text = self.base64_encoded.expose();
        checks.that(
            is_base64(text),
            format!("{place}.base64Encoded"),
            "must be base64 without line breaks",
            || format!("{} characters", text.chars().count()),
        );
        checks.not_blank(format!("{place}.certificateUuid"), &self.certificate_uuid);
    }
}

/// Whoever has the keys: a token, a crypto provider, a service. GOST cryptography is outside this crate.
///
/// ```
/// use sber_encashment::{Personal, Signature, Signer};
///
/// struct Hsm;
///
/// impl Signer for Hsm {
///     fn sign(&self, text: &Personal<String>) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>> {
///         let _bytes = text.expose().as_bytes(); // UTF-8, to be signed detached
///         Ok(Signature::new("bm90IGEgc2lnbmF0dXJl", "00000000-0000-4000-8000-000000000001"))
///     }
/// }
/// ```
///
/// A signer that is asynchronous needs no trait: take the `signing_text()` of the waybill or of the cancellation, sign
/// it in your own time, and add the result with `signature(…)`.
pub trait Signer {
    /// Signs a text, detached. It holds names, accounts and sums: do not log it.
    ///
    /// # Errors
    /// Whatever kept the signer from signing; it is handed through as [`SigningError::Signer`].
    fn sign(&self, text: &Personal<String>) -> Result<Signature, Box<dyn Error + Send + Sync>>;
}

/// Why there is no signature. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// What was to be signed breaks a rule.
    #[error("not signed, because the request breaks a rule: {0}")]
    Invalid(#[from] InvalidRequest),
    /// The signer failed. Its own words are the source.
    #[error("the signer failed")]
    Signer(#[source] Box<dyn Error + Send + Sync>),
}

/// Has a text signed.
pub(crate) fn signed(
    signer: &(impl Signer + ?Sized),
    text: Result<Personal<String>, InvalidRequest>,
) -> Result<Signature, SigningError> {
    signer.sign(&text?).map_err(SigningError::Signer)
}

/// Checks the signatures of a request.
pub(crate) fn check_all(checks: &mut Checks, signatures: &[Signature]) {
    for (index, signature) in signatures.iter().enumerate() {
        signature.check(checks, &format!("digestSignatures[{index}]"));
    }
}

/// The lines of a text to be signed, and the values among them that cannot stand in a line.
#[derive(Debug, Default)]
pub(crate) struct SigningText {
    lines: Vec<String>,
    checks: Checks,
}

impl SigningText {
    /// A line that is no field: the begin of the tables, of one table, the end of a row.
    pub(crate) fn mark(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// `name=value`; an absent value leaves nothing after the sign, since the bank counts the lines. `place` names the
    /// field if it cannot be signed.
    pub(crate) fn field(&mut self, place: &str, name: &str, value: Option<&str>) {
        let value = value.unwrap_or_default();
        self.checks.that(
            !value.contains(['\r', '\n']),
            place.to_owned(),
            "must have no line break to be signed",
            || format!("{} characters", value.chars().count()),
        );
        self.lines.push(format!("{name}={value}"));
    }

    /// The lines with LF between them and none at the end.
    pub(crate) fn finish(self) -> Result<Personal<String>, InvalidRequest> {
        self.checks.finish()?;
        Ok(Personal::new(self.lines.join("\n")))
    }
}

/// The standard alphabet, padded to four characters.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    !digits.is_empty()
        && text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_or_armoured_signature_is_refused_with_its_place() {
        let rows = [
            ("AA==", "c", ""),
            ("AAA=", "c", ""),
            ("A+/9", "c", ""),
            ("", "c", "digestSignatures[1].base64Encoded"),
            ("====", "c", "digestSignatures[1].base64Encoded"),
            ("A===", "c", "digestSignatures[1].base64Encoded"),
            ("AAA", "c", "digestSignatures[1].base64Encoded"),
            ("AAAA\nAAA", "c", "digestSignatures[1].base64Encoded"),
            ("AA-_", "c", "digestSignatures[1].base64Encoded"),
            ("AA==", " ", "digestSignatures[1].certificateUuid"),
        ];
        for (base64, certificate, field) in rows {
            let mut checks = Checks::new();
            let good = Signature::new("AA==", "c");
            check_all(&mut checks, &[good, Signature::new(base64, certificate)]);
            let broken = checks.finish().err();
            let told = broken
                .as_ref()
                .map_or("", |broken| broken.violations()[0].field());
            assert_eq!(told, field, "{base64:?} {certificate:?}");
        }
    }

    #[test]
    fn an_absent_value_keeps_its_line_and_a_broken_line_is_refused() {
        let mut text = SigningText::default();
        text.field("a", "a", Some("1=2; «д»"));
        text.field("b", "b", None);
        text.mark("TABLES");
        assert_eq!(text.finish().unwrap().expose(), "a=1=2; «д»\nb=\nTABLES");
        let mut text = SigningText::default();
        text.field("comment", "comment", Some("canary\nexternalId=other"));
        let refused = text.finish().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "comment: must have no line break to be signed (got 23 characters)"
        );
    }

    #[test]
    fn debug_does_not_print_the_signature() {
        let printed = format!("{:?}", Signature::new("canary", "c-1"));
        assert!(
            !printed.contains("canary") && printed.contains("c-1"),
            "{printed}"
        );
    }
}
