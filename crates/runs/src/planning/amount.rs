//! Sums as people write them into tables.

use rubank_core::money::{Kopecks, Money};

/// What may stand between thousands: spaces that break, that do not, and thin ones.
const SPACES: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];
const SHAPE: &str = "must be roubles as 1500, 1500.50 or 1 500,50";

/// Reads a sum in roubles, or tells the rule that it breaks. Whatever two people could read differently is refused.
pub(super) fn amount(text: &str) -> Result<Kopecks, &'static str> {
    if text.starts_with(['-', '\u{2212}', '(']) {
        return Err("must be more than nothing");
    }
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, decimals(fraction)?),
        None => (text, "0"),
    };
    let whole = ungrouped(whole).ok_or(SHAPE)?;
    if whole.len() > 1 && whole.starts_with('0') {
        return Err("must not begin with a zero");
    }
    let roubles = Money::parse(&format!("{whole}.{fraction}")).map_err(|_| "is too big")?;
    let kopecks = Kopecks::try_from(roubles).map_err(|_| "is too big")?;
    match kopecks > Kopecks::ZERO {
        true => Ok(kopecks),
        false => Err("must be more than nothing"),
    }
}

fn decimals(fraction: &str) -> Result<&str, &'static str> {
    match fraction.len() {
        _ if fraction.contains(['.', ',']) => {
            Err("must not have commas or points between thousands")
        }
        _ if !is_digits(fraction) => Err(SHAPE),
        1 | 2 => Ok(fraction),
        3 => Err("must not have three digits behind a comma or point, which may be thousands"),
        _ => Err("must have at most two decimals"),
    }
}

/// The digits of a whole number, with or without spaces between groups of three.
fn ungrouped(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split(SPACES).collect();
    let (first, rest) = groups.split_first()?;
    let is_grouped = first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
    let is_right = (rest.is_empty() || is_grouped) && groups.iter().all(|group| is_digits(group));
    is_right.then(|| groups.concat())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sum_is_read_in_one_way_only() {
        let rows = [
            ("1500", Ok(150_000)),
            ("1500.5", Ok(150_050)),
            ("1500,50", Ok(150_050)),
            ("1 500,50", Ok(150_050)),
            ("1\u{a0}234\u{202f}567.89", Ok(123_456_789)),
            ("0,01", Ok(1)),
            ("0.5", Ok(50)),
            ("92233720368547758.07", Ok(i64::MAX)),
            ("92233720368547758.08", Err("is too big")),
            (
                "1,500",
                Err("must not have three digits behind a comma or point, which may be thousands"),
            ),
            (
                "1.500",
                Err("must not have three digits behind a comma or point, which may be thousands"),
            ),
            (
                "1,500.00",
                Err("must not have commas or points between thousands"),
            ),
            (
                "1.500,00",
                Err("must not have commas or points between thousands"),
            ),
            ("1.5000", Err("must have at most two decimals")),
            ("0", Err("must be more than nothing")),
            ("0.00", Err("must be more than nothing")),
            ("-5", Err("must be more than nothing")),
            ("\u{2212}5", Err("must be more than nothing")),
            ("(5)", Err("must be more than nothing")),
            ("007", Err("must not begin with a zero")),
            ("0 500", Err("must not begin with a zero")),
            ("", Err(SHAPE)),
            ("5.", Err(SHAPE)),
            (".5", Err(SHAPE)),
            ("+5", Err(SHAPE)),
            ("1e3", Err(SHAPE)),
            ("15 00", Err(SHAPE)),
            ("1500 000", Err(SHAPE)),
            ("1  500", Err(SHAPE)),
            ("1 500 руб.", Err(SHAPE)),
            ("100 р", Err(SHAPE)),
            ("٣", Err(SHAPE)),
        ];
        for (text, expected) in rows {
            assert_eq!(amount(text), expected.map(Kopecks::new), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_sum_survives_every_way_of_writing(
            kopecks in 1..=i64::MAX,
            mark in prop::sample::select(vec!['.', ',']),
            space in prop::sample::select(SPACES.to_vec()),
        ) {
            let (roubles, rest) = (kopecks / 100, kopecks % 100);
            let digits = roubles.to_string();
            let mut grouped = String::new();
            for (place, digit) in digits.chars().enumerate() {
                if place > 0 && (digits.len() - place).is_multiple_of(3) {
                    grouped.push(space);
                }
                grouped.push(digit);
            }
            for whole in [&digits, &grouped] {
                let text = format!("{whole}{mark}{rest:02}");
                prop_assert_eq!(amount(&text), Ok(Kopecks::new(kopecks)));
            }
        }
    }
}
