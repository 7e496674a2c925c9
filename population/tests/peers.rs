//! DuckDB and Polars, asked by queries that were written from the documentation, find the same rows in the same files.
//!
//! Alone: `cargo nextest run --workspace -E 'package(population) & test(peers)'`; `scripts/setup.sh test` installs both.

use std::path::{Path, PathBuf};
use std::process::Command;

use codes::clinical::efi::{OURS, System};
use codes::system::{DMD, ICD_10, SNOMED_CT};
use jiff::civil::{Date, date};
use population::facts::{CodeName, Coded, Course, Kind, Mark, Person, flag};
use population::parquet::{Purpose, read, stratify, write};
use population::score::{DeficitTable, frailty};
use population::{Columns, Day, Facts};
use record::{Bucket, PersonKey};

use super::invented::Chance;

/// A day from 1920 to 2028; now and then none.
fn day(chance: &mut Chance) -> Day {
    match chance.below(12) {
        0 => Day::UNKNOWN,
        _ => Day::from_number(7_300 + chance.below(39_400) as u16).expect("a day"),
    }
}

/// The codes of our lists, those of ICD-10 with a further digit now and then, and as many that stand for nothing.
fn names() -> Vec<CodeName> {
    let mut names: Vec<CodeName> = OURS
        .iter()
        .flat_map(|(system, code, _)| match system {
            System::Icd10 => vec![
                CodeName::new(ICD_10, code),
                CodeName::new(ICD_10, &format!("{code}9")),
            ],
            System::SnomedCt => vec![CodeName::new(SNOMED_CT, code), CodeName::new("urn:other", code)],
            System::Ctv3 => Vec::new(),
        })
        .collect();
    names.sort();
    names
}

fn person(chance: &mut Chance, names: &[CodeName]) -> Facts<CodeName> {
    const FLAGS: [u32; 12] = [
        0,
        0,
        0,
        0,
        0,
        0,
        flag::LABELLED,
        flag::TYPE_1,
        flag::DIED,
        flag::DIED | flag::DEATH_BEFORE_BIRTH,
        flag::REPLACED,
        flag::BIRTH_PARTIAL,
    ];
    let flags = FLAGS[chance.below(FLAGS.len())];
    let mut facts = Facts {
        person: Person {
            birth: if chance.below(20) == 0 {
                // The last of February, in leap years and in another.
                let born = [date(1948, 2, 29), date(1949, 2, 28), date(1952, 2, 29)];
                Day::of(born[chance.below(3)]).expect("a day")
            } else {
                day(chance)
            },
            death: if flags & flag::DIED == 0 {
                Day::UNKNOWN
            } else {
                day(chance)
            },
            flags,
            unread: if chance.below(30) == 0 { 2 } else { 0 },
            ..Person::default()
        },
        ..Facts::default()
    };
    for _ in 0..chance.below(40) {
        facts.coded.push(Coded {
            day: day(chance),
            kind: Kind::from_number(chance.below(Kind::ALL.len()) as u8).expect("a kind"),
            code: names[chance.below(names.len())].clone(),
            mark: if chance.below(8) == 0 {
                Mark::Unsure
            } else {
                Mark::Sound
            },
            also: chance.below(9) == 0,
            partial: chance.below(9) == 0,
            over: chance.below(9) == 0,
        });
    }
    for _ in 0..chance.below(12) {
        let current = chance.below(2) == 0;
        facts.courses.push(Course {
            code: CodeName::new(DMD, &chance.below(9).to_string()),
            start: day(chance),
            end: if current { Day::UNKNOWN } else { day(chance) },
            current,
            mark: if chance.below(8) == 0 {
                Mark::NotAnOrder
            } else {
                Mark::Sound
            },
        });
    }
    facts.sort();
    facts
}

/// Three thousand people; some are read with others, in a row, in a circle and with somebody who is not here.
fn columns() -> Columns {
    let (mut chance, names) = (Chance(20_261_129), names());
    let mut columns = Columns::default();
    let key = |at: usize| {
        let bucket = Bucket::new((at % 1024) as u16).expect("a bucket");
        PersonKey::new(bucket, (at / 1024) as u64 + 1)
    };
    for at in 0..3_000 {
        let mut facts = person(&mut chance, &names);
        if chance.below(12) == 0 {
            facts.person.survivor = Some(key(chance.below(3_100)));
        }
        columns.put(key(at), Some(facts));
    }
    columns
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Rows of age, deficits, medicines and facts not counted, sorted.
fn rows_of(engine: &str, folder: &Path, on: Date) -> Vec<[u32; 4]> {
    let out = folder.with_extension(format!("{engine}.csv"));
    let ended = Command::new("python3")
        .arg(root().join("scripts/columns/peer.py"))
        .args([engine.as_ref(), folder.as_os_str()])
        .args(["--on", &on.to_string(), "--rows"])
        .arg(&out)
        .output()
        .expect("python3 starts");
    assert!(
        ended.status.success(),
        "{engine}: run scripts/setup.sh test, which installs what scripts/tools.txt lists\n{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    let mut read = csv::Reader::from_path(&out).expect("rows");
    let rows = read.deserialize().map(|row| row.expect("four numbers")).collect();
    std::fs::remove_file(out).expect("removed");
    rows
}

fn ours(folder: &Path, on: Date) -> Vec<[u32; 4]> {
    let found = stratify(folder, on, 2).expect("read");
    let columns = read(folder).expect("read");
    let hot = frailty(&columns, &DeficitTable::of(columns.dictionary()), on, 2);
    assert_eq!(hot.people, found.people, "from memory and from files");
    let mut rows: Vec<[u32; 4]> = found
        .people
        .iter()
        .map(|one| [u32::from(one.age), one.efi.count(), one.medicines, one.odd])
        .collect();
    rows.sort_unstable();
    rows
}

#[test]
fn duckdb_and_polars_find_the_same_rows_in_the_same_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = folder.path().join("files");
    let purpose = Purpose {
        purpose: "test".to_owned(),
        legal_basis: "invented people".to_owned(),
        controller: "nobody".to_owned(),
    };
    write(&columns(), &files, purpose, jiff::Timestamp::UNIX_EPOCH).expect("written");
    for on in [date(2026, 11, 1), date(2027, 2, 28), date(2024, 2, 29)] {
        let expected = ours(&files, on);
        // A comparison of nothing with nothing would hold as well.
        assert!(expected.len() > 1_500, "{}", expected.len());
        assert!(expected.iter().any(|row| row[1] > 8) && expected.iter().any(|row| row[2] >= 5));
        for engine in ["duckdb", "polars"] {
            assert_eq!(rows_of(engine, &files, on), expected, "{engine} on {on}");
        }
    }
}
