//! Time that runs faster, and is the same for every process of one trial.

use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::clock::{Clock, SystemClock};
use rubank_sandbox::SimulatedClock;
use rubank_store::Postgres;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::task::JoinHandle;

/// How often the banks' clock is moved on.
const TICK: Duration = Duration::from_millis(1);

/// How simulated time follows the machine's. Whoever has it sees the same time, whenever and wherever it began to look.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Scale {
    /// The machine's clock at the beginning, in microseconds since 1970.
    origin: i64,
    /// The simulated one, likewise.
    start: i64,
    factor: u32,
}

impl Scale {
    /// From now on, `factor` times as fast as the machine's clock.
    pub(crate) fn from_now(start: OffsetDateTime, factor: u32) -> Self {
        Scale {
            origin: micros(SystemClock.now()),
            start: micros(start),
            factor,
        }
    }

    /// The clock of a process that begins to look now. Its wall shows `skew` seconds too much; what it measures is right.
    pub(crate) fn clock(self, skew: i64) -> ScaledClock {
        let passed = micros(SystemClock.now()).saturating_sub(self.origin);
        ScaledClock {
            scale: self,
            skew,
            before: Duration::from_micros(u64::try_from(passed).unwrap_or(0)),
            began: SystemClock.monotonic(),
        }
    }

    /// Lets the store's only source of time in a schema of PostgreSQL follow, too.
    pub(crate) fn sql(self, schema: &str) -> String {
        let Scale {
            origin,
            start,
            factor,
        } = self;
        let clock = Postgres::CLOCK;
        format!(
            "CREATE OR REPLACE FUNCTION {schema}.{clock}() RETURNS bigint LANGUAGE sql VOLATILE AS $$ \
             SELECT {start} + ((extract(epoch FROM clock_timestamp()) * 1000000)::bigint - {origin}) * {factor} $$"
        )
    }

    /// Moves the banks' clock on until the task is aborted.
    pub(crate) fn drive(self, banks: &SimulatedClock) -> JoinHandle<()> {
        let (clock, banks) = (self.clock(0), banks.clone());
        tokio::spawn(async move {
            loop {
                let late = clock.monotonic().saturating_sub(banks.elapsed());
                banks.advance(late);
                SystemClock.sleep(TICK).await;
            }
        })
    }
}

/// Tells whether somebody sets the machine's clock.
///
/// Processes that start at different moments agree by the machine's wall clock: if that is set meanwhile, they see two
/// times, and what comes of it says nothing about anything: the trial is held once more.
pub(crate) struct Steady {
    wall: OffsetDateTime,
    began: Duration,
}

/// What the two clocks of a machine may differ by without anybody having set one.
const DRIFT: Duration = Duration::from_millis(20);

impl Steady {
    /// From now on.
    pub(crate) fn watch() -> Self {
        Steady {
            wall: SystemClock.now(),
            began: SystemClock.monotonic(),
        }
    }

    /// Whether the clock was set since.
    pub(crate) fn was_set(&self) -> bool {
        let expected = self.wall + SystemClock.monotonic().saturating_sub(self.began);
        (SystemClock.now() - expected).unsigned_abs() > DRIFT
    }
}

/// A process's view of the simulated time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScaledClock {
    scale: Scale,
    skew: i64,
    /// What had passed when this clock was made: from here on the machine's steady clock counts.
    before: Duration,
    began: Duration,
}

impl Clock for ScaledClock {
    fn now(&self) -> OffsetDateTime {
        let start = i128::from(self.scale.start) * 1000;
        let start = OffsetDateTime::from_unix_timestamp_nanos(start);
        let start = start.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        start + self.monotonic() + time::Duration::seconds(self.skew)
    }

    fn monotonic(&self) -> Duration {
        let since = SystemClock.monotonic().saturating_sub(self.began);
        (self.before + since) * self.scale.factor
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(duration / self.scale.factor)
    }
}

fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_processes_see_one_time() {
        let start = time::macros::datetime!(2026-01-15 09:00 UTC);
        let scale = Scale::from_now(start, 1000);
        let text = serde_json::to_string(&scale).unwrap();
        let other: Scale = serde_json::from_str(&text).unwrap();
        let (first, second) = (scale.clock(0), other.clock(3600));
        let apart = second.now() - first.now() - time::Duration::HOUR;
        // A thousandth of that on the machine's clock.
        assert!(apart.abs() < time::Duration::HOUR, "{apart}");
        assert!(first.now() >= start);
    }
}
