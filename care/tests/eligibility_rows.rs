//! Programmes over rows of words: what is not known is named, and what cannot be right is refused.

use care::eligibility::{Judged, Verdict, named, programmes};
use care::score::{Allowed, Missing};
use care::waiting_list::priority::Look;
use care::waiting_list::row;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 28);

fn judged(name: &str, cells: &[(&str, &str)]) -> Judged {
    let row = |name: &str| cells.iter().find(|cell| cell.0 == name).map(|cell| cell.1);
    named(name).expect("a programme").of_row(&row, TODAY)
}

fn verdict(name: &str, cells: &[(&str, &str)]) -> Verdict {
    judged(name, cells).answer.verdict
}

#[test]
fn every_programme_of_the_data_reads_rows_and_an_empty_row_is_not_known() {
    let mut names: Vec<&str> = codes::clinical::programmes::rules()
        .iter()
        .map(|rule| rule.programme)
        .collect();
    names.dedup();
    assert_eq!(names.len(), programmes().len());
    for programme in programmes() {
        let definition = programme.definition;
        assert!(names.contains(&definition.name), "{}", definition.name);
        assert!(definition.not_for_clinical_use && definition.source.len() > 8);
        let empty = judged(definition.name, &[]);
        assert_eq!(empty.answer.verdict, Verdict::NotKnown, "{}", definition.name);
        assert!(!empty.answer.missing.is_empty(), "{}", definition.name);
        // What is missing without a word is what the rule itself names.
        for input in definition.inputs {
            assert!(matches!(input.missing, Missing::NoValue | Missing::Taken(_)));
            let cells = [(input.name, "nonsense")];
            let refused = judged(definition.name, &cells).refused;
            assert!(
                refused.iter().any(|refusal| refusal.input == input.name),
                "{}",
                input.name
            );
        }
    }
}

#[test]
fn an_earlier_time_that_nobody_knows_is_not_one_that_never_was() {
    let bowel = |last| verdict("bowel-screening", &[("born", "1960-05-01"), ("last", last)]);
    assert_eq!(bowel("none"), Verdict::Due);
    assert_eq!(bowel(""), Verdict::NotKnown);
    assert_eq!(bowel("2026-01-01"), Verdict::NotYetDue);
    assert_eq!(bowel("2026-01"), Verdict::NotKnown);
    let unknown = judged("bowel-screening", &[("born", "1960-05-01")]).answer;
    assert_eq!(unknown.missing, ["the day of the last one"]);
    assert_eq!(
        unknown.reasons,
        ["no earlier one is known: if there was none, it is due now"]
    );
    // Who is too young or too old is so whenever the last one was.
    assert_eq!(
        verdict("bowel-screening", &[("born", "1990-05-01")]),
        Verdict::NotEligible
    );
    assert_eq!(
        verdict("bowel-screening", &[("born", "1940-05-01")]),
        Verdict::OnRequest
    );
}

#[test]
fn a_refused_cell_makes_the_answer_not_known_whatever_the_others_say() {
    let of = |last| {
        judged(
            "nhs-health-check",
            &[("born", "1950-05-01"), ("recorded", "none"), ("last", last)],
        )
    };
    assert_eq!(of("2019-01-01").answer.verdict, Verdict::NotEligible);
    let refused = of("01/01/2019");
    assert_eq!(refused.answer.verdict, Verdict::NotKnown);
    assert_eq!(refused.answer.due, None);
    assert_eq!(refused.refused[0].input, "last");
    let wrong = judged(
        "nhs-health-check",
        &[("born", "1970-05-01"), ("recorded", "hypertension;gout")],
    );
    assert_eq!(wrong.refused[0].given, "gout");
    assert_eq!(
        verdict(
            "nhs-health-check",
            &[("born", "1970-05-01"), ("recorded", "hypertension")]
        ),
        Verdict::NotEligible
    );
}

#[test]
fn a_blood_sugar_needs_its_day_and_its_unit() {
    let of = |cells: &[(&str, &str)]| {
        let mut all = vec![("born", "1970-05-01"), ("diabetes", "no"), ("hba1c", "44")];
        all.extend(cells);
        judged("diabetes-prevention", &all)
    };
    let due = of(&[("hba1c_date", "2026-06-01")]).answer;
    assert_eq!(due.verdict, Verdict::Due);
    // What would exclude and is not known does not hinder, and is named.
    assert!(due.missing.contains(&"whether pregnant"), "{due:?}");
    assert_eq!(of(&[]).refused[0].rule, "hba1c_date must be a day, as 2026-11-30");
    let unit = of(&[("hba1c_date", "2026-06-01"), ("hba1c_unit", "%")]);
    assert_eq!((unit.answer.verdict, unit.refused.len()), (Verdict::NotKnown, 1));
    let diabetes_unknown = judged(
        "diabetes-prevention",
        &[
            ("born", "1970-05-01"),
            ("hba1c", "44"),
            ("hba1c_date", "2026-06-01"),
        ],
    );
    assert_eq!(diabetes_unknown.answer.verdict, Verdict::NotKnown);
}

