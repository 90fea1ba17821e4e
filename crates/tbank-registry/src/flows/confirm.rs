//! From a payment to what became of its lines.

use std::time::Duration;

use rubank_core::error::Error;
use rubank_core::operation::InvalidRequest;

use super::card::{Family, PACE, RegistryCard};
use super::event::{Event, Step};
use super::signed::SignedRegistry;
use super::watch::{Looked, SETTLE, Watch};
use crate::Client;
use crate::ids::PaymentRegistryId;
use crate::pay::PayRegistry;
use crate::registry::RegistryStatus;
use crate::status::{GetPaymentStatus, PaymentState, PaymentStatus};

/// How long after the due date the bank's last try may still be under way. Ours.
const SETTLE_AFTER_DUE: time::Duration = time::Duration::MINUTE;
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How a payment ended, as far as the bank tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentEnd {
    /// Every line was executed.
    Executed,
    /// Some lines were executed: [`Confirmation::failed_lines`].
    PartlyExecuted,
    /// No line was executed. If the card is still `ACCEPTED`, the same registry can be paid again, under another `id`.
    Rejected,
    /// The bank knows the payment and had not finished when the time was over. **Call [`confirm`] again later; do not
    /// pay again.**
    Undecided,
    /// Neither the status nor the card tells what became of it, or they contradict each other. **A person must look;
    /// do not pay again before.**
    NeedsPerson,
}

/// What is known of a payment.
#[derive(Debug)]
pub struct Confirmation {
    pub(super) registry: PaymentRegistryId,
    pub(super) family: Family,
    end: PaymentEnd,
    state: Option<PaymentState>,
    pub(super) card: Option<RegistryCard>,
    failure: Option<Error>,
}

impl Confirmation {
    /// How it ended.
    #[must_use]
    pub fn end(&self) -> PaymentEnd {
        self.end
    }

    /// The registry.
    #[must_use]
    pub fn registry(&self) -> PaymentRegistryId {
        self.registry
    }

    /// The last status of the payment; `None` if the status method never knew it.
    #[must_use]
    pub fn state(&self) -> Option<&PaymentState> {
        self.state.as_ref()
    }

    /// The last card, with its lines; `None` if none was seen within the time.
    #[must_use]
    pub fn card(&self) -> Option<&RegistryCard> {
        self.card.as_ref()
    }

    /// The failure of a look that will not pass by itself (a missing access, for example), if one cut the flow short.
    /// It is the failure of a question: it says nothing about the payment.
    #[must_use]
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// The caller's numbers of the lines that failed for good.
    #[must_use]
    pub fn failed_lines(&self) -> Vec<i64> {
        let lines = self.card.as_ref().and_then(RegistryCard::lines);
        let failed = lines.unwrap_or_default().into_iter().filter(|line| {
            line.status
                .as_ref()
                .is_some_and(crate::LineStatus::has_failed)
        });
        failed.filter_map(|line| line.number).collect()
    }
}

/// Pays a signed registry and waits until the bank tells what became of each line: **money moves**.
///
/// The payment is sent once. If its answer is lost, the flow goes on as after a good one: first the payment's status,
/// which must know it within a minute, then the registry's card, once in ten minutes. With a
/// [due date](PayRegistry::due_date) a `FAILED` before that date is not taken for the end, **because the bank itself
/// tries again until then**.
///
/// # Outcome
///
/// An `Err` is the payment's own, and its outcome is `NotSent` or `Rejected`: nothing happened by *this* request.
/// Everything after the payment left, failures of looks included, is an `Ok` whose [`end`](Confirmation::end) says how
/// much is known. A refusal because the `id` was used before is no `Err` either: the flow asks what became of it. If
/// you sent the same `id` before and do not know what became of it, use [`confirm`] instead.
///
/// # Cancellation
///
/// Dropping the future means: it may be paid. Call [`confirm`] with the same payment.
///
/// # Errors
/// The payment is of another registry, breaks a rule, was not sent, or was refused.
pub async fn pay_and_confirm(
    client: &Client,
    signed: &SignedRegistry,
    pay: &PayRegistry,
    within: Duration,
    mut report: impl FnMut(Event) + Send,
) -> Result<Confirmation, Error> {
    if pay.registry() != signed.registry() {
        let rule = "must be the registry that was signed and compared";
        return Err(InvalidRequest::new("paymentRegistryId", rule).into());
    }
    let mut watch = Watch::new(client, within, &mut report);
    match client.send(pay).await {
        Ok(_) => watch.tell(Event::Taken(Step::Pay)),
        Err(error) if error.may_have_acted() => watch.tell(Event::AnswerLost(Step::Pay)),
        Err(error) => return Err(error),
    }
    let next_card = signed.seen_at.saturating_add(PACE);
    Ok(watch.confirm(signed.family(), pay, next_card).await)
}

/// Finds out what became of a payment that was sent before, by its status and the registry's card; see
/// [`pay_and_confirm`]. It sends nothing but questions.
pub async fn confirm(
    client: &Client,
    family: Family,
    pay: &PayRegistry,
    within: Duration,
    mut report: impl FnMut(Event) + Send,
) -> Confirmation {
    let mut watch = Watch::new(client, within, &mut report);
    watch.confirm(family, pay, Duration::ZERO).await
}

/// What the looks have told so far.
#[derive(Default)]
struct Seen {
    state: Option<PaymentState>,
    card: Option<RegistryCard>,
    failure: Option<Error>,
}

