//! ICD-10 codes as the United Kingdom records them (WHO's classification), matched by prefix.
//!
//! Records write one code many ways: `I21.9`, `I219`, `i21.9`, `I64X`, `F00.0*`, `G30.0D`. A published list names a
//! prefix, so a recorded code is brought to capitals and digits alone and matched from its front.

use std::collections::HashMap;

/// Longest code kept: a letter, two digits, and what the record adds behind them.
const LONGEST: usize = 7;

/// A recorded code without its dot, in capitals. Never on the heap: it is made for every diagnosis of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Icd10 {
    letters: [u8; LONGEST],
    length: usize,
}

impl Icd10 {
    /// Reads a recorded code; nothing when it does not begin with a letter and two digits, or when anything stands in it but letters,
    /// digits, one dot, and the marks of dagger, asterisk and unfilled places at its end: two codes in one cell are none. What
    /// follows the first seven characters is left off.
    ///
    /// ```
    /// use codes::clinical::icd10::Icd10;
    /// assert_eq!(Icd10::read(" i21.9 ").unwrap().as_str(), "I219");
    /// assert_eq!(Icd10::read("F00.0*").unwrap().as_str(), "F000");
    /// assert!(Icd10::read("38341003").is_none());
    /// assert!(Icd10::read("I21.9,E11.9").is_none());
    /// ```
    pub fn read(code: &str) -> Option<Icd10> {
        let body = code.trim().trim_end_matches(['*', '+', '†', '-', '.']);
        let other = |byte: u8| !byte.is_ascii_alphanumeric();
        if body.bytes().filter(|byte| other(*byte)).count() > 1
            || body.bytes().any(|byte| other(byte) && byte != b'.')
        {
            return None;
        }
        let mut letters = [0; LONGEST];
        let mut length = 0;
        for byte in body.bytes().filter(u8::is_ascii_alphanumeric).take(LONGEST) {
            letters[length] = byte.to_ascii_uppercase();
            length += 1;
        }
        let formed = length >= 3
            && letters[0].is_ascii_alphabetic()
            && letters[1].is_ascii_digit()
            && letters[2].is_ascii_digit();
        formed.then_some(Icd10 { letters, length })
    }

    /// The code: capitals and digits.
    pub fn as_str(&self) -> &str {
        self.prefix(self.length)
    }

    /// Its category, the first three characters.
    pub fn category(&self) -> &str {
        self.prefix(3)
    }

    /// The first `length` characters, or all when there are fewer.
    pub fn prefix(&self, length: usize) -> &str {
        // Only ASCII is kept, so this is never empty by accident.
        std::str::from_utf8(&self.letters[..length.min(self.length)]).unwrap_or("")
    }
}

/// Published prefixes, each with the set of categories it stands for: bit N is the Nth category of its table.
#[derive(Debug)]
pub struct Prefixes {
    sets: HashMap<String, u64>,
    longest: usize,
}

impl Prefixes {
    /// Of pairs of prefix and category, whose number must be under 64; others are left out.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, usize)>) -> Prefixes {
        let mut sets: HashMap<String, u64> = HashMap::new();
        for (prefix, category) in pairs.into_iter().filter(|(_, category)| *category < 64) {
            *sets.entry(prefix.to_owned()).or_default() |= 1 << category;
        }
        let longest = sets.keys().map(String::len).max().unwrap_or(0);
        Prefixes { sets, longest }
    }

    /// The categories of a recorded code: those of every prefix that it begins with.
    pub fn categories(&self, code: &Icd10) -> u64 {
        (1..=self.longest.min(code.as_str().len()))
            .filter_map(|length| self.sets.get(code.prefix(length)))
            .fold(0, |found, set| found | set)
    }

    /// How many prefixes there are.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }
}
