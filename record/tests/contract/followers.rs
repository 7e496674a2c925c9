//! Followers: an effect and its cursor are one, a lease that was taken refuses its old holder, timers fire once, letters
//! keep their keys, and what is given up waits for an operator.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use record::{
    Bucket, Cause, Change, Commit, CommitError, Committed, DeadChange, DeadKind, DueChange, Holder, Lease,
    Letter, PersonKey, Record, Sent, Start, Step,
};

use crate::house::{House, On, PURPOSE, actor, create, lens};
use crate::shapes::{kind, observation, patient};

const LEASE: Duration = Duration::from_secs(30);
const NAME: &str = "watch";

async fn keep(record: &Record, changes: Vec<Change>, step: Step) -> Result<Committed, CommitError> {
    let commit = Commit {
        step: Some(step),
        ..Commit::new("watch", changes)
    };
    record.commit(&lens(), &actor(), PURPOSE, commit).await
}

async fn decide(record: &Record, kind: DeadKind, key: &str, replay: bool) -> Result<Committed, CommitError> {
    let dead = record.dead(10).await.expect("the dead");
    let found = dead.iter().find(|dead| dead.kind == kind && dead.key == key);
    let found = found.expect("it was given up");
    let commit = Commit {
        dead: Some(DeadChange {
            kind,
            follower: found.follower.clone(),
            bucket: found.bucket,
            key: key.to_owned(),
            replay,
        }),
        ..Commit::new("operator", Vec::new())
    };
    record.commit(&lens(), &actor(), PURPOSE, commit).await
}

/// A follower that holds everything, and a person with one entry in the feed.
async fn scene(house: &House) -> (Holder, Lease, String) {
    house
        .record
        .register_follower(NAME, Start::Beginning)
        .await
        .expect("known");
    let id = create(&house.record, patient("Osei")).await;
    let (holder, leases) = everything(&house.record).await;
    (holder, of(&leases, &id), id)
}

async fn everything(record: &Record) -> (Holder, Vec<Lease>) {
    let holder = record.new_holder();
    let round = record.lease_round(NAME, holder, LEASE).await.expect("a round");
    (holder, round.taken)
}

fn of(leases: &[Lease], id: &str) -> Lease {
    let bucket = record::ids::id_bucket(id);
    *leases.iter().find(|lease| lease.bucket == bucket).expect("held")
}

fn step(lease: Lease, from: u64, to: u64) -> Step {
    Step::new(NAME, lease.bucket, lease.fence, from, to)
}

