//! What a forger finds: a record that was lived in, sealed and anchored; and what they can do to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::access::Sight;
use crate::audit::segment::{self, AuditHead, Frames};
use crate::backup::{Backup, Identity};
use crate::body;
use crate::chain;
use crate::clock::FixedClock;
use crate::dialect::{self, Access, Connection, params};
use crate::feed::{log_rows, rows};
use crate::ids::Bucket;
use crate::keys;
use crate::restore::Restore;
use crate::seal::form::{self, By, Covered, SealedHead};
use crate::verify::forgery::engine::{Database, On, apart};
use crate::verify::order::{facts, version_facts};
use crate::verify::{Proof, VerifyReport, verify_against};
use crate::writer::heads::Heads;
use crate::{Actor, Change, Commit, Engine, Expected, Options, Purpose, Record, Role};
use ed25519_dalek::Signer;
use fhir::{Document, Limits, Prepared, ResourceType};

/// Number, time, heads, reads, signer and process.
type StoredSeal = (u64, i64, Vec<u8>, Vec<u8>, u64, Vec<u8>);

/// A folder of backups, and who can read them.
pub(super) struct Kept {
    folder: tempfile::TempDir,
    identity: Identity,
}

/// A record in a folder, with an anchor file in another.
pub(super) struct Estate {
    folder: tempfile::TempDir,
    pub(super) outside: tempfile::TempDir,
    pub(super) clock: FixedClock,
    /// Where the engine is a server.
    database: Option<Database>,
    /// The patient's id, and the bucket that all that is about them lies in.
    pub(super) patient: String,
    pub(super) bucket: Bucket,
}

pub(super) fn actor() -> Actor {
    Actor::new("actor-1", Role::Development, None)
}

pub(super) fn prepare(json: &str) -> Prepared {
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
    pub(super) async fn new(on: On) -> Estate {
        let (folder, outside) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("another"),
        );
        let clock = FixedClock::new("2026-01-10T08:00:00Z".parse().expect("a time"));
        let mut estate = Estate {
            folder,
            outside,
            clock,
            database: match on {
                On::Sqlite => None,
                On::Postgresql => Some(Database::make().await),
            },
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

    pub(super) fn directory(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn anchor(&self) -> PathBuf {
        self.outside.path().join("anchor")
    }

    pub(super) fn options(&self) -> Options {
        let mut options = Options::new(self.directory());
        options.seal_every = None;
        options.audit_segment_bytes = 64 << 10;
        options.readers = 1;
        options.anchor_file = Some(self.anchor());
        options.engine = self.engine();
        options
    }

    pub(super) fn is_on_server(&self) -> bool {
        self.database.is_some()
    }

    fn engine(&self) -> Engine {
        self.database
            .as_ref()
            .map_or(Engine::Sqlite, |database| Engine::Postgres(database.settings()))
    }

    pub(super) async fn open(&self) -> Record {
        Record::open(self.options(), Arc::new(self.clock.clone()))
            .await
            .expect("the record opens")
    }

    /// Writes versions of the patient.
    pub(super) async fn write(&mut self, record: &Record, versions: u32) {
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
            let lens = Sight::own();
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

    pub(super) async fn read(&self, record: &Record) {
        let lens = Sight::own();
        let mut ask = record.ask(&lens, &actor(), Purpose::DirectCare, record.new_request());
        let kind = ResourceType::from_name("Patient").expect("a type");
        let held = ask.read(kind, &self.patient).await.expect("there");
        let _ = held.open(&ask.disclose().await.expect("disclosed"));
    }

    pub(super) fn connection(&self) -> Connection {
        dialect::connect(&self.options(), Access::Write).expect("it opens")
    }

    pub(super) fn run(&self, text: &str) {
        apart(|| self.connection().execute_batch(text)).expect("tampered");
    }

    pub(super) fn run_in_bucket(&self, text: &str) {
        self.run(&text.replace("BUCKET", &self.bucket.number().to_string()));
    }

    /// Makes the feed's chain follow again from what stands there, as nobody without the seals could tell.
    pub(super) fn recompute_feed(&self) {
        apart(|| self.recompute(&self.connection()));
    }

    fn recompute(&self, connection: &Connection) {
        let mut before = [0; 32];
        for row in rows(connection, self.bucket, 0, i64::MAX).expect("read") {
            let versions = log_rows(connection, self.bucket, row.first_seq, row.count).expect("read");
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
    pub(super) fn seal_again(&self) {
        apart(|| self.seal_anew(&self.connection()));
    }

    fn seal_anew(&self, connection: &Connection) {
        let key = keys::seal_key(self.directory()).expect("read").expect("a key");
        let heads = Heads::load(connection).expect("read");
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
    pub(super) fn rewrite_reads(&self, recompute: bool, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
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

    pub(super) fn verify(&self, proof: &Proof) -> VerifyReport {
        let options = Options {
            engine: self.engine(),
            ..Options::new(self.directory())
        };
        apart(|| verify_against(&options, proof)).expect("verify runs")
    }

    /// A backup of what stands there now.
    pub(super) fn back_up(&self) -> Kept {
        let kept = Kept {
            folder: tempfile::tempdir().expect("a folder"),
            identity: Identity::generate(),
        };
        let backup = Backup {
            to: kept.folder.path().to_owned(),
            recipients: vec![kept.identity.recipient()],
            full: false,
        };
        apart(|| backup.run(&self.options(), &self.clock)).expect("backed up");
        kept
    }

    /// Goes on with what a backup gives.
    pub(super) async fn restore(&mut self, kept: &Kept) {
        self.folder = tempfile::tempdir().expect("a folder");
        if self.database.is_some() {
            self.database = Some(Database::make().await);
        }
        let restore = Restore {
            from: kept.folder.path().to_owned(),
            identities: vec![kept.identity.clone()],
            run: None,
            until: None,
            send_waiting: false,
        };
        let restored = apart(|| restore.run(&self.options(), &self.clock)).expect("restored");
        assert_eq!(restored.report.faults, []);
    }

    pub(super) fn with_anchor(&self) -> Proof {
        Proof {
            anchors: vec![self.anchor()],
            ..Proof::default()
        }
    }

    /// Nothing is wrong without the anchor, and the anchor finds this.
    pub(super) fn only_the_anchor_finds(&self, place: &str, words: &str) {
        let report = self.verify(&Proof::default());
        assert_eq!(report.faults, [], "the forger was careless");
        finds(&self.verify(&self.with_anchor()), place, words);
    }
}

pub(super) fn finds(report: &VerifyReport, place: &str, words: &str) {
    assert!(
        report
            .faults
            .iter()
            .any(|fault| fault.place == place && fault.words.contains(words)),
        "{place}: {words}: {:?}",
        report.faults
    );
}
