//! Entries and seals: changed, removed, re-ordered, cut; with the chain as it was, recomputed, and sealed anew.

use crate::verify::Proof;
use crate::verify::forgery::engine::On;
use crate::verify::forgery::estate::{Estate, finds};

/// Changes what entry 3 says: it was for another purpose.
const CHANGE: &str = "UPDATE feed SET purpose = 5 WHERE bucket = BUCKET AND position = 3";
/// Takes the newest version away as if it had never been.
const CUT: &str = "DELETE FROM log WHERE bucket = BUCKET AND version = 6;
    DELETE FROM feed WHERE bucket = BUCKET AND position = 6;
    DELETE FROM history WHERE version = 5;
    UPDATE current SET version = 5,
      seq = (SELECT seq FROM log WHERE bucket = BUCKET AND version = 5),
      updated = (SELECT at FROM log WHERE bucket = BUCKET AND version = 5);
    UPDATE bucket_head SET position = 5, seq = (SELECT max(seq) FROM log WHERE bucket = BUCKET),
      updated = (SELECT at FROM feed WHERE bucket = BUCKET AND position = 5),
      chain = (SELECT chain FROM feed WHERE bucket = BUCKET AND position = 5) WHERE bucket = BUCKET;";

async fn a_changed_entry_is_found_where_it_stands(on: On) {
    let estate = Estate::new(on).await;
    estate.run_in_bucket(CHANGE);
    finds(
        &estate.verify(&Proof::default()),
        "feed",
        "the chain breaks at entry 3: it was changed",
    );
}

async fn a_changed_entry_whose_chain_was_recomputed_is_found_by_the_seal(on: On) {
    let estate = Estate::new(on).await;
    estate.run_in_bucket(CHANGE);
    estate.recompute_feed();
    let report = estate.verify(&Proof::default());
    finds(&report, "seal", "seal 2 does not match what it covers");
    assert!(
        report.faults.iter().all(|fault| fault.place == "seal"),
        "{report:?}"
    );
}

async fn a_whole_chain_recomputed_and_signed_with_the_key_is_found_by_the_anchor(on: On) {
    let estate = Estate::new(on).await;
    estate.run_in_bucket(CHANGE);
    estate.recompute_feed();
    estate.seal_again();
    estate.only_the_anchor_finds("anchor", "seal 2 is not the one anchored at");
}

async fn a_removed_entry_is_found_where_it_stood(on: On) {
    let estate = Estate::new(on).await;
    estate.run_in_bucket("DELETE FROM feed WHERE bucket = BUCKET AND position = 4");
    let report = estate.verify(&Proof::default());
    finds(&report, "feed", "entry 5 follows 3: those between were removed");
    finds(&report, "feed", "seal 2 names entry 4, which is gone");
}

async fn re_ordered_entries_are_found_and_called_so(on: On) {
    let estate = Estate::new(on).await;
    // Neighbours, moved with the hashes they had.
    estate.run_in_bucket(
        "UPDATE feed SET position = 100 WHERE bucket = BUCKET AND position = 3;
         UPDATE feed SET position = 3 WHERE bucket = BUCKET AND position = 4;
         UPDATE feed SET position = 4 WHERE bucket = BUCKET AND position = 100",
    );
    let report = estate.verify(&Proof::default());
    finds(
        &report,
        "feed",
        "the entry kept as 4 stands as 3: entries were re-ordered",
    );
    finds(
        &report,
        "feed",
        "the entry kept as 3 stands as 4: entries were re-ordered",
    );
    // With the chain recomputed the times give it away, and the seals.
    estate.recompute_feed();
    let report = estate.verify(&Proof::default());
    finds(&report, "feed", "entry 4 is not later than the one before");
    finds(&report, "seal", "seal 2 does not match what it covers");
}

async fn a_tail_cut_with_all_that_belongs_to_it_is_found_by_the_seal_or_the_anchor(on: On) {
    let estate = Estate::new(on).await;
    estate.run_in_bucket(CUT);
    let report = estate.verify(&Proof::default());
    finds(&report, "feed", "names entry 6, which is gone: the feed was cut");
    estate.seal_again();
    estate.only_the_anchor_finds("anchor", "seal 3 is not the one anchored at");
}

async fn a_removed_seal_is_found_by_the_gap_and_the_newest_by_the_anchor(on: On) {
    let estate = Estate::new(on).await;
    estate.run("DELETE FROM seal WHERE number = 2");
    let report = estate.verify(&estate.with_anchor());
    finds(&report, "seal", "seal 3 follows 1: those between were removed");
    finds(&report, "anchor", "seal 2, anchored at");
    let estate = Estate::new(on).await;
    estate.run("DELETE FROM seal WHERE number = 3");
    estate.only_the_anchor_finds("anchor", "is gone: the seals were cut after 2");
}

on_each_engine!(
    a_changed_entry_is_found_where_it_stands,
    a_changed_entry_whose_chain_was_recomputed_is_found_by_the_seal,
    a_whole_chain_recomputed_and_signed_with_the_key_is_found_by_the_anchor,
    a_removed_entry_is_found_where_it_stood,
    re_ordered_entries_are_found_and_called_so,
    a_tail_cut_with_all_that_belongs_to_it_is_found_by_the_seal_or_the_anchor,
    a_removed_seal_is_found_by_the_gap_and_the_newest_by_the_anchor,
);
