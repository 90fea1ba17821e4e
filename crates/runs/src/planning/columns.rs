//! Which column of a table means what, and reading a line by the names of its columns.

use std::borrow::Cow;

use rubank_core::types::find_card_number;

use super::HeaderProblem;
use super::fields::{CARD, Known};
use crate::plan::Warning;
use crate::table::{Cell, Column, Problems, Row, Table, TableOptions};

/// A longer name, or one with so many digits in a row, is no name but the data of a file without a header.
const LONGEST_NAME: usize = 40;
const TELLING_DIGITS: usize = 5;

/// The meaning of every column.
pub(super) struct Layout<'t> {
    columns: &'t [Column],
    meanings: Vec<Option<&'static Known>>,
}

impl<'t> Layout<'t> {
    pub(super) fn new(
        table: &'t Table,
        known: &'static [Known],
        options: &TableOptions,
    ) -> Result<Self, HeaderProblem> {
        let columns = table.columns();
        let meaning = |column: &Column| known.iter().find(|known| known.is_called(column.name()));
        let meanings: Vec<_> = columns.iter().map(meaning).collect();
        let count = |wanted: &Known| {
            let same = meanings
                .iter()
                .flatten()
                .filter(|known| known.name == wanted.name);
            same.count()
        };
        let names = |is: &dyn Fn(&Known) -> bool| {
            let found = known.iter().filter(|known| is(known));
            found.map(|known| known.name).collect()
        };
        let mut problem = HeaderProblem {
            missing: names(&|known| known.is_required && count(known) == 0),
            twice: names(&|known| count(known) > 1),
            unknown: Vec::new(),
            card_numbers: !options.allows_card_numbers()
                && meanings.iter().flatten().any(|known| known.name == CARD),
        };
        let is_header = meanings.iter().any(Option::is_some);
        if !options.allows_unknown_columns() || !is_header {
            let unknown = columns
                .iter()
                .zip(&meanings)
                .filter(|(column, meaning)| meaning.is_none() && !column.name().is_empty());
            problem.unknown = unknown.map(|(column, _)| told(column, is_header)).collect();
        }
        match problem == HeaderProblem::default() {
            true => Ok(Self { columns, meanings }),
            false => Err(problem),
        }
    }

    /// Columns that were ignored.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let ignored = self
            .columns
            .iter()
            .zip(&self.meanings)
            .filter(|(column, meaning)| meaning.is_none() && !column.name().is_empty());
        ignored
            .map(|(column, _)| Warning::ColumnIgnored(column.place().to_owned()))
            .collect()
    }

    fn index(&self, name: &str) -> Option<usize> {
        let is_it = |meaning: &Option<&Known>| meaning.is_some_and(|known| known.name == name);
        self.meanings.iter().position(is_it)
    }

    /// How a column is called in problems.
    fn title(&self, index: usize) -> Option<String> {
        let place = self.columns.get(index)?.place();
        Some(match self.meanings.get(index)? {
            Some(known) => format!("{} ({place})", known.name),
            None => place.to_owned(),
        })
    }
}

/// A column that means nothing, by its name if it can be one: a file without a header has people where names should be.
fn told(column: &Column, is_header: bool) -> String {
    let name = column.name();
    let is_telling = |run: &str| run.len() >= TELLING_DIGITS;
    let is_name = is_header
        && name.chars().count() <= LONGEST_NAME
        && !name
            .split(|sign: char| !sign.is_ascii_digit())
            .any(is_telling)
        && !name.contains('@');
    match is_name {
        true => format!("«{name}» ({})", column.place()),
        false => column.place().to_owned(),
    }
}

/// One line, read by the names of its columns. What is wrong with it is told once per cell.
pub(super) struct Line<'a> {
    layout: &'a Layout<'a>,
    row: &'a Row,
    problems: &'a mut Problems,
    refused: Vec<usize>,
}

