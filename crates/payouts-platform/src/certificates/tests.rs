use rubank_core::client::{Lookup, Settled, Verdict};
use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;
use rubank_core::operation::Operation;
use rubank_core::read::read;
use rubank_core::tri::Patch;

use super::*;
use crate::ids::{PaymentId, RequisiteId};
use crate::paging::Item;
use crate::tests::{block_on, body_of, open_timed, query_of, refused_fields, sent, timed};

fn bare(number: &str, lines: usize) -> CertificateDetails {
    let scrap = ScrapMetal::new("a", "b");
    let sum = Money::from_roubles(1);
    let details = CertificateDetails::new(1, number, date!(2023 - 01 - 01), 2, scrap, sum);
    (0..lines).fold(details, |details, _| {
        details.line(CertificateLine::new("a"))
    })
}

fn refused(details: CertificateDetails) -> Vec<String> {
    refused_fields(&CreateCertificate::new(details))
}

#[test]
fn a_certificate_prints_nothing_that_people_wrote_into_it() {
    let create = CreateCertificate::new(sample());
    let pay = PayCertificate::new(1, KEY, by_phone()).recipient(person());
    let printed = format!("{create:?} {create:#?} {pay:?}");
    let body = body_of(&create);
    for text in [
        "ПСА-7",
        "КамАЗ",
        "А001АА77",
        "Собственность",
        "Лом стальной",
        "Черные металлы",
        "Иванов",
        "79990000001",
    ] {
        assert!(body.contains(text), "{text}");
        assert!(!printed.contains(text), "{text}: {printed}");
    }
}

#[test]
fn number_and_lines_have_their_limits() {
    let rows = [
        (bare(&"я".repeat(100), 1), None),
        (bare(&"я".repeat(101), 1), Some("number")),
        (bare(" ", 1), Some("number")),
        (bare("7", 0), Some("certificate_items")),
        (bare("7", 128), None),
        (bare("7", 129), Some("certificate_items")),
        (
            bare("7", 0).line(CertificateLine::new("")),
            Some("certificate_items[0].name"),
        ),
    ];
    for (details, field) in rows {
        assert_eq!(refused(details).first().map(String::as_str), field);
    }
    let q = |text: &str| Quantity::parse(text).unwrap();
    let impure = |percent: &str| {
        bare("7", 0).line(CertificateLine::new("a").weights(q("1"), q("0"), q(percent)))
    };
    assert_eq!(refused(impure("100")), [""; 0]);
    assert_eq!(
        refused(impure("100.001")),
        ["certificate_items[0].impurity_percent"]
    );
    assert_eq!(
        refused(impure("-0.001")),
        ["certificate_items[0].impurity_percent"]
    );
}

#[test]
fn sums_are_a_warning_until_somebody_is_strict() {
    let q = |text: &str| Quantity::parse(text).unwrap();
    let money = |text: &str| Money::parse(text).unwrap();
    let line = |gross, tare, impurity, price, sum| {
        CertificateLine::new("a")
            .weights(q(gross), q(tare), q(impurity))
            .price(q(price), money(sum))
    };
    let warned = |lines: &[CertificateLine], total| check::about(lines, money(total));
    use CertificateWarning::{Line, Tare, Total};
    let rows: [(Vec<CertificateLine>, &str, Vec<CertificateWarning>); 7] = [
        (
            vec![line("10.5", "0.5", "5", "20000", "190000")],
            "190000",
            vec![],
        ),
        (
            vec![line("10.5", "0.5", "5", "20000", "190000.01")],
            "190000.01",
            vec![Line(0)],
        ),
        (
            vec![line("10.5", "0.5", "5", "20000", "190000")],
            "1",
            vec![Total],
        ),
        // 0.333 x 0.995 = 0.331335 tonnes: exact, or as the papers show it
        (
            vec![line("0.333", "0", "0.5", "20000", "6626.70")],
            "6626.70",
            vec![],
        ),
        (
            vec![line("0.333", "0", "0.5", "20000", "6620")],
            "6620",
            vec![],
        ),
        (vec![line("1", "2", "0", "1", "-1")], "-1", vec![Tare(0)]),
        (vec![CertificateLine::new("a")], "5", vec![]),
    ];
    for (lines, total, expected) in rows {
        assert_eq!(warned(&lines, total), expected, "{lines:?}");
    }
    let wrong = bare("7", 0).line(line("1", "0", "0", "1", "2"));
    assert_eq!(wrong.warnings(), [Line(0), Total]);
    assert_eq!(refused(wrong.clone()), [""; 0]);
    assert_eq!(
        refused(wrong.strict()),
        ["certificate_items[0].amount", "amount"]
    );
}

