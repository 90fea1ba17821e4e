//! The client certificate and its key.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::sign::CertifiedKey;
use secrecy::{ExposeSecret, SecretSlice};
use time::{Duration, OffsetDateTime};

use super::TlsError;
use super::certificate::Certificate;
use super::key::{self, PrivateKey};
use super::pem::{self, Section};
#[cfg(any(feature = "encrypted-pem", feature = "pkcs12"))]
use crate::secret::Secret;

/// A client certificate, the certificates above it, and its private key: what a bank asks for in mutual TLS.
///
/// The leaf is found by the key, so the order of the file does not matter; the certificates that lead up from it
/// follow, and those that do not belong to its chain are left out. If the key fits several certificates (one renewed
/// with the same key), the one that lasts longest is taken. Clones share the key; it is wiped when the last one goes,
/// and never printed.
///
/// ```
/// use rubank_core::tls::{Identity, TlsError};
///
/// assert_eq!(Identity::from_pem(b"not a certificate").unwrap_err(), TlsError::NotPem);
/// ```
#[derive(Clone)]
pub struct Identity {
    contents: Arc<Contents>,
}

struct Contents {
    /// DER, leaf first.
    chain: Vec<Vec<u8>>,
    /// The same as PEM, and the key after it.
    pem: SecretSlice<u8>,
    subject: Option<String>,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
}

impl Identity {
    /// One PEM file with the certificates and the unencrypted key (PKCS#8, PKCS#1 or SEC1), in any order.
    ///
    /// # Errors
    ///
    /// Each fault of the file has its own [`TlsError`]; dates are not looked at, see [`Identity::check_validity`].
    pub fn from_pem(pem: &[u8]) -> Result<Self, TlsError> {
        let sections = pem::sections(pem)?;
        Self::assemble(
            pem_certificates(&sections)?,
            PrivateKey::plain(key::only(&sections)?)?,
        )
    }

    /// The certificates and the unencrypted key from two files.
    ///
    /// `certificates` is PEM with any number of certificates, or one certificate in DER, as `.cer` files often are;
    /// `key` is PEM.
    ///
    /// # Errors
    ///
    /// As [`Identity::from_pem`].
    pub fn from_pem_parts(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let key = PrivateKey::plain(key::only(&pem::sections(key)?)?)?;
        Self::assemble(read_certificates(certificates)?, key)
    }

    /// As [`Identity::from_pem_parts`], with a key under a password (`BEGIN ENCRYPTED PRIVATE KEY`, PBES2 with AES
    /// or 3DES). A key without encryption is taken as it is. Needs the feature `encrypted-pem`.
    ///
    /// Deriving the key from the password takes a noticeable part of a second: call it once, not per request.
    ///
    /// # Errors
    ///
    /// As [`Identity::from_pem`], and [`TlsError::WrongPassword`], [`TlsError::UnsupportedCipher`],
    /// [`TlsError::UnreadableEncryptedKey`].
    #[cfg(feature = "encrypted-pem")]
    pub fn from_encrypted_pem(
        certificates: &[u8],
        key: &[u8],
        password: &Secret,
    ) -> Result<Self, TlsError> {
        let sections = pem::sections(key)?;
        let section = key::only(&sections)?;
        let key = if section.label == key::ENCRYPTED {
            super::encrypted::decrypt(&section.decode()?, password)?
        } else {
            PrivateKey::plain(section)?
        };
        Self::assemble(read_certificates(certificates)?, key)
    }

    /// A PKCS#12 container (`.p12`, `.pfx`) with one key and its certificates. Needs the feature `pkcs12`.
    ///
    /// Both generations of containers are read: AES (OpenSSL 3) and the legacy RC2 and 3DES ones that banks still hand
    /// out. The password may hold any characters.
    ///
    /// # Errors
    ///
    /// As [`Identity::from_pem`], and [`TlsError::WrongPassword`], [`TlsError::UnsupportedCipher`],
    /// [`TlsError::UnreadableContainer`].
    #[cfg(feature = "pkcs12")]
    pub fn from_pkcs12(der: &[u8], password: &Secret) -> Result<Self, TlsError> {
        let (certificates, key) = super::pkcs12::open(der, password)?;
        Self::assemble(certificates, key)
    }

    fn assemble(certificates: Vec<Vec<u8>>, key: PrivateKey) -> Result<Self, TlsError> {
        if certificates.is_empty() {
            return Err(TlsError::NoCertificate);
        }
        let mut parsed = Vec::with_capacity(certificates.len());
        for (index, der) in certificates.iter().enumerate() {
            let certificate =
                Certificate::parse(der).map_err(|error| TlsError::UnreadableCertificate {
                    position: index + 1,
                    reason: error.0,
                })?;
            parsed.push((certificate, der.as_slice()));
        }
        let leaf = find_leaf(&parsed, &key)?;
        let certificate = parsed.get(leaf).ok_or(TlsError::NoCertificate)?.0;
        let chain: Vec<_> = chain(&parsed, leaf)
            .into_iter()
            .map(<[u8]>::to_vec)
            .collect();
        Ok(Self {
            contents: Arc::new(Contents {
                pem: write_pem(&chain, &key),
                subject: certificate.common_name(),
                not_before: certificate.not_before,
                not_after: certificate.not_after,
                chain,
            }),
        })
    }

    /// The common name of the certificate's subject, if it has one.
    pub fn subject(&self) -> Option<&str> {
        self.contents.subject.as_deref()
    }

