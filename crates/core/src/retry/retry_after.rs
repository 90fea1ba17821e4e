//! The `Retry-After` header, in seconds or as a date.

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// How long the server asks to wait. A date is measured against the server's own `Date`, so that a clock that is
/// wrong on either side does not matter; without one, against `now`. Nonsense counts as nothing.
pub(crate) fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than a u64 holds is longer than anybody waits, but it is no nonsense.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = |text: &str| OffsetDateTime::parse(text, &Rfc2822).ok();
    let then = date(text)?;
    let server_now = headers
        .get(DATE)
        .and_then(|value| value.to_str().ok())
        .and_then(date);
    Some(
        (then - server_now.unwrap_or(now))
            .try_into()
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn seconds_dates_and_nonsense() {
        let now = datetime!(2026-11-21 10:00:00 UTC);
        let rows = [
            (Some("120"), None, Some(120)),
            (Some(" 0 "), None, Some(0)),
            (Some("Sat, 21 Nov 2026 10:02:00 GMT"), None, Some(120)),
            // The server's clock is an hour ahead: what counts is its own difference.
            (
                Some("Sat, 21 Nov 2026 11:00:30 GMT"),
                Some("Sat, 21 Nov 2026 11:00:00 GMT"),
                Some(30),
            ),
            (Some("Sat, 21 Nov 2026 09:00:00 GMT"), None, Some(0)),
            (Some("99999999999999999999999"), None, Some(u64::MAX)),
            (Some("soon"), None, None),
            (Some(""), None, None),
            (Some("-5"), None, None),
            (None, None, None),
        ];
        for (header, server_date, expected) in rows {
            let mut headers = HeaderMap::new();
            if let Some(text) = header {
                headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            }
            if let Some(text) = server_date {
                headers.insert(DATE, HeaderValue::from_static(text));
            }
            assert_eq!(
                retry_after(&headers, now),
                expected.map(Duration::from_secs),
                "{header:?} {server_date:?}"
            );
        }
    }
}
