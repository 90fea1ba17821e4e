//! Reading a table of payouts: CSV in the dialects that Russian offices write, and XLSX.
//!
//! A table is read strictly. Where two readings are possible (a comma before three digits, a damaged encoding, a line
//! with a cell too few) it is refused, with the line and the column, the rule, and the shape of what stands there; the
//! text itself is never told, because it may be somebody's name or card. All problems of a file are told at once.
//!
//! | what | rule |
//! |---|---|
//! | encoding | UTF-8 with or without a byte order mark, else windows-1251; or as [said](TableOptions::encoding) |
//! | separator | `;` if one stands in the header, else `,`; or as [said](TableOptions::separator) |
//! | quotes | a cell that begins with `"` ends with `"`; a quote inside is doubled |
//! | ends of lines | CRLF, LF or CR; lines without text are skipped and counted |
//! | workbook | feature `xlsx`: the first visible sheet, or a [named one](TableOptions::sheet); rows and columns that are hidden or filtered out are read too |
//! | numbers in a workbook | at most 15 digits and two decimals; of a formula the value that was saved |
//! | limits | [`MOST_BYTES`], [`MOST_ROWS`], [`MOST_COLUMNS`], [`LONGEST_CELL`]; a workbook unpacks to 256 MiB at most |

mod decode;
mod options;
mod problem;
mod separated;
#[cfg(test)]
mod tests;
#[cfg(feature = "xlsx")]
mod workbook;

use std::fmt;

pub use options::{Encoding, Separator, TableOptions};
pub use problem::{Problem, Problems, TableError};

/// The largest file, in bytes.
pub const MOST_BYTES: usize = 32 << 20;
/// The most rows below the header.
pub const MOST_ROWS: usize = 100_000;
/// The most columns.
pub const MOST_COLUMNS: usize = 200;
/// The longest cell, in characters.
pub const LONGEST_CELL: usize = 1000;

/// A header and the rows below it, as texts. What the columns mean is no matter of the table.
///
/// ```
/// use rubank_runs::table::{Cell, Table, TableOptions};
///
/// let table = Table::read("Исполнитель;Сумма\r\n\r\n123;1 500,00\r\n".as_bytes(), &TableOptions::new())?;
/// assert_eq!(table.columns()[1].name(), "Сумма");
/// assert_eq!(table.rows()[0].line(), 3);
/// assert_eq!(table.rows()[0].cells()[1], Cell::Text("1 500,00".to_owned()));
/// # Ok::<(), rubank_runs::table::TableError>(())
/// ```
///
/// `Debug` tells its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    problems: Problems,
}

/// One column of a [`Table`].
#[derive(Clone, PartialEq, Eq)]
pub struct Column {
    name: String,
    place: String,
}

/// One row of a [`Table`] that is not empty; it has a cell for every column.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    line: u64,
    cells: Vec<Cell>,
}

/// What stands in a cell.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cell {
    /// A text, untouched; empty if nothing stands there.
    Text(String),
    /// What cannot be taken as a text without a guess, and why: a date, an error of a formula, a number with more
    /// digits than the workbook keeps.
    Unusable(&'static str),
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// The file as a whole cannot be read. What is wrong with single lines is in [`problems`](Self::problems).
    pub fn read(bytes: &[u8], options: &TableOptions) -> Result<Self, TableError> {
        if bytes.len() > MOST_BYTES {
            return Err(TableError::TooBig);
        }
        if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            return Err(TableError::OldWorkbook);
        }
        if !bytes.starts_with(b"PK\x03\x04") {
            let text = decode::text(bytes, options.encoding)?;
            return Self::from_rows(separated::rows(&text, options.separator), false);
        }
        #[cfg(feature = "xlsx")]
        return Self::from_rows(workbook::rows(bytes, options.sheet.as_deref())?, true);
        #[cfg(not(feature = "xlsx"))]
        Err(TableError::WorkbookUnsupported)
    }

    /// The columns, from left to right.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows below the header, without empty ones and those with a problem.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What is wrong with the other rows.
    #[must_use]
    pub const fn problems(&self) -> &Problems {
        &self.problems
    }

    /// The first row is the header. A workbook has no cells where nothing stands; a text file has.
    fn from_rows(
        rows: impl IntoIterator<Item = Result<Row, TableError>>,
        is_workbook: bool,
    ) -> Result<Self, TableError> {
        let mut rows = rows
            .into_iter()
            .filter(|row| !matches!(row, Ok(row) if row.is_blank()));
        let columns = header(rows.next().ok_or(TableError::Empty)??, is_workbook)?;
        let mut table = Self {
            columns,
            rows: Vec::new(),
            problems: Problems::default(),
        };
        for (count, row) in rows.enumerate() {
            if count == MOST_ROWS {
                return Err(TableError::TooManyRows);
            }
            table.add(row?, is_workbook);
        }
        Ok(table)
    }

    fn add(&mut self, mut row: Row, is_workbook: bool) {
        let (width, found) = (self.columns.len(), row.cells.len());
        let beyond = row.cells.iter().skip(width).any(|cell| !cell.is_blank());
        if beyond || found < width && !is_workbook {
            let rule = format!("must have as many cells as the header, {width}");
            self.problems
                .add(row.line, None, rule, Some(format!("{found} cells")));
            return;
        }
        row.cells.resize(width, Cell::Text(String::new()));
        let mut is_good = true;
        for (column, cell) in self.columns.iter().zip(&row.cells) {
            let Cell::Text(text) = cell else { continue };
            // Bytes are counted first, because they are at hand: a character has one at least.
            let count = if text.len() > LONGEST_CELL {
                text.chars().count()
            } else {
                0
            };
            if count > LONGEST_CELL {
                let rule = format!("must have at most {LONGEST_CELL} characters");
                let shape = Some(format!("{count} characters"));
                self.problems
                    .add(row.line, Some(column.place.clone()), rule, shape);
                is_good = false;
            }
        }
        if is_good {
            self.rows.push(row);
        }
    }
}

fn header(row: Row, is_workbook: bool) -> Result<Vec<Column>, TableError> {
    if row.cells.len() > MOST_COLUMNS {
        return Err(TableError::TooManyColumns);
    }
    let named = row.cells.into_iter().enumerate().map(|(index, cell)| {
        let name = match cell {
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Unusable(_) => String::new(),
        };
        let place = match is_workbook {
            true => format!("column {}", letters(index)),
            false => format!("column {}", index + 1),
        };
        Column { name, place }
    });
    Ok(named.collect())
}

/// A, B … Z, AA, AB …, as workbooks call their columns.
fn letters(index: usize) -> String {
    // The remainder is below 26.
    let last = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => last.to_string(),
        more => letters(more - 1) + &last.to_string(),
    }
}

impl Column {
    /// The name in the header, without spaces around it; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it stands: `column 3`, in a workbook `column C`.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl Row {
    fn new(line: u64, cells: Vec<Cell>) -> Self {
        Self { line, cells }
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }

    /// Its line in the file, from 1; of a row with line breaks in it, the first. In a workbook the row's number.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Its cells, one for each column.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }
}

impl Cell {
    /// Whether nothing visible stands there.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (columns, rows) = (self.columns.len(), self.rows.len());
        write!(
            f,
            "Table({columns} columns, {rows} rows, {} problems)",
            self.problems.count()
        )
    }
}

/// A file without a header has data where the names should be.
impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({})", self.place)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row(line {}, {} cells)", self.line, self.cells.len())
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(***)"),
            Self::Unusable(why) => write!(f, "Unusable({why})"),
        }
    }
}
