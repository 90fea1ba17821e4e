//! A clock that moves only when a test says so.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use time::{OffsetDateTime, UtcOffset};

use super::Clock;
use crate::future::BoxFuture;

/// A [`Clock`] for tests: no time passes unless you move it.
///
/// Clones share one time. There are two ways to move it:
///
/// - [`drive`](Self::drive) runs a future and jumps over every wait in it. Use it when all the
///   waiting is done on this clock: a whole retry schedule then takes no time and always the same
///   steps.
/// - [`when_sleeping`](Self::when_sleeping) and then [`advance`](Self::advance), when there is real
///   I/O as well: a jump would run into the deadline while bytes are still under way.
///
/// ```
/// use std::time::Duration;
/// use rubank_core::clock::{Clock, ManualClock};
/// use time::macros::datetime;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let clock = ManualClock::new(datetime!(2025-01-31 23:59:30 UTC));
/// clock.drive(clock.sleep(Duration::from_secs(45))).await;
///
/// assert_eq!(clock.now(), datetime!(2025-02-01 00:00:15 UTC));
/// assert_eq!(clock.slept(), [Duration::from_secs(45)]);
/// # }
/// ```
#[derive(Clone)]
pub struct ManualClock {
    shared: Arc<Mutex<State>>,
}

impl ManualClock {
    /// A clock whose wall shows `start` and whose [`monotonic`](Clock::monotonic) time is zero.
    pub fn new(start: OffsetDateTime) -> Self {
        let state = State {
            elapsed: Duration::ZERO,
            wall: start.to_offset(UtcOffset::UTC),
            wall_set_at: Duration::ZERO,
            sleepers: BTreeMap::new(),
            next_id: 0,
            slept: Vec::new(),
            watchers: Vec::new(),
        };
        Self {
            shared: Arc::new(Mutex::new(state)),
        }
    }

    /// Moves both times on by `step` and wakes the sleepers that are due, the earliest first.
    ///
    /// It is one step: whoever wakes sees the time at its end.
    pub fn advance(&self, step: Duration) {
        let due = {
            let mut state = self.lock();
            let target = state.elapsed.saturating_add(step);
            state.move_to(target)
        };
        wake_all(due);
    }

    /// Sets the wall clock, forward or back, as an operator or NTP would; the monotonic time and the
    /// sleepers do not notice.
    pub fn set_wall(&self, wall: OffsetDateTime) {
        let mut state = self.lock();
        state.wall = wall.to_offset(UtcOffset::UTC);
        state.wall_set_at = state.elapsed;
    }

    /// How many sleeps are waiting now. A sleep counts from its first poll until it is due or
    /// dropped.
    pub fn sleepers(&self) -> usize {
        self.lock().sleepers.len()
    }

    /// How long until the earliest sleeper is due; `None` when nobody sleeps, or only for ever
    /// (until [`Duration::MAX`]).
    pub fn next_wake(&self) -> Option<Duration> {
        let state = self.lock();
        state.earliest().map(|due| due - state.elapsed)
    }

    /// Every sleep that was asked for so far, in the order of the first polls, dropped and empty
    /// ones included.
    pub fn slept(&self) -> Vec<Duration> {
        self.lock().slept.clone()
    }

    /// Waits, without moving time, until at least `count` sleepers are there at once.
    pub async fn when_sleeping(&self, count: usize) {
        std::future::poll_fn(|context| {
            let mut state = self.lock();
            if state.sleepers.len() >= count {
                return Poll::Ready(());
            }
            state.watch(context.waker());
            Poll::Pending
        })
        .await;
    }

