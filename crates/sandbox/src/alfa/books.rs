//! The bank's books: payments, links, drafts, and how they move.

use std::collections::BTreeSet;
use std::time::Duration;

use time::OffsetDateTime;

use super::SAMPLE_PAYMENT;
use crate::random::Random;

/// How long a payment stays `DRAFT`, and when it is final.
const SENT_AFTER: Duration = Duration::from_secs(1);
const FINAL_AFTER: Duration = Duration::from_secs(5);

/// How often a payment link can be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Once, with the sum of the link: `ONETIME`.
    OneTime,
    /// Any number of times, with any sum: `REUSABLE`.
    Reusable,
}

pub(super) struct Books {
    pub(super) outgoing: Vec<Outgoing>,
    pub(super) incoming: Vec<Incoming>,
    pub(super) links: Vec<Link>,
    pub(super) omit_pagination: bool,
    pub(super) declined: BTreeSet<String>,
    pub(super) random: Random,
}

#[derive(Clone)]
pub(super) struct Outgoing {
    pub(super) id: String,
    pub(super) qrc_id: String,
    pub(super) amount: u64,
    pub(super) tax_amount: u64,
    pub(super) payer_account: String,
    pub(super) purpose: String,
    pub(super) at: OffsetDateTime,
    pub(super) recipient: Recipient,
    pub(super) stage: Progress,
}

#[derive(Clone)]
pub(super) struct Recipient {
    pub(super) name: String,
    pub(super) inn: String,
    pub(super) bik: String,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nobody executed it yet.
    Waiting,
    /// On its way since this moment of the clock's elapsed time.
    Moving {
        since: Duration,
        declined: bool,
    },
    Complete,
    Error,
}

#[derive(Clone)]
pub(super) struct Incoming {
    pub(super) qrc_id: String,
    pub(super) amount: u64,
    pub(super) tax_amount: u64,
    pub(super) payee_account: String,
    pub(super) purpose: String,
    pub(super) at: OffsetDateTime,
}

#[derive(Clone)]
pub(super) struct Link {
    pub(super) qrc_id: String,
    pub(super) kind: LinkKind,
    pub(super) amount: u64,
    pub(super) recipient: Recipient,
    pub(super) purpose: String,
    pub(super) paid: bool,
}

impl Progress {
    pub(super) fn name(self, elapsed: Duration) -> &'static str {
        match self {
            Self::Waiting => "DRAFT",
            Self::Complete => "COMPLETE",
            Self::Error => "ERROR",
            Self::Moving { since, declined } => {
                let moved_for = elapsed.saturating_sub(since);
                if moved_for < SENT_AFTER {
                    "DRAFT"
                } else if moved_for < FINAL_AFTER {
                    "SENDING_MESSAGE"
                } else if declined {
                    "ERROR"
                } else {
                    "COMPLETE"
                }
            }
        }
    }
}

impl Books {
    pub(super) fn payment(&self, id: &str) -> Option<&Outgoing> {
        self.outgoing.iter().find(|payment| payment.id == id)
    }

    pub(super) fn link(&self, qrc_id: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.qrc_id == qrc_id)
    }

    pub(super) fn remove_payments(&mut self, count: usize) -> Vec<String> {
        let listed = self
            .outgoing
            .iter()
            .filter(|payment| payment.stage != Progress::Waiting);
        let mut ids: Vec<String> = listed.map(|payment| payment.id.clone()).collect();
        ids.retain(|id| id != SAMPLE_PAYMENT);
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.truncate(count);
        self.outgoing.retain(|payment| !ids.contains(&payment.id));
        ids
    }

    pub(super) fn decline(&mut self, key: String) {
        self.declined.insert(key);
    }
}
