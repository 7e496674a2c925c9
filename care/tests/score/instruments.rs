use care::score::{Outcome, barthel, four_at, gad7, lace, leicester, phq9};
use proptest::prelude::*;

use super::{outcome, refused};

fn items(score: &str, answers: &[&str]) -> Outcome {
    let names = [
        "item_1", "item_2", "item_3", "item_4", "item_5", "item_6", "item_7", "item_8", "item_9",
    ];
    let row: Vec<(&str, &str)> = names.into_iter().zip(answers.iter().copied()).collect();
    outcome(score, &row)
}

#[test]
fn phq_9_bands_begin_at_five_ten_fifteen_and_twenty() {
    for (answers, total, band) in [
        (["1", "1", "1", "1", "0", "0", "0", "0", "0"], 4.0, "none-minimal"),
        (["1", "1", "1", "1", "1", "0", "0", "0", "0"], 5.0, "mild"),
        (["2", "2", "2", "2", "2", "0", "0", "0", "0"], 10.0, "moderate"),
        (
            ["3", "3", "3", "3", "3", "0", "0", "0", "0"],
            15.0,
            "moderately-severe",
        ),
        (["3", "3", "3", "3", "3", "3", "2", "0", "0"], 20.0, "severe"),
        (["3", "3", "3", "3", "3", "3", "3", "3", "3"], 27.0, "severe"),
    ] {
        let found = items("phq-9", &answers);
        assert_eq!((found.value, found.band), (Some(total), Some(band)));
    }
}

#[test]
fn the_ninth_item_prompts_whatever_the_total_and_when_others_are_missing() {
    let low = items("phq-9", &["0", "0", "0", "0", "0", "0", "0", "0", "1"]);
    assert_eq!((low.value, low.band), (Some(1.0), Some("none-minimal")));
    assert_eq!(low.notes, [phq9::PROMPT]);
    let part = items("phq-9", &["", "0", "0", "0", "0", "0", "0", "0", "1"]);
    assert_eq!(part.value, None);
    assert_eq!(part.missing, ["item_1"]);
    assert_eq!(part.notes, [phq9::PROMPT]);
    let wrong = items("phq-9", &["4", "0", "0", "0", "0", "0", "0", "0", "2"]);
    assert_eq!(refused(&wrong), ["item_1"]);
    assert_eq!(wrong.value, None);
    assert_eq!(wrong.notes, [phq9::PROMPT]);
    let none = items("phq-9", &["3", "3", "3", "3", "3", "3", "3", "3", "0"]);
    assert!(none.notes.is_empty());
}

#[test]
fn gad_7_bands_begin_at_five_ten_and_fifteen() {
    for (answers, total, band) in [
        (["1", "1", "1", "1", "0", "0", "0"], 4.0, "minimal"),
        (["1", "1", "1", "1", "1", "0", "0"], 5.0, "mild"),
        (["2", "2", "2", "2", "2", "0", "0"], 10.0, "moderate"),
        (["3", "3", "3", "3", "3", "0", "0"], 15.0, "severe"),
    ] {
        let found = items("gad-7", &answers);
        assert_eq!((found.value, found.band), (Some(total), Some(band)));
    }
    assert_eq!(items("gad-7", &["3", "3"]).value, None);
    assert_eq!(gad7::total([4, 0, 0, 0, 0, 0, 0]), None);
}

#[test]
fn the_4at_has_three_bands() {
    let of = |parts: [&'static str; 4]| {
        let names = ["alertness", "amt4", "attention", "acute_change"];
        let row: Vec<(&str, &str)> = names.into_iter().zip(parts).collect();
        outcome("4at", &row)
    };
    let found = of(["0", "0", "0", "0"]);
    assert_eq!((found.value, found.band), (Some(0.0), Some("unlikely")));
    let found = of(["0", "2", "1", "0"]);
    assert_eq!(
        (found.value, found.band),
        (Some(3.0), Some("possible-cognitive-impairment"))
    );
    let found = of(["4", "0", "0", "0"]);
    assert_eq!((found.value, found.band), (Some(4.0), Some("possible-delirium")));
    assert_eq!(of(["4", "2", "2", "4"]).value, Some(12.0));
    assert_eq!(refused(&of(["2", "0", "0", "0"])), ["alertness"]);
    assert_eq!(four_at::total(4, 2, 2, 4), Some(12));
}

