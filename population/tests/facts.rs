//! What is kept of resources: right ones as what they say, odd ones with the reason.

use care::concept::Concept;
use jiff::civil::date;
use population::facts::{Class, CodeName, Kind, Mark, flag};
use population::score::{DeficitTable, frailty_of};
use population::{Columns, Day, Facts};
use proptest::prelude::*;
use record::{Bucket, PersonKey};
use serde_json::{Value, json};

fn read(resources: &[Value]) -> Facts<CodeName> {
    let bodies: Vec<Vec<u8>> = resources
        .iter()
        .map(|value| value.to_string().into_bytes())
        .collect();
    Facts::read(bodies.iter().map(Vec::as_slice))
}

fn born() -> Value {
    json!({ "resourceType": "Patient", "id": "p", "birthDate": "1950-05-01", "gender": "female" })
}

fn snomed(code: &str) -> Value {
    json!({ "coding": [{ "system": "http://snomed.info/sct", "code": code }] })
}

fn condition(inside: &Value) -> Value {
    let mut value = json!({ "resourceType": "Condition", "id": "c", "code": snomed("38341003"),
        "onsetDateTime": "2019-03-04" });
    for (key, member) in inside.as_object().expect("an object") {
        value[key] = member.clone();
    }
    value
}

fn day(year: i16, month: i8, on: i8) -> Day {
    Day::of(date(year, month, on)).expect("in range")
}

fn mark_of(inside: &Value) -> Mark {
    let facts = read(&[born(), condition(inside)]);
    assert_eq!(facts.coded.len(), 1);
    facts.coded[0].mark
}

