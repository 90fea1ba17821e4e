use proptest::prelude::*;
use serde_json::{from_str, to_string};
use time::macros::{datetime, offset};

use super::*;

#[test]
fn check_digits_of_inn() {
    for (inn, valid) in [
        ("7707083893", true),
        ("3664069397", true),
        ("7707083894", false),
        ("500100732259", true),
        ("500100732258", false),
        ("500100732269", false),
        ("0000000000", false),
        ("000000000000", false),
        ("0", false),
        ("", false),
        ("77070", false),
        ("770708389З", false),
        ("٧٧٠٧٠٨٣٨٩٣", false),
        (" 7707083893", false),
    ] {
        assert_eq!(Inn::checked(inn).is_ok(), valid, "{inn}");
        assert_eq!(Inn::received(inn).is_valid(), valid, "{inn}");
    }
}

#[test]
fn check_digits_of_snils() {
    for (snils, valid) in [
        ("11223344595", true),
        ("112-233-445 95", true),
        ("112-233-445-95", true),
        ("11223344594", false),
        ("087-654-303 00", true), // the sum is 202: 202 mod 101 = 0
        ("001-001-998 77", true), // before there were check digits
        ("001-001-999 77", false),
        ("00000000000", false),
        ("112 233 445 95", false),
        ("1-1-2-2-3-34-4", false),
        ("112-233-445 9", false),
    ] {
        assert_eq!(Snils::checked(snils).is_ok(), valid, "{snils}");
    }
}

#[test]
fn keys_of_accounts() {
    use KeyCheck::{Exempt, Right, Unreadable, Wrong};
    for (bic, account, check) in [
        ("049805746", "40602810700000000025", Right),
        ("049805000", "30101810800000000746", Right),
        ("044525225", "30101810400000000225", Right),
        ("049805746", "40602810700000000026", Wrong),
        ("049805747", "40602810700000000025", Wrong),
        ("017003983", "03100643000000011700", Exempt),
        ("049805746", "4060281070000000002500", Exempt),
        ("049805746", "4060281070000000002", Unreadable),
        ("04980574", "40602810700000000025", Unreadable),
        ("049805746", "4060281070000000002٥", Unreadable),
    ] {
        assert_eq!(
            Account::received(account).key_check(&Bic::received(bic)),
            check,
            "{bic} {account}"
        );
    }
}

#[test]
fn shapes() {
    let (kpp, bic, oktmo, kbk, uin, phone, account): (
        Check,
        Check,
        Check,
        Check,
        Check,
        Check,
        Check,
    ) = (
        |text| Kpp::checked(text).is_ok(),
        |text| Bic::checked(text).is_ok(),
        |text| Oktmo::checked(text).is_ok(),
        |text| Kbk::checked(text).is_ok(),
        |text| Uin::checked(text).is_ok(),
        |text| Phone::checked(text).is_ok(),
        |text| Account::checked(text).is_ok(),
    );
    type Check = fn(&str) -> bool;
    for (check, text, valid) in [
        (kpp, "222201001", true),
        (kpp, "7727AZ001", true),
        (kpp, "7727az001", false),
        (kpp, "77270100A", false),
        (bic, "044525225", true),
        (bic, "04452522", false),
        (bic, "04452522٥", false),
        (oktmo, "45301000", true),
        (oktmo, "45301000000", true),
        (oktmo, "1701000", false),
        (kbk, "18210102010011000000", true),
        (kbk, "1821010201001100000", false),
        (uin, "0", true),
        (uin, "18209965144380684245", true),
        (uin, "1820996514438068424512345", true),
        (uin, "182099651443806842451", false),
        (phone, "+79000000000", true),
        (phone, "79000000000", false),
        (phone, "+7900000000", false),
        (phone, "+7 900 000-00-00", false),
        (account, "40702810901400001130", true),
        (account, "4070281090140000113022", true),
        (account, "407028109014000011301", false),
        (account, "4070281090140000113O", false),
    ] {
        assert_eq!(check(text), valid, "{text}");
    }
}

