use std::time::Duration;

use rubank_core::client::Settled;
use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;
use rubank_core::read::read;

use super::*;
use crate::catalogue::{sample_order, sample_signature};
use crate::tests::{block_on, page, query_of, row, scripted, timed};

const AT: &str = "2022-05-26T09:09:32Z";

fn pay() -> OneStepPay<OneTime> {
    OneStepPay::one_time(sample_order(), [sample_signature()])
}

#[test]
fn only_a_one_time_link_has_a_lookup() {
    assert_eq!(
        OneStepPay::<OneTime>::META.lookup,
        Some("alfa-sbp.list-outgoing-payments")
    );
    assert_eq!(OneStepPay::<Reusable>::META.lookup, None);
    assert_eq!(
        query_of(&pay().lookup()),
        "b2bClientId=021be5ed-6312-4982-a4e9-2a2cc44bc88c&qrcId=AD1000038AQ1FG409KGACUQU5QRSH3FM\
         &sort=timestamp,desc&limit=100&offset=0",
    );
}

#[test]
fn both_kinds_of_link_send_the_same_bytes() {
    let reusable = OneStepPay::reusable(sample_order(), [sample_signature()]);
    let bytes = |parts: Parts| parts.body_ref().as_bytes().unwrap().to_vec();
    assert_eq!(
        bytes(pay().parts().unwrap()),
        bytes(reusable.parts().unwrap())
    );
    let unsigned = bytes(OneStepPay::reusable(sample_order(), []).parts().unwrap());
    assert!(
        !String::from_utf8(unsigned)
            .unwrap()
            .contains("digestSignatures")
    );
}

#[test]
fn a_paid_row_decides_and_doubt_is_never_a_refusal() {
    let unreadable = "{}".to_owned();
    let row = |status| row(1, status, AT);
    let rows: [(&[String], Verdict); 9] = [
        (&[], Verdict::Missing),
        (&[row("COMPLETE")], Verdict::Happened),
        (&[row("ERROR")], Verdict::PerhapsRefused),
        (&[row("DRAFT")], Verdict::Pending),
        (&[row("SENDING_MESSAGE")], Verdict::Pending),
        (&[row("NEVER_SEEN_BEFORE")], Verdict::Pending),
        (&[row("ERROR"), row("COMPLETE")], Verdict::Happened),
        (&[row("ERROR"), row("SENDING_MESSAGE")], Verdict::Pending),
        (&[row("ERROR"), unreadable], Verdict::Pending),
    ];
    for (rows, expected) in rows {
        let body = format!(r#"{{"payments":[{}]}}"#, rows.join(","));
        let page: OutgoingPayments = read(body.as_bytes()).unwrap();
        assert_eq!(OneStepPay::<OneTime>::verdict(&page), expected, "{body}");
    }
}

#[test]
fn a_lost_answer_is_sent_once_and_then_looked_up() {
    let (client, bank, clock) = timed([
        Reply::LostAfterSending,
        page(&[]),
        page(&[row(1, "SENDING_MESSAGE", AT)]),
        page(&[row(1, "COMPLETE", AT)]),
    ]);
    block_on(clock.drive(async {
        let error = client.send(&pay()).await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
        assert!(matches!(
            client.settle(&pay()).await,
            Ok(Settled::Happened(_))
        ));
    }));
    let methods: Vec<_> = bank
        .seen()
        .iter()
        .map(|request| request.method.to_string())
        .collect();
    assert_eq!(methods, ["POST", "GET", "GET", "GET"]);
}

#[test]
fn nothing_found_is_not_found_only_after_the_settle_time() {
    let looks = || (0..20).map(|_| page(&[]));
    let (client, _, clock) = timed(looks());
    let settled = block_on(clock.drive(client.settle(&pay())));
    assert!(matches!(settled, Ok(Settled::NotFound)), "{settled:?}");

    let (client, _, clock) = timed(looks());
    let hasty = client.with(crate::RequestOptions::new().deadline(Duration::from_secs(10)));
    let settled = block_on(clock.drive(hasty.settle(&pay())));
    assert!(matches!(settled, Ok(Settled::TooEarly)), "{settled:?}");
}

#[test]
fn a_404_says_nothing_about_the_payment() {
    let (client, _) = scripted([Reply::json(404, r#"{"error":"unknown_endpoint"}"#)]);
    let error = block_on(client.settle(&pay())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn debug_tells_no_signature() {
    let printed = format!("{:?}", pay());
    assert!(!printed.contains("bm90"), "{printed}");
}
