//! SMART scopes: the examples of SMART App Launch 2.2 ("Scopes and Launch Context"), and what is near them.

use care::access::scope::{Interaction, Level, Scope, Scopes};

fn permitted(scope: &str, resource_type: &str) -> String {
    let scopes = Scopes::parse(scope);
    let letters = [
        ('c', Interaction::Create),
        ('r', Interaction::Read),
        ('u', Interaction::Update),
        ('d', Interaction::Delete),
        ('s', Interaction::Search),
    ];
    letters
        .iter()
        .filter(|(_, one)| scopes.permits(resource_type, *one))
        .map(|(letter, _)| *letter)
        .collect()
}

#[test]
fn the_examples_of_the_specification_permit_what_it_says() {
    assert_eq!(permitted("patient/Observation.rs", "Observation"), "rs");
    assert_eq!(permitted("patient/Observation.rs", "Condition"), "");
    assert_eq!(permitted("patient/*.cruds", "Condition"), "cruds");
    assert_eq!(permitted("user/Appointment.cruds", "Appointment"), "cruds");
    assert_eq!(permitted("system/*.rs", "Patient"), "rs");
    assert_eq!(permitted("system/Observation.s", "Observation"), "s");
}

#[test]
fn scopes_of_version_1_mean_what_version_2_says_they_mean() {
    assert_eq!(permitted("patient/Observation.read", "Observation"), "rs");
    assert_eq!(permitted("user/Observation.write", "Observation"), "cud");
    assert_eq!(permitted("system/*.*", "Observation"), "cruds");
    assert_eq!(
        Scopes::parse("patient/*.read patient/*.rs").to_string(),
        "patient/*.rs",
        "one and the same"
    );
}

#[test]
fn what_is_no_scope_permits_nothing() {
    for wrong in [
        "patient/Observation",
        "patient/Observation.",
        "patient/Observation.sr",
        "patient/Observation.rr",
        "patient/Observation.x",
        "patient/observation.rs",
        "patient/.rs",
        "group/Observation.rs",
        "Observation.rs",
        "patient/Obs*.rs",
        "patient/Observation.rs?category=laboratory",
        "patient/Observation.RS",
        "patient/../x.rs",
    ] {
        assert_eq!(Scope::parse(wrong), None, "{wrong}");
        assert_eq!(permitted(wrong, "Observation"), "", "{wrong}");
    }
}

#[test]
fn a_grant_reaches_no_further_than_what_was_asked_and_what_is_allowed() {
    let granted =
        |asked: &str, allowed: &str| Scopes::parse(asked).within(&Scopes::parse(allowed)).to_string();
    assert_eq!(
        granted("system/*.cruds", "system/Observation.rs"),
        "system/Observation.rs"
    );
    assert_eq!(
        granted("system/Observation.rs", "system/*.cruds"),
        "system/Observation.rs"
    );
    assert_eq!(
        granted("system/Observation.rs", "patient/*.cruds"),
        "",
        "levels do not mix"
    );
    assert_eq!(granted("system/Observation.c", "system/Observation.rs"), "");
    assert_eq!(granted("openid launch/patient", "openid"), "openid");
    assert_eq!(
        granted("system/*.rs", "system/Patient.r system/Task.cruds"),
        "system/Patient.r system/Task.rs"
    );
}

#[test]
fn a_scope_for_one_person_permits_nothing_at_another_level() {
    let scopes = Scopes::parse("patient/*.rs");
    assert!(scopes.permits_at(Level::Patient, "Condition", Interaction::Read));
    assert!(!scopes.permits_at(Level::User, "Condition", Interaction::Read));
    assert!(!scopes.permits_at(Level::System, "Condition", Interaction::Read));
}
