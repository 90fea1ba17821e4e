use proptest::prelude::*;
use serde_json::{from_str, to_string};

use super::*;
use crate::model;

model! {
    /// Every form.
    struct Forms {
        /// As a number.
        pub number: Money = "number" as as_number,
        /// As a string.
        pub string: Money = "string" as as_string,
        /// Optional.
        pub maybe: Option<Quantity> = "maybe" as as_number::option,
        /// Kopecks as a string.
        pub kopecks: Option<Kopecks> = "kopecks" as as_string::option,
    }
}

#[test]
fn numbers_are_read_from_their_text() {
    for (json, text) in [
        ("1000000", Ok("1000000")),
        ("10.50", Ok("10.50")),
        ("\"10.50\"", Ok("10.50")),
        ("1e3", Ok("1000")),
        ("1.5E+1", Ok("15")),
        ("15e-1", Ok("1.5")),
        ("-0.01", Ok("-0.01")),
        ("0", Ok("0")),
        ("-0.00", Ok("0.00")),
        ("0e99", Ok("0")),
        ("\"007.5\"", Ok("7.5")),
        ("0.1", Ok("0.1")),
        ("0.30000000000000004", Ok("0.30000000000000004")),
        (
            "79228162514264337593543950335",
            Ok("79228162514264337593543950335"),
        ),
        (
            "7.9228162514264337593543950335",
            Ok("7.9228162514264337593543950335"),
        ),
        ("1.0000000000000000000000000000000000", Ok("1")),
        (
            "79228162514264337593543950335.0",
            Ok("79228162514264337593543950335"),
        ),
        (
            "79228162514264337593543950336",
            Err("the number is too big"),
        ),
        ("7.92281625142643375935439503355", Err("too many digits")),
        ("0.00000000000000000000000000001", Err("too many digits")),
        ("1e29", Err("too big")),
        ("1e100", Err("too big")),
        ("\"1e\"", Err("a decimal number")),
        ("\"\"", Err("a decimal number")),
        ("\"-\"", Err("a decimal number")),
        ("\".5\"", Err("a decimal number")),
        ("\"5.\"", Err("a decimal number")),
        ("\"+5\"", Err("a decimal number")),
        ("\" 5\"", Err("a decimal number")),
        ("\"1 000\"", Err("a decimal number")),
        ("\"1,5\"", Err("a decimal number")),
        ("\"٣\"", Err("a decimal number")),
        ("true", Err("a decimal number")),
        ("[]", Err("a decimal number")),
    ] {
        match (from_str::<Money>(json), text) {
            (Ok(money), Ok(text)) => {
                assert_eq!(to_string(&money).unwrap(), format!("\"{text}\""), "{json}");
            }
            (Err(error), Err(rule)) => {
                let told = error.to_string();
                assert!(told.contains(rule), "{json}: {told}");
            }
            (got, wanted) => panic!("{json}: {got:?}, wanted {wanted:?}"),
        }
    }
    let long = format!("\"{}\"", "1".repeat(1000));
    assert!(from_str::<Money>(&long).is_err());
}

#[test]
fn your_own_sums_have_at_most_two_decimals() {
    for (text, result) in [
        ("10", Ok("10.00")),
        ("10.5", Ok("10.50")),
        ("10.500", Ok("10.50")),
        ("-0.01", Ok("-0.01")),
        ("0.001", Err(InvalidAmount::TooManyDecimals)),
        ("1.", Err(InvalidAmount::NotANumber)),
    ] {
        assert_eq!(
            text.parse::<Money>()
                .map(|money| money.to_string())
                .as_deref(),
            result.as_ref().copied(),
            "{text}"
        );
    }
}

#[test]
fn only_a_bank_writes_an_exponent() {
    assert_eq!(Money::parse("1e3"), Err(InvalidAmount::NotANumber));
    assert_eq!(Quantity::parse("1E-2"), Err(InvalidAmount::NotANumber));
    assert_eq!(Money::from_text("1e3"), Ok(Money::from_roubles(1000)));
}

#[test]
fn people_see_two_decimals_and_no_rounding() {
    for (text, shown) in [
        ("5", "5.00"),
        ("-5.1", "-5.10"),
        ("1.005", "1.005"),
        ("1234567.89", "1234567.89"),
    ] {
        assert_eq!(from_str::<Money>(text).unwrap().to_string(), shown);
    }
    assert_eq!(format!("[{:>8}]", Money::from_roubles(-7)), "[   -7.00]");
    assert_eq!(Kopecks::new(-5).to_string(), "-0.05");
}

#[test]
fn money_and_kopecks_convert_exactly_or_not_at_all() {
    for (text, kopecks) in [
        ("10.50", Ok(1050)),
        ("-0.01", Ok(-1)),
        ("7", Ok(700)),
        ("1.0000", Ok(100)),
        ("1.005", Err(InvalidAmount::TooManyDecimals)),
        ("92233720368547758.07", Ok(i64::MAX)),
        ("92233720368547758.08", Err(InvalidAmount::TooBig)),
        ("79228162514264337593543950335", Err(InvalidAmount::TooBig)),
    ] {
        let money: Money = from_str(text).unwrap();
        assert_eq!(
            Kopecks::try_from(money),
            kopecks.map(Kopecks::new),
            "{text}"
        );
    }
    for (json, kopecks) in [
        ("1000000", Some(1_000_000)),
        ("\"5\"", Some(5)),
        ("1e2", Some(100)),
        ("1.5", None),
    ] {
        assert_eq!(
            from_str::<Kopecks>(json).ok(),
            kopecks.map(Kopecks::new),
            "{json}"
        );
    }
}

