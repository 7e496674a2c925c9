//! Followed, rebuilt and restored are the same over random histories of a few people's records.
//!
//! `POPULATION_HISTORIES=10000 cargo nextest run -p population histories --no-capture` is the long form.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use population::circumstance::Lives;
use population::facts::{Class, CodeName, Kind, flag};
use population::score::{DeficitTable, Frailties, frailty};
use population::segment::{Placed, SegmentsOn};
use population::{Day, Facts, People, Population};
use record::view::{PersonNow, View};
use record::{Bucket, PersonKey, Stored};
use serde_json::{Value, json};

use super::invented::Chance;

/// A type 1 opt-out, and its end.
const DISSENT: &str = "827241000000103";
const WITHDRAWN: &str = "827261000000102";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Created,
    Late,
    Corrected,
    Withdrawn,
    Objected,
    TakenBack,
    Deleted,
    Moved,
    Joined,
    Parted,
    Destroyed,
    Restarted,
}

const EVENTS: [Event; 12] = [
    Event::Created,
    Event::Late,
    Event::Corrected,
    Event::Withdrawn,
    Event::Objected,
    Event::TakenBack,
    Event::Deleted,
    Event::Moved,
    Event::Joined,
    Event::Parted,
    Event::Destroyed,
    Event::Restarted,
];

/// A record: what each person has now, as the record's read would tell it.
#[derive(Default)]
struct Model {
    people: BTreeMap<PersonKey, BTreeMap<String, Value>>,
    joined: BTreeMap<PersonKey, PersonKey>,
    ids: usize,
}

fn keys() -> Vec<PersonKey> {
    (1..=6u64)
        .map(|number| PersonKey::new(Bucket::new((number % 3) as u16 * 400).expect("a bucket"), number))
        .collect()
}

fn day(chance: &mut Chance, late: bool) -> String {
    let year = if late {
        1930 + chance.below(60)
    } else {
        2024 + chance.below(4)
    };
    format!("{year}-{:02}-{:02}", 1 + chance.below(12), 1 + chance.below(28))
}

/// An objection to risk stratification, or a Consent that is something else.
fn consent(chance: &mut Chance, objects: bool) -> Value {
    let ours = |code: &str| json!({ "system": codes::access::SYSTEM, "code": code });
    let category = chance.of(&["proxy", "refusal", "objection"]);
    json!({
        "resourceType": "Consent", "status": if objects { "active" } else { chance.of(&["active", "inactive", "proposed"]) },
        "scope": { "coding": [{ "code": "patient-privacy" }] },
        "category": [{ "coding": [ours(if objects { "objection" } else { category })] }],
        "provision": { "type": "deny", "purpose": [ours(if objects { "risk-stratification" } else { "research" })] },
    })
}

/// Whether a resource is an active objection of ours, by the texts that [`consent`] makes.
fn is_objection(resource: &Value) -> bool {
    let text = resource.to_string();
    let parts = [
        r#""status":"active""#,
        r#""code":"objection""#,
        r#""code":"risk-stratification""#,
    ];
    parts.iter().all(|part| text.contains(part))
}

