//! Closed days that are looked at again.

use time::Duration;

use super::run::Run;
use super::*;

const HOUR: i64 = 3600;
/// From midnight to when its day is closed, twice read and once more.
const MINUTES: Duration = Duration::minutes(3);

fn run_with(options: FollowOptions, entries: Vec<Entry>) -> Run {
    let every = std::time::Duration::from_secs(6 * 60 * 60);
    Run::new(cursor(), options.every(every), entries, at(12))
}

/// What is told after a moment, without cursors.
fn told(run: &mut Run, until: OffsetDateTime) -> Vec<String> {
    let told = run.until(until);
    told.into_iter().filter(|word| word != "save").collect()
}

/// A row of the first day that the bank shows later.
fn late(arrives: i64) -> Entry {
    Entry {
        arrives,
        modified: arrives,
        ..Entry::at(10 * HOUR, 5)
    }
}

#[test]
fn what_is_booked_late_is_told_when_a_later_day_is_closed() {
    let entries = vec![
        Entry::at(HOUR, 1),
        late(30 * HOUR),
        late(60 * HOUR)
            .change(80 * HOUR, 6)
            .remove(90 * HOUR, false),
        // Three days later nobody looks any more.
        late(97 * HOUR),
    ];
    let mut run = run_with(FollowOptions::new(), entries);
    assert_eq!(
        told(&mut run, at(24) + MINUTES),
        ["+0", "closed 2025-09-01"]
    );
    assert_eq!(told(&mut run, at(48)), [""; 0]);
    // First the day before, so that the opening balance is right.
    assert_eq!(
        told(&mut run, at(48) + MINUTES),
        ["+1", "closed again 2025-09-01", "closed 2025-09-02"]
    );
    assert_eq!(
        told(&mut run, at(72) + MINUTES),
        ["+2", "closed again 2025-09-01", "closed 2025-09-03"]
    );
    assert_eq!(
        told(&mut run, at(96) + MINUTES),
        ["-2 Absent", "closed again 2025-09-01", "closed 2025-09-04"]
    );
    assert_eq!(run.tracker.cursor().remembered_rows(), 0);
    assert_eq!(told(&mut run, at(120)), [""; 0]);
}

#[test]
fn an_opening_balance_that_differs_brings_the_late_row_at_once() {
    // It comes between the look at its day and the summary of the next one: only the opening balance can tell.
    let mut run = run_with(FollowOptions::new(), vec![late(48 * HOUR + 122)]);
    told(&mut run, at(48) + Duration::seconds(119));
    let mut told = Vec::new();
    for seconds in 120.. {
        match run.tracker.step(at(48) + Duration::seconds(seconds)) {
            Step::Ask(ask) => {
                let heard = run.bank.answer(&ask, at(48) + Duration::seconds(seconds));
                told.extend(words(&run.tracker.hear(heard)));
            }
            _ if seconds < 200 => {}
            _ => break,
        }
    }
    told.retain(|word| word != "save");
    assert_eq!(
        told,
        [
            "failed 2025-09-02",
            "+0",
            "closed again 2025-09-01",
            "closed again 2025-09-02",
        ]
    );
}

#[test]
fn a_day_that_is_not_proved_is_read_again() {
    let mut run = run_with(FollowOptions::new(), vec![Entry::at(HOUR, 1)]);
    run.bank.lie = (5, 30 * HOUR);
    assert_eq!(
        told(&mut run, at(24) + MINUTES),
        ["+0", "failed 2025-09-01"]
    );
    run.asked.clear();
    // Twice more it is wrong, and nothing new is told.
    assert_eq!(told(&mut run, at(28) + MINUTES), [""; 0]);
    let lists = run.asked.iter().filter(|asked| asked.starts_with("day"));
    assert_eq!(lists.count(), 4, "two looks of two readings each");
    assert_eq!(
        told(&mut run, at(32) + MINUTES),
        ["closed again 2025-09-01"]
    );
    run.asked.clear();
    assert_eq!(told(&mut run, at(48)), [""; 0]);
    assert!(run.asked.iter().all(|asked| asked.starts_with("increment")));
}

