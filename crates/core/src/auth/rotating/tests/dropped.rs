//! Calls that go away while they refresh.

use std::task::{Context, Poll, Waker};

use tokio::sync::Semaphore;

use super::*;

const NIGHT: Duration = Duration::from_secs(12 * 60 * 60);

/// A bank that does its work at once, and answers when it is let.
#[derive(Debug)]
struct Slow {
    service: ScriptedService,
    let_go: Arc<Semaphore>,
}

impl HttpService for Slow {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let response = self.service.call(request, sent).await;
            let _let_go = self.let_go.acquire().await;
            response
        })
    }
}

/// As `signed_in`, and what lets the answers go.
async fn slow(script: impl IntoIterator<Item = Reply>) -> (Bench, Watched, Arc<Semaphore>) {
    let (store, let_go) = (Watched::default(), Arc::new(Semaphore::new(0)));
    let tokens = StoredTokens::new("r1".into());
    store.inner.save(&key(), &tokens).await.unwrap();
    let service = ScriptedService::new(script);
    let transport = Slow {
        service: service.clone(),
        let_go: Arc::clone(&let_go),
    };
    (Bench::over(service, Arc::new(transport), 1), store, let_go)
}

/// Lets everything else go on as far as it can without time passing.
async fn idle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn dropped_once_it_has_left(bench: &Bench, process: &RotatingRefresh) {
    let context = bench.read();
    let left = bench.service.when_sent(1);
    select(pin!(process.authorize(&context)), pin!(left)).await;
}

#[tokio::test]
async fn the_answer_is_stored_though_nobody_waits_for_it() {
    let (bench, store, let_go) = slow([pair("r2", "a2"), pair("r3", "a3")]).await;
    let process = process(&store);
    dropped_once_it_has_left(&bench, &process).await;
    assert_eq!(store.line().await, "r1/- tried");
    bench.clock.advance(seconds(9));
    let_go.add_permits(1);
    idle().await;
    assert_eq!(store.line().await, "r2/a2");
    assert_eq!(asked(&bench, &process).await, "a2");
    assert_eq!(sent(&bench), ["r1"]);
}

#[tokio::test]
async fn a_night_of_silence_does_not_end_the_sign_in() {
    let (bench, store, let_go) = slow([pair("r2", "a2"), pair("r3", "a3")]).await;
    dropped_once_it_has_left(&bench, &process(&store)).await;
    let_go.add_permits(1);
    idle().await;
    bench.clock.advance(NIGHT);
    assert_eq!(asked(&bench, &process(&store)).await, "a3");
    assert_eq!(sent(&bench), ["r1", "r2"]);
}

#[tokio::test]
async fn the_next_call_waits_for_the_refresh_and_makes_none() {
    let (bench, store, let_go) = slow([pair("r2", "a2"), pair("r3", "a3")]).await;
    let process = process(&store);
    dropped_once_it_has_left(&bench, &process).await;
    let context = bench.read();
    let late = async {
        bench.clock.sleep(seconds(3)).await;
        let_go.add_permits(1);
    };
    let (next, ()) = bench
        .clock
        .drive(join(process.authorize(&context), late))
        .await;
    assert_eq!(told(next), "a2");
    assert_eq!(
        (sent(&bench).len(), bench.clock.monotonic()),
        (1, seconds(3))
    );
}

#[tokio::test]
async fn a_call_whose_time_is_over_leaves_the_refresh_to_itself() {
    let (bench, store, let_go) = slow([pair("r2", "a2")]).await;
    let process = process(&store);
    let context = bench.hurried(seconds(1));
    let result = bench.clock.drive(process.authorize(&context)).await;
    assert_eq!(told(result), "Unavailable");
    let_go.add_permits(1);
    idle().await;
    assert_eq!(store.line().await, "r2/a2");
}

#[tokio::test]
async fn what_a_dropped_call_leaves_is_noted_as_always() {
    let rows = [
        (invalid_grant(), "r1/- tried over", "SignInAgain"),
        (
            Reply::json(401, r#"{"error":"invalid_client"}"#),
            "r1/-",
            "a2",
        ),
        (Reply::empty(502), "r1/- tried", "SignInAgain"),
    ];
    for (reply, stored, next) in rows {
        let (bench, store, let_go) = slow([reply.clone(), pair("r2", "a2")]).await;
        let process = process(&store);
        dropped_once_it_has_left(&bench, &process).await;
        let_go.add_permits(2);
        idle().await;
        assert_eq!(store.line().await, stored, "{reply:?}");
        bench.clock.advance(NIGHT);
        assert_eq!(asked(&bench, &process).await, next, "{reply:?}");
    }
}

/// Wherever it was: the tokens are as before, or they are the new ones.
#[tokio::test]
async fn a_call_may_be_dropped_at_any_moment() {
    let mut ends = std::collections::BTreeSet::new();
    for polls in 0..12 {
        let (bench, store) = signed_in([pair("r2", "a2"), pair("r3", "a3")]).await;
        let process = process(&store);
        {
            let context = bench.read();
            let mut call = process.authorize(&context);
            for _ in 0..polls {
                let waker = Waker::noop();
                if call
                    .as_mut()
                    .poll(&mut Context::from_waker(waker))
                    .is_ready()
                {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        idle().await;
        ends.insert(store.line().await);
        bench.clock.advance(NIGHT);
        let next = asked(&bench, &process).await;
        assert!(["a2", "a3"].contains(&next.as_str()), "{polls}: {next}");
    }
    assert_eq!(ends.into_iter().collect::<Vec<_>>(), ["r1/-", "r2/a2"]);
}

#[test]
fn without_a_runtime_it_lives_in_its_call() {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().unwrap();
    let (bench, store) = runtime.block_on(signed_in([pair("r2", "a2")]));
    drop(runtime);
    let process = process(&store);
    let context = bench.read();
    let mut call = process.authorize(&context);
    let done = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(result) = done else {
        panic!("nothing in it waits");
    };
    assert_eq!(told(result), "a2");
}
