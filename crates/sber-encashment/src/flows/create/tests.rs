use rubank_core::http::Reply;

use super::*;
use crate::catalogue::sample_create;
use crate::tests::{block_on, calls, nothing, state, timed};

/// Two looks before it is sent.
fn five_seconds() -> Patience {
    Patience::new().before(Duration::from_secs(5))
}

const LOST: Reply = Reply::LostAfterSending;

fn object() -> Reply {
    Reply::json(200, r#"{"objectCode":"000123"}"#)
}

fn taken() -> Reply {
    Reply::json(201, r#"{"bankStatus":"ACCEPTED"}"#)
}

fn fault(fields: &str) -> Reply {
    Reply::json(
        400,
        format!(r#"{{"cause":"WORKFLOW_FAULT","fieldNames":[{fields}]}}"#),
    )
}

fn used_before() -> Reply {
    fault(r#""externalId""#)
}

/// The bank answers, and names no state.
fn stateless() -> Reply {
    Reply::json(200, "{}")
}

/// How a creation ended, how many looks there were before and after the waybill left, how often it left, and when it ended.
fn creation(script: Vec<Reply>, patience: Patience) -> (String, (usize, usize, usize), u64) {
    let (client, bank, clock) = timed(script);
    let ended = block_on(clock.drive(create_with(&client, &sample_create(), patience)));
    let ended = match ended {
        Ok(Creation::Created(created)) => {
            let how = match (created.found_by_key, created.object.is_some()) {
                (true, true) => "found after",
                (true, false) => "found before",
                (false, true) => "created",
                (false, false) => "created without an object",
            };
            let status = created.status.as_ref().map_or("-", BankStatus::as_str);
            format!("{how} {status}")
        }
        Ok(Creation::NotThere(error)) => format!("not there, {}", error.outcome().as_str()),
        Ok(Creation::Unclear(_)) => "unclear".to_owned(),
        Err(error) => format!("error {} {}", error.operation(), error.outcome().as_str()),
    };
    let calls = calls(&bank);
    let is_look = |call: &&String| *call == "GET state";
    let sent = calls.iter().position(|call| call == "POST waybill");
    let (before, after) = calls.split_at(sent.unwrap_or(calls.len()));
    let sends = calls.iter().filter(|call| *call == "POST waybill").count();
    let looks = (
        before.iter().filter(is_look).count(),
        sends,
        after.iter().filter(is_look).count(),
    );
    let clock: &dyn rubank_core::clock::Clock = &clock;
    (ended, looks, clock.monotonic().as_secs())
}

/// The replies after two looks that found nothing and the object.
fn then(rest: impl IntoIterator<Item = Reply>) -> Vec<Reply> {
    let mut script = vec![nothing(), nothing(), object()];
    script.extend(rest);
    script
}

fn check(patience: Patience, script: Vec<Reply>, expected: &str, looks: (usize, usize, usize)) {
    let (ended, looked, _) = creation(script.clone(), patience);
    assert_eq!((ended.as_str(), looked), (expected, looks), "{script:?}");
}

#[test]
fn a_creation_tells_whether_the_bank_has_the_waybill() {
    let rejected = "error sber-encashment.create-waybill rejected";
    let unknown = "error sber-encashment.create-waybill unknown";
    let forbidden = || Reply::json(403, r#"{"cause":"ACTION_ACCESS_EXCEPTION"}"#);
    let rows = [
        (vec![taken()], "created ACCEPTED", 0),
        (vec![Reply::empty(201)], "created -", 0),
        (vec![forbidden()], rejected, 0),
        (
            vec![fault(r#""number""#), state("ACCEPTED")],
            "found after ACCEPTED",
            1,
        ),
        (vec![fault(r#""number""#), nothing()], rejected, 1),
        // A refusal that does not say of what may be about a copy that cannot be seen yet.
        (
            vec![fault(""), nothing(), state("ACCEPTED")],
            "found after ACCEPTED",
            2,
        ),
        (
            [vec![fault("")], vec![nothing(); 9]].concat(),
            "not there, unknown",
            5,
        ),
        (
            vec![Reply::empty(500), state("CREATED")],
            "found after CREATED",
            1,
        ),
        // The bank knows the key: the waybill will be seen, or nobody may send another.
        (
            vec![used_before(), state("COMPLETED")],
            "found after COMPLETED",
            1,
        ),
        (
            vec![used_before(), nothing(), nothing(), state("ACCEPTED")],
            "found after ACCEPTED",
            3,
        ),
        (
            [vec![used_before()], vec![nothing(); 9]].concat(),
            unknown,
            5,
        ),
        (
            [vec![used_before()], vec![stateless(); 9]].concat(),
            unknown,
            5,
        ),
        // A look that fails says nothing about the waybill, nor does a gateway.
        (vec![LOST, Reply::html(404)], unknown, 1),
        (vec![LOST, forbidden()], unknown, 1),
        ([vec![LOST], vec![stateless(); 9]].concat(), unknown, 5),
        (
            [vec![LOST, stateless()], vec![nothing(); 9]].concat(),
            unknown,
            5,
        ),
    ];
    for (rest, expected, after) in rows {
        check(five_seconds(), then(rest), expected, (2, 1, after));
    }
}

#[test]
fn what_the_bank_has_already_is_found_and_nothing_is_sent() {
    let patience = five_seconds();
    for status in ["ACCEPTED", "COMPLETED", "REJECTED_BY_CLIENT", "NEW"] {
        let expected = format!("found before {status}");
        check(patience, vec![state(status)], &expected, (1, 0, 0));
        // The bank needed a moment to show it.
        check(
            patience,
            vec![nothing(), state(status)],
            &expected,
            (2, 0, 0),
        );
    }
    check(
        patience,
        vec![stateless(), state("NEW")],
        "found before NEW",
        (2, 0, 0),
    );
    check(patience, vec![stateless(); 2], "unclear", (2, 0, 0));
    check(patience, vec![stateless(), nothing()], "unclear", (2, 0, 0));
    let failed = "error sber-encashment.get-waybill-state rejected";
    check(patience, vec![Reply::html(404)], failed, (1, 0, 0));
    let no_object = "error sber-encashment.get-object rejected";
    let script = vec![nothing(), nothing(), nothing()];
    check(patience, script, no_object, (2, 0, 0));
}

#[test]
fn a_waybill_is_not_there_only_after_two_looks_and_the_whole_time() {
    let lost = |looks: Vec<Reply>| then([vec![LOST], looks].concat());
    let not_there = "not there, unknown";
    check(
        five_seconds(),
        lost(vec![nothing(); 9]),
        not_there,
        (2, 1, 5),
    );
    // Seen at the last look.
    let late = [vec![nothing(); 4], vec![state("IN_PROCESS")]].concat();
    check(
        five_seconds(),
        lost(late),
        "found after IN_PROCESS",
        (2, 1, 5),
    );

    // (time to wait, waited in all: with five seconds before it was sent)
    for (after, ends, looks) in [(60, 65, 5), (3, 8, 2), (300, 305, 13)] {
        let patience = five_seconds().after(Duration::from_secs(after));
        let (ended, looked, at) = creation(lost(vec![nothing(); 20]), patience);
        assert_eq!(
            (ended.as_str(), looked, at),
            (not_there, (2, 1, looks), ends)
        );
    }
    // In a short time there are two looks all the same.
    let hasty = five_seconds().after(Duration::from_millis(1));
    check(hasty, lost(vec![nothing(); 9]), not_there, (2, 1, 2));
}

#[test]
fn a_look_that_fails_in_passing_is_made_again_and_does_not_count() {
    // The client itself tries each look several times.
    let busy = || vec![Reply::empty(503); 4];
    let looks = [busy(), vec![nothing(); 9]].concat();
    let (ended, _, _) = creation(then([vec![LOST], looks].concat()), five_seconds());
    assert_eq!(ended, "not there, unknown");
    let (ended, _, _) = creation(
        then([vec![LOST], vec![Reply::empty(503); 99]].concat()),
        five_seconds(),
    );
    assert_eq!(ended, "error sber-encashment.create-waybill unknown");
    // A bank that asks for more time than there is ends the looking.
    let tomorrow = Reply::empty(503).with_header("retry-after", "86400");
    let (ended, _, at) = creation(
        then([vec![LOST], vec![tomorrow; 9]].concat()),
        five_seconds(),
    );
    assert_eq!(ended, "error sber-encashment.create-waybill unknown");
    assert!(at < 300, "{at}");
}

#[test]
fn a_bank_that_said_yes_is_never_sent_another() {
    let cut = Reply::CutAnswer {
        status: 201,
        body: "{\"ext".into(),
    };
    let accepted = "error sber-encashment.create-waybill accepted";
    check(
        five_seconds(),
        then([vec![cut.clone()], vec![nothing(); 9]].concat()),
        accepted,
        (2, 1, 5),
    );
    check(
        five_seconds(),
        then([cut, state("NEW")]),
        "found after NEW",
        (2, 1, 1),
    );
}

#[test]
fn without_a_word_a_waybill_leaves_only_when_a_lost_copy_would_be_seen() {
    for patience in [Patience::new(), Patience::default()] {
        let script = [vec![nothing(); 5], vec![object(), taken()]].concat();
        let (ended, looked, at) = creation(script, patience);
        assert_eq!(
            (ended.as_str(), looked, at),
            ("created ACCEPTED", (5, 1, 0), 60)
        );
        assert_eq!(Duration::from_secs(at), CreateWaybill::SETTLE);
        // The copy of a run that crashed a moment ago shows as late as it may.
        let script = [vec![nothing(); 4], vec![state("ACCEPTED")]].concat();
        check(patience, script, "found before ACCEPTED", (5, 0, 0));
    }
}

#[test]
fn a_key_that_never_left_is_not_looked_for() {
    let first = Patience::first_time();
    let (ended, looked, at) = creation(vec![object(), taken()], first);
    assert_eq!(
        (ended.as_str(), looked, at),
        ("created ACCEPTED", (0, 1, 0), 0)
    );
    // What may have left is looked for all the same.
    let lost = [vec![object(), LOST], vec![nothing(); 9]].concat();
    check(first, lost, "not there, unknown", (0, 1, 5));
    let lost = vec![object(), LOST, nothing(), state("ACCEPTED")];
    check(first, lost, "found after ACCEPTED", (0, 1, 2));
}

/// Nobody published what the bank says of a key that it does not know.
#[test]
fn a_bank_without_a_404_of_its_own_is_sent_nothing_but_first_keys() {
    let strange = [
        (stateless(), "unclear"),
        (
            Reply::html(404),
            "error sber-encashment.get-waybill-state rejected",
        ),
        (
            fault(""),
            "error sber-encashment.get-waybill-state rejected",
        ),
    ];
    for (reply, expected) in strange {
        let (ended, (_, sends, _), _) = creation(vec![reply; 9], Patience::new());
        assert_eq!((ended.as_str(), sends), (expected, 0));
        check(
            Patience::first_time(),
            vec![object(), taken()],
            "created ACCEPTED",
            (0, 1, 0),
        );
    }
}

#[test]
fn the_times_are_the_callers() {
    // (before it is sent, looks, ends)
    for (before, looks, ends) in [(0, 1, 0), (1, 2, 1), (5, 2, 5), (60, 5, 60)] {
        let script = [vec![nothing(); looks], vec![object(), taken()]].concat();
        let patience = five_seconds().before(Duration::from_secs(before));
        let (ended, looked, at) = creation(script, patience);
        assert_eq!(
            (ended.as_str(), looked, at),
            ("created ACCEPTED", (looks, 1, 0), ends)
        );
    }
}
