//! Authorities to trust beside the system's.

use std::fmt;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;

use super::TlsError;
use super::certificate::Certificate;
use super::pem;

/// A certificate authority to trust in addition to the system's roots.
///
/// An intermediate certificate is taken too: it stands in for a chain that the server sends incompletely.
#[derive(Clone, PartialEq, Eq)]
pub struct Root {
    der: Vec<u8>,
    subject: Option<String>,
    not_after: OffsetDateTime,
}

impl Root {
    /// All certificates of a PEM file, in its order; sections of another kind are skipped.
    ///
    /// # Errors
    ///
    /// [`TlsError::NotPem`], [`TlsError::BrokenPem`], [`TlsError::NoCertificate`], or
    /// [`TlsError::UnreadableRoot`] with the position of the certificate.
    pub fn from_pem(pem: &[u8]) -> Result<Vec<Self>, TlsError> {
        let sections = pem::sections(pem)?;
        let mut roots = Vec::new();
        for section in sections.iter().filter(|section| section.is_certificate()) {
            roots.push(Self::read(&section.decode()?, roots.len() + 1)?);
        }
        if roots.is_empty() {
            Err(TlsError::NoCertificate)
        } else {
            Ok(roots)
        }
    }

    /// One certificate in DER, the usual content of a `.cer` file.
    ///
    /// # Errors
    ///
    /// [`TlsError::UnreadableRoot`].
    pub fn from_der(der: &[u8]) -> Result<Self, TlsError> {
        if der.trim_ascii_start().starts_with(b"-----BEGIN") {
            return Err(TlsError::UnreadableRoot {
                position: 1,
                reason: "it is PEM text, which `Root::from_pem` reads",
            });
        }
        Self::read(der, 1)
    }

    fn read(der: &[u8], position: usize) -> Result<Self, TlsError> {
        let unreadable = |reason| TlsError::UnreadableRoot { position, reason };
        let certificate = Certificate::parse(der).map_err(|error| unreadable(error.0))?;
        RootCertStore::empty()
            .add(CertificateDer::from(der))
            .map_err(|_| unreadable("it cannot serve as a trust anchor"))?;
        Ok(Self {
            subject: certificate.common_name(),
            not_after: certificate.not_after,
            der: der.to_vec(),
        })
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The common name of the authority, if it has one.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The last moment of its validity. It is not enforced: verifiers trust an anchor past its date.
    pub fn not_after(&self) -> OffsetDateTime {
        self.not_after
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root")
            .field("subject", &self.subject)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_pki::{ALWAYS, authority};
    use super::*;

    #[test]
    fn several_roots_of_one_file_keep_their_order() {
        let (one, two) = (authority("One"), authority("Русский Тест"));
        let key = "-----BEGIN EC PARAMETERS-----\nMAA=\n-----END EC PARAMETERS-----\n";
        let roots = Root::from_pem([&one.pem(), key, &two.pem()].concat().as_bytes()).unwrap();
        let names: Vec<_> = roots.iter().map(|root| root.subject()).collect();
        assert_eq!(names, [Some("One"), Some("Русский Тест")]);
        assert_eq!(roots[0], Root::from_der(one.der()).unwrap());
        assert_eq!(roots[1].der(), two.der().as_ref());
        assert_eq!(roots[1].not_after(), ALWAYS.1);
        assert!(format!("{roots:?}").contains("One"));
    }

    #[test]
    fn each_fault_names_the_certificate() {
        let good = authority("One").pem();
        let bad = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        let params = "-----BEGIN EC PARAMETERS-----\nMAA=\n-----END EC PARAMETERS-----\n";
        let cut_off = |position| TlsError::UnreadableRoot {
            position,
            reason: "it is cut off",
        };
        let rows = [
            ("empty", String::new(), TlsError::NotPem),
            ("no certificate", params.to_owned(), TlsError::NoCertificate),
            ("the first", bad.to_owned(), cut_off(1)),
            (
                "the third",
                [&good, params, &good, bad].concat(),
                cut_off(3),
            ),
            (
                "no end",
                format!("{good}-----BEGIN CERTIFICATE-----"),
                TlsError::BrokenPem { position: 2 },
            ),
        ];
        for (name, file, expected) in rows {
            assert_eq!(
                Root::from_pem(file.as_bytes()).unwrap_err(),
                expected,
                "{name}"
            );
        }
        assert_eq!(Root::from_der(&[]).unwrap_err(), cut_off(1));
        let text = Root::from_der(good.as_bytes()).unwrap_err().to_string();
        assert!(
            text.starts_with("root certificate 1") && text.contains("Root::from_pem"),
            "{text}"
        );
    }

    #[test]
    fn what_only_looks_like_a_certificate_is_no_root() {
        let mut der = authority("One").der().to_vec();
        let version = der
            .windows(5)
            .position(|bytes| bytes == [0xa0, 3, 2, 1, 2])
            .unwrap();
        // Version 2 exists in the standard, and in no verifier.
        der[version + 4] = 1;
        assert_eq!(
            Root::from_der(&der).unwrap_err(),
            TlsError::UnreadableRoot {
                position: 1,
                reason: "it cannot serve as a trust anchor"
            }
        );
    }
}
