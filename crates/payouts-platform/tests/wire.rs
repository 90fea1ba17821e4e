//! What leaves this machine, seen by an HTTP server: payouts, contractors and acceptance certificates.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use httpmock::{Method as Verb, Mock, MockServer};
use payouts_platform::rubank_core::client::ClientBuilder;
use payouts_platform::rubank_core::operation::Method;
use payouts_platform::time::macros::{date, datetime};
use payouts_platform::{
    AgentId, BalanceId, CertificateDetails, CertificateId, CertificateLine, CertificateOrder,
    Client, ContractorDetails, ContractorId, CreateCertificate, CreatePayment, DeleteContractor,
    DownloadCertificateDocx, DownloadCertificatePdf, GetBalance, GetCertificate, GetContractor,
    GetPayment, GetPaymentByCustomerId, GetPaymentV2, Include, IncludeV2, LegalForm, ListBalances,
    ListCertificates, ListContractors, ListPayments, ListPaymentsV2, ListRequisites, Money,
    PayCertificate, PaymentId, PaymentStatus, PayoutsPlatform, RepeatPayment, Requisite,
    RequisiteId, SbpBankId, ScrapMetal, UpdateCertificate, UpdateContractor, UpsertContractor,
};

const ITEM: &str = r#"{"item":{"id":1}}"#;
const PAGE: &str = r#"{"items":[]}"#;
const PERSON: &str = r#"{"phone":"+79031112233","last_name":"Иванов","first_name":"Иван","legal_form_id":2,"agent_id":1}"#;
const CERTIFICATE: &str = r#"{"agent_id":61,"number":"7","date":"2023-01-01","contractor_id":68,"scrap_metal_data":{"basis_of_ownership":"a","items_description":"b"},"amount":0.10,"certificate_items":[{"name":"c"}]}"#;

fn builder(server: &MockServer) -> ClientBuilder<PayoutsPlatform> {
    // A base with a prefix, as the vendor's other document has.
    let base = format!("{}/services/1c", server.base_url());
    Client::builder(payouts_platform::environment("mock", base))
        .credentials(payouts_platform::credentials("not-a-real-key"))
}

/// One expected request, whole: address with query, headers and body.
async fn expect<'a>(
    server: &'a MockServer,
    (verb, address): (Verb, &'static str),
    body: &'static str,
    (status, answer): (u16, &str),
) -> Mock<'a> {
    server
        .mock_async(|when, then| {
            when.method(verb)
                .header("accept", "application/json")
                .header("content-type", "application/json")
                .header("client-key", "not-a-real-key")
                .header_missing("authorization")
                // httpmock's own query matchers ignore what is there beside them.
                .is_true(move |request| {
                    let whole = request
                        .uri()
                        .path_and_query()
                        .map(|whole| whole.as_str().to_owned());
                    whole.as_deref() == Some(address) && request.body_ref() == body.as_bytes()
                });
            then.status(status)
                .header("content-type", "application/json")
                .body(answer);
        })
        .await
}

/// Expects one request for each operation, sends them, and asserts that each arrived.
macro_rules! each {
    ($server:ident, $client:ident: $(
        $operation:expr => $verb:ident $address:literal, $body:expr, $status:literal $answer:expr;
    )*) => {
        $({
            let mock = expect(&$server, (Verb::$verb, $address), $body, ($status, $answer)).await;
            $client.send(&$operation).await.unwrap();
            mock.assert_async().await;
            mock.delete_async().await;
        })*
    };
}

fn person() -> ContractorDetails {
    ContractorDetails::new(
        "+79031112233",
        "Иванов",
        "Иван",
        LegalForm::SelfEmployed,
        AgentId::new(1),
    )
}

