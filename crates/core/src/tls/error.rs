//! What can be wrong with certificate and key files.

use time::OffsetDateTime;

/// Why a certificate, a key or a container cannot be used. The text names the cure and never quotes the file.
///
/// Positions count from 1 in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// Not a single PEM section was found: an empty file, binary DER, or a container.
    #[error(
        "no PEM section found; convert DER with `openssl x509 -inform der`, read a .p12 or .pfx file with `Identity::from_pkcs12`"
    )]
    NotPem,
    /// A PEM section has no end line, or its base64 is damaged.
    #[error("PEM section {position} is damaged; copy the file again in text mode")]
    BrokenPem {
        /// Which section of the file.
        position: usize,
    },
    /// The file holds no certificate.
    #[error("no certificate found; pass the client certificate together with its key")]
    NoCertificate,
    /// The file holds no private key.
    #[error("no private key found; pass the key of the client certificate as well")]
    NoKey,
    /// The file holds more than one private key, and choosing one is not ours to do.
    #[error("{count} private keys found; keep only the key of the client certificate")]
    SeveralKeys {
        /// How many there are.
        count: usize,
    },
    /// The key is under a password, and none was given.
    #[error(
        "the private key is under a password; use `Identity::from_encrypted_pem` (cargo feature `encrypted-pem`)"
    )]
    KeyEncrypted,
    /// The key is under a password in the form that OpenSSL wrote before PKCS#8 (`Proc-Type: 4,ENCRYPTED`).
    #[error(
        "the private key is encrypted in OpenSSL's old form; convert it with `openssl pkcs8 -topk8 -in old.key -out new.key`"
    )]
    KeyEncryptedOldForm,
    /// The password does not open the key or the container.
    #[error("wrong password, or the file is damaged; check the password and its keyboard layout")]
    WrongPassword,
    /// The container is not a PKCS#12 file that we can read.
    #[error(
        "the PKCS#12 container cannot be read ({reason}); export it again with `openssl pkcs12 -export`"
    )]
    UnreadableContainer {
        /// What was found.
        reason: &'static str,
    },
    /// The encrypted key is not a structure that we can read.
    #[error(
        "the encrypted private key cannot be read; convert it with `openssl pkcs8 -topk8 -v2 aes-256-cbc`"
    )]
    UnreadableEncryptedKey,
    /// The key or the container is encrypted with an algorithm that we do not know, or with costs out of all proportion.
    #[error("the file is encrypted with an unsupported algorithm; export it again with AES-256")]
    UnsupportedCipher,
    /// The private key is damaged or of a kind that TLS here cannot use (GOST, RSA below 2048 bits).
    #[error(
        "the private key cannot be used; it must be RSA of 2048 to 8192 bits, ECDSA P-256, P-384 or P-521, or Ed25519"
    )]
    UnsupportedKey,
    /// The private key belongs to none of the certificates.
    #[error(
        "the private key does not match the certificate; find the pair that was issued together"
    )]
    KeyMismatch,
    /// A certificate cannot be read.
    #[error("certificate {position} cannot be used: {reason}; ask the bank for a fresh copy")]
    UnreadableCertificate {
        /// Which certificate of the file.
        position: usize,
        /// What was found.
        reason: &'static str,
    },
    /// A root certificate cannot be read.
    #[error("root certificate {position} cannot be used: {reason}; download it again")]
    UnreadableRoot {
        /// Which certificate of the file.
        position: usize,
        /// What was found.
        reason: &'static str,
    },
    /// The client certificate is past its last day.
    #[error("the client certificate expired on {}; ask the bank for a new one", not_after.date())]
    Expired {
        /// The last moment at which it was good.
        not_after: OffsetDateTime,
    },
    /// The client certificate is not good yet.
    #[error(
        "the client certificate is not valid before {}; wait for that day or set the machine's clock",
        not_before.date()
    )]
    NotYetValid {
        /// The first moment at which it is good.
        not_before: OffsetDateTime,
    },
}
