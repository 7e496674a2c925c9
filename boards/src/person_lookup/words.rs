//! The dictionary of name words: each once, with everybody who bears it.

use std::collections::BTreeMap;

use super::asked::{Match, word_met};
use super::slip;

/// A word's number.
pub(super) type WordId = u32;

/// What decides at a glance whether a word can be one slip away: which letters it has, and how many.
#[derive(Debug, Clone, Copy)]
struct Glance {
    letters: u32,
    length: u8,
}

impl Glance {
    fn of(word: &str) -> Glance {
        let bit = |letter: char| match letter {
            'a'..='z' => 1 << (letter as u32 - 'a' as u32),
            other => 1 << (26 + (other as u32) % 6),
        };
        Glance {
            letters: word.chars().fold(0, |letters, letter| letters | bit(letter)),
            length: u8::try_from(word.chars().count()).unwrap_or(u8::MAX),
        }
    }

    /// One slip takes a letter away, brings one, or both: at most two bits and one in length.
    fn may_be_one_slip_from(self, other: Glance) -> bool {
        (self.letters ^ other.letters).count_ones() <= 2 && self.length.abs_diff(other.length) <= 1
    }
}

/// Every word with those who bear it.
#[derive(Debug, Default)]
pub(super) struct Words {
    ids: BTreeMap<Box<str>, WordId>,
    texts: Vec<Box<str>>,
    glances: Vec<Glance>,
    bearers: Vec<Vec<u32>>,
    free: Vec<WordId>,
}

impl Words {
    /// Notes that the row bears the word.
    pub(super) fn add(&mut self, word: &str, row: u32) -> WordId {
        let id = match self.ids.get(word) {
            Some(&id) => id,
            None => self.make(word),
        };
        if let Some(bearers) = self.bearers.get_mut(id as usize) {
            bearers.push(row);
        }
        id
    }

    fn make(&mut self, word: &str) -> WordId {
        let glance = Glance::of(word);
        let id = match self.free.pop() {
            Some(id) => {
                self.texts[id as usize] = word.into();
                self.glances[id as usize] = glance;
                id
            }
            None => {
                self.texts.push(word.into());
                self.glances.push(glance);
                self.bearers.push(Vec::new());
                (self.texts.len() - 1) as WordId
            }
        };
        self.ids.insert(word.into(), id);
        id
    }

    /// Forgets that the row bears the word; a word that nobody bears is forgotten.
    pub(super) fn remove(&mut self, id: WordId, row: u32) {
        let Some(bearers) = self.bearers.get_mut(id as usize) else {
            return;
        };
        if let Some(at) = bearers.iter().position(|bearer| *bearer == row) {
            bearers.swap_remove(at);
        }
        if bearers.is_empty() {
            *bearers = Vec::new();
            let text = std::mem::take(&mut self.texts[id as usize]);
            self.ids.remove(&text);
            self.free.push(id);
        }
    }

    pub(super) fn text(&self, id: WordId) -> &str {
        self.texts.get(id as usize).map_or("", |text| text)
    }

    pub(super) fn bearers(&self, id: WordId) -> &[u32] {
        self.bearers.get(id as usize).map_or(&[], Vec::as_slice)
    }

    /// How each word meets the one that is asked, by number, and the numbers of those that do.
    pub(super) fn meeting(&self, asked: &str) -> Meeting {
        let mut meeting = Meeting {
            met: vec![None; self.texts.len()],
            ids: Vec::new(),
            bearers: 0,
        };
        let from = self
            .ids
            .range::<str, _>((std::ops::Bound::Included(asked), std::ops::Bound::Unbounded));
        for (word, &id) in from.take_while(|(word, _)| word.starts_with(asked)) {
            let met = if **word == *asked {
                Match::Exact
            } else {
                Match::Part
            };
            meeting.add(id, met, self.bearers(id).len());
        }
        let glance = Glance::of(asked);
        if usize::from(glance.length) >= slip::SHORTEST {
            for (id, known) in self.glances.iter().enumerate() {
                if known.may_be_one_slip_from(glance)
                    && meeting.met[id].is_none()
                    && word_met(asked, &self.texts[id]).is_some()
                {
                    meeting.add(id as WordId, Match::Slip, self.bearers[id].len());
                }
            }
        }
        meeting
    }

    /// Bytes of memory, near enough.
    pub(super) fn bytes(&self) -> u64 {
        let text: usize = self.texts.iter().map(|text| 2 * (text.len() + 16) + 24 + 8).sum();
        let bearers: usize = self
            .bearers
            .iter()
            .map(|bearers| 24 + 4 * bearers.capacity())
            .sum();
        (text + bearers) as u64
    }
}

/// The words that meet one that is asked.
pub(super) struct Meeting {
    /// By word number.
    pub(super) met: Vec<Option<Match>>,
    pub(super) ids: Vec<WordId>,
    /// How many bear any of them, counted once for each word.
    pub(super) bearers: usize,
}

impl Meeting {
    fn add(&mut self, id: WordId, met: Match, bearers: usize) {
        self.met[id as usize] = Some(met);
        self.ids.push(id);
        self.bearers += bearers;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_dictionary_finds_exactly_the_words_that_meet(
            words in proptest::collection::btree_set("[abcé]{1,6}", 1..40),
            asked in "[abcé]{1,6}",
        ) {
            let mut dictionary = Words::default();
            for (row, word) in words.iter().enumerate() {
                dictionary.add(word, row as u32);
            }
            let meeting = dictionary.meeting(&asked);
            for word in &words {
                let id = dictionary.ids[word.as_str()];
                prop_assert_eq!(meeting.met[id as usize], word_met(&asked, word), "{}", word);
            }
        }
    }

    #[test]
    fn a_word_that_nobody_bears_any_more_is_forgotten() {
        let mut words = Words::default();
        let id = words.add("tamsin", 3);
        words.add("tamsin", 4);
        words.remove(id, 3);
        assert_eq!(words.bearers(id), [4]);
        words.remove(id, 4);
        assert!(words.meeting("tamsin").ids.is_empty());
        assert_eq!(words.text(id), "");
        assert_eq!(words.add("esme", 5), id);
    }
}
