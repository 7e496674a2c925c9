//! Procedure and ImagingStudy: operations, investigations, screening, checks and reviews.

use codes::system::SNOMED_CT;
use serde_json::{Value, json};

use super::datatype::{coding, pointer, words};
use super::id::Kind;
use super::instant::date_time;
use super::rendering::Rendering;
use crate::life::Procedure;
use crate::parameters::ProcedureKind;

const OPCS_4: &str = "https://fhir.hl7.org.uk/Id/opcs-4";
const MODALITY: &str = "http://dicom.nema.org/resources/ontology/DCM";

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, procedure) in life.procedures.iter().enumerate() {
        let Some(kind) = rendering
            .parameters
            .procedures
            .get(usize::from(procedure.procedure))
        else {
            continue;
        };
        if rendering.is_lost(procedure.contact) {
            continue;
        }
        one(rendering, at, procedure, kind);
        if let Some(modality) = modality(&kind.key).filter(|_| !procedure.not_done) {
            images(rendering, at, procedure, kind, modality);
        }
    }
}

fn one(rendering: &mut Rendering<'_>, at: usize, procedure: &Procedure, kind: &ProcedureKind) {
    let day = procedure.at.day;
    let mut draft = rendering.open("Procedure", "Procedure", Kind::Procedure, at, day);
    draft.put(
        "status",
        if procedure.not_done {
            "not-done"
        } else {
            "completed"
        },
    );
    if procedure.not_done {
        draft.put("statusReason", words("Invited, not attended"));
    }
    draft.put("code", code(kind));
    draft.put("subject", rendering.person());
    draft.put_some("encounter", rendering.encounter(procedure.contact));
    draft.put("performedDateTime", date_time(procedure.at));
    let by = rendering
        .contact(procedure.contact)
        .filter(|_| !procedure.not_done);
    if let Some((at, contact)) = by {
        let actor = rendering.worker(rendering.gave(at, contact));
        let organisation = rendering.organisation(contact.organisation);
        draft.put(
            "performer",
            json!([{ "actor": actor, "onBehalfOf": organisation }]),
        );
        draft.put_some("location", rendering.location(contact.organisation));
    }
    let problem = rendering.problem(procedure.problem);
    draft.put_some("reasonReference", problem.map(|problem| vec![problem]));
    rendering.keep(draft);
}

fn code(kind: &ProcedureKind) -> Value {
    let mut codings = Vec::new();
    codings.extend(
        kind.snomed
            .as_deref()
            .map(|code| coding(SNOMED_CT, code, &kind.display)),
    );
    codings.extend(
        kind.opcs4
            .as_deref()
            .map(|code| json!({ "system": OPCS_4, "code": code })),
    );
    if codings.is_empty() {
        return words(&kind.display);
    }
    json!({ "coding": codings, "text": kind.display })
}

/// The DICOM modality of a procedure that makes images, by the beginning of its key.
fn modality(key: &str) -> Option<(&'static str, &'static str)> {
    match key.split('_').next()? {
        "xray" => Some(("DX", "Digital Radiography")),
        "ct" => Some(("CT", "Computed Tomography")),
        "mri" => Some(("MR", "Magnetic Resonance")),
        "ultrasound" | "echocardiogram" => Some(("US", "Ultrasound")),
        _ => None,
    }
}

fn images(
    rendering: &mut Rendering<'_>,
    at: usize,
    procedure: &Procedure,
    kind: &ProcedureKind,
    modality: (&str, &str),
) {
    let day = procedure.at.day;
    let mut draft = rendering.open("ImagingStudy", "ImagingStudy", Kind::ImagingStudy, at, day);
    draft.put("status", "available");
    let modality = coding(MODALITY, modality.0, modality.1);
    draft.put("modality", vec![modality.clone()]);
    draft.put("subject", rendering.person());
    draft.put_some("encounter", rendering.encounter(procedure.contact));
    draft.put("started", date_time(procedure.at));
    draft.put("numberOfSeries", 1);
    draft.put("numberOfInstances", 2);
    let done = rendering.id(Kind::Procedure, at as u32, day);
    draft.put("procedureReference", pointer(&format!("Procedure/{done}")));
    draft.put("procedureCode", vec![code(kind)]);
    draft.put("description", kind.display.as_str());
    // DICOM lets a UUID stand as a UID below 2.25 (PS3.5, annex B.2); there are no images behind it.
    let uid = uuid::Uuid::parse_str(&done).map_or(0, |uuid| uuid.as_u128());
    draft.put(
        "series",
        json!([{ "uid": format!("2.25.{uid}"), "modality": modality, "numberOfInstances": 2 }]),
    );
    rendering.keep(draft);
}
