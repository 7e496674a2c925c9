//! Stories told, told once, taken back and found again.

use std::sync::Arc;

use actions::academy::{StoryStanding, Turn, When, reset, see, start, step, turn};
use actions::access::Tokens;
use actions::person::{hold, release};
use actions::record::{Part, Precondition, Request, everything, open, update};
use actions::{ActionError, Actions, Actor, Purpose, Role};
use fhir::ResourceType;
use jiff::{SignedDuration, Timestamp};
use record::clock::{CareClock, Wall};

use super::{PURPOSE, TOKEN, actor, begun, house, words};

#[tokio::test]
async fn each_story_is_told_to_its_end_and_its_persons_page_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    for key in ["clara", "jasek"] {
        house.tell_to_the_end(key).await;
        let story = house.story(key).await;
        let person = story.person.expect("a person");
        let record = open(
            &house.actions,
            &actor("one"),
            Purpose::DirectCare,
            &person,
            Part::FullStory,
        )
        .await
        .expect("a record");
        assert!(record.unmapped.is_empty(), "{:?}", record.unmapped);
        assert!(!record.plans.is_empty() && !record.encounters.is_empty(), "{key}");
        open(
            &house.actions,
            &actor("one"),
            Purpose::DirectCare,
            &person,
            Part::FirstTwoMinutes,
        )
        .await
        .expect("a page");
        let words = words(house.next(key).await);
        assert!(words.contains("told to its end"), "{words}");
    }
}

#[tokio::test]
async fn a_step_of_a_story_that_was_not_started_is_refused_and_nothing_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    let before = house.digest().await;
    let refused = step(&house.actions, &actor("one"), PURPOSE, "clara", 0, 0, When::Now).await;
    assert!(words(refused).contains("not been started"));
    assert!(
        words(reset(&house.actions, &actor("one"), PURPOSE, "clara", 0).await).contains("taken back already")
    );
    let unknown = house.start("nobody").await;
    assert!(matches!(unknown, Err(ActionError::NotFound)), "{unknown:?}");
    assert_eq!(house.digest().await, before);
}

#[tokio::test]
async fn of_many_who_start_or_tell_the_same_step_at_once_one_does_and_the_others_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    let started = futures_util::future::join_all((0..6).map(|at| {
        let actions = house.actions.clone();
        async move { start(&actions, &actor(&format!("teacher-{at}")), PURPOSE, "clara").await }
    }));
    let (done, refused): (Vec<_>, Vec<_>) = started.await.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1);
    assert!(
        refused
            .into_iter()
            .map(words)
            .all(|words| words.contains("nothing was"))
    );
    let stepped = futures_util::future::join_all((0..6).map(|at| {
        let actions = house.actions.clone();
        async move {
            step(
                &actions,
                &actor(&format!("teacher-{at}")),
                PURPOSE,
                "clara",
                1,
                1,
                When::Now,
            )
            .await
        }
    }));
    let (done, refused): (Vec<_>, Vec<_>) = stepped.await.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), 1);
    assert!(
        refused
            .into_iter()
            .map(words)
            .all(|words| words.contains("told twice"))
    );
    let story = house.story("clara").await;
    assert_eq!((story.run, story.told()), (1, 2));
    // The same form once more, later.
    let again = step(&house.actions, &actor("one"), PURPOSE, "clara", 1, 1, When::Now).await;
    assert!(words(again).contains("stands elsewhere"));
}

#[tokio::test]
async fn taken_back_nothing_is_left_of_the_person_and_the_next_run_is_a_new_record_with_the_same_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    house.start("clara").await.expect("started");
    for _ in 0..8 {
        house.next("clara").await.expect("told");
    }
    let first = house.story("clara").await.person.expect("a person");
    // What somebody else wrote into the record goes with it.
    let note = format!(
        r#"{{"resourceType":"Observation","id":"a-note","status":"final","code":{{"text":"Note"}},"subject":{{"reference":"Patient/{first}"}}}}"#
    );
    let observation = ResourceType::from_name("Observation").expect("a type");
    let write = Request {
        source: "test".to_owned(),
        idempotency_key: None,
    };
    update(
        &house.actions,
        &actor("two"),
        Purpose::DirectCare,
        &write,
        observation,
        "a-note",
        note.as_bytes(),
        Precondition::None,
    )
    .await
    .expect("kept");
    reset(&house.actions, &actor("one"), PURPOSE, "clara", 1)
        .await
        .expect("taken back");
    let gone = everything(
        &house.actions,
        &actor("one"),
        Purpose::DirectCare,
        &first,
        10,
        None,
    )
    .await;
    assert!(matches!(gone, Err(ActionError::Gone { .. })), "{:?}", gone.err());
    let note = actions::record::read(
        &house.actions,
        &actor("one"),
        Purpose::DirectCare,
        observation,
        "a-note",
    )
    .await;
    assert!(matches!(note, Err(ActionError::Gone { .. })));
    let story = house.story("clara").await;
    assert_eq!((story.run, story.told(), story.person), (1, 0, None));
    house.start("clara").await.expect("started again");
    let story = house.story("clara").await;
    assert_eq!((story.run, story.told()), (2, 1));
    assert_ne!(story.person.as_deref(), Some(first.as_str()));
    // A page from before the reset tells nothing of the new run.
    assert!(
        words(step(&house.actions, &actor("one"), PURPOSE, "clara", 1, 1, When::Now).await)
            .contains("stands elsewhere")
    );
    assert!(words(reset(&house.actions, &actor("one"), PURPOSE, "clara", 1).await).contains("already"));
}

