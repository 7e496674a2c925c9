//! The AuditEvents of a person: those rendered from the audit first, newest first, then those that other systems sent, by
//! the record's own search.

use ::record::Stored;
use fhir::search::Query;
use fhir::{Document, Issue, IssueCode, index};
use jiff::Timestamp;

use super::{event, may_read_audit};
use crate::{ActionError, Actions, Actor, Purpose};

/// Begins the place of a page in the audit; what follows is the record's own token.
const IN_AUDIT: &str = "audit:";
/// The place of the first page behind the audit.
const BEHIND: &str = "behind-audit";

/// Where a search begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked<'p> {
    /// In the audit, at its newest entry or where the page before ended.
    Audit(Option<&'p str>),
    /// In the record, as any search.
    Record(Option<&'p str>),
}

/// Where a search with this place (of the page before) goes on. Only a search inside a person, by somebody who sees the
/// audit, looks into it.
pub(crate) fn asked<'p>(query: &Query, actor: &Actor, place: Option<&'p str>) -> Asked<'p> {
    match place {
        Some(BEHIND) => Asked::Record(None),
        Some(place) => match place.strip_prefix(IN_AUDIT) {
            Some(place) => Asked::Audit(Some(place)),
            None => Asked::Record(Some(place)),
        },
        None => {
            let looks = query.resource_type.name() == "AuditEvent" && query.person.is_some();
            if looks && may_read_audit(actor) {
                Asked::Audit(None)
            } else {
                Asked::Record(None)
            }
        }
    }
}

/// A page of a person's AuditEvents, and the place of the next. The last page of the audit also holds what other systems
/// sent, where all of it fits.
///
/// # Errors
/// [`ActionError::Invalid`] for an order or a count, which the audit does not give; [`ActionError::BadPage`];
/// [`ActionError::Unavailable`].
pub(crate) async fn page(
    actions: &Actions,
    actor: &Actor,
    query: &Query,
    place: Option<&str>,
) -> Result<(Vec<Stored>, Option<String>), ActionError> {
    let refused = |name: &str, words: &str| {
        let issue = Issue::error(IssueCode::NotSupported, Some(name.to_owned()), words.to_owned());
        Err(ActionError::Invalid(vec![issue]))
    };
    if !query.sort.is_empty() {
        let words =
            "AuditEvents of a person come newest first, those of other systems after ours; leave _sort out";
        return refused("_sort", words);
    }
    if query.total || query.summary_count {
        let words = "how many AuditEvents a person has is not counted; follow next to the last page (_count=0 asks for \
                     _summary=count)";
        return refused(if query.total { "_total" } else { "_summary" }, words);
    }
    // Whoever looks at the audit does not care for anybody thereby.
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight_at("audit-search", actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let people = query.person.as_deref().unwrap_or_default();
    let (from, until) = query.span("date");
    let instant = |at: Option<i64>| at.and_then(|at| Timestamp::from_millisecond(at).ok());
    let span = (instant(from), instant(until));
    let audit = ask.audit_of(people, span, place, query.count).await;
    let sent = match &audit {
        Ok((_, None)) => Some(ask.search(query, None).await),
        _ => None,
    };
    let disclosed = ask.disclose().await?;
    let (held, next) = audit?;
    let mut hits = Vec::new();
    for audited in held.open(&disclosed) {
        let stored = event::rendered(query.resource_type, &audited)?;
        if admits(actions, query, &stored)? {
            hits.push(stored);
        }
    }
    let Some(sent) = sent else {
        return Ok((hits, next.map(|token| format!("{IN_AUDIT}{token}"))));
    };
    let sent = sent?.open(&disclosed);
    if sent.next.is_some() || hits.len() + sent.hits.len() > query.count {
        return Ok((hits, Some(BEHIND.to_owned())));
    }
    hits.extend(sent.hits);
    Ok((hits, None))
}

/// Whether a query admits a rendered AuditEvent: its values are taken as those of any resource are.
fn admits(actions: &Actions, query: &Query, stored: &Stored) -> Result<bool, ActionError> {
    if !query.ids.is_empty() && !query.ids.contains(&stored.id) {
        return Ok(false);
    }
    if query.predicates.is_empty() {
        return Ok(true);
    }
    let document = Document::scan(&stored.json, &actions.limits).map_err(|issues| {
        tracing::error!(id = %stored.id, count = issues.len(), "a rendered AuditEvent breaks rules");
        ActionError::Unavailable("an entry of the audit cannot be rendered".to_owned())
    })?;
    Ok(query.matches(&index::pack(&document.root().prepare(&|_| None).index)))
}
