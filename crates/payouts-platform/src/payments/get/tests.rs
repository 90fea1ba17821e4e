use rubank_core::http::Reply;
use rubank_core::polling::Polled;
use rubank_core::read::read;

use super::*;
use crate::tests::{block_on, payment, query_of, sent, timed};

#[test]
fn every_allowed_sign_of_a_key_travels_through_the_path() {
    let key = "a b|`\u{2018}<>{}[]@^;=";
    let (client, platform, clock) = timed([payment(1, true)]);
    block_on(clock.drive(client.send(&GetPaymentByCustomerId::new(key)))).unwrap();
    assert_eq!(
        sent(&platform),
        ["GET /payments/customer-payment/a%20b%7C%60%E2%80%98%3C%3E%7B%7D%5B%5D%40%5E%3B%3D"],
    );
}

#[test]
fn what_is_wanted_beyond_is_one_parameter() {
    let get = GetPaymentV2::new(7)
        .include(IncludeV2::Abilities)
        .include(IncludeV2::PledgeRedemption);
    assert_eq!(query_of(&get), "include=abilities,pledge_redemption");
    assert_eq!(query_of(&GetPayment::new(7)), "");
}

#[test]
fn a_payout_is_looked_at_once_a_minute_until_it_is_final() {
    let script = [payment(3, false), payment(3, false), payment(1, true)];
    let (client, platform, clock) = timed(script);
    let look = client.poll(GetPayment::new(7));
    let polled = block_on(clock.drive(look.until_final(Duration::from_secs(600))));
    assert!(matches!(polled, Ok(Polled::Final(_))), "{polled:?}");
    assert_eq!(platform.sends(), 3);
    let waited: Duration = clock.slept().iter().sum();
    assert!(waited >= Duration::from_secs(120), "{waited:?}");
}

#[test]
fn a_state_that_waits_for_a_person_is_told_at_once() {
    for status in [4, 5, 7, 8] {
        let (client, _, clock) = timed([payment(status, false)]);
        let look = client.poll(GetPayment::new(7));
        let polled = block_on(clock.drive(look.until_final(Duration::from_secs(600))));
        assert!(
            matches!(polled, Ok(Polled::NeedsPerson(_))),
            "{status}: {polled:?}"
        );
    }
}

#[test]
fn both_models_share_the_minute() {
    let (client, platform, clock) = timed([payment(3, false), payment(3, false)]);
    block_on(clock.drive(async {
        client.send(&GetPayment::new(7)).await.unwrap();
        client.send(&GetPaymentV2::new(7)).await.unwrap();
    }));
    assert_eq!(platform.sends(), 2);
    let waited: Duration = clock.slept().iter().sum();
    assert!(waited >= Duration::from_secs(60), "{waited:?}");
}

#[test]
fn the_state_of_a_payout_has_one_pace_however_it_is_asked_for() {
    let classes = [
        GetPayment::META.rates,
        GetPaymentV2::META.rates,
        GetPaymentByCustomerId::META.rates,
    ];
    assert!(classes.iter().all(|rates| *rates == classes[0]));
    // Under one name the minute is kept.
    let (client, platform, clock) = timed([payment(3, false), payment(3, false)]);
    block_on(clock.drive(async {
        let look = GetPaymentByCustomerId::new("act 7");
        client.send(&look).await.unwrap();
        client.send(&look).await.unwrap();
    }));
    assert_eq!(platform.sends(), 2);
    let waited: Duration = clock.slept().iter().sum();
    assert!(waited >= MINUTE, "{waited:?}");
}

#[test]
fn odd_values_are_read_and_written_back() {
    let body = concat!(
        r#"{"item":{"id":"15731787","commission_bank":14.8,"receipt":{"status":"active","links":{"fns_url":"#,
        r#""https:\\lknpd.nalog.ru\u0007pi\u000b1\receipt/print"}},"error":{"type":"t","code":10001},"#,
        r#""requisite":{"icon":{"overlay":true}},"act":{"status":{"id":"signed"}},"#,
        r#""branch-office":{"is_active":0,"limit_daily":null},"brand_new":[20450000000000000000]},"more":1}"#,
    );
    let payment: Item<Payment> = read(body.as_bytes()).unwrap();
    assert_eq!(payment.id, Some(PaymentId::new(15_731_787)));
    let receipt = payment.receipt.as_ref().unwrap();
    let url = receipt.links.as_ref().unwrap().fns_url.as_ref().unwrap();
    assert_eq!(
        url.expose(),
        "https:\\lknpd.nalog.ru\u{7}pi\u{b}1\receipt/print"
    );
    assert!(payment.extra.get("brand_new").is_some());
    let written = serde_json::to_string(&payment).unwrap();
    let again: Item<Payment> = read(written.as_bytes()).unwrap();
    assert_eq!(again, payment);
    assert!(written.contains("20450000000000000000") && written.contains(r#""more":1"#));
    let newer = br#"{"item":{"id":7,"act":{"status":{"id":5}},"branch_office":{"limit_daily":true,"is_active":false},"error":"text","created_at":"string"}}"#;
    let payment: Item<PaymentV2> = read(newer).unwrap();
    assert_eq!(serde_json::to_string(&payment).unwrap().len(), newer.len());
    assert_eq!(format!("{:?}", payment.created_at), "Some(Moment(***))");
}

#[test]
fn wrappers_are_told_by_name() {
    for body in [
        r#"{"item":{"id":7}}"#,
        r#"{"data":{"id":7},"meta":{}}"#,
        r#"{"id":7}"#,
    ] {
        let (client, _, clock) = timed([Reply::json(200, body)]);
        let got = block_on(clock.drive(client.send(&GetPayment::new(7)))).unwrap();
        assert_eq!(got.id, Some(PaymentId::new(7)));
        assert_eq!(serde_json::to_string(got.value()).unwrap(), body);
    }
}
