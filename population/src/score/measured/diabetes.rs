//! The Leicester Diabetes Risk Score from what the record holds. What nobody wrote down is missing, never "no".

use care::record::PersonRecord;
use care::score::Score;
use care::score::efi::Deficit;
use codes::system::SNOMED_CT;
use jiff::civil::Date;

use super::reading::Reading;
use crate::day::Day;
use crate::people::PersonSlice;
use crate::score::{Computed, DeficitTable, FrailtyOn, of_cells};

const WAIST: [&str; 2] = ["276361009", "8280-0"];
const BODY_MASS_INDEX: [&str; 2] = ["60621009", "39156-5"];
/// Family history of diabetes mellitus, and that there is none (SNOMED CT).
const FAMILY: [(&str, &str); 2] = [("160303001", "yes"), ("160274005", "no")];
/// Ethnic categories 2001 that are white European: British, Irish, any other white.
const WHITE: [char; 3] = ['A', 'B', 'C'];
/// From this age the score is made.
const FROM_AGE: u8 = 18;
const NOT_STATED: char = 'Z';

/// The score with what is there.
pub(super) fn of(
    score: &dyn Score,
    slice: &PersonSlice<'_>,
    table: &DeficitTable,
    record: &PersonRecord,
    readings: &[Reading<'_>],
    today: Date,
) -> Option<Computed> {
    let on = FrailtyOn::new(table, today)?;
    let deficits = on.deficits(slice);
    let has_diabetes = deficits.iter().any(|one| one.deficit == Deficit::Diabetes);
    let why_not = if has_diabetes {
        Some("Diabetes is recorded: the score is of diabetes that nobody has found yet.")
    } else if on.age(slice).is_some_and(|age| age < FROM_AGE) {
        Some("The score is for people of 18 and over.")
    } else {
        None
    };
    let mut cells = Vec::new();
    let mut cell = |name: &str, text: String, day: Day| {
        cells.push((name.to_owned(), text));
        if let Some(date) = day.date() {
            cells.push((format!("{name}_date"), date.to_string()));
        }
    };
    if let Some(age) = on.age(slice) {
        cell("age", age.to_string(), Day::UNKNOWN);
    }
    let gender = record.person.as_ref().and_then(|person| person.gender);
    // The score knows no other: what is neither is missing, and not refused.
    if let Some(gender) = gender.filter(|gender| ["male", "female"].contains(&gender.code())) {
        cell("sex", gender.code().to_owned(), Day::UNKNOWN);
    }
    if let Some(letter) = slice.ethnicity().filter(|letter| *letter != NOT_STATED) {
        let group = if WHITE.contains(&letter) {
            "white-european"
        } else {
            "other"
        };
        cell("ethnicity", group.to_owned(), Day::UNKNOWN);
    }
    let pressure = deficits.iter().find(|one| one.deficit == Deficit::Hypertension);
    if let Some(pressure) = pressure {
        cell("pressure", "yes".to_owned(), pressure.first);
    }
    if let Some((said, day)) = family(slice, on.day()) {
        cell("family", said.to_owned(), day);
    }
    for (name, codes) in [("waist", WAIST), ("bmi", BODY_MASS_INDEX)] {
        let of_it = readings.iter().filter(|reading| reading.is(&codes));
        let newest = of_it.max_by_key(|reading| reading.when.map(care::partial_date::PartialDate::start));
        if let Some(newest) = newest {
            newest.put_number(name, &mut cells);
        }
    }
    let mut outcome = of_cells(score, &cells);
    if why_not.is_some() {
        (outcome.value, outcome.band) = (None, None);
    }
    Some(Computed {
        outcome,
        items: Vec::new(),
        not_counted: Vec::new(),
        change: None,
        why_not,
    })
}

/// What was last said of diabetes in the family: that somebody has it comes before that nobody has.
fn family(slice: &PersonSlice<'_>, today: Day) -> Option<(&'static str, Day)> {
    let dictionary = slice.names();
    FAMILY.iter().find_map(|(code, said)| {
        let of_it = |number: u32| {
            dictionary
                .get(number as usize)
                .is_some_and(|name| *name.system == *SNOMED_CT && *name.code == **code)
        };
        let facts = slice
            .coded()
            .filter(|fact| fact.mark.is_sound() && fact.day <= today && of_it(fact.code));
        facts.map(|fact| fact.day).max().map(|day| (*said, day))
    })
}
