//! T-Bank, payment registries of employees and of the self-employed.
//!
//! Four hosts: [`TBankRegistrySecured`](Host::TBankRegistrySecured) demands a client certificate,
//! [`TBankRegistryOpen`](Host::TBankRegistryOpen) does not; each has its twin on the bank's own test stand, which
//! takes [`TEST_STAND_TOKEN`] alone, checks the contract and gives fixed answers. The paths are the bank's; bodies of
//! answers come from its pages where they tell them, else from code that was made from its specification.
//!
//! **A registry's life.** It is created (`DRAFT`), signed (`SUBMITTED`, then `ACCEPTED`) and paid (`PROCESSING`, then
//! `EXECUTED`, `PART_EXEC` or `REJECTED`). What is done by `correlationId` takes two seconds; its result is kept for
//! two days. A payment takes five seconds from its debit to its end, all on the
//! [simulated clock](crate::SimulatedClock). After a debit that failed the registry is `ACCEPTED` again.
//!
//! **Money.** Kopecks here, roubles with two decimals on the wire. A payment without `dueDate` that the account cannot
//! bear is a 422; with it the bank tries again every ten minutes until then, and the [ledger](crate::Ledger) gets an
//! entry of its own when a later try takes the money. Ledger keys are the payment's `id`, or the `correlationId` of
//! the self-employed's own payment. The ledger tells the whole sum; what rejected lines did not get is not taken from
//! [`TBank::funds`].
//!
//! **Lines.** Bad ones (account without 20 digits or [`CLOSED_ACCOUNT`], sum of zero, long purpose, repeated number,
//! and so on) are dropped or fail the registry, as the request says. A line to [`REJECTED_ACCOUNT`] looks good and
//! fails when it is executed.
//!
//! **Who may call.** [`TOKEN`], or one from [`TBank::issue_token`]; the first good call on the secured host ties it to
//! the certificate, if there is one, and 90 days without a good call void it. Each method has its pace: 10 payments, 20
//! questions about a payment, one call of any other method within a second, and a card once in ten minutes per
//! registry. Since the clock stands still, a test must let time pass or say [`TBank::enforce_pace`]`(false)`.
//!
//! **Choices where the bank is silent.** See [`code`] for the codes of errors, [`Repeat`] for repeated keys and
//! [`PayAnswer`] for the answer to a payment. Funds are one purse, whatever company account is named. An unknown
//! registry and a forgotten result are a 422, an unknown payment is a 404. A `dueDate` in the past means one try. Both
//! cards show `PROCESSING`. Numbers of registries are unique over both families. Lists begin with the newest. Receipts
//! are asked for and never told: what tells them is not simulated. `X-Request-Id` comes back as it came.

pub mod code;

mod answers;
mod books;
mod create;
mod debit;
mod gate;
mod jobs;
mod methods;
mod pace;
mod pay;
mod read;
mod request;
mod roubles;
mod seed;
mod sign;
mod stand;
mod switches;

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::fault::{Fault, Moment};
use crate::host::{Host, HostSpec};
use crate::stage::{Stage, World};
use crate::sync::locked;

use answers::Refusal;
pub use books::RegistryKind;
use books::{Books, Debit};
use gate::Gate;
pub use methods::{
    CANCEL_SALARY, CANCEL_SALARY_RESULT, CREATE_AND_SUBMIT_SALARY, CREATE_AND_SUBMIT_SALARY_RESULT,
    CREATE_SALARY, CREATE_SALARY_RESULT, CREATE_SELF_EMPLOYED, CREATE_SELF_EMPLOYED_RESULT,
    LIST_SALARY, LIST_SELF_EMPLOYED, PAY_REGISTRY, PAY_SELF_EMPLOYED, PAY_SELF_EMPLOYED_RESULT,
    PAYMENT_STATUS, RECEIPTS, SALARY_CARD, SELF_EMPLOYED_CARD, SUBMIT_SALARY, SUBMIT_SALARY_RESULT,
    SUBMIT_SELF_EMPLOYED, SUBMIT_SELF_EMPLOYED_RESULT,
};
use switches::Switches;
pub use switches::{Limits, PayAnswer, Repeat, Scope};

