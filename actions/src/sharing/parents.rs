//! Who has parental responsibility for somebody under 16, as a clinician checked and wrote down; and that it ended.
//!
//! It opens what the policies say of a parent (policy `parent`), from its first day until at the latest the 16th birthday; from 13 on only
//! when it was looked at again from 11 on (`care/src/access/children.rs`), and never while the person is found competent.

use ::record::access::Facts;
use ::record::{Change, Stored};
use codes::nhs_number::NhsNumber;
use fhir::LocalReference;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::by_law::{parent_acts, party};
use super::consent::{made, put, related_to};
use super::decide::refuse_oneself;
use super::proxies::day;
use super::who_decides::{consent, standing, wrong};
use crate::error::is_writable;
use crate::person::page_id;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;
/// Years of age at which it ends.
const ENDS_AT: u8 = care::access::children::ADULT_CONSENT;
/// The longest name or relationship, in characters.
const LONGEST: usize = 100;

/// How parental responsibility can be checked: code, and words (Children Act 1989, sections 2 to 4ZA).
pub const PARENT_CHECKS: [(&str, &str); 5] = [
    ("birth-certificate", "Their name is on the birth certificate"),
    ("court-order", "A court order"),
    (
        "agreement",
        "A parental responsibility agreement that was registered",
    ),
    ("adoption", "An adoption certificate"),
    ("other-parent", "Told by the other parent, who has it"),
];

/// Somebody with parental responsibility, as a clinician enters them.
#[derive(Debug, Clone, Default)]
pub struct Parent {
    pub name: String,
    /// Their own NHS number, by which they are known when they sign in.
    pub nhs_number: String,
    /// Who they are to the person, such as "Mother".
    pub relationship: String,
    /// A code of [`PARENT_CHECKS`].
    pub checked: String,
    pub since: Option<Date>,
    pub until: Option<Date>,
    /// They showed who they are.
    pub seen: bool,
}

/// One of those who are on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentLine {
    /// The Consent's id for addresses.
    pub page: String,
    pub name: String,
    pub relationship: String,
    /// How it was checked, in words; empty of one that another system brought.
    pub checked: String,
    pub since: Option<Date>,
    pub until: Option<Date>,
    /// They see the record now.
    pub acts: bool,
}

