//! What must be true of every cell, whatever the table says.

use http::header::AUTHORIZATION;
use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::SeenRequest;
use rubank_core::operation::Effect;

use super::fault::{Deed, Fault};
use super::seen::{Ended, Seen};

/// The sentences of the law that this call broke; none is what you want.
pub fn broken_laws(effect: Effect, fault: &Fault, seen: &Seen) -> Vec<&'static str> {
    let laws = [
        (
            effect != Effect::Once || seen.sends <= 1,
            "an unprotected write reaches the bank at most once",
        ),
        (
            effect != Effect::Keyed || seen.sends <= if is_after_401(fault) { 2 } else { 1 },
            "a keyed write reaches the bank once, or twice after a 401",
        ),
        (
            copies_are_equal(&seen.requests),
            "all copies are equal, but for the token",
        ),
        (
            seen.outcome != Some(Outcome::NotSent) || seen.sends == 0,
            "what reached the server is never called 'not sent'",
        ),
        (
            effect.is_write() || !seen.may_have_acted,
            "a read cannot have acted",
        ),
        (
            !effect.is_write() || !matches!(seen.ended, Ended::Failed(_)) || tells_acting(seen),
            "a write may have acted exactly when its outcome is 'unknown' or 'accepted'",
        ),
        (
            !leaves_doubt(fault, seen) || !is_sure(seen),
            "a copy in doubt stays in doubt, whatever is said of the next one",
        ),
        (
            seen.ended != Ended::Failed(ErrorKind::DuplicateKey) || !is_sure(seen),
            "'duplicate key' does not say that nothing happened",
        ),
        (
            effect != Effect::Keyed
                || !meets_duplicate(fault, seen)
                || seen.outcome != Some(Outcome::Rejected),
            "a refused duplicate of a keyed write is never called 'rejected'",
        ),
    ];
    laws.into_iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, law)| law)
        .collect()
}

fn is_after_401(fault: &Fault) -> bool {
    matches!(fault.deeds.first(), Some(Deed::No(401) | Deed::CutNo(401)))
}

fn copies_are_equal(requests: &[SeenRequest]) -> bool {
    let without_token = |request: &SeenRequest| {
        let mut request = request.clone();
        request.headers.remove(AUTHORIZATION);
        request
    };
    let mut copies = requests.iter().map(without_token);
    let first = copies.next();
    copies.all(|copy| Some(copy) == first)
}

fn tells_acting(seen: &Seen) -> bool {
    let acting = matches!(seen.outcome, Some(Outcome::Unknown | Outcome::Accepted));
    seen.may_have_acted == acting
}

fn is_sure(seen: &Seen) -> bool {
    matches!(seen.outcome, Some(Outcome::NotSent | Outcome::Rejected))
}

fn leaves_doubt(fault: &Fault, seen: &Seen) -> bool {
    fault.earlier == Outcome::Unknown || deeds(fault, seen).any(Deed::leaves_doubt)
}

fn meets_duplicate(fault: &Fault, seen: &Seen) -> bool {
    deeds(fault, seen).any(|deed| matches!(deed, Deed::Duplicate(_)))
}

/// What the copies that reached the server met there.
fn deeds<'a>(fault: &'a Fault, seen: &Seen) -> impl Iterator<Item = &'a Deed> {
    let first = usize::from(fault.second_call);
    let failed_before = fault
        .deeds
        .iter()
        .filter(|deed| is_before_request(deed))
        .count();
    (first + failed_before..)
        .take(seen.sends)
        .filter_map(|number| fault.deed(number))
}

