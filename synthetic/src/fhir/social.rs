//! Observation of how the person lives: home, work, service in the armed forces, care for others; and falls.

use codes::circumstance;
use codes::system::{OBSERVATION_CATEGORY, SNOMED_CT};
use serde_json::{Value, json};

use super::datatype::{clinical, coding, concept, quantity, words};
use super::id::Kind;
use super::instant::{date, date_time};
use super::rendering::Rendering;
use crate::day::Day;
use crate::life::{Dwelling, Person, Tenure};

/// SNOMED CT, as `codes::circumstance` has them: patient themselves providing care; homeless.
const CARER: &str = "224484003";
const HOMELESS: &str = "32911000";

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
    let mut found: Vec<Answer> = vec![(words("Housing"), housing(person), since)];
    let lives = if person.alone {
        clinical(Some("105529008"), "Lives alone")
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
        let (code, kind) = if person.routine_manual {
            ("routine-or-manual", " (routine or manual)")
        } else {
            ("other-work", "")
        };
        let work = told(code, &format!("{}{kind}", person.occupation));
        found.push((words("Occupation"), work, since));
    }
    let forces = match (person.serving, person.veteran, person.military_family) {
        (true, ..) => Some(("serving", "Serves in the armed forces")),
        (false, true, _) => Some(("veteran", "Served in the armed forces (veteran)")),
        (false, false, true) => Some((
            "military-family",
            "Family of somebody who serves in the armed forces",
        )),
        (false, false, false) => None,
    };
    if let Some((code, forces)) = forces {
        found.push((words("Armed forces"), told(code, forces), since));
    }
    if let Some(carer) = person.carer {
        found.push((
            words("Cares for somebody without pay"),
            clinical(Some(CARER), "Unpaid carer"),
            carer.since,
        ));
        let hours = quantity(f64::from(carer.hours), 0, "hours a week", "h/wk");
        found.push((words("Hours of unpaid care a week"), hours, carer.since));
        let strain = quantity(f64::from(carer.strain), 0, "of 100", "{score}");
        found.push((words("Strain of caring"), strain, carer.since));
    }
    found
}

fn housing(person: &Person) -> Value {
    let home = match (person.dwelling, person.tenure) {
        (Dwelling::CareHome, _) => "Lives in a care home",
        (Dwelling::Service, _) => "Service accommodation",
        (Dwelling::NoFixedAddress, _) => {
            return json!({ "coding": [coding(SNOMED_CT, HOMELESS, "Homeless")], "text": "No fixed abode" });
        }
        (Dwelling::Home, Tenure::Outright) => "Owns the home outright",
        (Dwelling::Home, Tenure::Mortgage) => "Owns the home with a mortgage",
        (Dwelling::Home, Tenure::Social) => "Rents from a council or housing association",
        (Dwelling::Home, Tenure::Private) => "Rents privately",
    };
    told("has-a-home", home)
}

/// A circumstance by our own code, and as it was said.
fn told(code: &str, said: &str) -> Value {
    let display = circumstance::label(code).unwrap_or_default();
    json!({ "coding": [coding(circumstance::SYSTEM, code, display)], "text": said })
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

#[cfg(test)]
mod tests {
    use codes::circumstance::{Circumstance, said};

    use super::*;
    use crate::life::Carer;

    /// What the codes of somebody's answers say of how they live.
    fn told(person: &Person) -> Vec<(Circumstance, bool)> {
        let answers = answers(person);
        let codings = answers
            .iter()
            .filter_map(|(_, answer, _)| answer["coding"].as_array())
            .flatten();
        let mut told: Vec<(Circumstance, bool)> = codings
            .filter_map(|coding| said(coding["system"].as_str()?, coding["code"].as_str()?))
            .collect();
        told.sort_unstable();
        told
    }

    #[test]
    fn how_somebody_lives_is_coded_beside_the_words() {
        let mut person = Person {
            occupation: "Cleaner",
            routine_manual: true,
            dwelling: Dwelling::NoFixedAddress,
            veteran: true,
            carer: Some(Carer {
                hours: 20,
                strain: 40,
                since: Day::default(),
            }),
            ..Person::default()
        };
        assert_eq!(told(&person), Circumstance::ALL.map(|one| (one, true)));
        person.routine_manual = false;
        person.dwelling = Dwelling::CareHome;
        person.veteran = false;
        person.carer = None;
        assert_eq!(
            told(&person),
            [
                (Circumstance::Homeless, false),
                (Circumstance::RoutineOrManual, false)
            ]
        );
        for code in [
            "serving",
            "veteran",
            "military-family",
            "has-a-home",
            "other-work",
        ] {
            assert!(circumstance::label(code).is_some(), "{code}");
        }
    }
}
