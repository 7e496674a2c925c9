//! Questions to everybody: whose people they reach, who is named, what is hidden, and what the audit keeps.

mod behind;
pub(crate) mod house;
mod objections;

use actions::population::{Found, Scope, Told, choices, find, frailty_bands, scope};
use actions::{ActionError, Actions, Actor, Purpose};
use house::{clinician, directory, keep, person, settled};
use record::audit::{ReadKind, ReadResult};
use record::{Role, Standing};
use serde_json::json;

const CASE_FINDING: Purpose = Purpose::RiskStratification;

async fn all(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    scope: &Scope,
    most: usize,
) -> Result<Told<Found<u32>>, ActionError> {
    find(
        actions,
        actor,
        purpose,
        scope,
        "test",
        move |()| most,
        |everyone| {
            let on = everyone.frailty_on(everyone.today()).expect("a day");
            let mut found = everyone.scan(|person| Some((person.person(), on.of(person).ok()?.efi.count())));
            found.sort_by_key(|(person, count)| (std::cmp::Reverse(*count), *person));
            (found, ())
        },
    )
    .await
}

fn names(told: &Told<Found<u32>>) -> Vec<(&str, u32)> {
    let people = told.answer.people.iter();
    people.map(|one| (one.id.as_str(), one.what)).collect()
}

#[tokio::test]
async fn a_practice_finds_its_own_people_by_name_and_nobody_elses() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, record, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    person(&actions, "anna", "p1", 3).await;
    person(&actions, "bela", "p1", 7).await;
    person(&actions, "carl", "p2", 9).await;
    person(&actions, "dora", "p3", 2).await;
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;

    let keys: Vec<(String, bool, bool)> = choices(&actions, &gp, CASE_FINDING)
        .expect("choices")
        .into_iter()
        .map(|choice| (choice.scope.key(), choice.names, choice.figures))
        .collect();
    let key = |words: &str, names| (words.to_owned(), names, true);
    assert_eq!(
        keys,
        [
            key("practice:P1", true),
            key("network:N1", false),
            key("region:all", false)
        ]
    );

    let own = scope(&actions, &gp, "practice:P1").expect("a scope");
    let told = all(&actions, &gp, CASE_FINDING, &own, 10).await.expect("a list");
    let expected: Vec<String> = told
        .answer
        .people
        .iter()
        .map(|one| {
            one.person
                .names
                .iter()
                .flat_map(|name| &name.given)
                .cloned()
                .collect()
        })
        .collect();
    assert_eq!(expected, ["bela", "anna"]);
    assert_eq!(
        names(&told).iter().map(|(_, count)| *count).collect::<Vec<_>>(),
        [7, 3]
    );
    assert_eq!(told.answer.total, Some(2));
    assert!(!told.answer.more);
    assert_eq!((told.stamp.behind, told.stamp.incomplete), (0, 0));

    // One more than is asked for is not read.
    let told = all(&actions, &gp, CASE_FINDING, &own, 1).await.expect("a list");
    assert_eq!((names(&told).len(), told.answer.more), (1, true));

    for other in ["practice:P2", "practice:P3", "network:N1", "region:all"] {
        let scope = scope(&actions, &gp, other).expect("a scope");
        assert!(!scope.is_own());
        let refused = all(&actions, &gp, CASE_FINDING, &scope, 10).await;
        assert!(matches!(refused, Err(ActionError::Forbidden(_))), "{other}");
    }
    // What was worked out for one is not another's.
    let stranger = clinician(&actions, "P3").await;
    let refused = all(&actions, &stranger, CASE_FINDING, &own, 10).await;
    assert!(matches!(refused, Err(ActionError::Forbidden(_))));
    for none in ["practice:P9", "practice:N1", "team:P1", "region:x", "p1", ""] {
        let found = scope(&actions, &gp, none);
        assert!(matches!(found, Err(ActionError::NotFound)), "{none}");
    }

    // The audit: one entry a run, with its grounds and everybody who was named.
    record.seal().await.expect("sealed");
    let entries = record::audit::entries(folder.path()).expect("entries");
    let runs: Vec<_> = entries.iter().filter(|entry| entry.run.is_some()).collect();
    assert_eq!(runs.len(), 7);
    let first = runs.first().expect("a run");
    let run = first.run.as_ref().expect("a run");
    assert_eq!(
        (
            run.question.as_str(),
            run.scope.as_str(),
            run.people,
            run.objected
        ),
        ("test", "practice:P1", 2, 0)
    );
    assert_eq!(
        (run.basis.as_str(), run.controller.as_str()),
        ("A test", "Whoever tests")
    );
    assert_eq!((first.people.len(), first.purpose), (2, CASE_FINDING.number()));
    assert_eq!(runs.get(1).expect("a run").people.len(), 1);
    for refused in &runs[2..] {
        let facts: Vec<_> = refused
            .reads
            .iter()
            .map(|read| (read.kind, read.result))
            .collect();
        assert_eq!(facts, [(ReadKind::Population, ReadResult::Refused)]);
        assert!(refused.people.is_empty());
    }
}

