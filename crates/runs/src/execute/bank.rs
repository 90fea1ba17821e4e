//! What a bank must tell, so that runs can be paid through it.

use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::client::{Client, Lookup};
use rubank_core::error::Error;
use rubank_core::money::Kopecks;
#[cfg(any(feature = "payouts", feature = "tbank"))]
use rubank_core::operation::Operation as _;
use rubank_core::operation::Provider;
use rubank_store::engine::IntentRow;
use rubank_store::{Reason, Refusal, SettledOf, State, Store};

use crate::plan::{Family, PlanLine};
use crate::run::Cause;

/// A bank that runs are paid through: how a line becomes a payment, how many payments are followed at once, and which
/// refusals are no matter of a single line.
///
/// It is there for the payouts platform (feature `payouts`) and for T-Bank's registries (feature `tbank`), and sealed: what
/// a bank's refusals and states mean for the money is decided in this crate and nowhere else.
pub trait Bank: Provider + sealed::Sealed {
    /// The write that pays one line.
    type Payment: Lookup<Provider = Self> + 'static;

    /// How often payments that the bank has taken are looked at.
    const FOLLOW_EVERY: Duration;

    /// How many of them are looked at before the turn to look is renewed; with one question, where the bank offers that.
    const FOLLOW_AT_ONCE: u32;

    /// The payment of a line; `None` if the line wants something of another bank.
    fn payment(line: &PlanLine) -> Option<Self::Payment>;

    /// The bank's own id of a payment, from its recorded answer. It must not be personal.
    fn bank_id(settled: &SettledOf<Self::Payment>) -> Option<String>;

    /// Why the bank refused a line, if that was no matter of the line: the next ones would be refused, too. What the
    /// statuses 401, 402, 403 and 429 say need not be told here.
    fn cause(refusal: &Refusal) -> Option<Cause>;

    /// Looks at payments that the bank has taken, many with one question where it offers that. One that the bank did
    /// not tell of is left out.
    fn follow<'a>(
        client: &'a Client<Self>,
        taken: &'a [Taken],
    ) -> BoxFuture<'a, Result<Vec<Found>, Error>>;

    /// Whether a line that needs a person for this reason may still be moved in the bank's cabinet, so that it is
    /// looked at again.
    fn may_move(reason: &str) -> bool {
        let _ = reason;
        false
    }

    /// Compares lines with what the bank has, where a payment names a thing of the bank's own and not its sum.
    fn compare<'a>(
        client: &'a Client<Self>,
        lines: &'a [PlanLine],
    ) -> BoxFuture<'a, Result<Vec<Mismatch>, Error>> {
        let _ = (client, lines);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

pub(crate) mod sealed {
    /// Only this crate makes banks.
    pub trait Sealed {}
}

/// A payment that the bank has taken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Taken {
    /// Its key.
    pub key: String,
    /// The bank's own id of it, if it is known.
    pub bank_id: Option<String>,
    /// The bank's number of who or what is paid.
    pub recipient: String,
    /// Whose registry it is, if it is one and the file says so.
    pub family: Option<Family>,
    /// The sum.
    pub amount: Kopecks,
}

impl Taken {
    /// What the row tells by itself.
    pub(crate) fn of(row: &IntentRow) -> Self {
        Self {
            key: row.id.key.clone(),
            bank_id: row.bank_id.clone(),
            recipient: String::new(),
            family: None,
            amount: Kopecks::new(row.kopecks.unwrap_or_default()),
        }
    }
}

/// What a look at a payment has found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The payment's key.
    pub key: String,
    /// The bank's own id of it.
    pub bank_id: Option<String>,
    /// How far it is.
    pub fate: Fate,
    /// Why, if it failed for something that is no matter of this payment alone.
    pub cause: Option<Cause>,
}

/// How far a payment is that the bank has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The bank has not decided.
    Running,
    /// Paid.
    Paid,
    /// Refused for good: no money moved.
    Refused(Reason),
    /// Only a person can move it, or tell.
    NeedsPerson(Reason),
    /// The bank does not know it, although its answer was a yes: that may have been somebody else's.
    Unseen,
}