fn certificate() -> CertificateDetails {
    let scrap = ScrapMetal::new("a", "b");
    let sum = Money::parse("0.10").unwrap();
    CertificateDetails::new(61, "7", date!(2023 - 01 - 01), 68, scrap, sum)
        .line(CertificateLine::new("c"))
}

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    let key = "act 7|2024.1";
    let by_phone = Requisite::sbp("+79990000001", SbpBankId::new(100_000_000_004));
    let uuid = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
    each! { server, client:
        CreatePayment::new(key, 68, Money::parse("1500.50").unwrap()).to(by_phone).payer(BalanceId::new(12)) =>
            POST "/services/1c/payments",
            r#"{"requisite":{"type_id":10,"account_number":"+79990000001","sbp_bank_id":100000000004},"customer_payment_id":"act 7|2024.1","contractor_id":68,"amount":1500.50,"balance_id":12}"#,
            200 ITEM;
        RepeatPayment::new(7) => POST "/services/1c/payments/7/repeat", "", 200 ITEM;
        CreateCertificate::new(certificate()) =>
            POST "/services/1c/acceptance-certificates", CERTIFICATE, 201 ITEM;
        UpdateCertificate::new(7, certificate()) =>
            PUT "/services/1c/acceptance-certificates/7", CERTIFICATE, 200 ITEM;
        PayCertificate::new(7, uuid, RequisiteId::new(5)) =>
            POST "/services/1c/acceptance-certificates/7/payments",
            r#"{"requisite_id":5,"idempotency_key":"6f9619ff-8b86-4011-b42d-00c04fc964ff"}"#, 200 ITEM;
        UpsertContractor::new(person()) => POST "/services/1c/contractors", PERSON, 200 ITEM;
        UpdateContractor::new(7, person()) => PUT "/services/1c/contractors/7", PERSON, 200 r#"{"id":7}"#;
        DeleteContractor::new(7) => DELETE "/services/1c/contractors/7", "", 204 "";
    }
}

#[tokio::test]
async fn reads_ask_for_exactly_this() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    let since = datetime!(2024-03-13 15:32:01 +3);
    each! { server, client:
        GetPayment::new(7).include(Include::Abilities).include(Include::History) =>
            GET "/services/1c/payments/7?include=abilities,history", "", 200 ITEM;
        GetPaymentByCustomerId::new("a |`\u{2018}") =>
            GET "/services/1c/payments/customer-payment/a%20%7C%60%E2%80%98", "", 200 ITEM;
        GetPaymentV2::new(8).include(IncludeV2::Files) =>
            GET "/services/1c/v2/payments/8?include=files", "", 200 ITEM;
        ListPayments::new().status(PaymentStatus::Paid).ids([1, 2].map(PaymentId::new)).created_from(since) =>
            GET "/services/1c/payments?status=1&ids=1,2&created_at_from=2024-03-13T15%3A32%3A01%2B03%3A00&page=1&per_page=100",
            "", 200 PAGE;
        ListPaymentsV2::new().status(PaymentStatus::AwaitsConfirmation).page(2).per_page(20) =>
            GET "/services/1c/v2/payments?status_id=7&page=2&per_page=20", "", 200 PAGE;
        ListCertificates::new().order(CertificateOrder::Id).ids([CertificateId::new(7)]) =>
            GET "/services/1c/acceptance-certificates?order=id&page=1&per_page=100&ids=7", "", 200 PAGE;
        GetCertificate::new(7) => GET "/services/1c/acceptance-certificates/7", "", 200 ITEM;
        ListContractors::new() => GET "/services/1c/contractors?page=1&per_page=100", "", 200 PAGE;
        GetContractor::new(ContractorId::new(7)) => GET "/services/1c/contractors/7", "", 200 ITEM;
        ListRequisites::new(7).per_page(5) =>
            GET "/services/1c/contractors/7/requisites?page=1&per_page=5", "", 200 PAGE;
        ListBalances::new(7).include_agent() =>
            GET "/services/1c/contractors/7/balances?include=agent&page=1&per_page=100", "", 200 PAGE;
        GetBalance::new(7, 1) => GET "/services/1c/contractors/7/balances/1", "", 200 ITEM;
    }
}

#[tokio::test]
async fn files_come_from_where_the_caller_says() {
    let server = MockServer::start_async().await;
    let client = builder(&server)
        .override_route(
            "payouts-platform.download-certificate-pdf",
            Method::Get,
            "/acceptance-certificates/{cert_id}/pdf",
        )
        .build()
        .unwrap();
    let mock = server
        .mock_async(|when, then| {
            when.method(Verb::GET)
                .path("/services/1c/acceptance-certificates/7/pdf")
                .header("accept", "*/*")
                .header("client-key", "not-a-real-key");
            then.status(200)
                .header("content-type", "application/pdf")
                .body("%PDF");
        })
        .await;
    let pdf = client
        .download(&DownloadCertificatePdf::new(7))
        .await
        .unwrap();
    assert_eq!(pdf.total(), Some(4));
    assert_eq!(pdf.collect(100).await.unwrap(), "%PDF");
    mock.assert_async().await;
    // The other path was not given, and nobody published it.
    assert!(
        client
            .download(&DownloadCertificateDocx::new(7))
            .await
            .is_err()
    );
}
