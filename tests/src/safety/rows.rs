//! The table itself. A row reads: when this happens, that is how often it is sent and what is said of it.

use rubank_core::error::ErrorKind::{
    AttemptTimeout, Auth, BadRequest, Conflict, Connect, ConnectionLost, DeadlineExceeded,
    DuplicateKey, Forbidden, NotFound, NotTheBank, RateLimited, Redirect, Server, Tls,
    TooManyRequests, Unauthorized, Unprocessable, UnreadableAnswer,
};
use rubank_core::error::Outcome::{Accepted, NotSent, Rejected, Unknown};

use super::expect::{Expected, done, dropped, fails};
use super::fault::Deed::{
    CloseAfterReading, CloseInHandshake, CutBody, CutDuplicate, CutHead, CutNo, DropSyn, Duplicate,
    IgnoreHello, LoseBeforeWriting, NeverAnswer, No, Refuse, ResetAfterReading, ResetBeforeReading,
    Say, StallBody, Vague, WantCertificate, Yes, YesAndClose,
};
use super::fault::{Deed, Fault, Token};
use crate::raw_server::Said;

/// One fault and what every effect makes of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What goes wrong.
    pub fault: Fault,
    /// What is expected.
    pub expected: Expected,
}

/// All rows, from the first packet to the last byte of the answer.
pub fn rows() -> Vec<Row> {
    [
        connecting(),
        losing(),
        cutting(),
        leaving(),
        refusing(),
        failing(),
        misreading(),
        waiting(),
    ]
    .concat()
}

fn when<const N: usize>(says: &'static str, deeds: [Deed; N]) -> Fault {
    Fault::new(says, deeds)
}

fn row(fault: Fault, expected: Expected) -> Row {
    Row { fault, expected }
}

/// An empty body is never asked for, so only a connection that was never made proves that nothing of it left.
fn nothing_left(kind: rubank_core::error::ErrorKind) -> Expected {
    let perhaps = fails(0, Unknown, kind);
    Expected::always(fails(0, NotSent, kind))
        .but_read(perhaps)
        .but_bare(perhaps)
}

fn connecting() -> Vec<Row> {
    vec![
        row(
            when("connection refused", [Refuse]),
            Expected::always(fails(0, NotSent, Connect)),
        ),
        row(
            when("SYN dropped until the attempt ends", [DropSyn]),
            nothing_left(AttemptTimeout),
        ),
        row(
            when("SYN dropped until the deadline", [DropSyn]).until_the_deadline(),
            nothing_left(DeadlineExceeded),
        ),
        row(
            when(
                "TLS hello never answered until the attempt ends",
                [IgnoreHello],
            ),
            nothing_left(AttemptTimeout),
        ),
        row(
            when("TLS hello never answered until the deadline", [IgnoreHello]).until_the_deadline(),
            nothing_left(DeadlineExceeded),
        ),
        row(
            when(
                "closed right after accept, in the handshake",
                [CloseInHandshake],
            ),
            Expected::always(fails(0, NotSent, Connect)),
        ),
        row(
            when(
                "closed in the handshake once, then yes",
                [CloseInHandshake, Yes],
            ),
            Expected::always(done(1)),
        ),
        row(
            when(
                "closed before the first byte was written",
                [LoseBeforeWriting],
            ),
            nothing_left(ConnectionLost),
        ),
        row(
            when(
                "closed before the first byte once, then yes",
                [LoseBeforeWriting, Yes],
            ),
            Expected::always(done(1)).but_bare(fails(0, Unknown, ConnectionLost)),
        ),
        row(
            when(
                "TLS 1.3 client certificate wanted, none given",
                [WantCertificate],
            ),
            Expected::always(fails(0, Unknown, Tls)),
        ),
    ]
}

