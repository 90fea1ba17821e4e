//! Randomness, passed in like time: a test repeats it from a seed.

use std::fmt;
#[cfg(any(test, feature = "testing"))]
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The source of randomness for keys, nonces and jitter.
pub trait Random: fmt::Debug + Send + Sync + 'static {
    /// Fills `bytes`; those of a source for production are fit for secrets.
    fn fill(&self, bytes: &mut [u8]);

    /// A number from 0 up to but not including `bound`, each equally likely; 0 when `bound` is 0.
    fn below(&self, bound: u64) -> u64 {
        // The high half of a 128-bit product, after D. Lemire, "Fast Random Integer Generation in
        // an Interval" (2019). Draws whose low half falls into the incomplete last round are drawn
        // again: a plain remainder would favour small numbers.
        let incomplete = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
        loop {
            let mut word = [0; 8];
            self.fill(&mut word);
            let product = u128::from(u64::from_le_bytes(word)) * u128::from(bound);
            if product as u64 >= incomplete {
                return (product >> 64) as u64;
            }
        }
    }
}

/// The generator of aws-lc, which TLS uses too.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        // aws-lc documents that RAND_bytes aborts the process rather than return without entropy,
        // so that there is no error to see here; and to go on with a predictable key would be worse.
        aws_lc_rs::rand::fill(bytes).expect("aws-lc always has randomness");
    }
}

/// The same numbers for the same seed (splitmix64). For tests only: anybody can predict it.
#[cfg(any(test, feature = "testing"))]
#[derive(Debug)]
pub struct SeededRandom {
    state: AtomicU64,
}

#[cfg(any(test, feature = "testing"))]
impl SeededRandom {
    /// A generator that starts at `seed`; any number will do.
    pub fn new(seed: u64) -> Self {
        Self {
            state: AtomicU64::new(seed),
        }
    }

    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut mixed = self
            .state
            .fetch_add(STEP, Ordering::Relaxed)
            .wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(any(test, feature = "testing"))]
impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A delay between nothing and `ceiling`, both included, to the nanosecond: clients that failed
/// together do not come back together.
///
/// Beyond 584 years the ceiling is taken as 584 years.
pub fn full_jitter(random: &dyn Random, ceiling: Duration) -> Duration {
    let nanos = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(random.below(nanos.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Says what it is told, then zeros.
    #[derive(Debug)]
    struct Scripted(Mutex<Vec<u64>>);

    impl Random for Scripted {
        fn fill(&self, bytes: &mut [u8]) {
            let mut words = self.0.lock().unwrap();
            let word = if words.is_empty() { 0 } else { words.remove(0) };
            bytes.copy_from_slice(&word.to_le_bytes()[..bytes.len()]);
        }
    }

    #[test]
    fn below_stays_below() {
        let random = SeededRandom::new(7);
        for bound in [1, 2, 3, 10, 1_000_000_007, u64::MAX / 2 + 2, u64::MAX] {
            for _ in 0..1_000 {
                assert!(random.below(bound) < bound, "{bound}");
            }
        }
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn below_is_even() {
        // Three quarters of the range: a remainder or a plain product would fill one part twice as
        // often as another.
        let (random, bound) = (SeededRandom::new(1), 3 << 62);
        let mut thirds = [0_u32; 3];
        for _ in 0..30_000 {
            thirds[(random.below(bound) >> 62) as usize] += 1;
        }
        for third in thirds {
            assert!((9_600..10_400).contains(&third), "{thirds:?}");
        }
    }

    #[test]
    fn draws_of_the_incomplete_round_are_drawn_again() {
        // 2^64 = 1 modulo 3, so exactly one draw must be thrown away: the one with low half 0.
        let random = Scripted(Mutex::new(vec![0, u64::MAX]));
        assert_eq!(random.below(3), 2);
    }

    #[test]
    fn a_seed_repeats() {
        // The first numbers of splitmix64 for seed 1234567, as other implementations publish them.
        let known = [
            6457827717110365317,
            3203168211198807973,
            9817491932198370423,
        ];
        let random = SeededRandom::new(1_234_567);
        assert_eq!(known.map(|_| random.next()), known);
    }

    #[test]
    fn fill_reaches_every_byte() {
        let sources: [&dyn Random; 2] = [&SystemRandom, &SeededRandom::new(3)];
        for random in sources {
            for length in [0, 1, 7, 8, 9, 33] {
                let mut seen = vec![0; length];
                for _ in 0..64 {
                    let mut bytes = vec![0; length];
                    random.fill(&mut bytes);
                    seen.iter_mut()
                        .zip(bytes)
                        .for_each(|(all, byte)| *all |= byte);
                }
                assert!(seen.iter().all(|&byte| byte != 0), "{random:?} {length}");
            }
        }
    }

    #[test]
    fn jitter_reaches_both_ends_and_never_passes_them() {
        let random = SeededRandom::new(11);
        let ceiling = Duration::from_nanos(3);
        let drawn: Vec<_> = (0..200).map(|_| full_jitter(&random, ceiling)).collect();
        assert!(drawn.contains(&Duration::ZERO) && drawn.contains(&ceiling));
        assert!(drawn.iter().all(|&delay| delay <= ceiling));

        assert_eq!(full_jitter(&random, Duration::ZERO), Duration::ZERO);
        assert!(full_jitter(&random, Duration::MAX) <= Duration::from_nanos(u64::MAX));
    }
}
