//! Writes all outgoing payments as CSV, row by row: memory stays flat however long the list is.
//!
//! `cargo run -p alfa-sbp --example export_csv > payments.csv`. See `support/mod.rs` for the way to the bank. The
//! file holds accounts, names and purposes in clear.

mod support;

use std::error::Error;
use std::io::{self, Write};

use alfa_sbp::{ListOutgoingPayments, OutgoingPayment, Sort, SortField};

const HEADER: [&str; 11] = [
    "outgoingPaymentId",
    "timestamp",
    "status",
    "amount",
    "taxAmount",
    "currency",
    "payerAccount",
    "recipient",
    "inn",
    "bik",
    "paymentPurpose",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let connected = support::connect().await?;
    // Oldest first: payments that are made meanwhile are appended, and nothing shifts.
    let oldest_first = ListOutgoingPayments::new(connected.b2b_client_id)
        .sort(Sort::ascending(SortField::Timestamp))
        .sort(Sort::ascending(SortField::OutgoingPaymentId));
    let mut payments = connected.client.items(oldest_first);
    let mut out = io::BufWriter::new(io::stdout().lock());
    write_row(&mut out, HEADER)?;
    while let Some(payment) = payments.next().await {
        match payment {
            Ok(payment) => write_payment(&mut out, &payment)?,
            // One bad row is told and does not spoil the export; any other error ends the list.
            Err(error) => eprintln!("{error:#}"),
        }
    }
    out.flush()?;
    if let Some(rest) = payments.continuation() {
        return Err(format!("the list was not read to its end; go on with {rest:?}").into());
    }
    if let Some(sandbox) = connected.sandbox {
        sandbox.stop().await;
    }
    Ok(())
}

fn write_payment(out: &mut impl Write, payment: &OutgoingPayment) -> io::Result<()> {
    let recipient = &payment.recipient_info;
    write_row(
        out,
        [
            payment.outgoing_payment_id.as_str(),
            payment.timestamp.as_str(),
            payment.status.as_str(),
            &payment.amount.to_string(),
            &payment.tax_amount.to_string(),
            payment.currency.as_str(),
            payment.payer_account.expose(),
            recipient.name.expose(),
            recipient.inn.expose(),
            recipient.bic.as_str(),
            payment.payment_purpose.expose(),
        ],
    )
}

/// RFC 4180, every field in quotes. A text that a spreadsheet would take for a formula gets an apostrophe: purposes
/// are written by strangers.
fn write_row(out: &mut impl Write, fields: [&str; 11]) -> io::Result<()> {
    let quoted = fields.map(|field| {
        let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let guard = if formula { "'" } else { "" };
        format!("\"{guard}{}\"", field.replace('"', "\"\""))
    });
    write!(out, "{}\r\n", quoted.join(","))
}
