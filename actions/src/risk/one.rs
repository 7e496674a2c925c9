//! One person's risk, as their record says it to this reader: every fact comes through the lens, so that an item that is withheld
//! counts for nothing here. Where it is the reader's role that does not see what counts, the index is the list's, of what bears no label, and
//! without its reasons (ADR 31).

use ::population::facts::is_labelled;
use ::population::score::{DeficitTable, FrailtyOn, Scored};
use ::population::{Columns, Day, Facts, People};
use ::record::PersonRead;
use ::record::access::mutants::is_removed;
use ::record::access::{Judge, Sight, Whose};
use care::person::Person;
use care::risk::memory::{Memory, Offer, Standing, View};
use care::risk::rank::{self, Reason, Signs};
use care::score::efi::{AGES, Frailty};
use codes::risk;
use fhir::{LocalReference, ResourceType};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use super::moments::{AtTime, at_moments};
use super::why::{ClinicalFrailty, Driver, Missing, clinical_frailty, why};
use super::written::{PURPOSE, code_of, is};
use crate::person::{page_id, patient_id};
use crate::{ActionError, Actions, Actor};

/// What an offer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferTold {
    /// The Task's id, for forms.
    pub id: String,
    pub version: u64,
    pub state: Offer,
    pub made: Option<Date>,
    pub what: String,
    /// What was written with it.
    pub note: String,
    /// Why it was declined, or what came of it, in words.
    pub came_of_it: String,
}

/// A pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseTold {
    pub id: String,
    pub version: u64,
    pub until: Option<Date>,
    pub why: String,
    pub note: String,
}

/// What a clinician thought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewTold {
    pub view: View,
    pub day: Option<Date>,
    pub words: String,
}

/// One person's risk.
#[derive(Debug, Clone)]
pub struct PersonRisk {
    /// The id that the person's pages go by.
    pub page: String,
    /// The Patient's id.
    pub(crate) patient: String,
    pub person: Person,
    /// They object to risk stratification: they stand on no list, and what is said here is for their care alone.
    pub objects: bool,
    /// `None` when the birth is not known, or the person has died.
    pub age: Option<u8>,
    /// `None` outside of the ages for which the index was made.
    pub signs: Option<Signs>,
    pub reason: Option<Reason>,
    /// `None` of whoever has died.
    pub standing: Option<Standing>,
    /// The newest Clinical Frailty Scale that the reader may see. It comes before the index; no list reads it.
    pub clinical_frailty: Option<ClinicalFrailty>,
    pub memory: Memory,
    pub drivers: Vec<Driver>,
    /// The reader's role does not see all that counts: the index is of what bears no label, as on the list, and what it is made of is not said.
    pub drivers_withheld: bool,
    pub missing: Missing,
    /// Newest first.
    pub offers: Vec<OfferTold>,
    pub pause: Option<PauseTold>,
    /// Newest first.
    pub views: Vec<ViewTold>,
    /// What the person answered, newest first.
    pub answers: Vec<(Option<Date>, String)>,
    /// At the last referrals and admissions, newest first.
    pub at: Vec<AtTime>,
}

impl PersonRisk {
    /// An invented risk of an invented person of this family name, for samples of pages.
    #[must_use]
    pub fn sample(family: &str) -> Option<PersonRisk> {
        let patient = serde_json::json!({
            "resourceType": "Patient",
            "birthDate": "1943-02-01",
            "name": [{ "family": family, "given": ["Clara"] }],
        });
        let person = mapping::person_record(std::iter::once(patient.to_string().as_bytes())).person?;
        let day = Date::constant(2026, 10, 3);
        let driver = |label, since: Option<Date>| Driver {
            label,
            since,
            new: since.is_some(),
            medicines: None,
        };
        let signs = Signs {
            band: Frailty::Severe,
            count: 14,
            band_before: Frailty::Moderate,
            count_before: 12,
            view: Some(View::Agree),
        };
        Some(PersonRisk {
            page: "0190c0de-0000-7000-8000-000000000001".to_owned(),
            patient: "0190c0de-0000-7000-8000-000000000001".to_owned(),
            person,
            objects: false,
            age: Some(83),
            reason: signs.reason(),
            signs: Some(signs),
            standing: Some(Standing::Waits),
            memory: Memory::default(),
            clinical_frailty: Some(ClinicalFrailty {
                scale: 6,
                day: Some(day),
            }),
            drivers: vec![
                driver("Falls", Some(day)),
                Driver {
                    medicines: Some(7),
                    ..driver("Polypharmacy", None)
                },
                driver("Dizziness", None),
            ],
            drivers_withheld: false,
            missing: Missing {
                undated: 1,
                not_counted: 2,
                no_medicines: true,
            },
            offers: Vec::new(),
            pause: None,
            views: vec![ViewTold {
                view: View::Agree,
                day: Some(day),
                words: "It is as I know her".to_owned(),
            }],
            answers: vec![(Some(day), "I manage well, and want to stay at home".to_owned())],
            at: vec![AtTime {
                what: "Admission",
                day,
                count: 13,
                band: Frailty::Moderate,
            }],
        })
    }
}

