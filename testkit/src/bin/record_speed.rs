//! `record_speed [--resources N]`: what the record costs, without any door in front. Prints creates and reads a second
//! with CPU time per request, and bytes a resource for Synthea-like data. The load runs in the same process; its own
//! share (making and scanning the JSON) is measured apart and taken off.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use fhir::{Document, HomeRule, Limits, Prepared, ResourceType};
use record::clock::Wall;
use record::{Actor, Change, Commit, Expected, Lane, Options, Purpose, Record, Role};
use testkit::everything;
use testkit::seed::Seed;
use testkit::{shapes, synthea};

/// Concurrent callers.
const CALLERS: u64 = 16;
const PURPOSE: Purpose = Purpose::DirectCare;

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, otherwise: u64| {
        let at = arguments.iter().position(|word| word == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok())
            .unwrap_or(otherwise)
    };
    let text = |name: &str| {
        let at = arguments.iter().position(|word| word == name);
        at.and_then(|at| arguments.get(at + 1).map(PathBuf::from))
    };
    match measure(
        number("--creates", 40_000),
        number("--reads", 100_000),
        text("--synthea"),
    )
    .await
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("{words}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(creates: u64, reads: u64, bundles: Option<PathBuf>) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("sarsen-speed-{}", std::process::id()));
    let result = measure_in(&folder, creates, reads, bundles).await;
    let _ = std::fs::remove_dir_all(&folder);
    result
}

async fn measure_in(folder: &Path, creates: u64, reads: u64, bundles: Option<PathBuf>) -> Result<(), String> {
    let record = open(&folder.join("load")).await?;
    let people = people(&record, 2_000).await?;
    let making = making_cost(&people, creates.min(20_000))?;
    let per_create = create_all(&record, &people, creates, making).await?;
    let ids = per_create;
    read_all(&record, &ids, reads).await?;
    point_reads(&record, &ids).await?;
    record.close().await;
    if let Some(bundles) = bundles {
        disk(&folder.join("synthea"), &bundles).await?;
    }
    Ok(())
}

async fn open(directory: &Path) -> Result<Record, String> {
    Record::open(Options::new(directory), Arc::new(Wall))
        .await
        .map_err(|error| error.to_string())
}

fn actor() -> Actor {
    Actor::new("speed", Role::Development, None)
}

fn prepare(json: &str) -> Result<Prepared, String> {
    let document =
        Document::scan(json.as_bytes(), &Limits::default()).map_err(|issues| format!("{issues:?}"))?;
    Ok(document.root().prepare(&|_| None))
}

async fn keep(record: &Record, commit: Commit) -> Result<Vec<String>, String> {
    let kept = record.commit(&everything(), &actor(), PURPOSE, commit).await;
    kept.map(|kept| kept.outcomes.into_iter().map(|outcome| outcome.id).collect())
        .map_err(|error| error.to_string())
}

async fn people(record: &Record, count: u64) -> Result<Arc<Vec<String>>, String> {
    let mut seed = Seed::new(1);
    let mut ids = Vec::new();
    for slice in 0..count / 100 {
        let changes = (0..100)
            .map(|number| {
                Ok(Change::Create {
                    id: None,
                    prepared: prepare(&shapes::patient(&mut seed, slice * 100 + number))?,
                })
            })
            .collect::<Result<Vec<_>, String>>()?;
        ids.extend(
            keep(
                record,
                Commit {
                    lane: Lane::Bulk,
                    ..Commit::new("speed", changes)
                },
            )
            .await?,
        );
    }
    Ok(Arc::new(ids))
}

/// CPU milliseconds that making and scanning one Observation cost.
fn making_cost(people: &[String], count: u64) -> Result<f64, String> {
    let mut seed = Seed::new(2);
    let (before, mut bytes) = (cpu(), 0);
    for _ in 0..count {
        let person = seed_person(people, &mut seed);
        let json = shapes::observation(&mut seed, person);
        bytes += json.len();
        std::hint::black_box(prepare(&json)?);
    }
    let cost = (cpu() - before) / count as f64;
    println!(
        "made and scanned: {} bytes each, {cost:.4} CPU-ms each (taken off below)",
        bytes as u64 / count.max(1)
    );
    Ok(cost)
}

fn seed_person<'a>(people: &'a [String], seed: &mut Seed) -> &'a str {
    seed.one_of::<String>(people)
}

async fn create_all(
    record: &Record,
    people: &Arc<Vec<String>>,
    count: u64,
    making: f64,
) -> Result<Arc<Vec<String>>, String> {
    let (begun, before) = (Instant::now(), cpu());
    let mut tasks = Vec::new();
    for caller in 0..CALLERS {
        let (record, people) = (record.clone(), Arc::clone(people));
        tasks.push(tokio::spawn(async move {
            let mut seed = Seed::new(100 + caller);
            let (mut ids, mut waits) = (Vec::new(), Vec::new());
            for _ in 0..count / CALLERS {
                let person = seed_person(&people, &mut seed).to_owned();
                let prepared = prepare(&shapes::observation(&mut seed, &person))?;
                let at = Instant::now();
                ids.extend(
                    keep(
                        &record,
                        Commit::new("speed", vec![Change::Create { id: None, prepared }]),
                    )
                    .await?,
                );
                waits.push(at.elapsed().as_secs_f64() * 1e3);
            }
            Ok::<_, String>((ids, waits))
        }));
    }
    let (mut ids, mut waits) = (Vec::new(), Vec::new());
    for task in tasks {
        let (theirs, their_waits) = task.await.map_err(|error| error.to_string())??;
        ids.extend(theirs);
        waits.extend(their_waits);
    }
    let (wall, spent) = (begun.elapsed().as_secs_f64(), cpu() - before);
    println!(
        "create, durable, {CALLERS} callers: {:.0}/s, {:.4} CPU-ms each in the record ({:.4} with making), p50 {:.2} ms, p99 {:.2} ms",
        ids.len() as f64 / wall,
        spent / ids.len() as f64 - making,
        spent / ids.len() as f64,
        percentile(&mut waits, 50.0),
        percentile(&mut waits, 99.0),
    );
    let stats = record.stats().await.map_err(|error| error.to_string())?;
    println!(
        "the file and its log after {} resources: {:.0} bytes a resource",
        stats.resources,
        stats.bytes as f64 / stats.resources as f64
    );
    Ok(Arc::new(ids))
}

