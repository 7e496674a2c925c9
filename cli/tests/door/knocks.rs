//! The doors, and of them those that read one thing at a time: what each answers an actor, against what the actor may see.

use std::future::Future;
use std::pin::Pin;

use actions::subscription::{OnChange, Told};
use fhir::ResourceType;
use http::Method;
use serde_json::{Value, json};

use super::askers::Asker;
use super::naive::{self, Allowed};
use super::people::Item;
use super::scopes::reach;
use super::world::{Reply, World};
use super::{by_hand, changes, everybody, order, pages, purposes, searches};

/// What came of one knock.
pub(super) struct Answer {
    /// Something was kept from the actor here.
    pub(super) refused: bool,
    /// What was told that should not have been, or not told that should.
    pub(super) problem: Option<String>,
}

type Knocking<'a> = Pin<Box<dyn Future<Output = Vec<Answer>> + 'a>>;

/// A door.
pub(super) struct Door {
    pub(super) name: &'static str,
    pub(super) knock: for<'a> fn(&'a World, &'a Asker, &'a Allowed) -> Knocking<'a>,
}

macro_rules! door {
    ($name:literal, $knock:path) => {
        Door {
            name: $name,
            knock: |world, asker, allowed| Box::pin($knock(world, asker, allowed)),
        }
    };
}

pub(super) const DOORS: &[Door] = &[
    door!("read", read),
    door!("vread", vread),
    door!("history", history),
    door!("search in a person", searches::in_person),
    door!("search by label and count", searches::by_label),
    door!("search across people", searches::across),
    door!("search by place", searches::by_place),
    door!("search by post", order::search_by_post),
    door!("everything", searches::everything),
    door!("batch", batch),
    door!("other purposes", purposes::other_purposes),
    door!("audit", audit),
    door!("events", events),
    door!("pages", pages::pages),
    door!("page search", pages::search),
    door!("risk", everybody::risk),
    door!("live updates", everybody::live),
    door!("risk of one", everybody::risk_of_one),
    door!("population", everybody::population),
    door!("send to work", everybody::send_to_work),
    door!("preconditions", changes::preconditions),
    door!("writes", changes::writes),
    door!("by hand", by_hand::by_hand),
];

pub(super) fn answer(refused: bool, problem: Option<String>) -> Answer {
    Answer { refused, problem }
}

/// Whatever a door answers, it holds no word of what is hidden.
pub(super) fn leak(world: &World, allowed: &Allowed, text: &str) -> Option<String> {
    for item in &world.items {
        if !allowed.sees(item) && text.contains(&item.marker()) {
            return Some(format!("it tells of {}/{}", item.kind, item.id));
        }
    }
    for person in &world.people {
        if !allowed.known.contains(person) && text.contains(&format!("Given-{person}-end")) {
            return Some(format!("it names {person}"));
        }
        if !is_place_shown(world, allowed, person) && text.contains(&format!("Place-{person}-end")) {
            return Some(format!("it tells where {person} lives"));
        }
    }
    None
}

/// Whether the place that bears this person's name is shown of anybody: several may live there.
fn is_place_shown(world: &World, allowed: &Allowed, person: &str) -> bool {
    let place = format!("Place-{person}-end");
    let mut patients = world.items.iter().filter(|item| item.kind == "Patient");
    patients.any(|item| {
        allowed
            .shown(item)
            .is_some_and(|json| json["address"][0]["city"] == place.as_str())
    })
}

/// A resource as it is compared: without what the record adds.
fn bare(json: &Value) -> Value {
    let mut json = json.clone();
    if let Some(meta) = json.get_mut("meta").and_then(Value::as_object_mut) {
        meta.remove("versionId");
        meta.remove("lastUpdated");
        if meta.is_empty() {
            json.as_object_mut().map(|all| all.remove("meta"));
        }
    }
    json
}

pub(super) fn same(expected: &Value, got: &Value) -> Option<String> {
    let (expected, got) = (bare(expected), bare(got));
    (expected != got).then(|| format!("expected {expected}\ngot {got}"))
}

pub(super) fn path(item: &Item) -> String {
    format!("/fhir/{}/{}", item.kind, item.id)
}

async fn read(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in &world.items {
        let reply = world.get(&path(item), asker).await;
        let problem = match (allowed.sees(item), allowed.shown(item)) {
            (false, _) => expect_status(&reply, not_there(asker, item)),
            _ if !reach(asker, item.kind, "r") => expect_status(&reply, 403),
            (true, None) => expect_status(&reply, 410),
            (true, Some(json)) => expect_status(&reply, 200).or_else(|| same(json, &reply.json())),
        };
        answers.push(answer(
            !allowed.sees(item),
            problem.or_else(|| leak(world, allowed, &reply.text)),
        ));
    }
    answers
}

