//! Numbers that look random and are the same for every run with the same seed.

/// A SplitMix64 generator: small, fast, and enough for invented data. Nothing secret may come from it.
#[derive(Debug)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// Starts a stream of its own for each purpose, so that adding one does not change the others.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mut state = seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in purpose.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Self { state }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number under `limit`; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// One of `choices`; the type's empty value when there are none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let at = self.below(choices.len() as u64) as usize;
        choices.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.text(length, "0123456789abcdef")
    }

    pub(crate) fn digits(&mut self, length: usize) -> String {
        self.text(length, "0123456789")
    }

    pub(crate) fn upper_alphanumeric(&mut self, length: usize) -> String {
        self.text(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    }

    /// A UUID of version 4, lower case.
    pub(crate) fn uuid(&mut self) -> String {
        format!(
            "{}-{}-4{}-{}{}-{}",
            self.hex(8),
            self.hex(4),
            self.hex(3),
            self.text(1, "89ab"),
            self.hex(3),
            self.hex(12)
        )
    }

    fn text(&mut self, length: usize, alphabet: &'static str) -> String {
        let letters = alphabet.as_bytes();
        (0..length)
            .map(|_| char::from(self.pick(letters)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn one_seed_gives_one_stream_for_each_purpose() {
        let words = |seed, purpose| Random::new(seed, purpose).uuid();
        assert_eq!(words(7, "tokens"), words(7, "tokens"));
        assert_ne!(words(7, "tokens"), words(7, "payments"));
        assert_ne!(words(7, "tokens"), words(8, "tokens"));
    }

    #[test]
    fn texts_have_their_shape() {
        let mut random = Random::new(1, "shape");
        let uuid = random.uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!(random.digits(20).bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(random.below(0), 0);
        assert_eq!(random.pick::<u8>(&[]), 0);
    }
}
