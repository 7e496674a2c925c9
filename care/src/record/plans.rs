//! Care plans: those in force, emergency plans first, and those that are not.

use jiff::Timestamp;

use super::fact::{Fact, Goal, Plan};
use super::{PersonRecord, live, newest_first, withdrawn};

/// One plan with the goals it names that were found in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanLine<'r> {
    /// The plan.
    pub fact: &'r Fact<Plan>,
    /// Its goals.
    pub goals: Vec<&'r Fact<Goal>>,
}

/// Care plans of a person.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PlanList<'r> {
    /// In force: emergency plans first, then newest first.
    pub in_force: Vec<PlanLine<'r>>,
    /// Drafts, completed, revoked or ended: newest first.
    pub not_in_force: Vec<PlanLine<'r>>,
    /// Goals that no plan names: newest first.
    pub other_goals: Vec<&'r Fact<Goal>>,
    /// How many plans and goals were withdrawn as entered in error.
    pub entered_in_error: usize,
}

/// Care plans (PRSB "Care and support plan", "Contingency/safety plans").
pub fn plans(record: &PersonRecord, now: Timestamp) -> PlanList<'_> {
    let mut goals: Vec<&Fact<Goal>> = live(&record.goals).collect();
    goals.sort_by(|a, b| newest_first(a, b));
    let mut all: Vec<&Fact<Plan>> = live(&record.plans).collect();
    all.sort_by(|a, b| newest_first(a, b));
    let lines = all.into_iter().map(|fact| PlanLine {
        fact,
        goals: goals
            .iter()
            .copied()
            .filter(|goal| names_goal(&fact.what, &goal.id))
            .collect(),
    });
    let (mut in_force, not_in_force): (Vec<PlanLine<'_>>, Vec<_>) =
        lines.partition(|line| line.fact.what.is_in_force(now));
    in_force.sort_by_key(|line| !line.fact.what.is_emergency_plan());
    let named = |goal: &Fact<Goal>| live(&record.plans).any(|plan| names_goal(&plan.what, &goal.id));
    let other_goals = goals.iter().copied().filter(|goal| !named(goal)).collect();
    let entered_in_error = withdrawn(&record.plans) + withdrawn(&record.goals);
    PlanList {
        in_force,
        not_in_force,
        other_goals,
        entered_in_error,
    }
}

fn names_goal(plan: &Plan, id: &str) -> bool {
    let matches = |reference: &str| reference == id || reference.rsplit(['/', ':']).next() == Some(id);
    !id.is_empty()
        && plan
            .goals
            .iter()
            .any(|goal| goal.reference.as_deref().is_some_and(matches))
}
