//! What a commit says of a follower's step.

use fhir::ResourceType;
use jiff::Timestamp;

use crate::error::CommitError;
use crate::ids::{Bucket, PersonKey};

/// The most bytes of a reactor's name, a timer's key, a channel's name.
pub(crate) const MOST_NAME: usize = 64;
/// The most bytes of a letter.
const MOST_LETTER: usize = 256 << 10;

/// A follower's step: kept in the same transaction as the changes of its commit, or refused with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who steps.
    pub follower: String,
    /// In which bucket's feed.
    pub bucket: Bucket,
    /// The fence of the lease under which this was decided. When the lease was taken since, nothing is kept.
    pub fence: u64,
    /// Where the cursor must stand. When it stands elsewhere, nothing is kept.
    pub from: u64,
    /// Where it stands afterwards; the same for what is no step in the feed (a timer, a replay).
    pub to: u64,
    /// What this is the effect of.
    pub cause: Cause,
    /// Timers to set and to clear.
    pub due: Vec<DueChange>,
    /// What is to leave the house.
    pub letters: Vec<Letter>,
}

impl Step {
    /// A step from one position to another as the effect of the entry at `to`, with nothing due and no letters yet.
    #[must_use]
    pub fn new(follower: &str, bucket: Bucket, fence: u64, from: u64, to: u64) -> Step {
        Step {
            follower: follower.to_owned(),
            bucket,
            fence,
            from,
            to,
            cause: Cause::Entry,
            due: Vec::new(),
            letters: Vec::new(),
        }
    }

    /// Refuses what can never be kept.
    pub(crate) fn check(&self) -> Result<(), CommitError> {
        let refuse = |rule| Err(CommitError::BadStep { rule });
        if !is_name(&self.follower) {
            return refuse("a follower's name has 1 to 64 of a-z, 0-9, hyphen and slash");
        }
        let moves = matches!(self.cause, Cause::Entry | Cause::GaveUp { .. });
        if moves && self.to <= self.from {
            return refuse("a step goes forward");
        }
        if !moves && self.to != self.from {
            return refuse("a timer and a replay do not move the cursor");
        }
        for change in &self.due {
            let key = match change {
                DueChange::Set { key, person, .. } => {
                    if person.bucket() != self.bucket {
                        return refuse("a timer is about a person of the step's bucket");
                    }
                    key
                }
                DueChange::Clear { key } => key,
            };
            if !is_key(key) {
                return refuse("a timer's key has 1 to 64 of letters, digits and -._:/");
            }
        }
        for letter in &self.letters {
            if !is_name(&letter.channel) {
                return refuse("a channel's name has 1 to 64 of a-z, 0-9, hyphen and slash");
            }
            if letter.person.is_some_and(|person| person.bucket() != self.bucket) {
                return refuse("a letter is about a person of the step's bucket");
            }
            if letter.body.len() > MOST_LETTER {
                return refuse("a letter has at most 256 KiB");
            }
        }
        Ok(())
    }
}

/// Whether this may be the name of a follower or channel: it stands in logs, letters' keys and the feed.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=MOST_NAME).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'/')
}

/// Whether this may be the key of a timer: internal ids and what joins them.
fn is_key(text: &str) -> bool {
    (1..=MOST_NAME).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._:/".contains(&b))
}

/// What a step is the effect of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The feed entry at the step's `to`.
    Entry,
    /// A timer that came due; this commit takes it away, and is refused when it is not there as it was read.
    Due {
        /// The timer's key.
        key: String,
        /// The time it was set for.
        at: Timestamp,
    },
    /// The entry at `to` is given up: it becomes a dead letter, and the cursor passes it.
    GaveUp {
        /// A fixed word, never people's data.
        error: String,
    },
    /// An operator asked for a dead letter to be tried again, and this is its effect.
    Replay {
        /// The position of the entry that was given up.
        position: u64,
    },
}

/// A timer to set or to clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueChange {
    /// To be woken at this time; one that has the same key is replaced.
    Set {
        /// The reactor's own name for it within the bucket (1–64 of letters, digits and `-._:/`), made of internal ids.
        key: String,
        /// When, by the care clock.
        at: Timestamp,
        /// About whom; of the step's bucket.
        person: PersonKey,
        /// About which resource.
        resource_type: ResourceType,
        /// Its id.
        id: String,
        /// What the reactor wants to be told again; internal ids only.
        note: Vec<u8>,
    },
    /// No longer wanted; nothing happens when there is none.
    Clear {
        /// Its key.
        key: String,
    },
}

/// What is to leave the house. Its key comes from its cause (reactor, bucket, position and place among its letters), so
/// that the receiver can tell a repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The channel that takes it, such as `webhook`.
    pub channel: String,
    /// Where to, in the channel's words: the name of a configured receiver, an internal id. Never a telephone number
    /// or a mail address: the channel looks that up when it sends.
    pub address: String,
    /// About whom, when it is about somebody of the step's bucket.
    pub person: Option<PersonKey>,
    /// What the channel needs to know.
    pub body: Vec<u8>,
}
