//! Programmes of prevention: ages at their edges, intervals, dated rules, and what is not known.

use care::eligibility::{
    Past, Verdict, aaa_screening, bowel_screening, breast_screening, cervical_screening, diabetes_prevention,
    diabetic_eye_screening, learning_disability, nhs_health_check, severe_mental_illness,
};
use codes::clinical::programmes;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 28);

fn born(years: i16) -> Date {
    date(2026 - years, 11, 28)
}

#[test]
fn every_rule_has_a_first_day_and_a_source() {
    for rule in programmes::rules() {
        let from: Result<Date, _> = rule.effective_from.parse();
        assert!(from.is_ok(), "{rule:?}");
        assert!(rule.source.len() > 8, "{rule:?}");
        assert!(rule.effective_to.is_empty() || rule.effective_from < rule.effective_to);
        assert!(rule.key == "exclude" || rule.number().is_some(), "{rule:?}");
    }
    // No two rules of one name hold on one day.
    for rule in programmes::rules().iter().filter(|rule| rule.key != "exclude") {
        assert_eq!(
            programmes::on(rule.programme, rule.key, rule.effective_from).count(),
            1
        );
    }
}

#[test]
fn the_health_check_is_for_forty_to_seventy_four_every_five_years() {
    let judge = |age, recorded: &[&str], last| {
        let facts = nhs_health_check::Facts {
            born: born(age),
            recorded: Some(recorded),
            last,
        };
        nhs_health_check::judge(&facts, TODAY)
    };
    assert_eq!(judge(39, &[], Past::Never).verdict, Verdict::NotEligible);
    assert_eq!(judge(40, &[], Past::Never).verdict, Verdict::Due);
    assert_eq!(judge(74, &[], Past::Never).verdict, Verdict::Due);
    assert_eq!(judge(75, &[], Past::Never).verdict, Verdict::NotEligible);
    let again = judge(60, &[], Past::Last(date(2022, 1, 10)));
    assert_eq!(
        (again.verdict, again.due),
        (Verdict::NotYetDue, Some(date(2027, 1, 10)))
    );
    for excluding in [
        "hypertension",
        "peripheral-arterial-disease",
        "statin-now",
        "palliative-care",
    ] {
        assert_eq!(
            judge(60, &[excluding], Past::Never).verdict,
            Verdict::NotEligible,
            "{excluding}"
        );
    }
    assert_eq!(judge(60, &["asthma"], Past::Never).verdict, Verdict::Due);
    // The next would come after the last birthday on which anybody is called.
    assert_eq!(
        judge(73, &[], Past::Last(date(2024, 1, 1))).verdict,
        Verdict::NotEligible
    );
}

#[test]
fn before_its_first_day_a_programme_is_not_known() {
    let facts = nhs_health_check::Facts {
        born: date(1960, 1, 1),
        recorded: Some(&[]),
        last: Past::Never,
    };
    let answer = nhs_health_check::judge(&facts, date(2013, 3, 31));
    assert_eq!(answer.verdict, Verdict::NotKnown);
    assert!(answer.reasons[0].contains("no rule for age_from is known for 2013-03-31"));
    assert_eq!(
        nhs_health_check::judge(&facts, date(2013, 4, 1)).verdict,
        Verdict::Due
    );
}

#[test]
fn diabetes_prevention_takes_forty_two_to_just_below_forty_eight() {
    let facts = diabetes_prevention::Facts {
        born: born(52),
        hba1c: None,
        fasting_glucose: None,
        diabetes: Some(false),
        gestational_diabetes: Some(false),
        pregnant: Some(false),
        eating_disorder: Some(false),
        bariatric_surgery: Past::Never,
        can_be_active: Some(true),
    };
    let with = |value, day| {
        let facts = diabetes_prevention::Facts {
            hba1c: Some((value, day)),
            ..facts.clone()
        };
        diabetes_prevention::judge(&facts, TODAY).verdict
    };
    let recent = date(2026, 6, 1);
    assert_eq!(with(41.0, recent), Verdict::NotEligible);
    assert_eq!(with(42.0, recent), Verdict::Due);
    assert_eq!(with(47.9, recent), Verdict::Due);
    assert_eq!(with(48.0, recent), Verdict::NotEligible);
    assert_eq!(with(44.0, date(2025, 11, 28)), Verdict::Due);
    assert_eq!(with(44.0, date(2025, 11, 27)), Verdict::NotKnown);
    assert_eq!(
        diabetes_prevention::judge(&facts, TODAY).verdict,
        Verdict::NotKnown
    );
    let after_pregnancy = diabetes_prevention::Facts {
        gestational_diabetes: Some(true),
        hba1c: Some((38.0, recent)),
        ..facts.clone()
    };
    assert_eq!(
        diabetes_prevention::judge(&after_pregnancy, TODAY).verdict,
        Verdict::Due
    );
    // A raised test does not outweigh another in the range of diabetes.
    let two_tests = diabetes_prevention::Facts {
        hba1c: Some((44.0, recent)),
        fasting_glucose: Some((7.0, recent)),
        ..facts.clone()
    };
    assert_eq!(
        diabetes_prevention::judge(&two_tests, TODAY).verdict,
        Verdict::NotEligible
    );
    let operated = diabetes_prevention::Facts {
        hba1c: Some((44.0, recent)),
        bariatric_surgery: Past::Last(date(2025, 1, 1)),
        ..facts
    };
    assert_eq!(
        diabetes_prevention::judge(&operated, TODAY).verdict,
        Verdict::NotEligible
    );
}

