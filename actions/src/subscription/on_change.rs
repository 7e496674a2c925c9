//! The reactor that tells receivers of changes: one letter for each receiver, feed entry and person, with ids only. A letter that still
//! waits goes with the person's record when that is destroyed.

use std::collections::BTreeSet;

use ::record::access::mutants::is_removed;
use ::record::{Actor, FeedChange, FeedEntry, Letter, PersonKey, Role};
use codes::nhs_number::NhsNumber;
use fhir::ResourceType;

use crate::reactors::{Effects, Failure, Reactor, Reads};
use crate::subscription::{EVERYBODY, Receiver};

/// A receiver, and of what it is told.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// Who it is, for the rules of access.
    pub actor: Actor,
    /// Of what.
    pub types: BTreeSet<ResourceType>,
}

impl From<&Receiver> for Told {
    fn from(receiver: &Receiver) -> Told {
        Told {
            name: receiver.name.clone(),
            actor: if receiver.organisation == EVERYBODY {
                Actor::house(format!("webhook/{}", receiver.name))
            } else {
                let organisation = Some(receiver.organisation.clone());
                Actor::new(format!("webhook/{}", receiver.name), Role::System, organisation)
            },
            types: receiver.types.clone(),
        }
    }
}

/// Tells receivers of changes.
pub struct OnChange {
    /// Who is told of what.
    pub receivers: Vec<Told>,
}

impl Reactor for OnChange {
    fn name(&self) -> &'static str {
        "subscription"
    }

    fn wants(&self, change: &FeedChange) -> bool {
        self.receivers
            .iter()
            .any(|told| told.types.contains(&change.resource_type))
    }

    async fn react(&self, entry: &FeedEntry, reads: &Reads) -> Result<Effects, Failure> {
        let mut effects = Effects::none();
        for told in &self.receivers {
            // In the order in which the people stand in the entry.
            let mut people: Vec<(PersonKey, Vec<String>)> = Vec::new();
            for change in &entry.changes {
                // A receiver hears of nothing that it could not come and read.
                if told.types.contains(&change.resource_type)
                    && (reads.tells(&told.actor, change).await? || is_removed("letter"))
                {
                    match people.iter_mut().find(|(person, _)| *person == change.person) {
                        Some((_, changes)) => changes.push(words(change)),
                        None => people.push((change.person, vec![words(change)])),
                    }
                }
            }
            effects
                .letters
                .extend(people.into_iter().map(|(person, changes)| Letter {
                    channel: "webhook".to_owned(),
                    address: told.name.clone(),
                    person: (person.bucket() == entry.bucket).then_some(person),
                    body: body(entry, &changes).into_bytes(),
                }));
        }
        Ok(effects)
    }
}

/// The texts of the letters that follow from an entry, for tests of what receivers hear.
///
/// # Errors
/// The words of the failure.
#[cfg(feature = "contract")]
pub async fn told(
    actions: &crate::Actions,
    reactor: &OnChange,
    entry: &FeedEntry,
) -> Result<Vec<String>, String> {
    let reads = Reads::new(actions.clone(), "subscription", crate::Purpose::DirectCare);
    let effects = reactor
        .react(entry, &reads)
        .await
        .map_err(|failure| format!("{failure:?}"))?;
    let text = |letter: &Letter| String::from_utf8_lossy(&letter.body).into_owned();
    Ok(effects.letters.iter().map(text).collect())
}

fn body(entry: &FeedEntry, changes: &[String]) -> String {
    format!(
        r#"{{"commit":"{}","bucket":{},"position":{},"changes":[{}]}}"#,
        entry.commit,
        entry.bucket.number(),
        entry.position,
        changes.join(",")
    )
}

/// Type, id, version and kind: an id has letters, digits, hyphens and full stops only, so that nothing needs escaping. One
/// that is an NHS number (some senders use them) is kept back.
fn words(change: &FeedChange) -> String {
    let (kind, name) = (change.kind.code(), change.resource_type.name());
    if change.id.is_empty() || NhsNumber::parse(&change.id).is_ok() {
        return format!(r#"{{"type":"{name}","kind":"{kind}"}}"#);
    }
    format!(
        r#"{{"type":"{name}","id":"{}","version":{},"kind":"{kind}"}}"#,
        change.id, change.version
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::record::clock::{CareClock, SystemClock, Wall};
    use ::record::{Bucket, CommitId, Kind, Options, Purpose, Record};

    use super::*;
    use crate::Actions;
    use crate::access::Tokens;
    use crate::reactors::assert_follower_contract;

    fn patients() -> OnChange {
        let patient = ResourceType::from_name("Patient").expect("a type");
        OnChange {
            receivers: vec![Told {
                name: "pas".to_owned(),
                actor: Actor::house("webhook/pas"),
                types: BTreeSet::from([patient]),
            }],
        }
    }

    async fn actions(folder: &std::path::Path) -> Actions {
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let opened = Record::open(Options::new(folder), Arc::clone(&system)).await;
        let care = CareClock::new(Arc::clone(&system));
        let record = opened.expect("a record");
        Actions::new(record, care, system, Tokens::none(), fhir::Limits::default())
    }

    #[tokio::test]
    async fn it_passes_the_contract() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_follower_contract(&actions(folder.path()).await, patients()).await;
    }

    #[tokio::test]
    async fn an_id_that_is_an_nhs_number_is_kept_back_and_other_types_are_not_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let actions = actions(folder.path()).await;
        let bucket = Bucket::of_hash(b"somewhere");
        let of = |number: u64, name: &str, id: &str| FeedChange {
            person: PersonKey::new(bucket, number),
            resource_type: ResourceType::from_name(name).expect("a type"),
            id: id.to_owned(),
            version: 1,
            kind: Kind::Created,
            other: None,
            reason: None,
        };
        let entry = FeedEntry {
            bucket,
            position: 7,
            commit: CommitId([7; 16]),
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: "somebody".to_owned(),
            role: Role::System,
            purpose: Purpose::DirectCare,
            source: "test".to_owned(),
            buckets: vec![bucket],
            changes: vec![
                of(1, "Patient", "9990000018"),
                of(2, "Patient", "p-2"),
                of(1, "Patient", "p-1"),
                of(1, "Observation", "o-1"),
            ],
        };
        let reads = Reads::new(actions, "subscription", Purpose::DirectCare);
        let effects = patients().react(&entry, &reads).await.expect("an answer");
        let people: Vec<_> = effects.letters.iter().map(|letter| letter.person).collect();
        assert_eq!(people, [1, 2].map(|number| Some(PersonKey::new(bucket, number))));
        let text = String::from_utf8(effects.letters[0].body.clone()).expect("UTF-8");
        assert!(text.ends_with(
            r#""position":7,"changes":[{"type":"Patient","kind":"created"},{"type":"Patient","id":"p-1","version":1,"kind":"created"}]}"#
        ), "{text}");
    }
}
