//! The payouts platform (Jump.Finance, 1C API): payments, contractors, acceptance certificates.
//!
//! One host, [`PayoutsPlatformApi`](Host::PayoutsPlatformApi), without a client certificate. The vendor's own base is
//! not public, so this one has an invented path. All 48 operations of the page are there; eleven have no known path
//! and stand below `/unverified/`, the paths of others were inferred.
//!
//! **Who may call.** [`CLIENT_KEY`] in the header `Client-Key`; never in the query. `Accept` and `Content-Type` name
//! JSON on each request, but for scans (a form) and downloads (any `Accept`).
//!
//! **A payment's life.** It is in processing (3) for 90 seconds and then paid (1), rejected (2), in error (5) or
//! deleted (6); or it waits at once for a person (4, 7, 8). [`Payouts::end_attempt`] says which attempt ends how. What
//! a person does in the cabinet is done by [`Payouts::repeat_in_cabinet`] and its siblings.
//!
//! **Money.** Kopecks here, roubles on the wire. The arithmetic is this simulator's own, the vendor's is not known:
//! commission is what the request says; a self-employed person who lets the company pay bears 6 % of tax; the rest is
//! paid, so `amount = amount_paid + commission + tax_amount`. The bank takes 0.4 % (SBP) or 1.2 % (card) on top. Each
//! is rounded half up to the kopeck. [`Payouts::funds`] lose `amount_paid + tax_amount + commission_bank`. A payment
//! with a `balance_id` takes its amount from that balance too, frozen until it is paid.
//!
//! **The [ledger](crate::Ledger)** has an entry for each payment that was asked for. Its key is `customer_payment_id`
//! or `idempotency_key`, else `payment <id>` or `certificate <id>`. Money counts as moved as soon as it is settled that
//! the attempt will be paid. Repeats and confirmations by a person are entries of their own, [`CABINET_REPEAT`] and
//! [`CABINET_CONFIRM`], with status 0: nobody asked over the wire.
//!
//! **Receipts.** A self-employed person whose tax was paid gets one 30 seconds after the money.
//!
//! **Pace.** A payment that is not final is told once a minute, by whichever of the three operations that tell one; the
//! tax service is asked once in 30 seconds per contractor, and the state is told every 2 seconds while that goes on.
//! More is an empty 429. Since the clock stands still, a test must let time pass or say
//! [`Payouts::enforce_pace`]`(false)`.
//!
//! **Choices where the page is silent.** Wrong headers, query keys and unreadable bodies are a 400; wrong fields, and
//! things that a field names in vain, a 422 that tells the field; unknown things of the path a 404. A contractor with
//! payments that are not final is not deleted: 499. An upsert brings a deleted contractor back. Certificates are
//! `in_processing` for ever. Limits of branches are counted by Moscow's days and months, without rejected and deleted
//! payments. The end of a passport check, and recognition before its end, have invented states. Links of lists lead to
//! another host. A plain date in a filter means its first moment in Moscow, or its last at the end of a period.

mod books;
mod branches;
mod cabinet;
mod certificates;
mod gate;
mod node;
mod nomenclature;
mod nominal;
mod operations;
mod pace;
mod page;
mod passports;
mod payments;
mod people;
mod read;
mod refusal;
mod routes;
mod seed;
mod service;
mod switches;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::fault::{Fault, Moment};
#[cfg(doc)]
use crate::host::Host;
use crate::stage::World;
use crate::sync::locked;

use books::{Books, Reading};
pub use operations::*;
use pace::Pace;
pub(crate) use routes::host;
use switches::Switches;
pub use switches::{PaymentEnd, Repeat, TaxStatus};

/// The key that the platform takes. It opens nothing anywhere else.
pub const CLIENT_KEY: &str = "sandbox-payouts-client-key-not-a-secret";
/// The legal entity to which everything seeded belongs.
pub const AGENT: u64 = 1;
/// Another legal entity of the company.
pub const OTHER_AGENT: u64 = 2;
/// The account from which payments go that name none.
pub const BANK_ACCOUNT: u64 = 34;
/// A branch without limits.
pub const BRANCH: u64 = 12;
/// A branch with limits: 250 roubles a day, 500 a month.
pub const LIMITED_BRANCH: u64 = 13;
/// A branch that is not active.
pub const CLOSED_BRANCH: u64 = 14;
/// A person who is not self-employed, with a phone (by default) and a card to be paid on. All seeded contractors have
/// 100 000 roubles on their balance.
pub const CONTRACTOR: u64 = 101;
/// A self-employed person for whom the company may pay the tax. The page's samples name this one.
pub const SELF_EMPLOYED: u64 = 68;
/// One who has not permitted it yet.
pub const AWAITING_CONSENT: u64 = 103;
/// One whom the tax service does not know as self-employed.
pub const NOT_REGISTERED: u64 = 104;
/// A nomenclature; certificates of the page's samples name it.
pub const NOMENCLATURE: &str = "30277afd-c473-45cf-89a2-a9c76281f4d7";
/// A payment of [`SELF_EMPLOYED`] that ended in an error (5) and can be repeated. It is there besides the old ones.
pub const FAILED_PAYMENT: u64 = 15_731_787;
/// A certificate over 47 500 roubles that is not paid.
pub const CERTIFICATE: u64 = 1;

