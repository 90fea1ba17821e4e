//! T-Bank's registries.

use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::client::Client;
use rubank_core::error::{Error, ErrorKind};
use rubank_store::{Refusal, SettledOf};
use tbank_registry::flows::{PrepareError, RegistryCard, verify_signed};
use tbank_registry::{
    GetPaymentStatus, GetSalaryRegistry, GetSelfEmployedRegistry, PayRegistry, PaymentRegistryId,
    PaymentStatus, RegistryStatus, TBankRegistry,
};

use super::bank::sealed::Sealed;
use super::bank::{Bank, Fate, Found, Mismatch, Taken, cause_in, reason};
use crate::plan::{Family, PlanLine, Wish};
use crate::run::Cause;

/// Longer than the ten minutes after which the bank shows a card again.
const CARD_PATIENCE: Duration = Duration::from_secs(15 * 60);

impl Sealed for TBankRegistry {}

impl Bank for TBankRegistry {
    type Payment = PayRegistry;

    const FOLLOW_EVERY: Duration = Duration::from_secs(30);

    // One by one, some of them with their cards.
    const FOLLOW_AT_ONCE: u32 = 5;

    fn payment(line: &PlanLine) -> Option<PayRegistry> {
        match line.wish() {
            Wish::Registry(registry) => Some(registry.operation(line.key())),
            Wish::Payout(_) => None,
        }
    }

    /// The bank knows a payment by the caller's name alone.
    fn bank_id(_: &SettledOf<PayRegistry>) -> Option<String> {
        None
    }

    fn cause(refusal: &Refusal) -> Option<Cause> {
        let text = refusal.text.as_ref().map_or("", |text| text.expose());
        cause_in([refusal.code.as_deref().unwrap_or_default(), text])
    }

    /// One by one, within the pace of the client: the bank offers no list.
    fn follow<'a>(
        client: &'a Client<Self>,
        taken: &'a [Taken],
    ) -> BoxFuture<'a, Result<Vec<Found>, Error>> {
        Box::pin(async move {
            let mut found = Vec::with_capacity(taken.len());
            for one in taken {
                let fate = match look(client, one).await {
                    Ok(fate) => fate,
                    Err(error) if is_of_all(&error) => return Err(error),
                    // The failure of one question says nothing of the payment.
                    Err(_) => None,
                };
                found.extend(fate.map(|fate| Found {
                    key: one.key.clone(),
                    bank_id: None,
                    fate,
                    cause: None,
                }));
            }
            Ok(found)
        })
    }

    fn compare<'a>(
        client: &'a Client<Self>,
        lines: &'a [PlanLine],
    ) -> BoxFuture<'a, Result<Vec<Mismatch>, Error>> {
        Box::pin(compare(client, lines))
    }
}

fn is_of_all(error: &Error) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Auth
    )
}

/// The payment's own state first. Which lines got their money only the card tells, and whether the state knows payments
/// of registries at all the bank's pages disagree about.
async fn look(client: &Client<TBankRegistry>, taken: &Taken) -> Result<Option<Fate>, Error> {
    let asked = client
        .send(&GetPaymentStatus::new(taken.key.as_str()))
        .await;
    let status = match asked {
        Ok(answer) => Some(answer.into_value().status),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    match status {
        // Without a due date there is one try, and runs have none.
        Some(PaymentStatus::Failed) => Ok(reason("failed").map(Fate::Refused)),
        Some(PaymentStatus::Cancelled) => Ok(reason("cancelled").map(Fate::Refused)),
        Some(PaymentStatus::Executed) => by_card(client, taken, true).await,
        None => by_card(client, taken, false).await,
        Some(_) => Ok(Some(Fate::Running)),
    }
}

async fn by_card(
    client: &Client<TBankRegistry>,
    taken: &Taken,
    is_executed: bool,
) -> Result<Option<Fate>, Error> {
    let registry = taken.recipient.parse().ok().map(PaymentRegistryId::new);
    let (Some(registry), Some(family)) = (registry, taken.family) else {
        let fate = if is_executed {
            Fate::Paid
        } else {
            Fate::Running
        };
        return Ok(Some(fate));
    };
    let card = match family {
        Family::Employees => {
            let card = client.send(&GetSalaryRegistry::new(registry)).await?;
            RegistryCard::Employees(card.into_value())
        }
        Family::SelfEmployed => {
            let card = client.send(&GetSelfEmployedRegistry::new(registry)).await?;
            RegistryCard::SelfEmployed(card.into_value())
        }
    };
    Ok(weigh(&card, is_executed))
}

fn weigh(card: &RegistryCard, is_executed: bool) -> Option<Fate> {
    let has_failed_line = card.lines().unwrap_or_default().iter().any(|line| {
        let status = line.status.as_ref();
        status.is_some_and(tbank_registry::LineStatus::has_failed)
    });
    let needs = |word| reason(word).map(Fate::NeedsPerson);
    match card.status() {
        RegistryStatus::Executed if has_failed_line => needs("partly-executed"),
        RegistryStatus::Executed => Some(Fate::Paid),
        RegistryStatus::PartlyExecuted => needs("partly-executed"),
        RegistryStatus::Rejected => reason("rejected").map(Fate::Refused),
        RegistryStatus::Cancelled | RegistryStatus::Deleted | RegistryStatus::Error => {
            needs(if is_executed {
                "card-contradicts"
            } else {
                "registry-put-aside"
            })
        }
        _ => Some(Fate::Running),
    }
}

/// A payment names a registry and no sum: the bank moves what is in it.
async fn compare(
    client: &Client<TBankRegistry>,
    lines: &[PlanLine],
) -> Result<Vec<Mismatch>, Error> {
    let mut mismatches = Vec::new();
    for line in lines {
        let Wish::Registry(registry) = line.wish() else {
            continue;
        };
        let Some(expected) = registry.expected(line.roubles()) else {
            continue;
        };
        let number = PaymentRegistryId::new(registry.registry);
        match verify_signed(client, number, &expected, CARD_PATIENCE, |_| {}).await {
            Ok(_) => {}
            Err(PrepareError::Call { error, .. }) => return Err(error),
            Err(other) => mismatches.push(Mismatch {
                line: line.number(),
                text: other.to_string(),
            }),
        }
    }
    Ok(mismatches)
}
