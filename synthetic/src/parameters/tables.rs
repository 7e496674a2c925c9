//! The other tables: medicines, tests, vaccines, procedures, allergies, specialties, names, single numbers.

use super::Condition;
use crate::error::SynthError;
use crate::table::{Row, Table};

type File = (&'static str, &'static [u8]);

/// A medicine.
#[derive(Debug, Clone, PartialEq)]
pub struct Medicine {
    /// Key, stable.
    pub key: String,
    /// Name as dm+d writes a virtual medicinal product: "Metformin 500mg tablets".
    pub text: String,
    /// dm+d virtual medicinal product, when one was verified.
    pub dmd: Option<String>,
    /// Form.
    pub form: String,
    /// How it is taken, in words.
    pub dose: String,
    /// Places of the conditions it is for.
    pub indications: Vec<u8>,
    /// Order in treatment, from 1.
    pub step: u8,
    /// Share of the people with the condition who take it, 0 to 1.
    pub share: f64,
}

/// A test or measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Key, stable.
    pub key: String,
    /// SNOMED CT observable or procedure, when verified.
    pub snomed: Option<String>,
    /// LOINC code, when verified.
    pub loinc: Option<String>,
    /// Words.
    pub display: String,
    /// Unit as written.
    pub unit: String,
    /// UCUM code of the unit; empty for coded answers.
    pub ucum: String,
    /// Lower limit of the reference range.
    pub low: Option<f64>,
    /// Upper limit.
    pub high: Option<f64>,
    /// Digits after the point.
    pub decimals: u8,
    /// Panel that it is reported in; empty when alone.
    pub panel: String,
}

/// A coded answer of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Key of the test.
    pub key: String,
    /// The answer's key: "never", "ex", "current".
    pub answer: String,
    /// SNOMED CT code, when verified.
    pub snomed: Option<String>,
    /// Words.
    pub display: String,
}

/// A vaccine, one dose of its schedule a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Vaccine {
    /// Key, stable.
    pub key: String,
    /// SNOMED CT code, when verified.
    pub snomed: Option<String>,
    /// Words.
    pub display: String,
    /// Age at the dose, in years; negative when it has no age (pregnancy, autumn campaigns).
    pub age: f64,
    /// Number of the dose.
    pub dose: u8,
    /// Against what.
    pub disease: String,
    /// First year in the programme.
    pub first_year: i16,
}

/// A procedure.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcedureKind {
    /// Key, stable.
    pub key: String,
    /// SNOMED CT code, when verified.
    pub snomed: Option<String>,
    /// OPCS-4 code, when known.
    pub opcs4: Option<String>,
    /// Words.
    pub display: String,
}

/// An allergy.
#[derive(Debug, Clone, PartialEq)]
pub struct AllergyKind {
    /// Key, stable.
    pub key: String,
    /// SNOMED CT code, when verified.
    pub snomed: Option<String>,
    /// Words.
    pub display: String,
    /// FHIR category: food, medication, environment.
    pub category: String,
    /// SNOMED CT code of the usual reaction, when verified.
    pub reaction_snomed: Option<String>,
    /// Words for it.
    pub reaction: String,
    /// Share of people, 0 to 1.
    pub share: f64,
}

/// A specialty that people are referred to.
#[derive(Debug, Clone, PartialEq)]
pub struct Specialty {
    /// Treatment function code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Share of referrals.
    pub weight: f64,
    /// Places of conditions are not kept here: keys of those it is about, by words.
    pub reasons: Vec<String>,
    /// Median wait in weeks.
    pub wait_weeks: f64,
}

