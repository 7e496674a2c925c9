use care::score::news2::{Consciousness, Response, Scale, Set, response};
use care::score::npews::{self, Chart, Distress, Escalation, Oxygen};
use codes::clinical::news2::BANDS;
use proptest::prelude::*;

use super::{outcome, refused};

const WELL: Set = Set {
    respiration: 16,
    saturation: 97,
    scale: Scale::One,
    oxygen: false,
    systolic: 120,
    pulse: 70,
    consciousness: Consciousness::Alert,
    temperature: 370,
};

const ROW: [(&str, &str); 9] = [
    ("respiration_rate", "16"),
    ("oxygen_saturation", "97"),
    ("oxygen", "no"),
    ("systolic", "120"),
    ("pulse", "70"),
    ("consciousness", "A"),
    ("temperature", "37.0"),
    ("age", "67"),
    ("pregnant", "no"),
];

fn news2(changed: &[(&'static str, &'static str)]) -> care::score::Outcome {
    let mut row: Vec<(&str, &str)> = ROW
        .into_iter()
        .filter(|(name, _)| changed.iter().all(|(other, _)| other != name))
        .collect();
    row.extend(changed.iter().copied());
    outcome("news2", &row)
}

#[test]
fn every_value_of_every_measurement_scores_as_the_college_prints_it() {
    let printed = |parameter: &str, value: f64| BANDS.points("", parameter, value).unwrap();
    for value in 0..=300_u16 {
        let at = f64::from(value);
        let of = |set: Set, place: usize| set.points()[place];
        assert_eq!(
            of(
                Set {
                    respiration: value,
                    ..WELL
                },
                0
            ),
            printed("respiration_rate", at)
        );
        assert_eq!(
            of(
                Set {
                    systolic: value,
                    ..WELL
                },
                3
            ),
            printed("systolic_bp", at)
        );
        assert_eq!(of(Set { pulse: value, ..WELL }, 4), printed("pulse", at));
    }
    for tenths in 250..=450 {
        let set = Set {
            temperature: tenths,
            ..WELL
        };
        let at = f64::from(tenths) / 10.0;
        assert_eq!(set.points()[6], printed("temperature_c", at), "{at}");
    }
    for saturation in 0..=100 {
        let at = f64::from(saturation);
        let of = |scale, oxygen| {
            Set {
                saturation,
                scale,
                oxygen,
                ..WELL
            }
            .points()[1]
        };
        assert_eq!(of(Scale::One, false), printed("spo2_scale1", at));
        assert_eq!(of(Scale::One, true), printed("spo2_scale1", at));
        let (air, oxygen) = if saturation <= 92 {
            let any = printed("spo2_scale2_any", at);
            (any, any)
        } else {
            (
                printed("spo2_scale2_on_air", at),
                printed("spo2_scale2_on_oxygen", at),
            )
        };
        assert_eq!(of(Scale::Two, false), air, "{at} on air");
        assert_eq!(of(Scale::Two, true), oxygen, "{at} on oxygen");
    }
}

#[test]
fn a_single_three_is_low_medium_and_five_is_medium() {
    assert_eq!(response(0, false), Response::Low);
    assert_eq!(response(4, false), Response::Low);
    assert_eq!(response(3, true), Response::LowMedium);
    assert_eq!(response(4, true), Response::LowMedium);
    assert_eq!(response(5, true), Response::Medium);
    assert_eq!(response(6, false), Response::Medium);
    assert_eq!(response(7, false), Response::High);
    assert_eq!(response(20, true), Response::High);
}

#[test]
fn a_row_of_a_well_person_scores_nought_and_a_very_ill_one_twenty() {
    let well = news2(&[]);
    assert_eq!((well.value, well.band), (Some(0.0), Some("low")));
    let ill = news2(&[
        ("respiration_rate", "26"),
        ("oxygen_saturation", "84"),
        ("oxygen", "yes"),
        ("systolic", "85"),
        ("pulse", "135"),
        ("consciousness", "U"),
        ("temperature", "34.9"),
    ]);
    assert_eq!((ill.value, ill.band), (Some(20.0), Some("high")));
}

#[test]
fn the_second_scale_is_used_only_when_it_is_said() {
    let first = news2(&[("oxygen_saturation", "90")]);
    assert_eq!((first.value, first.band), (Some(3.0), Some("low-medium")));
    assert!(first.missing.contains(&"scale"));
    let second = news2(&[("oxygen_saturation", "90"), ("scale", "2")]);
    assert_eq!((second.value, second.band), (Some(0.0), Some("low")));
    let too_much = news2(&[("oxygen_saturation", "97"), ("scale", "2"), ("oxygen", "yes")]);
    assert_eq!((too_much.value, too_much.band), (Some(5.0), Some("medium")));
}

#[test]
fn a_set_that_is_not_whole_has_no_total_but_a_three_still_calls() {
    let part = news2(&[("temperature", ""), ("respiration_rate", "28")]);
    assert_eq!((part.value, part.band), (None, None));
    assert_eq!(
        part.missing.iter().filter(|name| **name == "temperature").count(),
        1
    );
    assert!(part.notes.iter().any(|note| note.contains("urgent review")));
}