#[test]
fn a_condition_is_kept_with_its_day_and_its_second_code_as_such() {
    let facts = read(&[
        born(),
        condition(&json!({ "code": { "coding": [
            { "system": "http://hl7.org/fhir/sid/icd-10", "code": "I10" },
            { "system": "http://snomed.info/sct", "code": "38341003" }] },
            "clinicalStatus": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved" }] } })),
    ]);
    assert_eq!(facts.person.birth, day(1950, 5, 1));
    let codes: Vec<(&str, bool, bool, Mark)> = facts
        .coded
        .iter()
        .map(|one| (&*one.code.code, one.also, one.over, one.mark))
        .collect();
    assert_eq!(
        codes,
        [
            ("I10", true, true, Mark::Sound),
            ("38341003", false, true, Mark::Sound)
        ]
    );
    assert_eq!(facts.coded[0].day, day(2019, 3, 4));
}

#[test]
fn odd_conditions_are_marked_with_the_reason() {
    let certainty = |code: &str| {
        json!({ "verificationStatus": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": code }] } })
    };
    for (inside, mark) in [
        (json!({}), Mark::Sound),
        (certainty("confirmed"), Mark::Sound),
        (certainty("refuted"), Mark::Refuted),
        (certainty("provisional"), Mark::Unsure),
        (json!({ "onsetDateTime": "1949" }), Mark::BeforeBirth),
        // The year of birth may be after it.
        (json!({ "onsetDateTime": "1950" }), Mark::Sound),
        (json!({ "onsetDateTime": "1850" }), Mark::DateOutOfRange),
        (json!({ "onsetDateTime": "2090-12-31" }), Mark::DateOutOfRange),
        (json!({ "abatementDateTime": "2018-01-01" }), Mark::EndBeforeStart),
        (json!({ "code": { "text": "high pressure" } }), Mark::NoCode),
        (
            json!({ "code": { "coding": [{ "system": "urn:local", "code": "HT" }] } }),
            Mark::UnknownSystem,
        ),
        (json!({ "code": snomed("38341004") }), Mark::MalformedCode),
        // The identifier of a description.
        (json!({ "code": snomed("64176011") }), Mark::MalformedCode),
        (
            json!({ "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10", "code": "hypertension" }] } }),
            Mark::MalformedCode,
        ),
        // What is odd about the fact itself is told before its code.
        (
            json!({ "code": snomed("38341004"), "onsetDateTime": "1949" }),
            Mark::BeforeBirth,
        ),
    ] {
        assert_eq!(mark_of(&inside), mark, "{inside}");
    }
    let wrong = read(&[born(), condition(&certainty("entered-in-error"))]);
    assert!(wrong.coded.is_empty());
    let unread = read(&[born(), condition(&json!({ "onsetDateTime": "2019-02-30" }))]);
    assert_eq!((unread.coded.len(), unread.person.unread), (0, 1));
    let turned = read(&[
        born(),
        condition(&json!({ "modifierExtension": [{ "url": "urn:not" }] })),
    ]);
    assert_eq!((turned.coded.len(), turned.person.unread), (0, 1));
}

#[test]
fn deaths_and_births_that_cannot_be_are_flagged_and_facts_after_death_are_marked() {
    let mut died = born();
    died["deceasedDateTime"] = json!("2020-01-01");
    let facts = read(&[died.clone(), condition(&json!({ "onsetDateTime": "2020-02-01" }))]);
    assert_eq!(facts.coded[0].mark, Mark::AfterDeath);
    assert!(facts.person.has(flag::DIED));
    died["deceasedDateTime"] = json!("1940-01-01");
    let facts = read(&[died, condition(&json!({}))]);
    assert!(facts.person.has(flag::DEATH_BEFORE_BIRTH));
    assert_eq!(facts.coded[0].mark, Mark::Sound, "neither day can be relied on");
    let facts = read(&[json!({ "resourceType": "Patient", "birthDate": "1850-01-01" })]);
    assert!(facts.person.has(flag::BIRTH_OUT_OF_RANGE) && !facts.person.birth.is_known());
    assert!(read(&[condition(&json!({}))]).person.has(flag::NO_PATIENT));
}

#[test]
fn a_restricted_person_has_no_area_and_no_practice_here() {
    let mut value = born();
    value["address"] = json!([
        { "use": "old", "extension": [{ "url": mapping::patient::SMALL_AREA, "valueCode": "E01000001" }] },
        { "use": "home", "extension": [{ "url": mapping::patient::SMALL_AREA, "valueCode": "E01014370" }] }]);
    value["generalPractitioner"] = json!([{ "reference": "Organization/o1" }]);
    let open = read(&[value.clone()]).person;
    assert_eq!(open.area.map(|name| name.code), Some("E01014370".into()));
    assert_eq!(
        open.practice.map(|name| name.code),
        Some("Organization/o1".into())
    );
    value["meta"] = json!({ "security": [{ "code": "R",
        "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality" }] });
    let hidden = read(&[value]).person;
    assert!(hidden.has(flag::RESTRICTED));
    assert_eq!((hidden.area, hidden.practice), (None, None));
}

#[test]
fn values_come_in_one_unit_and_those_of_two_codes_of_one_measure_under_one() {
    let hba1c = |id: &str, code: &str, value: f64, unit: &str| {
        json!({ "resourceType": "Observation", "id": id, "status": "final", "effectiveDateTime": "2024-01-02",
            "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
            "valueQuantity": { "value": value, "system": "http://unitsofmeasure.org", "code": unit } })
    };
    let facts = read(&[
        born(),
        hba1c("1", "4548-4", 6.5, "%"),
        hba1c("2", "59261-8", 48.0, "mmol/mol"),
        hba1c("3", "59261-8", 48.0, "furlong"),
        hba1c("4", "99999-5", 1.0, "kg"),
    ]);
    let found: Vec<(&str, i32, Mark)> = facts
        .measured
        .iter()
        .map(|one| {
            (
                &*one.code.code,
                one.value.map_or(0, |value| value.round() as i32),
                one.mark,
            )
        })
        .collect();
    assert_eq!(
        found
            .iter()
            .filter(|one| **one == ("999791000000106", 48, Mark::Sound))
            .count(),
        2,
        "{found:?}"
    );
    assert!(found.contains(&("999791000000106", 48, Mark::UnitNotKnown)));
    assert!(found.contains(&("99999-5", 1, Mark::UnitNotKnown)));
}

#[test]
fn a_code_that_its_system_cannot_have_is_marked_and_shows_nothing() {
    let facts = read(&[
        born(),
        // A wrong check digit beside a right code: the fact counts by that, and the wrong one is kept with its mark.
        condition(&json!({ "code": { "coding": [
            { "system": "http://snomed.info/sct", "code": "13645006" },
            { "system": "http://hl7.org/fhir/sid/icd-10", "code": "J44.9" }] } })),
        json!({ "resourceType": "Observation", "id": "1", "status": "final", "effectiveDateTime": "2024-01-02",
            "code": { "coding": [{ "system": "http://loinc.org", "code": "4548-5" }] },
            "valueQuantity": { "value": 6.5, "system": "http://unitsofmeasure.org", "code": "%" } }),
        json!({ "resourceType": "MedicationRequest", "id": "1", "status": "active", "intent": "order", "authoredOn": "2020-01-01",
            "medicationCodeableConcept": { "coding": [{ "system": "https://dmd.nhs.uk", "code": "322236008" }] } }),
    ]);
    let coded: Vec<(&str, bool, Mark)> = facts
        .coded
        .iter()
        .map(|one| (&*one.code.code, one.also, one.mark))
        .collect();
    assert_eq!(coded.len(), 2);
    assert!(coded.contains(&("J44.9", false, Mark::Sound)), "{coded:?}");
    assert!(
        coded.contains(&("13645006", true, Mark::MalformedCode)),
        "{coded:?}"
    );
    assert_eq!(facts.measured[0].mark, Mark::MalformedCode);
    assert_eq!(facts.courses[0].mark, Mark::MalformedCode);
    assert!(!Mark::MalformedCode.is_sound() && Mark::MalformedCode.labelled() == Mark::LabelledOdd);
    // It is among what was not counted: the condition's wrong code, and the medicine.
    let key = PersonKey::new(Bucket::new(7).expect("a bucket"), 7);
    let mut columns = Columns::default();
    columns.put(key, Some(facts));
    let table = DeficitTable::of(columns.dictionary());
    let scored = frailty_of(&columns, &table, date(2026, 8, 1), key).expect("a score");
    assert_eq!((scored.odd, scored.medicines), (2, 0));
}

#[test]
fn answers_findings_and_parts_are_told_apart() {
    let seen = |inside: Value| {
        let mut value = json!({ "resourceType": "Observation", "status": "final", "effectiveDateTime": "2024-01-02",
            "code": snomed("38341003") });
        for (key, member) in inside.as_object().expect("an object") {
            value[key] = member.clone();
        }
        let facts = read(&[born(), value]);
        let coded: Vec<(Kind, String, Mark)> = facts
            .coded
            .iter()
            .map(|one| (one.kind, one.code.code.to_string(), one.mark))
            .collect();
        (coded, facts.measured.len())
    };
    let one = |kind: Kind, mark: Mark| (vec![(kind, "38341003".to_owned(), mark)], 0);
    assert_eq!(seen(json!({})), one(Kind::Finding, Mark::Sound));
    assert_eq!(
        seen(json!({ "valueBoolean": true })),
        one(Kind::Finding, Mark::Sound)
    );
    assert_eq!(
        seen(json!({ "valueBoolean": false })),
        one(Kind::Finding, Mark::NoValue)
    );
    assert_eq!(
        seen(json!({ "dataAbsentReason": { "text": "asleep" } })),
        one(Kind::Asked, Mark::NoValue)
    );
    assert_eq!(
        seen(json!({ "status": "cancelled" })),
        one(Kind::Finding, Mark::NotDone)
    );
    let (answer, _) = seen(json!({ "valueCodeableConcept": snomed("8392000") }));
    assert_eq!(answer.len(), 2);
    assert!(answer.contains(&(Kind::Finding, "8392000".to_owned(), Mark::Sound)));
    let part =
        |code: &str| json!({ "code": snomed(code), "valueQuantity": { "value": 120, "code": "mm[Hg]" } });
    assert_eq!(
        seen(json!({ "component": [part("72313002"), part("1091811000000102")] })),
        (vec![], 2)
    );
}

#[test]
fn a_medicine_that_does_not_say_whether_it_goes_on_ended_on_the_day_it_was_written() {
    let medicine = |status: Option<&str>| {
        let mut value = json!({ "resourceType": "MedicationRequest", "id": "1", "intent": "order",
            "authoredOn": "2012-03-01", "medicationCodeableConcept": snomed("322236009"),
            "dispenseRequest": { "validityPeriod": { "end": "2031-01-01" } } });
        if let Some(status) = status {
            value["status"] = json!(status);
        }
        let facts = read(&[born(), value]);
        let one = &facts.courses[0];
        (one.current, one.start, one.end, one.mark)
    };
    let written = day(2012, 3, 1);
    for status in [None, Some("unknown")] {
        assert_eq!(
            medicine(status),
            (false, written, written, Mark::Sound),
            "{status:?}"
        );
    }
    for status in ["active", "on-hold"] {
        let goes_on = (true, written, Day::UNKNOWN, Mark::Sound);
        assert_eq!(medicine(Some(status)), goes_on, "{status}");
    }
}

#[test]
fn medicines_and_contacts_keep_what_happened_and_mark_what_did_not() {
    // Five codes that have the form of SNOMED CT, in this order.
    let codes = ["1001000", "1002007", "1003002", "1004008", "1005009"];
    let code = |id: &str| codes[id.parse::<usize>().expect("a number") - 1].to_owned();
    let medicine = |id: &str, inside: Value| {
        let mut value = json!({ "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order",
            "authoredOn": "2020-01-01", "medicationCodeableConcept": snomed(&code(id)),
            "dispenseRequest": { "validityPeriod": { "end": "2020-06-01" } } });
        for (key, member) in inside.as_object().expect("an object") {
            value[key] = member.clone();
        }
        value
    };
    let facts = read(&[
        born(),
        medicine("1", json!({})),
        medicine("2", json!({ "status": "stopped" })),
        medicine("3", json!({ "status": "draft" })),
        medicine("4", json!({ "doNotPerform": true })),
        medicine("5", json!({ "intent": "proposal" })),
        json!({ "resourceType": "Encounter", "status": "finished", "class": { "code": "IMP" },
            "period": { "start": "2024-01-01", "end": "2024-01-05" } }),
        json!({ "resourceType": "Encounter", "status": "cancelled", "class": { "code": "EMER" },
            "period": { "start": "2024-01-05", "end": "2024-01-01" } }),
    ]);
    let courses: Vec<(bool, Day, Mark)> = facts
        .courses
        .iter()
        .map(|one| (one.current, one.end, one.mark))
        .collect();
    assert_eq!(
        courses[0],
        (true, Day::UNKNOWN, Mark::Sound),
        "supply is not taking"
    );
    assert_eq!(courses[1], (false, day(2020, 6, 1), Mark::Sound));
    let marks: Vec<Mark> = courses[2..].iter().map(|one| one.2).collect();
    assert_eq!(marks, [Mark::NotDone, Mark::NotToBeGiven, Mark::NotAnOrder]);
    let contacts: Vec<(Class, Mark)> = facts.contacts.iter().map(|one| (one.class, one.mark)).collect();
    assert_eq!(
        contacts,
        [(Class::Inpatient, Mark::Sound), (Class::Emergency, Mark::NotDone)]
    );
}

#[test]
fn an_emergency_stay_is_told_from_another_and_its_diagnoses_stand_on_the_day_they_were_written() {
    let icd_10 =
        |code: &str| json!({ "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10", "code": code }] });
    let stay = |id: &str, class: &str, status: &str, method: &str| {
        json!({ "resourceType": "Encounter", "id": id, "status": status, "class": { "code": class },
            "period": { "start": "2024-01-02", "end": "2024-01-05" }, "reasonCode": [icd_10("S72.0")],
            "hospitalization": { "extension": [{
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod",
                "valueCodeableConcept": { "coding": [{ "system": codes::admission_method::SYSTEM, "code": method }] } }] } })
    };
    let contacts = |class: &str, method: &str| {
        let facts = read(&[born(), stay("e", class, "finished", method)]);
        let reasons = facts
            .coded
            .iter()
            .filter(|one| one.kind == Kind::Diagnosis)
            .count();
        (facts.contacts[0].class, reasons)
    };
    assert_eq!(contacts("IMP", "2A"), (Class::EmergencyInpatient, 1));
    assert_eq!(contacts("IMP", "11"), (Class::Inpatient, 1));
    assert_eq!(contacts("IMP", "99"), (Class::Inpatient, 1));
    // What a clinic or an emergency department was seen for is no diagnosis of a stay.
    assert_eq!(contacts("EMER", "21"), (Class::Emergency, 0));
    assert_eq!(contacts("AMB", "21"), (Class::Ambulatory, 0));
    let planned = read(&[born(), stay("e", "IMP", "planned", "21")]);
    assert_eq!(planned.coded[0].mark, Mark::NotDone);
    // Of a stay that is over without a written end only the first day is known; one that goes on has no end.
    for (status, end) in [("finished", day(2024, 1, 2)), ("in-progress", Day::UNKNOWN)] {
        let mut open = stay("e", "IMP", status, "21");
        open["period"] = json!({ "start": "2024-01-02" });
        assert_eq!(read(&[born(), open]).contacts[0].end, end, "{status}");
    }
    let own = json!({ "coding": [{ "system": codes::circumstance::SYSTEM, "code": "has-a-home" }] });
    assert_eq!(mark_of(&json!({ "code": own })), Mark::Sound);

    let written = |category: &str, recorded: &str| {
        let facts = read(&[
            born(),
            condition(&json!({ "code": icd_10("I50.0"), "recordedDate": recorded,
                "category": [{ "coding": [{ "code": category }] }] })),
        ]);
        let told: Vec<(Kind, Day)> = facts.coded.iter().map(|one| (one.kind, one.day)).collect();
        told
    };
    let began = (Kind::Problem, day(2019, 3, 4));
    assert_eq!(
        written("encounter-diagnosis", "2024-01-03"),
        [began, (Kind::Diagnosis, day(2024, 1, 3))]
    );
    assert_eq!(written("encounter-diagnosis", "2019-03-04"), [began]);
    assert_eq!(written("problem-list-item", "2024-01-03"), [began]);
}

