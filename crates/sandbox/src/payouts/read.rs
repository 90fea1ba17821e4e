//! Fields and query parameters that several operations read alike.

use time::format_description::well_known::Rfc3339;
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime, UtcOffset};

use super::node::scaled;
use crate::strict::{Complaint, Fields, Query};

/// The platform's times are Moscow's.
pub(super) const MOSCOW: UtcOffset = offset!(+3);

/// Whether a field is there and is not `null`.
pub(super) fn given(fields: &Fields<'_>, key: &str) -> bool {
    fields.raw(key).is_ok_and(|raw| raw.get() != "null")
}

/// A text that may be absent or `null`.
pub(super) fn nullable_text(
    fields: &Fields<'_>,
    key: &str,
    high: usize,
) -> Result<Option<String>, Complaint> {
    if given(fields, key) {
        fields.text(key, 0, high).map(Some)
    } else {
        Ok(None)
    }
}

/// A whole number that may be absent or `null`.
pub(super) fn nullable_id(fields: &Fields<'_>, key: &str) -> Result<Option<u64>, Complaint> {
    if given(fields, key) {
        fields.integer(key, 0).map(Some)
    } else {
        Ok(None)
    }
}

/// An object that may be absent or `null`.
pub(super) fn nullable_object<'a>(
    fields: &Fields<'a>,
    key: &str,
) -> Result<Option<Fields<'a>>, Complaint> {
    if given(fields, key) {
        fields.object(key).map(Some)
    } else {
        Ok(None)
    }
}

/// A JSON number with at most so many decimals, as a whole number of its last place.
pub(super) fn number(fields: &Fields<'_>, key: &str, places: usize) -> Result<u64, Complaint> {
    scaled(fields.raw(key)?.get(), places).ok_or_else(|| {
        Complaint::new(
            fields.path(key),
            format!("must be a number with at most {places} decimals"),
        )
    })
}

/// The same for a number that may be absent or `null`.
pub(super) fn nullable_number(
    fields: &Fields<'_>,
    key: &str,
    places: usize,
) -> Result<Option<u64>, Complaint> {
    if given(fields, key) {
        number(fields, key, places).map(Some)
    } else {
        Ok(None)
    }
}

/// A text of digits of one of these lengths.
pub(super) fn optional_digits(
    fields: &Fields<'_>,
    key: &str,
    lengths: &[usize],
) -> Result<Option<String>, Complaint> {
    let Some(text) = fields.optional_text(key, 1, 40)? else {
        return Ok(None);
    };
    if is_digits(&text) && lengths.contains(&text.len()) {
        return Ok(Some(text));
    }
    Err(Complaint::new(
        fields.path(key),
        "must be a text of digits of the right length",
    ))
}

/// `+79000000000`
pub(super) fn phone(fields: &Fields<'_>, key: &str) -> Result<String, Complaint> {
    let text = fields.text(key, 1, 40)?;
    match text.strip_prefix("+7") {
        Some(rest) if rest.len() == 10 && is_digits(rest) => Ok(text),
        _ => Err(Complaint::new(
            fields.path(key),
            "must have the form +79000000000",
        )),
    }
}

/// `2026-01-15`
pub(super) fn date(fields: &Fields<'_>, key: &str) -> Result<String, Complaint> {
    let text = fields.text(key, 1, 40)?;
    if text.len() == 10 && parse_date(&text).is_some() {
        return Ok(text);
    }
    Err(Complaint::new(
        fields.path(key),
        "must be a date, YYYY-MM-DD",
    ))
}

/// `15.01.2026`
pub(super) fn dotted_date(fields: &Fields<'_>, key: &str) -> Result<String, Complaint> {
    let text = fields.text(key, 10, 10)?;
    if Date::parse(&text, format_description!("[day].[month].[year]")).is_ok() {
        return Ok(text);
    }
    Err(Complaint::new(
        fields.path(key),
        "must be a date, DD.MM.YYYY",
    ))
}

/// A text from a closed list.
pub(super) fn one_of(
    fields: &Fields<'_>,
    key: &str,
    choices: &[&str],
) -> Result<String, Complaint> {
    let text = fields.text(key, 1, 100)?;
    if choices.contains(&text.as_str()) {
        return Ok(text);
    }
    Err(Complaint::new(
        fields.path(key),
        "is not one of the page's values",
    ))
}

/// Refuses a text with something in it that looks like a card: a maximal run of 13 to 19 digits that passes Luhn.
pub(super) fn without_card(fields: &Fields<'_>, key: &str, text: &str) -> Result<(), Complaint> {
    let mut runs = text.split(|letter: char| !letter.is_ascii_digit());
    if runs.any(is_card) {
        return Err(Complaint::new(
            fields.path(key),
            "must not contain the number of a card",
        ));
    }
    Ok(())
}

/// Whether all of it is a card number by its length and check digit.
pub(super) fn is_card(text: &str) -> bool {
    if !(13..=19).contains(&text.len()) || !is_digits(text) || text.starts_with('0') {
        return false;
    }
    let sum = text.bytes().rev().enumerate().fold(0, |sum, (at, byte)| {
        let digit = u32::from(byte - b'0');
        let weighed = if at % 2 == 1 { digit * 2 } else { digit };
        sum + weighed / 10 + weighed % 10
    });
    sum % 10 == 0
}

pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Five groups of hex digits.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// `1,2,3` in one parameter; empty when it is absent.
pub(super) fn ids(query: &Query, key: &str) -> Result<Vec<u64>, Complaint> {
    let Some(text) = query.optional(key)? else {
        return Ok(Vec::new());
    };
    text.split(',')
        .map(|item| {
            let plain = !item.is_empty() && is_digits(item);
            let number = plain.then(|| item.parse().ok()).flatten();
            number.ok_or_else(|| Complaint::new(key, "must be whole numbers with commas between"))
        })
        .collect()
}

/// `agent,history` in one parameter, each of them once and from a closed list.
pub(super) fn includes<'q>(query: &'q Query, known: &[&str]) -> Result<Vec<&'q str>, Complaint> {
    let Some(text) = query.optional("include")? else {
        return Ok(Vec::new());
    };
    let items: Vec<&str> = text.split(',').collect();
    for (at, item) in items.iter().enumerate() {
        if !known.contains(item) || items.iter().skip(at + 1).any(|other| other == item) {
            return Err(Complaint::new(
                "include",
                "must be words of the page's list, each once, with commas between",
            ));
        }
    }
    Ok(items)
}

/// A word from a closed list.
pub(super) fn word<'q>(
    query: &'q Query,
    key: &str,
    choices: &[&str],
) -> Result<Option<&'q str>, Complaint> {
    match query.optional(key)? {
        Some(text) if !choices.contains(&text) => {
            Err(Complaint::new(key, "is not one of the page's values"))
        }
        found => Ok(found),
    }
}

/// A period. A plain date means its first moment in Moscow at the beginning of a period and its last at the end.
#[derive(Debug)]
pub(super) struct Period {
    from: Option<OffsetDateTime>,
    to: Option<OffsetDateTime>,
}

impl Period {
    pub(super) fn read(query: &Query, from: &str, to: &str) -> Result<Self, Complaint> {
        Ok(Self {
            from: moment(query, from, false)?,
            to: moment(query, to, true)?,
        })
    }

    /// Both ends belong to it.
    pub(super) fn holds(&self, at: OffsetDateTime) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at <= to)
    }
}

fn moment(query: &Query, key: &str, end: bool) -> Result<Option<OffsetDateTime>, Complaint> {
    let Some(text) = query.optional(key)? else {
        return Ok(None);
    };
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(Some(at));
    }
    let day = parse_date(text)
        .ok_or_else(|| Complaint::new(key, "must be a date, or a date and time with an offset"))?;
    let first = day.midnight().assume_offset(MOSCOW);
    let last = first.saturating_add(time::Duration::days(1) - time::Duration::NANOSECOND);
    Ok(Some(if end { last } else { first }))
}

pub(super) fn parse_date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

/// `2026-01-15T12:00:00+03:00`
pub(super) fn moscow(at: OffsetDateTime) -> String {
    let form = format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second][offset_hour sign:mandatory]:[offset_minute]"
    );
    at.to_offset(MOSCOW).format(form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_seen_and_other_numbers_are_not() {
        for card in ["2202201080431519", "4111111111111111", "2200770239097761"] {
            assert!(is_card(card), "{card}");
        }
        for other in [
            "4111111111111112",
            "40702810000000000034",
            "79990000001",
            "0000000000000000",
            "",
        ] {
            assert!(!is_card(other), "{other}");
        }
    }

    #[test]
    fn lists_are_one_parameter() {
        let read = |text: &str| ids(&Query::read(text).unwrap(), "ids");
        assert_eq!(read("ids=1,2,3").unwrap(), [1, 2, 3]);
        assert_eq!(read("ids=1%2C2").unwrap(), [1, 2]);
        assert_eq!(read("").unwrap(), [0; 0]);
        for wrong in [
            "ids=1,",
            "ids=a",
            "ids=1&ids=2",
            "ids=",
            "ids=-1",
            "ids=1, 2",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let read = |text: &str| {
            let query = Query::read(text).unwrap();
            includes(&query, &["agent", "history"]).map(|items| items.len())
        };
        assert_eq!(read("include=history,agent").unwrap(), 2);
        assert!(read("include=agent,agent").is_err());
        assert!(read("include=other").is_err());
    }

    #[test]
    fn periods_hold_both_ends() {
        let at = OffsetDateTime::parse("2026-01-15T12:00:00+03:00", &Rfc3339).unwrap();
        assert_eq!(
            moscow(at.to_offset(UtcOffset::UTC)),
            "2026-01-15T12:00:00+03:00"
        );
        let holds = |text: &str| {
            Period::read(&Query::read(text).unwrap(), "f", "t").map(|period| period.holds(at))
        };
        for (text, held) in [
            ("", true),
            ("f=2026-01-15T12:00:00%2B03:00", true),
            ("t=2026-01-15T09:00:00Z", true),
            ("f=2026-01-15T12:00:01%2B03:00", false),
            ("f=2026-01-15&t=2026-01-15", true),
            ("t=2026-01-14", false),
            ("f=2026-01-16", false),
        ] {
            assert_eq!(holds(text).unwrap(), held, "{text}");
        }
        assert!(
            holds("f=2026-01-15T12:00:00+03:00").is_err(),
            "+ is a space"
        );
        assert!(holds("f=15.01.2026").is_err());
    }
}
