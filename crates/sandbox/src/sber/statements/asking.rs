//! What every statement call is checked for before anything is read.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use time::{Date, OffsetDateTime};

use super::book::Book;
use super::row::ForeignBlock;
use crate::asked::Asked;
use crate::sber::answers::{FUTURE_DAY, NOT_OPEN, Refusal};
use crate::sber::settings::Settings;
use crate::sber::sign_in::Session;
use crate::sber::text::{date, date_time, is_digits};
use crate::strict::{Complaint, Query};

/// The bank keeps five full years and the current one.
const YEARS_KEPT: i32 = 5;
/// How many statements are remembered as asked for; beyond it they are not ready for the first time again.
const REMEMBERED: usize = 100_000;

/// All accounts, and who asked for what.
#[derive(Default)]
pub(in crate::sber) struct Accounts {
    pub(super) books: BTreeMap<String, Book>,
    /// How many times each statement was not ready.
    asked: BTreeMap<String, u32>,
    /// When each operation was called within the last second.
    recent: BTreeMap<&'static str, VecDeque<Duration>>,
}

impl Accounts {
    pub(in crate::sber) fn numbers(&self, owner: &str) -> Vec<String> {
        let own = self
            .books
            .values()
            .filter(|book| book.owner == owner && book.granted);
        own.map(|book| book.number.clone()).collect()
    }

    /// Refuses what is too much for this second. Refused calls do not count.
    pub(super) fn pace(
        &mut self,
        operation: &'static str,
        settings: &Settings,
        now: Duration,
    ) -> Result<(), Refusal> {
        let Some(limit) = settings.calls_per_second else {
            return Ok(());
        };
        let recent = self.recent.entry(operation).or_default();
        while recent
            .front()
            .is_some_and(|at| now.saturating_sub(*at) >= Duration::from_secs(1))
        {
            recent.pop_front();
        }
        if recent.len() >= limit {
            return Err(Refusal::TooManyRequests);
        }
        recent.push_back(now);
        Ok(())
    }

    /// The account, if this user may see it.
    pub(super) fn granted(
        &mut self,
        session: &Session,
        number: &str,
    ) -> Result<&mut Book, Refusal> {
        let book = self.books.get_mut(number);
        let book = book.filter(|book| book.owner == session.user && book.granted);
        // without this claim the user was not asked about accounts
        book.filter(|_| session.has("accounts"))
            .ok_or(Refusal::AccountNotGranted)
    }

    /// Says "not ready" as often as it was asked to.
    pub(super) fn ready(
        &mut self,
        number: &str,
        statement: String,
        settings: &Settings,
    ) -> Result<(), Refusal> {
        if let Some(book) = self.books.get_mut(number)
            && book.not_ready > 0
        {
            book.not_ready -= 1;
            return Err(Refusal::NotReady);
        }
        if settings.not_ready == 0 {
            return Ok(());
        }
        if self.asked.len() >= REMEMBERED {
            self.asked.clear();
        }
        let times = self.asked.entry(statement).or_default();
        if *times < settings.not_ready {
            *times += 1;
            return Err(Refusal::NotReady);
        }
        Ok(())
    }
}

/// The parameters of a statement call, read strictly.
pub(super) struct Asking {
    query: Query,
    pub(super) account: String,
    pub(super) page: usize,
    pub(super) block: ForeignBlock,
}

impl Asking {
    pub(super) fn read(asked: &Asked, known: &[&str]) -> Result<Self, Refusal> {
        let query = Query::read(asked.query.as_deref().unwrap_or_default())?;
        query.only(known)?;
        let account = query.required("accountNumber")?.to_owned();
        if !is_digits(&account, &[20]) {
            return Err(Complaint::new("accountNumber", "must have 20 digits").into());
        }
        let page = query.integer("page", 1, u64::from(u32::MAX))?.unwrap_or(1);
        let block = match query.optional("curFormat")? {
            None | Some("curTransfer") => ForeignBlock::CurTransfer,
            Some("swiftTransfer") => ForeignBlock::SwiftTransfer,
            Some(_) => return Err(Complaint::new("curFormat", "is not a known format").into()),
        };
        Ok(Self {
            query,
            account,
            page: usize::try_from(page).unwrap_or(usize::MAX),
            block,
        })
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, Refusal> {
        Ok(self.query.optional(key)?)
    }

    pub(super) fn required(&self, key: &str) -> Result<&str, Refusal> {
        Ok(self.query.required(key)?)
    }

    pub(super) fn day(&self, key: &str) -> Result<Option<Date>, Refusal> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let malformed = || Refusal::Malformed(Complaint::new(key, "must be YYYY-MM-DD"));
        date(text).map(Some).ok_or_else(malformed)
    }

    pub(super) fn required_day(&self, key: &str) -> Result<Date, Refusal> {
        self.day(key)?
            .ok_or_else(|| Complaint::new(key, "is required").into())
    }

    pub(super) fn moment(
        &self,
        key: &str,
        settings: &Settings,
    ) -> Result<Option<OffsetDateTime>, Refusal> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let rule = "must be YYYY-MM-DDThh:mm:ss[.SSS], without a zone";
        let malformed = || Refusal::Malformed(Complaint::new(key, rule));
        date_time(text, settings.offset)
            .map(Some)
            .ok_or_else(malformed)
    }
}

/// Whether the bank has anything of that day.
pub(super) fn open_day(book: &Book, day: Date, today: Date) -> Result<(), Refusal> {
    if day > today {
        return Err(Refusal::workflow(FUTURE_DAY));
    }
    if book.closed.is_some_and(|closed| day >= closed) {
        return Err(Refusal::workflow(NOT_OPEN));
    }
    if day.year() < today.year() - YEARS_KEPT {
        return Err(Refusal::workflow(
            "the bank keeps five years and the current one",
        ));
    }
    Ok(())
}
