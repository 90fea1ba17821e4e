use std::time::Duration;

use rubank_core::client::{Lookup, Settled, Verdict};
use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;
use rubank_core::read::read;
use rubank_core::types::Inn;
use time::macros::date;

use super::super::act::{Job, JobMeasure};
use super::super::sample;
use super::*;
use crate::ids::SbpBankId;
use crate::tests::{block_on, body_of, payment, refused_fields, sent, timed};

const PAN: &str = "5469550053219652";

fn keyed(key: &str) -> CreatePayment {
    CreatePayment::new(key, 123, Money::from_roubles(100))
}

#[test]
fn the_smallest_body_has_the_key_the_contractor_and_the_sum() {
    assert_eq!(
        body_of(&keyed("a")),
        r#"{"customer_payment_id":"a","contractor_id":123,"amount":100}"#
    );
    assert_eq!(
        body_of(
            &CreatePayment::new("a", 1, Money::parse("0.10").unwrap())
                .to(Requisite::card(PAN))
                .payer(BalanceId::new(12))
        ),
        r#"{"requisite":{"type_id":8,"account_number":"5469550053219652"},"customer_payment_id":"a","contractor_id":1,"amount":0.10,"balance_id":12}"#
    );
}

#[test]
fn two_requisites_or_two_payers_cannot_be_written() {
    let body = body_of(
        &keyed("a")
            .to(Requisite::card(PAN))
            .to(RequisiteId::new(5))
            .payer(AgentId::new(1))
            .payer(BalanceId::new(2)),
    );
    assert!(
        body.contains(r#""requisite_id":5"#) && !body.contains(r#""requisite":"#),
        "{body}"
    );
    assert!(
        body.contains(r#""balance_id":2"#) && !body.contains("agent_id"),
        "{body}"
    );
}

#[test]
fn the_key_has_its_alphabet_and_length_in_characters() {
    let longest = "\u{2018}".repeat(36);
    let allowed = [
        "a",
        "9f0bb7b7-e5cd-4725-8080-4c230ec702ad",
        "-_.!:*()[]@$~`^,;=<>|{}\u{2018} Az09",
        longest.as_str(),
        "...",
    ];
    for key in allowed {
        assert_eq!(refused_fields(&keyed(key)), [""; 0], "{key}");
    }
    let too_long = "a".repeat(37);
    let refused = [
        "",
        " ",
        "   ",
        ".",
        "..",
        "ключ",
        "a/b",
        "a?b",
        "a#b",
        "a%b",
        "a+b",
        "a&b",
        "a'b",
        "a\"b",
        "a\u{2019}b",
        "a\tb",
        "a\nb",
        PAN,
        "card 5469 5500 5321 9652",
        too_long.as_str(),
    ];
    for key in refused {
        let fields = refused_fields(&keyed(key));
        assert!(!fields.is_empty(), "{key:?}");
        assert!(
            fields.iter().all(|field| field == "customer_payment_id"),
            "{fields:?}"
        );
    }
}

#[test]
fn a_card_number_may_stand_in_its_own_field_only() {
    let job = Job::new(
        PAN,
        Money::from_roubles(1),
        Quantity::new(1.into()),
        JobMeasure::Hour,
    );
    let day = date!(2024 - 03 - 13);
    let everywhere = keyed(PAN)
        .to(Requisite::card(PAN))
        .recipient(SbpRecipient::new(PAN, PAN).middle_name(PAN))
        .service_name(format!("на карту {PAN}"))
        .payment_purpose("5469 5500 5321 9652")
        .act(Act::new(PAN, day, day, day).job(job))
        .buyer(Buyer::new(PAN, Inn::received("7707083893")));
    assert_eq!(
        refused_fields(&everywhere),
        [
            "sbp_validation_data.first_name",
            "sbp_validation_data.middle_name",
            "sbp_validation_data.last_name",
            "customer_payment_id",
            "service_name",
            "payment_purpose",
            "act.document_number",
            "act.job_types[0].name",
            "buyer.name",
        ]
    );
    assert!(!format!("{:?} {everywhere:?}", everywhere.parts()).contains(PAN));
    assert_eq!(
        refused_fields(&keyed("a").to(Requisite::card(PAN))),
        [""; 0]
    );
}

#[test]
fn a_payout_prints_nothing_that_people_wrote_into_it() {
    let payment = sample().to(Requisite::card(PAN));
    let printed = format!("{payment:?} {payment:#?} {:?}", sample());
    let written = [
        PAN,
        "79990000001",
        "Иван",
        "Доставка",
        "По акту 7",
        "акт-7",
        "Ромашка",
        "7707083893",
    ];
    for text in written {
        assert!(!printed.contains(text), "{text}: {printed}");
    }
    let body = body_of(&payment) + &body_of(&sample());
    let missing: Vec<_> = written
        .iter()
        .filter(|text| !body.contains(**text))
        .collect();
    assert!(missing.is_empty(), "{missing:?} were never there");
}

#[test]
fn sums_and_requisites_are_checked_on_both_sides_of_each_edge() {
    let money = |text: &str| Money::parse(text).unwrap();
    let amount = |text| CreatePayment::new("a", 1, money(text));
    // What came from the platform may have more decimals than a sum may have.
    let odd: Money = serde_json::from_str("10.001").unwrap();
    let phone =
        |number: &str| keyed("a").to(Requisite::sbp(number, SbpBankId::new(100_000_000_004)));
    let with_job = |price: &str, measure: &str| {
        let price = serde_json::from_str(price).unwrap();
        let day = date!(2024 - 03 - 13);
        let job = Job::new(
            "a",
            price,
            Quantity::new(1.into()),
            JobMeasure::from(measure),
        );
        keyed("a").act(Act::new("7", day, day, day).job(job))
    };
    let rows = [
        (amount("0.01"), None),
        (amount("0"), Some("amount")),
        (amount("-1"), Some("amount")),
        (CreatePayment::new("a", 1, odd), Some("amount")),
        (amount("10").fix_commission(money("10")), None),
        (
            amount("10").fix_commission(money("10.01")),
            Some("fix_commission"),
        ),
        (
            amount("10").fix_commission(money("-0.01")),
            Some("fix_commission"),
        ),
        (amount("10").percent_commission(Quantity::ZERO), None),
        (
            amount("10").percent_commission(Quantity::new((-1).into())),
            Some("percent_commission"),
        ),
        (phone("+79990000001"), None),
        (phone("79990000001"), None),
        (phone("+7999000000"), Some("requisite.account_number")),
        (phone("+799900000011"), Some("requisite.account_number")),
        (phone("+89990000001"), Some("requisite.account_number")),
        (
            keyed("a").to(Requisite::card("5".repeat(12))),
            Some("requisite.account_number"),
        ),
        (keyed("a").to(Requisite::card("5".repeat(13))), None),
        (keyed("a").to(Requisite::card("5".repeat(19))), None),
        (
            keyed("a").to(Requisite::card("5".repeat(20))),
            Some("requisite.account_number"),
        ),
        (with_job("100.10", "2"), None),
        (with_job("100.101", "2"), Some("act.job_types[0].price")),
        (with_job("100", "9"), None),
        (with_job("100", "nine"), Some("act.job_types[0].measure_id")),
        (
            keyed("a").buyer(Buyer::new("ООО", Inn::received("1"))),
            Some("buyer.inn"),
        ),
        (
            keyed("a").buyer(Buyer::new(" ", Inn::received("7707083893"))),
            Some("buyer.name"),
        ),
    ];
    for (payment, field) in rows {
        let fields = refused_fields(&payment);
        assert_eq!(fields.first().map(String::as_str), field, "{payment:?}");
    }
}

#[test]
fn what_a_state_means_for_the_money() {
    let rows = [
        (1, true, Verdict::Happened),
        (1, false, Verdict::Happened),
        (2, true, Verdict::Refused),
        (2, false, Verdict::Pending),
        (3, false, Verdict::Pending),
        (3, true, Verdict::Pending),
        (4, false, Verdict::Pending),
        (5, false, Verdict::Pending),
        (5, true, Verdict::Pending),
        (6, true, Verdict::Refused),
        (6, false, Verdict::Pending),
        (7, false, Verdict::Pending),
        (8, true, Verdict::Pending),
        (99, false, Verdict::Pending),
        (99, true, Verdict::Pending),
    ];
    for (status, is_final, verdict) in rows {
        let body = format!(r#"{{"item":{{"is_final":{is_final},"status":{{"id":{status}}}}}}}"#);
        let payment: Item<Payment> = read(body.as_bytes()).unwrap();
        assert_eq!(CreatePayment::verdict(&payment), verdict, "{body}");
    }
    for item in ["{}", r#"{"status":{"id":2}}"#, r#"{"status":{"id":6}}"#] {
        let body = format!(r#"{{"item":{item}}}"#);
        let untold: Item<Payment> = read(body.as_bytes()).unwrap();
        assert_eq!(CreatePayment::verdict(&untold), Verdict::Pending, "{body}");
    }
}

#[test]
fn another_payout_under_the_same_key_says_nothing_of_this_one() {
    let wish = CreatePayment::new("act 7", 123, Money::parse("100.00").unwrap());
    let write = wish.parts().unwrap();
    let rows = [
        (
            r#"{"contractor":{"id":123},"amount":100,"customer_payment_id":"act 7"}"#,
            true,
        ),
        (r#"{"amount":"100.0"}"#, true),
        ("{}", true),
        (r#"{"contractor":{"id":124},"amount":100}"#, false),
        (r#"{"contractor":{"id":123},"amount":100.01}"#, false),
        (r#"{"contractor":{},"amount":10000}"#, false),
    ];
    for (fields, is_it) in rows {
        for status in [1, 2, 3] {
            let item = fields.replacen(
                '{',
                &format!(r#"{{"is_final":true,"status":{{"id":{status}}},"#),
                1,
            );
            let body = format!(r#"{{"item":{}}}"#, item.replace(",}", "}"));
            let found: Item<Payment> = read(body.as_bytes()).unwrap();
            assert_eq!(wish.may_be(&found), is_it, "{body}");
            let expected = match is_it {
                true => CreatePayment::verdict(&found),
                false => Verdict::Another,
            };
            assert_eq!(
                CreatePayment::verdict_for(&write, &found),
                expected,
                "{body}"
            );
        }
    }
    let renamed: Payment = read(br#"{"customer_payment_id":"act 8"}"#).unwrap();
    assert!(!wish.may_be(&renamed), "of a list, for example");
}

#[test]
fn a_gateways_404_does_not_say_that_a_payout_is_missing() {
    for reply in [Reply::html(404), Reply::empty(404)] {
        let (client, platform, clock) = timed([reply]);
        let settled = block_on(clock.drive(client.settle(&sample())));
        assert_eq!(settled.unwrap_err().outcome(), Outcome::Unknown);
        assert_eq!(platform.sends(), 1);
    }
}

#[test]
fn a_lost_answer_is_looked_up_by_the_key_and_not_sent_again() {
    let (client, platform, clock) =
        timed([Reply::LostAfterSending, payment(3, false), payment(1, true)]);
    block_on(clock.drive(async {
        let error = client.send(&sample()).await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
        let settled = client.settle(&sample()).await.unwrap();
        assert!(matches!(settled, Settled::Happened(_)), "{settled:?}");
    }));
    let look = "GET /payments/customer-payment/9f0bb7b7-e5cd-4725-8080-4c230ec702ad";
    assert_eq!(sent(&platform), ["POST /payments", look, look]);
    let minute = Duration::from_secs(60);
    assert!(
        clock.slept().iter().any(|pause| *pause >= minute),
        "{:?}",
        clock.slept()
    );
}

#[test]
fn one_not_found_is_not_the_last_word() {
    let missing = || crate::tests::refusal(404, &[]);
    let (client, platform, clock) = timed([missing(), missing()]);
    let settled = block_on(clock.drive(client.settle(&sample())));
    assert!(matches!(settled, Ok(Settled::NotFound)), "{settled:?}");
    assert_eq!(platform.sends(), 2);

    let (client, _, clock) = timed([missing(), payment(1, true)]);
    let settled = block_on(clock.drive(client.settle(&sample())));
    assert!(matches!(settled, Ok(Settled::Happened(_))), "{settled:?}");
}

#[test]
fn an_unreadable_yes_is_an_accepted_one() {
    let (client, _, clock) = timed([Reply::json(200, "{")]);
    let error = block_on(clock.drive(client.send(&sample()))).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Accepted);
    assert_ne!(error.kind(), ErrorKind::DuplicateKey);
}
