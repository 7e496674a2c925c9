//! What monitors at home send: valid, the same whichever days are asked for, and moved by what befalls the person.

use std::collections::{HashMap, HashSet};

use super::grown;
use crate::rendering::resources::assert_valid;
use synthetic::fhir::Rendered;
use synthetic::mqtt::messages;

#[test]
fn readings_are_valid_and_the_same_whichever_days_are_asked_for() {
    let region = grown(3_000);
    let today = region.options.today;
    let mut ids = HashSet::new();
    let mut monitored = 0;
    let mut kinds: HashMap<String, usize> = HashMap::new();
    for index in 0..region.lives() {
        let life = region.life(index);
        let whole = messages(&region, &life, today.plus(-59), today);
        monitored += usize::from(!whole.is_empty());
        let parts: Vec<_> = (0..60)
            .rev()
            .flat_map(|back| messages(&region, &life, today.plus(-back), today.plus(-back)))
            .collect();
        assert_eq!(whole, parts, "life {index}");
        for message in whole {
            assert!(ids.insert(message.id.clone()), "an id came twice");
            let kind = message.topic.split('/').next().unwrap_or_default().to_owned();
            let of_kind = kinds.entry(kind).or_default();
            *of_kind += 1;
            if *of_kind <= 8 {
                assert_valid(&Rendered {
                    resource_type: "Observation",
                    id: message.id,
                    body: message.body,
                });
            }
        }
    }
    println!("{monitored} people, {} readings: {kinds:?}", ids.len());
    assert!(monitored > 15, "{monitored}");
    assert_eq!(kinds.len(), 5, "{kinds:?}");
}
