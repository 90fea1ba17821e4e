use std::sync::{Arc, Mutex};

use rubank_core::error::Outcome;
use rubank_core::http::Reply;
use rubank_core::money::Quantity;
use rubank_core::operation::Operation;
use rubank_core::polling::{Poll, PollState};

use super::*;
use crate::Item;
use crate::tests::{block_on, open};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nmain page";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0address";

fn scans() -> RecognisePassport {
    RecognisePassport::new()
        .passport(Scan::png(PNG))
        .registration(Scan::jpeg(JPEG))
}

fn content_type(send: &RecognisePassport) -> String {
    let parts = send.parts().unwrap();
    let header = &parts.headers()["content-type"];
    header.to_str().unwrap().to_owned()
}

#[test]
fn the_form_is_as_rfc_7578_has_it() {
    let mut expected = b"--rubank-form-0000000000000000\r\n\
        Content-Disposition: form-data; name=\"passport_rus\"; filename=\"passport_rus.png\"\r\n\
        Content-Type: image/png\r\n\r\n"
        .to_vec();
    expected.extend(PNG);
    expected.extend(
        b"\r\n--rubank-form-0000000000000000\r\n\
        Content-Disposition: form-data; name=\"passport_rus_registration\"; filename=\"passport_rus_registration.jpg\"\r\n\
        Content-Type: image/jpeg\r\n\r\n",
    );
    expected.extend(JPEG);
    expected.extend(b"\r\n--rubank-form-0000000000000000--\r\n");
    let parts = scans().parts().unwrap();
    assert_eq!(parts.body_ref().as_bytes(), Some(&expected[..]));
    assert_eq!(
        content_type(&scans()),
        "multipart/form-data; boundary=rubank-form-0000000000000000"
    );
}

#[test]
fn the_boundary_occurs_in_no_file() {
    // What the file holds, which boundary is left.
    let rows: [(&[u8], &str); 3] = [
        (b"", "rubank-form-0000000000000000"),
        (
            b"rubank-form-0000000000000000",
            "rubank-form-0000000000000001",
        ),
        (
            b"rubank-form-0000000000000001 rubank-form-0000000000000000",
            "rubank-form-0000000000000002",
        ),
    ];
    for (content, boundary) in rows {
        let file = [PNG, content].concat();
        let send = RecognisePassport::new().passport(Scan::png(file));
        assert_eq!(
            content_type(&send),
            format!("multipart/form-data; boundary={boundary}")
        );
    }
}

#[test]
fn only_pictures_are_sent_and_one_at_least() {
    let refused = |send: RecognisePassport| send.parts().unwrap_err().to_string();
    assert_eq!(
        refused(RecognisePassport::new()),
        "passport_rus: one scan at least must be there (got none)"
    );
    let wrong = RecognisePassport::new()
        .passport(Scan::png(JPEG))
        .registration(Scan::jpeg(&b""[..]));
    assert_eq!(
        refused(wrong),
        "passport_rus: must be a file of the type image/png (got 11 bytes that begin otherwise); \
         passport_rus_registration: must be a file of the type image/jpeg (got 0 bytes that begin otherwise)"
    );
    let both = PNG.len() + JPEG.len();
    assert!(scans().limit(both).parts().is_ok());
    assert_eq!(
        refused(scans().limit(both - 1)),
        format!(
            "body: must have at most {} bytes of scans (got {both} bytes)",
            both - 1
        )
    );
    let page = Scan::jpeg(JPEG);
    assert_eq!((page.format(), page.size()), (ImageFormat::Jpeg, 11));
    let alone = RecognisePassport::new().registration(page);
    assert!(alone.parts().is_ok());
    assert!(!format!("{alone:?}").contains("address"));
}

