//! UK-shaped resources of invented people. NHS numbers are of the test range and have valid check digits.

use serde_json::{Value, json};

pub(crate) const PATIENT: &str = "Patient/0197f000-0000-7000-8000-000000000001";

/// Peggy Marsh: verified number, two names, a hearing need, next of kin, registered practice.
pub(crate) fn patient() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "0197f000-0000-7000-8000-000000000001",
        "meta": { "versionId": "3", "lastUpdated": "2026-08-01T08:00:00.000Z" },
        "extension": [
            { "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory",
              "valueCodeableConcept": { "coding": [{ "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland", "code": "B", "display": "White - Irish" }] } },
            { "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": true }
        ],
        "identifier": [
            { "extension": [{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": { "coding": [{ "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01", "display": "Number present and verified" }] } }],
              "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990548609" },
            { "use": "usual", "system": "https://example.org/hospital-number", "value": "RU7-001", "assigner": { "display": "Marsh General" } }
        ],
        "active": true,
        "name": [
            { "use": "official", "family": "Marsh", "given": ["Margaret", "Ann"], "prefix": ["Mrs"] },
            { "use": "usual", "family": "Marsh", "given": ["Peggy"] },
            { "use": "maiden", "family": "Doyle", "given": ["Margaret"] }
        ],
        "telecom": [
            { "system": "phone", "value": "01632 960002", "use": "home", "rank": 2 },
            { "system": "phone", "value": "07700 900001", "use": "mobile", "rank": 1 }
        ],
        "gender": "female",
        "birthDate": "1941-02-28",
        "address": [{ "use": "home", "line": ["1 Mill Lane"], "city": "Melksham", "postalCode": "SN12 6AA", "period": { "start": "2001" } }],
        "maritalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "W", "display": "Widowed" }] },
        "contact": [{ "relationship": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "N", "display": "Next-of-Kin" }] }],
            "name": { "family": "Marsh", "given": ["Tom"] }, "telecom": [{ "system": "phone", "value": "07700 900002" }], "gender": "male" }],
        "communication": [
            { "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "en", "display": "English" }] } },
            { "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "ga", "display": "Irish" }] }, "preferred": true }
        ],
        "generalPractitioner": [{ "reference": "Organization/y1", "display": "Mill Lane Surgery" }]
    })
}

