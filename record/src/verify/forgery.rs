//! What the database's owner could do, and what finds it. The forger has every key to the database and to the read
//! audit's files, knows how chains and seals are made, and in the worst case holds the signing key too.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audit::segment::{self, AuditHead, Frames};
use crate::body;
use crate::chain;
use crate::clock::FixedClock;
use crate::dialect::{self, Access, Connection, params};
use crate::feed::{log_rows, rows};
use crate::ids::Bucket;
use crate::keys;
use crate::seal::form::{self, By, Covered, SealedHead};
use crate::seal::signers;
use crate::verify::order::{facts, version_facts};
use crate::verify::{Proof, PublicKey, VerifyReport, verify_against};
use crate::writer::heads::Heads;
use crate::{Actor, Change, Commit, Expected, Lens, Options, Purpose, Record, Role};
use ed25519_dalek::{Signer, SigningKey};
use fhir::{Document, Limits, Prepared, ResourceType};

/// Number, time, heads, reads, signer and process.
type StoredSeal = (u64, i64, Vec<u8>, Vec<u8>, u64, Vec<u8>);

/// A record in a folder, with an anchor file in another.
struct Estate {
    folder: tempfile::TempDir,
    outside: tempfile::TempDir,
    clock: FixedClock,
    /// The patient's id, and the bucket that all that is about them lies in.
    patient: String,
    bucket: Bucket,
}

fn actor() -> Actor {
    Actor {
        id: "actor-1".to_owned(),
        role: Role::Development,
        organisation: None,
    }
}

fn prepare(json: &str) -> Prepared {
    let document = Document::scan(json.as_bytes(), &Limits::default()).expect("it is FHIR");
    document.root().prepare(&|_| None)
}

fn patient_named(name: &str) -> Prepared {
    prepare(&format!(
        r#"{{"resourceType":"Patient","name":[{{"family":"{name}"}}]}}"#
    ))
}

