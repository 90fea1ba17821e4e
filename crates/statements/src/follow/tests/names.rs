//! Rows that say the same, and rows whose names change.

use time::Duration;

use super::run::{Run, run};
use super::*;

const HOUR: i64 = 3600;

/// A tracker that is told pages by hand.
struct Teller {
    tracker: Tracker,
    now: OffsetDateTime,
}

impl Teller {
    fn new() -> Self {
        Self {
            tracker: Tracker::new(cursor(), FollowOptions::new().saved_together()),
            now: at(10),
        }
    }

    /// An hour later, or at once if something is still asked: what comes of the next page, and whether it has a
    /// successor.
    fn page(&mut self, rows: &str, more: bool) -> (String, Vec<String>) {
        if matches!(self.tracker.step(self.now), Step::Wait(_)) {
            self.now += Duration::HOUR;
        }
        let Step::Ask(ask) = self.tracker.step(self.now) else {
            panic!("nothing is asked");
        };
        let next = if more { r#"{"rel":"next"}"# } else { "" };
        let page = format!(r#"{{"_links":[{next}],"transactions":[{rows}]}}"#);
        let told = Told::Increment(rubank_core::read::read(page.as_bytes()).unwrap());
        let events = self.tracker.hear(Heard {
            told,
            asked_at: self.now,
            bank_date: None,
        });
        let told = words(&events)
            .into_iter()
            .map(|word| short(&word))
            .collect();
        (super::run::asked(&ask), told)
    }
}

/// Without the hash: there is only one.
fn short(word: &str) -> String {
    match (word.find("content:"), word.find('#')) {
        (Some(begin), Some(end)) => format!("{}{}", &word[..begin], &word[end..]),
        _ => word.to_owned(),
    }
}

const ROW: &str = r#"{"number":"4"}"#;
const GONE: &str = r#"{"number":"4","outdatedDoc":true}"#;

fn pages(told: &mut Teller, pages: &[(&str, bool, &[&str])]) {
    for (number, (rows, more, expected)) in pages.iter().enumerate() {
        let rows = rows.replace('R', ROW).replace('G', GONE);
        let (asked, events) = told.page(&rows, *more);
        assert_eq!(events, *expected, "page {number}: {asked}");
    }
}

#[test]
fn equal_rows_of_two_pages_are_counted_over_the_whole_list() {
    // Two on a page are two; the third may be the second, pushed on. Two readings that agree are believed.
    let three = [
        ("R,R", true, &["+#1", "+#2"][..]),
        ("R", false, &[]),
        ("R,R", true, &[]),
        ("R", false, &["+#3", "save"]),
    ];
    pages(&mut Teller::new(), &three);
    // The second reading has one less: another one decides.
    let two = [
        ("R,R", true, &["+#1", "+#2"][..]),
        ("R", false, &[]),
        ("R,R", false, &["save"]),
    ];
    pages(&mut Teller::new(), &two);
    // No two readings agree: what all of them have. The day's closing knows better.
    let restless = [
        ("R", true, &["+#1"][..]),
        ("R", false, &[]),
        ("R", true, &[]),
        ("R", true, &[]),
        ("R", false, &[]),
        ("R", true, &[]),
        ("R", false, &[]),
        ("R", true, &[]),
        ("R", true, &[]),
        ("R", false, &["+#2", "save"]),
    ];
    pages(&mut Teller::new(), &restless);
}

#[test]
fn an_equal_row_of_a_later_window_is_counted_over_the_whole_day() {
    let mut told = Teller::new();
    pages(&mut told, &[("R", false, &["+#1", "save"])]);
    // It may be the same within the overlap, or another one: the day is read from its start.
    pages(&mut told, &[("R", false, &[])]);
    let (asked, events) = told.page(&[ROW, ROW].join(","), false);
    assert_eq!(asked, "increment statementDate=2025-09-01&page=1");
    assert_eq!(events, ["+#2", "save"]);
    pages(&mut told, &[("R", false, &[]), ("R,R", false, &["save"])]);
    // New words are new at once.
    let other = r#"{"number":"5"}"#;
    pages(&mut told, &[(other, false, &["+#1", "save"])]);
}

#[test]
fn one_of_equal_rows_is_removed_by_a_mark() {
    let mut told = Teller::new();
    pages(
        &mut told,
        &[("R,R,R", false, &["+#1", "+#2", "+#3", "save"])],
    );
    // How many are left only the whole day tells.
    let marked = [
        ("G", false, &[][..]),
        ("G,R,R", false, &["-#3 Marked", "save"]),
    ];
    pages(&mut told, &marked);
    // The mark comes again within the overlap.
    let again = [("G", false, &[][..]), ("R,G,R", false, &["save"])];
    pages(&mut told, &again);
    // One that was never given out is not removed.
    let other = r#"{"number":"5","outdatedDoc":true}"#;
    pages(&mut told, &[(other, false, &["save"])]);
}

#[test]
fn a_restart_counts_equal_rows_from_the_saved_ones() {
    let mut told = Teller::new();
    pages(&mut told, &[("R,R", false, &["+#1", "+#2", "save"])]);
    let saved = serde_json::to_string(told.tracker.cursor()).unwrap();
    let cursor = serde_json::from_str(&saved).unwrap();
    told.tracker = Tracker::new(cursor, FollowOptions::new());
    // Everything comes again, and what is marked may have been given out and forgotten.
    let pages_ = [
        ("R", false, &["~#1"][..]),
        ("R,G,R,R", false, &["~#2", "+#3", "-#4 Marked", "save"]),
    ];
    pages(&mut told, &pages_);
}

#[test]
fn a_row_that_gets_another_name_keeps_its_key() {
    let row = |names: &str| format!(r#"{{{names},"number":"4"}}"#);
    let (uuid, both) = (row(r#""uuid":"u""#), row(r#""operationId":"7","uuid":"u""#));
    let operation = row(r#""operationId":"7""#);
    let marked = both.replace("\"number\"", "\"outdatedDoc\":true,\"number\"");
    let (twin, other) = (
        row(r#""operationId":"8","uuid":"u""#),
        row(r#""operationId":"7","uuid":"v""#),
    );
    let rows: [(&[&str], &[&str]); 7] = [
        (
            &[&uuid, &both, &operation, &uuid],
            &["+uuid:u", "~uuid:u", "~uuid:u", "~uuid:u"],
        ),
        (&[&both, &uuid, &both], &["+7", "~7", "~7"]),
        (&[&uuid, &marked], &["+uuid:u", "-uuid:u Marked"]),
        // The `uuid` follows from the content and changes with it.
        (&[&both, &other, &operation], &["+7", "~7", "~7"]),
        // Two rows of one `uuid` are two, and the `uuid` names neither.
        (&[&both, &twin, &both, &uuid], &["+7", "+8", "", "+uuid:u"]),
        (&[&uuid, &both, &twin], &["+uuid:u", "~uuid:u", "+8"]),
        (&[&operation, &uuid], &["+7", "+uuid:u"]),
    ];
    for (rows, expected) in rows {
        let mut told = Teller::new();
        for (row, expected) in rows.iter().zip(expected) {
            let (_, events) = told.page(row, false);
            let expected: Vec<_> = [*expected, "save"]
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect();
            assert_eq!(events, expected, "{rows:?}");
            // Names survive a restart.
            let saved = serde_json::to_string(told.tracker.cursor()).unwrap();
            let cursor: Cursor = serde_json::from_str(&saved).unwrap();
            assert_eq!(&cursor, told.tracker.cursor());
            told.tracker = Tracker::new(cursor, FollowOptions::new().saved_together());
        }
    }
    // As it was and as it is in one list: two rows.
    let (_, events) = Teller::new().page(&format!("{uuid},{both}"), false);
    assert_eq!(events, ["+uuid:u", "+7", "save"]);
}

#[test]
fn equal_rows_are_neither_lost_nor_doubled_while_the_list_shifts() {
    let nameless = |seconds: i64| Entry {
        name: Name::None,
        arrives: seconds,
        modified: seconds,
        ..Entry::at(9 * HOUR, 1)
    };
    // While the pages are read one by one a row arrives, and pushes the others on.
    let mut run = Run::new(
        cursor(),
        FollowOptions::new().saved_together(),
        vec![
            nameless(HOUR),
            nameless(2 * HOUR),
            Entry::at(10 * HOUR + 1, 1),
        ],
        at(10),
    );
    run.bank.page_rows = 1;
    let mut given = 0;
    for page in 0..20 {
        let Step::Ask(ask) = run.tracker.step(at(10)) else {
            break;
        };
        let heard = run.bank.answer(&ask, at(10) + Duration::seconds(page * 2));
        for event in run.tracker.hear(heard) {
            if let Event::Added(row) = event {
                given += usize::from(!row.key.is_named());
            }
        }
    }
    assert_eq!(given, 2);
}

#[test]
fn equal_rows_are_proved_when_the_day_is_closed() {
    let twin = |id: i64| Entry {
        name: Name::None,
        arrives: 24 * HOUR + id,
        ..Entry::at(9 * HOUR, 1)
    };
    let mut run = run(vec![twin(0), twin(1), twin(2)], at(23));
    run.bank.page_rows = 2;
    run.until(at(24));
    let told = run.until(at(25));
    let told: Vec<_> = told.iter().map(|word| short(word)).collect();
    assert_eq!(
        told[..5],
        ["+#1", "+#2", "+#3", "closed 2025-09-01", "save"]
    );
    assert_eq!(run.bank.entries.len(), 3);
}
