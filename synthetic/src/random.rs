//! Chance that needs no order: a number is a function of the seed, of what it is for, and of whom.
//!
//! Each person draws from streams of their own, so that the region is the same on one thread or many, and one life can
//! be made without the others. The mixer is SplitMix64 (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195).

/// What a stream of chance is for. The numbers are part of what a seed gives: append, never renumber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Stream {
    /// Areas: offsets of the systematic samples.
    Area = 1,
    /// Households.
    Household = 2,
    /// Who a person is: name, language, contact.
    Person = 3,
    /// The hidden liabilities that bind conditions together.
    Liability = 4,
    /// Which conditions.
    Condition = 5,
    /// When conditions began, and how severe they are.
    Onset = 6,
    /// Deaths.
    Death = 7,
    /// Emergency care.
    Emergency = 8,
    /// General practice.
    Practice = 9,
    /// Measurements.
    Measurement = 10,
    /// Medicines.
    Medicine = 11,
    /// Prevention: immunisation, screening, checks.
    Prevention = 12,
    /// Outpatients, operations, community and social care.
    Planned = 13,
    /// Faults of the data.
    Fault = 14,
    /// Workers.
    Worker = 15,
    /// Ids.
    Id = 16,
    /// Who is monitored at home, and what the monitors show.
    Monitoring = 17,
    /// Who moves home in the days to come, and where to.
    Moving = 18,
    /// Children who are born in the days to come.
    Birth = 19,
}

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// The stream of one seed, one use and one subject.
    #[must_use]
    pub fn new(seed: u64, stream: Stream, subject: u64) -> Random {
        Random(mix(
            mix(seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_add((stream as u64) << 48 | subject)
        ))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from 0 to `limit` − 1; 0 when the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.bits()) * limit as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both among them.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as usize) as i32
    }

    /// One of a slice; the first when there is one only.
    ///
    /// # Panics
    /// When the slice is empty: callers pass tables that are checked when they are read.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// The place of one weight among weights, by weight; 0 when all are 0.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let sum: f64 = weights.iter().sum();
        let mut left = self.unit() * sum;
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0)
    }

    /// A normal deviate of mean 0 and deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let u = 1.0 - self.unit();
        let v = self.unit();
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// A normal deviate of a mean and a deviation, kept within limits.
    pub fn normal_within(&mut self, mean: f64, deviation: f64, low: f64, high: f64) -> f64 {
        (mean + deviation * self.normal()).clamp(low, high)
    }

    /// A wait of this mean, exponential.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// A count of this mean (Poisson by waiting times; meant for means under 50).
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let limit = (-mean.clamp(0.0, 50.0)).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_apart_and_the_same_each_time() {
        let mut one = Random::new(7, Stream::Person, 3);
        let mut again = Random::new(7, Stream::Person, 3);
        let mut other = Random::new(7, Stream::Person, 4);
        let first = one.bits();
        assert_eq!(first, again.bits());
        assert_ne!(first, other.bits());
        assert_ne!(first, Random::new(8, Stream::Person, 3).bits());
        assert_ne!(first, Random::new(7, Stream::Onset, 3).bits());
    }

    #[test]
    fn deviates_have_their_means() {
        let mut random = Random::new(1, Stream::Area, 0);
        let many = 20_000;
        let mean = |sum: f64| sum / f64::from(many);
        let units = mean((0..many).map(|_| random.unit()).sum());
        assert!((units - 0.5).abs() < 0.01, "{units}");
        let normals = mean((0..many).map(|_| random.normal()).sum());
        assert!(normals.abs() < 0.03, "{normals}");
        let counts = mean((0..many).map(|_| f64::from(random.poisson(3.0))).sum());
        assert!((counts - 3.0).abs() < 0.06, "{counts}");
        let waits = mean((0..many).map(|_| random.exponential(2.0)).sum());
        assert!((waits - 2.0).abs() < 0.06, "{waits}");
    }
}
