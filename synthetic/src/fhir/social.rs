//! Observation of how the person lives: home, work, service in the armed forces, care for others; and falls.

use codes::system::{OBSERVATION_CATEGORY, SNOMED_CT};
use serde_json::{Value, json};

use super::datatype::{concept, quantity, words};
use super::id::Kind;
use super::instant::{date, date_time};
use super::rendering::Rendering;
use crate::day::Day;
use crate::life::{Dwelling, Person, Tenure};

/// A question about how the person lives, the answer, and when it was given.
type Answer = (Value, Value, Day);

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, (question, answer, day)) in answers(&life.person).into_iter().enumerate() {
        let mut draft = rendering.open("Observation", "Observation", Kind::SocialHistory, at, day);
        draft.put("status", "final");
        let category = concept(OBSERVATION_CATEGORY, "social-history", "Social History");
        draft.put("category", vec![category]);
        draft.put("code", question);
        draft.put("subject", rendering.person());
        draft.put("effectiveDateTime", date(day));
        let key = if answer.get("value").is_some() {
            "valueQuantity"
        } else {
            "valueCodeableConcept"
        };
        draft.put(key, answer);
        rendering.keep(draft);
    }
    falls(rendering);
}

fn answers(person: &Person) -> Vec<Answer> {
    let since = person.registered.max(person.birth);
    let mut found: Vec<Answer> = vec![(words("Housing"), words(housing(person)), since)];
    let lives = if person.alone {
        json!({ "coding": [{ "system": SNOMED_CT, "code": "105529008", "display": "Lives alone" }], "text": "Lives alone" })
    } else {
        words("Lives with others")
    };
    found.push((words("Living arrangement"), lives, since));
    if person.overcrowded {
        found.push((
            words("Space at home"),
            words("Too few rooms for the household"),
            since,
        ));
    }
    if !person.occupation.is_empty() {
        let kind = if person.routine_manual {
            " (routine or manual)"
        } else {
            ""
        };
        found.push((
            words("Occupation"),
            words(&format!("{}{kind}", person.occupation)),
            since,
        ));
    }
    let forces = match (person.serving, person.veteran, person.military_family) {
        (true, ..) => Some("Serves in the armed forces"),
        (false, true, _) => Some("Served in the armed forces (veteran)"),
        (false, false, true) => Some("Family of somebody who serves in the armed forces"),
        (false, false, false) => None,
    };
    if let Some(forces) = forces {
        found.push((words("Armed forces"), words(forces), since));
    }
    if let Some(carer) = person.carer {
        found.push((
            words("Cares for somebody without pay"),
            words("Unpaid carer"),
            carer.since,
        ));
        let hours = quantity(f64::from(carer.hours), 0, "hours a week", "h/wk");
        found.push((words("Hours of unpaid care a week"), hours, carer.since));
        let strain = quantity(f64::from(carer.strain), 0, "of 100", "{score}");
        found.push((words("Strain of caring"), strain, carer.since));
    }
    found
}

fn housing(person: &Person) -> &'static str {
    match (person.dwelling, person.tenure) {
        (Dwelling::CareHome, _) => "Lives in a care home",
        (Dwelling::Service, _) => "Service accommodation",
        (Dwelling::NoFixedAddress, _) => "No fixed abode",
        (Dwelling::Home, Tenure::Outright) => "Owns the home outright",
        (Dwelling::Home, Tenure::Mortgage) => "Owns the home with a mortgage",
        (Dwelling::Home, Tenure::Social) => "Rents from a council or housing association",
        (Dwelling::Home, Tenure::Private) => "Rents privately",
    }
}

fn falls(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, fall) in life.falls.iter().enumerate() {
        if rendering.is_lost(fall.contact) {
            continue;
        }
        let mut draft = rendering.open("Observation", "Observation", Kind::Fall, at, fall.at.day);
        draft.put("status", "final");
        draft.put(
            "category",
            vec![concept(OBSERVATION_CATEGORY, "survey", "Survey")],
        );
        let code = json!({ "coding": [{ "system": SNOMED_CT, "code": "1912002", "display": "Fall" }], "text": "Fall" });
        draft.put("code", code);
        draft.put("subject", rendering.person());
        draft.put_some("encounter", rendering.encounter(fall.contact));
        draft.put("effectiveDateTime", date_time(fall.at));
        draft.put(
            "valueString",
            if fall.injured {
                "Fell and was hurt"
            } else {
                "Fell, not hurt"
            },
        );
        rendering.keep(draft);
    }
}
