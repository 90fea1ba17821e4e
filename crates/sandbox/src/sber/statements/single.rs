//! What is answered in one piece: a day's summary, and one operation.

use http::StatusCode;
use time::Date;

use super::asking::{Asking, open_day};
use super::entry::Currency;
use super::row::{ForeignBlock, Naming, Writing, rate, rate_text, to_roubles};
use super::writer::Object;
use crate::answer::Answer;
use crate::asked::Asked;
use crate::sber::answers::Refusal;
use crate::sber::sign_in::Session;
use crate::sber::text::{day, local, midnight, millis, moment};
use crate::sber::{Bank, GET_SUMMARY, GET_TRANSACTION};
use crate::strict::Complaint;
use crate::sync::locked;

/// `GET /v2/statement/summary`: balances and counts, which always agree with the list of that day.
pub(in crate::sber) fn summary(
    bank: &Bank,
    session: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let asking = Asking::read(asked, &["accountNumber", "statementDate"])?;
    let date = asking.required_day("statementDate")?;
    let settings = bank.settings();
    let mut accounts = locked(&bank.accounts);
    accounts.pace(GET_SUMMARY, &settings, bank.elapsed())?;
    let book = accounts.granted(session, &asking.account)?;
    open_day(book, date, bank.today())?;
    let statement = format!("summary {} {}", asking.account, day(date));
    accounts.ready(&asking.account, statement, &settings)?;

    let book = accounts.granted(session, &asking.account)?;
    let totals = book.totals(date, settings.offset, millis(bank.now()));
    let naming = Naming::of(book);
    let writing = Writing {
        book: &naming,
        settings: &settings,
        block: ForeignBlock::default(),
        seed: bank.world.seed,
    };
    let julian = date.to_julian_day();
    let (today, before) = (
        rate(naming.currency, julian),
        rate(naming.currency, julian - 1),
    );
    let mut body = Object::new();
    for (name, minor, rate) in [
        ("openingBalance", totals.opening, before),
        ("closingBalance", totals.closing, today),
        ("debitTurnover", totals.debit, today),
        ("creditTurnover", totals.credit, today),
    ] {
        body = body
            .raw(name, &writing.amount(minor, naming.currency.letters()))
            .raw(
                &format!("{name}Rub"),
                &writing.amount(to_roubles(minor, rate), "RUR"),
            );
    }
    let moved = totals
        .last_movement
        .map(|at| moment(at, settings.offset).date());
    let body = body
        .raw("debitTransactionsNumber", &totals.debit_count.to_string())
        .raw("creditTransactionsNumber", &totals.credit_count.to_string())
        .raw(
            "lastMovementDate",
            &moved.map_or("null".to_owned(), |at| super::writer::quoted(&day(at))),
        )
        .raw(
            "openingRate",
            &match naming.currency {
                Currency::Rouble => "null".to_owned(),
                _ => rate_text(before),
            },
        )
        .text("composedDateTime", &local(bank.now()))
        .end();
    Ok(Answer::text(StatusCode::OK, "application/json", body))
}

/// `GET /v2/statement/transactionId`: one operation, asked for in the newer form (`operationId`, `statementDate`)
/// or in the older one (`id`, `operationDate`). The older `id` may be either of its names.
pub(in crate::sber) fn transaction(
    bank: &Bank,
    session: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let known = [
        "accountNumber",
        "statementDate",
        "operationId",
        "id",
        "operationDate",
    ];
    let asking = Asking::read(asked, &known)?;
    let (date, id) = named(&asking)?;
    let settings = bank.settings();
    let mut accounts = locked(&bank.accounts);
    accounts.pace(GET_TRANSACTION, &settings, bank.elapsed())?;
    let book = accounts.granted(session, &asking.account)?;
    open_day(book, date, bank.today())?;
    let naming = Naming::of(book);
    let writing = Writing {
        book: &naming,
        settings: &settings,
        block: asking.block,
        seed: bank.world.seed,
    };
    let from = midnight(date, settings.offset);
    let until = midnight(date.next_day().unwrap_or(Date::MAX), settings.offset);
    let mut standings = book.standings(millis(bank.now()));
    let found = standings.find(|standing| {
        (from..until).contains(&standing.row.booked)
            && !standing.outdated
            && [writing.operation_id(standing), writing.uuid(standing)]
                .iter()
                .flatten()
                .any(|name| *name == id)
    });
    match found {
        Some(standing) => Ok(Answer::text(
            StatusCode::OK,
            "application/json",
            writing.json(&standing),
        )),
        None => Err(Refusal::NothingFound),
    }
}

fn named(asking: &Asking) -> Result<(Date, String), Refusal> {
    let newer = asking.text("operationId")?.is_some() || asking.text("statementDate")?.is_some();
    let older = asking.text("id")?.is_some() || asking.text("operationDate")?.is_some();
    let (id, date) = match (newer, older) {
        (true, true) => {
            return Err(Complaint::new("id", "must not come together with operationId").into());
        }
        (false, true) => ("id", "operationDate"),
        _ => ("operationId", "statementDate"),
    };
    Ok((asking.required_day(date)?, asking.required(id)?.to_owned()))
}
