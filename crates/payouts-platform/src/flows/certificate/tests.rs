use rubank_core::http::Reply;

use super::*;
use crate::certificates;
use crate::ids::RequisiteId;
use crate::tests::{block_on, open_timed, payment, refusal, sent, timed};

const KEY: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

fn run(script: Vec<Reply>) -> (Result<CertificatePayout, Error>, Vec<String>) {
    run_from(None, script)
}

fn run_from(
    made_before: Option<MadeBefore>,
    script: Vec<Reply>,
) -> (Result<CertificatePayout, Error>, Vec<String>) {
    let (client, platform, clock) = timed(script);
    let create = CreateCertificate::new(certificates::sample());
    let patience = Duration::from_secs(600);
    let flow = pay_certificate(&client, &create, made_before, patience, async |id| {
        assert_eq!(id, CertificateId::new(9), "told before anything is paid");
        assert!(!sent(&platform).contains(&PAY.to_owned()));
        Some(PayCertificate::new(id, KEY, RequisiteId::new(5)))
    });
    let ended = block_on(clock.drive(flow));
    (ended, sent(&platform))
}

const NINE: CertificateId = CertificateId::new(9);
const CREATE: &str = "POST /acceptance-certificates";
const PAY: &str = "POST /acceptance-certificates/9/payments";
const READ: &str = "GET /acceptance-certificates/9";

