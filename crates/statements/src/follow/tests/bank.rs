//! A bank in a few lines: rows that arrive, change and disappear, listed page by page.

use std::cmp::Reverse;

use rubank_core::operation::Operation;
use rubank_core::read::read;
use rubank_core::types::{LocalDate, LocalDateTime};
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, UtcOffset};

use crate::follow::{Ask, Heard, Told};

/// Which identifiers a row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Operation,
    Uuid,
    None,
}

/// A row and its life. Times are seconds from the bank's first midnight.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: Name,
    pub(crate) credit: bool,
    pub(crate) booked: i64,
    /// From when on it is shown.
    pub(crate) arrives: i64,
    /// What it says it was modified at, then; late rows say something earlier.
    pub(crate) modified: i64,
    pub(crate) minor: i64,
    /// From when on it has which amount.
    pub(crate) changes: Vec<(i64, i64)>,
    /// When it disappears, and whether increments then show it marked.
    pub(crate) removed: Option<(i64, bool)>,
    /// When a row with a `uuid` alone gets its `operationId`.
    pub(crate) named: Option<i64>,
}

impl Entry {
    pub(crate) fn at(seconds: i64, minor: i64) -> Self {
        Self {
            name: Name::Operation,
            credit: true,
            booked: seconds,
            arrives: seconds,
            modified: seconds,
            minor,
            changes: Vec::new(),
            removed: None,
            named: None,
        }
    }

    pub(crate) fn change(mut self, seconds: i64, minor: i64) -> Self {
        self.changes.push((seconds, minor));
        self
    }

    pub(crate) fn remove(mut self, seconds: i64, marked: bool) -> Self {
        self.removed = Some((seconds, marked));
        self
    }
}

/// In which order rows are listed, and so what shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    NewestFirst,
    OldestFirst,
    Scattered,
}

#[derive(Clone, Debug)]
pub(crate) struct Bank {
    pub(crate) entries: Vec<Entry>,
    pub(crate) start: OffsetDateTime,
    pub(crate) offset: UtcOffset,
    pub(crate) page_rows: usize,
    pub(crate) listing: Listing,
    /// What the summary's credit turnover is wrong by, in hundredths, and until when.
    pub(crate) lie: (i64, i64),
}

/// A row as it stands at a moment.
#[derive(Clone, Copy)]
struct Standing<'a> {
    id: usize,
    name: Name,
    entry: &'a Entry,
    minor: i64,
    modified: i64,
    outdated: bool,
}

impl Bank {
    pub(crate) fn new(start: OffsetDateTime, entries: Vec<Entry>) -> Self {
        Self {
            entries,
            start,
            offset: start.offset(),
            page_rows: 100,
            listing: Listing::NewestFirst,
            lie: (0, 0),
        }
    }

    /// Answers what a client would be answered at that moment.
    pub(crate) fn answer(&self, ask: &Ask, now: OffsetDateTime) -> Heard {
        let parts = match ask {
            Ask::Increment(list) => list.parts(),
            Ask::Transactions(list) => list.parts(),
            Ask::Summary(summary) => summary.parts(),
        };
        let query: Vec<_> = parts.unwrap().query_pairs().to_vec();
        let told = match self.body(ask.kind(), &query, now) {
            None => Told::NoSuchPage,
            Some(body) => match ask {
                Ask::Increment(_) => Told::Increment(read(body.as_bytes()).unwrap()),
                Ask::Transactions(_) => Told::Transactions(read(body.as_bytes()).unwrap()),
                Ask::Summary(_) => Told::Summary(read(body.as_bytes()).unwrap()),
            },
        };
        Heard {
            told,
            asked_at: now,
            bank_date: None,
        }
    }

    /// The body of an answer; `None` for a page that does not exist.
    pub(crate) fn body(
        &self,
        kind: Kind,
        query: &[(impl AsRef<str>, String)],
        now: OffsetDateTime,
    ) -> Option<String> {
        let get = |wanted: &str| {
            let found = query.iter().find(|(name, _)| name.as_ref() == wanted);
            found.map(|(_, value)| value.as_str())
        };
        let now = (now - self.start).whole_seconds();
        let day = get("statementDate").map(|day| LocalDate::parse(day).unwrap().value());
        let page: usize = get("page").map_or(1, |page| page.parse().unwrap());
        let since = get("lastModifyDate").map(|at| LocalDateTime::parse(at).unwrap().value());
        match kind {
            Kind::Summary => Some(self.summary(day?, now)),
            Kind::Transactions => {
                let rows = self.standing(day?, now);
                self.page(rows.filter(|row| !row.outdated).collect(), page, true)
            }
            Kind::Increment => {
                let day = day.or(since.map(PrimitiveDateTime::date))?;
                let from = since.map_or(i64::MIN, |since| {
                    (since.assume_offset(self.offset) - self.start).whole_seconds()
                });
                let rows = self.standing(day, now);
                self.page(
                    rows.filter(|row| row.modified >= from).collect(),
                    page,
                    false,
                )
            }
        }
    }