#[test]
fn a_blood_sugar_in_another_unit_is_not_known_and_never_normal() {
    let recent = date(2026, 6, 1);
    let of = |hba1c: Option<f64>, fasting: Option<f64>| {
        let facts = diabetes_prevention::Facts {
            born: born(52),
            hba1c: hba1c.map(|value| (value, recent)),
            fasting_glucose: fasting.map(|value| (value, recent)),
            diabetes: Some(false),
            gestational_diabetes: Some(true),
            pregnant: Some(false),
            eating_disorder: Some(false),
            bariatric_surgery: Past::Never,
            can_be_active: Some(true),
        };
        diabetes_prevention::judge(&facts, TODAY)
    };
    for value in [6.2, 14.0, 20.0, f64::NAN, f64::INFINITY, -44.0] {
        let answer = of(Some(value), None);
        assert_eq!(answer.verdict, Verdict::NotKnown, "{value}");
        assert!(answer.reasons[0].contains("cannot be in mmol/mol"), "{answer:?}");
        assert_eq!(answer.missing, ["a blood test whose unit is right"]);
        // Another test that is right does not make this one right.
        assert_eq!(of(Some(value), Some(5.0)).verdict, Verdict::NotKnown);
    }
    for value in [100.0, 0.5, f64::NAN] {
        let answer = of(None, Some(value));
        assert_eq!(answer.verdict, Verdict::NotKnown, "{value}");
        assert!(answer.reasons[0].contains("cannot be in mmol/L"), "{answer:?}");
    }
    assert_eq!(of(Some(44.0), Some(5.0)).verdict, Verdict::Due);
}

#[test]
fn what_is_recorded_as_done_on_a_day_to_come_is_not_known_and_says_so() {
    let ahead = TODAY.tomorrow().unwrap();
    let told = |answer: care::eligibility::Answer| {
        assert_eq!(answer.verdict, Verdict::NotKnown, "{answer:?}");
        assert_eq!(answer.due, None);
        let words = answer.reasons.join(" ");
        assert!(
            words.contains("recorded on 2026-11-29, which is still to come"),
            "{words}"
        );
        assert!(answer.missing.contains(&"the day of the last one"));
    };
    told(bowel_screening::judge(born(60), Past::Last(ahead), TODAY));
    told(breast_screening::judge(
        &breast_screening::Facts {
            born: born(60),
            registered_female: Some(true),
            has_breasts: None,
            last: Past::Last(ahead),
        },
        TODAY,
    ));
    for result in [
        cervical_screening::Result::Negative,
        cervical_screening::Result::PositiveAbnormal,
    ] {
        told(cervical_screening::judge(
            &cervical_screening::Facts {
                born: born(40),
                has_cervix: Some(true),
                last: Past::Last((ahead, result)),
            },
            TODAY,
        ));
    }
    for width in [2.9, 3.0, 5.5] {
        told(aaa_screening::judge(
            &aaa_screening::Facts {
                born: date(1955, 1, 1),
                registered_male: Some(true),
                last: Past::Last((ahead, width)),
            },
            TODAY,
        ));
    }
    told(diabetic_eye_screening::judge(
        &diabetic_eye_screening::Facts {
            born: born(50),
            diabetes: Some(true),
            pregnant: Some(false),
            screened: Some(&[(date(2025, 6, 1), Some(true)), (ahead, Some(true))]),
        },
        TODAY,
    ));
    told(nhs_health_check::judge(
        &nhs_health_check::Facts {
            born: born(60),
            recorded: Some(&[]),
            last: Past::Last(ahead),
        },
        TODAY,
    ));
    told(learning_disability::judge(
        born(30),
        Some(true),
        Past::Last(ahead),
        TODAY,
    ));
    let mut elements = [Past::Last(date(2026, 1, 1)); 6];
    elements[2] = Past::Last(ahead);
    told(severe_mental_illness::judge(Some(true), elements, TODAY));
    // One day earlier it is done today.
    assert_eq!(
        bowel_screening::judge(born(60), Past::Last(TODAY), TODAY).verdict,
        Verdict::NotYetDue
    );
}