#[test]
fn what_somebody_needs_is_told_by_flags_that_stand_and_by_their_own_entry() {
    use codes::flag::{IMPAIRMENT, PATIENT_CATEGORY, REASONABLE_ADJUSTMENT_CATEGORY};
    let needs = |resources: &[Value]| read(resources).person.flags & flag::NEEDS;
    // Of what bears a label, columns know it, and lists by name do not.
    let hearing = |labels: Value| {
        let bodies = [
            born(),
            json!({ "resourceType": "Flag", "status": "active", "meta": { "security": labels },
                "code": { "coding": [{ "system": IMPAIRMENT, "code": "hearing" }] } }),
        ]
        .map(|body| body.to_string().into_bytes());
        Facts::for_columns(bodies.iter().map(Vec::as_slice)).person
    };
    let (open, labelled) = (
        hearing(json!([])),
        hearing(json!([{ "system": "s", "code": "R" }])),
    );
    assert!(open.has(flag::ADJUSTMENT) && open.has(flag::open(flag::ADJUSTMENT)));
    assert!(labelled.has(flag::ADJUSTMENT) && !labelled.has(flag::OPEN_NEEDS));
    let flagged = |system: &str, code: &str| {
        json!({ "resourceType": "Flag", "status": "active", "code": { "text": "a need" },
            "category": [{ "coding": [{ "system": system, "code": code }] }] })
    };
    for (system, code, expected) in [
        (
            REASONABLE_ADJUSTMENT_CATEGORY,
            "communication-support",
            flag::ADJUSTMENT,
        ),
        (
            REASONABLE_ADJUSTMENT_CATEGORY,
            "community-language-support",
            flag::OTHER_LANGUAGE,
        ),
        (
            REASONABLE_ADJUSTMENT_CATEGORY,
            "requires-specific-contact-method",
            flag::TELEPHONE_OR_PAPER,
        ),
        (IMPAIRMENT, "hearing", flag::ADJUSTMENT),
        (IMPAIRMENT, "patient-would-prefer-not-to-say", 0),
        // That there is a need says nothing of which.
        (PATIENT_CATEGORY, "national-reasonable-adjustment-flag", 0),
        ("urn:other", "communication-support", 0),
    ] {
        let one = flagged(system, code);
        assert_eq!(needs(&[born(), one.clone()]), expected, "{code}");
        let mut by_code = one.clone();
        by_code["code"] = by_code["category"][0].clone();
        by_code["category"] = json!([]);
        assert_eq!(needs(&[born(), by_code]), expected, "{code} as the flag's own");
        for (member, value) in [
            ("status", json!("inactive")),
            ("status", json!("entered-in-error")),
            ("period", json!({ "start": "2020-01-01", "end": "2024-01-01" })),
        ] {
            let mut over = one.clone();
            over[member] = value;
            assert_eq!(needs(&[born(), over]), 0, "{code} with another {member}");
        }
    }
    let with = |member: &str, value: Value| {
        let mut patient = born();
        patient[member] = value;
        needs(&[patient])
    };
    let speaks =
        |code: &str| json!([{ "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": code }] } }]);
    assert_eq!(with("communication", speaks("pl")), flag::OTHER_LANGUAGE);
    assert_eq!(with("communication", speaks("en-GB")), 0);
    assert_eq!(
        with("communication", json!([{ "language": { "text": "Somali" } }])),
        flag::OTHER_LANGUAGE
    );
    assert_eq!(
        with("communication", json!([{ "language": { "text": "English" } }])),
        0
    );
    let mut english = speaks("en")[0].clone();
    english["preferred"] = json!(true);
    let both = json!([speaks("pl")[0], english]);
    assert_eq!(with("communication", both), 0, "the preferred one counts");
    let interpreter = |needed: bool| json!([{ "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": needed }]);
    assert_eq!(with("extension", interpreter(true)), flag::OTHER_LANGUAGE);
    assert_eq!(with("extension", interpreter(false)), 0);
    let letter = json!([{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference",
        "extension": [{ "url": "PreferredContactMethod", "valueCodeableConcept": { "text": "Letter" } }] }]);
    assert_eq!(with("extension", letter), flag::TELEPHONE_OR_PAPER);
}

