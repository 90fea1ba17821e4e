//! The self-employed, identifications, cooperations and passports.

use httpmock::{Method as Verb, MockServer};
use payouts_platform::rubank_core::operation::Method;
use payouts_platform::{
    AgentId, ContractorId, CooperationId, CreateCooperation, DeleteCooperation, ErrorKind,
    GetLastApprovedIdentification, GetPassportCheck, GetPassportRecognition, IdentificationView,
    LegalForm, Outcome, PersonIdentity, RecognisePassport, RequestIdentification, Scan,
    SynchroniseSelfEmployedState,
};

use crate::{ITEM, builder, each, expect};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    let contractor = ContractorId::new(68);
    each! { server, client:
        SynchroniseSelfEmployedState::new(contractor) =>
            POST "/services/1c/contractors/68/selfemployer/sync", Some(""), 200 r#"{"item":{}}"#;
        RequestIdentification::new(contractor, PersonIdentity::new("rus")).view(IdentificationView::Passport) =>
            POST "/services/1c/contractors/68/identification-requests?view=passport",
            Some(r#"{"country":"rus"}"#), 200 ITEM;
        CreateCooperation::new(contractor, AgentId::new(7), LegalForm::SelfEmployed).is_agree_pay_taxes(true) =>
            POST "/services/1c/contractors/68/cooperations",
            Some(r#"{"agent_id":7,"legal_form_id":2,"is_agree_pay_taxes":true}"#), 201 ITEM;
        DeleteCooperation::new(contractor, CooperationId::new(3)) =>
            DELETE "/services/1c/contractors/68/cooperations/3", None, 204 "";
    }
}

#[tokio::test]
async fn reads_ask_for_exactly_this() {
    let server = MockServer::start_async().await;
    let client = builder(&server).allow_unverified_paths().build().unwrap();
    each! { server, client:
        GetLastApprovedIdentification::new(ContractorId::new(68)) =>
            GET "/services/1c/contractors/68/identification-requests/last-approved", None, 200 ITEM;
        GetPassportRecognition::new(ID) =>
            GET "/services/1c/unverified/payouts-platform.get-passport-recognition/550e8400-e29b-41d4-a716-446655440000",
            None, 200 r#"{"item":{}}"#;
    }
}

#[tokio::test]
async fn scans_travel_as_a_form_whole_or_as_a_stream() {
    let server = MockServer::start_async().await;
    let scan = [&b"\xff\xd8\xff"[..], &[0x2d; 200_000]].concat();
    let mut form = b"--rubank-form-0000000000000000\r\n\
        Content-Disposition: form-data; name=\"passport_rus\"; filename=\"passport_rus.jpg\"\r\n\
        Content-Type: image/jpeg\r\n\r\n"
        .to_vec();
    form.extend(&scan);
    form.extend(b"\r\n--rubank-form-0000000000000000--\r\n");
    let length = form.len().to_string();
    let mock = server
        .mock_async(|when, then| {
            when.method(Verb::POST)
                .path("/services/1c/scans")
                .header("client-key", "not-a-real-key")
                .header("content-length", length)
                .header(
                    "content-type",
                    "multipart/form-data; boundary=rubank-form-0000000000000000",
                )
                .is_true(move |request| request.body_ref() == form.as_slice());
            then.status(200).body(r#"{"id":"497f6eca"}"#);
        })
        .await;
    let client = builder(&server)
        .override_route(
            "payouts-platform.recognise-passport",
            Method::Post,
            "/scans",
        )
        .build()
        .unwrap();
    let send = RecognisePassport::new().passport(Scan::jpeg(scan));
    let started = client.send(&send).await.unwrap();
    assert_eq!(started.id.as_str(), "497f6eca");
    client.send(&send.on_progress(|_, _| {})).await.unwrap();
    assert_eq!(mock.calls_async().await, 2);
}

#[tokio::test]
async fn paths_that_nobody_published_are_not_called() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    let error = client.send(&GetPassportCheck::new(ID)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnverifiedRoute);
    assert_eq!(error.outcome(), Outcome::NotSent);
    let scans = RecognisePassport::new().passport(Scan::jpeg(&b"\xff\xd8\xff"[..]));
    let error = client.send(&scans).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnverifiedRoute);
}
