//! The platform's books: who there is and what they have.

use std::time::Duration;

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::certificates::Certificate;
use super::nomenclature::Nomenclature;
use super::nominal::{Incoming, Payout};
use super::passports::{Check, Recognition};
use super::payments::Payment;
use super::people::{Cooperation, Identification, SelfEmployed};
use super::refusal::Refusal;
use crate::clock::SimulatedClock;
use crate::random::Random;

/// What the clock shows: the wall for people, the elapsed time for everything that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) at: OffsetDateTime,
    pub(super) elapsed: Duration,
}

/// What has passed before the sandbox began, so that old things can be older than it.
const BEFORE: Duration = Duration::from_secs(1000 * 86_400);

impl Reading {
    pub(super) fn of(clock: &SimulatedClock) -> Self {
        Self {
            at: clock.now(),
            elapsed: BEFORE.saturating_add(clock.elapsed()),
        }
    }

    /// Both so much earlier.
    pub(super) fn earlier(self, by: Duration) -> Self {
        let span = time::Duration::try_from(by).unwrap_or(time::Duration::MAX);
        Self {
            at: self.at.saturating_sub(span),
            elapsed: self.elapsed.saturating_sub(by),
        }
    }

    /// The wall clock so much later.
    pub(super) fn later(self, by: Duration) -> OffsetDateTime {
        let by = time::Duration::try_from(by).unwrap_or(time::Duration::MAX);
        self.at.saturating_add(by)
    }
}

pub(super) struct Books {
    pub(super) agents: Vec<Agent>,
    pub(super) accounts: Vec<BankAccount>,
    pub(super) branches: Vec<Branch>,
    pub(super) contractors: Vec<Contractor>,
    pub(super) requisites: Vec<Requisite>,
    pub(super) balances: Vec<Balance>,
    pub(super) cooperations: Vec<Cooperation>,
    pub(super) identifications: Vec<Identification>,
    pub(super) payments: Vec<Payment>,
    pub(super) certificates: Vec<Certificate>,
    pub(super) nomenclature: Vec<Nomenclature>,
    pub(super) recognitions: Vec<Recognition>,
    pub(super) checks: Vec<Check>,
    pub(super) payouts: Vec<Payout>,
    pub(super) incomings: Vec<Incoming>,
    /// What the company has for payouts, in kopecks.
    pub(super) funds: u64,
    /// How many attempts to pay there were.
    pub(super) attempts: u64,
    pub(super) random: Random,
}

/// A legal entity of the company.
pub(super) struct Agent {
    pub(super) id: u64,
    pub(super) name: &'static str,
}

pub(super) struct BankAccount {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) number: &'static str,
    /// The branch that pays from it.
    pub(super) branch: u64,
}

pub(super) struct Branch {
    pub(super) id: u64,
    pub(super) created: OffsetDateTime,
    pub(super) name: String,
    pub(super) agent: u64,
    pub(super) address: String,
    /// In kopecks; `None` is no limit.
    pub(super) monthly: Option<u64>,
    pub(super) daily: Option<u64>,
    pub(super) is_active: bool,
}

pub(super) struct Contractor {
    pub(super) id: u64,
    pub(super) card: Card,
    pub(super) created: OffsetDateTime,
    pub(super) updated: OffsetDateTime,
    pub(super) is_deleted: bool,
    pub(super) self_employed: SelfEmployed,
}

/// What a request says of a contractor.
#[derive(Clone)]
pub(super) struct Card {
    pub(super) phone: String,
    pub(super) name: Name,
    pub(super) legal_form: u64,
    pub(super) agent: u64,
    pub(super) inn: Option<String>,
    pub(super) agrees_pay_taxes: bool,
    /// As it came.
    pub(super) passport: Option<Box<RawValue>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) last: String,
    pub(super) first: String,
    pub(super) middle: Option<String>,
}

impl Name {
    pub(super) fn full(&self) -> String {
        let middle = self.middle.as_deref().unwrap_or_default();
        format!("{} {} {middle}", self.last, self.first)
            .trim_end()
            .to_owned()
    }

    /// The last name and initials.
    pub(super) fn short(&self) -> String {
        let initial = |text: &str| text.chars().next().map(|letter| format!("{letter}."));
        let first = initial(&self.first).unwrap_or_default();
        let middle = self.middle.as_deref().and_then(initial).unwrap_or_default();
        format!("{} {first}{middle}", self.last)
    }
}

/// Where money can be sent.
#[derive(Clone)]
pub(super) struct Requisite {
    pub(super) id: u64,
    pub(super) contractor: u64,
    pub(super) target: Target,
    pub(super) created: OffsetDateTime,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Type 10.
    Sbp { phone: String, bank: u64 },
    /// Type 8.
    Card { number: String },
}

pub(super) struct Balance {
    pub(super) id: u64,
    pub(super) contractor: u64,
    pub(super) agent: u64,
    /// All that was ever put on it, in kopecks. What payments took is found in the payments.
    pub(super) credited: u64,
    pub(super) created: OffsetDateTime,
}

/// One more than the greatest; the lists grow at their ends.
pub(super) fn next_id(last: Option<u64>) -> u64 {
    last.unwrap_or_default() + 1
}

