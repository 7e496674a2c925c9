//! Staff decide on a proxy whom the person proposed: after the person was seen alone, and once it is sure who the proxy is (safety
//! rule 14). Nothing that was proposed gives anything until then.

use ::record::{PersonKey, Stored};
use codes::nhs_number::NhsNumber;
use fhir::{LocalReference, ResourceType};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::consent::{keep, put, related_to};
use super::proxies::{ProxyState, consent_of, end, name_of_consent, scopes, state};
use super::unused::note;
use crate::error::is_writable;
use crate::person::{page_id, patient_id};
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;
/// The types of resource by which a proxy is kept.
pub(super) const PROXIES: [&str; 2] = ["Consent", "RelatedPerson"];
/// The longest reason of a refusal, in characters.
const LONGEST: usize = 500;

/// A proxy of a person, as staff who care for the person see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyLine {
    /// The Consent's id for addresses.
    pub page: String,
    pub name: String,
    /// Who they are to the person, in the person's words.
    pub relationship: String,
    /// What they may do, by code of [`super::SCOPES`].
    pub scopes: Vec<String>,
    pub until: Option<Date>,
    pub state: ProxyState,
}

/// What somebody found before they make a proposal active.
#[derive(Debug, Clone, Default)]
pub struct Confirmation {
    /// The Consent's id, from [`ProxyLine::page`].
    pub page: String,
    /// The proxy's own NHS number, by which they are known when they sign in.
    pub nhs_number: String,
    /// The person was seen alone and wants it.
    pub seen_alone: bool,
    /// The person understands what it gives, and that they can stop it.
    pub understands: bool,
    /// The proxy showed who they are.
    pub identity_checked: bool,
}

/// The proxies of a person: those that act, and those that wait.
///
/// # Errors
/// [`ActionError::NotFound`] for whoever may not decide; [`ActionError::Unavailable`].
pub async fn proxies_of(
    actions: &Actions,
    actor: &Actor,
    person: &str,
) -> Result<Vec<ProxyLine>, ActionError> {
    let (_, resources) = theirs(actions, actor, person, PROXIES).await?;
    let today = actions.care_now().date();
    let mut lines = Vec::new();
    for stored in &resources {
        let Some(consent) = consent_of(stored) else {
            continue;
        };
        let Some(state) = state(&consent, today) else {
            continue;
        };
        let role = &consent["provision"]["actor"][0]["role"]["text"];
        lines.push(ProxyLine {
            page: page_id(actions, actor, PURPOSE, &stored.id)?,
            name: name_of_consent(&consent, &resources),
            relationship: role.as_str().unwrap_or_default().to_owned(),
            scopes: scopes(&consent),
            until: end(&consent),
            state,
        });
    }
    let waits = |line: &ProxyLine| line.state != ProxyState::WaitsForPractice;
    lines.sort_by(|a, b| (waits(a), &a.name, &a.page).cmp(&(waits(b), &b.name, &b.page)));
    Ok(lines)
}

/// Makes a proposal active: the proxy is kept as somebody related to the person, by their NHS number, in the same commit.
///
/// # Errors
/// [`ActionError::Form`] naming the fields; [`ActionError::NotFound`] when there is no such proposal or the actor may not decide;
/// [`ActionError::Conflict`] when somebody changed it meanwhile; [`ActionError::Unavailable`].
pub async fn confirm_proxy(
    actions: &Actions,
    actor: &Actor,
    person: &str,
    confirmation: &Confirmation,
) -> Result<(), ActionError> {
    let (patient, resources) = theirs(actions, actor, person, PROXIES).await?;
    let (stored, mut consent) = waiting(actions, actor, &resources, &confirmation.page)?;
    let number = check(confirmation, &consent, actions.care_now().date())?;
    refuse_oneself(actions, actor, &patient, &number).await?;
    let now = actions.care_now().timestamp().to_string();
    consent["status"] = json!("active");
    let name = name_of_consent(&consent, &resources);
    let role = consent["provision"]["actor"][0]["role"].clone();
    let (party, new) = related_to(actions, &patient, &resources, &number, &role, &name).await?;
    consent["provision"]["actor"][0]["reference"] = json!({
        "reference": format!("RelatedPerson/{}", party.id),
        "display": name,
    });
    consent["verification"] = json!([{
        "verified": true,
        "verifiedWith": { "reference": format!("Patient/{patient}") },
        "verificationDate": now,
    }]);
    let changes = new
        .into_iter()
        .chain([put(actions, &stored, &consent)?])
        .collect();
    keep(actions, actor, changes).await?;
    // From today on it counts whether it is used.
    note(actions, &patient, &party).await
}

/// Turns a proposal down; the person sees that it is over, and the reason stays in the record.
///
/// # Errors
/// As [`confirm_proxy`].
pub async fn refuse_proxy(
    actions: &Actions,
    actor: &Actor,
    person: &str,
    page: &str,
    reason: &str,
) -> Result<(), ActionError> {
    let (_, resources) = theirs(actions, actor, person, PROXIES).await?;
    let (stored, mut consent) = waiting(actions, actor, &resources, page)?;
    let reason = reason.trim();
    let length = reason.chars().count();
    if !(10..=LONGEST).contains(&length) || !is_writable(reason) {
        return Err(ActionError::Form(vec![FieldProblem {
            field: "reason",
            words: format!("Say why in 10 to {LONGEST} characters, without control characters"),
        }]));
    }
    consent["status"] = json!("rejected");
    consent["provision"]["code"] = json!([{ "text": reason }]);
    keep(actions, actor, vec![put(actions, &stored, &consent)?]).await
}

