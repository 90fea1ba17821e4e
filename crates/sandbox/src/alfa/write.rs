//! Payments: in one step, or as a draft that is executed. Every understood request goes into the ledger.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::Serialize;

use super::answers::Refusal;
use super::books::{Books, LinkKind, Outgoing, Progress};
use super::read::PaymentState;
use super::{B2B_CLIENT_ID, Bank, EXECUTE, ONE_STEP_PAY, PAYER_ACCOUNT};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::ledger::{LedgerEntry, masked};
use crate::strict::{Complaint, Fields, Query};
use crate::sync::locked;

/// The longest signature in base64, and the longest text where the bank states no limit.
const LONGEST_SIGNATURE: usize = 100_000;
const LONGEST_TEXT: usize = 200;

/// `POST …/outgoing-payments/one-pay`: 201, and money moves.
pub(super) fn one_step_pay(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let body = read_body(asked)?;
    let order = Order::read(&body, &["digestSignatures"])?;
    read_signatures(&body, "digestSignatures")?;
    let mut books = locked(&bank.books);
    let payment = order.payment(bank, &mut books)?;
    let entry = Entry {
        operation: ONE_STEP_PAY,
        key: &order.qrc_id,
        payment: &payment,
        asked,
    };
    if already_paid(&books, &order.qrc_id) {
        return Err(entry.refuse(bank, "qrcId", "is a one-time link that was paid already"));
    }
    let payment = Outgoing {
        stage: entry.start(bank, &mut books, StatusCode::CREATED),
        ..payment
    };
    let answer = Answer::json(StatusCode::CREATED, &Taken::of(&payment, bank));
    books.outgoing.push(payment);
    Ok(answer)
}

/// Creates a draft: 201, and nothing moves.
pub(super) fn create(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let body = read_body(asked)?;
    let order = Order::read(&body, &[])?;
    let mut books = locked(&bank.books);
    let payment = order.payment(bank, &mut books)?;
    let answer = Answer::json(StatusCode::CREATED, &Taken::of(&payment, bank));
    books.outgoing.push(payment);
    Ok(answer)
}

/// `PUT …/outgoing-payments/{outgoingPaymentId}`: 200, and money moves.
pub(super) fn execute(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let body = read_body(asked)?;
    body.only(&["client", "signatures"])?;
    read_client(&body)?;
    read_signatures(&body, "signatures")?;
    let mut books = locked(&bank.books);
    let id = asked.path_value("outgoingPaymentId");
    let Some(payment) = books.payment(id).cloned() else {
        return Err(Complaint::new("outgoingPaymentId", "is not a payment of this client").into());
    };
    let entry = Entry {
        operation: EXECUTE,
        key: id,
        payment: &payment,
        asked,
    };
    if payment.stage != Progress::Waiting {
        return Err(entry.refuse(bank, "outgoingPaymentId", "was executed already"));
    }
    if already_paid(&books, &payment.qrc_id) {
        return Err(entry.refuse(bank, "qrcId", "is a one-time link that was paid already"));
    }
    let stage = entry.start(bank, &mut books, StatusCode::OK);
    let at = bank.world.clock.now();
    let payment = Outgoing {
        stage,
        at,
        ..payment
    };
    if let Some(kept) = books.outgoing.iter_mut().find(|kept| kept.id == payment.id) {
        *kept = payment.clone();
    }
    Ok(Answer::json(
        StatusCode::OK,
        &PaymentState::of(&payment, bank),
    ))
}

/// What a payment is asked for with.
struct Order {
    qrc_id: String,
    payer_account: String,
    amount: u64,
    purpose: String,
    tax_amount: u64,
}

impl Order {
    /// Reads the fields that a draft and a one-step payment share; `more` are the others that may be there.
    fn read(body: &Fields<'_>, more: &[&str]) -> Result<Self, Complaint> {
        let shared = [
            "client",
            "qrcId",
            "payerAccount",
            "amount",
            "paymentPurpose",
            "takeTax",
            "taxAmount",
        ];
        body.only(&[&shared, more].concat())?;
        read_client(body)?;
        let order = Self {
            qrc_id: body.text("qrcId", 1, LONGEST_TEXT)?,
            payer_account: body.text("payerAccount", 20, 20)?,
            amount: body.integer("amount", 1)?,
            purpose: body.text("paymentPurpose", 1, 210)?,
            tax_amount: body.optional_integer("taxAmount", 0)?.unwrap_or(0),
        };
        body.boolean("takeTax")?;
        if order.payer_account != PAYER_ACCOUNT {
            return Err(Complaint::new(
                "payerAccount",
                "is not an account of this client",
            ));
        }
        if order.tax_amount > order.amount {
            return Err(Complaint::new("taxAmount", "must not exceed the amount"));
        }
        Ok(order)
    }

