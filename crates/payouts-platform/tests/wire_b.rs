//! What leaves this machine, seen by an HTTP server: branches, passports, nomenclature, the cabinet, the self-employed,
//! cooperations and the nominal account.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use httpmock::{Method as Verb, Mock, MockServer};
use payouts_platform::rubank_core::operation::Method;
use payouts_platform::time::macros::datetime;
use payouts_platform::{
    AgentId, BranchOfficeId, Client, ContractorId, CooperationId, CreateBranch, CreateCooperation,
    DeleteCooperation, DeleteNomenclature, ErrorKind, GetCabinetSettings,
    GetLastApprovedIdentification, GetPassportCheck, GetPassportRecognition, IdentificationView,
    LegalForm, ListBranchBankAccounts, ListBranches, ListExtensionReleases, ListNomenclatures,
    ListNominalIncomings, ListNominalPayouts, Money, Outcome, PersonIdentity, RecognisePassport,
    RequestIdentification, Scan, SynchroniseSelfEmployedState, UpdateBranch, UpdateNomenclature,
    WantedType, rubank_core,
};
use rubank_core::client::ClientBuilder;
use rubank_core::secret::Secret;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const ITEM: &str = r#"{"item":{"id":1}}"#;
const PAGE: &str = r#"{"items":[]}"#;

fn builder(server: &MockServer) -> ClientBuilder<payouts_platform::PayoutsPlatform> {
    // A base with a prefix, as the vendor's other document has.
    let base = format!("{}/services/1c", server.base_url());
    Client::builder(payouts_platform::environment("mock", base)).credentials(
        payouts_platform::credentials(Secret::from("not-a-real-key")),
    )
}

/// One expected request, whole: address with query, headers and body.
async fn expect<'a>(
    server: &'a MockServer,
    (verb, address): (Verb, &'static str),
    body: Option<&str>,
    (status, answer): (u16, &str),
) -> Mock<'a> {
    server
        .mock_async(|when, then| {
            let when = when
                .method(verb)
                .header("accept", "application/json")
                .header("content-type", "application/json")
                .header("client-key", "not-a-real-key")
                .header_missing("authorization")
                // httpmock's own query matchers ignore what is there beside them.
                .is_true(move |request| {
                    request
                        .uri()
                        .path_and_query()
                        .is_some_and(|whole| whole.as_str() == address)
                });
            if let Some(body) = body {
                when.body(body);
            }
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

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    let contractor = ContractorId::new(68);
    each! { server, client:
        CreateBranch::new("Филиал", AgentId::new(45), "Московская 4, д. 3").limit_daily(Money::from_roubles(250)) =>
            POST "/services/1c/branch-office",
            Some(r#"{"name":"Филиал","agent_id":45,"address":"Московская 4, д. 3","limit_monthly":null,"limit_daily":250}"#),
            200 ITEM;
        UpdateBranch::partial(BranchOfficeId::new(12)).is_active(true) =>
            PATCH "/services/1c/branch-office/12", Some(r#"{"is_active":1}"#), 200 ITEM;
        UpdateNomenclature::new(ID, "a", WantedType::named("b")) =>
            PUT "/services/1c/nomenclatures/550e8400-e29b-41d4-a716-446655440000",
            Some(r#"{"name":"a","type":"b"}"#), 200 r#"{"item":{"id":"1"}}"#;
        DeleteNomenclature::new("a/b c") =>
            DELETE "/services/1c/nomenclatures/a%2Fb%20c", None, 204 "";
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
async fn reads_ask_for_what_they_say() {
    let server = MockServer::start_async().await;
    let client = builder(&server).allow_unverified_paths().build().unwrap();
    each! { server, client:
        ListBranches::new().search("a&b").per_page(20) =>
            GET "/services/1c/branch-office?search=a%26b&page=1&per_page=20", None, 200 PAGE;
        ListBranchBankAccounts::new() =>
            GET "/services/1c/unverified/payouts-platform.list-branch-bank-accounts?page=1&per_page=100",
            None, 200 PAGE;
        ListNomenclatures::new().with_trashed().page(2) =>
            GET "/services/1c/nomenclatures?with_trashed=1&page=2&per_page=100", None, 200 PAGE;
        ListNominalPayouts::new().date_from(datetime!(2024-03-13 15:32:01 +3)) =>
            GET "/services/1c/unverified/payouts-platform.list-nominal-payouts\
                 ?date_from=2024-03-13T15%3A32%3A01%2B03%3A00&page=1&per_page=100",
            None, 200 PAGE;
        ListNominalIncomings::new() =>
            GET "/services/1c/unverified/payouts-platform.list-nominal-incomings?page=1&per_page=100",
            None, 200 PAGE;
        GetLastApprovedIdentification::new(ContractorId::new(68)) =>
            GET "/services/1c/contractors/68/identification-requests/last-approved", None, 200 ITEM;
        GetPassportRecognition::new(ID) =>
            GET "/services/1c/unverified/payouts-platform.get-passport-recognition/550e8400-e29b-41d4-a716-446655440000",
            None, 200 r#"{"item":{}}"#;
        ListExtensionReleases::new() =>
            GET "/services/1c/unverified/payouts-platform.list-extension-releases", None, 200 "[]";
        GetCabinetSettings::new() =>
            GET "/services/1c/unverified/payouts-platform.get-cabinet-settings", None, 200 r#"{"data":{}}"#;
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
