//! Tables, from bytes to cells.

mod properties;
#[cfg(feature = "xlsx")]
mod workbooks;

use super::*;

/// Lines and texts of all rows below the header.
fn rows(table: &Table) -> Vec<(u64, Vec<&str>)> {
    table
        .rows()
        .iter()
        .map(|row| (row.line(), row.cells().iter().map(text).collect()))
        .collect()
}

fn text(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) => text,
        Cell::Unusable(why) => why,
    }
}

fn read(file: &str) -> Result<Table, TableError> {
    Table::read(file.as_bytes(), &TableOptions::new())
}

#[test]
fn lines_are_counted_as_in_the_file() {
    type Rows = &'static [(u64, &'static [&'static str])];
    let cases: [(&str, Rows); 12] = [
        ("a;b\n1;2\n3;4", &[(2, &["1", "2"]), (3, &["3", "4"])]),
        (
            "a,b\r\n1,2\r\n\r\n3,4\r\n",
            &[(2, &["1", "2"]), (4, &["3", "4"])],
        ),
        ("a,b\r1,2\r\r3,4", &[(2, &["1", "2"]), (4, &["3", "4"])]),
        ("\n \na;b\n1;2\n", &[(4, &["1", "2"])]),
        ("a;b\n;\n ;\u{a0}\n1;2\n", &[(4, &["1", "2"])]),
        (
            "a;b\n1;\"x\ny\r\nz\"\n3;4",
            &[(2, &["1", "x\ny\r\nz"]), (5, &["3", "4"])],
        ),
        (
            "a;b\n1;\"say \"\"yes\"\"; or no\"\n",
            &[(2, &["1", "say \"yes\"; or no"])],
        ),
        ("a;b\n1;\"\"\n", &[(2, &["1", ""])]),
        ("a;b\n1;\n", &[(2, &["1", ""])]),
        ("a;b\n1;2;;\n", &[(2, &["1", "2"])]),
        (
            "a;b\n1;ООО \"Ромашка\"\n",
            &[(2, &["1", "ООО \"Ромашка\""])],
        ),
        // A semicolon in the header decides; commas there are part of a name.
        ("a, roubles;b\n1,50;2\n", &[(2, &["1,50", "2"])]),
    ];
    for (file, expected) in cases {
        let table = read(file).unwrap();
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, cells)| (*line, cells.to_vec()))
            .collect();
        assert_eq!(rows(&table), expected, "{file:?}");
        assert!(table.problems().is_empty());
    }
}

#[test]
fn a_file_that_is_none_is_refused() {
    let rows_beyond = format!("a;b\n{}", "1;2\n".repeat(MOST_ROWS + 1));
    let columns_beyond = "a;".repeat(MOST_COLUMNS);
    let cases = [
        ("", TableError::Empty),
        ("\n ; \n", TableError::Empty),
        ("a;b\n1;2\n\"3;4\n5;6\n", TableError::OpenQuote { line: 3 }),
        ("a;b\n1;\"2\n\" 3\n", TableError::AfterQuote { line: 3 }),
        ("a;b\n\"1\"\"\" ;2", TableError::AfterQuote { line: 2 }),
        (&rows_beyond, TableError::TooManyRows),
        (&columns_beyond, TableError::TooManyColumns),
        ("\u{feff}", TableError::Empty),
    ];
    for (file, expected) in cases {
        assert_eq!(read(file), Err(expected), "{:.20}", file);
    }
    let options = TableOptions::new();
    assert_eq!(
        Table::read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", &options),
        Err(TableError::OldWorkbook)
    );
    assert_eq!(
        Table::read(&vec![b'a'; MOST_BYTES + 1], &options),
        Err(TableError::TooBig)
    );
    #[cfg(not(feature = "xlsx"))]
    assert_eq!(
        Table::read(b"PK\x03\x04", &options),
        Err(TableError::WorkbookUnsupported)
    );
}

#[test]
fn as_many_rows_as_allowed_are_read() {
    let file = format!("a;b\n{}", "1;2\n".repeat(MOST_ROWS));
    assert_eq!(read(&file).unwrap().rows().len(), MOST_ROWS);
}

#[test]
fn broken_rows_are_told_and_the_others_kept() {
    let long = "я".repeat(LONGEST_CELL);
    let file = format!("a;b\n1\n1;2;canary\n1;{long}\n1;{long}я\n1;2\n");
    let table = read(&file).unwrap();
    assert_eq!(
        rows(&table)
            .iter()
            .map(|(line, _)| *line)
            .collect::<Vec<_>>(),
        [4, 6]
    );
    assert_eq!(
        table.problems().to_string(),
        "line 2: must have as many cells as the header, 2 (got 1 cells)\n\
         line 3: must have as many cells as the header, 2 (got 3 cells)\n\
         line 5, column 2: must have at most 1000 characters (got 1001 characters)"
    );
    assert!(!format!("{table:?} {:?} {:?}", table.rows(), table.columns()).contains("canary"));
}

#[test]
fn problems_beyond_a_thousand_are_counted() {
    let table = read(&format!("a;b\n{}", "1\n".repeat(1234))).unwrap();
    let problems = table.problems();
    assert_eq!((problems.kept().len(), problems.count()), (1000, 1234));
    assert!(problems.to_string().ends_with("\nand 234 more"));
}

#[test]
fn workbooks_letter_their_columns() {
    let rows = [
        (0, "A"),
        (25, "Z"),
        (26, "AA"),
        (51, "AZ"),
        (52, "BA"),
        (701, "ZZ"),
        (702, "AAA"),
    ];
    for (index, expected) in rows {
        assert_eq!(letters(index), expected);
    }
}
