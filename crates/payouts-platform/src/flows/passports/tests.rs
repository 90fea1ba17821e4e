use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;
use rubank_core::operation::Operation;
use rubank_core::types::Phone;
use time::macros::date;

use super::*;
use crate::tests::{block_on, open_timed, scripted};
use crate::{CheckedPassport, ContractorId, RequestIdentification, Scan};

const STARTED: &str = r#"{"id":"497f6eca"}"#;
const RUNNING: &str = r#"{"item":{"status":{"state":"processing"}}}"#;
const MAIN_PAGE: &str = r#""first_name":"Имя","middle_name":"Отчество","second_name":"Фамилия","gender":"МУЖ.","birth_date":"2023-11-07","serial":"0234","number":"023456","date":"1993-04-28","division":"020-001","issued_by":"Кем","birthplace":"Место""#;

fn done(main_page: &str, confidences: &str) -> String {
    format!(
        r#"{{"item":{{"id":"497f6eca","status":{{"state":"completed"}},"files":[{{"type":"passport_rus","result":{{{main_page},"confidences":{{{confidences}}}}}}},{{"type":"passport_rus_registration","result":{{"registration_address":"Где","confidences":{{"registration_address":0.5}}}}}}]}}}}"#
    )
}

fn scans() -> RecognisePassport {
    RecognisePassport::new().passport(Scan::png(&b"\x89PNG\r\n\x1a\n"[..]))
}

