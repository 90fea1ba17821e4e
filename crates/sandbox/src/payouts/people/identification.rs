//! Identifying a contractor by a passport.

use std::time::Duration;

use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::books::{Books, next_id};
use crate::payouts::gate::{Call, item};
use crate::payouts::node::{Node, object};
use crate::payouts::read::{dotted_date, is_digits, one_of, optional_digits, word};
use crate::payouts::refusal::Refusal;
use crate::strict::{Complaint, Fields};

/// When an unverified request goes from waiting to the check, and when the check is over.
const CHECKED_FROM: Duration = Duration::from_secs(5);
const CHECKED_UNTIL: Duration = Duration::from_secs(20);

const PARTS: &[&str] = &[
    "zip_code",
    "country",
    "area",
    "region",
    "city",
    "settlement",
    "street",
    "house",
    "buildings",
    "apartment",
];

pub(in crate::payouts) struct Identification {
    id: u64,
    contractor: u64,
    agent: u64,
    asked: Duration,
    /// Approved at once, because the company says that it has seen the passport itself.
    is_verified: bool,
    passes: bool,
    country: String,
    passport: Option<Passport>,
}

#[derive(Clone)]
struct Passport {
    number: String,
    department_name: String,
    department_code: String,
    issued_at: String,
    birth_date: String,
    birth_place: String,
    address: String,
}

impl Identification {
    fn status(&self, elapsed: Duration) -> &'static str {
        let passed = elapsed.saturating_sub(self.asked);
        if self.is_verified {
            "approved"
        } else if passed < CHECKED_FROM {
            "pending"
        } else if passed < CHECKED_UNTIL {
            "auto_check"
        } else if self.passes {
            "approved"
        } else {
            "rejected"
        }
    }
}

pub(in crate::payouts) fn identify(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let contractor = call.id("contractor_id")?;
    let view = view(call)?;
    let agent = state.books.contractor(contractor)?.card.agent;
    let fields = Fields::read(&call.asked.body)?;
    fields.only(&["country", "is_verified", "snils", "inn", "passport"])?;
    let is_verified = fields.has("is_verified") && fields.boolean("is_verified")?;
    optional_digits(&fields, "snils", &[11])?;
    optional_digits(&fields, "inn", &[10, 12])?;
    let request = Identification {
        id: next_id(state.books.identifications.last().map(|one| one.id)),
        contractor,
        agent,
        asked: call.elapsed(),
        is_verified,
        passes: state.switches.identifications_pass,
        country: country(&fields)?,
        passport: passport(&fields)?,
    };
    let shown = show(&request, view, call.elapsed());
    state.books.identifications.push(request);
    Ok(item(shown))
}

/// The newest that is approved by now; a 404 when there is none.
pub(in crate::payouts) fn last_approved(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let contractor = call.id("contractor_id")?;
    let view = view(call)?;
    state.books.contractor(contractor)?;
    let request = newest_approved(&state.books, contractor, call.elapsed());
    Ok(item(show(
        request.ok_or(Refusal::NotFound)?,
        view,
        call.elapsed(),
    )))
}

pub(super) fn newest_approved(
    books: &Books,
    contractor: u64,
    elapsed: Duration,
) -> Option<&Identification> {
    let mut newest_first = books.identifications.iter().rev();
    newest_first.find(|one| one.contractor == contractor && one.status(elapsed) == "approved")
}

fn view<'c>(call: &'c Call<'_>) -> Result<&'c str, Complaint> {
    Ok(word(&call.query, "view", &["simple", "passport"])?.unwrap_or("simple"))
}

fn country(fields: &Fields<'_>) -> Result<String, Complaint> {
    let code = fields.text("country", 3, 3)?;
    if code.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(code);
    }
    let rule = "must be three lower-case letters";
    Err(Complaint::new("country", rule))
}

fn passport(fields: &Fields<'_>) -> Result<Option<Passport>, Complaint> {
    if !fields.has("passport") {
        return Ok(None);
    }
    let passport = fields.object("passport")?;
    passport.only(&[
        "first_name",
        "last_name",
        "middle_name",
        "gender",
        "number",
        "department_name",
        "department_code",
        "issued_at",
        "birthdate",
        "birthdate_place",
        "address",
    ])?;
    passport.text("first_name", 1, 100)?;
    passport.text("last_name", 1, 100)?;
    passport.optional_text("middle_name", 0, 100)?;
    one_of(&passport, "gender", &["male", "female"])?;
    let number = passport.text("number", 11, 11)?;
    let (series, rest) = number.split_once(' ').unwrap_or_default();
    if series.len() != 4 || rest.len() != 6 || !is_digits(series) || !is_digits(rest) {
        let rule = "must have the form 0000 000000";
        return Err(Complaint::new(passport.path("number"), rule));
    }
    let code = passport.text("department_code", 6, 6)?;
    if !is_digits(&code) {
        let rule = "must be six digits";
        return Err(Complaint::new(passport.path("department_code"), rule));
    }
    Ok(Some(Passport {
        number,
        department_name: passport.text("department_name", 1, 1000)?,
        department_code: code,
        issued_at: dotted_date(&passport, "issued_at")?,
        birth_date: dotted_date(&passport, "birthdate")?,
        birth_place: passport.text("birthdate_place", 1, 1000)?,
        address: address(&passport)?,
    }))
}

/// The whole of it, and perhaps its parts; their inner fields are texts throughout.
fn address(passport: &Fields<'_>) -> Result<String, Complaint> {
    let address = passport.object("address")?;
    address.only(&["full_address", "detailed"])?;
    let full = address.text("full_address", 1, 1000)?;
    if address.has("detailed") {
        let detailed = address.object("detailed")?;
        detailed.only(PARTS)?;
        detailed.optional_text("zip_code", 1, 20)?;
        for key in PARTS
            .iter()
            .filter(|key| !matches!(**key, "zip_code" | "buildings"))
        {
            if detailed.has(key) {
                texts(&detailed.object(key)?)?;
            }
        }
        if detailed.has("buildings") {
            for building in detailed.objects("buildings")? {
                texts(&building)?;
            }
        }
    }
    Ok(full)
}

fn texts(part: &Fields<'_>) -> Result<(), Complaint> {
    part.only(&["name", "type", "code", "number"])?;
    for key in ["name", "type", "code", "number"] {
        part.optional_text(key, 0, 255)?;
    }
    Ok(())
}

fn show(request: &Identification, view: &str, elapsed: Duration) -> Node {
    let node = object! {
        "id": request.id,
        "contractor_id": request.contractor,
        "company_id": 1_u64,
        "agent_id": request.agent,
        "status": request.status(elapsed),
        "is_verified": request.status(elapsed) == "approved",
    };
    match (&request.passport, view) {
        (Some(passport), "passport") => {
            let (series, number) = passport.number.split_once(' ').unwrap_or_default();
            node.with("number", passport.number.as_str())
                .with(
                    "parsed_number",
                    object! { "series": series, "number": number },
                )
                .with("department_name", passport.department_name.as_str())
                .with("department_code", passport.department_code.as_str())
                .with("issued_at_formatted", passport.issued_at.as_str())
                .with("birthdate_formatted", passport.birth_date.as_str())
                .with("birth_place", passport.birth_place.as_str())
                .with(
                    "address_data",
                    object! { "full_address": passport.address.as_str() },
                )
                .with(
                    "country",
                    object! { "code": request.country.as_str(), "title": "" },
                )
        }
        _ => node,
    }
}
