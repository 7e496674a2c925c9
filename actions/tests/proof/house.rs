//! A record with people in it, a reactor whose effects can be counted, and the count.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actions::access::Tokens;
use actions::reactors::{Effects, Failure, Keeping, Reactor, Reads, Settings};
use actions::{Actions, Actor, Purpose};
use fhir::{Document, Limits, Prepared, ResourceType};
use jiff::SignedDuration;
use record::clock::{CareClock, SystemClock};
use record::{
    Change, Commit, Due, DueChange, FeedChange, FeedEntry, Fencing, Kind, Lane, Lens, Options, Record, Role,
    Start,
};

pub(super) fn type_of(name: &str) -> ResourceType {
    ResourceType::from_name(name).expect("a type")
}

fn prepare(json: &str) -> Prepared {
    let document = Document::scan(json.as_bytes(), &Limits::default()).expect("it is FHIR");
    document.root().prepare(&|_| None)
}

/// Opens the record; proofs of something else than the disk do not wait for it.
pub(super) async fn open(folder: &Path, clock: Arc<dyn SystemClock>, fencing: Fencing) -> (Actions, Record) {
    let mut options = Options::new(folder);
    options.seal_every = None;
    options.audit_segment_bytes = 64 << 10;
    options.readers = 2;
    options.cache_mib = 8;
    options.fencing = fencing;
    let record = Record::open(options, Arc::clone(&clock)).await.expect("a record");
    let care = CareClock::new(Arc::clone(&clock));
    let actions = Actions::new(record.clone(), care, clock, Tokens::none(), Limits::default());
    (actions, record)
}

/// Keeps new people, one commit each.
pub(super) async fn people(record: &Record, count: usize) {
    let actor = Actor {
        id: "proof".to_owned(),
        role: Role::Development,
        organisation: None,
    };
    let lens = Lens::development(&actor, Purpose::DirectCare);
    let mut tasks = Vec::new();
    for _ in 0..count {
        let (record, actor, lens) = (record.clone(), actor.clone(), lens.clone());
        tasks.push(tokio::spawn(async move {
            let create = Change::Create {
                id: None,
                prepared: prepare(r#"{"resourceType":"Patient","birthDate":"1950-01-01"}"#),
            };
            let commit = Commit {
                lane: Lane::Bulk,
                ..Commit::new("proof", vec![create])
            };
            record
                .commit(&lens, &actor, Purpose::DirectCare, commit)
                .await
                .expect("kept");
        }));
    }
    for task in tasks {
        task.await.expect("it ran");
    }
}

/// Makes one Basic for each Patient, and another an hour later by the care clock.
pub(super) struct Marker;

impl Marker {
    fn mark(patient: &str, reads: &Reads) -> Change {
        let bucket = record::ids::id_bucket(patient);
        Change::Create {
            id: Some(reads.new_id(bucket)),
            prepared: prepare(&format!(
                r#"{{"resourceType":"Basic","code":{{"text":"mark"}},"subject":{{"reference":"Patient/{patient}"}}}}"#
            )),
        }
    }
}

impl Reactor for Marker {
    fn name(&self) -> &'static str {
        "marker"
    }

    fn start(&self) -> Start {
        Start::Beginning
    }

    fn wants(&self, change: &FeedChange) -> bool {
        change.resource_type == type_of("Patient") && change.kind == Kind::Created
    }

    async fn react(&self, entry: &FeedEntry, reads: &Reads) -> Result<Effects, Failure> {
        let mut effects = Effects::none();
        for change in entry.changes.iter().filter(|change| self.wants(change)) {
            effects.changes.push(Marker::mark(&change.id, reads));
            effects.due.push(DueChange::Set {
                key: change.id.clone(),
                at: entry.at + SignedDuration::from_hours(1),
                person: change.person,
                resource_type: change.resource_type,
                id: change.id.clone(),
                note: Vec::new(),
            });
        }
        Ok(effects)
    }

    async fn due(&self, due: &Due, reads: &Reads) -> Result<Effects, Failure> {
        Ok(Effects {
            changes: vec![Marker::mark(&due.id, reads)],
            ..Effects::none()
        })
    }
}

pub(super) fn settings(keeping: Keeping) -> Settings {
    Settings {
        lease: Duration::from_secs(5),
        poll: Duration::from_millis(5),
        flush: Duration::from_millis(5),
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(20),
        attempts: 1000,
        keeping,
        ..Settings::default()
    }
}

/// How many marks each person has, counted from the feed; and how many people there are with each count.
pub(super) async fn marks(record: &Record) -> BTreeMap<usize, usize> {
    let mut by_person: BTreeMap<u64, usize> = BTreeMap::new();
    for (bucket, _) in record.positions().await.expect("positions") {
        let mut after = 0;
        loop {
            let entries = record.feed(bucket, after, 1000).await.expect("the feed");
            let Some(last) = entries.last() else { break };
            after = last.position;
            for change in entries.iter().flat_map(|entry| &entry.changes) {
                let marks = by_person.entry(change.person.value()).or_default();
                *marks += usize::from(change.resource_type == type_of("Basic"));
            }
        }
    }
    let mut counts = BTreeMap::new();
    for marks in by_person.into_values() {
        *counts.entry(marks).or_default() += 1;
    }
    counts
}