#[test]
fn answers_keep_what_came_and_print_nothing() {
    for json in [r#""canary""#, r#""0""#, r#""""#] {
        assert_eq!(to_string(&from_str::<Inn>(json).unwrap()).unwrap(), json);
        assert_eq!(to_string(&from_str::<Bic>(json).unwrap()).unwrap(), json);
    }
    let (inn, account, phone, snils): (Inn, Account, Phone, Snils) = (
        from_str("500100732259").unwrap(),
        from_str(r#""canary""#).unwrap(),
        from_str(r#""+79000000000""#).unwrap(),
        from_str("11223344595").unwrap(),
    );
    assert_eq!(inn.expose(), "500100732259");
    assert_eq!(
        format!("{inn}{account}{phone}{snils} {inn:?}{account:?}{phone:?}{snils:?}"),
        "************ Inn(***)Account(***)Phone(***)Snils(***)"
    );
    let (good, odd) = (Bic::received("044525225"), Bic::received("canary"));
    assert_eq!(
        format!("{good} {good:?} {odd} {odd:?}"),
        "044525225 Bic(044525225) *** Bic(***)"
    );
    assert!(from_str::<Bic>("null").is_err());
    let refused = format!("{:?}", Kbk::checked("canary").unwrap_err());
    assert_eq!(refused, "InvalidIdentifier(KBK must be 20 digits)");
}

#[test]
fn card_numbers_are_found_and_others_pass() {
    for (text, found) in [
        ("5469550053219652", Some("5469550053219652")),
        ("карта 5469 5500 5321 9652.", Some("5469 5500 5321 9652")),
        ("5469-5500-5321-9652", Some("5469-5500-5321-9652")),
        (
            "5469\u{a0}5500\u{a0}5321\u{a0}9652",
            Some("5469\u{a0}5500\u{a0}5321\u{a0}9652"),
        ),
        ("№5469550053219652х", Some("5469550053219652")),
        ("акт 7 5469 5500 5321 9652", Some("5469 5500 5321 9652")),
        ("31-12-2024 4111111111111111", Some("4111111111111111")),
        ("378282246310005", Some("378282246310005")),
        ("3782 822463 10005", Some("3782 822463 10005")),
        ("2200000000000004", Some("2200000000000004")),
        ("5469550053219653", None),
        ("5469  5500 5321 9652", None),
        ("54695500532196520", None),
        ("счёт 40702810901400001130", None),
        ("40702 810 9 01400001130", None),
        ("18210102010011000000", None),
        ("4070 2810 9014 0000 1130", None),
        ("5469 5500 5321 9652 1130", None),
        ("55daccdf-de87-3879-976c-8b8415c8caf9", None),
        ("a1111111-1111-4111-1111-11111111111a", None),
        ("41111111-1111-1111-a111-111111111111", None),
        ("+79000000000 и 7707083893", None),
        ("1027700132195", None),
        ("ÿ", None),
        ("", None),
    ] {
        assert_eq!(
            find_card_number(text).map(|span| &text[span]),
            found,
            "{text}"
        );
    }
}

#[test]
fn times_are_read_and_their_text_kept() {
    for (text, value) in [
        (
            "2022-05-26T09:09:32Z",
            Some(datetime!(2022-05-26 09:09:32 UTC)),
        ),
        (
            "2022-05-26 09:09:32z",
            Some(datetime!(2022-05-26 09:09:32 UTC)),
        ),
        (
            "2025-03-21T06:00:18.940Z",
            Some(datetime!(2025-03-21 06:00:18.94 UTC)),
        ),
        (
            "2025-03-21T06:00:18.1234567891Z",
            Some(datetime!(2025-03-21 06:00:18.123456789 UTC)),
        ),
        (
            "2024-02-29T23:59+03:00",
            Some(datetime!(2024-02-29 23:59 +3)),
        ),
        (
            "2024-01-02T03:04:05-0930",
            Some(datetime!(2024-01-02 03:04:05 -9:30)),
        ),
        (
            "2024-01-02T03:04:05+03",
            Some(datetime!(2024-01-02 03:04:05 +3)),
        ),
        ("2024-01-02T03:04:05", None),
        ("2023-02-29T00:00:00Z", None),
        ("2024-01-02T24:00:00Z", None),
        ("2024-01-02T03:04:05.Z", None),
        ("2024-01-02T03:04:05Zx", None),
        ("2024-01-02T03:04:05+99:00", None),
        ("2024-01-02T03:04:05 03:00", None),
        ("2024-1-2T03:04:05Z", None),
        ("٢٠٢٤-01-02T03:04:05Z", None),
        ("2024-01-02Ж", None),
        ("", None),
    ] {
        assert_eq!(
            Timestamp::parse(text).ok().map(|at| at.value()),
            value,
            "{text}"
        );
        if value.is_some() {
            let json = format!("\"{text}\"");
            assert_eq!(
                to_string(&from_str::<Timestamp>(&json).unwrap()).unwrap(),
                json
            );
        }
    }
}

#[test]
fn local_times_have_a_zone_only_if_the_bank_wrote_one() {
    for (text, value) in [
        (
            "2024-01-02T03:04:05",
            Some((datetime!(2024-01-02 03:04:05), None)),
        ),
        (
            "2024-01-02T03:04:05.123",
            Some((datetime!(2024-01-02 03:04:05.123), None)),
        ),
        (
            "2024-01-02T03:04",
            Some((datetime!(2024-01-02 03:04), None)),
        ),
        (
            "2024-01-02T03:04:05Z",
            Some((datetime!(2024-01-02 03:04:05), Some(offset!(UTC)))),
        ),
        (
            "2024-01-02T03:04:05+03:00",
            Some((datetime!(2024-01-02 03:04:05), Some(offset!(+3)))),
        ),
        ("2024-01-02", None),
        ("2024-01-02T03:04:05+", None),
        ("15-05-27 14:01", None),
    ] {
        let read = LocalDateTime::parse(text)
            .ok()
            .map(|at| (at.value(), at.offset()));
        assert_eq!(read, value, "{text}");
    }
    assert!(from_str::<LocalDateTime>("20240102").is_err());
    let error = from_str::<LocalDate>("\"canary\"").unwrap_err().to_string();
    assert!(!error.contains("canary"), "{error}");
}

proptest! {
    #[test]
    fn a_changed_digit_of_an_inn_is_noticed(number in 1_u64..1_000_000_000, place in 0_usize..10, other in 1_u8..10) {
        let head = format!("{number:09}");
        let inn = (0..10).map(|key| format!("{head}{key}")).find(|inn| Inn::checked(inn).is_ok()).unwrap();
        let mut changed = inn.clone().into_bytes();
        changed[place] = b'0' + (changed[place] - b'0' + other) % 10;
        let changed = String::from_utf8(changed).unwrap();
        // Weight 10 and the remainder 10 written as 0 leave one hole: two keys look the same.
        if Inn::checked(&changed).is_ok() {
            prop_assert!(place != 9, "{inn} {changed}");
        }
    }

    #[test]
    fn each_account_has_one_key_per_bank(bank in 100_u32..1000, tail in 0_u64..10_000_000_000) {
        let bic = Bic::received(format!("044525{bank}"));
        let right = (0..10)
            .map(|key| Account::received(format!("407028 10{key}{tail:010}0").replace(' ', "")))
            .filter(|account| account.key_check(&bic) == KeyCheck::Right)
            .count();
        prop_assert_eq!(right, 1);
    }

    #[test]
    fn any_card_is_found_in_any_text(head in 400_000_000_000_000_u64..500_000_000_000_000, before in "[а-я ]{0,5}[а-я]", after in "[а-я]?") {
        let number = (0..10).map(|key| format!("{head}{key}")).find(|card| find_card_number(card).is_some()).unwrap();
        let text = format!("{before}{number}{after}");
        prop_assert_eq!(find_card_number(&text).map(|span| text[span].to_owned()), Some(number));
    }

    #[test]
    fn whatever_stands_between_its_groups_a_card_is_found(separator in "[ ._-]") {
        let number = ["5469", "5500", "5321", "9652"].join(&separator);
        prop_assert_eq!(find_card_number(&format!("card_{number}.")).map(|span| number[..] == format!("card_{number}.")[span]), Some(true));
    }

    #[test]
    fn sums_and_moments_always_pass(roubles in 0_u64..10_000_000_000, kopecks in 0_u8..100, at in 0_i64..4_000_000_000) {
        prop_assert_eq!(find_card_number(&format!("{roubles}.{kopecks:02}")), None);
        let moment = ::time::OffsetDateTime::from_unix_timestamp(at).unwrap();
        let (date, time) = (moment.date(), moment.time());
        let (year, month, day) = date.to_calendar_date();
        let (hour, minute, second) = time.as_hms();
        prop_assert_eq!(find_card_number(&format!("{day:02}.{:02}.{year}_{hour:02}.{minute:02}.{second:02}", u8::from(month))), None);
    }

    #[test]
    fn accounts_and_budget_codes_always_pass(digits in "[0-9]{20}") {
        prop_assert_eq!(find_card_number(&digits), None);
    }

    #[test]
    fn uuids_always_pass(bytes in any::<u128>()) {
        let hex = format!("{bytes:032x}");
        let uuid = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        prop_assert_eq!(find_card_number(&uuid), None);
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        let _ = find_card_number(&text);
        let _ = (Timestamp::parse(&text), LocalDateTime::parse(&text), LocalDate::parse(&text));
        let _ = (Inn::checked(&text), Snils::checked(&text), Account::checked(&text));
    }

    #[test]
    fn any_moment_survives(seconds in 0_i64..4_000_000_000, nanos in 0_u32..1_000_000_000, minutes in -720_i32..=840) {
        let offset = ::time::UtcOffset::from_whole_seconds(minutes * 60).unwrap();
        let at = ::time::OffsetDateTime::from_unix_timestamp(seconds).unwrap()
            .replace_nanosecond(nanos).unwrap()
            .to_offset(offset);
        prop_assert_eq!(Timestamp::parse(Timestamp::new(at).as_str()).unwrap().value(), at);
        let local = ::time::PrimitiveDateTime::new(at.date(), at.time());
        let text = LocalDateTime::new(local);
        prop_assert_eq!(LocalDateTime::parse(text.as_str()).unwrap(), text);
    }
}
