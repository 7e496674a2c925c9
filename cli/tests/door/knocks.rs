//! The doors: what each answers an actor, against what the actor may see.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use actions::subscription::{OnChange, Told};
use fhir::ResourceType;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use super::naive::{self, Allowed};
use super::world::{Asker, Item, MARKERS, Reply, World};

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
    door!("search in a person", search_in_person),
    door!("search by label and count", search_by_label),
    door!("search across people", search_across),
    door!("search by place", search_by_place),
    door!("search by post", super::order::search_by_post),
    door!("everything", everything),
    door!("batch", batch),
    door!("audit", audit),
    door!("events", events),
    door!("pages", pages),
    door!("page search", page_search),
    door!("risk", super::everybody::risk),
    door!("population", super::everybody::population),
    door!("preconditions", preconditions),
    door!("writes", writes),
    door!("by hand", super::by_hand::by_hand),
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
        let shown = world
            .of(person)
            .find(|item| item.kind == "Patient")
            .and_then(|item| allowed.shown(item));
        if shown.is_none_or(|json| json.get("address").is_none())
            && text.contains(&format!("Place-{person}-end"))
        {
            return Some(format!("it tells where {person} lives"));
        }
    }
    None
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

fn same(expected: &Value, got: &Value) -> Option<String> {
    let (expected, got) = (bare(expected), bare(got));
    (expected != got).then(|| format!("expected {expected}\ngot {got}"))
}

fn path(item: &Item) -> String {
    format!("/fhir/{}/{}", item.kind, item.id)
}

async fn read(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in &world.items {
        let reply = world.get(&path(item), asker).await;
        let problem = match (allowed.sees(item), allowed.shown(item)) {
            (false, _) => expect_status(&reply, 404),
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
            let status = match (allowed.sees(item), version) {
                (false, _) => 404,
                (true, None) => 410,
                (true, Some(_)) => 200,
            };
            let problem = expect_status(&reply, status).or_else(|| leak(world, allowed, &reply.text));
            answers.push(answer(!allowed.sees(item), problem));
        }
    }
    answers
}

async fn history(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in &world.items {
        let reply = world.get(&format!("{}/_history", path(item)), asker).await;
        let problem = if allowed.sees(item) {
            expect_status(&reply, 200).or_else(|| {
                let total = reply.json()["total"].as_u64();
                (total != Some(item.versions.len() as u64)).then(|| format!("total {total:?}"))
            })
        } else {
            expect_status(&reply, 404)
        };
        answers.push(answer(
            !allowed.sees(item),
            problem.or_else(|| leak(world, allowed, &reply.text)),
        ));
    }
    answers
}

/// All pages of a search: ids in their order, and the total of the first.
pub(super) async fn pages_of(
    world: &World,
    asker: &Asker,
    first: &str,
) -> (Vec<String>, Option<u64>, Vec<String>) {
    let (mut ids, mut texts, mut total) = (Vec::new(), Vec::new(), None);
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let reply = world.get(&path, asker).await;
        if !reply.status.is_success() {
            texts.push(reply.text);
            break;
        }
        let bundle = reply.json();
        total = total.or_else(|| bundle["total"].as_u64());
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        ids.extend(entries.iter().map(|entry| {
            let resource = &entry["resource"];
            format!(
                "{}/{}",
                resource["resourceType"].as_str().unwrap_or("?"),
                resource["id"].as_str().unwrap_or("?")
            )
        }));
        next = bundle["link"].as_array().and_then(|links| {
            let link = links.iter().find(|link| link["relation"] == "next")?;
            let url = link["url"].as_str()?;
            url.split_once("sarsen.example").map(|(_, path)| path.to_owned())
        });
        texts.push(reply.text);
    }
    (ids, total, texts)
}

/// The types of which a person has something.
pub(super) fn kinds_of(world: &World, person: &str) -> BTreeSet<&'static str> {
    world
        .of(person)
        .map(|item| item.kind)
        .filter(|kind| *kind != "Patient")
        .collect()
}

