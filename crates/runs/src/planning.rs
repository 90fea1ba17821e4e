//! From a file to a plan.

mod amount;
mod columns;
mod fields;
#[cfg(feature = "payouts")]
mod payouts;
#[cfg(feature = "tbank")]
mod registries;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use rubank_core::money::Kopecks;
use time::OffsetDateTime;

use crate::hash::FileHash;
use crate::plan::{Duplicate, Like, Plan, PlanLine, Summary, Warning, Wish};
use crate::run_id::RunId;
use crate::table::{Problems, Table, TableError, TableOptions};
use columns::{Layout, Line};
use fields::Known;

/// Makes plans from files: who makes them, when, and how the tables are to be read.
///
/// ```
/// # #[cfg(feature = "payouts")] {
/// use rubank_runs::rubank_core::types::Timestamp;
/// use rubank_runs::Planning;
///
/// let now = Timestamp::parse("2026-05-15T09:00:00+03:00").unwrap().value();
/// let planning = Planning::new("Planner", now);
///
/// let file = "Исполнитель;Сумма;Телефон;Банк СБП\n123;1 500,00;+79990000001;100000000004\n";
/// let plan = planning.payouts("may.csv", file.as_bytes()).unwrap();
/// assert_eq!(plan.summary().total().to_string(), "1500.00");
/// assert_eq!(plan.lines()[0].number(), 2);
///
/// let error = planning.payouts("may.csv", b"contractor;amount\n123;1,500\nx;0\n").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "3 problems:\n\
///      line 2, amount (column 2): must not have three digits behind a comma or point, which may be thousands \
///      (got 5 characters)\n\
///      line 3, contractor (column 1): must be a number, 1 or more (got 1 characters)\n\
///      line 3, amount (column 2): must be more than nothing (got 1 characters)",
/// );
/// # }
/// ```
///
/// Which columns there are stands in the guide "Runs". Every line is checked by the rules of the bank's own page, and
/// all that is wrong is told at once. Nothing is guessed, and nothing is sent.
#[derive(Clone)]
pub struct Planning {
    by: String,
    at: OffsetDateTime,
    round: u32,
    table: TableOptions,
}

impl Planning {
    /// By this person, now. Time is passed in; `at` is what your clock says.
    pub fn new(by: impl Into<String>, at: OffsetDateTime) -> Self {
        Self {
            by: by.into(),
            at,
            round: 1,
            table: TableOptions::new(),
        }
    }

    /// How tables are to be read.
    #[must_use]
    pub fn table(mut self, options: TableOptions) -> Self {
        self.table = options;
        self
    }

    /// Plans a file that was paid already once more, on purpose: for the second time, the third. Its lines get other
    /// keys, so it **is** paid once more. Without it the same file is the same [run](RunId), whatever happens.
    #[must_use]
    pub const fn round(mut self, round: u32) -> Self {
        self.round = round;
        self
    }

    /// A plan of payouts of the payouts platform.
    ///
    /// # Errors
    ///
    /// [`PlanError`], with every problem of the file.
    #[cfg(feature = "payouts")]
    pub fn payouts(&self, file_name: &str, file: &[u8]) -> Result<Plan, PlanError> {
        self.plan(file_name, file, &payouts::Payouts)
    }

    /// A plan of T-Bank's signed registries.
    ///
    /// # Errors
    ///
    /// [`PlanError`], with every problem of the file.
    #[cfg(feature = "tbank")]
    pub fn registries(&self, file_name: &str, file: &[u8]) -> Result<Plan, PlanError> {
        self.plan(file_name, file, &registries::Registries)
    }

    fn plan(&self, file_name: &str, file: &[u8], kind: &dyn Kind) -> Result<Plan, PlanError> {
        let sha256 = FileHash::of(file);
        let table = Table::read(file, &self.table)?;
        let layout = Layout::new(&table, kind.columns(), &self.table)?;
        let run = RunId::of(sha256, self.round);

        let mut problems = table.problems().clone();
        let mut lines: Vec<PlanLine> = Vec::new();
        let mut seen = Seen::default();
        for row in table.rows() {
            let mut line = Line::new(&layout, row, &mut problems);
            let draft = kind.read(&mut line);
            let key = draft.key.unwrap_or_else(|| run.key(row.line()));
            let planned = PlanLine::new(row.line(), key, draft.amount, draft.wish);
            kind.check(&planned, &mut line);
            seen.check(&planned, &mut line);
            lines.push(planned);
        }
        if !problems.is_empty() {
            return Err(PlanError::Lines(problems));
        }
        if lines.is_empty() {
            return Err(PlanError::NoLines);
        }
        let total =
            Kopecks::sum(lines.iter().map(PlanLine::amount)).ok_or(PlanError::TotalTooBig)?;
        let summary = Summary::new(
            run,
            sha256,
            [file_name, &self.by],
            self.at,
            (lines.len(), total),
            (
                duplicates(&lines),
                [layout.warnings(), kind.warnings(&lines)].concat(),
            ),
        );
        Plan::checked(summary, lines).map_err(PlanError::Broken)
    }
}

