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
