//! Creating a payout.

mod lookup;

pub(crate) use lookup::fits;

use rubank_core::money::{self, Money, Quantity};
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, KeyPromise, Method, Operation, OperationMeta,
    Parts,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use serde::Serialize;

use super::act::{Act, Buyer};
use super::get::GetPaymentByCustomerId;
use super::model::Payment;
use crate::ids::{
    AgentId, BalanceId, BankAccountId, BranchOfficeId, ContractorId, CustomerPaymentId, RequisiteId,
};
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, REQUEST_INFERRED, request};
use crate::requisites::{Destination, Requisite, SbpRecipient, no_card};

/// Pays a contractor: **money moves**.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use payouts_platform::{ContractorId, CreatePayment, Money, Requisite, SbpBankId};
///
/// // Stored with the intent, before anything is sent.
/// let key = "9f0bb7b7-e5cd-4725-8080-4c230ec702ad";
/// let pay = CreatePayment::new(key, ContractorId::new(123), Money::parse("100.00")?)
///     .to(Requisite::sbp("+79990000001", SbpBankId::new(100_000_000_004)));
/// match client.send(&pay).await {
///     Ok(payment) => println!("{:?}", payment.status),
///     Err(error) if error.may_have_acted() => println!("{:?}", client.settle(&pay).await?),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
///
/// Without a [destination](Self::to) the contractor's default requisite is paid; without a [payer](Self::payer), the
/// legal entity of the contractor pays. No field but the card's own may hold a card number; each is looked through.
///
/// The amount is gross: commission and tax come off it ([`Payment`]). No page publishes its limits.
///
/// # Outcome
///
/// `Keyed` by the `customer_payment_id`, which is required here though the platform leaves it optional: nothing else
/// tells two payouts apart. A second payout with the same one is refused; with which status and words nobody
/// published. So any 409, and a 400 or 422 that names this field or none at all, is `Outcome::Unknown` of the kind
/// `DuplicateKey`: the payout may exist. `Outcome::Accepted`: the platform took the payout, and the rest of its answer
/// was cut or unreadable. After either, which is [`may_have_acted`](crate::Error::may_have_acted), call `settle`: it asks for the payout by its
/// identifier, once a minute, and concludes from [`StatusMeaning`](crate::StatusMeaning): what a person can still move is
/// pending, never refused. A payout to somebody else or of another sum is `Settled::Another`: the identifier was used
/// for another wish ([`may_be`](Self::may_be) tells), and only a person can say why.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the payout may be under way. Call `settle`.
///
/// # Source
///
/// The 1C page, payouts: fields and answer are documented, except for the names of three objects; these, method and
/// path are those of the vendor's OpenAPI document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatePayment {
    customer_payment_id: CustomerPaymentId,
    contractor_id: ContractorId,
    amount: Money,
    destination: Option<Destination>,
    recipient: Option<SbpRecipient>,
    payer: Option<Payer>,
    branch_office_id: Option<BranchOfficeId>,
    bank_account_id: Option<BankAccountId>,
    service_name: Option<Personal<String>>,
    payment_purpose: Option<Personal<String>>,
    act: Option<Act>,
    buyer: Option<Buyer>,
    fix_commission: Option<Money>,
    percent_commission: Option<Quantity>,
}

/// Who pays: never two of these at once, because a balance brings its legal entity with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payer {
    /// This legal entity (`agent_id`).
    Agent(AgentId),
    /// This balance of the contractor, and the legal entity that it belongs to (`balance_id`).
    Balance(BalanceId),
}

impl From<AgentId> for Payer {
    fn from(id: AgentId) -> Self {
        Self::Agent(id)
    }
}

impl From<BalanceId> for Payer {
    fn from(id: BalanceId) -> Self {
        Self::Balance(id)
    }
}

impl CreatePayment {
    /// The caller's own identifier, who is paid, and how many roubles (gross).
    pub fn new(
        id: impl Into<CustomerPaymentId>,
        contractor: impl Into<ContractorId>,
        amount: Money,
    ) -> Self {
        Self {
            customer_payment_id: id.into(),
            contractor_id: contractor.into(),
            amount,
            destination: None,
            recipient: None,
            payer: None,
            branch_office_id: None,
            bank_account_id: None,
            service_name: None,
            payment_purpose: None,
            act: None,
            buyer: None,
            fix_commission: None,
            percent_commission: None,
        }
    }

    /// To a [`Requisite`] or a [`RequisiteId`], instead of the contractor's default one.
    #[must_use]
    pub fn to(mut self, destination: impl Into<Destination>) -> Self {
        self.destination = Some(destination.into());
        self
    }

    /// Who SBP must find behind the phone.
    #[must_use]
    pub fn recipient(mut self, recipient: SbpRecipient) -> Self {
        self.recipient = Some(recipient);
        self
    }

    /// From an [`AgentId`] or a [`BalanceId`], instead of the contractor's own legal entity.
    #[must_use]
    pub fn payer(mut self, payer: impl Into<Payer>) -> Self {
        self.payer = Some(payer.into());
        self
    }

    /// For this branch, whose limits count then.
    #[must_use]
    pub fn branch_office(mut self, id: impl Into<BranchOfficeId>) -> Self {
        self.branch_office_id = Some(id.into());
        self
    }

    /// From this account.
    #[must_use]
    pub fn bank_account(mut self, id: impl Into<BankAccountId>) -> Self {
        self.bank_account_id = Some(id.into());
        self
    }

