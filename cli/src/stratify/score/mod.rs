//! Which score a run asks for, and what it says of everybody.
//!
//! - `frailty`, `comorbidity`, `hospital`, `multimorbidity`: groups and rows of each

mod comorbidity;
mod frailty;
mod hospital;
mod multimorbidity;

use std::path::Path;

use care::score::cambridge::{self, Version};
use care::score::{Definition, Score as _, charlson, efi, elixhauser, hfrs};
use jiff::civil::Date;
use population::Columns;
use population::parquet::{self, FilesError};
use population::pseudonym::Pseudonyms;
use population::score::{
    Comorbid, ConditionTable, DeficitTable, DiagnosisTable, Frailties, LeftOut, MEASUREMENTS_NOT_COUNTED,
    Multimorbid, NOT_LOOKED_AT, Scores, Stayed, comorbidity as comorbidities, frailty as frailties,
    hospital_frailty, multimorbidity as conditions,
};

/// The scores that everybody's columns answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Which {
    /// Electronic Frailty Index, by recorded deficits and medicines.
    Efi,
    /// Charlson's index with the weights of 1987, by problems coded in ICD-10.
    #[value(name = "charlson-1987")]
    Charlson1987,
    /// Charlson's index with the weights of 2011, by problems coded in ICD-10.
    #[value(name = "charlson-2011")]
    Charlson2011,
    /// Elixhauser's comorbidities with van Walraven's weights, by problems coded in ICD-10.
    ElixhauserVanWalraven,
    /// Hospital Frailty Risk Score, by what is coded in ICD-10 of an emergency stay and of two years of stays before it.
    Hfrs,
    /// Cambridge Multimorbidity Score, general outcome, by our own sets of codes.
    CambridgeGeneral,
    /// The same, for mortality.
    CambridgeMortality,
    /// The same, modified for SNOMED CT (one-year mortality).
    CambridgeModified,
}

/// What was found of everybody.
pub(super) enum Answer {
    Frailty(Frailties),
    Comorbid(Which, Scores<Comorbid>),
    Hospital(Scores<Stayed>),
    Multimorbid(Version, Scores<Multimorbid>),
}

/// How many people are in each band of a score, those of an age for which it was made.
pub(super) struct Bands {
    /// Of whom.
    pub(super) within: String,
    pub(super) bands: Vec<(&'static str, u64)>,
    /// Those of another age.
    pub(super) outside: u64,
}

/// The indices are of adults.
const ADULT: u8 = 18;

/// The way of the columns to a score.
enum By {
    Deficits,
    Diagnoses,
    Stays,
    Conditions(Version),
}

impl Which {
    fn by(self) -> By {
        match self {
            Which::Efi => By::Deficits,
            Which::Charlson1987 | Which::Charlson2011 | Which::ElixhauserVanWalraven => By::Diagnoses,
            Which::Hfrs => By::Stays,
            Which::CambridgeGeneral => By::Conditions(Version::General),
            Which::CambridgeMortality => By::Conditions(Version::Mortality),
            Which::CambridgeModified => By::Conditions(Version::Modified),
        }
    }

    pub(super) fn definition(self) -> &'static Definition {
        match self {
            Which::Efi => efi::Rows.definition(),
            Which::Charlson1987 => charlson::Rows(charlson::Weights::Original).definition(),
            Which::Charlson2011 => charlson::Rows(charlson::Weights::Quan2011).definition(),
            Which::ElixhauserVanWalraven => elixhauser::Rows.definition(),
            Which::Hfrs => hfrs::Rows.definition(),
            Which::CambridgeGeneral => cambridge::Rows(Version::General).definition(),
            Which::CambridgeMortality => cambridge::Rows(Version::Mortality).definition(),
            Which::CambridgeModified => cambridge::Rows(Version::Modified).definition(),
        }
    }

