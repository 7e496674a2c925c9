//! Columns written as Parquet come back as they were; what was cut short or edited is refused with its name.

use std::path::Path;

use jiff::civil::date;
use population::facts::{CodeName, Coded, Course, Kind, Mark, Measured, Person, Sex, flag};
use population::parquet::{FilesError, Manifest, Purpose, open, read, stratify, write};
use population::score::{DeficitTable, frailty};
use population::{Columns, Day, Facts};
use record::{Bucket, PersonKey};

fn key(bucket: u16, number: u64) -> PersonKey {
    PersonKey::new(Bucket::new(bucket).expect("a bucket"), number)
}

fn day(number: u16) -> Day {
    Day::from_number(number).expect("a day")
}

fn facts(seed: u16) -> Facts<CodeName> {
    let coded = (0..seed % 7).map(|at| Coded {
        day: if at == 0 {
            Day::UNKNOWN
        } else {
            day(30_000 + at * 400)
        },
        kind: Kind::from_number((at % 6) as u8).expect("a kind"),
        code: CodeName::new(
            "http://snomed.info/sct",
            ["38341003", "73211009", "1"][usize::from(at % 3)],
        ),
        mark: if at == 3 { Mark::Refuted } else { Mark::Sound },
        also: at == 2,
        partial: at == 4,
        over: at == 5,
    });
    let mut facts = Facts {
        person: Person {
            birth: day(15_000 + seed),
            death: if seed.is_multiple_of(5) {
                day(45_000)
            } else {
                Day::UNKNOWN
            },
            sex: Sex::from_number((seed % 4) as u8).expect("a sex"),
            ethnicity: b'A',
            verification: 1,
            flags: if seed.is_multiple_of(5) { flag::DIED } else { 0 },
            unread: seed % 3,
            area: seed
                .is_multiple_of(2)
                .then(|| CodeName::new("lsoa-2021", "E01014370")),
            practice: Some(CodeName::new("practice", &format!("Organization/{}", seed % 3))),
            survivor: None,
        },
        coded: coded.collect(),
        measured: vec![Measured {
            day: day(40_000),
            code: CodeName::new("http://loinc.org", "1"),
            value: seed.is_multiple_of(2).then_some(1.5),
            mark: Mark::UnitNotKnown,
        }],
        courses: vec![Course {
            code: CodeName::new("https://dmd.nhs.uk", "1"),
            start: day(40_000),
            end: Day::UNKNOWN,
            current: true,
            mark: Mark::Sound,
        }],
        contacts: vec![population::facts::Contact {
            start: day(41_000),
            end: day(41_004),
            ..population::facts::Contact::default()
        }],
    };
    facts.sort();
    facts
}

/// Thirty people; with `joined`, one is read with another of a far bucket and one with somebody who is not there.
fn columns(joined: bool) -> Columns {
    let mut columns = Columns::default();
    for seed in 0..30u16 {
        // Numbers from 1 in each bucket, so that those of the files are the same.
        columns.put(key(seed % 3 * 500, u64::from(seed / 3) + 1), Some(facts(seed)));
    }
    if joined {
        let with = |survivor: PersonKey| {
            let mut facts = facts(11);
            facts.person.survivor = Some(survivor);
            facts
        };
        columns.put(key(0, 11), Some(with(key(1000, 2))));
        columns.put(key(500, 11), Some(with(key(77, 5))));
    }
    columns
}

fn purpose() -> Purpose {
    Purpose {
        purpose: "test".to_owned(),
        legal_basis: "invented people".to_owned(),
        controller: "nobody".to_owned(),
    }
}

fn written(columns: &Columns) -> (tempfile::TempDir, Manifest) {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = write(columns, folder.path(), purpose(), jiff::Timestamp::UNIX_EPOCH).expect("written");
    (folder, manifest)
}

