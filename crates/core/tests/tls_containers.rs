//! Key files under a password, as OpenSSL writes them. How each was made: `testdata/tls/README.md`.
#![cfg(any(feature = "encrypted-pem", feature = "pkcs12"))]

use std::fs;
use std::path::Path;

use rubank_core::secret::Secret;
use rubank_core::tls::{Identity, Root, TlsError};

const LATIN: &str = "password-for-tests";
const CYRILLIC: &str = "Пароль-для-проверки";

fn file(name: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("testdata/tls")
            .join(name),
    )
    .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The leaf, and the first two certificates above it in their proper order.
fn is_complete(identity: &Identity, whole_chain: bool) -> bool {
    let above = Root::from_pem(&file("above.pem"));
    let Ok([root, intermediate]) = above.as_deref() else {
        return false;
    };
    let chain: Vec<_> = identity.certificates().collect();
    identity.subject() == Some("FINTECH00 Проверка")
        && identity.not_after().year() > 2100
        && match chain.as_slice() {
            [_] => !whole_chain,
            [_, second, third] => {
                whole_chain && (*second, *third) == (intermediate.der(), root.der())
            }
            _ => false,
        }
}

#[cfg(feature = "pkcs12")]
mod pkcs12 {
    use super::*;

    fn open(name: &str, password: &str) -> Result<Identity, TlsError> {
        Identity::from_pkcs12(&file(name), &Secret::from(password))
    }

    #[test]
    fn containers_of_both_generations_are_read_and_ordered() {
        let rows = [
            ("aes.p12", LATIN),
            ("aes-cyrillic.p12", CYRILLIC),
            ("legacy.p12", LATIN),
            ("legacy-cyrillic.p12", CYRILLIC),
            ("legacy-3des.p12", LATIN),
            ("empty-password.p12", ""),
            ("no-mac.p12", LATIN),
        ];
        for (name, password) in rows {
            let identity = open(name, password).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(is_complete(&identity, true), "{name}: {identity:?}");
        }
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let rows = [
            (
                "aes.p12",
                CYRILLIC,
                TlsError::WrongPassword,
                "wrong password",
            ),
            (
                "aes-cyrillic.p12",
                LATIN,
                TlsError::WrongPassword,
                "keyboard layout",
            ),
            (
                "legacy.p12",
                "",
                TlsError::WrongPassword,
                "check the password",
            ),
            (
                "legacy-cyrillic.p12",
                "пароль-для-проверки",
                TlsError::WrongPassword,
                "wrong",
            ),
            (
                "empty-password.p12",
                LATIN,
                TlsError::WrongPassword,
                "wrong",
            ),
            ("no-mac.p12", CYRILLIC, TlsError::WrongPassword, "wrong"),
            (
                "camellia.p12",
                LATIN,
                TlsError::UnsupportedCipher,
                "AES-256",
            ),
            ("rc4.p12", LATIN, TlsError::UnsupportedCipher, "AES-256"),
            ("no-key.p12", LATIN, TlsError::NoKey, "pass the key"),
            (
                "no-certificate.p12",
                LATIN,
                TlsError::NoCertificate,
                "no certificate",
            ),
            (
                "leaf.pem",
                LATIN,
                TlsError::UnreadableContainer {
                    reason: "it is PEM text, which `Identity::from_pem` reads",
                },
                "Identity::from_pem",
            ),
        ];
        for (name, password, expected, cure) in rows {
            let error = open(name, password).unwrap_err();
            assert_eq!(error, expected, "{name}");
            let text = error.to_string();
            assert!(text.contains(cure), "{name}: {text}");
            assert!(
                password.is_empty() || !text.contains(password),
                "{name}: {text}"
            );
        }
    }