#[test]
fn bowel_screening_is_for_fifty_to_seventy_four_then_on_request() {
    let of = |age, last| bowel_screening::judge(born(age), last, TODAY).verdict;
    assert_eq!(of(49, Past::Never), Verdict::NotEligible);
    assert_eq!(of(50, Past::Never), Verdict::Due);
    assert_eq!(of(60, Past::Last(date(2024, 11, 28))), Verdict::Due);
    assert_eq!(of(60, Past::Last(date(2024, 11, 29))), Verdict::NotYetDue);
    assert_eq!(of(75, Past::Never), Verdict::OnRequest);
}

#[test]
fn breast_screening_ends_on_the_seventy_first_birthday_and_follows_registration() {
    let facts = |age, registered_female, has_breasts, last| breast_screening::Facts {
        born: born(age),
        registered_female,
        has_breasts,
        last,
    };
    let of = |facts| breast_screening::judge(&facts, TODAY).verdict;
    assert_eq!(of(facts(49, Some(true), None, Past::Never)), Verdict::NotEligible);
    assert_eq!(of(facts(50, Some(true), None, Past::Never)), Verdict::Due);
    assert_eq!(of(facts(70, Some(true), None, Past::Never)), Verdict::Due);
    assert_eq!(of(facts(71, Some(true), None, Past::Never)), Verdict::OnRequest);
    // A trans man who is registered male: not called, may ask.
    assert_eq!(
        of(facts(55, Some(false), Some(true), Past::Never)),
        Verdict::OnRequest
    );
    assert_eq!(
        of(facts(55, Some(true), Some(false), Past::Never)),
        Verdict::NotEligible
    );
    assert_eq!(of(facts(55, None, None, Past::Never)), Verdict::NotKnown);
    let first = breast_screening::judge(&facts(51, Some(true), None, Past::Never), TODAY);
    assert_eq!(first.reasons, ["the first call comes by 2028-11-28"]);
}

#[test]
fn a_cervical_result_keeps_the_interval_of_its_own_day() {
    use cervical_screening::{Facts, Result, judge};
    let of = |age, last| {
        let facts = Facts {
            born: born(age),
            has_cervix: Some(true),
            last,
        };
        judge(&facts, TODAY)
    };
    assert_eq!(
        of(35, Past::Last((date(2025, 6, 30), Result::Negative))).due,
        Some(date(2028, 6, 30))
    );
    assert_eq!(
        of(35, Past::Last((date(2025, 7, 1), Result::Negative))).due,
        Some(date(2030, 7, 1))
    );
    assert_eq!(
        of(55, Past::Last((date(2024, 6, 30), Result::Negative))).due,
        Some(date(2029, 6, 30))
    );
    assert_eq!(
        of(35, Past::Last((date(2026, 2, 1), Result::PositiveNormal))).due,
        Some(date(2027, 2, 1))
    );
    let referred = of(35, Past::Last((date(2026, 10, 1), Result::PositiveAbnormal)));
    assert!(referred.reasons[0].contains("colposcopy"));
    // Somebody whose last test was not clear is followed past 64; otherwise the call ends.
    assert_eq!(
        of(65, Past::Last((date(2025, 10, 1), Result::PositiveNormal))).verdict,
        Verdict::Due
    );
    assert_eq!(of(65, Past::Never).verdict, Verdict::NotEligible);
    assert_eq!(
        of(62, Past::Last((date(2025, 8, 1), Result::Negative))).verdict,
        Verdict::NotEligible
    );
    let mut facts = Facts {
        born: born(40),
        has_cervix: None,
        last: Past::Never,
    };
    assert_eq!(judge(&facts, TODAY).missing, ["whether there is a cervix"]);
    facts.has_cervix = Some(false);
    assert_eq!(judge(&facts, TODAY).verdict, Verdict::NotEligible);
}