#[test]
fn progress_is_told_and_the_bytes_are_the_same() {
    let large = [PNG, &[7; 150_000]].concat();
    let send = RecognisePassport::new().passport(Scan::png(large));
    let whole = send
        .parts()
        .unwrap()
        .body_ref()
        .as_bytes()
        .unwrap()
        .to_vec();

    let told = Arc::new(Mutex::new(Vec::new()));
    let hearer = told.clone();
    let send = send.on_progress(move |sent, total| hearer.lock().unwrap().push((sent, total)));
    assert!(send.parts().unwrap().body_ref().is_stream());
    let (client, platform) = open([Reply::json(200, r#"{"id":"a"}"#)]);
    block_on(client.send(&send)).unwrap();
    assert_eq!(platform.seen()[0].body, whole);

    let told = told.lock().unwrap();
    let total = whole.len() as u64;
    assert_eq!(told.len(), 5, "a head, three chunks, an end");
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert_eq!(told.last(), Some(&(total, total)));
}

#[test]
fn scans_leave_once_whatever_becomes_of_the_answer() {
    for send in [scans(), scans().on_progress(|_, _| {})] {
        let (client, platform) = open([Reply::LostAfterSending, Reply::json(200, r#"{"id":"a"}"#)]);
        let error = block_on(client.send(&send)).unwrap_err();
        assert_eq!((error.outcome(), platform.sends()), (Outcome::Unknown, 1));
    }
    // Taken, but nobody can ask for the result.
    let (client, _) = open([Reply::json(200, "{}")]);
    let error = block_on(client.send(&scans())).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Accepted);
}

#[test]
fn confidences_are_exact() {
    let body = r#"{"item":{"id":"a","files":[{"type":"passport_rus","result":{"second_name":"b","serial":1234,"confidences":{"second_name":0.8290,"serial":1e-3,"new":0.1}}}]}}"#;
    let answer = rubank_core::read::read::<Item<PassportRecognition>>(body.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&answer).unwrap(), body);
    let fields = answer.files.good().next().unwrap().result.clone().unwrap();
    let confidences = fields.confidences.as_ref().unwrap();
    let all: Vec<_> = confidences
        .iter()
        .map(|(field, sure)| (field, sure.to_string()))
        .collect();
    assert_eq!(
        all,
        [
            ("second_name", "0.8290".to_owned()),
            ("serial", "0.001".to_owned())
        ]
    );
    assert_eq!(fields.serial.as_ref().unwrap().expose(), "1234");
    let shown = format!("{answer:?} {fields:?}");
    assert!(!shown.contains("1234"), "{shown}");
}

#[test]
fn a_field_is_doubtful_below_the_threshold_or_without_a_word() {
    let fields = r#"{"first_name":"a","gender":"b","number":"c","confidences":{"first_name":0.9,"number":0.899,"birthplace":0.1,"division":0.95}}"#;
    let fields: RecognisedFields = rubank_core::read::read(fields.as_bytes()).unwrap();
    let doubtful =
        |least: &str| -> Vec<_> { fields.doubtful(Quantity::parse(least).unwrap()).collect() };
    assert_eq!(doubtful("0.9"), ["gender", "number", "birthplace"]);
    assert_eq!(doubtful("0.899"), ["gender", "birthplace"]);
    assert_eq!(doubtful("0"), ["gender"], "nothing was said of it");
    assert_eq!(doubtful("1").len(), 5);
}

#[test]
fn only_completed_is_final() {
    for (status, expected) in [
        (r#"{"state":"completed"}"#, PollState::Final),
        (r#"{"state":"processing"}"#, PollState::Running),
        (
            r#"{"state":"invented","theme":"error"}"#,
            PollState::Running,
        ),
        ("{}", PollState::Running),
        ("null", PollState::Running),
    ] {
        let body = format!(r#"{{"item":{{"status":{status}}}}}"#);
        let answer = rubank_core::read::read(body.as_bytes()).unwrap();
        assert_eq!(GetPassportRecognition::state(&answer), expected, "{status}");
    }
    assert!(GetPassportRecognition::new(" ").parts().is_err());
}
