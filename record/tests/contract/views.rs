//! Views: followed, rebuilt and restored from a snapshot they are the same; what is damaged is never trusted, and what
//! is left out is told.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use fhir::Prepared;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config as ProptestConfig, TestRunner};
use record::view::{Live, PersonNow, Reach, Unreadable, View, ViewSettings, ViewStatus};
use record::{Bucket, Change, Commit, Expected, PersonKey, Reason, Record, Stored, WholeRecord};

use crate::house::{House, On, PURPOSE, actor, commit, create, delete, lens, put};
use crate::shapes::{appointment, kind, observation, organization, patient};

/// A view in a few lines: the versions and bodies of every person's Patient and Observations.
#[derive(Default, Debug, Clone, PartialEq, Eq)]
struct Versions(BTreeMap<PersonKey, Vec<String>>);

/// How often something was taken in by itself, by the id of what came.
static ADDED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn line(one: &Stored) -> String {
    format!(
        "{} {} {}",
        one.id,
        one.version,
        String::from_utf8_lossy(&one.json)
    )
}

impl View for Versions {
    const NAME: &'static str = "versions";
    const SHAPE: u32 = 1;
    const READS: &'static [&'static str] = &["Patient", "Observation"];
    const WITH: Option<&'static [&'static str]> = Some(&["Patient"]);
    type Kept = Vec<String>;

    fn keep(now: &PersonNow<'_>) -> Result<Option<Vec<String>>, Unreadable> {
        let mut lines: Vec<String> = now
            .resources
            .iter()
            .map(line)
            .chain(
                now.survivor
                    .map(|survivor| format!("read with {}", survivor.value())),
            )
            .collect();
        if lines.iter().any(|line| line.contains("Faultless")) {
            return Err(Unreadable("a name that this view does not take"));
        }
        assert!(
            !lines.iter().any(|line| line.contains("Panic")),
            "a fault of the view"
        );
        lines.sort();
        Ok(Some(lines))
    }

    fn keep_more(now: &PersonNow<'_>) -> Option<Vec<String>> {
        let came = now
            .resources
            .iter()
            .filter(|one| one.resource_type != kind("Patient"));
        Some(came.map(line).collect())
    }

    fn add(&mut self, person: PersonKey, more: Vec<String>) {
        let ids = more.iter().filter_map(|line| line.split(' ').next());
        ADDED
            .lock()
            .expect("nobody failed")
            .extend(ids.map(str::to_owned));
        let lines = self.0.entry(person).or_default();
        lines.extend(more);
        lines.sort();
    }

    fn put(&mut self, person: PersonKey, kept: Option<Vec<String>>) {
        let shatters = |kept: &Vec<String>| kept.iter().any(|line| line.contains("Shatter"));
        assert!(!kept.as_ref().is_some_and(shatters), "a fault of the view");
        match kept {
            Some(kept) => self.0.insert(person, kept),
            None => self.0.remove(&person),
        };
    }

    fn save(&self, tell: &mut dyn FnMut(PersonKey, &[u8]) -> io::Result<()>) -> io::Result<()> {
        self.0
            .iter()
            .try_for_each(|(person, lines)| tell(*person, lines.join("\n").as_bytes()))
    }

    fn load(kept: &[u8]) -> Option<Vec<String>> {
        let text = std::str::from_utf8(kept).ok()?;
        Some(text.split('\n').map(str::to_owned).collect())
    }

    fn bytes(&self) -> u64 {
        self.0.values().flatten().map(|line| line.len() as u64).sum()
    }
}

const PATIENCE: Duration = Duration::from_secs(20);

fn quiet() -> ViewSettings {
    ViewSettings {
        snapshot_every: None,
        gather: Duration::ZERO,
    }
}

fn opened(record: &Record) -> Live<Versions> {
    Live::open(record, quiet()).expect("it opens")
}

async fn heads(record: &Record) -> Vec<(Bucket, u64)> {
    let mut heads = Vec::new();
    for bucket in Bucket::all() {
        let entries = record.feed(bucket, 0, 10_000).await.expect("the feed");
        heads.extend(entries.last().map(|entry| (bucket, entry.position)));
    }
    heads
}

/// What the view holds once it has seen everything.
async fn content(live: &Live<Versions>, heads: &[(Bucket, u64)]) -> Versions {
    assert_eq!(live.wait_for(heads, PATIENCE).await, Reach::Reached);
    live.read(Clone::clone).expect("it is ready")
}

