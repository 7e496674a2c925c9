use care::segment::{Complexity, LifeStage, Movement, SNEE, counts, life_stage, of_adult, with_conditions};
use codes::clinical::segmentation::{CONDITIONS, Model, ModelError};
use jiff::civil::date;
use proptest::prelude::*;

fn segment(elements: &[&str], conditions: u32) -> &'static str {
    let recorded = elements
        .iter()
        .fold(0, |found, name| found | SNEE.element(name).unwrap());
    let all = with_conditions(&SNEE, recorded, conditions);
    &SNEE.segments()[of_adult(&SNEE, 60, all).unwrap()].name
}

#[test]
fn the_model_we_ship_has_six_segments_in_their_order() {
    let text = include_str!("../../codes/data/clinical/segmentation_snee_2024.csv");
    assert_eq!(Model::read(text).as_ref(), Ok(&*SNEE));
    let names: Vec<&str> = SNEE
        .segments()
        .iter()
        .map(|segment| segment.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "die-well",
            "age-well",
            "stay-well",
            "feel-well",
            "be-well",
            "live-well"
        ]
    );
    assert_eq!(SNEE.elements().len(), 28);
    assert_eq!(CONDITIONS.len(), 15);
}

#[test]
fn the_highest_priority_with_any_element_decides() {
    assert_eq!(segment(&[], 0), "live-well");
    assert_eq!(segment(&["smoker"], 0), "be-well");
    assert_eq!(segment(&["smoker", "depression"], 0), "feel-well");
    assert_eq!(segment(&["smoker", "depression"], 1), "stay-well");
    assert_eq!(segment(&["smoker"], 4), "age-well");
    assert_eq!(segment(&["palliative-care", "dementia"], 6), "die-well");
}

#[test]
fn the_number_of_conditions_alone_sets_the_two_counted_elements() {
    assert_eq!(segment(&["four-or-more-conditions"], 0), "live-well");
    assert_eq!(segment(&["four-or-more-conditions"], 3), "stay-well");
    assert_eq!(
        [0, 1, 3, 4].map(Complexity::of),
        [
            Complexity::Low,
            Complexity::Medium,
            Complexity::Medium,
            Complexity::High
        ]
    );
}

#[test]
fn a_condition_counts_until_a_later_code_resolves_it() {
    let (early, late) = (date(2020, 1, 1), date(2024, 1, 1));
    assert!(counts(early, None));
    assert!(!counts(early, Some(late)));
    assert!(counts(late, Some(early)));
    assert!(!counts(early, Some(early)));
}

#[test]
fn children_have_no_segment_but_a_stage_of_life() {
    assert_eq!(of_adult(&SNEE, 17, 0), None);
    assert_eq!(of_adult(&SNEE, 18, 0), Some(5));
    assert_eq!(life_stage(17, false, false), LifeStage::MaternityAndChildren);
    assert_eq!(life_stage(18, false, false), LifeStage::StayingHealthy);
    assert_eq!(life_stage(30, true, false), LifeStage::MaternityAndChildren);
    assert_eq!(life_stage(64, false, false), LifeStage::StayingHealthy);
    assert_eq!(life_stage(65, false, false), LifeStage::LaterLife);
}

#[test]
fn each_fault_of_a_model_is_named() {
    let read = |lines: &str| Model::read(&format!("segment,label,element\n{lines}")).unwrap_err();
    assert_eq!(Model::read("name,element\n").unwrap_err(), ModelError::Headings);
    assert_eq!(read("a,A,x\n,B,y\n"), ModelError::Cells(3));
    assert_eq!(read("a,A,x\nb,B,y\na,A,z\nc,C,\n"), ModelError::Scattered(4));
    assert_eq!(read("a,A,x\nb,B,x\nc,C,\n"), ModelError::Duplicate(3));
    assert_eq!(read("a,A,\nb,B,x\n"), ModelError::Rest(3));
    assert_eq!(read("a,A,x\n"), ModelError::NoRest);
    assert_eq!(read(""), ModelError::NoRest);
    let many: String = (0..65).map(|place| format!("a,A,e{place}\n")).collect();
    assert_eq!(read(&many), ModelError::TooMany);
}

#[test]
fn movement_adds_up_and_hides_small_figures() {
    let mut movement = Movement::between(6);
    for _ in 0..12 {
        movement.count(Some(5), Some(2));
    }
    for _ in 0..3 {
        movement.count(Some(2), Some(1));
    }
    movement.count(None, Some(2));
    movement.count(Some(2), None);
    movement.count(None, None);
    movement.count(Some(6), Some(0));
    assert_eq!(movement.shown(Some(5), Some(2)), Some(12));
    assert_eq!(movement.shown(Some(2), Some(1)), None);
    assert_eq!(movement.exact(Some(2), Some(1)), 3);
    assert_eq!(movement.shown(Some(0), Some(1)), Some(0));
    assert_eq!((movement.before(2), movement.after(2)), (4, 13));
    assert_eq!((movement.before(5), movement.after(5)), (12, 0));
}

proptest! {
    #[test]
    fn everybody_is_in_one_segment_and_more_elements_never_lower_the_priority(some: u64, more: u64, conditions in 0_u32..20) {
        let before = SNEE.place(with_conditions(&SNEE, some, conditions));
        let after = SNEE.place(with_conditions(&SNEE, some | more, conditions));
        prop_assert!(before < 6);
        prop_assert!(after <= before);
    }
}
