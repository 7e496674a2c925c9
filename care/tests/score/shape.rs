use std::collections::BTreeSet;

use care::score::{Allowed, Missing, all, named};

use super::{outcome, refused};

#[test]
fn every_score_says_where_it_is_from_and_that_it_is_not_signed_for_care() {
    let mut names = BTreeSet::new();
    for score in all() {
        let definition = score.definition();
        assert!(names.insert(definition.name), "{}", definition.name);
        for words in [
            definition.title,
            definition.version,
            definition.source,
            definition.licence,
            definition.purpose,
        ] {
            assert!(words.len() > 3, "{}", definition.name);
        }
        assert!(definition.not_for_clinical_use, "{}", definition.name);
        assert!(named(definition.name).is_some());
    }
    assert!(named("nothing").is_none());
}

#[test]
fn the_inputs_of_a_score_have_their_own_names_and_bands_rise() {
    for score in all() {
        let definition = score.definition();
        let names: BTreeSet<&str> = definition.inputs.iter().map(|input| input.name).collect();
        assert_eq!(names.len(), definition.inputs.len(), "{}", definition.name);
        assert!(
            definition
                .bands
                .windows(2)
                .all(|pair| pair[0].from < pair[1].from)
        );
    }
}

#[test]
fn an_empty_row_has_no_value_and_names_all_that_is_missing() {
    for score in all() {
        let definition = score.definition();
        let outcome = score.of_row(&|_| None);
        let needed: Vec<&str> = definition
            .inputs
            .iter()
            .filter(|input| input.missing == Missing::NoValue)
            .map(|input| input.name)
            .collect();
        assert!(!needed.is_empty(), "{}", definition.name);
        assert_eq!(outcome.value, None, "{}", definition.name);
        assert_eq!(outcome.band, None, "{}", definition.name);
        for name in needed {
            assert!(outcome.missing.contains(&name), "{}: {name}", definition.name);
        }
        assert!(outcome.refused.is_empty(), "{}", definition.name);
    }
}

#[test]
fn words_that_are_no_value_are_refused_by_every_score_for_every_input() {
    for score in all() {
        let definition = score.definition();
        let outcome = score.of_row(&|column| definition.input(column).map(|_| "12 elephants"));
        assert_eq!(outcome.value, None, "{}", definition.name);
        for input in definition.inputs {
            let accounted = refused(&outcome).contains(&input.name);
            assert!(accounted, "{}: {}", definition.name, input.name);
        }
        assert!(outcome.refused.iter().all(|refusal| !refusal.rule.is_empty()));
    }
}

#[test]
fn numbers_beyond_their_range_and_no_numbers_at_all_are_refused() {
    for score in all() {
        let definition = score.definition();
        for input in definition.inputs {
            let (below, above) = match input.allowed {
                Allowed::Whole(least, most) => ((least - 1).to_string(), (most + 1).to_string()),
                Allowed::Number(least, most) => ((least - 0.5).to_string(), (most + 0.5).to_string()),
                Allowed::Choice(_) | Allowed::YesNo | Allowed::List | Allowed::Day | Allowed::DayOrNone => {
                    continue;
                }
            };
            for wrong in [
                below.as_str(),
                above.as_str(),
                "NaN",
                "inf",
                "1e400",
                "5,0",
                "0x10",
            ] {
                let outcome = score.of_row(&|column| {
                    (column == input.name).then(|| wrong.to_owned().leak() as &'static str)
                });
                assert_eq!(refused(&outcome), [input.name], "{} {}", definition.name, wrong);
                assert_eq!(outcome.value, None);
            }
        }
    }
}

#[test]
fn a_number_in_another_unit_is_refused() {
    for score in all() {
        let definition = score.definition();
        for input in definition.inputs {
            let good = match input.allowed {
                Allowed::Whole(least, _) => least.to_string(),
                Allowed::Number(least, _) => least.to_string(),
                Allowed::Choice(_) | Allowed::YesNo | Allowed::List | Allowed::Day | Allowed::DayOrNone => {
                    continue;
                }
            };
            let good: &'static str = good.leak();
            let unit = format!("{}_unit", input.name);
            let outcome = score.of_row(&|column| match column {
                column if column == input.name => Some(good),
                column if column == unit => Some("[stone_av]"),
                _ => None,
            });
            assert_eq!(refused(&outcome), [input.name], "{}", definition.name);
        }
    }
}

#[test]
fn dates_go_with_their_inputs_and_a_date_that_is_none_is_refused() {
    let cells = [
        ("deficits", "falls"),
        ("medicines", "3"),
        ("medicines_date", "2026-11-02"),
    ];
    let whole = outcome("efi", &cells);
    let dated = whole.used.iter().find(|used| used.input == "medicines").unwrap();
    assert_eq!(dated.date.as_ref().unwrap().words(), "2 November 2026");
    let wrong = outcome(
        "efi",
        &[
            ("deficits", "falls"),
            ("medicines", "3"),
            ("medicines_date", "2/11/2026"),
        ],
    );
    assert_eq!(refused(&wrong), ["medicines"]);
    assert_eq!(wrong.value, None);
}

#[test]
fn what_changed_since_last_time_is_said() {
    let before = outcome(
        "efi",
        &[("deficits", "falls;anaemia;chd;ckd"), ("medicines", "4")],
    );
    let after = outcome(
        "efi",
        &[("deficits", "falls;anaemia;chd;ckd"), ("medicines", "5")],
    );
    let changed = after.changed_since(&before).unwrap();
    assert!((changed.value.unwrap() - 1.0 / 36.0).abs() < 1e-12);
    assert_eq!(changed.band, Some((Some("fit"), Some("mild"))));
    assert_eq!(
        changed.inputs,
        [("medicines", Some("4".to_owned()), Some("5".to_owned()))]
    );
    assert!(after.changed_since(&after).unwrap().is_nothing());
    let mut older = before.clone();
    older.version = "before";
    let changed = after.changed_since(&older).unwrap();
    assert_eq!(changed.value, None);
    assert!(changed.version.is_some());
    older.name = "other";
    assert_eq!(after.changed_since(&older), None);
}

#[test]
fn the_guide_names_every_score_programme_and_rule_with_its_columns() {
    let guide = include_str!("../../../docs/scores.md");
    let scores = all().iter().map(|score| score.definition());
    let programmes = care::eligibility::programmes().iter();
    let rules = programmes.map(|programme| programme.definition);
    for definition in scores.chain(rules).chain([&care::waiting_list::row::DEFINITION]) {
        let row = guide
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` ", definition.name)));
        let row = row.unwrap_or_else(|| panic!("{} has no row", definition.name));
        for input in definition.inputs {
            assert!(
                row.contains(&format!("`{}`", input.name)),
                "{}: {}",
                definition.name,
                input.name
            );
        }
    }
}