/// The types whose facts the index counts.
const COUNTS: [&str; 6] = [
    "Condition",
    "Observation",
    "MedicationRequest",
    "MedicationStatement",
    "Procedure",
    "AllergyIntolerance",
];
/// What is read beside what the columns read.
const BESIDE: [&str; 5] = [
    "Task",
    "RiskAssessment",
    "CarePlan",
    "ServiceRequest",
    "Communication",
];

/// The risk of the person whose pages go by this id.
///
/// A count of what a role happens to see would be too low, and so be wrong: where the reader's role does not see every type that counts, the
/// index is of what bears no label, as on the list, and what it is made of is not said. To whoever sees no conditions there is nothing.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::Unavailable`].
pub async fn person_risk(actions: &Actions, actor: &Actor, page: &str) -> Result<PersonRisk, ActionError> {
    let patient = patient_id(actions, actor, PURPOSE, page).ok_or(ActionError::NotFound)?;
    let themself = |id: &str| -> Result<LocalReference, ActionError> {
        Ok(LocalReference {
            resource_type: ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?,
            id: id.to_owned(),
        })
    };
    // Whoever may not read a Consent must know of an objection all the same, or they would put the person on a list.
    let facts = actions.record.facts_of(&themself(&patient)?).await?;
    let lens = actions.judge(actor, PURPOSE).lens(&facts);
    let sees = |name: &str| ResourceType::from_name(name).is_some_and(|kind| lens.read.contains(kind));
    if facts.whose == Whose::Person && !sees("Condition") && !is_removed("risk-of-one") {
        return Err(ActionError::NotFound);
    }
    let sight = actions.sight_at("risk-of-one", actor, PURPOSE);
    let read = read_through(actions, actor, &sight, &patient).await?;
    let patient = actions.record.survivor_of(&patient).await?;
    let page = page_id(actions, actor, PURPOSE, &patient)?;
    let mut risk = of(&read, page.clone(), patient.clone(), actions.today())?;
    if !COUNTS.iter().all(|name| sees(name)) {
        let mut read = read_through(actions, actor, &actions.house_sight(PURPOSE), &patient).await?;
        read.resources.retain(|stored| !is_labelled(&stored.json));
        let mut whole = of(&read, page, patient, actions.today())?;
        // The days of what the reader sees, and of nothing else.
        let seen = |one: &AtTime| {
            risk.at
                .iter()
                .any(|own| (own.what, own.day) == (one.what, one.day))
        };
        whole.at.retain(seen);
        risk = PersonRisk {
            drivers: Vec::new(),
            drivers_withheld: true,
            // What was said, offered and recorded is what the reader may see.
            clinical_frailty: risk.clinical_frailty,
            memory: risk.memory,
            offers: risk.offers,
            pause: risk.pause,
            views: risk.views,
            answers: risk.answers,
            person: risk.person,
            ..whole
        };
    }
    risk.objects = facts.objects_to_stratification;
    Ok(risk)
}

/// What of the record says something of a risk, as far as these eyes see it; the look is the actor's.
pub(crate) async fn read_through(
    actions: &Actions,
    actor: &Actor,
    sight: &Sight,
    patient: &str,
) -> Result<PersonRead, ActionError> {
    let mut ask = actions
        .record
        .ask(sight, actor, PURPOSE, actions.record.new_request());
    let wanted = |kind: ResourceType| {
        ::population::facts::READS.contains(&kind.name()) || BESIDE.contains(&kind.name())
    };
    let held = ask.person(patient, &|entry| wanted(entry.resource_type)).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed))
}