fn made() -> Reply {
    Reply::json(200, r#"{"item":{"id":9}}"#)
}

/// The certificate as it can be read, with these fields.
fn shows(fields: &str) -> Reply {
    Reply::json(200, format!(r#"{{"item":{{"id":9,{fields}}}}}"#))
}

fn unpaid() -> Reply {
    shows(r#""payment":null,"abilities":{"can_create_payment":true}"#)
}

fn paid_by_7(status: i64) -> Reply {
    shows(&format!(
        r#""payment":{{"id":7,"status":{{"id":{status}}}}}"#
    ))
}

/// The end in a word.
fn word(end: &CertificateEnd) -> &'static str {
    match end {
        CertificateEnd::Followed(Payout::Paid(_)) => "paid",
        CertificateEnd::Followed(Payout::Refused(_)) => "refused",
        CertificateEnd::Followed(Payout::NeedsPerson(_)) => "needs a person",
        CertificateEnd::Followed(Payout::NotFound(_)) => "not found",
        CertificateEnd::Followed(Payout::Unknown(_)) => "unknown",
        CertificateEnd::Followed(Payout::AnotherPayout(_)) => "another",
        CertificateEnd::Followed(_) => "followed",
        CertificateEnd::NotSeen(_) => "not seen",
        CertificateEnd::NotPaid(_) => "not paid",
        CertificateEnd::EarlierRefused(_) => "earlier refused",
        CertificateEnd::LeftAlone => "left alone",
        CertificateEnd::Stopped => "stopped",
        CertificateEnd::NoNumber => "no number",
    }
}

fn times(sent: &[String], line: &str) -> usize {
    sent.iter().filter(|one| *one == line).count()
}

#[test]
fn a_certificate_is_made_paid_and_waited_for() {
    let (ended, sent) = run(vec![made(), payment(3, false), payment(1, true)]);
    assert_eq!(word(&ended.unwrap().end), "paid");
    assert_eq!(sent, [CREATE, PAY, "GET /payments/7"]);
}

#[test]
fn a_failed_payment_does_not_lose_the_certificate() {
    let (ended, sent) = run(vec![made(), refusal(422, &["requisite"]), unpaid()]);
    let ended = ended.unwrap();
    assert_eq!(ended.id, Some(CertificateId::new(9)));
    assert_eq!(word(&ended.end), "not paid");
    assert_eq!(sent, [CREATE, PAY, READ]);
    let (ended, sent) = run(vec![made(), refusal(403, &[])]);
    assert_eq!((word(&ended.unwrap().end), sent.len()), ("not paid", 2));
    let (ended, sent) = run(vec![Reply::json(200, r#"{"item":{}}"#)]);
    assert_eq!((word(&ended.unwrap().end), sent.len()), ("no number", 1));
}

#[test]
fn after_any_refusal_that_leaves_doubt_the_certificate_is_looked_at() {
    let replies = [
        Reply::LostAfterSending,
        Reply::empty(400),
        Reply::empty(409),
        refusal(422, &[]),
        refusal(422, &["idempotency_key"]),
        refusal(422, &["cert_id"]),
    ];
    for reply in replies {
        let shown = format!("{reply:?}");
        let (ended, sent) = run(vec![made(), reply, paid_by_7(1), payment(1, true)]);
        assert_eq!(word(&ended.unwrap().end), "paid", "{shown}");
        assert_eq!(sent, [CREATE, PAY, READ, "GET /payments/7"], "{shown}");
    }
}

#[test]
fn a_lost_payment_is_followed_by_its_number_or_left_in_doubt() {
    let nothing = || std::iter::repeat_n(unpaid(), 20);
    // What comes after the lost answer, and how it ends.
    let rows: [(Vec<Reply>, &str); 6] = [
        (vec![paid_by_7(2), payment(2, true)], "refused"),
        (vec![paid_by_7(2), payment(2, false)], "needs a person"),
        (
            vec![unpaid(), unpaid(), paid_by_7(1), payment(1, true)],
            "paid",
        ),
        (nothing().collect(), "not found"),
        (vec![Reply::html(404), Reply::html(404)], "unknown"),
        (vec![paid_by_7(3), Reply::html(404)], "not seen"),
    ];
    for (script, expected) in rows {
        let script = [vec![made(), Reply::LostAfterSending], script].concat();
        let (ended, sent) = run(script);
        assert_eq!(word(&ended.unwrap().end), expected);
        assert_eq!(times(&sent, PAY), 1, "{expected}");
    }
}

#[test]
fn a_second_run_makes_no_second_certificate_and_no_second_payment() {
    let nothing = || std::iter::repeat_n(unpaid(), 20);
    let forbidden = r#""payment":null,"abilities":{"can_create_payment":false}"#;
    let untold = r#""payment":null"#;
    let always = |fields: &str| std::iter::repeat_n(shows(fields), 20).collect::<Vec<_>>();
    // What the certificate shows, how it ends, how many payments were sent.
    let rows: [(Vec<Reply>, &str); 8] = [
        (vec![paid_by_7(1), payment(1, true)], "paid"),
        (vec![paid_by_7(5), payment(5, false)], "needs a person"),
        // not there yet
        (
            vec![paid_by_7(3), refusal(404, &[]), payment(1, true)],
            "paid",
        ),
        // the first run's payment shows late
        (
            vec![unpaid(), unpaid(), unpaid(), paid_by_7(1), payment(1, true)],
            "paid",
        ),
        // a copy may have left, and what a second one does nobody promises
        (nothing().collect(), "left alone"),
        (always(forbidden), "left alone"),
        (always(untold), "left alone"),
        (vec![unpaid(), Reply::html(404)], "unknown"),
    ];
    for (script, expected) in rows {
        let (ended, sent) = run_from(Some(MadeBefore::perhaps_paid(NINE)), script);
        let ended = ended.unwrap();
        assert_eq!((word(&ended.end), ended.id), (expected, Some(NINE)));
        assert_eq!(
            (times(&sent, CREATE), times(&sent, PAY)),
            (0, 0),
            "{expected}"
        );
    }
}

#[test]
fn what_was_never_sent_is_paid_after_a_look_of_a_minute() {
    let before = Some(MadeBefore::unpaid(NINE));
    let (client, platform, clock) = timed(std::iter::repeat_n(unpaid(), 20));
    let create = CreateCertificate::new(certificates::sample());
    let flow = pay_certificate(
        &client,
        &create,
        before,
        Duration::from_secs(600),
        async |id| Some(PayCertificate::new(id, KEY, RequisiteId::new(5))),
    );
    let _ended = block_on(clock.drive(flow));
    let sent = sent(&platform);
    let looks = sent.iter().take_while(|line| *line == READ).count();
    let waited: Duration = clock.slept().iter().sum();
    assert!(looks > 2 && waited >= PayCertificate::SETTLE, "{waited:?}");
    assert_eq!((sent[looks].as_str(), times(&sent, PAY)), (PAY, 1));
    for shown in [
        r#""abilities":{"can_create_payment":false}"#,
        r#""number":"1""#,
    ] {
        let script = std::iter::repeat_n(shows(shown), 20).collect();
        let (ended, sent) = run_from(before, script);
        assert_eq!(word(&ended.unwrap().end), "left alone", "{shown}");
        assert_eq!(times(&sent, PAY), 0, "{shown}");
    }
}

#[test]
fn an_old_refusal_is_not_that_of_a_new_payment() {
    let old = |can: bool| {
        shows(&format!(
            r#""payment":{{"id":7,"status":{{"id":2}}}},"abilities":{{"can_create_payment":{can}}}"#
        ))
    };
    let new = || shows(r#""payment":{"id":8,"status":{"id":1}}"#);
    let refused = || payment(2, true);
    let looks = |can| std::iter::repeat_n(old(can), 7);
    let (perhaps, unpaid) = (MadeBefore::perhaps_paid(NINE), MadeBefore::unpaid(NINE));
    let script =
        |middle: Vec<Reply>, rest: Vec<Reply>| [vec![old(true), refused()], middle, rest].concat();
    // What is known, what comes after the certificate and its refused payout, the end, and how many payments were sent.
    let rows = [
        // the payout of the new key shows late
        (
            perhaps,
            script(vec![old(true), new()], vec![payment(1, true)]),
            "paid",
            0,
        ),
        (
            perhaps,
            script(looks(true).collect(), vec![]),
            "earlier refused",
            0,
        ),
        (
            unpaid,
            script(looks(false).collect(), vec![]),
            "earlier refused",
            0,
        ),
        (
            unpaid,
            script(looks(true).collect(), vec![payment(1, true)]),
            "paid",
            1,
        ),
        // its answer is lost: the old refusal is none of it
        (
            unpaid,
            script(
                looks(true).collect(),
                vec![Reply::LostAfterSending, old(true), new(), payment(1, true)],
            ),
            "paid",
            1,
        ),
        (
            unpaid,
            script(
                looks(true).collect(),
                [vec![Reply::LostAfterSending], looks(true).collect()].concat(),
            ),
            "not found",
            1,
        ),
        (
            unpaid,
            script(
                looks(true).collect(),
                vec![refusal(422, &["requisite"]), old(true)],
            ),
            "not paid",
            1,
        ),
    ];
    for (known, script, expected, payments) in rows {
        let (ended, sent) = run_from(Some(known), script);
        assert_eq!(word(&ended.unwrap().end), expected, "{known:?} {sent:?}");
        assert_eq!(times(&sent, PAY), payments, "{expected}");
    }
}

#[test]
fn a_payout_of_another_sum_or_to_somebody_else_is_told() {
    let certificate = || shows(r#""amount":100.5,"contractor":{"id":68}"#);
    let payout = |fields: &str| {
        let body = format!(r#"{{"item":{{"id":7,"is_final":true,"status":{{"id":1}},{fields}}}}}"#);
        Reply::json(200, body)
    };
    let shown =
        || shows(r#""amount":100.5,"contractor":{"id":68},"payment":{"id":7,"status":{"id":1}}"#);
    for (fields, expected) in [
        (r#""amount":100.50"#, "paid"),
        (r#""contractor":{"id":68}"#, "paid"),
        (r#""amount":100.51"#, "another"),
        (r#""amount":100.50,"contractor":{"id":69}"#, "another"),
    ] {
        let answered = vec![certificate(), payout(fields)];
        let found = vec![
            certificate(),
            Reply::LostAfterSending,
            shown(),
            payout(fields),
        ];
        for script in [answered, found] {
            let (ended, _) = run(script);
            assert_eq!(word(&ended.unwrap().end), expected, "{fields}");
        }
    }
}

#[test]
fn the_caller_can_stop_before_anything_is_paid() {
    let (client, platform, clock) = timed([made()]);
    let create = CreateCertificate::new(certificates::sample());
    let flow = pay_certificate(&client, &create, None, Duration::ZERO, async |_| None);
    let ended = block_on(clock.drive(flow)).unwrap();
    assert_eq!(word(&ended.end), "stopped");
    assert_eq!(ended.id, Some(CertificateId::new(9)));
    assert_eq!(sent(&platform), [CREATE]);
}

#[test]
fn a_lost_creation_is_an_error_and_can_be_looked_for() {
    let (ended, sent) = run(vec![Reply::LostAfterSending]);
    assert!(ended.unwrap_err().may_have_acted());
    assert_eq!(sent.len(), 1);
    let rows =
        r#"{"items":[{"id":1,"number":"a"},{"id":2,"number":"ПСА-7"}],"meta":{"last_page":1}}"#;
    let (client, _, clock) = timed([Reply::json(200, rows)]);
    let since = time::macros::date!(2024 - 03 - 13);
    let look = certificates_with_number(&client, ContractorId::new(68), "ПСА-7", since);
    let found = block_on(clock.drive(look)).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, Some(CertificateId::new(2)));
}

#[test]
fn both_files_are_collected_up_to_the_limit() {
    let file = |body: &str| Reply::Answer {
        status: 200,
        headers: Vec::new(),
        body: body.to_owned().into(),
    };
    let (client, _, clock) = open_timed([file("PK"), file("%PDF"), file("PK and more")]);
    block_on(clock.drive(async {
        let documents = download_documents(&client, CertificateId::new(9), 4)
            .await
            .unwrap();
        assert_eq!(
            format!("{documents:?}"),
            "Documents(docx 2 bytes, pdf 4 bytes)"
        );
        assert!(
            download_documents(&client, CertificateId::new(9), 4)
                .await
                .is_err()
        );
    }));
}
