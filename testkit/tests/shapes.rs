//! The invented resources pass our own scanner.

use fhir::{Document, Limits};
use testkit::seed::Seed;
use testkit::shapes;

#[test]
fn every_invented_resource_is_valid_and_the_same_for_the_same_seed() {
    let (mut seed, mut again) = (Seed::new(5), Seed::new(5));
    for number in 0..200 {
        let make = |seed: &mut Seed| {
            [
                shapes::patient(seed, number),
                shapes::observation(seed, "p1"),
                shapes::condition(seed, "p1"),
                shapes::task(seed, "p1"),
                shapes::medication_request(seed, "p1"),
            ]
        };
        let made = make(&mut seed);
        assert_eq!(made, make(&mut again));
        for text in made {
            if let Err(issues) = Document::scan(text.as_bytes(), &Limits::default()) {
                panic!("{issues:?} in {text}");
            }
        }
    }
}
