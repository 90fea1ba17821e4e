use super::*;

fn write() -> Error {
    Error::new(ErrorKind::Server, Outcome::Unknown).of_operation("bank", "bank.pay", Effect::Keyed)
}

fn said(code: &str, id: &str) -> BankError {
    BankError::new()
        .with_code(Some(code))
        .with_message(Some("canary"))
        .with_request_id(Some(id))
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap()
}

#[test]
fn one_line_for_an_operator() {
    let token = "canary.".repeat(10);
    let lost = || TransportError::new(crate::http::TransportFault::Lost, "connection closed");
    let rows: Vec<(Error, &str)> = vec![
        (
            write()
                .with_status(status(503))
                .with_bank(said("BUSY", "r-1"))
                .with_retry_after(Some(Duration::from_millis(1500)))
                .after(2, Duration::from_millis(1034)),
            "bank.pay: 503 server code=BUSY request-id=r-1, outcome unknown: look it up before anything else, \
             after 2 attempts in 1.034 s, retry after 2 s",
        ),
        // Texts that do not look like codes are not shown.
        (
            write()
                .with_status(status(500))
                .with_bank(said("canary text", &token))
                .after(1, Duration::ZERO),
            "bank.pay: 500 server, outcome unknown: look it up before anything else, after 1 attempt in 0.000 s",
        ),
        (
            Error::new(ErrorKind::NotFound, Outcome::Rejected)
                .with_status(status(404))
                .of_operation("bank", "bank.get", Effect::Read)
                .after(1, Duration::from_secs(61)),
            "bank.get: 404 not_found, after 1 attempt in 61.000 s",
        ),
        // What was never sent says why at once.
        (
            Error::from(InvalidRequest::new("amount", "must be more than nothing"))
                .of_operation("bank", "bank.pay", Effect::Once)
                .after(0, Duration::ZERO),
            "bank.pay: invalid_request, not sent: amount: must be more than nothing",
        ),
        (Error::configuration("no host"), "configuration: no host"),
        (
            Error::new(ErrorKind::ConnectionLost, Outcome::Accepted)
                .of_operation("bank", "bank.pay", Effect::Once)
                .with_cause(lost())
                .after(1, Duration::ZERO),
            "bank.pay: connection_lost, accepted by the bank, answer unreadable, after 1 attempt in 0.000 s",
        ),
    ];
    for (error, expected) in rows {
        assert_eq!(error.to_string(), expected);
        let shown = format!("{error:?} {error:#}");
        assert!(
            !shown.contains("canary") && !shown.contains('\n'),
            "{shown}"
        );
        assert!(shown.starts_with("Error(") && shown.contains(expected));
    }
}

#[test]
fn the_alternate_form_adds_the_cause() {
    let lost = TransportError::new(crate::http::TransportFault::Lost, "connection closed");
    let error = write().with_cause(lost).after(1, Duration::ZERO);
    assert!(!error.to_string().contains("closed"));
    assert!(format!("{error:#}").ends_with("in 0.000 s: connection closed"));
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "connection closed"
    );
}

#[test]
fn codes_look_like_codes() {
    let rows = [
        ("invalid_token", true),
        ("E-42.1:b", true),
        ("E123456789", true),
        ("STATEMENT_RESPONSE_PROCESSING", true),
        ("InvalidRefreshTokenException", true),
        ("Err42.Limit", true),
        // Tokens: a UUID, one and a number, letters and digits, and what a URL may hold.
        ("7f1b4b1e-3a52-4a4e-9d0a-0a3f7f0c2b11", false),
        ("faceb00c-dead-4bee-babe-cafedecafbad-1", false),
        ("abcdefghijklmnopqrstuvwxyzabcdefghij12", false),
        ("dBjftJeZ4CVP-mB92K_uhbUJU1p1r", false),
        ("mF_9.B5f-4.1JqM", true),
        ("mF_9.B5f-4.1JqMx", false),
        ("c2f5b0a1d4e84a7f9c3b6d8e1f2a3b4c5d6e7f", false),
        ("40702810901400001130", false),
        ("code-79001234567", false),
        ("", false),
        ("two words", false),
        ("Иванов", false),
        ("line\nbreak", false),
        ("a=b", false),
        (
            "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcde",
            false,
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(is_code(text), expected, "{text:?}");
    }
}

#[test]
fn outcomes_only_get_worse() {
    use Outcome::{Accepted, NotSent, Rejected, Unknown};
    let order = [NotSent, Rejected, Unknown, Accepted];
    for (index, first) in order.into_iter().enumerate() {
        for (other, second) in order.into_iter().enumerate() {
            assert_eq!(first.and_then(second), order[index.max(other)]);
        }
    }
    assert_eq!(
        order.map(Outcome::as_str),
        ["not_sent", "rejected", "unknown", "accepted"]
    );
}

#[test]
fn reads_never_act() {
    for outcome in [Outcome::Unknown, Outcome::Accepted] {
        let error =
            |effect| Error::new(ErrorKind::Server, outcome).of_operation("b", "b.o", effect);
        assert!(!error(Effect::Read).may_have_acted());
        for effect in [Effect::Idempotent, Effect::Keyed, Effect::Once] {
            assert!(error(effect).may_have_acted());
        }
    }
    assert!(!Error::configuration("x").may_have_acted());
}

#[test]
fn the_table_of_statuses() {
    use ErrorKind::*;
    let rows = [
        (200, UnreadableAnswer, Outcome::Unknown),
        (204, UnreadableAnswer, Outcome::Unknown),
        (302, Redirect, Outcome::Unknown),
        (400, BadRequest, Outcome::Rejected),
        (401, Unauthorized, Outcome::Rejected),
        (402, BadRequest, Outcome::Rejected),
        (403, Forbidden, Outcome::Rejected),
        (404, NotFound, Outcome::Rejected),
        (408, Server, Outcome::Unknown),
        (409, Conflict, Outcome::Rejected),
        (415, BadRequest, Outcome::Rejected),
        (422, Unprocessable, Outcome::Rejected),
        (429, TooManyRequests, Outcome::Rejected),
        (431, BadRequest, Outcome::Rejected),
        (500, Server, Outcome::Unknown),
        (501, Server, Outcome::Unknown),
        (599, Server, Outcome::Unknown),
        (100, Server, Outcome::Unknown),
    ];
    for (status, kind, outcome) in rows {
        assert_eq!(ErrorKind::of_status(status), (kind, outcome), "{status}");
    }
}
