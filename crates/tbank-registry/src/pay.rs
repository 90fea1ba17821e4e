//! Paying a signed registry.

mod meta;
mod purpose;
mod warning;

use std::collections::HashMap;
use std::time::Duration;

use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Error;
use rubank_core::operation::{
    Answer, Checks, Effect, InvalidRequest, Method, Operation, OperationMeta, Parts, Provenance,
    ProvenanceGrade,
};
use rubank_core::personal::Personal;
use rubank_core::rate::RateClass;
use rubank_core::raw::Raw;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, Timestamp};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset};

use crate::ids::{PaymentId, PaymentRegistryId};
use crate::provider::{SECURED, TBankRegistry, scope};
use crate::status::{GetPaymentStatus, PaymentState, PaymentStatus};

pub use meta::Meta;
pub use purpose::purpose_room;
pub use warning::Warning;

/// The longest purpose, in characters.
pub(crate) const LONGEST_PURPOSE: usize = 210;
const FARTHEST_DUE_DATE: time::Duration = time::Duration::days(30);

/// Pays a signed registry of employees or of the self-employed: **money moves**.
///
/// ```no_run
/// # use tbank_registry::{Account, Client, Meta, PayRegistry, PaymentRegistryId, Settled};
/// # async fn f(client: Client) -> Result<(), Box<dyn std::error::Error>> {
/// let pay = PayRegistry::new(
///     "salary-2024-05-part-1", // yours, written down before; the same for the whole life of this wish
///     PaymentRegistryId::new(5),
///     Account::checked("40702810000000000001")?,
///     "Выплата заработной платы за май 2024 года",
/// )
/// .append_registry_number("5")?
/// .execution_order(PayRegistry::ORDER_OF_WAGES)
/// .meta(Meta::from_pairs([("run", "2024-05")])?);
/// for warning in pay.warnings() {
///     println!("{warning}");
/// }
/// match client.send(&pay).await {
///     Ok(taken) => println!("taken, not executed yet: {}", taken.status()),
///     Err(error) if error.may_have_acted() => println!("{:?}", client.settle(&pay).await),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
///
/// A success means *taken*: [`flows::pay_and_confirm`](crate::flows::pay_and_confirm) goes on until the money has
/// arrived. The self-employed have a second method, [`PaySelfEmployedRegistry`](crate::PaySelfEmployedRegistry);
/// using both for one registry is asking to pay twice.
///
/// # Limits
///
/// The sum counts against the same limits as the bank's method "make a payment" (выполнить платёж), and the limits of
/// the signature apply beside them: [`Problem::Limit`](crate::Problem::Limit).
///
/// # Rules
///
/// All are checked before anything is sent: `id` of 1 to 64 characters; an account of 20 or 22 ASCII digits; a purpose
/// of 1 to 210 characters, Cyrillic ones counted as one each; a document number of 1 to 999999; an order of 1 to 5; a
/// due date at most 30 days ahead. The registry must be `ACCEPTED`: that only the bank can tell. What breaks no rule
/// but looks wrong is told by [`warnings`](Self::warnings).
///
/// # Outcome
///
/// Keyed by `id`, and the bank promises nothing about a second request with the same `id`: it is sent again only if
/// nothing of it left this machine, or with a fresh token after a 401. After `Outcome::Unknown` call `settle`. Its
/// lookup is [`GetPaymentStatus`], and the bank's pages disagree whether that knows payments of registries: its 404
/// means "not known here", never "did not happen", so `settle` then fails with `ErrorKind::NotFound` and has told
/// nothing. [`flows::confirm`](crate::flows::confirm) asks the registry's card as the second witness, once in ten
/// minutes; where neither knows, a person must look. A refusal that says that the `id` was used before is never
/// `Rejected`; any other refusal is one of *this* request and tells nothing about an earlier one with the same `id`.
///
/// **With a due date the bank itself repeats a failed debit.** See [`due_date`](Self::due_date).
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may be paid. Settle it with the same `id`.
///
/// # Source
///
/// The bank's page "pay a registry" (оплатить реестр), T-API: route and request are documented, the answer is not
/// published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayRegistry {
    id: PaymentId,
    registry: PaymentRegistryId,
    account: Account,
    purpose: Personal<String>,
    document_number: Option<u32>,
    execution_order: Option<u8>,
    due_date: Option<DueDate>,
    meta: Option<Meta>,
}

/// A due date, and the time by which it was chosen: the rule needs both, and a stored request must stay checkable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DueDate {
    at: OffsetDateTime,
    chosen_at: OffsetDateTime,
}

