//! Branches, nomenclature, the cabinet, the nominal account.

use httpmock::{Method as Verb, MockServer};
use payouts_platform::time::macros::datetime;
use payouts_platform::{
    AgentId, BranchOfficeId, CreateBranch, DeleteNomenclature, GetCabinetSettings,
    ListBranchBankAccounts, ListBranches, ListExtensionReleases, ListNomenclatures,
    ListNominalIncomings, ListNominalPayouts, Money, UpdateBranch, UpdateNomenclature, WantedType,
};

use crate::{ITEM, PAGE, builder, each, expect};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
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
    }
}

#[tokio::test]
async fn reads_ask_for_exactly_this() {
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
        ListExtensionReleases::new() =>
            GET "/services/1c/unverified/payouts-platform.list-extension-releases", None, 200 "[]";
        GetCabinetSettings::new() =>
            GET "/services/1c/unverified/payouts-platform.get-cabinet-settings", None, 200 r#"{"data":{}}"#;
    }
}
