use rubank_core::client::RequestOptions;
use rubank_core::clock::Clock;
use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;
use rubank_core::polling::Polled;

use super::*;
use crate::tests::{block_on, timed};

const CONTRACTOR: ContractorId = ContractorId::new(1);

fn state(in_process: &str) -> Reply {
    let body = format!(r#"{{"item":{{"is_verified":1,"sync":{in_process}}}}}"#);
    Reply::json(200, body)
}

#[test]
fn the_tax_service_is_asked_once_in_thirty_seconds_for_each_contractor() {
    let replies = std::iter::repeat_n(state(r#"{"in_process":false}"#), 4);
    let (client, platform, clock) = timed(replies);
    block_on(clock.drive(async {
        let ask = |id| SynchroniseSelfEmployedState::new(ContractorId::new(id));
        client.send(&ask(1)).await.unwrap();
        client.send(&ask(2)).await.unwrap();
        assert_eq!(
            clock.monotonic(),
            Duration::ZERO,
            "another key, another turn"
        );
        // No time for its turn: it does not leave, and says when it could.
        let hurried = client.with(RequestOptions::new().deadline(Duration::from_secs(20)));
        let error = hurried.send(&ask(1)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::RateLimited, Outcome::NotSent)
        );
        assert!(error.retry_after().unwrap() >= Duration::from_secs(30));
        let patient = client.with(RequestOptions::new().deadline(Duration::from_secs(60)));
        patient.send(&ask(1)).await.unwrap();
        assert!(clock.monotonic() >= Duration::from_secs(30));
    }));
    let seen = platform.seen();
    assert_eq!(seen.len(), 3);
    assert_eq!(seen[0].uri.path(), "/contractors/1/selfemployer/sync");
    assert_eq!((seen[0].method.as_str(), seen[0].body.len()), ("POST", 0));
}

#[test]
fn it_is_waited_for_while_it_is_in_process() {
    let (client, platform, clock) = timed([
        state(r#"{"in_process":true}"#),
        state(r#"{"in_process":1}"#),
        state(r#"{"in_process":false}"#),
    ]);
    let polled = block_on(clock.drive(async {
        let get = GetSelfEmployedState::new(CONTRACTOR);
        client.poll(get).until_final(Duration::from_secs(60)).await
    }));
    assert!(matches!(polled.unwrap(), Polled::Final(_)));
    // Two pauses, a hundredth longer than the pace.
    assert_eq!(clock.monotonic(), Duration::from_millis(4040));
    assert_eq!(platform.seen()[2].uri.path(), "/contractors/1/selfemployer");
}

#[test]
fn a_loop_of_plain_reads_is_held_to_the_same_pace() {
    let (client, platform, clock) = timed(std::iter::repeat_n(state(r#"{"in_process":true}"#), 4));
    block_on(clock.drive(async {
        for contractor in [1, 2, 1, 1] {
            let get = GetSelfEmployedState::new(ContractorId::new(contractor));
            client.send(&get).await.unwrap();
        }
    }));
    assert_eq!(platform.seen().len(), 4);
    assert!(
        clock.monotonic() >= Duration::from_secs(4),
        "two waits of 2 s"
    );
    assert!(
        clock.monotonic() < Duration::from_secs(5),
        "another key, another turn"
    );
}

#[test]
fn nothing_under_way_is_nothing_to_wait_for() {
    for sync in [
        "null",
        "{}",
        r#"{"in_process":null}"#,
        r#"{"in_process":0}"#,
    ] {
        let answer = rubank_core::read::read::<Item<SelfEmployedState>>(
            format!(r#"{{"item":{{"sync":{sync}}}}}"#).as_bytes(),
        );
        assert_eq!(
            GetSelfEmployedState::state(&answer.unwrap()),
            PollState::Final,
            "{sync}"
        );
    }
}

#[test]
fn a_state_comes_back_as_it_came_and_prints_no_person() {
    let body = r#"{"item":{"inn":"960215602664","is_can_pay_taxes":false,"is_verified":true,"has_company_agrees_pay_taxes":true,"has_warning":true,"sync":{"in_process":false},"messages":{"status":{"type":"critical","short_title":"a","detail":"canary"}}}}"#;
    let state = rubank_core::read::read::<Item<SelfEmployedState>>(body.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&state).unwrap(), body);
    let shown = format!("{state:?}");
    assert!(shown.contains("is_verified: Some(true)"), "{shown}");
    assert!(
        !shown.contains("960215602664") && !shown.contains("canary"),
        "{shown}"
    );
}