fn resource(chance: &mut Chance, late: bool) -> Value {
    let snomed = |code: &str| json!({ "coding": [{ "system": "http://snomed.info/sct", "code": code }] });
    let day = day(chance, late);
    match chance.below(15) {
        9 => consent(chance, false),
        10 | 12 | 14 => json!({
            "resourceType": "Flag", "status": chance.of(&["active", "active", "inactive"]),
            "category": [{ "coding": [{ "system": codes::flag::REASONABLE_ADJUSTMENT_CATEGORY,
                "code": chance.of(&["communication-support", "communication-support", "community-language-support",
                    "requires-specific-contact-method", "requires-specific-contact-method"]) }] }],
            "code": { "text": "a need" },
            "period": chance.of(&[json!({}), json!({ "start": day }), json!({ "start": day, "end": "2026-05-01" })].each_ref()).clone(),
        }),
        11 => json!({
            "resourceType": "Condition", "recordedDate": day,
            "onsetDateTime": chance.of(&[Value::Null, json!("1990-01-01")].each_ref()).clone(),
            "category": [{ "coding": [{ "code": chance.of(&["encounter-diagnosis", "problem-list-item"]) }] }],
            "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10", "code": chance.of(&["I50.0", "S72.0", "R54"]) }] },
        }),
        0 => json!({
            "resourceType": "Patient", "birthDate": day, "gender": chance.of(&["male", "female"]),
            "deceasedDateTime": chance.of(&[Value::Null, json!("2026-03-01"), json!("1901-01-01")].each_ref()).clone(),
            "communication": [{ "language": { "coding": [{ "system": "urn:ietf:bcp:47", "code": chance.of(&["en-GB", "pl"]) }] } }],
            "address": [{ "use": "home", "extension": [{
                "url": "https://sarsen.example/StructureDefinition/small-area",
                "valueCode": chance.of(&["E01014370", "E01014371", "nonsense"]) }] }],
        }),
        1 => json!({
            "resourceType": "Observation", "status": chance.of(&["final", "preliminary"]),
            "code": { "coding": [{ "system": "http://loinc.org", "code": chance.of(&["4548-4", "8480-6", "1-1"]) }] },
            "effectiveDateTime": day,
            "valueQuantity": { "value": chance.of(&[6.5, 48.0, 1e9]), "code": chance.of(&["%", "mm[Hg]", "x"]) },
        }),
        2 => json!({
            "resourceType": "MedicationRequest", "status": chance.of(&["active", "stopped", "draft"]),
            "intent": "order", "authoredOn": day,
            "medicationCodeableConcept": snomed(chance.of(&["1", "2", "3", "4", "5", "6", "7"])),
        }),
        3 | 13 => json!({
            "resourceType": "Encounter", "status": chance.of(&["finished", "planned"]),
            "class": { "code": chance.of(&["IMP", "IMP", "IMP", "EMER", "?"]) },
            "period": { "start": day, "end": "2026-06-01" },
            "reasonCode": chance.of(&[json!([]), json!([{ "coding": [{
                "system": "http://hl7.org/fhir/sid/icd-10", "code": "W19" }] }])].each_ref()).clone(),
            "hospitalization": { "extension": [{
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod",
                "valueCodeableConcept": { "coding": [{
                    "system": codes::admission_method::SYSTEM, "code": chance.of(&["11", "11", "21", "2A"]) }] } }] },
        }),
        4 => json!({
            "resourceType": "Procedure", "status": chance.of(&["completed", "not-done"]),
            "code": snomed(chance.of(&["80146002", "174041007"])), "performedDateTime": day,
        }),
        _ => json!({
            "resourceType": "Condition", "recordedDate": day,
            "code": snomed(chance.of(&["38341003", "73211009", "84114007", "22298006", "195967001", "13645005",
                "230690007", "49436004", "709044004", "64859006", "224484003", "32911000", "1", "2", DISSENT, WITHDRAWN])),
            "meta": chance.of(&[json!({}), json!({}), json!({ "security": [{ "code": "R" }] })].each_ref()).clone(),
        }),
    }
}

impl Model {
    fn resources(&self, person: PersonKey) -> Vec<Stored> {
        let held = self.people.get(&person);
        held.into_iter()
            .flatten()
            .map(|(id, value)| Stored {
                resource_type: fhir::ResourceType::from_name(value["resourceType"].as_str().expect("a type"))
                    .expect("a type of FHIR"),
                id: id.clone(),
                version: 1,
                updated: jiff::Timestamp::UNIX_EPOCH,
                json: value.to_string().into_bytes(),
                person,
                deleted: false,
            })
            .collect()
    }

    /// Tells a view what somebody has now, as the engine does.
    fn tell(&self, view: &mut Population, person: PersonKey) {
        let resources = self.resources(person);
        let now = PersonNow {
            person,
            survivor: self.joined.get(&person).copied(),
            resources: &resources,
        };
        let kept = if resources.is_empty() {
            None
        } else {
            Population::keep(&now).expect("nothing refuses")
        };
        view.put(person, kept);
    }

