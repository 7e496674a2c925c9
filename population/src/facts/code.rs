//! Codes as they are kept: which system, which code, and whether the system is known.

use care::concept::{Coding, Concept};
use codes::{form, system};

use super::mark::Mark;

/// The longest code system and code that are kept, in bytes; SNOMED CT codes have up to 18 digits.
const LONGEST: usize = 200;

/// The system under which an area's code is kept: LSOA 2021 of the Office for National Statistics.
pub const AREA: &str = "lsoa-2021";
/// The system under which a practice's reference is kept.
pub const PRACTICE: &str = "practice";

/// One code of one system, as the dictionary holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CodeName {
    /// URI of the system; empty for words only.
    pub system: Box<str>,
    /// The code; empty for words only.
    pub code: Box<str>,
}

impl CodeName {
    /// A code of a system.
    #[must_use]
    pub fn new(system: &str, code: &str) -> CodeName {
        CodeName {
            system: system.into(),
            code: code.into(),
        }
    }

    /// No code: words only.
    #[must_use]
    pub fn none() -> CodeName {
        CodeName::default()
    }
}

/// How early a coding comes among those of one concept; `None` when its system is not known here.
fn rank(system: &str) -> Option<u8> {
    match system {
        system::SNOMED_CT => Some(0),
        system::DMD => Some(1),
        system::LOINC => Some(2),
        other if system::is_icd_10(other) => Some(3),
        other if system::is_ctv3(other) => Some(4),
        system::RXNORM | system::CVX => Some(5),
        codes::circumstance::SYSTEM => Some(6),
        _ => None,
    }
}

/// The codes of a concept with their marks, the best first; at least one, none twice. Every code of a known system is
/// kept, since a rule may know the second and not the first; one that its system cannot have comes last, with its mark. Codes of
/// other systems are kept when there is no better.
pub(super) fn of(concept: Option<&Concept>) -> Vec<(CodeName, Mark)> {
    let codings = concept.map_or(&[][..], |concept| &concept.codings);
    let mut known: Vec<(u8, CodeName, Mark)> = Vec::new();
    let mut odd: Option<(CodeName, Mark)> = None;
    for coding in codings {
        let Some((system, code)) = whole(coding) else {
            continue;
        };
        if system.len() > LONGEST || code.len() > LONGEST {
            odd.get_or_insert((CodeName::none(), Mark::TooLong));
            continue;
        }
        let name = CodeName::new(system, code);
        match rank(system) {
            Some(_) if known.iter().any(|(_, other, _)| *other == name) => {}
            Some(rank) if form::can_be(system, code) => known.push((rank, name, Mark::Sound)),
            Some(_) => known.push((u8::MAX, name, Mark::MalformedCode)),
            None => {
                odd.get_or_insert((name, Mark::UnknownSystem));
            }
        }
    }
    known.sort_by_key(|(rank, ..)| *rank);
    if known.is_empty() {
        return vec![odd.unwrap_or((CodeName::none(), Mark::NoCode))];
    }
    known.into_iter().map(|(_, name, mark)| (name, mark)).collect()
}

fn whole(coding: &Coding) -> Option<(&str, &str)> {
    let system = coding.system.as_deref().map(str::trim)?;
    let code = coding.code.as_deref().map(str::trim)?;
    (!system.is_empty() && !code.is_empty()).then_some((system, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(codings: &[(&str, &str)]) -> Concept {
        Concept {
            codings: codings
                .iter()
                .map(|(system, code)| Coding::new(system, code, "x"))
                .collect(),
            text: None,
        }
    }

    #[test]
    fn every_known_code_is_kept_best_first_and_none_twice() {
        let found = of(Some(&concept(&[
            (system::ICD_10, "I10"),
            ("urn:local", "H"),
            (system::SNOMED_CT, "38341003"),
            (system::ICD_10, "I10"),
        ])));
        let codes: Vec<&str> = found.iter().map(|(name, _)| &*name.code).collect();
        assert_eq!(codes, ["38341003", "I10"]);
        assert!(found.iter().all(|(_, mark)| mark.is_sound()));
    }

    #[test]
    fn a_code_that_its_system_cannot_have_is_marked_and_comes_after_those_that_it_can() {
        for (system, right, wrong) in [
            (system::SNOMED_CT, "38341003", "38341004"),
            // The identifier of a description.
            (system::SNOMED_CT, "38341003", "64176011"),
            (system::DMD, "322236009", "322236008"),
            (system::ICD_10, "I10", "10"),
            (system::LOINC, "4548-4", "4548-5"),
            (system::CTV3, "XE0Uc", "XE0"),
        ] {
            let both = of(Some(&concept(&[(system, wrong), (system, right)])));
            let marks: Vec<(&str, Mark)> = both.iter().map(|(name, mark)| (&*name.code, *mark)).collect();
            assert_eq!(
                marks,
                [(right, Mark::Sound), (wrong, Mark::MalformedCode)],
                "{system}"
            );
            let alone = of(Some(&concept(&[("urn:local", "H"), (system, wrong)])));
            let marks: Vec<(&str, Mark)> = alone.iter().map(|(name, mark)| (&*name.code, *mark)).collect();
            assert_eq!(marks, [(wrong, Mark::MalformedCode)], "{system}");
        }
    }

    #[test]
    fn words_a_local_code_and_an_endless_one_are_marked() {
        let long = "9".repeat(LONGEST + 1);
        for (given, mark) in [
            (concept(&[]), Mark::NoCode),
            (concept(&[("", "1")]), Mark::NoCode),
            (concept(&[("urn:local", "1")]), Mark::UnknownSystem),
            (concept(&[(system::SNOMED_CT, &long)]), Mark::TooLong),
        ] {
            let found = of(Some(&given));
            assert_eq!((found.len(), found[0].1), (1, mark), "{given:?}");
        }
        assert_eq!(of(None)[0].1, Mark::NoCode);
    }
}
