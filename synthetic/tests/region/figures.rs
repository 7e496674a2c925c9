//! The figures: every tolerance holds at 20,000 people, on any number of threads.

use super::grown;
use synthetic::report::Report;

#[test]
fn every_figure_of_20_000_people_is_within_its_tolerance() {
    let region = grown(20_000);
    let report = Report::of(&region, 2).expect("a report");
    let figures = &report.summary.figures;
    let held_out = figures.iter().filter(|figure| figure.held_out).count();
    let joint = figures
        .iter()
        .filter(|figure| figure.held_out && figure.joint)
        .count();
    assert!(
        figures.len() >= 40 && held_out >= 12 && joint >= 5,
        "{} {held_out} {joint}",
        figures.len()
    );
    let out: Vec<String> = report
        .breaches()
        .map(|figure| {
            format!(
                "{}: published {}, generated {}, {}",
                figure.key, figure.published, figure.generated, figure.tolerance
            )
        })
        .collect();
    assert!(out.is_empty(), "{out:#?}");
    assert!(report.html().contains("generated beside published"));
    assert_eq!(report.csv().lines().count(), figures.len() + 1);
}

#[test]
fn a_region_that_is_not_the_published_one_is_out_of_tolerance() {
    let mut region = grown(2_000);
    // Nobody has hypertension any more, and everybody moved to one area.
    let bit = region.parameters.condition("hypertension").expect("a condition");
    for one in &mut region.people {
        one.conditions &= !(1 << bit);
        one.area = 0;
    }
    let report = Report::of(&region, 1).expect("a report");
    let out: Vec<&str> = report.breaches().map(|figure| figure.key.as_str()).collect();
    assert!(out.contains(&"areas_within"), "{out:?}");
    assert!(out.iter().any(|key| key.starts_with("qof_HYP")), "{out:?}");
}

#[test]
fn the_report_is_the_same_on_one_thread_and_on_many() {
    let region = grown(600);
    let (one, many) = (
        Report::of(&region, 1).expect("one"),
        Report::of(&region, 5).expect("many"),
    );
    assert_eq!(one.summary, many.summary);
    assert_eq!(one.html(), many.html());
}

#[test]
fn the_smallest_region_grows_and_is_reported() {
    let region = grown(50);
    assert_eq!(region.people.iter().filter(|one| one.death.is_none()).count(), 50);
    Report::of(&region, 2).expect("a report");
}
