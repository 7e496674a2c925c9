//! Deeds on a whole record, as a commit names them, and why one is refused. Facts never move at a join: it only says
//! that two people's records are read as one, and parting takes that back.

use jiff::Timestamp;

use crate::ids::{CommitId, PersonKey};
use crate::reason::Reason;

/// The most people whose records are read as one.
pub const MOST_JOINED: usize = 16;

/// What a commit does to whole records. People are named by the ids of their Patients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WholeRecord {
    /// From here on the two are read as one, and what Sarsen makes is filed to the survivor.
    Join {
        /// Whose record is read with the survivor's.
        superseded: String,
        /// Who lives on.
        survivor: String,
        /// A reason for [`crate::Deed::Join`].
        reason: Reason,
    },
    /// The superseded person's record stands alone again, with everything that was joined to it.
    Part {
        /// Whose record was joined to another.
        superseded: String,
        /// A reason for [`crate::Deed::Part`].
        reason: Reason,
    },
    /// The person's record may not be destroyed from here on.
    Hold {
        /// The id of the Patient.
        person: String,
        /// A reason for [`crate::Deed::Hold`].
        reason: Reason,
    },
    /// It may be again.
    Release {
        /// The id of the Patient.
        person: String,
    },
    /// The records of these people are destroyed: everything but rows that prove that something stood there. Everyone
    /// who is read as one with them must be named.
    Destroy {
        /// The ids of the Patients.
        people: Vec<String>,
        /// A reason for [`crate::Deed::Destroy`].
        ground: Reason,
        /// Who asked for it, by internal id; whoever commits it is the second, and another person.
        asked_by: String,
    },
    /// A destruction that was decided before is done again, in a store put back from a backup.
    DestroyAgain(Destruction),
}

/// A record that was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destruction {
    /// Whose it was.
    pub person: PersonKey,
    /// The mark of the Patient's id: after a restore the key may be somebody else's.
    pub mark: [u8; 16],
    /// When.
    pub at: Timestamp,
    /// Why.
    pub ground: Reason,
    /// Who asked for it, by internal id.
    pub first: String,
    /// Who confirmed it, by internal id.
    pub second: String,
    /// In which commit.
    pub commit: CommitId,
    /// How many versions went.
    pub versions: u64,
    /// Whether freed space was written over too.
    pub finished: bool,
}

/// Why a deed was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The reason is one for another deed.
    #[error("{} is no reason to {deed}", .reason.code())]
    Reason {
        /// The reason given.
        reason: Reason,
        /// What was to be done.
        deed: &'static str,
    },
    /// Nobody on record has this id.
    #[error("no person is on record as Patient/{id}")]
    Unknown {
        /// The id.
        id: String,
    },
    /// A record cannot be joined to itself.
    #[error("a record cannot be joined to itself")]
    Itself,
    /// It is joined to another already.
    #[error("Patient/{id} is joined to another record already; part it first")]
    Superseded {
        /// The id.
        id: String,
    },
    /// The survivor is itself joined to another.
    #[error("Patient/{id} is itself joined to another record; name the one that it was joined to")]
    SurvivorSuperseded {
        /// The id.
        id: String,
    },
    /// There is nothing to part.
    #[error("Patient/{id} is not joined to another record")]
    NotJoined {
        /// The id.
        id: String,
    },
    /// It is with that person already.
    #[error("it is with this person already; nothing is to be moved")]
    NotMoved,
    /// A record is destroyed on the word of two people.
    #[error("two different people must agree to destroy a record; whoever asked for it cannot confirm it")]
    OnePerson,
    /// A record is held.
    #[error("the record of Patient/{id} is on legal hold and may not be destroyed; lift the hold first")]
    OnHold {
        /// The id.
        id: String,
    },
    /// It is on hold already.
    #[error("the record of Patient/{id} is on legal hold already")]
    HeldAlready {
        /// The id.
        id: String,
    },
    /// There is no hold to lift.
    #[error("the record of Patient/{id} is not on legal hold")]
    NotHeld {
        /// The id.
        id: String,
    },
    /// Others are read as one with this person.
    #[error("others are read as one with Patient/{id}: name them all, or part them first")]
    NotAllNamed {
        /// The id.
        id: String,
    },
    /// A destruction stands alone in its commit.
    #[error("a commit that destroys records changes nothing else")]
    NotAlone,
    /// Too many records would be read as one.
    #[error("{people} records would be read as one; {MOST_JOINED} is the most")]
    TooMany {
        /// How many.
        people: usize,
    },
}

impl Refusal {
    /// Which part of the request it is about: `superseded`, `survivor`, `person`, `to`, `confirmation` or
    /// `reason`.
    #[must_use]
    pub fn about(&self) -> &'static str {
        match self {
            Refusal::Reason { .. } => "reason",
            Refusal::NotMoved => "to",
            Refusal::OnePerson => "confirmation",
            Refusal::OnHold { .. }
            | Refusal::HeldAlready { .. }
            | Refusal::NotHeld { .. }
            | Refusal::NotAllNamed { .. }
            | Refusal::NotAlone => "person",
            Refusal::Itself | Refusal::SurvivorSuperseded { .. } | Refusal::TooMany { .. } => "survivor",
            Refusal::Unknown { .. } | Refusal::Superseded { .. } | Refusal::NotJoined { .. } => "superseded",
        }
    }
}

/// A person whose record is read with the survivor's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The person's own key; their facts stay filed under it.
    pub person: PersonKey,
    /// The id of their Patient.
    pub id: String,
    /// When they were joined.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// Who is read as one: the survivor, and everyone joined to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The survivor's key.
    pub survivor: PersonKey,
    /// The id of the survivor's Patient; what Sarsen makes names it.
    pub id: String,
    /// Everyone joined to the survivor, directly or through another, nearest first.
    pub joined: Vec<Joined>,
}

impl Identity {
    /// The keys of everyone, the survivor first.
    pub fn people(&self) -> impl Iterator<Item = PersonKey> {
        std::iter::once(self.survivor).chain(self.joined.iter().map(|joined| joined.person))
    }

    /// The Patient ids of everyone, the survivor first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.joined.iter().map(|joined| joined.id.as_str()))
    }
}
