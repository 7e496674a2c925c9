//! The read audit: changed, removed, cut; with its chain as it was, recomputed, and sealed anew.

use crate::audit::segment;
use crate::verify::Proof;
use crate::verify::forgery::engine::On;
use crate::verify::forgery::estate::{Estate, finds};

async fn a_changed_read_is_found_and_one_recomputed_by_seal_or_anchor(on: On) {
    let change = |entries: &mut Vec<Vec<u8>>| {
        let entry = entries.get_mut(2).expect("five reads");
        let last = entry.last_mut().expect("not empty");
        // What came of the read: from "handed out" to "not found".
        *last = 2;
    };
    let estate = Estate::new(on).await;
    estate.rewrite_reads(false, change);
    finds(
        &estate.verify(&Proof::default()),
        "reads",
        "was changed or removed",
    );
    let estate = Estate::new(on).await;
    estate.rewrite_reads(true, change);
    finds(
        &estate.verify(&Proof::default()),
        "reads",
        "are not those that were sealed",
    );
    estate.seal_again();
    estate.only_the_anchor_finds("anchor", "seal 1 is not the one anchored at");
}

async fn a_removed_read_is_found_and_one_recomputed_by_seal_or_anchor(on: On) {
    let estate = Estate::new(on).await;
    estate.rewrite_reads(false, |entries| drop(entries.remove(2)));
    finds(
        &estate.verify(&Proof::default()),
        "reads",
        "was changed or removed",
    );
    let estate = Estate::new(on).await;
    estate.rewrite_reads(true, |entries| drop(entries.remove(2)));
    finds(&estate.verify(&Proof::default()), "reads", "segment 1 was cut");
    estate.seal_again();
    estate.only_the_anchor_finds("anchor", "seal 1 is not the one anchored at");
}

#[tokio::test]
async fn a_cut_read_audit_is_found() {
    let estate = Estate::new(On::Sqlite).await;
    estate.rewrite_reads(false, |entries| drop(entries.pop()));
    finds(&estate.verify(&Proof::default()), "reads", "segment 1 was cut");
    std::fs::remove_file(segment::path(estate.directory(), 1)).expect("removed");
    finds(&estate.verify(&Proof::default()), "reads", "segment 1 is gone");
    // Nor does another process id make them somebody else's.
    std::fs::write(estate.directory().join("process"), "ab".repeat(16)).expect("written");
    finds(&estate.verify(&Proof::default()), "reads", "which is not here");
}

on_each_engine!(
    a_changed_read_is_found_and_one_recomputed_by_seal_or_anchor,
    a_removed_read_is_found_and_one_recomputed_by_seal_or_anchor,
);
