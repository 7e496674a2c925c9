//! Arguments and files that cannot be used, each told by what is wrong with it.

use std::path::PathBuf;

use super::options;
use synthetic::place::Files;
use synthetic::{Options, Region, SynthError};

#[test]
fn numbers_of_people_out_of_range_are_refused() {
    for people in [0, 49, 2_000_001, 100_000_000] {
        let error = Region::grow(options(people)).expect_err("refused");
        assert_eq!(error, SynthError::People { given: people });
        assert!(error.to_string().contains("from 50 to 2,000,000"), "{error}");
    }
}

#[test]
fn an_unknown_place_is_refused() {
    let error = Files::named("atlantis").expect_err("refused");
    assert!(
        error.to_string().contains("there is no place \"atlantis\""),
        "{error}"
    );
}

/// A copy of the place's files.
fn copy() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir("../data/bsw").expect("the place") {
        let path = entry.expect("a file").path();
        std::fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("copied");
    }
    let path = folder.path().to_owned();
    (folder, path)
}

fn of(folder: PathBuf) -> Options {
    Options {
        files: Files::Folder(folder),
        ..options(50)
    }
}

#[test]
fn a_folder_with_the_same_files_gives_the_same_region() {
    let (_kept, folder) = copy();
    let other = Region::grow(of(folder)).expect("it grows");
    let own = super::grown(50);
    assert_eq!(other.people, own.people);
}

#[test]
fn a_missing_and_an_edited_file_are_named() {
    let (_kept, folder) = copy();
    let file = folder.join("gp_practices.csv");
    let text = std::fs::read_to_string(&file).expect("read");
    std::fs::write(&file, text.replacen("SURGERY", "SURGERIES", 1)).expect("written");
    let error = Region::grow(of(folder.clone())).expect_err("refused");
    assert_eq!(
        error,
        SynthError::Checksum {
            file: "gp_practices.csv".to_owned()
        }
    );
    std::fs::remove_file(&file).expect("removed");
    let error = Region::grow(of(folder)).expect_err("refused");
    assert!(
        error.to_string().starts_with("gp_practices.csv: cannot be read"),
        "{error}"
    );
}

#[test]
fn a_value_that_cannot_be_used_is_named_by_file_row_and_column() {
    let (_kept, folder) = copy();
    let file = folder.join("lsoa21_bsw.csv");
    let text = std::fs::read_to_string(&file).expect("read");
    let broken: String = text
        .lines()
        .enumerate()
        .fold(String::new(), |mut out, (at, line)| {
            out.push_str(&if at == 3 {
                line.replace("Urban\",", "Urban\",many,")
            } else {
                line.to_owned()
            });
            out.push('\n');
            out
        });
    std::fs::write(&file, &broken).expect("written");
    let sums = folder.join("CHECKSUMS.csv");
    let list = std::fs::read_to_string(&sums).expect("read");
    let sum: String = {
        use sha2::Digest as _;
        sha2::Sha256::digest(broken.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    let list: String = list
        .lines()
        .map(|line| {
            if line.starts_with("lsoa21_bsw.csv,") {
                format!("lsoa21_bsw.csv,{sum}\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    std::fs::write(&sums, list).expect("written");
    let error = Region::grow(of(folder)).expect_err("refused").to_string();
    assert!(error.contains("lsoa21_bsw.csv, row"), "{error}");
}
