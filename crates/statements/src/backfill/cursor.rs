//! Where a backfill goes on after a restart.

use std::collections::BTreeMap;
use std::fmt;

use rubank_core::money::Amount;
use rubank_core::types::{Account, LocalDate};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::Date;

use crate::follow::{InvalidCursor, VERSION_FIELD, read_amount, read_date, write_amount};

/// Where a backfill goes on after a restart: the day that comes next of each account. It can be written in any format
/// that serde knows.
///
/// It holds account numbers. `Debug` shows how many accounts are read to their end.
#[derive(Clone, PartialEq, Eq)]
pub struct BackfillCursor {
    last: Date,
    accounts: BTreeMap<Account, Progress>,
}

#[derive(Clone, PartialEq, Eq)]
struct Progress {
    /// `None` behind the last day.
    next: Option<Date>,
    /// What the day before it closed with.
    before: Option<Amount>,
}

/// A day to be read, and what the one before closed with.
pub(super) type NextDay = Option<(Date, Option<Amount>)>;

impl BackfillCursor {
    pub(super) fn new(
        accounts: impl IntoIterator<Item = Account>,
        first: Date,
        last: Date,
    ) -> Self {
        let accounts = accounts.into_iter().map(|account| {
            let progress = Progress {
                next: Some(first).filter(|first| *first <= last),
                before: None,
            };
            (account, progress)
        });
        Self {
            last,
            accounts: accounts.collect(),
        }
    }

    /// The day that comes next for this account; `None` if it is read to its end, or is none of these.
    #[must_use]
    pub fn next_of(&self, account: &Account) -> Option<Date> {
        self.accounts.get(account)?.next
    }

    pub(super) fn unfinished(&self) -> impl Iterator<Item = Account> {
        let open = self
            .accounts
            .iter()
            .filter(|(_, progress)| progress.next.is_some());
        open.map(|(account, _)| account.clone())
    }

    pub(super) fn next_day(&self, account: &Account) -> NextDay {
        let progress = self.accounts.get(account)?;
        Some((progress.next?, progress.before.clone()))
    }

    pub(super) fn advance(&mut self, account: &Account, day: Date, closing: Option<Amount>) {
        let last = self.last;
        if let Some(progress) = self.accounts.get_mut(account) {
            progress.next = day.next_day().filter(|next| *next <= last);
            progress.before = closing;
        }
    }
}

impl fmt::Debug for BackfillCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackfillCursor")
            .field("accounts", &self.accounts.len())
            .field("unfinished", &self.unfinished().count())
            .finish_non_exhaustive()
    }
}

/// Raised when an older program could misread what a newer one wrote; new fields alone are no reason.
const VERSION: u32 = 1;

const fn oldest() -> u32 {
    1
}

#[derive(Deserialize, Serialize)]
struct Saved {
    /// Cursors had none at first.
    #[serde(default = "oldest")]
    version: u32,
    last: String,
    accounts: BTreeMap<String, SavedProgress>,
}

#[derive(Deserialize, Serialize)]
struct SavedProgress {
    next: Option<String>,
    before: Option<[String; 2]>,
}

impl Serialize for BackfillCursor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let accounts = self.accounts.iter().map(|(account, progress)| {
            let progress = SavedProgress {
                next: progress.next.map(|day| LocalDate::new(day).to_string()),
                before: progress.before.as_ref().map(write_amount),
            };
            (account.expose().to_owned(), progress)
        });
        Saved {
            version: VERSION,
            last: LocalDate::new(self.last).to_string(),
            accounts: accounts.collect(),
        }
        .serialize(to)
    }
}

impl<'de> Deserialize<'de> for BackfillCursor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(Saved::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl TryFrom<Saved> for BackfillCursor {
    type Error = InvalidCursor;

    fn try_from(saved: Saved) -> Result<Self, InvalidCursor> {
        if saved.version > VERSION {
            return Err(InvalidCursor(VERSION_FIELD));
        }
        let mut accounts = BTreeMap::new();
        for (account, progress) in saved.accounts {
            let next = match progress.next {
                Some(day) => Some(read_date(&day).ok_or(InvalidCursor("next"))?),
                None => None,
            };
            let before = read_amount(progress.before)?;
            accounts.insert(Account::received(account), Progress { next, before });
        }
        Ok(Self {
            last: read_date(&saved.last).ok_or(InvalidCursor("last"))?,
            accounts,
        })
    }
}
