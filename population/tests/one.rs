//! One person's scores are what the functions over everybody say of the same person, with inputs, days and what changed.

use care::score::cambridge::{Version, sum};
use care::score::charlson::{Weights, index};
use care::score::elixhauser::van_walraven;
use codes::system::{DMD, SNOMED_CT};
use jiff::civil::{Date, date};
use population::facts::{Class, CodeName, Coded, Contact, Course, Kind, Mark, Person};
use population::score::{Computed, Tables, comorbidity, frailty, hospital_frailty, multimorbidity, of_one};
use population::{Columns, Day, Facts, People};
use record::{Bucket, PersonKey};

use super::invented::{Chance, coded, day};

const TODAY: Date = Date::constant(2026, 8, 1);
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
const FALLS: &str = "1912002";
const HYPERTENSION: &str = "38341003";
const COPD: &str = "13645005";

fn key(number: u64) -> PersonKey {
    PersonKey::new(Bucket::new((number % 5) as u16).expect("a bucket"), number)
}

fn person(coded: Vec<Coded<CodeName>>) -> Facts<CodeName> {
    let mut facts = Facts {
        person: Person {
            birth: day(date(1944, 5, 6)),
            ..Person::default()
        },
        coded,
        ..Facts::default()
    };
    facts.sort();
    facts
}

fn scores(facts: Facts<CodeName>) -> Vec<Computed> {
    let mut columns = Columns::default();
    columns.put(key(1), Some(facts));
    let people = People::of(&columns);
    let slice = people.person(key(1)).expect("a person");
    of_one(&slice, &Tables::of(columns.dictionary()), TODAY).expect("scores")
}

fn of<'c>(scores: &'c [Computed], name: &str) -> &'c Computed {
    scores
        .iter()
        .find(|one| one.outcome.name == name)
        .expect("the score")
}

fn drawn(chance: &mut Chance, survivor: Option<PersonKey>) -> Facts<CodeName> {
    const CODES: [(&str, &str); 14] = [
        (SNOMED_CT, FALLS),
        (SNOMED_CT, HYPERTENSION),
        (SNOMED_CT, COPD),
        (SNOMED_CT, "26929004"),
        (SNOMED_CT, "254837009"),
        (SNOMED_CT, "73211009"),
        (SNOMED_CT, "1"),
        (ICD_10, "I21.9"),
        (ICD_10, "E11.9"),
        (ICD_10, "E11.2"),
        (ICD_10, "C78.0"),
        (ICD_10, "F00.1*"),
        (ICD_10, "R29.6"),
        (ICD_10, "none of these"),
    ];
    const MARKS: [Mark; 6] = [
        Mark::Sound,
        Mark::Sound,
        Mark::Sound,
        Mark::Sound,
        Mark::Refuted,
        Mark::BeforeBirth,
    ];
    // About the day, and far before it.
    let any_day = |chance: &mut Chance| match chance.below(8) {
        0 => Day::UNKNOWN,
        1 => Day::of(TODAY)
            .expect("a day")
            .after(chance.below(9) as u16)
            .expect("a day"),
        2 => Day::of(TODAY).expect("a day").before(chance.below(3) as u16),
        _ => Day::of(TODAY).expect("a day").before(chance.below(4000) as u16),
    };
    let mut facts = person(Vec::new());
    facts.person.survivor = survivor;
    for _ in 0..chance.below(14) {
        let (system, code) = chance.of(&CODES);
        facts.coded.push(Coded {
            day: any_day(chance),
            kind: chance.of(&Kind::ALL),
            code: CodeName::new(system, code),
            mark: chance.of(&MARKS),
            also: false,
            partial: chance.below(6) == 0,
            over: chance.below(5) == 0,
        });
    }
    for at in 0..chance.below(9) {
        let start = any_day(chance);
        facts.courses.push(Course {
            code: CodeName::new(DMD, &at.to_string()),
            start,
            end: start.after(chance.below(700) as u16).unwrap_or(start),
            current: chance.below(2) == 0,
            mark: chance.of(&MARKS),
        });
    }
    for _ in 0..chance.below(4) {
        let start = match chance.below(2) {
            0 => any_day(chance),
            _ => Day::of(TODAY).expect("a day").before(chance.below(500) as u16),
        };
        // What was written down on its first day.
        if start.is_known() && chance.below(3) > 0 {
            let (system, code) = chance.of(&CODES[7..]);
            facts.coded.push(Coded {
                day: start,
                kind: Kind::Diagnosis,
                code: CodeName::new(system, code),
                mark: Mark::Sound,
                also: false,
                partial: false,
                over: false,
            });
        }
        facts.contacts.push(Contact {
            start,
            end: start.after(chance.below(60) as u16).unwrap_or(start),
            class: chance.of(&[Class::EmergencyInpatient, Class::Inpatient]),
            mark: chance.of(&MARKS),
        });
    }
    facts.sort();
    facts
}