pub(super) fn visible<'w>(
    world: &'w World,
    allowed: &'w Allowed,
    person: &'w str,
    kind: &'w str,
) -> impl Iterator<Item = &'w Item> {
    world
        .of(person)
        .filter(move |item| item.kind == kind && item.present().is_some() && allowed.sees(item))
}

async fn search_in_person(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for person in &world.people {
        for kind in kinds_of(world, person) {
            let expected: BTreeSet<String> = visible(world, allowed, person, kind)
                .map(|item| format!("{kind}/{}", item.id))
                .collect();
            let all = world
                .of(person)
                .filter(|item| item.kind == kind && item.present().is_some())
                .count();
            let (ids, total, texts) = pages_of(
                world,
                asker,
                &format!("/fhir/{kind}?patient={person}&_count=2&_total=accurate"),
            )
            .await;
            let got: BTreeSet<String> = ids.iter().cloned().collect();
            let problem = if got != expected || got.len() != ids.len() {
                Some(format!("{kind} of {person}: {ids:?} instead of {expected:?}"))
            } else if total != Some(expected.len() as u64) {
                Some(format!(
                    "{kind} of {person}: total {total:?} instead of {}",
                    expected.len()
                ))
            } else {
                texts.iter().find_map(|text| leak(world, allowed, text))
            };
            answers.push(answer(expected.len() < all, problem));
        }
    }
    answers
}

async fn search_by_label(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for person in &world.people {
        for kind in kinds_of(world, person) {
            let count = |code: &str, only_seen: bool| {
                world
                    .of(person)
                    .filter(|item| item.kind == kind && (!only_seen || allowed.sees(item)))
                    .filter_map(Item::present)
                    .filter(|json| {
                        let all = json.pointer("/meta/security").and_then(Value::as_array);
                        all.is_some_and(|all| all.iter().any(|one| one["code"] == code))
                    })
                    .count() as u64
            };
            for code in ["sealed", "PSY"] {
                let reply = world
                    .get(
                        &format!("/fhir/{kind}?patient={person}&_security={code}&_summary=count"),
                        asker,
                    )
                    .await;
                let (got, expected) = (reply.json()["total"].as_u64(), count(code, true));
                let problem =
                    (got != Some(expected)).then(|| format!("{kind} {code}: {got:?} instead of {expected}"));
                answers.push(answer(expected < count(code, false), problem));
            }
        }
    }
    answers
}

async fn search_across(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in world.items.iter().filter(|item| item.present().is_some()) {
        let marker = item.marker();
        let reply = world
            .get(
                &format!(
                    "/fhir/{}?identifier={MARKERS}%7C{marker}&_total=accurate",
                    item.kind
                ),
                asker,
            )
            .await;
        let found = reply.json()["total"].as_u64();
        let expected = u64::from(allowed.sees(item));
        // The words of the question itself may stand in the answer's link, never in an entry.
        let entries = reply.json()["entry"].to_string();
        let problem = (found != Some(expected))
            .then(|| format!("{}: total {found:?} instead of {expected}", item.id))
            .or_else(|| leak(world, allowed, &entries));
        answers.push(answer(expected == 0, problem));
    }
    let (ids, _, texts) = pages_of(world, asker, "/fhir/Patient?name=sharing&_count=1").await;
    let expected: BTreeSet<String> = allowed.known.iter().map(|id| format!("Patient/{id}")).collect();
    let got: BTreeSet<String> = ids.into_iter().collect();
    let problem = (got != expected)
        .then(|| format!("by name {got:?} instead of {expected:?}"))
        .or_else(|| texts.iter().find_map(|text| leak(world, allowed, text)));
    answers.push(answer(expected.len() < world.people.len(), problem));
    answers
}

