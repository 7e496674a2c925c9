//! Searches sent as a form, and in an order: what is hidden leaves no gap, moves nothing and is in no page.

use http::Method;
use serde_json::Value;

use super::askers::Asker;
use super::knocks::{Answer, answer, leak};
use super::naive::Allowed;
use super::people::Item;
use super::scopes::reach;
use super::searches::{kinds_of, pages_of, visible};
use super::world::World;

/// A person's items of a type in the order of their markers, as the naive evaluator shows them.
fn in_order(world: &World, allowed: &Allowed, person: &str, kind: &str) -> Vec<String> {
    let mut items: Vec<&Item> = visible(world, allowed, person, kind).collect();
    items.sort_by_key(|item| item.marker());
    items.iter().map(|item| format!("{kind}/{}", item.id)).collect()
}

/// Forms to `_search` of every type that a person has something of, ascending; and the pages of one item each, descending.
pub(super) async fn search_by_post(world: &World, asker: &Asker, allowed: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    for person in &world.people {
        // Of those close to the person some have a second identifier, by which they stand elsewhere.
        for kind in kinds_of(world, person)
            .into_iter()
            .filter(|kind| *kind != "RelatedPerson" && reach(asker, kind, "s"))
        {
            let expected = in_order(world, allowed, person, kind);
            let all = world.of(person);
            let all = all
                .filter(|item| item.kind == kind && item.present().is_some())
                .count();
            let refused = expected.len() < all;
            let form = format!("patient={person}&_sort=identifier&_count=100&_total=accurate");
            let path = format!("/fhir/{kind}/_search");
            let reply = world.send(Method::POST, &path, &asker.token, form).await;
            let bundle = reply.json();
            let found = bundle["entry"].as_array().into_iter().flatten();
            let found: Vec<String> = found.map(|entry| named(&entry["resource"])).collect();
            let total = bundle["total"].as_u64();
            let problem = (found != expected || total != Some(expected.len() as u64))
                .then(|| format!("{kind} of {person}: {found:?} of {total:?} instead of {expected:?}"))
                .or_else(|| leak(world, allowed, &reply.text));
            answers.push(answer(refused, problem));

            let path = format!("/fhir/{kind}?patient={person}&_sort=-identifier&_count=1");
            let (found, _, texts) = pages_of(world, asker, &path).await;
            let turned: Vec<String> = expected.into_iter().rev().collect();
            let problem = (found != turned)
                .then(|| format!("{kind} of {person}, page by page: {found:?} instead of {turned:?}"))
                .or_else(|| texts.iter().find_map(|text| leak(world, allowed, text)));
            answers.push(answer(refused, problem));
        }
    }
    answers
}

fn named(resource: &Value) -> String {
    let text = |name: &str| resource[name].as_str().unwrap_or("?").to_owned();
    format!("{}/{}", text("resourceType"), text("id"))
}
