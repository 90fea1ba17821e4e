//! Cells between separators.
//!
//! Our own reader, because the usual one forgives: it takes a quote that is never closed for a cell that holds the rest
//! of the file, and so many payouts would be missing without a word.

use super::options::Separator;
use super::problem::TableError;
use super::{Cell, Row};

const ENDS: [char; 2] = ['\n', '\r'];

/// The rows of a text, empty ones too. Nothing follows an error.
pub(super) fn rows(text: &str, separator: Option<Separator>) -> Rows<'_> {
    let separator = separator.unwrap_or_else(|| found_in(text));
    Rows {
        rest: text,
        line: 1,
        separator: separator.as_char(),
    }
}

/// Names of columns hold commas now and then, «Сумма, руб.», but no semicolons.
fn found_in(text: &str) -> Separator {
    let header = text.lines().find(|line| !line.trim().is_empty());
    match header.is_some_and(|line| line.contains(';')) {
        true => Separator::Semicolon,
        false => Separator::Comma,
    }
}

pub(super) struct Rows<'a> {
    rest: &'a str,
    line: u64,
    separator: char,
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let row = self.row();
        if row.is_err() {
            self.rest = "";
        }
        Some(row)
    }
}

impl<'a> Rows<'a> {
    fn row(&mut self) -> Result<Row, TableError> {
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            cells.push(Cell::Text(self.cell()?));
            match self.rest.strip_prefix(self.separator) {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        self.end();
        Ok(Row::new(line, cells))
    }

    fn cell(&mut self) -> Result<String, TableError> {
        if let Some(inside) = self.rest.strip_prefix('"') {
            return self.quoted(inside);
        }
        let stop = [self.separator, ENDS[0], ENDS[1]];
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(cell.to_owned())
    }

    fn quoted(&mut self, mut inside: &'a str) -> Result<String, TableError> {
        let line = self.line;
        let mut cell = String::new();
        loop {
            let (text, rest) = inside
                .split_once('"')
                .ok_or(TableError::OpenQuote { line })?;
            cell.push_str(text);
            match rest.strip_prefix('"') {
                Some(more) => {
                    cell.push('"');
                    inside = more;
                }
                None => {
                    inside = rest;
                    break;
                }
            }
        }
        self.line += breaks(&cell);
        let stop = [self.separator, ENDS[0], ENDS[1]];
        if !inside.is_empty() && !inside.starts_with(stop) {
            return Err(TableError::AfterQuote { line: self.line });
        }
        self.rest = inside;
        Ok(cell)
    }

    /// Steps over the end of a line, or stays at the end of the file.
    fn end(&mut self) {
        let rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
        let rest = rest.strip_prefix('\n').unwrap_or(rest);
        if rest.len() < self.rest.len() {
            self.line += 1;
            self.rest = rest;
        }
    }
}

/// Line breaks of all three kinds.
fn breaks(text: &str) -> u64 {
    let feeds = text.matches('\n').count();
    let returns = text.matches('\r').count();
    let both = text.matches("\r\n").count();
    (feeds + returns - both) as u64
}
