//! The table for people.

use std::fmt::Write;

use super::expect::Cell;
use super::table::{Column, Line};

/// The table in Markdown, its columns aligned. A cell that is not as expected says so in bold.
pub fn markdown(lines: &[Line]) -> String {
    let head = ["fault"]
        .into_iter()
        .chain(Column::ALL.map(Column::title))
        .chain(["shown on"]);
    let mut rows = vec![head.map(str::to_owned).collect::<Vec<_>>()];
    rows.extend(lines.iter().map(cells));
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].len())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        write_row(&mut text, row, &widths);
        if number == 0 {
            let rule: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
            write_row(&mut text, &rule, &widths);
        }
    }
    text
}

fn write_row(text: &mut String, cells: &[String], widths: &[usize]) {
    for (cell, width) in cells.iter().zip(widths) {
        // Writing into a string does not fail.
        let _ = write!(text, "| {cell:<width$} ");
    }
    text.push_str("|\n");
}

fn cells(line: &Line) -> Vec<String> {
    let targets: Vec<_> = line.targets().map(super::Target::as_str).collect();
    let columns = Column::ALL.map(|column| cell(line, column));
    let fault = line.row.fault.says.to_owned();
    [fault]
        .into_iter()
        .chain(columns)
        .chain([targets.join(", ")])
        .collect()
}

fn cell(line: &Line, column: Column) -> String {
    let runs = line.runs.iter().filter(|run| run.column == column);
    let wrong: Vec<_> = runs
        .filter(|run| !run.is_as_expected())
        .map(|run| format!("{} {}", run.target.as_str(), Cell::from(&run.seen)))
        .collect();
    let expected = column.expected(&line.row);
    match wrong.is_empty() {
        true => expected.to_string(),
        false => format!("**{}, expected {expected}**", wrong.join(", ")),
    }
}
