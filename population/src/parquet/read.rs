//! Reading files back into columns, and stratifying them shard by shard.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::parser::parse_message_type;
use record::{Bucket, PersonKey};

use super::FilesError;
use super::cells::Group;
use super::layout::{BUCKETS, CODES, CODES_SCHEMA, SHARDS, Table};
use super::manifest::Manifest;
use crate::columns::{Columns, Dictionary, sort_from};
use crate::day::Day;
use crate::facts::{Class, CodeName, Coded, Contact, Course, Facts, Mark, Measured, Person, Sex};
use crate::score::{Comorbid, DeficitTable, DiagnosisTable, Frailties, Scores, comorbidity, frailty};

/// What stands in a folder.
///
/// # Errors
/// When there is no manifest of this version.
pub fn open(folder: &Path) -> Result<Manifest, FilesError> {
    Manifest::read(folder)
}

/// Everybody of a folder.
///
/// # Errors
/// When a file is missing, cut short, edited, or not of the layout.
pub fn read(folder: &Path) -> Result<Columns, FilesError> {
    let manifest = Manifest::read(folder)?;
    let mut columns = Columns::default();
    let numbers = codes(folder, &manifest, &mut columns)?;
    for shard in 0..SHARDS {
        shard_into(folder, &manifest, shard, &Table::ALL, &numbers, &mut columns)?;
    }
    Ok(columns)
}

/// Everybody's frailty index on a day: one shard in memory at a time and only the tables that it needs, unless records
/// are read as one across shards; then all of them.
///
/// # Errors
/// As [`read`].
pub fn stratify(folder: &Path, today: Date, threads: usize) -> Result<Frailties, FilesError> {
    const NEEDED: [Table; 3] = [Table::People, Table::Coded, Table::Courses];
    in_parts(folder, &NEEDED, DeficitTable::of, |part, table| {
        frailty(part, table, today, threads)
    })
}

/// Everybody's comorbidities on a day, as [`stratify`] goes about it.
///
/// # Errors
/// As [`read`].
pub fn stratify_comorbidity(
    folder: &Path,
    today: Date,
    threads: usize,
) -> Result<Scores<Comorbid>, FilesError> {
    const NEEDED: [Table; 2] = [Table::People, Table::Coded];
    in_parts(folder, &NEEDED, DiagnosisTable::of, |part, table| {
        comorbidity(part, table, today, threads)
    })
}

fn in_parts<T, P>(
    folder: &Path,
    needed: &[Table],
    prepare: impl FnOnce(&Dictionary) -> P,
    score: impl Fn(&Columns, &P) -> Scores<T>,
) -> Result<Scores<T>, FilesError> {
    let manifest = Manifest::read(folder)?;
    let mut part = Columns::default();
    let numbers = codes(folder, &manifest, &mut part)?;
    let table = prepare(part.dictionary());
    let mut all = Scores::default();
    for shard in 0..SHARDS {
        shard_into(folder, &manifest, shard, needed, &numbers, &mut part)?;
        if manifest.joined == 0 {
            all.extend(score(&part, &table));
            part = Columns::default();
        }
    }
    if manifest.joined > 0 {
        all = score(&part, &table);
    }
    Ok(all)
}

/// One file, checked: against the manifest, then its columns against the layout.
struct File {
    path: PathBuf,
    reader: SerializedFileReader<bytes::Bytes>,
}

impl File {
    fn open(folder: &Path, manifest: &Manifest, name: &str, schema: &str) -> Result<File, FilesError> {
        let path = folder.join(name);
        let (bytes, rows) = manifest.load(folder, name)?;
        let refused = |source| FilesError::Parquet {
            path: path.clone(),
            source,
        };
        let reader = SerializedFileReader::new(bytes).map_err(refused)?;
        let metadata = reader.metadata().file_metadata();
        let expected = Arc::new(parse_message_type(schema).map_err(refused)?);
        let same = metadata.schema_descr().root_schema().get_fields() == expected.get_fields();
        let file = File { path, reader };
        if !same {
            return Err(file.layout("it has other columns"));
        }
        if u64::try_from(file.reader.metadata().file_metadata().num_rows()) != Ok(rows) {
            return Err(file.layout("it has another number of rows than the manifest"));
        }
        Ok(file)
    }

    fn layout(&self, why: &'static str) -> FilesError {
        FilesError::Layout {
            path: self.path.clone(),
            why,
        }
    }

