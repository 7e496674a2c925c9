//! What one person is due: how the inputs of each rule are found in a record.

use care::eligibility::Verdict;
use jiff::Timestamp;
use population::eligibility::{Evidence, Found, Vaccines, programmes, vaccines};
use population::{Columns, Facts, People};
use record::{Bucket, PersonKey};
use serde_json::{Value, json};

const NOW: &str = "2026-11-28T12:00:00Z";

fn coded(code: &str) -> Value {
    json!({ "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] })
}

fn person(born: &str, gender: &str) -> Value {
    json!({ "resourceType": "Patient", "id": "p", "birthDate": born, "gender": gender })
}

fn problem(id: &str, code: &str) -> Value {
    json!({ "resourceType": "Condition", "id": id, "recordedDate": "2019-03-01", "code": coded(code) })
}

fn done(id: &str, code: &str, on: &str) -> Value {
    json!({ "resourceType": "Procedure", "id": id, "status": "completed", "performedDateTime": on, "code": coded(code) })
}

fn measured(id: &str, code: &str, on: &str, value: f64, unit: &str) -> Value {
    json!({ "resourceType": "Observation", "id": id, "status": "final", "effectiveDateTime": on, "code": coded(code),
        "valueQuantity": { "value": value, "unit": unit, "system": codes::system::UCUM, "code": unit } })
}

fn given(id: &str, code: &str, on: &str) -> Value {
    json!({ "resourceType": "Immunization", "id": id, "status": "completed", "occurrenceDateTime": on, "vaccineCode": coded(code) })
}

fn of(
    resources: &[Value],
    sees: &dyn Fn(&str) -> bool,
) -> (Vec<Found>, Option<Vaccines>, Option<&'static str>) {
    let bodies: Vec<Vec<u8>> = resources.iter().map(|one| one.to_string().into_bytes()).collect();
    let bodies = || bodies.iter().map(Vec::as_slice);
    let key = PersonKey::new(Bucket::new(0).expect("a bucket"), 1);
    let mut columns = Columns::default();
    columns.put(key, Some(Facts::read(bodies())));
    let record = mapping::person_record(bodies());
    let people = People::of(&columns);
    let slice = people.person(key).expect("a person");
    let now: Timestamp = NOW.parse().expect("a moment");
    let evidence = Evidence::new(&record, slice, now, sees).expect("a day");
    (programmes(&evidence), vaccines(&evidence), evidence.why_none())
}

fn found(resources: &[Value], name: &str) -> Found {
    let (found, _, _) = of(resources, &|_| true);
    found
        .into_iter()
        .find(|one| one.programme.definition.name == name)
        .expect("the programme")
}

fn verdict(resources: &[Value], name: &str) -> Verdict {
    found(resources, name).judged.answer.verdict
}

#[test]
fn for_want_of_an_entry_nobody_is_due_nor_called_not_eligible() {
    let nothing = [person("1966-05-01", "female")];
    let (found, vaccines, none) = of(&nothing, &|_| true);
    assert_eq!(none, None);
    for one in &found {
        let (name, verdict) = (one.programme.definition.name, one.judged.answer.verdict);
        let expected = if name == "aaa-screening" {
            // Who is registered female is not called, whatever is recorded.
            Verdict::NotEligible
        } else {
            Verdict::NotKnown
        };
        assert_eq!(verdict, expected, "{name}");
        assert!(
            one.judged.refused.is_empty() && one.not_counted.is_empty(),
            "{name}"
        );
    }
    let vaccines = vaccines.expect("vaccines");
    assert!(vaccines.doses.iter().all(|dose| dose.verdict != Verdict::Due));
}

#[test]
fn the_last_time_decides_and_an_entry_that_did_not_happen_says_nothing() {
    let mut all = vec![
        person("1966-05-01", "female"),
        done("a", "275978004", "2022-01-05"),
        done("b", "275978004", "2025-01-05"),
    ];
    let bowel = found(&all, "bowel-screening");
    assert_eq!(bowel.judged.answer.verdict, Verdict::NotYetDue);
    assert_eq!(
        bowel.judged.answer.due.map(|day| day.to_string()).as_deref(),
        Some("2027-01-05")
    );
    let mut declined = done("c", "275978004", "2026-01-05");
    declined["status"] = json!("not-done");
    all.push(declined);
    let bowel = found(&all, "bowel-screening");
    assert_eq!(bowel.judged.answer.due.map(jiff::civil::Date::year), Some(2027));
    assert_eq!(bowel.not_counted.len(), 1);
    // A later one whose day nobody knows unsettles it; an earlier one does not.
    all.push(done("d", "275978004", "2021"));
    assert_eq!(verdict(&all, "bowel-screening"), Verdict::NotYetDue);
    all.push(done("e", "275978004", "2026"));
    assert_eq!(verdict(&all, "bowel-screening"), Verdict::NotKnown);
}

#[test]
fn the_health_check_is_not_offered_to_whoever_has_what_excludes_and_says_what_it_is() {
    let check = done("a", "523221000000100", "2020-01-05");
    let with = |more: &[Value]| {
        let mut all = vec![person("1966-05-01", "female"), check.clone()];
        all.extend_from_slice(more);
        found(&all, "nhs-health-check").judged
    };
    assert_eq!(with(&[]).answer.verdict, Verdict::Due);
    let excluded = with(&[problem("h", "38341003")]);
    assert_eq!(excluded.answer.verdict, Verdict::NotEligible);
    let used = excluded.used.iter().find(|used| used.input == "recorded");
    assert_eq!(used.map(|used| used.value.as_str()), Some("hypertension"));
    let mut over = problem("h", "38341003");
    over["clinicalStatus"] = json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved" }] });
    assert_eq!(with(&[over]).answer.verdict, Verdict::Due);
    let mut refuted = problem("h", "38341003");
    refuted["verificationStatus"] = json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "refuted" }] });
    assert_eq!(with(&[refuted]).answer.verdict, Verdict::Due);
    let statin = json!({ "resourceType": "MedicationStatement", "id": "m", "status": "active", "effectiveDateTime": "2025-01-01",
        "medicationCodeableConcept": { "coding": [{ "system": codes::system::DMD, "code": "42382311000001100" }] } });
    assert_eq!(with(&[statin]).answer.verdict, Verdict::NotEligible);
}

