//! What the bank has taken, with a lookup and without.

use super::*;

#[tokio::test]
async fn what_cannot_be_looked_up_is_planned_sent_by_a_worker_and_then_not_due() {
    let desk = Desk::new([taken()]).await;
    let (fire, wish) = (Fire(Body::whole("x")), intent());
    let plan = desk.store.plan_without_lookup(&desk.client, &wish, &fire);
    let id = plan.await.unwrap();
    let claim = async || {
        let claims = desk.store.claim_due(&desk.client, &Filter::all(), 9).await;
        claims.unwrap().pop()
    };
    let taken = claim().await.unwrap();
    let acted = desk
        .store
        .act_without_lookup::<_, Fire>(&desk.client, taken);
    desk.clock.drive(acted).await.unwrap();
    let row = row_of(&desk, &id).await;
    assert_eq!(row.state, State::Accepted);
    assert!(row.due_at >= NEVER);
    desk.clock.advance(30 * DAY);
    assert!(claim().await.is_none());
    assert_eq!(desk.store.next_due(&Filter::all()).await.unwrap(), None);

    // A resumed one says what is known, and a person ends it.
    let resume = async || {
        let resumed = desk
            .store
            .resume_without_lookup::<_, Fire>(&desk.client, KEY);
        word(&desk.clock.drive(resumed).await)
    };
    assert_eq!(resume().await, "answered");
    assert_eq!(
        desk.store
            .forget("contractor 123")
            .await
            .unwrap()
            .unfinished,
        1
    );
    let paid = desk.store.decide(&id, Decision::Paid, "I. Ivanova").await;
    assert_eq!(paid.unwrap().state, State::Confirmed);
    assert_eq!(resume().await, "answered");
    assert_eq!(desk.store.forget("contractor 123").await.unwrap().erased, 1);
    assert_eq!(resume().await, "known confirmed");
    assert_eq!(desk.bank.sends(), 1);
}

#[tokio::test]
async fn what_was_interrupted_and_cannot_be_looked_up_is_a_persons() {
    let mut desk = Desk::new([Reply::SilentAfterSending]).await;
    let (fire, wish) = (Fire(Body::whole("x")), intent());
    let call = desk
        .store
        .send_once_without_lookup(&desk.client, &wish, &fire);
    crash(&desk, call).await;
    desk.restart().await;
    let resumed = desk
        .store
        .resume_without_lookup::<_, Fire>(&desk.client, KEY);
    assert_eq!(word(&desk.clock.drive(resumed).await), "person no-lookup");
    assert_eq!(desk.bank.sends(), 1);
}

#[tokio::test]
async fn resume_asks_once_about_what_the_bank_has_taken() {
    let rows = [
        (vec![found("paid")], "found", State::Confirmed),
        (vec![found("refused")], "refused", State::Refused),
        (vec![found("running")], "found", State::Accepted),
        // What the bank once knew stays known, whatever its lookup says.
        (vec![absent()], "answered", State::Accepted),
        (vec![Reply::json(403, "{}")], "answered", State::Accepted),
        (vec![Reply::html(502)], "answered", State::Accepted),
        (
            vec![found("another")],
            "person key-used-elsewhere",
            State::NeedsPerson,
        ),
    ];
    for (script, expected, state) in rows {
        let desk = Desk::new([taken()]).await;
        desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
            .await
            .unwrap();
        push(&desk, script);
        assert_eq!(word(&desk.resume::<REFUSED>(KEY).await), expected);
        assert_eq!(desk.state(&id::<REFUSED>()).await, state, "{expected}");
        assert_eq!((desk.writes().len(), desk.looks()), (1, 1), "{expected}");
    }
}

#[tokio::test]
async fn what_was_sent_once_resumed_and_paid_can_be_forgotten() {
    let desk = Desk::new([taken(), found("paid")]).await;
    desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
        .await
        .unwrap();
    let forget = async || desk.store.forget("contractor 123").await.unwrap();
    assert_eq!(forget().await.unfinished, 1);
    assert_eq!(word(&desk.resume::<REFUSED>(KEY).await), "found");
    assert_eq!((forget().await.erased, forget().await.unfinished), (1, 0));
    assert_eq!(row_of(&desk, &id::<REFUSED>()).await.request, None);
    let about = desk.store.about("contractor 123");
    assert_eq!(desk.store.intents(&about, None, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_banks_ids_are_kept() {
    let answer = taken().with_header("x-request-id", "r-1");
    let desk = Desk::new([answer]).await;
    desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
        .await
        .unwrap();
    let row = row_of(&desk, &id::<REFUSED>()).await;
    assert_eq!(row.bank_id.as_deref(), Some("7"));
    assert_eq!(desk.store.request_id(&row).as_deref(), Some("r-1"));

    let desk = Desk::new([Reply::LostAfterSending, found("paid")]).await;
    desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
        .await
        .unwrap();
    let row = row_of(&desk, &id::<REFUSED>()).await;
    assert_eq!(row.bank_id.as_deref(), Some("7"));
}

/// A bank that takes some time to answer.
#[derive(Debug)]
struct Slow(ScriptedService, ManualClock);

impl HttpService for Slow {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let answer = self.0.call(request, sent).await;
            self.1.sleep(seconds(20)).await;
            answer
        })
    }
}

#[tokio::test]
async fn a_late_yes_waits_for_whoever_holds_the_intent() {
    let desk = Desk::new([taken()]).await;
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let id = desk.store.plan(&desk.client, &wish, &pay).await.unwrap();
    let engine = desk.engine().await;
    let claims = desk.store.claim_due(&desk.client, &Filter::all(), 1).await;
    let claim = claims.unwrap().pop().unwrap();
    let slow = Slow(desk.bank.clone(), desk.clock.clone());
    let slow = builder(&desk).transport(slow).build().unwrap();
    let mut acted = pin!(desk.store.act::<_, Pay<REFUSED>>(&slow, claim));
    // Its request has left, and then it sleeps for longer than its lease; somebody takes the intent over.
    let left = pin!(desk.bank.when_sent(1));
    match select(acted.as_mut(), left).await {
        Either::Right(_) => {}
        Either::Left((end, _)) => panic!("it was not to end: {end:?}"),
    }
    desk.clock.advance(seconds(600));
    let held = engine.claim(&id, "another", seconds(90)).await.unwrap();
    assert!(matches!(held, Claimed::Taken(_)), "{held:?}");
    let before = desk.clock.now();
    desk.clock.drive(acted).await.unwrap();
    assert!(desk.clock.now() - before >= seconds(89));
    let row = row_of(&desk, &id).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (State::Accepted, Some(Reason::LATE_ANSWER))
    );
}
