//! What the methods take, read strictly. Everything here is contract: a breach is a 400 that names the field.

use http::header::CONTENT_TYPE;
use serde_json::value::RawValue;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};

use super::RegistryKind;
use super::answers::is_uuid;
use super::books::{Line, Person};
use super::roubles;
use crate::asked::Asked;
use crate::strict::{Complaint, Fields, Query, media_type, single};

const INT32: u64 = 2_147_483_647;
const LONGEST_TEXT: usize = 1000;
const LONGEST_WAIT: Duration = Duration::days(30);
const MOST_STATUSES: usize = 10;
const STATUSES: &[&str] = &[
    "DRAFT",
    "ERROR",
    "SUBMITTED",
    "PROCESSING",
    "ACCEPTED",
    "EXECUTED",
    "PART_EXEC",
    "REJECTED",
    "CANCELLED",
    "DELETED",
];

/// The body of the payment of a registry.
pub(super) struct PayOrder {
    pub(super) id: String,
    pub(super) registry: u64,
    pub(super) account: String,
    pub(super) due: Option<OffsetDateTime>,
    pub(super) meta: Option<Box<RawValue>>,
}

impl PayOrder {
    pub(super) fn read(asked: &Asked, now: OffsetDateTime) -> Result<Self, Complaint> {
        let body = body(asked)?;
        body.only(&[
            "id",
            "paymentRegistryId",
            "accountNumber",
            "purpose",
            "documentNumber",
            "executionOrder",
            "dueDate",
            "meta",
        ])?;
        let order = Self {
            id: body.text("id", 1, 64)?,
            registry: body.integer_within("paymentRegistryId", 0, INT32)?,
            account: body.text("accountNumber", 1, LONGEST_TEXT)?,
            due: date_time(&body, "dueDate")?,
            meta: body
                .has("meta")
                .then(|| body.raw("meta").map(RawValue::to_owned))
                .transpose()?,
        };
        body.text("purpose", 1, 210)?;
        if !is_account(&order.account, &[20, 22]) {
            return Err(Complaint::new("accountNumber", "must have 20 or 22 digits"));
        }
        if body.has("documentNumber") {
            body.integer_within("documentNumber", 1, 999_999)?;
        }
        if body.has("executionOrder") {
            body.integer_within("executionOrder", 1, 5)?;
        }
        if body.has("meta") {
            body.object("meta")?;
        }
        if order.due.is_some_and(|due| due - now > LONGEST_WAIT) {
            return Err(Complaint::new("dueDate", "must be at most 30 days ahead"));
        }
        Ok(order)
    }
}

/// The body of the methods that make a registry.
pub(super) struct CreateOrder {
    pub(super) correlation: String,
    pub(super) account: Option<String>,
    pub(super) load_date: Option<String>,
    /// `IGNORE_ERRORS`: build the registry from the good lines.
    pub(super) drop_bad_lines: bool,
    pub(super) lines: Vec<Line>,
}

impl CreateOrder {
    /// `POST …/salary/payment-registry/create`.
    pub(super) fn employees(asked: &Asked) -> Result<Self, Complaint> {
        Self::read(asked, RegistryKind::Employees, &["loadDate"], LONGEST_TEXT)
    }

    /// `POST …/salary/payment-registry/create-submit`: two fields have a form of their own.
    pub(super) fn employees_at_once(asked: &Asked) -> Result<Self, Complaint> {
        date_time(&body(asked)?, "loadDate")?;
        Self::read(asked, RegistryKind::Employees, &["loadDate"], 50)
    }

    /// `POST …/self-employed/payment-registry/create`.
    pub(super) fn self_employed(asked: &Asked) -> Result<Self, Complaint> {
        let more = ["taxHolding", "incomeType"];
        let order = Self::read(asked, RegistryKind::SelfEmployed, &more, LONGEST_TEXT)?;
        let body = body(asked)?;
        if body.has("taxHolding") {
            body.boolean("taxHolding")?;
        }
        choice(
            &body,
            "incomeType",
            &["FROM_LEGAL_ENTITY", "FROM_INDIVIDUAL"],
        )?;
        Ok(order)
    }

