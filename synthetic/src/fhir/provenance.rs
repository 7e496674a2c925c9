//! Provenance: where facts came from that came late.

use serde_json::json;

use super::datatype::{concept, pointer};
use super::id::Kind;
use super::instant::{date, date_time};
use super::letter;
use super::rendering::Rendering;
use crate::day::Day;
use crate::life::{FaultKind, Organisation};

const AGENT: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
/// From this many days on a letter is told of as late.
const LATE: u16 = 14;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    let mut late: Vec<(String, Day, Day, Option<Organisation>)> = Vec::new();
    if super::patient::fault(rendering, FaultKind::LateEntry).is_some() {
        // The fact that waited longest to be entered.
        let problems = life.problems.iter().enumerate();
        let longest = problems.max_by_key(|(_, problem)| problem.recorded.0 - problem.onset.0);
        if let Some((at, problem)) = longest {
            let id = rendering.id(Kind::Condition, at as u32, problem.recorded);
            let target = format!("Condition/{id}");
            late.push((target, problem.onset, problem.recorded, rendering.practice()));
        }
    }
    for (at, sent) in life.letters.iter().enumerate() {
        let came = sent.at.day.plus(i32::from(sent.late));
        if sent.late < LATE || came > rendering.today || rendering.is_lost(sent.contact) {
            continue;
        }
        let from = rendering
            .contact(sent.contact)
            .map(|(_, contact)| contact.organisation);
        let target = letter::pointer_to(rendering, at, sent);
        late.push((target, sent.at.day, came, from.or_else(|| rendering.practice())));
    }
    for (at, (target, occurred, recorded, from)) in late.into_iter().enumerate() {
        let Some(from) = from else { continue };
        let mut draft = rendering.open("Provenance", "Provenance", Kind::Provenance, at, recorded);
        // The person is a target too: that is what makes the record keep it with the person (fhir/data/home.csv).
        draft.put("target", vec![pointer(&target), rendering.person()]);
        draft.put("occurredDateTime", date(occurred));
        draft.put("recorded", date_time(recorded.at(720)));
        draft.put(
            "agent",
            json!([{
                "type": concept(AGENT, "author", "Author"), "who": rendering.organisation(from)
            }]),
        );
        rendering.keep(draft);
    }
}
