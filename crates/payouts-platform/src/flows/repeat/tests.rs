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
    let (ended, sent) = run(vec![before("true"), payment(3, false), payment(1, true)]);
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
fn a_refused_repetition_is_an_error() {
    let (ended, sent) = run(vec![before("true"), refusal(422, &[])]);
    assert!(!ended.unwrap_err().may_have_acted());
    assert_eq!(sent.len(), 2);
}
