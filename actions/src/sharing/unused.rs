//! Who may act for somebody and long did not: that ends by itself (safety rule 14).
//!
//! A page opened for the person counts as use, and so does what an app of whoever acts reads of them or writes down. The last day is kept beside the record, for each of them, from when staff confirm
//! them, or from their first use where another system brought them; that somebody looked is in the audit.

use std::collections::BTreeSet;

use ::record::access::{Facts, Party, TieKind};
use ::record::{Change, Document, Drawer, Expected, PersonKey, ReadError, Role, Stored};
use fhir::{HomeRule, LocalReference, ResourceType};
use jiff::civil::Date;
use jiff::{SignedDuration, Span};
use serde_json::{Value, json};

use super::consent::{keep, put};
use super::proxies::consent_of;
use crate::access::{ActorJudge, digest_of};
use crate::{ActionError, Actions, Actor, Purpose};

const PURPOSE: Purpose = Purpose::DirectCare;
/// After so many days without use it ends.
const UNUSED: i64 = 180;
/// How long the last day is kept; longer than anything is given for.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 800);
/// How many are looked at at a time.
const AT_A_TIME: usize = 1_000;

/// Notes that whoever asks acts for the person today.
pub(crate) async fn used(actions: &Actions, judge: &ActorJudge, facts: &Facts) -> Result<(), ActionError> {
    for tie in &facts.ties {
        if tie.kind == TieKind::Proxy
            && judge.counts(tie)
            && let Party::Resource(party) = &tie.party
        {
            // Under each id of whoever was joined: an earlier one must not seem unused.
            for patient in &facts.people {
                note(actions, patient, party).await?;
            }
        }
    }
    Ok(())
}

/// Notes for whoever acts for somebody that they read of these people by an app today; of everybody else there is nothing to note.
pub(crate) async fn read_by_app(
    actions: &Actions,
    actor: &Actor,
    people: impl IntoIterator<Item = PersonKey>,
) -> Result<(), ActionError> {
    if !acts_for_somebody(actor) {
        return Ok(());
    }
    let resource_type = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let mut patients = BTreeSet::new();
    for person in people.into_iter().collect::<BTreeSet<_>>() {
        // Nobody acts for an organisation of the directory.
        let id = actions.record.patient_of(person).await?;
        patients.extend(id.map(|id| LocalReference { resource_type, id }));
    }
    used_by_app(actions, actor, patients).await
}

/// As [`read_by_app`], for documents that were written into the records of these people.
pub(crate) async fn written_by_app(
    actions: &Actions,
    actor: &Actor,
    homes: impl IntoIterator<Item = &HomeRule>,
) -> Result<(), ActionError> {
    if !acts_for_somebody(actor) {
        return Ok(());
    }
    let people = homes.into_iter().filter_map(|home| match home {
        HomeRule::Person(people) => people.first().cloned(),
        HomeRule::Unit(_) | HomeRule::Itself => None,
    });
    used_by_app(actions, actor, people.collect()).await
}

fn acts_for_somebody(actor: &Actor) -> bool {
    let mut parties = actor.standing.parties.iter();
    actor.role == Role::Citizen && parties.any(|party| party.resource_type.name() == "RelatedPerson")
}

async fn used_by_app(
    actions: &Actions,
    actor: &Actor,
    patients: BTreeSet<LocalReference>,
) -> Result<(), ActionError> {
    let judge = actions.judge(actor, PURPOSE);
    for patient in patients {
        let facts = actions.record.facts_of(&patient).await?;
        used(actions, &judge, &facts).await?;
    }
    Ok(())
}

/// Notes that somebody may act from today on, or acts today.
pub(super) async fn note(
    actions: &Actions,
    patient: &str,
    party: &LocalReference,
) -> Result<(), ActionError> {
    let party = format!("{}/{}", party.resource_type.name(), party.id);
    let value = format!("{} {party} {patient}", actions.care_now().date()).into_bytes();
    let (cabinet, key) = (actions.record.cabinet(), digest_of(&[&party, patient]));
    let kept = cabinet.get(Drawer::ProxyUse, &key).await?;
    if kept.is_none_or(|kept| kept.value != value) {
        let end = Some(actions.system_now() + KEPT);
        cabinet
            .put(Drawer::ProxyUse, &key, Expected::Any, value, end)
            .await?;
    }
    Ok(())
}

