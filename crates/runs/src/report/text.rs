//! A report as CSV.

use rubank_core::money::Kopecks;

use super::{End, LineOutcome, Report, Tally};

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

/// The columns of the totals, in both forms.
pub(super) const TOTALS: [&str; 3] = ["end", "lines", "amount"];

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

/// Three columns: what, how many or which, and a sum.
pub(super) fn totals_csv(report: &Report, dialect: CsvDialect) -> Vec<u8> {
    let mut text = String::new();
    if dialect.has_mark {
        text.push('\u{feff}');
    }
    write_row(&mut text, dialect, TOTALS.map(str::to_owned));
    let ends = End::ALL.map(|end| (end.as_str(), report.tally(end)));
    for (name, Tally { count, sum }) in ends.into_iter().chain([("total", report.total())]) {
        let row = [name.to_owned(), count.to_string(), sum_text(sum, dialect)];
        write_row(&mut text, dialect, row);
    }
    for (name, value) in report.facts() {
        let row = [name.to_owned(), harmless(&value), String::new()];
        write_row(&mut text, dialect, row);
    }
    text.into_bytes()
}

fn sum_text(sum: Kopecks, dialect: CsvDialect) -> String {
    sum.to_string().replace('.', &dialect.point.to_string())
}

fn cells(line: &LineOutcome, dialect: CsvDialect) -> [String; 8] {
    [
        line.number.to_string(),
        harmless(&line.key),
        harmless(&line.recipient),
        sum_text(line.amount, dialect),
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

fn write_row<const N: usize>(text: &mut String, dialect: CsvDialect, cells: [String; N]) {
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
