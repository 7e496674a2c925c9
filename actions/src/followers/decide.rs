//! An operator decides about something that was given up. The decision is a commit like any other: an AuditEvent that
//! names who decided, what about and why, kept together with what it does.

use ::record::{Actor, Change, Commit, Dead, DeadChange, instant};

use crate::followers::refuse_others;
use crate::{ActionError, Actions, Purpose};

/// Why an operator decided so. Fixed words, so that nothing about a person is typed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// What stood in the way is mended.
    Mended,
    /// It was done in another way.
    DoneOtherwise,
    /// It is no longer needed.
    NotNeeded,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 3] = [Reason::Mended, Reason::DoneOtherwise, Reason::NotNeeded];

    /// Its word in forms and in the AuditEvent.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Reason::Mended => "mended",
            Reason::DoneOtherwise => "done-otherwise",
            Reason::NotNeeded => "not-needed",
        }
    }

    /// How it reads.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Reason::Mended => "The cause is mended",
            Reason::DoneOtherwise => "It was done in another way",
            Reason::NotNeeded => "It is no longer needed",
        }
    }
}

/// Has something that was given up tried again, or drops it for good.
///
/// # Errors
/// For whoever may not, when it was decided already ([`ActionError::Conflict`]), and when the record cannot keep it.
pub async fn decide(
    actions: &Actions,
    actor: &Actor,
    dead: &Dead,
    replay: bool,
    reason: Reason,
) -> Result<(), ActionError> {
    refuse_others(actor)?;
    let json = event(actions, actor, dead, replay, reason);
    let prepared = actions.prepared(json.as_bytes())?;
    let commit = Commit {
        dead: Some(DeadChange {
            kind: dead.kind,
            follower: dead.follower.clone(),
            bucket: dead.bucket,
            key: dead.key.clone(),
            replay,
        }),
        ..Commit::new("followers", vec![Change::Create { id: None, prepared }])
    };
    let purpose = Purpose::ServiceManagement;
    let sight = actions.sight(actor, purpose);
    actions.record.commit(&sight, actor, purpose, commit).await?;
    Ok(())
}

/// The AuditEvent: every part is an id or a fixed word of ours, in which nothing needs escaping.
fn event(actions: &Actions, actor: &Actor, dead: &Dead, replay: bool, reason: Reason) -> String {
    let who: String = actor
        .id
        .chars()
        .filter(|one| one.is_ascii_alphanumeric() || "-._:/".contains(*one))
        .collect();
    let (kind, follower, bucket, key) = (dead.kind.code(), &dead.follower, dead.bucket.number(), &dead.key);
    let what = if replay { "replay" } else { "drop" };
    let (recorded, why) = (instant(actions.system_now()), reason.code());
    format!(
        r#"{{"resourceType":"AuditEvent","type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-event-type","code":"object"}},"subtype":[{{"display":"{what}"}}],"action":"U","recorded":"{recorded}","outcome":"0","purposeOfEvent":[{{"text":"{why}"}}],"agent":[{{"who":{{"identifier":{{"value":"{who}"}}}},"requestor":true}}],"source":{{"observer":{{"display":"Sarsen"}}}},"entity":[{{"what":{{"identifier":{{"value":"{kind}/{follower}/{bucket}/{key}"}}}}}}]}}"#
    )
}
