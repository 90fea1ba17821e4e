//! The check of a passport. Only its first state is documented; what it ends in is this simulator's own.

use std::time::Duration;

use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::gate::{Call, item};
use crate::payouts::node::{Node, object};
use crate::payouts::read::{date, is_digits, nullable_text, one_of, phone};
use crate::payouts::refusal::Refusal;
use crate::strict::{Complaint, Fields};

const CHECKING: Duration = Duration::from_secs(10);

pub(in crate::payouts) struct Check {
    id: String,
    started: Duration,
    passes: bool,
}

impl Check {
    /// One that passed long ago.
    pub(in crate::payouts) fn seeded(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            started: Duration::ZERO,
            passes: true,
        }
    }
}

pub(in crate::payouts) fn start_check(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    read(&call.asked.body)?;
    let check = Check {
        id: state.books.random.uuid(),
        started: call.elapsed(),
        passes: state.switches.passports_pass,
    };
    let shown = show(&check, call.elapsed());
    state.books.checks.push(check);
    Ok(item(shown))
}

pub(in crate::payouts) fn check(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.asked.path_value("requestId");
    let found = state.books.checks.iter().find(|one| one.id == id);
    Ok(item(show(found.ok_or(Refusal::NotFound)?, call.elapsed())))
}

fn show(check: &Check, elapsed: Duration) -> Node {
    let over = elapsed.saturating_sub(check.started) >= CHECKING;
    let (state, theme, description) = match (over, check.passes) {
        (false, _) => ("processing", "info", "Запрос на проверку обрабатывается"),
        (true, true) => ("completed", "success", "Паспорт действителен"),
        (true, false) => ("failed", "danger", "Паспорт не прошёл проверку"),
    };
    object! {
        "id": check.id.as_str(),
        "status": object! { "state": state, "theme": theme, "description": description },
    }
}

fn read(body: &[u8]) -> Result<(), Complaint> {
    let fields = Fields::read(body)?;
    fields.only(&[
        "scenario",
        "last_name",
        "first_name",
        "middle_name",
        "phone_number",
        "is_self_employed",
        "birth_date",
        "citizenship",
        "inn",
        "passport",
    ])?;
    one_of(&fields, "scenario", &["acceptance_certificate_create"])?;
    fields.text("last_name", 1, 100)?;
    fields.text("first_name", 1, 100)?;
    nullable_text(&fields, "middle_name", 100)?;
    phone(&fields, "phone_number")?;
    fields.boolean("is_self_employed")?;
    date(&fields, "birth_date")?;
    one_of(&fields, "citizenship", &["RU"])?;
    if let Some(inn) = nullable_text(&fields, "inn", 12)?
        && (inn.len() != 12 || !is_digits(&inn))
    {
        return Err(Complaint::new("inn", "must be 12 digits"));
    }
    passport(&fields.object("passport")?)
}

fn passport(passport: &Fields<'_>) -> Result<(), Complaint> {
    passport.only(&[
        "type",
        "registration_address",
        "serial",
        "number",
        "issue_date",
        "division",
        "issued_by",
    ])?;
    one_of(passport, "type", &["passport_rf"])?;
    for (key, length) in [("serial", 4), ("number", 6)] {
        if !is_digits(&passport.text(key, length, length)?) {
            return Err(Complaint::new(passport.path(key), "must be digits"));
        }
    }
    date(passport, "issue_date")?;
    for key in ["registration_address", "division", "issued_by"] {
        passport.text(key, 1, 1000)?;
    }
    Ok(())
}
