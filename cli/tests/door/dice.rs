//! Numbers that are the same for the same seed.

pub(super) struct Dice(u64);

impl Dice {
    /// Seeds are mixed, since numbers of two that stand beside each other would be the same but for the first.
    pub(super) fn new(seed: u64) -> Dice {
        Dice(mixed(seed.wrapping_add(1)))
    }

    pub(super) fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0) % most
    }

    pub(super) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[usize::try_from(self.below(among.len() as u64)).expect("small")]
    }
}

/// SplitMix64.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mixed(number: u64) -> u64 {
    let z = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