/// A token with every scope. It opens nothing anywhere else.
pub const TOKEN: &str = "sandbox-tbank-token-not-a-secret";
/// The constant that the bank publishes for its own test stand.
pub const TEST_STAND_TOKEN: &str = "TBankSandboxToken";
/// The company's account that is debited when a registry names none.
pub const COMPANY_ACCOUNT: &str = "40702810000000000001";
/// A line to this account is bad when the registry is created.
pub const CLOSED_ACCOUNT: &str = "40817810000000000404";
/// A line to this account is rejected when the registry is executed.
pub const REJECTED_ACCOUNT: &str = "40817810000000000500";
/// A signed registry of employees: two lines, 90 000.10 roubles.
pub const ACCEPTED_REGISTRY: u64 = 5;
/// A draft of the same size.
pub const DRAFT_REGISTRY: u64 = 6;
/// A signed registry of the self-employed: two lines, 90 000.10 roubles.
pub const SELF_EMPLOYED_REGISTRY: u64 = 7;
/// A draft of the same size.
pub const SELF_EMPLOYED_DRAFT_REGISTRY: u64 = 8;

/// T-Bank's state, to be read and changed while clients are at work.
#[derive(Clone)]
pub struct TBank {
    bank: Arc<Bank>,
}

/// The bank behind its endpoints. Locks are taken in the order of the fields.
struct Bank {
    world: Arc<World>,
    gate: Mutex<Gate>,
    books: Mutex<Books>,
    switches: Mutex<Switches>,
}

impl TBank {
    pub(crate) fn new(world: &Arc<World>, registries: usize) -> Self {
        Self {
            bank: Arc::new(Bank {
                world: Arc::clone(world),
                gate: Mutex::new(Gate::new(world.seed, TOKEN)),
                books: Mutex::new(Books::seeded(world.seed, registries, world.clock.now())),
                switches: Mutex::default(),
            }),
        }
    }

    /// Adds a signed registry with a line for each of these sums, in kopecks, and tells its number.
    pub fn add_registry(&self, kind: RegistryKind, sums_kopecks: &[u64]) -> u64 {
        let clock = &self.bank.world.clock;
        let (now, elapsed) = (clock.now(), clock.elapsed());
        let mut books = locked(&self.bank.books);
        let id = books.next_id();
        let stage = books::Stage::Signed(elapsed);
        books.add(id, kind, sums_kopecks, stage, (now, elapsed));
        id
    }

    /// Lets a line of a registry that is not paid yet fail when it is executed. Whether there is such a line.
    pub fn reject_line(&self, registry: u64, number: u64) -> bool {
        let mut books = locked(&self.bank.books);
        let mut lines = books
            .registries
            .iter_mut()
            .filter(|one| one.id == registry)
            .flat_map(|one| one.lines.iter_mut());
        let line = lines.find(|line| line.number == number);
        line.map(|line| line.rejected = true).is_some()
    }

    /// What the company has, in kopecks. Tries that are due by now are made first.
    #[must_use]
    pub fn funds(&self) -> u64 {
        self.settled(|books| books.funds)
    }

    /// Money arrives on the company's account. Tries that are due by now are made before it.
    pub fn add_funds(&self, kopecks: u64) {
        self.settled(|books| books.funds = books.funds.saturating_add(kopecks));
    }

    /// Sets what the company has. Tries that are due by now are made first.
    pub fn set_funds(&self, kopecks: u64) {
        self.settled(|books| books.funds = kopecks);
    }

    /// Lets so many of the next debits fail, whatever the funds. With a `dueDate` the bank tries again.
    pub fn fail_debits(&self, count: u32) {
        self.settled(|books| books.failing_debits = count);
    }

    /// A person stops a payment whose debit still waits, in the bank's cabinet. Whether there is such a payment.
    pub fn cancel_payment(&self, id: &str) -> bool {
        self.settled(|books| {
            let mut waiting = books
                .payments
                .iter_mut()
                .filter(|one| one.id == id && matches!(one.debit, Debit::Waiting { .. }));
            waiting
                .next()
                .map(|payment| payment.debit = Debit::Cancelled)
                .is_some()
        })
    }

    /// Makes a token with every scope, tied to no certificate yet.
    #[must_use]
    pub fn issue_token(&self) -> String {
        locked(&self.bank.gate).issue(self.bank.world.clock.elapsed())
    }

    /// Makes a token unknown.
    pub fn revoke_token(&self, token: &str) {
        locked(&self.bank.gate).revoke(token);
    }

