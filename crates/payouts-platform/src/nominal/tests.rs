use rubank_core::http::Reply;
use rubank_core::operation::Operation;
use time::macros::date;

use super::*;
use crate::tests::{block_on, open, query_of};

#[test]
fn a_period_has_days_or_moments() {
    let from = datetime!(2024-03-13 15:32:01 +3);
    let payouts = ListNominalPayouts::new()
        .date_from(from)
        .date_to(date!(2024 - 03 - 14));
    assert_eq!(
        query_of(&payouts),
        "date_from=2024-03-13T15:32:01+03:00&date_to=2024-03-14&page=1&per_page=100"
    );
    assert_eq!(
        query_of(&ListNominalIncomings::new().page(2)),
        "page=2&per_page=100"
    );
    // Both ends count, so that they may be the same.
    for (to, allowed) in [(from - time::Duration::SECOND, false), (from, true)] {
        let payouts = ListNominalPayouts::new().date_from(from).date_to(to);
        assert_eq!(payouts.parts().is_ok(), allowed);
        let incomings = ListNominalIncomings::new().date_from(from).date_to(to);
        assert_eq!(incomings.parts().is_ok(), allowed);
    }
}

#[test]
fn the_plus_of_an_offset_is_encoded() {
    let (client, platform) = open([Reply::json(200, r#"{"items":[]}"#)]);
    let payouts = ListNominalPayouts::new().date_from(datetime!(2024-03-13 15:32:01 +3));
    block_on(client.send(&payouts)).unwrap();
    let query = platform.seen()[0].uri.query().unwrap().to_owned();
    assert!(query.contains("%2B03"), "{query}");
}

#[test]
fn rows_that_say_the_same_are_all_given() {
    let row = r#"{"payed_at":"2023-10-10T00:00:00+03:00","recipient_inn":546456456456,"amount":115.65,"purpose":"a"}"#;
    let body = format!(r#"{{"items":[{row},{row}],"meta":{{"current_page":1,"last_page":1}}}}"#);
    let (client, _) = open([Reply::json(200, body)]);
    let mut sum = Money::ZERO;
    block_on(async {
        let mut payouts = client.items(ListNominalPayouts::new());
        while let Some(payout) = payouts.next().await {
            let payout = payout.unwrap();
            assert_eq!(
                payout.recipient_inn.as_ref().unwrap().expose(),
                "546456456456"
            );
            assert_eq!(serde_json::to_string(&payout).unwrap(), row);
            sum = sum.checked_add(payout.amount.unwrap()).unwrap();
        }
    });
    assert_eq!(sum.to_string(), "231.30");
}

#[test]
fn an_incoming_is_read_without_loss() {
    let body = r#"{"items":[{"charged_at":"2023-10-10T00:00:00+03:00","draw_at":"string","payer_inn":"1","amount":"115.65","identification_date":null,"id":9}],"meta":null}"#;
    let (client, _) = open([Reply::json(200, body)]);
    let page = block_on(client.send(&ListNominalIncomings::new())).unwrap();
    assert_eq!(page.items.good().count(), 1);
    assert_eq!(serde_json::to_string(page.value()).unwrap(), body);
}
