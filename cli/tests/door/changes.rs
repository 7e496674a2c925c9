//! Writes: what is hidden answers as what was never there, and what may not be changed stays as it is.

use http::{Method, StatusCode};
use serde_json::json;

use super::askers::Asker;
use super::knocks::{Answer, answer, leak, path};
use super::naive::{self, Allowed};
use super::people::MARKERS;
use super::scopes::reach;
use super::world::World;

/// What is hidden answers every precondition as what was never there.
pub(super) async fn preconditions(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
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
pub(super) async fn writes(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for item in &world.items {
        let Some(json) = item.present() else { continue };
        if asker.name == "feed" {
            continue;
        }
        for (method, letter, body) in [
            (Method::PUT, "u", json.to_string()),
            (Method::DELETE, "d", String::new()),
        ] {
            if allowed.sees(item) && naive::may_write(world, asker, item, letter) {
                continue;
            }
            let before = world.record.digest().await.expect("a digest");
            let reply = world.send(method, &path(item), &asker.token, body).await;
            let changed = world.record.digest().await.expect("a digest") != before;
            let told = allowed.sees(item) || !reach(asker, item.kind, letter);
            let status = if told { 403 } else { 404 };
            let problem = (changed || reply.status.as_u16() != status).then(|| {
                format!(
                    "{} was not refused so ({letter}): {} {}",
                    item.id, reply.status, reply.text
                )
            });
            answers.push(answer(true, problem));
        }
    }
    answers
}
