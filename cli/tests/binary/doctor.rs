//! `sarsen doctor`: each fault is made for real, and told in words with what to do next.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use rusqlite::Connection;

use super::backup::House;
use super::process::{Server, run, words};

fn doctor(data: &Path, settings: &[(&str, &str)]) -> Output {
    run(&["doctor", "--data", &data.to_string_lossy()], settings)
}

fn write(data: &Path, text: &str) {
    let store = Connection::open(data.join("record.sqlite")).expect("opens");
    store.execute_batch(text).expect("written");
}

/// A fault or warning with these words, what to do next, and the exit code that goes with it.
#[track_caller]
fn told(output: &Output, code: i32, said: &[&str]) {
    let words = words(output);
    assert_eq!(output.status.code(), Some(code), "{words}");
    for said in said {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(words.contains("next: "), "{words}");
}

#[test]
fn a_well_kept_record_has_nothing_wrong_and_its_process_is_named() {
    let house = House::with(20);
    assert!(house.backup(&[]).status.success());
    let backups = house.path("backups");
    let backups = backups.to_string_lossy();
    let settings = [("SARSEN_BACKUP__DIRECTORY", &*backups)];
    let server = Server::serve(&house.data(), &[]);
    let well = doctor(&house.data(), &settings);
    let said = words(&well);
    assert!(
        well.status.success() && said.contains("nothing is wrong"),
        "{said}"
    );
    assert!(
        said.contains(&format!("process {} (sarsen) has the record open", server.pid())),
        "{said}"
    );
    assert!(said.contains("a restore now would bring run"), "{said}");
    drop(server);
    assert!(words(&doctor(&house.data(), &settings)).contains("no process has the record open"));
}

#[test]
fn missing_old_and_foreign_backups_are_told() {
    let house = House::with(5);
    told(&doctor(&house.data(), &[]), 3, &["no folder for backups is set"]);
    let backups = house.path("backups");
    std::fs::create_dir(&backups).expect("made");
    let text = backups.to_string_lossy();
    let expected = [("SARSEN_BACKUP__DIRECTORY", &*text)];
    told(
        &doctor(&house.data(), &expected),
        1,
        &["there is no backup", "sarsen backup"],
    );
    assert!(house.backup(&[]).status.success());
    std::thread::sleep(std::time::Duration::from_millis(20));
    let at_once = [
        ("SARSEN_BACKUP__DIRECTORY", &*text),
        ("SARSEN_BACKUP__MAX_AGE_HOURS", "0"),
    ];
    told(
        &doctor(&house.data(), &at_once),
        1,
        &["the newest backup is 0 seconds old"],
    );
    let other = House::with(1);
    told(&doctor(&other.data(), &expected), 1, &["of another store"]);
    let run = std::fs::read_dir(&backups)
        .expect("listed")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.join("manifest").is_file())
        .expect("a run");
    std::fs::write(run.join("manifest"), "half").expect("written");
    told(&doctor(&house.data(), &expected), 1, &["is not usable", "--full"]);
}

#[test]
fn rights_that_are_too_wide_or_too_narrow_are_told() {
    let house = House::with(5);
    let key = house.data().join("keys/seal.key");
    let chmod = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("changed");
    };
    chmod(&key, 0o644);
    told(&doctor(&house.data(), &[]), 1, &["keys/seal.key (644)", "chmod"]);
    chmod(&key, 0o600);
    chmod(&house.data().join("record.sqlite"), 0o444);
    told(
        &doctor(&house.data(), &[]),
        1,
        &["not even the owner may write to record.sqlite"],
    );
}

