use care::score::efi::{Deficit, DeficitSet, Efi, Frailty, Measure};
use proptest::prelude::*;

use super::{outcome, refused};

fn first(count: usize) -> DeficitSet {
    Deficit::ALL
        .into_iter()
        .filter(|deficit| *deficit != Deficit::Polypharmacy)
        .take(count)
        .collect()
}

#[test]
fn nine_deficits_are_a_quarter_as_in_the_authors_example() {
    let nine = Efi::of(first(9), 0);
    assert_eq!(nine.value(), 0.25);
    assert_eq!(nine.frailty(), Frailty::Moderate);
}

#[test]
fn the_bands_go_by_count_and_thirteen_is_moderate() {
    let of = |count| Efi::of(first(count), 0).frailty();
    assert_eq!([of(0), of(4)], [Frailty::Fit; 2]);
    assert_eq!([of(5), of(8)], [Frailty::Mild; 2]);
    assert_eq!([of(9), of(12), of(13)], [Frailty::Moderate; 3]);
    assert_eq!([of(14), of(35)], [Frailty::Severe; 2]);
    // The trap: the fraction alone would say severe.
    assert!(Efi::of(first(13), 0).value() > 0.36);
}

#[test]
fn polypharmacy_follows_from_the_medicines_and_from_nothing_else() {
    assert_eq!(Efi::of(first(4), 4).count(), 4);
    assert_eq!(Efi::of(first(4), 5).count(), 5);
    let claimed = first(4).with(Deficit::Polypharmacy);
    assert_eq!(Efi::of(claimed, 4).count(), 4);
    assert_eq!(Efi::of(DeficitSet::from_bits(u64::MAX), 9).count(), 36);
    assert_eq!(Efi::of(DeficitSet::from_bits(u64::MAX), 9).value(), 1.0);
}

#[test]
fn measurements_show_deficits_at_the_published_limits() {
    for (measure, at, deficit, not) in [
        (Measure::FallsInAYear, 1.0, Deficit::Falls, 0.0),
        (Measure::Diastolic24h, 86.0, Deficit::Hypertension, 85.0),
        (Measure::Systolic24h, 136.0, Deficit::Hypertension, 135.0),
        (Measure::Barthel20, 18.0, Deficit::ActivityLimitation, 19.0),
        (Measure::SixCit, 8.0, Deficit::CognitiveProblems, 7.0),
        (Measure::HaemoglobinMale, 129.0, Deficit::Anaemia, 130.0),
        (Measure::HaemoglobinFemale, 114.0, Deficit::Anaemia, 115.0),
        (Measure::Tsh, 5.6, Deficit::ThyroidDisorders, 5.5),
        (Measure::Tsh, 0.35, Deficit::ThyroidDisorders, 0.36),
        (Measure::Egfr, 59.9, Deficit::Ckd, 60.0),
        (Measure::UrineProtein24h, 151.0, Deficit::Ckd, 150.0),
        (Measure::UrineAlbumin24h, 21.0, Deficit::Ckd, 20.0),
        (Measure::UrinePcr, 50.1, Deficit::Ckd, 50.0),
        (Measure::UrineAcr, 3.1, Deficit::Ckd, 3.0),
        (Measure::Abpi, 0.94, Deficit::Pvd, 0.95),
        (Measure::HipTScore, -2.5, Deficit::Osteoporosis, -2.4),
        (Measure::CopdEvents, 1.0, Deficit::RespiratoryDisease, 0.0),
        (Measure::Must, 1.0, Deficit::WeightLoss, 0.0),
    ] {
        assert_eq!(measure.shows(at), Some(deficit), "{measure:?}");
        assert_eq!(measure.shows(not), None, "{measure:?}");
        assert_eq!(measure.shows(f64::NAN), None, "{measure:?}");
        assert_eq!(measure.shows(f64::NEG_INFINITY), None, "{measure:?}");
    }
}

#[test]
fn a_row_counts_named_and_coded_deficits_once_each() {
    let found = outcome(
        "efi",
        &[
            ("deficits", "falls; diabetes"),
            (
                "codes",
                "snomed-ct|1912002;icd-10|E11.9;icd-10|I50.0;snomed-ct|73211009;icd-10|Z99",
            ),
            ("medicines", "6"),
            ("age", "81"),
        ],
    );
    assert_eq!(found.value, Some(4.0 / 36.0));
    assert_eq!(found.band, Some("fit"));
    assert_eq!(found.notes, ["4 of 36 deficits"]);
    assert!(found.missing.is_empty());
}

#[test]
fn without_the_medicines_there_is_no_index() {
    let found = outcome("efi", &[("deficits", "none"), ("age", "81")]);
    assert_eq!((found.value, found.band), (None, None));
    assert_eq!(found.missing, ["codes", "medicines"]);
    let found = outcome("efi", &[("deficits", "none"), ("medicines", "0"), ("age", "81")]);
    assert_eq!((found.value, found.band), (Some(0.0), Some("fit")));
}

#[test]
fn an_age_outside_the_index_is_marked_and_a_wrong_deficit_refused() {
    let young = outcome("efi", &[("deficits", "falls"), ("medicines", "1"), ("age", "48")]);
    assert!(
        young
            .notes
            .iter()
            .any(|note| note.contains("outside the 65 to 95"))
    );
    let wrong = outcome("efi", &[("deficits", "falls;fall"), ("medicines", "1")]);
    assert_eq!(refused(&wrong), ["deficits"]);
    assert_eq!(wrong.refused[0].given, "fall");
    assert_eq!(wrong.value, None);
}

#[test]
fn a_word_that_is_no_code_is_refused_with_its_rule_and_never_counts_as_none() {
    let of = |codes: &str| {
        outcome(
            "efi",
            &[
                ("deficits", "none"),
                ("codes", codes),
                ("medicines", "0"),
                ("age", "81"),
            ],
        )
    };
    for (codes, given, rule) in [
        (
            "snomed|1912002",
            "snomed|1912002",
            "the system \"snomed\" is unknown: snomed-ct, icd-10 or ctv3",
        ),
        (
            "icd-10|E11.9;snomed-ct|1912003",
            "snomed-ct|1912003",
            "no SNOMED CT concept",
        ),
        (
            "icd-10|I21.9,E11.9",
            "icd-10|I21.9,E11.9",
            "not formed like a code of ICD-10",
        ),
        ("1912002", "1912002", "system|code, as in snomed-ct|38341003"),
    ] {
        let found = of(codes);
        assert_eq!(refused(&found), ["codes"], "{codes}");
        assert_eq!(found.refused[0].given, given);
        assert!(found.refused[0].rule.starts_with(rule), "{:?}", found.refused[0]);
        assert_eq!((found.value, found.band), (None, None), "{codes}");
    }
    // One edit away: right codes, and one that stands for no deficit.
    assert_eq!(of("snomed-ct | 1912002;icd-10|Z99").value, Some(1.0 / 36.0));
}

proptest! {
    #[test]
    fn one_deficit_more_never_lowers_the_index(bits: u64, medicines in 0_u32..20, more in 0_usize..36) {
        let set = DeficitSet::from_bits(bits);
        let before = Efi::of(set, medicines);
        let after = Efi::of(set.with(Deficit::ALL[more]), medicines);
        prop_assert!(after.count() >= before.count());
        prop_assert!(after.frailty() >= before.frailty());
        prop_assert!((0.0..=1.0).contains(&after.value()));
        prop_assert_eq!(after.deficits.iter().count() as u32, after.count());
    }
}
