//! The engine with a small reactor and a small channel over a real record.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::record::clock::{CareClock, FixedClock, SystemClock};
use ::record::{
    Actor, Change, Commit, DeadChange, DeadKind, Due, DueChange, FeedChange, FeedEntry, Kind, Letter,
    Options, Posted, Purpose, Record, Role, Start,
};
use fhir::ResourceType;
use jiff::SignedDuration;
use tempfile::TempDir;
use testkit::everything;

use super::{Effects, Engine, Failure, Reactor, Reads, Settings, assert_follower_contract};
use crate::Actions;
use crate::access::Tokens;
use crate::outbox::{Channel, Delivery};

struct House {
    actions: Actions,
    clock: FixedClock,
    _folder: TempDir,
}

impl House {
    async fn open() -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = FixedClock::new("2026-01-10T08:00:00Z".parse().expect("a time"));
        let system: Arc<dyn SystemClock> = Arc::new(clock.clone());
        let mut options = Options::new(folder.path());
        options.seal_every = None;
        options.audit_segment_bytes = 64 << 10;
        let record = Record::open(options, Arc::clone(&system))
            .await
            .expect("a record");
        let care = CareClock::new(Arc::clone(&system));
        let actions = Actions::new(record, care, system, Tokens::none(), fhir::Limits::default());
        House {
            actions,
            clock,
            _folder: folder,
        }
    }

    fn record(&self) -> &Record {
        &self.actions.record
    }

    async fn commit(&self, commit: Commit) {
        let actor = Actor::new("tester", Role::Development, None);
        let sight = everything();
        let kept = self
            .record()
            .commit(&sight, &actor, Purpose::DirectCare, commit)
            .await;
        kept.expect("kept");
    }

    async fn patient(&self) -> String {
        let id = self.record().new_id(self.record().fresh_bucket());
        self.keep(&id).await;
        id
    }

    async fn keep(&self, id: &str) {
        let json = br#"{"resourceType":"Patient","birthDate":"1950-01-01"}"#;
        let document = fhir::Document::scan(json, &fhir::Limits::default()).expect("it is FHIR");
        let put = Change::Put {
            id: id.to_owned(),
            prepared: document.root().prepare(&|_| None),
            expected: ::record::Expected::Any,
        };
        self.commit(Commit::new("test", vec![put])).await;
    }

    fn engine(&self) -> Engine {
        Engine::new(self.actions.clone(), quick())
    }
}

fn quick() -> Settings {
    Settings {
        poll: Duration::from_millis(20),
        flush: Duration::from_millis(20),
        first_wait: Duration::from_millis(20),
        longest_wait: Duration::from_millis(80),
        attempts: 3,
        letter_attempts: 4,
        patience: Duration::from_secs(2),
        ..Settings::default()
    }
}

fn patient_type() -> ResourceType {
    ResourceType::from_name("Patient").expect("a type")
}

/// Sends a letter for each version of a Patient, makes a note of it (an entry of its own, which it must not see), and
/// sets a timer, which sends another.
#[derive(Clone, Default)]
struct Tally {
    stuck: Arc<Mutex<HashSet<String>>>,
    slow: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Reactor for Tally {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn start(&self) -> Start {
        Start::Beginning
    }

    fn wants(&self, change: &FeedChange) -> bool {
        change.resource_type == patient_type() && change.kind.is_version()
    }

    async fn react(&self, entry: &FeedEntry, reads: &Reads) -> Result<Effects, Failure> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.slow.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        let mut effects = Effects::none();
        for change in entry.changes.iter().filter(|change| self.wants(change)) {
            let id = change.id.clone();
            if self.stuck.lock().expect("whole").contains(&id) {
                return Err(Failure::Again("stuck"));
            }
            effects.letters.push(Letter {
                channel: "tally".to_owned(),
                address: "somewhere".to_owned(),
                person: Some(change.person),
                body: format!("{id} {}", change.version).into_bytes(),
            });
            effects.due.push(DueChange::Set {
                key: id.clone(),
                at: reads.care_now() + SignedDuration::from_hours(1),
                person: change.person,
                resource_type: patient_type(),
                id: id.clone(),
                note: b"later".to_vec(),
            });
            // Its own version of the same Patient: another turn of the wheel, were it to see it.
            let json = br#"{"resourceType":"Patient","active":true}"#;
            let document = fhir::Document::scan(json, &fhir::Limits::default()).expect("it is FHIR");
            if change.kind != Kind::Deleted {
                effects.changes.push(Change::Put {
                    id,
                    prepared: document.root().prepare(&|_| None),
                    expected: ::record::Expected::Any,
                });
            }
        }
        Ok(effects)
    }

