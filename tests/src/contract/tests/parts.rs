//! Forms of several parts, joined lists, keys, open enums of numbers, and samples that break a rule.

use super::*;
use crate::json::Node;

const FILES: &str = r#"
openapi: '3.1.0'
info: {title: A bank, version: '1'}
x-provider: bank
servers:
  - {url: 'https://bank.example', x-environment: production, x-hosts: [api]}
paths:
  /files:
    post:
      operationId: bank.send-files
      x-provenance: {route: documented, request: inferred, answer: documented}
      x-effect: once
      x-key: null
      x-key-promise: null
      x-rates: []
      x-refused: []
      x-not-ready: []
      x-success: any-2xx
      x-scopes: []
      x-host: api
      x-lookup: null
      x-source: {title: Files, section: Files, operation: '1'}
      x-headers:
        - {name: bank-key, required: true, form: key}
        - {name: content-type, required: true, value: application/json}
      parameters:
        - name: ids
          in: query
          style: form
          explode: false
          schema: {type: array, minItems: 1, maxItems: 3, items: {type: integer}}
          example: [1, 2]
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              additionalProperties: false
              required: [page]
              properties:
                page: {type: string, format: binary}
                back: {type: string, format: binary}
                note: {type: [string, 'null'], maxLength: 3}
                count: {type: integer, minimum: 1}
            encoding:
              page: {contentType: 'image/png, image/jpeg'}
              back: {contentType: 'image/png'}
            examples:
              sample: {x-made: true, value: {page: picture, note: a b}}
      responses:
        '200':
          description: A bare list.
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  properties:
                    state: {type: integer, x-open-enum: [1, 2]}
                    sum: {type: number}
              examples:
                sample: {x-made: false, value: [{state: 1, sum: 1.50}]}
        '429': {description: Later., x-made: true}
        '500':
          description: A file.
          content:
            application/pdf:
              schema: {type: string, format: binary}
              examples:
                file: {x-made: true, value: '%PDF'}
"#;

fn send_files() -> Operation {
    let contract = read(FILES).unwrap();
    contract.operation("bank.send-files").unwrap().clone()
}

const MEDIA: &str = "multipart/form-data; boundary=\"b-1\"";

fn judged(query: &[(&str, &str)], headers: &[(&str, &str)], body: &[u8]) -> String {
    check_request(&send_files(), "POST", "/files", query, headers, body)
        .err()
        .unwrap_or_default()
        .join("; ")
}

fn form(parts: &[&str]) -> Vec<u8> {
    let mut text = String::new();
    for part in parts {
        text.push_str(&format!(
            "--b-1\r\nContent-Disposition: form-data; {part}\r\n"
        ));
    }
    (text + "--b-1--\r\n").into_bytes()
}

const PAGE: &str = "name=\"page\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nx";

#[test]
fn a_form_of_parts_is_judged_part_by_part() {
    let headers = [("Bank-Key", "k"), ("Content-Type", MEDIA)];
    let rows: [(&[&str], &str); 11] = [
        (&[PAGE], ""),
        (&[PAGE, "name=\"note\"\r\n\r\na b"], ""),
        (&[PAGE, "name=\"count\"\r\n\r\n7"], ""),
        (&["name=\"note\"\r\n\r\na"], "body.page: is missing"),
        (&[PAGE, PAGE], "body.page: stands twice"),
        (
            &[PAGE, "name=\"note\"\r\n\r\nabcd"],
            "body.note: has 4 characters",
        ),
        (&[PAGE, "name=\"count\"\r\n\r\n0"], "body.count: is less"),
        (
            &[PAGE, "name=\"other\"\r\n\r\na"],
            "body.other: is not a known member",
        ),
        (
            &["name=\"page\"\r\n\r\nx"],
            "body.page: must have a file's name; body.page: must be image/png or image/jpeg",
        ),
        (
            &["name=\"page\"; filename=\"\"\r\nContent-Type: image/gif\r\n\r\nx"],
            "body.page: must have a file's name; body.page: must be image/png or image/jpeg",
        ),
        (
            &["name=page\r\n\r\nx"],
            "body: a part has no name in quotes",
        ),
    ];
    for (parts, expected) in rows {
        let told = judged(&[], &headers, &form(parts));
        assert!(
            told.starts_with(expected) && told.is_empty() == expected.is_empty(),
            "{parts:?}: {told}"
        );
    }
}