    /// The rows of a day as they stand at last.
    pub(crate) fn at_last(&self, day: Date) -> String {
        let rows: Vec<_> = self
            .standing(day, i64::MAX)
            .filter(|row| !row.outdated)
            .collect();
        let rows: Vec<_> = rows.iter().map(|row| self.json(row, true)).collect();
        format!(r#"{{"transactions":[{}]}}"#, rows.join(","))
    }

    fn standing(&self, day: Date, now: i64) -> impl Iterator<Item = Standing<'_>> {
        let midnight = (day.midnight().assume_offset(self.offset) - self.start).whole_seconds();
        let rows = self.entries.iter().enumerate();
        rows.filter(move |(_, entry)| (midnight..midnight + 86_400).contains(&entry.booked))
            .filter_map(move |(id, entry)| Standing::of(id, entry, now))
    }

    fn page(&self, mut rows: Vec<Standing<'_>>, page: usize, as_text: bool) -> Option<String> {
        match self.listing {
            Listing::NewestFirst => rows.sort_by_key(|row| Reverse((row.entry.booked, row.id))),
            Listing::OldestFirst => rows.sort_by_key(|row| (row.entry.booked, row.id)),
            Listing::Scattered => rows.sort_by_key(|row| (row.id * 7919) % 101),
        }
        let skip = (page - 1) * self.page_rows;
        if skip >= rows.len() && page > 1 {
            return None;
        }
        let more = rows.len() > skip + self.page_rows;
        let next = match more {
            true => format!(r#"{{"href":"?page={}","rel":"next"}}"#, page + 1),
            false => String::new(),
        };
        let rows: Vec<_> = rows
            .iter()
            .skip(skip)
            .take(self.page_rows)
            .map(|row| self.json(row, as_text))
            .collect();
        Some(format!(
            r#"{{"_links":[{next}],"transactions":[{}]}}"#,
            rows.join(",")
        ))
    }

    /// The two methods write the same row differently.
    fn json(&self, row: &Standing<'_>, as_text: bool) -> String {
        let local = |seconds: i64| {
            let at = (self.start + Duration::seconds(seconds)).to_offset(self.offset);
            LocalDateTime::new(PrimitiveDateTime::new(at.date(), at.time()))
        };
        let id = row.id;
        let name = match row.name {
            Name::Operation => format!(r#""operationId":"{id}","uuid":"u{id}""#),
            Name::Uuid => format!(r#""operationId":null,"uuid":"u{id}""#),
            Name::None => r#""uuid":null"#.to_owned(),
        };
        let direction = if row.entry.credit { "CREDIT" } else { "DEBIT" };
        let (sum, currency) = match as_text {
            true => (format!(r#""{}""#, decimal(row.minor)), "RUB"),
            false => (decimal(row.minor), "RUR"),
        };
        format!(
            r#"{{{name},"amount":{{"amount":{sum},"currencyName":"{currency}"}},"direction":"{direction}","operationDate":"{}","outdatedDoc":{},"lastModifiedTime":"{}"}}"#,
            local(row.entry.booked),
            row.outdated,
            local(row.modified),
        )
    }

    fn summary(&self, day: Date, now: i64) -> String {
        let (mut sums, mut counts) = ([0; 2], [0; 2]);
        for row in self.standing(day, now).filter(|row| !row.outdated) {
            let side = usize::from(row.entry.credit);
            sums[side] += row.minor;
            counts[side] += 1;
        }
        let mut opening = 100_000;
        let mut before = day.previous_day();
        while let Some(past) = before.filter(|past| *past >= self.start.date()) {
            for row in self.standing(past, now).filter(|row| !row.outdated) {
                opening += if row.entry.credit {
                    row.minor
                } else {
                    -row.minor
                };
            }
            before = past.previous_day();
        }
        let lie = if now < self.lie.1 { self.lie.0 } else { 0 };
        let amount =
            |minor: i64| format!(r#"{{"amount":{},"currencyName":"RUR"}}"#, decimal(minor));
        format!(
            r#"{{"openingBalance":{},"closingBalance":{},"debitTurnover":{},"creditTurnover":{},"debitTransactionsNumber":{},"creditTransactionsNumber":{}}}"#,
            amount(opening),
            amount(opening + sums[1] - sums[0]),
            amount(sums[0]),
            amount(sums[1] + lie),
            counts[0],
            counts[1],
        )
    }
}

impl<'a> Standing<'a> {
    fn of(id: usize, entry: &'a Entry, now: i64) -> Option<Self> {
        if now < entry.arrives {
            return None;
        }
        let mut standing = Self {
            id,
            name: entry.name,
            entry,
            minor: entry.minor,
            modified: entry.modified,
            outdated: false,
        };
        for (at, minor) in entry.changes.iter().filter(|(at, _)| *at <= now) {
            (standing.minor, standing.modified) = (*minor, *at);
        }
        if let Some(at) = entry.named.filter(|at| *at <= now) {
            (standing.name, standing.modified) = (Name::Operation, standing.modified.max(at));
        }
        match entry.removed {
            Some((at, false)) if at <= now => None,
            Some((at, true)) if at <= now => Some(Self {
                outdated: true,
                modified: at,
                ..standing
            }),
            _ => Some(standing),
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Increment,
    Transactions,
    Summary,
}

impl Ask {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Increment(_) => Kind::Increment,
            Self::Transactions(_) => Kind::Transactions,
            Self::Summary(_) => Kind::Summary,
        }
    }
}

fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}
