//! Contractors, their requisites and balances.

use httpmock::{Method as Verb, MockServer};
use payouts_platform::{
    AgentId, ContractorDetails, ContractorId, DeleteContractor, GetBalance, GetContractor,
    LegalForm, ListBalances, ListContractors, ListRequisites, UpdateContractor, UpsertContractor,
};

use crate::{ITEM, PAGE, builder, each, expect};

const PERSON: &str = r#"{"phone":"+79031112233","last_name":"Иванов","first_name":"Иван","legal_form_id":2,"agent_id":1}"#;

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    each! { server, client:
        UpsertContractor::new(person()) => POST "/services/1c/contractors", Some(PERSON), 200 ITEM;
        UpdateContractor::new(7, person()) => PUT "/services/1c/contractors/7", Some(PERSON), 200 r#"{"id":7}"#;
        DeleteContractor::new(7) => DELETE "/services/1c/contractors/7", Some(""), 204 "";
    }
}

#[tokio::test]
async fn reads_ask_for_exactly_this() {
    let server = MockServer::start_async().await;
    let client = builder(&server).build().unwrap();
    each! { server, client:
        ListContractors::new() => GET "/services/1c/contractors?page=1&per_page=100", Some(""), 200 PAGE;
        GetContractor::new(ContractorId::new(7)) => GET "/services/1c/contractors/7", Some(""), 200 ITEM;
        ListRequisites::new(7).per_page(5) =>
            GET "/services/1c/contractors/7/requisites?page=1&per_page=5", Some(""), 200 PAGE;
        ListBalances::new(7).include_agent() =>
            GET "/services/1c/contractors/7/balances?include=agent&page=1&per_page=100", Some(""), 200 PAGE;
        GetBalance::new(7, 1) => GET "/services/1c/contractors/7/balances/1", Some(""), 200 ITEM;
    }
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