impl PayRegistry {
    /// Wages under labour contracts: the third order of article 855 of the Civil Code.
    pub const ORDER_OF_WAGES: u8 = 3;
    /// The self-employed and other contracts: the fifth order, "everything else".
    pub const ORDER_OF_OTHERS: u8 = 5;

    /// The caller's name for the payment, the signed registry, the account to debit, and what it is for.
    ///
    /// The purpose should end with «Согласно реестру» and a number; say so yourself or with
    /// [`append_registry_number`](Self::append_registry_number).
    pub fn new(
        id: impl Into<PaymentId>,
        registry: impl Into<PaymentRegistryId>,
        account: Account,
        purpose: impl Into<Personal<String>>,
    ) -> Self {
        Self {
            id: id.into(),
            registry: registry.into(),
            account,
            purpose: purpose.into(),
            document_number: None,
            execution_order: None,
            due_date: None,
            meta: None,
        }
    }

    /// Ends the purpose with «Согласно реестру» and this number, if it does not end so already. Which number is meant
    /// (the registry's, or one of your own papers) the bank does not say.
    ///
    /// ```
    /// use tbank_registry::{Account, PayRegistry, PaymentRegistryId, Warning};
    ///
    /// let account = Account::received("40702810000000000001");
    /// let pay = PayRegistry::new("payment-1", PaymentRegistryId::new(5), account, "Зарплата за май");
    /// assert_eq!(pay.warnings(), [Warning::PurposeWithoutRegistry]);
    /// assert!(pay.append_registry_number("5")?.warnings().is_empty());
    /// # Ok::<(), rubank_core::operation::InvalidRequest>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The purpose would be longer than 210 characters ([`purpose_room`] tells how many are left for your words), it
    /// names another number already, or the number has no digit or has a space.
    pub fn append_registry_number(mut self, number: &str) -> Result<Self, InvalidRequest> {
        self.purpose = Personal::new(purpose::with_number(self.purpose.expose(), number)?);
        Ok(self)
    }

    /// The payer's own number of the order (номер распоряжения), 1 to 999999.
    #[must_use]
    pub fn document_number(mut self, number: u32) -> Self {
        self.document_number = Some(number);
        self
    }

    /// The order of payments (очерёдность), 1 to 5: in which order the bank pays when the account cannot bear all.
    /// [`ORDER_OF_WAGES`](Self::ORDER_OF_WAGES) for employees, [`ORDER_OF_OTHERS`](Self::ORDER_OF_OTHERS) for the
    /// self-employed. Types made from the bank's specification call the field outdated; left out, the bank decides.
    #[must_use]
    pub fn execution_order(mut self, order: u8) -> Self {
        self.execution_order = Some(order);
        self
    }

    /// Until when the bank itself repeats a debit that failed, at most 30 days after `now` (give it the time of your
    /// clock: a request has none of its own, so that it is the same after a restart). Without it there is one try.
    ///
    /// **With a due date the bank repeats the debit by itself. A payment that looks failed may still be paid until
    /// then, so never make another payment of the same registry, under another `id`, before the date has passed: both
    /// would be paid.** For the same reason neither `settle` nor the flows take `FAILED` for the end before that date.
    ///
    /// Written in whole seconds with its offset.
    #[must_use]
    pub fn due_date(mut self, due: OffsetDateTime, now: OffsetDateTime) -> Self {
        self.due_date = Some(DueDate {
            at: writable(due),
            chosen_at: now,
        });
        self
    }

    /// An object of your own, which comes back with the status.
    ///
    /// No personal data belongs there: it is kept and shown where payments are shown.
    #[must_use]
    pub fn meta(mut self, meta: Meta) -> Self {
        self.meta = Some(meta);
        self
    }

    /// What breaks no rule of the page but is probably not meant.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        warning::about(self.purpose.expose(), self.meta.as_ref())
    }

    /// The caller's name for the payment.
    #[must_use]
    pub fn id(&self) -> &PaymentId {
        &self.id
    }

    /// The registry to pay.
    #[must_use]
    pub fn registry(&self) -> PaymentRegistryId {
        self.registry
    }

    /// Until when the bank repeats a failed debit; `None` if it tries once.
    #[must_use]
    pub fn repeats_until(&self) -> Option<OffsetDateTime> {
        self.due_date.map(|due| due.at)
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        let mut checks = Checks::new();
        self.id.check(&mut checks, "id");
        let account = &self.account;
        checks
            .that(
                account.is_valid(),
                "accountNumber",
                "must be 20 or 22 digits",
                || format!("{} characters", account.expose().chars().count()),
            )
            .length("purpose", self.purpose.expose(), 1..=LONGEST_PURPOSE);
        if let Some(number) = self.document_number {
            checks.range("documentNumber", number, 1..=999_999);
        }
        if let Some(order) = self.execution_order {
            checks.range("executionOrder", order, 1..=5);
        }
        if let Some(due) = self.due_date {
            let ahead = due.at - due.chosen_at;
            let allowed = ahead.is_positive() && ahead <= FARTHEST_DUE_DATE;
            checks.that(
                allowed,
                "dueDate",
                "must lie ahead, at most 30 days",
                || format!("{} s ahead", ahead.whole_seconds()),
            );
        }
        checks.finish()
    }
}