    fn read(
        asked: &Asked,
        kind: RegistryKind,
        more: &[&str],
        longest_account: usize,
    ) -> Result<Self, Complaint> {
        let body = body(asked)?;
        let shared = [
            "correlationId",
            "companyAccountNumber",
            "registryCreateType",
            "payments",
        ];
        body.only(&[&shared, more].concat())?;
        let create_type = choice(
            &body,
            "registryCreateType",
            &["IGNORE_ERRORS", "FAIL_ERRORS"],
        )?;
        Ok(Self {
            correlation: correlation(&body)?,
            account: body.optional_text("companyAccountNumber", 1, longest_account)?,
            load_date: body.optional_text("loadDate", 1, LONGEST_TEXT)?,
            drop_bad_lines: create_type.as_deref() == Some("IGNORE_ERRORS"),
            lines: body
                .objects("payments")?
                .iter()
                .map(|fields| line(fields, kind))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// The body of submit, of the self-employed's own payment, and of the request for receipts.
pub(super) struct Action {
    pub(super) correlation: String,
    pub(super) registry: u64,
}

impl Action {
    pub(super) fn read(asked: &Asked) -> Result<Self, Complaint> {
        Self::of(asked, "paymentRegistryId")
    }

    /// A cancel calls the same number by another name.
    pub(super) fn cancel(asked: &Asked) -> Result<Self, Complaint> {
        Self::of(asked, "paymentOrderNumber")
    }

    fn of(asked: &Asked, key: &str) -> Result<Self, Complaint> {
        let body = body(asked)?;
        body.only(&["correlationId", key])?;
        Ok(Self {
            correlation: correlation(&body)?,
            registry: body.integer_within(key, 0, INT32)?,
        })
    }
}

/// The body of the lists.
pub(super) struct ListOrder {
    pub(super) offset: usize,
    pub(super) statuses: Vec<String>,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
}

impl ListOrder {
    pub(super) fn read(asked: &Asked) -> Result<Self, Complaint> {
        let body = body(asked)?;
        body.only(&["offset", "statuses", "periodStart", "periodEnd"])?;
        let statuses = body.optional_texts("statuses")?.unwrap_or_default();
        if statuses.len() > MOST_STATUSES {
            return Err(Complaint::new("statuses", "must have at most 10 items"));
        }
        if statuses
            .iter()
            .any(|status| !STATUSES.contains(&status.as_str()))
        {
            return Err(Complaint::new("statuses", "must hold states of registries"));
        }
        let offset = if body.has("offset") {
            body.integer_within("offset", 0, INT32)?
        } else {
            0
        };
        Ok(Self {
            offset: usize::try_from(offset).unwrap_or(usize::MAX),
            statuses,
            from: date(&body, "periodStart")?,
            to: date(&body, "periodEnd")?,
        })
    }
}

/// The query of the methods that fetch a result, in lower case.
pub(super) fn correlation_query(asked: &Asked) -> Result<String, Complaint> {
    no_body(asked)?;
    let query = Query::read(asked.query.as_deref().unwrap_or_default())?;
    query.only(&["correlationId"])?;
    uuid("correlationId", query.required("correlationId")?)
}

/// The body of the one that is a POST.
pub(super) fn correlation_body(asked: &Asked) -> Result<String, Complaint> {
    let body = body(asked)?;
    body.only(&["correlationId"])?;
    correlation(&body)
}

/// The number in the path of a card.
pub(super) fn registry_path(asked: &Asked) -> Result<u64, Complaint> {
    nothing_more(asked)?;
    let text = asked.path_value("paymentRegistryId");
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(id) if plain && id <= INT32 => Ok(id),
        _ => Err(Complaint::new(
            "paymentRegistryId",
            "must be a whole number of 32 bits",
        )),
    }
}

/// The id in the path of a payment's status.
pub(super) fn payment_path(asked: &Asked) -> Result<&str, Complaint> {
    nothing_more(asked)?;
    let id = asked.path_value("paymentId");
    if (1..=64).contains(&id.chars().count()) {
        return Ok(id);
    }
    Err(Complaint::new("paymentId", "must have 1 to 64 characters"))
}

/// Only ASCII digits, so many of them.
pub(super) fn is_account(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn line(fields: &Fields<'_>, kind: RegistryKind) -> Result<Line, Complaint> {
    let shared = [
        "number",
        "accountNumber",
        "paymentPurpose",
        "sum",
        "revenueTypeCode",
        "collectionAmount",
    ];
    let (person_key, more): (_, &[&str]) = match kind {
        RegistryKind::Employees => (
            "employeeInfo",
            &["employeeInfo", "periodStart", "periodEnd"],
        ),
        RegistryKind::SelfEmployed => ("selfEmployedInfo", &["selfEmployedInfo"]),
    };
    fields.only(&[&shared, more].concat())?;
    date(fields, "periodStart")?;
    date(fields, "periodEnd")?;
    Ok(Line {
        number: fields.integer_within("number", 0, INT32)?,
        account: fields.text("accountNumber", 1, LONGEST_TEXT)?,
        purpose: fields.text("paymentPurpose", 1, LONGEST_TEXT)?,
        person: person(&fields.object(person_key)?, kind)?,
        sum: roubles::required(fields, "sum")?,
        period_start: fields.optional_text("periodStart", 1, LONGEST_TEXT)?,
        period_end: fields.optional_text("periodEnd", 1, LONGEST_TEXT)?,
        revenue_type: choice(fields, "revenueTypeCode", &["1", "2", "3", "4", "5"])?,
        collection: roubles::optional(fields, "collectionAmount")?,
        rejected: false,
    })
}

fn person(fields: &Fields<'_>, kind: RegistryKind) -> Result<Person, Complaint> {
    let mut known = vec!["firstName", "lastName", "middleName"];
    if kind == RegistryKind::Employees {
        known.push("employeeId");
    }
    fields.only(&known)?;
    let employee = fields.has("employeeId");
    Ok(Person {
        first_name: fields.text("firstName", 1, LONGEST_TEXT)?,
        last_name: fields.text("lastName", 1, LONGEST_TEXT)?,
        middle_name: fields.optional_text("middleName", 1, LONGEST_TEXT)?,
        employee: employee
            .then(|| fields.integer_within("employeeId", 0, INT32))
            .transpose()?,
    })
}

fn body(asked: &Asked) -> Result<Fields<'_>, Complaint> {
    no_query(asked)?;
    match single(&asked.headers, CONTENT_TYPE)?.map(media_type) {
        Some(kind) if kind == "application/json" => Fields::read(&asked.body),
        _ => Err(Complaint::new("content-type", "must be application/json")),
    }
}

fn nothing_more(asked: &Asked) -> Result<(), Complaint> {
    no_query(asked)?;
    no_body(asked)
}

fn no_query(asked: &Asked) -> Result<(), Complaint> {
    Query::read(asked.query.as_deref().unwrap_or_default())?.only(&[])
}

fn no_body(asked: &Asked) -> Result<(), Complaint> {
    if asked.body.is_empty() {
        return Ok(());
    }
    Err(Complaint::new("body", "must be empty"))
}

fn correlation(body: &Fields<'_>) -> Result<String, Complaint> {
    uuid(
        "correlationId",
        &body.text("correlationId", 1, LONGEST_TEXT)?,
    )
}

fn uuid(key: &str, text: &str) -> Result<String, Complaint> {
    if is_uuid(text) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(Complaint::new(key, "must be a UUID"))
}

fn choice(fields: &Fields<'_>, key: &str, known: &[&str]) -> Result<Option<String>, Complaint> {
    match fields.optional_text(key, 0, LONGEST_TEXT)? {
        Some(text) if !known.contains(&text.as_str()) => Err(Complaint::new(
            fields.path(key),
            format!("must be one of {}", known.join(", ")),
        )),
        chosen => Ok(chosen),
    }
}

fn date(fields: &Fields<'_>, key: &str) -> Result<Option<Date>, Complaint> {
    let Some(text) = fields.optional_text(key, 0, LONGEST_TEXT)? else {
        return Ok(None);
    };
    match Date::parse(&text, format_description!("[year]-[month]-[day]")) {
        Ok(date) => Ok(Some(date)),
        Err(_) => Err(Complaint::new(fields.path(key), "must be a date")),
    }
}

fn date_time(fields: &Fields<'_>, key: &str) -> Result<Option<OffsetDateTime>, Complaint> {
    let Some(text) = fields.optional_text(key, 0, LONGEST_TEXT)? else {
        return Ok(None);
    };
    match OffsetDateTime::parse(&text, &Rfc3339) {
        Ok(at) => Ok(Some(at)),
        Err(_) => Err(Complaint::new(
            fields.path(key),
            "must be a date and time with an offset",
        )),
    }
}