#[tokio::test]
async fn a_network_names_only_those_whom_its_team_has_to_do_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    for at in 0..12 {
        person(&actions, &format!("a{at}"), "p1", 1).await;
    }
    person(&actions, "zora", "p2", 5).await;
    let team = json!({
        "status": "active",
        "subject": { "reference": "Patient/zora" },
        "participant": [{ "member": { "reference": "Organization/n1" } }],
    });
    keep(&actions, "CareTeam", "team", team).await;
    settled(&kept).await;
    let nurse = clinician(&actions, "N1").await;
    let keys: Vec<(String, bool)> = choices(&actions, &nurse, CASE_FINDING)
        .expect("choices")
        .into_iter()
        .map(|choice| (choice.scope.key(), choice.names))
        .collect();
    assert_eq!(
        keys,
        [
            ("team:N1".to_owned(), true),
            ("network:N1".to_owned(), true),
            ("region:all".to_owned(), false)
        ]
    );
    let network = scope(&actions, &nurse, "network:N1").expect("a scope");
    let told = all(&actions, &nurse, CASE_FINDING, &network, 50)
        .await
        .expect("a list");
    assert_eq!(names(&told).len(), 1);
    assert_eq!(told.answer.total, Some(13));
    let own = scope(&actions, &nurse, "team:N1").expect("a scope");
    let told = all(&actions, &nurse, CASE_FINDING, &own, 50)
        .await
        .expect("a list");
    assert_eq!((names(&told).len(), told.answer.total), (1, Some(1)));

    // The team ends: nobody of it is found any more, in this very request.
    let team = json!({
        "status": "inactive",
        "subject": { "reference": "Patient/zora" },
        "participant": [{ "member": { "reference": "Organization/n1" } }],
    });
    keep(&actions, "CareTeam", "team", team).await;
    settled(&kept).await;
    let told = all(&actions, &nurse, CASE_FINDING, &network, 50)
        .await
        .expect("a list");
    assert_eq!((names(&told).len(), told.answer.total), (0, Some(13)));
}

#[tokio::test]
async fn an_opt_out_is_heeded_beyond_the_own_practice_and_figures_hide_small_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, kept) = house::house(folder.path()).await;
    directory(&actions).await;
    for at in 0..11 {
        person(&actions, &format!("a{at}"), "p1", 0).await;
    }
    person(&actions, "frail", "p1", 14).await;
    person(&actions, "opted", "p1", 0).await;
    let dissent = json!({
        "subject": { "reference": "Patient/opted" },
        "status": "final",
        "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "827241000000103" }] },
        "effectiveDateTime": "2021-01-01",
        "valueBoolean": true,
    });
    keep(&actions, "Observation", "dissent", dissent).await;
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let network = scope(&actions, &gp, "network:N1").expect("a scope");
    let told = frailty_bands(&actions, &gp, Purpose::PopulationHealth, &network)
        .await
        .expect("figures");
    let counts: Vec<Option<u64>> = told.answer.bands.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [None, Some(0), Some(0), None]);
    // One person objected: who it is could be told from an exact number.
    assert_eq!((told.stamp.people, told.stamp.objected), (Some(10), None));
    let practice = scope(&actions, &gp, "practice:P1").expect("a scope");
    let told = all(&actions, &gp, CASE_FINDING, &practice, 50)
        .await
        .expect("a list");
    assert_eq!((names(&told).len(), told.stamp.objected), (13, Some(0)));
}

#[tokio::test]
async fn without_grounds_or_a_place_nobody_is_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let (actions, _, mut kept) = house::house(folder.path()).await;
    directory(&actions).await;
    person(&actions, "anna", "p1", 1).await;
    settled(&kept).await;
    let gp = clinician(&actions, "P1").await;
    let own = scope(&actions, &gp, "practice:P1").expect("a scope");
    kept.grounds = None;
    let closed = actions.clone().with_population(kept);
    let refused = all(&closed, &gp, CASE_FINDING, &own, 5).await;
    assert!(matches!(refused, Err(ActionError::Unavailable(words)) if words.contains("legal_basis")));
    for (role, activities) in [
        (Role::Citizen, vec![]),
        (Role::Administrator, vec!["B0560"]),
        (Role::PrivacyOfficer, vec!["B0370"]),
        (Role::Clinician, vec![]),
    ] {
        let actor = Actor::new("somebody", role, Some("P1".to_owned())).with_standing(Standing {
            activities: activities.into_iter().map(str::to_owned).collect(),
            ..Standing::default()
        });
        let actor = actions.placed(&actor).await.expect("placed");
        let scope = scope(&actions, &actor, "practice:P1").expect("a scope");
        let refused = all(&actions, &actor, CASE_FINDING, &scope, 5).await;
        assert!(matches!(refused, Err(ActionError::Forbidden(_))), "{role:?}");
        let figures = frailty_bands(&actions, &actor, CASE_FINDING, &scope).await;
        assert_eq!(figures.is_ok(), role == Role::Administrator, "{role:?}");
    }
    // A purpose that is none of those for which people are found.
    let refused = find(
        &actions,
        &gp,
        Purpose::Commissioning,
        &own,
        "test",
        |()| 5,
        |_| (Vec::<(_, ())>::new(), ()),
    )
    .await;
    assert!(matches!(refused, Err(ActionError::Forbidden(_))));
}