/// Odd JSON of the shape of a resource.
fn odd() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "2020-01-01",
            "9999",
            "",
            "0001-01-01",
            "http://snomed.info/sct",
            "38341003",
            "%"
        ])
        .prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "code",
        "coding",
        "system",
        "value",
        "valueQuantity",
        "period",
        "start",
        "end",
        "birthDate",
        "effectiveDateTime",
        "status",
        "component",
        "address",
        "extension",
        "deceasedDateTime",
        "class",
        "category",
        "communication",
        "hospitalization",
        "reasonCode",
        "recordedDate",
        "onsetDateTime",
        "text",
    ]);
    let inner = leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..6).prop_map(|members| Value::Object(
                members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
            )),
        ]
    });
    (prop::sample::select(population::facts::READS.to_vec()), inner).prop_map(|(kind, mut value)| {
        if let Some(members) = value.as_object_mut() {
            members.insert("resourceType".to_owned(), kind.into());
        }
        value
    })
}

proptest! {
    #[test]
    fn no_json_is_a_fault_and_no_value_without_a_mark_lies_outside_its_limits(values in prop::collection::vec(odd(), 0..6)) {
        let facts = read(&values);
        for one in facts.measured.iter().filter(|one| one.mark.is_sound()) {
            let measure = population::facts::Measure::of(&one.code.system, &one.code.code).expect("a measure");
            let value = f64::from(one.value.expect("a value"));
            prop_assert!((measure.limits.0 - 1e-3..=measure.limits.1 + 1e-3).contains(&value));
        }
        // Bytes that are no JSON are no fault either.
        let _ = Facts::read([&b"{"[..], &b"[]"[..], &b"\xff"[..]].into_iter());
        let _ = Concept::default();
    }
}