async fn status_when(live: &Live<Versions>, fits: impl Fn(&ViewStatus) -> bool) -> ViewStatus {
    let mut status = live.status().await.expect("a status");
    for _ in 0..400 {
        if fits(&status) {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        status = live.status().await.expect("a status");
    }
    unreachable!("it never stands so: {status:?}");
}

fn snapshot_of(house: &House) -> PathBuf {
    house.folder.path().join("views/versions")
}

fn names(versions: &Versions, name: &str) -> usize {
    versions
        .0
        .values()
        .flatten()
        .filter(|line| line.contains(name))
        .count()
}

async fn a_view_is_built_from_what_is_current_and_follows_what_comes(on: On) {
    let house = House::open_on(on).await;
    let one = create(&house.record, patient("Abbot")).await;
    commit(&house.record, vec![put(&one, patient("Baker"), Expected::Any)])
        .await
        .expect("kept");
    create(&house.record, organization("Not of a type that is read")).await;
    let live = opened(&house.record);
    let seen = content(&live, &heads(&house.record).await).await;
    assert_eq!((names(&seen, "Abbot"), names(&seen, "Baker")), (0, 1));
    assert_eq!(seen.0.len(), 1);
    let committed = commit(&house.record, vec![put(&one, patient("Carter"), Expected::Any)])
        .await
        .expect("kept");
    let seen = content(&live, &committed.positions).await;
    assert_eq!((names(&seen, "Baker"), names(&seen, "Carter")), (0, 1));
    let committed = commit(&house.record, vec![delete(kind("Patient"), &one)])
        .await
        .expect("kept");
    assert_eq!(content(&live, &committed.positions).await, Versions::default());
    let status = live.status().await.expect("a status");
    assert_eq!((status.ready, status.behind, status.incomplete), (true, 0, 0));
    assert_eq!(status.last_error, None);
}

async fn a_resource_that_moves_is_with_one_person_at_every_moment_and_with_the_right_one_at_last(on: On) {
    let house = House::open_on(on).await;
    let (one, two) = (
        create(&house.record, patient("Dunn")).await,
        create(&house.record, patient("Ellis")).await,
    );
    let moving = create(&house.record, observation(&one, 71)).await;
    let live = opened(&house.record);
    content(&live, &heads(&house.record).await).await;
    let committed = commit(
        &house.record,
        vec![put(&moving, observation(&two, 72), Expected::Any)],
    )
    .await
    .expect("moved");
    let seen = content(&live, &committed.positions).await;
    let holders: Vec<bool> = seen
        .0
        .values()
        .filter(|lines| lines.iter().any(|line| line.starts_with(&moving)))
        .map(|lines| lines.iter().any(|line| line.contains("Ellis")))
        .collect();
    assert_eq!(holders, [true]);
}

async fn what_comes_to_somebody_is_taken_in_by_itself_and_once(on: On) {
    let house = House::open_on(on).await;
    let one = create(&house.record, patient("Dunn")).await;
    let first = create(&house.record, observation(&one, 70)).await;
    let live: Live<Versions> = Live::open(
        &house.record,
        ViewSettings {
            snapshot_every: None,
            gather: Duration::from_secs(3),
        },
    )
    .expect("it opens");
    content(&live, &heads(&house.record).await).await;
    let by_itself = |id: &str| {
        let added = ADDED.lock().expect("nobody failed");
        added.iter().filter(|each| *each == id).count()
    };
    let second = create(&house.record, observation(&one, 71)).await;
    content(&live, &heads(&house.record).await).await;
    assert_eq!((by_itself(&first), by_itself(&second)), (0, 1));
    // More than one step brings: the first reads the whole person, who then has what the next steps tell of.
    commit(&house.record, vec![put(&one, patient("Ellis"), Expected::Any)])
        .await
        .expect("kept");
    let many: Vec<_> = (0..230)
        .map(|number| {
            let (record, one) = (house.record.clone(), one.clone());
            tokio::spawn(async move { create(&record, observation(&one, number)).await })
        })
        .collect();
    let mut last = String::new();
    for one in many {
        last = one.await.expect("kept");
    }
    let seen = content(&live, &heads(&house.record).await).await;
    assert_eq!(seen.0.values().map(Vec::len).sum::<usize>(), 233);
    assert_eq!((names(&seen, "Ellis"), by_itself(&last)), (1, 0));
    let third = create(&house.record, observation(&one, 72)).await;
    let seen = content(&live, &heads(&house.record).await).await;
    assert_eq!(
        (seen.0.values().map(Vec::len).sum::<usize>(), by_itself(&third)),
        (234, 1)
    );
    live.rebuild().await.expect("it begins");
    status_when(&live, |status| status.building.is_none()).await;
    assert_eq!(content(&live, &heads(&house.record).await).await, seen);
}

async fn whoever_waits_for_a_commit_that_the_view_has_not_seen_is_told_that_it_is_updating(on: On) {
    let house = House::open_on(on).await;
    let live: Live<Versions> = Live::open(
        &house.record,
        ViewSettings {
            snapshot_every: None,
            gather: Duration::from_millis(600),
        },
    )
    .expect("it opens");
    content(&live, &[]).await;
    let id = create(&house.record, patient("Frost")).await;
    let positions = [(record::ids::id_bucket(&id), 1)];
    let short = Duration::from_millis(50);
    assert_eq!(live.wait_for(&positions, short).await, Reach::Updating);
    let status = live.status().await.expect("a status");
    assert_eq!((status.behind, status.position), (1, 0));
    assert_eq!(live.wait_for(&positions, PATIENCE).await, Reach::Reached);
    assert_eq!(names(&live.read(Clone::clone).expect("ready"), "Frost"), 1);
}

async fn a_restart_takes_the_snapshot_and_follows_from_there(on: On) {
    let mut house = House::open_on(on).await;
    let id = create(&house.record, patient("Grant")).await;
    let live = opened(&house.record);
    let before = content(&live, &heads(&house.record).await).await;
    live.close().await.expect("a snapshot");
    house = house.reopen().await;
    commit(&house.record, vec![put(&id, patient("Hobbs"), Expected::Any)])
        .await
        .expect("kept");
    let live = opened(&house.record);
    let status = status_when(&live, |status| status.ready).await;
    assert!(status.snapshot.is_some(), "it was not built anew: {status:?}");
    let seen = content(&live, &heads(&house.record).await).await;
    assert_eq!((names(&before, "Grant"), names(&seen, "Hobbs")), (1, 1));
    assert_eq!(names(&seen, "Grant"), 0);
}

async fn a_snapshot_with_any_byte_changed_or_cut_is_refused_and_the_view_built_again(on: On) {
    let mut house = House::open_on(on).await;
    create(&house.record, patient("Irwin")).await;
    let live = opened(&house.record);
    let right = content(&live, &heads(&house.record).await).await;
    live.close().await.expect("a snapshot");
    let path = snapshot_of(&house);
    let whole = std::fs::read(&path).expect("a snapshot");
    let mut damaged: Vec<Vec<u8>> = (0..12)
        .map(|part| {
            let mut bytes = whole.clone();
            let at = part * (bytes.len() - 1) / 11;
            bytes[at] ^= 0x10;
            bytes
        })
        .collect();
    damaged.push(whole[..whole.len() - 1].to_vec());
    damaged.push(whole[..whole.len() / 2].to_vec());
    damaged.push([whole.clone(), vec![0]].concat());
    damaged.push(Vec::new());
    for bytes in damaged {
        std::fs::write(&path, bytes).expect("written");
        house = house.reopen().await;
        let live = opened(&house.record);
        assert_eq!(content(&live, &heads(&house.record).await).await, right);
        let status = live.status().await.expect("a status");
        let (_, words) = status.last_error.expect("it says why");
        assert!(words.contains("snapshot"), "{words}");
        drop(live.close().await);
    }
}

async fn a_snapshot_of_another_store_or_another_past_is_refused(on: On) {
    let (one, mut other) = (House::open_on(on).await, House::open_on(on).await);
    for house in [&one, &other] {
        let prepared: Prepared = patient("Same");
        commit(
            &house.record,
            vec![put(
                "0190a5a0-0000-7000-8000-000000000007",
                prepared,
                Expected::Any,
            )],
        )
        .await
        .expect("kept");
    }
    let live = opened(&one.record);
    content(&live, &heads(&one.record).await).await;
    live.close().await.expect("a snapshot");
    std::fs::create_dir_all(other.folder.path().join("views")).expect("a folder");
    std::fs::copy(snapshot_of(&one), snapshot_of(&other)).expect("copied");
    other = other.reopen().await;
    let live = opened(&other.record);
    content(&live, &heads(&other.record).await).await;
    let (_, words) = live
        .status()
        .await
        .expect("a status")
        .last_error
        .expect("it says why");
    assert!(words.contains("another store"), "{words}");
}

async fn somebody_who_cannot_be_read_is_left_out_and_the_view_says_that_it_is_incomplete(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Jarvis")).await;
    create(&house.record, patient("Kemp")).await;
    let live = opened(&house.record);
    content(&live, &heads(&house.record).await).await;
    let bad = commit(&house.record, vec![put(&id, patient("Faultless"), Expected::Any)])
        .await
        .expect("kept");
    let seen = content(&live, &bad.positions).await;
    assert_eq!((names(&seen, "Jarvis"), names(&seen, "Kemp")), (0, 1));
    let status = live.status().await.expect("a status");
    assert_eq!((status.incomplete, live.incomplete()), (1, Some(1)));
    assert!(
        status
            .last_error
            .is_some_and(|(_, words)| !words.contains("Faultless"))
    );
    // The others go on, and the person comes back once the view can read them.
    create(&house.record, patient("Lowe")).await;
    let good = commit(&house.record, vec![put(&id, patient("Marsh"), Expected::Any)])
        .await
        .expect("kept");
    content(&live, &good.positions).await;
    let seen = content(&live, &heads(&house.record).await).await;
    assert_eq!((names(&seen, "Marsh"), names(&seen, "Lowe")), (1, 1));
    assert_eq!(live.incomplete(), Some(0));
}

async fn a_fault_in_a_views_code_is_told_and_the_view_does_not_stand_still_in_silence(on: On) {
    let house = House::open_on(on).await;
    let live = opened(&house.record);
    content(&live, &[]).await;
    let id = create(&house.record, patient("Panic")).await;
    let status = status_when(&live, |status| status.incomplete == 1).await;
    assert!(
        status
            .last_error
            .is_some_and(|(_, words)| words.contains("fault"))
    );
    commit(&house.record, vec![put(&id, patient("Noble"), Expected::Any)])
        .await
        .expect("kept");
    let seen = content(&live, &heads(&house.record).await).await;
    assert_eq!((names(&seen, "Noble"), live.incomplete()), (1, Some(0)));
}

async fn a_fault_while_the_copy_is_changed_takes_the_copy_away_until_it_is_built_again(on: On) {
    let house = House::open_on(on).await;
    let live = opened(&house.record);
    content(&live, &[]).await;
    let id = create(&house.record, patient("Shatter")).await;
    let status = status_when(&live, |status| status.last_error.is_some()).await;
    assert!(!status.ready, "nobody is shown a copy that was left half changed");
    commit(&house.record, vec![put(&id, patient("Noble"), Expected::Any)])
        .await
        .expect("kept");
    let seen = content(&live, &heads(&house.record).await).await;
    assert_eq!(names(&seen, "Noble"), 1);
}

async fn snapshots_of_views_that_nobody_keeps_any_more_are_removed(on: On) {
    let house = House::open_on(on).await;
    let live = opened(&house.record);
    content(&live, &[]).await;
    live.snapshot().await.expect("a snapshot");
    let folder = house.folder.path().join("views");
    std::fs::write(folder.join("of-old"), b"somebody").expect("written");
    std::fs::write(folder.join("versions.part"), b"cut short").expect("written");
    record::view::remove_others(house.folder.path(), &["versions"]).expect("removed");
    let left: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|file| file.expect("a file").file_name())
        .collect();
    assert_eq!(left, ["versions"]);
}

