//! How somebody lives, as far as fairness is watched by it: carers, homeless people, routine and manual workers, military families.
//!
//! `data/circumstances.csv`: SNOMED CT and ICD-10 where a code is settled, else codes of our own system, since none are published.
//! What is no longer so is said by a later code with `is_so` "no"; the latest one counts.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::system::{ICD_10, ICD_10_UK, SNOMED_CT};
use crate::table::Table;

/// The system of our own codes.
pub const SYSTEM: &str = "https://sarsen.example/fhir/CodeSystem/circumstance";

/// A way in which somebody lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Circumstance {
    /// Cares for somebody without pay.
    Carer,
    /// Has no fixed address.
    Homeless,
    /// Does routine or manual work (NS-SEC 5 to 7), or did last.
    RoutineOrManual,
    /// Serves or served in the armed forces, or is family of somebody who does or did.
    ArmedForces,
}

impl Circumstance {
    /// All of them.
    pub const ALL: [Circumstance; 4] = [
        Circumstance::Carer,
        Circumstance::Homeless,
        Circumstance::RoutineOrManual,
        Circumstance::ArmedForces,
    ];

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Circumstance::Carer => "carer",
            Circumstance::Homeless => "homeless",
            Circumstance::RoutineOrManual => "routine-or-manual",
            Circumstance::ArmedForces => "armed-forces",
        }
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/circumstances.csv")));

/// What each code says, by system, as the table names it, and code.
type Said = HashMap<(&'static str, &'static str), (Circumstance, bool)>;

static SAID: LazyLock<Said> = LazyLock::new(|| {
    let rows = TABLE.rows(["circumstance", "system", "code", "is_so"]);
    let said = rows.into_iter().filter_map(|[name, system, code, is_so]| {
        let circumstance = Circumstance::ALL.into_iter().find(|one| one.name() == name)?;
        Some(((system, code), (circumstance, is_so == "yes")))
    });
    said.collect()
});

/// What a recorded code says: of which circumstance, and whether it is so.
///
/// ```
/// use codes::circumstance::{Circumstance, SYSTEM, said};
/// assert_eq!(said(SYSTEM, "carer"), Some((Circumstance::Carer, true)));
/// assert_eq!(said(SYSTEM, "not-a-carer"), Some((Circumstance::Carer, false)));
/// assert_eq!(said("http://snomed.info/sct", "32911000"), Some((Circumstance::Homeless, true)));
/// assert_eq!(said("http://snomed.info/sct", "carer"), None);
/// ```
#[must_use]
pub fn said(system: &str, code: &str) -> Option<(Circumstance, bool)> {
    let undotted;
    let key = match system {
        SYSTEM => ("circumstance", code),
        SNOMED_CT => ("snomed-ct", code),
        ICD_10 | ICD_10_UK => {
            undotted = code.replace('.', "");
            ("icd-10", undotted.as_str())
        }
        _ => return None,
    };
    SAID.get(&key).copied()
}

/// The words for one of our own codes.
#[must_use]
pub fn label(code: &str) -> Option<&'static str> {
    let rows = TABLE.rows(["system", "code", "display"]);
    let mut rows = rows.into_iter();
    rows.find_map(|[system, listed, words]| (system == "circumstance" && listed == code).then_some(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read_and_says_one_thing() {
        let rows = TABLE.rows(["circumstance", "system", "code", "is_so"]);
        let mut seen = std::collections::BTreeSet::new();
        for [name, system, code, is_so] in rows {
            let uri = match system {
                "circumstance" => SYSTEM,
                "snomed-ct" => SNOMED_CT,
                _ => ICD_10,
            };
            let (circumstance, so) = said(uri, code).expect("it is known");
            assert_eq!((circumstance.name(), so), (name, is_so == "yes"), "{code}");
            assert!(seen.insert((system, code)), "{code} stands there twice");
            assert!(
                system != "snomed-ct" || crate::snomed_ct::concept(code).is_ok(),
                "{code}"
            );
        }
        assert_eq!(said(ICD_10, "Z59.0"), Some((Circumstance::Homeless, true)));
        assert!(label("veteran").is_some() && label("224484003").is_none());
    }
}