/// What a file is about.
trait Kind {
    /// The columns that it knows.
    fn columns(&self) -> &'static [Known];

    /// Reads a line. What is wrong with it, the line is told; something harmless stands for it then, so that the rest can
    /// be checked, too. No plan comes of it.
    fn read(&self, line: &mut Line<'_>) -> Draft;

    /// Holds it against the bank's own rules.
    fn check(&self, planned: &PlanLine, line: &mut Line<'_>);

    /// What is probably not meant.
    fn warnings(&self, lines: &[PlanLine]) -> Vec<Warning>;
}

/// A line that may still need a key, or have problems.
struct Draft {
    key: Option<String>,
    amount: Kopecks,
    wish: Wish,
}

/// What may stand in one line only.
#[derive(Default)]
struct Seen {
    keys: HashMap<String, u64>,
    registries: HashMap<i32, u64>,
}

impl Seen {
    fn check(&mut self, planned: &PlanLine, line: &mut Line<'_>) {
        let number = planned.number();
        let first = *self.keys.entry(planned.key().to_owned()).or_insert(number);
        if first != number {
            line.refuse("key", format!("must not be the key of line {first}, too"));
        }
        if let Wish::Registry(registry) = planned.wish()
            && !line.is_refused(&["registry"])
        {
            let first = *self.registries.entry(registry.registry).or_insert(number);
            if first != number {
                line.refuse("registry", format!("must not be paid in line {first}, too"));
            }
        }
    }
}

/// Each later line that looks like an earlier one, beside the first of that kind.
fn duplicates(lines: &[PlanLine]) -> Vec<Duplicate> {
    let mut first = HashMap::new();
    let alike = lines.iter().filter_map(|line| {
        let number = line.number();
        let like = *first.entry(line.likeness().into_inner()).or_insert(number);
        (like != number).then_some(Duplicate {
            line: number,
            like: Like::Line(like),
        })
    });
    alike.collect()
}

/// Why there is no plan. No text of it holds anything of the file but names of columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The file as a whole cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The header is not what it should be.
    #[error(transparent)]
    Header(#[from] HeaderProblem),
    /// Lines that break rules; all of them.
    #[error("{} problems:\n{_0}", _0.count())]
    Lines(Problems),
    /// A header and nothing below it.
    #[error("the file has no line below its header")]
    NoLines,
    /// The sum of all lines cannot be held.
    #[error("the total is too big")]
    TotalTooBig,
    /// A promise of [`Plan`] that is not kept, which would be a mistake of this crate.
    #[error("the plan is wrong: {0}")]
    Broken(&'static str),
}

/// What is wrong with the header. All of it is told at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderProblem {
    /// Columns that must be there and are not.
    pub missing: Vec<&'static str>,
    /// Columns that are there twice, under one name or two.
    pub twice: Vec<&'static str>,
    /// Columns that mean nothing, by place and, if it looks like one, by name.
    pub unknown: Vec<String>,
    /// The column of card numbers, which nobody [allowed](TableOptions::allow_card_numbers).
    pub card_numbers: bool,
}

impl fmt::Display for HeaderProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = [
            ("missing", self.missing.join(", ")),
            ("there twice", self.twice.join(", ")),
            ("unknown", self.unknown.join(", ")),
        ];
        f.write_str("the header is not right")?;
        for (what, names) in told.iter().filter(|(_, names)| !names.is_empty()) {
            write!(f, "; {what}: {names}")?;
        }
        if self.card_numbers {
            f.write_str("; card numbers are accepted only if that is allowed")?;
        }
        Ok(())
    }
}

impl std::error::Error for HeaderProblem {}

/// Who makes the plan is told by the plan.
impl fmt::Debug for Planning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planning")
            .field("at", &self.at)
            .field("round", &self.round)
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}
