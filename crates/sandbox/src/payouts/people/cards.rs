//! The cards of contractors. The phone is the key: whoever has it is one person.

use http::StatusCode;
use serde_json::value::RawValue;

use super::SELF_EMPLOYED_FORM;
use super::self_employed::SelfEmployed;
use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::books::{Books, Card, Contractor, Name, next_id};
use crate::payouts::gate::{Call, item};
use crate::payouts::node::{Node, Roubles, object};
use crate::payouts::page::{self, Paging};
use crate::payouts::read::{date, given, nullable_text, optional_digits, phone};
use crate::payouts::refusal::Refusal;
use crate::strict::{Complaint, Fields};

const FIELDS: &[&str] = &[
    "phone",
    "email",
    "last_name",
    "middle_name",
    "first_name",
    "legal_form_id",
    "agent_id",
    "group_id",
    "inn",
    "company_agrees_pay_taxes",
    "passport_details",
];
const PASSPORT_FIELDS: &[&str] = &[
    "document_type",
    "full_number",
    "issue_date",
    "issued_by",
    "division",
    "birth_date",
    "registration_address",
];
const RUSSIAN_PASSPORT: &str = "passport_rf";

/// Makes a contractor, or writes over the one with that phone, even one that was deleted.
pub(in crate::payouts) fn upsert(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let card = read(&call.asked.body)?;
    let books = &mut state.books;
    books.known_agent("agent_id", card.agent)?;
    let known = books
        .contractors
        .iter()
        .find(|one| one.card.phone == card.phone);
    let id = match known.map(|one| one.id) {
        Some(id) => {
            let mut all = books.contractors.iter_mut();
            let person = all.find(|one| one.id == id).ok_or(Refusal::NotFound)?;
            person.is_deleted = false;
            person.rewrite(card, call);
            id
        }
        None => {
            let id = next_id(books.contractors.last().map(|one| one.id));
            books.balance_with(id, card.agent, call.at());
            books.contractors.push(Contractor {
                id,
                card,
                created: call.at(),
                updated: call.at(),
                is_deleted: false,
                self_employed: SelfEmployed::default(),
            });
            id
        }
    };
    told(books, id, call)
}

/// Writes a card over by its number. A phone that is somebody else's is refused.
pub(in crate::payouts) fn update(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.id("contractor_id")?;
    let card = read(&call.asked.body)?;
    let books = &mut state.books;
    books.known_agent("agent_id", card.agent)?;
    books.contractor(id)?;
    let mut others = books.contractors.iter().filter(|one| one.id != id);
    if others.any(|one| one.card.phone == card.phone) {
        return Err(Refusal::field("phone", "is another contractor's"));
    }
    books.contractor_mut(id)?.rewrite(card, call);
    told(books, id, call)
}

pub(in crate::payouts) fn list(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let books = &state.books;
    let rows: Vec<&Contractor> = books
        .contractors
        .iter()
        .filter(|one| !one.is_deleted)
        .collect();
    page::answer(call, Paging::Linked, "/contractors", &rows, |one| {
        show(books, one, call)
    })
}

pub(in crate::payouts) fn get(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    told(&state.books, call.id("contractor_id")?, call)
}