/// Names by group, sex and time of birth.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NameSet {
    /// Given names: group (0 Asian, 1 Black, 2 mixed, 3 White, 4 other), female, first and last year of birth, name.
    pub given: Vec<(u8, bool, i16, i16, &'static str)>,
    /// Family names: group and name.
    pub family: Vec<(u8, &'static str)>,
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn read<T>(file: File, one: impl Fn(Row<'_>) -> Result<T, SynthError>) -> Result<Vec<T>, SynthError> {
    let table = Table::read(file.0, file.1)?;
    let rows: Result<Vec<T>, SynthError> = table.rows().map(one).collect();
    let rows = rows?;
    if rows.is_empty() || rows.len() > 255 {
        return Err(SynthError::Value {
            file: file.0.to_owned(),
            row: rows.len(),
            column: String::new(),
            rule: "a table has from 1 to 255 rows".to_owned(),
        });
    }
    Ok(rows)
}

pub(super) fn medicines(file: File, conditions: &[Condition]) -> Result<Vec<Medicine>, SynthError> {
    read(file, |row| {
        let keys = row.text("indication_keys")?;
        let indications = keys.split(';').map(str::trim).filter_map(|key| {
            let place = conditions.iter().position(|condition| condition.key == key)?;
            Some(place as u8)
        });
        Ok(Medicine {
            key: row.text("key")?.to_owned(),
            text: row.text("text")?.to_owned(),
            dmd: filled(row.text("dmd_vmp")?),
            form: row.text("form")?.to_owned(),
            dose: row.text("dose_text")?.to_owned(),
            indications: indications.collect(),
            step: row.number_or("step", 1.0)? as u8,
            share: row.number_or("assumption_share", 0.1)?,
        })
    })
}

pub(super) fn tests(file: File) -> Result<Vec<Test>, SynthError> {
    read(file, |row| {
        let limit = |column: &str| -> Result<Option<f64>, SynthError> {
            let limit = row.number_or(column, f64::NAN)?;
            Ok((!limit.is_nan()).then_some(limit))
        };
        Ok(Test {
            key: row.text("key")?.to_owned(),
            snomed: filled(row.text("snomed")?),
            loinc: filled(row.text("loinc")?),
            display: row.text("display")?.to_owned(),
            unit: row.text("unit")?.to_owned(),
            ucum: row.text("ucum")?.to_owned(),
            low: limit("low")?,
            high: limit("high")?,
            decimals: row.number_or("decimals", 0.0)? as u8,
            panel: row.text("panel")?.to_owned(),
        })
    })
}

pub(super) fn answers(file: File) -> Result<Vec<Answer>, SynthError> {
    read(file, |row| {
        Ok(Answer {
            key: row.text("key")?.to_owned(),
            answer: row.text("answer")?.to_owned(),
            snomed: filled(row.text("snomed")?),
            display: row.text("display")?.to_owned(),
        })
    })
}

pub(super) fn vaccines(file: File) -> Result<Vec<Vaccine>, SynthError> {
    read(file, |row| {
        Ok(Vaccine {
            key: row.text("key")?.to_owned(),
            snomed: filled(row.text("vaccine_snomed")?),
            display: row.text("display")?.to_owned(),
            age: age(row.text("age_weeks_or_years")?),
            dose: row.text("dose")?.parse().unwrap_or(1),
            disease: row.text("disease")?.to_owned(),
            first_year: row.number_or("first_year", 1950.0)? as i16,
        })
    })
}

/// "8 weeks", "8w", "12 months", "1 year", "65y+": years; −1 for what has no age.
fn age(text: &str) -> f64 {
    let digits: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let Ok(number) = digits.parse::<f64>() else {
        return -1.0;
    };
    let unit = text[digits.len()..].trim().to_lowercase();
    match unit.chars().next() {
        Some('w') => number / 52.18,
        Some('d') => number / 365.25,
        Some('m') => number / 12.0,
        _ => number,
    }
}

pub(super) fn procedures(file: File) -> Result<Vec<ProcedureKind>, SynthError> {
    read(file, |row| {
        Ok(ProcedureKind {
            key: row.text("key")?.to_owned(),
            snomed: filled(row.text("snomed")?),
            opcs4: filled(row.text("opcs4")?),
            display: row.text("display")?.to_owned(),
        })
    })
}

pub(super) fn allergies(file: File) -> Result<Vec<AllergyKind>, SynthError> {
    read(file, |row| {
        Ok(AllergyKind {
            key: row.text("key")?.to_owned(),
            snomed: filled(row.text("snomed")?),
            display: row.text("display")?.to_owned(),
            category: row.text("category")?.to_owned(),
            reaction_snomed: filled(row.text("reaction_snomed")?),
            reaction: row.text("reaction_display")?.to_owned(),
            share: row.number_or("prevalence_percent", 0.5)? / 100.0,
        })
    })
}

pub(super) fn specialties(file: File) -> Result<Vec<Specialty>, SynthError> {
    read(file, |row| {
        let reasons = row
            .text("reason_keys")?
            .split(';')
            .map(str::trim)
            .filter(|key| !key.is_empty());
        Ok(Specialty {
            code: row.text("code")?.to_owned(),
            name: row.text("name")?.to_owned(),
            weight: row.number("weight")?,
            reasons: reasons.map(str::to_owned).collect(),
            wait_weeks: row.number("wait_weeks")?,
        })
    })
}

pub(super) fn lines(file: File) -> Vec<&'static str> {
    let text = std::str::from_utf8(file.1).unwrap_or_default();
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

pub(super) fn numbers(file: File) -> Result<Vec<(String, f64)>, SynthError> {
    read(file, |row| {
        Ok((row.text("key")?.to_owned(), row.number("value")?))
    })
}

/// Names: of each row `group,sex,from,to,names`, and `group,names`; the names with spaces between.
pub(super) fn names(given: File, family: File) -> Result<NameSet, SynthError> {
    let mut set = NameSet::default();
    let text = |file: File| std::str::from_utf8(file.1).unwrap_or_default();
    for line in text(given).lines().skip(1) {
        let parts: Vec<&'static str> = line.split(',').collect();
        let [group, sex, from, to, names] = parts[..] else {
            continue;
        };
        for name in names.split_whitespace() {
            let years = (from.parse().unwrap_or(1900), to.parse().unwrap_or(2100));
            set.given
                .push((group.parse().unwrap_or(3), sex == "F", years.0, years.1, name));
        }
    }
    for line in text(family).lines().skip(1) {
        let Some((group, names)) = line.split_once(',') else {
            continue;
        };
        for name in names.split_whitespace() {
            set.family.push((group.parse().unwrap_or(3), name));
        }
    }
    for group in 0..5 {
        let given = |sex: bool| {
            set.given
                .iter()
                .any(|(of, female, ..)| *of == group && *female == sex)
        };
        if !given(true) || !given(false) || !set.family.iter().any(|(of, _)| *of == group) {
            return Err(SynthError::Value {
                file: "given_names.csv".to_owned(),
                row: 0,
                column: "group".to_owned(),
                rule: format!("group {group} has no names"),
            });
        }
    }
    Ok(set)
}
