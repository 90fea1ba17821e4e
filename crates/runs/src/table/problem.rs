//! What is wrong with a file, told without its content.

use std::borrow::Cow;
use std::fmt;

/// How many problems of a file are kept; the rest is counted.
const MOST_KEPT: usize = 1000;

/// One broken rule in one line. It names line, column, rule and shape, never what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    line: u64,
    column: Option<String>,
    rule: Cow<'static, str>,
    shape: Option<String>,
}

impl Problem {
    /// The line in the file, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The column by name and place, `amount (column C)`; `None` if the whole line is meant.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The rule that is broken.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// What stands there looks like: `7 characters`.
    #[must_use]
    pub fn shape(&self) -> Option<&str> {
        self.shape.as_deref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.rule)?;
        match &self.shape {
            Some(shape) => write!(f, " (got {shape})"),
            None => Ok(()),
        }
    }
}

/// All problems of a file: the first thousand, and how many more there are.
///
/// `Display` writes a line for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    kept: Vec<Problem>,
    left_out: usize,
}

impl Problems {
    /// Those that are kept, by line.
    #[must_use]
    pub fn kept(&self) -> &[Problem] {
        &self.kept
    }

    /// How many there are in all.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.kept.len() + self.left_out
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count() == 0
    }

    pub(crate) fn add(
        &mut self,
        line: u64,
        column: Option<String>,
        rule: impl Into<Cow<'static, str>>,
        shape: Option<String>,
    ) {
        if self.kept.len() == MOST_KEPT {
            self.left_out += 1;
            return;
        }
        let rule = rule.into();
        let problem = Problem {
            line,
            column,
            rule,
            shape,
        };
        // Found in two passes over the file, told in one.
        let place = self.kept.partition_point(|kept| kept.line <= line);
        self.kept.insert(place, problem);
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.kept.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{problem}")?;
        }
        match self.left_out {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

/// Why a file as a whole cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// No line has a text.
    #[error("the file is empty")]
    Empty,
    /// More than [`MOST_BYTES`](super::MOST_BYTES).
    #[error("the file is larger than {} bytes: split it", super::MOST_BYTES)]
    TooBig,
    /// More than [`MOST_ROWS`](super::MOST_ROWS) below the header.
    #[error("the file has more than {} rows: split it", super::MOST_ROWS)]
    TooManyRows,
    /// More than [`MOST_COLUMNS`](super::MOST_COLUMNS).
    #[error("the file has more than {} columns", super::MOST_COLUMNS)]
    TooManyColumns,
    /// Neither UTF-8 nor windows-1251 without a doubt, or not the encoding that was said.
    #[error("line {line} is not {expected}: save the file as CSV in UTF-8")]
    Encoding {
        /// The first line that is not.
        line: u64,
        /// What was expected.
        expected: &'static str,
    },
    /// The file begins as UTF-16 does.
    #[error("the file is UTF-16: save it as CSV in UTF-8")]
    Utf16,
    /// A quoted cell has no end, so that all lines below it would be part of it.
    #[error("line {line}: the quote that opens there is never closed")]
    OpenQuote {
        /// Where it opens.
        line: u64,
    },
    /// Something stands between the end of a quoted cell and the separator.
    #[error("line {line}: text after a closing quote; a quote inside a quoted cell is doubled")]
    AfterQuote {
        /// Where.
        line: u64,
    },
    /// A workbook of the form before 2007, or one under a password.
    #[error("the workbook is XLS or under a password: save it as XLSX without one")]
    OldWorkbook,
    /// The file is a workbook, and the feature `xlsx` is off.
    #[error("this program reads no workbooks: save the sheet as CSV")]
    WorkbookUnsupported,
    /// The workbook cannot be read.
    #[error("the workbook is broken: {0}")]
    BrokenWorkbook(&'static str),
    /// The workbook has no sheet of that name, or no visible sheet of cells at all.
    #[error("the workbook has no such sheet")]
    NoSheet,
}