    /// Of everybody in the columns.
    pub(super) fn of(self, columns: &Columns, on: Date, threads: usize) -> Answer {
        let codes = columns.dictionary();
        match self.by() {
            By::Deficits => Answer::Frailty(frailties(columns, &DeficitTable::of(codes), on, threads)),
            By::Diagnoses => {
                let table = DiagnosisTable::of(codes);
                Answer::Comorbid(self, comorbidities(columns, &table, on, threads))
            }
            By::Stays => {
                let table = DiagnosisTable::of(codes);
                Answer::Hospital(hospital_frailty(columns, &table, on, threads))
            }
            By::Conditions(version) => {
                let table = ConditionTable::of(codes);
                Answer::Multimorbid(version, conditions(columns, &table, on, threads))
            }
        }
    }

    /// Of everybody in a folder of files, shard by shard.
    pub(super) fn of_files(self, folder: &Path, on: Date, threads: usize) -> Result<Answer, FilesError> {
        Ok(match self.by() {
            By::Deficits => Answer::Frailty(parquet::stratify(folder, on, threads)?),
            By::Diagnoses => Answer::Comorbid(self, parquet::stratify_comorbidity(folder, on, threads)?),
            By::Stays => Answer::Hospital(parquet::stratify_hospital_frailty(folder, on, threads)?),
            By::Conditions(version) => {
                Answer::Multimorbid(version, parquet::stratify_multimorbidity(folder, on, threads)?)
            }
        })
    }
}

impl Answer {
    pub(super) fn definition(&self) -> &'static Definition {
        match self {
            Answer::Frailty(_) => efi::Rows.definition(),
            Answer::Comorbid(which, _) => which.definition(),
            Answer::Hospital(_) => hfrs::Rows.definition(),
            Answer::Multimorbid(version, _) => cambridge::Rows(*version).definition(),
        }
    }

    pub(super) fn left_out(&self) -> LeftOut {
        match self {
            Answer::Frailty(found) => found.left_out,
            Answer::Comorbid(_, found) => found.left_out,
            Answer::Hospital(found) => found.left_out,
            Answer::Multimorbid(_, found) => found.left_out,
        }
    }

    /// What the columns do not tell, when the score needs it.
    pub(super) fn not_looked_at(&self) -> Option<&'static str> {
        match self {
            Answer::Multimorbid(..) => Some(NOT_LOOKED_AT),
            Answer::Frailty(_) => Some(MEASUREMENTS_NOT_COUNTED),
            Answer::Comorbid(..) | Answer::Hospital(_) => None,
        }
    }

    pub(super) fn bands(&self) -> Bands {
        match self {
            Answer::Frailty(found) => frailty::bands(found),
            Answer::Comorbid(which, found) => comorbidity::bands(*which, found),
            Answer::Hospital(found) => hospital::bands(found),
            Answer::Multimorbid(version, found) => multimorbidity::bands(*version, found),
        }
    }

    /// The columns between the person and the day.
    pub(super) fn headings(&self) -> &'static [&'static str] {
        match self {
            Answer::Frailty(_) => &frailty::HEADINGS,
            Answer::Comorbid(..) => &comorbidity::HEADINGS,
            Answer::Hospital(_) => &hospital::HEADINGS,
            Answer::Multimorbid(..) => &multimorbidity::HEADINGS,
        }
    }

    /// Who has the score, with what stands in those columns.
    pub(super) fn rows(&self, pseudonyms: &Pseudonyms) -> Vec<(String, Vec<String>)> {
        let of = |person| pseudonyms.of(person);
        match self {
            Answer::Frailty(found) => frailty::rows(found).map(|(who, row)| (of(who), row)).collect(),
            Answer::Comorbid(which, found) => comorbidity::rows(*which, found)
                .map(|(who, row)| (of(who), row))
                .collect(),
            Answer::Hospital(found) => hospital::rows(found).map(|(who, row)| (of(who), row)).collect(),
            Answer::Multimorbid(version, found) => multimorbidity::rows(*version, found)
                .map(|(who, row)| (of(who), row))
                .collect(),
        }
    }
}
