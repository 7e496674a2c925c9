//! Doors that put a question to everybody: lists of who is at risk, and of who is behind a figure.

use http::{Method, StatusCode};

use super::knocks::{Answer, answer, leak, page, session};
use super::naive::Allowed;
use super::world::{Asker, Item, World};

/// Scopes of the world, some of them the asker's own and some not.
const SCOPES: [&str; 4] = ["", "scope=region:all", "scope=team:AAA01", "scope=practice:AAA01"];

/// Whether a person objects to risk stratification, as their Consents say.
fn objects(world: &World, person: &str) -> bool {
    world.of(person).filter_map(Item::present).any(|json| {
        json["resourceType"] == "Consent"
            && json["status"] == "active"
            && json["category"][0]["coding"][0]["code"] == "objection"
    })
}

/// Opens a page that is about everybody: it names nobody who may not be known of, and nobody who objects to it.
async fn opened(world: &World, cookie: &str, path: &str, allowed: &Allowed) -> Answer {
    let reply = page(world, cookie, Method::GET, path, String::new()).await;
    let problem = (reply.status.is_server_error())
        .then(|| format!("{path}: {}", reply.status))
        .or_else(|| leak(world, allowed, &reply.text))
        .or_else(|| {
            let named = |person: &&String| reply.text.contains(&format!("Given-{person}-end"));
            let mut objecting = world.people.iter().filter(|person| objects(world, person));
            let person = objecting.find(named)?;
            Some(format!("{path}: {person} is named and objects to it"))
        });
    answer(allowed.known.len() < world.people.len(), problem)
}

/// Lists of who is at risk, and the risk of each: nobody who may not be known of is on them.
pub(super) async fn risk(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    world.settle().await;
    let mut answers = Vec::new();
    for scope in SCOPES {
        for show in ["waiting", "offered", "paused", "referred"] {
            let path = format!("/staff/risk?show={show}&{scope}");
            answers.push(opened(world, &cookie, &path, allowed).await);
        }
        let path = format!("/staff/risk/live?{scope}");
        answers.push(opened(world, &cookie, &path, allowed).await);
    }
    for person in &world.people {
        let known = allowed.known.contains(person);
        let path = format!("/staff/risk/person/{person}");
        let reply = page(world, &cookie, Method::GET, &path, String::new()).await;
        let problem = (!known && reply.status == StatusCode::OK)
            .then(|| format!("the risk of {person} is shown"))
            .or_else(|| leak(world, allowed, &reply.text));
        answers.push(answer(!known, problem));
    }
    answers
}

/// Who is behind a figure: nobody who may not be known of is named, nor sent to work, and a figure names nobody.
pub(super) async fn population(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    world.settle().await;
    let mut answers = Vec::new();
    for scope in SCOPES {
        for rest in [
            "",
            "/conditions",
            "/segments",
            "/frailty",
            "/funnel",
            "/people",
            "/people?ages=unknown",
            "/people?conditions=0&sex=unknown",
            "/export/ages.csv",
        ] {
            let join = match (scope, rest.contains('?')) {
                ("", _) => "",
                (_, true) => "&",
                (_, false) => "?",
            };
            let path = format!("/staff/population{rest}{join}{scope}");
            answers.push(opened(world, &cookie, &path, allowed).await);
        }
    }
    // A form without this session's token changes nothing.
    let before = world.record.digest().await.expect("a digest");
    let form = "csrf=made-up&id=0190c0de-0000-4000-8000-000000000009&what=plan&scope=region:all".to_owned();
    let reply = page(world, &cookie, Method::POST, "/staff/population/work", form).await;
    let changed = world.record.digest().await.expect("a digest") != before;
    let problem =
        (changed || reply.status == StatusCode::SEE_OTHER).then(|| format!("sent to work: {}", reply.status));
    answers.push(answer(
        true,
        problem.or_else(|| leak(world, allowed, &reply.text)),
    ));
    answers
}