    /// Whether the caller's address is missing from the list of allowed ones: everything is a 403.
    pub fn refuse_address(&self, refuse: bool) {
        self.switch(|switches| switches.address_refused = refuse);
    }

    /// Takes a scope from all tokens: its methods are a 403.
    pub fn withhold_scope(&self, scope: Scope) {
        self.switch(|switches| _ = switches.withheld.insert(scope));
    }

    /// Gives a scope back to all tokens.
    pub fn grant_scope(&self, scope: Scope) {
        self.switch(|switches| _ = switches.withheld.remove(&scope));
    }

    /// Whether calls beyond a method's pace are a 429; they are unless a test says otherwise.
    pub fn enforce_pace(&self, enforce: bool) {
        self.switch(|switches| switches.paced = enforce);
    }

    /// What a `correlationId` does that the same method has seen before; [`Repeat::Replay`] at first.
    pub fn on_repeated_correlation(&self, repeat: Repeat) {
        self.switch(|switches| switches.repeated_correlation = repeat);
    }

    /// What a payment's `id` does that was seen before; [`Repeat::Refuse`] at first. [`Repeat::ActAgain`] takes the
    /// money a second time.
    pub fn on_repeated_payment(&self, repeat: Repeat) {
        self.switch(|switches| switches.repeated_payment = repeat);
    }

    /// How a good payment request is answered; [`PayAnswer::EmptyObject`] at first.
    pub fn answer_payments(&self, answer: PayAnswer) {
        self.switch(|switches| switches.pay_answer = answer);
    }

    /// Whether the status method knows payments of registries, on which the bank's pages disagree; it does at first.
    /// If not, each is a 404.
    pub fn status_knows_registries(&self, knows: bool) {
        self.switch(|switches| switches.status_knows_registries = knows);
    }

    /// Whether signing fails, as for a user without the right to sign: the result of a submit is `ERROR`.
    pub fn refuse_signatures(&self, refuse: bool) {
        self.switch(|switches| switches.signatures_refused = refuse);
    }

    /// How much may be paid; [`Limits::NONE`] at first.
    pub fn limits(&self, limits: Limits) {
        self.switch(|switches| switches.limits = limits);
    }

    fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut locked(&self.bank.switches));
    }

    fn settled<T>(&self, change: impl FnOnce(&mut Books) -> T) -> T {
        let mut books = locked(&self.bank.books);
        debit::settle(&self.bank, &mut books);
        change(&mut books)
    }
}

impl fmt::Debug for TBank {
    /// Counts only: what the books hold looks like people's data, and is handled so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let books = locked(&self.bank.books);
        f.debug_struct("TBank")
            .field("registries", &books.registries.len())
            .field("payments", &books.payments.len())
            .finish_non_exhaustive()
    }
}

/// A 500 in the bank's error model, as a fault. Its code is invented.
#[must_use]
pub fn internal_error(moment: Moment) -> Fault {
    Fault::Answer {
        status: 500,
        content_type: "application/json".to_owned(),
        body: r#"{"errorId":"5a4db0c500","errorMessage":"Ошибка сервера","errorCode":"INTERNAL_ERROR"}"#
            .to_owned(),
        moment,
    }
}

/// One of the bank's four hosts.
pub(crate) fn host(host: Host, world: &Arc<World>, tbank: &TBank) -> HostSpec {
    let secured = matches!(
        host,
        Host::TBankRegistrySecured | Host::TBankRegistryTestSecured
    );
    let stand = matches!(
        host,
        Host::TBankRegistryTestSecured | Host::TBankRegistryTestOpen
    );
    let operations = methods::ALL
        .into_iter()
        .filter(|method| method.secured == secured);
    let operations = operations
        .map(|method| {
            let bank = Arc::clone(&tbank.bank);
            let work: crate::stage::Work = if stand {
                Arc::new(move |asked| gate::stand(&bank, asked, &method))
            } else {
                Arc::new(move |asked| gate::live(&bank, asked, &method))
            };
            (
                method.spec,
                Stage::new(world, host, Some(method.spec), work),
            )
        })
        .collect();
    let unknown = Arc::new(|asked: &crate::asked::Asked| Refusal::NotFound.answer(asked));
    let unknown = Stage::new(world, host, None, unknown);
    HostSpec::new(
        host,
        host == Host::TBankRegistrySecured,
        unknown,
        operations,
    )
}
