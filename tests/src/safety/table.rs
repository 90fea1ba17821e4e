//! Every row against every effect and every target.

use std::num::NonZero;
use std::thread;

use rubank_core::operation::{Effect, Operation};
use sber_encashment::{CancelWaybill, CreateWaybill};

use super::bank::{PayKeyed, PayOnce, PressButton, ReadState, ReplaceSettings, voice};
use super::expect::Cell;
use super::fault::Fault;
use super::law::broken_laws;
use super::rows::{Row, rows};
use super::seen::Seen;
use super::{Target, run, waybill};
use crate::raw_server::Trouble;

/// A column of the table: an effect, and whether its request has a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Reads.
    Read,
    /// Writes that may be repeated.
    Idempotent,
    /// Writes under a key of ours.
    Keyed,
    /// Writes without any protection.
    Once,
    /// The same with an empty request.
    OnceWithoutBody,
    /// Sber's creation of a waybill, in Sber's words.
    CreateWaybill,
    /// Sber's cancellation of a waybill.
    CancelWaybill,
}

impl Column {
    /// From left to right.
    pub const ALL: [Column; 7] = [
        Column::Read,
        Column::Idempotent,
        Column::Keyed,
        Column::Once,
        Column::OnceWithoutBody,
        Column::CreateWaybill,
        Column::CancelWaybill,
    ];

    /// The head of the column.
    pub const fn title(self) -> &'static str {
        match self {
            Column::Read => "read",
            Column::Idempotent => "idempotent",
            Column::Keyed => "keyed",
            Column::Once => "once",
            Column::OnceWithoutBody => "once, empty request",
            Column::CreateWaybill => "create waybill",
            Column::CancelWaybill => "cancel waybill",
        }
    }

    /// The effect of its operation.
    pub const fn effect(self) -> Effect {
        match self {
            Column::Read => ReadState::META.effect,
            Column::Idempotent => ReplaceSettings::META.effect,
            Column::Keyed => PayKeyed::META.effect,
            Column::Once | Column::OnceWithoutBody => Effect::Once,
            Column::CreateWaybill => CreateWaybill::META.effect,
            Column::CancelWaybill => CancelWaybill::META.effect,
        }
    }

    /// What the row expects here.
    pub const fn expected(self, row: &Row) -> Cell {
        match self {
            Column::CreateWaybill | Column::CancelWaybill => row.expected.of_waybill(),
            _ => row
                .expected
                .of(self.effect(), !matches!(self, Column::OnceWithoutBody)),
        }
    }

    fn run(self, fault: &Fault, target: Target) -> Result<Seen, Trouble> {
        let voice = voice();
        match self {
            Column::Read => run(&ReadState, &voice, fault, target),
            Column::Idempotent => run(&ReplaceSettings, &voice, fault, target),
            Column::Keyed => run(&PayKeyed, &voice, fault, target),
            Column::Once => run(&PayOnce, &voice, fault, target),
            Column::OnceWithoutBody => run(&PressButton, &voice, fault, target),
            Column::CreateWaybill => run(&waybill::create(), &waybill::voice(), fault, target),
            Column::CancelWaybill => run(&waybill::cancel(), &waybill::voice(), fault, target),
        }
    }
}

/// A row with everything that was seen of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// What was to be shown.
    pub row: Row,
    /// What was seen, column by column, and within a column target by target.
    pub runs: Vec<Run>,
}

/// One call of the table.
#[derive(Clone, Debug)]
pub struct Run {
    /// The operation.
    pub column: Column,
    /// The other side.
    pub target: Target,
    /// What the row expects.
    pub expected: Cell,
    /// What became of the call.
    pub seen: Seen,
    /// The sentences of the law that it broke.
    pub broken_laws: Vec<&'static str>,
}

impl Run {
    /// Whether it was as the row expects.
    pub fn is_as_expected(&self) -> bool {
        Cell::from(&self.seen) == self.expected
    }
}

impl Line {
    /// The targets that showed it.
    pub fn targets(&self) -> impl Iterator<Item = Target> {
        Target::ALL
            .into_iter()
            .filter(|target| self.row.fault.is_shown_on(*target))
    }

    /// Everything that is not as it should be, in one sentence each.
    pub fn complaints(&self) -> impl Iterator<Item = String> {
        self.runs.iter().flat_map(|run| {
            let place = format!(
                "{}, {}, {}",
                self.row.fault.says,
                run.column.title(),
                run.target.as_str(),
            );
            let cell = (!run.is_as_expected()).then(|| {
                format!(
                    "{place}: seen {}, expected {}",
                    Cell::from(&run.seen),
                    run.expected
                )
            });
            let laws = run
                .broken_laws
                .iter()
                .map(move |law| format!("{place}: broke '{law}'"));
            cell.into_iter().chain(laws)
        })
    }
}

/// Runs the whole table, on as many threads as the machine has; the rows keep their order.
///
/// # Errors
/// A cell could not be run at all.
pub fn table() -> Result<Vec<Line>, Trouble> {
    let rows = rows();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let lines: Result<Vec<_>, _> = thread::scope(|scope| {
        let share = |rows: &[Row]| {
            rows.iter()
                .cloned()
                .map(line)
                .collect::<Result<Vec<_>, _>>()
        };
        let shares: Vec<_> = rows
            .chunks(rows.len().div_ceil(threads).max(1))
            .map(|rows| scope.spawn(move || share(rows)))
            .collect();
        shares
            .into_iter()
            .map(|share| {
                share
                    .join()
                    .unwrap_or_else(|_| Err("a thread of the table panicked".into()))
            })
            .collect()
    });
    Ok(lines?.concat())
}

fn line(row: Row) -> Result<Line, Trouble> {
    let mut runs = Vec::new();
    for column in Column::ALL {
        for target in Target::ALL {
            if !row.fault.is_shown_on(target) {
                continue;
            }
            let seen = column.run(&row.fault, target).map_err(|trouble| {
                let (fault, target) = (row.fault.says, target.as_str());
                format!("{fault}, {}, {target}: {trouble}", column.title())
            })?;
            let broken_laws = broken_laws(column.effect(), &row.fault, &seen);
            let expected = column.expected(&row);
            runs.push(Run {
                column,
                target,
                expected,
                seen,
                broken_laws,
            });
        }
    }
    Ok(Line { row, runs })
}
