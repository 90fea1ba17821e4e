//! What a person has to know before they say yes.

use std::fmt;

use rubank_core::money::Kopecks;
use rubank_core::personal::Personal;
use rubank_core::types::Timestamp;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::hash::FileHash;
use crate::run_id::RunId;

/// How many duplicates and warnings are written out for a person; the rest is counted.
const MOST_SHOWN: usize = 20;

/// A plan without its lines: which file, how many payments, how much, and what looks wrong.
///
/// `Display` is for the person who decides. It holds no names; neither does `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    run: RunId,
    sha256: FileHash,
    file_name: Personal<String>,
    made_by: Personal<String>,
    made_at: Timestamp,
    count: usize,
    total: Kopecks,
    duplicates: Vec<Duplicate>,
    warnings: Vec<Warning>,
}

/// A line that looks like the same wish as another one: recipient, sum and purpose, or the registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Duplicate {
    /// The line of this file.
    pub line: u64,
    /// What it looks like.
    pub like: Like,
}

/// Where the other one is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Like {
    /// This line of the same file; always the first one of that kind.
    Line(u64),
    /// A line of an earlier run.
    Earlier {
        /// The run.
        run: RunId,
        /// Its line.
        line: u64,
    },
    /// An intent of the store that no run has planned, by its key.
    Intent(String),
}

/// What breaks no rule but is probably not meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Warning {
    /// A column that means nothing was ignored; by its place, `column 3`.
    ColumnIgnored(String),
    /// The purpose of this line does not end with «Согласно реестру» and a number, as T-Bank asks.
    PurposeWithoutRegistry(u64),
    /// Nothing compares the sum of this line with what the registry holds: the file does not say whose registry it is
    /// and how many lines it has. T-Bank pays what is in the registry, whatever the file says.
    NotCompared(u64),
}

impl Summary {
    #[cfg(any(feature = "payouts", feature = "tbank", test))]
    pub(crate) fn new(
        run: RunId,
        sha256: FileHash,
        [file_name, made_by]: [&str; 2],
        made_at: OffsetDateTime,
        (count, total): (usize, Kopecks),
        (duplicates, warnings): (Vec<Duplicate>, Vec<Warning>),
    ) -> Self {
        Self {
            run,
            sha256,
            file_name: file_name.into(),
            made_by: made_by.into(),
            made_at: Timestamp::new(made_at),
            count,
            total,
            duplicates,
            warnings,
        }
    }

    /// The run.
    #[must_use]
    pub const fn run(&self) -> &RunId {
        &self.run
    }

    /// The SHA-256 of the file.
    #[must_use]
    pub const fn sha256(&self) -> FileHash {
        self.sha256
    }

    /// The file's name, as it was told.
    #[must_use]
    pub const fn file_name(&self) -> &Personal<String> {
        &self.file_name
    }

    /// Who made the plan.
    #[must_use]
    pub const fn made_by(&self) -> &Personal<String> {
        &self.made_by
    }

    /// When it was made.
    #[must_use]
    pub const fn made_at(&self) -> OffsetDateTime {
        self.made_at.value()
    }

    /// How many lines.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The sum of all lines.
    #[must_use]
    pub const fn total(&self) -> Kopecks {
        self.total
    }

    /// Lines that look like the same wish as another one, by line.
    #[must_use]
    pub fn duplicates(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// How many lines look like another one, each counted once.
    #[must_use]
    pub fn duplicate_lines(&self) -> usize {
        self.duplicates
            .chunk_by(|left, right| left.line == right.line)
            .count()
    }

    /// What is probably not meant.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    pub(super) fn add_duplicates(&mut self, found: Vec<Duplicate>) {
        self.duplicates.extend(found);
        self.duplicates.sort();
        self.duplicates.dedup();
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "run {}", self.run)?;
        writeln!(f, "file {}", self.sha256)?;
        write!(f, "{} payments, {} roubles", self.count, self.total)?;
        for (name, found) in [
            ("duplicates", shown(&self.duplicates)),
            ("warnings", shown(&self.warnings)),
        ] {
            let (count, lines) = found;
            write!(f, "\n{count} {name}{lines}")?;
        }
        Ok(())
    }
}

/// How many there are, and a line for each of the first ones.
fn shown<T: fmt::Display>(all: &[T]) -> (usize, String) {
    let mut lines: String = all
        .iter()
        .take(MOST_SHOWN)
        .map(|one| format!("\n  {one}"))
        .collect();
    if let Some(more @ 1..) = all.len().checked_sub(MOST_SHOWN) {
        lines.push_str(&format!("\n  and {more} more"));
    }
    (all.len(), lines)
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summary")
            .field("run", &self.run)
            .field("sha256", &self.sha256)
            .field("count", &self.count)
            .field("total", &self.total)
            .field("duplicates", &self.duplicates.len())
            .field("warnings", &self.warnings.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.like {
            Like::Line(first) => write!(f, "line {} is like line {first}", self.line),
            Like::Earlier { run, line } => {
                write!(f, "line {} is like line {line} of run {run}", self.line)
            }
            Like::Intent(key) => {
                let line = self.line;
                write!(f, "line {line} is like the payment {key:?}, of no run")
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ColumnIgnored(place) => write!(f, "{place} means nothing here and is ignored"),
            Self::PurposeWithoutRegistry(line) => write!(
                f,
                "line {line}: the purpose should end with «Согласно реестру» and a number"
            ),
            Self::NotCompared(line) => write!(
                f,
                "line {line}: its sum is compared with nothing; the bank pays what the registry holds. Give family and lines"
            ),
        }
    }
}
