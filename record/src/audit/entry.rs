//! One entry of the read audit: one per request, with internal ids only. What happens at the doors stands there too.

use std::collections::BTreeSet;

use fhir::ResourceType;

use crate::actor::{Actor, Purpose, Role};
use crate::bytes::{Reader, Writer};
use crate::ids::{PersonKey, RequestId};

/// How something was read; the numbers are stored (`record/data/read-kinds.registry.csv`, append-only).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadKind {
    /// The current version of a resource.
    Read,
    /// One version.
    Vread,
    /// All versions.
    History,
    /// A search.
    Search,
    /// A person's record.
    Person,
    /// Everything of a person.
    Everything,
    /// A question to everybody's columns: see [`Run`].
    Population,
    /// Not a read: somebody came in by a door, or was turned away there.
    SignIn,
    /// Not a read: somebody left.
    SignOut,
}

impl ReadKind {
    /// Every kind.
    pub const ALL: [ReadKind; 9] = [
        ReadKind::Read,
        ReadKind::Vread,
        ReadKind::History,
        ReadKind::Search,
        ReadKind::Person,
        ReadKind::Everything,
        ReadKind::Population,
        ReadKind::SignIn,
        ReadKind::SignOut,
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            ReadKind::Read => 1,
            ReadKind::Vread => 2,
            ReadKind::History => 3,
            ReadKind::Search => 4,
            ReadKind::Person => 5,
            ReadKind::Everything => 6,
            ReadKind::Population => 7,
            ReadKind::SignIn => 8,
            ReadKind::SignOut => 9,
        }
    }

    /// The code in the registry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ReadKind::Read => "read",
            ReadKind::Vread => "vread",
            ReadKind::History => "history",
            ReadKind::Search => "search",
            ReadKind::Person => "person",
            ReadKind::Everything => "everything",
            ReadKind::Population => "population",
            ReadKind::SignIn => "sign-in",
            ReadKind::SignOut => "sign-out",
        }
    }

    fn from_number(number: u64) -> Option<ReadKind> {
        ReadKind::ALL
            .into_iter()
            .find(|kind| u64::from(kind.number()) == number)
    }
}

/// What came of a read; the numbers are stored (`record/data/read-results.registry.csv`, append-only).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadResult {
    /// It was handed out.
    Disclosed,
    /// It does not exist, or may not be known of.
    NotFound,
    /// It is deleted.
    Gone,
    /// It was refused: too costly, or a page token that is not ours.
    Refused,
    /// The store failed.
    Failed,
}

impl ReadResult {
    /// Every result.
    pub const ALL: [ReadResult; 5] = [
        ReadResult::Disclosed,
        ReadResult::NotFound,
        ReadResult::Gone,
        ReadResult::Refused,
        ReadResult::Failed,
    ];

    /// The stored number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            ReadResult::Disclosed => 1,
            ReadResult::NotFound => 2,
            ReadResult::Gone => 3,
            ReadResult::Refused => 4,
            ReadResult::Failed => 5,
        }
    }

    /// The code in the registry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ReadResult::Disclosed => "disclosed",
            ReadResult::NotFound => "not-found",
            ReadResult::Gone => "gone",
            ReadResult::Refused => "refused",
            ReadResult::Failed => "failed",
        }
    }

    fn from_number(number: u64) -> Option<ReadResult> {
        ReadResult::ALL
            .into_iter()
            .find(|result| u64::from(result.number()) == number)
    }
}

/// One read of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadFact {
    /// How it was read.
    pub kind: ReadKind,
    /// The type asked for.
    pub resource_type: ResourceType,
    /// How many versions were handed out.
    pub count: u64,
    /// What came of it.
    pub result: ReadResult,
}

/// Somebody comes in, is turned away, or leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrance<'e> {
    /// The actor's or the account's internal id; "nobody" where there is no such account.
    pub actor: &'e str,
    /// The role taken; none of somebody turned away before they took one.
    pub role: Option<Role>,
    /// The ODS code acted for.
    pub organisation: Option<&'e str>,
    /// They leave.
    pub leaves: bool,
    /// They were let in; true of whoever leaves.
    pub admitted: bool,
}

/// A question that was put to everybody's columns: what it was, of whom, and on what grounds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// Its name, a fixed word, such as `risk-list`.
    pub question: String,
    /// Of whom: a level and a code, such as `practice:J83001`.
    pub scope: String,
    /// The legal basis, as the deployment states it.
    pub basis: String,
    /// The controller, as the deployment states it.
    pub controller: String,
    /// How many people it was put to.
    pub people: u64,
    /// How many were left out because they objected or opted out, each once.
    pub objected: u64,
    /// How many of them object to risk stratification.
    pub to_stratification: u64,
    /// How many of them were left out by the national check: they opted out, or have no number to be checked by.
    pub nationally: u64,
}

/// One entry: who read what of whom, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadEntry {
    /// Microseconds since 1970 UTC.
    pub at: i64,
    /// The request.
    pub request: RequestId,
    /// The actor's internal id.
    pub actor: String,
    /// The ODS code acted for; empty when none.
    pub organisation: String,
    /// Number of the role; 0 where none was taken.
    pub role: u16,
    /// Number of the purpose.
    pub purpose: u16,
    /// Every person disclosed.
    pub people: BTreeSet<PersonKey>,
    /// Every read.
    pub reads: Vec<ReadFact>,
    /// The question to the population that it was, if it was one.
    pub run: Option<Run>,
}

