//! The care clock is stopped, let run, made to run faster, or set back to the time of day.
//!
//! Only what care goes by moves: ages, what is due and what is late. `lastUpdated`, audit, sessions and tokens go by the
//! system clock, which nothing here touches. Whoever turns the clock is in the record as an AuditEvent.

use ::record::{Change, Commit, instant};
use fhir::Document;
use serde_json::json;
use synthetic::fhir::{SYNTHETIC, TAG_SYSTEM};

use super::{SOURCE, open};
use crate::{ActionError, Actions, Actor, Purpose};

/// What is done with the care clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It stands.
    Pause,
    /// It runs at the pace of the day.
    Run,
    /// A minute passes each second.
    MinuteASecond,
    /// A day passes each minute.
    DayAMinute,
    /// It shows the time of day again.
    Now,
}

impl Turn {
    /// Every way.
    pub const ALL: [Turn; 5] = [
        Turn::Pause,
        Turn::Run,
        Turn::MinuteASecond,
        Turn::DayAMinute,
        Turn::Now,
    ];

    /// Its word in forms and in the AuditEvent.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Turn::Pause => "pause",
            Turn::Run => "run",
            Turn::MinuteASecond => "minute-a-second",
            Turn::DayAMinute => "day-a-minute",
            Turn::Now => "now",
        }
    }

    /// The way with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Turn> {
        Turn::ALL.into_iter().find(|turn| turn.code() == code)
    }
}

/// Turns the care clock of this process. It is kept in no record: a server that starts anew shows the time of day.
///
/// # Errors
/// [`ActionError::NotFound`] for whoever is no staff; [`ActionError::Forbidden`] on a record that is not synthetic;
/// [`ActionError::Unavailable`] when it cannot be kept who turned it, and then it is not turned.
pub async fn turn(actions: &Actions, actor: &Actor, turn: Turn) -> Result<(), ActionError> {
    open(actions, actor)?;
    let purpose = Purpose::ServiceManagement;
    let change = event(actions, actor, turn.code())?;
    actions
        .commit_in_name(actor, purpose, Commit::new(SOURCE, vec![change]))
        .await?;
    let clock = &actions.care_clock;
    match turn {
        Turn::Pause => clock.pause(),
        Turn::Run => clock.resume(),
        Turn::MinuteASecond => clock.run_at(60),
        Turn::DayAMinute => clock.run_at(1440),
        Turn::Now => clock.reset(),
    }
    tracing::info!(turn = turn.code(), "the care clock was turned");
    Ok(())
}

/// Who turned the care clock, and how, as an AuditEvent to be kept.
pub(super) fn event(actions: &Actions, actor: &Actor, how: &str) -> Result<Change, ActionError> {
    let event = json!({
        "resourceType": "AuditEvent",
        "meta": { "tag": [{ "system": TAG_SYSTEM, "code": SYNTHETIC }] },
        "type": { "system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "object" },
        "subtype": [{ "display": how }],
        "action": "U",
        "recorded": instant(actions.system_now()),
        "outcome": "0",
        "agent": [{ "who": { "identifier": { "value": actor.id } }, "requestor": true }],
        "source": { "observer": { "display": "Sarsen" } },
        "entity": [{ "what": { "identifier": { "value": "care-clock" } } }],
    });
    let bytes = event.to_string();
    let document = Document::scan(bytes.as_bytes(), &actions.limits).map_err(ActionError::Invalid)?;
    Ok(Change::Create {
        id: None,
        prepared: document.root().prepare(&|_| None),
    })
}
