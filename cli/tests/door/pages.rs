//! Pages of a person, and the search for one, as whoever signs in is shown them.

use std::collections::BTreeSet;

use actions::Role;
use http::{Method, Request, StatusCode, header};
use serde_json::Value;

use super::askers::Asker;
use super::knocks::{Answer, answer, leak};
use super::naive::Allowed;
use super::situation::bears;
use super::world::{Reply, World};

/// A session of the asker at the pages.
pub(super) async fn session(world: &World, asker: &Asker) -> Option<String> {
    if asker.is_limited() {
        // An app's token opens the FHIR door alone.
        return None;
    }
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

pub(super) async fn pages(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
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
            let closed = reply.text.contains("This record is closed to you");
            // Of one's own, of family, colleagues and those who refused: that it is closed, and no more.
            let may_hear = allowed.closed.contains(person);
            let works_here = ![Role::Citizen, Role::System].contains(&asker.actor.role);
            let problem = if shown && !known && !(closed && may_hear) {
                Some(format!("{person}{tab} is shown"))
            } else if !shown && (known || may_hear) && works_here {
                Some(format!("{person}{tab} is not shown: {}", reply.status))
            } else {
                leak(world, allowed, &reply.text)
            };
            answers.push(answer(!known, problem));
        }
    }
    answers
}

/// A token for forms of a session, from the form of the search; none for whoever has no such page.
pub(super) async fn form_token(world: &World, cookie: &str) -> Option<String> {
    let form = page(world, cookie, Method::GET, "/staff/person", String::new()).await;
    let token = form
        .text
        .split("name=\"csrf\" value=\"")
        .last()?
        .split('"')
        .next()?;
    (form.status == StatusCode::OK).then(|| token.to_owned())
}

/// Whom a search by these details finds: of those whom the asker may know of, who fits as the asker sees them. A postcode or a
/// telephone never finds somebody whose address is restricted, whoever asks.
fn found(
    world: &World,
    allowed: &Allowed,
    postcode: Option<&str>,
    telephone: Option<&str>,
) -> BTreeSet<String> {
    let fits = |json: &Value| {
        let asks_where = postcode.is_some() || telephone.is_some();
        postcode.is_none_or(|postcode| json["address"][0]["postalCode"] == postcode)
            && telephone.is_none_or(|telephone| json["telecom"][0]["value"] == telephone)
            && !(asks_where && bears(json, "R"))
    };
    let people = world.people.iter();
    people
        .filter(|person| allowed.shown(world.patient(person)).is_some_and(fits))
        .cloned()
        .collect()
}

pub(super) async fn search(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let Some(cookie) = session(world, asker).await else {
        return vec![answer(true, None)];
    };
    let Some(csrf) = form_token(world, &cookie).await else {
        return vec![answer(true, None)];
    };
    let mut answers = Vec::new();
    for (asked, postcode, telephone) in [
        ("name=sharing", None, None),
        ("name=sharing&postcode=SN1+0AA", Some("SN1 0AA"), None),
        ("name=sharing&postcode=SN1+1AA", Some("SN1 1AA"), None),
        ("name=sharing&telephone=07700900001", None, Some("07700900001")),
    ] {
        let form = format!("csrf={csrf}&{asked}");
        let sent = page(world, &cookie, Method::POST, "/staff/person", form).await;
        let to = sent.headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
        let reply = match to {
            Some(to) => page(world, &cookie, Method::GET, to, String::new()).await,
            None => sent,
        };
        let expected = found(world, allowed, postcode, telephone);
        let named = |person: &&String| reply.text.contains(&format!("Given-{person}-end"));
        let got: BTreeSet<String> = world.people.iter().filter(named).cloned().collect();
        let problem = (got != expected)
            .then(|| format!("{asked}: {got:?} instead of {expected:?}"))
            .or_else(|| leak(world, allowed, &reply.text));
        answers.push(answer(expected.len() < world.people.len(), problem));
    }
    answers
}
