//! Creates an acceptance certificate, pays it by phone, and saves its pdf.
//!
//! `cargo run -p payouts-platform --example pay_certificate [KEY [FILE [NUMBER]]]`: the key is yours, a UUIDv4 that was
//! stored before; only the simulated platform does without. After a crash, the number is that of the certificate which
//! was made. See `support/mod.rs` for the way to the platform.

mod support;

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use payouts_platform::flows::{CertificateEnd, MadeBefore, Payout, pay_certificate};
use payouts_platform::time::{Date, Month};
use payouts_platform::{
    AgentId, CertificateDetails, CertificateId, CertificateLine, Client, ContractorId,
    CreateCertificate, DownloadCertificatePdf, MeasureUnitId, Money, PayCertificate, Quantity,
    Requisite, SbpBankId, ScrapMetal,
};

/// More than any certificate has.
const LIMIT: u64 = 20_000_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let key = arguments.next();
    let path = arguments
        .next()
        .map_or_else(|| env::temp_dir().join("certificate.pdf"), PathBuf::from);
    // The number that an earlier run stored before it crashed: then no second certificate is made, and nothing is paid
    // again.
    let made_before = match arguments.next() {
        Some(number) => Some(MadeBefore::perhaps_paid(CertificateId::new(
            number.parse()?,
        ))),
        None => None,
    };
    let connected = support::connect().await?;
    let key = match key {
        Some(key) => key,
        // Of the simulated platform, whose books are new each time: a key for real money is made for one payment.
        None if connected.is_simulated() => "6f9619ff-8b86-4011-b42d-00c04fc964ff".to_owned(),
        None => return Err("give the key of the payment: a UUIDv4, stored before".into()),
    };

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

    let requisite = Requisite::sbp("+79990000001", SbpBankId::new(100_000_000_004));
    let create = CreateCertificate::new(details);
    let patience = Duration::from_secs(600);
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
        let bytes = save(&connected.client, id, &path).await?;
        println!("{bytes} bytes in {}", path.display());
    }
    connected.close().await;
    Ok(())
}

/// Under its name the file is whole or not at all: it is received beside it.
async fn save(client: &Client, id: CertificateId, path: &Path) -> Result<u64, Box<dyn Error>> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let saved = receive(client, id, Path::new(&part)).await;
    match saved {
        Ok(_) => fs::rename(&part, path)?,
        Err(_) => _ = fs::remove_file(&part),
    }
    saved
}

async fn receive(client: &Client, id: CertificateId, path: &Path) -> Result<u64, Box<dyn Error>> {
    let pdf = DownloadCertificatePdf::new(id);
    let mut pdf = client.download(&pdf).await?.limit(LIMIT);
    let mut file = File::create(path)?;
    while let Some(chunk) = pdf.next().await {
        file.write_all(&chunk?)?;
    }
    file.sync_all()?;
    Ok(pdf.received())
}
