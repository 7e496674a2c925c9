//! Charlson's and Elixhauser's comorbidities of everybody, by `care::score`.
//!
//! Their inputs here: every sound problem with an ICD-10 code on or before the day, undated and ended ones too, for both indices
//! count what somebody has had. They were made for the diagnoses of a hospital stay; over whole records they say how ill groups
//! are beside each other. Somebody of whom no diagnosis is coded in ICD-10 is told apart from somebody with none of the
//! conditions.

use care::score::{charlson, elixhauser};
use jiff::civil::Date;
use record::PersonKey;

use super::ages::Ages;
use super::diagnoses::DiagnosisTable;
use super::everybody::{LeftOut, Scores, counts, everybody};
use crate::columns::Columns;
use crate::day::Day;
use crate::facts::Kind;
use crate::people::PersonSlice;

/// One person's conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comorbid {
    /// Who.
    pub person: PersonKey,
    /// Age in years on the day.
    pub age: u8,
    /// Charlson's conditions by Quan's prefixes, milder ones beside severer ones.
    pub charlson: charlson::Conditions,
    /// Elixhauser's by Quan's prefixes, likewise.
    pub elixhauser: elixhauser::Conditions,
    /// Facts that are coded in ICD-10 and count.
    pub diagnoses: u32,
    /// Problems that were not counted since something is odd about them or they are dated later, and resources that could not
    /// be read.
    pub odd: u32,
}

/// Everybody's comorbidities on a day, by so many threads. A day outside 1900 to June 2079 gives nobody's.
#[must_use]
pub fn comorbidity(
    columns: &Columns,
    table: &DiagnosisTable,
    today: Date,
    threads: usize,
) -> Scores<Comorbid> {
    let Some(day) = Day::of(today) else {
        return Scores::default();
    };
    let ages = Ages::on(today);
    everybody(columns, threads, |person| one(person, table, &ages, day))
}

fn one(
    person: &PersonSlice<'_>,
    table: &DiagnosisTable,
    ages: &Ages,
    today: Day,
) -> Result<Comorbid, LeftOut> {
    let age = counts(person, today, person.is_here_on(today), ages.of_person(person))?;
    let (mut charlson, mut elixhauser, mut diagnoses) = (0, 0, 0);
    let mut odd = person.unread();
    for fact in person.coded().filter(|fact| fact.kind == Kind::Problem) {
        // An unknown day is before every day.
        if !fact.mark.is_sound() || fact.day > today {
            odd += 1;
            continue;
        }
        let said = table.said(fact.code);
        charlson |= said.charlson;
        elixhauser |= said.elixhauser;
        diagnoses += u32::from(said.is_diagnosis);
    }
    Ok(Comorbid {
        person: person.person(),
        age,
        charlson: charlson::Conditions(charlson),
        elixhauser: elixhauser::Conditions(elixhauser),
        diagnoses,
        odd,
    })
}