#[test]
fn absent_null_and_a_value_are_three_things() {
    let body = body_of(&UpdateCertificate::new(
        7,
        bare("7", 1)
            .branch_office(Patch::Null)
            .bank_account(BankAccountId::new(34))
            .recipient(CertificateRecipient::new(RequisiteId::new(5))),
    ));
    assert_eq!(
        body,
        r#"{"agent_id":1,"branch_office_id":null,"bank_account_id":34,"number":"7","date":"2023-01-01","contractor_id":2,"scrap_metal_data":{"basis_of_ownership":"a","items_description":"b"},"amount":1,"certificate_items":[{"name":"a"}],"contractor_requisite":{"requisite_id":5}}"#
    );
}

#[test]
fn the_key_of_a_payment_is_a_uuid_of_version_4() {
    let pay = |key: &str| PayCertificate::new(7, key, RequisiteId::new(5));
    for key in [KEY, "6F9619FF-8B86-4011-B42D-00C04FC964FF"] {
        assert_eq!(refused_fields(&pay(key)), [""; 0], "{key}");
    }
    let others = [
        "",
        "6f9619ff-8b86-1011-b42d-00c04fc964ff",
        "6f9619ff-8b86-4011-742d-00c04fc964ff",
        "6f9619ff8b864011b42d00c04fc964ff",
        "6f9619ff-8b86-4011-b42d-00c04fc964fg",
        "6f9619ff-8b86-4011-b42d-00c04fc964ffa",
    ];
    for key in others {
        assert_eq!(refused_fields(&pay(key)), ["idempotency_key"], "{key}");
    }
    let body = body_of(&pay(KEY).bank_account(Patch::Null));
    assert_eq!(
        body,
        r#"{"requisite_id":5,"idempotency_key":"6f9619ff-8b86-4011-b42d-00c04fc964ff","bank_account_id":null}"#
    );
}

