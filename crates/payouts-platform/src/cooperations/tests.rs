use rubank_core::error::Outcome;
use rubank_core::http::Reply;
use rubank_core::operation::Operation;

use super::*;
use crate::tests::{block_on, scripted};

fn create(form: LegalForm) -> CreateCooperation {
    CreateCooperation::new(CONTRACTOR, AgentId::new(5), form)
}

#[test]
fn the_tax_must_be_spoken_of_for_the_self_employed_only() {
    let body = |create: CreateCooperation| -> Result<String, String> {
        let parts = create.parts().map_err(|refused| refused.to_string())?;
        Ok(String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap())
    };
    let silent = "is_agree_pay_taxes: must be said for the self-employed (got nothing)";
    // What is created, the body or the refusal.
    let rows = [
        (
            create(LegalForm::Individual),
            Ok(r#"{"agent_id":5,"legal_form_id":1}"#),
        ),
        (create(LegalForm::SelfEmployed), Err(silent)),
        (
            create(LegalForm::SelfEmployed).is_agree_pay_taxes(false),
            Ok(r#"{"agent_id":5,"legal_form_id":2,"is_agree_pay_taxes":false}"#),
        ),
        (
            create(LegalForm::Entrepreneur).is_agree_pay_taxes(true),
            Ok(r#"{"agent_id":5,"legal_form_id":3,"is_agree_pay_taxes":true}"#),
        ),
        (
            create(LegalForm::from(4)),
            Ok(r#"{"agent_id":5,"legal_form_id":4}"#),
        ),
        (
            create(LegalForm::from("two")),
            Err("legal_form_id: must be a number (got 3 characters)"),
        ),
    ];
    for (create, expected) in rows {
        assert_eq!(
            body(create).as_deref(),
            expected.map_err(str::to_owned).as_deref()
        );
    }
    let update = UpdateCooperation::new(
        CONTRACTOR,
        COOPERATION_ID,
        AgentId::new(5),
        LegalForm::SelfEmployed,
    );
    assert_eq!(update.parts().unwrap_err().to_string(), silent);
    assert!(update.is_agree_pay_taxes(true).parts().is_ok());
}

#[test]
fn both_identifiers_stand_in_the_path() {
    let (client, platform) =
        scripted([Reply::json(200, r#"{"item":{"id":7}}"#), Reply::empty(204)]);
    let contractor = ContractorId::new(100_000_000_004);
    let id = CooperationId::new(7);
    block_on(async {
        client
            .send(&GetCooperation::new(contractor, id))
            .await
            .unwrap();
        client
            .send(&DeleteCooperation::new(contractor, id))
            .await
            .unwrap();
    });
    for seen in platform.seen() {
        assert_eq!(
            seen.uri.path(),
            "/contractors/100000000004/cooperations/7",
            "{}",
            seen.method
        );
    }
}

#[test]
fn a_lost_creation_is_not_repeated_and_a_lost_change_is() {
    let item = || {
        Reply::json(
            200,
            r#"{"item":{"id":7,"legal_form":{"id":"2","name":"a"}}}"#,
        )
    };
    let (client, platform) = scripted([Reply::LostAfterSending, item()]);
    let error = block_on(client.send(&create(LegalForm::Individual))).unwrap_err();
    assert_eq!((error.outcome(), platform.sends()), (Outcome::Unknown, 1));

    let (client, platform, clock) = crate::tests::timed([Reply::LostAfterSending, item()]);
    let update = UpdateCooperation::new(
        CONTRACTOR,
        COOPERATION_ID,
        AgentId::new(5),
        LegalForm::Entrepreneur,
    );
    let answer = block_on(clock.drive(async { client.send(&update).await.unwrap() }));
    let form = answer.legal_form.as_ref().unwrap();
    assert_eq!(form.id, Some(LegalForm::SelfEmployed));
    assert_eq!(platform.sends(), 2);
}