async fn search_by_place(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (number, person) in world.people.iter().enumerate() {
        let shown = world
            .of(person)
            .find(|item| item.kind == "Patient")
            .and_then(|item| allowed.shown(item));
        let expected = u64::from(shown.is_some_and(|json| json.get("address").is_some()));
        for question in [
            format!("/fhir/Patient?address-postalcode=SN1%20{number}AA&_total=accurate"),
            format!("/fhir/Patient?name=sharing&phone=0770090000{number}&_total=accurate"),
        ] {
            let reply = world.get(&question, asker).await;
            let got = reply.json()["total"].as_u64();
            let problem = (got != Some(expected))
                .then(|| format!("{question}: {got:?} instead of {expected}: {}", reply.text));
            answers.push(answer(expected == 0, problem));
        }
    }
    answers
}

async fn everything(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for person in &world.people {
        let (ids, total, texts) = pages_of(
            world,
            asker,
            &format!("/fhir/Patient/{person}/$everything?_count=3"),
        )
        .await;
        let expected: BTreeSet<String> = if allowed.known.contains(person) {
            world
                .of(person)
                .filter(|item| item.present().is_some() && allowed.sees(item))
                .map(|item| format!("{}/{}", item.kind, item.id))
                .collect()
        } else {
            BTreeSet::new()
        };
        // What lives in another's record and names this person comes along, where it is seen.
        let own = |id: &String| {
            world
                .of(person)
                .any(|item| format!("{}/{}", item.kind, item.id) == **id)
        };
        let got: BTreeSet<String> = ids.iter().filter(|id| own(id)).cloned().collect();
        let problem = if got != expected {
            Some(format!("{person}: {got:?} instead of {expected:?}"))
        } else if total.is_some_and(|total| total != ids.len() as u64) {
            Some(format!("{person}: total {total:?} of {}", ids.len()))
        } else {
            texts.iter().find_map(|text| leak(world, allowed, text))
        };
        let all = world.of(person).filter(|item| item.present().is_some()).count();
        answers.push(answer(expected.len() < all, problem));
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
        let may = naive::may_read_kind(world, asker, person, "audit");
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

/// A session of the asker at the pages.
pub(super) async fn session(world: &World, asker: &Asker) -> Option<String> {
    let form = world.get("/sign-in", asker).await;
    let cookie = cookies(&form);
    let csrf = form
        .text
        .split("name=\"csrf\" value=\"")
        .nth(1)?
        .split('"')
        .next()?
        .to_owned();
    let body = format!("csrf={csrf}&token={}", asker.token);
    let request = Request::builder()
        .method(Method::POST)
        .uri("/sign-in")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into())
        .expect("a request");
    let reply = world.answer(request).await;
    reply.status.is_redirection().then(|| cookies(&reply))
}

fn cookies(reply: &Reply) -> String {
    let pairs = reply
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|cookie| {
            let pair = cookie.to_str().ok()?.split(';').next()?;
            (!pair.ends_with('=')).then(|| pair.to_owned())
        });
    pairs.collect::<Vec<String>>().join("; ")
}

pub(super) async fn page(world: &World, cookie: &str, method: Method, path: &str, body: String) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into())
        .expect("a request");
    world.answer(request).await
}

const TABS: [&str; 10] = [
    "",
    "/timeline",
    "/problems",
    "/medicines",
    "/allergies",
    "/results",
    "/encounters",
    "/documents",
    "/plans",
    "/other",
];

async fn pages(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    let mut answers = Vec::new();
    for person in &world.people {
        let known = allowed.known.contains(person);
        for tab in TABS {
            let reply = page(
                world,
                &cookie,
                Method::GET,
                &format!("/staff/person/{person}{tab}"),
                String::new(),
            )
            .await;
            let shown = reply.status == StatusCode::OK;
            // Of one's own, or of family and those who refused: that it is closed, and no more.
            let closed = reply.text.contains("This record is closed to you");
            let problem = if shown && !known && !closed {
                Some(format!("{person}{tab} is shown"))
            } else if !shown
                && known
                && asker.actor.role != actions::Role::Citizen
                && asker.actor.role != actions::Role::System
            {
                Some(format!("{person}{tab} is not shown: {}", reply.status))
            } else {
                leak(world, allowed, &reply.text)
            };
            answers.push(answer(!known, problem));
        }
    }
    answers
}

