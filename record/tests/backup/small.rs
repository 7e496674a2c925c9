//! The small tables that change: letters are not sent twice, leases do not live on, timers are not lost.

use jiff::SignedDuration;
use record::restore::{Restore, recovered};
use record::{Drawer, Engine, Expected};

use crate::backup::kept::{Kept, apart};
use crate::house::{House, On, create, options};
use crate::look::{rows, run};
use crate::shapes::{observation, patient};

async fn write(house: &House, text: &str) {
    // Bytes are written as either engine reads them.
    let text = match house.database {
        None => text.to_owned(),
        Some(_) => text.replace("x'", "'\\x"),
    };
    run(&house.options(), &text).await;
}

async fn with_followers(house: &House) -> (u16, Vec<String>) {
    let person = create(&house.record, patient("Marsh")).await;
    let bucket = record::ids::id_bucket(&person).number();
    write(
        house,
        &format!(
            "INSERT INTO follower (bucket, follower, position, fence, holder, failures, error, retry_at)
               VALUES ({bucket}, 'webhook', 1, 4, x'aa', 2, 'refused', 5);
             INSERT INTO outbox (bucket, key, reactor, channel, address, person, body, state, attempts, next_at, error, at)
               VALUES ({bucket}, 'k1', 'webhook', 'https', 'a', 1, x'01', 1, 0, 0, NULL, 1),
                      ({bucket}, 'k2', 'webhook', 'https', 'a', 1, x'02', 2, 1, 0, NULL, 1);
             INSERT INTO due (bucket, reactor, key, at, person, type, id, note, cause, state, failures, retry_at)
               SELECT bucket, 'review', 'early', 7, person, type, id, x'', x'', 1, 0, 0 FROM current LIMIT 1;"
        ),
    ).await;
    (bucket, rows(&house.options(), &["outbox"]).await)
}

async fn letters_that_waited_are_held_and_leases_end(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    let (_, letters) = with_followers(&house).await;
    kept.only_run(&house.options(), false, &house.clock);
    let copy = kept.restore(&kept.newest()).await;
    assert_eq!(copy.restored.held_letters, 1);
    let held = rows(&copy.options(), &["outbox"]).await.join("\n");
    assert!(held.contains("held after a restore"), "{held}");
    assert_eq!(
        held.matches("Integer(2)").count(),
        letters.join("\n").matches("Integer(2)").count()
    );
    let follower = rows(&copy.options(), &["follower"]).await.join("\n");
    assert!(
        follower.contains("Integer(5)") && follower.contains("Null"),
        "{follower}"
    );
    // Told that nothing was sent since, it leaves them as they were.
    let copy = kept
        .restore(&Restore {
            send_waiting: true,
            ..kept.newest()
        })
        .await;
    assert_eq!(
        (
            rows(&copy.options(), &["outbox"]).await,
            copy.restored.held_letters
        ),
        (letters, 0)
    );
}

async fn at_an_earlier_moment_cursors_are_clipped_and_timers_of_both_times_are_kept(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    let (bucket, _) = with_followers(&house).await;
    // Runs bear the test's time, as commits do.
    kept.only_run(&house.options(), false, &house.clock);
    let until = house.clock_now();
    house.clock.advance(SignedDuration::from_secs(60));
    let later = create(&house.record, observation("not-yet-known", 3)).await;
    let second = create(&house.record, patient("Later")).await;
    write(
        &house,
        &format!(
            "DELETE FROM due;
             INSERT INTO due (bucket, reactor, key, at, person, type, id, note, cause, state, failures, retry_at)
               SELECT bucket, 'review', 'late', 7, person, type, id, x'', x'', 1, 0, 0 FROM current
               WHERE updated = (SELECT max(updated) FROM current);
             UPDATE follower SET position = 9;
             INSERT INTO dead_letter (bucket, follower, position, at, attempts, error, state)
               VALUES ({bucket}, 'webhook', 1, 1, 1, 'refused', 1), ({bucket}, 'webhook', 2, 1, 1, 'refused', 1);"
        ),
    ).await;
    assert_ne!(later, second);
    kept.only_run(&house.options(), false, &house.clock);
    let copy = kept
        .restore(&Restore {
            until: Some(until),
            ..kept.newest()
        })
        .await;
    let due = rows(&copy.options(), &["due"]).await.join("\n");
    // The early timer is back; the late one is about something that is not there at this moment.
    assert!(due.contains("early") && !due.contains("late"), "{due}");
    let follower = rows(&copy.options(), &["follower"]).await.join("\n");
    assert!(!follower.contains("Integer(9)"), "{follower}");
    assert_eq!(rows(&copy.options(), &["dead_letter"]).await.len(), 1);
}

async fn accounts_come_back_and_who_was_signed_in_does_not(on: On) {
    let house = House::open_on(on).await;
    let kept = Kept::new(on);
    create(&house.record, patient("Nash")).await;
    let cabinet = house.record.cabinet();
    for drawer in [Drawer::Account, Drawer::Session, Drawer::Grant] {
        let put = cabinet.put(drawer, "k", Expected::Absent, b"x".to_vec(), None);
        put.await.expect("answered").expect("made");
    }
    kept.only_run(&house.options(), false, &house.clock);
    let before = rows(&house.options(), &["cabinet"]).await;
    let copy = kept.restore(&kept.newest()).await;
    let after = rows(&copy.options(), &["cabinet"]).await;
    let session = format!("Integer({})", Drawer::Session.number());
    let carried: Vec<String> = before.into_iter().filter(|row| !row.contains(&session)).collect();
    assert_eq!((after.len(), after), (2, carried));
}

async fn who_was_signed_in_when_a_server_recovers_is_not_any_more(on: On) {
    let house = House::open_on(on).await;
    for drawer in Drawer::ALL {
        let cabinet = house.record.cabinet();
        let put = cabinet.put(drawer, "key", Expected::Absent, b"x".to_vec(), None);
        put.await.expect("answered").expect("kept");
    }
    let House {
        record,
        clock,
        folder,
        database,
    } = house;
    record.close().await;
    let mut options = options(folder.path());
    if let Some(database) = &database {
        options.engine = Engine::Postgres(database.settings());
    }
    let taken = apart(|| recovered(&options, false, &clock)).expect("taken in hand");
    assert_eq!(taken.report.faults, []);
    let house = House::open_at(folder, database, |_| ()).await;
    for drawer in Drawer::ALL {
        let found = house.record.cabinet().get(drawer, "key").await.expect("answered");
        assert_eq!(found.is_some(), drawer.is_backed_up(), "{drawer:?}");
    }
}

on_each_engine!(
    who_was_signed_in_when_a_server_recovers_is_not_any_more,
    accounts_come_back_and_who_was_signed_in_does_not,
    letters_that_waited_are_held_and_leases_end,
    at_an_earlier_moment_cursors_are_clipped_and_timers_of_both_times_are_kept,
);
