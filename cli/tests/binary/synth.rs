//! `sarsen synth`: the same bytes on any number of threads, whole files or none, gone on with after a kill, and refusals.

use std::collections::BTreeMap;
use std::path::Path;

use super::process::{run, sarsen, words};

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .expect("listed")
        .map(|entry| entry.expect("a file"))
        .map(|entry| {
            (
                entry.file_name().to_string_lossy().into_owned(),
                std::fs::read(entry.path()).expect("read"),
            )
        })
        .collect()
}

fn write(folder: &Path, more: &[&str]) -> std::process::Output {
    let to = folder.to_string_lossy().into_owned();
    let mut arguments = vec!["synth", "write", "--to", &to, "--today", "2026-11-01"];
    arguments.extend_from_slice(more);
    run(&arguments, &[])
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_one_thread_and_on_many() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["ndjson", "hl7"] {
        let (one, many, other) = (
            folder.path().join(format!("{format}-one")),
            folder.path().join(format!("{format}-many")),
            folder.path().join(format!("{format}-other")),
        );
        let people = ["--people", "520", "--format", format];
        for (path, more) in [
            (&one, &["--seed", "4", "--threads", "1"]),
            (&many, &["--seed", "4", "--threads", "3"]),
            (&other, &["--seed", "5", "--threads", "3"]),
        ] {
            let done = write(path, &[&people[..], &more[..]].concat());
            assert!(done.status.success(), "{}", words(&done));
        }
        let (one, many, other) = (files(&one), files(&many), files(&other));
        assert!(one.len() >= 3, "{:?}", one.keys());
        assert!(one == many, "{format}: the files differ by the number of threads");
        assert!(one != other, "{format}: another seed gives other lives");
        assert!(one.keys().all(|name| !name.ends_with(".part")));
    }
}

#[test]
fn a_folder_takes_one_region_and_an_interrupted_one_is_gone_on_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lives");
    let done = write(&path, &["--people", "510", "--seed", "1"]);
    assert!(done.status.success(), "{}", words(&done));
    let whole = files(&path);
    // What is missing is made again, what is there is left as it is.
    std::fs::remove_file(path.join("lives-00001.ndjson")).expect("removed");
    let again = write(&path, &["--people", "510", "--seed", "1"]);
    assert!(again.status.success(), "{}", words(&again));
    assert!(files(&path) == whole);
    let refused = write(&path, &["--people", "510", "--seed", "2"]);
    assert!(!refused.status.success());
    assert!(
        words(&refused).contains("two regions do not go into one folder"),
        "{}",
        words(&refused)
    );
    assert!(files(&path) == whole, "nothing was touched");
    // A second generator while one is at work.
    let lock = std::fs::File::options()
        .write(true)
        .open(path.join("region.lock"))
        .expect("the lock");
    lock.lock().expect("locked");
    let refused = write(&path, &["--people", "510", "--seed", "1"]);
    assert!(!refused.status.success());
    assert!(
        words(&refused).contains("another process writes a region there"),
        "{}",
        words(&refused)
    );
}

