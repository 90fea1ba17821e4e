use std::collections::BTreeMap;
use std::time::Duration;

use rubank_core::clock::{Clock, ManualClock};
use rubank_core::error::ErrorKind;
use rubank_core::http::Reply;

use super::*;
use crate::content::ContentHash;
use crate::key::TransactionKey;
use crate::tests::{Desk, block_on, client, scripted};

const ACCOUNT: &str = "40702810500006103990";

/// A follower over a bank, and the hand on its clock.
fn desk(entries: Vec<Entry>, now: OffsetDateTime) -> (Desk, ManualClock, crate::Client) {
    let clock = ManualClock::new(now);
    let desk = Desk::new(&clock, [(ACCOUNT, Bank::new(MIDNIGHT, entries))]);
    (desk.clone(), clock.clone(), client(desk, clock))
}

async fn all(follower: &mut Follower) -> Vec<String> {
    let mut told = Vec::new();
    while let Some(event) = follower.next().await {
        match event {
            Ok(event) => told.extend(words(&[event])),
            Err(error) => told.push(error.as_str().to_owned()),
        }
    }
    told
}

#[test]
fn a_day_is_followed_over_the_network() {
    let entries = vec![
        Entry::at(3600, 1),
        Entry::at(10 * 3600 + 60, 2).change(11 * 3600 + 60, 3),
    ];
    let (desk, clock, client) = desk(entries, at(10));
    let options = FollowOptions::new().until(at(25));
    let mut follower = Follower::start(&client, account(), OFFSET, options);
    let told: Vec<_> = block_on(clock.drive(all(&mut follower)))
        .into_iter()
        .filter(|word| word != "save")
        .collect();
    assert_eq!(told, ["+0", "+1", "~1", "closed 2025-09-01"]);
    let seen = desk.seen();
    assert_eq!(
        seen[0],
        "/v2/statement/increment?accountNumber=40702810500006103990&statementDate=2025-09-01&page=1"
    );
    assert_eq!(
        seen[1],
        "/v2/statement/increment?accountNumber=40702810500006103990&lastModifyDate=2025-09-01T09%3A58%3A00&page=1"
    );
    assert_eq!(follower.cursor().day(), DAY + time::Duration::days(1));
    assert!(!format!("{follower:?}").contains(ACCOUNT));
}