    /// The payment that the order makes, not yet on its way.
    fn payment(&self, bank: &Bank, books: &mut Books) -> Result<Outgoing, Complaint> {
        let Some(link) = books.link(&self.qrc_id) else {
            return Err(Complaint::new("qrcId", "is not a known payment link"));
        };
        if link.kind == LinkKind::OneTime && link.amount != self.amount {
            return Err(Complaint::new(
                "amount",
                "is not the sum of the payment link",
            ));
        }
        let recipient = link.recipient.clone();
        Ok(Outgoing {
            id: books.random.uuid(),
            qrc_id: self.qrc_id.clone(),
            amount: self.amount,
            tax_amount: self.tax_amount,
            payer_account: self.payer_account.clone(),
            purpose: self.purpose.clone(),
            at: bank.world.clock.now(),
            recipient,
            stage: Progress::Waiting,
        })
    }
}

/// What the ledger is told about a write.
struct Entry<'a> {
    operation: &'static str,
    key: &'a str,
    payment: &'a Outgoing,
    asked: &'a Asked,
}

impl Entry<'_> {
    /// Sets the payment in motion and says where it stands now. A declined one moves no money.
    fn start(&self, bank: &Bank, books: &mut Books, status: StatusCode) -> Progress {
        let declined = books.declined.contains(self.key);
        if !declined {
            for link in books
                .links
                .iter_mut()
                .filter(|link| link.qrc_id == self.payment.qrc_id)
            {
                link.paid = true;
            }
        }
        self.write(bank, status, !declined);
        Progress::Moving {
            since: bank.world.clock.elapsed(),
            declined,
        }
    }

    fn refuse(&self, bank: &Bank, key: &str, why: &str) -> Refusal {
        self.write(bank, StatusCode::CONFLICT, false);
        Refusal::Conflict(Complaint::new(key, why))
    }

    fn write(&self, bank: &Bank, status: StatusCode, moved: bool) {
        bank.world.ledger.write(LedgerEntry {
            sequence: 0,
            operation: self.operation,
            key: self.key.to_owned(),
            amount_kopecks: self.payment.amount,
            payer_account: masked(&self.payment.payer_account),
            at: bank.world.clock.now(),
            fingerprint: self.asked.fingerprint.clone(),
            status: status.as_u16(),
            moved,
        });
    }
}

/// What one-step payment and draft answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Taken<'a> {
    #[serde(flatten)]
    state: PaymentState<'a>,
    /// In kopecks.
    commission: u64,
}

impl<'a> Taken<'a> {
    fn of(payment: &'a Outgoing, bank: &Bank) -> Self {
        Self {
            state: PaymentState::of(payment, bank),
            commission: payment.amount / 1000,
        }
    }
}

fn already_paid(books: &Books, qrc_id: &str) -> bool {
    books
        .link(qrc_id)
        .is_some_and(|link| link.paid && link.kind == LinkKind::OneTime)
}

fn read_body(asked: &Asked) -> Result<Fields<'_>, Complaint> {
    Query::read(asked.query.as_deref().unwrap_or_default())?.only(&[])?;
    Fields::read(&asked.body)
}

fn read_client(body: &Fields<'_>) -> Result<(), Complaint> {
    let client = body.object("client")?;
    client.only(&["b2bClientId", "partnerId"])?;
    client.integer("partnerId", 0)?;
    if client.text("b2bClientId", 1, LONGEST_TEXT)? == B2B_CLIENT_ID {
        return Ok(());
    }
    Err(Complaint::new(
        "client.b2bClientId",
        "is not a client of this token",
    ))
}

fn read_signatures(body: &Fields<'_>, key: &str) -> Result<(), Complaint> {
    for signature in body.objects(key)? {
        signature.only(&[
            "base64Encoded",
            "certificateUuid",
            "signatureType",
            "poaNumber",
        ])?;
        let encoded = signature.text("base64Encoded", 1, LONGEST_SIGNATURE)?;
        if STANDARD.decode(encoded).is_err() {
            return Err(Complaint::new(
                signature.path("base64Encoded"),
                "is not base64",
            ));
        }
        let kind = signature.text("signatureType", 1, LONGEST_TEXT)?;
        if !["KEP", "RSA"].contains(&kind.as_str()) {
            return Err(Complaint::new(
                signature.path("signatureType"),
                "must be KEP or RSA",
            ));
        }
        signature.optional_text("certificateUuid", 1, LONGEST_TEXT)?;
        signature.optional_text("poaNumber", 1, LONGEST_TEXT)?;
    }
    Ok(())
}
