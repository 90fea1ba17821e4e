//! Chance that follows from a seed.

use rubank_core::random::{Random, SeededRandom};

/// A stream of numbers for one purpose, so that a new purpose does not change the others.
#[derive(Debug)]
pub(crate) struct Dice(SeededRandom);

impl Dice {
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a, as good as any for telling words apart.
        let start = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xcbf2_9ce4_8422_2325;
        let mixed = purpose.bytes().fold(start, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Dice(SeededRandom::new(mixed))
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&self, low: u64, high: u64) -> u64 {
        low + self.0.below(high.saturating_sub(low).saturating_add(1))
    }

    pub(crate) fn size(&self, low: usize, high: usize) -> usize {
        let drawn = self.between(low as u64, high as u64);
        usize::try_from(drawn).unwrap_or(low)
    }

    /// So many times in a hundred.
    pub(crate) fn percent(&self, chance: u64) -> bool {
        self.0.below(100) < chance
    }

    /// One of them; none of nothing.
    pub(crate) fn pick<'a, T>(&self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.size(0, choices.len().checked_sub(1)?))
    }

    /// A number before or behind nothing, at most so far from it.
    pub(crate) fn around(&self, most: i64) -> i64 {
        let width = u64::try_from(most).unwrap_or(0);
        let drawn = i64::try_from(self.0.below(width.saturating_mul(2).saturating_add(1)));
        drawn.unwrap_or(0) - most
    }
}
