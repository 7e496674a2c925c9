//! One person of a training or a check: what was known on the index day, and what came within the twelve months after it.

use jiff::civil::Date;
use record::PersonKey;

use super::terms::{CLASSES, Inputs};
use crate::columns::{Columns, Dictionary};
use crate::day::Day;
use crate::facts::{Class, Contact};
use crate::people::PersonSlice;
use crate::score::{DeficitTable, FrailtyOn, LeftOut, Scores, everybody};
use crate::segment::{Meanings, SegmentsOn};

/// Over how many days after the index day the outcome is looked for, and before it contacts are counted.
pub const DAYS: u16 = 365;

/// What was known of a person on the index day, and whether the outcome came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example {
    /// Who.
    pub person: PersonKey,
    /// What the model reads.
    pub inputs: Inputs,
    /// Whether a stay by way of an emergency department began in the 365 days after the index day.
    pub outcome: bool,
    /// Whether the person died in these days; without a stay before, that is no outcome.
    pub died: bool,
    /// The letter of the ethnic category, a group of the check and never an input; 0 when not recorded.
    pub ethnicity: u8,
}

/// What the codes of a dictionary stand for, looked up once.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    deficits: DeficitTable,
    meanings: Meanings,
}

impl Tables {
    /// The tables of a dictionary as it is now.
    #[must_use]
    pub fn of(dictionary: &Dictionary) -> Tables {
        Tables {
            deficits: DeficitTable::of(dictionary),
            meanings: Meanings::of(dictionary),
        }
    }
}

/// Everybody alive on the index day whose birth is known, in the order of their keys, by so many threads. A day outside 1901 to June
/// 2078 gives nobody.
#[must_use]
pub fn examples(columns: &Columns, tables: &Tables, day: Date, threads: usize) -> Scores<Example> {
    match On::new(columns, tables, day) {
        Some(on) => everybody(columns, threads, |person| on.of(person)),
        None => Scores::default(),
    }
}

/// The index day and what follows from it.
struct On<'t> {
    frailty: FrailtyOn<'t>,
    segments: SegmentsOn<'t>,
    day: Day,
    /// Contacts that began on this day or before are too old to be counted.
    year_ago: Day,
    /// The last day of the outcome.
    until: Day,
}

impl<'t> On<'t> {
    fn new(columns: &Columns, tables: &'t Tables, date: Date) -> Option<On<'t>> {
        let day = Day::of(date)?;
        Some(On {
            // What is not dated may have been written down after the day.
            frailty: FrailtyOn::new(&tables.deficits, date)?.looking_back(),
            segments: SegmentsOn::new(columns, &tables.meanings, &tables.deficits, date)?.looking_back(),
            day,
            year_ago: day.before(DAYS),
            until: day.after(DAYS)?,
        })
    }

    fn of(&self, person: &PersonSlice<'_>) -> Result<Example, LeftOut> {
        let scored = self.frailty.of(person)?;
        let mut contacts = [0u8; CLASSES.len()];
        let mut after = Vec::new();
        for contact in person.contacts().filter(|contact| contact.mark.is_sound()) {
            if contact.start <= self.day {
                let is_recent = contact.start > self.year_ago;
                // A stay is one to the model, however somebody was admitted.
                let counted = match contact.class {
                    Class::EmergencyInpatient => Class::Inpatient,
                    other => other,
                };
                let place = CLASSES.iter().position(|class| is_recent && *class == counted);
                if let Some(count) = place.and_then(|place| contacts.get_mut(place)) {
                    *count = count.saturating_add(1);
                }
            }
            // A stay of the day after may have begun in an emergency department on the day itself.
            if contact.start >= self.day && contact.start <= self.until {
                after.push(contact);
            }
        }
        let narrow = |count: u32| u8::try_from(count).unwrap_or(u8::MAX);
        Ok(Example {
            person: scored.person,
            inputs: Inputs {
                age: scored.age,
                sex: person.sex(),
                conditions: narrow(self.segments.conditions(person).count()),
                medicines: narrow(scored.medicines),
                contacts,
                deficits: scored.efi.deficits.bits(),
            },
            outcome: has_unplanned_stay(&after, self.day),
            died: person.has_died_by(self.until),
            ethnicity: person
                .ethnicity()
                .and_then(|letter| u8::try_from(letter).ok())
                .unwrap_or(0),
        })
    }
}

/// Whether a stay begins after the day, on that of an emergency contact or the day after it.
fn has_unplanned_stay(contacts: &[Contact], day: Day) -> bool {
    let stays = contacts
        .iter()
        .filter(|one| one.class.is_stay() && one.start > day);
    let mut starts = stays.map(|stay| stay.start);
    starts.any(|start| {
        let emergencies = contacts.iter().filter(|one| one.class == Class::Emergency);
        emergencies
            .into_iter()
            .any(|one| one.start == start || one.start.after(1) == Some(start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Mark;

    fn contact(class: Class, number: u16) -> Contact {
        Contact {
            start: Day::from_number(number).expect("a day"),
            class,
            mark: Mark::Sound,
            ..Contact::default()
        }
    }

    #[test]
    fn a_stay_is_unplanned_when_an_emergency_contact_came_that_day_or_the_day_before() {
        let day = Day::from_number(1_000).expect("a day");
        for (emergency, stay, expected) in [
            (1_100, 1_100, true),
            (1_100, 1_101, true),
            (1_100, 1_102, false),
            (1_101, 1_100, false),
            // In the department on the index day, in a bed on the next.
            (1_000, 1_001, true),
            (1_000, 1_000, false),
        ] {
            for class in [Class::Inpatient, Class::Observation, Class::EmergencyInpatient] {
                let all = [contact(Class::Emergency, emergency), contact(class, stay)];
                assert_eq!(has_unplanned_stay(&all, day), expected, "{emergency} {stay}");
            }
            let visit = [
                contact(Class::Emergency, emergency),
                contact(Class::Ambulatory, stay),
            ];
            assert!(!has_unplanned_stay(&visit, day));
        }
        assert!(
            !has_unplanned_stay(&[contact(Class::Inpatient, 1_100)], day),
            "planned, or by another way"
        );
    }
}
