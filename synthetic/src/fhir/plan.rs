//! CarePlan with its Goal and CareTeam.

use codes::plan_type;
use codes::system::SNOMED_CT;
use serde_json::{Value, json};

use super::datatype::{concept, period, pointer, words};
use super::id::Kind;
use super::instant::date;
use super::rendering::Rendering;
use crate::life::{Plan, PlanKind};

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let life = rendering.life;
    for (at, plan) in life.plans.iter().enumerate() {
        goal(rendering, at, plan);
        team(rendering, at, plan);
        care_plan(rendering, at, plan);
    }
}

/// A reference to a plan.
pub(super) fn pointer_to(rendering: &Rendering<'_>, at: u32, plan: &Plan) -> Value {
    pointer(&format!(
        "CarePlan/{}",
        rendering.id(Kind::CarePlan, at, plan.start)
    ))
}

/// Whether a plan stands.
pub(super) fn stands(rendering: &Rendering<'_>, plan: &Plan) -> bool {
    rendering.life.person.death.is_none() && plan.end.is_none_or(|end| end > rendering.today)
}

/// What a plan is called.
pub(super) fn title(kind: PlanKind) -> &'static str {
    match kind {
        PlanKind::Support => "Personalised care and support plan",
        PlanKind::Frailty => "Frailty plan with treatment escalation",
        PlanKind::EndOfLife => "End of life care plan",
        PlanKind::LearningDisability => "Health action plan",
        PlanKind::MentalHealth => "Mental health care and crisis plan",
        PlanKind::Maternity => "Maternity plan",
        PlanKind::Rehabilitation => "Rehabilitation plan",
    }
}

fn goal(rendering: &mut Rendering<'_>, at: usize, plan: &Plan) {
    let mut draft = rendering.open("Goal", "", Kind::Goal, at, plan.start);
    let status = if stands(rendering, plan) {
        "active"
    } else {
        "completed"
    };
    draft.put("lifecycleStatus", status);
    draft.put("category", vec![words("What matters to me")]);
    draft.put("description", words(rendering.matters(plan.matters)));
    draft.put("subject", rendering.person());
    draft.put("startDate", date(plan.start));
    draft.put("target", json!([{ "dueDate": date(plan.review) }]));
    draft.put("expressedBy", rendering.person());
    rendering.keep(draft);
}

fn team(rendering: &mut Rendering<'_>, at: usize, plan: &Plan) {
    let mut draft = rendering.open("CareTeam", "CareTeam", Kind::CareTeam, at, plan.start);
    let stands = stands(rendering, plan);
    draft.put("status", if stands { "active" } else { "inactive" });
    draft.put("name", format!("Team of the {}", title(plan.kind).to_lowercase()));
    draft.put("subject", rendering.person());
    draft.put("period", period(Some(date(plan.start)), plan.end.map(date)));
    let mut members = Vec::new();
    if let Some(doctor) = rendering.own_doctor() {
        members.push(json!({ "role": [words("General practitioner")], "member": doctor }));
    }
    for (package, care) in rendering.life.packages.iter().enumerate() {
        if care.start <= plan.review && care.end.is_none_or(|end| end >= plan.start) {
            let role = super::package::title(care.kind);
            let member = super::package::worker(rendering, package, care);
            members.push(json!({ "role": [words(role)], "member": member }));
        }
    }
    for (relation, close) in rendering.life.person.relations.iter().enumerate() {
        if close.carer {
            let member = rendering.close(relation);
            members.push(json!({ "role": [words("Unpaid carer")], "member": member }));
        }
    }
    draft.put_list("participant", members);
    rendering.keep(draft);
}

fn care_plan(rendering: &mut Rendering<'_>, at: usize, plan: &Plan) {
    let day = plan.start;
    let mut draft = rendering.open("CarePlan", "CarePlan", Kind::CarePlan, at, day);
    draft.put(
        "status",
        if stands(rendering, plan) {
            "active"
        } else {
            "completed"
        },
    );
    draft.put("intent", "plan");
    draft.put("category", categories(plan));
    draft.put("title", title(plan.kind));
    draft.put(
        "description",
        format!("What matters to me: {}", rendering.matters(plan.matters)),
    );
    draft.put("subject", rendering.person());
    draft.put("period", period(Some(date(day)), plan.end.map(date)));
    draft.put("created", date(day));
    draft.put_some("author", rendering.own_doctor());
    let team = rendering.id(Kind::CareTeam, at as u32, day);
    draft.put("careTeam", vec![pointer(&format!("CareTeam/{team}"))]);
    draft.put_list("addresses", addresses(rendering, plan));
    let goal = rendering.id(Kind::Goal, at as u32, day);
    draft.put("goal", vec![pointer(&format!("Goal/{goal}"))]);
    draft.put("activity", activities(rendering, plan));
    draft.put(
        "note",
        json!([{ "text": format!("Next review: {}", date(plan.review)) }]),
    );
    rendering.keep(draft);
}