/// Those on record.
pub(super) fn parents(
    actions: &Actions,
    actor: &Actor,
    facts: &Facts,
    resources: &[Stored],
) -> Result<Vec<ParentLine>, ActionError> {
    let mut lines = Vec::new();
    for (stored, consent) in standing(resources, codes::access::PARENT) {
        let who = &consent["provision"]["actor"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        lines.push(ParentLine {
            page: page_id(actions, actor, PURPOSE, &stored.id)?,
            name: super::proxies::name_of_consent(&consent, resources),
            relationship: text(&who["role"]["text"]),
            checked: text(&consent["sourceReference"]["display"]),
            since: day(&consent, "start"),
            until: day(&consent, "end"),
            acts: parent_acts(actions, facts, &consent),
        });
    }
    lines.sort_by(|a, b| (&a.name, &a.page).cmp(&(&b.name, &b.page)));
    Ok(lines)
}

/// The day on which somebody becomes so old; nothing when their birth date is not known.
pub(super) fn birthday(facts: &Facts, years: u8) -> Option<Date> {
    Some(born(facts)?.saturating_add(i64::from(years).years()))
}

fn born(facts: &Facts) -> Option<Date> {
    let (_, last) = facts.born?;
    let last = jiff::Timestamp::from_millisecond(last).ok()?;
    Some(care::london::date_of(last))
}

/// What is kept when somebody has parental responsibility; what stood of the same person before ends with it.
pub(super) async fn entered(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
    (age, facts): (Option<u8>, &Facts),
    resources: &[Stored],
    parent: &Parent,
) -> Result<Vec<Change>, ActionError> {
    of_a_child(age, facts)?;
    let (number, since, until) = check(parent, age, facts, actions.care_now().date())?;
    refuse_oneself(actions, actor, patient, &number)
        .await
        .map_err(of_the_parent)?;
    let (role, name) = (json!({ "text": parent.relationship.trim() }), parent.name.trim());
    let (related, new) = related_to(actions, patient, resources, &number, &role, name).await?;
    let mut changes: Vec<Change> = new.into_iter().collect();
    for (stored, mut before) in standing(resources, codes::access::PARENT) {
        if party(&before).is_some_and(|party| party == related) {
            before["status"] = json!("inactive");
            changes.push(put(actions, stored, &before)?);
        }
    }
    let consent = responsibility(actions, actor, patient, parent, &related, (since, until));
    changes.push(made(actions, &consent)?);
    Ok(changes)
}

fn responsibility(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
    parent: &Parent,
    related: &LocalReference,
    (since, until): (Date, Date),
) -> Value {
    let mut consent = consent(actions, actor, patient, codes::access::PARENT);
    let checked = PARENT_CHECKS.iter().find(|(code, _)| *code == parent.checked);
    consent["policyRule"] = json!({ "text": "Parental responsibility for somebody under 16" });
    consent["sourceReference"] = json!({ "display": checked.map(|(_, words)| *words) });
    consent["provision"]["period"] = json!({ "start": since.to_string(), "end": until.to_string() });
    consent["provision"]["actor"] = json!([{
        "role": { "text": parent.relationship.trim() },
        "reference": { "reference": format!("RelatedPerson/{}", related.id), "display": parent.name.trim() },
    }]);
    consent
}

/// Whether there is anything for parental responsibility to open.
fn of_a_child(age: Option<u8>, facts: &Facts) -> Result<(), ActionError> {
    let words = match age {
        None => "Their birth date is not known: without it nobody sees a record by parental responsibility",
        Some(age) if age >= ENDS_AT => "From 16 on nobody sees a record by parental responsibility",
        Some(_) if facts.competent => {
            "They were found competent: until that is over nobody sees their record by parental responsibility"
        }
        Some(_) => return Ok(()),
    };
    Err(ActionError::Form(vec![wrong("words", words)]))
}

/// Says of the parent's own field what is wrong with a number.
fn of_the_parent(error: ActionError) -> ActionError {
    let ActionError::Form(problems) = error else {
        return error;
    };
    let problems = problems.into_iter().map(|problem| FieldProblem {
        field: "parent-number",
        ..problem
    });
    ActionError::Form(problems.collect())
}

fn check(
    parent: &Parent,
    age: Option<u8>,
    facts: &Facts,
    today: Date,
) -> Result<(NhsNumber, Date, Date), ActionError> {
    let mut problems = Vec::new();
    for (field, text, words) in [
        (
            "parent-name",
            &parent.name,
            "Enter the parent's name, in 100 characters or fewer",
        ),
        (
            "parent-relationship",
            &parent.relationship,
            "Enter who they are to the person, such as mother, in 100 characters or fewer",
        ),
    ] {
        let text = text.trim();
        if !(1..=LONGEST).contains(&text.chars().count()) || !is_writable(text) {
            problems.push(wrong(field, words));
        }
    }
    let number = NhsNumber::parse(parent.nhs_number.trim());
    if number.is_err() {
        problems.push(wrong(
            "parent-number",
            "Enter the parent's own NHS number: 10 digits, the last of which checks the others",
        ));
    }
    if !PARENT_CHECKS.iter().any(|(code, _)| *code == parent.checked) {
        problems.push(wrong("parent-checked", "Choose how you checked it"));
    }
    if !parent.seen {
        problems.push(wrong("parent-seen", "Confirm that they showed who they are"));
    }
    let since = since(parent.since, age, facts, today);
    let since = since
        .map_err(|words| problems.push(wrong("parent-since", words)))
        .ok();
    let last = birthday(facts, ENDS_AT);
    let from = since.unwrap_or(today).max(today);
    let until = parent
        .until
        .filter(|until| from <= *until && last.is_some_and(|last| *until <= last));
    if until.is_none() {
        problems.push(wrong(
            "parent-until",
            "Enter a day that is not over, after the first day and at the latest the 16th birthday",
        ));
    }
    match (number, since, until) {
        (Ok(number), Some(since), Some(until)) if problems.is_empty() => Ok((number, since, until)),
        _ => Err(ActionError::Form(problems)),
    }
}

/// The first day, or what is wrong with it.
fn since(since: Option<Date>, age: Option<u8>, facts: &Facts, today: Date) -> Result<Date, &'static str> {
    use care::access::children::{REVIEWED_BY, REVIEWED_FROM};
    let since = since
        .filter(|since| *since <= today && born(facts).is_some_and(|born| born <= *since))
        .ok_or("Enter the day from which it counts: between the birth and today")?;
    let is_old = birthday(facts, REVIEWED_FROM).is_none_or(|eleventh| since < eleventh);
    if age.is_none_or(|age| age >= REVIEWED_BY) && is_old {
        return Err(
            "From 13 on it counts only from a day on which it was looked at again, after the 11th birthday",
        );
    }
    Ok(since)
}