fn letter(address: &str) -> Letter {
    Letter {
        channel: "webhook".to_owned(),
        address: address.to_owned(),
        person: None,
        body: b"{}".to_vec(),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn set(key: &str, time: &str, bucket: Bucket) -> DueChange {
    DueChange::Set {
        key: key.to_owned(),
        at: at(time),
        person: PersonKey::new(bucket, 1),
        resource_type: kind("Patient"),
        id: "x".to_owned(),
        note: b"note".to_vec(),
    }
}

async fn positions_of_all_buckets_are_read_at_once_and_a_commit_wakes(on: On) {
    let house = House::open_on(on).await;
    assert_eq!(house.record.positions().await.expect("positions"), []);
    let mut changed = house.record.changed();
    // What opening wrote may still wake once: after that nothing does until a commit.
    let _ = changed.wait(Duration::from_millis(20)).await;
    assert!(!changed.wait(Duration::from_millis(20)).await);
    let id = create(&house.record, patient("Ahmed")).await;
    create(&house.record, observation(&id, 1)).await;
    assert!(changed.wait(Duration::from_secs(5)).await);
    // PostgreSQL's wake-ups come after the commit, when they come.
    if matches!(on, On::Sqlite) {
        let again = changed.wait(Duration::from_millis(20)).await;
        assert!(!again, "two commits were two wake-ups");
    }
    assert_eq!(
        house.record.positions().await.expect("positions"),
        [(record::ids::id_bucket(&id), 2)]
    );
}

async fn a_first_start_is_from_now_or_from_the_beginning_and_a_second_goes_on(on: On) {
    let house = House::open_on(on).await;
    let id = create(&house.record, patient("Begum")).await;
    for (name, start, position) in [("from-now", Start::Now, 1), ("from-first", Start::Beginning, 0)] {
        assert!(house.record.register_follower(name, start).await.expect("known"));
        let holder = house.record.new_holder();
        let round = house
            .record
            .lease_round(name, holder, LEASE)
            .await
            .expect("a round");
        assert_eq!((round.share, round.taken.len()), (1024, 1024));
        assert_eq!(of(&round.taken, &id).position, position);
    }
    create(&house.record, observation(&id, 1)).await;
    assert!(
        !house
            .record
            .register_follower("from-now", Start::Now)
            .await
            .expect("known")
    );
    let all = house.record.followers().await.expect("status");
    let behind: Vec<_> = all
        .iter()
        .map(|one| (one.follower.as_str(), one.behind))
        .collect();
    assert_eq!(behind, [("from-first", 2), ("from-now", 1)]);
    assert!(
        house
            .record
            .register_follower("Not A Name", Start::Now)
            .await
            .is_err()
    );
}

async fn an_effect_and_its_cursor_are_kept_together(on: On) {
    let house = House::open_on(on).await;
    let (_, lease, id) = scene(&house).await;
    let change = |value| {
        vec![Change::Create {
            id: None,
            prepared: observation(&id, value),
        }]
    };
    keep(&house.record, change(1), step(lease, 0, 1))
        .await
        .expect("kept");
    // The same step again, and one from where the cursor does not stand: nothing of them is kept.
    let before = house.record.digest().await.expect("a digest");
    for (from, to) in [(0, 1), (0, 2), (2, 3)] {
        let again = keep(&house.record, change(2), step(lease, from, to)).await;
        assert!(matches!(again, Err(CommitError::Fenced { .. })), "{again:?}");
    }
    assert_eq!(house.record.digest().await.expect("a digest"), before);
    keep(&house.record, change(3), step(lease, 1, 2))
        .await
        .expect("kept");
    house.check().await;
}

async fn a_commit_that_is_refused_for_its_changes_does_not_move_the_cursor(on: On) {
    let house = House::open_on(on).await;
    let (_, lease, id) = scene(&house).await;
    let twice = Change::Create {
        id: Some(id.clone()),
        prepared: patient("Again"),
    };
    let refused = keep(&house.record, vec![twice], step(lease, 0, 1)).await;
    assert!(matches!(refused, Err(CommitError::Exists { .. })), "{refused:?}");
    keep(&house.record, Vec::new(), step(lease, 0, 1))
        .await
        .expect("still at 0");
}

async fn a_step_without_changes_makes_no_feed_entry(on: On) {
    let house = House::open_on(on).await;
    let (_, lease, _) = scene(&house).await;
    let committed = keep(&house.record, Vec::new(), step(lease, 0, 1))
        .await
        .expect("kept");
    assert_eq!(committed.positions, []);
    assert_eq!(
        house.record.feed(lease.bucket, 1, 10).await.expect("the feed"),
        []
    );
    house.check().await;
}

async fn a_lease_that_was_taken_refuses_its_old_holder(on: On) {
    let house = House::open_on(on).await;
    let (old, lease, id) = scene(&house).await;
    // While the old holder is heard of, another one takes only what is given back.
    let new = house.record.new_holder();
    let round = house.record.lease_round(NAME, new, LEASE).await.expect("a round");
    assert_eq!((round.share, round.taken.len()), (512, 0));
    house.clock.advance(SignedDuration::from_secs(31));
    let round = house.record.lease_round(NAME, new, LEASE).await.expect("a round");
    assert_eq!((round.share, round.taken.len()), (1024, 1024));
    let taken = of(&round.taken, &id);
    assert_eq!(taken.fence, lease.fence + 1);
    let late = keep(&house.record, Vec::new(), step(lease, 0, 1)).await;
    assert!(matches!(late, Err(CommitError::Fenced { .. })), "{late:?}");
    let moves = vec![(lease.bucket, lease.fence, 0, 1)];
    assert_eq!(
        house.record.advance(NAME, moves).await.expect("advance"),
        [lease.bucket]
    );
    keep(&house.record, Vec::new(), step(taken, 0, 1))
        .await
        .expect("the new holder's");
    let back = house.record.lease_round(NAME, old, LEASE).await.expect("a round");
    assert_eq!((back.held.len(), back.taken.len()), (0, 0));
}

async fn buckets_are_shared_fairly_and_given_back_at_the_end(on: On) {
    let house = House::open_on(on).await;
    let (first, _, _) = scene(&house).await;
    let second = house.record.new_holder();
    house
        .record
        .lease_round(NAME, second, LEASE)
        .await
        .expect("a round");
    let round = house
        .record
        .lease_round(NAME, first, LEASE)
        .await
        .expect("a round");
    assert_eq!((round.share, round.held.len()), (512, 1024));
    let surplus = round.held[512..].iter().map(|(bucket, _)| *bucket).collect();
    house
        .record
        .give_back(NAME, first, surplus)
        .await
        .expect("given back");
    let round = house
        .record
        .lease_round(NAME, second, LEASE)
        .await
        .expect("a round");
    assert_eq!(round.taken.len(), 512);
    house.record.leave(NAME, first).await.expect("left");
    let round = house
        .record
        .lease_round(NAME, second, LEASE)
        .await
        .expect("a round");
    assert_eq!(
        (round.share, round.held.len(), round.taken.len()),
        (1024, 512, 512)
    );
}

async fn a_failure_is_remembered_with_its_wait_across_a_restart(on: On) {
    let house = House::open_on(on).await;
    let (_, lease, id) = scene(&house).await;
    let place = (lease.bucket, lease.fence, 0);
    let wait = SignedDuration::from_secs(90);
    for _ in 0..3 {
        assert!(
            house
                .record
                .entry_failed(NAME, place, "stubborn", wait)
                .await
                .expect("noted")
        );
    }
    let house = house.reopen().await;
    house.clock.advance(SignedDuration::from_secs(31));
    let (_, leases) = everything(&house.record).await;
    let lease = of(&leases, &id);
    assert_eq!(lease.failures, 3);
    assert_eq!(
        house.record.wait_left(lease.retry_at),
        SignedDuration::from_secs(59)
    );
    // A clock that went back since does not make it wait for longer than an hour.
    house.clock.advance(SignedDuration::from_hours(-24));
    assert_eq!(house.record.wait_left(lease.retry_at), SignedDuration::ZERO);
    let status = house.record.followers().await.expect("status");
    assert_eq!(
        (status[0].failing, status[0].error.as_deref()),
        (1, Some("stubborn"))
    );
    // Moving on forgets it.
    keep(&house.record, Vec::new(), step(lease, 0, 1))
        .await
        .expect("kept");
    assert_eq!(house.record.followers().await.expect("status")[0].failing, 0);
}

async fn an_entry_that_is_given_up_waits_for_an_operator_and_is_replayed_once(on: On) {
    let house = House::open_on(on).await;
    let (holder, lease, _) = scene(&house).await;
    let give_up = Step {
        cause: Cause::GaveUp {
            error: "stubborn".to_owned(),
        },
        ..step(lease, 0, 1)
    };
    keep(&house.record, Vec::new(), give_up).await.expect("kept");
    let dead = house.record.dead(10).await.expect("the dead");
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (dead[0].key.as_str(), dead[0].error.as_str(), dead[0].attempts),
        ("1", "stubborn", 1)
    );
    assert_eq!(house.record.replays(NAME, holder, 10).await.expect("replays"), []);
    decide(&house.record, DeadKind::Entry, "1", true)
        .await
        .expect("decided");
    let replays = house.record.replays(NAME, holder, 10).await.expect("replays");
    assert_eq!(replays, [(lease.bucket, 1)]);
    let replay = || Step {
        cause: Cause::Replay { position: 1 },
        letters: vec![letter("a")],
        ..step(lease, 1, 1)
    };
    keep(&house.record, Vec::new(), replay()).await.expect("kept");
    let again = keep(&house.record, Vec::new(), replay()).await;
    assert!(matches!(again, Err(CommitError::Fenced { .. })), "{again:?}");
    assert_eq!(house.record.dead(10).await.expect("the dead"), []);
    // What it sends bears the position of the entry, as it would have at first.
    let sender = senders(&house.record).await;
    let letters = house
        .record
        .letters("webhook", "outbox/webhook", sender, "a", 10)
        .await
        .expect("letters");
    assert_eq!(letters[0].key, format!("watch/{}/1/0", lease.bucket.number()));
}

async fn a_dropped_entry_is_gone_and_cannot_be_decided_twice(on: On) {
    let house = House::open_on(on).await;
    let (_, lease, _) = scene(&house).await;
    let give_up = Step {
        cause: Cause::GaveUp {
            error: "stubborn".to_owned(),
        },
        ..step(lease, 0, 1)
    };
    keep(&house.record, Vec::new(), give_up).await.expect("kept");
    decide(&house.record, DeadKind::Entry, "1", false)
        .await
        .expect("decided");
    assert_eq!(house.record.dead(10).await.expect("the dead"), []);
    let commit = Commit {
        dead: Some(DeadChange {
            kind: DeadKind::Entry,
            follower: NAME.to_owned(),
            bucket: lease.bucket,
            key: "1".to_owned(),
            replay: false,
        }),
        ..Commit::new("operator", Vec::new())
    };
    let again = house.record.commit(&lens(), &actor(), PURPOSE, commit).await;
    assert!(matches!(again, Err(CommitError::Fenced { .. })), "{again:?}");
}

async fn a_timer_fires_once_by_the_care_clock(on: On) {
    let house = House::open_on(on).await;
    let (holder, lease, _) = scene(&house).await;
    let asks = Step {
        due: vec![
            set("review", "2026-02-01T09:00:00Z", lease.bucket),
            set("other", "2026-02-01T10:00:00Z", lease.bucket),
        ],
        ..step(lease, 0, 1)
    };
    keep(&house.record, Vec::new(), asks).await.expect("kept");
    let due = |time| house.record.due(NAME, holder, at(time), 10);
    assert_eq!(due("2026-02-01T08:59:59Z").await.expect("due"), []);
    let fired = due("2026-02-01T09:00:00Z").await.expect("due");
    assert_eq!(
        (fired.len(), fired[0].key.as_str(), fired[0].note.as_slice()),
        (1, "review", &b"note"[..])
    );
    assert_eq!((fired[0].fence, fired[0].position), (lease.fence, 1));
    let fire = |time| Step {
        cause: Cause::Due {
            key: "review".to_owned(),
            at: at(time),
        },
        due: vec![set("review", "2026-03-01T09:00:00Z", lease.bucket)],
        letters: vec![letter("a")],
        ..step(lease, 1, 1)
    };
    keep(&house.record, Vec::new(), fire("2026-02-01T09:00:00Z"))
        .await
        .expect("kept");
    let again = keep(&house.record, Vec::new(), fire("2026-02-01T09:00:00Z")).await;
    assert!(matches!(again, Err(CommitError::Fenced { .. })), "{again:?}");
    let rest = due("2026-02-02T00:00:00Z").await.expect("due");
    assert_eq!(
        rest.iter().map(|due| due.key.as_str()).collect::<Vec<_>>(),
        ["other"]
    );
    // A cleared timer does not fire either.
    let clear = Step {
        cause: Cause::Due {
            key: "other".to_owned(),
            at: at("2026-02-01T10:00:00Z"),
        },
        due: vec![DueChange::Clear {
            key: "review".to_owned(),
        }],
        ..step(lease, 1, 1)
    };
    keep(&house.record, Vec::new(), clear).await.expect("kept");
    assert_eq!(due("2027-01-01T00:00:00Z").await.expect("due"), []);
}

async fn a_timer_set_again_for_the_same_time_sends_under_another_key(on: On) {
    let house = House::open_on(on).await;
    let (_, lease, id) = scene(&house).await;
    let time = "2026-02-01T09:00:00Z";
    for round in 0..2 {
        create(&house.record, observation(&id, round)).await;
        let from = u64::from(round);
        let asks = Step {
            due: vec![set("review", time, lease.bucket)],
            ..step(lease, from, from + 1)
        };
        keep(&house.record, Vec::new(), asks).await.expect("kept");
        let fire = Step {
            cause: Cause::Due {
                key: "review".to_owned(),
                at: at(time),
            },
            letters: vec![letter("a")],
            ..step(lease, from + 1, from + 1)
        };
        keep(&house.record, Vec::new(), fire).await.expect("kept");
    }
    let sender = senders(&house.record).await;
    let letters = house
        .record
        .letters("webhook", "outbox/webhook", sender, "a", 10)
        .await
        .expect("letters");
    assert_eq!(letters.len(), 2);
    assert_ne!(letters[0].key, letters[1].key);
}

async fn a_timer_that_fails_too_often_waits_for_an_operator_and_holds_nothing_up(on: On) {
    let house = House::open_on(on).await;
    let (holder, lease, _) = scene(&house).await;
    let time = "2026-01-01T09:00:00Z";
    let asks = Step {
        due: vec![set("a", time, lease.bucket), set("b", time, lease.bucket)],
        ..step(lease, 0, 1)
    };
    keep(&house.record, Vec::new(), asks).await.expect("kept");
    let place = (lease.bucket, lease.fence);
    let fail = |wait| {
        house
            .record
            .due_failed(NAME, place, ("a", at(time)), "stubborn", wait)
    };
    assert!(fail(Some(SignedDuration::from_mins(5))).await.expect("noted"));
    let keys = || async {
        let due = house
            .record
            .due(NAME, holder, at("2026-01-10T08:00:00Z"), 10)
            .await;
        due.expect("due")
            .into_iter()
            .map(|due| (due.key, due.failures))
            .collect::<Vec<_>>()
    };
    assert_eq!(keys().await, [("b".to_owned(), 0)]);
    house.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(keys().await, [("a".to_owned(), 1), ("b".to_owned(), 0)]);
    assert!(fail(None).await.expect("noted"));
    assert_eq!(keys().await, [("b".to_owned(), 0)]);
    decide(&house.record, DeadKind::Due, "a", true)
        .await
        .expect("decided");
    assert_eq!(keys().await, [("a".to_owned(), 0), ("b".to_owned(), 0)]);
}

async fn senders(record: &Record) -> Holder {
    let name = "outbox/webhook";
    record.register_follower(name, Start::Now).await.expect("known");
    let holder = record.new_holder();
    record.lease_round(name, holder, LEASE).await.expect("a round");
    holder
}

async fn a_letter_is_committed_with_its_cause_and_keeps_its_key_until_it_is_delivered(on: On) {
    let house = House::open_on(on).await;
    let (_, lease, _) = scene(&house).await;
    let sends = Step {
        letters: vec![letter("a"), letter("a")],
        ..step(lease, 0, 1)
    };
    keep(&house.record, Vec::new(), sends).await.expect("kept");
    let sender = senders(&house.record).await;
    let waiting = || async {
        let letters = house
            .record
            .letters("webhook", "outbox/webhook", sender, "a", 10)
            .await;
        letters
            .expect("letters")
            .into_iter()
            .map(|letter| (letter.key, letter.attempts))
            .collect::<Vec<_>>()
    };
    let key = |ordinal| format!("watch/{}/1/{ordinal}", lease.bucket.number());
    assert_eq!(waiting().await, [(key(0), 0), (key(1), 0)]);
    let again = Sent::Again {
        error: "timeout".to_owned(),
        wait: SignedDuration::from_secs(10),
    };
    let note = |outcome: Vec<(u8, Sent)>| {
        let outcomes = outcome
            .into_iter()
            .map(|(ordinal, sent)| (lease.bucket, key(ordinal), sent));
        house.record.letters_sent(outcomes.collect())
    };
    note(vec![(0, again), (1, Sent::Delivered)]).await.expect("noted");
    assert_eq!(waiting().await, []);
    house.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(waiting().await, [(key(0), 1)]);
    let dead = Sent::Dead {
        error: "refused".to_owned(),
    };
    note(vec![(0, dead)]).await.expect("noted");
    assert_eq!(waiting().await, []);
    decide(&house.record, DeadKind::Letter, &key(0), true)
        .await
        .expect("decided");
    assert_eq!(waiting().await, [(key(0), 0)]);
    note(vec![(0, Sent::Delivered)]).await.expect("noted");
    house.clock.advance(SignedDuration::from_hours(24 * 31));
    let month = SignedDuration::from_hours(24 * 30);
    assert_eq!(
        house
            .record
            .forget_letters("webhook", month)
            .await
            .expect("forgotten"),
        2
    );
}

async fn a_step_that_breaks_a_rule_is_refused_with_the_rule(on: On) {
    let house = House::open_on(on).await;
    let (_, lease, _) = scene(&house).await;
    let elsewhere = Bucket::new((lease.bucket.number() + 1) % 1024).expect("a bucket");
    let broken = [
        step(lease, 1, 1),
        Step {
            follower: "No Name".to_owned(),
            ..step(lease, 0, 1)
        },
        Step {
            due: vec![set("", "2026-01-01T00:00:00Z", lease.bucket)],
            ..step(lease, 0, 1)
        },
        Step {
            due: vec![set("key", "2026-01-01T00:00:00Z", elsewhere)],
            ..step(lease, 0, 1)
        },
        Step {
            letters: vec![Letter {
                channel: "A Channel".to_owned(),
                ..letter("a")
            }],
            ..step(lease, 0, 1)
        },
    ];
    for step in broken {
        let refused = keep(&house.record, Vec::new(), step.clone()).await;
        assert!(
            matches!(refused, Err(CommitError::BadStep { .. })),
            "{step:?}: {refused:?}"
        );
    }
    let empty = house
        .record
        .commit(&lens(), &actor(), PURPOSE, Commit::new("test", Vec::new()))
        .await;
    assert!(matches!(empty, Err(CommitError::Empty)));
    keep(&house.record, Vec::new(), step(lease, 0, 1))
        .await
        .expect("its neighbour is kept");
}

on_each_engine!(
    positions_of_all_buckets_are_read_at_once_and_a_commit_wakes,
    a_first_start_is_from_now_or_from_the_beginning_and_a_second_goes_on,
    an_effect_and_its_cursor_are_kept_together,
    a_commit_that_is_refused_for_its_changes_does_not_move_the_cursor,
    a_step_without_changes_makes_no_feed_entry,
    a_lease_that_was_taken_refuses_its_old_holder,
    buckets_are_shared_fairly_and_given_back_at_the_end,
    a_failure_is_remembered_with_its_wait_across_a_restart,
    an_entry_that_is_given_up_waits_for_an_operator_and_is_replayed_once,
    a_dropped_entry_is_gone_and_cannot_be_decided_twice,
    a_timer_fires_once_by_the_care_clock,
    a_timer_set_again_for_the_same_time_sends_under_another_key,
    a_timer_that_fails_too_often_waits_for_an_operator_and_holds_nothing_up,
    a_letter_is_committed_with_its_cause_and_keeps_its_key_until_it_is_delivered,
    a_step_that_breaks_a_rule_is_refused_with_the_rule,
);
