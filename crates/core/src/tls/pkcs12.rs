//! PKCS#12 containers.

use p12_keystore::error::Error;
use p12_keystore::{Pkcs12Archive, PrivateKeyBag};
use pkcs8::der::ErrorKind;
use secrecy::zeroize::Zeroizing;

use super::TlsError;
use super::key::PrivateKey;
use crate::secret::Secret;

/// The certificates of a container as they stand in it, and its only key.
pub(super) fn open(der: &[u8], password: &Secret) -> Result<(Vec<Vec<u8>>, PrivateKey), TlsError> {
    if der.trim_ascii_start().starts_with(b"-----BEGIN") {
        return Err(TlsError::UnreadableContainer {
            reason: "it is PEM text, which `Identity::from_pem` reads",
        });
    }
    let archive = Pkcs12Archive::from_pkcs12(der, password.expose()).map_err(cause)?;
    let key = match archive.keys.as_slice() {
        [] => return Err(TlsError::NoKey),
        [PrivateKeyBag { key, .. }] => PrivateKey::pkcs8(Zeroizing::new(key.as_der().to_vec())),
        several => {
            return Err(TlsError::SeveralKeys {
                count: several.len(),
            });
        }
    };
    let certificates = archive
        .certs
        .iter()
        .map(|bag| bag.cert.as_der().to_vec())
        .collect();
    Ok((certificates, key))
}

/// The library's own messages are not kept: they may quote the file.
fn cause(error: Error) -> TlsError {
    let unreadable = |reason| TlsError::UnreadableContainer { reason };
    match error {
        // Without a MAC a wrong password shows as bad padding or as noise in place of a key.
        Error::MacError(_)
        | Error::UnpadError
        | Error::Pkcs5Error(_)
        | Error::InvalidPrivateKey => TlsError::WrongPassword,
        Error::UnsupportedEncryptionScheme
        | Error::UnsupportedMacAlgorithm
        | Error::InvalidParameters => TlsError::UnsupportedCipher,
        Error::DerError(error) => match error.kind() {
            ErrorKind::OidUnknown { .. } => TlsError::UnsupportedCipher,
            ErrorKind::IndefiniteLength => unreadable("it is BER, not DER"),
            _ => unreadable("it is not PKCS#12, or it is damaged"),
        },
        Error::X509Error(_) | Error::UnsupportedCertificateType => {
            unreadable("a certificate in it is not readable")
        }
        _ => unreadable("it is not PKCS#12, or it is damaged"),
    }
}
