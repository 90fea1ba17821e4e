//! The lines of the example `follow`: a failed proof tells what stands, as a good one does, if the list is sure.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../examples/support/lines.rs"]
mod lines;

use rubank_core::auth::Bearer;
use rubank_core::clock::ManualClock;
use rubank_core::http::{Reply, ScriptedService};
use statements::time::UtcOffset;
use statements::time::macros::{date, datetime};
use statements::{Account, Client, Cursor, FollowOptions, Follower, Secret};

/// The lines of a day that is closed with these lists, one for each reading, and a summary that says nothing.
fn lines_of(lists: &[&str]) -> Vec<String> {
    let replies = lists.iter().flat_map(|rows| {
        let list = format!(r#"{{"transactions":[{rows}]}}"#);
        [Reply::json(200, list), Reply::json(200, "{}")]
    });
    let clock = ManualClock::new(datetime!(2025-09-02 12:00 UTC));
    let local = "http://127.0.0.1:1";
    let client = Client::builder(statements::environment("test", local, local, local))
        .credentials(Bearer::new(Secret::from("not-a-real-token")))
        .transport(ScriptedService::new(replies))
        .clock(clock.clone())
        .build()
        .unwrap();
    let account = Account::received("40702810500006103990");
    let cursor = Cursor::new(account, date!(2025 - 09 - 01), UtcOffset::UTC);
    let mut follower = Follower::resume(&client, cursor, FollowOptions::new());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(clock.drive(async {
        let mut told = Vec::new();
        while !told
            .last()
            .is_some_and(|line: &String| line.contains("proof"))
        {
            let event = follower.next().await.unwrap().unwrap();
            let line = lines::line(&event);
            told.extend(line.map(|line| serde_json::to_string(&line).unwrap()));
        }
        told
    }))
}

#[test]
fn a_failed_proof_tells_the_keys_that_stand_if_the_list_is_sure() {
    let row = r#"{"operationId":"1"}"#;
    let added =
        r#"{"event":"added","day":"2025-09-01","key":"operation:1","row":{"operationId":"1"}}"#;
    let failed = r#"{"event":"proof failed","day":"2025-09-01","keys":["operation:1"]}"#;
    assert_eq!(lines_of(&[row, row]), [added, failed]);
    // Another list each time: nothing may be dropped by it.
    let changing = [
        row,
        r#"{"operationId":"1","a":1}"#,
        r#"{"operationId":"1","a":2}"#,
    ];
    let failed = r#"{"event":"proof failed","day":"2025-09-01"}"#;
    assert_eq!(lines_of(&changing).last().unwrap(), failed);
}
