//! The payouts platform: a self-employed contractor is taken on and paid by phone and by card, and a certificate is paid.

use std::time::Duration;

use contract_tests::suite::method;
use payouts_platform::flows::{
    CertificateEnd, ContractorPayout, MadeBefore, Payout, SelfEmployedPlan, Standing,
    onboard_self_employed, pay_certificate, pay_contractor,
};
use payouts_platform::{
    AgentId, BalanceId, CertificateDetails, CertificateLine, Client, ContractorDetails,
    ContractorId, CreateCertificate, CreatePayment, DownloadCertificatePdf, LegalForm,
    ListBalances, MeasureUnitId, Money, PayCertificate, Payment, Quantity, Requisite, SbpBankId,
    ScrapMetal,
};
use rubank_core::money::Kopecks;
use rubank_sandbox::payouts::{AGENT, CLIENT_KEY, CREATE_PAYMENT, NOMENCLATURE};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox};

use crate::fast::{Fast, patient};
use crate::{Outcome, headline, table};

const PHONE: &str = "+79990000001";
/// Longer than the longest pause of [`Fast`]: it is a timeout, and must not be over before the minute of a payout is.
const PATIENCE: Duration = Duration::from_secs(10 * 60 * 60);
/// Made once, and stored before anything is sent.
const CERTIFICATE_KEY: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

pub(crate) async fn run(banks: &Sandbox) -> Outcome {
    headline(
        "Payouts platform: addresses that nobody published, as the simulated platform serves them",
    );
    let client = connect(banks)?;

    headline("Payouts platform: a self-employed contractor is taken on");
    let agent = AgentId::new(AGENT.try_into()?);
    let details = || {
        ContractorDetails::new(PHONE, "Образцов", "Пётр", LegalForm::SelfEmployed, agent)
            .company_agrees_pay_taxes(true)
    };
    let onboarded =
        onboard_self_employed(&client, SelfEmployedPlan::new(details()), PATIENCE).await?;
    let contractor = onboarded
        .contractor
        .ok_or("a contractor without a number")?;
    println!("  standing: {:?}", onboarded.standing);
    if !matches!(onboarded.standing, Standing::Allowed) {
        return Err("the contractor should be allowed to be paid".into());
    }
    let contractor_number = contractor.to_string().parse()?;
    banks.payouts().credit(contractor_number, AGENT, 1_000_000);
    let before = balances(&client, contractor).await?;
    let (balance, _) = *before.first().ok_or("a contractor without a balance")?;

    headline(
        "Payouts platform: paid by phone, and the answer is lost after the work; then by card",
    );
    let by_phone = Requisite::sbp(PHONE, SbpBankId::new(100_000_000_004));
    // A number from the platform's own page.
    let by_card = Requisite::card("5469550053219652");
    banks
        .faults()
        .push(FaultRule::on(CREATE_PAYMENT, Fault::Close(Moment::AfterWork)).next(1));
    let (mut rows, mut taken) = (Vec::new(), Vec::new());
    for (key, sum, requisite) in [
        ("demo act 7", "1500.50", by_phone),
        ("demo act 8", "820.05", by_card),
    ] {
        let amount = Money::parse(sum)?;
        let paid = pay_contractor(&client, details(), PATIENCE, |contractor| {
            CreatePayment::new(key, contractor, amount)
                .to(requisite)
                .payer(balance)
                .fix_commission(Money::from_roubles(15))
                .service_name("Услуги")
        });
        match paid.await? {
            ContractorPayout::Paid { payment, receipt } => {
                if !adds_up(&payment) {
                    return Err(format!("the sums of {key} do not add up").into());
                }
                let receipt = receipt.and_then(|receipt| receipt.key);
                rows.push(sums(key, &payment, receipt.unwrap_or_default()));
                taken.push(amount);
            }
            // The money moved, and the tax service has no receipt of it: somebody must see to it.
            ContractorPayout::ReceiptMissing(payment) => {
                return Err(
                    format!("{key} was paid as {:?}, and has NO RECEIPT", payment.id).into(),
                );
            }
            other => return Err(format!("{key} was not paid: {other:?}").into()),
        }
    }
    let columns = ["key", "amount", "commission", "tax", "arrives", "receipt"];
    table::print(columns, &rows);

    headline("Payouts platform: an acceptance certificate, paid, and its pdf");
    certificate(&client, agent, contractor).await?;

    headline("Payouts platform: balances and the ledger");
    let after = balances(&client, contractor).await?;
    let taken = Money::sum(taken).ok_or("the sum is too large")?;
    books(banks, &before, &after, taken, contractor_number)
}

fn connect(banks: &Sandbox) -> Result<Client, Box<dyn std::error::Error>> {
    let environment = payouts_platform::environment("demo", banks.url(Host::PayoutsPlatformApi));
    let mut builder = Client::builder(environment)
        .extra_roots(rubank_core::tls::Root::from_pem(banks.ca_pem().as_bytes())?)
        .credentials(payouts_platform::credentials(CLIENT_KEY))
        .clock(Fast(banks.clock().clone()))
        .default_options(patient());
    let mut rows = Vec::new();
    for route in banks
        .overrides()
        .filter(|route| route.host == Host::PayoutsPlatformApi)
    {
        rows.push([
            route.operation.to_owned(),
            format!("{} {}", route.method, route.path),
        ]);
        builder = builder.override_route(route.operation, method(route.method), route.path);
    }
    table::print(["operation", "where"], &rows);
    Ok(builder.build()?)
}

