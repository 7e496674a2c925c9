//! What each code of a dictionary stands for in the model, looked up once.

use codes::clinical::segmentation::{CONDITION_CODES, ELEMENT_CODES, NOT_SMOKING, PREGNANCY};
use codes::system::SNOMED_CT;

use crate::columns::Dictionary;

/// What a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing that is counted here.
    None,
    /// A long-term condition, by its place.
    Condition(u8),
    /// An element, by its place.
    Element(u8),
    NotSmoking,
    Pregnancy,
}

/// For each number of a dictionary what its code stands for.
#[derive(Debug, Clone, Default)]
pub struct Meanings(Vec<Meaning>);

impl Meanings {
    /// Takes in the codes that the dictionary got since: numbers are never given anew.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        let new = dictionary.names().iter().skip(self.0.len());
        self.0.extend(new.map(|name| of(&name.system, &name.code)));
    }

    /// The meanings of a dictionary as it is now.
    #[must_use]
    pub fn of(dictionary: &Dictionary) -> Meanings {
        let mut meanings = Meanings::default();
        meanings.extend(dictionary);
        meanings
    }

    #[inline]
    pub(super) fn meaning(&self, code: u32) -> Meaning {
        self.0.get(code as usize).copied().unwrap_or(Meaning::None)
    }
}

fn of(system: &str, code: &str) -> Meaning {
    if let Some(found) = CONDITION_CODES.find(system, code) {
        return u8::try_from(found.0).map_or(Meaning::None, Meaning::Condition);
    }
    if let Some(found) = ELEMENT_CODES.find(system, code) {
        return u8::try_from(found.0).map_or(Meaning::None, Meaning::Element);
    }
    match (system, code) {
        (SNOMED_CT, PREGNANCY) => Meaning::Pregnancy,
        (SNOMED_CT, code) if NOT_SMOKING.contains(&code) => Meaning::NotSmoking,
        _ => Meaning::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_one_thing() {
        assert!(matches!(of(SNOMED_CT, "13645005"), Meaning::Condition(_)));
        assert!(matches!(of(SNOMED_CT, "26929004"), Meaning::Element(_)));
        assert_eq!(of(SNOMED_CT, "8517006"), Meaning::NotSmoking);
        assert_eq!(of("icd-10", "8517006"), Meaning::None);
        // No code of an element is a condition's too, so that neither hides the other.
        for (system, code, _) in ELEMENT_CODES.iter() {
            let name = match system {
                codes::clinical::code_sets::System::SnomedCt => SNOMED_CT,
                _ => "icd-10",
            };
            assert_eq!(CONDITION_CODES.find(name, code), None, "{code}");
        }
    }
}
