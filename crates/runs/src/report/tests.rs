//! Reports that add up.

use proptest::prelude::*;
use rubank_core::money::Money;
use time::macros::datetime;

use super::*;
#[cfg(feature = "xlsx")]
use crate::table::{Cell, Table, TableOptions};

fn summary(amounts: &[i64]) -> Summary {
    let sha256 = FileHash::of(b"file");
    let total = amounts.iter().sum();
    Summary::new(
        RunId::of(sha256, 1),
        sha256,
        ["may.csv", "Planner"],
        datetime!(2026-05-15 09:00 +3),
        (amounts.len(), Kopecks::new(total)),
        (Vec::new(), Vec::new()),
    )
}

fn outcome(number: u64, kopecks: i64, end: LineEnd) -> LineOutcome {
    LineOutcome {
        number,
        key: format!("key-{number}"),
        recipient: "123".to_owned(),
        amount: Kopecks::new(kopecks),
        end,
        bank_id: None,
        attempts: 1,
    }
}

fn report(amounts: &[i64], outcomes: Vec<LineOutcome>) -> Result<Report, ReportError> {
    Report::new(&summary(amounts), outcomes, datetime!(2026-05-15 12:00 +3))
}

fn sample() -> Report {
    let refused = LineEnd::Refused("лимит; \"сутки\"".to_owned());
    let person = LineEnd::NeedsPerson("=HYPERLINK(\"http://127.0.0.1\")".to_owned());
    let mut outcomes = vec![
        outcome(2, 150_050, LineEnd::Paid),
        outcome(3, 1, LineEnd::AlreadyPaid),
        outcome(5, 200, refused),
        outcome(6, 300, person),
        outcome(7, 400, LineEnd::NotYet("no-funds".to_owned())),
    ];
    outcomes[0].bank_id = Some("15731787".to_owned());
    outcomes[4].key = "-key".to_owned();
    outcomes.reverse();
    report(&[150_050, 1, 200, 300, 400], outcomes).unwrap()
}

#[test]
fn what_does_not_add_up_is_no_report() {
    let paid = |number, kopecks| outcome(number, kopecks, LineEnd::Paid);
    let count = |planned, reported| ReportError::Count { planned, reported };
    let sum = |planned| ReportError::Sum {
        planned: Kopecks::new(planned),
    };
    let rows = [
        (vec![paid(2, 10), paid(3, 20)], None),
        (vec![paid(3, 20), paid(2, 10)], None),
        (vec![], Some(count(2, 0))),
        (vec![paid(2, 30)], Some(count(2, 1))),
        (
            vec![paid(2, 10), paid(3, 10), paid(4, 10)],
            Some(count(2, 3)),
        ),
        (vec![paid(2, 10), paid(2, 20)], Some(ReportError::Twice(2))),
        (vec![paid(2, 10), paid(3, 21)], Some(sum(30))),
        (vec![paid(2, -10), paid(3, 40)], Some(sum(30))),
        (vec![paid(2, i64::MAX), paid(3, i64::MAX)], Some(sum(30))),
    ];
    for (outcomes, expected) in rows {
        assert_eq!(report(&[10, 20], outcomes).err(), expected);
    }
}

#[test]
fn excel_in_russia_opens_it_and_runs_nothing() {
    let text = String::from_utf8(sample().to_csv(CsvDialect::default())).unwrap();
    assert_eq!(
        text,
        "\u{feff}line;key;recipient;amount;end;reason;bank id;attempts\r\n\
         2;key-2;123;1500,50;paid;;15731787;1\r\n\
         3;key-3;123;0,01;already-paid;;;1\r\n\
         5;key-5;123;2,00;refused;\"лимит; \"\"сутки\"\"\";;1\r\n\
         6;key-6;123;3,00;needs-person;\"'=HYPERLINK(\"\"http://127.0.0.1\"\")\";;1\r\n\
         7;'-key;123;4,00;not-yet;no-funds;;1\r\n"
    );
    let plain = String::from_utf8(sample().to_csv(CsvDialect::PLAIN)).unwrap();
    assert!(plain.starts_with("line,key,"));
    assert!(plain.contains("\n2,key-2,123,1500.50,paid,,15731787,1\r\n"));
    for start in ["=", "+", "-", "@", "\t", "\r", " =", "＝"] {
        let mut outcome = outcome(2, 1, LineEnd::Refused(format!("{start}1")));
        outcome.bank_id = Some(format!("{start}1"));
        let text = report(&[1], vec![outcome])
            .unwrap()
            .to_csv(CsvDialect::PLAIN);
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.matches(&format!("'{start}1")).count(), 2, "{text:?}");
    }
}