async fn certificate(client: &Client, agent: AgentId, contractor: ContractorId) -> Outcome {
    // (10.5 - 0.5) x (1 - 5 %) = 9.5 tonnes, 200 roubles each
    let line = CertificateLine::new("Лом стальной 3А")
        .kind("Черные металлы")
        .nomenclature(NOMENCLATURE)
        .measure_unit(MeasureUnitId::new(4))
        .weights(
            Quantity::parse("10.5")?,
            Quantity::parse("0.5")?,
            Quantity::parse("5")?,
        )
        .price(Quantity::parse("200")?, Money::from_roubles(1_900));
    let details = CertificateDetails::new(
        agent,
        "ПСА-7",
        time::macros::date!(2026 - 01 - 16),
        contractor,
        ScrapMetal::new("Собственность сдатчика", "Лом стальной"),
        Money::from_roubles(1_900),
    )
    .line(line)
    .strict();
    let requisite = Requisite::sbp(PHONE, SbpBankId::new(100_000_000_004));
    let create = CreateCertificate::new(details);
    let pay = |id| PayCertificate::new(id, CERTIFICATE_KEY, requisite.clone());
    let paid = pay_certificate(client, &create, None, PATIENCE, async |id| Some(pay(id))).await?;
    match &paid.end {
        CertificateEnd::Followed(Payout::Paid(payment)) => {
            println!("  paid:     {} roubles", payment.amount.unwrap_or_default());
        }
        other => return Err(format!("the certificate was not paid: {other:?}").into()),
    }
    let id = paid.id.ok_or("a certificate without a number")?;
    // As after a crash: with the number that was stored, no second certificate is made, and nothing is paid again.
    let before = Some(MadeBefore::perhaps_paid(id));
    let again = pay_certificate(client, &create, before, PATIENCE, async |id| Some(pay(id)));
    match again.await?.end {
        CertificateEnd::Followed(Payout::Paid(_)) => println!("  again:    it is paid already"),
        other => return Err(format!("the second run ended otherwise: {other:?}").into()),
    }
    let pdf = client
        .download(&DownloadCertificatePdf::new(id))
        .await?
        .collect(1_000_000)
        .await?;
    let file = std::env::temp_dir().join("rubank-demo-certificate.pdf");
    std::fs::write(&file, &pdf)?;
    println!("  saved:    {} bytes, {}", pdf.len(), file.display());
    Ok(())
}

/// Each balance of a contractor, and what it holds.
async fn balances(
    client: &Client,
    contractor: ContractorId,
) -> Result<Vec<(BalanceId, Money)>, Box<dyn std::error::Error>> {
    let mut found = Vec::new();
    let mut balances = client.items(ListBalances::new(contractor));
    while let Some(balance) = balances.next().await {
        let balance = balance?;
        let id = balance.id.ok_or("a balance without a number")?;
        found.push((id, balance.balance.unwrap_or_default()));
    }
    Ok(found)
}

/// What was there, less what was paid from it, is what is there: to the client, and in the platform's own books.
fn books(
    banks: &Sandbox,
    before: &[(BalanceId, Money)],
    after: &[(BalanceId, Money)],
    taken: Money,
    contractor_number: u64,
) -> Outcome {
    let all = |balances: &[(BalanceId, Money)]| {
        Money::sum(balances.iter().map(|(_, sum)| *sum)).ok_or("the sum is too large")
    };
    let (before, left) = (all(before)?, all(after)?);
    let rows: Vec<_> = after
        .iter()
        .map(|(id, sum)| [id.to_string(), format!("{:>12}", sum.to_string())])
        .collect();
    table::print(["balance", "roubles"], &rows);
    let books = banks
        .payouts()
        .balance(contractor_number)
        .ok_or("no such contractor")?;
    println!("\n  client:   {before} - {taken} paid = {left} roubles left");
    println!("  platform: {books} kopecks in its own books");
    let is_right = left.checked_add(taken) == Some(before)
        && u64::try_from(Kopecks::try_from(left)?.get())? == books;
    if !is_right {
        return Err("the balances must add up to the kopeck".into());
    }
    let ledger = banks.ledger();
    for key in ["demo act 7", "demo act 8", CERTIFICATE_KEY] {
        let paid = ledger.paid(key);
        println!("  ledger:   '{key}' moved money {paid} time(s)");
        if paid != 1 {
            return Err("each must be paid exactly once".into());
        }
    }
    Ok(())
}

/// Whether what was asked for is what arrives, commission and tax: the simulated platform's own arithmetic.
fn adds_up(payment: &Payment) -> bool {
    let parts = [payment.amount_paid, payment.commission, payment.tax_amount];
    Money::sum(parts.into_iter().flatten()) == payment.amount
}

fn sums(key: &str, payment: &Payment, receipt: String) -> [String; 6] {
    let shown = |sum: Option<Money>| {
        format!(
            "{:>10}",
            sum.map_or_else(|| "-".to_owned(), |sum| sum.to_string())
        )
    };
    [
        key.to_owned(),
        shown(payment.amount),
        shown(payment.commission),
        shown(payment.tax_amount),
        shown(payment.amount_paid),
        receipt,
    ]
}