#[test]
fn a_load_that_is_killed_is_gone_on_with_and_keeps_each_life_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let load = |name: &str| -> Vec<String> {
        let data = folder.path().join(name).to_string_lossy().into_owned();
        [
            "synth",
            "load",
            "--people",
            "150",
            "--today",
            "2026-11-01",
            "--data",
            &data,
        ]
        .map(str::to_owned)
        .to_vec()
    };
    let text = |arguments: &[String]| -> String {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let done = run(&arguments, &[]);
        assert!(done.status.success(), "{}", words(&done));
        words(&done)
    };
    let kept = |said: &str| -> u64 {
        let numbers: Vec<u64> = said
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect();
        // "N lives of an invented region of 150 people: K resources kept, B kept by an earlier run"
        numbers[2] + numbers[3]
    };
    let whole = kept(&text(&load("whole")));
    let cut = load("cut");
    let arguments: Vec<&str> = cut.iter().map(String::as_str).collect();
    for milliseconds in [700, 1300] {
        let mut child = sarsen(&arguments, &[])
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("started");
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let _ = child.kill();
        let _ = child.wait();
    }
    assert_eq!(kept(&text(&cut)), whole, "each resource once, none left out");
    let data = folder.path().join("cut").to_string_lossy().into_owned();
    let verified = run(&["verify", "--data", &data], &[]);
    assert!(verified.status.success(), "{}", words(&verified));
    let mut other = cut.clone();
    other.extend(["--seed".to_owned(), "9".to_owned()]);
    let arguments: Vec<&str> = other.iter().map(String::as_str).collect();
    let refused = run(&arguments, &[]);
    assert!(!refused.status.success());
    assert!(
        words(&refused).contains("two regions do not go into one folder"),
        "{}",
        words(&refused)
    );
}

#[test]
fn a_full_disk_half_way_leaves_whole_files_and_the_command_goes_on() {
    // A folder whose size is limited: a small tmpfs needs rights that a test may not have, so a file-size limit stands for it.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lives");
    let to = path.to_string_lossy().into_owned();
    let program = env!("CARGO_BIN_EXE_sarsen");
    let script = format!(
        "ulimit -f 20000; trap '' XFSZ; exec {program} synth write --people 520 --today 2026-11-01 --to {to}"
    );
    let cut = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
        .expect("run");
    assert!(!cut.status.success());
    assert!(
        words(&cut).contains("cannot be written") && words(&cut).contains("goes on from there"),
        "{}",
        words(&cut)
    );
    assert!(
        files(&path).keys().all(|name| !name.ends_with(".part")),
        "{:?}",
        files(&path).keys()
    );
    let done = write(&path, &["--people", "520"]);
    assert!(done.status.success(), "{}", words(&done));
}

#[test]
fn what_cannot_be_grown_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out").to_string_lossy().into_owned();
    for (arguments, wanted) in [
        (vec!["--people", "0"], "--people: 0 is not from 50 to 2,000,000"),
        (
            vec!["--people", "100000000"],
            "--people: 100000000 is not from 50 to 2,000,000",
        ),
        (
            vec!["--people", "many"],
            "--people: \"many\" is not a whole number",
        ),
        (vec!["--people", "-3"], "--people"),
        (vec!["--seed", "lucky"], "--seed: \"lucky\" is not a whole number"),
        (vec!["--place", "atlantis"], "there is no place \"atlantis\""),
        (vec!["--today", "tomorrow"], "--today: \"tomorrow\" is not a date"),
        (
            vec!["--today", "1066-10-14"],
            "--today: 1066-10-14 is not from 2023 to 2100",
        ),
    ] {
        for command in [
            vec!["synth", "report", "--out", &out],
            vec!["synth", "write", "--to", &out],
            vec!["synth", "load", "--data", &out],
        ] {
            let all = [&command[..], &arguments[..]].concat();
            let refused = run(&all, &[]);
            assert!(!refused.status.success(), "{all:?}");
            assert!(words(&refused).contains(wanted), "{all:?}: {}", words(&refused));
            assert!(!words(&refused).contains("panicked"), "{}", words(&refused));
        }
    }
    assert!(!Path::new(&out).exists(), "nothing was made");
}

#[test]
fn the_report_is_a_page_and_a_table_and_says_what_is_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_string_lossy().into_owned();
    let done = run(
        &[
            "synth",
            "report",
            "--people",
            "20000",
            "--today",
            "2026-11-01",
            "--out",
            &out,
        ],
        &[],
    );
    assert!(done.status.success(), "{}", words(&done));
    assert!(words(&done).contains("0 out of tolerance"), "{}", words(&done));
    let made = files(folder.path());
    assert!(made["report.html"].starts_with(b"<!doctype html>"));
    assert!(made["report.csv"].starts_with(b"key,group,label"));
}
