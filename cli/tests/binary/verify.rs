//! `sarsen verify` says that a sound record is sound, and finds a byte that was changed behind its back.

use std::io::{Seek, SeekFrom, Write};

use super::process::{Server, run, words};

#[test]
fn a_record_that_was_killed_is_sound_and_a_changed_byte_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("record");
    let mut server = Server::serve(&data, &[]);
    for number in 0..200 {
        let (status, body) = server.call(
            "PUT",
            &format!("/fhir/Patient/p{number}"),
            &format!("{{\"resourceType\":\"Patient\",\"id\":\"p{number}\"}}"),
        );
        assert_eq!(status, 201, "{body}");
    }
    server.kill();
    let arguments = ["verify", "--data", &data.to_string_lossy()];
    let sound = run(&arguments, &[]);
    assert!(sound.status.success(), "{}", words(&sound));
    // Opened and closed in order, so that all of it is in the one file.
    let server = Server::serve(&data, &[]);
    let _ = std::process::Command::new("kill")
        .args(["-TERM", &server.pid().to_string()])
        .status();
    let mut server = server;
    server.wait();
    let path = data.join("record.sqlite");
    let size = std::fs::metadata(&path).expect("the file").len();
    let mut found = 0;
    for part in 1..24 {
        let original = std::fs::read(&path).expect("read");
        let place = size * part / 24 + 100;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .expect("opened");
        file.seek(SeekFrom::Start(place)).expect("there");
        let changed: Vec<u8> = original[usize::try_from(place).expect("small")..][..64]
            .iter()
            .map(|byte| byte ^ 0x5a)
            .collect();
        file.write_all(&changed).expect("written");
        drop(file);
        let report = run(&arguments, &[]);
        assert!(!words(&report).contains("panicked"), "{}", words(&report));
        if !report.status.success() {
            found += 1;
        }
        std::fs::write(&path, original).expect("put back");
    }
    assert!(
        found >= 3,
        "{found} of 23 changes were found; the others fell on unused space"
    );
    assert!(run(&arguments, &[]).status.success());
}

#[test]
fn an_anchor_that_cannot_be_read_is_no_tampering_and_one_that_can_is_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, anchor) = (folder.path().join("record"), folder.path().join("anchor"));
    let anchored = anchor.to_string_lossy().into_owned();
    let mut server = Server::serve(&data, &[("SARSEN_AUDIT__ANCHOR_FILE", &anchored)]);
    let person = r#"{"resourceType":"Patient","id":"p"}"#;
    assert_eq!(server.call("PUT", "/fhir/Patient/p", person).0, 201);
    // Told to stop, it seals and anchors.
    let _ = std::process::Command::new("kill")
        .args(["-TERM", &server.pid().to_string()])
        .status();
    server.wait();
    let data = data.to_string_lossy().into_owned();
    let mistyped = format!("{anchored}s");
    let refused = run(&["verify", "--data", &data, "--anchor", &mistyped], &[]);
    assert!(!refused.status.success());
    assert!(words(&refused).contains("--anchor: "), "{}", words(&refused));
    assert!(
        words(&refused).contains("nothing was checked"),
        "{}",
        words(&refused)
    );
    assert!(
        !words(&refused).contains("restore from a backup"),
        "{}",
        words(&refused)
    );
    let compared = run(&["verify", "--data", &data, "--anchor", &anchored], &[]);
    assert!(compared.status.success(), "{}", words(&compared));
    assert!(
        !words(&compared).contains("no anchor was given"),
        "{}",
        words(&compared)
    );
}
