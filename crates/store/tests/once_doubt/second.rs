//! A second copy, and what it may not hide.

use super::*;

/// A desk whose first copy is lost, and whose lookup has found nothing often enough: the next act sends again.
async fn marked<const PROMISE: usize>() -> Desk {
    let desk = Desk::new([]).await;
    let (pay, wish) = (Pay::<PROMISE>::new(KEY), intent());
    desk.store.plan(&desk.client, &wish, &pay).await.unwrap();
    let mut reply = Reply::LostAfterSending;
    loop {
        let due = desk.store.next_due(&Filter::all()).await.unwrap();
        desk.clock.advance(due.unwrap());
        desk.bank.push(reply);
        let row = work::<PROMISE>(&desk).await.unwrap();
        if row.reason.as_deref() == Some(Reason::SEND_AGAIN) {
            return desk;
        }
        reply = absent();
    }
}

#[tokio::test]
async fn a_second_copy_that_did_nothing_burns_no_attempt() {
    for reply in [
        Reply::Refused,
        Reply::json(401, "{}"),
        Reply::json(403, "{}"),
        Reply::json(429, "{}"),
    ] {
        let desk = marked::<REFUSED>().await;
        let before = row_of(&desk, &id::<REFUSED>()).await;
        desk.bank.push(reply.clone());
        let after = work::<REFUSED>(&desk).await.unwrap();
        assert_eq!(
            (after.state, after.attempts),
            (State::Unknown, 1),
            "{reply:?}"
        );
        assert_eq!(after.sent_at, before.sent_at, "{reply:?}");
    }
}

#[tokio::test]
async fn a_second_copy_that_was_refused_for_its_sender_says_so_as_doubt() {
    let desk = marked::<REFUSED>().await;
    desk.bank.push(Reply::json(401, "{}"));
    let claims = desk.store.claim_due(&desk.client, &Filter::all(), 1).await;
    let claim = claims.unwrap().pop().unwrap();
    let acted = desk.store.act::<_, Pay<REFUSED>>(&desk.client, claim);
    let failed = desk.clock.drive(acted).await;
    let Err(StoreError::Call(error)) = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(
        (error.as_str(), error.outcome().as_str()),
        ("unauthorized", "unknown")
    );
}

#[tokio::test]
async fn another_refusal_of_a_second_copy_says_nothing_of_the_first() {
    let desk = marked::<REFUSED>().await;
    desk.bank.push(Reply::json(422, r#"{"code":"NO"}"#));
    let after = work::<REFUSED>(&desk).await.unwrap();
    assert_eq!((after.state, after.attempts), (State::Unknown, 2));
}

#[tokio::test]
async fn an_old_mark_is_not_acted_on_before_a_fresh_look() {
    let desk = marked::<REFUSED>().await;
    desk.clock.advance(seconds(61));
    desk.bank.push(found("paid"));
    let after = work::<REFUSED>(&desk).await.unwrap();
    assert_eq!((after.state, desk.writes().len()), (State::Confirmed, 1));

    let desk = marked::<REFUSED>().await;
    desk.clock.advance(seconds(61));
    push(&desk, [absent(), taken()]);
    let looked = work::<REFUSED>(&desk).await.unwrap();
    assert_eq!(looked.reason.as_deref(), Some(Reason::SEND_AGAIN));
    let sent = work::<REFUSED>(&desk).await.unwrap();
    assert_eq!((sent.state, desk.writes().len()), (State::Accepted, 2));
}

#[tokio::test]
async fn a_look_that_fails_makes_no_old_mark_fresh() {
    let desk = marked::<REFUSED>().await;
    desk.clock.advance(seconds(61));
    push(&desk, [Reply::html(502), found("paid")]);
    let failed = work::<REFUSED>(&desk).await.unwrap();
    assert_eq!((failed.state, failed.reason), (State::Unknown, None));
    desk.clock.advance(seconds(60));
    let after = work::<REFUSED>(&desk).await.unwrap();
    assert_eq!((after.state, desk.writes().len()), (State::Confirmed, 1));
}

#[tokio::test]
async fn a_crash_while_sending_then_a_duplicate_then_paid_is_two_writes_and_one_payment() {
    let mut desk = Desk::new([Reply::SilentAfterSending]).await;
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let call = desk.store.send_once(&desk.client, &wish, &pay);
    crash(&desk, call).await;
    desk.restart().await;
    assert_eq!(desk.state(&id::<REFUSED>()).await, State::Sending);
    // As many looks as it takes to be sure, and the key is used after all.
    let sure = looks_until_sure().await;
    push(&desk, many(&absent(), sure));
    push(&desk, [duplicate(), found("paid")]);
    assert_eq!(word(&desk.resume::<REFUSED>(KEY).await), "found");
    assert_eq!(desk.writes().len(), 2);
    assert_eq!(desk.state(&id::<REFUSED>()).await, State::Confirmed);
}

/// After a crash the looks begin when the claim is over, and the settle time with them.
async fn looks_until_sure() -> usize {
    let mut desk = Desk::new([Reply::SilentAfterSending]).await;
    let (pay, wish) = (Pay::<UNPROMISED>::new(KEY), intent());
    let call = desk.store.send_once(&desk.client, &wish, &pay);
    crash(&desk, call).await;
    desk.restart().await;
    push(&desk, many(&absent(), PLENTY));
    let end = desk.resume::<UNPROMISED>(KEY).await;
    assert_eq!(word(&end), "person not-found");
    desk.looks()
}

/// The future's end, or nothing: dropped after so many polls.
async fn polled<F: Future>(future: F, mut times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(move |context| {
        if times == 0 {
            return Poll::Ready(None);
        }
        times -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(end) => Poll::Ready(Some(end)),
            Poll::Pending if times == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn wherever_the_future_is_dropped_one_copy_leaves() {
    let sure = looks_until_sure().await;
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    for polls in (0..).step_by(3) {
        let mut desk = Desk::new([taken()]).await;
        let call = desk.store.send_once(&desk.client, &wish, &pay);
        let end = polled(desk.clock.drive(call), polls).await;
        if end.is_some() {
            assert!(polls > 4, "{polls}");
            break;
        }
        // What was under way in the database comes to its end, as it may after a crash, too.
        let nothing = IntentId::new("bank.nothing", "nothing");
        let absent_one = desk.store.decide(&nothing, Decision::Doubt, "nobody").await;
        assert!(matches!(absent_one, Err(StoreError::Absent(_))));
        desk.restart().await;
        let state = desk.store.intent(&id::<REFUSED>()).await.unwrap();
        let state = state.map(|row| row.state);
        // What the bank will say depends on what it has got.
        let sent = desk.writes().len();
        let script = match (state, sent) {
            (_, 1) => vec![found("paid")],
            (Some(State::Sending), _) => [many(&absent(), sure), vec![taken()]].concat(),
            _ => vec![taken()],
        };
        desk.bank = ScriptedService::new(script);
        desk.client = client(&desk.clock, &desk.bank, "test", "https://bank.test");
        let end = word(&desk.send(&intent(), &pay).await);
        assert!(
            ["answered", "found"].contains(&end.as_str()),
            "{polls}: {end}"
        );
        assert_eq!(sent + desk.writes().len(), 1, "after {polls} polls");
    }
}