#[test]
fn a_file_is_not_judged_by_its_bytes() {
    let headers = [("Bank-Key", "k"), ("Content-Type", MEDIA)];
    let mut body = form(&[PAGE]);
    let at = body
        .windows(5)
        .position(|window| window == b"\r\n\r\nx")
        .unwrap();
    body.splice(at + 4..at + 5, [0xff, 0x00, b'\r', b'\n', b'-', b'-', 0xfe]);
    assert_eq!(judged(&[], &headers, &body), "");
}

#[test]
fn a_form_that_readers_disagree_on_is_refused() {
    let good = String::from_utf8(form(&[PAGE])).unwrap();
    let rows = [
        (
            "multipart/form-data",
            good.clone(),
            "the content type names no boundary",
        ),
        (
            MEDIA,
            format!("preamble\r\n{good}"),
            "does not begin with its boundary",
        ),
        (
            MEDIA,
            good.replace("\r\n", "\n"),
            "a boundary must end its line",
        ),
        (MEDIA, good.replace("--b-1--\r\n", ""), "a part has no end"),
        (MEDIA, good.replace("--b-1--", "--b-1"), "a part has no end"),
        (
            MEDIA,
            format!("{good}epilogue"),
            "a boundary must end its line",
        ),
        (
            MEDIA,
            good.replace("form-data;", "attachment;"),
            "a part is no form-data",
        ),
        (
            MEDIA,
            good.replace("\r\n\r\n", "\r\n"),
            "a part has no blank line",
        ),
        (MEDIA, String::new(), "does not begin with its boundary"),
    ];
    for (media, body, expected) in rows {
        let told = judged(
            &[],
            &[("bank-key", "k"), ("content-type", media)],
            body.as_bytes(),
        );
        assert!(
            told.starts_with(&format!("body: {expected}")),
            "{expected}: {told}"
        );
    }
}

#[test]
fn a_form_that_is_written_can_be_read() {
    let operation = send_files();
    let body = operation.request.as_ref().unwrap();
    let members = [("page", "a\r\nb"), ("note", "a b")];
    let members = members.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let (media, text) = multipart(&members, &body.files);
    let headers = [("bank-key", "k"), ("content-type", media.as_str())];
    assert_eq!(judged(&[], &headers, text.as_bytes()), "");
    assert!(text.contains(
        "name=\"page\"; filename=\"page.png\"\r\nContent-Type: image/png\r\n\r\na\r\nb\r\n"
    ));
    assert!(text.contains("name=\"note\"\r\n\r\na b\r\n"));
}

#[test]
fn a_joined_list_is_one_pair_and_a_key_is_not_empty() {
    let headers = [("bank-key", "k"), ("content-type", MEDIA)];
    let body = form(&[PAGE]);
    let rows: [(&[(&str, &str)], &str); 6] = [
        (&[("ids", "1")], ""),
        (&[("ids", "1,2,3")], ""),
        (&[("ids", "1,2,3,4")], "query.ids: has 4 items"),
        (&[("ids", "")], "query.ids[0]: must be integer"),
        (&[("ids", "1, 2")], "query.ids[1]: must be integer"),
        (&[("ids", "1"), ("ids", "2")], "query.ids: stands 2 times"),
    ];
    for (query, expected) in rows {
        let told = judged(query, &headers, &body);
        assert!(
            told.starts_with(expected) && told.is_empty() == expected.is_empty(),
            "{query:?}: {told}"
        );
    }
    let blank = [("bank-key", " "), ("content-type", MEDIA)];
    assert_eq!(
        judged(&[], &blank, &body),
        "header.bank-key: must not be empty"
    );
    assert_eq!(
        judged(&[], &blank[1..], &body),
        "header.bank-key: is missing"
    );
    assert!(send_files().is_authorized(), "a key is a credential");
}

