//! Numbers as text: their grammar, and their order without a float.

use std::cmp::Ordering;

/// Whether `text` is a number by JSON's grammar: no `+`, no leading zero, no bare dot.
pub fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The value of a number, whatever its spelling: `1`, `1.0` and `10e-1` are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// The value is `0.digits` times ten to the power of `point`; no zero at either end, empty for zero.
    digits: String,
    point: i64,
}

impl Decimal {
    /// The value of a JSON number; `None` if it is none, or if its exponent is beyond all reason.
    pub fn new(text: &str) -> Option<Self> {
        if !is_number(text) {
            return None;
        }
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(unsigned) => (true, unsigned),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let leading_zeros = i64::try_from(all.len() - significant.len()).ok()?;
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Decimal {
                negative: false,
                digits,
                point: 0,
            });
        }
        let point = i64::try_from(whole.len()).ok()? - leading_zeros + i64::from(exponent);
        Some(Decimal {
            negative,
            digits,
            point,
        })
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self
                .point
                .cmp(&other.point)
                .then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar_is_that_of_json() {
        for good in [
            "0",
            "-0",
            "10",
            "1.50",
            "1e3",
            "1.5E-07",
            "20000000000000000001",
        ] {
            assert!(is_number(good), "{good}");
        }
        for bad in [
            "", "-", "+1", "01", "007", ".5", "1.", "1e", "1e+", "0x1F", "1_000", "NaN", " 1",
        ] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    #[test]
    fn order_is_that_of_the_values() {
        let rows = [
            ("1", "1.0", Ordering::Equal),
            ("10e-1", "1", Ordering::Equal),
            ("-0", "0.00", Ordering::Equal),
            ("0", "-1", Ordering::Greater),
            ("0.001", "0.01", Ordering::Less),
            ("9", "10", Ordering::Less),
            ("-9", "-10", Ordering::Greater),
            ("123", "12.3e1", Ordering::Equal),
            (
                "20000000000000000001",
                "20000000000000000000",
                Ordering::Greater,
            ),
            ("0.1", "0.10000000000000000001", Ordering::Less),
        ];
        for (left, right, expected) in rows {
            let (left_value, right_value) =
                (Decimal::new(left).unwrap(), Decimal::new(right).unwrap());
            assert_eq!(
                left_value.cmp(&right_value),
                expected,
                "{left} against {right}"
            );
            assert_eq!(
                right_value.cmp(&left_value),
                expected.reverse(),
                "{right} against {left}"
            );
        }
    }

    #[test]
    fn an_absurd_exponent_is_no_value() {
        assert_eq!(Decimal::new("1e99999999999"), None);
        assert_eq!(Decimal::new("one"), None);
    }
}
