//! Whether a code can be one of its system at all: by form and check digit, where the system has them. That it exists is not known here.

use crate::clinical::code_sets::is_ctv3_formed;
use crate::clinical::icd10::Icd10;
use crate::{loinc, snomed_ct, system};

/// What joins the concepts of a SNOMED CT expression (SNOMED CT Compositional Grammar 2.3.1).
const JOINS: [char; 3] = [':', '+', '|'];

/// Whether a code of a record can be one of its system, by the system's URI; every code of a system without a form is.
///
/// ```
/// use codes::{form::can_be, system};
/// assert!(can_be(system::SNOMED_CT, "38341003") && !can_be(system::SNOMED_CT, "38341004"));
/// assert!(can_be(system::ICD_10, "I21.9") && !can_be(system::ICD_10, "heart attack"));
/// assert!(can_be("urn:of-ours", "anything"));
/// ```
#[must_use]
pub fn can_be(system: &str, code: &str) -> bool {
    match system {
        system::SNOMED_CT => is_snomed_ct(code),
        // Every dm+d identifier is one of SNOMED CT.
        system::DMD => snomed_ct::concept(code).is_ok(),
        system::LOINC => loinc::is_formed(code),
        other if system::is_icd_10(other) => Icd10::read(code).is_some(),
        other if system::is_ctv3(other) => is_ctv3_formed(code),
        _ => true,
    }
}

/// A concept, or an expression that begins with one: FHIR allows both as a code.
fn is_snomed_ct(code: &str) -> bool {
    let first = match code.find(JOINS) {
        Some(end) => code[..end].trim_start_matches(['=', '<']).trim(),
        None => code,
    };
    snomed_ct::concept(first).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_with_a_form_is_held_to_it() {
        for (system, right, wrong) in [
            (
                system::SNOMED_CT,
                &[
                    "38341003",
                    "128045006:363698007=56459004",
                    "38341003 |Hypertension|",
                ][..],
                &[
                    "",
                    "38341004",
                    "64176011",
                    "I10",
                    "038341003",
                    "38341003 38341003",
                    "38341004:1=2",
                ][..],
            ),
            (
                system::DMD,
                &["322236009", "39112411000001109"],
                &["322236008", "322236009:1"],
            ),
            (system::LOINC, &["2160-0", "LA6576-8"], &["2160-1", "creatinine"]),
            (
                system::ICD_10,
                &["I10", "I21.9", "F00.0*", "I64X"],
                &["10", "I21.9,E11.9", "38341003", "stroke"],
            ),
            (system::ICD_10_UK, &["I10"], &["heart"]),
            (system::CTV3, &["XE0Uc", "H33.."], &["XE0", "XE0Uc9"]),
            (system::RXNORM, &["anything"], &[]),
        ] {
            for code in right {
                assert!(can_be(system, code), "{system} {code}");
            }
            for code in wrong {
                assert!(!can_be(system, code), "{system} {code}");
            }
        }
    }
}