/// Ends what proxies were given and have not used for half a year; gives how many Consents. To be called once a day.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn end_unused_proxies(actions: &Actions) -> Result<usize, ActionError> {
    let last = actions.care_now().date().saturating_sub(Span::new().days(UNUSED));
    let cabinet = actions.record.cabinet();
    let (mut after, mut ended): (Option<String>, usize) = (None, 0);
    loop {
        let page = cabinet
            .list(Drawer::ProxyUse, "", after.as_deref(), AT_A_TIME)
            .await?;
        for document in &page {
            if let Some((day, party, patient)) = kept(document)
                && day <= last
            {
                match end(actions, &party, patient).await {
                    Ok(count) => ended += count,
                    // It stays where it is, and is tried again tomorrow; nobody else waits for it.
                    Err(error) => {
                        tracing::warn!(%error, "what a proxy long did not use has not ended");
                        continue;
                    }
                }
                let key = &document.key;
                cabinet
                    .delete(Drawer::ProxyUse, key, Expected::Version(document.version))
                    .await?;
            }
        }
        match page.last() {
            Some(last) if page.len() == AT_A_TIME => after = Some(last.key.clone()),
            _ => return Ok(ended),
        }
    }
}

/// The last day, who, and for whom, which older releases did not keep.
fn kept(document: &Document) -> Option<(Date, LocalReference, Option<String>)> {
    let mut words = std::str::from_utf8(&document.value).ok()?.split(' ');
    let (day, party, patient) = (words.next()?, words.next()?, words.next());
    let (kind, id) = party.split_once('/')?;
    let party = LocalReference {
        resource_type: ResourceType::from_name(kind)?,
        id: id.to_owned(),
    };
    Some((day.parse().ok()?, party, patient.map(str::to_owned)))
}

/// To whom somebody is related; none where there is no such entry.
async fn related_to(actions: &Actions, party: &LocalReference) -> Result<Option<String>, ActionError> {
    let house = Actor::house("sarsen");
    let sight = actions.house_sight(PURPOSE);
    let mut ask = actions
        .record
        .ask(&sight, &house, PURPOSE, actions.record.new_request());
    let held = ask.read(party.resource_type, &party.id).await;
    let disclosed = ask.disclose().await?;
    let stored = match held {
        Ok(held) => held.open(&disclosed),
        Err(ReadError::NotFound | ReadError::Gone { .. } | ReadError::Destroyed) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let related: Value = serde_json::from_slice(&stored.json).unwrap_or_default();
    let patient = related["patient"]["reference"].as_str();
    Ok(patient
        .and_then(|text| text.strip_prefix("Patient/"))
        .map(str::to_owned))
}

/// Ends every Consent by which this party acts for somebody.
async fn end(
    actions: &Actions,
    party: &LocalReference,
    patient: Option<String>,
) -> Result<usize, ActionError> {
    let patient = match patient {
        Some(patient) => patient,
        None => match related_to(actions, party).await? {
            Some(patient) => patient,
            None => return Ok(0),
        },
    };
    let house = Actor::house("sarsen");
    let sight = actions.house_sight(PURPOSE);
    let mut ask = actions
        .record
        .ask(&sight, &house, PURPOSE, actions.record.new_request());
    let held = ask
        .person(&patient, &|entry| entry.resource_type.name() == "Consent")
        .await;
    let disclosed = ask.disclose().await?;
    let held = match held {
        Ok(held) => held,
        // Nobody acts for whoever is on record no longer.
        Err(ReadError::NotFound | ReadError::Gone { .. } | ReadError::Destroyed) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    let changes: Result<Vec<Change>, ActionError> = held
        .open(&disclosed)
        .resources
        .iter()
        .filter_map(|stored| Some((stored, ended(stored, party)?)))
        .map(|(stored, consent)| put(actions, stored, &consent))
        .collect();
    let changes = changes?;
    let count = changes.len();
    keep(actions, &house, changes).await?;
    Ok(count)
}

/// The Consent as it is once it has ended, when the party acts by it.
fn ended(stored: &Stored, party: &LocalReference) -> Option<Value> {
    let mut consent = consent_of(stored).filter(|consent| consent["status"] == "active")?;
    let name = format!("{}/{}", party.resource_type.name(), party.id);
    let mut actors = consent["provision"]["actor"].as_array().into_iter().flatten();
    if !actors.any(|actor| actor["reference"]["reference"] == name.as_str()) {
        return None;
    }
    consent["status"] = json!("inactive");
    consent["provision"]["code"] = json!([{ "text": format!("It was not used for {UNUSED} days") }]);
    Some(consent)
}