impl Estate {
    /// Six versions of one patient under three seals, five reads, all anchored and closed.
    async fn new() -> Estate {
        let (folder, outside) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("another"),
        );
        let clock = FixedClock::new("2026-01-10T08:00:00Z".parse().expect("a time"));
        let mut estate = Estate {
            folder,
            outside,
            clock,
            patient: String::new(),
            bucket: Bucket::wrapping(0),
        };
        let record = estate.open().await;
        for round in 0..3 {
            estate.write(&record, 2).await;
            if round == 0 {
                for _ in 0..5 {
                    estate.read(&record).await;
                }
            }
            record.seal().await.expect("sealed");
        }
        record.close().await;
        estate
    }

    fn directory(&self) -> &Path {
        self.folder.path()
    }

    fn anchor(&self) -> PathBuf {
        self.outside.path().join("anchor")
    }

    fn options(&self) -> Options {
        let mut options = Options::new(self.directory());
        options.seal_every = None;
        options.audit_segment_bytes = 64 << 10;
        options.readers = 1;
        options.anchor_file = Some(self.anchor());
        options
    }

    async fn open(&self) -> Record {
        Record::open(self.options(), Arc::new(self.clock.clone()))
            .await
            .expect("the record opens")
    }

    /// Writes versions of the patient.
    async fn write(&mut self, record: &Record, versions: u32) {
        for _ in 0..versions {
            let prepared = patient_named("Nash");
            let change = if self.patient.is_empty() {
                Change::Create { id: None, prepared }
            } else {
                Change::Put {
                    id: self.patient.clone(),
                    prepared,
                    expected: Expected::Any,
                }
            };
            let lens = Lens::development(&actor(), Purpose::DirectCare);
            let committed = record
                .commit(
                    &lens,
                    &actor(),
                    Purpose::DirectCare,
                    Commit::new("test", vec![change]),
                )
                .await
                .expect("kept");
            self.patient.clone_from(&committed.outcomes[0].id);
            self.bucket = committed.positions[0].0;
        }
    }

    async fn read(&self, record: &Record) {
        let lens = Lens::development(&actor(), Purpose::DirectCare);
        let mut ask = record.ask(&lens, &actor(), Purpose::DirectCare, record.new_request());
        let kind = ResourceType::from_name("Patient").expect("a type");
        let held = ask.read(kind, &self.patient).await.expect("there");
        let _ = held.open(&ask.disclose().await.expect("disclosed"));
    }

    fn connection(&self) -> Connection {
        dialect::connect(&self.options(), Access::Write).expect("it opens")
    }

    fn run(&self, text: &str) {
        self.connection().execute_batch(text).expect("tampered");
    }

    fn run_in_bucket(&self, text: &str) {
        self.run(&text.replace("BUCKET", &self.bucket.number().to_string()));
    }

    /// Makes the feed's chain follow again from what stands there, as nobody without the seals could tell.
    fn recompute_feed(&self) {
        let connection = self.connection();
        let mut before = [0; 32];
        for row in rows(&connection, self.bucket, 0, i64::MAX).expect("read") {
            let versions = log_rows(&connection, self.bucket, row.first_seq, row.count).expect("read");
            let digests: Vec<[u8; 32]> = versions
                .iter()
                .map(|version| body::digest_of(&body::unpack(&version.body, version.seq).expect("unpacks")))
                .collect();
            before = chain::hash(
                &before,
                &facts(self.bucket, &row),
                versions
                    .iter()
                    .zip(&digests)
                    .map(|(version, digest)| chain::row(&version_facts(version, *digest))),
            );
            connection
                .prepare("UPDATE feed SET chain = ?3 WHERE bucket = ?1 AND position = ?2")
                .expect("a statement")
                .execute(params![self.bucket.number(), row.position, before])
                .expect("updated");
        }
        connection
            .prepare("UPDATE bucket_head SET chain = ?2 WHERE bucket = ?1")
            .expect("a statement")
            .execute(params![self.bucket.number(), before])
            .expect("updated");
    }

    /// Makes every seal again over what stands there now, signed with the key of the folder: what only its holder can do.
    fn seal_again(&self) {
        let connection = self.connection();
        let key = keys::seal_key(self.directory()).expect("read").expect("a key");
        let heads = Heads::load(&connection).expect("read");
        let all: Vec<StoredSeal> = connection
            .prepare("SELECT number, at, heads, reads, signer, process FROM seal ORDER BY number")
            .expect("read")
            .query_map(params![], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get(5)?,
                ))
            })
            .expect("read")
            .collect::<Result<_, _>>()
            .expect("read");
        let mut before = [0; 32];
        for (number, at, stored, reads, signer, process) in all {
            let named: Vec<SealedHead> = form::load_heads(&stored)
                .expect("heads")
                .into_iter()
                .map(|(bucket, position)| {
                    let position = position.min(heads.get(bucket).position);
                    let chain = connection
                        .query_row(
                            "SELECT chain FROM feed WHERE bucket = ?1 AND position = ?2",
                            params![bucket.number(), position],
                            |row| row.get(0),
                        )
                        .expect("an entry");
                    SealedHead {
                        bucket,
                        position,
                        chain,
                    }
                })
                .collect();
            let mut reads = form::load_reads(&reads).expect("reads");
            if let Some(now) = self.frame_at(reads.segment, reads.end) {
                reads = now;
            }
            let covered = Covered {
                number,
                at,
                by: Some(By {
                    signer,
                    public: key.verifying_key().to_bytes(),
                    process: &process,
                }),
                heads: &named,
                reads: &reads,
            };
            let hash = form::hash(&before, &covered);
            connection
                .prepare(
                    "UPDATE seal SET heads = ?2, reads = ?3, hash = ?4, signature = ?5 WHERE number = ?1",
                )
                .expect("a statement")
                .execute(params![
                    number,
                    form::store_heads(&named),
                    form::store_reads(&reads),
                    hash,
                    key.sign(&hash).to_bytes()
                ])
                .expect("updated");
            before = hash;
        }
    }

    /// The last whole frame at or before an offset.
    fn frame_at(&self, segment: u64, end: u64) -> Option<AuditHead> {
        let bytes = std::fs::read(segment::path(self.directory(), segment)).ok()?;
        let (mut frames, _) = Frames::open(&bytes)?;
        let mut last = None;
        while frames.next().is_some() && frames.head.end <= end {
            last = Some(frames.head);
        }
        last
    }

    /// Writes the first segment of the read audit again, its frames as `change` leaves them; with their chain
    /// recomputed, or each with the hash it had.
    fn rewrite_reads(&self, recompute: bool, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
        let path = segment::path(self.directory(), 1);
        let bytes = std::fs::read(&path).expect("read");
        let (mut frames, before) = Frames::open(&bytes).expect("a segment");
        let (mut payloads, mut raw) = (Vec::new(), Vec::new());
        let mut from = segment::HEADER as usize;
        while let Some(payload) = frames.next() {
            payloads.push(payload.to_vec());
            raw.push(bytes[from..frames.head.end as usize].to_vec());
            from = frames.head.end as usize;
        }
        let mut now = segment::header(&before);
        if recompute {
            change(&mut payloads);
            let mut chain = before.chain;
            for payload in &payloads {
                let (frame, hash) = segment::frame(&chain, payload);
                now.extend(frame);
                chain = hash;
            }
        } else {
            change(&mut raw);
            now.extend(raw.concat());
        }
        std::fs::write(&path, now).expect("written");
    }

    fn verify(&self, proof: &Proof) -> VerifyReport {
        verify_against(&Options::new(self.directory()), proof).expect("verify runs")
    }

    fn with_anchor(&self) -> Proof {
        Proof {
            anchors: vec![self.anchor()],
            ..Proof::default()
        }
    }

    /// Nothing is wrong without the anchor, and the anchor finds this.
    fn only_the_anchor_finds(&self, place: &str, words: &str) {
        let report = self.verify(&Proof::default());
        assert_eq!(report.faults, [], "the forger was careless");
        finds(&self.verify(&self.with_anchor()), place, words);
    }
}

