//! Whoever is left out of a run is left out with every record that is theirs, and nobody else is.

use std::collections::{BTreeMap, BTreeSet};

use codes::nhs_number::NhsNumber;
use population::facts::flag;
use population::left_out::{Checked, Heeded, LeftOut, NationalAnswer, Sense, leave_out};
use population::{Columns, Facts};
use record::{Bucket, PersonKey};

use super::invented::Chance;

/// What one record says that matters here.
#[derive(Clone, Copy)]
struct Said {
    flags: u32,
    opted_out: bool,
    numbered: bool,
    survivor: Option<PersonKey>,
}

fn number(digits: &str) -> NhsNumber {
    NhsNumber::parse(digits).expect("a number")
}

/// Forty records; each of the last ten may be read with one of the first thirty.
fn records(chance: &mut Chance) -> BTreeMap<PersonKey, Said> {
    let key = |at: usize| {
        let bucket = u16::try_from(at % 5 * 200).expect("small");
        PersonKey::new(Bucket::new(bucket).expect("a bucket"), at as u64 + 1)
    };
    (0..40)
        .map(|at| {
            let flags = chance.of(&[
                0,
                0,
                flag::TYPE_1,
                flag::OBJECTS_TO_STRATIFICATION,
                flag::LABELLED,
            ]);
            let said = Said {
                flags,
                opted_out: chance.below(5) == 0,
                numbered: chance.below(6) > 0,
                survivor: (at >= 30 && chance.below(2) == 0).then(|| key(chance.below(30))),
            };
            (key(at), said)
        })
        .collect()
}

#[test]
fn whole_people_are_left_out_and_counted_and_everybody_else_is_as_they_were() {
    let answer = NationalAnswer::new(Sense::OptedOut, BTreeSet::from([number("9990548609")]));
    let mut seen = [0usize; 2];
    for seed in 0..200 {
        let mut chance = Chance(seed);
        let records = records(&mut chance);
        let (mut columns, mut checked) = (Columns::default(), Checked::default());
        for (key, said) in &records {
            let mut facts = Facts::default();
            facts.person.flags = said.flags;
            facts.person.survivor = said.survivor;
            columns.put(*key, Some(facts));
            let bears = number(if said.opted_out {
                "9990548609"
            } else {
                "9990000018"
            });
            let bears = said.numbered.then_some(bears);
            checked.add(*key, bears.as_slice(), &[], &answer);
        }
        let heeded = Heeded {
            type_1: chance.below(2) == 0,
            stratification: chance.below(2) == 0,
            national: (chance.below(2) == 0).then_some(&checked),
        };

        // The same, person by person, by hand.
        let mut people: BTreeMap<PersonKey, Vec<PersonKey>> = BTreeMap::new();
        for (key, said) in &records {
            people
                .entry(said.survivor.unwrap_or(*key))
                .or_default()
                .push(*key);
        }
        let mut expected = LeftOut::default();
        let mut stays = BTreeSet::new();
        for keys in people.into_values() {
            let any = |holds: &dyn Fn(&Said) -> bool| keys.iter().any(|key| holds(&records[key]));
            let type_1 = heeded.type_1 && any(&|said| said.flags == flag::TYPE_1);
            let stratification =
                heeded.stratification && any(&|said| said.flags == flag::OBJECTS_TO_STRATIFICATION);
            let asked = heeded.national.is_some();
            let national = asked && any(&|said| said.numbered && said.opted_out);
            let unchecked = asked && !any(&|said| said.numbered);
            expected.type_1 += u64::from(type_1);
            expected.stratification += u64::from(stratification);
            expected.national += u64::from(national);
            expected.unchecked += u64::from(unchecked);
            let out = type_1 || stratification || national || unchecked;
            expected.people += u64::from(out);
            seen[usize::from(out)] += 1;
            if !out {
                stays.extend(keys);
            }
        }
        let (left, counted) = leave_out(&columns, &heeded, 2);
        assert_eq!(counted, expected, "seed {seed}");
        let kept: BTreeSet<PersonKey> = left.everybody().collect();
        assert_eq!(kept, stays, "seed {seed}");
        for key in kept {
            assert_eq!(left.get(key), columns.get(key), "seed {seed}");
        }
    }
    assert!(seen.iter().all(|count| *count > 1000), "both occur: {seen:?}");
}
