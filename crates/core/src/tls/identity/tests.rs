use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_ED25519,
    PKCS_RSA_SHA256,
};
use time::Duration;

use super::super::der::{Reader, tag};
use super::super::key::Form;
use super::super::test_pki::{ALWAYS, Authority, FUTURE, PAST, authority, intermediate, leaf};
use super::*;

struct Pki {
    root: Authority,
    below: Authority,
    key: KeyPair,
    leaf: rcgen::Certificate,
}

fn pki() -> Pki {
    let root = authority("Root");
    let below = intermediate("Intermediate", &root);
    let key = KeyPair::generate().unwrap();
    let leaf = leaf("FINTECH00", "client.test", ALWAYS, &key, &below);
    Pki {
        root,
        below,
        key,
        leaf,
    }
}

fn ders(identity: &Identity) -> Vec<Vec<u8>> {
    identity.certificates().map(<[u8]>::to_vec).collect()
}

/// A key in PEM of the form asked for: PKCS#8 holds the other forms inside.
fn key_pem(key: &KeyPair, form: Form) -> Vec<u8> {
    let pkcs8 = key.serialize_der();
    let der = if form == Form::Pkcs8 {
        pkcs8
    } else {
        let mut fields = Reader::new(&pkcs8).expect(tag::SEQUENCE).unwrap().inside();
        fields.expect(tag::INTEGER).unwrap();
        fields.expect(tag::SEQUENCE).unwrap();
        fields.next().unwrap().content.to_vec()
    };
    let mut pem = Vec::new();
    pem::encode(form.label(), &der, &mut pem);
    pem
}

/// A name, the parts of the file, and the chain to come out.
type Row<'a> = (&'a str, Vec<&'a str>, &'a [Vec<u8>]);

#[test]
fn the_leaf_comes_first_and_its_chain_follows_whatever_the_order() {
    let p = pki();
    let (leaf, below, root, key) = (
        p.leaf.pem(),
        p.below.pem(),
        p.root.pem(),
        p.key.serialize_pem(),
    );
    let stranger = authority("Stranger").pem();
    let chain = [
        p.leaf.der().to_vec(),
        p.below.der().to_vec(),
        p.root.der().to_vec(),
    ];
    let rows: [Row<'_>; 8] = [
        ("in order", vec![&leaf, &below, &root, &key], &chain),
        ("backwards", vec![&key, &root, &below, &leaf], &chain),
        (
            "key in the middle",
            vec![&below, &key, &root, &leaf],
            &chain,
        ),
        ("no root", vec![&below, &leaf, &key], &chain[..2]),
        ("leaf alone", vec![&leaf, &key], &chain[..1]),
        ("a gap", vec![&root, &leaf, &key], &chain[..1]),
        (
            "a stranger",
            vec![&stranger, &below, &leaf, &stranger, &key],
            &chain[..2],
        ),
        (
            "twice the same",
            vec![&below, &leaf, &leaf, &below, &key],
            &chain[..2],
        ),
    ];
    for (name, parts, expected) in rows {
        let identity = Identity::from_pem(parts.concat().as_bytes()).unwrap();
        assert_eq!(ders(&identity), expected, "{name}");
        assert_eq!(identity.subject(), Some("FINTECH00"), "{name}");
        assert_eq!(
            (identity.not_before(), identity.not_after()),
            ALWAYS,
            "{name}"
        );
    }
}

#[test]
fn of_two_certificates_of_one_key_the_longer_lasting_is_taken() {
    let p = pki();
    let old = leaf("old", "client.test", PAST, &p.key, &p.below);
    for pair in [[old.pem(), p.leaf.pem()], [p.leaf.pem(), old.pem()]] {
        let file = [pair.concat(), p.below.pem(), p.key.serialize_pem()].concat();
        let identity = Identity::from_pem(file.as_bytes()).unwrap();
        assert_eq!(
            ders(&identity),
            [p.leaf.der().to_vec(), p.below.der().to_vec()]
        );
    }
}

#[test]
fn issuers_that_share_a_name_are_all_sent() {
    let p = pki();
    let twin = intermediate("Intermediate", &p.root);
    let file = [
        p.leaf.pem(),
        twin.pem(),
        p.below.pem(),
        p.key.serialize_pem(),
    ]
    .concat();
    let identity = Identity::from_pem(file.as_bytes()).unwrap();
    assert_eq!(
        ders(&identity),
        [
            p.leaf.der().to_vec(),
            twin.der().to_vec(),
            p.below.der().to_vec()
        ]
    );
}