#[test]
fn an_error_is_told_once_and_nothing_is_lost() {
    let (desk, clock, client) = desk(vec![Entry::at(3600, 1)], at(10));
    let mut follower = Follower::start(
        &client,
        account(),
        OFFSET,
        FollowOptions::new().until(at(10)),
    );
    desk.fault(Reply::json(403, r#"{"cause":"ACTION_ACCESS_EXCEPTION"}"#));
    desk.fault(Reply::json(403, r#"{"cause":"ACTION_ACCESS_EXCEPTION"}"#));
    let told = block_on(clock.drive(all(&mut follower)));
    assert_eq!(told, ["forbidden", "forbidden", "+0", "save"]);
    // After the first error a second, after the next two.
    assert_eq!(clock.now(), at(10) + time::Duration::seconds(3));
}

#[test]
fn not_ready_is_waited_for_and_is_no_data() {
    let (desk, clock, client) = desk(vec![Entry::at(3600, 1)], at(10));
    desk.fault(Reply::json(202, r#"{"message":"-","checks":[]}"#));
    desk.fault(Reply::json(
        202,
        r#"{"cause":"STATEMENT_RESPONSE_PROCESSING"}"#,
    ));
    let mut follower = Follower::start(
        &client,
        account(),
        OFFSET,
        FollowOptions::new().until(at(10)),
    );
    assert_eq!(block_on(clock.drive(all(&mut follower))), ["+0", "save"]);
    assert_eq!(
        clock.now(),
        at(10) + time::Duration::seconds(3),
        "1 s and 2 s"
    );
    assert_eq!(
        follower.cursor().since,
        Some(at(10) - time::Duration::seconds(120)),
        "from before the waiting"
    );
}

#[test]
fn a_page_that_vanishes_again_and_again_is_an_error() {
    let page = || Reply::json(200, r#"{"_links":[{"rel":"next"}],"transactions":[]}"#);
    let gone = || Reply::json(400, r#"{"message":"no such page"}"#);
    let end = Reply::json(200, r#"{"transactions":[]}"#);
    let script = [page(), gone(), page(), gone(), page(), gone(), end];
    let (client, _, clock) = scripted(script, at(10));
    let mut follower = Follower::start(
        &client,
        account(),
        OFFSET,
        FollowOptions::new().until(at(10)),
    );
    assert_eq!(
        block_on(clock.drive(all(&mut follower))),
        ["bad_request", "save"]
    );
}

#[test]
fn a_page_that_vanishes_now_and_then_is_no_error() {
    let page = Reply::json(200, r#"{"_links":[{"rel":"next"}],"transactions":[]}"#);
    let gone = Reply::json(400, r#"{"message":"no such page"}"#);
    let end = Reply::json(200, r#"{"transactions":[]}"#);
    // Each of four windows is read at the second attempt.
    let script = vec![[page, gone, end]; 4].concat();
    let (client, _, clock) = scripted(script, at(10));
    let options = FollowOptions::new().until(at(13));
    let mut follower = Follower::start(&client, account(), OFFSET, options);
    assert_eq!(block_on(clock.drive(all(&mut follower))), ["save"; 4]);
}

#[test]
fn a_wrong_address_is_not_an_empty_statement() {
    let rows = [
        (
            Reply::json(404, r#"{"cause":"DATA_NOT_FOUND"}"#),
            vec!["save"],
        ),
        (
            Reply::json(404, r#"{"cause":"DATA_NOT_FOUND_EXCEPTION"}"#),
            vec!["save"],
        ),
        (
            Reply::json(404, r#"{"message":"no such address"}"#),
            vec!["not_found", "save"],
        ),
        (Reply::html(404), vec!["not_found", "save"]),
    ];
    for (reply, expected) in rows {
        let (client, _, clock) =
            scripted([reply, Reply::json(200, r#"{"transactions":[]}"#)], at(10));
        let mut follower = Follower::start(
            &client,
            account(),
            OFFSET,
            FollowOptions::new().until(at(10)),
        );
        assert_eq!(block_on(clock.drive(all(&mut follower))), expected);
    }
}

#[test]
fn a_refusal_because_the_day_turned_is_no_error() {
    // The request leaves a second before midnight and is answered after it, when the bank's day is another.
    let late = at(24) - time::Duration::seconds(1);
    let busy = Reply::empty(429).with_header("retry-after", "5");
    let refused = Reply::json(400, r#"{"cause":"WORKFLOW_FAULT"}"#);
    let (client, bank, clock) = scripted([busy, refused], late);
    let mut follower = Follower::start(&client, account(), OFFSET, FollowOptions::new());
    let error = block_on(clock.drive(async { follower.next().await.unwrap().unwrap_err() }));
    // The script is over when the day is closed: that is the error, not the refusal.
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::Connect, "statements.list-transactions")
    );
    assert_eq!(bank.sends(), 2);
}

#[test]
fn dropping_the_future_loses_nothing() {
    let (_, clock, client) = desk(vec![Entry::at(3600, 1)], at(10));
    let mut follower = Follower::start(
        &client,
        account(),
        OFFSET,
        FollowOptions::new().until(at(11)),
    );
    let told = block_on(async {
        let mut told = Vec::new();
        loop {
            // Time is short each time: whatever it waits for is abandoned, and waited for again.
            let next = clock.drive(follower.next());
            let impatient = clock.sleep(Duration::from_secs(600));
            tokio::select! {
                event = next => match event {
                    Some(event) => told.extend(words(&[event.unwrap()])),
                    None => return told,
                },
                () = impatient => {}
            }
        }
    });
    assert_eq!(told, ["+0", "save", "save"]);
}

/// Takes up to so many events, saves each and then the follower's cursor; and tells whether it came to the end.
async fn take(
    follower: &mut Follower,
    most: usize,
    rows: &mut BTreeMap<(time::Date, TransactionKey), ContentHash>,
    saved: &mut String,
) -> bool {
    for _ in 0..most {
        match follower.next().await {
            None => return true,
            Some(event) => match event.unwrap() {
                Event::Added(row) | Event::Changed(row) => {
                    rows.insert((row.day, row.key), row.hash);
                }
                Event::Removed(removed) => drop(rows.remove(&(removed.day, removed.key))),
                Event::DayClosed(proof) => {
                    rows.retain(|(day, key), _| *day != proof.day() || proof.holds(key));
                }
                Event::Save(_) => {}
                other => panic!("{other:?}"),
            },
        }
        *saved = serde_json::to_string(follower.cursor()).unwrap();
    }
    false
}

#[test]
fn the_cursor_is_good_after_every_single_event() {
    let hour = 3600;
    let entries = || {
        vec![
            Entry::at(hour, 1).change(11 * hour, 2),
            Entry::at(2 * hour, 1).remove(12 * hour, true),
            Entry::at(3 * hour, 3),
            Entry::at(13 * hour, 4).remove(23 * hour, false),
            Entry::at(14 * hour, 5).remove(23 * hour, false),
            Entry::at(15 * hour, 5),
            Entry::at(25 * hour, 6),
        ]
    };
    let follow = |most: usize, options: &FollowOptions| {
        let clock = ManualClock::new(at(10));
        let bank = Bank {
            page_rows: 2,
            ..Bank::new(MIDNIGHT, entries())
        };
        let client = client(Desk::new(&clock, [(ACCOUNT, bank)]), clock.clone());
        let mut rows = BTreeMap::new();
        let mut saved = serde_json::to_string(&cursor()).unwrap();
        let mut lives = 0;
        block_on(clock.drive(async {
            loop {
                lives += 1;
                let cursor = serde_json::from_str(&saved).unwrap();
                let mut follower = Follower::resume(&client, cursor, options.clone());
                // The first life ends early, and the second one goes to the end.
                let most = if lives == 1 { most } else { usize::MAX };
                if take(&mut follower, most, &mut rows, &mut saved).await {
                    return (rows, lives);
                }
            }
        }))
    };
    let options = FollowOptions::new().until(at(26));
    let (expected, _) = follow(usize::MAX, &options);
    assert_eq!(expected.len(), 4, "{expected:?}");
    for options in [options.clone(), options.saved_together()] {
        for most in 0..30 {
            let (rows, lives) = follow(most, &options);
            assert_eq!(rows, expected, "killed after {most} events, {options:?}");
            assert!(lives == 2 || most > 20, "{most}");
        }
    }
}

#[test]
fn the_next_window_begins_at_the_banks_date_if_that_is_earlier() {
    let rows = [(-240, "09%3A54%3A00"), (240, "09%3A58%3A00")];
    for (seconds, since) in rows {
        let date = at(10) + time::Duration::seconds(seconds);
        let date = date.format(&time::format_description::well_known::Rfc2822);
        let reply = || Reply::json(200, r#"{"transactions":[]}"#);
        let first = reply().with_header("date", date.unwrap());
        let (client, bank, clock) = scripted([first, reply()], at(10));
        let options = FollowOptions::new().until(at(11));
        let mut follower = Follower::start(&client, account(), OFFSET, options);
        let told = block_on(clock.drive(all(&mut follower)));
        assert_eq!(told, ["save", "save"]);
        let second = bank.seen()[1].uri.to_string();
        let expected = format!("lastModifyDate=2025-09-01T{since}&");
        assert!(second.contains(&expected), "{second}");
    }
}

#[test]
fn a_list_that_goes_round_in_circles_is_told_and_begun_anew_a_minute_later() {
    let page = || {
        let rows = r#"{"_links":[{"rel":"next"}],"transactions":[{"operationId":"1"}]}"#;
        Reply::json(200, rows)
    };
    let end = Reply::json(200, r#"{"transactions":[{"operationId":"1"}]}"#);
    let script = vec![page(); 202].into_iter().chain([end]);
    let (client, bank, clock) = scripted(script, at(10));
    let options = FollowOptions::new().until(at(10));
    let mut follower = Follower::start(&client, account(), OFFSET, options);
    let told = block_on(clock.drive(all(&mut follower)));
    assert_eq!(told, ["+1", "paging", "paging", "save"]);
    assert_eq!(bank.sends(), 203, "a hundred pages without news, twice");
    assert!(clock.now() >= at(10) + time::Duration::minutes(2));
}

#[test]
fn a_known_row_that_the_days_list_marks_is_removed_for_its_mark() {
    let row = r#"{"operationId":"1","operationDate":"2025-09-01T01:00:00"}"#;
    let marked = r#"{"operationId":"1","operationDate":"2025-09-01T01:00:00","outdatedDoc":true}"#;
    let list = |row: &str| Reply::json(200, format!(r#"{{"transactions":[{row}]}}"#));
    let amount = r#"{"amount":0,"currencyName":"RUR"}"#;
    let summary = format!(
        r#"{{"openingBalance":{amount},"closingBalance":{amount},"debitTurnover":{amount},"creditTurnover":{amount},"debitTransactionsNumber":0,"creditTransactionsNumber":0}}"#
    );
    for (in_the_list, why) in [(marked, "Marked"), ("", "Absent")] {
        let closing = [list(in_the_list), Reply::json(200, summary.clone())];
        let (client, _, clock) = scripted([list(row)].into_iter().chain(closing), at(23));
        let mut follower = Follower::start(&client, account(), OFFSET, FollowOptions::new());
        let told = block_on(clock.drive(async {
            let mut told = Vec::new();
            while told.len() < 5 {
                told.extend(words(&[follower.next().await.unwrap().unwrap()]));
            }
            told
        }));
        let removed = format!("-1 {why}");
        assert_eq!(told, ["+1", "save", &removed, "closed 2025-09-01", "save"]);
    }
}