impl Books {
    pub(super) fn agent(&self, id: u64) -> Option<&Agent> {
        self.agents.iter().find(|one| one.id == id)
    }

    pub(super) fn agent_name(&self, id: u64) -> &'static str {
        self.agent(id).map_or("", |agent| agent.name)
    }

    /// # Errors
    /// A 422 on `key`: there is no such legal entity.
    pub(super) fn known_agent(&self, key: &str, id: u64) -> Result<u64, Refusal> {
        match self.agent(id) {
            Some(agent) => Ok(agent.id),
            None => Err(Refusal::field(key, "is not a legal entity of the company")),
        }
    }

    pub(super) fn account(&self, id: u64) -> Option<&BankAccount> {
        self.accounts.iter().find(|one| one.id == id)
    }

    /// # Errors
    /// A 422 on `bank_account_id`: there is no such account.
    pub(super) fn known_account(&self, id: Option<u64>) -> Result<(), Refusal> {
        match id {
            Some(id) if self.account(id).is_none() => Err(Refusal::field(
                "bank_account_id",
                "is not an account of the company",
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn branch(&self, id: u64) -> Option<&Branch> {
        self.branches.iter().find(|one| one.id == id)
    }

    /// # Errors
    /// A 422 on `branch_office_id`: there is no such branch.
    pub(super) fn known_branch(&self, id: Option<u64>) -> Result<(), Refusal> {
        match id {
            Some(id) if self.branch(id).is_none() => {
                Err(Refusal::field("branch_office_id", "is not a branch"))
            }
            _ => Ok(()),
        }
    }

    /// A contractor, deleted ones included.
    pub(super) fn person(&self, id: u64) -> Option<&Contractor> {
        self.contractors.iter().find(|one| one.id == id)
    }

    /// # Errors
    /// A 404: nobody has that number, or they were deleted.
    pub(super) fn contractor(&self, id: u64) -> Result<&Contractor, Refusal> {
        self.person(id)
            .filter(|one| !one.is_deleted)
            .ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// As [`contractor`](Self::contractor).
    pub(super) fn contractor_mut(&mut self, id: u64) -> Result<&mut Contractor, Refusal> {
        self.contractors
            .iter_mut()
            .find(|one| one.id == id && !one.is_deleted)
            .ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// A 422 on `contractor_id`: nobody has that number, or they were deleted.
    pub(super) fn known_contractor(&self, id: u64) -> Result<&Contractor, Refusal> {
        self.contractor(id)
            .map_err(|_| Refusal::field("contractor_id", "is not a contractor"))
    }

    /// # Errors
    /// A 404.
    pub(super) fn payment(&self, id: u64) -> Result<&Payment, Refusal> {
        let mut all = self.payments.iter();
        all.find(|one| one.id == id).ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// A 404.
    pub(super) fn payment_mut(&mut self, id: u64) -> Result<&mut Payment, Refusal> {
        let mut all = self.payments.iter_mut();
        all.find(|one| one.id == id).ok_or(Refusal::NotFound)
    }

    pub(super) fn requisite(&self, id: u64) -> Option<&Requisite> {
        self.requisites.iter().find(|one| one.id == id)
    }

    /// A contractor's first requisite is the one by default.
    pub(super) fn default_requisite(&self, contractor: u64) -> Option<&Requisite> {
        self.requisites
            .iter()
            .find(|one| one.contractor == contractor)
    }

    /// The contractor's requisite with that target, made if it is new.
    pub(super) fn requisite_for(
        &mut self,
        contractor: u64,
        target: &Target,
        at: OffsetDateTime,
    ) -> u64 {
        let mut own = self.requisites.iter();
        if let Some(known) = own.find(|one| one.contractor == contractor && one.target == *target) {
            return known.id;
        }
        let id = next_id(self.requisites.last().map(|one| one.id));
        self.requisites.push(Requisite {
            id,
            contractor,
            target: target.clone(),
            created: at,
        });
        id
    }

    /// The contractor's balance with a legal entity, made if it is new.
    pub(super) fn balance_with(
        &mut self,
        contractor: u64,
        agent: u64,
        at: OffsetDateTime,
    ) -> &mut Balance {
        let own = |one: &Balance| one.contractor == contractor && one.agent == agent;
        let place = self.balances.iter().position(own);
        let place = place.unwrap_or_else(|| {
            let id = next_id(self.balances.last().map(|one| one.id));
            self.balances.push(Balance {
                id,
                contractor,
                agent,
                credited: 0,
                created: at,
            });
            self.balances.len() - 1
        });
        // found, or the last one
        &mut self.balances[place]
    }

    /// What a balance holds and how much of it is frozen, in kopecks. A payment takes its sum at once, holds it
    /// frozen until it is paid, and gives it back when it is rejected or deleted.
    pub(super) fn balance_now(&self, balance: &Balance, elapsed: Duration) -> (u64, u64) {
        let from_it = self
            .payments
            .iter()
            .filter(|one| one.balance == Some(balance.id) && one.counts(elapsed));
        let (taken, frozen) = from_it.fold((0_u64, 0_u64), |(taken, frozen), one| {
            let held = if one.status(elapsed) == 1 {
                0
            } else {
                one.sums.amount
            };
            (taken + one.sums.amount, frozen + held)
        });
        (balance.credited.saturating_sub(taken), frozen)
    }
}