#[test]
fn both_barthel_scales_say_which_they_are_and_agree() {
    let of = |score: &str, unit: u8, points: [u8; 10]| {
        let words = points.map(|points| (points * unit).to_string());
        let row: Vec<(&str, &str)> = barthel::ACTIVITIES
            .iter()
            .map(|(name, _)| *name)
            .zip(words.iter().map(String::as_str))
            .collect();
        let cells: std::collections::HashMap<&str, &str> = row.into_iter().collect();
        care::score::named(score)
            .unwrap()
            .of_row(&|column| cells.get(column).copied())
    };
    let points = [2, 1, 1, 2, 2, 3, 2, 1, 1, 0];
    let twenty = of("barthel-20", 1, points);
    let hundred = of("barthel-100", 5, points);
    assert_eq!((twenty.value, hundred.value), (Some(15.0), Some(75.0)));
    assert_eq!(twenty.notes, ["on the scale of 0 to 20"]);
    assert_eq!(hundred.notes, ["on the scale of 0 to 100"]);
    let most = barthel::ACTIVITIES.map(|(_, most)| most);
    assert_eq!(barthel::of_20(most), Some(20));
    assert_eq!(of("barthel-100", 5, most).value, Some(100.0));
    // A row of the one scale put to the other is refused, not added up.
    assert_eq!(of("barthel-20", 5, points).value, None);
    assert_eq!(of("barthel-100", 1, points).value, None);
}

#[test]
fn audit_c_is_a_total_with_bands_positive_from_five() {
    for (total, band) in [
        ("4", "lower-risk"),
        ("5", "increasing-risk"),
        ("8", "higher-risk"),
        ("11", "possible-dependence"),
    ] {
        assert_eq!(outcome("audit-c", &[("total", total)]).band, Some(band));
    }
    assert_eq!(refused(&outcome("audit-c", &[("total", "13")])), ["total"]);
}

#[test]
fn lace_gives_the_published_points() {
    // Two worked examples of the package cliot, which cites the paper: 14 and 2.
    let found = outcome(
        "lace",
        &[
            ("days", "5"),
            ("acute", "yes"),
            ("comorbidities", "dementia;congestive-heart-failure;dementia"),
            ("emergency_visits", "2"),
        ],
    );
    assert_eq!((found.value, found.band), (Some(14.0), Some("high")));
    assert_eq!(lace::index(2, false, 0, 0), 2);
    assert_eq!(lace::index(14, true, 4, 9), 19);
    assert_eq!(
        [0, 1, 3, 4, 6, 7, 13, 14].map(lace::stay_points),
        [0, 1, 3, 4, 4, 5, 5, 7]
    );
    let low = outcome(
        "lace",
        &[
            ("days", "4"),
            ("acute", "yes"),
            ("comorbidities", "none"),
            ("emergency_visits", "2"),
        ],
    );
    assert_eq!((low.value, low.band), (Some(9.0), Some("not-high")));
}

#[test]
fn leicester_runs_from_nought_to_forty_seven() {
    let least = leicester::Answers {
        age: 45,
        male: false,
        other_ethnicity: false,
        family: false,
        waist: 89.9,
        bmi: 24.9,
        pressure: false,
    };
    let most = leicester::Answers {
        age: 70,
        male: true,
        other_ethnicity: true,
        family: true,
        waist: 110.0,
        bmi: 35.0,
        pressure: true,
    };
    assert_eq!((least.points(), most.points()), (0, 47));
    let row = [
        ("age", "62"),
        ("sex", "male"),
        ("ethnicity", "white-european"),
        ("family", "no"),
        ("waist", "99.95"),
        ("bmi", "27.4"),
        ("pressure", "no"),
    ];
    let found = outcome("leicester-diabetes", &row);
    assert_eq!((found.value, found.band), (Some(17.0), Some("moderate")));
    let mut inches = row;
    inches[4] = ("waist", "38.5");
    assert_eq!(refused(&outcome("leicester-diabetes", &inches)), ["waist"]);
}

proptest! {
    #[test]
    fn lace_never_falls_as_any_part_grows(days in 0_u32..40, acute: bool, sum in 0_u32..20, visits in 0_u32..10) {
        let index = lace::index(days, acute, sum, visits);
        prop_assert!(index <= 19);
        prop_assert!(lace::index(days + 1, acute, sum, visits) >= index);
        prop_assert!(lace::index(days, acute, sum + 1, visits) >= index);
        prop_assert!(lace::index(days, acute, sum, visits + 1) >= index);
        prop_assert!(lace::index(days, true, sum, visits) >= index);
    }

    #[test]
    fn leicester_never_falls_with_age_waist_or_weight(age in 18_u8..110, waist in 40.0..200.0, bmi in 10.0..60.0) {
        let answers = leicester::Answers {
            age, waist, bmi, male: false, other_ethnicity: true, family: true, pressure: false,
        };
        let points = answers.points();
        prop_assert!(points <= 47);
        let more = leicester::Answers { age: age + 5, waist: waist + 5.0, bmi: bmi + 2.0, ..answers };
        prop_assert!(more.points() >= points);
    }
}
