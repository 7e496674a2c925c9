//! Other purposes than somebody's care. Over FHIR everybody asks for care; the house's own actions ask for other purposes too, and are
//! asked here as its pages ask them.

use actions::record::{SearchAsk, read, search};
use actions::{ActionError, Purpose};
use fhir::ResourceType;

use super::askers::Asker;
use super::knocks::{Answer, answer, same};
use super::naive::{self, Allowed};
use super::people::Item;
use super::scopes::reach;
use super::world::World;

fn kind_of(item: &Item) -> ResourceType {
    ResourceType::from_name(item.kind).expect("a type")
}

/// Everybody's own entry for every purpose, and of everything else each for one of them.
pub(super) async fn other_purposes(world: &World, asker: &Asker, _: &Allowed) -> Vec<Answer> {
    let others = Purpose::ALL
        .into_iter()
        .filter(|purpose| *purpose != Purpose::DirectCare);
    let mut answers = Vec::new();
    for (turn, purpose) in others.enumerate() {
        let allowed = naive::evaluate(world, asker, purpose.code());
        for (at, item) in world.items.iter().enumerate() {
            if item.kind != "Patient" && at % 5 != turn {
                continue;
            }
            answers.push(one(world, asker, purpose, &allowed, item).await);
        }
        if reach(asker, "Patient", "s") {
            answers.push(by_name(world, asker, purpose, &allowed).await);
        }
    }
    answers
}

async fn one(world: &World, asker: &Asker, purpose: Purpose, allowed: &Allowed, item: &Item) -> Answer {
    let told = read(&world.actions, &asker.actor, purpose, kind_of(item), &item.id).await;
    let seen = allowed.sees(item) && reach(asker, item.kind, "r");
    let of = format!("{} for {}", item.id, purpose.code());
    let problem = match (seen, allowed.shown(item), told) {
        (false, _, Ok(_)) => Some(format!("{of} is told")),
        (true, Some(json), Ok(stored)) => {
            let got = serde_json::from_slice(&stored.json).expect("JSON");
            same(json, &got).map(|words| format!("{of}: {words}"))
        }
        (true, None, Err(ActionError::Gone { .. })) | (false, _, Err(_)) => None,
        (true, _, told) => Some(format!("{of} is not told: {:?}", told.err())),
    };
    answer(!seen, problem)
}

async fn by_name(world: &World, asker: &Asker, purpose: Purpose, allowed: &Allowed) -> Answer {
    let patient = ResourceType::from_name("Patient").expect("a type");
    let params = [("name", "sharing"), ("_total", "accurate")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let ask = SearchAsk::Query(params.to_vec());
    let found = search(&world.actions, &asker.actor, purpose, patient, ask).await;
    let total = found.ok().and_then(|found| found.total);
    let expected = allowed.known.len();
    let problem = (total != Some(expected as u64))
        .then(|| format!("by name for {}: {total:?} instead of {expected}", purpose.code()));
    answer(expected < world.people.len(), problem)
}
