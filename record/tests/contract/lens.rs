//! Whoever asks after a commit was answered is judged by what it changed, however often the same was asked before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use fhir::{LocalReference, Prepared};
use record::access::{Facts, Judge, Party, Sight, TieKind};
use record::{Actor, Change, Commit, CommitError, Expected, Lens, ReadError, Record, Role};

use crate::house::{House, On, PURPOSE, actor, commit, create, delete, put};
use crate::shapes::{kind, observation, prepare};

/// Sees the records of those registered with the practice, and nothing of others.
struct Practice;

impl Judge for Practice {
    fn lens(&self, facts: &Facts) -> Arc<Lens> {
        let registered = facts.ties.iter().any(|tie| {
            tie.kind == TieKind::Practice
                && matches!(&tie.party, Party::Identified { value, .. } if value == "J83001")
        });
        Arc::new(if registered {
            Lens::everything()
        } else {
            Lens::default()
        })
    }

    fn chooses_ids(&self) -> bool {
        false
    }

    fn keeps_access(&self) -> bool {
        true
    }

    fn changes_others(&self) -> bool {
        true
    }

    fn hears_of_destruction(&self) -> bool {
        false
    }

    fn fingerprint(&self) -> [u8; 32] {
        [2; 32]
    }
}

fn registered_with(practice: &str) -> Prepared {
    prepare(&format!(
        r#"{{"resourceType":"Patient","generalPractitioner":[{{"identifier":{{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"{practice}"}}}}]}}"#
    ))
}

async fn sees(record: &Record, sight: &Sight, id: &str) -> bool {
    let mut ask = record.ask(sight, &actor(), PURPOSE, record.new_request());
    let held = ask.read(kind("Observation"), id).await;
    ask.disclose().await.expect("disclosed");
    assert!(matches!(held, Ok(_) | Err(ReadError::NotFound)));
    held.is_ok()
}

async fn knows(record: &Record, patient: &LocalReference) -> bool {
    let facts = record.facts_of(patient).await.expect("facts");
    Practice.lens(&facts).knows_person()
}

/// While others ask without end, so that facts are always at hand.
async fn who_asks_after_a_commit_is_judged_by_it(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let id = create(record, registered_with("J83001")).await;
    let item = create(record, observation(&id, 60)).await;
    let patient = LocalReference {
        resource_type: kind("Patient"),
        id: id.clone(),
    };
    let sight = Sight::of(Arc::new(Practice));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async {
                    while !done.load(Ordering::SeqCst) {
                        sees(record, &sight, &item).await;
                        knows(record, &patient).await;
                    }
                });
            });
        }
        let toggling = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                for round in 0..on.cases(400) {
                    let mine = round % 2 == 1;
                    let practice = if mine { "J83001" } else { "J83002" };
                    let change = put(&id, registered_with(practice), Expected::Any);
                    commit(record, vec![change]).await.expect("it is kept");
                    for _ in 0..3 {
                        assert_eq!(sees(record, &sight, &item).await, mine, "round {round}");
                        assert_eq!(knows(record, &patient).await, mine, "round {round}");
                    }
                }
            });
        });
        let toggled = toggling.join();
        done.store(true, Ordering::SeqCst);
        toggled.expect("each was judged by what was kept");
    });
    house.check().await;
}

/// Sees everything but what is sealed, and what was sealed by this organisation.
struct Unsealed;

impl Judge for Unsealed {
    fn lens(&self, _: &Facts) -> Arc<Lens> {
        Arc::new(Lens {
            hidden_labels: fhir::Label::named("sealed").expect("a label").bit(),
            opens_seals_of: Arc::from(["AAA01".to_owned()]),
            ..Lens::everything()
        })
    }

    fn chooses_ids(&self) -> bool {
        false
    }

    fn keeps_access(&self) -> bool {
        false
    }

    fn changes_others(&self) -> bool {
        true
    }

    fn hears_of_destruction(&self) -> bool {
        false
    }

    fn fingerprint(&self) -> [u8; 32] {
        [3; 32]
    }
}