fn losing() -> Vec<Row> {
    let lost = |sends| fails(sends, Unknown, ConnectionLost);
    vec![
        row(
            when("reset before the request was read", [ResetBeforeReading]),
            Expected::split(lost(3), lost(1)),
        ),
        row(
            when("reset after the request was read", [ResetAfterReading]),
            Expected::split(lost(3), lost(1)),
        ),
        row(
            when("closed after the request was read", [CloseAfterReading]),
            Expected::split(lost(3), lost(1)),
        ),
        row(
            when(
                "reset after reading once, then yes",
                [ResetAfterReading, Yes],
            ),
            Expected::split(done(2), lost(1)),
        ),
        row(
            when(
                "reset after reading once, then 400",
                [ResetAfterReading, No(400)],
            ),
            Expected::split(fails(2, Unknown, BadRequest), lost(1)),
        ),
        row(
            when(
                "lost answer, then a duplicate refusal",
                [CloseAfterReading, Duplicate(422)],
            ),
            // A request without a key has used none: its status says what it is.
            Expected::split(fails(2, Unknown, Unprocessable), lost(1)),
        ),
        row(
            when("never answered until the attempt ends", [NeverAnswer]),
            Expected::split(
                fails(3, Unknown, AttemptTimeout),
                fails(1, Unknown, AttemptTimeout),
            ),
        ),
        row(
            when("never answered until the deadline", [NeverAnswer]).until_the_deadline(),
            Expected::always(fails(1, Unknown, DeadlineExceeded)),
        ),
        row(
            when(
                "kept connection closed between two calls",
                [YesAndClose, Yes],
            )
            .in_the_second_call(),
            Expected::always(done(1)),
        ),
        row(
            when(
                "kept connection reset by the second call",
                [Yes, ResetBeforeReading, Yes],
            )
            .in_the_second_call(),
            Expected::split(done(2), lost(1)),
        ),
    ]
}

fn cutting() -> Vec<Row> {
    let cut = |sends| fails(sends, Accepted, ConnectionLost);
    let lost = |sends| fails(sends, Unknown, ConnectionLost);
    let stalled = |sends| fails(sends, Accepted, AttemptTimeout);
    vec![
        row(
            when("answer cut in its head", [CutHead]),
            Expected::split(lost(3), lost(1)),
        ),
        row(
            when("answer cut in its body", [CutBody]),
            Expected::split(cut(3), cut(1)),
        ),
        row(
            when("answer cut once, then yes", [CutBody, Yes]),
            Expected::split(done(2), cut(1)),
        ),
        row(
            when(
                "answer stalled in its body until the attempt ends",
                [StallBody],
            ),
            Expected::split(stalled(3), stalled(1)),
        ),
        row(
            when("answer stalled in its body until the deadline", [StallBody]).until_the_deadline(),
            Expected::always(fails(1, Accepted, DeadlineExceeded)),
        ),
        // Without its body a refusal of a key is not to be told from another: it stays in doubt.
        row(
            when("400 cut in its body", [CutNo(400)]),
            Expected::always(fails(1, Rejected, BadRequest))
                .but_keyed(fails(1, Unknown, BadRequest)),
        ),
        row(
            when("422 duplicate key, cut in its body", [CutDuplicate(422)]),
            Expected::always(fails(1, Rejected, Unprocessable)).but_keyed(fails(
                1,
                Unknown,
                Unprocessable,
            )),
        ),
        row(
            when("401 cut in its body, then yes", [CutNo(401), Yes]),
            Expected::always(done(2)).but_once(fails(1, Rejected, Unauthorized)),
        ),
        row(
            when("500 cut in its body", [CutNo(500)]),
            Expected::split(fails(3, Unknown, Server), fails(1, Unknown, Server)),
        ),
    ]
}

fn leaving() -> Vec<Row> {
    let perhaps = dropped(0, Unknown);
    let nothing = Expected::always(dropped(0, NotSent))
        .but_read(perhaps)
        .but_bare(perhaps);
    vec![
        row(
            when("future dropped while connecting", [DropSyn]).and_the_caller_drops(),
            nothing,
        ),
        row(
            when("future dropped in the handshake", [IgnoreHello]).and_the_caller_drops(),
            nothing,
        ),
        row(
            when("future dropped after sending", [NeverAnswer]).and_the_caller_drops(),
            Expected::always(dropped(1, Unknown)),
        ),
    ]
}

