//! `send_once`: how a doubt ends, and what must not be made of one.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[path = "once/bank.rs"]
mod bank;
#[path = "once/desk.rs"]
mod desk;
#[path = "once/script.rs"]
mod script;

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bank::{
    Bank, Fire, IDEMPOTENT, MUTE, ONCE, Paced, Passport, Pay, Plain, REFUSED, REPLAYED, UNPROMISED,
};
use desk::{Desk, client, seconds, word};
use futures_util::future::{Either, select};
use rubank_core::BoxFuture;
use rubank_core::client::{Client, ClientBuilder, RequestOptions};
use rubank_core::clock::{Clock, ManualClock};
use rubank_core::environment::{Environment, Host};
use rubank_core::http::{
    Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError,
};
use rubank_core::operation::{HostId, Method, Operation};
use rubank_core::retry::RetryPolicy;
use rubank_store::engine::{Claimed, Engine, Filter, IntentId, IntentRow, NEVER};
use rubank_store::{Decision, Intent, Keyring, Reason, State, Store, StoreError};
use script::{KEY, absent, duplicate, found, id, intent, many, taken};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// So many looks that find nothing are enough to be sure, with some to spare.
const PLENTY: usize = 40;

async fn row_of(desk: &Desk, id: &IntentId) -> IntentRow {
    desk.store.intent(id).await.unwrap().unwrap()
}

fn push(desk: &Desk, replies: impl IntoIterator<Item = Reply>) {
    for reply in replies {
        desk.bank.push(reply);
    }
}

/// A client of the next version of the program, in which the write goes elsewhere.
fn moved(desk: &Desk) -> Client<Bank> {
    builder(desk)
        .transport(desk.bank.clone())
        .override_route(Pay::<REFUSED>::META.id, Method::Post, "/v2/pay/{key}")
        .build()
        .unwrap()
}

fn builder(desk: &Desk) -> ClientBuilder<Bank> {
    let host = Host::new("https://bank.test");
    Client::builder(Environment::new("test").host(HostId::API, host))
        .clock(desk.clock.clone())
        .credentials(rubank_core::auth::ApiKey::new(
            http::HeaderName::from_static("x-key"),
            rubank_core::secret::Secret::from("not-a-real-key"),
        ))
        .retry_policy(RetryPolicy::never())
}

/// Claims what is due and acts on it, as a worker does; what it came to.
async fn work<const PROMISE: usize>(desk: &Desk) -> Option<IntentRow> {
    let store = &desk.store;
    let claims = store.claim_due(&desk.client, &Filter::all(), 1).await;
    let claim = claims.unwrap().pop()?;
    let id = claim.row().id.clone();
    let acted = store.act::<_, Pay<PROMISE>>(&desk.client, claim);
    let _ = desk.clock.drive(acted).await;
    Some(row_of(desk, &id).await)
}

// An end

#[tokio::test]
async fn a_lookup_that_fails_for_good_ends_with_a_person() {
    let rows = [
        Reply::json(400, "{}"),
        Reply::json(403, "{}"),
        Reply::json(422, "{}"),
        Reply::json(200, "unreadable"),
        Reply::html(502),
    ];
    for failure in rows {
        let desk = Desk::new([Reply::LostAfterSending]).await;
        push(&desk, many(&failure, 200));
        let (pay, id) = (Pay::<REFUSED>::new(KEY), id::<REFUSED>());
        let _ = desk.send(&intent(), &pay).await;
        assert_eq!(desk.state(&id).await, State::Unknown, "{failure:?}");
        desk.clock.advance(13 * DAY);
        let _ = desk.resume::<REFUSED>(KEY).await;
        assert_eq!(desk.state(&id).await, State::Unknown, "{failure:?}");
        desk.clock.advance(DAY);
        let end = desk.resume::<REFUSED>(KEY).await;
        assert_eq!(word(&end), "person cannot-look", "{failure:?}");
        assert_eq!(desk.writes().len(), 1);
    }
}

#[tokio::test]
async fn what_the_bank_never_decides_ends_with_a_person() {
    for lost in [false, true] {
        let first = if lost {
            Reply::LostAfterSending
        } else {
            taken()
        };
        let desk = Desk::new([first]).await;
        push(&desk, many(&found("running"), 9));
        let id = id::<REFUSED>();
        let _ = desk.send(&intent(), &Pay::<REFUSED>::new(KEY)).await;
        assert_eq!(desk.state(&id).await, State::Accepted);
        desk.clock.advance(13 * DAY);
        assert_eq!(word(&desk.resume::<REFUSED>(KEY).await), "found");
        desk.clock.advance(2 * DAY);
        let end = desk.resume::<REFUSED>(KEY).await;
        assert_eq!(word(&end), "person undecided-too-long");
    }
}