impl<'a> Line<'a> {
    /// Looks through all cells first, those without a meaning too.
    pub(super) fn new(layout: &'a Layout<'a>, row: &'a Row, problems: &'a mut Problems) -> Self {
        let mut line = Self {
            layout,
            row,
            problems,
            refused: Vec::new(),
        };
        for (index, cell) in row.cells().iter().enumerate() {
            if let Some(rule) = line.broken_rule(index, cell) {
                line.refuse_cell(index, rule);
            }
        }
        line
    }

    /// Whether one of these columns was refused.
    pub(super) fn is_refused(&self, names: &[&str]) -> bool {
        let mut columns = names.iter().filter_map(|name| self.layout.index(name));
        columns.any(|index| self.refused.contains(&index))
    }

    /// Whether the file has the column.
    #[cfg(feature = "payouts")]
    pub(super) fn has(&self, name: &str) -> bool {
        self.layout.index(name).is_some()
    }

    /// The text of a column, without spaces around it; `None` if there is none.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        let index = self.layout.index(name)?;
        match self.row.cells().get(index) {
            Some(Cell::Text(text)) if !self.refused.contains(&index) => {
                Some(text.trim()).filter(|text| !text.is_empty())
            }
            _ => None,
        }
    }

    /// The same, read; `None` if it is empty or refused.
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        match read(self.text(name)?) {
            Ok(value) => Some(value),
            Err(rule) => {
                self.refuse(name, rule);
                None
            }
        }
    }

    /// The same, of a column that must not be empty.
    pub(super) fn demand<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        if self.text(name).is_none() && !self.is_refused(&[name]) {
            self.refuse(name, "must not be empty");
        }
        self.read(name, read)
    }

    /// Tells that a column breaks a rule; the whole line, if the file does not have it.
    pub(super) fn refuse(&mut self, name: &str, rule: impl Into<Cow<'static, str>>) {
        match self.layout.index(name) {
            Some(index) if self.refused.contains(&index) => {}
            Some(index) => self.refuse_cell(index, rule.into()),
            None => {
                let rule = format!("{name}: {}", rule.into());
                self.problems.add(self.row.line(), None, rule, None);
            }
        }
    }

    /// Tells that a field of the bank's request breaks a rule: the column that fills it, unless that was told already.
    pub(super) fn refuse_field(&mut self, field: &str, rule: &str) {
        let meanings = self.layout.meanings.iter().flatten();
        let filling = meanings.filter(|known| known.fields.contains(&field));
        let names: Vec<&str> = filling.map(|known| known.name).collect();
        if !self.is_refused(&names) {
            let filled = names.iter().find(|name| self.text(name).is_some());
            self.refuse(filled.or(names.first()).unwrap_or(&field), rule.to_owned());
        }
    }

    fn refuse_cell(&mut self, index: usize, rule: impl Into<Cow<'static, str>>) {
        let shape = match self.row.cells().get(index) {
            Some(Cell::Text(text)) => Some(format!("{} characters", text.chars().count())),
            _ => None,
        };
        let column = self.layout.title(index);
        self.problems.add(self.row.line(), column, rule, shape);
        self.refused.push(index);
    }

    fn broken_rule(&self, index: usize, cell: &Cell) -> Option<&'static str> {
        let column = self.layout.columns.get(index)?;
        let meaning = self.layout.meanings.get(index).copied().flatten();
        let text = match cell {
            Cell::Text(text) => text.trim(),
            Cell::Unusable(rule) => return meaning.map(|_| *rule),
        };
        let may_be_card = meaning.is_some_and(|known| known.name == CARD);
        if !may_be_card && find_card_number(text).is_some() {
            return Some("must not hold a card number; if it is another number, write it apart");
        }
        if meaning.is_some() && text.chars().any(char::is_control) {
            return Some("must not hold line breaks or other control characters");
        }
        (column.name().is_empty() && !text.is_empty())
            .then_some("must be empty: its column has no name")
    }
}
