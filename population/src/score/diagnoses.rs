//! What each code of a dictionary says as a diagnosis in ICD-10, looked up once.

use care::score::{charlson, elixhauser, hfrs};
use codes::clinical::icd10::Icd10;

use crate::columns::Dictionary;

/// For each number of a dictionary what its code says.
#[derive(Debug, Clone, Default)]
pub struct DiagnosisTable(Vec<Said>);

/// What one code says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    pub(super) is_diagnosis: bool,
    pub(super) charlson: u32,
    pub(super) elixhauser: u32,
    pub(super) frailty: hfrs::Categories,
}

impl Said {
    fn of(system: &str, code: &str) -> Said {
        let Some(code) = codes::system::is_icd_10(system)
            .then(|| Icd10::read(code))
            .flatten()
        else {
            return Said::default();
        };
        Said {
            is_diagnosis: true,
            charlson: charlson::Conditions::of_codes([&code]).0,
            elixhauser: elixhauser::Conditions::of_codes([&code]).0,
            frailty: hfrs::Categories::of_codes([&code]),
        }
    }
}

impl DiagnosisTable {
    /// The table of a dictionary as it is now; codes that come later say nothing in it.
    #[must_use]
    pub fn of(dictionary: &Dictionary) -> DiagnosisTable {
        let names = dictionary.names().iter();
        DiagnosisTable(names.map(|name| Said::of(&name.system, &name.code)).collect())
    }

    pub(super) fn said(&self, code: u32) -> Said {
        self.0.get(code as usize).copied().unwrap_or_default()
    }
}
