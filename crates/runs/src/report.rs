//! What became of every line of a run, with sums that add up.

mod outcome;
#[cfg(test)]
mod tests;
mod text;
#[cfg(feature = "xlsx")]
mod workbook;

use std::fmt;

use rubank_core::money::Kopecks;
use rubank_core::personal::Personal;
use rubank_core::types::Timestamp;
use time::OffsetDateTime;

use crate::hash::FileHash;
use crate::plan::{Confirmed, Summary};
use crate::run_id::RunId;

pub use outcome::{End, LineEnd, LineOutcome};
pub use text::CsvDialect;

/// The report of a run: one outcome for every line of its plan.
///
/// It cannot be made of outcomes that miss a line, have one twice, or come to another sum than the plan: then there is
/// an error and no report. So what it says about paid, refused and open sums is the whole total, always.
///
/// ```
/// # #[cfg(feature = "payouts")] {
/// use rubank_runs::report::{CsvDialect, End, LineEnd, LineOutcome, Report};
/// use rubank_runs::rubank_core::types::Timestamp;
/// use rubank_runs::Planning;
///
/// let now = Timestamp::parse("2026-05-15T09:00:00+03:00").unwrap().value();
/// let file = b"contractor;amount\n123;100,00\n124;50,00\n";
/// let plan = Planning::new("Planner", now).payouts("may.csv", file).unwrap();
///
/// let ends = [LineEnd::Paid, LineEnd::Refused("the contractor is blocked".to_owned())];
/// let outcomes = plan.lines().iter().zip(ends).map(|(line, end)| LineOutcome::of(line, end));
/// let report = Report::new(plan.summary(), outcomes, now).unwrap();
/// assert_eq!(report.tally(End::Paid).sum.to_string(), "100.00");
/// assert!(String::from_utf8(report.to_csv(CsvDialect::EXCEL)).unwrap().contains(";124;50,00;refused;"));
/// # }
/// ```
///
/// `Display` writes its totals; neither it nor `Debug` holds anything personal. The tables do hold the banks' reasons,
/// and who planned and confirmed.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    run: RunId,
    sha256: FileHash,
    made_at: OffsetDateTime,
    planned_by: Personal<String>,
    confirmed: Option<Confirmed>,
    lines: Vec<LineOutcome>,
    total: Tally,
}

/// How many lines, and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: usize,
    /// Their sum.
    pub sum: Kopecks,
}

/// Why there is no report. It would not add up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// Not every line of the plan has an outcome, or some have one that the plan does not have.
    #[error("the plan has {planned} lines, the report {reported}")]
    Count {
        /// Lines of the plan.
        planned: usize,
        /// Outcomes.
        reported: usize,
    },
    /// A line has two outcomes.
    #[error("line {0} is there twice")]
    Twice(u64),
    /// The outcomes come to another sum than the plan.
    #[error("the plan comes to {planned} roubles, the report does not")]
    Sum {
        /// The plan's total.
        planned: Kopecks,
    },
    /// A workbook cannot be written: a text is longer than its cells may be, for example.
    #[error("the workbook cannot be written")]
    Workbook,
}

impl Report {
    /// Of this plan and the outcomes of its lines, in any order, at this time.
    ///
    /// # Errors
    ///
    /// [`ReportError`], when they do not add up.
    pub fn new(
        plan: &Summary,
        outcomes: impl IntoIterator<Item = LineOutcome>,
        made_at: OffsetDateTime,
    ) -> Result<Self, ReportError> {
        let mut lines: Vec<LineOutcome> = outcomes.into_iter().collect();
        lines.sort_by_key(|line| line.number);
        let twice = lines
            .windows(2)
            .find(|pair| pair[0].number == pair[1].number);
        if let Some(pair) = twice {
            return Err(ReportError::Twice(pair[0].number));
        }
        let (planned, reported) = (plan.count(), lines.len());
        if planned != reported {
            return Err(ReportError::Count { planned, reported });
        }
        let planned = plan.total();
        let sum = Kopecks::sum(lines.iter().map(|line| line.amount));
        let is_negative = lines.iter().any(|line| line.amount <= Kopecks::ZERO);
        if is_negative || sum != Some(planned) {
            return Err(ReportError::Sum { planned });
        }
        Ok(Self {
            run: plan.run().clone(),
            sha256: plan.sha256(),
            made_at,
            planned_by: plan.made_by().clone(),
            confirmed: None,
            total: Tally {
                count: lines.len(),
                sum: planned,
            },
            lines,
        })
    }

