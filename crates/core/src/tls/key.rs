//! Private keys, in the three unencrypted forms that rustls knows.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use rustls::sign::SigningKey;
use secrecy::zeroize::Zeroizing;

use super::TlsError;
use super::pem::Section;

/// The label of a PKCS#8 key under a password; the content is an `EncryptedPrivateKeyInfo`.
pub(super) const ENCRYPTED: &[u8] = b"ENCRYPTED PRIVATE KEY";

/// How the DER of a key is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Pkcs8,
    Pkcs1,
    Sec1,
}

impl Form {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Pkcs8 => "PRIVATE KEY",
            Self::Pkcs1 => "RSA PRIVATE KEY",
            Self::Sec1 => "EC PRIVATE KEY",
        }
    }
}

/// An unencrypted key; its bytes are wiped when it goes.
pub(super) struct PrivateKey {
    pub(super) form: Form,
    pub(super) der: Zeroizing<Vec<u8>>,
}

impl PrivateKey {
    /// Reads a section that is not under a password.
    ///
    /// # Errors
    ///
    /// [`TlsError::KeyEncrypted`], [`TlsError::KeyEncryptedOldForm`], [`TlsError::BrokenPem`],
    /// [`TlsError::UnsupportedKey`].
    pub(super) fn plain(section: &Section<'_>) -> Result<Self, TlsError> {
        if section.is_encrypted_in_old_form() {
            return Err(TlsError::KeyEncryptedOldForm);
        }
        let form = match section.label {
            b"PRIVATE KEY" => Form::Pkcs8,
            b"RSA PRIVATE KEY" => Form::Pkcs1,
            b"EC PRIVATE KEY" => Form::Sec1,
            ENCRYPTED => return Err(TlsError::KeyEncrypted),
            _ => return Err(TlsError::UnsupportedKey),
        };
        Ok(Self {
            form,
            der: section.decode()?,
        })
    }

    #[cfg(any(feature = "encrypted-pem", feature = "pkcs12"))]
    pub(super) fn pkcs8(der: Zeroizing<Vec<u8>>) -> Self {
        Self {
            form: Form::Pkcs8,
            der,
        }
    }

    /// The key as rustls signs with it.
    pub(super) fn signing(&self) -> Result<Arc<dyn SigningKey>, TlsError> {
        let der = self.der.as_slice();
        let key = match self.form {
            Form::Pkcs8 => PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der)),
            Form::Pkcs1 => PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(der)),
            Form::Sec1 => PrivateKeyDer::Sec1(PrivateSec1KeyDer::from(der)),
        };
        any_supported_type(&key).map_err(|_| TlsError::UnsupportedKey)
    }
}

/// The only section with a private key.
///
/// # Errors
///
/// [`TlsError::NoKey`], [`TlsError::SeveralKeys`].
pub(super) fn only<'a>(sections: &'a [Section<'a>]) -> Result<&'a Section<'a>, TlsError> {
    let keys: Vec<_> = sections
        .iter()
        .filter(|section| section.label.ends_with(b"PRIVATE KEY"))
        .collect();
    match keys.as_slice() {
        [] => Err(TlsError::NoKey),
        [section] => Ok(section),
        several => Err(TlsError::SeveralKeys {
            count: several.len(),
        }),
    }
}
