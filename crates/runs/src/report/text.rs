//! A report as CSV.

use super::{LineOutcome, Report};

/// The columns of a report, in both forms.
pub(super) const HEADER: [&str; 8] = [
    "line",
    "key",
    "recipient",
    "amount",
    "end",
    "reason",
    "bank id",
    "attempts",
];

/// How a report is written as CSV. It is UTF-8 in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvDialect {
    has_mark: bool,
    separator: char,
    point: char,
}

impl CsvDialect {
    /// What Excel opens in Russia: a byte order mark, `;` between cells, a comma in sums. With a point it would read
    /// `10.12` as a day in December.
    pub const EXCEL: Self = Self {
        has_mark: true,
        separator: ';',
        point: ',',
    };
    /// What programs read: no mark, `,` between cells, a point in sums.
    pub const PLAIN: Self = Self {
        has_mark: false,
        separator: ',',
        point: '.',
    };
}

impl Default for CsvDialect {
    fn default() -> Self {
        Self::EXCEL
    }
}

pub(super) fn csv(report: &Report, dialect: CsvDialect) -> Vec<u8> {
    let mut text = String::new();
    if dialect.has_mark {
        text.push('\u{feff}');
    }
    write_row(&mut text, dialect, HEADER.map(str::to_owned));
    for line in report.lines() {
        write_row(&mut text, dialect, cells(line, dialect));
    }
    text.into_bytes()
}

fn cells(line: &LineOutcome, dialect: CsvDialect) -> [String; 8] {
    [
        line.number.to_string(),
        harmless(&line.key),
        harmless(&line.recipient),
        line.amount
            .to_string()
            .replace('.', &dialect.point.to_string()),
        line.end.kind().as_str().to_owned(),
        harmless(line.end.reason()),
        harmless(line.bank_id.as_deref().unwrap_or_default()),
        line.attempts.to_string(),
    ]
}

/// What a spreadsheet would take for a formula gets an apostrophe in front.
fn harmless(text: &str) -> String {
    let is_formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r']);
    match is_formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn write_row(text: &mut String, dialect: CsvDialect, cells: [String; 8]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            text.push(dialect.separator);
        }
        match cell.contains([dialect.separator, '"', '\n', '\r']) {
            true => text.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
            false => text.push_str(cell),
        }
    }
    text.push_str("\r\n");
}
