//! How a cursor is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use rubank_core::money::{Amount, Currency, Quantity};
use rubank_core::types::{Account, LocalDate, Timestamp};
use serde::de::Error as _;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::{Date, OffsetDateTime, UtcOffset};

use super::{Cursor, InvalidCursor, VERSION_FIELD};
use crate::content::ContentHash;
use crate::follow::known::Known;
use crate::follow::past::{Past, Pasts};
use crate::key::TransactionKey;

/// Raised when an older program could misread what a newer one wrote; new fields alone are no reason.
const VERSION: u32 = 1;
/// Follows the hash of a row that names another day.
const ELSEWHERE: &str = "*";

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    account: &'a str,
    utc_offset_seconds: i32,
    day: String,
    since: Option<String>,
    uncertain: bool,
    before: Option<[String; 2]>,
    rows: WrittenRows<'a>,
    names: WrittenNames<'a>,
    past: WrittenPasts<'a>,
}

#[derive(Serialize)]
struct WrittenPast<'a> {
    day: String,
    before: Option<[String; 2]>,
    closing: Option<[String; 2]>,
    proved: bool,
    uncertain: bool,
    told: bool,
    read_at: String,
    looks: u32,
    due: Option<String>,
    rows: WrittenRows<'a>,
    names: WrittenNames<'a>,
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

struct WrittenNames<'a>(&'a Known);

impl Serialize for WrittenNames<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let aliases = self.0.aliases();
        let mut map = to.serialize_map(Some(aliases.len()))?;
        for (name, key) in aliases {
            map.serialize_entry(&name.to_string(), &key.to_string())?;
        }
        map.end()
    }
}

struct WrittenPasts<'a>(&'a Pasts);

impl Serialize for WrittenPasts<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut seq = to.serialize_seq(Some(self.0.0.len()))?;
        for past in &self.0.0 {
            seq.serialize_element(&WrittenPast {
                day: write_date(past.day),
                before: past.before.as_ref().map(write_amount),
                closing: past.closing.as_ref().map(write_amount),
                proved: past.proved,
                uncertain: past.uncertain,
                told: past.told,
                read_at: write_moment(past.read_at),
                looks: past.looks,
                due: past.due.map(write_moment),
                rows: WrittenRows(&past.known),
                names: WrittenNames(&past.known),
            })?;
        }
        seq.end()
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        Written {
            version: VERSION,
            account: self.account.expose(),
            utc_offset_seconds: self.offset.whole_seconds(),
            day: write_date(self.day),
            since: self.since.map(write_moment),
            uncertain: self.uncertain,
            before: self.before.as_ref().map(write_amount),
            rows: WrittenRows(&self.known),
            names: WrittenNames(&self.known),
            past: WrittenPasts(&self.past),
        }
        .serialize(to)
    }
}

/// What no cursor can do without must be there; the rest may come from a version that did not have it yet.
#[derive(Deserialize)]
struct Saved {
    #[serde(default = "oldest")]
    version: u32,
    account: String,
    utc_offset_seconds: i32,
    day: String,
    since: Option<String>,
    /// To give rows again is always right.
    #[serde(default = "yes")]
    uncertain: bool,
    before: Option<[String; 2]>,
    rows: BTreeMap<String, String>,
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(default)]
    past: Vec<SavedPast>,
}

/// Cursors had no version at first.
const fn oldest() -> u32 {
    1
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct SavedPast {
    day: String,
    before: Option<[String; 2]>,
    closing: Option<[String; 2]>,
    proved: bool,
    #[serde(default = "yes")]
    uncertain: bool,
    #[serde(default = "yes")]
    told: bool,
    read_at: String,
    #[serde(default)]
    looks: u32,
    due: Option<String>,
    rows: BTreeMap<String, String>,
    #[serde(default)]
    names: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(Saved::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl TryFrom<Saved> for Cursor {
    type Error = InvalidCursor;

    fn try_from(saved: Saved) -> Result<Self, InvalidCursor> {
        if saved.version > VERSION {
            return Err(InvalidCursor(VERSION_FIELD));
        }
        let past = saved.past.into_iter().map(Past::try_from);
        Ok(Self {
            account: Account::received(saved.account),
            offset: UtcOffset::from_whole_seconds(saved.utc_offset_seconds)
                .map_err(|_| InvalidCursor("utc_offset_seconds"))?,
            day: read_date(&saved.day).ok_or(InvalidCursor("day"))?,
            since: read_moment(saved.since).map_err(|()| InvalidCursor("since"))?,
            uncertain: saved.uncertain,
            before: read_amount(saved.before)?,
            known: read_known(saved.rows, saved.names)?,
            past: Pasts(past.collect::<Result<_, _>>()?),
        })
    }
}

impl TryFrom<SavedPast> for Past {
    type Error = InvalidCursor;

    fn try_from(saved: SavedPast) -> Result<Self, InvalidCursor> {
        let moment = |text| read_moment(text).map_err(|()| InvalidCursor("past"));
        Ok(Self {
            day: read_date(&saved.day).ok_or(InvalidCursor("past"))?,
            before: read_amount(saved.before)?,
            closing: read_amount(saved.closing)?,
            known: read_known(saved.rows, saved.names)?,
            proved: saved.proved,
            uncertain: saved.uncertain,
            told: saved.told,
            read_at: moment(Some(saved.read_at))?.ok_or(InvalidCursor("past"))?,
            looks: saved.looks,
            due: moment(saved.due)?,
        })
    }
}

fn read_known(
    rows: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
) -> Result<Arc<Known>, InvalidCursor> {
    let mut known = Known::default();
    for (key, seen) in rows {
        let hash = seen.trim_end_matches(ELSEWHERE);
        let key = TransactionKey::parse(&key).ok_or(InvalidCursor("rows"))?;
        let hash = ContentHash::parse(hash).ok_or(InvalidCursor("rows"))?;
        known.recall(key, hash, seen.ends_with(ELSEWHERE));
    }
    for (name, key) in names {
        let name = TransactionKey::parse(&name).ok_or(InvalidCursor("names"))?;
        let key = TransactionKey::parse(&key).ok_or(InvalidCursor("names"))?;
        known.recall_alias(name, key);
    }
    Ok(Arc::new(known))
}

fn write_date(day: Date) -> String {
    LocalDate::new(day).to_string()
}

pub(crate) fn read_date(text: &str) -> Option<Date> {
    LocalDate::parse(text).ok().map(|day| day.value())
}

fn write_moment(at: OffsetDateTime) -> String {
    Timestamp::new(at).to_string()
}

fn read_moment(text: Option<String>) -> Result<Option<OffsetDateTime>, ()> {
    let at = text.as_deref().map(Timestamp::parse).transpose();
    at.map(|at| at.map(|at| at.value())).map_err(|_| ())
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
