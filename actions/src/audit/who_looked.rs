//! Who looked at a person's record, for the person: when, which organisation, in which role and why, in plain words. No names.
//! What is withheld leaves no trace, and a proxy never sees this.

use std::collections::{BTreeMap, BTreeSet};

use ::record::access::Sight;
use ::record::audit::{Audited, Fact, ReadResult};
use ::record::{FeedEntry, Purpose as StoredPurpose, Role};
use fhir::{LocalReference, ResourceType};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::access::{Openings, openings_of};
use crate::{ActionError, Actions, Actor, Purpose};

/// Looks that are gone through at a time, and how often at most: what the person and the house did themselves stands among them.
const AT_A_TIME: usize = 500;
const TIMES: usize = 40;

/// One line of the page: everything that one kind of reader did on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub day: Date,
    /// The last time on that day.
    pub at: Timestamp,
    /// The organisation by its ODS code; none where it is not known. A change bears none: it is the one for which the same reader
    /// last looked, or that of the opening itself.
    pub organisation: Option<String>,
    pub role: Role,
    pub purpose: Option<StoredPurpose>,
    /// Something was changed or added, not only read.
    pub changed: bool,
    /// The record was opened with a reason by this reader on that day.
    pub opened: bool,
    /// The reasons that were chosen for it, in the words of their codes.
    pub reasons: BTreeSet<String>,
    pub times: u64,
}

/// Who looked since `from`, newest day first, and whether there is more before.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person themself; [`ActionError::Unavailable`].
pub async fn who_looked(
    actions: &Actions,
    actor: &Actor,
    from: Timestamp,
) -> Result<(Vec<Look>, bool), ActionError> {
    let own = match (&actor.role, &actor.standing.own_record) {
        (Role::Citizen, Some(own)) => own.clone(),
        _ => return Err(ActionError::NotFound),
    };
    let kind = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let own = LocalReference {
        resource_type: kind,
        id: own,
    };
    // Only those who may see their own record may see who saw it.
    let facts = actions.record.facts_of(&own).await?;
    if !actions.judge(actor, Purpose::DirectCare).knows(&facts) {
        return Err(ActionError::NotFound);
    }
    let sight = actions.house_sight(Purpose::ServiceManagement);
    let mut ask = actions.record.ask(
        &sight,
        actor,
        Purpose::ServiceManagement,
        actions.record.new_request(),
    );
    let mut found = Vec::new();
    let mut next = None;
    for _ in 0..TIMES {
        let span = (Some(from), None);
        let part = ask
            .audit_of(std::slice::from_ref(&own), span, next.as_deref(), AT_A_TIME)
            .await;
        match part {
            Ok((held, after)) => {
                found.push(held);
                next = after;
            }
            Err(error) => {
                ask.disclose().await?;
                return Err(error.into());
            }
        }
        if next.is_none() {
            break;
        }
    }
    let disclosed = ask.disclose().await?;
    let openings = openings_of(actions, &own).await?;
    let own_sight = actions.sight(actor, Purpose::DirectCare);
    let all: Vec<Audited> = found.into_iter().flat_map(|held| held.open(&disclosed)).collect();
    let readers = readers(&all, &openings);
    let mut days: BTreeMap<(Date, String, u16, Option<u16>), Look> = BTreeMap::new();
    for audited in &all {
        let Some(mut look) = look(actor, audited) else {
            continue;
        };
        if openings.keep_quiet(by(audited), look.at) {
            continue;
        }
        if !may_hear(actions, &own_sight, audited).await? {
            continue;
        }
        if let Fact::Change(entry) = &audited.fact {
            let opening = openings.among(entry);
            look.reasons.extend(
                opening
                    .map(|opening| opening.reason.clone())
                    .filter(|reason| !reason.is_empty()),
            );
            look.organisation = opening
                .and_then(|opening| opening.organisation.clone())
                .or_else(|| organisation_at(&readers, entry));
        }
        let key = (
            look.day,
            look.organisation.clone().unwrap_or_default(),
            look.role.number(),
            look.purpose.map(StoredPurpose::number),
        );
        let kept = days.entry(key).or_insert_with(|| Look {
            times: 0,
            ..look.clone()
        });
        kept.times += 1;
        kept.at = kept.at.max(look.at);
        kept.changed |= look.changed;
        kept.opened |= look.opened;
        kept.reasons.extend(look.reasons);
    }
    let mut looks: Vec<Look> = days.into_values().collect();
    looks.sort_by_key(|look| std::cmp::Reverse((look.day, look.at)));
    Ok((looks, next.is_some()))
}

