//! Random people with random ties, labels and consents: what each of their resources says, as the test knows it.

use serde_json::{Value, json};

use super::dice::Dice;

const LABEL: &str = "https://sarsen.example/fhir/CodeSystem/label";
const ACT: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
pub(super) const MARKERS: &str = "https://sarsen.example/id/marker";
pub(super) const ACCESS: &str = "https://sarsen.example/fhir/CodeSystem/access";
pub(super) const SEALED_BY: &str = "https://sarsen.example/id/sealed-by";
pub(super) const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";

/// A resource of the world as the test knows it: every version, newest last; `None` is a deletion.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// The Patient in whose record it lives.
    pub(super) home: String,
    pub(super) versions: Vec<Option<Value>>,
}

impl Item {
    pub(super) fn present(&self) -> Option<&Value> {
        self.versions.last().and_then(Option::as_ref)
    }

    /// The words that only this resource bears.
    pub(super) fn marker(&self) -> String {
        format!("marker-{}-end", self.id)
    }
}

/// Two organisations and two workers, by their ids.
pub(super) const ORGANISATIONS: [(&str, &str); 2] = [("org-a", "AAA01"), ("org-b", "BBB02")];
pub(super) const WORKERS: [&str; 2] = ["worker-1", "worker-2"];

fn party(dice: &mut Dice) -> Value {
    let (id, ods) = *dice.pick(&ORGANISATIONS);
    match dice.below(3) {
        0 => json!({ "reference": format!("Organization/{id}") }),
        1 => json!({ "identifier": { "system": ODS, "value": ods } }),
        _ => json!({ "reference": format!("Practitioner/{}", dice.pick(&WORKERS)) }),
    }
}

fn worker_or_organisation(dice: &mut Dice) -> Value {
    match dice.below(2) {
        0 => json!({ "reference": format!("Organization/{}", dice.pick(&ORGANISATIONS).0) }),
        _ => json!({ "reference": format!("Practitioner/{}", dice.pick(&WORKERS)) }),
    }
}

/// A period that is past, runs, or is to come.
fn period(dice: &mut Dice) -> Value {
    match dice.below(4) {
        0 => json!({ "start": "2019-01-01", "end": "2019-12-31" }),
        1 => json!({ "start": "2090-01-01", "end": "2090-12-31" }),
        _ => json!({ "start": "2020-01-01", "end": "2090-12-31" }),
    }
}

/// The organisations of the directory, which is open to everybody who is signed in.
pub(super) fn organisations() -> Vec<Value> {
    ORGANISATIONS
        .iter()
        .map(|(id, ods)| {
            json!({ "resourceType": "Organization", "id": id, "name": format!("Organisation {ods}"),
                "identifier": [{ "system": ODS, "value": ods }] })
        })
        .collect()
}

pub(super) fn items(dice: &mut Dice, people: &[String]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let house = if number > 0 && dice.one_in(3) { 0 } else { number };
        items.push(patient(dice, person, number, &people[house], house));
        for each in 0..3 + dice.below(5) {
            items.push(tie(dice, person, people, each));
        }
        for each in 0..4 + dice.below(6) {
            items.push(fact(dice, person, each));
        }
    }
    for item in &mut items {
        let marker = item.marker();
        for version in item.versions.iter_mut().flatten() {
            let own = json!({ "system": MARKERS, "value": marker });
            match version.get_mut("identifier").and_then(Value::as_array_mut) {
                Some(all) => all.push(own),
                None => version["identifier"] = json!([own]),
            }
        }
    }
    items
}

