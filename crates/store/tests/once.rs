//! `send_once`: what is sent how often, and what is known after it.

#[path = "once/bank.rs"]
mod bank;
#[path = "once/desk.rs"]
mod desk;
#[path = "once/script.rs"]
mod script;

use std::pin::pin;

use bank::{Fire, MUTE, Pay, REFUSED, REPLAYED, UNPROMISED};
use desk::{Desk, client, seconds, word};
use futures_util::future::{Either, select};
use rubank_core::client::RequestOptions;
use rubank_core::http::{Body, Reply};
use rubank_core::money::Kopecks;
use rubank_store::engine::Filter;
use rubank_store::{
    Conclusion, Decision, Intent, Keyring, Reason, Settled, State, StoreError, copy,
};
use script::{KEY, absent, duplicate, found, id, intent, many, taken};
use time::macros::datetime;

/// Sends one intent through a script, and compares the result, the writes that left, and the states passed.
async fn row<const PROMISE: usize>(
    name: &str,
    script: Vec<Reply>,
    expected: &str,
    writes: usize,
    path: &str,
) {
    let desk = Desk::new(script).await;
    let result = desk.send(&intent(), &Pay::<PROMISE>::new(KEY)).await;
    assert_eq!(word(&result), expected, "{name}");
    let sent = desk.writes();
    assert_eq!(sent.len(), writes, "{name}");
    assert!(
        sent.iter()
            .all(|write| write.body == sent[0].body && write.uri == sent[0].uri),
        "{name}: equal bytes"
    );
    assert_eq!(desk.path(&id::<PROMISE>()).await, path, "{name}");
}

