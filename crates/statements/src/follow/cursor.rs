//! Where to go on after a restart.

mod saved;

use std::fmt;
use std::sync::Arc;

use rubank_core::money::Amount;
use rubank_core::types::Account;
use time::{Date, OffsetDateTime, UtcOffset};

use super::known::Known;
use super::past::Pasts;
pub(crate) use saved::{read_amount, read_date, write_amount};

/// Where to go on after a restart: the account, its day, and key, hash and other names of every row of that day, and of
/// the closed days that are looked at again, that was given out. It can be written in any format that serde knows, at any
/// moment when the rows that were given out are saved; [`Event::Save`](crate::Event::Save) says when that should be.
///
/// It holds the account number and the bank's identifiers of rows: keep it as you keep the rows. `Debug` shows the day
/// and how many rows it knows.
///
/// ```
/// use statements::{Account, Cursor, time::macros::{date, offset}};
///
/// let account = Account::checked("40702810500006103990")?;
/// let cursor = Cursor::new(account, date!(2025-09-01), offset!(+3));
/// let saved = serde_json::to_string(&cursor).unwrap();
/// assert_eq!(serde_json::from_str::<Cursor>(&saved).unwrap(), cursor);
/// # Ok::<(), statements::InvalidIdentifier>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) account: Account,
    pub(crate) offset: UtcOffset,
    pub(crate) day: Date,
    /// The start of the next window; the start of the day if there was none yet.
    pub(crate) since: Option<OffsetDateTime>,
    /// A restart happened within the day, and rows were not saved together with their cursor.
    pub(crate) uncertain: bool,
    /// What the day before closed with.
    pub(crate) before: Option<Amount>,
    pub(crate) known: Arc<Known>,
    /// Closed days that are looked at again.
    pub(crate) past: Pasts,
}

impl Cursor {
    /// Follows this account, 20 digits, from this day on. A day in the past is read as a whole, and so are those
    /// between it and the current one.
    ///
    /// `offset` says when the bank's day begins, and what its times without a zone mean. It is your choice because the
    /// bank does not say: an old page of its documents speaks of UTC, users of Moscow time (`+03:00`) or the branch's.
    #[must_use]
    pub fn new(account: Account, day: Date, offset: UtcOffset) -> Self {
        Self {
            account,
            offset,
            day,
            since: None,
            uncertain: false,
            before: None,
            known: Arc::default(),
            past: Pasts::default(),
        }
    }

    /// The account that is followed.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The day that is open: all before it are closed.
    #[must_use]
    pub const fn day(&self) -> Date {
        self.day
    }

    /// How many rows of the day were given out.
    #[must_use]
    pub fn known_rows(&self) -> usize {
        self.known.len()
    }

    /// How many rows are remembered in all: those of the day, and of the closed days that are looked at again. Each
    /// takes about 300 bytes of memory, and 150 where the cursor is saved.
    #[must_use]
    pub fn remembered_rows(&self) -> usize {
        let past = self.past.0.iter().map(|past| past.known.len());
        self.known.len() + past.sum::<usize>()
    }

    pub(crate) fn last_pass(&self) -> u32 {
        let past = self.past.0.iter().map(|past| past.known.last_pass());
        past.fold(self.known.last_pass(), u32::max)
    }

    /// The next day, with nothing of it known.
    pub(crate) fn advance(&mut self, next: Date, before: Option<Amount>) {
        *self = Self {
            before,
            past: std::mem::take(&mut self.past),
            ..Self::new(self.account.clone(), next, self.offset)
        };
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("day", &self.day)
            .field("known_rows", &self.known.len())
            .finish_non_exhaustive()
    }
}

/// The field that tells whether this program understands the others.
pub(crate) const VERSION_FIELD: &str = "version";

/// A saved text that is no cursor, or one that a newer program wrote. It names the field, never the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCursor(pub(crate) &'static str);

impl fmt::Display for InvalidCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            VERSION_FIELD => f.write_str(
                "the saved cursor cannot be used: a newer version of this program wrote it",
            ),
            field => write!(f, "the saved cursor cannot be used: {field} is wrong"),
        }
    }
}

impl std::error::Error for InvalidCursor {}