fn refusing() -> Vec<Row> {
    let no = |kind| Expected::always(fails(1, Rejected, kind));
    let unauthorized = |sends| fails(sends, Rejected, Unauthorized);
    // Only a keyed write can have used its key before; of any other request the status speaks.
    let known = || fails(1, Unknown, DuplicateKey);
    vec![
        row(when("400", [No(400)]), no(BadRequest)),
        row(
            when("400 that may be about a used key", [Vague]),
            no(BadRequest).but_keyed(fails(1, Unknown, BadRequest)),
        ),
        row(
            when("401 for every token", [No(401)]),
            Expected::always(unauthorized(2)).but_once(unauthorized(1)),
        ),
        row(
            when("401 for the only key", [No(401)]).with_token(Token::Fixed),
            no(Unauthorized),
        ),
        row(
            when("401 once, then yes", [No(401), Yes]),
            Expected::always(done(2)).but_once(unauthorized(1)),
        ),
        row(
            when(
                "401 once, then reset after reading",
                [No(401), ResetAfterReading],
            ),
            // The fresh token costs none of the three attempts.
            Expected::split(fails(4, Unknown, ConnectionLost), unauthorized(1)).but_keyed(fails(
                2,
                Unknown,
                ConnectionLost,
            )),
        ),
        row(when("403", [No(403)]), no(Forbidden)),
        row(when("404", [No(404)]), no(NotFound)),
        // To Sber's client every 409 is about the key.
        row(
            when("409", [No(409)]),
            no(Conflict).but_waybill(fails(1, Unknown, DuplicateKey)),
        ),
        row(when("422", [No(422)]), no(Unprocessable)),
        row(
            when("422 duplicate key", [Duplicate(422)]),
            no(Unprocessable).but_keyed(known()),
        ),
        row(
            when("409 duplicate key", [Duplicate(409)]),
            no(Conflict).but_keyed(known()),
        ),
        row(
            when("422 duplicate key after a lost copy", [Duplicate(422)]).after_a_lost_copy(),
            Expected::always(fails(1, Unknown, Unprocessable)).but_keyed(known()),
        ),
        row(
            when("400 after a lost copy", [No(400)]).after_a_lost_copy(),
            Expected::always(fails(1, Unknown, BadRequest)),
        ),
        row(
            when("connection refused after a lost copy", [Refuse]).after_a_lost_copy(),
            Expected::always(fails(0, Unknown, Connect)),
        ),
        row(
            when("yes after a lost copy", [Yes]).after_a_lost_copy(),
            Expected::always(done(1)),
        ),
    ]
}

fn failing() -> Vec<Row> {
    let server = Expected::split(fails(3, Unknown, Server), fails(1, Unknown, Server));
    let busy = |sends| fails(sends, Rejected, TooManyRequests);
    let later = |status: u16, seconds: &str| {
        Say(Said::empty(status).header("retry-after", seconds.to_owned()))
    };
    vec![
        row(when("408", [No(408)]), server),
        row(
            when("429", [Say(Said::empty(429))]),
            Expected::split(busy(3), busy(1)),
        ),
        row(
            when("429, retry after 7 s", [later(429, "7")]),
            Expected::split(busy(3), busy(1)),
        ),
        row(
            when("429, retry after 7 s, then yes", [later(429, "7"), Yes]),
            Expected::split(done(2), busy(1)),
        ),
        row(
            when("429, retry after the deadline", [later(429, "3600")]),
            Expected::always(busy(1)),
        ),
        row(when("500", [No(500)]), server),
        row(when("502 with a web page", [Say(Said::html(502))]), server),
        row(when("503 without a body", [Say(Said::empty(503))]), server),
        row(
            when("503, retry after 7 s, then yes", [later(503, "7"), Yes]),
            Expected::split(done(2), fails(1, Unknown, Server)),
        ),
        row(when("504", [No(504)]), server),
        row(
            when("500 once, then 400", [No(500), No(400)]),
            Expected::split(fails(2, Unknown, BadRequest), fails(1, Unknown, Server)),
        ),
        row(
            when(
                "302",
                [Say(Said::empty(302).header("location", "/elsewhere"))],
            ),
            Expected::always(fails(1, Unknown, Redirect)),
        ),
    ]
}

fn misreading() -> Vec<Row> {
    let unreadable = Expected::always(fails(1, Accepted, UnreadableAnswer));
    vec![
        row(
            when("200 with a web page", [Say(Said::html(200))]),
            Expected::always(fails(1, Unknown, NotTheBank)),
        ),
        row(
            when("200 without a body", [Say(Said::empty(200))]),
            // Nothing of Sber's yes was published, so nothing is demanded of it.
            unreadable.but_waybill(done(1)),
        ),
        row(
            when(
                "200 with broken JSON",
                [Say(Said::json(200, r#"{"state":"acc"#))],
            ),
            unreadable,
        ),
        row(
            when("201 with another JSON", [Say(Said::json(201, "[]"))]),
            unreadable,
        ),
    ]
}

fn waiting() -> Vec<Row> {
    let not_sent = |kind| Expected::always(fails(0, NotSent, kind));
    vec![
        row(
            when("token host unavailable", [Yes]).with_token(Token::Unavailable),
            not_sent(Auth),
        ),
        row(
            when("token refused", [Yes]).with_token(Token::Refused),
            not_sent(Auth),
        ),
        row(
            when("our rate limit beyond the deadline", [Yes]).with_exhausted_rate(),
            // No limit was published for these two.
            not_sent(RateLimited).but_waybill(done(1)),
        ),
    ]
}