#[test]
fn the_certificate_tells_what_became_of_its_payment() {
    let rows = [
        (r#"{"id":7}"#, Verdict::Missing),
        (r#"{"payment":null}"#, Verdict::Missing),
        (r#"{"payment":{}}"#, Verdict::Missing),
        (r#"{"payment":{"id":1}}"#, Verdict::Pending),
        (r#"{"payment":{"status":{"id":1}}}"#, Verdict::Happened),
        (r#"{"payment":{"status":{"id":2}}}"#, Verdict::Pending),
        (r#"{"payment":{"status":{"id":3}}}"#, Verdict::Pending),
        (r#"{"payment":{"status":{"id":4}}}"#, Verdict::Pending),
        (r#"{"payment":{"status":{"id":5}}}"#, Verdict::Pending),
        (r#"{"payment":{"status":{"id":6}}}"#, Verdict::Pending),
        (r#"{"payment":{"status":{"id":99}}}"#, Verdict::Pending),
    ];
    for (item, verdict) in rows {
        let body = format!(r#"{{"item":{item}}}"#);
        let certificate: Item<Certificate> = read(body.as_bytes()).unwrap();
        assert_eq!(PayCertificate::verdict(&certificate), verdict, "{body}");
    }
}

#[test]
fn a_lost_payment_is_never_sent_again_by_itself() {
    let shows = |payment: &str| Reply::json(200, format!(r#"{{"item":{{"payment":{payment}}}}}"#));
    let script = [
        Reply::LostAfterSending,
        shows("null"),
        shows(r#"{"id":1,"status":{"id":1}}"#),
    ];
    let (client, platform, clock) = timed(script);
    let pay = PayCertificate::new(7, KEY, RequisiteId::new(5));
    block_on(clock.drive(async {
        let error = client.send(&pay).await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
        let settled = client.settle(&pay).await.unwrap();
        assert!(matches!(settled, Settled::Happened(_)), "{settled:?}");
    }));
    let look = "GET /acceptance-certificates/7";
    assert_eq!(
        sent(&platform),
        ["POST /acceptance-certificates/7/payments", look, look]
    );
}

#[test]
fn a_rejected_payout_that_may_be_an_earlier_one_is_never_ours() {
    let shows = r#"{"item":{"payment":{"id":1,"status":{"id":2}}}}"#;
    let script = std::iter::repeat_n(Reply::json(200, shows), 50);
    let (client, platform, clock) = timed(script);
    let pay = PayCertificate::new(7, KEY, RequisiteId::new(5));
    let settled = block_on(clock.drive(client.settle(&pay))).unwrap();
    let Settled::Pending(certificate) = &settled else {
        panic!("{settled:?}");
    };
    let number = certificate.payment.as_ref().and_then(|paid| paid.id);
    assert_eq!(number, Some(PaymentId::new(1)), "the payout can be asked");
    let waited: std::time::Duration = clock.slept().iter().sum();
    assert!(waited >= PayCertificate::SETTLE, "{waited:?}");
    assert!(platform.sends() > 2);
}

#[test]
fn a_gateways_404_does_not_say_that_there_is_no_payout() {
    for reply in [Reply::html(404), Reply::empty(404)] {
        let (client, _, clock) = timed([reply]);
        let pay = PayCertificate::new(7, KEY, RequisiteId::new(5));
        let settled = block_on(clock.drive(client.settle(&pay)));
        assert_eq!(settled.unwrap_err().outcome(), Outcome::Unknown);
    }
}

#[test]
fn a_lost_creation_is_not_repeated() {
    let (client, platform, clock) = timed([Reply::LostAfterSending]);
    let create = CreateCertificate::new(sample());
    let error = block_on(clock.drive(client.send(&create))).unwrap_err();
    assert_eq!((error.outcome(), platform.sends()), (Outcome::Unknown, 1));
}

#[test]
fn filters_of_the_list() {
    let list = ListCertificates::new()
        .order(CertificateOrder::CreatedAt)
        .contractors([ContractorId::new(68)])
        .updated_from(date!(2024 - 03 - 13));
    assert_eq!(
        query_of(&list),
        "order=created_at&page=1&per_page=100&contractor_ids=68&updated_at_from=2024-03-13"
    );
}

#[test]
fn a_file_is_streamed_and_an_error_is_no_file() {
    let pdf = DownloadCertificatePdf::new(7);
    let file = Reply::Answer {
        status: 200,
        headers: vec![("content-type", "application/pdf".to_owned())],
        body: "%PDF".into(),
    };
    let refused = crate::tests::refusal(401, &[]);
    let (client, _, clock) = open_timed([file, refused, Reply::html(200)]);
    block_on(clock.drive(async {
        let file = client.download(&pdf).await.unwrap();
        assert_eq!(file.content_type(), Some("application/pdf"));
        assert_eq!(file.collect(4).await.unwrap(), "%PDF");
        let error = client.download(&pdf).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        let error = client.download(&pdf).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotTheBank, "a gateway's page");
    }));
    let parts = pdf.parts().unwrap();
    assert_eq!(parts.headers()["accept"], "*/*");

    let (client, platform, clock) = timed([]);
    assert!(block_on(clock.drive(client.download(&pdf))).is_err());
    assert_eq!(
        platform.sends(),
        0,
        "a path that nobody published is not called"
    );
}

#[test]
fn a_card_number_may_stand_in_its_own_field_of_a_certificate_only() {
    const PAN: &str = "5469550053219652";
    let person =
        || SbpRecipient::new(PAN, "5469.5500.5321.9652").middle_name("5469_5500_5321_9652");
    let names = |field: &str| {
        let place = |name| format!("{field}.{name}");
        ["first_name", "middle_name", "last_name"].map(place)
    };
    let pay = PayCertificate::new(1, KEY, Requisite::card(PAN)).recipient(person());
    assert_eq!(refused_fields(&pay), names("sbp_validation_data"));
    assert!(!format!("{pay:?} {:?}", pay.parts()).contains(PAN));
    let recipient = CertificateRecipient::new(Requisite::card(PAN)).sbp(person());
    assert_eq!(
        refused(bare("7", 1).recipient(recipient)),
        names("contractor_requisite.sbp_validation_data")
    );
}