#[tokio::test]
async fn a_story_whose_patient_was_deleted_by_hand_can_still_be_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    house.start("jasek").await.expect("started");
    house.next("jasek").await.expect("told");
    let person = house.story("jasek").await.person.expect("a person");
    let patient = ResourceType::from_name("Patient").expect("a type");
    let write = Request {
        source: "test".to_owned(),
        idempotency_key: None,
    };
    actions::record::delete(
        &house.actions,
        &actor("two"),
        PURPOSE,
        &write,
        patient,
        &person,
        Precondition::None,
    )
    .await
    .expect("deleted");
    reset(&house.actions, &actor("one"), PURPOSE, "jasek", 1)
        .await
        .expect("taken back");
    house.tell_to_the_end("jasek").await;
    assert_eq!(house.story("jasek").await.run, 2);
}

#[tokio::test]
async fn a_story_whose_person_was_joined_with_another_is_not_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    house.start("clara").await.expect("started");
    house.start("jasek").await.expect("started");
    let clara = house.story("clara").await.person.expect("a person");
    let jasek = house.story("jasek").await.person.expect("a person");
    let officer = Actor {
        role: Role::PrivacyOfficer,
        ..actor("officer")
    };
    let write = Request {
        source: "test".to_owned(),
        idempotency_key: None,
    };
    let joined = actions::person::join(
        &house.actions,
        &officer,
        PURPOSE,
        &write,
        &jasek,
        &clara,
        "duplicate",
    )
    .await;
    joined.expect("joined");
    let before = house.digest().await;
    for key in ["clara", "jasek"] {
        let refused = reset(&house.actions, &actor("one"), PURPOSE, key, 1).await;
        assert!(words(refused).contains("joined with another"));
    }
    assert_eq!(house.digest().await, before);
}

#[tokio::test]
async fn a_server_that_starts_anew_knows_where_a_story_stood() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = house(folder.path()).await;
    first.start("clara").await.expect("started");
    first.next("clara").await.expect("told");
    let before = first.story("clara").await;
    drop(first.actions);
    first.record.close().await;
    let second = house(folder.path()).await;
    let after = second.story("clara").await;
    assert_eq!((after.run, after.person.clone()), (before.run, before.person));
    let told = |story: &StoryStanding| -> Vec<Option<Timestamp>> {
        story.steps.iter().map(|step| step.told).collect()
    };
    assert_eq!(
        told(&after)[..2],
        [Some(begun()), Some(begun() + SignedDuration::from_mins(1500))]
    );
    second.next("clara").await.expect("told");
}

#[tokio::test]
async fn without_an_academy_everything_is_refused_in_words_and_nothing_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    let closed = Actions::new(
        house.record.clone(),
        CareClock::new(Arc::new(house.time.clone())),
        Arc::new(Wall),
        Tokens::development(TOKEN).expect("a token"),
        fhir::Limits::default(),
    );
    let before = house.digest().await;
    let one = actor("one");
    for refused in [
        see(&closed, &one, PURPOSE).await.map(drop),
        start(&closed, &one, PURPOSE, "clara").await,
        step(&closed, &one, PURPOSE, "clara", 1, 1, When::Now).await,
        reset(&closed, &one, PURPOSE, "clara", 1).await,
        turn(&closed, &one, Turn::Pause).await,
    ] {
        assert!(words(refused).contains("synthetic people"));
    }
    let citizen = Actor {
        role: Role::Citizen,
        ..one
    };
    let refused = start(&house.actions, &citizen, PURPOSE, "clara").await;
    assert!(matches!(refused, Err(ActionError::NotFound)));
    assert_eq!(house.digest().await, before);
}

#[tokio::test]
async fn a_story_whose_record_is_on_legal_hold_is_not_taken_back_until_the_hold_is_lifted() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    house.start("clara").await.expect("started");
    house.next("clara").await.expect("told");
    let person = house.story("clara").await.person.expect("a person");
    let request = || Request {
        source: "test".to_owned(),
        idempotency_key: None,
    };
    let keeper = Actor::new("keeper".to_owned(), Role::PrivacyOfficer, None);
    let purpose = Purpose::ServiceManagement;
    hold(&house.actions, &keeper, purpose, &request(), &person, "inquiry")
        .await
        .expect("held");
    let before = house.digest().await;
    let refused = words(reset(&house.actions, &actor("one"), PURPOSE, "clara", 1).await);
    assert!(
        refused.contains("legal hold") && refused.contains("lift the hold"),
        "{refused}"
    );
    assert_eq!(house.digest().await, before, "nothing was changed");
    release(&house.actions, &keeper, purpose, &request(), &person)
        .await
        .expect("lifted");
    reset(&house.actions, &actor("one"), PURPOSE, "clara", 1)
        .await
        .expect("taken back");
}