/// The platform's state, to be read and changed while clients are at work. Clones are the same platform.
#[derive(Clone)]
pub struct Payouts {
    state: Arc<Mutex<State>>,
    world: Arc<World>,
}

/// Everything behind one lock: each call is worked on alone.
struct State {
    books: Books,
    switches: Switches,
    pace: Pace,
}

impl Payouts {
    pub(crate) fn new(world: &Arc<World>, payments: usize) -> Self {
        let books = Books::seeded(world.seed, payments, Reading::of(&world.clock));
        Self {
            state: Arc::new(Mutex::new(State {
                books,
                switches: Switches::new(CLIENT_KEY),
                pace: Pace::default(),
            })),
            world: Arc::clone(world),
        }
    }

    /// Makes another key the only one that is taken.
    pub fn change_key(&self, key: &str) {
        self.switch(|switches| key.clone_into(&mut switches.key));
    }

    /// Whether calls beyond the pace are a 429; they are unless a test says otherwise.
    pub fn enforce_pace(&self, enforce: bool) {
        self.switch(|switches| switches.paced = enforce);
    }

    /// How the `number`th attempt to pay ends, from 1. Payments, repeats and confirmations are attempts, in the order
    /// in which the platform works on them; old payouts are none. Others are paid, unless the company lacks the money:
    /// then they end in an error.
    pub fn end_attempt(&self, number: u64, end: PaymentEnd) {
        self.switch(|switches| _ = switches.ends.insert(number, end));
    }

    /// Whether each payment of a client waits for a person's confirmation (status 4): a mode of the vendor's cabinet.
    /// The settings say then that payouts are not allowed, which is this simulator's reading.
    pub fn confirm_by_hand(&self, by_hand: bool) {
        self.switch(|switches| switches.confirmed_by_hand = by_hand);
    }

    /// Whether status 5 carries `is_final`, which nobody knows; it does not at first.
    pub fn errors_are_final(&self, are_final: bool) {
        self.switch(|switches| switches.errors_are_final = are_final);
    }

    /// What an `idempotency_key` does that its certificate has seen before; [`Repeat::Replay`] at first.
    pub fn on_repeated_key(&self, repeat: Repeat) {
        self.switch(|switches| switches.repeated_key = repeat);
    }

    /// How long questions do not find a payment that was just made: a 404 that proves nothing. Nor does its certificate
    /// show it so long, and says that it may be paid. No time at first.
    pub fn lag_lookups(&self, lag: Duration) {
        self.switch(|switches| switches.lag = lag);
    }

    /// Whether payments from now on get no receipt.
    pub fn withhold_receipts(&self, withhold: bool) {
        self.switch(|switches| switches.receipts_withheld = withhold);
    }

    /// Whether passports pass the checks that are started from now on; they do at first.
    pub fn pass_passports(&self, pass: bool) {
        self.switch(|switches| switches.passports_pass = pass);
    }

    /// Whether identifications from now on are approved in the end, if nobody vouches for them; they are at first.
    pub fn pass_identifications(&self, pass: bool) {
        self.switch(|switches| switches.identifications_pass = pass);
    }

    fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut locked(&self.state).switches);
    }

    fn now(&self) -> Reading {
        Reading::of(&self.world.clock)
    }
}

impl fmt::Debug for Payouts {
    /// Counts only: what the books hold looks like people's data, and is handled so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = locked(&self.state);
        f.debug_struct("Payouts")
            .field("contractors", &state.books.contractors.len())
            .field("payments", &state.books.payments.len())
            .field("certificates", &state.books.certificates.len())
            .finish_non_exhaustive()
    }
}

/// A 500 in the platform's error model, as a fault.
#[must_use]
pub fn internal_error(moment: Moment) -> Fault {
    Fault::Answer {
        status: 500,
        content_type: "application/json".to_owned(),
        body:
            r#"{"error":{"title":"Ошибка","detail":"Внутренняя ошибка","fields":null,"code":500}}"#
                .to_owned(),
        moment,
    }
}
