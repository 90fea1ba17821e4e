//! Alfa-Bank: the documented list in two pages, and one payment whose answer is lost.

use alfa_sbp::{
    Account, B2bClient, Client, GetOutgoingPaymentStatus, Identity, Kopecks, ListOutgoingPayments,
    OneStepPay, PaymentOrder, Root, Settled, Signature, SignatureType, Sort, SortField,
};
use rubank_sandbox::alfa::{
    B2B_CLIENT_ID, LIST_OUTGOING, ONE_STEP_PAY, ONETIME_LINK, PAYER_ACCOUNT,
};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox};

use crate::{Outcome, headline, table};

pub(crate) async fn run(banks: &Sandbox) -> Outcome {
    headline("Alfa-Bank, SBP between companies");
    let client = Client::builder(alfa_sbp::environment("demo", banks.url(Host::AlfaSbpApi)))
        .identity(Identity::from_pem(banks.client_identity_pem().as_bytes())?)
        .extra_roots(Root::from_pem(banks.ca_pem().as_bytes())?)
        .credentials(alfa_sbp::credentials(
            banks.client_id(),
            banks.client_secret(),
        ))
        .build()?;
    list(banks, &client).await?;
    lose_an_answer(banks, &client).await
}

async fn list(banks: &Sandbox, client: &Client) -> Outcome {
    let request = ListOutgoingPayments::new(B2B_CLIENT_ID)
        .sort(Sort::descending(SortField::Timestamp))
        .limit(10);
    let mut payments = client.items(request);
    let mut rows = Vec::new();
    let mut total = Kopecks::new(0);
    while let Some(payment) = payments.next().await {
        let payment = payment?;
        total = total
            .checked_add(payment.amount)
            .ok_or("the sum is too large")?;
        rows.push([
            payment.timestamp.to_string(),
            payment.status.to_string(),
            format!("{:>12}", payment.amount.to_string()),
            payment.currency.to_string(),
            payment.outgoing_payment_id.to_string(),
        ]);
    }
    table::print(["time (UTC)", "status", "amount", "", "payment"], &rows);
    let pages = banks
        .calls()
        .iter()
        .filter(|call| call.operation == Some(LIST_OUTGOING))
        .count();
    println!(
        "\n  {} payments in {pages} pages, {total} in all",
        rows.len()
    );
    Ok(())
}

async fn lose_an_answer(banks: &Sandbox, client: &Client) -> Outcome {
    headline("One payment, and the bank's answer to it is lost after the work");
    let order = PaymentOrder::new(
        B2bClient::new(B2B_CLIENT_ID, 1),
        ONETIME_LINK,
        Account::checked(PAYER_ACCOUNT)?,
        Kopecks::new(123_456),
        "Оплата по договору №123456789 от 01.09.2001",
        false,
    );
    // The caller signs; the simulated bank looks at the form of a signature only.
    let signature = Signature::new(SignatureType::Rsa, "bm90IGEgc2lnbmF0dXJl");
    let pay = OneStepPay::one_time(order, [signature]);

    banks
        .faults()
        .push(FaultRule::on(ONE_STEP_PAY, Fault::Close(Moment::AfterWork)).next(1));
    let Err(error) = client.send(&pay).await else {
        return Err("the answer should have been lost".into());
    };
    println!("  error:    {error}");
    println!(
        "  outcome:  {:?}, so it is looked up and not sent again",
        error.outcome()
    );

    match client.settle(&pay).await? {
        Settled::Happened(found) => {
            let id = found
                .payments
                .good()
                .next()
                .map(|payment| payment.outgoing_payment_id.clone());
            let id = id.ok_or("a lookup that found nothing")?;
            println!("  settled:  the bank executed it as {id}");
            let state = client
                .send(&GetOutgoingPaymentStatus::new(B2B_CLIENT_ID, id))
                .await?;
            let state = state
                .status
                .as_ref()
                .map_or("not told", |status| status.as_str());
            println!("  state:    {state}");
        }
        other => return Err(format!("the payment was not found: {other:?}").into()),
    }
    let paid = banks.ledger().paid(ONETIME_LINK);
    println!("  ledger:   payments of this link: {paid}");
    match paid {
        1 => Ok(()),
        _ => Err("it must be paid exactly once".into()),
    }
}
