//! The 36 deficits of the electronic Frailty Index, and which codes stand for each.
//!
//! Source of the deficits: Clegg 2016, Age and Ageing 45:353, doi 10.1093/ageing/afw039. The published code lists may
//! not be shipped with a product, so `data/clinical/efi_codes.csv` holds **our own** short sets for the named deficits:
//! they find less than the published lists do. A region loads the lists it is licensed for with [`CodeSets::read`].

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::clinical::icd10::Icd10;
use crate::snomed_ct::{self, NotAConcept};
use crate::system;

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

/// A code system in which deficits may be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum System {
    /// SNOMED CT concepts, matched exactly.
    SnomedCt,
    /// WHO's ICD-10, matched by prefix.
    Icd10,
    /// Clinical Terms version 3, matched exactly, capitals and all: the system of the published lists.
    Ctv3,
}

impl System {
    /// By the name used in files, or by the URI used in records.
    pub fn from_name(name: &str) -> Option<System> {
        match name {
            "snomed-ct" | system::SNOMED_CT => Some(System::SnomedCt),
            "icd-10" | system::ICD_10 | system::ICD_10_UK => Some(System::Icd10),
            "ctv3" | system::CTV3 => Some(System::Ctv3),
            _ => None,
        }
    }
}

/// What is wrong with a line of a list; lines are counted from 1, the heading.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The heading line does not begin with the three columns.
    #[error("line 1: the headings must begin with deficit,system,code")]
    Headings,
    /// Fewer than three cells, or an empty one.
    #[error("line {line}: a deficit, a system and a code are needed")]
    Cells {
        /// The line.
        line: usize,
    },
    /// No such deficit.
    #[error("line {line}: {deficit:?} is none of the 36 deficits")]
    UnknownDeficit {
        /// The line.
        line: usize,
        /// What stands there.
        deficit: String,
    },
    /// Polypharmacy has no codes.
    #[error("line {line}: polypharmacy is counted from medicines and has no codes")]
    Polypharmacy {
        /// The line.
        line: usize,
    },
    /// No such system.
    #[error("line {line}: the system {system:?} is unknown: snomed-ct, icd-10 or ctv3")]
    UnknownSystem {
        /// The line.
        line: usize,
        /// What stands there.
        system: String,
    },
    /// Not a SNOMED CT concept.
    #[error("line {line}: {code:?} is no SNOMED CT concept: {source}")]
    Snomed {
        /// The line.
        line: usize,
        /// What stands there.
        code: String,
        /// Why.
        source: NotAConcept,
    },
    /// Not formed like an ICD-10 code or a CTV3 code.
    #[error("line {line}: {code:?} is not formed like a code of {system}")]
    Form {
        /// The line.
        line: usize,
        /// What stands there.
        code: String,
        /// The system's name.
        system: &'static str,
    },
    /// The code stands there twice, for the same deficit or another: it would count twice or by chance.
    #[error("line {line}: {code:?} stands on line {first} already")]
    Duplicate {
        /// The line.
        line: usize,
        /// What stands there.
        code: String,
        /// Where it stands first.
        first: usize,
    },
}

/// Which code stands for which deficit. Built once; a look-up is one hash, for ICD-10 one for each length of prefix.
#[derive(Debug, Default)]
pub struct CodeSets {
    snomed_ct: HashMap<String, (Deficit, usize)>,
    icd10: HashMap<String, (Deficit, usize)>,
    ctv3: HashMap<String, (Deficit, usize)>,
    longest_icd10: usize,
}

