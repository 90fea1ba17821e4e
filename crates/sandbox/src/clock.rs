//! The banks' clock. It moves only when a test says so.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use time::OffsetDateTime;
use time::macros::{datetime, format_description};

use crate::sync::locked;

/// The moment at which every sandbox starts, whatever the machine's clock says.
const START: OffsetDateTime = datetime!(2026-01-15 09:00:00 UTC);

/// The simulated clock of all banks of one sandbox.
///
/// It starts at 2026-01-15T09:00:00Z and stands still: token lifetimes, payment states, `Date` headers, new
/// timestamps and the validity of client certificates all follow it, and none of them reads the machine's clock.
/// Move it with [`advance`](Self::advance). Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub struct SimulatedClock {
    reading: Arc<Mutex<Reading>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    elapsed: Duration,
    skew_seconds: i64,
}

impl SimulatedClock {
    /// What the banks' wall clock shows, in UTC: the start, what has passed, and the skew.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        let reading = *locked(&self.reading);
        let passed = time::Duration::try_from(reading.elapsed).unwrap_or(time::Duration::MAX);
        START
            .saturating_add(passed)
            .saturating_add(time::Duration::seconds(reading.skew_seconds))
    }

    /// What has passed since the start. Lifetimes are measured with it; a skew does not change it.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        locked(&self.reading).elapsed
    }

    /// Lets time pass: tokens grow old, payments go on to their next state.
    pub fn advance(&self, by: Duration) {
        let mut reading = locked(&self.reading);
        reading.elapsed = reading.elapsed.saturating_add(by);
    }

    /// Sets the banks' wall clock ahead (or, negative, behind) by `seconds`, without letting time pass.
    ///
    /// `Date` headers and new timestamps show it, lifetimes do not. The last call counts; 0 puts the clock right.
    pub fn skew(&self, seconds: i64) {
        locked(&self.reading).skew_seconds = seconds;
    }
}

impl TimeProvider for SimulatedClock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.now().unix_timestamp()).unwrap_or(0);
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// The form of timestamps in JSON: `2022-05-26T09:09:32Z`.
pub(crate) fn timestamp(at: OffsetDateTime) -> String {
    at.to_utc()
        .format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second]Z"
        ))
        .unwrap_or_default()
}

/// The form of the `Date` header: `Thu, 15 Jan 2026 09:00:00 GMT`.
pub(crate) fn http_date(at: OffsetDateTime) -> String {
    at.to_utc()
        .format(format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        ))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_only_when_told() {
        let clock = SimulatedClock::default();
        assert_eq!(timestamp(clock.now()), "2026-01-15T09:00:00Z");
        clock.clone().advance(Duration::from_secs(90));
        assert_eq!(http_date(clock.now()), "Thu, 15 Jan 2026 09:01:30 GMT");
        assert_eq!(clock.elapsed(), Duration::from_secs(90));
    }

    #[test]
    fn a_skew_changes_dates_and_not_durations() {
        let clock = SimulatedClock::default();
        clock.skew(-3600);
        assert_eq!(timestamp(clock.now()), "2026-01-15T08:00:00Z");
        assert_eq!(clock.elapsed(), Duration::ZERO);
        clock.skew(0);
        assert_eq!(timestamp(clock.now()), "2026-01-15T09:00:00Z");
    }
}