    /// Runs `future`, jumping to the earliest sleeper whenever nothing else can go on.
    ///
    /// Before each jump the executor gets a bounded number of turns, so that other tasks of the same
    /// runtime, and their I/O, come to their next wait. Work on another thread, or that needs more
    /// turns, may lose that race: wait for it with [`when_sleeping`](Self::when_sleeping). When
    /// nobody sleeps, the future just waits for whatever wakes it, or for the next sleeper.
    ///
    /// One clock should have one driver at a time.
    pub fn drive<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        Drive {
            clock: self.clone(),
            future: Box::pin(future),
            signal: Arc::new(Signal {
                woken: AtomicBool::new(true),
                driver: AtomicWaker::new(),
            }),
            idle_turns: 0,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        let state = self.lock();
        let passed = state.elapsed - state.wall_set_at;
        state
            .wall
            .saturating_add(passed.try_into().unwrap_or(time::Duration::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.lock().elapsed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let due = self.monotonic().saturating_add(duration);
        Box::pin(Sleep {
            clock: self.clone(),
            duration,
            due,
            id: None,
        })
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("ManualClock")
            .field("elapsed", &state.elapsed)
            .field("sleepers", &state.sleepers.len())
            .finish_non_exhaustive()
    }
}

struct State {
    elapsed: Duration,
    wall: OffsetDateTime,
    wall_set_at: Duration,
    /// By due time, then by age: the order of waking.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    next_id: u64,
    slept: Vec<Duration>,
    /// Who wants to know about the next new sleeper.
    watchers: Vec<Waker>,
}

impl State {
    fn earliest(&self) -> Option<Duration> {
        let (&(due, _), _) = self.sleepers.first_key_value()?;
        // A sleep that ends at the end of time means "never": nobody may jump there.
        (due < Duration::MAX).then_some(due)
    }

    /// The wakers to call once the lock is released.
    fn move_to(&mut self, target: Duration) -> Vec<Waker> {
        self.elapsed = target;
        let mut due = Vec::new();
        while let Some(sleeper) = self.sleepers.first_entry()
            && sleeper.key().0 <= target
        {
            due.push(sleeper.remove());
        }
        due
    }

    fn watch(&mut self, waker: &Waker) {
        if !self.watchers.iter().any(|known| known.will_wake(waker)) {
            self.watchers.push(waker.clone());
        }
    }
}

fn wake_all(wakers: Vec<Waker>) {
    for waker in wakers {
        waker.wake();
    }
}

struct Sleep {
    clock: ManualClock,
    duration: Duration,
    due: Duration,
    id: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut state = this.clock.lock();
        let first = this.id.is_none();
        let id = *this.id.get_or_insert_with(|| {
            state.next_id += 1;
            state.next_id
        });
        if first {
            state.slept.push(this.duration);
        }
        if this.due <= state.elapsed {
            return Poll::Ready(());
        }
        // Kept past the lock: dropping a waker may drop a task, and with it another sleep.
        let _replaced = state
            .sleepers
            .insert((this.due, id), context.waker().clone());
        let watchers = if first {
            std::mem::take(&mut state.watchers)
        } else {
            Vec::new()
        };
        drop(state);
        wake_all(watchers);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let _past_the_lock = self.clock.lock().sleepers.remove(&(self.due, id));
        }
    }
}

/// Enough for a request and its answer to pass over loopback between two tasks of one runtime.
const TURNS_BEFORE_JUMP: u32 = 64;

struct Drive<F> {
    clock: ManualClock,
    future: Pin<Box<F>>,
    signal: Arc<Signal>,
    idle_turns: u32,
}

impl<F: Future> Future for Drive<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        this.signal.driver.register(context.waker());
        if this.signal.woken.swap(false, Ordering::AcqRel) {
            this.idle_turns = 0;
            let waker = Waker::from(Arc::clone(&this.signal));
            let done = this.future.as_mut().poll(&mut Context::from_waker(&waker));
            if done.is_ready() {
                return done;
            }
        }
        if this.idle_turns < TURNS_BEFORE_JUMP {
            this.idle_turns += 1;
            give_turn(context);
            return Poll::Pending;
        }
        this.idle_turns = 0;
        let due = {
            let mut state = this.clock.lock();
            let Some(earliest) = state.earliest() else {
                state.watch(context.waker());
                return Poll::Pending;
            };
            state.move_to(earliest)
        };
        wake_all(due);
        give_turn(context);
        Poll::Pending
    }
}

/// Comes back after the other tasks have run and the I/O was looked at: tokio wakes a yielding task
/// only then, a plain wake would come back before both.
fn give_turn(context: &mut Context<'_>) {
    let _ = pin!(tokio::task::yield_now()).poll(context);
}

/// Tells a wake of the driven future from a turn of its driver.
struct Signal {
    woken: AtomicBool,
    driver: AtomicWaker,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.driver.wake();
    }
}

#[cfg(test)]
mod tests;
