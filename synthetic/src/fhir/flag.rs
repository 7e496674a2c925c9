//! Flag: reasonable adjustments, what to know before anything else, and risks.

use codes::flag::{NATIONAL_REASONABLE_ADJUSTMENT, PATIENT_CATEGORY, REASONABLE_ADJUSTMENT_CATEGORY, label};
use serde_json::Value;

use super::datatype::{concept, period, words};
use super::id::Kind;
use super::instant::date;
use super::patient::language_name;
use super::rendering::Rendering;
use crate::day::Day;
use crate::life::{Adjustment, Person, PlanKind};

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/flag-category";
/// Two falls within a year call for an assessment (NICE NG249).
const FALLS: usize = 2;

pub(super) fn render(rendering: &mut Rendering<'_>) {
    let mut flags: Vec<(Value, Value, Day)> = Vec::new();
    let life = rendering.life;
    let since = life.person.registered.max(life.person.birth);
    let adjustments = adjustments(&life.person);
    if !adjustments.is_empty() {
        let national = label(PATIENT_CATEGORY, NATIONAL_REASONABLE_ADJUSTMENT).unwrap_or_default();
        let national = concept(PATIENT_CATEGORY, NATIONAL_REASONABLE_ADJUSTMENT, national);
        flags.push((national.clone(), national, since));
    }
    for (category, text) in adjustments {
        let label = label(REASONABLE_ADJUSTMENT_CATEGORY, category).unwrap_or_default();
        let category = concept(REASONABLE_ADJUSTMENT_CATEGORY, category, label);
        flags.push((category, words(&text), since));
    }
    if life.person.restricted {
        let category = concept(CATEGORY, "admin", "Administrative");
        flags.push((category, words("Address is restricted: do not disclose"), since));
    }
    flags.extend(risks(rendering));
    for (at, (category, code, since)) in flags.into_iter().enumerate() {
        let mut draft = rendering.open("Flag", "Flag", Kind::Flag, at, since);
        let status = if life.person.death.is_some() {
            "inactive"
        } else {
            "active"
        };
        draft.put("status", status);
        draft.put("category", vec![category]);
        draft.put("code", code);
        draft.put("subject", rendering.person());
        draft.put("period", period(Some(date(since)), life.person.death.map(date)));
        rendering.keep(draft);
    }
}

/// Category of the Reasonable Adjustment Digital Flag (DAPB4019) and the adjustment in words.
fn adjustments(person: &Person) -> Vec<(&'static str, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    for adjustment in &person.preferences.adjustments {
        let (category, text) = match adjustment {
            Adjustment::EasyRead => ("requires-specific-information-format", "Information in easy read"),
            Adjustment::LargePrint => ("requires-specific-information-format", "Letters in large print"),
            Adjustment::HearingSupport => (
                "communication-support",
                "Hearing loop, or a text instead of a call",
            ),
            Adjustment::LongerAppointment => (
                "adjustments-for-individual-care-requirements",
                "Longer appointments",
            ),
            Adjustment::StepFree => (
                "adjustments-in-relation-to-the-environment-of-care",
                "Step-free access",
            ),
            Adjustment::QuietSpace => (
                "adjustments-in-relation-to-the-environment-of-care",
                "A quiet place to wait",
            ),
            Adjustment::CarerPresent => (
                "adjustments-for-providing-additional-support-to-patients",
                "A carer comes along",
            ),
        };
        found.push((category, text.to_owned()));
    }
    if person.preferences.interpreter {
        let language = person.preferences.language;
        let language = language_name(language).unwrap_or(language);
        found.push((
            "community-language-support",
            format!("Interpreter needed: {language}"),
        ));
    }
    if person.preferences.paper {
        let text = "Letters on paper and telephone calls; no smartphone";
        found.push(("requires-specific-contact-method", text.to_owned()));
    }
    found
}

fn risks(rendering: &Rendering<'_>) -> Vec<(Value, Value, Day)> {
    let life = rendering.life;
    let clinical = || concept(CATEGORY, "clinical", "Clinical");
    let safety = || concept(CATEGORY, "safety", "Safety");
    let mut found = Vec::new();
    let year_ago = rendering.today.plus(-crate::life::as_of::YEAR);
    let recent: Vec<Day> = life
        .falls
        .iter()
        .map(|fall| fall.at.day)
        .filter(|day| *day >= year_ago)
        .collect();
    if let Some(last) = recent.last().filter(|_| recent.len() >= FALLS) {
        let text = format!("Falls: {} in the last year", recent.len());
        found.push((safety(), words(&text), *last));
    }
    let mut plans = life
        .plans
        .iter()
        .filter(|plan| plan.end.is_none_or(|end| end > rendering.today));
    let urgent = plans.find(|plan| matches!(plan.kind, PlanKind::Frailty | PlanKind::EndOfLife));
    if let Some(plan) = urgent {
        let text = match plan.kind {
            PlanKind::EndOfLife => "Nearing the end of life: read the plan first",
            PlanKind::Support
            | PlanKind::Frailty
            | PlanKind::LearningDisability
            | PlanKind::MentalHealth
            | PlanKind::Maternity
            | PlanKind::Rehabilitation => "High risk of emergency admission: read the plan first",
        };
        found.push((clinical(), words(text), plan.start));
    }
    found
}