#[test]
fn the_totals_stand_in_a_file_of_their_own_with_who_did_it() {
    let text = String::from_utf8(sample().totals_csv(CsvDialect::EXCEL)).unwrap();
    assert!(
        text.starts_with("\u{feff}end;lines;amount\r\npaid;1;1500,50\r\n"),
        "{text}"
    );
    assert!(text.contains("total;5;1509,51\r\nrun;"), "{text}");
    assert!(
        text.contains("file SHA-256;") && text.contains("planned by;"),
        "{text}"
    );
}

#[test]
fn totals_are_told() {
    let shown = sample().to_string();
    let words: Vec<Vec<&str>> = shown
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(words[1], ["paid", "1", "1500.50"]);
    assert_eq!(words[2], ["already-paid", "1", "0.01"]);
    assert_eq!(words[6], ["total", "5", "1509.51"]);
    assert!(!sample().is_complete());
    assert!(
        report(&[1], vec![outcome(2, 1, LineEnd::Paid)])
            .unwrap()
            .is_complete()
    );
    let hidden = format!("{:?} {:?} {shown}", sample(), sample().lines());
    assert!(!hidden.contains("лимит"), "{hidden}");
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_holds_sums_as_numbers() {
    let bytes = sample().to_xlsx().unwrap();
    assert_eq!(bytes, sample().to_xlsx().unwrap());
    let text = |table: &Table, row: usize, column: usize| match &table.rows()[row].cells()[column] {
        Cell::Text(text) => text.clone(),
        Cell::Unusable(why) => (*why).to_owned(),
    };
    let lines = Table::read(&bytes, &TableOptions::new()).unwrap();
    assert_eq!(
        (text(&lines, 0, 3), text(&lines, 0, 6)),
        ("1500.5".to_owned(), "15731787".to_owned())
    );
    assert_eq!(text(&lines, 3, 5), "=HYPERLINK(\"http://127.0.0.1\")");
    let totals = Table::read(&bytes, &TableOptions::new().sheet("totals")).unwrap();
    assert_eq!(
        (text(&totals, 5, 1), text(&totals, 5, 2)),
        ("5".to_owned(), "1509.51".to_owned())
    );
    assert_eq!(text(&totals, 8, 1), "2026-05-15T12:00:00+03:00");

    let huge = vec![outcome(2, i64::MAX, LineEnd::Paid)];
    let bytes = report(&[i64::MAX], huge).unwrap().to_xlsx().unwrap();
    let lines = Table::read(&bytes, &TableOptions::new()).unwrap();
    assert_eq!(text(&lines, 0, 3), "92233720368547758.07");
}

fn ends() -> impl Strategy<Value = LineEnd> {
    prop_oneof![
        Just(LineEnd::Paid),
        Just(LineEnd::AlreadyPaid),
        ".{0,12}".prop_map(LineEnd::Refused),
        ".{0,12}".prop_map(LineEnd::NeedsPerson),
        ".{0,12}".prop_map(LineEnd::NotYet),
    ]
}

proptest! {
    #[test]
    fn parts_come_to_the_whole_and_csv_is_read_back(
        lines in prop::collection::vec((1..=1_000_000_000_000_i64, ends()), 1..30),
        dialect in prop::sample::select(vec![CsvDialect::EXCEL, CsvDialect::PLAIN]),
    ) {
        let amounts: Vec<i64> = lines.iter().map(|(kopecks, _)| *kopecks).collect();
        let outcomes = (2..).zip(lines).map(|(number, (kopecks, end))| outcome(number, kopecks, end));
        let report = report(&amounts, outcomes.collect()).unwrap();
        let parts = End::ALL.map(|end| report.tally(end));
        prop_assert_eq!(Kopecks::sum(parts.map(|part| part.sum)), Some(report.total().sum));
        prop_assert_eq!(parts.map(|part| part.count).iter().sum::<usize>(), report.total().count);

        let mut reader = csv::ReaderBuilder::new();
        let delimiter = if dialect == CsvDialect::EXCEL { b';' } else { b',' };
        let bytes = report.to_csv(dialect);
        let mut rows = reader.delimiter(delimiter).from_reader(&bytes[..]);
        let sums: Vec<Kopecks> = rows
            .records()
            .map(|row| Money::parse(&row.unwrap()[3].replace(',', ".")).unwrap())
            .map(|money| Kopecks::try_from(money).unwrap())
            .collect();
        prop_assert_eq!(Kopecks::sum(sums), Some(report.total().sum));
    }
}
