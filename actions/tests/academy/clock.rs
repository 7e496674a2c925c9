//! The care clock, turned by whoever teaches.

use std::collections::HashSet;
use std::sync::Arc;

use actions::academy::{Academy, StoryStanding, Turn, When, go_on, keep_clock, step, turn};
use actions::access::Tokens;
use actions::record::everything;
use actions::{Actions, Purpose};
use jiff::SignedDuration;
use record::clock::{CareClock, FixedClock, SystemClock, Wall};

use super::{PURPOSE, actor, begun, house, words};

#[tokio::test]
async fn a_step_told_at_its_time_sets_the_clock_forward_and_never_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    house.start("clara").await.expect("started");
    let one = actor("one");
    let due = |story: &StoryStanding, at: usize| story.steps[at].due.expect("due");
    turn(&house.actions, &one, Turn::Pause).await.expect("turned");
    step(&house.actions, &one, PURPOSE, "clara", 1, 1, When::Due)
        .await
        .expect("told");
    let story = house.story("clara").await;
    assert_eq!(story.steps[1].told, Some(due(&story, 1)));
    assert_eq!(house.actions.care_now().timestamp(), due(&story, 1));
    // A step that is refused moves no clock.
    let again = step(&house.actions, &one, PURPOSE, "clara", 1, 1, When::Due).await;
    assert!(words(again).contains("stands elsewhere"));
    assert_eq!(house.actions.care_now().timestamp(), due(&story, 1));
    // One that is late already is told now.
    turn(&house.actions, &one, Turn::Run).await.expect("turned");
    house.time.advance(SignedDuration::from_hours(24 * 9));
    let late = house.actions.care_now().timestamp();
    step(&house.actions, &one, PURPOSE, "clara", 1, 2, When::Due)
        .await
        .expect("told");
    assert_eq!(house.story("clara").await.steps[2].told, Some(late));
    assert_eq!(house.actions.care_now().timestamp(), late);
}

#[tokio::test]
async fn turning_the_care_clock_moves_care_alone_and_is_in_the_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    let one = actor("one");
    house.start("clara").await.expect("started");
    turn(&house.actions, &one, Turn::DayAMinute)
        .await
        .expect("turned");
    house.time.advance(SignedDuration::from_mins(30));
    assert_eq!(
        house.actions.care_now().timestamp(),
        begun() + SignedDuration::from_hours(30 * 24)
    );
    let system = house.actions.system_now();
    let story = house.story("clara").await;
    step(&house.actions, &one, PURPOSE, "clara", story.run, 1, When::Now)
        .await
        .expect("told");
    let told = house.story("clara").await.steps[1].told;
    assert_eq!(told, Some(begun() + SignedDuration::from_hours(30 * 24)));
    // When it was written, and what sessions go by, is the time of day: care stands in 2030.
    let person = house.story("clara").await.person.expect("a person");
    let all = everything(&house.actions, &one, Purpose::DirectCare, &person, 100, None)
        .await
        .expect("a record");
    let written: HashSet<bool> = all
        .hits
        .iter()
        .map(|one| one.updated.duration_since(system).abs() < SignedDuration::from_hours(1))
        .collect();
    assert_eq!(written, HashSet::from([true]));
    assert!(house.actions.system_now().duration_since(system) < SignedDuration::from_hours(1));
    for (way, shown) in [
        (Turn::Pause, true),
        (Turn::Run, false),
        (Turn::MinuteASecond, false),
    ] {
        turn(&house.actions, &one, way).await.expect("turned");
        let before = house.actions.care_now();
        house.time.advance(SignedDuration::from_secs(10));
        assert_eq!(house.actions.care_now() == before, shown, "{way:?}");
    }
    turn(&house.actions, &one, Turn::Now).await.expect("turned");
    assert_eq!(house.actions.care_now().timestamp(), house.time.now());
    for turn in Turn::ALL {
        assert_eq!(Turn::from_code(turn.code()), Some(turn));
    }
    // A clock that was set back does not tell the story backwards.
    house.time.set(begun());
    step(&house.actions, &one, PURPOSE, "clara", story.run, 2, When::Now)
        .await
        .expect("told");
    let steps = house.story("clara").await.steps;
    assert_eq!(steps[2].told, steps[1].told);
}

#[tokio::test]
async fn a_server_that_starts_anew_goes_on_with_the_care_clock_where_it_stood() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = house(folder.path()).await;
    let one = actor("one");
    // Another server over the same record, whose system clock shows `at`.
    let anew = |at: jiff::Timestamp| {
        let time = FixedClock::new(at);
        let care = CareClock::new(Arc::new(time.clone()));
        let tokens = Tokens::development(super::TOKEN).expect("a token");
        let wall: Arc<dyn SystemClock> = Arc::new(Wall);
        let actions = Actions::new(house.record.clone(), care, wall, tokens, fhir::Limits::default());
        (actions.with_academy(Academy::new()), time)
    };
    let (nothing, _) = anew(begun());
    assert_eq!(
        go_on(&nothing).await.expect("asked"),
        None,
        "nothing was kept yet"
    );
    turn(&house.actions, &one, Turn::DayAMinute)
        .await
        .expect("turned");
    house.time.advance(SignedDuration::from_mins(30));
    keep_clock(&house.actions).await.expect("kept");
    let stood = begun() + SignedDuration::from_hours(30 * 24);
    // Two hours without a server are not two hours of days that leap by.
    let (later, time) = anew(begun() + SignedDuration::from_hours(2));
    assert_eq!(go_on(&later).await.expect("gone on"), Some(stood));
    time.advance(SignedDuration::from_mins(1));
    assert_eq!(
        later.care_now().timestamp(),
        stood + SignedDuration::from_hours(24)
    );
    // A clock that stands, stands.
    turn(&later, &one, Turn::Pause).await.expect("turned");
    let (paused, time) = anew(begun() + SignedDuration::from_hours(50));
    go_on(&paused).await.expect("gone on");
    time.advance(SignedDuration::from_hours(1));
    assert_eq!(
        paused.care_now().timestamp(),
        stood + SignedDuration::from_hours(24)
    );
    // One that was put forward and runs at the pace of the day is as far ahead as it was.
    turn(&paused, &one, Turn::Run).await.expect("turned");
    let ahead = paused.care_now().timestamp().duration_since(time.now());
    let (running, time) = anew(begun() + SignedDuration::from_hours(80));
    go_on(&running).await.expect("gone on");
    assert_eq!(running.care_now().timestamp().duration_since(time.now()), ahead);
    // Set back to the time of day, nothing is kept any more.
    turn(&running, &one, Turn::Now).await.expect("turned");
    let (back, _) = anew(begun());
    assert_eq!(go_on(&back).await.expect("asked"), None);
}
