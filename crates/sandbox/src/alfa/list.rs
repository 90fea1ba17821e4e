//! The lists of outgoing and incoming payments.

use std::cmp::Ordering;

use http::StatusCode;
use serde::Serialize;

use super::answers::Refusal;
use super::books::{Books, Progress};
use super::{B2B_CLIENT_ID, Bank};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::clock::timestamp;
use crate::strict::{Complaint, Query};
use crate::sync::locked;

/// The page names no default; this one is small, so that a client which relies on it is found out.
const DEFAULT_LIMIT: u64 = 10;
const MOST_SORT_KEYS: usize = 3;

/// `GET …/outgoing-payments`.
pub(super) fn outgoing(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let query = Query::read(asked.query.as_deref().unwrap_or_default())?;
    query.only(&[
        "b2bClientId",
        "outgoingPaymentId",
        "qrcId",
        "sort",
        "limit",
        "offset",
    ])?;
    let client = query.required("b2bClientId")?;
    let id = query.optional("outgoingPaymentId")?;
    let qrc_id = query.optional("qrcId")?;
    let window = Window::read(&query)?;
    let order = read_order(&query, &outgoing_columns())?;

    let elapsed = bank.world.clock.elapsed();
    let books = locked(&bank.books);
    let mut rows: Vec<OutgoingRow<'_>> = books
        .outgoing
        .iter()
        .filter(|payment| client == B2B_CLIENT_ID && payment.stage != Progress::Waiting)
        .filter(|payment| id.is_none_or(|id| payment.id == id))
        .filter(|payment| qrc_id.is_none_or(|qrc_id| payment.qrc_id == qrc_id))
        .map(|payment| OutgoingRow {
            outgoing_payment_id: &payment.id,
            qrc_id: &payment.qrc_id,
            status: payment.stage.name(elapsed),
            amount: payment.amount,
            tax_amount: payment.tax_amount,
            currency: "RUR",
            payer_account: &payment.payer_account,
            payment_purpose: &payment.purpose,
            timestamp: timestamp(payment.at),
            recipient_info: RecipientInfo {
                name: &payment.recipient.name,
                inn: &payment.recipient.inn,
                bik: &payment.recipient.bik,
            },
        })
        .collect();
    // the default order, which also decides between equal rows
    rows.sort_by(|one, other| other.outgoing_payment_id.cmp(one.outgoing_payment_id));
    sort(&mut rows, &order);
    Ok(window.answer(&books, rows))
}

/// `GET …/incoming-payments`.
pub(super) fn incoming(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let query = Query::read(asked.query.as_deref().unwrap_or_default())?;
    query.only(&["b2bClientId", "qrcId", "sort", "limit", "offset"])?;
    let client = query.required("b2bClientId")?;
    let qrc_id = query.optional("qrcId")?;
    let window = Window::read(&query)?;
    let order = read_order(&query, &incoming_columns())?;

    let books = locked(&bank.books);
    let mut rows: Vec<IncomingRow<'_>> = books
        .incoming
        .iter()
        .filter(|_| client == B2B_CLIENT_ID)
        .filter(|payment| qrc_id.is_none_or(|qrc_id| payment.qrc_id == qrc_id))
        .map(|payment| IncomingRow {
            qrc_id: &payment.qrc_id,
            amount: payment.amount,
            tax_amount: payment.tax_amount,
            currency: "RUR",
            payee_account: &payment.payee_account,
            payment_purpose: &payment.purpose,
            timestamp: timestamp(payment.at),
        })
        .collect();
    sort(&mut rows, &order);
    Ok(window.answer(&books, rows))
}

#[derive(Serialize)]
struct Page<Row> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    payments: Vec<Row>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    limit: u64,
    offset: u64,
    total_count: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutgoingRow<'a> {
    outgoing_payment_id: &'a str,
    qrc_id: &'a str,
    status: &'static str,
    amount: u64,
    tax_amount: u64,
    currency: &'static str,
    payer_account: &'a str,
    payment_purpose: &'a str,
    timestamp: String,
    recipient_info: RecipientInfo<'a>,
}

