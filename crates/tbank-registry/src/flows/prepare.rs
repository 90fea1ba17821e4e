//! From lines to a signed registry that may be paid.

use std::time::Duration;

use rubank_core::error::Error;
use rubank_core::lenient::Rows;
use rubank_core::operation::Operation;
use rubank_core::polling::PollState;

use super::card::{Family, PACE};
use super::event::{Event, Step};
use super::signed::{Difference, Expected, SignedRegistry};
use super::watch::{Looked, SETTLE, Watch};
use crate::Client;
use crate::asynchronous::RESULT_INTERVAL;
use crate::ids::{CorrelationId, PaymentRegistryId};
use crate::provider::TBankRegistry;
use crate::registry::RegistryStatus;
use crate::results::{
    CreationStatus, LineErrors, Progress, RegistryCreation, RegistrySubmission, RequestTaken,
    SubmissionStatus,
};
use crate::salary::{
    CreateSalaryRegistry, GetSalaryRegistryCreation, GetSalaryRegistrySubmission,
    SubmitSalaryRegistry,
};
use crate::self_employed::{
    CreateSelfEmployedRegistry, GetSelfEmployedRegistryCreation, GetSelfEmployedRegistrySubmission,
    SubmitSelfEmployedRegistry,
};

/// A registry to be built and signed, with the caller's keys of both steps. Write it down before you begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preparation {
    pub(super) draft: Draft,
    pub(super) signing_key: CorrelationId,
    pub(super) replaces: Option<PaymentRegistryId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Draft {
    Employees(CreateSalaryRegistry),
    SelfEmployed(CreateSelfEmployedRegistry),
}

impl Preparation {
    /// A registry of employees, and the key of its signature.
    pub fn employees(create: CreateSalaryRegistry, signing_key: impl Into<CorrelationId>) -> Self {
        Self {
            draft: Draft::Employees(create),
            signing_key: signing_key.into(),
            replaces: None,
        }
    }

    /// A registry of the self-employed, and the key of its signature.
    pub fn self_employed(
        create: CreateSelfEmployedRegistry,
        signing_key: impl Into<CorrelationId>,
    ) -> Self {
        Self {
            draft: Draft::SelfEmployed(create),
            signing_key: signing_key.into(),
            replaces: None,
        }
    }

    /// Whose registry it is.
    #[must_use]
    pub fn family(&self) -> Family {
        match self.draft {
            Draft::Employees(_) => Family::Employees,
            Draft::SelfEmployed(_) => Family::SelfEmployed,
        }
    }

    /// What the card must say in the end.
    #[must_use]
    pub fn expected(&self) -> Expected {
        let (count, total) = match &self.draft {
            Draft::Employees(create) => (create.lines().len(), create.total()),
            Draft::SelfEmployed(create) => (create.lines().len(), create.total()),
        };
        Expected {
            family: self.family(),
            count,
            total,
        }
    }

    /// The registry whose failed lines this one repeats.
    #[must_use]
    pub fn replaces(&self) -> Option<PaymentRegistryId> {
        self.replaces
    }
}

/// Why there is no signed registry that may be paid. No money has moved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// A call failed for good. Of a request (create, submit) its outcome says that nothing happened.
    #[error("{step}: {error}")]
    Call {
        /// Which call.
        step: Step,
        /// Its error.
        error: Error,
    },
    /// The bank has no result for a request, a minute after it was sent: it did not arrive, or the bank is slow.
    /// Ask the result again by your key before you send anything else.
    #[error("{step}: the bank does not know the request")]
    NoResult {
        /// Which result.
        step: Step,
        /// How the bank said so.
        error: Error,
    },
    /// The time was over. The bank goes on: ask the result by your key, within two days.
    #[error("{step}: not there within the time given")]
    TimeOver {
        /// What was waited for.
        step: Step,
    },
    /// The registry was not built; its lines say why.
    #[error("the registry was not built")]
    NotBuilt(Box<RegistryCreation>),
    /// The registry was not signed.
    #[error("the registry was not signed")]
    NotSigned(Box<RegistrySubmission>),
    /// The bank built the registry and did not tell its number: look for it in the list.
    #[error("the registry was built and its number was not told")]
    NumberMissing,
    /// The card shows a state in which it cannot be paid, such as paid already.
    #[error("the registry is {0}")]
    WrongState(RegistryStatus),
    /// It is signed, but is not what was asked.
    #[error("{0}")]
    Different(Box<Difference>),
}