fn of(read: &PersonRead, page: String, patient: String, today: Date) -> Result<PersonRisk, ActionError> {
    let bodies = || read.resources.iter().map(|stored| stored.json.as_slice());
    let person = mapping::person_record(bodies())
        .person
        .ok_or(ActionError::NotFound)?;
    let mut columns = Columns::default();
    // Everybody who is read as one stands in one row here: their facts come together from the record.
    columns.put(read.person, Some(Facts::read(bodies())));
    let table = DeficitTable::of(columns.dictionary());
    let people = People::of(&columns);
    let slice = people.person(read.person).ok_or(ActionError::NotFound)?;
    let year_ago = today.saturating_sub(1.year());
    let on = |day| FrailtyOn::new(&table, day);
    let scored = on(today).and_then(|on| on.of(&slice).ok());
    let memory = boards::risk::remembered(bodies());
    let within = scored.filter(|one| AGES.contains(&i64::from(one.age)));
    let before = on(year_ago).and_then(|on| on.of(&slice).ok());
    let before = |now: &Scored| before.map_or(now.efi, |scored| scored.efi);
    let signs = within.as_ref().map(|now| {
        let before = before(now);
        Signs {
            band: now.efi.frailty(),
            count: now.efi.count(),
            band_before: before.frailty(),
            count_before: before.count(),
            view: memory.view.map(|(view, _)| view),
        }
    });
    let (drivers, missing) = match (on(today), &within) {
        (Some(on), Some(now)) => why(&on, &slice, (now, before(now)), year_ago),
        _ => Default::default(),
    };
    let is_here = Day::of(today).is_some_and(|today| slice.is_here_on(today));
    let told = Told::of(&read.resources);
    Ok(PersonRisk {
        page,
        patient,
        person,
        objects: slice.objects_to_stratification(),
        age: scored.map(|one| one.age),
        reason: rank::reason(signs.as_ref(), &memory).filter(|_| is_here),
        standing: is_here.then(|| memory.standing(today, signs.map(|signs| signs.band))),
        signs,
        clinical_frailty: clinical_frailty(&people, &slice, today),
        memory,
        drivers,
        drivers_withheld: false,
        missing,
        offers: told.offers,
        pause: told.pause,
        views: told.views,
        answers: told.answers,
        at: at_moments(read, &slice, today, on),
    })
}

/// What was kept of a risk, with its words.
#[derive(Default)]
pub(super) struct Told {
    pub(super) offers: Vec<OfferTold>,
    pause: Option<PauseTold>,
    views: Vec<ViewTold>,
    pub(super) answers: Vec<(Option<Date>, String)>,
}

impl Told {
    pub(super) fn of(resources: &[::record::Stored]) -> Told {
        let mut told = Told::default();
        for stored in resources {
            let kind = stored.resource_type.name();
            if !["Task", "RiskAssessment", "Communication"].contains(&kind) {
                continue;
            }
            if let Ok(resource) = serde_json::from_slice::<Value>(&stored.json) {
                told.take(stored, &resource);
            }
        }
        told.offers.sort_by_key(|offer| std::cmp::Reverse(offer.made));
        told.views.sort_by_key(|view| std::cmp::Reverse(view.day));
        told.answers.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
        told
    }

    fn take(&mut self, stored: &::record::Stored, resource: &Value) {
        match stored.resource_type.name() {
            "Task" if is(&resource["code"], risk::OFFER) => {
                let state = resource["status"].as_str().and_then(Offer::from_status);
                let Some(state) = state else { return };
                self.offers.push(OfferTold {
                    id: stored.id.clone(),
                    version: stored.version,
                    state,
                    made: day(&resource["authoredOn"]),
                    what: text(&resource["reasonCode"]["text"]),
                    note: text(&resource["description"]),
                    came_of_it: came_of_it(resource),
                });
            }
            "Task" if is(&resource["code"], risk::PAUSE) && resource["status"] == "on-hold" => {
                self.pause = Some(PauseTold {
                    id: stored.id.clone(),
                    version: stored.version,
                    until: day(&resource["restriction"]["period"]["end"]),
                    why: text(&resource["reasonCode"]["text"]),
                    note: text(&resource["description"]),
                });
            }
            "RiskAssessment" if is(&resource["method"], risk::VIEW) && resource["status"] == "final" => {
                let view = code_of(&resource["prediction"][0]["qualitativeRisk"]).and_then(View::from_code);
                let Some(view) = view else { return };
                self.views.push(ViewTold {
                    view,
                    day: day(&resource["occurrenceDateTime"]),
                    words: text(&resource["prediction"][0]["rationale"]),
                });
            }
            "Communication" if is(&resource["category"][0], risk::ANSWER) => {
                let words = text(&resource["payload"][0]["contentString"]);
                self.answers.push((day(&resource["sent"]), words));
            }
            _ => {}
        }
    }
}

fn came_of_it(task: &Value) -> String {
    let outputs = task["output"].as_array().into_iter().flatten();
    let output = outputs
        .filter(|output| is(&output["type"], risk::OUTCOME))
        .find_map(|output| output["valueString"].as_str());
    output.map_or_else(|| text(&task["statusReason"]["text"]), str::to_owned)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The day in London of a moment, or a date as it stands.
pub(super) fn day(value: &Value) -> Option<Date> {
    let text = value.as_str()?;
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(care::london::date_of(moment)),
        Err(_) => text.parse().ok(),
    }
}