    /// With who confirmed the run, and when.
    #[must_use]
    pub fn confirmed(mut self, confirmed: Confirmed) -> Self {
        self.confirmed = Some(confirmed);
        self
    }

    /// The run.
    #[must_use]
    pub const fn run(&self) -> &RunId {
        &self.run
    }

    /// The file.
    #[must_use]
    pub const fn sha256(&self) -> FileHash {
        self.sha256
    }

    /// When it was made: an open line may have moved since.
    #[must_use]
    pub const fn made_at(&self) -> OffsetDateTime {
        self.made_at
    }

    /// The lines, in the order of the file.
    #[must_use]
    pub fn lines(&self) -> &[LineOutcome] {
        &self.lines
    }

    /// All lines.
    #[must_use]
    pub const fn total(&self) -> Tally {
        self.total
    }

    /// The lines that ended so. Those of all [`End::ALL`] come to [`total`](Self::total).
    #[must_use]
    pub fn tally(&self, end: End) -> Tally {
        let so = self.lines.iter().filter(|line| line.end.kind() == end);
        so.fold(Tally::default(), |tally, line| Tally {
            count: tally.count + 1,
            // A part of a total that was held, of positive sums, so it is held, too.
            sum: tally.sum.checked_add(line.amount).unwrap_or(tally.sum),
        })
    }

    /// Whether every line has its last word. What needs a person has not.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.lines.iter().all(|line| line.end.kind().is_final())
    }

    /// The lines as CSV in UTF-8, with a header. Cells that a spreadsheet would take for a formula begin with an
    /// apostrophe.
    #[must_use]
    pub fn to_csv(&self, dialect: CsvDialect) -> Vec<u8> {
        text::csv(self, dialect)
    }

    /// What belongs beside the lines, as CSV: how many ended how and their sums, the run, the file's hash, who planned and
    /// who confirmed it, and when.
    #[must_use]
    pub fn totals_csv(&self, dialect: CsvDialect) -> Vec<u8> {
        text::totals_csv(self, dialect)
    }

    /// Names and values of what is known of the whole run.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![
            ("run", self.run.to_string()),
            ("file SHA-256", self.sha256.to_string()),
            ("made at", Timestamp::new(self.made_at).to_string()),
            ("planned by", self.planned_by.expose().clone()),
        ];
        if let Some(confirmed) = &self.confirmed {
            let at = Timestamp::new(confirmed.at());
            facts.push(("confirmed by", confirmed.by().expose().clone()));
            facts.push(("confirmed at", at.to_string()));
        }
        facts
    }

    /// The lines as a workbook, and a second sheet with what [`totals_csv`](Self::totals_csv) says. Numbers are numbers;
    /// sums of more than 15 digits, which a workbook would round, are texts.
    ///
    /// # Errors
    ///
    /// [`ReportError::Workbook`].
    #[cfg(feature = "xlsx")]
    pub fn to_xlsx(&self) -> Result<Vec<u8>, ReportError> {
        workbook::xlsx(self).map_err(|_| ReportError::Workbook)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {}", self.run)?;
        for end in End::ALL {
            let Tally { count, sum } = self.tally(end);
            write!(f, "\n{end:<12} {count:>7} {sum:>20}")?;
        }
        let Tally { count, sum } = self.total;
        write!(f, "\n{:<12} {count:>7} {sum:>20}", "total")
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("run", &self.run)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