    fn parquet(&self) -> impl Fn(ParquetError) -> FilesError + '_ {
        |source| FilesError::Parquet {
            path: self.path.clone(),
            source,
        }
    }

    fn group(&self, at: usize) -> Result<Group<'_>, FilesError> {
        let reader = self.reader.get_row_group(at).map_err(self.parquet())?;
        let rows = usize::try_from(reader.metadata().num_rows())
            .map_err(|_| self.layout("it has a negative count"))?;
        Ok(Group { reader, rows })
    }
}

/// The codes, and the number here of each of theirs.
fn codes(folder: &Path, manifest: &Manifest, columns: &mut Columns) -> Result<Vec<u32>, FilesError> {
    let file = File::open(folder, manifest, CODES, CODES_SCHEMA)?;
    let group = file.group(0)?;
    let systems = group.texts(1).map_err(file.parquet())?;
    let codes = group.texts(2).map_err(file.parquet())?;
    let dictionary = columns.dictionary_mut();
    systems
        .iter()
        .zip(&codes)
        .map(|(system, code)| {
            let text = |bytes: &parquet::data_type::ByteArray| {
                std::str::from_utf8(bytes.data())
                    .map(str::to_owned)
                    .map_err(|_| file.layout("a code is no text"))
            };
            Ok(dictionary.number(CodeName::new(&text(system)?, &text(code)?)))
        })
        .collect()
}

/// A shard's people with the facts of these tables.
fn shard_into(
    folder: &Path,
    manifest: &Manifest,
    shard: usize,
    tables: &[Table],
    numbers: &[u32],
    columns: &mut Columns,
) -> Result<(), FilesError> {
    let files = Table::ALL
        .iter()
        .map(|table| {
            let name = table.file(shard);
            let wanted = tables.contains(table);
            wanted
                .then(|| File::open(folder, manifest, &name, table.schema()))
                .transpose()
        })
        .collect::<Result<Vec<Option<File>>, FilesError>>()?;
    let [people, coded, measured, courses, contacts] = files.as_slice() else {
        return Ok(());
    };
    for at in 0..BUCKETS {
        let bucket = u16::try_from(shard * BUCKETS + at).ok().and_then(Bucket::new);
        let (Some(bucket), Some(file)) = (bucket, people) else {
            return Ok(());
        };
        let mut all = people_in(file, at, numbers)?;
        for (file, take) in [
            (coded, coded_in as Take),
            (measured, measured_in),
            (courses, courses_in),
            (contacts, contacts_in),
        ] {
            if let Some(file) = file {
                take(file, at, numbers, &mut all)?;
            }
        }
        for (place, facts) in (1u64..).zip(&all) {
            columns.put_numbered(PersonKey::new(bucket, place), Some(facts));
        }
    }
    Ok(())
}

type Take = fn(&File, usize, &[u32], &mut [Facts<u32>]) -> Result<(), FilesError>;

fn day(file: &File, days: Option<i32>) -> Result<Day, FilesError> {
    match days {
        None => Ok(Day::UNKNOWN),
        Some(days) => Day::from_1970(days).ok_or_else(|| file.layout("a day lies outside 1900 to June 2079")),
    }
}

fn code(file: &File, numbers: &[u32], number: i32) -> Result<u32, FilesError> {
    usize::try_from(number)
        .ok()
        .and_then(|number| numbers.get(number).copied())
        .ok_or_else(|| file.layout("a code is not in the list of codes"))
}

/// A small number that stands for one of a list.
fn one_of<T>(file: &File, number: i32, of: impl Fn(u8) -> Option<T>) -> Result<T, FilesError> {
    u8::try_from(number)
        .ok()
        .and_then(of)
        .ok_or_else(|| file.layout("a number stands for nothing"))
}

fn owner<'a>(file: &File, all: &'a mut [Facts<u32>], person: i32) -> Result<&'a mut Facts<u32>, FilesError> {
    usize::try_from(person)
        .ok()
        .and_then(|person| all.get_mut(person))
        .ok_or_else(|| file.layout("a fact is of nobody"))
}

