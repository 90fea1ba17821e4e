//! Where to go on after a restart.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rubank_core::money::{Amount, Currency, Quantity};
use rubank_core::types::{Account, LocalDate, Timestamp};
use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{Date, OffsetDateTime, UtcOffset};

use super::known::Known;
use crate::content::ContentHash;
use crate::key::TransactionKey;

/// Where to go on after a restart: the account, its day, and the key and hash of every row of that day that was given
/// out. It can be written in any format that serde knows.
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

    /// The next day, with nothing of it known.
    pub(crate) fn advance(&mut self, next: Date, before: Option<Amount>) {
        *self = Self {
            before,
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

/// A saved text that is no cursor. It names the field, never the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCursor(pub(crate) &'static str);

impl fmt::Display for InvalidCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the saved cursor cannot be used: {} is wrong", self.0)
    }
}

impl std::error::Error for InvalidCursor {}

#[derive(Serialize)]
struct Written<'a> {
    account: &'a str,
    utc_offset_seconds: i32,
    day: String,
    since: Option<String>,
    uncertain: bool,
    before: Option<[String; 2]>,
    rows: WrittenRows<'a>,
}

struct WrittenRows<'a>(&'a Known);

impl Serialize for WrittenRows<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (key, hash, elsewhere) in self.0.iter() {
            let mark = if elsewhere { ELSEWHERE } else { "" };
            map.serialize_entry(&key.to_string(), &format!("{hash}{mark}"))?;
        }
        map.end()
    }
}

/// Follows the hash of a row that names another day.
const ELSEWHERE: &str = "*";

#[derive(Deserialize)]
struct Saved {
    account: String,
    utc_offset_seconds: i32,
    day: String,
    since: Option<String>,
    uncertain: bool,
    before: Option<[String; 2]>,
    rows: BTreeMap<String, String>,
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Written {
            account: self.account.expose(),
            utc_offset_seconds: self.offset.whole_seconds(),
            day: LocalDate::new(self.day).to_string(),
            since: self.since.map(|at| Timestamp::new(at).to_string()),
            uncertain: self.uncertain,
            before: self.before.as_ref().map(write_amount),
            rows: WrittenRows(&self.known),
        }
        .serialize(to)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(Saved::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl TryFrom<Saved> for Cursor {
    type Error = InvalidCursor;

    fn try_from(saved: Saved) -> Result<Self, InvalidCursor> {
        let mut known = Known::default();
        for (key, seen) in saved.rows {
            let hash = seen.trim_end_matches(ELSEWHERE);
            let key = TransactionKey::parse(&key).ok_or(InvalidCursor("rows"))?;
            let hash = ContentHash::parse(hash).ok_or(InvalidCursor("rows"))?;
            known.recall(key, hash, seen.ends_with(ELSEWHERE));
        }
        let since = saved.since.as_deref().map(Timestamp::parse).transpose();
        Ok(Self {
            account: Account::received(saved.account),
            offset: UtcOffset::from_whole_seconds(saved.utc_offset_seconds)
                .map_err(|_| InvalidCursor("utc_offset_seconds"))?,
            day: read_date(&saved.day).ok_or(InvalidCursor("day"))?,
            since: since
                .map_err(|_| InvalidCursor("since"))?
                .map(|at| at.value()),
            uncertain: saved.uncertain,
            before: read_amount(saved.before)?,
            known: Arc::new(known),
        })
    }
}

pub(crate) fn read_date(text: &str) -> Option<Date> {
    LocalDate::parse(text).ok().map(|day| day.value())
}

pub(crate) fn write_amount(amount: &Amount) -> [String; 2] {
    let currency = amount.currency().as_str().to_owned();
    [amount.value().to_string(), currency]
}

pub(crate) fn read_amount(saved: Option<[String; 2]>) -> Result<Option<Amount>, InvalidCursor> {
    let Some([value, currency]) = saved else {
        return Ok(None);
    };
    let value = Quantity::parse(&value).map_err(|_| InvalidCursor("before"))?;
    Ok(Some(Amount::new(value, Currency::new(&currency))))
}
