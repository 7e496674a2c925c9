//! Sessions as two processes of one store see them.

use std::sync::Arc;
use std::time::Duration;

use crate::access::Tokens;
use crate::access::accounts::How;
use crate::access::sessions::{NewSession, Renewed, Sessions};
use crate::{Actions, Actor, Role, Standing};
use ::record::clock::{CareClock, FixedClock, SystemClock};
use ::record::{Options, Record};
use jiff::SignedDuration;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const NEW: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

struct Store {
    /// Two processes: each with copies of its own.
    here: Sessions,
    there: Sessions,
    actions: Actions,
    clock: FixedClock,
    _folder: tempfile::TempDir,
}

async fn store() -> Store {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = FixedClock::new("2026-03-02T08:00:00Z".parse().expect("a time"));
    let system: Arc<dyn SystemClock> = Arc::new(clock.clone());
    let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
        .await
        .expect("it opens");
    let process = || {
        let care = CareClock::new(Arc::clone(&system));
        let tokens = Tokens::none();
        Actions::new(
            record.clone(),
            care,
            Arc::clone(&system),
            tokens,
            fhir::Limits::default(),
        )
    };
    let there = process();
    Store {
        here: process().sessions().clone(),
        there: there.sessions().clone(),
        actions: there,
        clock,
        _folder: folder,
    }
}

fn actor() -> Actor {
    let standing = Standing {
        activities: ["B0360".to_owned()].into(),
        parties: fhir::ResourceType::from_name("CareTeam")
            .map(|resource_type| fhir::LocalReference {
                resource_type,
                id: "falls".to_owned(),
            })
            .into_iter()
            .collect(),
        authentication_assurance: 2,
        ..Standing::default()
    };
    Actor::new("somebody", Role::Clinician, Some("RVN".to_owned())).with_standing(standing)
}

fn new(idle: u64, absolute: u64) -> NewSession {
    NewSession {
        holder: "somebody".to_owned(),
        actor: actor(),
        words: "Nurse".to_owned(),
        staff: true,
        how: How::Code,
        from: None,
        confirmed: None,
        idle: Duration::from_secs(idle),
        absolute: Duration::from_secs(absolute),
        desk: Some(super::desk_of("desk")),
        browser: "Firefox".to_owned(),
    }
}

async fn lives(sessions: &Sessions, secret: &str) -> bool {
    sessions.find(secret).await.expect("answered").is_some()
}

#[tokio::test]
async fn a_session_is_the_same_actor_in_every_process_and_ends_everywhere_within_a_second() {
    let store = store().await;
    store.here.begin(SECRET, new(600, 3600)).await.expect("begun");
    let there = store.there.find(SECRET).await.expect("answered").expect("open");
    assert_eq!(there.actor, actor());
    assert!(!lives(&store.here, NEW).await);

    store.here.end(&there.key, "somebody").await.expect("ended");
    assert!(!lives(&store.here, SECRET).await, "here at once");
    assert!(lives(&store.there, SECRET).await, "there, from its copy");
    store.clock.advance(SignedDuration::from_secs(1));
    assert!(!lives(&store.there, SECRET).await);
}

#[tokio::test]
async fn a_session_lives_while_it_is_used_anywhere_and_no_longer_than_its_longest_time() {
    let store = store().await;
    store.here.begin(SECRET, new(60, 300)).await.expect("begun");
    for turn in 0..6 {
        let (one, other) = (&store.here, &store.there);
        assert!(
            lives(if turn % 2 == 0 { one } else { other }, SECRET).await,
            "{turn}"
        );
        store.clock.advance(SignedDuration::from_secs(50));
    }
    assert!(lives(&store.here, SECRET).await, "exactly at its longest time");
    store.clock.advance(SignedDuration::from_secs(1));
    assert!(!lives(&store.here, SECRET).await);
    assert!(!lives(&store.there, SECRET).await);

    store.here.begin(NEW, new(60, 300)).await.expect("begun");
    store.clock.advance(SignedDuration::from_secs(61));
    assert!(!lives(&store.here, NEW).await, "idle too long");
}

