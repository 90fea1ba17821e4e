//! The outside of an X.509 certificate: names, dates and public key, as RFC 5280 section 4.1 lays them out.

use time::{Date, Month, OffsetDateTime, Time};

use super::der::{DerError, Element, Reader, tag};

/// 2.5.4.3, `id-at-commonName`.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// What we read of a certificate. Names and key are the encoded bytes: they are compared, not interpreted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Certificate<'a> {
    /// 1, 2 or 3.
    pub(super) version: u8,
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    /// The `SubjectPublicKeyInfo`.
    pub(super) public_key: &'a [u8],
    pub(super) not_before: OffsetDateTime,
    pub(super) not_after: OffsetDateTime,
}

impl<'a> Certificate<'a> {
    /// Reads one DER certificate, to its last byte.
    pub(super) fn parse(der: &'a [u8]) -> Result<Self, DerError> {
        let mut outside = Reader::new(der);
        let certificate = outside.expect(tag::SEQUENCE)?;
        if !outside.is_empty() {
            return Err(DerError("something follows it"));
        }
        let mut signed = certificate.inside().expect(tag::SEQUENCE)?.inside();
        let version = version(signed.optional(tag::CONTEXT_0)?)?;
        signed.expect(tag::INTEGER)?;
        signed.expect(tag::SEQUENCE)?;
        let issuer = signed.expect(tag::SEQUENCE)?.whole;
        let mut validity = signed.expect(tag::SEQUENCE)?.inside();
        let not_before = moment(validity.next()?)?;
        let not_after = moment(validity.next()?)?;
        let subject = signed.expect(tag::SEQUENCE)?.whole;
        let public_key = signed.expect(tag::SEQUENCE)?.whole;
        Ok(Self {
            version,
            issuer,
            subject,
            public_key,
            not_before,
            not_after,
        })
    }

    /// The common name of the subject, the last one if there are several; control characters are replaced.
    pub(super) fn common_name(&self) -> Option<String> {
        common_name(self.subject).ok().flatten()
    }
}

fn version(element: Option<Element<'_>>) -> Result<u8, DerError> {
    let Some(element) = element else { return Ok(1) };
    match element.inside().expect(tag::INTEGER)?.content {
        [value @ 0..=2] => Ok(value + 1),
        _ => Err(DerError("its version is unknown")),
    }
}

/// RFC 5280 section 4.1.2.5: both forms with seconds and `Z`, two-digit years from 1950 to 2049.
fn moment(element: Element<'_>) -> Result<OffsetDateTime, DerError> {
    const WRONG: DerError = DerError("its validity dates are not readable");
    let (year, rest) = match element.tag {
        tag::UTC_TIME => {
            let (year, rest) = digits(element.content, 2).ok_or(WRONG)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        tag::GENERALIZED_TIME => digits(element.content, 4).ok_or(WRONG)?,
        _ => return Err(WRONG),
    };
    let (month, rest) = digits(rest, 2).ok_or(WRONG)?;
    let (day, rest) = digits(rest, 2).ok_or(WRONG)?;
    let (hour, rest) = digits(rest, 2).ok_or(WRONG)?;
    let (minute, rest) = digits(rest, 2).ok_or(WRONG)?;
    let (second, rest) = digits(rest, 2).ok_or(WRONG)?;
    if rest != b"Z" {
        return Err(WRONG);
    }
    let small = |value: u16| u8::try_from(value).map_err(|_| WRONG);
    let month = Month::try_from(small(month)?).map_err(|_| WRONG)?;
    let date = Date::from_calendar_date(i32::from(year), month, small(day)?).map_err(|_| WRONG)?;
    let time = Time::from_hms(small(hour)?, small(minute)?, small(second)?).map_err(|_| WRONG)?;
    Ok(date.with_time(time).assume_utc())
}

/// The number in the first `count` digits (at most 4), and what follows.
fn digits(bytes: &[u8], count: usize) -> Option<(u16, &[u8])> {
    let (head, rest) = bytes.split_at_checked(count)?;
    let mut value = 0_u16;
    for byte in head {
        let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
        value = value * 10 + u16::from(digit);
    }
    Some((value, rest))
}

fn common_name(subject: &[u8]) -> Result<Option<String>, DerError> {
    let mut found = None;
    let mut names = Reader::new(subject).expect(tag::SEQUENCE)?.inside();
    while !names.is_empty() {
        let mut parts = names.expect(tag::SET)?.inside();
        while !parts.is_empty() {
            let mut part = parts.expect(tag::SEQUENCE)?.inside();
            if part.expect(tag::OBJECT_IDENTIFIER)?.content == COMMON_NAME {
                found = text(part.next()?);
            }
        }
    }
    Ok(found)
}

fn text(element: Element<'_>) -> Option<String> {
    let text = match element.tag {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING => {
            std::str::from_utf8(element.content).ok()?.to_owned()
        }
        // In the field this tag carries Latin-1.
        tag::TELETEX_STRING => element
            .content
            .iter()
            .map(|byte| char::from(*byte))
            .collect(),
        tag::BMP_STRING => {
            let units = element.content.chunks(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                // Half a character: a lone surrogate makes the whole unreadable.
                _ => 0xd800,
            });
            char::decode_utf16(units).collect::<Result<_, _>>().ok()?
        }
        _ => return None,
    };
    // The name ends up in logs: it must not move the cursor there.
    Some(
        text.chars()
            .map(|c| {
                if c.is_control() {
                    char::REPLACEMENT_CHARACTER
                } else {
                    c
                }
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests;
