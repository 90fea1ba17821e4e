//! A report as a workbook.

use rubank_core::money::{Kopecks, Money};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::text::{HEADER, TOTALS};
use super::{End, Report, Tally};

/// The widths of the columns, in characters.
const WIDTHS: [u8; 8] = [8, 38, 14, 16, 14, 60, 24, 10];
/// A greater number of kopecks has more than 15 digits, which a workbook does not keep.
const MOST_KEPT: i64 = 999_999_999_999_999;

pub(super) fn xlsx(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Without a time the library asks the machine's clock.
    let made_at = ExcelDateTime::from_timestamp(report.made_at().unix_timestamp())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made_at));
    lines(book.add_worksheet(), report)?;
    totals(book.add_worksheet(), report)?;
    book.save_to_buffer()
}

fn lines(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    sheet.set_name("lines")?.set_freeze_panes(1, 0)?;
    for ((column, name), width) in (0..).zip(HEADER).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, name, &Format::new().set_bold())?;
    }
    for (row, line) in (1..).zip(report.lines()) {
        let texts = [
            (1, line.key.clone()),
            (2, line.recipient.clone()),
            (4, line.end.kind().to_string()),
            (5, line.end.reason().to_owned()),
            (6, line.bank_id.clone().unwrap_or_default()),
        ];
        for (column, text) in texts {
            sheet.write_string(row, column, text)?;
        }
        // The file's line numbers end long before a workbook's digits do.
        sheet
            .write(row, 0, line.number)?
            .write(row, 7, line.attempts)?;
        write_sum(sheet, row, 3, line.amount)?;
    }
    Ok(())
}

fn totals(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    sheet.set_name("totals")?.set_column_width(0, 20)?;
    sheet.set_column_width(1, 70)?.set_column_width(2, 20)?;
    for (column, name) in (0..).zip(TOTALS) {
        sheet.write_string_with_format(0, column, name, &Format::new().set_bold())?;
    }
    let ends = End::ALL.map(|end| (end.as_str(), report.tally(end)));
    let all = ends.into_iter().chain([("total", report.total())]);
    for (row, (name, Tally { count, sum })) in (1..).zip(all) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        sheet.write_string(row, 0, name)?.write(row, 1, count)?;
        write_sum(sheet, row, 2, sum)?;
    }
    for (row, (name, text)) in (8..).zip(report.facts()) {
        sheet
            .write_string(row, 0, name)?
            .write_string(row, 1, text)?;
    }
    Ok(())
}

fn write_sum(sheet: &mut Worksheet, row: u32, column: u16, sum: Kopecks) -> Result<(), XlsxError> {
    let format = Format::new().set_num_format("0.00");
    if sum.get() > MOST_KEPT {
        sheet.write_string(row, column, sum.to_string())?;
    } else {
        sheet.write_with_format(row, column, Money::from(sum).to_decimal(), &format)?;
    }
    Ok(())
}
