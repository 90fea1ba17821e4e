//! Shapes of texts, and sums in hundredths without a float.

use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};

pub(super) fn is_digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_lower_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

pub(super) fn is_date(text: &str) -> bool {
    date(text).is_some()
}

/// `2026-01-15`
pub(super) fn date(text: &str) -> Option<Date> {
    if text.len() != 10 {
        return None;
    }
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

/// `2026-01-15T09:00:00`, or with milliseconds; a zone is not allowed.
pub(super) fn date_time(text: &str, offset: UtcOffset) -> Option<OffsetDateTime> {
    let at = match text.len() {
        19 => PrimitiveDateTime::parse(
            text,
            format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]"),
        ),
        23 => PrimitiveDateTime::parse(
            text,
            format_description!(
                "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]"
            ),
        ),
        _ => return None,
    };
    Some(at.ok()?.assume_offset(offset))
}

/// Unix time in milliseconds.
pub(super) fn millis(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// The moment of a unix time in milliseconds.
pub(super) fn moment(millis: i64, offset: UtcOffset) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
        .to_offset(offset)
}

/// The first millisecond of a day.
pub(super) fn midnight(day: Date, offset: UtcOffset) -> i64 {
    millis(day.midnight().assume_offset(offset))
}

/// `2026-01-15T09:00:00`, with milliseconds when there are any.
pub(super) fn local(at: OffsetDateTime) -> String {
    let whole = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let fine =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]");
    let text = if at.millisecond() == 0 {
        at.format(whole)
    } else {
        at.format(fine)
    };
    text.unwrap_or_default()
}

/// `2026-01-15`
pub(super) fn day(of: Date) -> String {
    of.format(format_description!("[year]-[month]-[day]"))
        .unwrap_or_default()
}

/// `12.5` as 1250. `None` for a sign, an exponent, more than two decimals, or too much.
pub(super) fn minor_units(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    if whole.is_empty() || !is_digits(whole, &[whole.len()]) || !is_digits(part, &[1, 2]) {
        return None;
    }
    let hundredths = part.parse::<u64>().ok()? * if part.len() == 1 { 10 } else { 1 };
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(hundredths)
}

/// 1250 as `12.50`.
pub(super) fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let size = minor.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        let cases = [
            ("12.5", Some(1250)),
            ("0.05", Some(5)),
            ("100", Some(10_000)),
            ("1e2", None),
            ("-1", None),
            ("1.005", None),
            (".5", None),
            ("99999999999999999999", None),
        ];
        for (text, sum) in cases {
            assert_eq!(minor_units(text), sum, "{text}");
        }
        assert_eq!(
            (decimal(-5), decimal(123_456)),
            ("-0.05".to_owned(), "1234.56".to_owned())
        );
    }

    #[test]
    fn times_have_no_zone() {
        let utc = UtcOffset::UTC;
        assert_eq!(date_time("2026-01-15T09:00:00Z", utc), None);
        let at = date_time("2026-01-15T09:00:00.250", utc).unwrap();
        assert_eq!(local(at), "2026-01-15T09:00:00.250");
        assert_eq!(moment(millis(at), utc), at);
        assert_eq!(date("2026-1-15"), None);
    }
}
