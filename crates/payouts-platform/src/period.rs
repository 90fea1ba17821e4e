//! From when to when a list is wanted.

use rubank_core::operation::{Checks, Parts};
use rubank_core::types::{LocalDate, Timestamp};
use time::{Date, OffsetDateTime};

/// One end of a period: the platform's page calls it a day and shows a moment with an offset; both are written, the
/// offset's `+` percent-encoded.
///
/// Days are those of the platform's zone, which no page names: say a moment where it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// `2024-03-13T15:32:01+03:00`
    Moment(Timestamp),
    /// `2024-03-13`
    Day(LocalDate),
}

impl From<OffsetDateTime> for When {
    fn from(moment: OffsetDateTime) -> Self {
        // To the second, as the page shows it.
        Self::Moment(Timestamp::new(
            moment.replace_nanosecond(0).unwrap_or(moment),
        ))
    }
}

impl From<Date> for When {
    fn from(day: Date) -> Self {
        Self::Day(LocalDate::new(day))
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Moment(moment) => moment.fmt(f),
            Self::Day(day) => day.fmt(f),
        }
    }
}

/// Both ends, inclusive by the page; either may be open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) from: Option<When>,
    pub(crate) to: Option<When>,
}

impl Period {
    pub(crate) fn check(&self, checks: &mut Checks, field: &'static str) {
        let backwards = match (&self.from, &self.to) {
            (Some(When::Moment(from)), Some(When::Moment(to))) => from.value() > to.value(),
            (Some(When::Day(from)), Some(When::Day(to))) => from.value() > to.value(),
            _ => false,
        };
        checks.that(!backwards, field, "must not be later than its end", || {
            "a period that ends before it begins".to_owned()
        });
    }

    pub(crate) fn put(&self, parts: Parts, from: &'static str, to: &'static str) -> Parts {
        parts
            .query_opt(from, self.from.as_ref())
            .query_opt(to, self.to.as_ref())
    }
}