async fn deed_done(record: &Record, deed: WholeRecord) -> Option<Vec<(Bucket, u64)>> {
    let commit = Commit::of_deed("test", deed);
    let done = record.commit(&lens(), &actor(), PURPOSE, commit).await;
    done.ok().map(|done| done.positions)
}

async fn who_is_joined_to_another_is_known_as_such_until_they_are_parted(on: On) {
    let house = House::open_on(on).await;
    let (one, two) = (
        create(&house.record, patient("Ogden")).await,
        create(&house.record, patient("Poole")).await,
    );
    let live = opened(&house.record);
    let before = content(&live, &heads(&house.record).await).await;
    let join = WholeRecord::Join {
        superseded: one.clone(),
        survivor: two,
        reason: Reason::Duplicate,
    };
    let joined = deed_done(&house.record, join).await.expect("joined");
    let seen = content(&live, &joined).await;
    assert_eq!((names(&seen, "read with"), names(&seen, "Ogden")), (1, 1));
    let part = WholeRecord::Part {
        superseded: one,
        reason: Reason::DifferentPeople,
    };
    let parted = deed_done(&house.record, part).await.expect("parted");
    assert_eq!(content(&live, &parted).await, before);
}

async fn what_was_destroyed_is_in_no_view_and_in_no_snapshot_also_after_a_kill(on: On) {
    let mut house = House::open_on(on).await;
    let id = create(&house.record, patient("Quarterstaff")).await;
    create(&house.record, patient("Rhodes")).await;
    let live = opened(&house.record);
    content(&live, &heads(&house.record).await).await;
    live.snapshot().await.expect("a snapshot");
    let holds = |house: &House| {
        let folder = std::fs::read_dir(house.folder.path().join("views")).expect("a folder");
        let files = folder.map(|file| std::fs::read(file.expect("a file").path()).expect("bytes"));
        files
            .filter(|bytes| bytes.windows(12).any(|window| window == b"Quarterstaff"))
            .count()
    };
    assert_eq!(holds(&house), 1);
    let old = std::fs::read(snapshot_of(&house)).expect("bytes");
    let destroy = WholeRecord::Destroy {
        people: vec![id],
        ground: Reason::CourtOrder,
        asked_by: "somebody-else".to_owned(),
    };
    let destroyed = deed_done(&house.record, destroy).await.expect("destroyed");
    let seen = content(&live, &destroyed).await;
    assert_eq!((names(&seen, "Quarterstaff"), names(&seen, "Rhodes")), (0, 1));
    status_when(&live, |status| status.snapshot.is_none()).await;
    assert_eq!(holds(&house), 0, "the old snapshot went by itself");
    live.close().await.expect("a snapshot");
    // As if the process had been killed before it removed the snapshot.
    std::fs::write(snapshot_of(&house), old).expect("written");
    house = house.reopen().await;
    let live = opened(&house.record);
    let again = content(&live, &destroyed).await;
    assert_eq!(again, seen);
    live.close().await.expect("a snapshot");
    assert_eq!(holds(&house), 0);
}