#[tokio::test]
async fn what_was_looked_for_too_late_is_not_sent_again() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let hasty = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    push(&desk, many(&Reply::html(502), 20));
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let _ = desk
        .clock
        .drive(desk.store.send_once(&hasty, &wish, &pay))
        .await;
    desk.clock.advance(20 * DAY);
    push(&desk, many(&absent(), PLENTY));
    let end = desk.resume::<REFUSED>(KEY).await;
    assert!(word(&end).starts_with("person "), "{end:?}");
    assert_eq!(desk.writes().len(), 1);
}

#[tokio::test]
async fn a_write_whose_route_has_moved_is_still_looked_up_and_not_sent() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let hasty = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let call = desk.store.send_once(&hasty, &wish, &pay);
    let _ = desk.clock.drive(call).await;
    let (moved, id) = (moved(&desk), id::<REFUSED>());
    let looks = desk.looks();
    push(&desk, many(&absent(), PLENTY));
    let stuck = desk.store.resume::<_, Pay<REFUSED>>(&moved, KEY);
    let stuck = desk.clock.drive(stuck).await;
    assert!(word(&stuck).contains("address differ"), "{stuck:?}");
    assert!(desk.looks() > looks);
    assert_eq!(
        (desk.writes().len(), desk.state(&id).await),
        (1, State::Unknown)
    );
}

#[tokio::test]
async fn a_write_whose_route_has_moved_is_found() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let hasty = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let call = desk.store.send_once(&hasty, &wish, &pay);
    let _ = desk.clock.drive(call).await;
    push(&desk, [found("paid")]);
    let moved = moved(&desk);
    let found = desk.store.resume::<_, Pay<REFUSED>>(&moved, KEY);
    assert_eq!(word(&desk.clock.drive(found).await), "found");
}

#[tokio::test]
async fn a_lookup_that_would_go_elsewhere_is_not_asked() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let _ = desk.send(&intent(), &Pay::<REFUSED>::new(KEY)).await;
    let elsewhere = client(&desk.clock, &desk.bank, "test", "https://other.test");
    let (looks, id) = (desk.looks(), id::<REFUSED>());
    let refused = desk.store.resume::<_, Pay<REFUSED>>(&elsewhere, KEY);
    let refused = desk.clock.drive(refused).await;
    assert!(word(&refused).contains("address differ"), "{refused:?}");
    assert_eq!(
        (desk.looks(), desk.state(&id).await),
        (looks, State::Unknown)
    );
}

// A second copy

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

/// Drops a call when its request has left: the same as a crash.
async fn crash(desk: &Desk, call: impl Future) {
    let left = pin!(desk.bank.when_sent(1));
    match select(pin!(call), left).await {
        Either::Right(_) => {}
        Either::Left(_) => panic!("it was to hang"),
    }
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

// Without a lookup

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

// What the bank has taken

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

// How looks are counted

#[tokio::test]
async fn two_different_words_are_not_twice_the_same() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let hasty = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    push(&desk, many(&Reply::html(502), 30));
    let (pay, wish) = (Pay::<UNPROMISED>::new(KEY), intent());
    let call = desk.store.send_once(&hasty, &wish, &pay);
    let _ = desk.clock.drive(call).await;
    desk.clock.advance(seconds(600));
    let mut desk = desk;
    desk.bank = ScriptedService::default();
    desk.client = client(&desk.clock, &desk.bank, "test", "https://bank.test");
    let look = async |reply| {
        desk.clock.advance(seconds(60));
        desk.bank.push(reply);
        work::<UNPROMISED>(&desk).await.unwrap().state
    };
    for _ in 0..3 {
        assert_eq!(look(absent()).await, State::Unknown);
        assert_eq!(look(found("perhaps")).await, State::Unknown);
    }
    assert_eq!(look(found("perhaps")).await, State::Refused);
}

#[tokio::test]
async fn looks_that_fail_are_no_looks_in_vain() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    push(&desk, many(&Reply::html(502), 20));
    push(&desk, many(&absent(), 9));
    push(&desk, [found("paid")]);
    let pay = Pay::<MUTE>::new(KEY);
    let mut end = word(&desk.send(&intent(), &pay).await);
    for _ in 0..20 {
        if end == "found" {
            break;
        }
        assert!(!end.starts_with("person"), "{end}");
        end = word(&desk.resume::<MUTE>(KEY).await);
    }
    assert_eq!(end, "found");
}

#[tokio::test]
async fn looks_without_news_leave_no_line() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    push(&desk, many(&absent(), PLENTY));
    let id = id::<UNPROMISED>();
    let _ = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    assert!(desk.looks() > 4);
    let lines = desk.store.journal(&id).await.unwrap().len();
    assert_eq!(lines, 4, "planned, sending, unknown, needs-person");
}