#[test]
fn a_raised_blood_sugar_is_due_unless_diabetes_was_ever_recorded() {
    let raised = measured("o", "999791000000106", "2026-06-01", 44.0, "mmol/mol");
    let mut all = vec![person("1966-05-01", "male"), raised];
    let due = found(&all, "diabetes-prevention").judged;
    assert_eq!(due.answer.verdict, Verdict::Due);
    // Of a pregnancy somebody registered male is not asked.
    assert!(!due.answer.missing.contains(&"whether pregnant"), "{due:?}");
    assert!(due.answer.missing.contains(&"whether light activity is possible"));
    all.push(problem("d", "44054006"));
    assert_eq!(verdict(&all, "diabetes-prevention"), Verdict::NotEligible);
    assert_eq!(
        found(&all, "diabetic-eye-screening").judged.answer.missing,
        ["the day of the last one"]
    );
    for (value, unit) in [(6.4, "mmol/mol"), (44.0, "mg/dL")] {
        let odd = [
            person("1966-05-01", "male"),
            measured("o", "999791000000106", "2026-06-01", value, unit),
        ];
        let odd = found(&odd, "diabetes-prevention").judged;
        assert_eq!(odd.answer.verdict, Verdict::NotKnown, "{value} {unit}");
        assert_eq!(odd.refused.len(), 1, "{odd:?}");
    }
}

