use std::fmt;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::raw::{Kind, Piece};

/// A text that is not a date or time of the wanted shape. It names the rule, never the text.
///
/// ```
/// use rubank_core::types::LocalDate;
///
/// let error = LocalDate::parse("31.12.2022").unwrap_err();
/// assert_eq!(error.to_string(), "expected a date as 2024-01-31");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct InvalidTime(&'static str);

macro_rules! kept_text {
    ($(#[$meta:meta])* $Name:ident($Value:ident), $expected:literal, $read:path, $write:path) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $Name {
            value: $Value,
            text: Box<str>,
        }

        impl $Name {
            /// Writes the value in the form that banks ask for.
            #[must_use]
            pub fn new(value: $Value) -> Self {
                Self { value, text: $write(value).into_boxed_str() }
            }

            /// Reads a text and keeps it.
            ///
            /// # Errors
            ///
            #[doc = concat!("[`InvalidTime`] if it is not ", $expected, ".")]
            pub fn parse(text: &str) -> Result<Self, InvalidTime> {
                let value = Reader(text).complete($read).ok_or(InvalidTime($expected))?;
                Ok(Self { value, text: text.into() })
            }

            /// The value.
            #[must_use]
            pub const fn value(&self) -> $Value {
                self.value
            }

            /// The text as received.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.text
            }
        }

        impl From<$Value> for $Name {
            fn from(value: $Value) -> Self {
                Self::new(value)
            }
        }

        /// The text as received.
        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.text)
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($Name), "({})"), self.text)
            }
        }

        impl Serialize for $Name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text)
            }
        }

        impl<'de> Deserialize<'de> for $Name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let piece = Piece::deserialize(deserializer)?;
                let text = piece.scalar().filter(|_| piece.kind() == Kind::String);
                text.and_then(|text| Self::parse(&text).ok())
                    .ok_or_else(|| D::Error::invalid_value(Unexpected::Other("text"), &$expected))
            }
        }
    };
}

kept_text! {
    /// A moment with its zone, RFC 3339 and its neighbours: `2022-05-26T09:09:32Z`, with or without
    /// seconds and a fraction, the offset as `Z`, `+03:00`, `+0300` or `+03`.
    ///
    /// Equality is that of the text; compare [`value`](Self::value) for the moment.
    ///
    /// ```
    /// use rubank_core::types::Timestamp;
    /// use time::macros::datetime;
    ///
    /// let at: Timestamp = serde_json::from_str(r#""2025-03-21T06:00:18.940Z""#).unwrap();
    /// assert_eq!(at.value(), datetime!(2025-03-21 09:00:18.94 +3));
    /// assert_eq!(at.as_str(), "2025-03-21T06:00:18.940Z");
    /// assert_eq!(Timestamp::new(datetime!(2024-01-02 03:04:05 +3)).as_str(), "2024-01-02T03:04:05+03:00");
    /// ```
    Timestamp(OffsetDateTime), "a time with its offset as 2024-01-31T23:59:59+03:00", read_offset_time, write_offset_time
}

kept_text! {
    /// A date and time of a wire that has no zone: `2024-01-02T03:04:05`, with or without seconds and a
    /// fraction. Which zone is meant the bank knows; you choose.
    ///
    /// An offset is accepted in answers: the clock's reading is the value, see
    /// [`offset`](Self::offset). Equality is that of the text.
    ///
    /// ```
    /// use rubank_core::types::LocalDateTime;
    /// use time::macros::{datetime, offset};
    ///
    /// let at = LocalDateTime::parse("2018-12-31T23:59:59").unwrap();
    /// assert_eq!(at.value(), datetime!(2018-12-31 23:59:59));
    /// assert_eq!(at.offset(), None);
    /// assert_eq!(LocalDateTime::parse("2018-12-31T23:59:59Z").unwrap().offset(), Some(offset!(UTC)));
    /// ```
    LocalDateTime(PrimitiveDateTime), "a time as 2024-01-31T23:59:59", read_local_time, write_local_time
}

kept_text! {
    /// A date: `2018-12-31`.
    ///
    /// ```
    /// use rubank_core::types::LocalDate;
    /// use time::macros::date;
    ///
    /// assert_eq!(LocalDate::parse("2018-12-31").unwrap().value(), date!(2018-12-31));
    /// assert_eq!(LocalDate::new(date!(2024-02-29)).as_str(), "2024-02-29");
    /// ```
    LocalDate(Date), "a date as 2024-01-31", Reader::date, write_date
}

impl LocalDateTime {
    /// The offset, if the bank wrote one after all.
    #[must_use]
    pub fn offset(&self) -> Option<UtcOffset> {
        Reader(&self.text).complete(|reader| {
            reader.date_time()?;
            reader.offset()
        })
    }
}