#[test]
fn looks_at_a_day_that_is_never_proved_end_and_that_is_told() {
    let mut run = run_with(
        FollowOptions::new().revisit_days(0),
        vec![Entry::at(HOUR, 1)],
    );
    run.bank.lie = (5, i64::MAX);
    // The other days are good.
    let mut proofs = Vec::new();
    while run.now < at(24 * 8) {
        match run.tracker.step(run.now) {
            Step::Wait(until) => run.now = until,
            Step::Done => break,
            Step::Ask(ask) => {
                let is_other = !super::run::asked(&ask).contains("2025-09-01");
                let bank = Bank {
                    lie: if is_other { (0, 0) } else { run.bank.lie },
                    ..run.bank.clone()
                };
                let heard = bank.answer(&ask, run.now);
                let events = run.tracker.hear(heard);
                proofs.extend(events.into_iter().filter_map(|event| match event {
                    Event::ProofFailed(proof) => Some(proof),
                    _ => None,
                }));
            }
        }
    }
    assert_eq!(proofs.len(), 2, "the first and the last");
    let first = proofs[0].looks_again_at().unwrap();
    assert!(first > at(25) && first < at(25) + MINUTES, "{first}");
    assert_eq!((proofs[1].day(), proofs[1].looks_again_at()), (DAY, None));
    assert!(proofs[1].is_later_look());
    assert_eq!(run.tracker.cursor().past.0, []);
}

#[test]
fn many_missed_days_are_not_read_twice() {
    let entries = (0..6)
        .map(|day| Entry::at(day * 24 * HOUR + HOUR, 1))
        .collect();
    let mut run = Run::new(cursor(), FollowOptions::new(), entries, at(24 * 6));
    run.until(at(24 * 6) + MINUTES);
    let lists = run.asked.iter().filter(|asked| asked.starts_with("day"));
    assert_eq!(lists.count(), 6);
    assert_eq!(run.tracker.cursor().remembered_rows(), 3);
}

#[test]
fn a_look_that_cannot_be_had_keeps_nothing_waiting() {
    let mut run = run_with(FollowOptions::new(), vec![late(30 * HOUR), late(31 * HOUR)]);
    run.bank.page_rows = 1;
    told(&mut run, at(48));
    let now = at(48) + Duration::minutes(2);
    let Step::Ask(first) = run.tracker.step(now) else {
        panic!("nothing is asked");
    };
    assert!(super::run::asked(&first).contains("2025-09-01"));
    // The first row comes, the second page does not. What the cursor says is saved before the row.
    assert_eq!(
        words(&run.tracker.hear(run.bank.answer(&first, now))),
        ["save", "+1"]
    );
    run.tracker.put_off(now);
    // The day is closed all the same, and the balance gives away what is missing: the look is made up for.
    assert_eq!(
        told(&mut run, now + MINUTES),
        [
            "failed 2025-09-02",
            "~1",
            "+0",
            "closed again 2025-09-01",
            "closed again 2025-09-02",
        ]
    );
    // Nothing else is ever put off.
    let step = run.tracker.step(at(60));
    run.tracker.put_off(at(60));
    assert_eq!(run.tracker.step(at(60)), step);
}

#[test]
fn a_crash_in_a_look_gives_the_day_again() {
    let entries = vec![Entry::at(HOUR, 1), late(30 * HOUR)];
    let mut first = run_with(FollowOptions::new(), entries.clone());
    told(&mut first, at(48));
    let now = at(48) + Duration::minutes(2);
    let Step::Ask(ask) = first.tracker.step(now) else {
        panic!("nothing is asked");
    };
    let events = first.tracker.hear(first.bank.answer(&ask, now));
    assert_eq!(words(&events), ["save", "+1"]);
    let Event::Save(cursor) = &events[0] else {
        panic!("another event");
    };
    let text = serde_json::to_string(cursor).unwrap();
    let cursor: Cursor = serde_json::from_str(&text).unwrap();
    assert_eq!(&serde_json::to_string(&cursor).unwrap(), &text);
    let mut second = Run::new(cursor, FollowOptions::new(), entries, now);
    second.bank.listing = Listing::OldestFirst;
    assert_eq!(
        told(&mut second, now + MINUTES)[..3],
        ["~0", "+1", "closed again 2025-09-01"]
    );
}
