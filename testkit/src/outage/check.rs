//! What must hold after the runs: the database holds what was said to be kept, whole and once, and nothing that was said
//! not to be.

use std::sync::Arc;

use crate::everything;
use fhir::ResourceType;
use record::clock::Wall;
use record::{Held, Options, Purpose, ReadError, Record, Stored};

use crate::durability::work;
use crate::outage::load::{Heard, Told, actor};

/// Opens the record by the way that `options` name, and says what does not hold.
pub(super) async fn check(options: Options, heard: &[(u64, Heard)]) -> Vec<String> {
    let mut failures: Vec<String> = heard.iter().flat_map(|(_, heard)| heard.faults.clone()).collect();
    let record = match Record::open(options, Arc::new(Wall)).await {
        Ok(record) => record,
        Err(error) => {
            failures.push(format!("it does not open: {error}"));
            return failures;
        }
    };
    for (run, heard) in heard {
        for (&task, told) in &heard.commits {
            commits(&record, (*run, task), told, &mut failures).await;
        }
        for (&task, &version) in &heard.updates {
            let id = work::updated_id(*run, task);
            let found = versions(&record, vec![id.clone()]).await;
            let wanted = (version > 0).then_some(version);
            if found != Ok(vec![wanted]) {
                failures.push(format!("{id} is {found:?}, and must be at version {version}"));
            }
        }
    }
    match record.verify().await {
        Ok(report) => failures.extend(
            report
                .faults
                .iter()
                .map(|fault| format!("{}: {}", fault.place, fault.words)),
        ),
        Err(error) => failures.push(format!("verify: {error}")),
    }
    record.close().await;
    failures
}

/// The commits of one task: a version of each resource for those kept, none for those not kept.
async fn commits(record: &Record, (run, task): (u64, u64), told: &[Told], failures: &mut Vec<String>) {
    // One more than it was told of: nothing that it never sent may be there.
    let numbers = 0..told.len() as u64 + 1;
    let ids = numbers.clone().flat_map(|number| {
        (0..work::resources(task, number)).map(move |part| work::id(run, task, number, part))
    });
    let found = match versions(record, ids.collect()).await {
        Ok(found) => found,
        Err(error) => return failures.push(format!("run {run} task {task}: {error}")),
    };
    let mut found = found.into_iter();
    for number in numbers {
        let parts: Vec<Option<u64>> = found
            .by_ref()
            .take(work::resources(task, number) as usize)
            .collect();
        let (all, none) = (
            parts.iter().all(|version| *version == Some(1)),
            parts.iter().all(Option::is_none),
        );
        let holds = match told.get(number as usize) {
            Some(Told::Kept) => all,
            Some(Told::Unknown) => all || none,
            Some(Told::NotKept) | None => none,
        };
        if !holds {
            failures.push(format!(
                "run {run} task {task} commit {number}: told {:?}, found versions {parts:?}",
                told.get(number as usize)
            ));
        }
    }
}

/// The current version of each resource, nothing for those that are not there.
async fn versions(record: &Record, ids: Vec<String>) -> Result<Vec<Option<u64>>, String> {
    let observation = ResourceType::from_name("Observation").ok_or("no type Observation")?;
    let (actor, purpose) = (actor(), Purpose::DirectCare);
    let lens = everything();
    let mut ask = record.ask(&lens, &actor, purpose, record.new_request());
    let mut held: Vec<Result<Held<Stored>, ReadError>> = Vec::with_capacity(ids.len());
    for id in &ids {
        held.push(ask.read(observation, id).await);
    }
    let disclosed = ask.disclose().await.map_err(|error| error.to_string())?;
    held.into_iter()
        .map(|held| match held.map(|held| held.open(&disclosed).version) {
            Ok(version) => Ok(Some(version)),
            Err(ReadError::NotFound) => Ok(None),
            Err(error) => Err(error.to_string()),
        })
        .collect()
}
