//! Searches and counts over FHIR: what is hidden is neither found nor counted, whatever it is asked by.

use std::collections::BTreeSet;

use serde_json::Value;

use super::askers::Asker;
use super::knocks::{Answer, answer, leak};
use super::naive::Allowed;
use super::people::{Item, MARKERS};
use super::scopes::reach;
use super::world::World;

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

/// What is wrong when an app searches a type that it was not granted: anything but a refusal that says so.
pub(super) async fn unreachable(world: &World, asker: &Asker, allowed: &Allowed, path: &str) -> Answer {
    let reply = world.get(path, asker).await;
    let problem = (reply.status.as_u16() != 403).then(|| format!("{path}: {} without a scope", reply.status));
    answer(true, problem.or_else(|| leak(world, allowed, &reply.text)))
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

pub(super) async fn in_person(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for person in &world.people {
        for kind in kinds_of(world, person) {
            if !reach(asker, kind, "s") {
                let path = format!("/fhir/{kind}?patient={person}");
                answers.push(unreachable(world, asker, allowed, &path).await);
                continue;
            }
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

pub(super) async fn by_label(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for person in &world.people {
        for kind in kinds_of(world, person)
            .into_iter()
            .filter(|kind| reach(asker, kind, "s"))
        {
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

pub(super) async fn across(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    let there = world.items.iter().filter(|item| item.present().is_some());
    for item in there.filter(|item| reach(asker, item.kind, "s")) {
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
    if !reach(asker, "Patient", "s") {
        answers.push(unreachable(world, asker, allowed, "/fhir/Patient?name=sharing").await);
        return answers;
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

pub(super) async fn by_place(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    if !reach(asker, "Patient", "s") {
        return vec![unreachable(world, asker, allowed, "/fhir/Patient?address-postalcode=SN1").await];
    }
    for number in 0..world.people.len() {
        let (postcode, phone) = (format!("SN1 {number}AA"), format!("0770090000{number}"));
        let shown = |holds: &dyn Fn(&Value) -> bool| {
            let all = world.people.iter().map(|person| world.patient(person));
            let (there, seen): (Vec<&Item>, Vec<Option<&Value>>) =
                all.map(|item| (item, allowed.shown(item))).unzip();
            let count = |found: usize| found as u64;
            (
                count(seen.into_iter().flatten().filter(|json| holds(json)).count()),
                count(
                    there
                        .into_iter()
                        .filter_map(Item::present)
                        .filter(|json| holds(json))
                        .count(),
                ),
            )
        };
        for (question, (expected, all)) in [
            (
                format!("/fhir/Patient?address-postalcode=SN1%20{number}AA&_total=accurate"),
                shown(&|json| json["address"][0]["postalCode"] == postcode.as_str()),
            ),
            (
                format!("/fhir/Patient?name=sharing&phone={phone}&_total=accurate"),
                shown(&|json| json["telecom"][0]["value"] == phone.as_str()),
            ),
        ] {
            let reply = world.get(&question, asker).await;
            let got = reply.json()["total"].as_u64();
            let problem = (got != Some(expected))
                .then(|| format!("{question}: {got:?} instead of {expected}: {}", reply.text));
            answers.push(answer(expected < all, problem));
        }
    }
    answers
}

pub(super) async fn everything(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
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
