//! A house with a small region: a network of two practices, a practice of no network, and people whose deficits are known.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actions::access::Tokens;
use actions::population::{Grounds, Kept};
use actions::record::{Precondition, Request, update};
use actions::{Actions, Actor, Purpose};
use fhir::ResourceType;
use record::clock::{CareClock, SystemClock, Wall};
use record::view::{Live, View, ViewSettings};
use record::{Options, Record, Role, Standing};
use serde_json::json;

/// SNOMED CT codes of different deficits, as many as asked for, from our own sets.
pub(crate) fn deficits(count: usize) -> Vec<&'static str> {
    let rows = include_str!("../../../codes/data/clinical/efi_codes.csv")
        .lines()
        .skip(1);
    let mut seen = BTreeSet::new();
    let mut codes = Vec::new();
    for row in rows {
        let mut cells = row.split(',');
        if let (Some(deficit), Some("snomed-ct"), Some(code)) = (cells.next(), cells.next(), cells.next())
            && seen.insert(deficit)
        {
            codes.push(code);
        }
    }
    codes.truncate(count);
    assert_eq!(codes.len(), count, "so many deficits have codes");
    codes
}

pub(crate) async fn house(folder: &Path) -> (Actions, Record, Kept) {
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    let record = Record::open(Options::new(folder), Arc::clone(&system))
        .await
        .expect("a record");
    let kept = Kept {
        people: Live::open(&record, ViewSettings::default()).expect("people"),
        caseloads: Live::open(&record, ViewSettings::default()).expect("caseloads"),
        memory: Live::open(&record, ViewSettings::default()).expect("memory"),
        organisations: Live::open(&record, ViewSettings::default()).expect("organisations"),
        grounds: Some(Grounds {
            basis: "A test".to_owned(),
            controller: "Whoever tests".to_owned(),
        }),
        threads: 2,
    };
    let actions = Actions::new(
        record.clone(),
        CareClock::new(Arc::clone(&system)),
        system,
        Tokens::none(),
        fhir::Limits::default(),
    )
    .with_population(kept.clone());
    (actions, record, kept)
}

pub(crate) async fn keep(actions: &Actions, kind: &str, id: &str, mut body: serde_json::Value) {
    body["resourceType"] = json!(kind);
    body["id"] = json!(id);
    let request = Request {
        source: "test".to_owned(),
        ..Request::default()
    };
    update(
        actions,
        &Actor::new("maker", Role::Development, None),
        Purpose::DirectCare,
        &request,
        ResourceType::from_name(kind).expect("a type"),
        id,
        body.to_string().as_bytes(),
        Precondition::None,
    )
    .await
    .expect("kept");
}

/// The network N1 with the practices P1 and P2, and the practice P3 beside it.
pub(crate) async fn directory(actions: &Actions) {
    let organisation = |code: &str, part_of: Option<&str>| {
        let mut body = json!({
            "identifier": [{ "system": codes::system::ODS_ORGANISATION, "value": code }],
            "name": format!("Invented {code}"),
        });
        if let Some(whole) = part_of {
            body["partOf"] = json!({ "reference": format!("Organization/{whole}") });
        }
        body
    };
    keep(actions, "Organization", "n1", organisation("N1", None)).await;
    for (id, part_of) in [("p1", Some("n1")), ("p2", Some("n1")), ("p3", None)] {
        let code = id.to_uppercase();
        keep(actions, "Organization", id, organisation(&code, part_of)).await;
    }
}

/// Somebody of 80 with so many deficits, recorded in 2020.
pub(crate) async fn person(actions: &Actions, id: &str, practice: &str, count: usize) {
    let patient = json!({
        "name": [{ "family": "Invented", "given": [id] }],
        "gender": "female",
        "birthDate": "1946-01-01",
        "generalPractitioner": [{ "reference": format!("Organization/{practice}") }],
    });
    keep(actions, "Patient", id, patient).await;
    for (at, code) in deficits(count).into_iter().enumerate() {
        let condition = json!({
            "subject": { "reference": format!("Patient/{id}") },
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": code }] },
            "recordedDate": format!("2020-01-{:02}", at + 1),
        });
        keep(actions, "Condition", &format!("{id}-{at}"), condition).await;
    }
}

/// A clinician of an organisation, with the places of the directory.
pub(crate) async fn clinician(actions: &Actions, organisation: &str) -> Actor {
    let standing = Standing {
        activities: ["B0360", "B0370", "B0380"].map(str::to_owned).into(),
        identity_assurance: 3,
        authentication_assurance: 2,
        ..Standing::default()
    };
    let actor = Actor::new(
        format!("clinician-{organisation}"),
        Role::Clinician,
        Some(organisation.to_owned()),
    )
    .with_standing(standing);
    actions.placed(&actor).await.expect("placed")
}

/// Waits until every view has seen everything.
pub(crate) async fn settled(kept: &Kept) {
    async fn wait<V: View>(view: &Live<V>) {
        loop {
            let status = view.status().await.expect("a status");
            if status.ready && status.behind == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    wait(&kept.people).await;
    wait(&kept.caseloads).await;
    wait(&kept.memory).await;
    wait(&kept.organisations).await;
}
