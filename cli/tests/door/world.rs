//! Random people with random ties, labels and consents, kept by a real record; and random actors.

use std::sync::Arc;
use std::time::Duration;

use actions::access::Tokens;
use actions::population::{Grounds, Kept};
use actions::{Actions, Actor, Role, Standing};
use axum::Router;
use axum::body::Body;
use fhir::{LocalReference, ResourceType};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use interop::fhir::FhirSettings;
use record::clock::{CareClock, SystemClock, Wall};
use record::view::{Live, View, ViewSettings};
use record::{Options, Record};
use serde_json::{Value, json};
use tower::ServiceExt;
use web::WebSettings;

const DEVELOPMENT: &str = "a-development-token";
const LABEL: &str = "https://sarsen.example/fhir/CodeSystem/label";
const ACT: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
pub(super) const MARKERS: &str = "https://sarsen.example/id/marker";
const ACCESS: &str = "https://sarsen.example/fhir/CodeSystem/access";
pub(super) const SEALED_BY: &str = "https://sarsen.example/id/sealed-by";
pub(super) const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";

/// Numbers that are the same for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1))
    }

    pub(super) fn below(&mut self, most: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[usize::try_from(self.below(among.len() as u64)).expect("small")]
    }
}

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

/// Somebody who asks.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    pub(super) name: String,
    pub(super) token: String,
    pub(super) actor: Actor,
}

pub(super) struct World {
    pub(super) people: Vec<String>,
    pub(super) items: Vec<Item>,
    pub(super) actors: Vec<Asker>,
    pub(super) actions: Actions,
    pub(super) record: Record,
    /// Everybody in columns, and what the risk list remembers.
    kept: Kept,
    router: Router,
    _folder: tempfile::TempDir,
}

pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

impl World {
    pub(super) async fn grow(seed: u64) -> World {
        let mut dice = Dice::new(seed);
        let people: Vec<String> = (0..3).map(|n| format!("person-{seed}-{n}")).collect();
        let items = items(&mut dice, &people);
        let actors = actors(&mut dice, &people);
        let tokens = actors.iter().fold(
            Tokens::development(DEVELOPMENT).expect("a token"),
            |tokens, asker| tokens.and(&asker.token, asker.actor.clone()).expect("a token"),
        );
        let folder = tempfile::tempdir().expect("a folder");
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
            .await
            .expect("a record");
        let actions = Actions::new(
            record.clone(),
            CareClock::new(Arc::clone(&system)),
            system,
            tokens,
            fhir::Limits::default(),
        );
        let kept = kept(&record);
        let actions = actions.with_population(kept.clone());
        let settings = FhirSettings {
            base: "https://sarsen.example/fhir".to_owned(),
            body_timeout: Duration::from_secs(5),
        };
        let router = web::router(actions.clone(), WebSettings::default())
            .merge(interop::fhir::router(actions.clone(), settings));
        let world = World {
            people,
            items,
            actors,
            actions,
            record,
            kept,
            router,
            _folder: folder,
        };
        world.fill().await;
        world
    }

    /// Waits until everybody's columns have taken in what was written.
    pub(super) async fn settle(&self) {
        settled(&self.kept.people).await;
        settled(&self.kept.caseloads).await;
        settled(&self.kept.organisations).await;
        settled(&self.kept.memory).await;
    }

    async fn fill(&self) {
        for item in &self.items {
            for version in &item.versions {
                let path = format!("/fhir/{}/{}", item.kind, item.id);
                let reply = match version {
                    Some(json) => self.send(Method::PUT, &path, DEVELOPMENT, json.to_string()).await,
                    None => self.send(Method::DELETE, &path, DEVELOPMENT, String::new()).await,
                };
                assert!(reply.status.is_success(), "{path}: {}", reply.text);
            }
        }
    }

    pub(super) async fn get(&self, path: &str, asker: &Asker) -> Reply {
        self.send(Method::GET, path, &asker.token, String::new()).await
    }

    pub(super) async fn send(&self, method: Method, path: &str, token: &str, body: String) -> Reply {
        self.send_with(method, path, token, &[], body).await
    }

    pub(super) async fn send_with(
        &self,
        method: Method,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let kind = if body.starts_with('{') {
            "application/fhir+json"
        } else {
            "application/x-www-form-urlencoded"
        };
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(Body::from(body)).expect("a request"))
            .await
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        // A stream of events goes on: what it begins with is what is looked at.
        let goes_on = parts
            .headers
            .get(http::header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        let bytes = if goes_on {
            let mut body = body;
            let first = body.frame().await.expect("an event").expect("a frame");
            first.into_data().expect("data")
        } else {
            body.collect().await.expect("a whole body").to_bytes()
        };
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(super) fn of(&self, person: &str) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.home == person)
    }
}