#[test]
fn a_register_is_known_by_its_condition_and_its_elements_by_what_was_measured() {
    let all = [
        person("1966-05-01", "female"),
        problem("s", "58214004"),
        problem("l", "110359009"),
        measured("b", "60621009", "2025-02-01", 24.0, "kg/m2"),
        measured("c", "1005671000000105", "2026-02-01", 5.0, "mmol/L"),
    ];
    let check = found(&all, "severe-mental-illness-check").judged.answer;
    assert_eq!(check.verdict, Verdict::Due);
    assert_eq!(check.reasons, ["to do: body mass index, last on 2025-02-01"]);
    assert!(check.missing.contains(&"smoking") && !check.missing.contains(&"lipids"));
    // No code is known by which an earlier check would be found.
    assert_eq!(verdict(&all, "learning-disability-check"), Verdict::NotKnown);
}

#[test]
fn a_type_that_the_role_does_not_see_leaves_not_known_and_no_last_time() {
    let all = [
        person("1966-05-01", "female"),
        done("a", "275978004", "2022-01-05"),
        done("c", "523221000000100", "2020-01-05"),
        given("f", "985151000000100", "2026-10-01"),
    ];
    let sees_all = of(&all, &|_| true);
    assert!(sees_all.0.iter().all(|one| !one.unseen));
    for hidden in ["Procedure", "Observation"] {
        let (found, _, _) = of(&all, &|kind| kind != hidden);
        for one in found
            .iter()
            .filter(|one| one.programme.definition.name != "aaa-screening")
        {
            assert_eq!(one.judged.answer.verdict, Verdict::NotKnown, "{hidden}");
        }
        assert!(found.iter().any(|one| one.unseen));
    }
    let (found, _, _) = of(&all, &|kind| kind != "MedicationRequest");
    let check = found
        .iter()
        .find(|one| one.programme.definition.name == "nhs-health-check")
        .expect("the check");
    assert_eq!(check.judged.answer.verdict, Verdict::NotKnown);
}

#[test]
fn a_vaccine_counts_by_its_own_code_or_the_procedures_and_another_is_named() {
    let mut by_procedure = given("b", "1", "2026-08-10");
    by_procedure["vaccineCode"] = json!({ "text": "MenB" });
    by_procedure["extension"] = json!([{
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-VaccinationProcedure",
        "valueCodeableConcept": coded("720540002") }]);
    let mut all = vec![
        person("2026-05-01", "female"),
        given("a", "720539004", "2026-07-01"),
        by_procedure,
    ];
    let (_, vaccines, _) = of(&all, &|_| true);
    let vaccines = vaccines.expect("vaccines");
    assert_eq!(vaccines.given.len(), 2);
    let of_name = |vaccines: &Vaccines, name: &str| -> Vec<(&str, Verdict)> {
        let doses = vaccines.doses.iter().filter(|dose| dose.dose.vaccine == name);
        doses.map(|dose| (dose.dose.dose, dose.verdict)).collect()
    };
    assert_eq!(of_name(&vaccines, "MenB"), [("3", Verdict::NotYetDue)]);
    assert_eq!(of_name(&vaccines, "PCV13")[0], ("1", Verdict::NotKnown));
    assert_eq!(of_name(&vaccines, "Rotavirus")[0].1, Verdict::NotEligible);
    all.push(given("c", "1", "2026-08-10"));
    let (_, vaccines, _) = of(&all, &|_| true);
    let vaccines = vaccines.expect("vaccines");
    assert_eq!(vaccines.not_counted.len(), 1);
    assert!(
        vaccines
            .doses
            .iter()
            .any(|dose| dose.missing == ["which vaccines those were"])
    );
}

#[test]
fn nothing_is_worked_out_of_whoever_died_or_whose_day_of_birth_is_not_whole() {
    let mut died = person("1966-05-01", "female");
    died["deceasedDateTime"] = json!("2026-01-01");
    assert!(of(&[died], &|_| true).2.is_some_and(|why| why.contains("died")));
    assert!(
        of(&[person("1966", "female")], &|_| true)
            .2
            .is_some_and(|why| why.contains("date of birth"))
    );
    assert!(
        of(&[person("2027-01-01", "female")], &|_| true)
            .2
            .is_some_and(|why| why.contains("cannot be right"))
    );
}