fn finds(report: &VerifyReport, place: &str, words: &str) {
    assert!(
        report
            .faults
            .iter()
            .any(|fault| fault.place == place && fault.words.contains(words)),
        "{place}: {words}: {:?}",
        report.faults
    );
}

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

#[tokio::test]
async fn a_sound_record_is_proven_up_to_its_last_anchor_and_says_what_lies_after_it() {
    let mut estate = Estate::new().await;
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
    let mut estate = Estate::new().await;
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

#[tokio::test]
async fn a_changed_entry_is_found_where_it_stands() {
    let estate = Estate::new().await;
    estate.run_in_bucket(CHANGE);
    finds(
        &estate.verify(&Proof::default()),
        "feed",
        "the chain breaks at entry 3: it was changed",
    );
}

#[tokio::test]
async fn a_changed_entry_whose_chain_was_recomputed_is_found_by_the_seal() {
    let estate = Estate::new().await;
    estate.run_in_bucket(CHANGE);
    estate.recompute_feed();
    let report = estate.verify(&Proof::default());
    finds(&report, "seal", "seal 2 does not match what it covers");
    assert!(
        report.faults.iter().all(|fault| fault.place == "seal"),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_whole_chain_recomputed_and_signed_with_the_key_is_found_by_the_anchor() {
    let estate = Estate::new().await;
    estate.run_in_bucket(CHANGE);
    estate.recompute_feed();
    estate.seal_again();
    estate.only_the_anchor_finds("anchor", "seal 2 is not the one anchored at");
}

#[tokio::test]
async fn a_removed_entry_is_found_where_it_stood() {
    let estate = Estate::new().await;
    estate.run_in_bucket("DELETE FROM feed WHERE bucket = BUCKET AND position = 4");
    let report = estate.verify(&Proof::default());
    finds(&report, "feed", "entry 5 follows 3: those between were removed");
    finds(&report, "feed", "seal 2 names entry 4, which is gone");
}

#[tokio::test]
async fn re_ordered_entries_are_found_and_called_so() {
    let estate = Estate::new().await;
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

#[tokio::test]
async fn a_tail_cut_with_all_that_belongs_to_it_is_found_by_the_seal_or_the_anchor() {
    let estate = Estate::new().await;
    estate.run_in_bucket(CUT);
    let report = estate.verify(&Proof::default());
    finds(&report, "feed", "names entry 6, which is gone: the feed was cut");
    estate.seal_again();
    estate.only_the_anchor_finds("anchor", "seal 3 is not the one anchored at");
}

#[tokio::test]
async fn a_removed_seal_is_found_by_the_gap_and_the_newest_by_the_anchor() {
    let estate = Estate::new().await;
    estate.run("DELETE FROM seal WHERE number = 2");
    let report = estate.verify(&estate.with_anchor());
    finds(&report, "seal", "seal 3 follows 1: those between were removed");
    finds(&report, "anchor", "seal 2, anchored at");
    let estate = Estate::new().await;
    estate.run("DELETE FROM seal WHERE number = 3");
    estate.only_the_anchor_finds("anchor", "is gone: the seals were cut after 2");
}

#[tokio::test]
async fn a_changed_read_is_found_and_one_recomputed_by_seal_or_anchor() {
    let change = |entries: &mut Vec<Vec<u8>>| {
        let entry = entries.get_mut(2).expect("five reads");
        let last = entry.last_mut().expect("not empty");
        // What came of the read: from "handed out" to "not found".
        *last = 2;
    };
    let estate = Estate::new().await;
    estate.rewrite_reads(false, change);
    finds(
        &estate.verify(&Proof::default()),
        "reads",
        "was changed or removed",
    );
    let estate = Estate::new().await;
    estate.rewrite_reads(true, change);
    finds(
        &estate.verify(&Proof::default()),
        "reads",
        "are not those that were sealed",
    );
    estate.seal_again();
    estate.only_the_anchor_finds("anchor", "seal 1 is not the one anchored at");
}

#[tokio::test]
async fn a_removed_read_is_found_and_one_recomputed_by_seal_or_anchor() {
    let estate = Estate::new().await;
    estate.rewrite_reads(false, |entries| drop(entries.remove(2)));
    finds(
        &estate.verify(&Proof::default()),
        "reads",
        "was changed or removed",
    );
    let estate = Estate::new().await;
    estate.rewrite_reads(true, |entries| drop(entries.remove(2)));
    finds(&estate.verify(&Proof::default()), "reads", "segment 1 was cut");
    estate.seal_again();
    estate.only_the_anchor_finds("anchor", "seal 1 is not the one anchored at");
}

#[tokio::test]
async fn a_cut_read_audit_is_found() {
    let estate = Estate::new().await;
    estate.rewrite_reads(false, |entries| drop(entries.pop()));
    finds(&estate.verify(&Proof::default()), "reads", "segment 1 was cut");
    std::fs::remove_file(segment::path(estate.directory(), 1)).expect("removed");
    finds(&estate.verify(&Proof::default()), "reads", "segment 1 is gone");
    // Nor does another process id make them somebody else's.
    std::fs::write(estate.directory().join("process"), "ab".repeat(16)).expect("written");
    finds(&estate.verify(&Proof::default()), "reads", "which is not here");
}

#[tokio::test]
async fn a_new_key_is_introduced_by_the_one_before_which_is_gone_and_old_seals_still_hold() {
    let mut estate = Estate::new().await;
    let first = keys::seal_key(estate.directory()).expect("read").expect("a key");
    let record = estate.open().await;
    record.rotate_key().await.expect("rotated");
    estate.write(&record, 1).await;
    record.seal().await.expect("sealed with the new key");
    // Asked for through the folder, as the command does while a service runs.
    crate::rotate_key(estate.directory()).expect("asked for");
    assert!(crate::is_rotating(estate.directory()).expect("read"));
    estate.write(&record, 1).await;
    record.seal().await.expect("sealed, and the key taken up");
    assert!(!crate::is_rotating(estate.directory()).expect("read"));
    record.close().await;
    let report = estate.verify(&estate.with_anchor());
    assert_eq!((report.faults.as_slice(), report.signers), (&[][..], 3));
    let now = keys::seal_key(estate.directory()).expect("read").expect("a key");
    assert_ne!(now.to_bytes(), first.to_bytes());
    let old = keys::hex(&first.to_bytes());
    for file in std::fs::read_dir(estate.directory().join("keys")).expect("a folder") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("read");
        assert!(!text.contains(&old), "the old private key is still there");
    }
    // Who trusted the first key alone, years ago, still can.
    let trusted: PublicKey = keys::hex(first.verifying_key().as_bytes())
        .parse()
        .expect("a key");
    let report = estate.verify(&Proof {
        public_key: Some(trusted),
        ..Proof::default()
    });
    assert_eq!(report.faults, []);
}

#[tokio::test]
async fn a_key_whose_taking_up_was_interrupted_is_taken_up_at_the_next_seal() {
    let mut estate = Estate::new().await;
    keys::prepare_next(estate.directory()).expect("prepared");
    let next = std::fs::read(estate.directory().join("keys/seal.next")).expect("read");
    let old = std::fs::read(estate.directory().join("keys/seal.key")).expect("read");
    estate.open().await.close().await;
    // As if the process had died between the commit and the renaming.
    std::fs::write(estate.directory().join("keys/seal.next"), &next).expect("written");
    std::fs::write(estate.directory().join("keys/seal.key"), old).expect("written");
    let record = estate.open().await;
    estate.write(&record, 1).await;
    record.close().await;
    assert_eq!(
        std::fs::read(estate.directory().join("keys/seal.key")).expect("read"),
        next
    );
    let report = estate.verify(&estate.with_anchor());
    assert_eq!((report.faults.as_slice(), report.signers), (&[][..], 2));
}

#[tokio::test]
async fn a_forged_signer_is_found_and_one_put_in_the_place_of_all_by_the_trusted_key() {
    let estate = Estate::new().await;
    let trusted: PublicKey = std::fs::read_to_string(estate.directory().join("keys/seal.pub"))
        .expect("read")
        .parse()
        .expect("a key");
    let stranger = SigningKey::from_bytes(&[42; 32]);
    signers::introduce(
        &estate.connection(),
        2,
        &stranger.verifying_key(),
        &stranger,
        1_768_000_000_000_000,
    )
    .expect("forged");
    finds(
        &estate.verify(&Proof::default()),
        "signer",
        "signer 2 was not introduced by the one before it",
    );
    // The forger replaces the only signer, the key and its public half, and signs everything anew.
    estate.run("DELETE FROM signer");
    let folder = estate.directory().join("keys");
    keys::write_whole(&folder, "seal.key", keys::hex(&stranger.to_bytes()).as_bytes()).expect("written");
    keys::write_whole(
        &folder,
        "seal.pub",
        keys::hex(stranger.verifying_key().as_bytes()).as_bytes(),
    )
    .expect("written");
    signers::introduce(
        &estate.connection(),
        1,
        &stranger.verifying_key(),
        &stranger,
        1_768_000_000_000_000,
    )
    .expect("forged");
    estate.seal_again();
    assert_eq!(estate.verify(&Proof::default()).faults, [], "careless");
    let report = estate.verify(&Proof {
        public_key: Some(trusted),
        ..Proof::default()
    });
    finds(
        &report,
        "signer",
        "none of the signers is the key that is trusted",
    );
    finds(
        &estate.verify(&estate.with_anchor()),
        "anchor",
        "seal 1 is not the one",
    );
}

#[tokio::test]
async fn seals_of_a_store_that_knew_one_key_and_one_process_still_hold() {
    let mut estate = Estate::new().await;
    let connection = estate.connection();
    let key = keys::seal_key(estate.directory()).expect("read").expect("a key");
    let mut before = [0; 32];
    let all: Vec<(u64, i64, Vec<u8>, Vec<u8>)> = connection
        .prepare("SELECT number, at, heads, reads FROM seal ORDER BY number")
        .and_then(|mut statement| {
            statement
                .query_map(params![], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })?
                .collect()
        })
        .expect("read");
    for (number, at, heads, reads) in all {
        let named: Vec<SealedHead> = form::load_heads(&heads)
            .expect("heads")
            .into_iter()
            .map(|(bucket, position)| SealedHead {
                bucket,
                position,
                chain: connection
                    .query_row(
                        "SELECT chain FROM feed WHERE bucket = ?1 AND position = ?2",
                        params![bucket.number(), position],
                        |row| row.get(0),
                    )
                    .expect("an entry"),
            })
            .collect();
        let reads = form::load_reads(&reads).expect("reads");
        let covered = Covered {
            number,
            at,
            by: None,
            heads: &named,
            reads: &reads,
        };
        let hash = form::hash(&before, &covered);
        connection
            .prepare("UPDATE seal SET hash = ?2, signature = ?3, process = x'', signer = 1 WHERE number = ?1")
            .expect("a statement")
            .execute(params![number, hash, key.sign(&hash).to_bytes()])
            .expect("updated");
        before = hash;
    }
    connection
        .execute_batch("DELETE FROM signer; DELETE FROM process")
        .expect("as before");
    drop(connection);
    std::fs::remove_file(estate.directory().join("process")).expect("it had none");
    std::fs::remove_file(estate.anchor()).expect("nor an anchor");
    assert_eq!(estate.verify(&Proof::default()).faults, []);
    let record = estate.open().await;
    estate.write(&record, 1).await;
    estate.read(&record).await;
    record.close().await;
    let report = estate.verify(&estate.with_anchor());
    assert_eq!((report.faults.as_slice(), report.signers), (&[][..], 1));
}
