//! The scans, their report, and the referral that needs no second beginning.

use serde_json::{Value, json};

use super::knee::service;
use super::{ONWARD, REFERRAL, RESULT, SCANS};
use crate::stories::appointment::{Booking, Channel, appointment};
use crate::stories::telling::{Telling, named, words};

const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";

/// The two scans: modality and its name, and the place of the request.
const KINDS: [(&str, &str, u32); 2] = [("CT", "Computed Tomography", 0), ("MR", "Magnetic Resonance", 1)];

fn hub() -> Value {
    named("Community diagnostic hub (invented)")
}

fn request(t: &Telling<'_>, at: u32, what: &str, done: bool) -> Value {
    t.resource_of(SCANS, "ServiceRequest", at, json!({
        "status": if done { "completed" } else { "active" }, "intent": "order", "priority": "routine",
        "category": [words("Imaging")], "code": words(what), "subject": t.person(), "authoredOn": t.moment_of(SCANS, 0),
        "requester": service(), "performer": [hub()], "reasonReference": [t.of(REFERRAL, "Condition", 2)],
    }))
}

const CT: &str = "CT of the left knee";
const MRI: &str = "MRI of the left knee";

pub(super) fn scans(t: &Telling<'_>) -> Vec<Value> {
    let item = |at: u8, question: &str, answer: &str| json!({ "linkId": at.to_string(), "text": question, "answer": [{ "valueString": answer }] });
    vec![
        request(t, 0, CT, false),
        request(t, 1, MRI, false),
        t.resource("QuestionnaireResponse", 2, json!({
            "questionnaire": "https://sarsen.example/Questionnaire/scan-safety", "status": "completed", "subject": t.person(),
            "authored": t.moment(0), "source": t.person(),
            "item": [
                item(1, "Pacemaker or other implant", "None"),
                item(2, "Metal in the eyes, from work", "None; wears goggles"),
                item(3, "Kidney disease, or a reaction to contrast", "None known"),
            ],
        })),
        appointment(t, 3, &Booking {
            kind: "CT and MRI at the community diagnostic hub", channel: Channel::InPerson,
            request: Some(t.of(SCANS, "ServiceRequest", 0)), with: hub(), days: 9, hour: 17,
        }),
    ]
}

pub(super) fn result(t: &Telling<'_>) -> Vec<Value> {
    let mut found = vec![request(t, 0, CT, true), request(t, 1, MRI, true)];
    for (modality, name, at) in KINDS {
        found.push(t.resource("ImagingStudy", at, json!({
            "status": "available", "modality": [{ "system": DICOM, "code": modality, "display": name }], "subject": t.person(),
            "started": t.moment(-60), "basedOn": [t.of(SCANS, "ServiceRequest", at)],
            // There are no images behind it.
            "description": if at == 0 { CT } else { MRI },
        })));
    }
    found.push(t.resource("DiagnosticReport", 2, json!({
        "status": "final", "category": [words("Imaging")], "code": words("Report on CT and MRI of the left knee"), "subject": t.person(),
        "basedOn": [t.of(SCANS, "ServiceRequest", 0), t.of(SCANS, "ServiceRequest", 1)],
        "effectiveDateTime": t.moment(-60), "issued": t.moment(0), "performer": [hub()],
        "imagingStudy": [t.of(RESULT, "ImagingStudy", 0), t.of(RESULT, "ImagingStudy", 1)],
        "conclusion": "Cartilage of the inner side nearly gone; ligaments intact; outer side and kneecap well kept.",
    })));
    found
}

pub(super) fn onward(t: &Telling<'_>) -> Vec<Value> {
    vec![t.resource_of(ONWARD, "ServiceRequest", 0, json!({
        "status": "active", "intent": "order", "priority": "routine", "category": [words("Referral")],
        "code": words("Referral to an orthopaedic surgeon by the radiographer"), "subject": t.person(), "authoredOn": t.moment(0),
        "requester": named("CT radiographer of the story (invented)"), "performer": [named("Orthopaedic service of the story (invented)")],
        "reasonReference": [t.of(RESULT, "DiagnosticReport", 2)],
        "note": [{ "text": "The place in the queue counts from the day of the first referral." }],
    }))]
}
