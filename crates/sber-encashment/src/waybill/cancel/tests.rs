use rubank_core::client::Settled;
use rubank_core::error::Outcome;
use rubank_core::http::Reply;

use super::*;
use crate::catalogue::sample_cancel;
use crate::tests::{block_on, calls, nothing, scripted, state, timed};

const ID: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

#[test]
fn every_broken_rule_is_told() {
    let refused = CancelWaybill::new("x", " ")
        .comment("")
        .signature(Signature::new("!", "c"))
        .parts()
        .unwrap_err();
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|broken| broken.field())
        .collect();
    assert_eq!(
        fields,
        [
            "cancelPerson",
            "comment",
            "externalId",
            "digestSignatures[0].base64Encoded"
        ]
    );
}

#[test]
fn what_is_absent_is_not_sent() {
    let parts = CancelWaybill::new(ID, "Иванов").parts().unwrap();
    let body = format!(r#"{{"cancelPerson":"Иванов","externalId":"{ID}"}}"#);
    assert_eq!(parts.body_ref().as_bytes(), Some(body.as_bytes()));
}

#[test]
fn the_text_to_sign_has_three_lines() {
    let cancel = CancelWaybill::new(ID, "Иванов Иван Иванович").comment("Ошибка в сумме");
    assert_eq!(
        *cancel.signing_text().unwrap().expose(),
        format!("cancelPerson=Иванов Иван Иванович\ncomment=Ошибка в сумме\nexternalId={ID}")
    );
    let refused = cancel
        .comment("a\nexternalId=b")
        .signing_text()
        .unwrap_err();
    assert_eq!(refused.violations()[0].field(), "comment");
}

#[test]
fn an_answer_that_nobody_published_may_be_empty() {
    for (reply, status) in [
        (Reply::empty(204), None),
        (
            Reply::json(200, r#"{"bankStatus":"REJECTED_BY_CLIENT"}"#),
            Some(BankStatus::RejectedByClient),
        ),
    ] {
        let (client, _) = scripted([reply]);
        assert_eq!(
            block_on(client.send(&sample_cancel())).unwrap().bank_status,
            status
        );
    }
}

#[test]
fn a_lost_answer_is_settled_by_the_state() {
    let rows = [
        (
            vec![state("IN_PROCESS"), state("REJECTED_BY_CLIENT")],
            "Happened",
        ),
        (vec![state("CREATED"), state("COMPLETED")], "Refused"),
        (vec![state("UNCOMPLETED")], "Refused"),
        (vec![state("RECEIVED_BY_COLLECTOR"); 30], "Pending"),
        (vec![nothing(); 30], "NotFound"),
    ];
    for (looks, expected) in rows {
        let (client, bank, clock) = timed([vec![Reply::LostAfterSending], looks].concat());
        let settled = block_on(clock.drive(async {
            let error = client.send(&sample_cancel()).await.unwrap_err();
            assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
            client.settle(&sample_cancel()).await.unwrap()
        }));
        let settled = match settled {
            Settled::Happened(_) => "Happened",
            Settled::Refused(_) => "Refused",
            Settled::Pending(_) => "Pending",
            Settled::Another(_) => "another",
            Settled::NotFound => "NotFound",
            Settled::TooEarly => "TooEarly",
        };
        assert_eq!(settled, expected);
        let writes = calls(&bank)
            .into_iter()
            .filter(|call| call == "POST cancel");
        assert_eq!(writes.count(), 1);
    }
}

#[test]
fn debug_tells_no_person_and_no_signature() {
    let printed = format!("{:?}", sample_cancel());
    for personal in ["Иванов", "Ошибка", "bm90"] {
        assert!(!printed.contains(personal), "{printed}");
    }
}
