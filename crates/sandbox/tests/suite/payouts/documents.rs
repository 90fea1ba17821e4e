//! Passports, releases, settings.

use rubank_sandbox::Sandbox;
use serde_json::{Value, json};

use super::{advance, call, get, hasty, item, post, refused, wrong};
use crate::wire::{Ask, Reply};

const RECOGNISE: &str = "/unverified/payouts-platform.recognise-passport";
const RECOGNITION: &str = "/unverified/payouts-platform.get-passport-recognition";

async fn scans(sandbox: &Sandbox, parts: &[(&str, &str, &str)]) -> Reply {
    let mut body = String::new();
    for (name, kind, content) in parts {
        body += &format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.png\"\r\n\
             Content-Type: {kind}\r\n\r\n{content}\r\n"
        );
    }
    let request = Ask::send("POST", RECOGNISE, &format!("{body}--b--\r\n"))
        .without("Content-Type")
        .header("Content-Type", "multipart/form-data; boundary=b");
    call(sandbox, request).await
}

#[tokio::test]
async fn recognition_takes_time() {
    let sandbox = hasty().await;
    let both = [
        ("passport_rus", "image/png", "scan"),
        ("passport_rus_registration", "image/jpeg", "scan"),
    ];
    let made = scans(&sandbox, &both).await.json();
    let path = format!("{RECOGNITION}/{}", made["id"].as_str().unwrap());
    let shown = item(&get(&sandbox, &path).await);
    assert_eq!(shown["status"]["state"], "processing");
    assert_eq!(shown["files"][0]["result"], json!(null));
    advance(&sandbox, 10);
    let reply = get(&sandbox, &path).await;
    assert!(
        reply.body.contains("\"issued_by\":0.511"),
        "as it is written"
    );
    let shown = item(&reply);
    assert_eq!(shown["status"]["state"], "completed");
    let result = &shown["files"][0]["result"];
    assert_eq!(
        (&result["second_name"], &result["gender"]),
        (&json!("Примеров"), &json!("МУЖ."))
    );
    assert_eq!(result["division"], "020-001");
    assert!(shown["files"][1]["result"]["registration_address"].is_string());
    assert_eq!(
        get(&sandbox, &format!("{RECOGNITION}/other")).await.status,
        404
    );
}

#[tokio::test]
async fn scans_are_pictures() {
    let sandbox = hasty().await;
    let png = "image/png";
    for (parts, field) in [
        (vec![], "passport_rus"),
        (vec![("passport_rus", "text/plain", "x")], "passport_rus"),
        (vec![("passport_rus", png, "")], "passport_rus"),
        (
            vec![("passport_rus", png, "x"), ("passport_rus", png, "x")],
            "passport_rus",
        ),
        (vec![("scan", png, "x")], "scan"),
    ] {
        assert_eq!(
            refused(&scans(&sandbox, &parts).await),
            wrong(field),
            "{parts:?}"
        );
    }
    let json = call(&sandbox, Ask::send("POST", RECOGNISE, "{}")).await;
    assert_eq!(
        refused(&json),
        (400, "content-type: must be multipart/form-data".to_owned())
    );
    let one = scans(&sandbox, &[("passport_rus_registration", png, "x")]).await;
    assert_eq!(one.status, 200);
}

#[tokio::test]
async fn passports_are_checked() {
    let sandbox = hasty().await;
    let start = "/unverified/payouts-platform.start-passport-check";
    let body = json!({
        "scenario": "acceptance_certificate_create",
        "last_name": "Иванов", "first_name": "Иван", "middle_name": null,
        "phone_number": "+79990000000", "is_self_employed": false, "birth_date": "2000-01-01",
        "citizenship": "RU", "inn": "000000000000",
        "passport": {
            "type": "passport_rf", "registration_address": "x", "serial": "0234", "number": "000456",
            "issue_date": "2020-01-01", "division": "000-000", "issued_by": "x",
        },
    });
    let outcome = async || {
        let made = item(&post(&sandbox, start, &body).await);
        assert_eq!(made["status"]["state"], "processing");
        advance(&sandbox, 10);
        let id = made["id"].as_str().unwrap();
        let path = format!("/unverified/payouts-platform.get-passport-check/{id}");
        item(&get(&sandbox, &path).await)["status"]["state"].clone()
    };
    assert_eq!(outcome().await, "completed");
    sandbox.payouts().pass_passports(false);
    assert_eq!(outcome().await, "failed");
    for (at, value, field) in [
        ("/scenario", json!("other"), "scenario"),
        ("/inn", json!("1"), "inn"),
        ("/passport/serial", json!(1234), "passport.serial"),
        ("/passport/number", json!("12345a"), "passport.number"),
        ("/citizenship", json!("KZ"), "citizenship"),
    ] {
        let mut wrong_one = body.clone();
        *wrong_one.pointer_mut(at).unwrap() = value;
        assert_eq!(
            refused(&post(&sandbox, start, &wrong_one).await),
            wrong(field)
        );
    }
    let mut silent = body.clone();
    silent.as_object_mut().unwrap().remove("scenario");
    assert_eq!(
        refused(&post(&sandbox, start, &silent).await),
        wrong("scenario")
    );
}

#[tokio::test]
async fn releases_are_bare_and_settings_are_data() {
    let sandbox = hasty().await;
    let releases = get(
        &sandbox,
        "/unverified/payouts-platform.list-extension-releases",
    )
    .await
    .json();
    assert_eq!(releases[0]["ReleaseJF"], "2.5.2");
    assert!(releases[0]["Description"].is_array());
    let settings: Value = get(
        &sandbox,
        "/unverified/payouts-platform.get-cabinet-settings",
    )
    .await
    .json();
    assert_eq!(settings["data"]["is_allow_withdraw"], true);
    assert_eq!(settings["data"]["features"]["branch_office"], true);
}
