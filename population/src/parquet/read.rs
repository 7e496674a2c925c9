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
use crate::columns::{
    CodedTable, Columns, ContactTable, CourseTable, Dictionary, MeasuredTable, Shard, sort_from,
};
use crate::day::Day;
use crate::facts::{Class, CodeName, Mark, Person, Sex};
use crate::model::{self, Example, Tables};
use crate::score::{
    Comorbid, ConditionTable, DeficitTable, DiagnosisTable, Frailties, Multimorbid, Scores, Stayed,
    comorbidity, frailty, hospital_frailty, multimorbidity,
};
use crate::threads::in_order;

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
        ShardFiles::open(folder, &manifest, shard, &Table::ALL)?.all_into(&numbers, &mut columns)?;
    }
    Ok(columns)
}

/// Everybody's frailty index on a day: one bucket of people in memory a thread and only the tables that it needs, unless records
/// are read as one across buckets; then all of them.
///
/// # Errors
/// As [`read`].
pub fn stratify(folder: &Path, today: Date, threads: usize) -> Result<Frailties, FilesError> {
    const NEEDED: [Table; 3] = [Table::People, Table::Coded, Table::Courses];
    in_parts(
        folder,
        &NEEDED,
        threads,
        DeficitTable::of,
        |part, table, threads| frailty(part, table, today, threads),
    )
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
    in_parts(
        folder,
        &NEEDED,
        threads,
        DiagnosisTable::of,
        |part, table, threads| comorbidity(part, table, today, threads),
    )
}

/// Everybody's stays for the Hospital Frailty Risk Score on a day, as [`stratify`] goes about it.
///
/// # Errors
/// As [`read`].
pub fn stratify_hospital_frailty(
    folder: &Path,
    today: Date,
    threads: usize,
) -> Result<Scores<Stayed>, FilesError> {
    const NEEDED: [Table; 3] = [Table::People, Table::Coded, Table::Contacts];
    in_parts(
        folder,
        &NEEDED,
        threads,
        DiagnosisTable::of,
        |part, table, threads| hospital_frailty(part, table, today, threads),
    )
}

/// Everybody's conditions of the Cambridge Multimorbidity Score on a day, as [`stratify`] goes about it.
///
/// # Errors
/// As [`read`].
pub fn stratify_multimorbidity(
    folder: &Path,
    today: Date,
    threads: usize,
) -> Result<Scores<Multimorbid>, FilesError> {
    const NEEDED: [Table; 2] = [Table::People, Table::Coded];
    in_parts(
        folder,
        &NEEDED,
        threads,
        ConditionTable::of,
        |part, table, threads| multimorbidity(part, table, today, threads),
    )
}

/// Everybody's example for a learned model on an index day, as [`stratify`] goes about it.
///
/// # Errors
/// As [`read`].
pub fn examples(folder: &Path, index_day: Date, threads: usize) -> Result<Scores<Example>, FilesError> {
    const NEEDED: [Table; 4] = [Table::People, Table::Coded, Table::Courses, Table::Contacts];
    in_parts(folder, &NEEDED, threads, Tables::of, |part, tables, threads| {
        model::examples(part, tables, index_day, threads)
    })
}