#[test]
fn arithmetic_never_rounds() {
    let quantity = |text| Quantity::parse(text).unwrap();
    let most = quantity("79228162514264337593543950335");
    assert_eq!(
        most.checked_add(quantity("0.1")),
        None,
        "rust_decimal would drop the tenth"
    );
    assert_eq!(most.checked_add(quantity("1")), None);
    assert_eq!(most.checked_add(quantity("0.0")), Some(most));
    let tiny = quantity("0.0000000000000000000000000001");
    assert_eq!(
        tiny.checked_mul(quantity("0.1")),
        None,
        "rust_decimal would give zero"
    );
    assert_eq!(
        tiny.checked_mul(quantity("10")),
        Some(quantity("0.000000000000000000000000001"))
    );
    assert_eq!(most.checked_mul(quantity("1.000")), Some(most));
    assert_eq!(
        quantity("0.30")
            .checked_sub(quantity("0.1"))
            .unwrap()
            .to_string(),
        "0.20"
    );
    assert_eq!(
        Kopecks::sum([Kopecks::new(i64::MAX), Kopecks::new(1)]),
        None
    );
    assert_eq!(Money::sum([]), Some(Money::ZERO));
    assert_eq!(quantity("-0.005").round_to_kopeck(), Money::parse("-0.01"));
}

#[test]
fn currencies_are_kept_and_masked_when_odd() {
    for (json, rouble, normalised, shown) in [
        ("\"RUR\"", true, Some("RUB"), "RUR"),
        ("810", true, Some("RUB"), "810"),
        ("\"USD\"", false, Some("USD"), "USD"),
        ("\"4276550012345678\"", false, None, "***"),
    ] {
        let currency: Currency = from_str(json).unwrap();
        assert_eq!(
            (
                currency.is_rouble(),
                currency.normalised(),
                currency.to_string().as_str()
            ),
            (rouble, normalised, shown)
        );
    }
    let dollars = Amount::new(Quantity::ZERO, Currency::new("USD"));
    assert_eq!(dollars.roubles(), None);
    assert_eq!(
        format!("{dollars:?}"),
        "Amount { value: Quantity(0), currency: Currency(USD) }"
    );
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    let most = (1_i128 << 96) - 1;
    let small = -1_000_000_i128..1_000_000;
    (prop_oneof![small, -most..=most], 0..=28_u32)
        .prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale))
}

proptest! {
    /// A bank can write up to 28 digits after the point; each is kept, zeros at the end included.
    #[test]
    fn any_amount_survives_in_every_form(number in any_decimal(), kopecks in any::<i64>()) {
        let text = number.to_string();
        let body = format!(
            r#"{{"number":{text},"string":"{text}","maybe":{text},"kopecks":"{kopecks}"}}"#
        );
        let forms: Forms = crate::read::read(body.as_bytes()).unwrap();
        prop_assert_eq!(forms.number.to_decimal(), number);
        prop_assert_eq!(forms.string, forms.number);
        prop_assert_eq!(forms.maybe, Some(Quantity::new(number)));
        prop_assert_eq!(forms.kopecks, Some(Kopecks::new(kopecks)));
        prop_assert_eq!(to_string(&forms).unwrap(), body);
        // The value alone, without what the model remembers.
        prop_assert_eq!(to_string(&forms.number).unwrap(), format!("\"{text}\""));
    }

    #[test]
    fn kopecks_survive_as_money(kopecks in any::<i64>()) {
        let kopecks = Kopecks::new(kopecks);
        prop_assert_eq!(Kopecks::try_from(Money::from(kopecks)), Ok(kopecks));
        prop_assert_eq!(Money::parse(&kopecks.to_string()).unwrap(), Money::from(kopecks));
    }

    #[test]
    fn a_number_is_read_exactly_or_refused(text in "-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?") {
        if let Ok(money) = from_str::<Money>(&format!("\"{text}\"")) {
            prop_assert_eq!(canonical(&money.to_decimal().to_string()), canonical(&text));
        }
    }

    #[test]
    fn sums_are_exact(left in any_decimal(), right in any_decimal()) {
        let (left, right) = (Quantity::new(left), Quantity::new(right));
        if let Some(sum) = left.checked_add(right) {
            prop_assert_eq!(sum.checked_sub(right), Some(left));
            prop_assert_eq!(right.checked_add(left), Some(sum));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Money::parse(&text);
        let _ = Money::from_text(&text);
    }
}

/// Sign, significant digits and the power of ten of the last: an oracle that shares nothing with the
/// reader but the grammar.
fn canonical(text: &str) -> (bool, String, i32) {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let negative = mantissa.starts_with('-');
    let (whole, fraction) = mantissa
        .trim_start_matches('-')
        .split_once('.')
        .unwrap_or((mantissa.trim_start_matches('-'), ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0').trim_end_matches('0').to_owned();
    if digits.is_empty() {
        return (false, digits, 0);
    }
    let dropped = all.len() - all.trim_end_matches('0').len();
    let power = exponent.parse::<i32>().unwrap() - fraction.len() as i32 + dropped as i32;
    (negative, digits, power)
}