impl CodeSets {
    /// Reads comma-separated text whose headings begin with `deficit,system,code`; further columns are for people.
    /// All of a list is taken or none of it.
    ///
    /// ```
    /// use codes::clinical::efi::{CodeSets, Deficit};
    /// let list = CodeSets::read("deficit,system,code\nfalls,icd-10,W19\n").unwrap();
    /// assert_eq!(list.deficit("icd-10", "w19.0"), Some(Deficit::Falls));
    /// let wrong = CodeSets::read("deficit,system,code\nfalls,snomed-ct,1912003\n").unwrap_err();
    /// assert!(wrong.to_string().starts_with("line 2: \"1912003\" is no SNOMED CT concept"));
    /// ```
    pub fn read(text: &str) -> Result<CodeSets, ListError> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
        let headings = lines.next().map_or("", |(_, line)| line);
        if !cells(headings).starts_with(&["deficit", "system", "code"]) {
            return Err(ListError::Headings);
        }
        let mut sets = CodeSets::default();
        for (above, text) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            sets.take(above + 1, &cells(text))?;
        }
        Ok(sets)
    }

    fn take(&mut self, line: usize, cells: &[&str]) -> Result<(), ListError> {
        let [deficit, system, code, ..] = *cells else {
            return Err(ListError::Cells { line });
        };
        if deficit.is_empty() || system.is_empty() || code.is_empty() {
            return Err(ListError::Cells { line });
        }
        let deficit = match Deficit::from_code(deficit) {
            Some(Deficit::Polypharmacy) => return Err(ListError::Polypharmacy { line }),
            Some(deficit) => deficit,
            None => {
                let deficit = deficit.to_owned();
                return Err(ListError::UnknownDeficit { line, deficit });
            }
        };
        let Some(system) = System::from_name(system) else {
            let system = system.to_owned();
            return Err(ListError::UnknownSystem { line, system });
        };
        let key = normal(line, system, code)?;
        if let Some((_, first)) = self.of(system).get(&key) {
            let (code, first) = (code.to_owned(), *first);
            return Err(ListError::Duplicate { line, code, first });
        }
        let listed = match system {
            System::SnomedCt => &mut self.snomed_ct,
            System::Icd10 => {
                self.longest_icd10 = self.longest_icd10.max(key.len());
                &mut self.icd10
            }
            System::Ctv3 => &mut self.ctv3,
        };
        listed.insert(key, (deficit, line));
        Ok(())
    }

    fn of(&self, system: System) -> &HashMap<String, (Deficit, usize)> {
        match system {
            System::SnomedCt => &self.snomed_ct,
            System::Icd10 => &self.icd10,
            System::Ctv3 => &self.ctv3,
        }
    }

    /// The deficit that a recorded code stands for: its system by name or URI. Of ICD-10 prefixes the longest decides.
    pub fn deficit(&self, system: &str, code: &str) -> Option<Deficit> {
        let system = System::from_name(system)?;
        let listed = self.of(system);
        let found = |code: &str| listed.get(code).map(|(deficit, _)| *deficit);
        match system {
            System::SnomedCt | System::Ctv3 => found(code),
            System::Icd10 => {
                let code = Icd10::read(code)?;
                let longest = self.longest_icd10.min(code.as_str().len());
                (3..=longest).rev().find_map(|length| found(code.prefix(length)))
            }
        }
    }

    /// Every code with its deficit, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (System, &str, Deficit)> {
        [System::SnomedCt, System::Icd10, System::Ctv3]
            .into_iter()
            .flat_map(|system| {
                self.of(system)
                    .iter()
                    .map(move |(code, (deficit, _))| (system, code.as_str(), *deficit))
            })
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.snomed_ct.len() + self.icd10.len() + self.ctv3.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn normal(line: usize, system: System, code: &str) -> Result<String, ListError> {
    let form = |system| ListError::Form {
        line,
        code: code.to_owned(),
        system,
    };
    match system {
        System::SnomedCt => match snomed_ct::concept(code) {
            Ok(()) => Ok(code.to_owned()),
            Err(source) => {
                let code = code.to_owned();
                Err(ListError::Snomed { line, code, source })
            }
        },
        System::Icd10 => Icd10::read(code)
            .map(|code| code.as_str().to_owned())
            .ok_or_else(|| form("ICD-10")),
        System::Ctv3 if code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(code.to_owned())
        }
        System::Ctv3 => Err(form("CTV3")),
    }
}

fn cells(line: &str) -> Vec<&str> {
    line.split(',')
        .map(|cell| cell.trim().trim_matches('"'))
        .collect()
}

/// Our own code sets. What this program ships is tested to be readable; were it not, it would hold no codes.
pub static OURS: LazyLock<CodeSets> =
    LazyLock::new(|| CodeSets::read(include_str!("../../data/clinical/efi_codes.csv")).unwrap_or_default());

/// The deficit that a recorded code stands for by our own sets.
///
/// ```
/// use codes::clinical::efi::{Deficit, deficit};
/// assert_eq!(deficit("http://snomed.info/sct", "38341003"), Some(Deficit::Hypertension));
/// assert_eq!(deficit("icd-10", "I21.9"), Some(Deficit::Chd));
/// assert_eq!(deficit("icd-10", "G45.4"), None);
/// ```
pub fn deficit(system: &str, code: &str) -> Option<Deficit> {
    OURS.deficit(system, code)
}
