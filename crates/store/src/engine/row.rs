//! One intent as a row.

use std::fmt;
use std::time::Duration;

use crate::state::State;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
pub type Micros = i64;

/// Which intent: the operation's id and the caller's key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId {
    /// [`OperationMeta::id`](rubank_core::operation::OperationMeta): `payouts-platform.create-payment`.
    pub operation: String,
    /// The key that names the intent to the bank.
    pub key: String,
}

impl IntentId {
    /// The intent of that operation and key.
    pub fn new(operation: impl Into<String>, key: impl Into<String>) -> Self {
        IntentId {
            operation: operation.into(),
            key: key.into(),
        }
    }
}

impl fmt::Debug for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.key)
    }
}

/// One intent as the engine keeps it. What is personal in it is sealed or a keyed tag; the rest may be read by whoever
/// may read the database.
#[derive(Clone, PartialEq, Eq)]
pub struct IntentRow {
    /// Which intent.
    pub id: IntentId,
    /// The name of the environment that it was planned for.
    pub environment: String,
    /// The run that it belongs to.
    pub run: Option<String>,
    /// Its line in the run's file, from 1.
    pub line: Option<i64>,
    /// A keyed tag of whom it is about.
    pub subject: Option<Vec<u8>>,
    /// A keyed tag of what makes two intents look like the same wish.
    pub likeness: Option<Vec<u8>>,
    /// The sum.
    pub kopecks: Option<i64>,
    /// Keyed tags of address, headers and body, in this order, one after the other.
    pub prints: Vec<u8>,
    /// The write and its lookup, sealed; gone once erased.
    pub request: Option<Vec<u8>>,
    /// What the caller wants to see of it in a report, sealed; gone once erased.
    pub label: Option<Vec<u8>>,

    /// How far it has come.
    pub state: State,
    /// How many copies have left, or were about to, that may have had an effect.
    pub attempts: i64,
    /// How often the bank was asked about it since it was last sent.
    pub looks: i64,
    /// How many looks in a row brought the word of `said`.
    pub missing: i64,
    /// The word that the last looks brought which decide nothing alone: "not there", say, as a stable word.
    pub said: Option<String>,
    /// The last answer, sealed; gone once erased.
    pub answer: Option<Vec<u8>>,
    /// More about the reason, sealed; gone once erased.
    pub note: Option<Vec<u8>>,
    /// Why it is in its state, as a stable word.
    pub reason: Option<String>,
    /// The bank's own id of it.
    pub bank_id: Option<String>,

    /// When it was planned.
    pub planned_at: Micros,
    /// When it last changed: its state, its attempts, its reason, or the beginning of its settle time.
    pub changed_at: Micros,
    /// The last moment at which a copy of it is known to have been able to leave: the settle time counts from here.
    pub sent_at: Option<Micros>,
    /// When somebody should look after it again; [`NEVER`](super::NEVER) or later: not by itself.
    pub due_at: Micros,
    /// Who holds it.
    pub owner: Option<String>,
    /// The end of the holder's lease, and after it the end of the last one: until then a holder may have sent it.
    pub lease_until: Option<Micros>,
    /// Grows with each claim.
    pub fence: i64,
}

impl IntentRow {
    /// An intent that nobody has planned yet: without anything but its name.
    pub fn planned(id: IntentId) -> Self {
        IntentRow {
            id,
            environment: String::new(),
            run: None,
            line: None,
            subject: None,
            likeness: None,
            kopecks: None,
            prints: Vec::new(),
            request: None,
            label: None,
            state: State::Planned,
            attempts: 0,
            looks: 0,
            missing: 0,
            said: None,
            answer: None,
            note: None,
            reason: None,
            bank_id: None,
            planned_at: 0,
            changed_at: 0,
            sent_at: None,
            due_at: 0,
            owner: None,
            lease_until: None,
            fence: 0,
        }
    }
}

/// What is readable in the database anyway.
impl fmt::Debug for IntentRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntentRow")
            .field("id", &self.id)
            .field("environment", &self.environment)
            .field("run", &self.run)
            .field("line", &self.line)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// What a holder writes into its row. `None` leaves a field as it is.
#[derive(Clone)]
pub struct Change {
    /// The state from now on.
    pub state: State,
    /// It is about to leave: one attempt more, `sent_at` is now, looks and missing begin at nothing.
    pub sends: bool,
    /// The copy that was counted had no effect: it did not leave, or was refused. One attempt fewer.
    pub takes_back: bool,
    /// Holds it for so long from now. Not if the lease is over already: then nothing is changed.
    pub renews: Option<Duration>,
    /// A copy of it may have left until now: `sent_at` is now, and no attempt is counted.
    pub restarts_settling: bool,
    /// The new number of looks.
    pub looks: Option<i64>,
    /// The new number of looks in a row that brought the same word.
    pub missing: Option<i64>,
    /// That word.
    pub said: Option<String>,
    /// The copy that was counted had no effect: the last one that may have had one left at this moment.
    pub sent_at: Option<Micros>,
    /// The answer, sealed.
    pub answer: Option<Vec<u8>>,
    /// The note, sealed.
    pub note: Option<Vec<u8>>,
    /// The reason; always written, so that an old one does not stay.
    pub reason: Option<String>,
    /// The bank's id.
    pub bank_id: Option<String>,
    /// When to look after it again, from now: at most [`FARTHEST`](super::FARTHEST), and what is longer is cut;
    /// [`Duration::MAX`] for never by itself.
    pub due_in: Duration,
    /// When to look after it again stays as it is; `due_in` is not looked at.
    pub keeps_due: bool,
    /// Whether the claim ends with this change: then owner becomes empty and `lease_until` is now. Otherwise the lease
    /// stays as it is.
    pub release: bool,
    /// Who did it, for the journal.
    pub actor: String,
}

impl Change {
    /// To this state, by that actor; it gives the claim back and is due at once.
    pub fn to(state: State, actor: impl Into<String>) -> Self {
        Change {
            state,
            sends: false,
            takes_back: false,
            renews: None,
            restarts_settling: false,
            looks: None,
            missing: None,
            said: None,
            sent_at: None,
            answer: None,
            note: None,
            reason: None,
            bank_id: None,
            due_in: Duration::ZERO,
            keeps_due: false,
            release: true,
            actor: actor.into(),
        }
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("state", &self.state)
            .field("sends", &self.sends)
            .field("reason", &self.reason)
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}

/// One line of an intent's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// When.
    pub at: Micros,
    /// The state from then on.
    pub state: State,
    /// Attempts so far.
    pub attempts: i64,
    /// Why, as a stable word.
    pub reason: Option<String>,
    /// Who: a worker, or a person by name.
    pub actor: String,
}
