//! T-Bank: a registry of employees and one of the self-employed, built, signed, paid and confirmed.

use std::time::Duration;

use rubank_sandbox::tbank::{COMPANY_ACCOUNT, PAY_REGISTRY, TOKEN};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox};
use tbank_registry::flows::{
    Confirmation, Event, PaymentEnd, Preparation, RegistryCard, pay_and_confirm, prepare_and_sign,
};
use tbank_registry::{
    Account, Client, CreateSalaryRegistry, CreateSelfEmployedRegistry, Employee, Identity, Money,
    PayRegistry, Root, SalaryLine, SelfEmployedLine, SelfEmployedPerson,
};

use crate::fast::{Fast, patient};
use crate::{Outcome, headline, table};

/// The card is shown once in ten minutes, so a payment takes that long; on the demo's clock.
const LONG: Duration = Duration::from_secs(60 * 60);

pub(crate) async fn run(banks: &Sandbox) -> Outcome {
    let client = Client::builder(tbank_registry::environment(
        "demo",
        banks.url(Host::TBankRegistrySecured),
        banks.url(Host::TBankRegistryOpen),
    ))
    .identity(Identity::from_pem(banks.client_identity_pem().as_bytes())?)
    .extra_roots(Root::from_pem(banks.ca_pem().as_bytes())?)
    .credentials(tbank_registry::credentials(TOKEN))
    .clock(Fast(banks.clock().clone()))
    .default_options(patient())
    .build()?;

    headline("T-Bank: a registry of employees");
    let preparation = Preparation::employees(
        CreateSalaryRegistry::new("4f1c8a52-2d57-4c1b-9a0e-1f3b5c7d9e01", employees()?),
        "4f1c8a52-2d57-4c1b-9a0e-1f3b5c7d9e02",
    );
    pay(
        &client,
        &preparation,
        "demo-salary-1",
        "Зарплата за январь",
        PayRegistry::ORDER_OF_WAGES,
    )
    .await?;

    headline(
        "T-Bank: a registry of the self-employed, and the answer to its payment is lost after the work",
    );
    let preparation = Preparation::self_employed(
        CreateSelfEmployedRegistry::new("4f1c8a52-2d57-4c1b-9a0e-1f3b5c7d9e03", self_employed()?),
        "4f1c8a52-2d57-4c1b-9a0e-1f3b5c7d9e04",
    );
    banks
        .faults()
        .push(FaultRule::on(PAY_REGISTRY, Fault::Close(Moment::AfterWork)).next(1));
    pay(
        &client,
        &preparation,
        "demo-services-1",
        "Оплата услуг",
        PayRegistry::ORDER_OF_OTHERS,
    )
    .await?;

    let ledger = banks.ledger();
    for key in ["demo-salary-1", "demo-services-1"] {
        let paid = ledger.paid(key);
        println!("  ledger:   payments of {key}: {paid}");
        if paid != 1 {
            return Err("each must be paid exactly once".into());
        }
    }
    Ok(())
}

async fn pay(
    client: &Client,
    preparation: &Preparation,
    id: &str,
    purpose: &str,
    order: u8,
) -> Outcome {
    let signed = prepare_and_sign(client, preparation, LONG, say).await?;
    let number = signed.registry().to_string();
    let pay = signed
        .pay(id, Account::checked(COMPANY_ACCOUNT)?, purpose.to_owned())
        .append_registry_number(&number)?
        .execution_order(order);
    let confirmation = pay_and_confirm(client, &signed, &pay, LONG, say).await?;
    show(&confirmation);
    match confirmation.end() {
        PaymentEnd::Executed => Ok(()),
        other => Err(format!("the registry ended as {other:?}").into()),
    }
}

fn say(event: Event) {
    // The countdown is for a terminal that redraws a line; here each of its seconds would be a line.
    if !matches!(event, Event::Waiting { .. }) {
        println!("  {event}");
    }
}

fn show(confirmation: &Confirmation) {
    let lines = confirmation
        .card()
        .and_then(RegistryCard::lines)
        .unwrap_or_default();
    let text = |value: Option<String>| value.unwrap_or_default();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            [
                text(line.number.map(|number| number.to_string())),
                text(line.status.as_ref().map(ToString::to_string)),
                format!("{:>10}", text(line.sum.map(|sum| sum.to_string()))),
            ]
        })
        .collect();
    println!();
    table::print(["line", "status", "roubles"], &rows);
    println!("\n  end:      {:?}", confirmation.end());
}

fn employees() -> Result<Vec<SalaryLine>, Box<dyn std::error::Error>> {
    let line = |number, account, name: &str, sum| -> Result<_, Box<dyn std::error::Error>> {
        let employee = Employee::new(name.to_owned(), "Примерова".to_owned());
        let account = Account::checked(account)?;
        Ok(SalaryLine::new(
            number,
            account,
            "Зарплата".to_owned(),
            employee,
            Money::parse(sum)?,
        ))
    };
    Ok(vec![
        line(1, "40817810000000000001", "Анна", "81200.50")?,
        line(2, "40817810000000000002", "Вера", "64350")?,
        line(3, "40817810000000000003", "Дарья", "97000.01")?,
    ])
}

fn self_employed() -> Result<Vec<SelfEmployedLine>, Box<dyn std::error::Error>> {
    let line = |number, account, name: &str, sum| -> Result<_, Box<dyn std::error::Error>> {
        let person = SelfEmployedPerson::new(name.to_owned(), "Образцов".to_owned());
        let account = Account::checked(account)?;
        Ok(SelfEmployedLine::new(
            number,
            account,
            "Услуги".to_owned(),
            person,
            Money::parse(sum)?,
        ))
    };
    Ok(vec![
        line(1, "40817810000000000011", "Пётр", "15000")?,
        line(2, "40817810000000000012", "Семён", "7420.99")?,
    ])
}