fn people_in(file: &File, at: usize, numbers: &[u32]) -> Result<Vec<Facts<u32>>, FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let maybe = |at: usize| group.maybe(at).map_err(file.parquet());
    let (births, deaths, sexes, letters, statuses) = (maybe(2)?, maybe(3)?, whole(4)?, whole(5)?, whole(6)?);
    let (flags, unread, areas, practices) = (whole(7)?, whole(8)?, whole(9)?, whole(10)?);
    let (with_bucket, with_person) = (maybe(11)?, maybe(12)?);
    let wide = |number: i32| u16::try_from(number).map_err(|_| file.layout("a number is too large"));
    let known = |number: i32| Ok(Some(code(file, numbers, number)?).filter(|number| *number != 0));
    (0..group.rows)
        .map(|row| {
            let survivor = match (with_bucket[row], with_person[row]) {
                (Some(bucket), Some(place)) => {
                    let bucket = u16::try_from(bucket).ok().and_then(Bucket::new);
                    let bucket = bucket.ok_or_else(|| file.layout("a bucket is none"))?;
                    // Nobody has the last number: a survivor who is not in these files.
                    let number = u64::try_from(place).map_or(u64::MAX, |place| place + 1);
                    Some(PersonKey::new(bucket, number))
                }
                _ => None,
            };
            let person = Person {
                birth: day(file, births[row])?,
                death: day(file, deaths[row])?,
                sex: one_of(file, sexes[row], Sex::from_number)?,
                ethnicity: one_of(file, letters[row], Some)?,
                verification: one_of(file, statuses[row], Some)?,
                flags: wide(flags[row])?,
                unread: wide(unread[row])?,
                area: known(areas[row])?,
                practice: known(practices[row])?,
                survivor,
            };
            Ok(Facts {
                person,
                ..Facts::default()
            })
        })
        .collect()
}

fn coded_in(file: &File, at: usize, numbers: &[u32], all: &mut [Facts<u32>]) -> Result<(), FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let (persons, codes, sorts, marks) = (whole(0)?, whole(1)?, whole(3)?, whole(4)?);
    let days = group.maybe(2).map_err(file.parquet())?;
    for row in 0..group.rows {
        let (kind, also, partial, over) = one_of(file, sorts[row], sort_from)?;
        let fact = Coded {
            day: day(file, days[row])?,
            kind,
            code: code(file, numbers, codes[row])?,
            mark: one_of(file, marks[row], Mark::from_number)?,
            also,
            partial,
            over,
        };
        owner(file, all, persons[row])?.coded.push(fact);
    }
    Ok(())
}

fn measured_in(file: &File, at: usize, numbers: &[u32], all: &mut [Facts<u32>]) -> Result<(), FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let (persons, codes, marks) = (whole(0)?, whole(1)?, whole(4)?);
    let days = group.maybe(2).map_err(file.parquet())?;
    let values = group.floats(3).map_err(file.parquet())?;
    for row in 0..group.rows {
        let fact = Measured {
            day: day(file, days[row])?,
            code: code(file, numbers, codes[row])?,
            value: values[row],
            mark: one_of(file, marks[row], Mark::from_number)?,
        };
        owner(file, all, persons[row])?.measured.push(fact);
    }
    Ok(())
}

fn courses_in(file: &File, at: usize, numbers: &[u32], all: &mut [Facts<u32>]) -> Result<(), FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let maybe = |at: usize| group.maybe(at).map_err(file.parquet());
    let (persons, codes, current, marks) = (whole(0)?, whole(1)?, whole(4)?, whole(5)?);
    let (starts, ends) = (maybe(2)?, maybe(3)?);
    for row in 0..group.rows {
        let fact = Course {
            code: code(file, numbers, codes[row])?,
            start: day(file, starts[row])?,
            end: day(file, ends[row])?,
            current: one_of(file, current[row], |one| (one <= 1).then_some(one == 1))?,
            mark: one_of(file, marks[row], Mark::from_number)?,
        };
        owner(file, all, persons[row])?.courses.push(fact);
    }
    Ok(())
}

fn contacts_in(file: &File, at: usize, _: &[u32], all: &mut [Facts<u32>]) -> Result<(), FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let maybe = |at: usize| group.maybe(at).map_err(file.parquet());
    let (persons, classes, marks) = (whole(0)?, whole(3)?, whole(4)?);
    let (starts, ends) = (maybe(1)?, maybe(2)?);
    for row in 0..group.rows {
        let fact = Contact {
            start: day(file, starts[row])?,
            end: day(file, ends[row])?,
            class: one_of(file, classes[row], Class::from_number)?,
            mark: one_of(file, marks[row], Mark::from_number)?,
        };
        owner(file, all, persons[row])?.contacts.push(fact);
    }
    Ok(())
}
