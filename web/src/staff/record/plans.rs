//! Care plans: those in force, emergency plans first; those that are not; goals that no plan names.

use care::record::fact::plan::{Activity, PlanStatus};
use care::record::fact::{self, Goal, Plan};
use care::record::plans::PlanLine;
use care::record::{PersonRecord, plans};
use jiff::Timestamp;

use super::list::{FactListView, Section};
use super::origin;
use crate::components::{Cell, Fact, FactGroup, SectionOfRecord, Tag, TagColour};
use crate::frame::Frame;

pub(crate) fn view(frame: Frame, record: &PersonRecord, base: &str, now: Timestamp) -> FactListView {
    let list = plans(record, now);
    let headers = || vec!["Plan", "Goals", "What is planned"];
    let rows = |lines: &[PlanLine<'_>]| lines.iter().map(row).collect::<Vec<Fact>>();
    let mut groups = vec![FactGroup::new(
        "in-force",
        "Plans in force",
        headers(),
        rows(&list.in_force),
        "No plan in force is recorded.",
    )];
    if !list.other_goals.is_empty() {
        let goals = list.other_goals.iter().map(|goal| {
            let name = Cell::new(goal.what.description.words())
                .tag(goal_status(&goal.what))
                .lines(goal.what.target_words().map(|target| format!("Target: {target}")));
            Fact::new(vec![name, Cell::new(origin::when(goal))], origin::source(goal))
        });
        groups.push(FactGroup::new(
            "goals",
            "Goals outside a plan",
            vec!["Goal", "Since"],
            goals.collect(),
            "",
        ));
    }
    if !list.not_in_force.is_empty() {
        groups.push(FactGroup::new(
            "not-in-force",
            "Plans not in force",
            headers(),
            rows(&list.not_in_force),
            "",
        ));
    }
    Section {
        section: SectionOfRecord::Plans,
        entered_in_error: list.entered_in_error,
    }
    .view(frame, record, base, now, groups)
}

fn row(line: &PlanLine<'_>) -> Fact {
    let plan = &line.fact.what;
    let mut name = Cell::new(plan.words()).tag(status(plan));
    if let Some(intent) = plan.intent_words() {
        name = name.tag(Tag::new(intent, TagColour::Yellow));
    }
    if plan.is_emergency_plan() {
        name = name.tag(Tag::new("Emergency plan", TagColour::Red));
    }
    let name = name
        .line(
            plan.period
                .as_ref()
                .map_or_else(|| origin::when(line.fact), care::when::Period::words),
        )
        .lines(plan.description.clone())
        .lines(plan.notes.iter().cloned());
    let cells = vec![
        name,
        goals(&line.goals, plan.goals.len()),
        activities(&plan.activities),
    ];
    Fact::new(cells, origin::source(line.fact))
}

fn goals(goals: &[&fact::Fact<Goal>], named: usize) -> Cell {
    let mut words = goals.iter().map(|goal| {
        let status = goal
            .what
            .status
            .map(|status| format!(" ({})", status.words().to_lowercase()))
            .unwrap_or_default();
        let target = goal
            .what
            .target_words()
            .map(|target| format!(". Target: {target}"))
            .unwrap_or_default();
        format!("{}{status}{target}", goal.what.description.words())
    });
    let missing = named.saturating_sub(goals.len());
    let missing = (missing > 0).then(|| format!("{missing} more named that the record does not hold"));
    match words.next() {
        Some(first) => Cell::new(first).lines(words).lines(missing),
        None => Cell::new(missing.unwrap_or_else(|| "None recorded".to_owned())),
    }
}

fn activities(activities: &[Activity]) -> Cell {
    let forbidden = activities.iter().any(|activity| activity.forbidden);
    let mut words = activities.iter().map(activity_words);
    let mut cell = match words.next() {
        Some(first) => Cell::new(first).lines(words),
        None => Cell::new("Nothing recorded"),
    };
    if forbidden {
        cell = cell.tag(Tag::new("Do not do", TagColour::Red));
    }
    cell
}

/// "Do not do: …" first; then the status, what more is said of it, when, and who does it.
pub(super) fn activity_words(activity: &Activity) -> String {
    let not = if activity.forbidden { "Do not do: " } else { "" };
    let status = activity
        .status
        .as_deref()
        .map(|status| format!(" ({})", status.replace('-', " ")))
        .unwrap_or_default();
    let mut words = format!("{not}{}{status}", activity.words());
    if let Some(more) = activity.more_words() {
        words.push_str(". ");
        words.push_str(more);
    }
    if let Some(when) = activity.schedule_words() {
        words.push_str(". When: ");
        words.push_str(&when);
    }
    if let Some(who) = activity.performer_words() {
        words.push_str(". By: ");
        words.push_str(&who);
    }
    words
}

pub(super) fn status(plan: &Plan) -> Tag {
    match plan.status {
        None => Tag::new("Status not recorded", TagColour::Yellow),
        Some(status) => {
            let colour = match status {
                PlanStatus::Active => TagColour::Green,
                PlanStatus::OnHold | PlanStatus::Unknown => TagColour::Yellow,
                PlanStatus::Draft => TagColour::Blue,
                PlanStatus::Revoked | PlanStatus::Completed => TagColour::Grey,
            };
            Tag::new(status.words(), colour)
        }
    }
}

fn goal_status(goal: &Goal) -> Tag {
    match goal.status {
        None => Tag::new("Status not recorded", TagColour::Yellow),
        Some(status) => Tag::new(status.words(), TagColour::Grey),
    }
}
