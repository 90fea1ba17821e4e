use time::Duration;

use super::run::{Run, asked, run};
use super::*;

const HOUR: i64 = 3600;

#[test]
fn the_pages_recipe_is_followed_hour_by_hour() {
    let mut run = Run::new(
        cursor(),
        FollowOptions::new().until(at(19)),
        vec![Entry::at(9 * HOUR, 1), Entry::at(10 * HOUR + 60, 2)],
        at(10),
    );
    let told = run.until(at(30));
    assert_eq!(told[..4], ["+0", "save", "+1", "save"]);
    assert_eq!(told.len(), 12, "ten windows and two rows");
    assert_eq!(run.asked[0], "increment statementDate=2025-09-01&page=1");
    assert_eq!(
        run.asked[1],
        "increment lastModifyDate=2025-09-01T09:58:00&page=1"
    );
    assert_eq!(
        run.asked[9],
        "increment lastModifyDate=2025-09-01T17:58:00&page=1"
    );
    assert_eq!(run.asked.len(), 10, "19:00 inclusive");
    assert_eq!(run.tracker.step(at(20)), Step::Done);
}

#[test]
fn rows_are_added_changed_and_removed_once() {
    let mut run = run(
        vec![
            Entry::at(HOUR, 1).change(10 * HOUR + 3000, 2),
            Entry::at(HOUR, 1).remove(10 * HOUR + 3590, true),
            Entry::at(HOUR, 1).remove(10 * HOUR + 10, false),
            // It came and went between two windows.
            Entry::at(10 * HOUR + 1, 1).remove(10 * HOUR + 2, true),
        ],
        at(10),
    );
    assert_eq!(run.until(at(10)), ["+2", "+1", "+0", "save"]);
    assert_eq!(run.until(at(11)), ["~0", "-1 Marked", "save"]);
    // The removal is told again within the overlap, and is known.
    assert_eq!(run.until(at(12)), ["save"]);
    let told = run.until(at(25));
    assert_eq!(
        told.iter()
            .filter(|word| *word != "save")
            .collect::<Vec<_>>(),
        ["-2 Absent", "closed 2025-09-01"]
    );
}

#[test]
fn midnight_closes_the_day_and_opens_the_next() {
    let mut run = run(
        vec![Entry::at(23 * HOUR + 3599, 7), Entry::at(24 * HOUR + 60, 8)],
        at(23),
    );
    assert_eq!(run.until(at(24)), ["save"]);
    run.asked.clear();
    assert_eq!(run.until(at(24) + Duration::seconds(119)), [""; 0]);
    assert_eq!(
        run.until(at(24) + Duration::seconds(120)),
        ["+0", "closed 2025-09-01", "save", "+1", "save"]
    );
    assert_eq!(
        run.asked,
        [
            "day statementDate=2025-09-01&page=1",
            "summary statementDate=2025-09-01",
            "increment statementDate=2025-09-02&page=1",
        ]
    );
    assert_eq!(run.tracker.cursor().day(), DAY + Duration::days(1));
    // Two minutes after midnight minus the overlap is midnight; the next window asks from there.
    run.asked.clear();
    run.until(at(26));
    assert_eq!(
        run.asked,
        ["increment lastModifyDate=2025-09-02T00:00:00&page=1"]
    );
}

#[test]
fn days_that_were_missed_are_closed_one_by_one() {
    let entries = vec![
        Entry::at(HOUR, 1),
        Entry::at(49 * HOUR, 2),
        Entry::at(73 * HOUR, 3),
    ];
    let mut run = run(entries, at(75));
    assert_eq!(
        run.until(at(75)),
        [
            "+0",
            "closed 2025-09-01",
            "save",
            "closed 2025-09-02",
            "save",
            "+1",
            "closed 2025-09-03",
            "save",
            "+2",
            "save",
        ]
    );
}

#[test]
fn a_future_day_is_waited_for() {
    let mut run = run(vec![], at(-5));
    assert_eq!(run.tracker.step(at(-5)), Step::Wait(MIDNIGHT));
    assert_eq!(run.until(at(0)), ["save"]);
}