/// Who did it, by internal id.
fn by(audited: &Audited) -> &str {
    match &audited.fact {
        Fact::Change(entry) => &entry.actor,
        Fact::Read(entry) => &entry.actor,
    }
}

/// When, and for which organisations, each reader looked in each role on each day; of what is withheld, nothing.
type Readers<'a> = BTreeMap<(&'a str, u16, Date), Vec<(i64, &'a str)>>;

fn readers<'a>(all: &'a [Audited], openings: &Openings) -> Readers<'a> {
    let mut readers = Readers::new();
    for audited in all {
        if let Fact::Read(read) = &audited.fact
            && !read.organisation.is_empty()
            && let Ok(at) = Timestamp::from_microsecond(read.at)
            && !openings.keep_quiet(&read.actor, at)
        {
            let reader = (read.actor.as_str(), read.role, care::london::date_of(at));
            let looks = readers.entry(reader).or_default();
            looks.push((read.at, &read.organisation));
        }
    }
    readers
}

/// The organisation for which whoever changed something looked at the record on that day in the same role, nearest in time: a change
/// is kept without one.
fn organisation_at(readers: &Readers<'_>, change: &FeedEntry) -> Option<String> {
    let at = change.at.as_microsecond();
    let reader = (
        change.actor.as_str(),
        change.role.number(),
        care::london::date_of(change.at),
    );
    let looks = readers.get(&reader)?.iter();
    let nearest = looks.min_by_key(|(looked, _)| looked.abs_diff(at));
    nearest.map(|(_, organisation)| (*organisation).to_owned())
}

/// Whether the person sees something of what an entry changed. That somebody wrote what is withheld is withheld too.
async fn may_hear(actions: &Actions, sight: &Sight, audited: &Audited) -> Result<bool, ActionError> {
    let Fact::Change(entry) = &audited.fact else {
        return Ok(true);
    };
    for change in &entry.changes {
        if actions.record.tells(sight, change).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What an entry tells the person; nothing of the house's own work, of their own looks, of what found nothing, and of what is
/// withheld from them.
fn look(person: &Actor, audited: &Audited) -> Option<Look> {
    let (at, actor, role, organisation, purpose, changed, source) = match &audited.fact {
        Fact::Change(entry) => (
            entry.at,
            &entry.actor,
            entry.role,
            None,
            Some(entry.purpose),
            true,
            entry.source.as_str(),
        ),
        Fact::Read(entry) => {
            let told = entry
                .reads
                .iter()
                .any(|read| read.result == ReadResult::Disclosed && read.count > 0);
            if !told {
                return None;
            }
            (
                Timestamp::from_microsecond(entry.at).ok()?,
                &entry.actor,
                Role::from_number(entry.role)?,
                (!entry.organisation.is_empty()).then(|| entry.organisation.clone()),
                StoredPurpose::from_number(entry.purpose),
                false,
                "",
            )
        }
    };
    // The privacy office's own looks are oversight, and a review must not warn whoever is looked into (safety rule 12).
    if *actor == person.id || is_own_work(actor, role) || role == Role::PrivacyOfficer {
        return None;
    }
    Some(Look {
        day: care::london::date_of(at),
        at,
        organisation,
        role,
        purpose,
        changed,
        opened: source == codes::access::BREAK_GLASS || source == codes::access::CLAIMED,
        reasons: BTreeSet::new(),
        times: 1,
    })
}

/// Sarsen's own work is nobody's look. At sign-in it finds whose account it is and who calls them a relative: that somebody related
/// came in says nothing to the person, who may not even know of the relation (safety rule 13).
fn is_own_work(actor: &str, role: Role) -> bool {
    role == Role::System
        && (matches!(actor, "import" | "sarsen" | "sign-in") || actor.starts_with("reactor/"))
}
