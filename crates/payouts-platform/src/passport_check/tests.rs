use rubank_core::http::Reply;
use rubank_core::operation::Operation;
use rubank_core::polling::{Poll, PollState};

use super::*;
use crate::tests::{block_on, open};

fn with(serial: &str, number: &str, division: &str) -> Result<(), Vec<String>> {
    let passport = CheckedPassport::new(serial, number, date!(2000 - 01 - 01), division, "a", "b");
    let phone = Phone::received("+79990000000");
    let check = StartPassportCheck::new("a", "b", phone, true, date!(2000 - 02 - 29), passport);
    match check.parts() {
        Ok(_) => Ok(()),
        Err(refused) => {
            let broken = refused.violations().iter();
            Err(broken.map(|broken| broken.field().to_owned()).collect())
        }
    }
}

#[test]
fn a_passport_has_digits_where_they_belong() {
    let field = |name: &str| Err(vec![format!("passport.{name}")]);
    // Series, number, department, what is refused.
    let rows = [
        (("0012", "000001", "020-001"), Ok(())),
        (("12", "123456", "020-001"), field("serial")),
        (("12345", "123456", "020-001"), field("serial")),
        (("12 4", "123456", "020-001"), field("serial")),
        (("1234", "12345", "020-001"), field("number")),
        (("1234", "1234567", "020-001"), field("number")),
        (("1234", "123456", "020001"), field("division")),
        (("1234", "123456", "020-01"), field("division")),
        (("1234", "123456", "020_001"), field("division")),
        // Digits of another script are none here.
        (("١٢٣٤", "123456", "020-001"), field("serial")),
    ];
    for ((serial, number, division), expected) in rows {
        assert_eq!(
            with(serial, number, division),
            expected,
            "{serial} {number} {division}"
        );
    }
}

#[test]
fn every_broken_rule_is_told_and_no_value() {
    let passport = CheckedPassport::new("a", "b", date!(2000 - 01 - 01), "canary", "", " ");
    let phone = Phone::received("canary");
    let check = StartPassportCheck::new("", " ", phone, true, date!(2000 - 01 - 01), passport);
    let refused = check.parts().unwrap_err();
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|broken| broken.field())
        .collect();
    assert_eq!(
        fields,
        [
            "last_name",
            "first_name",
            "phone_number",
            "passport.registration_address",
            "passport.serial",
            "passport.number",
            "passport.division",
            "passport.issued_by"
        ]
    );
    let shown = format!("{refused} {check:?}");
    assert!(
        !shown.contains("canary") && !shown.contains("2000"),
        "{shown}"
    );
}

#[test]
fn what_may_be_absent_is_left_out() {
    let passport =
        CheckedPassport::new("1234", "123456", date!(2000 - 01 - 02), "000-000", "a", "b");
    let phone = Phone::received("+79990000000");
    let check = StartPassportCheck::new("c", "d", phone, true, date!(1999 - 12 - 31), passport);
    let parts = check.parts().unwrap();
    let body = r#"{"scenario":"acceptance_certificate_create","last_name":"c","first_name":"d","phone_number":"+79990000000","is_self_employed":true,"birth_date":"1999-12-31","citizenship":"RU","passport":{"type":"passport_rf","registration_address":"b","serial":"1234","number":"123456","issue_date":"2000-01-02","division":"000-000","issued_by":"a"}}"#;
    assert_eq!(parts.body_ref().as_bytes(), Some(body.as_bytes()));
}

#[test]
fn an_end_that_nobody_published_is_not_invented() {
    for (state, expected) in [
        ("processing", PollState::Running),
        ("completed", PollState::Final),
        ("failed", PollState::Running),
    ] {
        let body = format!(r#"{{"item":{{"id":"a","status":{{"state":"{state}"}}}}}}"#);
        let (client, platform) = open([Reply::json(200, body.clone())]);
        let answer = block_on(client.send(&GetPassportCheck::new("a/b"))).unwrap();
        assert_eq!(GetPassportCheck::state(answer.value()), expected, "{state}");
        assert_eq!(serde_json::to_string(answer.value()).unwrap(), body);
        assert_eq!(
            platform.seen()[0].uri.path(),
            "/unverified/payouts-platform.get-passport-check/a%2Fb"
        );
    }
    assert!(GetPassportCheck::new("").parts().is_err());
}

#[test]
fn a_taxpayer_number_with_a_wrong_digit_is_refused_before_anything_is_sent() {
    for (inn, is_right) in [("123456789047", true), ("123456789048", false), ("", false)] {
        let check = sample().inn(Inn::received(inn));
        let refused = check.parts().err().map(|refused| refused.to_string());
        assert_eq!(refused.is_none(), is_right, "{refused:?}");
        assert!(!refused.is_some_and(|text| text.contains("123456789048")));
    }
}
