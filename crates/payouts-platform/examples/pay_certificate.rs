//! Creates an acceptance certificate, pays it by phone, and saves its pdf.
//!
//! `cargo run -p payouts-platform --example pay_certificate [FILE]`. See `support/mod.rs` for the way to the platform.

mod support;

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::time::Duration;

use payouts_platform::flows::{CertificateEnd, Payout, pay_certificate};
use payouts_platform::time::{Date, Month};
use payouts_platform::{
    AgentId, CertificateDetails, CertificateLine, ContractorId, CreateCertificate,
    DownloadCertificatePdf, MeasureUnitId, Money, PayCertificate, Quantity, Requisite, SbpBankId,
    ScrapMetal,
};

/// More than any certificate has.
const LIMIT: u64 = 20_000_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1);
    let path = path.map_or_else(|| env::temp_dir().join("certificate.pdf"), Into::into);
    let connected = support::connect().await?;

    // (10.5 - 0.5) x (1 - 5 %) = 9.5 tonnes, 20 000 roubles each
    let line = CertificateLine::new("Лом стальной 3А")
        .kind("Черные металлы")
        .nomenclature("30277afd-c473-45cf-89a2-a9c76281f4d7")
        .measure_unit(MeasureUnitId::new(4))
        .weights(
            Quantity::parse("10.5")?,
            Quantity::parse("0.5")?,
            Quantity::parse("5")?,
        )
        .price(Quantity::parse("20000")?, Money::from_roubles(190_000));
    let details = CertificateDetails::new(
        AgentId::new(1),
        "ПСА-7",
        Date::from_calendar_date(2026, Month::January, 15)?,
        ContractorId::new(68),
        ScrapMetal::new("Собственность сдатчика", "Лом стальной"),
        Money::from_roubles(190_000),
    )
    .line(line)
    .strict(); // a sum that does not add up is refused before anything is sent

    // Made once and stored with the intent.
    let key = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
    let requisite = Requisite::sbp("+79990000001", SbpBankId::new(100_000_000_004));
    let create = CreateCertificate::new(details);
    let patience = Duration::from_secs(600);
    // The number that an earlier run stored before it crashed, if one did: then no second certificate is made.
    let made_before = None;
    let flow = pay_certificate(
        &connected.client,
        &create,
        made_before,
        patience,
        async |id| {
            println!("certificate {id}: store this number now, beside the key");
            Some(PayCertificate::new(id, key, requisite))
        },
    );
    let paid = flow.await?;
    match paid.end {
        CertificateEnd::Followed(Payout::Paid(payment)) => {
            println!("paid: {} roubles", payment.amount.unwrap_or_default());
        }
        CertificateEnd::NotPaid(error) => println!("not paid: {error}"),
        other => println!("a person must look: {other:?}"),
    }

    if let Some(id) = paid.id {
        let pdf = DownloadCertificatePdf::new(id);
        let mut pdf = connected.client.download(&pdf).await?.limit(LIMIT);
        let mut file = File::create(&path)?;
        while let Some(chunk) = pdf.next().await {
            file.write_all(&chunk?)?;
        }
        println!("{} bytes in {}", pdf.received(), path.display());
    }
    connected.close().await;
    Ok(())
}
