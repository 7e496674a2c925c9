//! A store whose entries know nothing of a new search parameter is opened by this release: the parameter is prepared
//! among the commits, interrupted, gone on with, and served once every entry holds it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fhir::Prepared;
use record::clock::Wall;
use record::{Change, Expected, Filling, Options, ReadError, Record};

use crate::house::{House, ask, commit, create, put};
use crate::shapes::{kind, observation, prepare};

const PRACTICES: [&str; 2] = ["Y00001", "Y00002"];

fn registered(number: usize) -> Prepared {
    let practice = PRACTICES[number % 2];
    prepare(&format!(
        r#"{{"resourceType":"Patient","name":[{{"family":"Filling-{number}"}}],"generalPractitioner":[{{"identifier":{{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"{practice}"}}}}]}}"#
    ))
}

fn older(options: &mut Options) {
    options.generation = Some(1);
}

fn slow(options: &mut Options) {
    options.fill_slice = Duration::from_millis(1);
    options.fill_pause = Duration::from_millis(40);
}

fn fast(options: &mut Options) {
    options.fill_slice = Duration::from_millis(1);
    options.fill_pause = Duration::from_millis(5);
}

/// The family names of those registered with a practice.
async fn registered_with(record: &Record, practice: &str) -> Result<usize, ReadError> {
    let asked = format!("https://fhir.nhs.uk/Id/ods-organization-code|{practice}");
    let query = fhir::search::parse(
        kind("Patient"),
        &[
            ("registered-practice".to_owned(), asked),
            ("_count".to_owned(), "1000".to_owned()),
        ],
    )
    .expect("a query");
    let mut ask = ask(record);
    let held = ask.search(&query, None).await;
    let disclosed = ask.disclose().await?;
    Ok(held?.open(&disclosed).hits.len())
}

async fn filling(record: &Record) -> Option<Filling> {
    record.filling().await.expect("known")
}

/// A store of generation 1 with this many patients, each with an observation.
async fn old_store(patients: usize) -> (House, Vec<String>) {
    let house = House::open_with(tempfile::tempdir().expect("a folder"), older).await;
    let mut ids = Vec::new();
    for number in 0..patients {
        let id = create(&house.record, registered(number)).await;
        create(&house.record, observation(&id, number as u32)).await;
        ids.push(id);
    }
    (house, ids)
}

#[tokio::test]
async fn a_new_parameter_is_filled_in_under_load_interrupted_and_gone_on_with() {
    let (house, ids) = old_store(400).await;
    // A release of generation 1 serves what it knows, and refuses nothing else.
    assert_eq!(filling(&house.record).await, None);
    let folder = house.folder;
    house.record.close().await;

    let house = House::open_with(folder, slow).await;
    let begun = filling(&house.record).await.expect("it is being filled");
    assert!(begun.generation == 2 && begun.all >= 400, "{begun:?}");
    let refused = registered_with(&house.record, PRACTICES[0]).await;
    let Err(ReadError::BeingPrepared(words)) = refused else {
        panic!("some would be missed: {refused:?}")
    };
    assert!(words.contains("registered-practice is being prepared"), "{words}");
    // Commits go on meanwhile, also to people whom the filling has not come to.
    let wait = Instant::now();
    let mut updated = 0;
    while filling(&house.record).await.is_some_and(|now| now.done < 100) && wait.elapsed().as_secs() < 30 {
        let at = (updated * 7) % ids.len();
        let change = put(&ids[at], registered(at + 1), Expected::Any);
        commit(&house.record, vec![change]).await.expect("kept");
        updated += 1;
    }
    let middle = filling(&house.record).await.expect("in the middle");
    assert!(middle.done > 0 && middle.done < middle.all, "{middle:?}");
    // Entries of either generation are no fault while it lasts.
    house.check().await;
    let folder = house.folder;
    house.record.close().await;

    let house = House::open_with(folder, fast).await;
    let again = filling(&house.record).await.expect("it goes on");
    assert!(again.done >= middle.done, "{again:?} after {middle:?}");
    let wait = Instant::now();
    while filling(&house.record).await.is_some() && wait.elapsed().as_secs() < 60 {
        let change = Change::Create {
            id: None,
            prepared: registered(0),
        };
        commit(&house.record, vec![change]).await.expect("kept");
    }
    assert_eq!(filling(&house.record).await, None);
    // Every entry and every value row is what this release makes of its body.
    house.check().await;
    let found = registered_with(&house.record, PRACTICES[0])
        .await
        .expect("served")
        + registered_with(&house.record, PRACTICES[1])
            .await
            .expect("served");
    let patients = house.record.stats().await.expect("counts").by_type;
    let patients = patients.iter().find(|(name, _)| *name == kind("Patient"));
    assert_eq!(Some(found as u64), patients.map(|(_, count)| *count));
    assert_eq!(registered_with(&house.record, "Y00009").await.expect("served"), 0);
}

#[tokio::test]
async fn a_store_made_by_this_release_has_nothing_to_fill() {
    let house = House::open().await;
    assert_eq!(filling(&house.record).await, None);
    create(&house.record, registered(0)).await;
    assert_eq!(
        registered_with(&house.record, PRACTICES[0])
            .await
            .expect("served"),
        1
    );
}

#[tokio::test]
async fn a_release_that_packs_less_takes_the_store_back_and_the_next_fills_it_again() {
    let house = House::open().await;
    create(&house.record, registered(0)).await;
    let folder = house.folder;
    house.record.close().await;
    let house = House::open_with(folder, older).await;
    create(&house.record, registered(1)).await;
    let folder = house.folder;
    house.record.close().await;
    let house = House::open_with(folder, fast).await;
    let wait = Instant::now();
    while filling(&house.record).await.is_some() && wait.elapsed().as_secs() < 60 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(
        registered_with(&house.record, PRACTICES[1])
            .await
            .expect("served"),
        1
    );
    house.check().await;
}

#[tokio::test]
async fn nothing_is_filled_while_a_process_that_packs_less_runs_beside() {
    let (house, _) = old_store(2).await;
    let folder = house.folder;
    house.record.close().await;
    let path = folder.path().join("record.sqlite");
    let connection = rusqlite::Connection::open(&path).expect("opens");
    connection
        .execute(
            "INSERT INTO process (id, release, generation, seen) VALUES (?1, '0.1.0', 1, ?2)",
            rusqlite::params![[7u8; 16], i64::MAX],
        )
        .expect("another process");
    drop(connection);
    let house = House::open_with(folder, fast).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let now = filling(&house.record).await.expect("it waits");
    assert_eq!(now.done, 0);
    assert!(matches!(
        registered_with(&house.record, PRACTICES[0]).await,
        Err(ReadError::BeingPrepared(_))
    ));
}

#[tokio::test]
async fn an_entry_that_the_filling_left_behind_is_a_fault() {
    let (house, _) = old_store(4).await;
    let folder = house.folder;
    house.record.close().await;
    let path = folder.path().join("record.sqlite");
    let connection = rusqlite::Connection::open(&path).expect("opens");
    // Somebody says that all is done, and nothing is.
    connection
        .execute_batch(&format!(
            "INSERT INTO index_state SELECT bucket, 2, {} FROM bucket_head",
            i64::MAX
        ))
        .expect("tampered");
    drop(connection);
    let mut options = crate::house::options(folder.path());
    options.generation = Some(2);
    let record = Record::open(options, Arc::new(Wall)).await.expect("opens");
    let report = record.verify().await.expect("verify runs");
    assert!(
        report
            .faults
            .iter()
            .any(|fault| fault.words.contains("its index entry is not that of its body")),
        "{:?}",
        report.faults
    );
}
