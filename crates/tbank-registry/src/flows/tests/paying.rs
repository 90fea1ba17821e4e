use super::*;

#[test]
fn a_payment_is_followed_to_its_lines() {
    use PaymentEnd::{Executed, PartlyExecuted, Rejected, Undecided};
    let both = |line: &'static str| [line; 2];
    let rows: Vec<(Vec<Reply>, PaymentEnd, Vec<i64>)> = vec![
        (
            vec![
                payment("IN_PROGRESS"),
                payment("EXECUTED"),
                card("EXECUTED", both("EXECUTED")),
            ],
            Executed,
            vec![],
        ),
        (
            vec![
                payment("EXECUTED"),
                card("PART_EXEC", ["EXECUTED", "REJECTED"]),
            ],
            PartlyExecuted,
            vec![2],
        ),
        (
            vec![
                payment("EXECUTED"),
                card("EXECUTED", ["CANCELLED", "EXECUTED"]),
            ],
            PartlyExecuted,
            vec![1],
        ),
        (
            vec![payment("FAILED"), card("REJECTED", both("REJECTED"))],
            Rejected,
            vec![1, 2],
        ),
        // The debit failed and the registry can be paid again.
        (vec![payment("FAILED"), accepted()], Rejected, vec![]),
        (vec![payment("CANCELLED"), accepted()], Rejected, vec![]),
        // The payment failed, they say, and the registry is on its way: nobody pays it again before a person has looked.
        (
            vec![
                payment("FAILED"),
                card("PROCESSING", both("ACCEPTED")),
                card("PROCESSING", both("ACCEPTED")),
            ],
            PaymentEnd::NeedsPerson,
            vec![],
        ),
        // The lines say that money moved, whatever the status says.
        (
            vec![
                payment("FAILED"),
                card("PART_EXEC", ["EXECUTED", "REJECTED"]),
            ],
            PartlyExecuted,
            vec![2],
        ),
        // The card lags behind.
        (
            vec![
                payment("EXECUTED"),
                card("PROCESSING", both("ACCEPTED")),
                card("EXECUTED", both("EXECUTED")),
            ],
            Executed,
            vec![],
        ),
        (
            vec![payment("EXECUTED"), card("CANCELLED", both("CANCELLED"))],
            PaymentEnd::NeedsPerson,
            vec![1, 2],
        ),
        (
            vec![
                payment("EXECUTED"),
                card("ACCEPTED", both("ACCEPTED")),
                accepted(),
            ],
            Undecided,
            vec![],
        ),
    ];
    for (looks, end, failed) in rows {
        let mut scene = Scene::new([vec![json("{}")], looks.clone()].concat());
        let confirmed = scene.pay(&pay(), minutes(25));
        assert_eq!(confirmed.end(), end, "{looks:?}");
        assert_eq!(confirmed.failed_lines(), failed, "{looks:?}");
        assert_eq!(scene.posts("/api/v1/payment/payment-registry/pay"), 1);
    }
}

#[test]
fn the_wait_for_the_card_is_a_countdown() {
    let mut scene = Scene::new([
        json("{}"),
        payment("EXECUTED"),
        card("EXECUTED", ["EXECUTED"; 2]),
    ]);
    scene.pay(&pay(), minutes(15));
    let left: Vec<u64> = scene
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Waiting {
                next: Step::Card,
                left,
            } => Some(left.as_secs()),
            _ => None,
        })
        .collect();
    assert_eq!(left, (1..=606).rev().collect::<Vec<_>>());
    let last = scene
        .events
        .iter()
        .rev()
        .find(|event| matches!(event, Event::Waiting { .. }));
    assert_eq!(last.unwrap().to_string(), "card of the registry in 0:01");
}

