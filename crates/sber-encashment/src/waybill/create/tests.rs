use rubank_core::client::Settled;
use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;
use rubank_core::money::Money;
use rubank_core::personal::Personal;

use super::*;
use crate::catalogue::{sample_create, sample_waybill};
use crate::tests::{block_on, calls, nothing, scripted, state, timed};
use crate::{BankStatus, Denomination, RequestOptions};

struct Echo;

impl Signer for Echo {
    fn sign(
        &self,
        text: &Personal<String>,
    ) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Signature::new(
            "AA==",
            format!("lines-{}", text.expose().split('\n').count()),
        ))
    }
}

struct Broken;

impl Signer for Broken {
    fn sign(
        &self,
        _: &Personal<String>,
    ) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>> {
        Err("the token is not plugged in".into())
    }
}

#[test]
fn the_signer_gets_the_text_and_the_request_carries_what_it_made() {
    let create = CreateWaybill::new(sample_waybill())
        .signed_by(&Echo)
        .unwrap();
    let body = create
        .parts()
        .unwrap()
        .body_ref()
        .as_bytes()
        .unwrap()
        .to_vec();
    let body = String::from_utf8(body).unwrap();
    let signatures =
        r#","digestSignatures":[{"base64Encoded":"AA==","certificateUuid":"lines-42"}]}"#;
    assert!(body.ends_with(signatures), "{body}");
    let dynamic: &dyn Signer = &Echo;
    assert_eq!(
        CreateWaybill::new(sample_waybill())
            .signed_by(dynamic)
            .unwrap(),
        create
    );
}

#[test]
fn without_a_signer_nothing_is_signed() {
    let parts = CreateWaybill::new(sample_waybill()).parts().unwrap();
    let body = String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap();
    assert!(!body.contains("digestSignatures"), "{body}");
}

#[test]
fn a_failed_signer_and_a_broken_rule_are_told_apart() {
    let failed = CreateWaybill::new(sample_waybill())
        .signed_by(&Broken)
        .unwrap_err();
    let cause = std::error::Error::source(&failed).map(ToString::to_string);
    assert_eq!(
        (failed.to_string(), cause.as_deref()),
        (
            "the signer failed".to_owned(),
            Some("the token is not plugged in")
        )
    );
    let more = Denomination::roubles("NOTE", Money::from_roubles(5), 1);
    let refused = CreateWaybill::new(sample_waybill().cash(more))
        .signed_by(&Broken)
        .unwrap_err();
    assert!(
        matches!(refused, SigningError::Invalid(_)),
        "it was not shown to the signer"
    );
}

#[test]
fn every_broken_rule_is_told_and_nothing_leaves() {
    let create =
        CreateWaybill::new(sample_waybill().from_name("")).signature(Signature::new("", ""));
    let (client, bank) = scripted([]);
    let error = block_on(client.send(&create)).unwrap_err();
    let fields: Vec<_> = error
        .invalid_request()
        .unwrap()
        .violations()
        .iter()
        .map(|broken| broken.field())
        .collect();
    assert_eq!(
        fields,
        [
            "fromName",
            "digestSignatures[0].base64Encoded",
            "digestSignatures[0].certificateUuid"
        ]
    );
    assert_eq!((error.outcome(), bank.sends()), (Outcome::NotSent, 0));
}

#[test]
fn an_answer_that_nobody_published_may_be_anything_of_its_kind() {
    for (reply, status) in [
        (Reply::empty(201), None),
        (Reply::json(200, " \n"), None),
        (
            Reply::json(201, r#"{"externalId":"x","bankStatus":"ACCEPTED","new":1}"#),
            Some(BankStatus::Accepted),
        ),
    ] {
        let (client, _) = scripted([reply]);
        assert_eq!(
            block_on(client.send(&sample_create())).unwrap().bank_status,
            status
        );
    }
    let (client, _) = scripted([Reply::json(200, "taken")]);
    let error = block_on(client.send(&sample_create())).unwrap_err();
    assert_eq!(
        (error.outcome(), error.may_have_acted()),
        (Outcome::Accepted, true)
    );
}

#[test]
fn it_is_sent_once_in_every_fault() {
    let rows = [
        (Reply::LostAfterSending, Outcome::Unknown),
        (
            Reply::CutAnswer {
                status: 201,
                body: "{\"ext".into(),
            },
            Outcome::Accepted,
        ),
        (Reply::empty(500), Outcome::Unknown),
        (Reply::empty(503), Outcome::Unknown),
        (Reply::empty(429), Outcome::Rejected),
        (Reply::html(200), Outcome::Unknown),
        (Reply::html(400), Outcome::Rejected),
        (
            Reply::json(403, r#"{"cause":"ACTION_ACCESS_EXCEPTION"}"#),
            Outcome::Rejected,
        ),
    ];
    for (reply, outcome) in rows {
        let (client, bank, clock) = timed([reply.clone(), Reply::empty(201)]);
        let error = block_on(clock.drive(client.send(&sample_create()))).unwrap_err();
        assert_eq!((error.outcome(), bank.sends()), (outcome, 1), "{reply:?}");
    }
    let (client, bank, clock) = timed([Reply::LostBeforeSending, Reply::empty(201)]);
    block_on(clock.drive(client.send(&sample_create()))).unwrap();
    assert_eq!(bank.sends(), 1, "what did not leave may leave again");
}

#[test]
fn a_lost_answer_is_settled_by_the_state() {
    let never = || vec![nothing(); 30];
    let rows = [
        (vec![nothing(), nothing(), state("ACCEPTED")], "Happened"),
        (vec![state("REJECTED_BY_CLIENT")], "Happened"),
        (vec![state("NEVER_SEEN_BEFORE")], "Happened"),
        (vec![Reply::empty(503), state("CREATED")], "Happened"),
        (never(), "NotFound"),
        (vec![Reply::json(200, "{}"); 30], "Pending"),
    ];
    for (looks, expected) in rows {
        let (client, bank, clock) = timed([vec![Reply::LostAfterSending], looks].concat());
        let settled = block_on(clock.drive(async {
            let error = client.send(&sample_create()).await.unwrap_err();
            assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
            client.settle(&sample_create()).await.unwrap()
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
        let calls = calls(&bank);
        assert_eq!(calls[0], "POST waybill");
        assert!(
            calls[1..].iter().all(|call| call == "GET state"),
            "{calls:?}"
        );
    }
}

#[test]
fn not_found_is_not_said_before_the_settle_time_nor_by_a_gateway() {
    let (client, _, clock) = timed(vec![nothing(); 30]);
    let hasty = client.with(RequestOptions::new().deadline(Duration::from_secs(10)));
    let settled = block_on(clock.drive(hasty.settle(&sample_create())));
    assert!(matches!(settled, Ok(Settled::TooEarly)), "{settled:?}");

    let (client, _) = scripted([Reply::html(404)]);
    let error = block_on(client.settle(&sample_create())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn debug_tells_no_person_no_account_and_no_signature() {
    let printed = format!("{:?}", sample_create());
    for personal in [
        "Иванов",
        "Ромашка",
        "70000000000",
        "7707083893",
        "40702810200000000001",
        "bm90",
    ] {
        assert!(!printed.contains(personal), "{printed}");
    }
    assert!(
        printed.contains("6f9619ff-8b86-4011-b42d-00c04fc964ff"),
        "{printed}"
    );
}
