//! Payouts and certificates.

use std::time::Duration;

use payouts_platform::flows::{
    CertificateEnd, ContractorPayout, MadeBefore, Payout, pay_certificate, pay_contractor,
    payments_with_ids,
};
use payouts_platform::{
    CertificateId, Client, CreateCertificate, CreatePayment, ErrorKind, GetCertificate, GetPayment,
    GetPaymentByCustomerId, Money, Outcome, PayCertificate, Settled, StatusMeaning,
};
use rubank_sandbox::payouts::{self, CREATE_PAYMENT, PaymentEnd, Repeat};
use rubank_sandbox::{Fault, FaultRule, Moment};

use crate::{HOUR, answered, asked, by_phone, connect, contractor, details};

const UUID: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

async fn run(client: &Client, key: &str, roubles: &str) -> ContractorPayout {
    let amount = Money::parse(roubles).unwrap();
    let flow = pay_contractor(client, details(), HOUR, |contractor| {
        CreatePayment::new(key, contractor, amount).to(by_phone())
    });
    flow.await.unwrap()
}

#[tokio::test]
async fn a_flow_keeps_the_minute_of_its_payout_whatever_is_lost() {
    let (sandbox, client) = connect().await;
    sandbox
        .faults()
        .push(FaultRule::on(CREATE_PAYMENT, Fault::Close(Moment::AfterWork)).next(1));
    for _ in 0..2 {
        let paid = run(&client, "act 7", "100").await;
        assert!(matches!(paid, ContractorPayout::Paid { .. }), "{paid:?}");
    }
    assert_eq!(sandbox.ledger().paid("act 7"), 1);
    assert_eq!(asked(&sandbox, CREATE_PAYMENT), 2, "the second run too");
    assert_eq!(answered(&sandbox, 429), 0, "{:?}", sandbox.calls());
}

#[tokio::test]
async fn a_payout_that_is_found_late_is_waited_for() {
    let (sandbox, client) = connect().await;
    sandbox.payouts().lag_lookups(Duration::from_secs(50));
    let paid = run(&client, "act 7", "100").await;
    assert!(matches!(paid, ContractorPayout::Paid { .. }), "{paid:?}");
    assert_eq!((answered(&sandbox, 404), answered(&sandbox, 429)), (0, 0));
}

#[tokio::test]
async fn one_payout_under_two_names_has_one_minute() {
    let (sandbox, client) = connect().await;
    let pay = CreatePayment::new("act 7", contractor(), Money::from_roubles(100)).to(by_phone());
    let made = client.send(&pay).await.unwrap();
    let id = made.id.unwrap();
    client
        .send(&GetPaymentByCustomerId::new("act 7"))
        .await
        .unwrap();
    let polled = client.poll(GetPayment::new(id)).until_final(HOUR).await;
    assert!(polled.is_ok(), "{polled:?}");
    assert_eq!(answered(&sandbox, 429), 0, "the platform knows both names");
}

#[tokio::test]
async fn a_key_that_belongs_to_another_payout_is_told() {
    let (sandbox, client) = connect().await;
    run(&client, "act 7", "100").await;
    let other = run(&client, "act 7", "100.01").await;
    let ContractorPayout::NotPaidYet(Payout::AnotherPayout(payment)) = other else {
        panic!("{other:?}");
    };
    assert_eq!(payment.amount, Some(Money::from_roubles(100)));
    assert_eq!(sandbox.ledger().paid("act 7"), 1);
}

#[tokio::test]
async fn a_used_key_refused_without_a_word_is_found_all_the_same() {
    let (sandbox, client) = connect().await;
    let nameless = Fault::Answer {
        status: 400,
        content_type: "application/json".to_owned(),
        body: r#"{"error":{"title":"no","detail":null,"fields":[],"code":400}}"#.to_owned(),
        moment: Moment::AfterWork,
    };
    sandbox
        .faults()
        .push(FaultRule::on(CREATE_PAYMENT, nameless).next(1));
    let pay = CreatePayment::new("act 7", contractor(), Money::from_roubles(100)).to(by_phone());
    let error = client.send(&pay).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::BadRequest, Outcome::Unknown)
    );
    let settled = client.settle(&pay).await.unwrap();
    assert!(matches!(settled, Settled::Happened(_)), "{settled:?}");
    assert_eq!(sandbox.ledger().paid("act 7"), 1);
}

#[tokio::test]
async fn a_second_run_after_a_crash_pays_no_certificate_twice() {
    let (sandbox, client) = connect().await;
    // The worst that a platform may do with a key that it has seen.
    sandbox.payouts().on_repeated_key(Repeat::ActAgain);
    let id = CertificateId::new(payouts::CERTIFICATE.try_into().unwrap());
    let pay = PayCertificate::new(id, UUID, by_phone());
    sandbox
        .faults()
        .push(FaultRule::on(payouts::PAY_CERTIFICATE, Fault::Close(Moment::AfterWork)).next(1));
    client.send(&pay).await.unwrap_err();
    // Here the process ends.
    let create = CreateCertificate::new(nothing());
    let before = Some(MadeBefore::perhaps_paid(id));
    for _ in 0..2 {
        let again = pay_certificate(&client, &create, before, HOUR, async |_| Some(pay.clone()));
        let again = again.await.unwrap();
        assert!(
            matches!(again.end, CertificateEnd::Followed(Payout::Paid(_))),
            "{again:?}"
        );
    }
    assert_eq!(asked(&sandbox, payouts::CREATE_CERTIFICATE), 0);
    assert_eq!(asked(&sandbox, payouts::PAY_CERTIFICATE), 1);
    assert_eq!(sandbox.ledger().paid(UUID), 1);
}