#[test]
fn a_lost_answer_is_cleared_up_by_status_or_card_and_paid_once() {
    use PaymentEnd::{Executed, NeedsPerson};
    let unknown = |count: usize| vec![refused(404); count];
    let card_says = |status: &str, line: &'static str| vec![card(status, [line; 2])];
    let rows: Vec<(Vec<Reply>, PaymentEnd)> = vec![
        // A new status takes its time to be known.
        (
            [
                unknown(3),
                vec![payment("EXECUTED")],
                card_says("EXECUTED", "EXECUTED"),
            ]
            .concat(),
            Executed,
        ),
        // The status does not know registries at all: the card is the second witness.
        (
            [unknown(31), card_says("EXECUTED", "EXECUTED")].concat(),
            Executed,
        ),
        (
            [
                unknown(31),
                card_says("ACCEPTED", "WAITING"),
                card_says("EXECUTED", "EXECUTED"),
            ]
            .concat(),
            Executed,
        ),
        // Neither knows.
        (
            [
                unknown(31),
                card_says("ACCEPTED", "WAITING"),
                card_says("ACCEPTED", "WAITING"),
            ]
            .concat(),
            NeedsPerson,
        ),
        ([unknown(31), unknown(3)].concat(), NeedsPerson),
        // The question is not allowed: that says nothing about the payment.
        (
            [vec![refused(403)], card_says("EXECUTED", "EXECUTED")].concat(),
            Executed,
        ),
        (vec![refused(403), refused(403)], NeedsPerson),
    ];
    for (looks, end) in rows {
        for lost in [Reply::LostAfterSending, Reply::empty(500), duplicate()] {
            let mut scene = Scene::new([vec![lost.clone()], looks.clone()].concat());
            let confirmed = scene.pay(&pay(), minutes(25));
            assert_eq!(confirmed.end(), end, "{lost:?} {looks:?}");
            assert_eq!(scene.posts("/api/v1/payment/payment-registry/pay"), 1);
        }
    }
}

