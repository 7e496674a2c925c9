//! How a reactor reads: as a system actor of its own name, through its lens, every read audited like anybody's.

use ::record::{Actor, Ask, Bucket, FeedChange, FeedEntry, ReadError, Record, Role, Stored};
use fhir::ResourceType;
use jiff::Timestamp;

use crate::{Actions, Purpose};

/// The reads of one reactor.
#[derive(Clone)]
pub struct Reads {
    pub(crate) actions: Actions,
    pub(crate) actor: Actor,
    pub(crate) purpose: Purpose,
}

impl Reads {
    pub(crate) fn new(actions: Actions, reactor: &str, purpose: Purpose) -> Reads {
        let actor = Actor::house(format!("reactor/{reactor}"));
        Reads {
            actions,
            actor,
            purpose,
        }
    }

    /// Whether the entry is of this reactor's own making.
    pub(crate) fn is_own(&self, entry: &FeedEntry) -> bool {
        entry.actor == self.actor.id && entry.role == Role::System
    }

    pub(crate) fn record(&self) -> &Record {
        &self.actions.record
    }

    /// The present moment by the care clock.
    #[must_use]
    pub fn care_now(&self) -> Timestamp {
        self.actions.care_clock.now()
    }

    /// The current version of a resource.
    ///
    /// # Errors
    /// When it is not there, or the record fails.
    pub async fn read(&self, resource_type: ResourceType, id: &str) -> Result<Stored, ReadError> {
        let mut ask = self.ask();
        let held = ask.read(resource_type, id).await;
        let disclosed = ask.disclose().await?;
        Ok(held?.open(&disclosed))
    }

    /// The version that an entry speaks of.
    ///
    /// # Errors
    /// When it is not there any more, or the record fails.
    pub async fn version(&self, change: &FeedChange) -> Result<Stored, ReadError> {
        let mut ask = self.ask();
        let held = ask.vread(change.resource_type, &change.id, change.version).await;
        let disclosed = ask.disclose().await?;
        Ok(held?.open(&disclosed))
    }

    /// Whether somebody may hear of a change.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn tells(&self, actor: &Actor, change: &FeedChange) -> Result<bool, ReadError> {
        let actor = self.actions.placed(actor).await?;
        let sight = self.actions.sight(&actor, self.purpose);
        Ok(self.record().tells(&sight, change).await?)
    }

    /// Reads of another shape; what they give opens only once they are audited.
    #[must_use]
    pub fn ask(&self) -> Ask {
        let sight = self.actions.sight(&self.actor, self.purpose);
        let request = self.record().new_request();
        self.record().ask(&sight, &self.actor, self.purpose, request)
    }

    /// A new id in a bucket, for a resource that is to be created.
    #[must_use]
    pub fn new_id(&self, bucket: Bucket) -> String {
        self.record().new_id(bucket)
    }
}
