//! Which recorded codes say that a programme of prevention was done, that somebody has what excludes from one, or which vaccine
//! was given: our own short sets, which find less than a practice's searches do.
//!
//! Sources: `data/clinical/prevention_codes.csv` and `data/clinical/vaccine_codes.csv`. Medicines of dm+d stand there under SNOMED CT,
//! whose identifiers theirs are. No codes are here for the aortic scan, the learning disability check and diabetes in a pregnancy.

use std::sync::LazyLock;

use crate::clinical::code_sets::{CodeSets, Member};
use crate::clinical::programmes;
use crate::clinical::segmentation::{CONDITION_CODES, CONDITIONS, SNEE, element};
use crate::clinical::{code_sets::System, efi};
use crate::system;

/// What a code of prevention says, by its name: a programme that was done, or what excludes from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact(pub &'static str);

/// Every fact that the table knows.
const FACTS: [&str; 11] = [
    "bowel-screening",
    "breast-screening",
    "cervical-screening",
    "diabetic-eye-screening",
    "nhs-health-check",
    "chronic-kidney-disease-3-to-5",
    "hypercholesterolaemia",
    "transient-ischaemic-attack",
    "palliative-care",
    "eating-disorder",
    "statin-now",
];

impl Member for Fact {
    const WHAT: &'static str = "fact";

    fn named(name: &str) -> Option<Fact> {
        FACTS.into_iter().find(|known| *known == name).map(Fact)
    }
}

/// A vaccine, by the schedule's name; `MMR`, `Hib/MenC` and `COVID-19` are given and stand in no row of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vaccine(pub &'static str);

/// Vaccines beside the schedule's.
const BESIDE: [&str; 3] = ["MMR", "Hib/MenC", "COVID-19"];

impl Member for Vaccine {
    const WHAT: &'static str = "vaccine";

    fn named(name: &str) -> Option<Vaccine> {
        let schedule = programmes::schedule().iter().map(|dose| dose.vaccine);
        schedule.chain(BESIDE).find(|known| *known == name).map(Vaccine)
    }
}

/// The codes of facts.
pub static FACT_CODES: LazyLock<CodeSets<Fact>> = LazyLock::new(|| {
    CodeSets::read(include_str!("../../data/clinical/prevention_codes.csv")).unwrap_or_default()
});

/// The codes of vaccines.
pub static VACCINE_CODES: LazyLock<CodeSets<Vaccine>> = LazyLock::new(|| {
    CodeSets::read(include_str!("../../data/clinical/vaccine_codes.csv")).unwrap_or_default()
});

/// The name of what a recorded code says, among the programmes, the Health Check's exclusions, and the registers: by the table, else by
/// the deficits of the frailty index and the model of segments, whose lists a region may have loaded.
///
/// ```
/// use codes::clinical::prevention::fact;
/// let snomed = "http://snomed.info/sct";
/// assert_eq!(fact(snomed, "171149006"), Some("cervical-screening"));
/// assert_eq!(fact(snomed, "38341003"), Some("hypertension"));
/// assert_eq!(fact(snomed, "110359009"), Some("learning-disability"));
/// assert_eq!(fact(snomed, "195967001"), None);
/// ```
#[must_use]
pub fn fact(system: &str, code: &str) -> Option<&'static str> {
    if let Some(Fact(name)) = FACT_CODES.find(system, code) {
        return Some(name);
    }
    if let Some(name) = efi::deficit(system, code).and_then(of_deficit) {
        return Some(name);
    }
    let condition = CONDITION_CODES
        .find(system, code)
        .and_then(|found| CONDITIONS.get(found.0).copied());
    if condition == Some("learning-disability") {
        return condition;
    }
    let element = element(system, code).and_then(|found| SNEE.elements().get(found.0));
    element
        .is_some_and(|name| name == "serious-mental-illness")
        .then_some("serious-mental-illness")
}

fn of_deficit(deficit: efi::Deficit) -> Option<&'static str> {
    match deficit {
        efi::Deficit::Chd => Some("coronary-heart-disease"),
        efi::Deficit::Diabetes => Some("diabetes"),
        efi::Deficit::Hypertension => Some("hypertension"),
        efi::Deficit::AtrialFibrillation => Some("atrial-fibrillation"),
        efi::Deficit::HeartFailure => Some("heart-failure"),
        efi::Deficit::Pvd => Some("peripheral-arterial-disease"),
        efi::Deficit::StrokeTia => Some("stroke"),
        _ => None,
    }
}

/// Whether a medicine's code is that of a statin; those of dm+d are asked as the SNOMED CT that they are.
#[must_use]
pub fn is_statin(system: &str, code: &str) -> bool {
    let system = if system == system::DMD {
        System::SnomedCt.name()
    } else {
        system
    };
    FACT_CODES.find(system, code) == Some(Fact("statin-now"))
}

/// The vaccine that a recorded code stands for.
#[must_use]
pub fn vaccine(system: &str, code: &str) -> Option<&'static str> {
    VACCINE_CODES.find(system, code).map(|found| found.0)
}