    async fn due(&self, due: &Due, _reads: &Reads) -> Result<Effects, Failure> {
        Ok(Effects {
            letters: vec![Letter {
                channel: "tally".to_owned(),
                address: "somewhere".to_owned(),
                person: Some(due.person),
                body: format!("{} due", due.id).into_bytes(),
            }],
            ..Effects::none()
        })
    }
}

/// What arrived: text by key, and how often each key was tried.
#[derive(Clone, Default)]
struct Postbox {
    arrived: Arc<Mutex<BTreeMap<String, String>>>,
    tried: Arc<Mutex<BTreeMap<String, u32>>>,
    flaky: Arc<AtomicBool>,
    refusing: Arc<AtomicBool>,
}

impl Channel for Postbox {
    fn name(&self) -> &'static str {
        "tally"
    }

    async fn send(&self, letter: &Posted) -> Delivery {
        let text = String::from_utf8_lossy(&letter.body).into_owned();
        let mut tried = self.tried.lock().expect("whole");
        let times = tried.entry(letter.key.clone()).or_default();
        *times += 1;
        if self.refusing.load(Ordering::Relaxed) {
            return Delivery::Refused("no");
        }
        // It arrives, but the answer is lost: the sender must try again with the same key.
        self.arrived
            .lock()
            .expect("whole")
            .insert(letter.key.clone(), text);
        if self.flaky.load(Ordering::Relaxed) && *times < 3 {
            return Delivery::Failed("lost");
        }
        Delivery::Delivered
    }
}