pub(in crate::payouts) fn delete(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.id("contractor_id")?;
    state.books.contractor(id)?;
    let is_final = state.switches.errors_are_final;
    let mut own = state
        .books
        .payments
        .iter()
        .filter(|one| one.contractor == id);
    if own.any(|one| !one.is_final(call.elapsed(), is_final)) {
        return Err(Refusal::Undeletable(
            "У исполнителя есть незавершённые выплаты",
        ));
    }
    state.books.contractor_mut(id)?.is_deleted = true;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

impl Contractor {
    fn rewrite(&mut self, card: Card, call: &Call<'_>) {
        // another taxpayer has to be asked about anew
        if self.card.inn != card.inn || self.card.legal_form != card.legal_form {
            self.self_employed.forget();
        }
        self.card = card;
        self.updated = call.at();
    }
}

fn told(books: &Books, id: u64, call: &Call<'_>) -> Result<Answer, Refusal> {
    Ok(item(show(books, books.contractor(id)?, call)))
}

fn read(body: &[u8]) -> Result<Card, Complaint> {
    let fields = Fields::read(body)?;
    fields.only(FIELDS)?;
    nullable_text(&fields, "email", 255)?;
    fields.optional_integer("group_id", 1)?;
    let agrees = fields.has("company_agrees_pay_taxes");
    Ok(Card {
        phone: phone(&fields, "phone")?,
        name: Name {
            last: fields.text("last_name", 1, 100)?,
            first: fields.text("first_name", 1, 100)?,
            middle: fields.optional_text("middle_name", 0, 100)?,
        },
        legal_form: fields.integer_within("legal_form_id", 1, 3)?,
        agent: fields.integer("agent_id", 1)?,
        inn: optional_digits(&fields, "inn", &[10, 12])?,
        agrees_pay_taxes: agrees && fields.boolean("company_agrees_pay_taxes")?,
        passport: passport(&fields)?,
    })
}

/// A Russian one with all its fields. Those of a foreign one are unknown, so it is taken as it is.
fn passport(fields: &Fields<'_>) -> Result<Option<Box<RawValue>>, Complaint> {
    const KEY: &str = "passport_details";

    if !given(fields, KEY) {
        return Ok(None);
    }
    let passport = fields.object(KEY)?;
    if passport.text("document_type", 1, 100)? == RUSSIAN_PASSPORT {
        passport.only(PASSPORT_FIELDS)?;
        let number = passport.text("full_number", 11, 11)?;
        let shaped = number.bytes().enumerate().all(|(at, byte)| match at {
            4 => byte == b' ',
            _ => byte.is_ascii_digit(),
        });
        if !shaped {
            let rule = "must have the form 0000 000000";
            return Err(Complaint::new(passport.path("full_number"), rule));
        }
        date(&passport, "issue_date")?;
        date(&passport, "birth_date")?;
        for key in ["issued_by", "division", "registration_address"] {
            passport.text(key, 1, 1000)?;
        }
    }
    Ok(Some(fields.raw(KEY)?.to_owned()))
}

pub(super) const fn form_title(form: u64) -> &'static str {
    match form {
        1 => "Физическое лицо",
        SELF_EMPLOYED_FORM => "Самозанятый",
        _ => "Индивидуальный предприниматель",
    }
}

fn show(books: &Books, person: &Contractor, call: &Call<'_>) -> Node {
    let card = &person.card;
    let own = books
        .balances
        .iter()
        .filter(|one| one.contractor == person.id);
    let balance = own.fold(0_u64, |sum, one| {
        sum.saturating_add(books.balance_now(one, call.elapsed()).0)
    });
    object! {
        "id": person.id,
        "phone": card.phone.as_str(),
        "last_name": card.name.last.as_str(),
        "first_name": card.name.first.as_str(),
        "middle_name": card.name.middle.clone(),
        "legal_form_id": card.legal_form,
        "inn": card.inn.clone(),
        "agent_id": card.agent,
        "balance": object! {
            "value": Roubles(balance),
            "currency": object! {
                "code": "RUB",
                "symbol": "₽",
                "title": "Российский рубль",
                "unicode": "\\u20BD",
            },
        },
        "agent": object! { "id": card.agent, "name": books.agent_name(card.agent) },
        "legal_form": object! {
            "id": card.legal_form,
            "title": form_title(card.legal_form),
            "is_self_employed": person.is_self_employed(),
        },
        "is_editable": true,
        "created_at": crate::payouts::read::moscow(person.created),
        "updated_at": crate::payouts::read::moscow(person.updated),
        "passport_details": card.passport.clone(),
    }
}
