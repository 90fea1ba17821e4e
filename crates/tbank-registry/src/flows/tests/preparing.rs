use super::*;

#[test]
fn a_registry_is_built_signed_and_compared() {
    let queued = json(r#"{"status":"QUEUED"}"#);
    let signing = json(r#"{"status":"IN_PROGRESS"}"#);
    let mut scene = Scene::new([
        taken(),
        queued,
        built(),
        taken(),
        signing,
        signed(),
        accepted(),
    ]);
    let registry = scene.prepare(&preparation(), minutes(5)).unwrap();
    assert_eq!(registry.registry(), PaymentRegistryId::new(5));
    assert_eq!(registry.count(), Some(2));
    assert_eq!(registry.total(), Some(Money::parse("120000.10").unwrap()));
    assert_eq!(
        scene.milestones(),
        ["draft: taken", "signature: taken", "registry: ACCEPTED"],
    );
    let paths: Vec<_> = scene
        .bank
        .seen()
        .iter()
        .map(|seen| seen.uri.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "/openapi/api/v1/salary/payment-registry/create",
            "/openapi/api/v1/salary/payment-registry/create/result",
            "/openapi/api/v1/salary/payment-registry/create/result",
            "/api/v1/salary/payment-registry/submit",
            "/api/v1/salary/payment-registry/submit/result",
            "/api/v1/salary/payment-registry/submit/result",
            "/openapi/api/v1/salary/payment-registry/5",
        ],
    );
}

#[test]
fn the_self_employed_have_paths_of_their_own() {
    let card = json(r#"{"status":"ACCEPTED","paymentsCount":2,"totalSum":4000.50}"#);
    let mut scene = Scene::new([taken(), built(), taken(), signed(), card]);
    let what = Preparation::self_employed(sample_self_employed(), SIGNING_KEY);
    let registry = scene.prepare(&what, minutes(5)).unwrap();
    assert_eq!(registry.family(), Family::SelfEmployed);
    let seen = scene.bank.seen();
    assert!(
        seen.iter()
            .all(|seen| seen.uri.path().contains("/self-employed/"))
    );
}

#[test]
fn a_registry_that_is_not_what_was_asked_cannot_be_paid_unless_somebody_says_so() {
    let cards = [
        (
            r#"{"status":"ACCEPTED","paymentsCount":1,"totalSum":120000.10}"#,
            false,
        ),
        (
            r#"{"status":"ACCEPTED","paymentsCount":2,"totalSum":120000.09}"#,
            false,
        ),
        (r#"{"status":"ACCEPTED"}"#, false),
        (r#"{"status":"ACCEPTED","paymentsCount":2}"#, false),
        (
            r#"{"status":"ACCEPTED","paymentsCount":2,"totalSum":120000.1}"#,
            true,
        ),
        (
            r#"{"status":"ACCEPTED","payments":[{"sum":50000.10},{"sum":70000}]}"#,
            true,
        ),
        (
            r#"{"status":"ACCEPTED","payments":[{"sum":50000.10},{}]}"#,
            false,
        ),
    ];
    let smaller = r#"{"paymentRegistryId":5,"status":"CREATED","paymentErrors":[{"number":2}]}"#;
    for (card, matches) in cards {
        let mut scene = Scene::new([taken(), json(smaller), taken(), signed(), json(card)]);
        match scene.prepare(&preparation(), minutes(5)) {
            Ok(_) => assert!(matches, "{card}"),
            Err(PrepareError::Different(difference)) => {
                assert!(!matches, "{card}");
                assert_eq!(difference.left_out()[0].number, Some(2));
                assert!(
                    difference
                        .to_string()
                        .ends_with("asked were 2 over 120000.10")
                );
                assert_eq!(difference.accept().registry(), PaymentRegistryId::new(5));
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn lost_answers_are_asked_about_and_nothing_is_sent_twice() {
    let mut scene = Scene::new([
        Reply::LostAfterSending,
        // Not yet known, the way nobody published.
        refused(422),
        refused(404),
        built(),
        Reply::LostAfterSending,
        signed(),
        accepted(),
    ]);
    scene.prepare(&preparation(), minutes(5)).unwrap();
    assert_eq!(
        scene.posts("/openapi/api/v1/salary/payment-registry/create"),
        1
    );
    assert_eq!(scene.posts("/api/v1/salary/payment-registry/submit"), 1);
    let told = scene.milestones();
    assert_eq!(
        told.iter()
            .filter(|line| line.contains("answer lost"))
            .count(),
        2
    );
}

#[test]
fn each_way_to_fail_has_a_name() {
    let error = |script: Vec<Reply>| {
        let mut scene = Scene::new(script);
        scene.prepare(&preparation(), minutes(30)).unwrap_err()
    };
    let not_built = error(vec![taken(), json(r#"{"status":"ERROR"}"#)]);
    assert!(matches!(not_built, PrepareError::NotBuilt(_)));
    let numberless = error(vec![taken(), json(r#"{"status":"CREATED"}"#)]);
    assert!(matches!(numberless, PrepareError::NumberMissing));
    let not_signed = error(vec![
        taken(),
        built(),
        taken(),
        json(r#"{"status":"ERROR"}"#),
    ]);
    assert!(matches!(not_signed, PrepareError::NotSigned(_)));
    let paid = error(vec![
        taken(),
        built(),
        taken(),
        signed(),
        card("EXECUTED", ["EXECUTED"; 2]),
    ]);
    assert!(matches!(
        paid,
        PrepareError::WrongState(RegistryStatus::Executed)
    ));
    let refused_at_once = error(vec![refused(403)]);
    match refused_at_once {
        PrepareError::Call { step, error } => {
            assert_eq!((step, error.outcome()), (Step::Create, Outcome::Rejected));
            assert!(!format!("{error:#}").contains("canary"));
        }
        other => panic!("{other}"),
    }
    let vanished = error([vec![taken()], vec![refused(422); 40]].concat());
    assert!(matches!(
        vanished,
        PrepareError::NoResult {
            step: Step::CreateResult,
            ..
        }
    ));
}

#[test]
fn a_flow_ends_when_its_time_is_over() {
    let queued = json(r#"{"status":"QUEUED"}"#);
    let mut scene = Scene::new([vec![taken()], vec![queued; 100]].concat());
    let error = scene.prepare(&preparation(), minutes(1)).unwrap_err();
    assert!(matches!(
        error,
        PrepareError::TimeOver {
            step: Step::CreateResult
        }
    ));
    assert!(scene.clock.monotonic() <= minutes(1));
}

#[test]
fn a_card_that_lags_is_looked_at_again_after_ten_minutes() {
    let mut scene = Scene::new([
        taken(),
        built(),
        taken(),
        signed(),
        card("SUBMITTED", ["WAITING"; 2]),
        accepted(),
    ]);
    scene.prepare(&preparation(), minutes(15)).unwrap();
    assert!(scene.clock.monotonic() >= minutes(10));
}