impl Watch<'_> {
    async fn confirm(
        &mut self,
        family: Family,
        pay: &PayRegistry,
        next_card: Duration,
    ) -> Confirmation {
        let mut seen = Seen::default();
        let asked = self.ask_status(pay, &mut seen).await;
        let mut end = None;
        if asked {
            end = self.ask_card(family, pay, next_card, &mut seen).await;
        }
        Confirmation {
            registry: pay.registry(),
            family,
            end: end.unwrap_or_else(|| self.without_card(pay, &seen)),
            state: seen.state,
            card: seen.card,
            failure: seen.failure,
        }
    }

    /// Asks the status until it is final or does not know the payment. `false`: the time was over first.
    async fn ask_status(&mut self, pay: &PayRegistry, seen: &mut Seen) -> bool {
        let question = GetPaymentStatus::new(pay.id().clone());
        let started = self.elapsed();
        let mut usual = FIRST_PAUSE;
        loop {
            let asked_at = self.elapsed();
            let mut pause = usual;
            match self.look(Step::Status, &question).await {
                Ok(Looked::Answer(state)) => {
                    self.tell(Event::Payment(state.status.clone()));
                    let over = self.is_over(pay, &state.status);
                    seen.state = Some(state);
                    if over {
                        return true;
                    }
                }
                // What it once knew it does not forget: then it is the bank that is confused, and may find itself.
                Ok(Looked::NotKnown(_)) if seen.state.is_some() => {}
                Ok(Looked::NotKnown(_)) if asked_at.saturating_sub(started) >= SETTLE => {
                    return true;
                }
                Ok(Looked::NotKnown(_)) => pause = FIRST_PAUSE,
                Ok(Looked::Later(wait)) => pause = pause.max(wait),
                Err(error) => {
                    seen.failure = Some(error);
                    return true;
                }
            }
            if !self.wait(pause, Step::Status).await {
                return false;
            }
            usual = usual.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }

    /// Looks at the card at its pace until it decides; `None` if the time is over first.
    async fn ask_card(
        &mut self,
        family: Family,
        pay: &PayRegistry,
        mut next: Duration,
        seen: &mut Seen,
    ) -> Option<PaymentEnd> {
        loop {
            if !self.wait_until(next, Step::Card).await {
                return None;
            }
            let looked = self.card(family, pay.registry()).await;
            next = self.elapsed().saturating_add(PACE);
            match looked {
                Ok(Looked::Answer(card)) => {
                    let end = self.decide(pay, seen.state.as_ref(), &card);
                    seen.card = Some(card);
                    if end.is_some() {
                        return end;
                    }
                }
                Ok(Looked::NotKnown(_)) => {}
                Ok(Looked::Later(wait)) => {
                    next = self.elapsed().saturating_add(wait.max(FIRST_PAUSE));
                }
                Err(error) => {
                    seen.failure = Some(error);
                    return None;
                }
            }
        }
    }

    /// Whether the status will not change any more. The last try may be made at the due date itself, and takes time.
    fn is_over(&self, pay: &PayRegistry, status: &PaymentStatus) -> bool {
        match status {
            PaymentStatus::Executed | PaymentStatus::Cancelled => true,
            PaymentStatus::Failed => {
                let due = pay.repeats_until();
                due.is_none_or(|due| due.saturating_add(SETTLE_AFTER_DUE) < self.now())
            }
            _ => false,
        }
    }

    /// What status and card say together. Where they differ about money, the card's lines count.
    fn decide(
        &self,
        pay: &PayRegistry,
        state: Option<&PaymentState>,
        card: &RegistryCard,
    ) -> Option<PaymentEnd> {
        let status = state.map(|state| &state.status);
        let refused = status
            .is_some_and(|status| *status != PaymentStatus::Executed && self.is_over(pay, status));
        match card.status() {
            RegistryStatus::Executed if card.has_failed_line() => Some(PaymentEnd::PartlyExecuted),
            RegistryStatus::Executed => Some(PaymentEnd::Executed),
            RegistryStatus::PartlyExecuted => Some(PaymentEnd::PartlyExecuted),
            RegistryStatus::Rejected => Some(PaymentEnd::Rejected),
            RegistryStatus::Cancelled | RegistryStatus::Deleted | RegistryStatus::Error
                if status == Some(&PaymentStatus::Executed) =>
            {
                Some(PaymentEnd::NeedsPerson)
            }
            RegistryStatus::Cancelled | RegistryStatus::Deleted | RegistryStatus::Error
                if refused =>
            {
                Some(PaymentEnd::Rejected)
            }
            // Who put it aside, and whether the payment came before, nobody says.
            RegistryStatus::Cancelled | RegistryStatus::Deleted | RegistryStatus::Error => {
                Some(PaymentEnd::NeedsPerson)
            }
            // Signed as before: a payment that failed has left it so. Any other state is on its way somewhere.
            RegistryStatus::Accepted | RegistryStatus::Draft if refused => {
                Some(PaymentEnd::Rejected)
            }
            _ => None,
        }
    }

    /// The end where no card has decided it.
    fn without_card(&self, pay: &PayRegistry, seen: &Seen) -> PaymentEnd {
        match &seen.state {
            Some(state) if state.status == PaymentStatus::Executed => PaymentEnd::Undecided,
            // The status says that it failed, the card that something is on its way.
            Some(state) if self.is_over(pay, &state.status) && seen.card.is_some() => {
                PaymentEnd::NeedsPerson
            }
            Some(state) if self.is_over(pay, &state.status) => PaymentEnd::Rejected,
            Some(_) => PaymentEnd::Undecided,
            None => PaymentEnd::NeedsPerson,
        }
    }
}
