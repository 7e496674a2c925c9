//! Doors that put a question to everybody: lists of who is at risk, and of who is behind a figure. Lists by name are case finding: they
//! name whom the asker may know of for that purpose, and nobody at all where the asker may not find people.

use actions::population::SendToWork;
use http::{Method, StatusCode};

use super::askers::Asker;
use super::knocks::{Answer, answer, leak};
use super::naive::{self, Allowed, CARE, FINDING, may_of_population};
use super::pages::{form_token, page, session};
use super::world::World;

/// Scopes of the world, some of them the asker's own and some not.
const SCOPES: [&str; 5] = [
    "region:all",
    "team:AAA01",
    "team:BBB02",
    "practice:AAA01",
    "practice:BBB02",
];

/// Whom a page may name.
enum Named<'a> {
    /// Figures, and lists of people whom the asker may not find.
    Nobody,
    /// Those whom the asker may know of.
    Known(&'a Allowed),
}

/// What is wrong with a page that is about everybody.
fn wrong(world: &World, path: &str, status: StatusCode, text: &str, named: &Named<'_>) -> Option<String> {
    if status.is_server_error() {
        return Some(format!("{path}: {status}"));
    }
    let found = match named {
        Named::Known(allowed) => leak(world, allowed, text),
        Named::Nobody => {
            let mut people = world.people.iter();
            let person = people.find(|person| text.contains(&format!("Given-{person}-end")));
            person.map(|person| format!("it names {person}"))
        }
    };
    found.map(|words| format!("{path}: {words}"))
}

async fn opened(world: &World, cookie: &str, path: &str, named: &Named<'_>) -> Answer {
    let reply = page(world, cookie, Method::GET, path, String::new()).await;
    let refused = match named {
        Named::Nobody => true,
        Named::Known(allowed) => allowed.known.len() < world.people.len(),
    };
    answer(refused, wrong(world, path, reply.status, &reply.text, named))
}

/// Whom a list of a scope may name.
fn listed<'a>(asker: &Asker, scope: &str, finding: &'a Allowed) -> Named<'a> {
    match may_of_population(asker, "findPeople", scope, FINDING) {
        true => Named::Known(finding),
        false => Named::Nobody,
    }
}

/// Lists of who is at risk, of every scope and without one, which is the first that is the asker's own.
pub(super) async fn risk(world: &World, asker: &Asker, _: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    world.settle().await;
    let finding = naive::evaluate(world, asker, FINDING);
    let mut answers = Vec::new();
    for show in ["waiting", "offered"] {
        let path = format!("/staff/risk?show={show}");
        answers.push(opened(world, &cookie, &path, &Named::Known(&finding)).await);
    }
    for scope in SCOPES {
        let named = listed(asker, scope, &finding);
        for show in ["waiting", "offered", "referred"] {
            let path = format!("/staff/risk?show={show}&scope={scope}");
            answers.push(opened(world, &cookie, &path, &named).await);
        }
    }
    answers
}

/// Lists that are open and are sent anew: what each begins with.
pub(super) async fn live(world: &World, asker: &Asker, _: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    world.settle().await;
    let finding = naive::evaluate(world, asker, FINDING);
    let mut answers = Vec::new();
    for scope in SCOPES {
        let path = format!("/staff/risk/live?show=offered&scope={scope}");
        answers.push(opened(world, &cookie, &path, &listed(asker, scope, &finding)).await);
    }
    answers
}

/// The risk, the scores and what is due of each person, on pages of their own, which are part of their care.
pub(super) async fn risk_of_one(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    let mut answers = Vec::new();
    for person in &world.people {
        let known = allowed.known.contains(person);
        for path in [
            format!("/staff/risk/person/{person}"),
            format!("/staff/person/{person}/scores"),
            format!("/staff/person/{person}/eligibility"),
        ] {
            let reply = page(world, &cookie, Method::GET, &path, String::new()).await;
            let problem = (!known && reply.status == StatusCode::OK)
                .then(|| format!("{path} is shown"))
                .or_else(|| leak(world, allowed, &reply.text));
            answers.push(answer(!known, problem));
        }
    }
    answers
}

/// Who is behind a figure; a figure itself names nobody.
pub(super) async fn population(world: &World, asker: &Asker, _: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    world.settle().await;
    let finding = naive::evaluate(world, asker, FINDING);
    let mut answers = Vec::new();
    for scope in SCOPES {
        for figure in [
            "",
            "/conditions",
            "/segments",
            "/frailty",
            "/funnel",
            "/export/ages.csv",
        ] {
            let path = format!("/staff/population{figure}?scope={scope}");
            answers.push(opened(world, &cookie, &path, &Named::Nobody).await);
        }
        let named = listed(asker, scope, &finding);
        for group in ["", "&sex=female", "&conditions=0&sex=female"] {
            let path = format!("/staff/population/people?scope={scope}{group}");
            answers.push(opened(world, &cookie, &path, &named).await);
        }
    }
    answers
}

/// A cohort is sent to work by those who may write in its people's records, and by nobody else; a form without this session's token
/// changes nothing, whoever sends it.
pub(super) async fn send_to_work(world: &World, asker: &Asker, _: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    world.settle().await;
    let finding = naive::evaluate(world, asker, FINDING);
    let own = form_token(world, &cookie).await;
    let mut answers = Vec::new();
    for scope in SCOPES {
        let may = may_of_population(asker, "sendToWork", scope, CARE);
        let token = own.as_ref().filter(|_| !may);
        let token = token.map_or("made-up", String::as_str);
        let form = format!("csrf={token}&id={}&what=plan&scope={scope}", SendToWork::new_id());
        let before = world.record.digest().await.expect("a digest");
        let path = "/staff/population/work";
        let reply = page(world, &cookie, Method::POST, path, form).await;
        let changed = world.record.digest().await.expect("a digest") != before;
        let problem = (changed || reply.status == StatusCode::SEE_OTHER)
            .then(|| format!("{scope} was sent to work: {}", reply.status))
            .or_else(|| {
                wrong(
                    world,
                    path,
                    reply.status,
                    &reply.text,
                    &listed(asker, scope, &finding),
                )
            });
        answers.push(answer(true, problem));
    }
    answers
}
