mod bank;
mod cases;
mod crashes;
mod cursors;
mod late;
mod names;
mod proofs;
mod run;
mod volume;
mod wire;

use rubank_core::types::Account;
use time::OffsetDateTime;
use time::macros::{date, datetime, offset};

use super::*;

pub(crate) use bank::{Bank, Entry, Kind};
use bank::{Listing, Name};

/// The day that most tests are about, its offset and its start.
const DAY: time::Date = date!(2025 - 09 - 01);
const OFFSET: time::UtcOffset = offset!(+3);
const MIDNIGHT: OffsetDateTime = datetime!(2025-09-01 00:00 +3);

fn account() -> Account {
    Account::received("40702810500006103990")
}

fn cursor() -> Cursor {
    Cursor::new(account(), DAY, OFFSET)
}

/// Hours of the day.
fn at(hours: i64) -> OffsetDateTime {
    MIDNIGHT + time::Duration::hours(hours)
}

/// What an event says, in a word.
pub(crate) fn word<C>(event: &Event<C>) -> String {
    match event {
        Event::Added(row) => format!("+{}", row.key),
        Event::Changed(row) => format!("~{}", row.key),
        Event::Removed(removed) => format!("-{} {:?}", removed.key, removed.why),
        Event::Unreadable { .. } => "unreadable".to_owned(),
        Event::DayClosed(proof) if proof.is_later_look() => format!("closed again {}", proof.day()),
        Event::DayClosed(proof) => format!("closed {}", proof.day()),
        Event::ProofFailed(proof) if proof.is_later_look() => {
            format!("failed again {}", proof.day())
        }
        Event::ProofFailed(proof) => format!("failed {}", proof.day()),
        Event::Save(_) => "save".to_owned(),
    }
}

fn words<C>(events: &[Event<C>]) -> Vec<String> {
    events
        .iter()
        .map(|event| word(event).replace("operation:", ""))
        .collect()
}
