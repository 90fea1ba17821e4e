//! Acceptance certificates and their files.

use httpmock::{Method as Verb, MockServer};
use payouts_platform::rubank_core::operation::Method;
use payouts_platform::time::macros::date;
use payouts_platform::{
    CertificateDetails, CertificateId, CertificateLine, CertificateOrder, CreateCertificate,
    DownloadCertificateDocx, DownloadCertificatePdf, GetCertificate, ListCertificates, Money,
    PayCertificate, RequisiteId, ScrapMetal, UpdateCertificate,
};

use crate::{ITEM, PAGE, builder, each, expect};

const CERTIFICATE: &str = r#"{"agent_id":61,"number":"7","date":"2023-01-01","contractor_id":68,"scrap_metal_data":{"basis_of_ownership":"a","items_description":"b"},"amount":0.10,"certificate_items":[{"name":"c"}]}"#;

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    let uuid = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
    each! { server, client:
        CreateCertificate::new(certificate()) =>
            POST "/services/1c/acceptance-certificates", Some(CERTIFICATE), 201 ITEM;
        UpdateCertificate::new(7, certificate()) =>
            PUT "/services/1c/acceptance-certificates/7", Some(CERTIFICATE), 200 ITEM;
        PayCertificate::new(7, uuid, RequisiteId::new(5)) =>
            POST "/services/1c/acceptance-certificates/7/payments",
            Some(r#"{"requisite_id":5,"idempotency_key":"6f9619ff-8b86-4011-b42d-00c04fc964ff"}"#), 200 ITEM;
    }
}

#[tokio::test]
async fn reads_ask_for_exactly_this() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    each! { server, client:
        ListCertificates::new().order(CertificateOrder::Id).ids([CertificateId::new(7)]) =>
            GET "/services/1c/acceptance-certificates?order=id&page=1&per_page=100&ids=7", Some(""), 200 PAGE;
        GetCertificate::new(7) => GET "/services/1c/acceptance-certificates/7", Some(""), 200 ITEM;
    }
}

fn certificate() -> CertificateDetails {
    let scrap = ScrapMetal::new("a", "b");
    let sum = Money::parse("0.10").unwrap();
    CertificateDetails::new(61, "7", date!(2023 - 01 - 01), 68, scrap, sum)
        .line(CertificateLine::new("c"))
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
