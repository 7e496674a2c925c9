//! What an anchor proves, and what becomes of one that cannot be written, or that a restore left behind.

use jiff::SignedDuration;

use crate::verify::Proof;
use crate::verify::forgery::engine::On;
use crate::verify::forgery::estate::{Estate, finds};

#[tokio::test]
async fn a_sound_record_is_proven_up_to_its_last_anchor_and_says_what_lies_after_it() {
    let mut estate = Estate::new(On::Sqlite).await;
    let report = estate.verify(&estate.with_anchor());
    assert_eq!(report.faults, []);
    let anchors = report.anchors.expect("compared");
    assert_eq!(
        (anchors.seals, anchors.feed_after, anchors.reads_after),
        (3, 0, 0)
    );
    // The anchor's volume is away: care goes on, and what is written meanwhile is unproven, not at fault.
    let away = estate.outside.path().join("away");
    std::fs::rename(estate.anchor(), &away).expect("away");
    std::fs::create_dir(estate.anchor()).expect("in its way");
    let record = estate.open().await;
    estate.write(&record, 4).await;
    estate.read(&record).await;
    record.seal().await.expect("sealed all the same");
    record.close().await;
    let report = estate.verify(&Proof {
        anchors: vec![away.clone()],
        ..Proof::default()
    });
    assert_eq!(report.faults, []);
    let anchors = report.anchors.expect("compared");
    assert_eq!((anchors.feed_after, anchors.reads_after), (4, 1));
    assert_eq!(anchors.last.map(|(number, _)| number), Some(3));
    // Back again, it catches up.
    std::fs::remove_dir(estate.anchor()).expect("out of its way");
    std::fs::rename(&away, estate.anchor()).expect("back");
    estate.open().await.close().await;
    let anchors = estate.verify(&estate.with_anchor()).anchors.expect("compared");
    assert_eq!(
        (anchors.seals, anchors.feed_after, anchors.reads_after),
        (5, 0, 0)
    );
}

#[tokio::test]
async fn an_anchor_that_cannot_be_written_is_counted_and_told_and_holds_up_nobody() {
    let mut estate = Estate::new(On::Sqlite).await;
    std::fs::remove_file(estate.anchor()).expect("away");
    std::fs::create_dir(estate.anchor()).expect("in its way");
    let record = estate.open().await;
    estate.write(&record, 1).await;
    record.seal().await.expect("sealed all the same");
    let began = std::time::Instant::now();
    let anchor = loop {
        let anchor = record.seal_status().anchor.expect("an anchor is wanted");
        if anchor.failures >= 2 || began.elapsed().as_secs() > 10 {
            break anchor;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    assert!(anchor.failures >= 2 && anchor.error.is_some(), "{anchor:?}");
    std::fs::remove_dir(estate.anchor()).expect("out of its way");
    estate.write(&record, 1).await;
    record.seal().await.expect("sealed");
    while record
        .seal_status()
        .anchor
        .is_some_and(|anchor| anchor.error.is_some())
        && began.elapsed().as_secs() < 20
    {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let anchor = record.seal_status().anchor.expect("an anchor is wanted");
    assert_eq!((anchor.error, anchor.last.map(|last| last.0)), (None, Some(5)));
    record.close().await;
}

async fn seals_that_a_restore_left_behind_are_named_by_its_line_and_are_no_tampering(on: On) {
    let mut estate = Estate::new(on).await;
    let backup = estate.back_up();
    let record = estate.open().await;
    estate.write(&record, 2).await;
    record.seal().await.expect("sealed");
    record.close().await;
    estate.clock.advance(SignedDuration::from_secs(60));
    estate.restore(&backup).await;
    let left = |estate: &Estate| {
        let report = estate.verify(&estate.with_anchor());
        assert_eq!(report.faults, []);
        let anchors = report.anchors.expect("compared");
        let left: Vec<_> = anchors
            .left_behind
            .iter()
            .map(|left| (left.line, left.seals))
            .collect();
        (left, anchors.last.map(|(number, _)| number))
    };
    assert_eq!(left(&estate), (vec![(2, 1)], Some(3)));
    // The line that began then is anchored in the same file, under numbers that the one before had used.
    let record = estate.open().await;
    estate.write(&record, 1).await;
    record.seal().await.expect("sealed");
    assert!(
        !record
            .seal_status()
            .anchor
            .expect("an anchor is wanted")
            .disagrees
    );
    record.close().await;
    assert_eq!(left(&estate), (vec![(2, 1)], Some(4)));
    // Without the line it is what it looks like.
    estate.run("DELETE FROM line WHERE number = 2");
    finds(
        &estate.verify(&estate.with_anchor()),
        "anchor",
        "seal 4 is not the one anchored at",
    );
}

async fn a_line_that_nobody_signed_excuses_no_cut(on: On) {
    let estate = Estate::new(on).await;
    estate.run("DELETE FROM seal WHERE number = 3");
    estate.run(
        "INSERT INTO line (number, store, at, run, until, seal, left_seal, left_hash, signature)
         SELECT 2, store, 1900000000000000, 'forged', NULL, 2, 0, signature, signature FROM line",
    );
    let report = estate.verify(&estate.with_anchor());
    finds(
        &report,
        "line",
        "line 2 does not bear the signature of any signer",
    );
    finds(&report, "anchor", "is gone: the seals were cut after 2");
}

on_each_engine!(
    seals_that_a_restore_left_behind_are_named_by_its_line_and_are_no_tampering,
    a_line_that_nobody_signed_excuses_no_cut,
);
