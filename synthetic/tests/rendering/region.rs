//! The lives of a small region, as they are grown, hold to the same rules as the one that was made by hand.

use std::collections::HashSet;

use synthetic::day::Day;
use synthetic::fhir::{directory, patient_id, resources};
use synthetic::place::Files;
use synthetic::{Options, Region};

use super::resources::{assert_all_resolve, assert_valid};

#[test]
fn every_life_of_a_region_is_accepted_and_holds_together() {
    let options = Options {
        seed: 5,
        people: 120,
        today: Day::ymd(2026, 11, 28),
        files: Files::Bsw,
    };
    let region = Region::grow(options).expect("a region");
    let (place, parameters, seed) = (&region.place, &region.parameters, region.options.seed);
    let directory = directory(place, parameters, seed);
    let mut ids: HashSet<String> = directory.iter().map(|one| one.id.clone()).collect();
    let mut types = HashSet::new();
    for index in 0..region.lives() {
        let life = region.life(index);
        let rendered = resources(place, parameters, seed, region.options.today, &life);
        assert_eq!(rendered[0].id, patient_id(seed, life.person.index));
        assert_all_resolve(&rendered, &directory);
        for one in &rendered {
            assert!(ids.insert(one.id.clone()), "an id came twice");
            types.insert(one.resource_type);
        }
        // The strict reader is slow: it reads every seventh.
        rendered.iter().step_by(7).for_each(assert_valid);
    }
    assert!(types.len() >= 27, "{} types: {types:?}", types.len());
}
