//! A session as it stands in the cabinet.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::open::{CameFrom, NewSession, OpenSession, SessionLine};
use crate::access::accounts::How;
use crate::access::reference;
use crate::{Actor, Role, Standing};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) holder: String,
    actor: KeptActor,
    words: String,
    staff: bool,
    how: How,
    #[serde(default)]
    from: Option<CameFrom>,
    pub(super) confirmed: Option<Timestamp>,
    pub(super) begun: Timestamp,
    pub(super) used: Timestamp,
    idle: u64,
    absolute: u64,
    pub(super) desk: Option<String>,
    browser: String,
    #[serde(default)]
    pub(super) parked: bool,
}

/// An actor as it is kept; never one of the house itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeptActor {
    id: String,
    role: u16,
    organisation: Option<String>,
    job_role: Option<String>,
    activities: BTreeSet<String>,
    parties: BTreeSet<String>,
    own_record: Option<String>,
    #[serde(default)]
    homes: BTreeSet<u64>,
    #[serde(default)]
    kin: BTreeSet<u64>,
    identity_assurance: u8,
    authentication_assurance: u8,
    scopes: Option<String>,
    launched_for: Option<String>,
}

impl KeptActor {
    fn of(actor: &Actor) -> KeptActor {
        let standing = &actor.standing;
        KeptActor {
            id: actor.id.clone(),
            role: actor.role.number(),
            organisation: actor.organisation.clone(),
            job_role: standing.job_role.clone(),
            activities: standing.activities.clone(),
            parties: standing
                .parties
                .iter()
                .map(|party| format!("{}/{}", party.resource_type.name(), party.id))
                .collect(),
            own_record: standing.own_record.clone(),
            homes: standing.homes.clone(),
            kin: standing.kin.clone(),
            identity_assurance: standing.identity_assurance,
            authentication_assurance: standing.authentication_assurance,
            scopes: standing.scopes.clone(),
            launched_for: standing.launched_for.clone(),
        }
    }

    fn actor(&self) -> Option<Actor> {
        let role = Role::from_number(self.role)?;
        let standing = Standing {
            job_role: self.job_role.clone(),
            activities: self.activities.clone(),
            parties: self.parties.iter().filter_map(|text| reference(text)).collect(),
            own_record: self.own_record.clone(),
            homes: self.homes.clone(),
            kin: self.kin.clone(),
            identity_assurance: self.identity_assurance,
            authentication_assurance: self.authentication_assurance,
            scopes: self.scopes.clone(),
            launched_for: self.launched_for.clone(),
            ..Standing::default()
        };
        Some(Actor::new(self.id.clone(), role, self.organisation.clone()).with_standing(standing))
    }
}

impl Kept {
    pub(super) fn new(new: &NewSession, now: Timestamp) -> Kept {
        Kept {
            holder: new.holder.clone(),
            actor: KeptActor::of(&new.actor),
            words: new.words.clone(),
            staff: new.staff,
            how: new.how,
            from: new.from.clone(),
            confirmed: new.confirmed,
            begun: now,
            used: now,
            idle: new.idle.as_secs(),
            absolute: new.absolute.as_secs(),
            desk: new.desk.clone(),
            browser: new.browser.clone(),
            parked: false,
        }
    }

    pub(super) fn take_role(&mut self, actor: &Actor, words: String, idle: Duration, absolute: Duration) {
        self.actor = KeptActor::of(actor);
        self.words = words;
        self.idle = idle.as_secs();
        self.absolute = absolute.as_secs();
    }

    /// Whether it has not ended by time.
    pub(super) fn lives(&self, now: Timestamp) -> bool {
        within(self.used, now, self.idle) && within(self.begun, now, self.absolute)
    }

    /// How old what the cabinet knows of the last use may get, in seconds.
    pub(super) fn touched_every(&self) -> u64 {
        (self.idle / 10).clamp(1, 60)
    }

    /// When the cabinet may forget it, at the latest.
    pub(super) fn end(&self) -> Option<Timestamp> {
        let idle = Duration::from_secs(self.idle + self.touched_every());
        let idle = self.used.checked_add(idle).ok()?;
        let absolute = self
            .begun
            .checked_add(Duration::from_secs(self.absolute + 1))
            .ok()?;
        Some(idle.min(absolute))
    }

    pub(super) fn open(&self, key: &str) -> Option<OpenSession> {
        Some(OpenSession {
            key: key.to_owned(),
            holder: self.holder.clone(),
            actor: self.actor.actor()?,
            words: self.words.clone(),
            staff: self.staff,
            how: self.how,
            from: self.from.clone(),
            confirmed: self.confirmed,
            begun: self.begun,
            desk: self.desk.clone(),
        })
    }

    pub(super) fn line(&self, key: &str) -> SessionLine {
        SessionLine {
            key: key.to_owned(),
            words: self.words.clone(),
            browser: self.browser.clone(),
            begun: self.begun,
            used: self.used,
            parked: self.parked,
        }
    }
}

fn within(from: Timestamp, now: Timestamp, seconds: u64) -> bool {
    now.duration_since(from).unsigned_abs() <= Duration::from_secs(seconds)
}
