//! Payouts.

use httpmock::{Method as Verb, MockServer};
use payouts_platform::time::macros::datetime;
use payouts_platform::{
    BalanceId, CreatePayment, GetPayment, GetPaymentByCustomerId, GetPaymentV2, Include, IncludeV2,
    ListPayments, ListPaymentsV2, Money, PaymentId, PaymentStatus, RepeatPayment, Requisite,
    SbpBankId,
};

use crate::{ITEM, PAGE, builder, each, expect};

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    let key = "act 7|2024.1";
    let by_phone = Requisite::sbp("+79990000001", SbpBankId::new(100_000_000_004));
    each! { server, client:
        CreatePayment::new(key, 68, Money::parse("1500.50").unwrap()).to(by_phone).payer(BalanceId::new(12)) =>
            POST "/services/1c/payments",
            Some(r#"{"requisite":{"type_id":10,"account_number":"+79990000001","sbp_bank_id":100000000004},"customer_payment_id":"act 7|2024.1","contractor_id":68,"amount":1500.50,"balance_id":12}"#),
            200 ITEM;
        RepeatPayment::new(7) => POST "/services/1c/payments/7/repeat", Some(""), 200 ITEM;
    }
}

#[tokio::test]
async fn reads_ask_for_exactly_this() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    let since = datetime!(2024-03-13 15:32:01 +3);
    each! { server, client:
        GetPayment::new(7).include(Include::Abilities).include(Include::History) =>
            GET "/services/1c/payments/7?include=abilities,history", Some(""), 200 ITEM;
        GetPaymentByCustomerId::new("a |`\u{2018}") =>
            GET "/services/1c/payments/customer-payment/a%20%7C%60%E2%80%98", Some(""), 200 ITEM;
        GetPaymentV2::new(8).include(IncludeV2::Files) =>
            GET "/services/1c/v2/payments/8?include=files", Some(""), 200 ITEM;
        ListPayments::new().status(PaymentStatus::Paid).ids([1, 2].map(PaymentId::new)).created_from(since) =>
            GET "/services/1c/payments?status=1&ids=1,2&created_at_from=2024-03-13T15%3A32%3A01%2B03%3A00&page=1&per_page=100",
            Some(""), 200 PAGE;
        ListPaymentsV2::new().status(PaymentStatus::AwaitsConfirmation).page(2).per_page(20) =>
            GET "/services/1c/v2/payments?status_id=7&page=2&per_page=20", Some(""), 200 PAGE;
    }
}
