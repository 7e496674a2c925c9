//! People, a reactor whose effects can be counted, and the count.

use std::collections::BTreeMap;
use std::time::Duration;

use actions::reactors::{Effects, Failure, Keeping, Reactor, Reads, Settings};
use actions::{Actor, Purpose};
use fhir::{Document, Limits, Prepared, ResourceType};
use jiff::SignedDuration;
use record::{
    Bucket, Change, Commit, Due, DueChange, FeedChange, FeedEntry, Kind, Lane, Record, Role, Start,
};
use testkit::everything;

/// Buckets that people live in: few, so that a bucket has a batch of entries to be stopped in the middle of.
const BUCKETS: u16 = 12;

fn type_of(name: &str) -> ResourceType {
    ResourceType::from_name(name).expect("a type")
}

fn prepare(json: &str) -> Prepared {
    let document = Document::scan(json.as_bytes(), &Limits::default()).expect("it is FHIR");
    document.root().prepare(&|_| None)
}

/// Keeps new people, one commit each.
pub(super) async fn people(record: &Record, count: usize) {
    let actor = Actor::new("proof", Role::Development, None);
    let lens = everything();
    let mut tasks = Vec::new();
    for number in 0..count {
        let (record, actor, lens) = (record.clone(), actor.clone(), lens.clone());
        let bucket = Bucket::new(number as u16 % BUCKETS * 85).expect("a bucket");
        tasks.push(tokio::spawn(async move {
            let create = Change::Create {
                id: Some(record.new_id(bucket)),
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
pub(super) struct Marker {
    /// How long it thinks about each, so that a batch takes a moment.
    pub(super) pace: Duration,
}

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
        if !self.pace.is_zero() {
            tokio::time::sleep(self.pace).await;
        }
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

pub(super) fn settings(keeping: Keeping, lease: Duration) -> Settings {
    Settings {
        lease,
        poll: Duration::from_millis(5),
        flush: Duration::from_millis(5),
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(20),
        attempts: 1000,
        keeping,
        ..Settings::default()
    }
}

/// Whether nothing is left to react to; timers may be.
pub(super) async fn is_done(record: &Record) -> bool {
    let all = record.followers().await.expect("status");
    all.iter().any(|one| one.follower == "marker" && one.behind == 0)
}

/// Whether each of the people has so many marks, nothing was given up and the record is sound; else what was found.
pub(super) async fn each_has(record: &Record, people: usize, marks: usize) -> Result<(), String> {
    let counts = counts(record).await;
    let dead = record.dead(1).await.expect("the dead");
    let checked = record.verify().await.expect("verify runs");
    if counts == BTreeMap::from([(marks, people)]) && dead.is_empty() && checked.faults.is_empty() {
        return Ok(());
    }
    Err(format!(
        "people by number of marks: {counts:?}; {} given up; {} faults{}",
        dead.len(),
        checked.faults.len(),
        checked
            .faults
            .first()
            .map(|fault| format!(", the first: {}: {}", fault.place, fault.words))
            .unwrap_or_default()
    ))
}

/// How many people there are with each number of marks, counted from the feed.
async fn counts(record: &Record) -> BTreeMap<usize, usize> {
    let mut by_person: BTreeMap<(u16, u64), usize> = BTreeMap::new();
    for (bucket, _) in record.positions().await.expect("positions") {
        let mut after = 0;
        loop {
            let entries = record.feed(bucket, after, 1000).await.expect("the feed");
            let Some(last) = entries.last() else { break };
            after = last.position;
            for change in entries.iter().flat_map(|entry| &entry.changes) {
                let key = (bucket.number(), change.person.value());
                let marks = by_person.entry(key).or_default();
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
