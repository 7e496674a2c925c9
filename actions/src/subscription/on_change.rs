//! The reactor that tells receivers of changes: one letter for each receiver and feed entry, with ids only.

use std::collections::BTreeSet;

use ::record::{FeedChange, FeedEntry, Letter};
use codes::nhs_number::NhsNumber;
use fhir::ResourceType;

use crate::reactors::{Effects, Failure, Reactor, Reads};
use crate::subscription::Receiver;

/// A receiver's name and the types it is told of.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// Of what.
    pub types: BTreeSet<ResourceType>,
}

impl From<&Receiver> for Told {
    fn from(receiver: &Receiver) -> Told {
        Told {
            name: receiver.name.clone(),
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

    async fn react(&self, entry: &FeedEntry, _reads: &Reads) -> Result<Effects, Failure> {
        let mut effects = Effects::none();
        for told in &self.receivers {
            let changes: Vec<String> = entry
                .changes
                .iter()
                .filter(|change| told.types.contains(&change.resource_type))
                .map(words)
                .collect();
            if !changes.is_empty() {
                effects.letters.push(Letter {
                    channel: "webhook".to_owned(),
                    address: told.name.clone(),
                    person: None,
                    body: body(entry, &changes).into_bytes(),
                });
            }
        }
        Ok(effects)
    }
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
    use ::record::{Bucket, CommitId, Kind, Options, PersonKey, Purpose, Record, Role};

    use super::*;
    use crate::Actions;
    use crate::access::Tokens;
    use crate::reactors::assert_follower_contract;

    fn patients() -> OnChange {
        let patient = ResourceType::from_name("Patient").expect("a type");
        OnChange {
            receivers: vec![Told {
                name: "pas".to_owned(),
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
        let change = |name: &str, id: &str| FeedChange {
            person: PersonKey::new(bucket, 1),
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
                change("Patient", "9990000018"),
                change("Patient", "p-1"),
                change("Observation", "o-1"),
            ],
        };
        let reads = Reads::new(actions, "subscription", Purpose::DirectCare);
        let effects = patients().react(&entry, &reads).await.expect("an answer");
        let text = String::from_utf8(effects.letters[0].body.clone()).expect("UTF-8");
        assert!(text.ends_with(
            r#""position":7,"changes":[{"type":"Patient","kind":"created"},{"type":"Patient","id":"p-1","version":1,"kind":"created"}]}"#
        ), "{text}");
    }
}
