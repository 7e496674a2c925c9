use std::collections::BTreeSet;

use codes::flag::{IMPAIRMENT, PATIENT_CATEGORY, REASONABLE_ADJUSTMENT_CATEGORY};
use codes::{ethnic_category, flag, gender, job_role, plan_type, system, verification_status, vital_sign};

#[test]
fn the_eight_verification_statuses_are_known_and_no_other() {
    let codes: Vec<&str> = verification_status::TABLE
        .pairs("code", "display")
        .into_iter()
        .map(|(c, _)| c)
        .collect();
    assert_eq!(codes, ["01", "02", "03", "04", "05", "06", "07", "08"]);
    assert!(codes.iter().all(|code| verification_status::is_known(code)));
    assert_eq!(
        verification_status::label("01"),
        Some("Number present and verified")
    );
    for unknown in ["", "1", "00", "09", "001"] {
        assert!(!verification_status::is_known(unknown), "{unknown}");
    }
}

#[test]
fn the_verification_table_belongs_to_the_system_we_send() {
    let systems: BTreeSet<&str> = verification_status::TABLE
        .pairs("system", "code")
        .into_iter()
        .map(|(system, _)| system)
        .collect();
    assert_eq!(systems, BTreeSet::from([system::NHS_NUMBER_VERIFICATION_STATUS]));
}

#[test]
fn ethnic_categories_are_the_sixteen_of_2001_with_not_stated_and_not_known() {
    let codes: String = ethnic_category::TABLE
        .pairs("code", "display")
        .into_iter()
        .map(|(c, _)| c)
        .collect();
    assert_eq!(codes, "ABCDEFGHJKLMNPRSZ99");
    assert_eq!(ethnic_category::label("Z"), Some("Not stated"));
    assert_eq!(ethnic_category::label("99"), Some("Not known"));
}

#[test]
fn person_stated_gender_goes_to_fhir_and_back() {
    for (stated, administrative) in [("1", "male"), ("2", "female"), ("9", "other"), ("X", "unknown")] {
        assert_eq!(gender::administrative(stated), Some(administrative));
        assert_eq!(gender::person_stated(administrative), Some(stated));
    }
    assert_eq!(gender::person_stated(""), None);
}

#[test]
fn adjustment_flags_are_told_from_safeguarding_flags() {
    assert!(flag::is_reasonable_adjustment(
        REASONABLE_ADJUSTMENT_CATEGORY,
        "bespoke-reasonable-adjustments"
    ));
    assert!(flag::is_reasonable_adjustment(
        PATIENT_CATEGORY,
        "national-reasonable-adjustment-flag"
    ));
    assert!(!flag::is_reasonable_adjustment(
        PATIENT_CATEGORY,
        "child-protection-information-system-flag"
    ));
    assert!(!flag::is_reasonable_adjustment("", "communication-support"));
    assert_eq!(flag::TABLE.len(), 30);
    let label = flag::label(IMPAIRMENT, "dexterity");
    assert_eq!(
        label,
        Some("Dexterity (for example lifting and carrying objects, using a keyboard)")
    );
}

#[test]
fn emergency_plans_are_the_plans_of_the_record_locator_but_for_the_personalised_one() {
    let emergency: Vec<&str> = plan_type::TABLE
        .pairs("snomed_type", "short_label")
        .into_iter()
        .filter(|(code, _)| plan_type::is_emergency_plan(code))
        .map(|(_, label)| label)
        .collect();
    assert_eq!(
        emergency,
        [
            "Mental health crisis plan",
            "Emergency health care plan",
            "End of life care coordination summary",
            "ReSPECT form",
            "Contingency plan",
            "End of life care plan",
            "Advance care plan",
            "Treatment escalation plan",
        ]
    );
    assert!(!plan_type::is_emergency_plan("824321000000109"));
}

#[test]
fn the_systems_in_code_are_the_systems_of_the_tables() {
    let identifiers = include_str!("../data/identifier_systems.csv");
    let code_systems = include_str!("../data/code_systems.csv");
    for uri in [system::NHS_NUMBER, system::ODS_ORGANISATION, system::ODS_SITE] {
        assert!(identifiers.contains(&format!(",{uri},")), "{uri}");
    }
    for uri in [
        system::SNOMED_CT,
        system::LOINC,
        system::UCUM,
        system::DMD,
        system::CONFIDENTIALITY,
        system::ACT_CODE,
    ] {
        assert!(code_systems.contains(&format!(",{uri},")), "{uri}");
    }
}

#[test]
fn every_vital_sign_code_of_the_table_is_recognised_as_its_sign() {
    use vital_sign::VitalSign;
    let table = include_str!("../data/vital_signs_codes.csv");
    let signs = [
        ("respiration rate", VitalSign::RespirationRate),
        ("oxygen saturation (pulse oximetry)", VitalSign::OxygenSaturation),
        ("heart rate", VitalSign::HeartRate),
        ("body temperature", VitalSign::Temperature),
        ("ACVPU", VitalSign::Consciousness),
        ("room air / on oxygen", VitalSign::InspiredOxygen),
        ("NEWS2 total", VitalSign::News2),
        ("body weight", VitalSign::Weight),
        ("body height", VitalSign::Height),
        ("BMI", VitalSign::BodyMassIndex),
    ];
    for (name, sign) in signs {
        let row = table
            .lines()
            .find(|line| line.starts_with(&format!("{name},")))
            .unwrap();
        let cells: Vec<&str> = row.split(',').collect();
        for code in cells[1]
            .split(" | ")
            .chain([cells[2]])
            .filter(|code| !code.is_empty())
        {
            assert_eq!(vital_sign::of_code(code), Some(sign), "{name} {code}");
        }
    }
    for (name, codes) in [
        ("systolic", vital_sign::SYSTOLIC),
        ("diastolic", vital_sign::DIASTOLIC),
    ] {
        let row = table.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(codes.iter().all(|code| row.contains(code)), "{name}");
    }
}

#[test]
fn no_table_holds_a_quote_within_quotes_which_the_reader_does_not_know() {
    for text in [
        include_str!("../data/patient_flag_codes.csv"),
        include_str!("../data/identifier_systems.csv"),
        include_str!("../data/code_systems.csv"),
    ] {
        assert!(!text.contains("\"\""));
    }
}

#[test]
fn every_job_role_acts_in_a_role_that_there_is_and_an_unknown_one_in_none() {
    let rows = job_role::TABLE.pairs("code", "role");
    assert_eq!(rows.len(), 21);
    let known = ["clinician", "coordinator", "administrator", "privacy-officer"];
    for (code, role) in rows {
        assert_eq!(job_role::job_role(code), Some(code));
        assert!(known.contains(&role), "{code}: {role}");
        assert_eq!(job_role::role(&format!("S8000:G8000:{code}")), Some(role));
    }
    for unknown in [
        "S8000:G8000:R9999",
        "R800",
        "r8000",
        "S8000:G8000:",
        "",
        "S8000:R8000:G8000",
    ] {
        assert_eq!(job_role::role(unknown), None, "{unknown}");
    }
}
