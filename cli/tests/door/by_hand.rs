//! Documents by which somebody would open a record for themself: nobody's is kept.

use http::Method;
use serde_json::json;

use super::askers::{Asker, DEVELOPMENT};
use super::knocks::{Answer, answer};
use super::naive::Allowed;
use super::world::World;

const ACCESS: &str = "https://sarsen.example/fhir/CodeSystem/access";

/// A claim for all time, in everybody's record, and a refusal of the practice.
pub(super) async fn by_hand(world: &World, asker: &Asker, _: &Allowed) -> Vec<Answer> {
    let mut answers = Vec::new();
    if asker.token == DEVELOPMENT {
        // It keeps whatever is sent, on synthetic data alone.
        return answers;
    }
    for person in &world.people {
        let who = json!({ "reference": format!("Patient/{person}") });
        let code = |code: &str| json!({ "coding": [{ "system": ACCESS, "code": code }] });
        let claim = json!({ "resourceType": "Task", "status": "in-progress", "intent": "order", "for": who,
            "code": code(codes::access::CLAIMED),
            "requester": { "identifier": { "system": codes::access::ACTOR, "value": asker.actor.id } },
            "executionPeriod": { "start": "2020-01-01T00:00:00Z", "end": "2099-01-01T00:00:00Z" } });
        let refusal = json!({ "resourceType": "Consent", "status": "active", "patient": who, "scope": { "text": "x" },
            "category": [code(codes::access::REFUSAL)] });
        for document in [claim, refusal] {
            let kind = document["resourceType"].as_str().unwrap_or_default();
            let before = world.record.digest().await.expect("a digest");
            let path = format!("/fhir/{kind}");
            let reply = world
                .send(Method::POST, &path, &asker.token, document.to_string())
                .await;
            let changed = world.record.digest().await.expect("a digest") != before;
            let refused = reply.status.is_client_error() && !changed;
            let problem = (!refused).then(|| format!("a {kind} of {person} was kept: {}", reply.status));
            answers.push(answer(true, problem));
        }
    }
    answers
}