/// One step of a history. Numbers choose among the few people and results there are.
#[derive(Debug, Clone)]
enum Deed {
    Person(u8, u8),
    Result(u8, u8, u8),
    Remove(u8),
    RemoveResult(u8),
    Group(u8, u8),
    Move(u8, u8),
    Join(u8, u8),
    Part(u8),
    Destroy(u8),
    /// A snapshot, or one that a kill cut short.
    Snapshot,
    Cut,
    Restart,
    Rebuild,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..6u8, any::<u8>()).prop_map(|(who, what)| Deed::Person(who, what)),
        6 => (0..8u8, 0..6u8, any::<u8>()).prop_map(|(which, who, what)| Deed::Result(which, who, what)),
        1 => (0..6u8).prop_map(Deed::Remove),
        1 => (0..8u8).prop_map(Deed::RemoveResult),
        1 => (0..6u8, 0..6u8).prop_map(|(one, two)| Deed::Group(one, two)),
        2 => (0..8u8, 0..6u8).prop_map(|(which, who)| Deed::Move(which, who)),
        2 => (0..6u8, 0..6u8).prop_map(|(one, two)| Deed::Join(one, two)),
        1 => (0..6u8).prop_map(Deed::Part),
        1 => (0..6u8).prop_map(Deed::Destroy),
        1 => Just(Deed::Snapshot),
        1 => Just(Deed::Cut),
        1 => Just(Deed::Restart),
        1 => Just(Deed::Rebuild),
    ]
}