#[tokio::test]
async fn what_is_sent_how_often() {
    let lost = Reply::LostAfterSending;
    let taken_path = "planned sending accepted";
    row::<REFUSED>("taken", vec![taken()], "answered", 1, taken_path).await;
    row::<REFUSED>(
        "refused",
        vec![Reply::json(422, r#"{"code":"NO"}"#)],
        "refused",
        1,
        "planned sending rejected",
    )
    .await;
    row::<REFUSED>(
        "not who may",
        vec![Reply::json(403, "{}")],
        "forbidden rejected",
        1,
        "planned sending planned",
    )
    .await;
    row::<REFUSED>(
        "too often, then taken",
        vec![Reply::json(429, "{}"), taken()],
        "answered",
        2,
        "planned sending planned sending accepted",
    )
    .await;
    let looked_up = "planned sending unknown confirmed";
    row::<UNPROMISED>(
        "yes, unreadable",
        vec![Reply::json(200, "yes"), found("paid")],
        "found",
        1,
        looked_up,
    )
    .await;
    let cut = Reply::CutAnswer {
        status: 200,
        body: "{".into(),
    };
    row::<UNPROMISED>("yes, cut", vec![cut, found("paid")], "found", 1, looked_up).await;
    row::<UNPROMISED>(
        "a gateway's yes, and nowhere",
        [vec![Reply::json(200, "yes")], many(&absent(), 40)].concat(),
        "person not-found",
        1,
        "planned sending unknown needs-person",
    )
    .await;
    row::<UNPROMISED>(
        "lost, found paid",
        vec![lost.clone(), absent(), found("paid")],
        "found",
        1,
        "planned sending unknown confirmed",
    )
    .await;
    row::<UNPROMISED>(
        "lost, found running",
        vec![lost.clone(), found("running")],
        "found",
        1,
        "planned sending unknown accepted",
    )
    .await;
    row::<UNPROMISED>(
        "lost, found refused",
        vec![lost.clone(), found("refused")],
        "refused",
        1,
        "planned sending unknown refused",
    )
    .await;
    row::<UNPROMISED>(
        "lost, the lookup is down, then found",
        vec![
            lost.clone(),
            Reply::html(502),
            Reply::LostAfterSending,
            found("paid"),
        ],
        "found",
        1,
        "planned sending unknown confirmed",
    )
    .await;
    let nowhere = [vec![lost.clone()], many(&absent(), 40)].concat();
    row::<UNPROMISED>(
        "lost, nowhere, no promise",
        nowhere,
        "person not-found",
        1,
        "planned sending unknown needs-person",
    )
    .await;
    row::<REFUSED>(
        "duplicate, and nowhere",
        [vec![duplicate()], many(&absent(), 40)].concat(),
        "person key-used-elsewhere",
        1,
        "planned sending unknown needs-person",
    )
    .await;
    row::<REFUSED>(
        "refused in vague words, and nowhere",
        [vec![Reply::json(422, "{}")], many(&absent(), 40)].concat(),
        "refused",
        1,
        "planned sending unknown rejected",
    )
    .await;
    row::<REFUSED>(
        "something else has the key",
        vec![lost.clone(), found("another")],
        "person key-used-elsewhere",
        1,
        "planned sending unknown needs-person",
    )
    .await;
    row::<REFUSED>(
        "a refusal that may be an older one's, until it is believed",
        [vec![lost.clone()], many(&found("perhaps"), 40)].concat(),
        "refused",
        1,
        "planned sending unknown refused",
    )
    .await;
    row::<MUTE>(
        "the lookup says nothing, ever",
        [vec![lost.clone()], many(&absent(), 40)].concat(),
        "person cannot-look",
        1,
        "planned sending unknown needs-person",
    )
    .await;
    row::<UNPROMISED>(
        "the lookup is forbidden: doubt, not a refusal",
        vec![lost.clone(), Reply::json(403, "{}")],
        "forbidden unknown",
        1,
        "planned sending unknown",
    )
    .await;
    row::<UNPROMISED>(
        "too often, without a promise",
        vec![Reply::json(429, "{}")],
        "refused",
        1,
        "planned sending rejected",
    )
    .await;
    row::<REFUSED>(
        "refused in vague words, and found",
        vec![Reply::json(422, "{}"), found("paid")],
        "found",
        1,
        "planned sending unknown confirmed",
    )
    .await;
    row::<REFUSED>(
        "duplicate, found",
        vec![duplicate(), found("paid")],
        "found",
        1,
        "planned sending unknown confirmed",
    )
    .await;
}

#[tokio::test]
async fn what_cannot_leave_stays_planned_and_is_tried_until_the_deadline() {
    let desk = Desk::new([]).await;
    let result = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    assert_eq!(
        (word(&result).as_str(), desk.bank.sends()),
        ("connect not_sent", 0)
    );
    let row = desk
        .store
        .intent(&id::<UNPROMISED>())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (State::Planned, Some("connect"))
    );
    let tried = row.changed_at - row.planned_at;
    assert!(
        (30_000_000..=120_000_000).contains(&tried),
        "{tried} micros"
    );
    desk.bank.push(taken());
    assert_eq!(word(&desk.resume::<UNPROMISED>(KEY).await), "answered");
}

/// Looks until just beyond the settle time all find nothing: how many that are is counted by the first test.
async fn looks_until_sure() -> usize {
    let script = [vec![Reply::LostAfterSending], many(&absent(), 40)].concat();
    let desk = Desk::new(script).await;
    let result = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    assert_eq!(word(&result), "person not-found");
    desk.looks()
}

#[tokio::test]
async fn what_the_bank_promises_to_recognise_is_sent_again_with_the_same_bytes() {
    let absent = many(&absent(), looks_until_sure().await);
    let lost = || vec![Reply::LostAfterSending];
    let again = [lost(), absent.clone(), vec![taken()]].concat();
    let path = "planned sending unknown sending accepted";
    row::<REFUSED>("refused", again.clone(), "answered", 2, path).await;
    row::<REPLAYED>("replayed", again, "answered", 2, path).await;
    let arrived = [lost(), absent.clone(), vec![duplicate(), found("paid")]].concat();
    let path = "planned sending unknown sending unknown confirmed";
    row::<REFUSED>("the first had arrived", arrived, "found", 2, path).await;
    let rounds = [
        lost(),
        absent.clone(),
        lost(),
        absent.clone(),
        lost(),
        absent,
    ]
    .concat();
    let path = "planned sending unknown sending unknown sending unknown needs-person";
    row::<REFUSED>("three times", rounds, "person sent-too-often", 3, path).await;
}

#[tokio::test]
async fn a_vague_refusal_of_a_second_copy_says_nothing_of_the_first() {
    let absent = many(&absent(), looks_until_sure().await);
    let vague = vec![Reply::json(422, "{}")];
    let script = [vec![Reply::LostAfterSending], absent.clone(), vague, absent].concat();
    let path = "planned sending unknown sending unknown needs-person";
    row::<REFUSED>("vague", script, "person key-used-elsewhere", 2, path).await;
}

#[tokio::test]
async fn what_a_person_sends_again_keeps_its_doubt() {
    let absent = many(&absent(), looks_until_sure().await);
    let desk = Desk::new([vec![Reply::LostAfterSending], absent].concat()).await;
    let (pay, id) = (Pay::<UNPROMISED>::new(KEY), id::<UNPROMISED>());
    assert_eq!(word(&desk.send(&intent(), &pay).await), "person not-found");
    let again = desk
        .store
        .decide(&id, Decision::SendAgain, "I. Ivanova")
        .await;
    assert_eq!(again.unwrap().state, State::Planned);
    desk.bank.push(Reply::json(400, r#"{"code":"NO"}"#));
    desk.bank.push(found("paid"));
    // The bank refuses this copy, and has the first one.
    assert_eq!(word(&desk.send(&intent(), &pay).await), "found");
}

#[tokio::test]
async fn a_clock_that_is_set_back_begins_the_settle_time_anew() {
    let desk = Desk::new([Reply::SilentAfterSending]).await;
    crash(&desk).await;
    desk.clock.advance(seconds(10 * 60));
    desk.bank.push(Reply::html(502));
    let patient = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    let doubt = desk
        .clock
        .drive(desk.store.resume::<_, Pay<UNPROMISED>>(&patient, KEY))
        .await;
    assert!(doubt.is_err(), "{doubt:?}");
    desk.clock.set_wall(datetime!(2026-01-15 08:00 UTC));
    for reply in many(&absent(), 60) {
        desk.bank.push(reply);
    }
    assert_eq!(
        word(&desk.resume::<UNPROMISED>(KEY).await),
        "person not-found"
    );
    let row = desk
        .store
        .intent(&id::<UNPROMISED>())
        .await
        .unwrap()
        .unwrap();
    assert!(row.changed_at - row.sent_at.unwrap() >= 60_000_000);
}

#[tokio::test]
async fn not_there_is_believed_after_the_settle_time_and_twice() {
    let desk = Desk::new([vec![Reply::LostAfterSending], many(&absent(), 40)].concat()).await;
    let result = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    assert_eq!(word(&result), "person not-found");
    let row = desk
        .store
        .intent(&id::<UNPROMISED>())
        .await
        .unwrap()
        .unwrap();
    let settled = row.changed_at - row.sent_at.unwrap();
    assert!(
        settled >= 60_000_000,
        "{settled} micros after it can have left"
    );
    assert!(desk.looks() >= 4, "{} looks", desk.looks());
}

#[tokio::test]
async fn the_caller_may_opt_in() {
    let absent = many(&absent(), looks_until_sure().await);
    let script = [vec![Reply::LostAfterSending], absent, vec![taken()]].concat();
    let desk = Desk::new(script).await;
    let daring = intent().send_again_unpromised();
    let result = desk.send(&daring, &Pay::<UNPROMISED>::new(KEY)).await;
    assert_eq!(
        (word(&result).as_str(), desk.writes().len()),
        ("answered", 2)
    );
}

#[tokio::test]
async fn the_second_call_answers_what_is_recorded() {
    let mut desk = Desk::new([taken()]).await;
    let pay = Pay::<REFUSED>::new(KEY);
    desk.send(&intent(), &pay).await.unwrap();
    desk.restart().await;
    for _ in 0..2 {
        match desk.send(&intent(), &pay).await.unwrap() {
            Settled::Answered(payment) => {
                assert_eq!((payment.id, payment.state.as_str()), (7, "running"))
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(word(&desk.resume::<REFUSED>(KEY).await), "answered");
    assert_eq!(desk.bank.sends(), 1);
}

#[tokio::test]
async fn another_wish_under_the_same_key_is_refused() {
    let desk = Desk::new([taken()]).await;
    desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
        .await
        .unwrap();
    let pay = || Pay::<REFUSED>::new(KEY);
    let dearer = Pay {
        sum: "1500.51",
        ..pay()
    };
    let noted = Pay {
        note: "other",
        ..pay()
    };
    let rows = [
        (intent(), dearer, "body"),
        (intent(), noted, "address, headers"),
        (intent().amount(Kopecks::new(1)), pay(), "amount"),
        (intent().subject("contractor 124"), pay(), "subject"),
        (intent().place("run", 1), pay(), "run"),
    ];
    for (intent, pay, expected) in rows {
        let refused = desk.send(&intent, &pay).await.unwrap_err();
        let text = refused.to_string();
        assert!(text.contains(&format!("wish: {expected} differ")), "{text}");
    }
    let elsewhere = client(&desk.clock, &desk.bank, "production", "https://bank.test");
    let refused = desk
        .store
        .send_once(&elsewhere, &intent(), &pay())
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("environment"), "{refused}");
    assert_eq!(desk.bank.sends(), 1);
}

#[tokio::test]
async fn a_recorded_request_goes_where_it_was_meant_to_go_or_nowhere() {
    let desk = Desk::new([]).await;
    desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
        .await
        .unwrap_err();
    for (name, base, what) in [
        ("production", "https://bank.test", "environment"),
        ("test", "https://other.test", "address"),
    ] {
        let elsewhere = client(&desk.clock, &desk.bank, name, base);
        let refused = desk
            .store
            .resume::<_, Pay<REFUSED>>(&elsewhere, KEY)
            .await
            .unwrap_err();
        assert!(refused.to_string().contains(what), "{refused}");
    }
    assert_eq!(desk.state(&id::<REFUSED>()).await, State::Planned);
    desk.bank.push(taken());
    assert_eq!(word(&desk.resume::<REFUSED>(KEY).await), "answered");
}

/// Drops the future of a call when its request has left: the same as a crash.
async fn crash(desk: &Desk) {
    let pay = Pay::<UNPROMISED>::new(KEY);
    let intent = intent();
    let call = pin!(desk.store.send_once(&desk.client, &intent, &pay));
    let left = pin!(desk.bank.when_sent(1));
    match select(call, left).await {
        Either::Right(_) => {}
        Either::Left((result, _)) => panic!("it was to hang: {result:?}"),
    }
}

#[tokio::test]
async fn a_crash_while_sending_is_looked_up_and_never_repeated_blindly() {
    let rows = [
        (vec![found("paid")], "found", "confirmed"),
        // A read has no key that could have been used.
        (vec![duplicate()], "conflict unknown", "unknown"),
        (many(&absent(), 40), "person not-found", "needs-person"),
    ];
    for (script, expected, end) in rows {
        let mut desk = Desk::new([Reply::SilentAfterSending]).await;
        crash(&desk).await;
        for reply in script {
            desk.bank.push(reply);
        }
        desk.restart().await;
        let id = id::<UNPROMISED>();
        assert_eq!(desk.state(&id).await, State::Sending);
        let result = desk.resume::<UNPROMISED>(KEY).await;
        assert!(
            word(&result).starts_with(expected),
            "{} {expected}",
            word(&result)
        );
        assert_eq!(desk.writes().len(), 1, "{expected}");
        assert!(
            desk.path(&id).await.ends_with(end),
            "{}",
            desk.path(&id).await
        );
    }
}

#[tokio::test]
async fn after_a_crash_the_settle_time_begins_when_the_claim_is_over() {
    let mut desk = Desk::new([Reply::SilentAfterSending]).await;
    crash(&desk).await;
    for reply in many(&absent(), 60) {
        desk.bank.push(reply);
    }
    desk.restart().await;
    let before = desk
        .store
        .intent(&id::<UNPROMISED>())
        .await
        .unwrap()
        .unwrap();
    desk.resume::<UNPROMISED>(KEY).await.unwrap();
    let after = desk
        .store
        .intent(&id::<UNPROMISED>())
        .await
        .unwrap()
        .unwrap();
    let waited = after.changed_at - before.lease_until.unwrap();
    assert!(
        waited >= 60_000_000,
        "{waited} micros after the claim was over"
    );
}

#[tokio::test]
async fn two_at_once_send_once() {
    let desk = Desk::new([taken()]).await;
    let pay = Pay::<REFUSED>::new(KEY);
    let intent = intent();
    let call = || desk.store.send_once(&desk.client, &intent, &pay);
    let (left, right) = desk
        .clock
        .drive(futures_util::future::join(call(), call()))
        .await;
    assert_eq!(
        (word(&left).as_str(), word(&right).as_str()),
        ("answered", "answered")
    );
    assert_eq!(desk.bank.sends(), 1);
}

#[tokio::test]
async fn what_cannot_be_asked_about_is_left_to_a_person() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let fire = Fire(Body::whole("x"));
    let intent = intent();
    let result = desk
        .store
        .send_once_without_lookup(&desk.client, &intent, &fire);
    let result = desk.clock.drive(result).await;
    assert_eq!(
        (word(&result).as_str(), desk.bank.sends()),
        ("person no-lookup", 1)
    );

    let unread = Desk::new([Reply::json(200, "yes")]).await;
    let result = unread
        .store
        .send_once_without_lookup(&unread.client, &intent, &fire);
    let result = unread.clock.drive(result).await;
    assert_eq!(word(&result), "known accepted");

    let streamed = Fire(Body::stream(None, || {
        Box::pin(futures_util::stream::empty())
    }));
    let other = Intent::new("2");
    let refused = desk
        .store
        .send_once_without_lookup(&desk.client, &other, &streamed);
    assert!(matches!(
        refused.await,
        Err(StoreError::Streamed("bank.fire"))
    ));
}

#[tokio::test]
async fn without_a_key_no_card_number_is_kept() {
    let desk = Desk::with(Keyring::none(), [taken(), taken()]).await;
    // A number from a bank's own page.
    let card = Fire(Body::whole(r#"{"card":"5469550053219652"}"#));
    let refused = desk
        .store
        .send_once_without_lookup(&desk.client, &intent(), &card)
        .await;
    assert!(
        matches!(refused, Err(StoreError::KeyNeeded { .. })),
        "{refused:?}"
    );
    assert_eq!(desk.bank.sends(), 0);
    assert_eq!(
        word(&desk.send(&intent(), &Pay::<REFUSED>::new(KEY)).await),
        "answered"
    );
}

#[tokio::test]
async fn a_person_has_the_last_word() {
    let rows = [
        (Decision::Paid, "known confirmed", 1),
        (Decision::NotPaid, "refused", 1),
        (Decision::SendAgain, "answered", 2),
    ];
    for (decision, expected, writes) in rows {
        let script = [
            vec![Reply::LostAfterSending],
            many(&absent(), looks_until_sure().await),
            vec![taken()],
        ];
        let desk = Desk::new(script.concat()).await;
        let (pay, id) = (Pay::<UNPROMISED>::new(KEY), id::<UNPROMISED>());
        assert_eq!(word(&desk.send(&intent(), &pay).await), "person not-found");
        desk.store
            .decide(&id, decision, "I. Ivanova")
            .await
            .unwrap();
        assert_eq!(word(&desk.send(&intent(), &pay).await), expected);
        assert_eq!(desk.writes().len(), writes);
        let journal = desk.store.journal(&id).await.unwrap();
        assert!(journal.iter().any(|line| line.actor == "I. Ivanova"));
    }
}

#[tokio::test]
async fn a_person_decides_only_what_a_person_may() {
    use Decision::{Doubt, NotPaid, Paid, SendAgain, Withdraw};
    let all = [Paid, NotPaid, SendAgain, Withdraw, Doubt];
    // How the intent came to its state, and what a person may say then.
    let rows: [(Reply, &str, &[Decision]); 4] = [
        (Reply::Refused, "planned", &[Withdraw]),
        (Reply::LostAfterSending, "unknown", &[]),
        (taken(), "accepted", &[Paid, NotPaid]),
        (
            Reply::json(422, r#"{"code":"NO"}"#),
            "rejected",
            &[SendAgain, Withdraw],
        ),
    ];
    for (reply, state, possible) in rows {
        for decision in all {
            let desk = Desk::new([reply.clone()]).await;
            let short = desk.client.with(RequestOptions::new().deadline(seconds(1)));
            let (pay, intent) = (Pay::<UNPROMISED>::new(KEY), intent());
            let sent = desk.store.send_once(&short, &intent, &pay);
            let left = desk.clock.drive(sent).await;
            let id = id::<UNPROMISED>();
            assert_eq!(desk.state(&id).await.as_str(), state, "{left:?}");
            let decided = desk.store.decide(&id, decision, "I. Ivanova").await;
            assert_eq!(
                decided.is_ok(),
                possible.contains(&decision),
                "{state} {decision:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_withdrawn_is_never_sent() {
    let desk = Desk::new([]).await;
    let (pay, id) = (Pay::<REFUSED>::new(KEY), id::<REFUSED>());
    desk.send(&intent(), &pay).await.unwrap_err();
    desk.store
        .decide(&id, Decision::Withdraw, "I. Ivanova")
        .await
        .unwrap();
    desk.bank.push(taken());
    assert_eq!(word(&desk.send(&intent(), &pay).await), "refused");
    assert_eq!(desk.bank.sends(), 0);
    let doubted = desk.store.decide(&id, Decision::Doubt, "I. Ivanova").await;
    assert_eq!(doubted.unwrap().state, State::NeedsPerson);
}

#[tokio::test]
async fn many_are_planned_all_or_none() {
    let desk = Desk::new([]).await;
    let wish = |key: &str, sum| {
        let pay = Pay {
            sum,
            ..Pay::<REFUSED>::new(key)
        };
        (Intent::new(key), pay)
    };
    let twice = [wish("a", "1.00"), wish("b", "1.00"), wish("a", "2.00")];
    let refused = desk.store.plan_all(&desk.client, &twice).await.unwrap_err();
    assert!(matches!(refused, StoreError::Differs { .. }), "{refused}");
    let all = Filter::all();
    assert_eq!(desk.store.intents(&all, None, 10).await.unwrap().len(), 0);
    let strange = [
        wish("a", "1.00"),
        (Intent::new("other"), Pay::<REFUSED>::new("b")),
    ];
    let refused = desk
        .store
        .plan_all(&desk.client, &strange)
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::KeyNotSent(_)), "{refused}");
    desk.store
        .plan_all(&desk.client, &twice[..2])
        .await
        .unwrap();
    desk.store
        .plan_all(&desk.client, &twice[..2])
        .await
        .unwrap();
    assert_eq!(desk.store.tally(&all).await.unwrap()[0].count, 2);
    assert_eq!(desk.store.next_due(&all).await.unwrap(), Some(seconds(0)));
}

#[tokio::test]
async fn a_store_moves_to_another_database_once() {
    let desk = Desk::new([taken(), Reply::LostAfterSending]).await;
    desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
        .await
        .unwrap();
    let (old, new) = (desk.engine().await, desk.other_engine().await);
    let copied = copy(&old, &new).await.unwrap();
    assert_eq!((copied.intents, copied.documents), (1, 1));
    assert_eq!(
        copy(&old, &new).await.unwrap().intents,
        0,
        "again is no harm"
    );
    let there = desk.over(new.clone()).await;
    let settled = there
        .send_once(&desk.client, &intent(), &Pay::<REFUSED>::new(KEY))
        .await;
    assert_eq!(word(&settled), "answered");
    assert_eq!(desk.bank.sends(), 1);
    // One of the two goes on: they are two stores from now on.
    let id = id::<REFUSED>();
    let paid = Conclusion {
        state: State::Confirmed,
        reason: None,
        bank_id: None,
        again_in: seconds(0),
    };
    desk.store.conclude(&id, &paid).await.unwrap();
    assert!(copy(&old, &new).await.is_err());
}

#[tokio::test]
async fn what_the_bank_took_is_concluded_and_then_final() {
    let desk = Desk::new([taken()]).await;
    let (pay, id) = (Pay::<REFUSED>::new(KEY), id::<REFUSED>());
    desk.send(&intent(), &pay).await.unwrap();
    let paid = Conclusion {
        state: State::Confirmed,
        reason: Some(Reason::new("status-4").unwrap()),
        bank_id: Some("7".to_owned()),
        again_in: seconds(0),
    };
    assert_eq!(
        desk.store
            .conclude(&id, &paid)
            .await
            .unwrap()
            .bank_id
            .as_deref(),
        Some("7")
    );
    let refused = desk
        .store
        .decide(&id, Decision::SendAgain, "anybody")
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::Transition {
                from: State::Confirmed,
                ..
            }
        ),
        "{refused}"
    );
    // The claim was given back, and to say the same again changes nothing.
    let journal = desk.store.journal(&id).await.unwrap();
    desk.store.conclude(&id, &paid).await.unwrap();
    assert!(
        desk.store
            .conclude_news(&id, &paid)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(desk.store.journal(&id).await.unwrap().len(), journal.len());
    assert_eq!(word(&desk.send(&intent(), &pay).await), "answered");
}

#[tokio::test]
async fn nothing_personal_is_shown() {
    let desk = Desk::new([Reply::json(422, r#"{"code":"NO","text":"canary"}"#)]).await;
    let intent = Intent::new(KEY)
        .subject("canary")
        .likeness("canary")
        .label("canary");
    let pay = Pay {
        note: "canary",
        ..Pay::<REFUSED>::new(KEY)
    };
    let settled = desk.send(&intent, &pay).await.unwrap();
    let row = desk.store.intent(&id::<REFUSED>()).await.unwrap().unwrap();
    let shown = format!(
        "{settled:?} {row:?} {intent:?} {:?} {:?}",
        desk.store,
        desk.store.refusal(&row)
    );
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(
        desk.store.label(&row).unwrap().as_deref(),
        Some(&b"canary"[..])
    );
    assert!(desk.store.is_alike(&row, "canary") && !desk.store.is_alike(&row, "other"));
}
