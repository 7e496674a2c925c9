//! Row "lens": how long it takes to say what somebody may see of a record, cold (neither the person's facts nor the policies' answers are
//! at hand) and cached.

use std::sync::Arc;
use std::time::Instant;

use actions::access::{Tokens, looks_through};
use actions::record::Request;
use actions::{Actions, Actor, Purpose, Role, Standing};
use anyhow::anyhow;
use fhir::{LocalReference, ResourceType};
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record};

use crate::bench::figures::Figure;
use crate::bench::run::Bench;

/// People, each with what gives facts: a Patient, 20 encounters, 10 referrals, 10 tasks, a care team, an episode, a consent.
const PEOPLE: usize = 400;
/// How often the cached lens is asked for.
const CACHED: usize = 200_000;

pub(super) async fn measure(bench: &mut Bench) -> anyhow::Result<()> {
    let folder = bench.place.scratch.join("lens");
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    let record = Record::open(Options::new(&folder), Arc::clone(&system)).await?;
    let actions = Actions::new(
        record.clone(),
        CareClock::new(Arc::clone(&system)),
        system,
        Tokens::none(),
        fhir::Limits::default(),
    );
    keep_people(&actions, PEOPLE).await?;
    let mut cold = Vec::with_capacity(PEOPLE);
    for person in 0..PEOPLE {
        // Somebody who never asked, of somebody who was never asked for.
        let nurse = nurse(&format!("nurse-{person}"));
        let began = Instant::now();
        let known = looks_through(&actions, &nurse, Purpose::DirectCare, &patient(person)?).await;
        cold.push(began.elapsed().as_secs_f64() * 1e6);
        if !known.map_err(|error| anyhow!("{error}"))? {
            return Err(anyhow!("the nurse does not know person {person}"));
        }
    }
    let (nurse, person) = (nurse("nurse"), patient(0)?);
    let mut cached = Vec::with_capacity(CACHED);
    for _ in 0..CACHED {
        let began = Instant::now();
        let known = looks_through(&actions, &nurse, Purpose::DirectCare, &person).await;
        cached.push(began.elapsed().as_secs_f64() * 1e6);
        drop(known);
    }
    bench.note(vec![
        Figure::new("lens", PEOPLE as u64, percentile(&mut cold, 0.99), "µs p99, cold").at_most(1000.0),
        Figure::new(
            "lens",
            PEOPLE as u64,
            percentile(&mut cold, 0.5),
            "µs median, cold",
        ),
        Figure::new("lens", 1, percentile(&mut cached, 0.99), "µs p99, cached").at_most(2.0),
        Figure::new("lens", 1, percentile(&mut cached, 0.5), "µs median, cached"),
    ]);
    drop(actions);
    record.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Keeps so many people, `lens-0` and on, cared for by the organisation RVJ.
pub(super) async fn keep_people(actions: &Actions, people: usize) -> anyhow::Result<()> {
    let house = Actor::house("bench");
    let request = Request {
        source: "bench".to_owned(),
        idempotency_key: None,
    };
    for person in 0..people {
        let bundle = bundle(person);
        actions::record::bundle(actions, &house, Purpose::DirectCare, &request, bundle.as_bytes())
            .await
            .map_err(|error| anyhow!("the people could not be kept: {error}"))?;
    }
    Ok(())
}

pub(super) fn percentile(values: &mut [f64], part: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let at = ((values.len() as f64 * part) as usize).min(values.len().saturating_sub(1));
    values.get(at).copied().unwrap_or_default()
}

fn patient(person: usize) -> anyhow::Result<LocalReference> {
    Ok(LocalReference {
        resource_type: ResourceType::from_name("Patient").ok_or_else(|| anyhow!("no type Patient"))?,
        id: format!("lens-{person}"),
    })
}

fn nurse(id: &str) -> Actor {
    Actor::new(id, Role::Clinician, Some("RVJ".to_owned())).with_standing(Standing {
        activities: ["B0360", "B0380"].map(str::to_owned).into(),
        identity_assurance: 3,
        authentication_assurance: 2,
        ..Standing::default()
    })
}

fn bundle(person: usize) -> String {
    let who = format!(r#"{{"reference":"Patient/lens-{person}"}}"#);
    let ods = r#"{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"RVJ"}}"#;
    let mut entries = vec![entry(
        "Patient",
        &format!("lens-{person}"),
        r#""birthDate":"1940-02-03","name":[{"family":"Lens"}]"#,
    )];
    for each in 0..20 {
        let status = if each == 0 { "in-progress" } else { "finished" };
        let body = format!(
            r#""status":"{status}","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"}},"subject":{who},"serviceProvider":{ods}"#
        );
        entries.push(entry("Encounter", &format!("lens-{person}-e{each}"), &body));
    }
    for each in 0..10 {
        let body = format!(r#""status":"completed","intent":"order","subject":{who},"performer":[{ods}]"#);
        entries.push(entry("ServiceRequest", &format!("lens-{person}-s{each}"), &body));
        let body = format!(r#""status":"completed","intent":"order","for":{who},"owner":{ods}"#);
        entries.push(entry("Task", &format!("lens-{person}-t{each}"), &body));
    }
    let body = format!(r#""status":"active","subject":{who},"participant":[{{"member":{ods}}}]"#);
    entries.push(entry("CareTeam", &format!("lens-{person}-c"), &body));
    let body = format!(r#""status":"active","patient":{who},"managingOrganization":{ods}"#);
    entries.push(entry("EpisodeOfCare", &format!("lens-{person}-o"), &body));
    format!(
        r#"{{"resourceType":"Bundle","type":"transaction","entry":[{}]}}"#,
        entries.join(",")
    )
}

fn entry(kind: &str, id: &str, body: &str) -> String {
    format!(
        r#"{{"resource":{{"resourceType":"{kind}","id":"{id}",{body}}},"request":{{"method":"PUT","url":"{kind}/{id}"}}}}"#
    )
}
