//! The formats of JSON Schema and OpenAPI that the contracts use. To us a format is a rule, not a remark.

use crate::json::{Decimal, Node};

/// What a string or a number must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A whole number of 32 bits.
    Int32,
    /// Five groups of hexadecimal digits.
    Uuid,
    /// A day that the calendar has: `2020-02-29`.
    Date,
    /// A day and a time with seconds and an offset, as RFC 3339 says: `2020-07-01T00:00:00+03:00`.
    DateTime,
    /// The bytes of a file, on which nothing is judged.
    Binary,
}

impl Format {
    const ALL: [Format; 5] = [
        Format::Int32,
        Format::Uuid,
        Format::Date,
        Format::DateTime,
        Format::Binary,
    ];

    /// The word of the contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Int32 => "int32",
            Format::Uuid => "uuid",
            Format::Date => "date",
            Format::DateTime => "date-time",
            Format::Binary => "binary",
        }
    }

    pub(super) fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }

    /// Whether it speaks of numbers; the others speak of strings.
    pub(super) const fn is_of_numbers(self) -> bool {
        matches!(self, Format::Int32)
    }

    /// Whether the value has the format. It says nothing of values of another kind.
    pub fn fits(self, node: &Node) -> bool {
        match (self, node) {
            (Format::Int32, Node::Number(text)) => is_int32(text),
            (Format::Uuid, Node::Text(text)) => is_uuid(text),
            (Format::Date, Node::Text(text)) => is_date(text),
            (Format::DateTime, Node::Text(text)) => is_date_time(text),
            _ => true,
        }
    }
}

/// Whether the text is a UUID, in small or capital letters.
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn is_int32(text: &str) -> bool {
    let whole = |number: i32| Decimal::new(&number.to_string());
    Decimal::new(text).is_some_and(|value| {
        whole(i32::MIN) <= Some(value.clone()) && Some(value) <= whole(i32::MAX)
    })
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let &[year, month, day] = &parts[..] else {
        return false;
    };
    match (number(year, 4), number(month, 2), number(day, 2)) {
        (Some(year), Some(month), Some(day)) => (1..=days(year, month)).contains(&day),
        _ => false,
    }
}

fn days(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_once('T') else {
        return false;
    };
    let Some(at) = rest.find(['Z', '+', '-']) else {
        return false;
    };
    let (time, offset) = rest.split_at(at);
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_date(date)
        && is_clock(whole, &[23, 59, 60])
        && is_digits(fraction)
        && (offset == "Z"
            || offset
                .get(1..)
                .is_some_and(|text| is_clock(text, &[23, 59])))
}

/// Numbers of two digits with colons between, each at most the one in `most`.
fn is_clock(text: &str, most: &[u32]) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == most.len()
        && parts
            .iter()
            .zip(most)
            .all(|(part, most)| number(part, 2).is_some_and(|value| value <= *most))
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let is_plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_judged() {
        let rows = [
            (Format::Int32, "2147483647", true),
            (Format::Int32, "2147483648", false),
            (Format::Int32, "-2147483648", true),
            (Format::Int32, "-2147483649", false),
            (Format::Uuid, "cf99df08-0829-4614-8da3-0e440fd23fe0", true),
            (Format::Uuid, "CF99DF08-0829-4614-8DA3-0E440FD23FE0", true),
            (Format::Uuid, "cf99df08082946148da30e440fd23fe0", false),
            (Format::Uuid, "cf99df08-0829-4614-8da3-0e440fd23fg0", false),
            (Format::Date, "2024-02-29", true),
            (Format::Date, "2023-02-29", false),
            (Format::Date, "1900-02-29", false),
            (Format::Date, "2000-02-29", true),
            (Format::Date, "2023-13-01", false),
            (Format::Date, "2023-00-01", false),
            (Format::Date, "2023-04-31", false),
            (Format::Date, "2023-1-01", false),
            (Format::Date, "+023-01-01", false),
            (Format::Date, "2023-01", false),
            (Format::DateTime, "2020-07-01T00:00:00+03:00", true),
            (Format::DateTime, "2020-07-01T23:59:59.123456Z", true),
            (Format::DateTime, "2020-07-01T00:00+03:00", false),
            (Format::DateTime, "2020-07-01T00:00:00", false),
            (Format::DateTime, "2020-07-01T24:00:00Z", false),
            (Format::DateTime, "2020-07-01T00:00:00.Z", false),
            (Format::DateTime, "2020-07-01T00:00:00+0300", false),
            (Format::DateTime, "2020-07-01 00:00:00Z", false),
            (Format::DateTime, "2020-07-01T00:00:00Zx", false),
        ];
        for (format, text, expected) in rows {
            let node = match format.is_of_numbers() {
                true => Node::Number(text.to_owned()),
                false => Node::text(text),
            };
            assert_eq!(format.fits(&node), expected, "{} {text}", format.as_str());
        }
        assert!(Format::Uuid.fits(&Node::Null), "it says nothing of null");
    }

    #[test]
    fn every_word_is_read_and_no_other() {
        for format in Format::ALL {
            assert_eq!(Format::read(format.as_str()), Some(format));
        }
        assert_eq!(Format::read("email"), None);
    }
}
