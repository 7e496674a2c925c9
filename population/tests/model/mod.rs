//! The learned model over columns: what it reads and may not read, what it refuses, and its file.

mod features;
mod file;
mod training;

use codes::clinical::efi::{OURS, System};
use codes::system::DMD;
use jiff::civil::{Date, date};
use population::facts::{Class, CodeName, Contact, Course, Mark, Person, Sex};
use population::model::{Data, Example, Plan, Tables, examples};
use population::parquet::Purpose;
use population::{Columns, Day, Facts};
use record::{Bucket, PersonKey};

use super::invented::{Chance, coded, day};

pub(super) const ON: Date = Date::constant(2025, 11, 1);
pub(super) const UNTIL: Date = Date::constant(2026, 11, 1);

pub(super) fn of(columns: &Columns) -> Vec<Example> {
    examples(columns, &Tables::of(columns.dictionary()), ON, 2).people
}

pub(super) fn key(at: usize) -> PersonKey {
    PersonKey::new(
        Bucket::new((at % 1024) as u16).expect("a bucket"),
        (at / 1024) as u64 + 1,
    )
}

pub(super) fn contact(class: Class, start: Day) -> Contact {
    Contact {
        start,
        end: start,
        class,
        mark: Mark::Sound,
    }
}

pub(super) fn course(code: &str, start: Day, end: Day) -> Course<CodeName> {
    Course {
        code: CodeName::new(DMD, code),
        start,
        end,
        current: !end.is_known(),
        mark: Mark::Sound,
    }
}

/// Codes of deficits and of long-term conditions.
pub(super) fn names() -> Vec<&'static str> {
    let ours = OURS.iter().filter(|(system, _, _)| *system == System::SnomedCt);
    let mut names: Vec<&str> = ours.map(|(_, code, _)| code).collect();
    // Heart failure, COPD, diabetes, asthma and others of the segments' conditions are among them.
    names.sort_unstable();
    names
}

pub(super) fn born(at: Date) -> Facts<CodeName> {
    Facts {
        person: Person {
            birth: day(at),
            sex: Sex::Female,
            ..Person::default()
        },
        ..Facts::default()
    }
}

pub(super) fn one(mut facts: Facts<CodeName>) -> Option<Example> {
    facts.sort();
    let mut columns = Columns::default();
    columns.put(key(5), Some(facts));
    of(&columns).first().copied()
}

/// People whose chance of an unplanned stay follows from age, a deficit and emergency visits of the year before.
pub(super) fn region(people: usize) -> Columns {
    let (mut chance, names) = (Chance(20_261_130), names());
    let mut columns = Columns::default();
    let back = |chance: &mut Chance, days: usize| day(ON).before(chance.below(days) as u16);
    for at in 0..people {
        let age = chance.below(95) as i16;
        let mut facts = born(date(2025 - age, 6, 1));
        facts.person.sex = chance.of(&[Sex::Female, Sex::Male]);
        facts.person.ethnicity = chance.of(b"AAAAAAHMZ");
        for _ in 0..chance.below(6) {
            let on = back(&mut chance, 3_000);
            facts.coded.push(coded(chance.of(&names), on));
        }
        for code in 0..chance.below(8) {
            facts
                .courses
                .push(course(&code.to_string(), back(&mut chance, 900), Day::UNKNOWN));
        }
        let visits = chance.below(4) * chance.below(2);
        for _ in 0..visits {
            facts
                .contacts
                .push(contact(Class::Emergency, back(&mut chance, 300)));
        }
        let sum = -4.0 + f64::from(age) / 25.0 + visits as f64 * 0.6;
        if (chance.below(1_000_000) as f64) < population::model::chance(sum) * 1e6 {
            let stay = day(ON).after(1 + chance.below(365) as u16).expect("a day");
            facts
                .contacts
                .extend([contact(Class::Emergency, stay), contact(Class::Inpatient, stay)]);
        }
        facts.sort();
        columns.put(key(at), Some(facts));
    }
    columns
}

pub(super) fn purpose() -> Purpose {
    Purpose {
        purpose: "invented people".to_owned(),
        legal_basis: "invented people".to_owned(),
        controller: "nobody".to_owned(),
    }
}

pub(super) fn plan() -> Plan {
    Plan {
        index_day: ON,
        penalty: 1.0,
        share: 70,
        region: "an invented region".to_owned(),
        purpose: purpose(),
        data: Data {
            source: "parquet".to_owned(),
            until: UNTIL,
            files: vec![("codes.parquet".to_owned(), "ab".repeat(32))],
        },
    }
}
