//! Statements of accounts that live.

mod asking;
mod book;
mod entry;
mod life;
mod list;
mod row;
mod single;
mod writer;

use std::fmt;
use std::sync::Arc;

use time::Date;

pub(super) use asking::Accounts;
pub use book::DayTotals;
pub use entry::{Budget, Currency, Edit, Entry, EntryId, Identity, Removal};
pub use life::Life;
pub(super) use list::{increment, transactions};
pub(super) use single::{summary, transaction};

use book::{Book, Standing};
use row::{ForeignBlock, Naming, Writing};

use super::Bank;
use super::text::{midnight, millis};
use crate::random::Random;
use crate::sync::locked;

/// An account, to be written and judged while clients read it. Clones are the same account.
///
/// Moments are those of the [simulated clock](crate::SimulatedClock) without its skew. What is written for a moment
/// that has passed is there at once; what is written for a later one comes when the clock gets there.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use rubank_sandbox::{Sandbox, sber::{Edit, Entry, QUIET_ACCOUNT, Removal}};
///
/// let sandbox = Sandbox::builder().start().await?;
/// let account = sandbox.sber().account(QUIET_ACCOUNT);
/// let ten = sandbox.clock().now() + Duration::from_secs(3600);
/// let salary = account.post(Entry::debit(100_000).arrives(ten));
/// account.change(salary, Edit::new().at(ten + Duration::from_secs(60)).amount(100_001));
/// let mistake = account.post(Entry::credit(1));
/// account.remove(mistake, Removal::marked().at(ten));
///
/// // all of it together: one operation of 1000.01 is left
/// assert_eq!(account.history(ten.date()).len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Account {
    pub(super) bank: Arc<Bank>,
    pub(super) number: String,
}

/// An operation as the bank has it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryRow {
    /// Its `operationId`, if it carries one.
    pub operation_id: Option<String>,
    /// Its `uuid`, if it carries one.
    pub uuid: Option<String>,
    /// Sixteen hex digits over its content without `lastModifiedTime` and `outdatedDoc`.
    pub fingerprint: String,
    /// The object in a statement, byte for byte; foreign money in `curTransfer`.
    pub json: String,
}

impl fmt::Debug for HistoryRow {
    /// Without the content, which looks like people's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryRow")
            .field("operation_id", &self.operation_id)
            .field("uuid", &self.uuid)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// The account's twenty digits.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Adds an operation.
    pub fn post(&self, entry: Entry) -> EntryId {
        let now = millis(self.bank.now());
        self.with(|book| book.post(entry, now))
    }

    /// Changes an operation; one that does not exist stays that way.
    pub fn change(&self, id: EntryId, edit: Edit) {
        let now = millis(self.bank.now());
        self.with(|book| book.change(id, edit, now));
    }

    /// Ends an operation. The last removal given counts.
    pub fn remove(&self, id: EntryId, removal: Removal) {
        let now = millis(self.bank.now());
        self.with(|book| book.remove(id, removal, now));
    }

    /// Lets the account live by itself, by the sandbox's seed.
    pub fn live(&self, life: &Life) {
        let offset = self.bank.settings().offset;
        self.with(|book| book.live(life, self.bank.world.seed, offset));
    }

    /// Whether the user lets the client see the account.
    pub fn grant(&self, granted: bool) {
        self.with(|book| book.granted = granted);
    }

    /// Closes the account: from that day on it has no statements.
    pub fn close(&self, from: Date) {
        self.with(|book| book.closed = Some(from));
    }

    /// Lets the next so many statements of the account be "not ready".
    pub fn not_ready(&self, times: u32) {
        self.with(|book| book.not_ready = times);
    }

    /// The list of a day when everything that was written has come to pass, in the order of booking. It is what a
    /// follower must end with.
    #[must_use]
    pub fn history(&self, day: Date) -> Vec<HistoryRow> {
        self.rows(day, i64::MAX)
    }

    /// The list of a day as it is now, in the order of booking.
    #[must_use]
    pub fn listed(&self, day: Date) -> Vec<HistoryRow> {
        self.rows(day, millis(self.bank.now()))
    }

    /// What a day amounts to now.
    #[must_use]
    pub fn totals(&self, day: Date) -> DayTotals {
        let offset = self.bank.settings().offset;
        let now = millis(self.bank.now());
        self.with(|book| book.totals(day, offset, now))
    }

    /// The `operationId` of an operation, whether or not it is visible yet; `None` if it carries none.
    #[must_use]
    pub fn operation_id(&self, id: EntryId) -> Option<String> {
        self.written(|writing, book| writing.operation_id(&book.row(id)?.bare()))
    }

    fn rows(&self, day: Date, now: i64) -> Vec<HistoryRow> {
        self.written(|writing, book| {
            let offset = writing.settings.offset;
            let from = midnight(day, offset);
            let until = midnight(day.next_day().unwrap_or(Date::MAX), offset);
            let mut rows: Vec<Standing<'_>> = book
                .standings(now)
                .filter(|standing| (from..until).contains(&standing.row.booked))
                .filter(|standing| !standing.outdated)
                .collect();
            rows.sort_by_key(|standing| (standing.row.booked, standing.row.id));
            let told = rows.iter().map(|standing| HistoryRow {
                operation_id: writing.operation_id(standing),
                uuid: writing.uuid(standing),
                fingerprint: writing.fingerprint(standing),
                json: writing.json(standing),
            });
            told.collect()
        })
    }

    fn written<T>(&self, read: impl FnOnce(&Writing<'_>, &Book) -> T) -> T {
        let settings = self.bank.settings();
        let seed = self.bank.world.seed;
        self.with(|book| {
            let naming = Naming::of(book);
            let writing = Writing {
                book: &naming,
                settings: &settings,
                block: ForeignBlock::default(),
                seed,
            };
            read(&writing, book)
        })
    }

    /// Opens the account if nobody did.
    fn with<T>(&self, work: impl FnOnce(&mut Book) -> T) -> T {
        let mut accounts = locked(&self.bank.accounts);
        let book = accounts.books.entry(self.number.clone());
        work(book.or_insert_with(|| {
            let owner = super::USER.to_owned();
            Book::new(self.number.clone(), owner, Currency::Rouble, 0)
        }))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

impl Accounts {
    /// Opens an account with a balance in hundredths and tells its number.
    pub(super) fn open(
        &mut self,
        seed: u64,
        owner: &str,
        currency: Currency,
        opening: i64,
    ) -> String {
        let place = self.books.len() as u64;
        let mut random = Random::new(seed ^ place, "sber.accounts");
        let number = format!("40702{}{}", currency.digits(), random.digits(12));
        self.open_as(&number, owner, currency, opening);
        number
    }

    pub(super) fn open_as(&mut self, number: &str, owner: &str, currency: Currency, opening: i64) {
        let book = Book::new(number.to_owned(), owner.to_owned(), currency, opening);
        self.books.insert(number.to_owned(), book);
    }
}