#[test]
fn everybody_comes_back_and_the_index_from_the_files_is_that_of_the_columns() {
    for joined in [false, true] {
        let columns = columns(joined);
        let (folder, manifest) = written(&columns);
        assert_eq!(
            (manifest.people, manifest.joined),
            (columns.people() as u64, if joined { 2 } else { 0 })
        );
        assert!(manifest.not_for_clinical_use);
        assert_eq!(open(folder.path()).expect("a manifest"), manifest);
        let back = read(folder.path()).expect("read");
        assert_eq!(back.people(), columns.people());
        for person in columns.everybody() {
            let (mut one, mut other) = (columns.get(person), back.get(person));
            if person == key(500, 11) {
                // Whose record it is read with is not in these files: another number stands for that.
                for facts in [&mut one, &mut other].into_iter().flatten() {
                    assert!(facts.person.survivor.take().is_some());
                }
            }
            assert_eq!(one, other);
        }
        let today = date(2026, 8, 1);
        let hot = frailty(&columns, &DeficitTable::of(columns.dictionary()), today, 2);
        let cold = stratify(folder.path(), today, 2).expect("read");
        assert_eq!((hot.people, hot.left_out), (cold.people, cold.left_out));
    }
}

#[test]
fn a_folder_with_something_in_it_is_not_written_over() {
    let (folder, _) = written(&columns(false));
    let again = write(
        &columns(false),
        folder.path(),
        purpose(),
        jiff::Timestamp::UNIX_EPOCH,
    );
    assert!(matches!(again, Err(FilesError::NotEmpty { .. })));
}

fn refused(folder: &Path) -> String {
    let error = read(folder).expect_err("it is refused");
    error.to_string()
}

#[test]
fn a_file_that_is_missing_cut_short_or_edited_is_refused_by_name() {
    let (folder, manifest) = written(&columns(false));
    for file in manifest.files.iter().step_by(27) {
        let path = folder.path().join(&file.name);
        let whole = std::fs::read(&path).expect("a file");
        std::fs::remove_file(&path).expect("removed");
        assert!(refused(folder.path()).contains(&file.name));
        for length in [0, 4, whole.len() / 2, whole.len() - 1] {
            std::fs::write(&path, &whole[..length]).expect("written");
            let words = refused(folder.path());
            assert!(
                words.contains(&file.name) && words.contains("cut short"),
                "{words}"
            );
        }
        for at in [0, whole.len() / 2, whole.len() - 5] {
            let mut other = whole.clone();
            other[at] ^= 1;
            std::fs::write(&path, &other).expect("written");
            let words = refused(folder.path());
            assert!(words.contains(&file.name) && words.contains("edited"), "{words}");
        }
        std::fs::write(&path, &whole).expect("written");
    }
    read(folder.path()).expect("whole again");
}

#[test]
fn a_file_that_lies_is_refused_though_the_manifest_was_changed_with_it() {
    // Bytes of another table under this name, with a manifest that fits: the columns do not.
    let (folder, _) = written(&columns(false));
    let path = folder.path().join("manifest.json");
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).expect("a manifest")).expect("JSON");
    let files = manifest["files"].as_array().expect("files").clone();
    let find = |name: &str| {
        files
            .iter()
            .position(|file| file["name"] == name)
            .expect("a file")
    };
    let (one, other) = (find("coded-00.parquet"), find("contacts-00.parquet"));
    for member in ["rows", "bytes", "sha256"] {
        manifest["files"][one][member] = files[other][member].clone();
    }
    std::fs::copy(
        folder.path().join("contacts-00.parquet"),
        folder.path().join("coded-00.parquet"),
    )
    .expect("copied");
    std::fs::write(&path, manifest.to_string()).expect("written");
    assert!(refused(folder.path()).contains("other columns"));
    for text in [
        "",
        "{}",
        "[]",
        &manifest.to_string().replace("\"version\":5", "\"version\":4"),
    ] {
        std::fs::write(&path, text).expect("written");
        assert!(refused(folder.path()).contains("no manifest"), "{text}");
    }
}