#[test]
fn the_next_window_begins_at_the_earlier_clock_minus_the_overlap() {
    let none = None;
    let rows = [
        (none, "2025-09-01T09:58:00"),
        (Some(at(10) + Duration::minutes(4)), "2025-09-01T09:58:00"),
        (Some(at(10) - Duration::minutes(4)), "2025-09-01T09:54:00"),
        // Fractions are cut off: that asks for more, never for less.
        (
            Some(at(10) - Duration::milliseconds(1)),
            "2025-09-01T09:57:59",
        ),
    ];
    for (bank_date, expected) in rows {
        let mut tracker = Tracker::new(cursor(), FollowOptions::new());
        let Step::Ask(ask) = tracker.step(at(10)) else {
            panic!("nothing is asked");
        };
        let heard = Bank::new(MIDNIGHT, vec![]).answer(&ask, at(10));
        tracker.hear(Heard { bank_date, ..heard });
        let Step::Ask(ask) = tracker.step(at(11)) else {
            panic!("nothing is asked");
        };
        assert_eq!(
            asked(&ask),
            format!("increment lastModifyDate={expected}&page=1")
        );
    }
}

#[test]
fn the_day_turns_when_both_clocks_say_so() {
    let minute = Duration::MINUTE;
    // The bank's clock against ours, and when by ours increments stop and the day is closed.
    let rows = [
        (Duration::ZERO, at(24), at(24) + minute * 2),
        (minute * 10, at(24) - minute * 10, at(24) + minute * 2),
        (minute * -10, at(24), at(24) + minute * 12),
        // Nonsense is not believed.
        (Duration::days(-9999), at(24), at(24) + minute * 2),
    ];
    for (skew, stops, closes) in rows {
        let mut tracker = Tracker::new(
            cursor(),
            FollowOptions::new().every(std::time::Duration::from_secs(1)),
        );
        let Step::Ask(ask) = tracker.step(at(12)) else {
            panic!("nothing is asked");
        };
        let heard = Bank::new(MIDNIGHT, vec![]).answer(&ask, at(12));
        tracker.hear(Heard {
            bank_date: Some(at(12) + skew),
            ..heard
        });
        let kind = |step: Step| match step {
            Step::Ask(ask) => asked(&ask).split(' ').next().unwrap_or_default().to_owned(),
            Step::Wait(until) => format!("wait {}", until.to_offset(OFFSET)),
            Step::Done => "done".to_owned(),
        };
        let second = Duration::SECOND;
        assert_eq!(kind(tracker.step(stops - second)), "increment", "{skew}");
        assert_eq!(
            kind(tracker.step(stops)),
            format!("wait {}", closes),
            "{skew}"
        );
        assert_eq!(kind(tracker.step(closes)), "day", "{skew}");
    }
}