/// Somebody who lives in the house of this number, which bears the name of whoever lived there first.
fn patient(dice: &mut Dice, person: &str, number: usize, first: &str, house: usize) -> Item {
    let born = *dice.pick(&[
        "1940-02-03",
        "1940-02-03",
        "1985-06-07",
        "2010-01-02",
        "2019-05-06",
    ]);
    // Who writes an address down spells it as they like.
    let street = match dice.below(3) {
        0 => format!("{house} OLD STREET"),
        _ => format!("{house} Old Street"),
    };
    let mut json = json!({
        "resourceType": "Patient",
        "id": person,
        "name": [{ "family": "Sharing", "given": [format!("Given-{person}-end")] }],
        "identifier": [nhs_number(person)],
        "birthDate": born,
        "gender": "female",
        "address": [{ "line": [street], "city": format!("Place-{first}-end"), "postalCode": format!("SN1 {house}AA") }],
        "telecom": [{ "system": "phone", "value": format!("0770090000{number}") }],
    });
    if dice.one_in(3) {
        let kind = *dice.pick(&["old", "temp"]);
        let other =
            json!({ "use": kind, "line": ["9 New Street"], "city": "Elsewhere", "postalCode": "SN9 9AA" });
        json["address"] = json!([json["address"][0], other]);
    }
    let mut labels = Vec::new();
    if dice.one_in(3) {
        labels.push(json!({ "system": CONFIDENTIALITY, "code": "R" }));
    }
    if dice.one_in(8) {
        labels.push(json!({ "system": ACT, "code": "PSY" }));
    }
    if !labels.is_empty() {
        json["meta"] = json!({ "security": labels });
    }
    if dice.one_in(3) {
        let (id, _) = *dice.pick(&ORGANISATIONS);
        json["generalPractitioner"] = json!([{ "reference": format!("Organization/{id}") }]);
    }
    if dice.one_in(8) {
        json["deceasedBoolean"] = json!(true);
    }
    Item {
        kind: "Patient",
        id: person.to_owned(),
        home: person.to_owned(),
        versions: vec![Some(json)],
    }
}

/// The NHS number of somebody (`person-{seed}-{number}`): one of those that are for tests, with its check digit; verified.
fn nhs_number(person: &str) -> Value {
    let digits = person.bytes().filter(u8::is_ascii_digit);
    let own = digits.fold(0u64, |all, digit| all * 10 + u64::from(digit - b'0'));
    // Of ten that follow each other at least one has a check digit.
    let mut numbers = (0..).filter_map(|next| {
        let first = format!("{:09}", 999_000_000 + own * 10 % 1_000_000 + next);
        let sum: u64 = first
            .bytes()
            .zip((2..=10).rev())
            .map(|(digit, weight)| u64::from(digit - b'0') * weight)
            .sum();
        match 11 - sum % 11 {
            11 => Some(format!("{first}0")),
            10 => None,
            check => Some(format!("{first}{check}")),
        }
    });
    json!({ "system": codes::system::NHS_NUMBER, "value": numbers.next(), "extension": [{
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": { "coding": [{
            "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01" }] } }] })
}

/// Something that says who has to do with the person; some of it ended or not begun.
fn tie(dice: &mut Dice, person: &str, people: &[String], each: u64) -> Item {
    let subject = json!({ "reference": format!("Patient/{person}") });
    let open = !dice.one_in(3);
    let status = |yes: &'static str, no: &'static str| if open { yes } else { no };
    let (kind, mut json) = match dice.below(10) {
        0 => (
            "CareTeam",
            json!({ "status": status("active", "inactive"), "subject": subject, "period": period(dice),
                "participant": [{ "member": worker_or_organisation(dice) }] }),
        ),
        1 => (
            "EpisodeOfCare",
            json!({ "status": status("active", "finished"), "patient": subject,
                "managingOrganization": { "reference": format!("Organization/{}", dice.pick(&ORGANISATIONS).0) } }),
        ),
        2 => (
            "Encounter",
            json!({ "status": status("in-progress", "finished"), "subject": subject,
                "class": { "system": ACT, "code": *dice.pick(&["IMP", "AMB"]) }, "period": period(dice),
                "serviceProvider": { "reference": format!("Organization/{}", dice.pick(&ORGANISATIONS).0) } }),
        ),
        3 => (
            "ServiceRequest",
            json!({ "status": status("active", "completed"), "intent": "order", "subject": subject,
                "performer": [worker_or_organisation(dice)] }),
        ),
        4 => (
            "Task",
            json!({ "status": status("requested", "completed"), "intent": "order", "for": subject, "owner": party(dice) }),
        ),
        5 => {
            let code = *dice.pick(&["break-glass", "claimed-relationship", "hub-case"]);
            (
                "Task",
                json!({ "status": status("in-progress", "completed"), "intent": "order", "for": subject,
                    "code": { "coding": [{ "system": ACCESS, "code": code }] }, "executionPeriod": period(dice),
                    "requester": party(dice), "owner": party(dice) }),
            )
        }
        6 => (
            "Appointment",
            json!({ "status": status("booked", "fulfilled"), "start": "2089-01-01T09:00:00Z", "end": "2089-01-01T09:20:00Z",
                "participant": [{ "actor": subject, "status": "accepted" },
                    { "actor": { "reference": format!("Practitioner/{}", dice.pick(&WORKERS)) }, "status": "accepted" }] }),
        ),
        7 => {
            let category = *dice.pick(&[
                "proxy",
                "proxy",
                "parental-responsibility",
                "attorney",
                "lacks-capacity",
                "competent",
                "refusal",
                "objection",
                "objection",
            ]);
            let who = match category {
                "refusal" => worker_or_organisation(dice),
                _ => json!({ "reference": format!("Patient/{}", dice.pick(people)) }),
            };
            let action = *dice.pick(&["see-summary", "see-record", "see-appointments", "see-plan"]);
            (
                "Consent",
                json!({ "status": status("active", "inactive"), "patient": subject,
                    "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
                    "category": [{ "coding": [{ "system": ACCESS, "code": category }] }],
                    "policyRule": { "text": "as agreed" },
                    "provision": { "period": period(dice),
                        "actor": [{ "role": { "text": "who" }, "reference": who }],
                        "action": [{ "coding": [{ "system": ACCESS, "code": action }] }] } }),
            )
        }
        8 => (
            "Task",
            json!({ "status": "requested", "intent": "order", "for": subject, "owner": party(dice), "authoredOn": "2026-01-05",
                "code": { "coding": [{ "system": codes::risk::SYSTEM, "code": codes::risk::OFFER }] } }),
        ),
        _ => (
            "RelatedPerson",
            json!({ "active": open, "patient": subject,
                "identifier": [nhs_number(dice.pick::<String>(people))] }),
        ),
    };
    let id = format!("{person}-tie-{each}");
    json["resourceType"] = json!(kind);
    json["id"] = json!(id);
    Item {
        kind,
        id,
        home: person.to_owned(),
        versions: vec![Some(json)],
    }
}