#[tokio::test]
async fn one_payment_is_asked_about_no_more_often_than_its_class_allows() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    push(&desk, many(&absent(), PLENTY));
    let plan = Paced("paced");
    desk.store
        .plan(&desk.client, &Intent::new("paced"), &plan)
        .await
        .unwrap();
    let mut asked = Vec::new();
    while desk.state(&IntentId::new(Paced::META.id, "paced")).await != State::NeedsPerson {
        let looks = desk.looks();
        let claims = desk.store.claim_due(&desk.client, &Filter::all(), 1).await;
        if let Some(claim) = claims.unwrap().pop() {
            let acted = desk.store.act::<_, Paced>(&desk.client, claim);
            let _ = desk.clock.drive(acted).await;
        }
        if desk.looks() > looks {
            asked.push(desk.clock.now());
        }
        desk.clock.advance(seconds(1));
    }
    assert!(asked.len() >= 2, "{asked:?}");
    let gaps = asked.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(gaps.clone().all(|gap| gap >= seconds(60)), "{asked:?}");
}

// What may be sent at all

#[tokio::test]
async fn a_write_without_a_key_is_sent_again_only_where_that_changes_nothing() {
    async fn end<const EFFECT: usize>(intent: Intent) -> (String, usize) {
        let sure = looks_until_lost().await;
        let script = [
            vec![Reply::LostAfterSending],
            many(&absent(), sure),
            vec![taken()],
        ];
        let desk = Desk::new(script.concat()).await;
        let (plain, store) = (Plain::<EFFECT>, &desk.store);
        let sent = store.send_once(&desk.client, &intent, &plain);
        let end = desk.clock.drive(sent).await;
        (word(&end), desk.writes().len())
    }
    let person = ("person not-found".to_owned(), 1);
    let again = ("answered".to_owned(), 2);
    assert_eq!(end::<ONCE>(intent()).await, person);
    assert_eq!(end::<ONCE>(intent().send_again_unpromised()).await, again);
    assert_eq!(end::<IDEMPOTENT>(intent()).await, again);
}

/// How many looks it takes after a lost answer.
async fn looks_until_lost() -> usize {
    let script = [vec![Reply::LostAfterSending], many(&absent(), PLENTY)];
    let desk = Desk::new(script.concat()).await;
    let end = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    assert_eq!(word(&end), "person not-found");
    desk.looks()
}

#[tokio::test]
async fn without_a_key_no_passport_and_no_refusal_with_a_card_is_kept() {
    let refusal = r#"{"code":"NO","text":"card 5469550053219652"}"#;
    let desk = Desk::with(Keyring::none(), [Reply::json(422, refusal)]).await;
    let wish = Intent::new("passport");
    let sent = desk
        .store
        .send_once_without_lookup(&desk.client, &wish, &Passport);
    let refused = sent.await.unwrap_err();
    let StoreError::KeyNeeded { what, .. } = refused else {
        panic!("{refused}");
    };
    assert!(what.contains("identity document") && desk.bank.sends() == 0);

    desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
        .await
        .unwrap();
    let row = row_of(&desk, &id::<REFUSED>()).await;
    let note = String::from_utf8_lossy(row.note.as_deref().unwrap()).into_owned();
    assert!(!note.contains("5469550053219652"), "{note}");
    assert_eq!(desk.store.refusal(&row).status.unwrap(), 422);
}

#[tokio::test]
async fn the_permission_to_send_again_is_a_part_of_the_wish() {
    let desk = Desk::new([taken()]).await;
    let pay = Pay::<REPLAYED>::new(KEY);
    desk.send(&intent(), &pay).await.unwrap();
    let daring = intent().send_again_unpromised();
    let refused = desk.send(&daring, &pay).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("permission to send again differ"), "{text}");
}

#[tokio::test]
async fn a_claim_is_for_its_own_operation_and_can_be_given_back() {
    let desk = Desk::new([]).await;
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    desk.store.plan(&desk.client, &wish, &pay).await.unwrap();
    let claim = async |store: &Store| {
        let claims = store.claim_due(&desk.client, &Filter::all(), 1).await;
        claims.unwrap().pop().unwrap()
    };
    let taken = claim(&desk.store).await;
    let acted = desk
        .store
        .act::<_, Pay<REPLAYED>>(&desk.client, taken)
        .await;
    assert!(
        matches!(acted, Err(StoreError::AnotherOperation { .. })),
        "{acted:?}"
    );
    let taken = claim(&desk.store).await;
    taken.give_back(&desk.store).await.unwrap();
    claim(&desk.store).await;
    let lines = desk.store.journal(&id::<REFUSED>()).await.unwrap();
    assert_eq!((desk.bank.sends(), lines.len()), (0, 1));
}

#[tokio::test]
async fn what_a_person_has_sent_again_can_still_be_held() {
    let script = [vec![Reply::LostAfterSending], many(&absent(), PLENTY)];
    let desk = Desk::new(script.concat()).await;
    let id = id::<UNPROMISED>();
    let _ = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    let decide = async |decision| desk.store.decide(&id, decision, "I. Ivanova").await;
    assert_eq!(
        decide(Decision::SendAgain).await.unwrap().state,
        State::Planned
    );
    assert!(decide(Decision::Withdraw).await.is_err());
    assert_eq!(
        decide(Decision::Doubt).await.unwrap().state,
        State::NeedsPerson
    );
    assert_eq!(desk.writes().len(), 1);
}
