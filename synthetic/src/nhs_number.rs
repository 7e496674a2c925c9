//! NHS numbers of the 999 range, which is never issued: each once, in an order that tells nothing.

/// Every valid number of the range: the six digits after 999 whose check digit exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers(Vec<u32>);

/// How many numbers at the end of the order are nobody's of a region: the people of stories bear them.
pub const RESERVED: usize = 16;

/// A step through the list that shares no factor with its length (a prime above it).
const STEP: u64 = 1_000_003;

fn check_digit(middle: u32) -> Option<u32> {
    let number = 999_000_000 + middle;
    let mut sum = 0;
    let mut rest = number;
    for weight in 2..=10 {
        sum += weight * (rest % 10);
        rest /= 10;
    }
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        digit => Some(digit),
    }
}

impl Numbers {
    /// The list.
    #[must_use]
    pub fn new() -> Numbers {
        Numbers(
            (0..1_000_000)
                .filter(|middle| check_digit(*middle).is_some())
                .collect(),
        )
    }

    /// How many there are: fewer than the largest region has people, and those beyond have none.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len() - RESERVED
    }

    /// The number of the n-th person; none when the range is used up.
    #[must_use]
    pub fn of(&self, n: u64) -> Option<String> {
        if n >= self.count() as u64 {
            return None;
        }
        self.at(n)
    }

    /// One of the numbers that no region gives to anybody; none past [`RESERVED`].
    #[must_use]
    pub fn reserved(&self, n: usize) -> Option<String> {
        (n < RESERVED)
            .then(|| self.at((self.0.len() - 1 - n) as u64))
            .flatten()
    }

    fn at(&self, n: u64) -> Option<String> {
        let middle = self.0[((n * STEP) % self.0.len() as u64) as usize];
        Some(format!("{}{}", 999_000_000 + middle, check_digit(middle)?))
    }
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use codes::nhs_number::NhsNumber;
    use std::collections::HashSet;

    #[test]
    fn each_number_is_valid_of_the_range_and_given_once() {
        let numbers = Numbers::new();
        assert!(numbers.count() > 900_000);
        let mut seen = HashSet::new();
        for n in 0..numbers.count() as u64 {
            let number = numbers.of(n).unwrap();
            assert!(number.starts_with("999"));
            assert!(seen.insert(number));
        }
        assert_eq!(numbers.of(numbers.count() as u64), None);
        for n in 0..RESERVED {
            assert!(
                seen.insert(numbers.reserved(n).unwrap()),
                "a reserved number is somebody's"
            );
        }
        assert_eq!(numbers.reserved(RESERVED), None);
        for n in (0..900_000).step_by(997) {
            assert!(NhsNumber::parse(&numbers.of(n).unwrap()).is_ok());
        }
    }
}