fn person_id(who: u8) -> String {
    format!("person-{who}")
}

fn result_id(which: u8) -> String {
    format!("result-{which}")
}

fn changes(deed: &Deed) -> Vec<Change> {
    match deed {
        Deed::Person(who, what) => vec![put(&person_id(*who), patient(&format!("N{what}")), Expected::Any)],
        Deed::Result(which, who, what) => vec![put(
            &result_id(*which),
            observation(&person_id(*who), u32::from(*what)),
            Expected::Any,
        )],
        Deed::Remove(who) => vec![delete(kind("Patient"), &person_id(*who))],
        Deed::RemoveResult(which) => vec![delete(kind("Observation"), &result_id(*which))],
        Deed::Group(one, two) => vec![Change::Create {
            id: None,
            prepared: appointment(&[&person_id(*one), &person_id(*two)]),
        }],
        Deed::Move(which, who) => vec![Change::Move {
            id: result_id(*which),
            prepared: observation(&person_id(*who), 60),
            expected: Expected::Any,
            reason: Reason::WrongPerson,
        }],
        _ => Vec::new(),
    }
}

fn whole(deed: &Deed) -> Option<WholeRecord> {
    Some(match deed {
        Deed::Join(one, two) => WholeRecord::Join {
            superseded: person_id(*one),
            survivor: person_id(*two),
            reason: Reason::Duplicate,
        },
        Deed::Part(one) => WholeRecord::Part {
            superseded: person_id(*one),
            reason: Reason::DifferentPeople,
        },
        Deed::Destroy(one) => WholeRecord::Destroy {
            people: vec![person_id(*one)],
            ground: Reason::Retention,
            asked_by: "somebody-else".to_owned(),
        },
        _ => return None,
    })
}