#[test]
fn columns_mark_what_bears_a_label_and_a_page_of_one_person_does_not() {
    let labels = json!({ "security": [{ "system": "s", "code": "R" }] });
    let medicine = json!({ "resourceType": "MedicationStatement", "status": "active", "meta": labels,
        "medicationCodeableConcept": snomed("322236009"), "effectiveDateTime": "2020-01-02" });
    let resources = [
        born(),
        condition(&json!({})),
        condition(&json!({ "meta": labels, "onsetDateTime": "2020-03-04" })),
        condition(&json!({ "meta": labels, "onsetDateTime": "1930-03-04" })),
        medicine,
    ];
    let bodies: Vec<Vec<u8>> = resources.iter().map(|one| one.to_string().into_bytes()).collect();
    let bodies = || bodies.iter().map(Vec::as_slice);
    let marks = |facts: &Facts<CodeName>| -> Vec<Mark> { facts.coded.iter().map(|one| one.mark).collect() };
    let columns = Facts::for_columns(bodies());
    assert_eq!(marks(&columns), [Mark::LabelledOdd, Mark::Sound, Mark::Labelled]);
    assert_eq!(columns.courses[0].mark, Mark::Labelled);
    assert!(columns.person.has(flag::LABELLED));
    let page = Facts::read(bodies());
    assert_eq!(marks(&page), [Mark::BeforeBirth, Mark::Sound, Mark::Sound]);
    assert_eq!(columns.person, page.person);
}