/// Whole seconds, and an offset that can be written in hours and minutes.
fn writable(at: OffsetDateTime) -> OffsetDateTime {
    let at = match at.offset().seconds_past_minute() {
        0 => at,
        _ => at.to_offset(UtcOffset::UTC),
    };
    at.replace_nanosecond(0).unwrap_or(at)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    id: &'a PaymentId,
    payment_registry_id: PaymentRegistryId,
    account_number: &'a Account,
    purpose: &'a Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_order: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_date: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<&'a Meta>,
}

/// What the bank answered to a payment that it took. Nothing of it was published: the body is an object of any members,
/// or absent. The status is that of the `Response`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentTaken {
    body: Option<Raw>,
}

impl PaymentTaken {
    /// The JSON object that came, if one did.
    #[must_use]
    pub fn body(&self) -> Option<&Raw> {
        self.body.as_ref()
    }
}

impl Serialize for PaymentTaken {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.body.serialize(to)
    }
}

/// Whether the bank was asked to repeat a failed debit until a date.
fn has_due_date(write: &Parts) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Written {
        due_date: Option<IgnoredAny>,
    }

    let body = write.body_ref().as_bytes().unwrap_or_default();
    // A body that cannot be read is no ground for believing a refusal.
    serde_json::from_slice::<Written>(body).map_or(true, |written| written.due_date.is_some())
}

impl Operation for PayRegistry {
    type Provider = TBankRegistry;
    type Output = PaymentTaken;

    const META: OperationMeta = OperationMeta::new(
        "tbank-registry.pay-registry",
        Effect::Keyed,
        Method::Post,
        SECURED,
        "/api/v1/payment/payment-registry/pay",
    )
    .rates(&[RateClass::per_second("tbank-registry.pay-registry", 10)])
    .scopes(scope::PAYMENTS)
    .lookup(GetPaymentStatus::META.id)
    .provenance(Provenance::new(
        ProvenanceGrade::Documented,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Unverified,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.check()?;
        Parts::new().json(&Body {
            id: &self.id,
            payment_registry_id: self.registry,
            account_number: &self.account,
            purpose: &self.purpose,
            document_number: self.document_number,
            execution_order: self.execution_order,
            due_date: self.due_date.map(|due| Timestamp::new(due.at)),
            meta: self.meta.as_ref(),
        })
    }

    /// The contract knows two forms of a yes: an object, of which nothing is promised, and no body at all. Anything else
    /// may be a gateway's, and a yes that is believed is never doubted again: so it is unreadable, and looked up.
    fn parse(answer: &Answer) -> Result<PaymentTaken, ReadError> {
        if answer.body.trim_ascii().is_empty() {
            return Ok(PaymentTaken::default());
        }
        answer.json::<HashMap<String, IgnoredAny>>()?;
        let body = Some(answer.json::<Raw>()?);
        Ok(PaymentTaken { body })
    }
}

impl Lookup for PayRegistry {
    type By = GetPaymentStatus;

    // Nobody published how soon a payment is known; a minute is ours.
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> GetPaymentStatus {
        GetPaymentStatus::new(self.id.clone())
    }

    fn verdict(state: &PaymentState) -> Verdict {
        match state.status {
            PaymentStatus::Executed => Verdict::Happened,
            PaymentStatus::Failed | PaymentStatus::Cancelled => Verdict::Refused,
            _ => Verdict::Pending,
        }
    }

    /// A failed try is no refusal where the bank was asked to try again.
    fn verdict_for(write: &Parts, state: &PaymentState) -> Verdict {
        match state.status {
            PaymentStatus::Failed if has_due_date(write) => Verdict::Pending,
            _ => Self::verdict(state),
        }
    }

    /// Whether the status knows payments of registries at all stands on one page of two, so its 404 says nothing.
    fn is_missing(_: &Error) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
