use care::score::{cambridge, charlson, elixhauser, hfrs};
use codes::clinical::icd10::Icd10;
use codes::clinical::{
    cambridge as cambridge_table, charlson as charlson_table, elixhauser as elixhauser_table,
};
use proptest::prelude::*;

use super::{outcome, refused};

fn value(score: &str, codes: &'static str) -> Option<f64> {
    outcome(score, &[("codes", codes)]).value
}

#[test]
fn charlson_counts_each_condition_once_by_the_named_weights() {
    let codes = "I21.9;I22;I50.0;J44.1;J45";
    assert_eq!(value("charlson-1987", codes), Some(3.0));
    assert_eq!(value("charlson-2011", codes), Some(3.0));
    assert_eq!(value("charlson-shmi", codes), Some(5.0 + 13.0 + 4.0));
    assert_eq!(value("charlson-1987", "none"), Some(0.0));
    assert_eq!(value("charlson-1987", "Z00.0"), Some(0.0));
}

#[test]
fn of_two_grades_of_one_disease_the_severer_alone_counts() {
    assert_eq!(value("charlson-1987", "E11.9;E11.2"), Some(2.0));
    assert_eq!(value("charlson-1987", "K70.3;K76.6"), Some(3.0));
    assert_eq!(value("charlson-1987", "C50.9;C78.0"), Some(6.0));
    assert_eq!(value("charlson-2011", "C50.9;C78.0"), Some(6.0));
}

#[test]
fn the_shmi_has_prefixes_of_its_own_and_no_index_below_nought() {
    assert_eq!(value("charlson-shmi", "I25.8"), Some(5.0));
    assert_eq!(value("charlson-1987", "I25.8"), Some(0.0));
    assert_eq!(value("charlson-shmi", "E10.2"), Some(0.0));
    assert_eq!(value("charlson-shmi", "E10.2;I21"), Some(4.0));
}

#[test]
fn points_for_age_stand_beside_charlsons_index() {
    let old = outcome("charlson-1987", &[("codes", "I21"), ("age", "81")]);
    assert_eq!(old.value, Some(1.0));
    assert!(old.notes.iter().any(|note| note.ends_with("not in the index: 4")));
    assert_eq!(
        refused(&outcome("charlson-1987", &[("codes", "I21;38341003")])),
        ["codes"]
    );
}

#[test]
fn the_weights_of_charlson_stand_beside_all_seventeen_conditions() {
    let original = charlson_table::weights("charlson1987");
    assert_eq!(original, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 6, 6]);
    let quan = charlson_table::weights("quan2011");
    assert_eq!(quan, [0, 2, 0, 0, 2, 1, 1, 0, 2, 0, 1, 2, 1, 2, 4, 6, 4]);
    let shmi = charlson_table::weights("shmi_uk_v1_60");
    assert_eq!(shmi, [5, 13, 6, 11, 14, 4, 4, 9, 8, 3, -1, 1, 10, 8, 18, 14, 2]);
    for prefixes in [&charlson_table::QUAN, &charlson_table::SHMI] {
        let first = Icd10::read("I21").unwrap();
        assert_eq!(prefixes.categories(&first), 1);
        let last = Icd10::read("B20").unwrap();
        assert_eq!(prefixes.categories(&last), 1 << 16);
    }
}

#[test]
fn elixhauser_takes_van_walravens_weights_and_a_code_may_be_two_conditions() {
    let score = "elixhauser-van-walraven";
    let both = outcome(score, &[("codes", "I11.0")]);
    assert_eq!(both.value, Some(7.0));
    assert_eq!(
        both.notes,
        ["Congestive heart failure", "Hypertension complicated"]
    );
    assert_eq!(value(score, "C50;C78"), Some(12.0));
    assert_eq!(value(score, "E66.9"), Some(-4.0));
    assert_eq!(value(score, "I10;I11.0"), Some(7.0));
    assert_eq!(elixhauser_table::WEIGHTS.iter().sum::<i32>(), 70);
    assert_eq!(elixhauser_table::names().len(), elixhauser_table::CONDITIONS);
}

#[test]
fn the_hospital_frailty_score_is_exact_at_its_limits() {
    for (codes, points, band) in [
        ("none", 0.0, "low"),
        ("G30.9;H91.9", 4.9, "low"),
        ("G30.9;R47.0", 5.0, "intermediate"),
        ("F00.1;G81.9;N39.0;R11", 15.0, "intermediate"),
        ("F00.1;G81.9;N39.0;R11;R50.9", 15.1, "high"),
    ] {
        let found = outcome("hfrs", &[("codes", codes), ("age", "82")]);
        assert_eq!((found.value, found.band), (Some(points), Some(band)), "{codes}");
    }
}

