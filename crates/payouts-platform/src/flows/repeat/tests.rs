use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Outcome;
use rubank_core::http::Reply;

use super::*;
use crate::tests::{block_on, payment, refusal, sent, timed};

fn run(script: Vec<Reply>) -> (Result<Repetition, Error>, Vec<String>) {
    let (client, platform, clock) = timed(script);
    let flow = repeat_payment(&client, PaymentId::new(7), Duration::from_secs(600));
    (block_on(clock.drive(flow)), sent(&platform))
}

fn before(can_repeat: &str) -> Reply {
    Reply::json(
        200,
        format!(
            r#"{{"item":{{"id":7,"status":{{"id":5}},"abilities":{{"can_repeat":{can_repeat}}},"history":[{{}},{{}}]}}}}"#
        ),
    )
}

#[test]
fn only_what_may_be_repeated_is() {
    for can in ["false", "null"] {
        let (ended, sent) = run(vec![before(can)]);
        assert!(matches!(ended, Ok(Repetition::NotAllowed(_))), "{ended:?}");
        assert_eq!(sent, ["GET /payments/7"]);
    }
}

#[test]
fn a_repetition_is_sent_and_waited_for() {
    let last = r#"{"item":{"id":7,"is_final":true,"status":{"id":1},"history":[{},{},{}]}}"#;
    let script = vec![before("true"), payment(3, false), Reply::json(200, last)];
    let (client, platform, clock) = timed(script);
    let flow = repeat_payment(&client, PaymentId::new(7), Duration::from_secs(600));
    let ended = block_on(clock.drive(flow));
    let sent = sent(&platform);
    let Ok(Repetition::Sent {
        payout: Payout::Paid(payment),
        ..
    }) = &ended
    else {
        panic!("{ended:?}");
    };
    assert_eq!(payment.history.len(), 3, "what came of it can be compared");
    let asked_for = platform.seen()[2].uri.query().map(str::to_owned);
    assert_eq!(asked_for.as_deref(), Some("include=abilities,history"));
    assert!(
        matches!(
            ended,
            Ok(Repetition::Sent {
                payout: Payout::Paid(_),
                events_before: 2,
                answer_lost: false
            })
        ),
        "{ended:?}"
    );
    assert_eq!(
        sent,
        [
            "GET /payments/7",
            "POST /payments/7/repeat",
            "GET /payments/7"
        ]
    );
}

#[test]
fn a_lost_answer_is_never_repeated_and_told() {
    let (ended, sent) = run(vec![
        before("true"),
        Reply::LostAfterSending,
        before("true"),
    ]);
    assert!(
        matches!(
            ended,
            Ok(Repetition::Sent {
                payout: Payout::NeedsPerson(_),
                answer_lost: true,
                ..
            })
        ),
        "{ended:?}"
    );
    assert_eq!(
        sent.iter().filter(|line| line.starts_with("POST")).count(),
        1
    );
}

#[test]
fn after_a_lost_answer_no_refusal_is_believed() {
    // The state that is shown, whether it is called final, and what may be said of the repetition.
    let rows = [
        (1, true, "Paid"),
        (2, true, "NeedsPerson"),
        (2, false, "NeedsPerson"),
        (6, true, "NeedsPerson"),
        (6, false, "NeedsPerson"),
        (4, false, "NeedsPerson"),
    ];
    for (status, is_final, expected) in rows {
        let shown = payment(status, is_final);
        let (ended, sent) = run(vec![before("true"), Reply::LostAfterSending, shown]);
        let Ok(Repetition::Sent {
            payout,
            answer_lost: true,
            ..
        }) = ended
        else {
            panic!("{ended:?}");
        };
        let said = match payout {
            Payout::Paid(_) => "Paid",
            Payout::NeedsPerson(_) => "NeedsPerson",
            _ => "other",
        };
        assert_eq!(said, expected, "{status} {is_final}");
        assert_eq!(sent.len(), 3);
    }
    // Its own refusal is no lost answer.
    let (ended, _) = run(vec![before("true"), payment(2, true), payment(2, true)]);
    let refused = matches!(
        ended,
        Ok(Repetition::Sent {
            payout: Payout::Refused(_),
            answer_lost: false,
            ..
        })
    );
    assert!(refused, "{ended:?}");
}

#[test]
fn without_a_look_the_answer_is_what_is_told() {
    // No time for a look, or none that succeeds.
    for (seconds, script) in [
        (30, vec![before("true"), payment(3, false)]),
        (
            600,
            vec![before("true"), payment(3, false), Reply::html(404)],
        ),
    ] {
        let (client, platform, clock) = timed(script);
        let flow = repeat_payment(&client, PaymentId::new(7), Duration::from_secs(seconds));
        let ended = block_on(clock.drive(flow));
        let running = matches!(
            ended,
            Ok(Repetition::Sent {
                payout: Payout::Running(_),
                answer_lost: false,
                ..
            })
        );
        assert!(running, "{ended:?}");
        let sent = sent(&platform);
        assert_eq!(
            sent.iter().filter(|line| line.starts_with("POST")).count(),
            1
        );
    }
}

#[test]
fn settling_a_repetition_says_paid_or_nothing() {
    let v2 = |status: i64| {
        let body = format!(r#"{{"item":{{"is_final":true,"status":{{"id":{status}}}}}}}"#);
        rubank_core::read::read(body.as_bytes()).unwrap()
    };
    let rows = [
        (1, Verdict::Happened),
        (2, Verdict::Pending),
        (5, Verdict::Pending),
        (6, Verdict::Pending),
    ];
    for (status, verdict) in rows {
        assert_eq!(RepeatPayment::verdict(&v2(status)), verdict, "{status}");
    }
}

#[test]
fn a_refused_repetition_is_an_error() {
    let (ended, sent) = run(vec![before("true"), refusal(422, &["payment_id"])]);
    assert!(!ended.unwrap_err().may_have_acted());
    assert_eq!(sent.len(), 2);
}

#[test]
fn a_refusal_that_names_nothing_is_a_refusal_where_no_key_is() {
    let script = vec![before("true"), refusal(422, &[])];
    let (ended, sent) = run(script);
    let refused = ended.unwrap_err();
    assert_eq!(refused.outcome(), Outcome::Rejected);
    assert_eq!(sent.len(), 2);
}

#[test]
fn a_plain_refusal_is_no_lost_answer() {
    let (ended, sent) = run(vec![before("true"), refusal(409, &[])]);
    assert_eq!(ended.unwrap_err().outcome(), Outcome::Rejected);
    assert_eq!(sent.len(), 2);
}
