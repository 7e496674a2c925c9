//! The question, and how somebody fits it.

use codes::nhs_number::NhsNumber;

use super::born::Born;
use super::details::{Details, Key};
use super::fold::{self, Postcode};
use super::slip;

/// How well one part of a question is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// It is what is recorded.
    Exact,
    /// It is the beginning of what is recorded, or only a part of it was given or is known.
    Part,
    /// It was so, and is recorded as no longer in use.
    Former,
    /// It is one slip from what is recorded.
    Slip,
}

/// One word of a name that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePart {
    /// As it is compared: lower case, without accents.
    pub word: String,
    /// How it is met.
    pub met: Match,
}

/// Why somebody fits: every part that was asked, and how it is met.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fit {
    /// The NHS number.
    pub nhs_number: Option<Match>,
    /// Each word of the name, in the order asked.
    pub names: Vec<NamePart>,
    /// The date of birth.
    pub born: Option<Match>,
    /// The postcode.
    pub postcode: Option<Match>,
    /// The telephone number.
    pub telephone: Option<Match>,
}

impl Fit {
    /// Every part with how it is met.
    pub fn parts(&self) -> impl Iterator<Item = Match> + '_ {
        let one = [self.nhs_number, self.born, self.postcode, self.telephone];
        one.into_iter()
            .flatten()
            .chain(self.names.iter().map(|part| part.met))
    }
}

/// What is known of whom is sought; every part that is given must fit.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    number: Option<Key>,
    words: Vec<String>,
    born: Option<Born>,
    postcode: Option<Postcode>,
    telephone: Option<Key>,
}

impl Asked {
    /// Names in any order and any spelling; each word may be the beginning of one.
    #[must_use]
    pub fn name(mut self, text: &str) -> Asked {
        self.words = fold::asked_words(text);
        self
    }

    /// An NHS number, in use or former.
    #[must_use]
    pub fn nhs_number(mut self, number: &NhsNumber) -> Asked {
        self.number = Key::number(number);
        self
    }

    /// A date of birth or a part of one.
    #[must_use]
    pub fn born(mut self, born: Born) -> Asked {
        self.born = Some(born);
        self
    }

    /// A postcode, its outward half, or an area such as BA, in any spelling.
    #[must_use]
    pub fn postcode(mut self, text: &str) -> Asked {
        self.postcode = Postcode::parse(text);
        self
    }

    /// A telephone number in any spelling.
    #[must_use]
    pub fn telephone(mut self, text: &str) -> Asked {
        self.telephone = Key::telephone(text);
        self
    }

    /// Nothing is given by which anybody could be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.number.is_none()
            && self.words.is_empty()
            && self.born.is_none()
            && self.postcode.is_none()
            && self.telephone.is_none()
    }

    pub(super) fn key(&self) -> Option<Key> {
        self.number
    }

    pub(super) fn telephone_key(&self) -> Option<Key> {
        self.telephone
    }

    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    pub(super) fn born_asked(&self) -> Option<Born> {
        self.born
    }

    pub(super) fn postcode_asked(&self) -> Option<Postcode> {
        self.postcode
    }

    /// How somebody fits; `None` when any part does not.
    #[must_use]
    pub fn fits(&self, details: &Details) -> Option<Fit> {
        let met = |word: &String| {
            let known = details.words.iter();
            known.filter_map(|known| word_met(word, known)).min()
        };
        let names: Vec<Option<Match>> = self.words.iter().map(met).collect();
        self.judge(&names, details.born, details.keys.iter().copied())
    }

    /// How somebody fits of whom these facts are known; `names` says how each word is met.
    pub(super) fn judge(
        &self,
        names: &[Option<Match>],
        born: Option<Born>,
        keys: impl Iterator<Item = Key> + Clone,
    ) -> Option<Fit> {
        let mut fit = Fit::default();
        for (word, met) in self.words.iter().zip(names) {
            fit.names.push(NamePart {
                word: word.clone(),
                met: (*met)?,
            });
        }
        let exact = |asked: Key| {
            let met = keys.clone().filter(move |key| key.plain() == asked);
            met.map(|key| {
                if key.is_former() {
                    Match::Former
                } else {
                    Match::Exact
                }
            })
            .min()
        };
        if let Some(asked) = self.number {
            fit.nhs_number = Some(exact(asked)?);
        }
        if let Some(asked) = self.telephone {
            fit.telephone = Some(exact(asked)?);
        }
        if let Some(asked) = self.born {
            fit.born = Some(asked.fits(born?)?);
        }
        if let Some(asked) = self.postcode {
            let met = keys.filter_map(|key| {
                let met = postcode_met(asked, key.as_postcode()?)?;
                Some(if key.is_former() { Match::Former } else { met })
            });
            fit.postcode = Some(met.min()?);
        }
        Some(fit)
    }
}

/// How a word that was asked is met by a word that is known.
pub(super) fn word_met(asked: &str, known: &str) -> Option<Match> {
    if asked == known {
        return Some(Match::Exact);
    }
    if known.starts_with(asked) {
        return Some(Match::Part);
    }
    let long = |word: &str| word.chars().count() >= slip::SHORTEST;
    (long(asked) && long(known) && slip::is_one(asked, known)).then_some(Match::Slip)
}

fn postcode_met(asked: Postcode, known: Postcode) -> Option<Match> {
    if asked == known {
        return Some(Match::Exact);
    }
    if asked.is_area() {
        return (asked.outward() == known.area()).then_some(Match::Part);
    }
    let same_half = asked.outward() == known.outward() && known.inward().starts_with(asked.inward());
    // BA12 may also be the beginning of BA1 2AB.
    let run_on = asked.inward().is_empty()
        && asked
            .outward()
            .strip_prefix(known.outward())
            .is_some_and(|rest| known.inward().starts_with(rest));
    (same_half || run_on).then_some(Match::Part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_met_exactly_by_its_beginning_or_with_a_slip() {
        assert_eq!(word_met("ann", "ann"), Some(Match::Exact));
        assert_eq!(word_met("ann", "anne"), Some(Match::Part));
        assert_eq!(word_met("anne", "ann"), Some(Match::Slip));
        assert_eq!(word_met("jo", "jon"), Some(Match::Part));
        assert_eq!(word_met("jon", "jo"), None);
        assert_eq!(word_met("al", "el"), None);
    }

    #[test]
    fn a_postcode_is_met_by_its_beginning_but_never_by_a_neighbour() {
        let met = |asked: &str, known: &str| {
            postcode_met(
                Postcode::parse(asked).expect("a postcode"),
                Postcode::parse(known).expect("a postcode"),
            )
        };
        assert_eq!(met("ba12ab", "BA1 2AB"), Some(Match::Exact));
        assert_eq!(met("BA1", "BA1 2AB"), Some(Match::Part));
        assert_eq!(met("BA1 2", "BA1 2AB"), Some(Match::Part));
        assert_eq!(met("BA12", "BA1 2AB"), Some(Match::Part));
        assert_eq!(met("BA12", "BA12 7AB"), Some(Match::Part));
        assert_eq!(met("BA", "BA12 7AB"), Some(Match::Part));
        assert_eq!(met("B", "BA12 7AB"), None);
        assert_eq!(met("BA1", "BA12 7AB"), None);
        assert_eq!(met("BA1 2AC", "BA1 2AB"), None);
        assert_eq!(met("BA1 3", "BA1 2AB"), None);
    }
}