async fn history_gives_one_view(on: On, deeds: Vec<Deed>, cuts: Vec<usize>) {
    let mut house = House::open_on(on).await;
    let mut live = opened(&house.record);
    let mut cuts = cuts.into_iter().cycle();
    for deed in &deeds {
        match deed {
            Deed::Snapshot => live.snapshot().await.expect("a snapshot"),
            Deed::Rebuild => live.rebuild().await.expect("it begins"),
            Deed::Cut => {
                // A kill in the middle of writing leaves this beside the snapshot before.
                let path = snapshot_of(&house).with_extension("part");
                let bytes = std::fs::read(snapshot_of(&house)).unwrap_or_default();
                let length = cuts.next().unwrap_or(0) % (bytes.len() + 1);
                std::fs::create_dir_all(house.folder.path().join("views")).expect("a folder");
                std::fs::write(path, &bytes[..length]).expect("written");
            }
            Deed::Restart => {
                // Without a last snapshot, as after a kill.
                drop(live);
                house = house.reopen_when_free().await;
                live = opened(&house.record);
            }
            deed => match whole(deed) {
                // Some are refused: the same must come of them everywhere all the same.
                Some(whole) => drop(deed_done(&house.record, whole).await),
                None => drop(commit(&house.record, changes(deed)).await),
            },
        }
    }
    let heads = heads(&house.record).await;
    let followed = content(&live, &heads).await;
    live.rebuild().await.expect("it begins");
    status_when(&live, |status| status.building.is_none()).await;
    let rebuilt = content(&live, &heads).await;
    assert_eq!(followed, rebuilt);
    live.close().await.expect("a snapshot");
    house = house.reopen().await;
    let live = opened(&house.record);
    let restored = content(&live, &heads).await;
    assert_eq!(restored, rebuilt);
    assert_eq!(live.status().await.expect("a status").last_error, None);
    drop(live.close().await);
}

fn followed_rebuilt_and_restored_are_the_same_after_any_history(on: On) {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: on.cases(12),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let histories = (
        proptest::collection::vec(deed(), 1..60),
        proptest::collection::vec(0usize..100_000, 4),
    );
    runner
        .run(&histories, |(deeds, cuts)| {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(history_gives_one_view(on, deeds, cuts));
            Ok(())
        })
        .expect("it holds for all");
}

on_each_engine! {
    a_view_is_built_from_what_is_current_and_follows_what_comes,
    a_resource_that_moves_is_with_one_person_at_every_moment_and_with_the_right_one_at_last,
    what_comes_to_somebody_is_taken_in_by_itself_and_once,
    whoever_waits_for_a_commit_that_the_view_has_not_seen_is_told_that_it_is_updating,
    a_restart_takes_the_snapshot_and_follows_from_there,
    a_snapshot_with_any_byte_changed_or_cut_is_refused_and_the_view_built_again,
    a_snapshot_of_another_store_or_another_past_is_refused,
    somebody_who_cannot_be_read_is_left_out_and_the_view_says_that_it_is_incomplete,
    a_fault_in_a_views_code_is_told_and_the_view_does_not_stand_still_in_silence,
    a_fault_while_the_copy_is_changed_takes_the_copy_away_until_it_is_built_again,
    snapshots_of_views_that_nobody_keeps_any_more_are_removed,
    who_is_joined_to_another_is_known_as_such_until_they_are_parted,
    what_was_destroyed_is_in_no_view_and_in_no_snapshot_also_after_a_kill,
}

properties_on_each_engine! {
    followed_rebuilt_and_restored_are_the_same_after_any_history,
}
