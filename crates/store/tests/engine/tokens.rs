//! The pace that all share.

use super::*;
use rubank_store::engine::TokenWant;

const MINUTE: Duration = Duration::from_secs(60);
/// One percent more, and a little for a clock that moves by itself.
const STRETCHED: Duration = Duration::from_millis(60_600);

pub(crate) async fn a_period_gives_its_limit<P: Place>(place: &P) {
    let engine = place.engine().await;
    let wants = [want("list", "", 3)];
    for _ in 0..2 {
        granted(&*engine, &wants).await;
    }
    place.advance(MINUTE / 2).await;
    granted(&*engine, &wants).await;
    let left = wait(&*engine, &wants).await;
    assert!(
        left > 25 * SECOND && left <= STRETCHED - MINUTE / 2,
        "{left:?}"
    );

    // The first two are over, the third is not.
    place.advance(left).await;
    for _ in 0..2 {
        granted(&*engine, &wants).await;
    }
    let left = wait(&*engine, &wants).await;
    assert!(left > 25 * SECOND && left <= MINUTE / 2, "{left:?}");
}

pub(crate) async fn all_are_taken_or_none<P: Place>(place: &P) {
    let engine = place.engine().await;
    let (many, one) = (want("many", "", 5), want("one", "k", 1));
    granted(&*engine, &[many.clone(), one.clone()]).await;
    for _ in 0..10 {
        let left = wait(&*engine, &[many.clone(), one.clone()]).await;
        assert!(left <= STRETCHED, "{left:?}");
    }
    for _ in 0..4 {
        granted(&*engine, std::slice::from_ref(&many)).await;
    }
    wait(&*engine, &[many]).await;
}

pub(crate) async fn keys_and_classes_are_apart<P: Place>(place: &P) {
    let engine = place.engine().await;
    for class in ["a", "b"] {
        for key in ["", "k", "k2"] {
            granted(&*engine, &[want(class, key, 1)]).await;
            wait(&*engine, &[want(class, key, 1)]).await;
        }
    }
}

pub(crate) async fn a_pause_is_never_shortened<P: Place>(place: &P) {
    let engine = place.engine().await;
    let wants = [want("a", "k", 9)];
    let pause = async |length| {
        let paused = engine.pause_tokens("a", b"k", length).await;
        paused.expect("a class is paused");
    };
    granted(&*engine, &wants).await;
    pause(10 * MINUTE).await;
    pause(MINUTE).await;
    let left = wait(&*engine, &wants).await;
    assert!(left > 9 * MINUTE && left <= 10 * MINUTE, "{left:?}");
    granted(&*engine, &[want("a", "other", 9)]).await;

    pause(20 * MINUTE).await;
    place.advance(10 * MINUTE).await;
    let left = wait(&*engine, &wants).await;
    assert!(left > 9 * MINUTE && left <= 10 * MINUTE, "{left:?}");
    place.advance(left).await;
    granted(&*engine, &wants).await;
}

pub(crate) async fn a_want_named_twice_counts_once<P: Place>(place: &P) {
    let engine = place.engine().await;
    let twice = [want("a", "", 2), want("a", "", 2)];
    granted(&*engine, &twice).await;
    granted(&*engine, &twice).await;
    wait(&*engine, &twice).await;
}

pub(crate) async fn no_limit_means_never<P: Place>(place: &P) {
    let engine = place.engine().await;
    let left = wait(&*engine, &[want("a", "", 0), want("b", "", 1)]).await;
    assert_eq!(left, Duration::MAX);
    granted(&*engine, &[want("b", "", 1)]).await;
}

pub(crate) async fn nothing_wanted_is_granted<P: Place>(place: &P) {
    let engine = place.engine().await;
    granted(&*engine, &[]).await;
}

pub(crate) async fn many_callers_get_the_limit_between_them<P: Place>(place: &P) {
    let engines = [place.engine().await, place.engine().await];
    for round in 1..=2 {
        let callers = (0..8).map(|number| {
            let engine = Arc::clone(&engines[number % engines.len()]);
            async move {
                let mut taken = 0;
                for _ in 0..5 {
                    let answer = engine.take_tokens(&[want("a", "", 10)]).await;
                    taken += u32::from(answer.expect("an answer").is_none());
                }
                taken
            }
        });
        let taken: u32 = all(callers).await.iter().sum();
        assert_eq!(taken, 10, "round {round}");
        place.advance(STRETCHED + SECOND).await;
    }
}

pub(crate) async fn wants_in_any_order_do_not_block_each_other<P: Place>(place: &P) {
    let engines = [place.engine().await, place.engine().await];
    let callers = (0..8).map(|number| {
        let engine = Arc::clone(&engines[number % engines.len()]);
        let mut wants = vec![
            want("a", "", 1_000),
            want("b", "", 1_000),
            want("c", "", 1_000),
        ];
        wants.rotate_left(number % 3);
        async move {
            for _ in 0..10 {
                granted(&*engine, &wants).await;
            }
        }
    });
    all(callers).await;
}

fn want(class: &str, key: &str, limit: u32) -> TokenWant {
    TokenWant {
        class: class.into(),
        key: key.into(),
        limit,
        period: MINUTE,
    }
}

async fn granted(engine: &dyn Engine, wants: &[TokenWant]) {
    assert_eq!(engine.take_tokens(wants).await, Ok(None));
}

async fn wait(engine: &dyn Engine, wants: &[TokenWant]) -> Duration {
    let answer = engine.take_tokens(wants).await;
    answer.expect("an answer").expect("a wait")
}