fn duplicate() -> Reply {
    Reply::json(422, r#"{"errorCode":"DUPLICATE_PAYMENT_ID"}"#)
}

#[test]
fn a_failed_try_is_not_the_end_before_the_due_date() {
    // The scene begins at 12:00 UTC.
    let now = datetime!(2024-06-01 12:00 UTC);
    let due = |minutes| pay().due_date(now + time::Duration::minutes(minutes), now);
    // It succeeds on a later try.
    let mut scene = Scene::new([
        json("{}"),
        payment("FAILED"),
        payment("FAILED"),
        payment("EXECUTED"),
        card("EXECUTED", ["EXECUTED"; 2]),
    ]);
    assert_eq!(scene.pay(&due(60), minutes(25)).end(), PaymentEnd::Executed);
    // The time of the flow is over first.
    let mut scene = Scene::new([vec![json("{}")], vec![payment("FAILED"); 100]].concat());
    let confirmed = scene.pay(&due(60), minutes(25));
    assert_eq!(confirmed.end(), PaymentEnd::Undecided);
    assert!(confirmed.card().is_none());
    // The due date passes, and the minute that the last try may take.
    let failing = vec![payment("FAILED"); 11];
    let mut scene = Scene::new([vec![json("{}")], failing, vec![accepted()]].concat());
    assert_eq!(scene.pay(&due(5), minutes(25)).end(), PaymentEnd::Rejected);
    assert_eq!(scene.bank.sends(), 13);
}

#[test]
fn what_fails_and_passes_is_looked_over() {
    let mut scene = Scene::new(
        [
            vec![json("{}")],
            // More than one call repeats by itself.
            vec![Reply::empty(503); 12],
            vec![payment("EXECUTED")],
            vec![Reply::empty(429); 3],
            vec![card("EXECUTED", ["EXECUTED"; 2])],
        ]
        .concat(),
    );
    assert_eq!(scene.pay(&pay(), minutes(60)).end(), PaymentEnd::Executed);
}

#[test]
fn a_refused_payment_is_an_error_of_its_own() {
    let refusals = [
        (refused(422), ErrorKind::Unprocessable),
        (Reply::empty(401), ErrorKind::Unauthorized),
    ];
    for (refusal, kind) in refusals {
        let scene = Scene::new([refusal]);
        let registry = SignedRegistry::sample(Duration::ZERO);
        let request = pay();
        let flow = pay_and_confirm(&scene.client, &registry, &request, minutes(1), |_| {});
        let error = block_on(scene.clock.drive(flow)).unwrap_err();
        assert_eq!((error.kind(), error.may_have_acted()), (kind, false));
    }
}

#[test]
fn only_the_registry_that_was_compared_is_paid() {
    let scene = Scene::new([]);
    let registry = SignedRegistry::sample(Duration::ZERO);
    let other = PayRegistry::new(
        "payment-1",
        PaymentRegistryId::new(6),
        crate::Account::received("40702810000000000001"),
        "-",
    );
    let flow = pay_and_confirm(&scene.client, &registry, &other, minutes(1), |_| {});
    let error = block_on(scene.clock.drive(flow)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(scene.bank.sends(), 0);
}

#[test]
fn confirming_later_sends_questions_only() {
    let mut scene = Scene::new([payment("EXECUTED"), card("EXECUTED", ["EXECUTED"; 2])]);
    let events = &mut scene.events;
    let request = pay();
    let flow = confirm(
        &scene.client,
        Family::Employees,
        &request,
        minutes(5),
        |event| events.push(event),
    );
    let confirmed = block_on(scene.clock.drive(flow));
    assert_eq!(confirmed.end(), PaymentEnd::Executed);
    assert!(scene.bank.seen().iter().all(|seen| seen.method == "GET"));
}

#[test]
fn failed_lines_become_a_new_registry_that_knows_the_old_one() {
    let rows: Vec<(Reply, Result<usize, NotRepeatable>)> = vec![
        (card("PART_EXEC", ["EXECUTED", "REJECTED"]), Ok(1)),
        (card("REJECTED", ["REJECTED", "REJECTED"]), Ok(2)),
        // Nobody knows that state: it may yet be paid.
        (card("PART_EXEC", ["NEVER_SEEN", "REJECTED"]), Ok(1)),
        (
            card("EXECUTED", ["EXECUTED", "EXECUTED"]),
            Err(NotRepeatable::NothingFailed),
        ),
        (
            json(r#"{"status":"PART_EXEC","payments":[{"status":"REJECTED"}]}"#),
            Err(NotRepeatable::Unclear),
        ),
        (
            json(r#"{"status":"PART_EXEC","payments":[{"number":1,"status":"REJECTED"},[]]}"#),
            Err(NotRepeatable::Unclear),
        ),
        (
            json(r#"{"status":"PART_EXEC","payments":[{"number":9,"status":"REJECTED"}]}"#),
            Err(NotRepeatable::AnotherRegistry),
        ),
    ];
    for (card, expected) in rows {
        let mut scene = Scene::new([json("{}"), payment("EXECUTED"), card.clone()]);
        let confirmed = scene.pay(&pay(), minutes(15));
        let again = preparation().for_failed_lines(&confirmed, NEW_KEY, SIGNING_KEY);
        match again {
            Ok(again) => {
                assert_eq!(Ok(again.expected().count), expected, "{card:?}");
                assert_eq!(again.replaces(), Some(PaymentRegistryId::new(5)));
            }
            Err(why) => assert_eq!(Err(why), expected, "{card:?}"),
        }
    }
    // A payment that failed leaves its registry as it was: nothing is to be repeated but the payment.
    let mut scene = Scene::new([json("{}"), payment("FAILED"), accepted()]);
    let confirmed = scene.pay(&pay(), minutes(15));
    let again = preparation().for_failed_lines(&confirmed, NEW_KEY, SIGNING_KEY);
    assert_eq!(again, Err(NotRepeatable::NotFinished));
    let other = Preparation::self_employed(sample_self_employed(), SIGNING_KEY);
    let again = other.for_failed_lines(&confirmed, NEW_KEY, SIGNING_KEY);
    assert_eq!(again, Err(NotRepeatable::AnotherRegistry));
}