#[tokio::test]
async fn a_payment_that_its_certificate_shows_late_is_never_made_twice() {
    // Within the settle time, and beyond it.
    for (lag, is_found) in [(50, true), (600, false)] {
        let (sandbox, client) = connect().await;
        sandbox.payouts().on_repeated_key(Repeat::ActAgain);
        sandbox.payouts().lag_lookups(Duration::from_secs(lag));
        let id = CertificateId::new(payouts::CERTIFICATE.try_into().unwrap());
        let pay = PayCertificate::new(id, UUID, by_phone());
        sandbox
            .faults()
            .push(FaultRule::on(payouts::PAY_CERTIFICATE, Fault::Close(Moment::AfterWork)).next(1));
        client.send(&pay).await.unwrap_err();
        let create = CreateCertificate::new(nothing());
        let before = Some(MadeBefore::perhaps_paid(id));
        let again = pay_certificate(&client, &create, before, HOUR, async |_| Some(pay.clone()));
        let end = again.await.unwrap().end;
        match is_found {
            true => assert!(
                matches!(end, CertificateEnd::Followed(Payout::Paid(_))),
                "{end:?}"
            ),
            false => assert!(matches!(end, CertificateEnd::LeftAlone), "{end:?}"),
        }
        assert_eq!(asked(&sandbox, payouts::PAY_CERTIFICATE), 1);
        sandbox.clock().advance(Duration::from_secs(600));
        assert_eq!(sandbox.ledger().paid(UUID), 1);
    }
}

#[tokio::test]
async fn a_certificate_whose_first_payment_was_refused_is_paid_with_a_new_key() {
    let (sandbox, client) = connect().await;
    let id = CertificateId::new(payouts::CERTIFICATE.try_into().unwrap());
    let other = "7d9619ff-8b86-4011-b42d-00c04fc964ff";
    sandbox.payouts().end_attempt(1, PaymentEnd::Rejected);
    let create = CreateCertificate::new(nothing());
    let before = Some(MadeBefore::unpaid(id));
    let first = pay_certificate(&client, &create, before, HOUR, async |id| {
        Some(PayCertificate::new(id, UUID, by_phone()))
    });
    let first = first.await.unwrap().end;
    assert!(
        matches!(first, CertificateEnd::Followed(Payout::Refused(_))),
        "{first:?}"
    );
    let second = pay_certificate(&client, &create, before, HOUR, async |id| {
        Some(PayCertificate::new(id, other, by_phone()))
    });
    let second = second.await.unwrap().end;
    assert!(
        matches!(second, CertificateEnd::Followed(Payout::Paid(_))),
        "{second:?}"
    );
    assert_eq!(
        (sandbox.ledger().paid(UUID), sandbox.ledger().paid(other)),
        (0, 1)
    );
}

#[tokio::test]
async fn a_certificate_that_was_made_before_and_not_paid_is_paid_once() {
    let (sandbox, client) = connect().await;
    let id = CertificateId::new(payouts::CERTIFICATE.try_into().unwrap());
    let shown = client.send(&GetCertificate::new(id)).await.unwrap();
    assert!(shown.payment.is_none(), "{shown:?}");
    let create = CreateCertificate::new(nothing());
    let before = Some(MadeBefore::unpaid(id));
    let paid = pay_certificate(&client, &create, before, HOUR, async |id| {
        Some(PayCertificate::new(id, UUID, by_phone()))
    });
    let paid = paid.await.unwrap();
    assert!(
        matches!(paid.end, CertificateEnd::Followed(Payout::Paid(_))),
        "{paid:?}"
    );
    assert_eq!(sandbox.ledger().paid(UUID), 1);
}

#[tokio::test]
async fn many_payouts_are_followed_together() {
    let (sandbox, client) = connect().await;
    let mut ids = Vec::new();
    for number in 0..30 {
        let key = format!("act {number}");
        let pay = CreatePayment::new(key, contractor(), Money::from_roubles(1)).to(by_phone());
        ids.extend(client.send(&pay).await.unwrap().id);
    }
    let running = payments_with_ids(&client, ids.clone()).await.unwrap();
    let all = |meaning| move |one: &payouts_platform::Payment| one.meaning() == meaning;
    assert_eq!(running.len(), 30);
    assert!(running.iter().all(all(StatusMeaning::Running)));
    sandbox.clock().advance(Duration::from_secs(120));
    let paid = payments_with_ids(&client, ids).await.unwrap();
    assert!(paid.len() == 30 && paid.iter().all(all(StatusMeaning::Paid)));
}

/// What is never sent.
fn nothing() -> payouts_platform::CertificateDetails {
    payouts_platform::CertificateDetails::new(
        1,
        "never sent",
        payouts_platform::time::macros::date!(2026 - 01 - 16),
        1,
        payouts_platform::ScrapMetal::new("a", "b"),
        Money::from_roubles(1),
    )
}