fn kept(record: &Record) -> Kept {
    Kept {
        people: Live::open(record, ViewSettings::default()).expect("people"),
        caseloads: Live::open(record, ViewSettings::default()).expect("caseloads"),
        organisations: Live::open(record, ViewSettings::default()).expect("organisations"),
        memory: Live::open(record, ViewSettings::default()).expect("memory"),
        grounds: Some(Grounds {
            basis: "A test".to_owned(),
            controller: "Whoever tests".to_owned(),
        }),
        threads: 1,
    }
}

async fn settled<V: View>(view: &Live<V>) {
    loop {
        let status = view.status().await.expect("a status");
        if status.ready && status.behind == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Two organisations and two workers, by their ids.
const ORGANISATIONS: [(&str, &str); 2] = [("org-a", "AAA01"), ("org-b", "BBB02")];
const WORKERS: [&str; 2] = ["worker-1", "worker-2"];

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

fn items(dice: &mut Dice, people: &[String]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for (number, person) in people.iter().enumerate() {
        items.push(patient(dice, person, number));
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

fn patient(dice: &mut Dice, person: &str, number: usize) -> Item {
    let born = *dice.pick(&["1940-02-03", "1985-06-07", "2010-01-02", "2019-05-06"]);
    let mut json = json!({
        "resourceType": "Patient",
        "id": person,
        "name": [{ "family": "Sharing", "given": [format!("Given-{person}-end")] }],
        "birthDate": born,
        "gender": "female",
        "address": [{ "line": [format!("{number} Old Street")], "city": format!("Place-{person}-end"), "postalCode": format!("SN1 {number}AA") }],
        "telecom": [{ "system": "phone", "value": format!("0770090000{number}") }],
    });
    if dice.one_in(3) {
        json["meta"] = json!({ "security": [{ "system": CONFIDENTIALITY, "code": "R" }] });
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

/// Something that says who has to do with the person; some of it ended or not begun.
fn tie(dice: &mut Dice, person: &str, people: &[String], each: u64) -> Item {
    let subject = json!({ "reference": format!("Patient/{person}") });
    let open = !dice.one_in(3);
    let status = |yes: &'static str, no: &'static str| if open { yes } else { no };
    let (kind, mut json) = match dice.below(9) {
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
                "refusal",
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
        _ => (
            "RelatedPerson",
            json!({ "active": open, "patient": subject,
                "identifier": [{ "system": "https://sarsen.example/id/kin", "value": format!("kin-{}", dice.below(3)) }] }),
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

fn reference(kind: &str, id: &str) -> LocalReference {
    LocalReference {
        resource_type: ResourceType::from_name(kind).expect("a type"),
        id: id.to_owned(),
    }
}

fn actors(dice: &mut Dice, people: &[String]) -> Vec<Asker> {
    let staff: [(&str, Role, &[&str]); 8] = [
        (
            "doctor",
            Role::Clinician,
            &["B0360", "B0370", "B0380", "B0825", "B1101", "B1611"],
        ),
        ("nurse", Role::Clinician, &["B0360", "B0380"]),
        ("coordinator", Role::Coordinator, &["B0370", "B0560", "B0820"]),
        (
            "operator",
            Role::Operator,
            &["B0360", "B0370", "B0380", "B0820", "B0825"],
        ),
        ("receptionist", Role::Administrator, &["B0560", "B0820"]),
        ("officer", Role::PrivacyOfficer, &["B0015"]),
        ("reader", Role::System, &[]),
        ("feed", Role::System, &["feed"]),
    ];
    let mut actors: Vec<Asker> = staff
        .into_iter()
        .map(|(name, role, activities)| {
            let (org, ods) = *dice.pick(&ORGANISATIONS);
            let mut standing = Standing {
                activities: activities.iter().map(|code| (*code).to_owned()).collect(),
                authentication_assurance: 2,
                identity_assurance: 3,
                ..Standing::default()
            };
            standing.parties.insert(reference("Organization", org));
            if role != Role::System {
                let worker: &str = dice.pick::<&str>(&WORKERS);
                standing.parties.insert(reference("Practitioner", worker));
                if name == "officer" || dice.one_in(3) {
                    standing.own_record = Some(dice.pick(people).clone());
                }
                if dice.one_in(3) {
                    let kin = format!("kin-{}", dice.below(3));
                    standing
                        .known_as
                        .insert(("https://sarsen.example/id/kin".to_owned(), kin));
                }
            }
            asker(name, role, Some(ods), standing)
        })
        .collect();
    for (number, person) in people.iter().enumerate() {
        let standing = Standing {
            own_record: Some(person.clone()),
            identity_assurance: if dice.one_in(4) { 5 } else { 9 },
            authentication_assurance: 2,
            ..Standing::default()
        };
        actors.push(asker(&format!("citizen-{number}"), Role::Citizen, None, standing));
    }
    actors
}

fn asker(name: &str, role: Role, ods: Option<&str>, standing: Standing) -> Asker {
    Asker {
        name: name.to_owned(),
        token: format!("the-token-of-{name}"),
        actor: Actor::new(name, role, ods.map(str::to_owned)).with_standing(standing),
    }
}