fn least(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn recognition(main_page: &str) -> PassportRecognition {
    let body = done(main_page, "");
    let item: Item<PassportRecognition> = rubank_core::read::read(body.as_bytes()).unwrap();
    item.item
}

#[test]
fn scans_are_sent_once_and_looked_at_until_they_are_done() {
    let all = [
        "first_name",
        "middle_name",
        "second_name",
        "gender",
        "birth_date",
        "serial",
    ]
    .map(|field| format!(r#""{field}":0.99"#))
    .join(",");
    let last = done(
        MAIN_PAGE,
        &format!(r#"{all},"issued_by":0.511,"number":0.9"#),
    );
    let (client, platform, clock) = open_timed([
        Reply::json(200, STARTED),
        Reply::json(200, RUNNING),
        Reply::empty(503),
        Reply::json(200, last),
    ]);
    let recognised = block_on(clock.drive(async {
        recognise_passport(&client, &scans(), least("0.9"), Duration::from_secs(60)).await
    }))
    .unwrap();
    assert!(recognised.is_final);
    let doubts: Vec<_> = recognised
        .doubtful
        .iter()
        .map(|doubt| (doubt.scan.as_ref().unwrap().as_str(), doubt.field))
        .collect();
    assert_eq!(
        doubts,
        [
            ("passport_rus", "date"),
            ("passport_rus", "division"),
            ("passport_rus", "issued_by"),
            ("passport_rus", "birthplace"),
            ("passport_rus_registration", "registration_address"),
        ]
    );
    let writes = platform
        .seen()
        .iter()
        .filter(|seen| seen.method == "POST")
        .count();
    assert_eq!(writes, 1);
    let shown = format!("{recognised:?}");
    assert!(
        !shown.contains("Фамилия") && !shown.contains("023456"),
        "{shown}"
    );
}

#[test]
fn a_scan_of_which_nothing_was_read_is_named() {
    let files =
        r#"{"type":"passport_rus","result":null},{"type":"passport_rus_registration","result":7}"#;
    let last = format!(r#"{{"item":{{"status":{{"state":"completed"}},"files":[{files}]}}}}"#);
    let (client, _, clock) = open_timed([Reply::json(200, STARTED), Reply::json(200, last)]);
    let recognised = block_on(clock.drive(async {
        recognise_passport(&client, &scans(), least("0.9"), Duration::from_secs(60)).await
    }))
    .unwrap();
    let doubts: Vec<_> = recognised
        .doubtful
        .iter()
        .map(|doubt| (doubt.scan.as_ref().map(ScanKind::as_str), doubt.field))
        .collect();
    assert_eq!(doubts, [(None, "files"), (Some("passport_rus"), "result")]);
}

#[test]
fn scans_that_take_too_long_keep_their_identifier() {
    let script = std::iter::once(Reply::json(200, STARTED))
        .chain(std::iter::repeat_n(Reply::json(200, RUNNING), 20));
    let (client, _, clock) = open_timed(script);
    let recognised = block_on(clock.drive(async {
        recognise_passport(&client, &scans(), least("0.9"), Duration::from_secs(10)).await
    }))
    .unwrap();
    assert!(!recognised.is_final && recognised.doubtful.is_empty());
    assert_eq!(recognised.id.as_str(), "497f6eca");
    assert!(recognised.recognition.is_some());
}

#[test]
fn a_lost_upload_is_told_and_not_repeated() {
    let (client, platform, clock) =
        open_timed([Reply::LostAfterSending, Reply::json(200, STARTED)]);
    let error = block_on(clock.drive(async {
        recognise_passport(&client, &scans(), least("1"), Duration::from_secs(10)).await
    }))
    .unwrap_err();
    assert_eq!((error.outcome(), platform.sends()), (Outcome::Unknown, 1));
    let (client, platform) = scripted([]);
    let patience = Duration::from_secs(10);
    let error = block_on(recognise_passport(&client, &scans(), least("1"), patience)).unwrap_err();
    assert_eq!(
        (error.kind(), platform.sends()),
        (ErrorKind::UnverifiedRoute, 0)
    );
}

#[test]
fn what_was_recognised_is_converted() {
    let person = to_identification(&recognition(MAIN_PAGE)).unwrap();
    let request = RequestIdentification::new(ContractorId::new(1), person);
    let parts = request.parts().unwrap();
    let body = r#"{"country":"rus","passport":{"first_name":"Имя","last_name":"Фамилия","middle_name":"Отчество","gender":"male","number":"0234 023456","department_name":"Кем","department_code":"020001","issued_at":"28.04.1993","birthdate":"07.11.2023","birthdate_place":"Место","address":{"full_address":"Где"}}}"#;
    assert_eq!(parts.body_ref().as_bytes(), Some(body.as_bytes()));
}

#[test]
fn each_field_is_converted_or_named() {
    // What stands in the field instead, whether it can be converted.
    let rows = [
        ("gender", "ЖЕН.", true),
        ("gender", "жен", true),
        ("gender", "Муж.", true),
        ("gender", "canary", false),
        ("gender", "", false),
        ("birth_date", "2024-02-29", true),
        ("birth_date", "2023-02-29", false),
        ("birth_date", "07.11.2023", false),
        ("date", "1993-04-28T00:00:00Z", false),
        ("division", "020 001", true),
        ("division", "020001", true),
        ("division", "020-01", false),
        ("division", "020-00O", false),
        ("serial", "02 34", true),
        ("serial", "234", false),
        ("number", "0234567", false),
        ("second_name", " ", false),
        ("issued_by", "", false),
    ];
    for (field, text, allowed) in rows {
        let start = MAIN_PAGE.find(&format!(r#""{field}":""#)).unwrap();
        let value = start + field.len() + 4;
        let end = value + MAIN_PAGE[value..].find('"').unwrap();
        let page = format!("{}{text}{}", &MAIN_PAGE[..value], &MAIN_PAGE[end..]);
        match to_identification(&recognition(&page)) {
            Ok(_) => assert!(allowed, "{field} {text}"),
            Err(refused) => {
                assert!(!allowed, "{field} {text}");
                assert_eq!(refused.violations().len(), 1);
                assert_eq!(refused.violations()[0].field(), field);
                assert!(!refused.to_string().contains("canary"));
            }
        }
    }
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let named = |page: &str| -> Vec<String> {
        let refused = to_identification(&recognition(page)).unwrap_err();
        let broken = refused.violations().iter();
        broken.map(|broken| broken.field().to_owned()).collect()
    };
    assert_eq!(
        named(r#""first_name":null"#),
        [
            "first_name",
            "second_name",
            "gender",
            "serial",
            "number",
            "issued_by",
            "division",
            "date",
            "birth_date"
        ]
    );
    let nothing: PassportRecognition = rubank_core::read::read(br#"{"files":[]}"#).unwrap();
    let refused = to_identification(&nothing).unwrap_err();
    assert_eq!(refused.violations()[0].field(), "passport_rus");
}

fn check() -> StartPassportCheck {
    let born = date!(2000 - 01 - 01);
    let passport = CheckedPassport::new("1234", "123456", born, "000-000", "a", "b");
    StartPassportCheck::new(
        "a",
        "b",
        Phone::received("+79990000000"),
        true,
        born,
        passport,
    )
}

fn state(state: &str) -> Reply {
    let body = format!(r#"{{"item":{{"id":"6219b041","status":{{"state":"{state}"}}}}}}"#);
    Reply::json(200, body)
}

#[test]
fn a_check_ends_or_its_last_answer_is_given_back() {
    // The answers to the start and to each look, whether it ended, the last state.
    let rows = [
        (
            vec![state("processing"), state("processing"), state("completed")],
            true,
            "completed",
        ),
        (vec![state("processing"); 20], false, "processing"),
        (
            vec![state("processing"), state("invented")],
            false,
            "invented",
        ),
    ];
    for (script, is_final, last) in rows {
        let script = script
            .into_iter()
            .chain(std::iter::repeat_n(state(last), 10));
        let (client, platform, clock) = open_timed(script);
        let checked = block_on(
            clock.drive(async { check_passport(&client, &check(), Duration::from_secs(9)).await }),
        )
        .unwrap();
        assert_eq!(checked.is_final, is_final);
        let status = checked.check.status.as_ref().unwrap();
        assert_eq!(status.state.as_ref().unwrap().as_str(), last);
        let starts = platform
            .seen()
            .iter()
            .filter(|seen| seen.method == "POST")
            .count();
        assert_eq!(starts, 1);
    }
    // Nothing to ask with.
    let (client, platform, clock) = open_timed([Reply::json(200, r#"{"item":{}}"#)]);
    let checked = block_on(
        clock.drive(async { check_passport(&client, &check(), Duration::from_secs(9)).await }),
    )
    .unwrap();
    assert!(!checked.is_final);
    assert_eq!(platform.sends(), 1);
}