/// Builds a registry, signs it, and compares its card with what was asked: bad lines may have been left out. Only what
/// comes back can be paid with [`pay_and_confirm`](super::pay_and_confirm). No money moves.
///
/// ```no_run
/// # use std::time::Duration;
/// # use tbank_registry::{Account, Client, CreateSalaryRegistry};
/// # use tbank_registry::flows::{Preparation, PrepareError, pay_and_confirm, prepare_and_sign};
/// # async fn f(client: Client, create: CreateSalaryRegistry, account: Account) -> Result<(), Box<dyn std::error::Error>> {
/// let preparation = Preparation::employees(create, "0b8a4f7e-52b5-4c8e-9a55-3b8f0d9a7c11");
/// let minutes = |count: u64| Duration::from_secs(60 * count);
/// let signed = match prepare_and_sign(&client, &preparation, minutes(5), |event| println!("{event}")).await {
///     Ok(signed) => signed,
///     Err(PrepareError::Different(difference)) => return Err(difference.to_string().into()), // or accept() it
///     Err(error) => return Err(error.into()),
/// };
/// let pay = signed.pay("salary-2024-05", account, "Зарплата за май").append_registry_number("5")?;
/// let paid = pay_and_confirm(&client, &signed, &pay, minutes(15), |event| println!("{event}")).await?;
/// println!("{:?}", paid.end());
/// # Ok(())
/// # }
/// ```
///
/// # Cancellation
///
/// Dropping the future loses nothing: there may be a draft or a signed registry, and your keys tell which.
///
/// # Errors
/// [`PrepareError`].
pub async fn prepare_and_sign(
    client: &Client,
    preparation: &Preparation,
    within: Duration,
    mut report: impl FnMut(Event) + Send,
) -> Result<SignedRegistry, PrepareError> {
    let mut watch = Watch::new(client, within, &mut report);
    let key = &preparation.signing_key;
    let (registry, left_out) = match &preparation.draft {
        Draft::Employees(create) => {
            let result = GetSalaryRegistryCreation::new(create.correlation_id().clone());
            let built = watch.build(create, &result).await?;
            let submit = SubmitSalaryRegistry::new(key.clone(), built.0);
            let result = GetSalaryRegistrySubmission::new(key.clone());
            watch.sign(&submit, &result, built).await?
        }
        Draft::SelfEmployed(create) => {
            let result = GetSelfEmployedRegistryCreation::new(create.correlation_id().clone());
            let built = watch.build(create, &result).await?;
            let submit = SubmitSelfEmployedRegistry::new(key.clone(), built.0);
            let result = GetSelfEmployedRegistrySubmission::new(key.clone());
            watch.sign(&submit, &result, built).await?
        }
    };
    let expected = preparation.expected();
    let verified = watch
        .verify(registry, &expected, preparation.replaces)
        .await;
    verified.map_err(|error| match error {
        PrepareError::Different(mut difference) => {
            difference.left_out = left_out;
            PrepareError::Different(difference)
        }
        other => other,
    })
}

/// Compares the card of a registry that was signed before with what was asked: after a restart, or after
/// [`CreateAndSubmitSalaryRegistry`](crate::CreateAndSubmitSalaryRegistry).
///
/// # Errors
/// [`PrepareError`].
pub async fn verify_signed(
    client: &Client,
    registry: impl Into<PaymentRegistryId>,
    expected: &Expected,
    within: Duration,
    mut report: impl FnMut(Event) + Send,
) -> Result<SignedRegistry, PrepareError> {
    let mut watch = Watch::new(client, within, &mut report);
    watch.verify(registry.into(), expected, None).await
}

/// A registry, and the lines that were left out of it.
type Built = (PaymentRegistryId, Vec<LineErrors>);

