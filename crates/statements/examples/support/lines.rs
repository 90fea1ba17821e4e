//! What the example `follow` writes: a line for each change.

use serde::Serialize;
use statements::time::Date;
use statements::{DayProof, Event, LocalDate, Removal, Transaction};

/// A line of the file. "added" and "changed" both mean: insert or replace.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    event: &'static str,
    day: LocalDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<&'a Transaction>,
    /// When a day is closed, proved or not, and each time it is read again later: all keys that it has, if its list is sure.
    /// Others of that day are to be dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<String>>,
}

/// The line of an event; none of one that is not a change.
pub(crate) fn line(event: &Event) -> Option<Line<'_>> {
    let bare = |event, day: Date| Line {
        event,
        day: LocalDate::new(day),
        key: None,
        row: None,
        keys: None,
    };
    let name = match event {
        Event::Added(_) => "added",
        Event::Changed(_) => "changed",
        Event::Removed(removed) if removed.why == Removal::Marked => "removed",
        Event::Removed(_) => "removed: not in the day's list",
        Event::DayClosed(_) => "day closed",
        Event::ProofFailed(_) => "proof failed",
        Event::Unreadable { .. } => "unreadable",
        _ => return None,
    };
    Some(match event {
        Event::Added(row) | Event::Changed(row) => Line {
            key: Some(row.key.to_string()),
            row: Some(&row.transaction),
            ..bare(name, row.day)
        },
        Event::Removed(removed) => Line {
            key: Some(removed.key.to_string()),
            ..bare(name, removed.day)
        },
        Event::DayClosed(proof) | Event::ProofFailed(proof) => Line {
            keys: keys(proof),
            ..bare(name, proof.day())
        },
        Event::Unreadable { day, .. } => bare(name, *day),
        _ => return None,
    })
}

/// Nothing may be dropped while the list is not sure: then there are none.
fn keys(proof: &DayProof) -> Option<Vec<String>> {
    let is_sure = proof.list_is_sure();
    is_sure.then(|| proof.keys().map(ToString::to_string).collect())
}