impl Postbox {
    fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.arrived.lock().expect("whole").values().cloned().collect();
        texts.sort();
        texts
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..1500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

async fn caught_up(house: &House) {
    until("caught up", async || {
        let all = house.record().followers().await.expect("status");
        all.iter().any(|one| one.follower == "tally" && one.behind == 0)
    })
    .await;
}

#[tokio::test]
async fn each_cause_has_its_effect_once_and_its_own_commits_are_not_seen() {
    let house = House::open().await;
    let (tally, letters) = (Tally::default(), Postbox::default());
    let running = house.engine().with(tally.clone()).sending(letters.clone()).run();
    let mut wanted = Vec::new();
    for _ in 0..5 {
        wanted.push(format!("{} 1", house.patient().await));
    }
    wanted.sort();
    until("five letters", async || letters.texts() == wanted).await;
    caught_up(&house).await;
    assert_eq!(tally.asked.load(Ordering::Relaxed), 5);
    // The timers are asked for by the care clock.
    house
        .actions
        .care_clock
        .set("2026-01-10T09:00:01Z".parse().expect("a time"));
    until("five more", async || letters.texts().len() == 10).await;
    assert!(running.stop(Duration::from_secs(10)).await);
    let all = house.record().followers().await.expect("status");
    let held: usize = all.iter().map(|one| one.holders.len()).sum();
    assert_eq!(held, 0, "the leases were given back: {all:?}");
    assert!(
        all.iter()
            .all(|one| one.behind == 0 && one.timers == 0 && one.letters == 0)
    );
}

#[tokio::test]
async fn one_that_is_stuck_holds_up_nobody_is_given_up_and_can_be_replayed() {
    let house = House::open().await;
    let (tally, letters) = (Tally::default(), Postbox::default());
    let stuck = house.record().new_id(house.record().fresh_bucket());
    tally.stuck.lock().expect("whole").insert(stuck.clone());
    let running = house.engine().with(tally.clone()).sending(letters.clone()).run();
    house.keep(&stuck).await;
    let other = house.patient().await;
    until("the other's letter", async || {
        letters.texts() == [format!("{other} 1")]
    })
    .await;
    // The clock stands: waits are counted from the row, and the row's time does not come.
    until("it was given up", async || {
        house.clock.advance(SignedDuration::from_secs(1));
        !house.record().dead(10).await.expect("the dead").is_empty()
    })
    .await;
    let dead = house.record().dead(10).await.expect("the dead").remove(0);
    assert_eq!(
        (dead.kind, dead.error.as_str(), dead.attempts),
        (DeadKind::Entry, "stuck", 3)
    );
    tally.stuck.lock().expect("whole").clear();
    let replay = Commit {
        dead: Some(DeadChange {
            kind: dead.kind,
            follower: dead.follower,
            bucket: dead.bucket,
            key: dead.key,
            replay: true,
        }),
        ..Commit::new("operator", Vec::new())
    };
    house.commit(replay).await;
    until("its letter", async || {
        letters.texts().contains(&format!("{stuck} 1"))
    })
    .await;
    until("nothing is dead", async || {
        house.record().dead(10).await.expect("the dead").is_empty()
    })
    .await;
    assert!(running.stop(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn stopping_does_not_wait_for_one_that_hangs_and_what_it_hung_on_is_done_later() {
    let house = House::open().await;
    let (tally, letters) = (Tally::default(), Postbox::default());
    tally.slow.store(true, Ordering::Relaxed);
    let settings = Settings {
        patience: Duration::from_secs(600),
        ..quick()
    };
    let engine = Engine::new(house.actions.clone(), settings);
    let running = engine.with(tally.clone()).run();
    let id = house.patient().await;
    until("it hangs", async || tally.asked.load(Ordering::Relaxed) > 0).await;
    assert!(!running.stop(Duration::from_millis(200)).await);
    // Another holder takes over when the lease has ended.
    tally.slow.store(false, Ordering::Relaxed);
    house.clock.advance(SignedDuration::from_secs(31));
    let running = house.engine().with(tally).sending(letters.clone()).run();
    until("its letter", async || letters.texts() == [format!("{id} 1")]).await;
    assert!(running.stop(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn a_letter_whose_answer_is_lost_is_sent_again_under_its_key() {
    let house = House::open().await;
    let letters = Postbox::default();
    letters.flaky.store(true, Ordering::Relaxed);
    let running = house
        .engine()
        .with(Tally::default())
        .sending(letters.clone())
        .run();
    let id = house.patient().await;
    until("three tries", async || {
        house.clock.advance(SignedDuration::from_secs(1));
        letters
            .tried
            .lock()
            .expect("whole")
            .values()
            .copied()
            .collect::<Vec<_>>()
            == [3]
    })
    .await;
    assert_eq!(letters.texts(), [format!("{id} 1")]);
    assert!(running.stop(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn a_letter_that_is_refused_waits_for_an_operator() {
    let house = House::open().await;
    let letters = Postbox::default();
    letters.refusing.store(true, Ordering::Relaxed);
    let running = house
        .engine()
        .with(Tally::default())
        .sending(letters.clone())
        .run();
    house.patient().await;
    until("refused", async || {
        house.record().dead(10).await.expect("the dead").len() == 1
    })
    .await;
    let dead = house.record().dead(10).await.expect("the dead").remove(0);
    assert_eq!(
        (dead.kind, dead.error.as_str(), dead.attempts),
        (DeadKind::Letter, "no", 1)
    );
    assert!(running.stop(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn two_engines_share_the_buckets_and_no_effect_is_repeated() {
    let house = House::open().await;
    let letters = Postbox::default();
    let settings = Settings {
        lease: Duration::from_secs(3),
        ..quick()
    };
    let one = Engine::new(house.actions.clone(), settings.clone())
        .with(Tally::default())
        .run();
    let mut wanted = Vec::new();
    for _ in 0..10 {
        wanted.push(format!("{} 1", house.patient().await));
    }
    let two = Engine::new(house.actions.clone(), settings)
        .with(Tally::default())
        .sending(letters.clone())
        .run();
    for _ in 0..10 {
        wanted.push(format!("{} 1", house.patient().await));
    }
    until("both hold half", async || {
        let all = house.record().followers().await.expect("status");
        let holders = all
            .iter()
            .find(|one| one.follower == "tally")
            .map(|one| one.holders.clone());
        holders.is_some_and(|holders| holders.iter().map(|(_, held)| *held).collect::<Vec<_>>() == [512, 512])
    })
    .await;
    wanted.sort();
    until("twenty letters", async || letters.texts() == wanted).await;
    // Under no second key either.
    assert_eq!(letters.tried.lock().expect("whole").len(), 20);
    assert!(one.stop(Duration::from_secs(10)).await && two.stop(Duration::from_secs(10)).await);
}

#[tokio::test]
async fn the_sample_passes_the_contract() {
    let house = House::open().await;
    house.patient().await;
    assert_follower_contract(&house.actions, Tally::default()).await;
}
