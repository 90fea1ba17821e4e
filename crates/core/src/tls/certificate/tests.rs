use proptest::prelude::*;
use rcgen::string::{BmpString, Ia5String, PrintableString, TeletexString};
use rcgen::{CertificateParams, DnType, DnValue, KeyPair};
use time::macros::datetime;

use super::super::test_pki::authority;
use super::*;

#[test]
fn what_rcgen_writes_is_read() {
    let names: [(&str, DnValue); 5] = [
        (
            "ООО Проверка",
            DnValue::Utf8String("ООО Проверка".to_owned()),
        ),
        (
            "FINTECH00",
            DnValue::PrintableString(PrintableString::try_from("FINTECH00").unwrap()),
        ),
        (
            "a@example.test",
            DnValue::Ia5String(Ia5String::try_from("a@example.test").unwrap()),
        ),
        (
            "Проверка",
            DnValue::BmpString(BmpString::try_from("Проверка").unwrap()),
        ),
        (
            "teletex",
            DnValue::TeletexString(TeletexString::try_from("teletex").unwrap()),
        ),
    ];
    let dates = [
        (
            datetime!(1950-01-01 0:00 UTC),
            datetime!(2049-12-31 23:59:59 UTC),
        ),
        (
            datetime!(1999-12-31 23:59:59 UTC),
            datetime!(2050-01-01 0:00 UTC),
        ),
        (
            datetime!(2024-02-29 12:30:15 UTC),
            datetime!(9999-12-31 23:59:59 UTC),
        ),
    ];
    let key = KeyPair::generate().unwrap();
    for (expected, name) in names {
        for (not_before, not_after) in dates {
            let mut params = CertificateParams::default();
            params
                .distinguished_name
                .push(DnType::CommonName, name.clone());
            (params.not_before, params.not_after) = (not_before, not_after);
            let made = params.self_signed(&key).unwrap();
            let read = Certificate::parse(made.der()).unwrap();
            assert_eq!(read.common_name().as_deref(), Some(expected));
            assert_eq!((read.not_before, read.not_after), (not_before, not_after));
            assert_eq!(read.version, 3);
            assert_eq!(read.issuer, read.subject);
        }
    }
}

#[test]
fn names_without_a_common_name_and_hostile_ones_do_no_harm() {
    let text = |tag, content: &'static [u8]| {
        text(Element {
            tag,
            content,
            whole: content,
        })
    };
    assert_eq!(
        text(tag::UTF8_STRING, b"a\x1b[31m\nb").as_deref(),
        Some("a\u{fffd}[31m\u{fffd}b")
    );
    assert_eq!(text(tag::UTF8_STRING, b"\xff"), None);
    assert_eq!(text(tag::BMP_STRING, b"\x04\x1f\x04"), None);
    assert_eq!(
        text(tag::BMP_STRING, b"\xd8\x3d\xde\x00").as_deref(),
        Some("😀")
    );
    assert_eq!(
        text(tag::TELETEX_STRING, b"M\xfcller").as_deref(),
        Some("Müller")
    );
    assert_eq!(text(tag::INTEGER, b"1"), None);

    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    let made = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
    assert_eq!(Certificate::parse(made.der()).unwrap().common_name(), None);
}

#[test]
fn dates_are_read_as_the_standard_writes_them() {
    let rows: [(u8, &[u8], Option<OffsetDateTime>); 16] = [
        (
            tag::UTC_TIME,
            b"491231235959Z",
            Some(datetime!(2049-12-31 23:59:59 UTC)),
        ),
        (
            tag::UTC_TIME,
            b"500101000000Z",
            Some(datetime!(1950-01-01 0:00 UTC)),
        ),
        (
            tag::UTC_TIME,
            b"240229000000Z",
            Some(datetime!(2024-02-29 0:00 UTC)),
        ),
        (
            tag::GENERALIZED_TIME,
            b"20500101000000Z",
            Some(datetime!(2050-01-01 0:00 UTC)),
        ),
        (
            tag::GENERALIZED_TIME,
            b"00000101000000Z",
            Some(datetime!(0000-01-01 0:00 UTC)),
        ),
        (tag::UTC_TIME, b"230229000000Z", None),
        (tag::UTC_TIME, b"231301000000Z", None),
        (tag::UTC_TIME, b"230100000000Z", None),
        (tag::UTC_TIME, b"230101240000Z", None),
        (tag::UTC_TIME, b"230101000060Z", None),
        (tag::UTC_TIME, b"2301010000Z", None),
        (tag::UTC_TIME, b"230101000000+0300", None),
        (tag::UTC_TIME, b"20230101000000Z", None),
        (tag::GENERALIZED_TIME, b"20230101000000.5Z", None),
        (tag::GENERALIZED_TIME, "２023".as_bytes(), None),
        (tag::INTEGER, b"230101000000Z", None),
    ];
    for (tag, content, expected) in rows {
        let read = moment(Element {
            tag,
            content,
            whole: content,
        })
        .ok();
        assert_eq!(
            read,
            expected,
            "{tag:#x} {}",
            String::from_utf8_lossy(content)
        );
    }
}

#[test]
fn a_certificate_is_read_to_its_last_byte() {
    let der = authority("Root").der().to_vec();
    for end in 0..der.len() {
        assert!(Certificate::parse(&der[..end]).is_err(), "cut at {end}");
    }
    let longer = [der.as_slice(), &[0]].concat();
    assert_eq!(
        Certificate::parse(&longer).unwrap_err(),
        DerError("something follows it")
    );
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = Certificate::parse(&bytes).map(|read| read.common_name());
    }

    #[test]
    fn mutated_certificates_are_survived(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3_u8), 1..8),
    ) {
        // One certificate for all cases: making one costs more than reading it.
        static DER: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut der = DER.get_or_init(|| authority("Проверка").der().to_vec()).clone();
        for (at, byte, kind) in changes {
            let at = at.index(der.len());
            match kind {
                0 => der[at] = byte,
                1 => der.insert(at, byte),
                _ => { der.remove(at); }
            }
        }
        if let Ok(read) = Certificate::parse(&der) {
            prop_assert!(read.subject.len() < der.len());
            let _ = read.common_name();
        }
    }
}
