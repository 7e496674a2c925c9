//! Immunization: doses that were given, and those that were declined.

use codes::system::SNOMED_CT;
use serde_json::json;

use super::datatype::{concept, extension, words};
use super::id::Kind;
use super::instant::date;
use super::rendering::Rendering;
use super::worker::whom;
use crate::life::Immunisation;
use crate::parameters::Vaccine;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, immunisation) in life.immunisations.iter().enumerate() {
        let Some(vaccine) = rendering
            .parameters
            .vaccines
            .get(usize::from(immunisation.vaccine))
        else {
            continue;
        };
        let practice = rendering.practice();
        if practice.is_some_and(|practice| rendering.is_silent(practice, immunisation.day)) {
            continue;
        }
        one(rendering, at, immunisation, vaccine);
    }
}

fn one(rendering: &mut Rendering<'_>, at: usize, immunisation: &Immunisation, vaccine: &Vaccine) {
    let day = immunisation.day;
    let mut draft = rendering.open("Immunization", "Immunization", Kind::Immunization, at, day);
    if let Some(code) = &vaccine.snomed {
        // The table's codes are of the vaccination, which UK Core has as an extension, not of the product.
        let procedure = concept(SNOMED_CT, code, &vaccine.display);
        draft.put(
            "extension",
            vec![extension(
                "VaccinationProcedure",
                "valueCodeableConcept",
                &procedure,
            )],
        );
    }
    draft.put(
        "status",
        if immunisation.declined {
            "not-done"
        } else {
            "completed"
        },
    );
    if immunisation.declined {
        let declined = concept(SNOMED_CT, "443684005", "Immunization refused");
        draft.put("statusReason", declined);
    }
    draft.put("vaccineCode", words(&vaccine.display));
    draft.put("patient", rendering.person());
    draft.put("occurrenceDateTime", date(day));
    draft.put("recorded", date(day));
    draft.put("primarySource", true);
    if !immunisation.declined {
        let lot = format!("SYN{:05}", rendering.random(40 + at as u64).below(100_000));
        draft.put("lotNumber", lot);
    }
    if let Some(practice) = rendering.practice() {
        let nurse = whom(rendering.place, practice, true, rendering.life.person.index);
        draft.put("performer", json!([{ "actor": rendering.worker(nurse) }]));
    }
    let mut protocol = json!({ "doseNumberPositiveInt": immunisation.dose.max(1) });
    if !vaccine.disease.is_empty() {
        let diseases = vaccine
            .disease
            .split(';')
            .map(|disease| words(&disease.trim().replace('_', " ")));
        protocol["targetDisease"] = diseases.collect();
    }
    draft.put("protocolApplied", vec![protocol]);
    rendering.keep(draft);
}