/// Reads by id, audit entry durable.
async fn read_all(record: &Record, ids: &Arc<Vec<String>>, count: u64) -> Result<(), String> {
    let observation = ResourceType::from_name("Observation").ok_or("no type Observation")?;
    let bytes = Arc::new(AtomicU64::new(0));
    let (begun, before) = (Instant::now(), cpu());
    let mut tasks = Vec::new();
    for caller in 0..CALLERS {
        let (record, ids, bytes) = (record.clone(), Arc::clone(ids), Arc::clone(&bytes));
        tasks.push(tokio::spawn(async move {
            let mut seed = Seed::new(200 + caller);
            let (actor, mut waits) = (actor(), Vec::new());
            let lens = everything();
            for _ in 0..count / CALLERS {
                let at = Instant::now();
                let mut ask = record.ask(&lens, &actor, PURPOSE, record.new_request());
                let held = ask
                    .read(observation, seed.one_of::<String>(&ids))
                    .await
                    .map_err(|error| error.to_string())?;
                let disclosed = ask.disclose().await.map_err(|error| error.to_string())?;
                bytes.fetch_add(held.open(&disclosed).json.len() as u64, Ordering::Relaxed);
                waits.push(at.elapsed().as_secs_f64() * 1e3);
            }
            Ok::<_, String>(waits)
        }));
    }
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.map_err(|error| error.to_string())??);
    }
    let (wall, spent) = (begun.elapsed().as_secs_f64(), cpu() - before);
    println!(
        "read by id, audited, {CALLERS} callers: {:.0}/s, {:.4} CPU-ms each, p50 {:.2} ms, p99 {:.2} ms, {} bytes each",
        waits.len() as f64 / wall,
        spent / waits.len() as f64,
        percentile(&mut waits, 50.0),
        percentile(&mut waits, 99.0),
        bytes.load(Ordering::Relaxed) / waits.len().max(1) as u64
    );
    Ok(())
}

/// The point read alone: many reads in one ask.
async fn point_reads(record: &Record, ids: &[String]) -> Result<(), String> {
    let observation = ResourceType::from_name("Observation").ok_or("no type Observation")?;
    let mut seed = Seed::new(300);
    let actor = actor();
    let mut ask = record.ask(&everything(), &actor, PURPOSE, record.new_request());
    let (before, count) = (cpu(), 20_000);
    for _ in 0..count {
        let held = std::hint::black_box(
            ask.read(observation, seed.one_of::<String>(ids))
                .await
                .map_err(|error| error.to_string())?,
        );
        drop(held);
    }
    println!(
        "point read alone: {:.1} CPU-microseconds each",
        (cpu() - before) / f64::from(count) * 1e3
    );
    Ok(())
}

/// Bytes a resource for Synthea's bundles, all indexes, after closing.
async fn disk(directory: &Path, bundles: &Path) -> Result<(), String> {
    let record = open(directory).await?;
    let (before, mut resources) = (cpu(), 0);
    for resource_lists in synthea::bundles(bundles).map_err(|error| error.to_string())? {
        let changes = resource_lists
            .iter()
            .map(|(id, json)| {
                let prepared = prepare(json)?;
                debug_assert!(!matches!(&prepared.home, HomeRule::Person(people) if people.is_empty()));
                Ok(Change::Put {
                    id: id.clone(),
                    prepared,
                    expected: Expected::Any,
                })
            })
            .collect::<Result<Vec<_>, String>>()?;
        resources += changes.len();
        keep(
            &record,
            Commit {
                lane: Lane::Bulk,
                transaction: true,
                ..Commit::new("speed", changes)
            },
        )
        .await?;
    }
    let spent = cpu() - before;
    let stats = record.stats().await.map_err(|error| error.to_string())?;
    record.close().await;
    let size = std::fs::metadata(directory.join("record.sqlite"))
        .map_err(|error| error.to_string())?
        .len();
    println!(
        "Synthea: {resources} resources ({} distinct), {:.0} bytes a resource on disk with all indexes, {:.4} CPU-ms each with making",
        stats.resources,
        size as f64 / stats.resources as f64,
        spent / resources as f64
    );
    Ok(())
}

fn percentile(waits: &mut [f64], percent: f64) -> f64 {
    waits.sort_by(f64::total_cmp);
    let at = (waits.len() as f64 * percent / 100.0) as usize;
    waits
        .get(at.min(waits.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

/// CPU milliseconds of this process so far (`/proc/self/stat`, in ticks of 10 ms).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) * 10.0
}
