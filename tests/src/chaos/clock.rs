//! Time that runs faster, and is the same for every process of one trial.

use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::clock::{Clock, SystemClock};
use rubank_sandbox::SimulatedClock;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::task::JoinHandle;

/// How often the banks' clock is moved on.
const TICK: Duration = Duration::from_millis(1);

/// How simulated time follows the machine's. Whoever has it sees the same time, whenever and wherever it began to look.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Scale {
    /// The machine's clock at the beginning, in microseconds since 1970.
    origin: i64,
    /// The simulated one, likewise.
    start: i64,
    factor: u32,
}

impl Scale {
    /// From now on, `factor` times as fast as the machine's clock.
    #[must_use]
    pub fn from_now(start: OffsetDateTime, factor: u32) -> Self {
        Scale {
            origin: micros(SystemClock.now()),
            start: micros(start),
            factor,
        }
    }

    /// The clock of a process that begins to look now. Its wall shows `skew` seconds too much; what it measures is right.
    #[must_use]
    pub fn clock(self, skew: i64) -> ScaledClock {
        let passed = micros(SystemClock.now()).saturating_sub(self.origin);
        ScaledClock {
            scale: self,
            skew,
            before: Duration::from_micros(u64::try_from(passed).unwrap_or(0)),
            began: SystemClock.monotonic(),
        }
    }

    /// Lets the store's only source of time in a schema of PostgreSQL follow, too.
    #[must_use]
    pub fn sql(self, schema: &str) -> String {
        let Scale {
            origin,
            start,
            factor,
        } = self;
        format!(
            "CREATE OR REPLACE FUNCTION {schema}.rubank_now() RETURNS bigint LANGUAGE sql VOLATILE AS $$ \
             SELECT {start} + ((extract(epoch FROM clock_timestamp()) * 1000000)::bigint - {origin}) * {factor} $$"
        )
    }

    /// Moves the banks' clock on until the task is aborted.
    pub fn drive(self, banks: &SimulatedClock) -> JoinHandle<()> {
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

/// A process's view of the simulated time.
#[derive(Clone, Copy, Debug)]
pub struct ScaledClock {
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
