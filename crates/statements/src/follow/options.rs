//! How an account is followed.

use std::time::Duration;

use time::OffsetDateTime;

use crate::values::CurFormat;

/// How an account is followed. The defaults are those of the bank's page and of careful clients: a window each hour,
/// two minutes of overlap, a day closed two minutes after its midnight and read again at the next three midnights.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "options do nothing until something follows by them"]
pub struct FollowOptions {
    pub(crate) every: Duration,
    pub(crate) overlap: Duration,
    pub(crate) close_delay: Duration,
    pub(crate) outdated_is_removed: bool,
    pub(crate) saved_together: bool,
    pub(crate) cur_format: Option<CurFormat>,
    pub(crate) until: Option<OffsetDateTime>,
    pub(crate) revisit_days: u16,
}

impl Default for FollowOptions {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(60 * 60),
            overlap: Duration::from_secs(120),
            close_delay: Duration::from_secs(120),
            outdated_is_removed: true,
            saved_together: false,
            cur_format: None,
            until: None,
            revisit_days: 3,
        }
    }
}

impl FollowOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// From the start of one window to that of the next; at least a second. One hour by default.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = interval.max(Duration::from_secs(1));
        self
    }

    /// By how much windows overlap, 120 seconds by default. It covers the bank's delay between booking a row and
    /// showing it; what takes longer is found when the day is closed.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.overlap = overlap;
        self
    }

    /// How long after midnight the day is closed, 120 seconds by default. Until then the new day is not asked for:
    /// its rows come later, and none is lost. For what the bank books to a closed day see
    /// [`revisit_days`](Self::revisit_days).
    pub fn close_delay(mut self, delay: Duration) -> Self {
        self.close_delay = delay;
        self
    }

    /// For how many days after it was closed a day is read again, 3 by default, at most 31: whenever a later day is
    /// closed, and when the next day's opening balance gives away that something was booked late. What changed is told
    /// by events, and then the day's proof. With 0 a proved day is never read again.
    ///
    /// A day whose proof failed is read again in any case: after 1, 2, 4 and 8 hours, then four times, a day apart. Of
    /// such days at most ten are kept besides the others; the oldest make room.
    ///
    /// Each day that is kept takes as much memory, and room in the cursor, as the one that is open.
    pub fn revisit_days(mut self, days: u16) -> Self {
        self.revisit_days = days.min(31);
        self
    }

    /// Whether a row marked `outdatedDoc` counts as removed (inferred; true by default). If not, the mark is a field
    /// like any other, and rows are removed when the day is closed.
    pub fn outdated_is_removed(mut self, removed: bool) -> Self {
        self.outdated_is_removed = removed;
        self
    }

    /// You save the rows and the cursor behind them in one transaction, so that after a restart the cursor knows
    /// exactly what you have: nothing is given again. Do not say so if it is not so.
    pub fn saved_together(mut self) -> Self {
        self.saved_together = true;
        self
    }

    /// In which block the rows of a currency account come.
    pub fn cur_format(mut self, format: impl Into<CurFormat>) -> Self {
        self.cur_format = Some(format.into());
        self
    }

    /// Ends after the window that begins at this moment or later: the bank's own recipe ends at 19:00, inclusive.
    /// By default it goes on for ever.
    pub fn until(mut self, moment: OffsetDateTime) -> Self {
        self.until = Some(moment);
        self
    }
}
