//! What was destroyed does not come back with a backup, whichever of its runs and moments is restored.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use record::clock::{SystemClock, Wall};
use record::restore::Restore;

use crate::backup::kept::{Copy, Kept};
use crate::contract::destroy::{SECRETS, destroy, found, lived};
use crate::engine::postgresql::second;
use crate::house::{House, On, deed};
use crate::look::rows;

async fn what_was_destroyed_after_a_run_is_destroyed_again_by_its_restore(on: On) {
    let house = House::open_on(on).await;
    let clock = house.clock.clone();
    destroyed_after_a_run(on, house, &clock).await;
}

async fn a_clock_set_back_between_runs_brings_nothing_back_that_was_destroyed(on: On) {
    // The first run bears a later time than the second.
    destroyed_after_a_run(on, House::open_on(on).await, &Wall).await;
}

async fn destroyed_after_a_run(on: On, house: House, first_clock: &dyn SystemClock) {
    let kept = Kept::new(on);
    let begun = house.clock_now();
    lived(&house.record).await;
    house.clock.advance(SignedDuration::from_secs(60));
    let first = kept.only_run(&house.options(), false, first_clock).manifest.run;
    let until = house.clock_now();
    house.clock.advance(SignedDuration::from_secs(60));
    deed(&house.record, destroy(&["9990548609"], "actor-2"))
        .await
        .expect("destroyed");
    let second = kept.only_run(&house.options(), false, &house.clock).manifest;
    assert_eq!(
        second.parent, None,
        "what an older run carried would come back with it"
    );
    let nothing = [] as [String; 0];
    for (restore, run) in [
        (kept.newest(), &second.run),
        (
            Restore {
                run: Some(first.clone()),
                ..kept.newest()
            },
            &first,
        ),
        (
            Restore {
                until: Some(begun),
                ..kept.newest()
            },
            &second.run,
        ),
        (
            Restore {
                until: Some(until),
                ..kept.newest()
            },
            &second.run,
        ),
    ] {
        let copy = kept.restore(&restore).await;
        assert_eq!(&copy.restored.run, run);
        assert_eq!(
            left(&copy).await,
            nothing,
            "{:?} {:?}",
            restore.run,
            restore.until
        );
    }
    // A run that begins anew holds nothing of it, and equals the store.
    kept.run(&house, true).await;
    house.check().await;
}

/// A clock that does something when it is asked for the second time: a run asks at its beginning and when all is read.
struct Doing<'a> {
    clock: &'a dyn SystemClock,
    asked: AtomicUsize,
    what: Box<dyn Fn() + Send + Sync + 'a>,
}

impl SystemClock for Doing<'_> {
    fn now(&self) -> jiff::Timestamp {
        if self.asked.fetch_add(1, Ordering::SeqCst) == 1 {
            (self.what)();
        }
        self.clock.now()
    }
}

async fn a_run_in_whose_time_a_record_is_destroyed_is_begun_again_and_holds_nothing_of_it(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    lived(&house.record).await;
    let clock = Doing {
        clock: &house.clock,
        asked: AtomicUsize::new(0),
        what: Box::new(|| {
            let destroying = deed(&house.record, destroy(&["9990548609"], "actor-2"));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime
                .expect("a runtime")
                .block_on(destroying)
                .expect("destroyed");
        }),
    };
    kept.only_run(&house.options(), false, &clock);
    let copy = kept.restore(&kept.newest()).await;
    assert_eq!(left(&copy).await, [] as [String; 0]);
    assert_eq!(
        copy.digest().await,
        house.record.digest().await.expect("a digest")
    );
}

#[tokio::test]
async fn what_another_process_destroyed_does_not_come_back_with_a_run_from_before() {
    let house = House::open_on(On::Postgresql).await;
    let kept = Kept::new(On::Postgresql);
    lived(&house.record).await;
    let first = kept.only_run(&house.options(), false, &Wall).manifest.run;
    let (other, _folder) = second(&house).await;
    deed(&other, destroy(&["9990548609"], "actor-2"))
        .await
        .expect("destroyed");
    other.close().await;
    // The process that backs up has not destroyed anything, nor started since.
    kept.only_run(&house.options(), false, &Wall);
    let restore = Restore {
        run: Some(first),
        ..kept.newest()
    };
    assert_eq!(left(&kept.restore(&restore).await).await, [] as [String; 0]);
}

/// Where a secret still stands: in any byte of the copy's folder, and in any row of a server.
async fn left(copy: &Copy) -> Vec<String> {
    let mut left = found(copy.path(), &SECRETS);
    let hex = |text: &str| -> String { text.bytes().map(|byte| format!("{byte:02x}")).collect() };
    for row in rows(
        &copy.options(),
        &["log", "current", "locator", "value", "identity", "person"],
    )
    .await
    {
        let stands = |secret: &&str| row.contains(&hex(secret)) || row.contains(&hex(&secret.to_lowercase()));
        left.extend(
            SECRETS
                .iter()
                .filter(|secret| stands(secret))
                .map(|secret| format!("{secret}: {row}")),
        );
    }
    left
}

on_each_engine!(
    what_was_destroyed_after_a_run_is_destroyed_again_by_its_restore,
    a_clock_set_back_between_runs_brings_nothing_back_that_was_destroyed,
    a_run_in_whose_time_a_record_is_destroyed_is_begun_again_and_holds_nothing_of_it,
);