#[test]
fn what_the_examples_say_of_themselves_is_read() {
    let operation = send_files();
    let [ok, later, failed] = &operation.answers[..] else {
        panic!("three answers")
    };
    assert!(later.made && !ok.made && !failed.made);
    let body = ok.body.as_ref().unwrap();
    assert!(body.examples[0].published && !body.examples[0].made);
    assert_eq!(
        body.schema
            .items
            .as_ref()
            .unwrap()
            .property("state")
            .unwrap()
            .open_enum,
        ["1", "2"]
    );
    assert!(matches!(body.examples[0].value, Node::List(_)));
    let file = failed.body.as_ref().unwrap();
    assert_eq!(file.schema.format, Some(Format::Binary));
}

#[test]
fn each_slip_has_its_place() {
    let rows = [
        (
            "explode: false\n",
            "explode: false\n          required: 1\n",
            "must be a boolean",
        ),
        (
            "schema: {type: array, minItems: 1, maxItems: 3, items: {type: integer}}\n          example: [1, 2]",
            "schema: {type: integer}",
            "only an array in the query is joined",
        ),
        (
            "style: form",
            "style: spaceDelimited",
            "only the style form",
        ),
        (
            "page: {contentType: 'image/png, image/jpeg'}",
            "pages: {contentType: image/png}",
            "pages: is no part of the form",
        ),
        (
            "multipart/form-data",
            "application/json",
            "encoding: belongs to multipart/form-data",
        ),
        (
            "[1, 2]}\n                    sum",
            "[1, two]}\n                    sum",
            "x-open-enum belongs to",
        ),
        (
            "{type: integer, x-open-enum",
            "{type: string, x-open-enum",
            "x-open-enum belongs to",
        ),
        (
            "{type: integer, x-open-enum: [1, 2]}",
            "{type: integer, x-open-enum: [1.5]}",
            "must be a string",
        ),
        (
            "value: [{state: 1,",
            "value: [{state: one,",
            "breaks its own schema: sample[0].state",
        ),
        (
            "'%PDF'}\n",
            "'%PDF'}\n          x-made: true\n",
            "x-made belongs to its examples",
        ),
        (
            "x-made: true, value: {page",
            "x-made: true, x-breaks: [note], value: {page",
            "only what the bank published may break",
        ),
        (
            "x-made: true, value: {page",
            "x-made: false, x-breaks: [note], value: {page",
            "does not break the rule of note",
        ),
    ];
    for (from, to, expected) in rows {
        assert!(FILES.contains(from), "{from}");
        let error = read(&FILES.replacen(from, to, 1))
            .expect_err(to)
            .to_string();
        assert!(error.contains(expected), "{to}: {error}");
    }
    // A rule that a published sample breaks is named by its place, once for each time, and no other may be broken.
    let broken =
        |sample: &str| FILES.replacen("x-made: true, value: {page: picture, note: a b}", sample, 1);
    let rows = [
        (
            "x-made: false, x-breaks: [note], value: {page: x, note: abcd}",
            "",
        ),
        (
            "x-made: false, x-breaks: [note, page], value: {note: abcd}",
            "",
        ),
        (
            "x-made: false, x-breaks: [note], value: {note: abcd}",
            "sample.page: is missing",
        ),
        (
            "x-made: false, value: {page: x, note: abcd}",
            "sample.note: has 4 characters",
        ),
    ];
    for (sample, expected) in rows {
        let told = read(&broken(sample))
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(
            told.contains(expected) && told.is_empty() == expected.is_empty(),
            "{sample}: {told}"
        );
    }
}
