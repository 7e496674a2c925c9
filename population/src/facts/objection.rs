//! Objections that a record holds as codes. A type 1 opt-out: what a practice holds of a person is used for their own care
//! alone.

use super::{CodeName, Coded};

/// SNOMED CT (UK edition): dissent from secondary use of general practitioner patient identifiable data.
const DISSENT: &str = "827241000000103";
/// SNOMED CT (UK edition): that dissent withdrawn.
const WITHDRAWN: &str = "827261000000102";

/// Whether a code says something of a type 1 opt-out.
pub(super) fn is_said_by(code: &CodeName) -> bool {
    &*code.system == codes::system::SNOMED_CT && (&*code.code == DISSENT || &*code.code == WITHDRAWN)
}

/// Whether a type 1 opt-out stands. Of two on one day, and where a day is not known, the objection counts.
pub(super) fn type_1(coded: &[Coded<CodeName>]) -> bool {
    let last = |code: &str| {
        coded
            .iter()
            .filter(|fact| fact.mark.is_sound() && !fact.over)
            .filter(|fact| &*fact.code.system == codes::system::SNOMED_CT && &*fact.code.code == code)
            .map(|fact| fact.day)
            .max()
    };
    match (last(DISSENT), last(WITHDRAWN)) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(dissent), Some(withdrawn)) => {
            !withdrawn.is_known() || !dissent.is_known() || dissent >= withdrawn
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Day;

    fn fact(code: &str, day: u16) -> Coded<CodeName> {
        Coded {
            day: Day::from_number(day).unwrap_or_default(),
            kind: crate::facts::Kind::Finding,
            code: CodeName::new(codes::system::SNOMED_CT, code),
            mark: crate::facts::Mark::Sound,
            also: false,
            partial: false,
            over: false,
        }
    }

    #[test]
    fn the_last_word_counts_and_a_doubt_is_an_objection() {
        assert!(!type_1(&[]));
        assert!(type_1(&[fact(DISSENT, 40_000)]));
        assert!(!type_1(&[fact(WITHDRAWN, 40_000)]));
        assert!(!type_1(&[fact(DISSENT, 40_000), fact(WITHDRAWN, 40_001)]));
        assert!(type_1(&[fact(DISSENT, 40_001), fact(WITHDRAWN, 40_000)]));
        assert!(type_1(&[fact(DISSENT, 40_000), fact(WITHDRAWN, 40_000)]));
        assert!(type_1(&[fact(DISSENT, 0), fact(WITHDRAWN, 40_000)]));
        assert!(!type_1(&[fact("1", 40_000)]));
    }
}
