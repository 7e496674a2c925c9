//! Who looked at one person's record, for the privacy office: by internal id, also what was refused.

use ::record::Role;
use ::record::audit::{Fact, ReadResult};
use codes::nhs_number::NhsNumber;
use fhir::{LocalReference, ResourceType};
use jiff::{SignedDuration, Timestamp};

use crate::access::may_review;
use crate::{ActionError, Actions, Actor, FieldProblem, Purpose};

/// How far back it looks.
const DAYS: i64 = 90;
/// The most entries.
const MOST: usize = 300;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerLook {
    pub at: Timestamp,
    pub actor: String,
    pub role: Option<Role>,
    pub organisation: Option<String>,
    pub changed: bool,
    /// Nothing was shown.
    pub refused: bool,
    /// By which door a change came.
    pub source: String,
}

/// Who looked at the record of the person with this NHS number in the last 90 days, newest first, and whether there is more.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but a privacy officer; [`ActionError::Form`] when nobody has this number;
/// [`ActionError::Unavailable`].
pub async fn looks_at(
    actions: &Actions,
    actor: &Actor,
    number: &NhsNumber,
) -> Result<(Vec<OfficerLook>, bool), ActionError> {
    if !may_review(actor) {
        return Err(ActionError::NotFound);
    }
    let kind = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let params = [(
        "identifier".to_owned(),
        format!("{}|{}", codes::system::NHS_NUMBER, number.digits()),
    )];
    let query = fhir::search::parse(kind, &params).map_err(ActionError::Invalid)?;
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight(actor, purpose);
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let found = ask.search(&query, None).await;
    let disclosed = ask.disclose().await?;
    let people: Vec<LocalReference> = found?
        .open(&disclosed)
        .hits
        .into_iter()
        .map(|hit| LocalReference {
            resource_type: kind,
            id: hit.id,
        })
        .collect();
    if people.is_empty() {
        return Err(ActionError::Form(vec![FieldProblem {
            field: "nhs-number",
            words: "Nobody on record has this NHS number".to_owned(),
        }]));
    }
    let mut ask = actions
        .record
        .ask(&sight, actor, purpose, actions.record.new_request());
    let from = actions.system_now() - SignedDuration::from_hours(24 * DAYS);
    let trail = ask.audit_of(&people, (Some(from), None), None, MOST).await;
    let disclosed = ask.disclose().await?;
    let (held, next) = trail?;
    let looks = held
        .open(&disclosed)
        .into_iter()
        .filter_map(|audited| match audited.fact {
            Fact::Change(entry) => Some(OfficerLook {
                at: entry.at,
                actor: entry.actor,
                role: Some(entry.role),
                organisation: None,
                changed: true,
                refused: false,
                source: entry.source,
            }),
            Fact::Read(entry) => Some(OfficerLook {
                at: Timestamp::from_microsecond(entry.at).ok()?,
                refused: !entry
                    .reads
                    .iter()
                    .any(|read| read.result == ReadResult::Disclosed),
                actor: entry.actor,
                role: Role::from_number(entry.role),
                organisation: (!entry.organisation.is_empty()).then_some(entry.organisation),
                changed: false,
                source: String::new(),
            }),
        })
        .collect();
    Ok((looks, next.is_some()))
}
