//! Who is on whose caseload, and which practice is of which network.

use std::collections::BTreeSet;

use boards::caseload::Caseloads;
use boards::organisation::Organisations;
use jiff::civil::date;
use record::view::{PersonNow, View};
use record::{Bucket, PersonKey, Stored};
use serde_json::{Value, json};

fn key(number: u64) -> PersonKey {
    PersonKey::new(Bucket::new(7).expect("in range"), number)
}

fn put<V: View>(view: &mut V, at: u64, resources: &[Value]) {
    let stored: Vec<Stored> = resources
        .iter()
        .map(|json| Stored {
            resource_type: fhir::ResourceType::from_name(json["resourceType"].as_str().expect("a type"))
                .expect("a type"),
            id: json["id"].as_str().unwrap_or("x").to_owned(),
            version: 1,
            updated: jiff::Timestamp::UNIX_EPOCH,
            json: json.to_string().into_bytes(),
            person: key(at),
            deleted: false,
        })
        .collect();
    let now = PersonNow {
        person: key(at),
        survivor: None,
        resources: &stored,
    };
    let kept = V::keep(&now).expect("it can be read");
    view.put(key(at), kept);
}

/// The view as its snapshot gives it back.
fn restored<V: View>(view: &V) -> V {
    let mut other = V::default();
    view.save(&mut |key, bytes| {
        other.put(key, Some(V::load(bytes).expect("it comes back")));
        Ok(())
    })
    .expect("saved");
    other
}

fn episode(status: &str, organisation: &str) -> Value {
    json!({
        "resourceType": "EpisodeOfCare", "status": status,
        "managingOrganization": { "reference": format!("Organization/{organisation}") },
        "careManager": { "reference": "https://sarsen.example/fhir/PractitionerRole/nurse" },
    })
}

fn team(status: &str, end: Option<&str>) -> Value {
    let mut period = json!({ "start": "2026-01-10T09:00:00Z" });
    if let Some(end) = end {
        period["end"] = json!(end);
    }
    json!({
        "resourceType": "CareTeam", "status": status, "period": period,
        "participant": [{ "member": { "identifier": { "system": "s", "value": "v" } } }],
    })
}

#[test]
fn a_caseload_is_that_of_open_episodes_and_active_teams_within_their_days() {
    let mut caseloads = Caseloads::default();
    put(&mut caseloads, 1, &[episode("active", "a")]);
    put(&mut caseloads, 2, &[episode("finished", "a")]);
    put(
        &mut caseloads,
        3,
        &[team("active", Some("2026-03-01")), episode("onhold", "a")],
    );
    put(&mut caseloads, 4, &[team("inactive", None)]);
    put(&mut caseloads, 5, &[team("active", None)]);
    for view in [&caseloads, &restored(&caseloads)] {
        let of = |parties: &[&str], day| view.people_of(parties.iter().copied(), day);
        let today = date(2026, 2, 1);
        assert_eq!(of(&["Organization/a"], today), BTreeSet::from([key(1), key(3)]));
        assert_eq!(
            of(&["PractitionerRole/nurse"], today),
            BTreeSet::from([key(1), key(3)])
        );
        assert_eq!(of(&["s|v"], today), BTreeSet::from([key(3), key(5)]));
        assert_eq!(of(&["s|v"], date(2026, 3, 2)), BTreeSet::from([key(5)]));
        assert_eq!(of(&["s|v"], date(2026, 1, 9)), BTreeSet::new());
        assert_eq!(view.people(), 3);
    }
    put(&mut caseloads, 1, &[]);
    assert_eq!(
        caseloads.people_of(["Organization/a"].into_iter(), date(2026, 2, 1)),
        BTreeSet::from([key(3)])
    );
}

#[test]
fn a_network_has_the_practices_that_are_part_of_it_now() {
    let organisation = |id: &str, code: Option<&str>, whole: Option<&str>| {
        let mut body = json!({ "resourceType": "Organization", "id": id, "name": format!("The {id}") });
        if let Some(code) = code {
            body["identifier"] = json!([{ "system": codes::system::ODS_ORGANISATION, "value": code }]);
        }
        if let Some(whole) = whole {
            body["partOf"] = json!({ "reference": format!("Organization/{whole}") });
        }
        body
    };
    let mut all = Organisations::default();
    put(&mut all, 1, &[organisation("net", Some("U1"), None)]);
    put(&mut all, 2, &[organisation("b", Some("J2"), Some("net"))]);
    put(&mut all, 3, &[organisation("a", Some("J1"), Some("net"))]);
    put(&mut all, 4, &[organisation("plain", None, None)]);
    for view in [&all, &restored(&all)] {
        let parts = view.parts_of("Organization/net");
        let codes: Vec<&str> = parts.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["J1", "J2"]);
        assert_eq!(view.by_code("J1").map(|one| one.name.as_str()), Some("The a"));
        assert_eq!(
            view.by_code("plain").map(|one| one.reference.as_str()),
            Some("Organization/plain")
        );
        assert!(view.by_reference("Organization/none").is_none());
    }
    put(&mut all, 3, &[organisation("a", Some("J9"), None)]);
    assert_eq!(all.parts_of("Organization/net").len(), 1);
    assert!(all.by_code("J1").is_none() && all.by_code("J9").is_some());
    put(&mut all, 3, &[]);
    assert_eq!(all.len(), 3);
    assert!(all.by_reference("Organization/a").is_none());
}