/// What is said of what is not there for whoever asks; an app that was not granted the type is told that.
fn not_there(asker: &Asker, item: &Item) -> u16 {
    if reach(asker, item.kind, "r") { 404 } else { 403 }
}

fn expect_status(reply: &Reply, status: u16) -> Option<String> {
    (reply.status.as_u16() != status)
        .then(|| format!("status {} instead of {status}: {}", reply.status, reply.text))
}

async fn vread(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in &world.items {
        for (at, version) in item.versions.iter().enumerate() {
            let reply = world
                .get(&format!("{}/_history/{}", path(item), at + 1), asker)
                .await;
            let seen = allowed.sees_version(item, at + 1);
            let status = match (seen, version) {
                (false, _) => not_there(asker, item),
                _ if !reach(asker, item.kind, "r") => 403,
                (true, None) => 410,
                (true, Some(_)) => 200,
            };
            let problem = expect_status(&reply, status).or_else(|| leak(world, allowed, &reply.text));
            answers.push(answer(!seen, problem));
        }
    }
    answers
}

async fn history(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in &world.items {
        let reply = world.get(&format!("{}/_history", path(item)), asker).await;
        let problem = if allowed.sees(item) && reach(asker, item.kind, "r") {
            expect_status(&reply, 200).or_else(|| {
                let answered = reply.json();
                let seen = (1..=item.versions.len()).filter(|version| allowed.sees_version(item, *version));
                let told = answered["entry"].as_array().map(Vec::len);
                let expected = seen.count();
                let right = told == Some(expected) && answered["total"] == expected;
                (!right).then(|| format!("{told:?} of {}, not {expected}", answered["total"]))
            })
        } else {
            expect_status(&reply, not_there(asker, item))
        };
        answers.push(answer(
            !allowed.sees(item),
            problem.or_else(|| leak(world, allowed, &reply.text)),
        ));
    }
    answers
}

async fn batch(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let entries: Vec<Value> = world
        .items
        .iter()
        .map(|item| json!({ "request": { "method": "GET", "url": format!("{}/{}", item.kind, item.id) } }))
        .collect();
    let body = json!({ "resourceType": "Bundle", "type": "batch", "entry": entries });
    let reply = world
        .send(Method::POST, "/fhir", &asker.token, body.to_string())
        .await;
    let answered = reply.json();
    let mut answers = Vec::new();
    for (at, item) in world.items.iter().enumerate() {
        let status = answered["entry"][at]["response"]["status"]
            .as_str()
            .unwrap_or("none")
            .to_owned();
        let expected = match (allowed.sees(item), allowed.shown(item)) {
            _ if !reach(asker, item.kind, "r") => "403",
            (false, _) => "404",
            (true, None) => "410",
            (true, Some(_)) => "200",
        };
        let problem =
            (!status.starts_with(expected)).then(|| format!("{}: {status} instead of {expected}", item.id));
        answers.push(answer(!allowed.sees(item), problem));
    }
    answers.push(answer(false, leak(world, allowed, &reply.text)));
    answers
}

async fn audit(world: &World, asker: &Asker, _allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for person in &world.people {
        let reply = world
            .get(&format!("/fhir/AuditEvent?patient={person}"), asker)
            .await;
        let told = reply.json()["entry"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
        let may = reach(asker, "AuditEvent", "s") && naive::may_read_audit(world, asker, person);
        let problem = match (may, told) {
            (true, false) => Some(format!("the audit of {person} is not told: {}", reply.text)),
            (false, true) => Some(format!("the audit of {person} is told")),
            _ => None,
        };
        answers.push(answer(!told, problem));
    }
    answers
}

async fn events(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let types = ResourceType::all().collect();
    let told = OnChange {
        receivers: vec![Told {
            name: "one".to_owned(),
            actor: asker.actor.clone(),
            types,
        }],
    };
    let mut answers = Vec::new();
    for item in &world.items {
        for text in letters(world, &told, item).await {
            let named = text.contains(&format!("\"{}\"", item.id));
            let problem =
                (named && !allowed.sees(item)).then(|| format!("a letter names {}: {text}", item.id));
            answers.push(answer(!named, problem));
        }
    }
    answers
}

/// What is told of every change of the bucket where an item lives, one text for each change.
async fn letters(world: &World, told: &OnChange, item: &Item) -> Vec<String> {
    let bucket = record::ids::id_bucket(&item.home);
    let feed = world.record.feed(bucket, 0, 1000).await.expect("a feed");
    let mut texts = Vec::new();
    for entry in feed
        .iter()
        .filter(|entry| entry.changes.iter().any(|change| change.id == item.id))
    {
        let effects = actions::subscription::told(&world.actions, told, entry)
            .await
            .expect("an answer");
        texts.push(effects.join("\n"));
    }
    texts
}