fn read_offset_time(reader: &mut Reader<'_>) -> Option<OffsetDateTime> {
    let at = reader.date_time()?;
    Some(at.assume_offset(reader.offset()?))
}

fn read_local_time(reader: &mut Reader<'_>) -> Option<PrimitiveDateTime> {
    let at = reader.date_time()?;
    if !reader.0.is_empty() {
        reader.offset()?;
    }
    Some(at)
}

/// What is left of the text. ASCII digits only, fixed widths.
struct Reader<'a>(&'a str);

impl<'a> Reader<'a> {
    fn complete<T>(mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        read(&mut self).filter(|_| self.0.is_empty())
    }

    fn date(&mut self) -> Option<Date> {
        let year = self.number(4)?;
        self.sign(&['-'])?;
        let month = Month::try_from(u8::try_from(self.number(2)?).ok()?).ok()?;
        self.sign(&['-'])?;
        let day = u8::try_from(self.number(2)?).ok()?;
        Date::from_calendar_date(i32::try_from(year).ok()?, month, day).ok()
    }

    fn date_time(&mut self) -> Option<PrimitiveDateTime> {
        let date = self.date()?;
        self.sign(&['T', 't', ' '])?;
        let (hour, minute) = self.hour_and_minute(Some(':'))?;
        let (mut second, mut nanosecond) = (0, 0);
        if self.sign(&[':']).is_some() {
            second = u8::try_from(self.number(2)?).ok()?;
            if self.sign(&['.', ',']).is_some() {
                nanosecond = self.nanoseconds()?;
            }
        }
        let time = Time::from_hms_nano(hour, minute, second, nanosecond).ok()?;
        Some(PrimitiveDateTime::new(date, time))
    }

    fn offset(&mut self) -> Option<UtcOffset> {
        if self.sign(&['Z', 'z']).is_some() {
            return Some(UtcOffset::UTC);
        }
        let direction = if self.sign(&['+', '-'])? == '+' {
            1
        } else {
            -1
        };
        let (hour, minute) = match self.0.len() {
            2 => (u8::try_from(self.number(2)?).ok()?, 0),
            4 => self.hour_and_minute(None)?,
            _ => self.hour_and_minute(Some(':'))?,
        };
        let seconds = i32::from(hour) * 3600 + i32::from(minute) * 60;
        let in_range = hour < 24 && minute < 60;
        in_range.then(|| UtcOffset::from_whole_seconds(direction * seconds).ok())?
    }

    fn hour_and_minute(&mut self, between: Option<char>) -> Option<(u8, u8)> {
        let hour = u8::try_from(self.number(2)?).ok()?;
        if let Some(sign) = between {
            self.sign(&[sign])?;
        }
        Some((hour, u8::try_from(self.number(2)?).ok()?))
    }

    /// Digits after the first nine say nothing that a clock knows; the text keeps them.
    fn nanoseconds(&mut self) -> Option<u32> {
        let count = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.take(count).filter(|digits| !digits.is_empty())?;
        format!("{:0<9}", &digits[..digits.len().min(9)])
            .parse()
            .ok()
    }

    fn number(&mut self, width: usize) -> Option<u32> {
        let digits = self.take(width)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    }

    fn take(&mut self, width: usize) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(width)?;
        self.0 = rest;
        Some(taken)
    }

    fn sign(&mut self, allowed: &[char]) -> Option<char> {
        let sign = self
            .0
            .chars()
            .next()
            .filter(|sign| allowed.contains(sign))?;
        self.0 = &self.0[sign.len_utf8()..];
        Some(sign)
    }
}

fn write_date(date: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

/// Seconds, and a fraction only if there is one.
fn write_local_time(at: PrimitiveDateTime) -> String {
    let (hour, minute, second, nanosecond) = at.as_hms_nano();
    let fraction = match nanosecond {
        0 => String::new(),
        _ if nanosecond % 1_000_000 == 0 => format!(".{:03}", nanosecond / 1_000_000),
        _ => format!(".{nanosecond:09}"),
    };
    format!(
        "{}T{hour:02}:{minute:02}:{second:02}{fraction}",
        write_date(at.date())
    )
}

fn write_offset_time(at: OffsetDateTime) -> String {
    let local = write_local_time(PrimitiveDateTime::new(at.date(), at.time()));
    let seconds = at.offset().whole_seconds();
    if seconds == 0 {
        return local + "Z";
    }
    let (sign, minutes) = (
        if seconds < 0 { '-' } else { '+' },
        seconds.unsigned_abs() / 60,
    );
    format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