#[test]
fn certificates_that_name_each_other_as_issuers_end_the_chain() {
    let p = pki();
    let root = authority("Ring");
    let ring = intermediate("Root", &root);
    let back = intermediate("Ring", &ring);
    let file = [
        p.leaf.pem(),
        p.below.pem(),
        ring.pem(),
        back.pem(),
        p.key.serialize_pem(),
    ]
    .concat();
    assert_eq!(
        Identity::from_pem(file.as_bytes())
            .unwrap()
            .certificates()
            .len(),
        4
    );
}

#[test]
fn each_kind_and_form_of_key_is_taken_and_written_for_the_transport() {
    let root = authority("Root");
    let rows = [
        (&PKCS_RSA_SHA256, Form::Pkcs8),
        (&PKCS_RSA_SHA256, Form::Pkcs1),
        (&PKCS_ECDSA_P256_SHA256, Form::Pkcs8),
        (&PKCS_ECDSA_P256_SHA256, Form::Sec1),
        (&PKCS_ECDSA_P384_SHA384, Form::Pkcs8),
        (&PKCS_ECDSA_P384_SHA384, Form::Sec1),
        (&PKCS_ECDSA_P521_SHA512, Form::Pkcs8),
        (&PKCS_ED25519, Form::Pkcs8),
    ];
    for (algorithm, form) in rows {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let certificate = leaf("client", "client.test", ALWAYS, &key, &root);
        let key = key_pem(&key, form);
        let identity = Identity::from_pem_parts(certificate.pem().as_bytes(), &key).unwrap();
        let again = Identity::from_pem(identity.pem()).unwrap();
        assert_eq!(ders(&again), ders(&identity), "{algorithm:?} {form:?}");
        assert_eq!(again.pem(), identity.pem(), "{algorithm:?} {form:?}");
        assert!(
            reqwest::Identity::from_pem(identity.pem()).is_ok(),
            "{algorithm:?} {form:?}"
        );
        assert!(
            identity
                .pem()
                .trim_ascii_end()
                .ends_with(key.trim_ascii_end()),
            "{algorithm:?} {form:?}"
        );
    }
}

#[test]
fn a_der_certificate_is_taken_beside_its_key() {
    let p = pki();
    let key = p.key.serialize_pem();
    let identity = Identity::from_pem_parts(p.leaf.der(), key.as_bytes()).unwrap();
    assert_eq!(identity.certificates().len(), 1);
}

#[test]
fn each_fault_of_the_files_has_its_own_error() {
    let p = pki();
    let (leaf, below, key) = (p.leaf.pem(), p.below.pem(), p.key.serialize_pem());
    let other_key = KeyPair::generate().unwrap().serialize_pem();
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let old_form = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMAA=\n-----END RSA PRIVATE KEY-----\n";
    let dsa = "-----BEGIN DSA PRIVATE KEY-----\nMAA=\n-----END DSA PRIVATE KEY-----\n";
    let noise = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
    let broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let rows: [(&str, Vec<&str>, TlsError, &str); 14] = [
        ("empty", vec![], TlsError::NotPem, "no PEM section"),
        (
            "text",
            vec!["client certificate"],
            TlsError::NotPem,
            "openssl x509 -inform der",
        ),
        (
            "cut",
            vec![&leaf, &key[..key.len() - 40]],
            TlsError::BrokenPem { position: 2 },
            "section 2",
        ),
        (
            "key alone",
            vec![&key],
            TlsError::NoCertificate,
            "no certificate",
        ),
        (
            "certificate alone",
            vec![&leaf],
            TlsError::NoKey,
            "no private key",
        ),
        (
            "two keys",
            vec![&leaf, &key, &other_key],
            TlsError::SeveralKeys { count: 2 },
            "2 private keys",
        ),
        (
            "the same key twice",
            vec![&leaf, &key, &key],
            TlsError::SeveralKeys { count: 2 },
            "keep only",
        ),
        (
            "encrypted",
            vec![&leaf, encrypted],
            TlsError::KeyEncrypted,
            "feature `encrypted-pem`",
        ),
        (
            "encrypted long ago",
            vec![&leaf, old_form],
            TlsError::KeyEncryptedOldForm,
            "openssl pkcs8 -topk8",
        ),
        (
            "another kind of key",
            vec![&leaf, dsa],
            TlsError::UnsupportedKey,
            "RSA of 2048",
        ),
        (
            "noise for a key",
            vec![&leaf, noise],
            TlsError::UnsupportedKey,
            "ECDSA",
        ),
        (
            "another key",
            vec![&leaf, &other_key],
            TlsError::KeyMismatch,
            "does not match",
        ),
        (
            "only the chain",
            vec![&below, &key],
            TlsError::KeyMismatch,
            "issued together",
        ),
        (
            "a broken certificate",
            vec![&leaf, broken, &key],
            TlsError::UnreadableCertificate {
                position: 2,
                reason: "it is cut off",
            },
            "certificate 2",
        ),
    ];
    for (name, parts, expected, cure) in rows {
        let error = Identity::from_pem(parts.concat().as_bytes()).unwrap_err();
        assert_eq!(error, expected, "{name}");
        assert!(error.to_string().contains(cure), "{name}: {error}");
    }
    // In two files the same, and each file answers for itself.
    let parts = |certificates: &str, key: &str| {
        Identity::from_pem_parts(certificates.as_bytes(), key.as_bytes()).unwrap_err()
    };
    assert_eq!(parts(&leaf, ""), TlsError::NotPem);
    assert_eq!(parts(&leaf, &leaf), TlsError::NoKey);
    assert_eq!(parts(&key, &key), TlsError::NoCertificate);
    assert_eq!(parts("", &key), TlsError::NotPem);
    assert_eq!(parts(&leaf, encrypted), TlsError::KeyEncrypted);
    assert_eq!(parts(&leaf, &other_key), TlsError::KeyMismatch);
}

