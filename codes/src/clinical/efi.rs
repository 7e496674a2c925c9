//! The 36 deficits of the electronic Frailty Index, and which codes stand for each.
//!
//! Source of the deficits: Clegg 2016, Age and Ageing 45:353, doi 10.1093/ageing/afw039. The published code lists may
//! not be shipped with a product, so `data/clinical/efi_codes.csv` holds **our own** short sets for the named deficits:
//! they find less than the published lists do. A region loads the lists it is licensed for with [`CodeSets::read`].

use std::sync::{LazyLock, OnceLock};

use crate::clinical::code_sets::Member;
pub use crate::clinical::code_sets::{ListError, System};

macro_rules! deficits {
    ($($name:ident = $code:literal, $label:literal;)+) => {
        /// One of the 36 deficits, in the alphabet's order of their codes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Deficit { $(#[doc = $label] $name,)+ }

        impl Deficit {
            /// All 36.
            pub const ALL: [Deficit; 36] = [$(Deficit::$name,)+];

            /// Its name in tables and files.
            pub const fn code(self) -> &'static str {
                match self { $(Deficit::$name => $code,)+ }
            }

            /// Its name for people.
            pub const fn label(self) -> &'static str {
                match self { $(Deficit::$name => $label,)+ }
            }
        }
    };
}

deficits! {
    ActivityLimitation = "activity-limitation", "Activity limitation";
    Anaemia = "anaemia", "Anaemia and haematinic deficiency";
    Arthritis = "arthritis", "Arthritis";
    AtrialFibrillation = "atrial-fibrillation", "Atrial fibrillation";
    CareRequirement = "care-requirement", "Requirement for care";
    Chd = "chd", "Coronary heart disease";
    Ckd = "ckd", "Chronic kidney disease";
    CognitiveProblems = "cognitive-problems", "Memory and cognitive problems";
    Diabetes = "diabetes", "Diabetes";
    Dizziness = "dizziness", "Dizziness";
    Dyspnoea = "dyspnoea", "Dyspnoea";
    Falls = "falls", "Falls";
    FootProblems = "foot-problems", "Foot problems";
    FragilityFracture = "fragility-fracture", "Fragility fracture";
    HearingLoss = "hearing-loss", "Hearing loss";
    HeartFailure = "heart-failure", "Heart failure";
    HeartValveDisease = "heart-valve-disease", "Heart valve disease";
    Housebound = "housebound", "Housebound";
    Hypertension = "hypertension", "Hypertension";
    Hypotension = "hypotension", "Hypotension and syncope";
    MobilityProblems = "mobility-problems", "Mobility and transfer problems";
    Osteoporosis = "osteoporosis", "Osteoporosis";
    Parkinsons = "parkinsons", "Parkinsonism and tremor";
    PepticUlcer = "peptic-ulcer", "Peptic ulcer";
    Polypharmacy = "polypharmacy", "Polypharmacy";
    Pvd = "pvd", "Peripheral vascular disease";
    RespiratoryDisease = "respiratory-disease", "Respiratory disease";
    SkinUlcer = "skin-ulcer", "Skin ulcer";
    SleepDisturbance = "sleep-disturbance", "Sleep disturbance";
    SocialVulnerability = "social-vulnerability", "Social vulnerability";
    StrokeTia = "stroke-tia", "Stroke and transient ischaemic attack";
    ThyroidDisorders = "thyroid-disorders", "Thyroid disorders";
    UrinaryIncontinence = "urinary-incontinence", "Urinary incontinence";
    UrinarySystemDisease = "urinary-system-disease", "Urinary system disease";
    VisionProblems = "vision-problems", "Visual impairment";
    WeightLoss = "weight-loss", "Weight loss and anorexia";
}

impl Deficit {
    /// The deficit of that code.
    pub fn from_code(code: &str) -> Option<Deficit> {
        Deficit::ALL.into_iter().find(|deficit| deficit.code() == code)
    }

    /// Its place in [`Deficit::ALL`], 0 to 35: the bit that stands for it in a set.
    pub const fn place(self) -> u32 {
        self as u32
    }
}

impl Member for Deficit {
    const WHAT: &'static str = "deficit";

    fn named(name: &str) -> Option<Deficit> {
        Deficit::from_code(name)
    }

    fn uncoded(self) -> Option<&'static str> {
        (self == Deficit::Polypharmacy).then_some("polypharmacy is counted from medicines and has no codes")
    }
}

/// Which code stands for which deficit.
pub type CodeSets = crate::clinical::code_sets::CodeSets<Deficit>;

/// Our own code sets. What this program ships is tested to be readable; were it not, it would hold no codes.
pub static OURS: LazyLock<CodeSets> =
    LazyLock::new(|| CodeSets::read(include_str!("../../data/clinical/efi_codes.csv")).unwrap_or_default());

/// A region's own lists, when it has some.
static REGIONS: OnceLock<CodeSets> = OnceLock::new();

/// Puts a region's licensed lists in the place of our own; once, when the program starts, before a code is looked up. False when that
/// was done already: then nothing changes.
pub fn use_instead(lists: CodeSets) -> bool {
    REGIONS.set(lists).is_ok()
}

/// Which lists codes are looked up in, in words.
pub fn lists_words() -> String {
    REGIONS.get().map_or_else(
        || "our own code sets".to_owned(),
        |lists| format!("the region's lists of {} codes", lists.len()),
    )
}

/// The deficit that a recorded code stands for, by the region's lists or else by our own sets.
///
/// ```
/// use codes::clinical::efi::{Deficit, deficit};
/// assert_eq!(deficit("http://snomed.info/sct", "38341003"), Some(Deficit::Hypertension));
/// assert_eq!(deficit("icd-10", "I21.9"), Some(Deficit::Chd));
/// assert_eq!(deficit("icd-10", "G45.4"), None);
/// ```
pub fn deficit(system: &str, code: &str) -> Option<Deficit> {
    REGIONS.get().unwrap_or(&OURS).find(system, code)
}
