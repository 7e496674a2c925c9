//! The care clock is stopped, let run, made to run faster, or set back to the time of day.
//!
//! Only what care goes by moves: ages, what is due and what is late. `lastUpdated`, audit, sessions and tokens go by the
//! system clock, which nothing here touches. Whoever turns the clock is in the record as an AuditEvent. How it stands is kept in
//! the cabinet, and a server that starts anew goes on from there.

use ::record::clock::{Pace, Stand};
use ::record::{Change, Commit, Drawer, Expected, instant};
use jiff::Timestamp;
use serde_json::{Value, json};
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

/// The key of how the clock stands, in its drawer.
const KEY: &str = "care-clock";

/// Turns the care clock of this process, and keeps how it stands.
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
    keep_clock(actions).await
}

/// Keeps how the care clock stands, for a server that starts anew; nothing while it shows the time of day. Whoever serves an
/// academy calls it now and then while the clock runs fast: what passed since the last time is lost when the process is.
///
/// # Errors
/// [`ActionError::Unavailable`] when it cannot be kept.
pub async fn keep_clock(actions: &Actions) -> Result<(), ActionError> {
    let cabinet = actions.record.cabinet();
    match actions.care_clock.stand() {
        None => {
            cabinet.delete(Drawer::CareClock, KEY, Expected::Any).await?;
        }
        Some(Stand { pace, care, system }) => {
            let times = match pace {
                Pace::Paused => 0,
                Pace::Times(times) => times,
            };
            let kept = json!({ "times": times, "care": care.to_string(), "system": system.to_string() });
            cabinet
                .put(
                    Drawer::CareClock,
                    KEY,
                    Expected::Any,
                    kept.to_string().into_bytes(),
                    None,
                )
                .await?;
        }
    }
    Ok(())
}

/// Lets the care clock go on from where it stood when it was kept last; says what it shows then. None when nothing was
/// kept, or what was kept cannot be read: then it shows the time of day.
///
/// # Errors
/// [`ActionError::Unavailable`] when the store fails.
pub async fn go_on(actions: &Actions) -> Result<Option<Timestamp>, ActionError> {
    let kept = actions.record.cabinet().get(Drawer::CareClock, KEY).await?;
    let Some(stand) = kept.and_then(|document| stand(&document.value)) else {
        return Ok(None);
    };
    actions.care_clock.go_on(stand);
    Ok(Some(actions.care_clock.now()))
}

fn stand(bytes: &[u8]) -> Option<Stand> {
    let kept: Value = serde_json::from_slice(bytes).ok()?;
    let moment = |key: &str| kept[key].as_str()?.parse().ok();
    Some(Stand {
        pace: match kept["times"].as_u64()? {
            0 => Pace::Paused,
            times => Pace::Times(u32::try_from(times).ok()?),
        },
        care: moment("care")?,
        system: moment("system")?,
    })
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
    Ok(Change::Create {
        id: None,
        prepared: actions.prepared(event.to_string().as_bytes())?,
    })
}