#[test]
fn a_label_and_an_opt_out_anywhere_in_the_record_are_flags_of_the_person() {
    let flags = |inside: &Value| {
        let facts = read(&[born(), condition(inside)]);
        (facts.person.has(flag::LABELLED), facts.person.has(flag::TYPE_1))
    };
    let labelled = json!({ "meta": { "security": [{ "system": "s", "code": "R" }] } });
    assert_eq!(flags(&json!({})), (false, false));
    assert_eq!(flags(&labelled), (true, false));
    assert_eq!(flags(&json!({ "meta": { "security": [] } })), (false, false));
    assert_eq!(
        flags(&json!({ "code": snomed("827241000000103") })),
        (false, true)
    );
    let mut patient = born();
    patient["meta"] = labelled["meta"].clone();
    assert!(!read(&[patient]).person.has(flag::LABELLED));
}

#[test]
fn whoever_objects_by_any_of_their_records_objects_and_a_consent_that_cannot_be_read_is_one_too() {
    let ours = |code: &str| json!({ "system": codes::access::SYSTEM, "code": code });
    let consent = json!({
        "resourceType": "Consent",
        "status": "active",
        "category": [{ "coding": [ours("objection")] }],
        "provision": { "type": "deny", "purpose": [ours("risk-stratification")] },
    });
    // Without a scope it is no Consent that can be read.
    let facts = read(&[born(), consent.clone()]);
    assert!(facts.person.has(flag::OBJECTS_TO_STRATIFICATION) && facts.person.unread == 1);
    let mut whole = consent.clone();
    whole["scope"] = json!({ "coding": [{ "code": "patient-privacy" }] });
    let facts = read(&[born(), whole.clone()]);
    assert!(facts.person.has(flag::OBJECTS_TO_STRATIFICATION) && facts.person.unread == 0);
    assert!(!read(&[born()]).person.has(flag::OBJECTS_TO_STRATIFICATION));

    let key = |number| record::PersonKey::new(record::Bucket::new(7).expect("a bucket"), number);
    let mut columns = population::Columns::default();
    columns.put(key(1), Some(read(&[born()])));
    let mut other = read(&[whole]);
    other.person.survivor = Some(key(1));
    columns.put(key(2), Some(other));
    columns.put(key(3), Some(read(&[born()])));
    let people = population::People::of(&columns);
    let objects = |number| {
        let person = people.person(key(number)).expect("somebody");
        person.objects_to_stratification()
    };
    assert!(objects(1) && objects(2) && !objects(3));
}