/// Types of plans that the National Record Locator knows, so that crews find the ones for an emergency.
fn categories(plan: &Plan) -> Vec<Value> {
    let of = |code: &str| concept(SNOMED_CT, code, plan_type::label(code).unwrap_or_default());
    let mut found = vec![match plan.kind {
        PlanKind::Support => of("2181441000000107"),
        PlanKind::Frailty => of("735324008"),
        PlanKind::EndOfLife => of("736373009"),
        PlanKind::MentalHealth => of("736253002"),
        PlanKind::LearningDisability | PlanKind::Maternity | PlanKind::Rehabilitation => {
            words(title(plan.kind))
        }
    }];
    if plan.resuscitation > 0 {
        found.push(of("1382601000000107"));
    }
    found
}

/// The long-term conditions that the person had when it was made.
fn addresses(rendering: &Rendering<'_>, plan: &Plan) -> Vec<Value> {
    let problems = rendering.life.problems.iter().enumerate();
    problems
        .filter(|(_, problem)| problem.onset <= plan.start && problem.ended.is_none())
        .filter(|(_, problem)| {
            let kind = rendering
                .parameters
                .conditions
                .get(usize::from(problem.condition));
            kind.is_some_and(|kind| kind.long_term)
        })
        .take(4)
        .filter_map(|(at, _)| rendering.problem(Some(at as u32)))
        .collect()
}

/// Actions under the headings of the PRSB's Personalised Care and Support Plan: need, action, contingency, review.
fn activities(rendering: &Rendering<'_>, plan: &Plan) -> Vec<Value> {
    let stands = stands(rendering, plan);
    let status = if stands { "in-progress" } else { "completed" };
    let mut found: Vec<Value> = actions(plan)
        .iter()
        .map(|text| json!({ "detail": { "status": status, "description": text } }))
        .collect();
    if plan.kind == PlanKind::EndOfLife {
        let where_to_be = match plan.preferred_place {
            0 => "Preferred place of care and death: at home",
            1 => "Preferred place of care and death: the care home",
            2 => "Preferred place of care and death: the hospice",
            _ => "Preferred place of care and death: hospital",
        };
        found.push(json!({ "detail": { "status": status, "description": where_to_be } }));
    }
    match plan.resuscitation {
        1 => found.push(json!({ "detail": {
            "status": status, "doNotPerform": true, "code": { "text": "Cardiopulmonary resuscitation" },
            "description": "Attempted resuscitation is not recommended"
        } })),
        2 => found.push(json!({ "detail": {
            "status": status, "code": { "text": "Cardiopulmonary resuscitation" },
            "description": "Attempted resuscitation is recommended"
        } })),
        _ => {}
    }
    let review = if stands { "scheduled" } else { "completed" };
    found.push(json!({ "detail": {
        "status": review, "description": "Review of the plan with the person",
        "scheduledPeriod": period(Some(date(plan.review)), None)
    } }));
    found
}

fn actions(plan: &Plan) -> &'static [&'static str] {
    match plan.kind {
        PlanKind::Support => &[
            "Need: day-to-day control of the long-term condition. Action: medicines as agreed, review once a year",
            "When it gets worse: telephone the practice the same day",
        ],
        PlanKind::Frailty => &[
            "Need: to stay steady at home. Action: strength and balance exercise, medicines reviewed for falls",
            "Escalation: call the hub first; hospital if it cannot be treated at home",
            "Early signs: not eating, new confusion, a fall",
        ],
        PlanKind::EndOfLife => &[
            "Need: comfort. Action: anticipatory medicines at home, district nurse knows the person",
            "Who to call at any hour: the hub, then the hospice",
        ],
        PlanKind::LearningDisability => &[
            "Annual health check, with information in easy read",
            "A carer who knows the person comes along to appointments",
        ],
        PlanKind::MentalHealth => &[
            "Early signs: sleeping little, keeping away from others",
            "In a crisis: ring the crisis line; the named contact is told",
            "What helps: a quiet room, one person who talks",
        ],
        PlanKind::Maternity => &[
            "Antenatal appointments as scheduled, with the same midwife where possible",
            "Place of birth talked over at 36 weeks",
        ],
        PlanKind::Rehabilitation => &[
            "Therapy at home, exercises between visits",
            "Aim for stairs and the kitchen within six weeks",
        ],
    }
}