/// Something about the person, with labels, versions, perhaps deleted.
fn fact(dice: &mut Dice, person: &str, each: u64) -> Item {
    let marked = format!("marker-{person}-fact-{each}-end");
    let subject = json!({ "reference": format!("Patient/{person}") });
    let (kind, mut json) = match dice.below(6) {
        0 => (
            "Observation",
            json!({ "status": "final", "code": { "coding": [{ "system": "http://loinc.org", "code": "8867-4" }] },
                "subject": subject, "effectiveDateTime": format!("2024-01-0{}", 1 + dice.below(9)),
                "valueQuantity": { "value": 2.50, "unit": "mg" }, "performer": [worker_or_organisation(dice)] }),
        ),
        1 => (
            "Condition",
            json!({ "code": { "text": marked }, "subject": subject, "recordedDate": "2023-01-01" }),
        ),
        2 => (
            "Flag",
            json!({ "status": "active", "code": { "text": marked }, "subject": subject }),
        ),
        3 => (
            "DocumentReference",
            json!({ "status": "current", "subject": subject, "custodian": { "reference": "Organization/org-a" },
                "content": [{ "attachment": { "contentType": "text/plain", "title": marked } }] }),
        ),
        4 => (
            "CarePlan",
            json!({ "status": "active", "intent": "plan", "title": marked, "subject": subject }),
        ),
        _ => (
            "Immunization",
            json!({ "status": "completed", "vaccineCode": { "text": marked }, "patient": subject,
                "occurrenceDateTime": "2022-01-01", "location": { "reference": "Location/place-1" } }),
        ),
    };
    let id = format!("{person}-fact-{each}");
    json["resourceType"] = json!(kind);
    json["id"] = json!(id);
    let mut security = Vec::new();
    for _ in 0..dice.below(3) {
        let (system, code) = *dice.pick(&[
            (LABEL, "sealed"),
            (LABEL, "locked"),
            (LABEL, "not-for-person"),
            (LABEL, "not-for-proxies"),
            (LABEL, "safeguarding"),
            (LABEL, "third-party"),
            (ACT, "PSY"),
            (ACT, "HIV"),
            (CONFIDENTIALITY, "R"),
        ]);
        security.push(json!({ "system": system, "code": code }));
    }
    if !security.is_empty() {
        json["meta"] = json!({ "security": security,
            "tag": [{ "system": SEALED_BY, "code": dice.pick(&ORGANISATIONS).1 }] });
    }
    let mut versions = vec![Some(json.clone())];
    if dice.one_in(3) {
        let mut next = json.clone();
        next["language"] = json!("en-GB");
        if each % 2 == 1 {
            // What was labelled is put right, and bears nothing any more.
            next.as_object_mut().map(|all| all.remove("meta"));
        }
        versions.push(Some(next));
    }
    if dice.one_in(6) {
        versions.push(None);
    }
    Item {
        kind,
        id,
        home: person.to_owned(),
        versions,
    }
}
