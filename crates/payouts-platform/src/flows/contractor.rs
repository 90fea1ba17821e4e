//! Paying one contractor.

use std::time::Duration;

use rubank_core::error::{Error, ErrorKind};

use super::follow::{Payout, pay};
use crate::Client;
use crate::contractors::{
    Contractor, ContractorDetails, ContractorRequisite, ListRequisites, UpsertContractor,
};
use crate::ids::ContractorId;
use crate::legal_form::LegalForm;
use crate::paging::Item;
use crate::payments::{CreatePayment, Payment, Receipt};
use crate::requisites::Destination;
use crate::self_employed::{GetSelfEmployedState, SelfEmployedState};

/// Writes the contractor's card, asks for the state of a self-employed one, sees to the requisite, pays, and waits until
/// the payout is final, at most for `patience`; it is looked at once a minute.
///
/// The card is an **upsert by phone**: it overwrites whoever has that phone. `payment` makes the payout for the
/// contractor that was found or made; its key must have been stored before, so that the flow can be run again with the
/// same one after a crash: it then finds the payout instead of paying twice. A run that ends before it pays
/// ([`NotAllowed`](ContractorPayout::NotAllowed), [`NoRequisite`](ContractorPayout::NoRequisite), an error of an early
/// step) has not looked for the payout of an earlier one: [`GetPaymentByCustomerId`](crate::GetPaymentByCustomerId) does.
///
/// A payout to a requisite that the platform knows, or to the default one, is preceded by a look at the contractor's
/// requisites. **Their list holds card numbers in full** (PCI DSS, see [`ListRequisites`]); nothing here keeps them. A
/// payout to a [`Requisite`](crate::Requisite) of its own does without.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use payouts_platform::flows::{ContractorPayout, pay_contractor};
/// use payouts_platform::{AgentId, ContractorDetails, CreatePayment, LegalForm, Money, Requisite, SbpBankId};
///
/// let details = ContractorDetails::new("+79990000001", "Иванов", "Иван", LegalForm::SelfEmployed, AgentId::new(61));
/// let amount = Money::parse("1500.50")?;
/// let requisite = Requisite::sbp("+79990000001", SbpBankId::new(100_000_000_004));
/// let paid = pay_contractor(&client, details, Duration::from_secs(600), |contractor| {
///     CreatePayment::new("act 7|2024.1", contractor, amount).to(requisite)
/// });
/// match paid.await? {
///     ContractorPayout::Paid { receipt: Some(receipt), .. } => println!("paid, receipt {:?}", receipt.key),
///     ContractorPayout::Paid { .. } => println!("paid, no receipt needed"),
///     other => println!("look at it: {other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// **This run paid nothing**; of an earlier one with the same key an error alone says nothing. Of the card, the state and
/// the requisites: nobody has looked for an earlier payout. Of the payout itself, which was refused or could not be sent:
/// it was looked for by its key, twice and a minute apart (once, if we refused it ourselves), and is not there; or the platform did not let that be asked
/// (a key of the cabinet that it does not take, no connection), and nobody knows. So never take a new key after an error
/// before [`GetPaymentByCustomerId`](crate::GetPaymentByCustomerId) has said that there is no payout. Once money may have
/// moved, this is no error any more but [`ContractorPayout::NotPaidYet`].
pub async fn pay_contractor(
    client: &Client,
    details: ContractorDetails,
    patience: Duration,
    payment: impl FnOnce(ContractorId) -> CreatePayment,
) -> Result<ContractorPayout, Error> {
    let is_self_employed = details.legal_form() == &LegalForm::SelfEmployed;
    let card = client.send(&UpsertContractor::new(details)).await?;
    let Some(contractor) = card.id else {
        return Ok(ContractorPayout::NoContractor(Box::new(
            card.into_value().item,
        )));
    };
    if is_self_employed {
        let state = client.send(&GetSelfEmployedState::new(contractor)).await?;
        if state.is_can_pay_taxes != Some(true) {
            return Ok(ContractorPayout::NotAllowed(Box::new(state.into_value())));
        }
    }
    let payment = payment(contractor);
    if let Some(unfit) = unfit_requisite(client, contractor, &payment).await? {
        return Ok(ContractorPayout::NoRequisite(unfit));
    }
    match pay(client, &payment, patience).await? {
        Payout::Paid(paid) => Ok(receipt_of(paid, is_self_employed)),
        other => Ok(ContractorPayout::NotPaidYet(other)),
    }
}

/// How [`pay_contractor`] ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum ContractorPayout {
    /// Paid; for a self-employed contractor with a receipt that is in force.
    Paid {
        /// The payout.
        payment: Box<Payment>,
        /// The receipt of a self-employed contractor.
        receipt: Option<Box<Receipt>>,
    },
    /// A self-employed contractor was paid, and the receipt is absent or cancelled. It may come later: look at the
    /// payout again, and see the example that finds payouts without a receipt.
    ReceiptMissing(Box<Payment>),
    /// The self-employed contractor has not let the platform pay the tax, or is not self-employed: this run paid nothing.
    /// The state has the platform's text for people.
    NotAllowed(Box<Item<SelfEmployedState>>),
    /// The requisite that was asked for, or the default one, is not among the contractor's, or cannot be paid to now: this
    /// run paid nothing. With the requisite, if it is there.
    NoRequisite(Option<Box<ContractorRequisite>>),
    /// The platform's answer about the card holds no identifier: this run paid nothing.
    NoContractor(Box<Contractor>),
    /// Not paid, or nobody knows yet.
    NotPaidYet(Payout),
}

/// The requisite that stands in the way of a payout, if one does; `Some(None)` where there is none.
///
/// No page promises the two flags: only what the platform says is believed, what it leaves out it will decide itself.
async fn unfit_requisite(
    client: &Client,
    contractor: ContractorId,
    payment: &CreatePayment,
) -> Result<Option<Option<Box<ContractorRequisite>>>, Error> {
    let wanted = match payment.destination() {
        Some(Destination::New(_)) => return Ok(None),
        Some(Destination::Known(id)) => Some(*id),
        None => None,
    };
    let mut is_untold = false;
    let mut rows = client.items(ListRequisites::new(contractor));
    while let Some(row) = rows.next().await {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.kind() == ErrorKind::UnreadableItem => {
                is_untold = true;
                continue;
            }
            Err(error) => return Err(error),
        };
        let is_it = match wanted {
            Some(id) => row.id.map(|its| its == id),
            None => row.is_default,
        };
        match is_it {
            Some(true) if row.is_available == Some(false) => {
                return Ok(Some(Some(Box::new(row))));
            }
            Some(true) => return Ok(None),
            Some(false) => {}
            None => is_untold = true,
        }
    }
    Ok((!is_untold).then_some(None))
}

fn receipt_of(payment: Box<Payment>, is_self_employed: bool) -> ContractorPayout {
    let receipt = payment.receipt.clone().map(Box::new);
    match receipt {
        Some(receipt) if receipt.is_active() => ContractorPayout::Paid {
            payment,
            receipt: Some(receipt),
        },
        _ if is_self_employed => ContractorPayout::ReceiptMissing(payment),
        _ => ContractorPayout::Paid {
            payment,
            receipt: None,
        },
    }
}

#[cfg(test)]
mod tests;