/// The Patient and the resources of these types, for whoever of the staff may write each of them in this record.
pub(super) async fn theirs<const N: usize>(
    actions: &Actions,
    actor: &Actor,
    person: &str,
    types: [&str; N],
) -> Result<(String, Vec<Stored>), ActionError> {
    let patient = may_decide(actions, actor, person, &types).await?;
    let kinds = types.map(ResourceType::from_name);
    let sight = actions.sight(actor, PURPOSE);
    let request = actions.record.new_request();
    let mut ask = actions.record.ask(&sight, actor, PURPOSE, request);
    let wanted = |entry: &::record::EntryView<'_>| kinds.contains(&Some(entry.resource_type));
    let held = ask.person(&patient, &wanted).await;
    let disclosed = ask.disclose().await?;
    let read = held?.open(&disclosed);
    let people: Vec<PersonKey> = read.identity.people().collect();
    let mut resources = read.resources;
    resources.retain(|stored| people.contains(&stored.person));
    Ok((patient, resources))
}

/// The Patient, for whoever of the staff may write each of these types in their record. Nothing of it is read.
pub(super) async fn may_decide(
    actions: &Actions,
    actor: &Actor,
    person: &str,
    types: &[&str],
) -> Result<String, ActionError> {
    let patient = patient_id(actions, actor, PURPOSE, person).ok_or(ActionError::NotFound)?;
    let reference = LocalReference {
        resource_type: ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?,
        id: patient.clone(),
    };
    let facts = actions.record.facts_of(&reference).await?;
    let lens = ::record::access::Judge::lens(&*actions.judge(actor, PURPOSE), &facts);
    let staff = actor.role != ::record::Role::Citizen;
    let writes = types.iter().all(|name| {
        ResourceType::from_name(name)
            .is_some_and(|kind| lens.write.contains(kind) && lens.read.contains(kind))
    });
    match staff && writes {
        true => Ok(patient),
        false => Err(ActionError::NotFound),
    }
}

/// The proposal that waits under this id.
fn waiting(
    actions: &Actions,
    actor: &Actor,
    resources: &[Stored],
    page: &str,
) -> Result<(Stored, Value), ActionError> {
    let id = patient_id(actions, actor, PURPOSE, page).ok_or(ActionError::NotFound)?;
    let stored = resources
        .iter()
        .find(|stored| stored.resource_type.name() == "Consent" && stored.id == id)
        .ok_or(ActionError::NotFound)?;
    let consent = consent_of(stored).ok_or(ActionError::NotFound)?;
    match consent["status"].as_str() {
        Some("proposed") => Ok((stored.clone(), consent)),
        _ => Err(ActionError::NotFound),
    }
}

fn check(confirmation: &Confirmation, consent: &Value, today: Date) -> Result<NhsNumber, ActionError> {
    let mut problems = Vec::new();
    let mut problem = |field, words: &str| {
        problems.push(FieldProblem {
            field,
            words: words.to_owned(),
        });
    };
    let number = NhsNumber::parse(confirmation.nhs_number.trim());
    if number.is_err() {
        problem(
            "nhs-number",
            "Enter the proxy's own NHS number: 10 digits, the last of which checks the others",
        );
    }
    for (field, done, words) in [
        (
            "seen-alone",
            confirmation.seen_alone,
            "Confirm that you saw the person alone and that they want this",
        ),
        (
            "understands",
            confirmation.understands,
            "Confirm that the person understands what they give and that they can stop it",
        ),
        (
            "identity-checked",
            confirmation.identity_checked,
            "Confirm that the proxy showed who they are",
        ),
    ] {
        if !done {
            problem(field, words);
        }
    }
    if end(consent).is_none_or(|end| end < today) {
        problem(
            "page",
            "The last day of this proposal is over: the person has to propose it again",
        );
    }
    match (number, problems.is_empty()) {
        (Ok(number), true) => Ok(number),
        _ => Err(ActionError::Form(problems)),
    }
}

/// Nobody is their own proxy, and nobody confirms themself.
pub(super) async fn refuse_oneself(
    actions: &Actions,
    actor: &Actor,
    patient: &str,
    number: &NhsNumber,
) -> Result<(), ActionError> {
    let kind = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let params = [(
        "identifier".to_owned(),
        format!("{}|{}", codes::system::NHS_NUMBER, number.digits()),
    )];
    let query = fhir::search::parse(kind, &params).map_err(ActionError::Invalid)?;
    // Nothing of whoever has the number is shown; it is the house that compares.
    let house = Actor::house("sarsen");
    let sight = actions.house_sight(PURPOSE);
    let mut ask = actions
        .record
        .ask(&sight, &house, PURPOSE, actions.record.new_request());
    let held = ask.search(&query, None).await;
    let disclosed = ask.disclose().await?;
    let hits = held?.open(&disclosed).hits;
    let theirs = everyone(actions, patient).await?;
    let own = match &actor.standing.own_record {
        Some(own) => everyone(actions, own).await?,
        None => Vec::new(),
    };
    for hit in hits {
        let words = if theirs.contains(&hit.id) {
            "This is the person's own NHS number. Enter the proxy's"
        } else if own.contains(&hit.id) {
            "You cannot confirm yourself as a proxy. Ask a colleague"
        } else {
            continue;
        };
        return Err(ActionError::Form(vec![FieldProblem {
            field: "nhs-number",
            words: words.to_owned(),
        }]));
    }
    Ok(())
}

/// The ids of everybody who is read as one with a Patient.
async fn everyone(actions: &Actions, patient: &str) -> Result<Vec<String>, ActionError> {
    let reference = LocalReference {
        resource_type: ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?,
        id: patient.to_owned(),
    };
    Ok(actions.record.facts_of(&reference).await?.people.clone())
}