#[test]
fn a_damaged_page_is_told_with_its_table_and_what_a_restore_would_bring() {
    let house = House::with(400);
    assert!(house.backup(&[]).status.success());
    let backups = house.path("backups");
    let backups = backups.to_string_lossy();
    let settings = [("SARSEN_BACKUP__DIRECTORY", &*backups)];
    let path = house.data().join("record.sqlite");
    let (page, size): (usize, usize) = {
        let store = Connection::open(&path).expect("opens");
        store
            .query_row(
                "SELECT m.rootpage, s.page_size FROM sqlite_master m, pragma_page_size s WHERE m.name = 'current'",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .expect("its root")
    };
    let mut bytes = std::fs::read(&path).expect("read");
    let from = (page - 1) * size;
    for byte in &mut bytes[from..from + 200] {
        *byte ^= 0x5a;
    }
    std::fs::write(&path, bytes).expect("written");
    let said = [
        "the database is damaged in table current",
        "a restore now would bring run",
        "restore the newest backup",
    ];
    told(&doctor(&house.data(), &settings), 1, &said);
    // No database at all.
    std::fs::write(&path, vec![7u8; 8192]).expect("written");
    told(
        &doctor(&house.data(), &settings),
        1,
        &["restore the newest backup"],
    );
    std::fs::remove_file(&path).expect("removed");
    told(
        &doctor(&house.data(), &[]),
        1,
        &["there is no record in this folder"],
    );
}

#[test]
fn clocks_seals_followers_and_letters_that_wait_are_told() {
    let house = House::with(5);
    let data = house.data();
    write(
        &data,
        "UPDATE bucket_head SET updated = updated + 7200000000 WHERE position > 0;",
    );
    told(
        &doctor(&data, &[]),
        1,
        &["ahead of this machine's clock", "set the clock"],
    );
    write(
        &data,
        "UPDATE bucket_head SET updated = updated - 2 * 7200000000 WHERE position > 0;
         DELETE FROM seal;",
    );
    told(&doctor(&data, &[]), 3, &["for a seal", "sarsen serve"]);
    write(
        &data,
        "UPDATE feed SET at = at - 3 * 7200000000;
         INSERT INTO follower (bucket, follower, position, fence, failures, error, retry_at)
           SELECT bucket, 'webhook', 0, 1, 3, 'refused', 0 FROM bucket_head WHERE position > 0;
         INSERT INTO dead_letter (bucket, follower, position, at, attempts, error, state)
           VALUES (1, 'webhook', 1, 1, 9, 'gone', 1);
         INSERT INTO outbox (bucket, key, reactor, channel, address, person, body, state, attempts, next_at, error, at)
           VALUES (1, 'k', 'webhook', 'https', 'a', 1, x'01', 3, 1, 0, 'held after a restore', 1);",
    );
    told(
        &doctor(&data, &[]),
        3,
        &[
            "webhook is",
            "it failed 3 times, last with: refused",
            "1 entries were given up by webhook",
            "1 letters are held on channel https",
        ],
    );
}

#[test]
fn a_later_and_an_earlier_schema_are_told() {
    let house = House::with(2);
    let data = house.data();
    write(&data, "PRAGMA user_version = 900");
    told(&doctor(&data, &[]), 1, &["a later release wrote it"]);
    write(&data, "PRAGMA user_version = 1");
    told(
        &doctor(&data, &[]),
        3,
        &["start `sarsen serve` of this release once"],
    );
}

#[test]
fn a_full_disk_is_told_on_a_disk_that_is_full() {
    let house = House::with(20);
    let disk = house.path("disk");
    std::fs::create_dir(&disk).expect("made");
    // A small disk of this test's own, in a namespace that ends with it.
    let script = "mount -t tmpfs -o size=40m tmpfs \"$1\" && cp -a \"$2\" \"$1/record\" && \
                  head -c 64m /dev/zero > \"$1/filler\" 2>/dev/null; \"$3\" doctor --data \"$1/record\"";
    let output = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(&disk)
        .arg(house.data())
        .arg(env!("CARGO_BIN_EXE_sarsen"))
        .output()
        .expect("it ran");
    told(&output, 1, &["FAULT (disk): 0 MiB are left", "make room"]);
}