impl Watch<'_> {
    async fn build<C, R>(&mut self, create: &C, result: &R) -> Result<Built, PrepareError>
    where
        C: Operation<Provider = TBankRegistry, Output = RequestTaken>,
        R: Operation<Provider = TBankRegistry, Output = RegistryCreation>,
    {
        self.request(Step::Create, create).await?;
        let built = self.result(Step::CreateResult, result).await?;
        match (&built.status, built.payment_registry_id) {
            (CreationStatus::Created, Some(registry)) => Ok((registry, good(built.payment_errors))),
            (CreationStatus::Created, None) => Err(PrepareError::NumberMissing),
            _ => Err(PrepareError::NotBuilt(Box::new(built))),
        }
    }

    async fn sign<S, R>(
        &mut self,
        submit: &S,
        result: &R,
        (registry, mut left_out): Built,
    ) -> Result<Built, PrepareError>
    where
        S: Operation<Provider = TBankRegistry, Output = RequestTaken>,
        R: Operation<Provider = TBankRegistry, Output = RegistrySubmission>,
    {
        self.request(Step::Submit, submit).await?;
        let signed = self.result(Step::SubmitResult, result).await?;
        if signed.status != SubmissionStatus::Accepted {
            return Err(PrepareError::NotSigned(Box::new(signed)));
        }
        left_out.extend(good(signed.payment_errors));
        Ok((registry, left_out))
    }

    /// Sends a request once. A lost answer is no error: its result will tell.
    async fn request<O>(&mut self, step: Step, operation: &O) -> Result<(), PrepareError>
    where
        O: Operation<Provider = TBankRegistry, Output = RequestTaken>,
    {
        match self.client.send(operation).await {
            Ok(_) => self.tell(Event::Taken(step)),
            Err(error) if error.may_have_acted() => self.tell(Event::AnswerLost(step)),
            Err(error) => return Err(PrepareError::Call { step, error }),
        }
        Ok(())
    }

    async fn result<R>(&mut self, step: Step, result: &R) -> Result<R::Output, PrepareError>
    where
        R: Operation<Provider = TBankRegistry>,
        R::Output: Progress,
    {
        let started = self.elapsed();
        loop {
            let asked_at = self.elapsed();
            let looked = self.look(step, result).await;
            let pause = match looked.map_err(|error| PrepareError::Call { step, error })? {
                Looked::Answer(found) if found.poll_state() == PollState::Final => {
                    return Ok(found);
                }
                Looked::NotKnown(error) if asked_at.saturating_sub(started) >= SETTLE => {
                    return Err(PrepareError::NoResult { step, error });
                }
                Looked::Answer(_) | Looked::NotKnown(_) => RESULT_INTERVAL,
                Looked::Later(wait) => wait.max(RESULT_INTERVAL),
            };
            if !self.wait(pause, step).await {
                return Err(PrepareError::TimeOver { step });
            }
        }
    }

    async fn verify(
        &mut self,
        registry: PaymentRegistryId,
        expected: &Expected,
        replaces: Option<PaymentRegistryId>,
    ) -> Result<SignedRegistry, PrepareError> {
        let step = Step::Card;
        loop {
            let looked = self.card(expected.family, registry).await;
            let pause = match looked.map_err(|error| PrepareError::Call { step, error })? {
                Looked::Answer(card) => match card.status() {
                    RegistryStatus::Accepted => {
                        let seen_at = self.elapsed();
                        return SignedRegistry::compare(
                            registry, expected, &card, seen_at, replaces,
                        )
                        .map_err(PrepareError::Different);
                    }
                    // It may be behind the signature's result.
                    RegistryStatus::Draft
                    | RegistryStatus::Submitted
                    | RegistryStatus::Unknown(_) => PACE,
                    other => return Err(PrepareError::WrongState(other.clone())),
                },
                Looked::NotKnown(_) => PACE,
                Looked::Later(wait) => wait.max(RESULT_INTERVAL),
            };
            if !self.wait(pause, step).await {
                return Err(PrepareError::TimeOver { step });
            }
        }
    }
}

/// What can be read of a list that is shown to people only.
fn good(rows: Rows<LineErrors>) -> Vec<LineErrors> {
    rows.into_iter().filter_map(Result::ok).collect()
}