impl ReadEntry {
    pub(crate) fn new(at: i64, request: RequestId, actor: &Actor, purpose: u16) -> ReadEntry {
        ReadEntry {
            at,
            request,
            actor: actor.id.clone(),
            organisation: actor.organisation.clone().unwrap_or_default(),
            role: actor.role.number(),
            purpose,
            people: BTreeSet::new(),
            reads: Vec::new(),
            run: None,
        }
    }

    /// What happened at a door, as an entry that names no person.
    pub(crate) fn of_entrance(at: i64, request: RequestId, entrance: &Entrance<'_>) -> Option<ReadEntry> {
        let result = if entrance.admitted {
            ReadResult::Disclosed
        } else {
            ReadResult::Refused
        };
        Some(ReadEntry {
            at,
            request,
            actor: entrance.actor.to_owned(),
            organisation: entrance.organisation.unwrap_or_default().to_owned(),
            role: entrance.role.map(Role::number).unwrap_or_default(),
            purpose: Purpose::ServiceManagement.number(),
            people: BTreeSet::new(),
            reads: vec![ReadFact {
                kind: if entrance.leaves {
                    ReadKind::SignOut
                } else {
                    ReadKind::SignIn
                },
                resource_type: ResourceType::from_name("Person")?,
                count: 0,
                result,
            }],
            run: None,
        })
    }

    /// Whether it tells of a door rather than of reads.
    #[must_use]
    pub fn is_entrance(&self) -> bool {
        self.reads
            .iter()
            .any(|read| matches!(read.kind, ReadKind::SignIn | ReadKind::SignOut))
    }

    pub(crate) fn store(&self) -> Vec<u8> {
        let mut bytes = Writer(Vec::with_capacity(96 + self.people.len() * 8));
        bytes
            .fixed(&self.at.to_be_bytes())
            .fixed(&self.request.0.to_be_bytes())
            .bytes(self.actor.as_bytes())
            .bytes(self.organisation.as_bytes())
            .number(u64::from(self.role))
            .number(u64::from(self.purpose))
            .number(self.people.len() as u64);
        for person in &self.people {
            bytes.fixed(&person.value().to_be_bytes());
        }
        bytes.number(self.reads.len() as u64);
        for read in &self.reads {
            bytes
                .number(u64::from(read.kind.number()))
                .number(u64::from(read.resource_type.number()))
                .number(read.count)
                .number(u64::from(read.result.number()));
        }
        // Only a question to the population has more: every other entry is as it always was.
        if let Some(run) = &self.run {
            for words in [&run.question, &run.scope, &run.basis, &run.controller] {
                bytes.bytes(words.as_bytes());
            }
            bytes.number(run.people).number(run.objected);
            // A run to which nobody objected in these ways is written as it was before they were known.
            if run.to_stratification > 0 || run.nationally > 0 {
                bytes.number(run.to_stratification).number(run.nationally);
            }
        }
        bytes.0
    }

    pub(crate) fn load(stored: &[u8]) -> Option<ReadEntry> {
        let mut bytes = Reader(stored);
        let entry = ReadEntry {
            at: i64::from_be_bytes(bytes.array()?),
            request: RequestId(u128::from_be_bytes(bytes.array()?)),
            actor: bytes.text()?,
            organisation: bytes.text()?,
            role: u16::try_from(bytes.number()?).ok()?,
            purpose: u16::try_from(bytes.number()?).ok()?,
            people: (0..bytes.number()?)
                .map(|_| Some(PersonKey::from_value(u64::from_be_bytes(bytes.array()?))))
                .collect::<Option<_>>()?,
            reads: (0..bytes.number()?)
                .map(|_| {
                    Some(ReadFact {
                        kind: ReadKind::from_number(bytes.number()?)?,
                        resource_type: ResourceType::from_number(u16::try_from(bytes.number()?).ok()?)?,
                        count: bytes.number()?,
                        result: ReadResult::from_number(bytes.number()?)?,
                    })
                })
                .collect::<Option<_>>()?,
            run: match bytes.is_empty() {
                true => None,
                false => Some(Run {
                    question: bytes.text()?,
                    scope: bytes.text()?,
                    basis: bytes.text()?,
                    controller: bytes.text()?,
                    people: bytes.number()?,
                    objected: bytes.number()?,
                    to_stratification: if bytes.is_empty() { 0 } else { bytes.number()? },
                    nationally: if bytes.is_empty() { 0 } else { bytes.number()? },
                }),
            },
        };
        bytes.is_empty().then_some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_kept_with_a_run_or_without() {
        let without = ReadEntry {
            at: 5,
            request: RequestId(7),
            actor: "somebody".to_owned(),
            organisation: "J83001".to_owned(),
            role: 1,
            purpose: 4,
            people: BTreeSet::from([PersonKey::from_value(3)]),
            reads: Vec::new(),
            run: None,
        };
        let with = ReadEntry {
            run: Some(Run {
                question: "risk-list".to_owned(),
                scope: "practice:J83001".to_owned(),
                basis: "direct care".to_owned(),
                controller: "the practice".to_owned(),
                people: 9_000,
                objected: 12,
                to_stratification: 0,
                nationally: 0,
            }),
            ..without.clone()
        };
        let told_apart = ReadEntry {
            run: with.run.clone().map(|run| Run {
                to_stratification: 0,
                nationally: 5,
                ..run
            }),
            ..without.clone()
        };
        for entry in [&without, &with, &told_apart] {
            assert_eq!(ReadEntry::load(&entry.store()).as_ref(), Some(entry));
        }
        assert_eq!(told_apart.store().len(), with.store().len() + 2);
        let mut cut = with.store();
        cut.pop();
        assert_eq!(ReadEntry::load(&cut), None);
        assert!(with.store().starts_with(&without.store()));
    }
}