async fn page_search(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    let form = page(world, &cookie, Method::GET, "/staff/person", String::new()).await;
    let Some(csrf) = form
        .text
        .split("name=\"csrf\" value=\"")
        .last()
        .and_then(|rest| rest.split('"').next())
        .filter(|_| form.status == StatusCode::OK)
    else {
        return vec![answer(true, None)];
    };
    let mut answers = Vec::new();
    for asked in [
        "name=sharing",
        "name=sharing&postcode=SN1+1AA",
        "telephone=07700900001",
    ] {
        let sent = page(
            world,
            &cookie,
            Method::POST,
            "/staff/person",
            format!("csrf={csrf}&{asked}"),
        )
        .await;
        let to = sent
            .headers
            .get(header::LOCATION)
            .and_then(|to| to.to_str().ok())
            .unwrap_or("")
            .to_owned();
        let reply = if to.is_empty() {
            sent
        } else {
            page(world, &cookie, Method::GET, &to, String::new()).await
        };
        let hidden = allowed.known.len() < world.people.len();
        answers.push(answer(hidden, leak(world, allowed, &reply.text)));
    }
    answers
}

/// What is hidden answers every precondition as what was never there.
async fn preconditions(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in &world.items {
        if allowed.sees(item) {
            continue;
        }
        let absent = format!("/fhir/{}/never-{}", item.kind, item.id);
        for (method, headers) in [
            (Method::DELETE, vec![]),
            (Method::DELETE, vec![("if-match", "W/\"1\"")]),
            (Method::PUT, vec![("if-match", "W/\"1\"")]),
            (Method::PUT, vec![("if-match", "W/\"99\"")]),
        ] {
            let json = item.versions.iter().rev().flatten().next().expect("a version");
            let body = |id: &str| {
                if method == Method::DELETE {
                    return String::new();
                }
                let mut json = json.clone();
                json["id"] = json!(id);
                json.to_string()
            };
            let there = world
                .send_with(
                    method.clone(),
                    &path(item),
                    &asker.token,
                    &headers,
                    body(&item.id),
                )
                .await;
            let nowhere = world
                .send_with(
                    method.clone(),
                    &absent,
                    &asker.token,
                    &headers,
                    body(&format!("never-{}", item.id)),
                )
                .await;
            let problem = (there.status != nowhere.status).then(|| {
                format!(
                    "{method} {} {headers:?}: {} and {} for what is not there",
                    item.id, there.status, nowhere.status
                )
            });
            answers.push(answer(
                true,
                problem.or_else(|| leak(world, allowed, &there.text)),
            ));
        }
        let condition = format!("identifier={MARKERS}|{}", item.marker());
        let found = world
            .send_with(
                Method::POST,
                &format!("/fhir/{}", item.kind),
                &asker.token,
                &[("if-none-exist", &condition)],
                json!({ "resourceType": item.kind }).to_string(),
            )
            .await;
        let problem = (found.status == StatusCode::OK).then(|| format!("If-None-Exist finds {}", item.id));
        answers.push(answer(true, problem));
    }
    answers
}

/// A write changes nothing that may not be seen, and nothing that may be seen but not changed.
async fn writes(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in &world.items {
        let Some(json) = item.present() else { continue };
        if asker.name == "feed" || (allowed.sees(item) && naive::may_write(world, asker, item)) {
            continue;
        }
        let before = world.record.digest().await.expect("a digest");
        let put = world
            .send(Method::PUT, &path(item), &asker.token, json.to_string())
            .await;
        let delete = world
            .send(Method::DELETE, &path(item), &asker.token, String::new())
            .await;
        let changed = world.record.digest().await.expect("a digest") != before;
        let status = if allowed.sees(item) { 403 } else { 404 };
        let problem = (changed || put.status.as_u16() != status || delete.status.as_u16() != status)
            .then(|| format!("{} was not refused so: {} {}", item.id, put.status, delete.status));
        answers.push(answer(true, problem));
    }
    answers
}
