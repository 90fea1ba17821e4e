//! Workbooks that another library wrote.

use proptest::prelude::*;
use rubank_core::money::{Kopecks, Money};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use super::*;

fn workbook(fill: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book).unwrap();
    book.save_to_buffer().unwrap()
}

fn sheet(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    workbook(|book| fill(book.add_worksheet()))
}

fn read(bytes: &[u8]) -> Result<Table, TableError> {
    Table::read(bytes, &TableOptions::new())
}

#[test]
fn texts_and_plain_numbers_are_taken() {
    let bytes = sheet(|sheet| {
        sheet
            .write(0, 0, "Исполнитель")?
            .write(0, 1, "Сумма")?
            .write(0, 2, "Назначение")?;
        sheet
            .write(1, 0, 123)?
            .write(1, 1, "1 500,00")?
            .write(1, 2, "По акту 7")?;
        // An empty row in between, and an empty cell at the end.
        let formula = Formula::new("=1000+500.5").set_result("1500.5");
        sheet.write(3, 0, "124")?.write(3, 1, formula)?;
        let bold = Format::new().set_bold();
        sheet.write(4, 2, "only this")?.write_blank(9, 1, &bold)?;
        Ok(())
    });
    let table = read(&bytes).unwrap();
    assert_eq!(table.columns()[1].name(), "Сумма");
    assert_eq!(table.columns()[1].place(), "column B");
    assert_eq!(
        rows(&table),
        [
            (2, vec!["123", "1 500,00", "По акту 7"]),
            (4, vec!["124", "1500.5", ""]),
            (5, vec!["", "", "only this"]),
        ]
    );
}

#[test]
fn what_a_workbook_may_have_changed_is_not_taken() {
    let bytes = sheet(|sheet| {
        sheet.write(0, 0, "a")?;
        let numbers = [
            "4276550012345678",
            "1e22",
            "0.30000000000000004",
            "1500.505",
            "0.001",
        ];
        for (row, number) in (1..).zip(numbers) {
            sheet.write(row, 0, Formula::new("=A100").set_result(number))?;
        }
        let day = Format::new().set_num_format("dd.mm.yyyy");
        sheet.write_with_format(6, 0, &ExcelDateTime::from_ymd(2026, 12, 10)?, &day)?;
        sheet.write(7, 0, true)?;
        sheet.write(8, 0, Formula::new("=1/0").set_result("#DIV/0!"))?;
        Ok(())
    });
    let table = read(&bytes).unwrap();
    let found: Vec<_> = rows(&table)
        .into_iter()
        .map(|(_, cells)| cells[0].split(':').next())
        .collect();
    let digits = Some("must be a number of at most 15 digits");
    let decimals = Some("must be a number of at most two decimals");
    let expected = [
        digits,
        digits,
        digits,
        decimals,
        decimals,
        Some("must be no date"),
        Some("must be a text or a number, not true or false"),
        Some("must be no error of a formula"),
    ];
    assert_eq!(found, expected);
    assert!(
        table
            .rows()
            .iter()
            .all(|row| matches!(row.cells(), [Cell::Unusable(_)]))
    );
}

#[test]
fn the_first_visible_sheet_is_read_or_the_named_one() {
    let bytes = workbook(|book| {
        for (name, text) in [("old", "hidden"), ("May", "first"), ("June", "second")] {
            book.add_worksheet()
                .set_name(name)?
                .write(0, 0, "a")?
                .write(1, 0, text)?;
        }
        book.worksheet_from_index(0)?.set_hidden(true);
        book.worksheet_from_index(1)?.set_active(true);
        Ok(())
    });
    let first_cell = |options: &TableOptions| {
        let table = Table::read(&bytes, options)?;
        let cell = text(&table.rows()[0].cells()[0]).to_owned();
        Ok::<_, TableError>(cell)
    };
    assert_eq!(first_cell(&TableOptions::new()).as_deref(), Ok("first"));
    assert_eq!(
        first_cell(&TableOptions::new().sheet("June")).as_deref(),
        Ok("second")
    );
    assert_eq!(
        first_cell(&TableOptions::new().sheet("old")).as_deref(),
        Ok("hidden")
    );
    assert_eq!(
        first_cell(&TableOptions::new().sheet("July")),
        Err(TableError::NoSheet)
    );
}

#[test]
fn far_corners_and_broken_books_are_refused() {
    let wide = sheet(|sheet| {
        sheet.write(0, 0, "a")?.write(1_048_575, 16_383, "far")?;
        Ok(())
    });
    assert_eq!(read(&wide), Err(TableError::TooManyColumns));
    let beyond = sheet(|sheet| {
        sheet.write(0, 0, "a")?.write(1, 0, "x")?.write(1, 1, "y")?;
        Ok(())
    });
    let table = read(&beyond).unwrap();
    assert_eq!(
        table.problems().to_string(),
        "line 2: must have as many cells as the header, 1 (got 2 cells)"
    );
    let broken = |words| Err(TableError::BrokenWorkbook(words));
    assert_eq!(
        read(b"PK\x03\x04 canary"),
        broken("its container cannot be opened")
    );
    assert_eq!(
        read(&beyond[..beyond.len() / 2]),
        broken("its container cannot be opened")
    );
    assert_eq!(read(&sheet(|_| Ok(()))), Err(TableError::Empty));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let mut bytes = sheet(|sheet| {
        sheet.write(0, 0, "a")?.write(1, 0, "x")?;
        Ok(())
    });
    assert!(read(&bytes).is_ok());
    let entry = bytes
        .windows(4)
        .position(|sign| sign == b"PK\x01\x02")
        .unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(read(&bytes), Err(TableError::TooBig));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// 15 digits of kopecks are more than a trillion roubles.
    #[test]
    fn sums_survive_as_numbers(all in prop::collection::vec(1..=999_999_999_999_999_i64, 1..20)) {
        let bytes = sheet(|sheet| {
            sheet.write(0, 0, "amount")?;
            for (row, kopecks) in (1..).zip(&all) {
                sheet.write(row, 0, Money::from(Kopecks::new(*kopecks)).to_decimal())?;
            }
            Ok(())
        });
        let table = read(&bytes).unwrap();
        let found: Vec<i64> = rows(&table)
            .into_iter()
            .map(|(_, cells)| Kopecks::try_from(Money::parse(cells[0]).unwrap()).unwrap().get())
            .collect();
        prop_assert_eq!(found, all);
    }
}