fn is_before_request(deed: &Deed) -> bool {
    matches!(deed, Deed::CloseInHandshake | Deed::LoseBeforeWriting)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(sends: usize, outcome: Outcome, kind: ErrorKind) -> Seen {
        let may_have_acted = matches!(outcome, Outcome::Unknown | Outcome::Accepted);
        let ended = Ended::Failed(kind);
        Seen {
            sends,
            ended,
            outcome: Some(outcome),
            may_have_acted,
            requests: Vec::new(),
        }
    }

    #[test]
    fn each_way_to_pay_twice_or_to_lie_breaks_a_law() {
        use Effect::{Idempotent, Keyed, Once};
        use ErrorKind::{AttemptTimeout, BadRequest, ConnectionLost, DuplicateKey, Unauthorized};
        use Outcome::{NotSent, Rejected, Unknown};
        let lost = Fault::new("lost", [Deed::ResetAfterReading]);
        let unauthorized = Fault::new("401", [Deed::No(401)]);
        let duplicate = Fault::new("duplicate", [Deed::Duplicate(422)]);
        let second = Fault::new("lost, then no", [Deed::CloseAfterReading, Deed::No(400)]);
        let after_lost = Fault::new("no", [Deed::No(400)]).after_a_lost_copy();
        let rows = [
            (Once, &lost, seen(1, Unknown, ConnectionLost), 0),
            (Once, &lost, seen(2, Unknown, ConnectionLost), 1),
            (Keyed, &lost, seen(1, Unknown, ConnectionLost), 0),
            (Keyed, &lost, seen(2, Unknown, ConnectionLost), 1),
            (Keyed, &unauthorized, seen(2, Rejected, Unauthorized), 0),
            (Keyed, &unauthorized, seen(3, Rejected, Unauthorized), 1),
            (Once, &unauthorized, seen(2, Rejected, Unauthorized), 1),
            (Idempotent, &lost, seen(3, Unknown, ConnectionLost), 0),
            (Idempotent, &lost, seen(3, Rejected, ConnectionLost), 1),
            // Not sent, though it came; and in doubt, though it is called sure.
            (Keyed, &lost, seen(1, NotSent, AttemptTimeout), 2),
            (Keyed, &lost, seen(0, NotSent, AttemptTimeout), 0),
            (Keyed, &duplicate, seen(1, Unknown, DuplicateKey), 0),
            (Keyed, &duplicate, seen(1, Rejected, DuplicateKey), 2),
            (Keyed, &duplicate, seen(1, Rejected, BadRequest), 1),
            (Idempotent, &second, seen(2, Unknown, BadRequest), 0),
            (Idempotent, &second, seen(2, Rejected, BadRequest), 1),
            (Keyed, &after_lost, seen(1, Unknown, BadRequest), 0),
            (Keyed, &after_lost, seen(1, Rejected, BadRequest), 1),
        ];
        for (effect, fault, seen, expected) in rows {
            let broken = broken_laws(effect, fault, &seen);
            assert_eq!(
                broken.len(),
                expected,
                "{effect:?}, {}: {seen:?} {broken:?}",
                fault.says
            );
        }
    }

    #[test]
    fn reads_do_not_act_and_writes_say_so() {
        let fault = Fault::new("lost", [Deed::ResetAfterReading]);
        let acted = seen(1, Outcome::Unknown, ErrorKind::ConnectionLost);
        assert_eq!(broken_laws(Effect::Read, &fault, &acted).len(), 1);
        let silent = Seen {
            may_have_acted: false,
            ..acted
        };
        assert_eq!(broken_laws(Effect::Read, &fault, &silent).len(), 0);
        assert_eq!(broken_laws(Effect::Once, &fault, &silent).len(), 1);
    }

    #[test]
    fn copies_may_differ_in_their_token_only() {
        let request = |token: &'static str, body: &'static str| SeenRequest {
            method: http::Method::POST,
            uri: http::Uri::from_static("/payments"),
            headers: [(AUTHORIZATION, http::HeaderValue::from_static(token))]
                .into_iter()
                .collect(),
            body: bytes::Bytes::from_static(body.as_bytes()),
        };
        assert!(copies_are_equal(&[
            request("1", "a"),
            request("2", "a"),
            request("3", "a")
        ]));
        assert!(!copies_are_equal(&[request("1", "a"), request("1", "b")]));
        assert!(copies_are_equal(&[]));
    }
}
