//! Whatever callers do, the windows hold.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    /// A new caller: which classes (bits), which key, how long it is ready to wait.
    Ask {
        classes: usize,
        key: usize,
        patience: Option<u64>,
    },
    /// The waiter of that index is polled, on time or late.
    Poll(usize),
    Drop(usize),
    /// Time moves on by milliseconds.
    Pass(u64),
    /// A pause of one of the classes without a key.
    Pause {
        class: usize,
        millis: u64,
    },
}

const CLASSES: [RateClass; 3] = [
    RateClass::new("test.shared", 3, ms(100)),
    RateClass::new("test.slow", 2, ms(250)),
    RateClass::every("test.key", ms(400)).keyed(),
];
const KEYS: [&str; 3] = ["a", "b", "c"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_usize..8, 0..KEYS.len(), proptest::option::of(0_u64..900))
            .prop_map(|(classes, key, patience)| Step::Ask { classes, key, patience }),
        5 => (0_usize..64).prop_map(Step::Poll),
        1 => (0_usize..64).prop_map(Step::Drop),
        4 => (0_u64..150).prop_map(Step::Pass),
        1 => (0_usize..2, 0_u64..300)
            .prop_map(|(class, millis)| Step::Pause { class, millis }),
    ]
}

/// What was granted, and until when each class is paused.
#[derive(Default)]
struct Log {
    granted: BTreeMap<(&'static str, Option<&'static str>), Vec<Duration>>,
    paused_until: BTreeMap<&'static str, Duration>,
}

struct Caller<'a> {
    wants: Vec<Want<'static>>,
    give_up_at: Option<Duration>,
    future: BoxFuture<'a, Result<(), PaceError>>,
}

impl Caller<'_> {
    /// Polls once; `true` when it is done.
    fn poll(&mut self, clock: &ManualClock, log: &mut Log) -> bool {
        let now = clock.monotonic();
        match self.future.as_mut().now_or_never() {
            None => return false,
            Some(Err(PaceError::Exceeded { retry_after })) => {
                let limit = self.give_up_at.expect("without a limit nobody gives up");
                assert!(now + retry_after > limit, "gave up at {now:?} without need");
            }
            Some(Err(other)) => panic!("{other}"),
            Some(Ok(())) => {
                assert!(
                    self.give_up_at.is_none_or(|limit| now <= limit),
                    "granted too late"
                );
                for want in &self.wants {
                    let key = want.key.filter(|_| want.class.is_keyed());
                    log.granted
                        .entry((want.class.name(), key))
                        .or_default()
                        .push(now);
                    let paused = log.paused_until.get(want.class.name());
                    assert!(
                        paused.is_none_or(|&until| until <= now),
                        "granted in a pause"
                    );
                }
            }
        }
        true
    }
}

proptest! {
    #[test]
    fn no_window_is_ever_passed_and_everybody_is_served(steps in vec(step(), 1..250)) {
        let (clock, pace) = world();
        let wants_of = |classes: usize, key: usize| -> Vec<Want<'static>> {
            let chosen = CLASSES.iter().enumerate().filter(|(bit, _)| classes & (1 << bit) != 0);
            chosen.map(|(_, &class)| Want { class, key: Some(KEYS[key]) }).collect()
        };
        let mut callers: Vec<Caller<'_>> = Vec::new();
        let mut log = Log::default();

        for step in steps {
            match step {
                Step::Ask { classes, key, patience } => {
                    let wants = wants_of(classes, key);
                    let give_up_at = patience.map(|millis| clock.monotonic() + ms(millis));
                    // Leaked, so that the future can live beside it: a few wants in a test.
                    let asked: &'static [Want<'static>] = Vec::leak(wants.clone());
                    let future = pace.acquire(asked, give_up_at);
                    let mut caller = Caller { wants, give_up_at, future };
                    if !caller.poll(&clock, &mut log) {
                        callers.push(caller);
                    }
                }
                Step::Poll(index) if !callers.is_empty() => {
                    let index = index % callers.len();
                    if callers[index].poll(&clock, &mut log) {
                        callers.remove(index);
                    }
                }
                Step::Drop(index) if !callers.is_empty() => {
                    callers.remove(index % callers.len());
                }
                Step::Poll(_) | Step::Drop(_) => {}
                Step::Pass(millis) => clock.advance(ms(millis)),
                Step::Pause { class, millis } => {
                    let (class, until) = (CLASSES[class], clock.monotonic() + ms(millis));
                    let _ = pace.pause(class, None, until).now_or_never();
                    let paused = log.paused_until.entry(class.name()).or_default();
                    *paused = until.max(*paused);
                }
            }
            prop_assert_eq!(pace.sizes().1, callers.len());
        }

        // Those left are served once they are polled as they should be.
        let rest = callers.len();
        let mut rounds = 0;
        while !callers.is_empty() {
            callers.retain_mut(|caller| !caller.poll(&clock, &mut log));
            if let Some(wait) = clock.next_wake().filter(|_| !callers.is_empty()) {
                clock.advance(wait);
            }
            rounds += 1;
            prop_assert!(rounds <= 2 * rest * rest + 2, "{} still wait", callers.len());
        }
        prop_assert_eq!(pace.sizes().1, 0);

        for class in CLASSES {
            for ((_, key), times) in log.granted.iter().filter(|((name, _), _)| *name == class.name()) {
                prop_assert!(times.is_sorted());
                let most = fullest(times, class.period());
                prop_assert!(most <= class.limit() as usize, "{} {:?} {:?}", class.name(), key, times);
            }
        }
    }

    /// With one class the order of asking is the order of going.
    #[test]
    fn nobody_is_overtaken(asks in vec((0_u64..120, 0_u64..2_000), 1..40)) {
        let (clock, pace) = world();
        let wants = [Want::of(CLASSES[0])];
        let taken_at = Mutex::new(BTreeMap::new());
        let mut start = Duration::ZERO;
        let calls: Vec<_> = asks.iter().enumerate().map(|(index, &(gap, patience))| {
            start += ms(gap);
            let (clock, pace, wants, taken_at, start) = (&clock, &pace, &wants, &taken_at, start);
            async move {
                clock.sleep(start).await;
                let dropped = clock.sleep(ms(patience));
                let taken = futures_util::future::select(pace.acquire(wants, None), dropped).await;
                if matches!(taken, futures_util::future::Either::Left(_)) {
                    taken_at.lock().unwrap().insert(index, clock.monotonic());
                }
            }
        }).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(clock.drive(join_all(calls)));
        // Those of one moment may come in any order.
        prop_assert!(taken_at.lock().unwrap().values().is_sorted());
        prop_assert_eq!(pace.sizes().1, 0);
    }
}
