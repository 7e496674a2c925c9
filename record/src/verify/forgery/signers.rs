//! The keys that seals are signed with: taken up, forged, and put in the place of all.

use ed25519_dalek::{Signer, SigningKey};

use crate::dialect::params;
use crate::keys;
use crate::seal::form::{self, Covered, SealedHead};
use crate::seal::signers;
use crate::verify::forgery::engine::On;
use crate::verify::forgery::estate::{Estate, finds};
use crate::verify::{Proof, PublicKey};

#[tokio::test]
async fn a_new_key_is_introduced_by_the_one_before_which_is_gone_and_old_seals_still_hold() {
    let mut estate = Estate::new(On::Sqlite).await;
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
    let mut estate = Estate::new(On::Sqlite).await;
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
    let estate = Estate::new(On::Sqlite).await;
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
    let mut estate = Estate::new(On::Sqlite).await;
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