async fn what_is_sealed_stays_so_when_it_is_deleted_with_its_history(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let patient = create(record, prepare(r#"{"resourceType":"Patient"}"#)).await;
    let sight = Sight::of(Arc::new(Unsealed));
    let note = |meta: &str| {
        prepare(&format!(
            r#"{{"resourceType":"Condition","meta":{meta},"subject":{{"reference":"Patient/{patient}"}}}}"#
        ))
    };
    let sealed = |by: &str| {
        note(&format!(
            r#"{{"security":[{{"system":"{}","code":"sealed"}}],"tag":[{{"system":"{}","code":"{by}"}}]}}"#,
            codes::access::LABELS,
            codes::access::SEALED_BY
        ))
    };
    let read = async |id: &str| {
        let mut ask = record.ask(&sight, &actor(), PURPOSE, record.new_request());
        let now = ask.read(kind("Condition"), id).await.err();
        let before = ask.vread(kind("Condition"), id, 1).await.err();
        ask.disclose().await.expect("disclosed");
        (now, before)
    };
    let (open, own, other) = (
        create(record, note(r#"{"tag":[{"code":"plain"}]}"#)).await,
        create(record, sealed("AAA01")).await,
        create(record, sealed("BBB02")).await,
    );
    assert!(matches!(read(&own).await, (None, None)));
    assert!(matches!(
        read(&other).await,
        (Some(ReadError::NotFound), Some(ReadError::NotFound))
    ));
    for id in [&open, &own, &other] {
        commit(record, vec![delete(kind("Condition"), id)])
            .await
            .expect("deleted");
    }
    assert!(matches!(read(&open).await, (Some(ReadError::Gone { .. }), None)));
    for id in [&own, &other] {
        let answer = read(id).await;
        assert!(
            matches!(answer, (Some(ReadError::NotFound), Some(ReadError::NotFound))),
            "{answer:?}"
        );
    }
    house.check().await;
}

/// Which versions a page of the history shows, how many there are, and where the next page begins.
async fn page(
    record: &Record,
    id: &str,
    at: Option<&str>,
    count: usize,
) -> (Vec<u64>, Option<u64>, Option<String>) {
    let mut ask = record.ask(
        &Sight::of(Arc::new(Unsealed)),
        &actor(),
        PURPOSE,
        record.new_request(),
    );
    let held = ask
        .history(kind("Condition"), id, at, count)
        .await
        .expect("a history");
    let page = held.open(&ask.disclose().await.expect("disclosed"));
    let versions = page.items.iter().map(|item| item.version).collect();
    (versions, page.total, page.next)
}

async fn what_a_version_bore_hides_it_though_the_present_one_bears_nothing(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let patient = create(record, prepare(r#"{"resourceType":"Patient"}"#)).await;
    let note = |meta: &str| {
        prepare(&format!(
            r#"{{"resourceType":"Condition","meta":{meta},"subject":{{"reference":"Patient/{patient}"}}}}"#
        ))
    };
    let open = || note(r#"{"tag":[{"code":"plain"}]}"#);
    let sealed = |by: &str| {
        note(&format!(
            r#"{{"security":[{{"system":"{}","code":"sealed"}}],"tag":[{{"system":"{}","code":"{by}"}}]}}"#,
            codes::access::LABELS,
            codes::access::SEALED_BY
        ))
    };
    let vread = async |id: &str, version: u64| {
        let mut ask = record.ask(
            &Sight::of(Arc::new(Unsealed)),
            &actor(),
            PURPOSE,
            record.new_request(),
        );
        let held = ask.vread(kind("Condition"), id, version).await.err();
        ask.disclose().await.expect("disclosed");
        held
    };
    // Versions 2, and 4 with the deletion that ended it, are hidden; 1 and 6 are not.
    let id = create(record, open()).await;
    for next in [Some("BBB02"), None, Some("BBB02"), Some(""), None] {
        let change = match next {
            Some("") => delete(kind("Condition"), &id),
            Some(by) => put(&id, sealed(by), Expected::Any),
            None => put(&id, open(), Expected::Any),
        };
        commit(record, vec![change]).await.expect("kept");
    }
    for version in [2, 4, 5] {
        let answer = vread(&id, version).await;
        assert!(
            matches!(answer, Some(ReadError::NotFound)),
            "{version}: {answer:?}"
        );
    }
    for version in [1, 3, 6] {
        assert!(vread(&id, version).await.is_none(), "{version}");
    }
    assert_eq!(page(record, &id, None, 10).await, (vec![6, 3, 1], Some(3), None));
    let (first, total, next) = page(record, &id, None, 2).await;
    assert_eq!((first, total), (vec![6, 3], Some(3)));
    let next = next.expect("a page more");
    assert_eq!(page(record, &id, Some(&next), 2).await, (vec![1], Some(3), None));
    // Whoever sealed it reads it still.
    let own = create(record, sealed("AAA01")).await;
    commit(record, vec![put(&own, open(), Expected::Any)])
        .await
        .expect("kept");
    assert_eq!(page(record, &own, None, 10).await, (vec![2, 1], Some(2), None));
    house.check().await;
}

/// Sees everything, and changes what they wrote themself.
struct OwnAlone;

impl Judge for OwnAlone {
    fn lens(&self, _: &Facts) -> Arc<Lens> {
        Arc::new(Lens::everything())
    }

    fn chooses_ids(&self) -> bool {
        false
    }

    fn keeps_access(&self) -> bool {
        false
    }

    fn changes_others(&self) -> bool {
        false
    }

    fn hears_of_destruction(&self) -> bool {
        false
    }

    fn fingerprint(&self) -> [u8; 32] {
        [4; 32]
    }
}

/// Of whoever changes nothing of others': the same id in another role is somebody else.
async fn a_document_of_others_is_changed_and_deleted_by_none_who_keeps_to_their_own(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let patient = create(record, prepare(r#"{"resourceType":"Patient"}"#)).await;
    let sight = Sight::of(Arc::new(OwnAlone));
    let (one, same_in_another_role) = (
        Actor::new("somebody", Role::Citizen, None),
        Actor::new("somebody", Role::Clinician, None),
    );
    let send = async |actor: &Actor, change: Change, as_sent: bool| {
        let commit = Commit {
            as_sent,
            ..Commit::new("test", vec![change])
        };
        record.commit(&sight, actor, PURPOSE, commit).await
    };
    let create_as = async |actor: &Actor| {
        let prepared = observation(&patient, 60);
        let created = send(actor, Change::Create { id: None, prepared }, true).await;
        created.expect("kept").outcomes[0].id.clone()
    };
    let changes = async |actor: &Actor, id: &str| {
        let put = send(actor, put(id, observation(&patient, 61), Expected::Any), true).await;
        assert!(
            matches!(put, Ok(_) | Err(CommitError::OthersWriting { .. })),
            "{put:?}"
        );
        put.is_ok()
    };
    let (own, others) = (create_as(&one).await, create_as(&same_in_another_role).await);
    assert!(changes(&one, &own).await && !changes(&one, &others).await);
    let deleted = send(&one, delete(kind("Observation"), &others), true).await;
    assert!(
        matches!(deleted, Err(CommitError::OthersWriting { .. })),
        "{deleted:?}"
    );
    // What an action of ours decided is another matter.
    let decided = put(&others, observation(&patient, 62), Expected::Any);
    assert!(send(&one, decided, false).await.is_ok());
    assert!(!changes(&same_in_another_role, &others).await);
    // Others wrote between: here an action in the name of the other, and then one in their own.
    for between in [&same_in_another_role, &one] {
        let change = put(&own, observation(&patient, 63), Expected::Any);
        assert!(send(between, change, false).await.is_ok());
        assert!(!changes(&one, &own).await);
    }
    house.check().await;
}

/// The digests of where somebody with these addresses lives.
async fn homes(record: &Record, addresses: &str) -> Vec<u64> {
    let patient = format!(r#"{{"resourceType":"Patient","address":[{addresses}]}}"#);
    let patient = LocalReference {
        resource_type: kind("Patient"),
        id: create(record, prepare(&patient)).await,
    };
    record.facts_of(&patient).await.expect("facts").homes.clone()
}

async fn a_household_is_known_by_one_address_however_many_somebody_has(on: On) {
    let house = House::open_on(on).await;
    let record = &house.record;
    let here = r#"{"line":["1 Old Street"],"city":"Corsham","postalCode":"SN1 1AA"}"#;
    let there = r#"{"use":"temp","line":["2 New Street"],"city":"Corsham","postalCode":"SN1 2AA"}"#;
    let before = r#"{"use":"old","line":["3 Back Lane"],"city":"Box","postalCode":"SN1 3AA"}"#;
    let one = homes(record, here).await;
    let other = homes(record, there).await;
    assert_eq!((one.len(), other.len()), (1, 1));
    assert_ne!(one, other);
    let both = homes(record, &format!("{here},{there},{before}")).await;
    assert_eq!(both, [one, other].concat());
    house.check().await;
}

on_each_engine!(
    who_asks_after_a_commit_is_judged_by_it,
    what_is_sealed_stays_so_when_it_is_deleted_with_its_history,
    what_a_version_bore_hides_it_though_the_present_one_bears_nothing,
    a_document_of_others_is_changed_and_deleted_by_none_who_keeps_to_their_own,
    a_household_is_known_by_one_address_however_many_somebody_has
);