/// One resource of every mapped type but Patient, with as much as `care` knows.
pub(crate) fn resources() -> Vec<Value> {
    let subject = json!({ "reference": PATIENT });
    let encounter = json!({ "reference": "Encounter/e1", "display": "Home visit" });
    let meta = json!({ "versionId": "1", "lastUpdated": "2026-07-30T10:00:00.123Z", "source": "https://example.org/epr",
        "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N" }] });
    let author = json!({ "resourceType": "PractitionerRole", "id": "author",
        "practitioner": { "reference": "Practitioner/p1", "display": "Dr Asha Bell" },
        "organization": { "display": "Mill Lane Surgery" }, "code": [{ "text": "General practitioner" }] });
    let snomed = |code: &str, display: &str| json!({ "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": display }] });
    let status = |system: &str, code: &str| json!({ "coding": [{ "system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code }] });
    let mg = |value: Value| json!({ "value": value, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg" });
    let mm = |value: Value| json!({ "value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" });
    vec![
        json!({ "resourceType": "Condition", "id": "c1", "meta": meta, "contained": [author],
            "clinicalStatus": status("condition-clinical", "active"), "verificationStatus": status("condition-ver-status", "confirmed"),
            "category": [status("condition-category", "problem-list-item")], "severity": snomed("24484000", "Severe"),
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "13645005", "display": "Chronic obstructive lung disease" }], "text": "COPD" },
            "bodySite": [snomed("39607008", "Lung structure")], "subject": subject, "encounter": encounter,
            "onsetDateTime": "2015-03", "recordedDate": "2015-03-20", "asserter": { "reference": "#author" }, "note": [{ "text": "Two admissions in 2025." }] }),
        json!({ "resourceType": "AllergyIntolerance", "id": "a1", "meta": meta,
            "clinicalStatus": status("allergyintolerance-clinical", "active"), "verificationStatus": status("allergyintolerance-verification", "confirmed"),
            "type": "allergy", "category": ["medication"], "criticality": "high", "code": snomed("764146007", "Penicillin"), "patient": subject, "encounter": encounter,
            "onsetString": "in childhood", "recordedDate": "1999", "recorder": { "reference": "Practitioner/p2", "display": "Nurse Lee" }, "lastOccurrence": "2010-05",
            "reaction": [{ "manifestation": [snomed("39579001", "Anaphylaxis")], "description": "Collapsed", "onset": "2010-05-01", "severity": "severe" }] }),
        json!({ "resourceType": "MedicationRequest", "id": "m1", "meta": meta, "contained": [author], "status": "active", "intent": "order",
            "medicationCodeableConcept": { "coding": [{ "system": "https://dmd.nhs.uk", "code": "39113611000001102", "display": "Carbocisteine 375mg capsules" }] },
            "subject": subject, "encounter": encounter, "authoredOn": "2026-06-01", "requester": { "reference": "#author" },
            "reasonCode": [snomed("13645005", "Chronic obstructive lung disease")], "courseOfTherapyType": { "text": "Repeat" },
            "dosageInstruction": [
                { "text": "Two capsules three times a day", "route": snomed("26643006", "Oral"), "doseAndRate": [{ "doseQuantity": mg(json!(750)) }],
                  "timing": { "repeat": { "frequency": 3, "period": 1, "periodUnit": "d", "when": ["PC"] } }, "asNeededBoolean": false },
                { "asNeededCodeableConcept": { "text": "breathlessness" }, "doseAndRate": [{ "doseRange": { "low": mg(json!(2.5)), "high": mg(json!(5)) } }] }
            ],
            "dispenseRequest": { "validityPeriod": { "start": "2026-06-01", "end": "2026-12-01" } } }),
        json!({ "resourceType": "MedicationStatement", "id": "m2", "meta": meta, "status": "active", "statusReason": [{ "text": "bought" }],
            "medicationReference": { "reference": "Medication/x", "display": "Paracetamol 500mg tablets" },
            "subject": subject, "context": encounter, "effectivePeriod": { "start": "2025" }, "dateAsserted": "2026-07-01",
            "informationSource": { "reference": PATIENT, "display": "Peggy Marsh" }, "dosage": [{ "patientInstruction": "Up to eight a day" }] }),
        json!({ "resourceType": "Observation", "id": "o1", "meta": meta, "status": "final",
            "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory" }] }],
            "code": snomed("1000731000000107", "Serum creatinine level"), "subject": subject, "encounter": encounter, "effectiveDateTime": "2026-07-20T09:10:00Z",
            "issued": "2026-07-20T15:00:00Z", "performer": [{ "reference": "Organization/lab", "display": "Marsh General Pathology" }],
            "valueQuantity": { "value": 131, "comparator": ">", "unit": "umol/L", "system": "http://unitsofmeasure.org", "code": "umol/L" },
            "interpretation": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "H" }] }],
            "note": [{ "text": "Repeat in a week" }], "bodySite": { "text": "Arm" }, "method": { "text": "Enzymatic" }, "device": { "display": "Analyser 3" },
            "referenceRange": [{ "low": { "value": 45.5, "unit": "umol/L" }, "high": { "value": 84, "unit": "umol/L" }, "text": "women" }], "hasMember": [{ "reference": "Observation/o9" }] }),
        json!({ "resourceType": "Observation", "id": "o2", "meta": meta, "status": "amended", "code": { "coding": [{ "system": "http://loinc.org", "code": "85354-9" }] },
            "subject": subject, "effectivePeriod": { "start": "2026-07-20T09:00:00Z", "end": "2026-07-20T09:05:00Z" }, "dataAbsentReason": { "text": "see parts" },
            "component": [ { "code": snomed("72313002", "Systolic"), "valueQuantity": mm(json!(142)) }, { "code": snomed("1091811000000102", "Diastolic"), "dataAbsentReason": { "text": "not heard" } } ] }),
        json!({ "resourceType": "DiagnosticReport", "id": "d1", "meta": meta, "status": "final", "category": [{ "text": "Biochemistry" }], "code": { "text": "Urea and electrolytes" },
            "subject": subject, "encounter": encounter, "effectiveDateTime": "2026-07-20", "issued": "2026-07-20T15:00:00Z", "performer": [{ "reference": "Organization/lab", "display": "Marsh General Pathology" }],
            "result": [{ "reference": "Observation/o1", "display": "Creatinine" }], "conclusion": "Reduced kidney function", "conclusionCode": [snomed("709044004", "Chronic kidney disease")],
            "presentedForm": [{ "contentType": "text/plain", "data": "S2lkbmV5cw==", "title": "Report", "creation": "2026-07-20" }] }),
        json!({ "resourceType": "Encounter", "id": "e1", "meta": meta, "status": "finished", "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH", "display": "home health" },
            "type": [{ "text": "Home visit" }], "subject": subject, "participant": [{ "type": [{ "text": "Community matron" }], "individual": { "reference": "Practitioner/p2", "display": "Nurse Lee" } }],
            "period": { "start": "2026-07-20T09:00:00+01:00", "end": "2026-07-20T09:40:00+01:00" }, "reasonCode": [{ "text": "Breathless" }],
            "hospitalization": { "extension": [{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod", "valueCodeableConcept": { "coding": [{ "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-AdmissionMethodEngland", "code": "21" }] } }],
                "dischargeDisposition": { "text": "Usual residence" } }, "location": [{ "location": { "display": "Home" } }],
            "serviceProvider": { "reference": "Organization/y2", "display": "Avon Community Health" } }),
        json!({ "resourceType": "DocumentReference", "id": "r1", "meta": meta, "contained": [author], "status": "current", "docStatus": "final", "type": snomed("1382601000000107", "ReSPECT form"), "category": [{ "text": "Care plan" }],
            "subject": subject, "date": "2026-05-01T10:00:00Z", "author": [{ "reference": "#author" }, { "display": "Mr Ward" }], "custodian": { "reference": "Organization/y1", "display": "Mill Lane Surgery" },
            "description": "ReSPECT form, version 3", "content": [{ "attachment": { "contentType": "application/pdf", "url": "https://example.org/respect.pdf", "title": "ReSPECT", "size": 1200, "language": "en" } }],
            "context": { "encounter": [encounter], "period": { "start": "2026-05-01" } } }),
        json!({ "resourceType": "CarePlan", "id": "p1", "meta": meta, "contained": [author], "status": "active", "intent": "plan", "category": [snomed("735324008", "Treatment escalation plan")], "title": "If I get worse", "description": "Stay at home if possible",
            "subject": subject, "encounter": encounter, "period": { "start": "2026-05-01" }, "created": "2026-05-01", "author": { "reference": "#author" }, "addresses": [{ "reference": "Condition/c1", "display": "COPD" }], "goal": [{ "reference": "Goal/g1" }],
            "activity": [{ "detail": { "code": { "text": "Rescue pack" }, "status": "in-progress", "scheduledString": "at first signs", "performer": [{ "display": "Peggy" }], "description": "Prednisolone and doxycycline" } }, { "reference": { "reference": "Task/t1", "display": "Call after three days" } }],
            "note": [{ "text": "Discussed with Tom." }] }),
        json!({ "resourceType": "Goal", "id": "g1", "meta": meta, "lifecycleStatus": "active", "achievementStatus": { "text": "Improving" }, "priority": { "text": "High" }, "description": { "text": "Walk to the shop" }, "subject": subject, "startDate": "2026-05-01",
            "target": [{ "measure": { "text": "Distance" }, "detailQuantity": { "value": 300, "unit": "m" }, "dueDate": "2026-09-01" }, { "detailString": "without resting" }], "statusDate": "2026-07-01", "expressedBy": { "reference": PATIENT, "display": "Peggy Marsh" } }),
        json!({ "resourceType": "Procedure", "id": "x1", "meta": meta, "contained": [author], "status": "completed", "category": { "text": "Imaging" }, "code": snomed("399208008", "Chest X-ray"), "subject": subject, "encounter": encounter, "performedDateTime": "2026-06-02",
            "performer": [{ "actor": { "reference": "#author" } }], "location": { "display": "Radiology" }, "reasonCode": [{ "text": "Cough" }], "reasonReference": [{ "reference": "Condition/c1", "display": "COPD" }], "bodySite": [{ "text": "Chest" }], "outcome": { "text": "No change" }, "note": [{ "text": "Portable" }] }),
        json!({ "resourceType": "Immunization", "id": "i1", "meta": meta, "status": "not-done", "statusReason": { "text": "Declined" }, "vaccineCode": { "text": "Influenza" }, "patient": subject, "encounter": encounter, "occurrenceString": "autumn 2025", "recorded": "2025-10-01",
            "primarySource": true, "lotNumber": "B12", "site": { "text": "Left arm" }, "route": { "text": "Intramuscular" }, "performer": [{ "actor": { "display": "Nurse Lee" } }], "protocolApplied": [{ "doseNumberPositiveInt": 2 }] }),
        json!({ "resourceType": "Flag", "id": "f1", "meta": meta, "status": "active", "category": [{ "coding": [{ "system": "https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryRA", "code": "communication-support" }] }], "code": { "text": "Needs to lip-read" },
            "subject": subject, "encounter": encounter, "period": { "start": "2024-01-01" }, "author": { "display": "Nurse Lee" } }),
        json!({ "resourceType": "RelatedPerson", "id": "t1", "meta": meta, "active": true, "patient": subject, "relationship": [{ "text": "Son" }], "name": [{ "family": "Marsh", "given": ["Tom"] }], "telecom": [{ "system": "phone", "value": "07700 900002", "use": "mobile" }],
            "gender": "male", "birthDate": "1970-01", "address": [{ "line": ["2 Mill Lane"], "postalCode": "SN12 6AA" }], "period": { "start": "2020" } }),
        json!({ "resourceType": "Consent", "id": "s1", "meta": meta, "status": "active", "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "adr" }] }, "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentcategorycodes", "code": "dnr" }] }],
            "patient": subject, "dateTime": "2026-05-01", "performer": [{ "reference": PATIENT, "display": "Peggy Marsh" }], "provision": { "type": "deny", "period": { "start": "2026-05-01" } } }),
    ]
}

pub(crate) fn bytes(values: &[Value]) -> Vec<Vec<u8>> {
    values
        .iter()
        .map(|value| serde_json::to_vec(value).unwrap())
        .collect()
}

pub(crate) fn record(values: &[Value]) -> care::record::PersonRecord {
    let bytes = bytes(values);
    mapping::person_record(bytes.iter().map(Vec::as_slice))
}
