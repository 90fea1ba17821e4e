use rubank_core::http::Reply;

use super::*;
use crate::certificates;
use crate::ids::RequisiteId;
use crate::tests::{block_on, open_timed, payment, refusal, sent, timed};

const KEY: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

fn run(script: Vec<Reply>) -> (Result<CertificatePayout, Error>, Vec<String>) {
    let (client, platform, clock) = timed(script);
    let create = CreateCertificate::new(certificates::sample());
    let flow = pay_certificate(&client, &create, Duration::from_secs(600), |id| {
        PayCertificate::new(id, KEY, RequisiteId::new(5))
    });
    (block_on(clock.drive(flow)), sent(&platform))
}

fn made() -> Reply {
    Reply::json(200, r#"{"item":{"id":9}}"#)
}

#[test]
fn a_certificate_is_made_paid_and_waited_for() {
    let (ended, sent) = run(vec![made(), payment(3, false), payment(1, true)]);
    let ended = ended.unwrap();
    assert!(
        matches!(ended.payout, Some(Ok(Payout::Paid(_)))),
        "{ended:?}"
    );
    let create = "POST /acceptance-certificates";
    assert_eq!(
        sent,
        [
            create,
            "POST /acceptance-certificates/9/payments",
            "GET /payments/7"
        ]
    );
}

#[test]
fn a_failed_payment_does_not_lose_the_certificate() {
    let (ended, _) = run(vec![made(), refusal(422, &["requisite"])]);
    let ended = ended.unwrap();
    assert_eq!(ended.certificate.id, Some(CertificateId::new(9)));
    assert!(matches!(ended.payout, Some(Err(_))), "{ended:?}");
    let (ended, sent) = run(vec![Reply::json(200, r#"{"item":{}}"#)]);
    assert!(ended.unwrap().payout.is_none());
    assert_eq!(sent.len(), 1);
}

#[test]
fn a_lost_payment_is_followed_by_its_number() {
    let shows = Reply::json(200, r#"{"item":{"payment":{"id":7,"status":{"id":1}}}}"#);
    let (ended, sent) = run(vec![
        made(),
        Reply::LostAfterSending,
        shows,
        payment(1, true),
    ]);
    assert!(matches!(ended.unwrap().payout, Some(Ok(Payout::Paid(_)))));
    assert_eq!(
        sent.iter()
            .filter(|line| line.ends_with("/payments"))
            .count(),
        1
    );
    assert_eq!(sent.last().unwrap(), "GET /payments/7");
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