    /// What the receipt says was done; for self-employed contractors only.
    #[must_use]
    pub fn service_name(mut self, text: impl Into<String>) -> Self {
        self.service_name = Some(Personal::new(text.into()));
        self
    }

    /// What it is for.
    #[must_use]
    pub fn payment_purpose(mut self, text: impl Into<String>) -> Self {
        self.payment_purpose = Some(Personal::new(text.into()));
        self
    }

    /// With an act.
    #[must_use]
    pub fn act(mut self, act: Act) -> Self {
        self.act = Some(act);
        self
    }

    /// Who the receipt names as the buyer, if not the payer.
    #[must_use]
    pub fn buyer(mut self, buyer: Buyer) -> Self {
        self.buyer = Some(buyer);
        self
    }

    /// Keeps so many roubles, not more than the amount.
    #[must_use]
    pub const fn fix_commission(mut self, roubles: Money) -> Self {
        self.fix_commission = Some(roubles);
        self
    }

    /// Keeps so many percent.
    #[must_use]
    pub const fn percent_commission(mut self, percent: Quantity) -> Self {
        self.percent_commission = Some(percent);
        self
    }

    /// The identifier that names the intent.
    #[must_use]
    pub const fn customer_payment_id(&self) -> &CustomerPaymentId {
        &self.customer_payment_id
    }

    pub(crate) const fn destination(&self) -> Option<&Destination> {
        self.destination.as_ref()
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        let mut checks = Checks::new();
        if let Some(destination) = &self.destination {
            destination.check(&mut checks, "requisite");
        }
        if let Some(recipient) = &self.recipient {
            recipient.check(&mut checks, "sbp_validation_data");
        }
        self.customer_payment_id.check(&mut checks);
        check_sum(&mut checks, "amount", self.amount);
        checks.that(
            self.amount.is_positive(),
            "amount",
            "must be more than nothing",
            || self.amount.to_string(),
        );
        let texts = [
            ("service_name", &self.service_name),
            ("payment_purpose", &self.payment_purpose),
        ];
        for (field, text) in texts {
            if let Some(text) = text {
                no_card(&mut checks, field, text.expose());
            }
        }
        if let Some(act) = &self.act {
            act.check(&mut checks);
        }
        if let Some(buyer) = &self.buyer {
            buyer.check(&mut checks);
        }
        if let Some(kept) = self.fix_commission {
            check_sum(&mut checks, "fix_commission", kept);
            checks.range("fix_commission", kept, Money::ZERO..=self.amount);
        }
        if let Some(percent) = self.percent_commission {
            checks.that(
                percent >= Quantity::ZERO,
                "percent_commission",
                "must not be negative",
                || percent.to_string(),
            );
        }
        checks.finish()
    }
}

/// What came from the platform may have parts of a kopeck; what goes to it may not.
pub(crate) fn check_sum(
    checks: &mut Checks,
    field: impl Into<std::borrow::Cow<'static, str>>,
    sum: Money,
) {
    checks.that(
        Money::new(sum.to_decimal()).is_ok(),
        field,
        "must have at most two decimals",
        || sum.to_string(),
    );
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    requisite: Option<&'a Requisite>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requisite_id: Option<RequisiteId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sbp_validation_data: Option<&'a SbpRecipient>,
    customer_payment_id: &'a CustomerPaymentId,
    contractor_id: ContractorId,
    #[serde(with = "money::as_number")]
    amount: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<AgentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch_office_id: Option<BranchOfficeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_account_id: Option<BankAccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_name: Option<&'a Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_purpose: Option<&'a Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    balance_id: Option<BalanceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a Act>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer: Option<&'a Buyer>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "money::as_number::option"
    )]
    fix_commission: Option<Money>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "money::as_number::option"
    )]
    percent_commission: Option<Quantity>,
}

impl Operation for CreatePayment {
    type Provider = PayoutsPlatform;
    type Output = Item<Payment>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.create-payment",
        Effect::Keyed,
        Method::Post,
        HostId::API,
        "/payments",
    )
    .guarded()
    .key_promise(KeyPromise::Refused)
    .lookup(GetPaymentByCustomerId::META.id)
    .provenance(REQUEST_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.check()?;
        let (agent_id, balance_id) = match self.payer {
            Some(Payer::Agent(id)) => (Some(id), None),
            Some(Payer::Balance(id)) => (None, Some(id)),
            None => (None, None),
        };
        request().json(&Body {
            requisite: self.destination.as_ref().and_then(Destination::new_one),
            requisite_id: self.destination.as_ref().and_then(Destination::known),
            sbp_validation_data: self.recipient.as_ref(),
            customer_payment_id: &self.customer_payment_id,
            contractor_id: self.contractor_id,
            amount: self.amount,
            agent_id,
            branch_office_id: self.branch_office_id,
            bank_account_id: self.bank_account_id,
            service_name: self.service_name.as_ref(),
            payment_purpose: self.payment_purpose.as_ref(),
            balance_id,
            act: self.act.as_ref(),
            buyer: self.buyer.as_ref(),
            fix_commission: self.fix_commission,
            percent_commission: self.percent_commission,
        })
    }

    fn parse(answer: &Answer) -> Result<Item<Payment>, ReadError> {
        answer.json()
    }

    fn bank_id(payment: &Item<Payment>) -> Option<String> {
        payment.id.map(|id| id.to_string())
    }
}

#[cfg(test)]
mod tests;