    #[test]
    fn damaged_containers_are_errors() {
        let whole = file("aes.p12");
        for end in [0, 1, 2, 10, 100, whole.len() / 2, whole.len() - 1] {
            let error = Identity::from_pkcs12(&whole[..end], &Secret::from(LATIN)).unwrap_err();
            assert!(
                matches!(error, TlsError::UnreadableContainer { .. }),
                "{end}: {error:?}"
            );
        }
        // As containers of other software come: lengths left open.
        let ber = [&[0x30, 0x80][..], &whole[4..], &[0, 0]].concat();
        let error = Identity::from_pkcs12(&ber, &Secret::from(LATIN)).unwrap_err();
        assert_eq!(
            error,
            TlsError::UnreadableContainer {
                reason: "it is BER, not DER"
            }
        );
        assert!(
            error.to_string().contains("openssl pkcs12 -export"),
            "{error}"
        );
    }

    #[test]
    fn a_container_given_as_pem_is_told_apart() {
        let error = Identity::from_pem(&file("aes.p12")).unwrap_err();
        assert_eq!(error, TlsError::NotPem);
        assert!(
            error.to_string().contains("Identity::from_pkcs12"),
            "{error}"
        );
    }
}

#[cfg(feature = "encrypted-pem")]
mod encrypted_pem {
    use super::*;

    fn open(name: &str, password: &str) -> Result<Identity, TlsError> {
        Identity::from_encrypted_pem(&file("leaf.pem"), &file(name), &Secret::from(password))
    }

    #[test]
    fn keys_of_the_usual_ciphers_are_read() {
        let rows = [
            ("aes.key", LATIN),
            ("aes-cyrillic.key", CYRILLIC),
            ("aes-128-sha1.key", LATIN),
            ("3des.key", LATIN),
            ("scrypt.key", LATIN),
        ];
        for (name, password) in rows {
            let identity = open(name, password).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(is_complete(&identity, false), "{name}: {identity:?}");
        }
    }

    #[test]
    fn the_chain_may_come_with_the_certificate() {
        let certificates = [file("above.pem"), file("leaf.pem")].concat();
        let password = Secret::from(LATIN);
        let identity = Identity::from_encrypted_pem(&certificates, &file("aes.key"), &password);
        assert!(is_complete(&identity.unwrap(), true));
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let rows = [
            (
                "aes.key",
                CYRILLIC,
                TlsError::WrongPassword,
                "keyboard layout",
            ),
            (
                "aes-cyrillic.key",
                LATIN,
                TlsError::WrongPassword,
                "wrong password",
            ),
            ("3des.key", "", TlsError::WrongPassword, "wrong password"),
            (
                "scrypt.key",
                CYRILLIC,
                TlsError::WrongPassword,
                "wrong password",
            ),
            (
                "camellia.key",
                LATIN,
                TlsError::UnsupportedCipher,
                "AES-256",
            ),
            (
                "pbes1-3des.key",
                LATIN,
                TlsError::UnsupportedCipher,
                "AES-256",
            ),
            (
                "pbes1-des.key",
                LATIN,
                TlsError::UnsupportedCipher,
                "AES-256",
            ),
            (
                "old-form.key",
                LATIN,
                TlsError::KeyEncryptedOldForm,
                "openssl pkcs8 -topk8",
            ),
            ("leaf.pem", LATIN, TlsError::NoKey, "no private key"),
        ];
        for (name, password, expected, cure) in rows {
            let error = open(name, password).unwrap_err();
            assert_eq!(error, expected, "{name}");
            let text = error.to_string();
            assert!(text.contains(cure), "{name}: {text}");
            assert!(
                password.is_empty() || !text.contains(password),
                "{name}: {text}"
            );
        }
    }

    #[test]
    fn damage_inside_is_an_error() {
        let noise =
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
        let password = Secret::from(LATIN);
        let error = Identity::from_encrypted_pem(&file("leaf.pem"), noise, &password).unwrap_err();
        assert_eq!(error, TlsError::UnreadableEncryptedKey);
    }

    #[test]
    fn the_plain_constructors_name_the_cure() {
        let both = [file("leaf.pem"), file("aes.key")].concat();
        let error = Identity::from_pem(&both).unwrap_err();
        assert_eq!(error, TlsError::KeyEncrypted);
        let error = Identity::from_pem_parts(&file("leaf.pem"), &file("aes.key")).unwrap_err();
        assert!(error.to_string().contains("`encrypted-pem`"), "{error}");
    }
}
