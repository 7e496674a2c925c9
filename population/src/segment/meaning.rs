//! What each code of a dictionary stands for in the model, looked up once.

use codes::clinical::segmentation::{CONDITION_CODES, HOSPITAL_CODES, NOT_SMOKING, PREGNANCY, element};
use codes::system::SNOMED_CT;

use crate::columns::Dictionary;

/// The place of no element: beyond the 64 that a model may have.
const NO_ELEMENT: u8 = u8::MAX;

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
pub struct Meanings {
    meanings: Vec<Meaning>,
    /// The element that the code shows when it was written down in a stay: it may mean something else beside it.
    in_hospital: Vec<u8>,
}

impl Meanings {
    /// Takes in the codes that the dictionary got since: numbers are never given anew.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        let new = dictionary.names().iter().skip(self.meanings.len());
        for name in new {
            self.meanings.push(of(&name.system, &name.code));
            self.in_hospital
                .push(in_hospital(&name.system, &name.code).unwrap_or(NO_ELEMENT));
        }
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
        self.meanings.get(code as usize).copied().unwrap_or(Meaning::None)
    }

    /// The place of the element that a code shows when it was written down in a stay in hospital.
    #[inline]
    pub(super) fn in_hospital(&self, code: u32) -> Option<u8> {
        let place = self.in_hospital.get(code as usize).copied();
        place.filter(|place| *place != NO_ELEMENT)
    }
}

fn in_hospital(system: &str, code: &str) -> Option<u8> {
    u8::try_from(HOSPITAL_CODES.find(system, code)?.0).ok()
}

fn of(system: &str, code: &str) -> Meaning {
    if let Some(found) = CONDITION_CODES.find(system, code) {
        return u8::try_from(found.0).map_or(Meaning::None, Meaning::Condition);
    }
    if let Some(found) = element(system, code) {
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
    use codes::clinical::segmentation::ELEMENT_CODES;

    use super::*;

    #[test]
    fn a_code_means_one_thing() {
        assert!(matches!(of(SNOMED_CT, "13645005"), Meaning::Condition(_)));
        assert!(matches!(of(SNOMED_CT, "26929004"), Meaning::Element(_)));
        assert_eq!(of(SNOMED_CT, "8517006"), Meaning::NotSmoking);
        assert_eq!(of("icd-10", "8517006"), Meaning::None);
        assert!(
            in_hospital(codes::system::ICD_10, "S72.01").is_some()
                && in_hospital(codes::system::ICD_10, "S72.3").is_none()
        );
        assert!(in_hospital(SNOMED_CT, "13645005").is_none());
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
