//! Whether a list that is being read gets anywhere.

use time::Duration;

/// As where lists are read without being followed: a busy list shifts, but one that goes on like that is none.
const FRUITLESS_PAGES: u32 = 100;
/// Before such a list is read again from its first page.
pub(super) const PAUSE: Duration = Duration::MINUTE;

/// What the last answer meant for the list that is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Course {
    /// It goes on, or there is none.
    #[default]
    Going,
    /// It was read to its end.
    Ended,
    /// Page after page names a next one and has nothing new: it is given up, and begun anew after a pause.
    Circling,
}

/// Counts the pages in a row that had nothing new.
#[derive(Debug, Default)]
pub(super) struct Fruitless(u32);

impl Fruitless {
    /// Takes the next page; true if there were too many.
    pub(super) fn circles(&mut self, has_news: bool) -> bool {
        self.0 = if has_news { 0 } else { self.0 + 1 };
        self.0 >= FRUITLESS_PAGES
    }
}
