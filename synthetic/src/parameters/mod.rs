//! The tables that say what befalls people and what is done for them: data in `data/synthetic/`, with their sources.
//!
//! What has no published source is called an assumption there, with its number.

mod conditions;
mod tables;

pub use conditions::{Anchor, Condition, Register};
pub use tables::{AllergyKind, Answer, Medicine, NameSet, ProcedureKind, Specialty, Test, Vaccine};

use crate::error::SynthError;

macro_rules! data {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!("../../../data/synthetic/", $name)) as &[u8],
        )
    };
}

/// All tables.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// Conditions, in the order of `conditions.csv`: the first [`Parameters::chronic`] last, the others pass.
    pub conditions: Vec<Condition>,
    /// How many of the conditions are long-term ones (at most 64).
    pub chronic: usize,
    /// Medicines.
    pub medicines: Vec<Medicine>,
    /// Tests and measures.
    pub tests: Vec<Test>,
    /// Coded answers of tests.
    pub answers: Vec<Answer>,
    /// Vaccines.
    pub vaccines: Vec<Vaccine>,
    /// Procedures.
    pub procedures: Vec<ProcedureKind>,
    /// Allergies.
    pub allergies: Vec<AllergyKind>,
    /// Specialties.
    pub specialties: Vec<Specialty>,
    /// Equipment and small adaptations.
    pub equipment: Vec<&'static str>,
    /// What people say matters to them.
    pub matters: Vec<&'static str>,
    /// Names.
    pub names: NameSet,
    /// Single numbers, by key.
    numbers: Vec<(String, f64)>,
}

impl Parameters {
    /// The tables that are built in.
    ///
    /// # Errors
    /// When a table holds a value that cannot be used; a test reads them all.
    pub fn built_in() -> Result<Parameters, SynthError> {
        let (conditions, chronic) = conditions::read(data!("conditions.csv"), data!("conditions_codes.csv"))?;
        Ok(Parameters {
            medicines: tables::medicines(data!("medicines.csv"), &conditions)?,
            conditions,
            chronic,
            tests: tables::tests(data!("tests.csv"))?,
            answers: tables::answers(data!("answers.csv"))?,
            vaccines: tables::vaccines(data!("immunisations.csv"))?,
            procedures: tables::procedures(data!("procedures.csv"))?,
            allergies: tables::allergies(data!("allergies.csv"))?,
            specialties: tables::specialties(data!("specialties.csv"))?,
            equipment: tables::lines(data!("equipment.txt")),
            matters: tables::lines(data!("matters.txt")),
            names: tables::names(data!("given_names.csv"), data!("family_names.csv"))?,
            numbers: tables::numbers(data!("numbers.csv"))?,
        })
    }

    /// A number by its key.
    ///
    /// # Errors
    /// When `numbers.csv` has none of that key.
    pub fn number(&self, key: &str) -> Result<f64, SynthError> {
        let found = self.numbers.iter().find(|(known, _)| known == key);
        found.map(|(_, number)| *number).ok_or_else(|| SynthError::Value {
            file: "numbers.csv".to_owned(),
            row: 0,
            column: "key".to_owned(),
            rule: format!("there is no number \"{key}\""),
        })
    }

    /// The place of a condition.
    #[must_use]
    pub fn condition(&self, key: &str) -> Option<u8> {
        place(&self.conditions, |one| one.key == key)
    }

    /// The place of a test.
    #[must_use]
    pub fn test(&self, key: &str) -> Option<u8> {
        place(&self.tests, |one| one.key == key)
    }

    /// The place of a procedure.
    #[must_use]
    pub fn procedure(&self, key: &str) -> Option<u8> {
        place(&self.procedures, |one| one.key == key)
    }

    /// The place of a vaccine.
    #[must_use]
    pub fn vaccine(&self, key: &str) -> Option<u8> {
        place(&self.vaccines, |one| one.key == key)
    }

    /// The place of a specialty.
    #[must_use]
    pub fn specialty(&self, code: &str) -> Option<u8> {
        place(&self.specialties, |one| one.code == code)
    }
}

fn place<T>(of: &[T], is: impl Fn(&T) -> bool) -> Option<u8> {
    of.iter().position(is).and_then(|at| u8::try_from(at).ok())
}