#[derive(Serialize)]
struct RecipientInfo<'a> {
    name: &'a str,
    inn: &'a str,
    bik: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IncomingRow<'a> {
    qrc_id: &'a str,
    amount: u64,
    tax_amount: u64,
    currency: &'static str,
    payee_account: &'a str,
    payment_purpose: &'a str,
    timestamp: String,
}

type Compare<Row> = fn(&Row, &Row) -> Ordering;
type Column<Row> = (&'static str, Compare<Row>);

/// The columns that the page allows to sort by.
fn outgoing_columns<'a>() -> [Column<OutgoingRow<'a>>; 6] {
    [
        ("status", |one, other| one.status.cmp(other.status)),
        ("amount", |one, other| one.amount.cmp(&other.amount)),
        ("payerAccount", |one, other| {
            one.payer_account.cmp(other.payer_account)
        }),
        ("paymentPurpose", |one, other| {
            one.payment_purpose.cmp(other.payment_purpose)
        }),
        ("timestamp", |one, other| {
            one.timestamp.cmp(&other.timestamp)
        }),
        ("outgoingPaymentId", |one, other| {
            one.outgoing_payment_id.cmp(other.outgoing_payment_id)
        }),
    ]
}

fn incoming_columns<'a>() -> [Column<IncomingRow<'a>>; 6] {
    [
        ("qrcId", |one, other| one.qrc_id.cmp(other.qrc_id)),
        ("amount", |one, other| one.amount.cmp(&other.amount)),
        ("taxAmount", |one, other| {
            one.tax_amount.cmp(&other.tax_amount)
        }),
        ("paymentPurpose", |one, other| {
            one.payment_purpose.cmp(other.payment_purpose)
        }),
        ("payeeAccount", |one, other| {
            one.payee_account.cmp(other.payee_account)
        }),
        ("timestamp", |one, other| {
            one.timestamp.cmp(&other.timestamp)
        }),
    ]
}

/// Reads repeated `sort=field,direction`; the flag means descending.
fn read_order<Row>(
    query: &Query,
    columns: &[Column<Row>],
) -> Result<Vec<(Compare<Row>, bool)>, Complaint> {
    let complain = |rule: &str| Complaint::new("sort", rule);
    let mut order = Vec::new();
    let mut used = Vec::new();
    for value in query.all("sort") {
        let (field, direction) = value
            .split_once(',')
            .ok_or_else(|| complain("must be field,direction"))?;
        let descending = match direction {
            "asc" => false,
            "desc" => true,
            _ => return Err(complain("direction must be asc or desc")),
        };
        let (name, compare) = columns
            .iter()
            .find(|(name, _)| *name == field)
            .ok_or_else(|| complain("field cannot be sorted by"))?;
        if used.contains(name) {
            return Err(complain("names a field twice"));
        }
        used.push(name);
        order.push((*compare, descending));
    }
    if order.len() > MOST_SORT_KEYS {
        return Err(complain("has more than three keys"));
    }
    Ok(order)
}

fn sort<Row>(rows: &mut [Row], order: &[(Compare<Row>, bool)]) {
    rows.sort_by(|one, other| {
        order
            .iter()
            .fold(Ordering::Equal, |so_far, (compare, descending)| {
                so_far.then_with(|| {
                    let ordering = compare(one, other);
                    if *descending {
                        ordering.reverse()
                    } else {
                        ordering
                    }
                })
            })
    });
}

/// Which rows are asked for.
struct Window {
    limit: u64,
    offset: u64,
}

impl Window {
    fn read(query: &Query) -> Result<Self, Complaint> {
        Ok(Self {
            limit: query.integer("limit", 1, 100)?.unwrap_or(DEFAULT_LIMIT),
            offset: query
                .integer("offset", 0, u64::from(u32::MAX))?
                .unwrap_or(0),
        })
    }

    fn answer<Row: Serialize>(&self, books: &Books, rows: Vec<Row>) -> Answer {
        let total_count = rows.len();
        let payments = rows
            .into_iter()
            .skip(self.offset as usize)
            .take(self.limit as usize);
        let pagination = Pagination {
            limit: self.limit,
            offset: self.offset,
            total_count,
        };
        let page = Page {
            pagination: (!books.omit_pagination).then_some(pagination),
            payments: payments.collect(),
        };
        Answer::json(StatusCode::OK, &page)
    }
}