#[test]
fn the_newer_version_of_a_marked_row_wins_in_any_order() {
    let page = |rows: &[(&str, bool)]| {
        let rows: Vec<_> = rows
            .iter()
            .map(|(amount, outdated)| {
                format!(r#"{{"operationId":"7","number":"{amount}","outdatedDoc":{outdated}}}"#)
            })
            .collect();
        format!(r#"{{"transactions":[{}]}}"#, rows.join(","))
    };
    let tell = |tracker: &mut Tracker, now, rows: &[(&str, bool)]| {
        let _asked = tracker.step(now);
        let page = rubank_core::read::read(page(rows).as_bytes()).unwrap();
        words(&tracker.hear(Heard {
            told: Told::Increment(page),
            asked_at: now,
            bank_date: None,
        }))
    };
    for rows in [[("1", true), ("2", false)], [("2", false), ("1", true)]] {
        let mut tracker = Tracker::new(cursor(), FollowOptions::new());
        assert_eq!(tell(&mut tracker, at(10), &[("1", false)]), ["+7", "save"]);
        assert_eq!(tell(&mut tracker, at(11), &rows), ["~7", "save"]);
        assert_eq!(
            tell(&mut tracker, at(12), &[("2", true)]),
            ["-7 Removed".replace("Removed", "Marked"), "save".into()]
        );
    }
    // Switched off, the mark says nothing.
    let mut tracker = Tracker::new(cursor(), FollowOptions::new().outdated_is_removed(false));
    assert_eq!(tell(&mut tracker, at(10), &[("1", false)]), ["+7", "save"]);
    assert_eq!(tell(&mut tracker, at(11), &[("1", true)]), ["save"]);
    assert_eq!(tell(&mut tracker, at(12), &[("2", true)]), ["~7", "save"]);
}

#[test]
fn a_restart_gives_the_first_window_again_unless_saved_together() {
    let entries = vec![
        Entry::at(HOUR, 1),
        Entry::at(10 * HOUR - 60, 1),
        // Given out and gone while nobody looked: the cursor does not know it.
        Entry::at(10 * HOUR + 10, 1).remove(11 * HOUR, true),
    ];
    let mut first = run(entries.clone(), at(10));
    first.until(at(10));
    let saved = serde_json::to_string(first.tracker.cursor()).unwrap();
    let rows: [(FollowOptions, &[&str]); 2] = [
        (FollowOptions::new(), &["~1", "-2 Marked", "save"]),
        (FollowOptions::new().saved_together(), &["save"]),
    ];
    for (options, expected) in rows {
        let cursor = serde_json::from_str(&saved).unwrap();
        let mut second = Run::new(cursor, options, entries.clone(), at(12));
        assert_eq!(second.until(at(12)), expected);
        // Only the first one.
        assert_eq!(second.until(at(13)), ["save"]);
    }
}

#[test]
fn a_list_that_gets_shorter_is_read_again() {
    let mut run = run(
        vec![
            Entry::at(HOUR, 1),
            Entry::at(HOUR, 1).remove(10 * HOUR + 1, false),
        ],
        at(10),
    );
    run.bank.page_rows = 1;
    let Step::Ask(first) = run.tracker.step(at(10)) else {
        panic!("nothing is asked");
    };
    let told = run.tracker.hear(run.bank.answer(&first, at(10)));
    assert_eq!(words(&told), ["+1"]);
    run.now = at(10) + Duration::seconds(5);
    assert_eq!(run.until(run.now), ["+0", "save"]);
    assert_eq!(
        run.asked,
        [
            "increment statementDate=2025-09-01&page=2",
            "increment statementDate=2025-09-01&page=1",
        ]
    );
}

#[test]
fn no_data_is_an_empty_window() {
    let mut tracker = Tracker::new(cursor(), FollowOptions::new());
    let _asked = tracker.step(at(10));
    let nothing = Heard {
        told: Told::Nothing,
        asked_at: at(10),
        bank_date: None,
    };
    assert_eq!(words(&tracker.hear(nothing)), ["save"]);
}

#[test]
fn answers_to_other_questions_are_dropped() {
    let mut tracker = Tracker::new(cursor(), FollowOptions::new());
    let summary = || Heard {
        told: Told::Summary(rubank_core::read::read(b"{}").unwrap()),
        asked_at: at(10),
        bank_date: None,
    };
    assert!(tracker.hear(summary()).is_empty());
    let first = tracker.step(at(10));
    assert!(tracker.hear(summary()).is_empty());
    assert_eq!(tracker.step(at(10)), first);
}

#[test]
fn the_cursor_survives_any_format_and_hides_what_it_holds() {
    let mut run = run(
        vec![
            Entry::at(HOUR, 1),
            Entry {
                name: Name::Uuid,
                ..Entry::at(HOUR, 1)
            },
            Entry {
                name: Name::None,
                ..Entry::at(HOUR, 1)
            },
        ],
        at(10),
    );
    run.until(at(10));
    let cursor = run.tracker.cursor().clone();
    let text = serde_json::to_string(&cursor).unwrap();
    assert_eq!(serde_json::from_str::<Cursor>(&text).unwrap(), cursor);
    assert!(
        text.contains(r#""since":"2025-09-01T09:58:00+03:00""#),
        "{text}"
    );
    let printed = format!("{cursor:?} {:?}", run.tracker.cursor());
    assert!(
        !printed.contains("4070") && printed.contains("known_rows: 3"),
        "{printed}"
    );
    for (from, to, field) in [
        ("2025-09-01\"", "canary\"", "day"),
        ("operation:0", "canary", "rows"),
        ("10800", "999999", "utc_offset_seconds"),
        ("09:58:00+03:00", "canary", "since"),
    ] {
        let broken = text.replace(from, to);
        assert_ne!(broken, text);
        let error = serde_json::from_str::<Cursor>(&broken)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(field) && !error.contains("canary"),
            "{error}"
        );
    }
}

#[test]
fn a_cursor_may_come_from_another_tracker() {
    let entries = vec![
        Entry::at(HOUR, 1),
        Entry::at(10 * HOUR + 1800, 1).remove(23 * HOUR, false),
    ];
    let mut first = run(entries.clone(), at(10));
    first.until(at(11));
    // Its passes are not those of the new one.
    let cursor = first.tracker.cursor().clone();
    let mut second = Run::new(cursor, FollowOptions::new(), entries, at(23));
    second.bank.listing = Listing::OldestFirst;
    let told = second.until(at(25));
    assert_eq!(
        told[1..4],
        ["~0", "-1 Absent", "closed 2025-09-01"],
        "{told:?}"
    );
}
