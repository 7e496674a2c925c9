//! A wave: commits that are held at the same time, each in a bucket of its own, while another process commits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::everything;
use fhir::{Document, HomeRule, Limits, Prepared};
use record::{Actor, Bucket, Change, Commit, CommitId, Purpose, Record, Role};
use tokio::task::JoinSet;

/// The source of commits that are held.
pub const HELD: &str = "held";

/// People, each in a bucket of their own.
pub struct People(pub Vec<(Bucket, String)>);

impl People {
    /// Makes so many, in one commit each.
    ///
    /// # Errors
    /// When the record refuses.
    pub async fn make(record: &Record, count: u16) -> Result<People, String> {
        let mut people = Vec::new();
        for number in 0..count {
            let bucket = Bucket::new(number * 7).ok_or("no such bucket")?;
            let id = record.new_id(bucket);
            let prepared = prepare(r#"{"resourceType":"Patient","active":true}"#)?;
            let change = Change::Create {
                id: Some(id.clone()),
                prepared,
            };
            keep(record, "proof", change).await?;
            people.push((bucket, id));
        }
        Ok(People(people))
    }

    /// The buckets they live in.
    #[must_use]
    pub fn buckets(&self) -> Vec<Bucket> {
        self.0.iter().map(|(bucket, _)| *bucket).collect()
    }
}

/// How many commits are being held.
#[derive(Default)]
pub struct Gate {
    held: AtomicU64,
}

impl Gate {
    /// What a writer runs before a commit with this source: it waits as long as `hold` says.
    #[must_use]
    pub fn before_commit(self: &Arc<Gate>, hold: Duration) -> Arc<dyn Fn(&str) + Send + Sync> {
        let gate = Arc::clone(self);
        Arc::new(move |source| {
            if source == HELD {
                gate.held.fetch_add(1, Ordering::AcqRel);
                std::thread::sleep(hold);
            }
        })
    }
}

/// Holds a commit about each of the first `count` people through `holder`, while `other` commits to the same people and to
/// the rest; gives every commit that was acknowledged.
///
/// # Errors
/// When a commit is refused, or is not held.
pub async fn wave(
    holder: &Record,
    other: &Record,
    people: &People,
    gate: &Gate,
    count: usize,
) -> Result<Vec<CommitId>, String> {
    let (held, rest) = people.0.split_at(count);
    let mut waiting = JoinSet::new();
    let before = gate.held.load(Ordering::Acquire);
    for (number, (_, person)) in (1..).zip(held) {
        waiting.spawn(observe(holder.clone(), HELD, person.clone()));
        // One after the other, so that each is in a transaction of its own.
        for tries in 0.. {
            if gate.held.load(Ordering::Acquire) >= before + number {
                break;
            }
            if tries > 2000 {
                return Err("a commit was not held".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    for (_, person) in held {
        waiting.spawn(observe(other.clone(), "proof", person.clone()));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let mut free = JoinSet::new();
    for (_, person) in rest {
        free.spawn(again_and_again(other.clone(), person.clone(), Arc::clone(&stop)));
    }
    let mut kept = Vec::new();
    while let Some(commit) = waiting.join_next().await {
        kept.push(commit.map_err(|error| error.to_string())??);
    }
    stop.store(true, Ordering::Release);
    while let Some(commits) = free.join_next().await {
        kept.extend(commits.map_err(|error| error.to_string())??);
    }
    Ok(kept)
}

async fn again_and_again(
    record: Record,
    person: String,
    stop: Arc<AtomicBool>,
) -> Result<Vec<CommitId>, String> {
    let mut kept = Vec::new();
    while !stop.load(Ordering::Acquire) {
        kept.push(observe(record.clone(), "proof", person.clone()).await?);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Ok(kept)
}

/// One Observation about a person.
async fn observe(record: Record, source: &'static str, person: String) -> Result<CommitId, String> {
    let json = format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"text":"held"}},"subject":{{"reference":"Patient/{person}"}}}}"#
    );
    keep(
        &record,
        source,
        Change::Create {
            id: None,
            prepared: prepare(&json)?,
        },
    )
    .await
}

async fn keep(record: &Record, source: &str, change: Change) -> Result<CommitId, String> {
    let actor = Actor::new("proof", Role::Development, None);
    let purpose = Purpose::DirectCare;
    let lens = everything();
    let kept = record
        .commit(&lens, &actor, purpose, Commit::new(source, vec![change]))
        .await;
    kept.map(|kept| kept.id).map_err(|error| error.to_string())
}

fn prepare(json: &str) -> Result<Prepared, String> {
    let document =
        Document::scan(json.as_bytes(), &Limits::default()).map_err(|issues| format!("{issues:?}"))?;
    let prepared = document.root().prepare(&|_| None);
    match &prepared.home {
        HomeRule::Person(people) if people.is_empty() => Err("it belongs to nobody".to_owned()),
        _ => Ok(prepared),
    }
}