#[test]
fn a_child_a_pregnancy_and_fahrenheit_are_refused() {
    assert_eq!(refused(&news2(&[("age", "15")])), ["age"]);
    assert_eq!(refused(&news2(&[("pregnant", "yes")])), ["pregnant"]);
    let hot = news2(&[("temperature", "98.6")]);
    assert_eq!(refused(&hot), ["temperature"]);
    assert_eq!(hot.value, None);
    assert_eq!(
        refused(&news2(&[("systolic", "16"), ("systolic_unit", "kPa")])),
        ["systolic"]
    );
}

#[test]
fn a_temperature_between_two_bands_goes_to_the_nearest_tenth() {
    assert_eq!(news2(&[("temperature", "38.04")]).value, Some(0.0));
    assert_eq!(news2(&[("temperature", "38.06")]).value, Some(1.0));
}

#[test]
fn a_small_child_scores_by_the_chart_of_one_to_four() {
    let row = [
        ("age", "3"),
        ("respiration_rate", "45"),
        ("respiratory_distress", "mild"),
        ("oxygen_saturation", "93"),
        ("oxygen", "litres"),
        ("oxygen_amount", "1"),
        ("heart_rate", "145"),
        ("systolic", "90"),
        ("capillary_refill", "2"),
        ("concern", "yes"),
    ];
    let found = outcome("npews", &row);
    assert_eq!((found.value, found.band), (Some(5.0), Some("medium")));
    assert!(found.notes.iter().any(|note| note.contains("escalate above")));
    let mut older = row;
    older[0] = ("age", "13");
    // By the chart of 13 and over: 4 + 1 + 1 + 1 + 4 + 1 + 0.
    assert_eq!(outcome("npews", &older).value, Some(12.0));
    assert_eq!(outcome("npews", &older).band, Some("high"));
}

#[test]
fn oxygen_needs_its_amount_and_a_device_scores_four() {
    let of = |how: &'static str, amount: &'static str| {
        outcome(
            "npews",
            &[
                ("age", "7"),
                ("respiration_rate", "22"),
                ("respiratory_distress", "none"),
                ("oxygen_saturation", "98"),
                ("oxygen", how),
                ("oxygen_amount", amount),
                ("heart_rate", "100"),
                ("systolic", "100"),
                ("capillary_refill", "1"),
                ("concern", "no"),
            ],
        )
    };
    assert_eq!(of("air", "").value, Some(0.0));
    assert_eq!(of("cpap", "").value, Some(4.0));
    assert_eq!(of("percent", "28").value, Some(1.0));
    assert_eq!(of("percent", "50").value, Some(4.0));
    assert_eq!(of("litres", "6").value, Some(4.0));
    assert_eq!(of("litres", "").value, None);
    assert_eq!(of("litres", "").missing, ["oxygen_amount"]);
    assert_eq!(refused(&of("litres", "21")), ["oxygen_amount"]);
    assert_eq!(refused(&of("percent", "18")), ["oxygen_amount"]);
    assert_eq!(refused(&of("air", "2")), ["oxygen_amount"]);
}

#[test]
fn the_chart_changes_on_the_birthday_and_adults_have_none() {
    assert_eq!(Chart::of_age(0), Some(Chart::Infant));
    assert_eq!([1, 4].map(Chart::of_age), [Some(Chart::Toddler); 2]);
    assert_eq!([5, 12].map(Chart::of_age), [Some(Chart::Child); 2]);
    assert_eq!([13, 17].map(Chart::of_age), [Some(Chart::Adolescent); 2]);
    assert_eq!(Chart::of_age(18), None);
}

#[test]
fn escalation_follows_the_printed_totals() {
    for (level, [least, most]) in [
        (Escalation::None, [0, 0]),
        (Escalation::Low, [1, 4]),
        (Escalation::Medium, [5, 8]),
        (Escalation::High, [9, 12]),
        (Escalation::Emergency, [13, 28]),
    ] {
        assert_eq!(Escalation::of(least), level);
        assert_eq!(Escalation::of(most), level);
        let name = level.name();
        let table = &codes::clinical::npews::ESCALATION;
        assert_eq!(
            table.find("level", name, "min_total"),
            Some(least.to_string().as_str())
        );
    }
}

proptest! {
    #[test]
    fn any_set_scores_within_the_aggregate(
        respiration: u16, saturation in 0_u8..=100, two: bool, oxygen: bool, systolic: u16, pulse: u16, temperature: u16,
    ) {
        let scale = if two { Scale::Two } else { Scale::One };
        let set = Set { respiration, saturation, scale, oxygen, systolic, pulse, temperature, ..WELL };
        prop_assert!(set.total() <= 17);
        prop_assert!(set.points().iter().all(|points| *points <= 3));
        let altered = Set { consciousness: Consciousness::Altered, ..set };
        prop_assert!(altered.response() >= set.response());
    }

    #[test]
    fn a_chart_gives_points_to_every_measurement_in_its_range(
        years in 0_u8..18, respiration in 0.0..150.0, heart_rate in 0.0..320.0, systolic in 0.0..300.0,
        saturation in 0.0..=100.0, litres in 0.01..=20.0,
    ) {
        let set = npews::Set {
            chart: Chart::of_age(years).unwrap(),
            respiration, heart_rate, systolic, saturation,
            distress: Distress::None,
            oxygen: Oxygen::Litres(litres),
            refill: 2,
        };
        let points = set.points().unwrap();
        prop_assert!(points.iter().all(|points| [0, 1, 2, 4].contains(points)));
    }
}