#[test]
fn a_sample_whose_result_nobody_knows_has_no_next_day() {
    let of = |cells: &[(&str, &str)]| {
        let mut all = vec![("born", "1990-05-01"), ("cervix", "yes")];
        all.extend(cells);
        judged("cervical-screening", &all).answer
    };
    let known = of(&[("last", "2025-08-01"), ("last_result", "negative")]);
    assert_eq!(
        (known.verdict, known.due),
        (Verdict::NotYetDue, Some(date(2030, 8, 1)))
    );
    let unknown = of(&[("last", "2025-08-01")]);
    assert_eq!((unknown.verdict, unknown.due), (Verdict::NotKnown, None));
    assert_eq!(unknown.missing, ["the result of the last sample"]);
    // Past the last age somebody may still be followed.
    assert_eq!(
        verdict("cervical-screening", &[("born", "1955-05-01"), ("cervix", "yes")]),
        Verdict::NotKnown
    );
    assert_eq!(
        verdict("cervical-screening", &[("born", "2015-05-01")]),
        Verdict::NotEligible
    );
}

#[test]
fn eyes_are_due_a_year_or_two_after_a_screening_whose_result_nobody_knows() {
    let of = |screened| {
        let cells = [
            ("born", "1960-05-01"),
            ("diabetes", "yes"),
            ("screened", screened),
        ];
        judged("diabetic-eye-screening", &cells).answer.verdict
    };
    assert_eq!(of("2026-03-01|unknown"), Verdict::NotYetDue);
    assert_eq!(of("2025-03-01|unknown"), Verdict::NotKnown);
    assert_eq!(of("2024-03-01|unknown"), Verdict::Due);
    assert_eq!(of("2025-03-01|found"), Verdict::Due);
    assert_eq!(of("none"), Verdict::Due);
    assert_eq!(of(""), Verdict::NotKnown);
    assert_eq!(
        verdict(
            "diabetic-eye-screening",
            &[("born", "1960-05-01"), ("screened", "none")]
        ),
        Verdict::NotKnown
    );
}

#[test]
fn an_element_that_lapsed_makes_the_check_due_though_others_are_not_known() {
    let of = |cells: &[(&str, &str)]| {
        let mut all = vec![("on_register", "yes")];
        all.extend(cells);
        judged("severe-mental-illness-check", &all).answer
    };
    let lapsed = of(&[("lipids", "2025-02-01"), ("smoking", "2026-02-01")]);
    assert_eq!(
        (lapsed.verdict, lapsed.due),
        (Verdict::Due, Some(date(2026, 2, 1)))
    );
    assert!(lapsed.missing.contains(&"alcohol"));
    assert_eq!(of(&[("smoking", "2026-02-01")]).verdict, Verdict::NotKnown);
    assert_eq!(of(&[("smoking", "none")]).verdict, Verdict::Due);
}

#[test]
fn a_vaccine_of_which_nothing_is_told_is_due_only_when_all_are_told() {
    let of = |cells: &[(&str, &str)]| {
        let mut all = vec![("born", "1951-05-01")];
        all.extend(cells);
        judged("immunisation", &all).answer
    };
    let all = "Influenza|2026-10-01;Shingles|2022-01-01;Shingles|2022-04-01;Pneumococcal (adult)|2017-01-01;Td/IPV|1965-01-01";
    let told = of(&[("given", all)]);
    assert_eq!(told.verdict, Verdict::Due);
    assert_eq!(told.reasons, ["RSV 1 from 2026-05-01: none was given"]);
    assert_eq!(
        of(&[("given", all), ("complete", "no")]).verdict,
        Verdict::NotKnown
    );
    assert_eq!(of(&[("given", all), ("unnamed", "1")]).verdict, Verdict::NotKnown);
    assert_eq!(of(&[]).verdict, Verdict::NotKnown);
    // The last of those of a year lapses.
    let lapsed = all.replace("2026-10-01", "2025-10-01");
    let lapsed = of(&[("given", lapsed.as_str()), ("complete", "no")]);
    assert_eq!(lapsed.verdict, Verdict::Due);
    assert!(lapsed.reasons[0].starts_with("Influenza annual"), "{lapsed:?}");
    assert_eq!(
        judged(
            "immunisation",
            &[("born", "1951-05-01"), ("given", "BCG|1960-01-01")]
        )
        .refused
        .len(),
        1
    );
}

#[test]
fn the_waiting_list_rule_names_what_nobody_asked_and_refuses_what_cannot_be() {
    let of = |cells: &[(&str, &str)]| {
        let row = |name: &str| cells.iter().find(|cell| cell.0 == name).map(|cell| cell.1);
        row::of_row(&row)
    };
    let jasek = of(&[
        ("attendances", "4"),
        ("function", "much-limited"),
        ("pain", "8"),
        ("days_lost", "6"),
    ]);
    let priority = jasek.priority.expect("a level");
    assert_eq!((priority.look, priority.reasons.len()), (Look::Now, 4));
    let unasked = of(&[("pain", "7")]);
    assert_eq!(unasked.priority.map(|priority| priority.look), Some(Look::InTurn));
    assert_eq!(unasked.missing, ["attendances", "function", "days_lost"]);
    let refused = of(&[("pain", "11"), ("days_lost", "14")]);
    assert_eq!(refused.priority, None);
    assert_eq!(refused.refused[0].input, "pain");
    assert!(
        row::DEFINITION
            .inputs
            .iter()
            .all(|input| !matches!(input.allowed, Allowed::List))
    );
}
