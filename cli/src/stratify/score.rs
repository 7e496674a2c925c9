//! Which score a run asks for, and what it says of everybody.

use std::path::Path;

use care::score::efi::{AGES, Rows};
use care::score::{Definition, Score as _, charlson, elixhauser};
use jiff::civil::Date;
use population::Columns;
use population::parquet::{self, FilesError};
use population::pseudonym::Pseudonyms;
use population::score::{
    Comorbid, DeficitTable, DiagnosisTable, Frailties, LeftOut, Scored, Scores, comorbidity, frailty,
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
}

/// What was found of everybody.
pub(super) enum Answer {
    Frailty(Frailties),
    Comorbid(Which, Scores<Comorbid>),
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
/// No diagnosis in ICD-10: nothing is known, which is not nought.
const NOTHING_CODED: &str = "no problem coded in ICD-10";
/// Groups of the index, each with its first value (Gasparini 2018, J Open Source Softw 3:648, doi 10.21105/joss.00648).
const CHARLSON: [(&str, i32); 4] = [("0", i32::MIN), ("1 to 2", 1), ("3 to 4", 3), ("5 or more", 5)];
const VAN_WALRAVEN: [(&str, i32); 4] = [("under 0", i32::MIN), ("0", 0), ("1 to 4", 1), ("5 or more", 5)];

impl Which {
    pub(super) fn definition(self) -> &'static Definition {
        match self {
            Which::Efi => Rows.definition(),
            Which::Charlson1987 => charlson::Rows(charlson::Weights::Original).definition(),
            Which::Charlson2011 => charlson::Rows(charlson::Weights::Quan2011).definition(),
            Which::ElixhauserVanWalraven => elixhauser::Rows.definition(),
        }
    }

    /// Of everybody in the columns.
    pub(super) fn of(self, columns: &Columns, on: Date, threads: usize) -> Answer {
        match self {
            Which::Efi => {
                let table = DeficitTable::of(columns.dictionary());
                Answer::Frailty(frailty(columns, &table, on, threads))
            }
            _ => {
                let table = DiagnosisTable::of(columns.dictionary());
                Answer::Comorbid(self, comorbidity(columns, &table, on, threads))
            }
        }
    }

    /// Of everybody in a folder of files, shard by shard.
    pub(super) fn of_files(self, folder: &Path, on: Date, threads: usize) -> Result<Answer, FilesError> {
        Ok(match self {
            Which::Efi => Answer::Frailty(parquet::stratify(folder, on, threads)?),
            _ => Answer::Comorbid(self, parquet::stratify_comorbidity(folder, on, threads)?),
        })
    }

    /// The index of somebody's conditions.
    fn index(self, one: &Comorbid) -> i32 {
        match self {
            Which::Charlson2011 => charlson::index(one.charlson, charlson::Weights::Quan2011),
            Which::ElixhauserVanWalraven => elixhauser::van_walraven(one.elixhauser),
            Which::Efi | Which::Charlson1987 => charlson::index(one.charlson, charlson::Weights::Original),
        }
    }

    fn conditions(self, one: &Comorbid) -> u32 {
        match self {
            Which::ElixhauserVanWalraven => one.elixhauser.count(),
            _ => one.charlson.counted().0.count_ones(),
        }
    }

    fn groups(self) -> &'static [(&'static str, i32)] {
        match self {
            Which::ElixhauserVanWalraven => &VAN_WALRAVEN,
            _ => &CHARLSON,
        }
    }
}

impl Answer {
    pub(super) fn definition(&self) -> &'static Definition {
        match self {
            Answer::Frailty(_) => Which::Efi.definition(),
            Answer::Comorbid(which, _) => which.definition(),
        }
    }

    pub(super) fn left_out(&self) -> LeftOut {
        match self {
            Answer::Frailty(found) => found.left_out,
            Answer::Comorbid(_, found) => found.left_out,
        }
    }

    pub(super) fn bands(&self) -> Bands {
        match self {
            Answer::Frailty(found) => {
                let ages = ages();
                let bands = found.bands(&ages);
                let [fit, mild, moderate, severe] = bands;
                Bands {
                    within: format!("ages {} to {}", ages.start(), ages.end()),
                    bands: vec![
                        ("fit", fit),
                        ("mild", mild),
                        ("moderate", moderate),
                        ("severe", severe),
                    ],
                    outside: (found.people.len() as u64).saturating_sub(bands.iter().sum()),
                }
            }
            Answer::Comorbid(which, found) => {
                let mut bands: Vec<(&str, u64)> =
                    which.groups().iter().map(|(words, _)| (*words, 0)).collect();
                bands.push((NOTHING_CODED, 0));
                let adults = found.people.iter().filter(|one| one.age >= ADULT);
                for one in adults.clone() {
                    let index = which.index(one);
                    let reached = which.groups().iter().filter(|(_, from)| index >= *from).count();
                    let place = if one.diagnoses == 0 { bands.len() } else { reached };
                    if let Some((_, count)) = bands.get_mut(place.saturating_sub(1)) {
                        *count += 1;
                    }
                }
                Bands {
                    within: format!("ages {ADULT} and over"),
                    bands,
                    outside: (found.people.len() - adults.count()) as u64,
                }
            }
        }
    }

    /// The columns between the person and the day.
    pub(super) fn headings(&self) -> &'static [&'static str] {
        match self {
            Answer::Frailty(_) => &["age", "deficits", "efi", "band", "medicines", "not_counted"],
            Answer::Comorbid(..) => &[
                "age",
                "conditions",
                "index",
                "age_points",
                "diagnoses",
                "not_counted",
            ],
        }
    }

    /// Who has the score, with what stands in those columns.
    pub(super) fn rows(&self, pseudonyms: &Pseudonyms) -> Vec<(String, Vec<String>)> {
        match self {
            Answer::Frailty(found) => {
                let ages = ages();
                let people = found.people.iter();
                people
                    .map(|one| (pseudonyms.of(one.person), frailty_row(one, &ages)))
                    .collect()
            }
            Answer::Comorbid(which, found) => {
                let people = found.people.iter().filter(|one| one.age >= ADULT);
                people
                    .map(|one| (pseudonyms.of(one.person), comorbid_row(*which, one)))
                    .collect()
            }
        }
    }
}

fn ages() -> std::ops::RangeInclusive<u8> {
    let whole = |age: &i64| u8::try_from(*age).unwrap_or(u8::MAX);
    whole(AGES.start())..=whole(AGES.end())
}

fn frailty_row(one: &Scored, ages: &std::ops::RangeInclusive<u8>) -> Vec<String> {
    let within = ages.contains(&one.age);
    vec![
        one.age.to_string(),
        one.efi.count().to_string(),
        format!("{:.4}", one.efi.value()),
        // Outside of the ages for which it was made the index has no bands.
        if within {
            one.efi.frailty().name().to_owned()
        } else {
            String::new()
        },
        one.medicines.to_string(),
        one.odd.to_string(),
    ]
}

/// Empty where nothing is coded in ICD-10, and for points that Charlson's index alone has.
fn comorbid_row(which: Which, one: &Comorbid) -> Vec<String> {
    let known = |words: String| {
        if one.diagnoses == 0 { String::new() } else { words }
    };
    let points = match which {
        Which::ElixhauserVanWalraven => String::new(),
        _ => charlson::age_points(one.age).to_string(),
    };
    vec![
        one.age.to_string(),
        known(which.conditions(one).to_string()),
        known(which.index(one).to_string()),
        points,
        one.diagnoses.to_string(),
        one.odd.to_string(),
    ]
}
