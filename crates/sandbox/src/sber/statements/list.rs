//! Operations page by page: of a whole day, or what changed on the current one.

use http::StatusCode;
use time::macros::format_description;

use super::asking::{Accounts, Asking, open_day};
use super::book::{Standing, Window};
use super::row::{Naming, Writing};
use super::writer::Object;
use crate::answer::Answer;
use crate::asked::Asked;
use crate::sber::answers::{NO_SUCH_PAGE, Refusal};
use crate::sber::settings::{EmptyStatement, Settings};
use crate::sber::sign_in::Session;
use crate::sber::text::{day, local, millis};
use crate::sber::{Bank, LIST_INCREMENT, LIST_TRANSACTIONS};
use crate::strict::Complaint;
use crate::sync::locked;

/// `GET /v2/statement/transactions`: a day as it stands now, without what is outdated.
pub(in crate::sber) fn transactions(
    bank: &Bank,
    session: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let asking = Asking::read(
        asked,
        &["accountNumber", "statementDate", "page", "curFormat"],
    )?;
    let date = asking.required_day("statementDate")?;
    let settings = bank.settings();
    let mut accounts = locked(&bank.accounts);
    accounts.pace(LIST_TRANSACTIONS, &settings, bank.elapsed())?;
    let book = accounts.granted(session, &asking.account)?;
    open_day(book, date, bank.today())?;
    let window = Window {
        day: date,
        with_outdated: false,
        modified: None,
    };
    let period = format!("statementDate={}", day(date));
    accounts.ready(
        &asking.account,
        format!("transactions {} {period}", asking.account),
        &settings,
    )?;
    page(
        bank,
        &mut accounts,
        &settings,
        &asking,
        window,
        &period,
        None,
    )
}

/// `GET /v2/statement/increment`: the current day from its start, or what changed since a moment; outdated
/// operations are marked.
pub(in crate::sber) fn increment(
    bank: &Bank,
    session: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let asking = Asking::read(
        asked,
        &[
            "accountNumber",
            "statementDate",
            "lastModifyDate",
            "lastModifyDateTo",
            "page",
            "curFormat",
        ],
    )?;
    let settings = bank.settings();
    let period = Period::read(&asking, &settings)?;
    let mut accounts = locked(&bank.accounts);
    accounts.pace(LIST_INCREMENT, &settings, bank.elapsed())?;
    let book = accounts.granted(session, &asking.account)?;
    let today = bank.today();
    open_day(book, period.window.day, today)?;
    if settings.increment_of_today_only && period.window.day != today {
        return Err(Refusal::workflow("an increment is of the current day only"));
    }
    let statement = format!("increment {} {}", asking.account, period.text);
    accounts.ready(&asking.account, statement, &settings)?;
    let reloaded = reload_time(bank);
    page(
        bank,
        &mut accounts,
        &settings,
        &asking,
        period.window,
        &period.text,
        Some(&reloaded),
    )
}

struct Period {
    window: Window,
    /// The period's part of the query, for the links.
    text: String,
}

impl Period {
    fn read(asking: &Asking, settings: &Settings) -> Result<Self, Refusal> {
        let date = asking.day("statementDate")?;
        let from = asking.moment("lastModifyDate", settings)?;
        let until = asking.moment("lastModifyDateTo", settings)?;
        let (date, from) = match (date, from) {
            (Some(date), None) if until.is_none() => {
                let window = Window {
                    day: date,
                    with_outdated: true,
                    modified: None,
                };
                let text = format!("statementDate={}", day(date));
                return Ok(Self { window, text });
            }
            (None, Some(from)) => (from.date(), from),
            (Some(_), Some(_)) => {
                let rule = "must not come together with statementDate";
                return Err(Complaint::new("lastModifyDate", rule).into());
            }
            (Some(_), None) => {
                let rule = "must come together with lastModifyDate";
                return Err(Complaint::new("lastModifyDateTo", rule).into());
            }
            (None, None) => {
                let rule = "this or lastModifyDate is required";
                return Err(Complaint::new("statementDate", rule).into());
            }
        };
        if until.is_some_and(|until| until < from || until.date() != date) {
            let rule = "must be on the same day and not before lastModifyDate";
            return Err(Complaint::new("lastModifyDateTo", rule).into());
        }
        let mut text = format!("lastModifyDate={}", local(from));
        if let Some(until) = until {
            text += &format!("&lastModifyDateTo={}", local(until));
        }
        let window = Window {
            day: date,
            with_outdated: true,
            modified: Some((millis(from), until.map_or(i64::MAX, millis))),
        };
        Ok(Self { window, text })
    }
}

fn page(
    bank: &Bank,
    accounts: &mut Accounts,
    settings: &Settings,
    asking: &Asking,
    window: Window,
    period: &str,
    reloaded: Option<&str>,
) -> Result<Answer, Refusal> {
    // the check before found it, and nobody takes a book away
    let book = accounts
        .books
        .get_mut(&asking.account)
        .ok_or(Refusal::AccountNotGranted)?;
    let naming = Naming::of(book);
    let size = settings.page_rows.max(1);
    let skip = (asking.page - 1).saturating_mul(size);
    let now = millis(bank.now());
    let (count, rows) = book.page(
        window,
        settings.row_order,
        settings.offset,
        now,
        (skip, size),
    );
    if count == 0 && asking.page == 1 && settings.empty_statement == EmptyStatement::NotFound {
        return Err(Refusal::NothingFound);
    }
    if rows.is_empty() && asking.page > 1 {
        return Err(Refusal::workflow(NO_SUCH_PAGE));
    }
    let writing = Writing {
        book: &naming,
        settings,
        block: asking.block,
        seed: bank.world.seed,
    };
    let next = (count > skip.saturating_add(size)).then(|| asking.page + 1);
    let body = Object::new()
        .raw("_links", &links(asking, period, next)?)
        .maybe_text("reloadTime", reloaded)
        .raw("transactions", &list(&writing, &rows))
        .end();
    Ok(Answer::text(StatusCode::OK, "application/json", body))
}

fn list(writing: &Writing<'_>, rows: &[Standing<'_>]) -> String {
    let rows: Vec<String> = rows.iter().map(|row| writing.json(row)).collect();
    format!("[{}]", rows.join(","))
}

/// Bare queries, to be joined to the method's own address.
fn links(asking: &Asking, period: &str, next: Option<usize>) -> Result<String, Refusal> {
    let format = match asking.text("curFormat")? {
        Some(format) => format!("&curFormat={format}"),
        None => String::new(),
    };
    let previous = asking.page.checked_sub(1).filter(|page| *page > 0);
    let pages = [("next", next), ("prev", previous)];
    let links = pages.into_iter().filter_map(|(rel, page)| {
        let href = format!(
            "?accountNumber={}&{period}{format}&page={}",
            asking.account, page?
        );
        Some(Object::new().text("href", &href).text("rel", rel).end())
    });
    Ok(format!("[{}]", links.collect::<Vec<_>>().join(",")))
}

/// When the bank last brought the account up to date: in UTC, with milliseconds, unlike all other times.
fn reload_time(bank: &Bank) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    bank.now().to_utc().format(format).unwrap_or_default()
}
