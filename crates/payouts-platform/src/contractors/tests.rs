use rubank_core::http::Reply;
use rubank_core::operation::Operation;
use rubank_core::raw::Raw;
use rubank_core::read::read;
use rubank_core::tri::Patch;

use super::*;
use crate::paging::Item;
use crate::tests::{block_on, body_of, query_of, refused_fields, sent, timed};

fn bare(phone: &str) -> ContractorDetails {
    ContractorDetails::new(
        phone,
        "Иванов",
        "Иван",
        LegalForm::Individual,
        AgentId::new(1),
    )
}

#[test]
fn only_what_is_known_is_sent_and_null_can_be_said() {
    let required = r#""phone":"+79031112233""#;
    let rest = r#""last_name":"Иванов","first_name":"Иван","legal_form_id":1,"agent_id":1"#;
    assert_eq!(
        body_of(&UpsertContractor::new(bare("+79031112233"))),
        format!("{{{required},{rest}}}")
    );
    let nulls = bare("+79031112233").email(Patch::Null).no_passport();
    assert_eq!(
        body_of(&UpdateContractor::new(7, nulls)),
        format!(r#"{{{required},"email":null,{rest},"passport_details":null}}"#)
    );
    let foreign = Raw::parse(r#"{"document_type":"other","number":1}"#).unwrap();
    let body = body_of(&UpsertContractor::new(
        bare("+79031112233").other_passport(foreign),
    ));
    assert!(
        body.ends_with(r#""passport_details":{"document_type":"other","number":1}}"#),
        "{body}"
    );
}

#[test]
fn every_broken_rule_is_told_and_no_person() {
    for phone in [
        "",
        "79031112233",
        "+7903111223",
        "+790311122334",
        "+89031112233",
        "+7 903 111",
    ] {
        assert_eq!(
            refused_fields(&UpsertContractor::new(bare(phone))),
            ["phone"],
            "{phone}"
        );
    }
    let wrong = ContractorDetails::new("1", " ", "", LegalForm::from("two"), AgentId::new(1))
        .inn(Inn::received("canary"))
        .passport(RussianPassport::new("8000310000", date!(2024 - 02 - 06)));
    let operation = UpsertContractor::new(wrong);
    assert_eq!(
        refused_fields(&operation),
        [
            "phone",
            "last_name",
            "first_name",
            "legal_form_id",
            "inn",
            "passport_details.full_number"
        ]
    );
    let printed = format!("{operation:?} {:?}", operation.parts());
    assert!(
        !printed.contains("canary") && !printed.contains("310000"),
        "{printed}"
    );
    let printed = format!("{:?}", UpsertContractor::new(sample("+79031112233")));
    for person in [
        "Констан",
        "7903",
        "500100",
        "310000",
        "example.com",
        "Москов",
    ] {
        assert!(!printed.contains(person), "{printed}");
    }
}

#[test]
fn an_upsert_and_a_deletion_are_repeated() {
    let (client, platform, clock) = timed([
        Reply::LostAfterSending,
        Reply::json(200, r#"{"item":{"id":1}}"#),
        Reply::LostAfterSending,
        Reply::empty(204),
    ]);
    block_on(clock.drive(async {
        let card = client
            .send(&UpsertContractor::new(sample("+79031112233")))
            .await
            .unwrap();
        assert_eq!(card.id, Some(ContractorId::new(1)));
        let gone = client.send(&DeleteContractor::new(1)).await.unwrap();
        assert!(gone.body().is_none());
    }));
    let (post, delete) = ("POST /contractors", "DELETE /contractors/1");
    assert_eq!(sent(&platform), [post, post, delete, delete]);
}

#[test]
fn an_update_may_answer_bare_or_wrapped() {
    for body in [r#"{"id":7,"phone":"+79031112233"}"#, r#"{"item":{"id":7}}"#] {
        let (client, _, clock) = timed([Reply::json(200, body)]);
        let update = UpdateContractor::new(7, sample("+79031112233"));
        let card = block_on(clock.drive(client.send(&update))).unwrap();
        assert_eq!(card.id, Some(ContractorId::new(7)));
        assert_eq!(serde_json::to_string(card.value()).unwrap(), body);
    }
}

#[test]
fn lists_are_paged_and_the_agent_comes_on_demand() {
    assert_eq!(query_of(&ListContractors::new()), "page=1&per_page=100");
    assert_eq!(
        query_of(&ListRequisites::new(7).page(2).per_page(5)),
        "page=2&per_page=5"
    );
    assert_eq!(
        query_of(&ListBalances::new(7).include_agent()),
        "include=agent&page=1&per_page=100"
    );
    assert_eq!(query_of(&GetBalance::new(7, 1)), "");
    assert_eq!(
        refused_fields(&ListRequisites::new(7).per_page(7)),
        ["per_page"]
    );
}

#[test]
fn a_requisite_shows_no_card_and_a_bank_of_sbp_is_large() {
    let body = r#"{"item":{"id":0,"description":"Мир · 1519","requisite":{"account_number":"2202201080431519","sbp_bank_id":100000000004,"inn":7707083893}}}"#;
    let requisite: Item<ContractorRequisite> = read(body.as_bytes()).unwrap();
    let fields = requisite.requisite.as_ref().unwrap();
    assert_eq!(fields.sbp_bank_id.unwrap().get(), 100_000_000_004);
    assert_eq!(
        fields.account_number.as_ref().unwrap().expose(),
        "2202201080431519"
    );
    let printed = format!("{requisite:?} {fields:?}");
    assert!(
        !printed.contains("1519") && !printed.contains("770708"),
        "{printed}"
    );
    assert_eq!(serde_json::to_string(&requisite).unwrap(), body);
}