#[tokio::test]
async fn under_a_new_secret_the_old_one_is_good_for_nothing() {
    let store = store().await;
    store.here.begin(SECRET, new(600, 3600)).await.expect("begun");
    let open = store.here.find(SECRET).await.expect("answered").expect("open");
    let now = store.clock.now();
    assert!(!open.fresh_within(5, now));
    let renewed = Renewed {
        role: None,
        confirmed: Some(now),
    };
    assert!(store.here.renew(&open.key, NEW, renewed).await.expect("renewed"));
    assert!(!lives(&store.here, SECRET).await);
    assert!(!lives(&store.there, SECRET).await);
    let open = store.there.find(NEW).await.expect("answered").expect("open");
    assert!(open.fresh_within(5, now));
    assert!(!open.fresh_within(5, now + SignedDuration::from_mins(5)));
    assert_eq!(store.here.of("somebody").await.expect("listed").len(), 1);
    assert!(
        !store
            .here
            .renew("no-such", SECRET, Renewed::default())
            .await
            .expect("answered")
    );
}

#[tokio::test]
async fn a_parked_session_is_nobody_s_until_its_holder_is_back_at_the_same_desk() {
    let store = store().await;
    store.here.begin(SECRET, new(600, 3600)).await.expect("begun");
    let open = store.here.find(SECRET).await.expect("answered").expect("open");
    store.here.park(&open.key).await.expect("parked");
    assert!(!lives(&store.here, SECRET).await);
    let resume = async |holder: &'static str, desk: &'static str| {
        let desk = super::desk_of(desk);
        store.there.resume(holder, &desk, NEW, |_| true).await
    };
    assert_eq!(resume("somebody", "another-desk").await.expect("answered"), None);
    assert_eq!(resume("somebody-else", "desk").await.expect("answered"), None);
    assert_eq!(
        resume("somebody", "desk").await.expect("answered"),
        Some(open.key)
    );
    assert!(lives(&store.here, NEW).await && !lives(&store.here, SECRET).await);
}

#[tokio::test]
async fn all_of_somebody_s_sessions_end_but_one_and_nobody_else_s() {
    let store = store().await;
    let secrets: Vec<String> = (0..5).map(|number| format!("{number:064}")).collect();
    for secret in &secrets {
        store.here.begin(secret, new(600, 3600)).await.expect("begun");
    }
    let other = NewSession {
        holder: "somebody-else".to_owned(),
        ..new(600, 3600)
    };
    store.here.begin(NEW, other).await.expect("begun");
    let kept = Sessions::key(&secrets[2]);
    let ended = super::end_all(&store.actions, "somebody", Some(&kept))
        .await
        .expect("ended");
    assert_eq!(ended, 4);
    for secret in &secrets {
        assert_eq!(lives(&store.here, secret).await, *secret == secrets[2]);
    }
    assert!(lives(&store.here, NEW).await);
    // Each that was ended is in the audit, and the one that goes on is not.
    let officer = Actor::new("officer", Role::PrivacyOfficer, None);
    let (lines, more) = crate::audit::entrances(&store.actions, &officer, None)
        .await
        .expect("listed");
    let left = |line: &&crate::audit::EntranceLine| line.what == crate::audit::AtTheDoor::Left;
    assert_eq!((lines.iter().filter(left).count(), more), (4, false));
    let refused = crate::audit::entrances(&store.actions, &actor(), None).await;
    assert!(refused.is_err(), "nobody but a privacy officer lists sign-ins");
}

#[tokio::test]
async fn a_browser_learns_that_it_was_signed_out_by_somebody_else_until_somebody_signs_in_there() {
    let store = store().await;
    let told = async |secret: Option<&'static str>, desk: Option<&'static str>| {
        let asked = store.there.was_ended_elsewhere(secret, desk).await;
        asked.expect("answered")
    };
    store.here.begin(SECRET, new(600, 3600)).await.expect("begun");
    assert!(!told(Some(SECRET), Some("desk")).await, "it lives");
    let key = Sessions::key(SECRET);
    super::end_elsewhere(&store.actions, &key, "somebody")
        .await
        .expect("ended");
    store.clock.advance(SignedDuration::from_secs(2));
    // By either cookie: that of the session goes when the browser is closed.
    assert!(told(Some(SECRET), None).await);
    assert!(told(None, Some("desk")).await);
    assert!(!told(Some(NEW), Some("another desk")).await);
    assert!(!told(None, None).await);
    store.here.begin(NEW, new(600, 3600)).await.expect("begun");
    assert!(!told(Some(NEW), Some("desk")).await);
    // What ends by itself, by time or by who is there, says nothing of the kind.
    super::end(&store.actions, &Sessions::key(NEW), "somebody")
        .await
        .expect("ended");
    assert!(!told(Some(NEW), Some("desk")).await);
    store.clock.advance(SignedDuration::from_hours(15 * 24));
    assert!(
        !told(Some(SECRET), None).await,
        "nothing is shown by now that was kept then"
    );
}