    /// The first moment at which the certificate is good.
    pub fn not_before(&self) -> OffsetDateTime {
        self.contents.not_before
    }

    /// The last moment at which the certificate is good.
    pub fn not_after(&self) -> OffsetDateTime {
        self.contents.not_after
    }

    /// Whether the certificate is good at `now`, and for how long still. Both ends of the period count as good.
    ///
    /// # Errors
    ///
    /// [`TlsError::Expired`] or [`TlsError::NotYetValid`].
    pub fn check_validity(&self, now: OffsetDateTime) -> Result<Validity, TlsError> {
        let (not_before, not_after) = (self.not_before(), self.not_after());
        if now > not_after {
            return Err(TlsError::Expired { not_after });
        }
        if now < not_before {
            return Err(TlsError::NotYetValid { not_before });
        }
        Ok(Validity {
            not_after,
            remaining: not_after - now,
        })
    }

    /// The certificates in DER as they are sent: the leaf first, each next one above it.
    pub fn certificates(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.contents.chain.iter().map(Vec::as_slice)
    }

    /// The chain, leaf first, and the key, as one PEM.
    pub(crate) fn pem(&self) -> &[u8] {
        self.contents.pem.expose_secret()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("certificates", &self.contents.chain.len())
            .field("not_after", &self.contents.not_after)
            .finish_non_exhaustive()
    }
}

/// A certificate that is good now, and how long it stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Validity {
    /// The last moment at which it is good.
    pub not_after: OffsetDateTime,
    /// The time until then.
    pub remaining: Duration,
}

impl Validity {
    /// Renewing a certificate at a bank takes days: from here on a warning is due.
    pub const SOON: Duration = Duration::days(30);

    /// Whether less than [`Validity::SOON`] is left.
    pub fn expires_soon(&self) -> bool {
        self.remaining < Self::SOON
    }
}

fn read_certificates(file: &[u8]) -> Result<Vec<Vec<u8>>, TlsError> {
    match pem::sections(file) {
        Ok(sections) => pem_certificates(&sections),
        Err(TlsError::NotPem) if Certificate::parse(file).is_ok() => Ok(vec![file.to_vec()]),
        Err(error) => Err(error),
    }
}

fn pem_certificates(sections: &[Section<'_>]) -> Result<Vec<Vec<u8>>, TlsError> {
    let certificates = sections.iter().filter(|section| section.is_certificate());
    certificates
        .map(|section| section.decode().map(|der| der.to_vec()))
        .collect()
}

/// A certificate and its DER.
type Parsed<'a> = (Certificate<'a>, &'a [u8]);

/// The index of the certificate that belongs to the key.
fn find_leaf(parsed: &[Parsed<'_>], key: &PrivateKey) -> Result<usize, TlsError> {
    let signing = key.signing()?;
    let public = signing.public_key().ok_or(TlsError::UnsupportedKey)?;
    let (index, (certificate, der)) = parsed
        .iter()
        .enumerate()
        .filter(|(_, (certificate, _))| certificate.public_key == public.as_ref())
        .max_by_key(|(_, (certificate, _))| certificate.not_after)
        .ok_or(TlsError::KeyMismatch)?;
    let unusable = |reason| TlsError::UnreadableCertificate {
        position: index + 1,
        reason,
    };
    if certificate.version != 3 {
        return Err(unusable("it is not of X.509 version 3"));
    }
    // The same check that rustls makes before each handshake; it reads the extensions, which we do not.
    CertifiedKey::new(vec![CertificateDer::from(der.to_vec())], signing)
        .keys_match()
        .map_err(|_| unusable("TLS does not accept it"))?;
    Ok(index)
}

/// The leaf and what leads up from it. Issuers of one name (an authority that changed its key) are all kept.
fn chain<'a>(parsed: &[Parsed<'a>], leaf: usize) -> Vec<&'a [u8]> {
    let mut rest: Vec<Option<&Parsed<'a>>> = parsed.iter().map(Some).collect();
    let mut current = rest.get_mut(leaf).and_then(Option::take);
    let mut chain = Vec::with_capacity(parsed.len());
    chain.extend(current.map(|(_, der)| *der));
    while let Some((certificate, _)) = current.take() {
        if certificate.issuer == certificate.subject {
            break;
        }
        for slot in &mut rest {
            if slot.is_some_and(|(above, der)| {
                above.subject == certificate.issuer && !chain.contains(der)
            }) {
                let above = slot.take();
                chain.extend(above.map(|(_, der)| *der));
                current = current.or(above);
            }
        }
    }
    chain
}

fn write_pem(chain: &[Vec<u8>], key: &PrivateKey) -> SecretSlice<u8> {
    let label = key.form.label();
    let certificates: usize = chain
        .iter()
        .map(|der| pem::encoded_len("CERTIFICATE", der))
        .sum();
    // Room for all of it at once, and filled to the end by line ends (PEM readers skip them): neither growing nor
    // shrinking to a boxed slice may leave a copy of the key behind.
    let mut text = Vec::with_capacity(certificates + pem::encoded_len(label, &key.der));
    for der in chain {
        pem::encode("CERTIFICATE", der, &mut text);
    }
    pem::encode(label, &key.der, &mut text);
    text.resize(text.capacity(), b'\n');
    SecretSlice::from(text)
}

#[cfg(test)]
mod tests;
