//! One slip apart: a letter wrong, missing or too many, or two neighbours swapped (Damerau 1964, restricted to one).

/// The fewest letters of a word in which a slip is looked for: in shorter ones nearly everything is one slip apart.
pub(super) const SHORTEST: usize = 3;

/// Whether two different words are one slip apart.
pub(super) fn is_one(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    let same = short.iter().zip(long.iter()).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        // The same word is no slip.
        0 if long.is_empty() => false,
        0 => {
            let wrong = short[1..] == long[1..];
            let swapped =
                short.len() >= 2 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..];
            wrong || swapped
        }
        1 => short == &long[1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_slip_is_one_letter_wrong_missing_too_many_or_two_swapped() {
        for (one, other) in [
            ("smith", "smyth"),
            ("jon", "john"),
            ("thomson", "thompson"),
            ("martin", "matrin"),
            ("ann", "anne"),
            ("xsmith", "smith"),
        ] {
            assert!(is_one(one, other) && is_one(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("smith", "smith"),
            ("smith", "smythe"),
            ("abcd", "badc"),
            ("abc", "cab"),
            ("", "ab"),
        ] {
            assert!(!is_one(one, other) && !is_one(other, one), "{one} {other}");
        }
    }

    /// The textbook distance, as an oracle.
    fn distance(one: &[char], other: &[char]) -> usize {
        let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
        for (at, row) in rows.iter_mut().enumerate() {
            row[0] = at;
        }
        rows[0] = (0..=other.len()).collect();
        for i in 1..=one.len() {
            for j in 1..=other.len() {
                let wrong = usize::from(one[i - 1] != other[j - 1]);
                let mut least = (rows[i - 1][j] + 1)
                    .min(rows[i][j - 1] + 1)
                    .min(rows[i - 1][j - 1] + wrong);
                if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                rows[i][j] = least;
            }
        }
        rows[one.len()][other.len()]
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_textbook(one in "[abc]{0,6}", other in "[abc]{0,6}") {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(is_one(&one, &other), distance(&letters(&one), &letters(&other)) == 1);
        }
    }
}
