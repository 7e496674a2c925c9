//! The view over a real record: what is committed, moved, joined, parted and destroyed is followed, and a rebuilt or
//! restored copy is the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fhir::{Document, Limits, ResourceType};
use population::facts::CodeName;
use population::{Facts, Population};
use record::clock::{FixedClock, SystemClock};
use record::view::{Live, Reach, ViewSettings};
use record::{
    Actor, Bucket, Change, Commit, Expected, Options, PersonKey, Purpose, Reason, Record, Role, WholeRecord,
};
use serde_json::{Value, json};
use testkit::everything;

async fn opened(folder: &std::path::Path) -> Record {
    let mut options = Options::new(folder);
    options.seal_every = None;
    options.readers = 2;
    options.cache_mib = 8;
    let clock: Arc<dyn SystemClock> =
        Arc::new(FixedClock::new("2026-01-10T08:00:00Z".parse().expect("a time")));
    Record::open(options, clock).await.expect("the record opens")
}

async fn done(record: &Record, commit: Commit) -> Option<Vec<(Bucket, u64)>> {
    let sight = everything();
    let actor = Actor::new("actor-1", Role::Development, None);
    let done = record.commit(&sight, &actor, Purpose::DirectCare, commit).await;
    done.ok().map(|done| done.positions)
}

fn put(value: &Value) -> Commit {
    let id = value["id"].as_str().expect("an id").to_owned();
    let json = value.to_string();
    let document = Document::scan(json.as_bytes(), &Limits::default()).expect("the scanner accepts it");
    let prepared = document.root().prepare(&|_| None);
    Commit::new(
        "test",
        vec![Change::Put {
            id,
            prepared,
            expected: Expected::Any,
        }],
    )
}

fn delete(kind: &str, id: &str) -> Commit {
    let resource_type = ResourceType::from_name(kind).expect("a type");
    Commit::new(
        "test",
        vec![Change::Delete {
            resource_type,
            id: id.to_owned(),
            expected: Expected::Any,
        }],
    )
}

fn patient(who: u64, born: u64) -> Value {
    json!({ "resourceType": "Patient", "id": format!("person-{who}"), "birthDate": format!("19{:02}-02-03", 40 + born % 50) })
}

fn condition(which: u64, who: u64, code: u64) -> Value {
    let of_four = ["38341003", "73211009", "84114007", "22298006"][(code % 4) as usize];
    json!({ "resourceType": "Condition", "id": format!("condition-{which}"),
        "subject": { "reference": format!("Patient/person-{who}") }, "recordedDate": format!("20{:02}-01-01", 10 + code % 10),
        "code": { "coding": [{ "system": "http://snomed.info/sct",
            "code": of_four }] } })
}

fn deed(deed: WholeRecord) -> Commit {
    Commit::of_deed("test", deed)
}

fn quiet() -> ViewSettings {
    ViewSettings {
        snapshot_every: None,
        gather: Duration::ZERO,
    }
}

type Content = BTreeMap<PersonKey, Facts<CodeName>>;

async fn content(live: &Live<Population>, heads: &[(Bucket, u64)]) -> Content {
    assert_eq!(
        live.wait_for(heads, Duration::from_secs(20)).await,
        Reach::Reached
    );
    live.read(|view| {
        let columns = view.columns();
        let people = columns.everybody();
        people
            .map(|person| (person, columns.get(person).expect("kept")))
            .collect()
    })
    .expect("it is ready")
}

fn next(state: &mut u64, end: u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % end
}

/// One random history over a few people: followed, rebuilt and restored are the same.
async fn history(seed: u64, counts: &mut BTreeMap<&'static str, u32>) {
    let folder = tempfile::tempdir().expect("a folder");
    let record = opened(folder.path()).await;
    let live: Live<Population> = Live::open(&record, quiet()).expect("it opens");
    let mut heads: BTreeMap<Bucket, u64> = BTreeMap::new();
    let mut state = seed;
    let mut joined = Vec::new();
    for _ in 0..60 {
        let (which, who, other, what) = (
            next(&mut state, 10),
            next(&mut state, 5),
            next(&mut state, 5),
            next(&mut state, 40),
        );
        let person = |who: u64| format!("person-{who}");
        let (name, commit) = match next(&mut state, 14) {
            0..3 => ("a person", put(&patient(who, what))),
            3..8 => (
                "a fact, new, corrected or moved",
                put(&condition(which, who, what)),
            ),
            8 => (
                "a fact deleted",
                delete("Condition", &format!("condition-{which}")),
            ),
            9..11 => (
                "joined",
                deed(WholeRecord::Join {
                    superseded: person(who),
                    survivor: person(other),
                    reason: Reason::Duplicate,
                }),
            ),
            // Most people are joined to nobody, so that whoever was is asked for.
            11 => (
                "parted",
                deed(WholeRecord::Part {
                    superseded: person(joined.pop().unwrap_or(who)),
                    reason: Reason::DifferentPeople,
                }),
            ),
            12 => (
                "destroyed",
                deed(WholeRecord::Destroy {
                    people: vec![person(who)],
                    ground: Reason::CourtOrder,
                    asked_by: "somebody-else".to_owned(),
                }),
            ),
            _ => ("a person deleted", delete("Patient", &person(who))),
        };
        // Some are refused, as they would be by any record.
        if let Some(positions) = done(&record, commit).await {
            *counts.entry(name).or_default() += 1;
            if name == "joined" {
                joined.push(who);
            }
            heads.extend(positions);
        }
    }
    let heads: Vec<(Bucket, u64)> = heads.into_iter().collect();
    let followed = content(&live, &heads).await;
    live.rebuild().await.expect("it begins");
    while live.status().await.expect("a status").building.is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(content(&live, &heads).await, followed, "history {seed}: rebuilt");
    live.close().await.expect("a snapshot");
    record.close().await;
    let record = opened(folder.path()).await;
    let live: Live<Population> = Live::open(&record, quiet()).expect("it opens");
    assert_eq!(content(&live, &heads).await, followed, "history {seed}: restored");
    let status = live.status().await.expect("a status");
    assert_eq!((status.incomplete, status.last_error), (0, None));
    assert!(status.snapshot.is_some(), "it was not built anew");
    live.close().await.expect("a snapshot");
    record.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_columns_follow_a_record_and_a_rebuilt_or_restored_copy_is_the_same() {
    let mut counts = BTreeMap::new();
    for seed in 1..=8 {
        history(seed, &mut counts).await;
    }
    let all: u32 = counts.values().sum();
    println!("{counts:?}");
    assert_eq!(counts.len(), 7, "{counts:?}");
    assert!(counts.values().all(|count| count * 60 >= all), "{counts:?}");
}
