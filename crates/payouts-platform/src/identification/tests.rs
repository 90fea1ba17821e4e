use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;
use rubank_core::operation::Operation;

use super::*;
use crate::tests::{block_on, query_of, scripted};

fn request(person: PersonIdentity) -> RequestIdentification {
    RequestIdentification::new(ContractorId::new(1), person)
}

fn body_of(person: PersonIdentity) -> String {
    let parts = request(person).parts().unwrap();
    String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap()
}

fn refused(person: PersonIdentity) -> Vec<String> {
    match request(person).parts() {
        Ok(_) => Vec::new(),
        Err(refused) => {
            let broken = refused.violations().iter();
            broken.map(|broken| broken.field().to_owned()).collect()
        }
    }
}

#[test]
fn codes_keep_their_zeros_and_dates_have_dots() {
    let passport = IdentityPassport::new()
        .department_code("020001")
        .issued_at(date!(1993 - 04 - 08))
        .birthdate(date!(0999 - 12 - 31))
        .address("a")
        .address_details(AddressDetails::new().zip_code("040000"));
    let person = PersonIdentity::new("rus")
        .snils(Snils::received("011-223-344 70"))
        .passport(passport);
    assert_eq!(
        body_of(person),
        r#"{"country":"rus","snils":"01122334470","passport":{"department_code":"020001","issued_at":"08.04.1993","birthdate":"31.12.0999","address":{"full_address":"a","detailed":{"zip_code":"040000"}}}}"#
    );
    assert_eq!(body_of(PersonIdentity::new("rus")), r#"{"country":"rus"}"#);
}

#[test]
fn a_russian_passport_has_a_shape_and_others_have_none() {
    let with = |country: &str, number: &str, code: &str| {
        let passport = IdentityPassport::new().number(number).department_code(code);
        refused(PersonIdentity::new(country).passport(passport))
    };
    let none: [&str; 0] = [];
    assert_eq!(with("rus", "1234 123456", "170001"), none);
    for (number, code, field) in [
        ("1234123456", "170001", "passport.number"),
        ("1234 12345", "170001", "passport.number"),
        ("1234 1234567", "170001", "passport.number"),
        ("1234 123456", "170-001", "passport.department_code"),
        ("1234 123456", "17000", "passport.department_code"),
    ] {
        assert_eq!(with("rus", number, code), [field], "{number} {code}");
    }
    assert_eq!(with("kaz", "N12345678", "a"), none);
    assert_eq!(with("kaz", " ", "a"), ["passport.number"]);
}

#[test]
fn every_broken_rule_is_told() {
    for (country, allowed) in [
        ("rus", true),
        ("RUS", false),
        ("ru", false),
        ("russ", false),
        ("", false),
        ("рус", false),
    ] {
        assert_eq!(
            refused(PersonIdentity::new(country)).is_empty(),
            allowed,
            "{country}"
        );
    }
    let passport = IdentityPassport::new()
        .first_name(" ")
        .last_name("")
        .address_details(AddressDetails::new());
    assert_eq!(
        refused(PersonIdentity::new("rus").passport(passport)),
        [
            "passport.first_name",
            "passport.last_name",
            "passport.address.full_address"
        ]
    );
}

#[test]
fn the_view_is_asked_for_only_where_wanted() {
    let request = request(PersonIdentity::new("rus"));
    assert_eq!(query_of(&request), "");
    assert_eq!(
        query_of(&request.view(IdentificationView::Passport)),
        "view=passport"
    );
    let last = GetLastApprovedIdentification::new(ContractorId::new(1));
    assert_eq!(query_of(&last), "");
    assert_eq!(
        query_of(&last.view(IdentificationView::Simple)),
        "view=simple"
    );
}

#[test]
fn both_views_are_read_without_loss_and_print_no_person() {
    for body in [
        r#"{"item":{"id":1,"contractor_id":"1","company_id":1,"agent_id":1,"status":"approved","is_verified":1}}"#,
        r#"{"item":{"id":1,"status":"invented","number":1234123456,"birth_place":"canary","country":{"code":643,"title":"canary"},"parsed_number":{"serial":"canary"},"address_data":null}}"#,
    ] {
        let (client, _) = scripted([Reply::json(200, body)]);
        let last = GetLastApprovedIdentification::new(ContractorId::new(1));
        let answer = block_on(client.send(&last)).unwrap();
        assert_eq!(serde_json::to_string(answer.value()).unwrap(), body);
        let shown = format!("{:?}", answer.value());
        assert!(
            !shown.contains("canary") && !shown.contains("123412"),
            "{shown}"
        );
    }
    assert!(IdentificationStatus::Rejected.is_final() && IdentificationStatus::Approved.is_final());
    for status in [
        "pending",
        "auto_check",
        "manual_check",
        "contractor_approve",
        "invented",
    ] {
        assert!(!IdentificationStatus::from(status).is_final(), "{status}");
    }
}

#[test]
fn a_lost_request_is_not_repeated_and_a_missing_one_is_a_404() {
    let (client, platform) = scripted([Reply::LostAfterSending, Reply::json(200, "{}")]);
    let error = block_on(client.send(&request(sample()))).unwrap_err();
    assert_eq!((error.outcome(), platform.sends()), (Outcome::Unknown, 1));
    let (client, _) = scripted([Reply::json(404, r#"{"error":{"code":404}}"#)]);
    let last = GetLastApprovedIdentification::new(ContractorId::new(1));
    let error = block_on(client.send(&last)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn the_request_prints_no_person() {
    let shown = format!("{:?}", request(sample()));
    let written = ["Иван", "1234", "1990", "Химки", "170001", "Male", "140000"];
    for personal in written
        .into_iter()
        .chain(["РОССИЯ", "643", "Дом", "Корпус"])
    {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
}

#[test]
fn numbers_with_wrong_check_digits_are_refused() {
    let person = PersonIdentity::new("rus")
        .snils(Snils::received("11223344596"))
        .inn(Inn::received("123456789012"));
    let request = RequestIdentification::new(ContractorId::new(1), person);
    assert_eq!(crate::tests::refused_fields(&request), ["snils", "inn"]);
}
