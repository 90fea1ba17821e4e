//! PKCS#8 keys under a password.

use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::{self, EncryptionScheme, pbes2::Kdf};
use secrecy::zeroize::Zeroizing;

use super::TlsError;
use super::der::{DerError, Reader, tag};
use super::key::PrivateKey;
use crate::secret::Secret;

/// More than any tool writes by ten times; a damaged count must not keep us busy for hours.
const MOST_ITERATIONS: u32 = 10_000_000;
/// Bytes that scrypt may take: 128 * N * r.
const MOST_MEMORY: u64 = 1 << 30;

/// Opens an `EncryptedPrivateKeyInfo`.
pub(super) fn decrypt(der: &[u8], password: &Secret) -> Result<PrivateKey, TlsError> {
    let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| match shape(der) {
        Ok(()) => TlsError::UnsupportedCipher,
        Err(_) => TlsError::UnreadableEncryptedKey,
    })?;
    if !is_affordable(&info.encryption_algorithm) {
        return Err(TlsError::UnsupportedCipher);
    }
    let opened = info
        .decrypt(password.expose())
        .map_err(|error| match error {
            pkcs8::Error::EncryptedPrivateKey(
                pkcs5::Error::NoPbes1CryptSupport | pkcs5::Error::UnsupportedAlgorithm { .. },
            ) => TlsError::UnsupportedCipher,
            // A wrong password gives bad padding, or once in a few hundred times good padding and noise.
            _ => TlsError::WrongPassword,
        })?;
    Ok(PrivateKey::pkcs8(Zeroizing::new(
        opened.as_bytes().to_vec(),
    )))
}

/// Whether this is an encrypted key at all, whatever its algorithm: the library fails alike for both.
fn shape(der: &[u8]) -> Result<(), DerError> {
    let mut info = Reader::new(der).expect(tag::SEQUENCE)?.inside();
    info.expect(tag::SEQUENCE)?
        .inside()
        .expect(tag::OBJECT_IDENTIFIER)?;
    info.expect(tag::OCTET_STRING)?;
    Ok(())
}

fn is_affordable(scheme: &EncryptionScheme) -> bool {
    match scheme.pbes2().map(|parameters| &parameters.kdf) {
        Some(Kdf::Pbkdf2(parameters)) => parameters.iteration_count <= MOST_ITERATIONS,
        Some(Kdf::Scrypt(parameters)) => parameters
            .cost_parameter
            .checked_mul(128 * u64::from(parameters.block_size))
            .is_some_and(|memory| memory <= MOST_MEMORY),
        _ => true,
    }
}