#[test]
fn a_category_of_the_hospital_frailty_score_counts_once() {
    assert_eq!(value("hfrs", "F00.0;F00.1;F00.9*;f009"), Some(7.1));
    let all: u32 = codes::clinical::hfrs::weights().iter().sum();
    assert_eq!(
        codes::clinical::hfrs::weights()
            .iter()
            .filter(|tenths| **tenths > 0)
            .count(),
        109
    );
    assert_eq!(all, 1732);
}

#[test]
fn cambridge_adds_weights_and_has_no_bands() {
    let found = outcome("cambridge-general", &[("conditions", "dementia;copd;dementia")]);
    assert!((found.value.unwrap() - 3.96).abs() < 1e-9);
    assert_eq!(found.band, None);
    let low = outcome("cambridge-mortality", &[("conditions", "hypertension")]);
    assert_eq!(low.value, Some(-2.09));
    let modified = outcome(
        "cambridge-modified",
        &[("conditions", "parkinsonism;hypertension")],
    );
    assert_eq!(modified.value, Some(0.546_194));
    assert_eq!(modified.notes, ["hypertension does not count in this version"]);
    assert_eq!(
        refused(&outcome("cambridge-general", &[("conditions", "hypertenson")])),
        ["conditions"]
    );
}

#[test]
fn the_versions_of_cambridge_know_twenty_and_twenty_one_conditions() {
    let known = |weights: &cambridge_table::Weights| weights.iter().flatten().count();
    assert_eq!(known(&cambridge_table::GENERAL), 20);
    assert_eq!(known(&cambridge_table::MORTALITY), 20);
    assert_eq!(known(&cambridge_table::MODIFIED), 21);
    let all = cambridge::Conditions(u32::MAX);
    for (version, count) in [
        (cambridge::Version::General, 20),
        (cambridge::Version::Mortality, 20),
        (cambridge::Version::Modified, 21),
    ] {
        assert_eq!(all.known_to(version).count(), count);
    }
}

proptest! {
    #[test]
    fn scores_of_conditions_stay_in_their_bounds(bits: u32, more in 0_u32..17) {
        let some = charlson::Conditions(bits & 0x1_ffff);
        let also = charlson::Conditions(some.0 | 1 << more);
        for weights in [charlson::Weights::Original, charlson::Weights::Quan2011] {
            let (before, after) = (charlson::index(some, weights), charlson::index(also, weights));
            prop_assert!((0..=34).contains(&before));
            prop_assert!(after >= before, "{more}");
        }
        prop_assert!(charlson::index(some, charlson::Weights::Shmi) >= 0);
        let many = elixhauser::Conditions(bits & 0x7fff_ffff);
        prop_assert!((-19..=85).contains(&elixhauser::van_walraven(many)));
        prop_assert!(many.count() <= 31);
        let general = cambridge::sum(cambridge::Conditions(bits), cambridge::Version::General);
        prop_assert!((0.0..=16.2).contains(&general));
    }

    #[test]
    fn one_code_more_never_lowers_the_hospital_frailty_score(codes in prop::collection::vec("[A-Z][0-9]{2}", 0..30)) {
        let read: Vec<Icd10> = codes.iter().filter_map(|code| Icd10::read(code)).collect();
        let all = hfrs::Categories::of_codes(&read).tenths();
        let fewer = hfrs::Categories::of_codes(read.iter().skip(1)).tenths();
        prop_assert!(all >= fewer);
    }
}

#[test]
fn four_hundred_sets_of_codes_come_to_what_another_implementation_gives() {
    let mut lines = include_str!("../testdata/comorbidity_vectors.csv")
        .lines()
        .skip(1);
    let scores: Vec<&str> = lines.next().unwrap().split(',').skip(1).collect();
    let mut compared = 0;
    for line in lines {
        let mut cells = line.split(',');
        let codes = cells.next().unwrap();
        for (score, expected) in scores.iter().zip(cells) {
            let expected: f64 = expected.parse().unwrap();
            assert_eq!(value(score, codes), Some(expected), "{score} of {codes}");
            compared += 1;
        }
    }
    assert_eq!(compared, 2_000);
}