#[test]
fn one_persons_scores_are_those_that_everybodys_functions_give_them() {
    let mut chance = Chance(31);
    let mut columns = Columns::default();
    for number in 1..=400 {
        // A few whose record is read with another's.
        let survivor = (number % 20 == 0).then(|| key(number - 1));
        columns.put(key(number), Some(drawn(&mut chance, survivor)));
    }
    let people = People::of(&columns);
    let tables = Tables::of(columns.dictionary());
    let one = |person| {
        let slice = people.person(person).expect("here");
        of_one(&slice, &tables, TODAY).expect("scores")
    };
    let index_of = frailty(&columns, &tables.deficits, TODAY, 2);
    assert_eq!(index_of.people.len(), 380);
    for theirs in index_of.people {
        let scores = one(theirs.person);
        let mine = &of(&scores, "efi").outcome;
        assert_eq!(mine.value, Some(theirs.efi.value()));
        assert_eq!(mine.band, Some(theirs.efi.frailty().name()));
        assert_eq!(of(&scores, "efi").items.len(), theirs.efi.count() as usize);
    }
    for theirs in multimorbidity(&columns, &tables.conditions, TODAY, 2).people {
        let mine = of(&one(theirs.person), "cambridge-general").outcome.value;
        let theirs = sum(theirs.conditions, Version::General);
        assert!(
            mine.is_some_and(|mine| (mine - theirs).abs() < 1e-9),
            "{mine:?} {theirs}"
        );
    }
    for theirs in comorbidity(&columns, &tables.diagnoses, TODAY, 2).people {
        let scores = one(theirs.person);
        let coded = theirs.diagnoses > 0;
        let charlson = f64::from(index(theirs.charlson, Weights::Quan2011));
        assert_eq!(
            of(&scores, "charlson-2011").outcome.value,
            coded.then_some(charlson)
        );
        let elixhauser = f64::from(van_walraven(theirs.elixhauser));
        let mine = of(&scores, "elixhauser-van-walraven").outcome.value;
        assert_eq!(mine, coded.then_some(elixhauser));
    }
    let mut stayed = 0;
    for theirs in hospital_frailty(&columns, &tables.diagnoses, TODAY, 2).people {
        let scores = one(theirs.person);
        let mine = of(&scores, "hfrs");
        let points = f64::from(theirs.categories.tenths()) / 10.0;
        assert_eq!(mine.outcome.value, (theirs.diagnoses > 0).then_some(points));
        assert_eq!(mine.why_not.is_some(), !theirs.index_stay.is_known());
        stayed += u32::from(theirs.diagnoses > 0);
    }
    assert!(stayed > 20, "{stayed}");
}

#[test]
fn what_changed_is_told_since_the_day_before_the_last_input_and_what_has_no_day_is_never_new() {
    let facts = person(vec![
        coded(HYPERTENSION, Day::UNKNOWN),
        coded(COPD, day(date(2019, 3, 1))),
        coded(FALLS, day(date(2026, 5, 12))),
        // Written down again: it counts from its first day.
        coded(COPD, day(date(2026, 7, 1))),
        coded("73211009", day(date(2026, 8, 2))),
    ]);
    let scores = scores(facts);
    let efi = of(&scores, "efi");
    assert_eq!(efi.outcome.value, Some(3.0 / 36.0));
    let change = efi.change.as_ref().expect("a change");
    assert_eq!(change.since, date(2026, 5, 11));
    assert_eq!(change.before, Some(2.0 / 36.0));
    assert_eq!(
        (&change.new[..], &change.gone[..]),
        (&["Falls".to_owned()][..], &[][..])
    );
    let items: Vec<(&str, Option<Date>)> = efi
        .items
        .iter()
        .map(|item| (item.what.as_str(), item.day))
        .collect();
    assert_eq!(items[0], ("Falls", Some(date(2026, 5, 12))));
    assert_eq!(items[2].1, None, "{items:?}");
    // What is to come is told and does not count.
    let odd: Vec<_> = efi
        .not_counted
        .iter()
        .map(|one| (one.what.as_str(), one.day))
        .collect();
    assert_eq!(odd, [("Diabetes", Some(date(2026, 8, 2)))]);
    assert_eq!(of(&scores, "charlson-2011").outcome.missing, ["codes"]);
    assert_eq!(of(&scores, "charlson-2011").outcome.value, None);
    assert!(of(&scores, "hfrs").why_not.is_some());
    assert!(scores.iter().all(|one| !one.outcome.name.contains("mortality")));
}

#[test]
fn an_empty_record_says_that_nothing_was_written_down() {
    let scores = scores(person(Vec::new()));
    let efi = of(&scores, "efi");
    assert_eq!((efi.outcome.value, &efi.change), (Some(0.0), &None));
    assert!(
        efi.outcome
            .notes
            .iter()
            .any(|note| note.contains("nothing was written down"))
    );
    assert_eq!(of(&scores, "elixhauser-van-walraven").outcome.value, None);
}
