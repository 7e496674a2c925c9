//! Task: what is still to be done: reviews that are due, referrals that wait.

use serde_json::json;

use super::datatype::{pointer, words};
use super::id::Kind;
use super::instant::date;
use super::plan::{self, stands};
use super::referral;
use super::rendering::Rendering;
use crate::life::ReferralState;

/// A review is put on somebody's list this many days before it is due.
const AHEAD: i32 = crate::life::as_of::REVIEWED;

/// Ordinals after those of the plans' reviews, the same however many there are.
const REFERRALS: usize = 100_000;
const REVIEW: usize = 200_000;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    if life.person.death.is_some() {
        return;
    }
    for (at, plan) in life.plans.iter().enumerate() {
        if !stands(rendering, plan) || plan.review > rendering.today.plus(AHEAD) {
            continue;
        }
        let begun = plan.review.plus(-AHEAD).max(plan.start);
        let mut draft = rendering.open("Task", "Task", Kind::Task, at, begun);
        draft.put("status", "requested");
        draft.put("intent", "order");
        draft.put("priority", "routine");
        draft.put("code", words("Review of a plan"));
        draft.put(
            "description",
            format!("Review due: {}", plan::title(plan.kind).to_lowercase()),
        );
        draft.put("focus", plan::pointer_to(rendering, at as u32, plan));
        draft.put("for", rendering.person());
        draft.put("authoredOn", date(begun));
        draft.put_some(
            "owner",
            rendering
                .practice()
                .map(|practice| rendering.organisation(practice)),
        );
        draft.put("restriction", json!({ "period": { "end": date(plan.review) } }));
        rendering.keep(draft);
    }
    for (at, waiting) in life.referrals.iter().enumerate() {
        if waiting.state != ReferralState::Waiting || !referral::is_known(rendering, at as u32) {
            continue;
        }
        let day = waiting.made.day;
        let ordinal = REFERRALS + at;
        let mut draft = rendering.open("Task", "Task", Kind::Task, ordinal, day);
        draft.put("status", "in-progress");
        draft.put("intent", "order");
        draft.put("priority", if waiting.urgent { "urgent" } else { "routine" });
        draft.put("code", words("Referral waits for an appointment"));
        draft.put("focus", referral::pointer_to(rendering, at as u32));
        draft.put("for", rendering.person());
        draft.put("authoredOn", date(day));
        draft.put("owner", rendering.organisation(waiting.to));
        rendering.keep(draft);
    }
    let open = medication_review(rendering);
    if let Some((at, owner)) = open {
        let mut draft = rendering.open("Task", "Task", Kind::Task, at, rendering.life.person.birth);
        draft.put("status", "requested");
        draft.put("intent", "order");
        draft.put("priority", "routine");
        draft.put("code", words("Medication review"));
        let list = rendering.id(Kind::List, 0, rendering.life.person.birth);
        draft.put("focus", pointer(&format!("List/{list}")));
        draft.put("for", rendering.person());
        draft.put("authoredOn", date(rendering.today));
        draft.put("owner", owner);
        rendering.keep(draft);
    }
}

/// A review of somebody who takes many medicines and had none for a year: its ordinal, and the practice.
fn medication_review(rendering: &Rendering<'_>) -> Option<(usize, serde_json::Value)> {
    let practice = rendering.practice()?;
    let review = rendering.parameters.procedure("medication_review")?;
    let life = rendering.life;
    let is_recent = life.procedures.iter().any(|done| {
        done.procedure == review
            && !done.not_done
            && done.at.day > rendering.today.plus(-crate::life::as_of::YEAR)
    });
    let due = super::medicine_list::is_long(rendering) && !is_recent;
    due.then(|| (REVIEW, rendering.organisation(practice)))
}
