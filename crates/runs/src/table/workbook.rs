//! Cells of a workbook.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::problem::TableError;
use super::{Cell, MOST_COLUMNS, MOST_ROWS, Row};

/// More digits are not kept by workbooks, which count in binary fractions.
const MOST_DIGITS: usize = 15;

/// A workbook of all the rows that are allowed has less than half of it, in bytes.
const MOST_UNPACKED: u64 = 256 << 20;
const NO_CONTAINER: &str = "its container cannot be opened";

/// The rows of a sheet, those with something in them.
///
/// Cells are read one by one: a sheet with two cells at its far corners would otherwise need the memory of all between.
pub(super) fn rows(
    bytes: &[u8],
    sheet: Option<&str>,
) -> Result<Vec<Result<Row, TableError>>, TableError> {
    if unpacked(bytes).ok_or(TableError::BrokenWorkbook(NO_CONTAINER))? > MOST_UNPACKED {
        return Err(TableError::TooBig);
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let name = sheet_name(&book, sheet)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(found) = cells.next_cell().map_err(broken)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell.is_blank() {
            continue;
        }
        let column = column as usize;
        if column >= MOST_COLUMNS {
            return Err(TableError::TooManyColumns);
        }
        let line = u64::from(row) + 1;
        if rows.last().is_none_or(|last| last.line < line) {
            // The header, the rows, and one more that tells that there are too many.
            if rows.len() > MOST_ROWS + 1 {
                return Err(TableError::TooManyRows);
            }
            rows.push(Row::new(line, Vec::new()));
        }
        match rows.last_mut() {
            Some(last) if last.line == line && last.cells.len() <= column => {
                last.cells.resize(column, Cell::Text(String::new()));
                last.cells.push(cell);
            }
            _ => return Err(TableError::BrokenWorkbook("its cells are out of order")),
        }
    }
    Ok(rows.into_iter().map(Ok).collect())
}

/// What the parts of the container come to, as its directory says: nobody should need a bomb squad for a file by mail.
/// It is counted before anything is unpacked; parts larger than 4 GiB have a number there that is too large by itself.
fn unpacked(zip: &[u8]) -> Option<u64> {
    let short = |at: usize| {
        Some(usize::from(u16::from_le_bytes(
            *zip.get(at..)?.first_chunk()?,
        )))
    };
    let long = |at: usize| Some(u32::from_le_bytes(*zip.get(at..)?.first_chunk()?));
    let end = zip.windows(4).rposition(|sign| sign == b"PK\x05\x06")?;
    let mut at = usize::try_from(long(end + 16)?).ok()?;
    let mut sum = 0;
    for _ in 0..short(end + 10)? {
        if !zip.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        sum += u64::from(long(at + 24)?);
        at += 46 + short(at + 28)? + short(at + 30)? + short(at + 32)?;
    }
    Some(sum)
}

fn sheet_name<R: std::io::Read + std::io::Seek>(
    book: &Xlsx<R>,
    wanted: Option<&str>,
) -> Result<String, TableError> {
    let sheets = book.sheets_metadata().iter();
    let mut sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let found = match wanted {
        Some(name) => sheets.find(|sheet| sheet.name == name),
        None => sheets.find(|sheet| sheet.visible == SheetVisible::Visible),
    };
    Ok(found.ok_or(TableError::NoSheet)?.name.clone())
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Text(String::new()),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(number) => digits(number.to_string()),
        // The shortest decimal text that means this number, which is what the person saw who typed it.
        DataRef::Float(number) => digits(number.to_string()),
        DataRef::Bool(_) => Cell::Unusable("must be a text or a number, not true or false"),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            Cell::Unusable("must be no date: format the column as text")
        }
        DataRef::Error(_) => Cell::Unusable("must be no error of a formula"),
    }
}

/// A number as a person would have typed it, or the reason why it may be another one.
fn digits(text: String) -> Cell {
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    let count = text.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    if !is_plain || count > MOST_DIGITS {
        return Cell::Unusable("must be a number of at most 15 digits: format the column as text");
    }
    if decimals > 2 {
        return Cell::Unusable(
            "must be a number of at most two decimals: round it, or format the column as text",
        );
    }
    Cell::Text(text)
}

/// The library's own words may quote a cell.
fn broken(error: XlsxError) -> TableError {
    match error {
        XlsxError::Password => TableError::OldWorkbook,
        XlsxError::WorksheetNotFound(_) | XlsxError::NotAWorksheet(_) => TableError::NoSheet,
        XlsxError::Io(_) | XlsxError::Zip(_) => TableError::BrokenWorkbook(NO_CONTAINER),
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => {
            TableError::BrokenWorkbook("a part of it is missing")
        }
        _ => TableError::BrokenWorkbook("a part of it cannot be read"),
    }
}