/// A line that differs from what the bank has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The line of the file.
    pub line: u64,
    /// What the bank has, or why that could not be seen. Nothing personal.
    pub text: String,
}

/// The cause for which a rejected line waits, to be sent again once it is mended: told by the refusal itself, so that
/// report, totals and resume agree whoever crashed over it; by the word that stands with the line where the refusal was
/// purged. The row's operation says which bank spoke.
pub(crate) fn held_back_by(store: &Store, row: &IntentRow) -> Option<Cause> {
    if row.state != State::Rejected {
        return None;
    }
    let refusal = || store.refusal(row);
    Cause::holding_back(row.reason.as_deref()).or_else(|| match row.id.operation.as_str() {
        #[cfg(feature = "payouts")]
        id if id == payouts_platform::CreatePayment::META.id => {
            cause_of::<payouts_platform::PayoutsPlatform>(&refusal())
        }
        #[cfg(feature = "tbank")]
        id if id == tbank_registry::PayRegistry::META.id => {
            cause_of::<tbank_registry::TBankRegistry>(&refusal())
        }
        // A program without that bank does not know its words, but its statuses.
        _ => cause_of_status(&refusal()),
    })
}

/// Why a line was refused, if that was no matter of the line.
pub(crate) fn cause_of<P: Bank>(refusal: &Refusal) -> Option<Cause> {
    cause_of_status(refusal).or_else(|| P::cause(refusal))
}

fn cause_of_status(refusal: &Refusal) -> Option<Cause> {
    match refusal.status {
        Some(401 | 403) => Some(Cause::Access),
        Some(402) => Some(Cause::NoFunds),
        Some(429) => Some(Cause::TooOften),
        _ => None,
    }
}

/// A lack of funds or a limit of sums, told by the words that banks use for them; no bank has published its codes. What
/// is lacking or limited must be named, too: data and rights can be insufficient, and texts have limits of their length.
#[cfg(any(feature = "payouts", feature = "tbank"))]
pub(super) fn cause_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Cause> {
    const LACK: [&str; 7] = [
        "insufficient",
        "not enough",
        "lack of",
        "no ",
        "недостаточн",
        "не хват",
        "нет ",
    ];
    const MONEY: [&str; 6] = ["fund", "money", "balance", "средств", "денег", "баланс"];
    const LIMIT: [&str; 2] = ["limit", "лимит"];
    const LENGTH: [&str; 6] = ["символ", "знак", "длин", "character", "length", "unlimited"];
    let mut found = None;
    for text in texts {
        let text = text.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&LACK) && says(&MONEY) {
            return Some(Cause::NoFunds);
        }
        if says(&LIMIT) && !says(&LENGTH) {
            found = Some(Cause::Limit);
        }
    }
    found
}

/// A word that is known to be one. Words from elsewhere are made readable first.
#[cfg(any(feature = "payouts", feature = "tbank"))]
pub(super) fn reason(word: &str) -> Option<Reason> {
    Reason::new(word).or_else(|_| Reason::new("unsaid")).ok()
}

#[cfg(all(test, any(feature = "payouts", feature = "tbank")))]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_by_their_words() {
        let rows = [
            ("INSUFFICIENT_FUNDS", Some(Cause::NoFunds)),
            ("Недостаточно средств на счёте", Some(Cause::NoFunds)),
            ("DAY_LIMIT_EXCEEDED", Some(Cause::Limit)),
            ("Превышен лимит", Some(Cause::Limit)),
            (
                "Недостаточно средств: лимит овердрафта",
                Some(Cause::NoFunds),
            ),
            ("На балансе не хватает денег", Some(Cause::NoFunds)),
            ("Недостаточный баланс", Some(Cause::NoFunds)),
            ("Not enough money", Some(Cause::NoFunds)),
            ("Недостаточно прав", None),
            ("Недостаточно данных об исполнителе", None),
            ("INSUFFICIENT_SCOPE", None),
            ("Превышен лимит: 210 символов", None),
            ("Исполнитель заблокирован", None),
            ("", None),
        ];
        for (text, cause) in rows {
            assert_eq!(cause_in(["", text]), cause, "{text}");
        }
    }
}