/// Scores the people of files by `score`, which is given some of them, what `prepare` made of the codes, and how many threads it may use.
fn in_parts<T: Send, P: Sync>(
    folder: &Path,
    needed: &[Table],
    threads: usize,
    prepare: impl FnOnce(&Dictionary) -> P,
    score: impl Fn(&Columns, &P, usize) -> Scores<T> + Sync,
) -> Result<Scores<T>, FilesError> {
    let manifest = Manifest::read(folder)?;
    let mut columns = Columns::default();
    let numbers = codes(folder, &manifest, &mut columns)?;
    let table = prepare(columns.dictionary());
    if manifest.joined > 0 {
        for shard in 0..SHARDS {
            ShardFiles::open(folder, &manifest, shard, needed)?.all_into(&numbers, &mut columns)?;
        }
        return Ok(score(&columns, &table, threads));
    }
    drop(columns);
    let of_shard = |shard: usize| -> Result<Scores<T>, FilesError> {
        let files = ShardFiles::open(folder, &manifest, shard, needed)?;
        let (mut part, mut all) = (Columns::default(), Scores::default());
        for at in 0..BUCKETS {
            files.bucket_into(at, &numbers, &mut part)?;
            all.extend(score(&part, &table, 1));
            if let Some(bucket) = files.bucket(at) {
                part.put_shard(bucket, Shard::default(), Vec::new());
            }
        }
        Ok(all)
    };
    let shards: Vec<usize> = (0..SHARDS).collect();
    let mut all = Scores::default();
    for part in in_order(threads, &shards, |shard| of_shard(*shard)) {
        all.extend(part?);
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

/// The files of a shard, each where it is needed.
struct ShardFiles {
    shard: usize,
    people: File,
    coded: Option<File>,
    measured: Option<File>,
    courses: Option<File>,
    contacts: Option<File>,
}

impl ShardFiles {
    fn open(folder: &Path, manifest: &Manifest, shard: usize, tables: &[Table]) -> Result<Self, FilesError> {
        let one = |table: Table| File::open(folder, manifest, &table.file(shard), table.schema());
        let wanted = |table: Table| tables.contains(&table).then(|| one(table)).transpose();
        Ok(ShardFiles {
            shard,
            people: one(Table::People)?,
            coded: wanted(Table::Coded)?,
            measured: wanted(Table::Measured)?,
            courses: wanted(Table::Courses)?,
            contacts: wanted(Table::Contacts)?,
        })
    }

    /// The bucket at a place of the shard.
    fn bucket(&self, at: usize) -> Option<Bucket> {
        let number = self.shard * BUCKETS + at;
        u16::try_from(number).ok().and_then(Bucket::new)
    }

    /// Every bucket's people with their facts.
    fn all_into(&self, numbers: &[u32], columns: &mut Columns) -> Result<(), FilesError> {
        (0..BUCKETS).try_for_each(|at| self.bucket_into(at, numbers, columns))
    }

    /// One bucket's people with their facts.
    fn bucket_into(&self, at: usize, numbers: &[u32], columns: &mut Columns) -> Result<(), FilesError> {
        let Some(bucket) = self.bucket(at) else {
            return Ok(());
        };
        let all = people_in(&self.people, at, numbers)?;
        let mut part = Shard::of_people(&all);
        for (file, take) in [
            (&self.coded, coded_in as Take),
            (&self.measured, measured_in),
            (&self.courses, courses_in),
            (&self.contacts, contacts_in),
        ] {
            if let Some(file) = file {
                let taken = take(file, at, numbers, &mut part)?;
                if !taken {
                    return Err(file.layout("a fact is of nobody, or not beside the others of its person"));
                }
            }
        }
        let survivors = all.iter().map(|person| person.survivor);
        let survivors = (1u64..).zip(survivors).filter_map(|(place, survivor)| {
            survivor.map(|survivor| (PersonKey::new(bucket, place), survivor))
        });
        columns.put_shard(bucket, part, survivors.collect());
        Ok(())
    }
}

/// Reads a table of one bucket into its people; false when a row is of nobody.
type Take = fn(&File, usize, &[u32], &mut Shard) -> Result<bool, FilesError>;

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

/// A column turned value by value, into room that is there from the start: a collected `Result` would grow.
fn turned<A, T>(all: &[A], mut turn: impl FnMut(&A) -> Result<T, FilesError>) -> Result<Vec<T>, FilesError> {
    let mut found = Vec::with_capacity(all.len());
    for one in all {
        found.push(turn(one)?);
    }
    Ok(found)
}

/// A column of days.
fn days(file: &File, group: &Group<'_>, at: usize) -> Result<Vec<Day>, FilesError> {
    let (values, levels) = group.gapped(at).map_err(file.parquet())?;
    if values.len() == group.rows {
        return turned(&values, |one| day(file, Some(*one)));
    }
    let mut values = values.into_iter();
    turned(&levels, |level| {
        day(file, (*level == 1).then(|| values.next()).flatten())
    })
}

fn code_numbers(file: &File, numbers: &[u32], all: &[i32]) -> Result<Vec<u32>, FilesError> {
    turned(all, |one| code(file, numbers, *one))
}

fn each<T>(file: &File, all: &[i32], of: impl Fn(u8) -> Option<T>) -> Result<Vec<T>, FilesError> {
    turned(all, |one| one_of(file, *one, &of))
}

fn people_in(file: &File, at: usize, numbers: &[u32]) -> Result<Vec<Person<u32>>, FilesError> {
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
            Ok(Person {
                birth: day(file, births[row])?,
                death: day(file, deaths[row])?,
                sex: one_of(file, sexes[row], Sex::from_number)?,
                ethnicity: one_of(file, letters[row], Some)?,
                verification: one_of(file, statuses[row], Some)?,
                flags: u32::try_from(flags[row]).map_err(|_| file.layout("a number is too large"))?,
                unread: wide(unread[row])?,
                area: known(areas[row])?,
                practice: known(practices[row])?,
                survivor,
            })
        })
        .collect()
}

fn coded_in(file: &File, at: usize, numbers: &[u32], into: &mut Shard) -> Result<bool, FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let table = CodedTable {
        code: code_numbers(file, numbers, &whole(1)?)?,
        day: days(file, &group, 2)?,
        sort: each(file, &whole(3)?, |sort| sort_from(sort).map(|_| sort))?,
        mark: each(file, &whole(4)?, Mark::from_number)?,
    };
    Ok(into.take_coded(&whole(0)?, table))
}

fn measured_in(file: &File, at: usize, numbers: &[u32], into: &mut Shard) -> Result<bool, FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let values = group.floats(3).map_err(file.parquet())?;
    let table = MeasuredTable {
        code: code_numbers(file, numbers, &whole(1)?)?,
        day: days(file, &group, 2)?,
        value: values.iter().map(|value| value.unwrap_or(f32::NAN)).collect(),
        mark: each(file, &whole(4)?, Mark::from_number)?,
    };
    Ok(into.take_measured(&whole(0)?, table))
}

fn courses_in(file: &File, at: usize, numbers: &[u32], into: &mut Shard) -> Result<bool, FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let table = CourseTable {
        code: code_numbers(file, numbers, &whole(1)?)?,
        start: days(file, &group, 2)?,
        end: days(file, &group, 3)?,
        current: each(file, &whole(4)?, |one| (one <= 1).then_some(one == 1))?,
        mark: each(file, &whole(5)?, Mark::from_number)?,
    };
    Ok(into.take_courses(&whole(0)?, table))
}

fn contacts_in(file: &File, at: usize, _: &[u32], into: &mut Shard) -> Result<bool, FilesError> {
    let group = file.group(at)?;
    let whole = |at: usize| group.whole(at).map_err(file.parquet());
    let table = ContactTable {
        start: days(file, &group, 1)?,
        end: days(file, &group, 2)?,
        class: each(file, &whole(3)?, Class::from_number)?,
        mark: each(file, &whole(4)?, Mark::from_number)?,
    };
    Ok(into.take_contacts(&whole(0)?, table))
}