    /// Tells a view what came to somebody by itself, as the engine does; false when it asks for the whole person.
    fn tell_more(&self, view: &mut Population, person: PersonKey, id: &str) -> bool {
        let mut resources = self.resources(person);
        resources.retain(|one| one.id == id || one.resource_type.name() == "Patient");
        let came = resources.iter().find(|one| one.id == id);
        if came.is_none_or(|came| came.resource_type.name() == "Patient") {
            return false;
        }
        let now = PersonNow {
            person,
            survivor: self.joined.get(&person).copied(),
            resources: &resources,
        };
        let more = Population::keep_more(&now);
        more.map(|more| view.add(person, more)).is_some()
    }

    /// Lets one event happen; whose records it changed, or nobody's when it could not.
    fn happen(&mut self, event: Event, chance: &mut Chance) -> Option<Vec<PersonKey>> {
        let one = chance.of(&keys());
        let other = chance.of(&keys());
        let resource_of = |model: &Model, chance: &mut Chance| {
            let held: Vec<String> = model.people.get(&one)?.keys().cloned().collect();
            (!held.is_empty()).then(|| held[chance.below(held.len())].clone())
        };
        match event {
            Event::Created | Event::Late => {
                self.ids += 1;
                let mut value = resource(chance, event == Event::Late);
                let id = format!("r{}", self.ids);
                value["id"] = json!(id);
                // A person has one Patient: the next takes its place.
                if value["resourceType"] == "Patient" {
                    let held = self.people.entry(one).or_default();
                    held.retain(|_, other| other["resourceType"] != "Patient");
                }
                self.people.entry(one).or_default().insert(id, value);
                Some(vec![one])
            }
            Event::Objected => {
                self.ids += 1;
                let id = format!("r{}", self.ids);
                let mut value = consent(chance, true);
                value["id"] = json!(id);
                self.people.entry(one).or_default().insert(id, value);
                Some(vec![one])
            }
            Event::TakenBack => {
                let mut all = self.people.iter_mut();
                let (person, consent) = all.find_map(|(person, held)| {
                    let consent = held.values_mut().find(|value| is_objection(value));
                    consent.map(|consent| (*person, consent))
                })?;
                consent["status"] = json!("inactive");
                Some(vec![person])
            }
            Event::Corrected => {
                let id = resource_of(self, chance)?;
                let held = self.people.get_mut(&one)?;
                let kind = held[&id]["resourceType"].clone();
                let mut value = resource(chance, chance.0.is_multiple_of(2));
                while value["resourceType"] != kind {
                    value = resource(chance, true);
                }
                value["id"] = json!(id);
                held.insert(id, value);
                Some(vec![one])
            }
            Event::Withdrawn => {
                let id = resource_of(self, chance)?;
                let value = self.people.get_mut(&one)?.get_mut(&id)?;
                match value["resourceType"].as_str()? {
                    "Patient" => return None,
                    "Condition" => {
                        value["verificationStatus"] = json!({ "coding": [{
                            "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                            "code": "entered-in-error" }] });
                    }
                    _ => value["status"] = json!("entered-in-error"),
                }
                Some(vec![one])
            }
            Event::Deleted => {
                let id = resource_of(self, chance)?;
                self.people.get_mut(&one)?.remove(&id);
                Some(vec![one])
            }
            Event::Moved => {
                let id = resource_of(self, chance)?;
                if one == other || self.people[&one][&id]["resourceType"] == "Patient" {
                    return None;
                }
                let value = self.people.get_mut(&one)?.remove(&id)?;
                self.people.entry(other).or_default().insert(id, value);
                Some(vec![one, other])
            }
            Event::Joined => {
                let free = one != other
                    && !self.joined.contains_key(&one)
                    && !self.joined.contains_key(&other)
                    && !self.joined.values().any(|survivor| *survivor == one);
                free.then(|| self.joined.insert(one, other));
                free.then(|| vec![one, other])
            }
            Event::Parted => {
                let survivor = self.joined.remove(&one)?;
                Some(vec![one, survivor])
            }
            Event::Destroyed => {
                self.people.remove(&one)?;
                let parted: Vec<PersonKey> = self
                    .joined
                    .iter()
                    .filter(|(alias, survivor)| **alias == one || **survivor == one)
                    .map(|(alias, _)| *alias)
                    .collect();
                for alias in &parted {
                    self.joined.remove(alias);
                }
                Some(parted.into_iter().chain([one]).collect())
            }
            Event::Restarted => Some(Vec::new()),
        }
    }
}

/// What stays, diagnoses and needs are among everybody's facts.
fn told_apart(view: &Population) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    for facts in content(view).values() {
        let needs = [
            ("adjustment", flag::ADJUSTMENT),
            ("another language", flag::OTHER_LANGUAGE),
            ("telephone or paper", flag::TELEPHONE_OR_PAPER),
        ];
        seen.extend(
            needs
                .iter()
                .filter(|(_, bit)| facts.person.has(*bit))
                .map(|(name, _)| *name),
        );
        seen.extend(facts.contacts.iter().map(|contact| contact.class.code()));
        seen.extend(facts.coded.iter().map(|fact| fact.kind.code()));
    }
    seen
}

fn content(view: &Population) -> BTreeMap<PersonKey, Facts<CodeName>> {
    let columns = view.columns();
    columns
        .everybody()
        .map(|person| (person, columns.get(person).expect("kept")))
        .collect()
}

fn restored(view: &Population) -> Population {
    let mut again = Population::default();
    view.save(&mut |person, bytes| {
        again.put(person, Some(Population::load(bytes).expect("what was saved")));
        Ok(())
    })
    .expect("it saves");
    again
}

fn scores(view: &Population) -> Vec<Frailties> {
    let table = DeficitTable::of(view.columns().dictionary());
    [date(2025, 6, 1), date(2026, 2, 28), date(2027, 12, 31)]
        .into_iter()
        .map(|day| frailty(view.columns(), &table, day, 2))
        .collect()
}

/// Where everybody stands in the model of segments and how they live, by the view's own tables of codes.
fn placed(view: &Population) -> Vec<(PersonKey, Option<Placed>, Lives)> {
    let today = date(2026, 8, 1);
    let segments = SegmentsOn::new(view.columns(), view.meanings(), view.deficits(), today).expect("a day");
    let day = Day::of(today).expect("a day");
    People::of(view.columns()).scan(2, |person| {
        let lives = view.circumstances().lives(person, day);
        Some((person.person(), segments.placed(person), lives))
    })
}

fn same(one: &Population, other: &Population, seed: u64) {
    assert_eq!(content(one), content(other), "history {seed}");
    let rows = |view| {
        let scores = scores(view).into_iter();
        scores
            .map(|score| (score.people, score.left_out))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(one), rows(other), "history {seed}");
    assert_eq!(placed(one), placed(other), "history {seed}");
}

#[test]
fn followed_rebuilt_and_restored_are_the_same_after_any_history() {
    let asked = std::env::var("POPULATION_HISTORIES").ok();
    let histories: u64 = asked.and_then(|text| text.parse().ok()).unwrap_or(300);
    let mut happened: BTreeMap<Event, usize> = BTreeMap::new();
    let mut in_histories: BTreeMap<Event, usize> = BTreeMap::new();
    let mut by_itself = 0;
    let mut objections = [0usize; 2];
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..histories {
        let mut chance = Chance(seed);
        let (mut model, mut view) = (Model::default(), Population::default());
        let mut seen: BTreeMap<Event, usize> = BTreeMap::new();
        for _ in 0..40 {
            let event = chance.of(&EVENTS);
            let Some(changed) = model.happen(event, &mut chance) else {
                continue;
            };
            *seen.entry(event).or_default() += 1;
            let created = matches!(event, Event::Created | Event::Late | Event::Objected);
            let id = format!("r{}", model.ids);
            if created && chance.below(4) > 0 && model.tell_more(&mut view, changed[0], &id) {
                by_itself += 1;
                continue;
            }
            for person in &changed {
                model.tell(&mut view, *person);
                // The feed may tell of the same more than once.
                if chance.below(4) == 0 {
                    model.tell(&mut view, *person);
                }
            }
            if event == Event::Restarted {
                view = restored(&view);
            }
        }
        for (event, count) in seen {
            *happened.entry(event).or_default() += count;
            *in_histories.entry(event).or_default() += 1;
        }
        let mut rebuilt = Population::default();
        for person in keys().into_iter().rev() {
            model.tell(&mut rebuilt, person);
        }
        same(&view, &rebuilt, seed);
        same(&restored(&view), &rebuilt, seed);
        for kind in told_apart(&view) {
            *kinds.entry(kind).or_default() += 1;
        }
        for (person, held) in &model.people {
            let facts = view.columns().get(*person);
            let kept = facts.is_some_and(|facts| facts.person.has(flag::OBJECTS_TO_STRATIFICATION));
            assert_eq!(
                kept,
                held.values().any(is_objection),
                "history {seed}, {person:?}"
            );
            objections[usize::from(kept)] += 1;
        }
    }
    assert!(
        objections.iter().all(|count| *count as u64 * 5 >= histories),
        "whether somebody objects is hardly ever tried both ways: {objections:?}"
    );
    let all: usize = happened.values().sum();
    println!("{histories} histories, {all} events; {by_itself} resources were taken in by themselves");
    assert!(by_itself as u64 >= histories, "additions are hardly ever tried");
    for kind in [
        "adjustment",
        "another language",
        "telephone or paper",
        Class::Inpatient.code(),
        Class::EmergencyInpatient.code(),
        Kind::Diagnosis.code(),
    ] {
        let within = kinds.get(kind).copied().unwrap_or(0);
        println!("{kind}: in {within} histories");
        assert!(
            within as u64 * 20 >= histories,
            "{kind} is in under 5% of the histories"
        );
    }
    for event in EVENTS {
        let (count, within) = (
            happened.get(&event).copied().unwrap_or(0),
            in_histories.get(&event).copied().unwrap_or(0),
        );
        println!("{event:?}: {count} events, in {within} histories");
        assert!(
            within as u64 * 20 >= histories,
            "{event:?} is in under 5% of the histories"
        );
    }
}

#[test]
fn a_snapshot_cut_short_or_of_other_bytes_is_refused_and_never_a_fault() {
    let mut chance = Chance(7);
    let (mut model, mut view) = (Model::default(), Population::default());
    for _ in 0..60 {
        model.happen(Event::Late, &mut chance);
    }
    for person in keys() {
        model.tell(&mut view, person);
    }
    view.save(&mut |_, bytes| {
        for cut in 0..bytes.len() {
            assert!(Population::load(&bytes[..cut]).is_none(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.to_vec();
                other[at] ^= 1 << bit;
                // Whatever comes of it, putting it must do no harm.
                if let Some(kept) = Population::load(&other) {
                    Population::default().put(keys()[0], Some(kept));
                }
            }
        }
        Ok(())
    })
    .expect("it saves");
}

#[test]
fn a_code_that_nobody_has_any_more_is_in_no_snapshot() {
    let mut view = Population::default();
    let mut model = Model::default();
    let rare = json!({ "resourceType": "Condition", "id": "c",
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "123454321" }] } });
    model
        .people
        .entry(keys()[0])
        .or_default()
        .insert("c".to_owned(), rare);
    model.tell(&mut view, keys()[0]);
    let holds = |view: &Population| {
        let mut found = false;
        view.save(&mut |_, bytes| {
            found |= bytes.windows(9).any(|part| part == b"123454321");
            Ok(())
        })
        .expect("it saves");
        found
    };
    assert!(holds(&view));
    model.people.clear();
    model.tell(&mut view, keys()[0]);
    assert!(!holds(&view));
    assert_eq!(view.columns().people(), 0);
}