#[test]
fn a_certificate_that_tls_cannot_use_is_refused_at_once() {
    // Version 1, which `openssl x509 -req` makes when nobody asks for extensions: without the version field.
    let p = pki();
    let mut der = p.leaf.der().to_vec();
    let version = der
        .windows(5)
        .position(|bytes| bytes == [0xa0, 3, 2, 1, 2])
        .unwrap();
    der[version + 4] = 0;
    let mut file = p.key.serialize_pem().into_bytes();
    pem::encode("CERTIFICATE", &der, &mut file);
    let error = Identity::from_pem(&file).unwrap_err();
    let expected = TlsError::UnreadableCertificate {
        position: 1,
        reason: "it is not of X.509 version 3",
    };
    assert_eq!(error, expected);
}

#[test]
fn validity_counts_both_ends_and_warns_thirty_days_ahead() {
    let p = pki();
    let file = [p.leaf.pem(), p.key.serialize_pem()].concat();
    let identity = Identity::from_pem(file.as_bytes()).unwrap();
    let (not_before, not_after) = ALWAYS;
    let second = Duration::SECOND;
    let rows = [
        (
            not_before - second,
            Err(TlsError::NotYetValid { not_before }),
        ),
        (not_before, Ok(false)),
        (not_after - Duration::days(30), Ok(false)),
        (not_after - Duration::days(30) + second, Ok(true)),
        (not_after, Ok(true)),
        (not_after + second, Err(TlsError::Expired { not_after })),
    ];
    for (now, expected) in rows {
        let read = identity.check_validity(now);
        assert_eq!(
            read.clone().map(|validity| validity.expires_soon()),
            expected,
            "{now}"
        );
        if let Ok(validity) = read {
            assert_eq!(
                (validity.not_after, validity.remaining),
                (not_after, not_after - now)
            );
        }
    }
    let expired = identity.check_validity(not_after + second).unwrap_err();
    assert_eq!(
        expired.to_string(),
        "the client certificate expired on 2120-01-01; ask the bank for a new one"
    );
}

#[test]
fn dates_are_not_looked_at_when_the_files_are_read() {
    let p = pki();
    for dates in [PAST, FUTURE] {
        let dated = leaf("client", "client.test", dates, &p.key, &p.below);
        let file = [dated.pem(), p.key.serialize_pem()].concat();
        assert!(Identity::from_pem(file.as_bytes()).is_ok());
    }
}

#[test]
fn nothing_of_the_key_is_printed() {
    let p = pki();
    let key = p.key.serialize_pem();
    let identity = Identity::from_pem([p.leaf.pem(), key.clone()].concat().as_bytes()).unwrap();
    let shown = format!("{identity:?} {identity:#?}");
    assert!(
        shown.contains("certificates: 1") && shown.contains("2120"),
        "{shown}"
    );
    assert!(!shown.contains("FINTECH00"), "{shown}");
    for line in key.lines().filter(|line| !line.starts_with('-')) {
        assert!(!shown.contains(line));
    }
    assert!(!shown.contains(&format!("{:?}", &p.key.serialize_der()[..4])));
}