#[test]
fn cervical_screening_begins_at_twenty_four_and_a_half() {
    use cervical_screening::{Facts, judge};
    let of = |born| {
        let facts = Facts {
            born,
            has_cervix: Some(true),
            last: Past::Never,
        };
        judge(&facts, TODAY).verdict
    };
    assert_eq!(of(date(2002, 5, 28)), Verdict::Due);
    assert_eq!(of(date(2002, 5, 29)), Verdict::NotEligible);
}

#[test]
fn the_aorta_is_looked_at_once_in_the_screening_year_of_the_sixty_fifth_birthday() {
    use aaa_screening::{Facts, judge};
    let of = |born, last| {
        let facts = Facts {
            born,
            registered_male: Some(true),
            last,
        };
        judge(&facts, TODAY)
    };
    assert_eq!(of(date(1961, 4, 1), Past::Never).verdict, Verdict::Due);
    assert_eq!(of(date(1962, 3, 31), Past::Never).verdict, Verdict::Due);
    assert_eq!(of(date(1962, 4, 1), Past::Never).verdict, Verdict::NotEligible);
    assert_eq!(of(date(1961, 3, 31), Past::Never).verdict, Verdict::OnRequest);
    let scanned = |width| of(date(1955, 1, 1), Past::Last((date(2026, 6, 1), width)));
    assert_eq!(scanned(2.9).verdict, Verdict::NotEligible);
    assert_eq!(scanned(3.0).due, Some(date(2027, 6, 1)));
    assert_eq!(scanned(4.5).due, Some(date(2026, 9, 1)));
    assert!(scanned(5.5).reasons[0].contains("vascular team"));
    assert_eq!(scanned(55.0).verdict, Verdict::NotKnown);
}

#[test]
fn eyes_are_screened_yearly_and_every_second_year_after_two_clear_results() {
    use diabetic_eye_screening::{Facts, judge};
    let clear = [(date(2024, 1, 1), Some(true)), (date(2025, 6, 1), Some(true))];
    let not_clear = [(date(2024, 1, 1), Some(false)), (date(2025, 6, 1), Some(true))];
    let of = |age, screened, pregnant| {
        let facts = Facts {
            born: born(age),
            diabetes: Some(true),
            pregnant: Some(pregnant),
            screened: Some(screened),
        };
        judge(&facts, TODAY)
    };
    assert_eq!(of(11, &[][..], false).verdict, Verdict::NotEligible);
    assert_eq!(of(12, &[][..], false).verdict, Verdict::Due);
    assert_eq!(of(50, &clear[..], false).due, Some(date(2027, 6, 1)));
    assert_eq!(of(50, &not_clear[..], false).due, Some(date(2026, 6, 1)));
    assert_eq!(of(30, &clear[..], true).due, Some(date(2026, 6, 1)));
}

#[test]
fn the_annual_checks_need_their_register() {
    let last = Past::Last(date(2026, 1, 1));
    let learning =
        |age, register, last| learning_disability::judge(born(age), Some(register), last, TODAY).verdict;
    assert_eq!(learning(13, true, Past::Never), Verdict::NotEligible);
    assert_eq!(learning(14, true, Past::Never), Verdict::Due);
    assert_eq!(learning(30, true, last), Verdict::NotYetDue);
    assert_eq!(learning(30, false, Past::Never), Verdict::NotEligible);
    let all = severe_mental_illness::judge(Some(true), [last; 6], TODAY);
    assert_eq!(
        (all.verdict, all.due),
        (Verdict::NotYetDue, Some(date(2027, 1, 1)))
    );
    let mut one = [last; 6];
    one[4] = Past::Last(date(2025, 2, 1));
    let lapsed = severe_mental_illness::judge(Some(true), one, TODAY);
    assert_eq!(lapsed.verdict, Verdict::Due);
    assert_eq!(lapsed.reasons, ["to do: lipids, last on 2025-02-01"]);
}

proptest! {
    #[test]
    fn no_day_of_birth_makes_a_programme_panic(days in -40_000_i64..40_000, last in prop::option::of(-40_000_i64..40_000)) {
        let at = |days: i64| TODAY.checked_add(jiff::Span::new().days(days)).unwrap();
        let (birth, last) = (at(days), last.map_or(Past::Never, |last| Past::Last(at(last))));
        let _ = bowel_screening::judge(birth, last, TODAY);
        let _ = learning_disability::judge(birth, Some(true), last, TODAY);
        let answer = nhs_health_check::judge(&nhs_health_check::Facts { born: birth, recorded: Some(&[]), last }, TODAY);
        prop_assert!(answer.verdict != Verdict::Due || answer.due.unwrap() <= TODAY);
    }
}
