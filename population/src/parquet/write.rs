//! Writing the columns as files.

use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use record::{Bucket, PersonKey};

use super::FilesError;
use super::cells::{self, Cells};
use super::layout::{BUCKETS, CODES, CODES_SCHEMA, SHARDS, Table};
use super::manifest::{self, Manifest, Purpose, Written, digest};
use crate::columns::{Columns, Shard};
use crate::day::Day;

/// Writes everybody to an empty or new folder; the manifest comes last, so that a folder without one is no export.
///
/// # Errors
/// When the folder is not empty or cannot be written.
pub fn write(
    columns: &Columns,
    folder: &Path,
    purpose: Purpose,
    at: jiff::Timestamp,
) -> Result<Manifest, FilesError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| FilesError::Io { path, source }
    };
    std::fs::create_dir_all(folder).map_err(io(folder))?;
    if std::fs::read_dir(folder).map_err(io(folder))?.next().is_some() {
        return Err(FilesError::NotEmpty {
            path: folder.to_owned(),
        });
    }
    let (order, numbers) = columns.by_use();
    let mut files = Vec::new();
    let mut keep = |name: String, made: Result<(Vec<u8>, u64), ParquetError>| -> Result<(), FilesError> {
        let path = folder.join(&name);
        let (bytes, rows) = made.map_err(|source| FilesError::Parquet {
            path: path.clone(),
            source,
        })?;
        std::fs::write(&path, &bytes).map_err(io(&path))?;
        files.push(Written {
            name,
            rows,
            bytes: bytes.len() as u64,
            sha256: digest(&bytes),
        });
        Ok(())
    };
    keep(CODES.to_owned(), codes(columns, &order))?;
    for shard in 0..SHARDS {
        for table in Table::ALL {
            keep(table.file(shard), table_of(columns, table, shard, &numbers))?;
        }
    }
    let joined = columns.joined().len() as u64;
    let manifest = Manifest::new(purpose, at.to_string(), columns.people() as u64, joined, files);
    let path = folder.join(manifest::FILE);
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| FilesError::Io {
        path: path.clone(),
        source: error.into(),
    })?;
    std::fs::write(&path, text).map_err(io(&path))?;
    Ok(manifest)
}

fn file(
    schema: &str,
    groups: impl Iterator<Item = (usize, Vec<Cells>)>,
) -> Result<(Vec<u8>, u64), ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("sarsen".to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(
        Vec::new(),
        Arc::new(parse_message_type(schema)?),
        Arc::new(properties),
    )?;
    let mut rows = 0;
    for (length, columns) in groups {
        let mut group = writer.next_row_group()?;
        for cells in &columns {
            cells::write(&mut group, cells)?;
        }
        group.close()?;
        rows += length as u64;
    }
    Ok((writer.into_inner()?, rows))
}

fn codes(columns: &Columns, order: &[u32]) -> Result<(Vec<u8>, u64), ParquetError> {
    let names = columns.dictionary().names();
    let text = |part: fn(&crate::facts::CodeName) -> &str| {
        let texts = order
            .iter()
            .map(|number| ByteArray::from(part(&names[*number as usize])));
        Cells::Text(texts.collect())
    };
    let cells = vec![
        Cells::Whole((0i32..).take(order.len()).collect()),
        text(|name| &name.system),
        text(|name| &name.code),
    ];
    file(CODES_SCHEMA, std::iter::once((order.len(), cells)))
}

fn table_of(
    columns: &Columns,
    table: Table,
    shard: usize,
    numbers: &[u32],
) -> Result<(Vec<u8>, u64), ParquetError> {
    let mine = columns.shards().skip(shard * BUCKETS).take(BUCKETS);
    let groups = mine.map(|(bucket, people)| match table {
        Table::People => (
            people.people(),
            people_of(columns, bucket.number(), people, numbers),
        ),
        Table::Coded => {
            let table = &people.coded;
            let cells = vec![
                persons(people, Shard::coded_of),
                codes_of(&table.code, numbers),
                days(&table.day),
                small(&table.sort, |sort| *sort),
                small(&table.mark, |mark| *mark as u8),
                in_bucket(bucket, table.code.len()),
            ];
            (table.code.len(), cells)
        }
        Table::Measured => {
            let table = &people.measured;
            let value = |value: &f32| Some(*value).filter(|value| !value.is_nan());
            let cells = vec![
                persons(people, Shard::measured_of),
                codes_of(&table.code, numbers),
                days(&table.day),
                Cells::MaybeFloat(table.value.iter().map(value).collect()),
                small(&table.mark, |mark| *mark as u8),
                in_bucket(bucket, table.code.len()),
            ];
            (table.code.len(), cells)
        }
        Table::Courses => {
            let table = &people.courses;
            let cells = vec![
                persons(people, Shard::courses_of),
                codes_of(&table.code, numbers),
                days(&table.start),
                days(&table.end),
                small(&table.current, |current| u8::from(*current)),
                small(&table.mark, |mark| *mark as u8),
                in_bucket(bucket, table.code.len()),
            ];
            (table.code.len(), cells)
        }
        Table::Contacts => {
            let table = &people.contacts;
            let cells = vec![
                persons(people, Shard::contacts_of),
                days(&table.start),
                days(&table.end),
                small(&table.class, |class| *class as u8),
                small(&table.mark, |mark| *mark as u8),
                in_bucket(bucket, table.start.len()),
            ];
            (table.start.len(), cells)
        }
    });
    file(table.schema(), groups)
}

/// A number that is below 2³¹ wherever it is used here: a place in a bucket, or of a code.
fn narrow(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn people_of(columns: &Columns, bucket: u16, shard: &Shard, numbers: &[u32]) -> Vec<Cells> {
    let count = shard.people();
    let with: Vec<Option<PersonKey>> = (0..count)
        .map(|row| {
            let bucket = Bucket::new(bucket)?;
            columns.joined().get(&shard.key_of(bucket, row)).copied()
        })
        .collect();
    // A survivor who is not in the columns has no place to point at: -1 says that there is one elsewhere.
    let place = |survivor: &PersonKey| {
        let shard = columns.shard(survivor.bucket());
        let row = shard.and_then(|shard| shard.find(survivor.number()));
        row.map_or(-1, narrow)
    };
    let wide = |column: &[u16]| Cells::Whole(column.iter().map(|one| i32::from(*one)).collect());
    vec![
        Cells::Whole(vec![i32::from(bucket); count]),
        Cells::Whole((0i32..).take(count).collect()),
        days(&shard.birth),
        days(&shard.death),
        small(&shard.sex, |sex| *sex as u8),
        small(&shard.ethnicity, |letter| *letter),
        small(&shard.verification, |status| *status),
        Cells::Whole(shard.flags.iter().map(|flags| narrow(*flags as usize)).collect()),
        wide(&shard.unread),
        codes_of(&shard.area, numbers),
        codes_of(&shard.practice, numbers),
        Cells::MaybeWhole(
            with.iter()
                .map(|with| with.map(|with| i32::from(with.bucket().number())))
                .collect(),
        ),
        Cells::MaybeWhole(with.iter().map(|with| with.as_ref().map(place)).collect()),
    ]
}

/// The bucket of each row, which is the row group's: others need not tell row groups apart.
fn in_bucket(bucket: Bucket, rows: usize) -> Cells {
    Cells::Whole(vec![i32::from(bucket.number()); rows])
}

fn persons(shard: &Shard, rows: fn(&Shard, usize) -> std::ops::Range<usize>) -> Cells {
    let persons = (0..shard.people()).flat_map(|row| rows(shard, row).map(move |_| narrow(row)));
    Cells::Whole(persons.collect())
}

fn codes_of(column: &[u32], numbers: &[u32]) -> Cells {
    let number = |code: &u32| narrow(numbers[*code as usize] as usize);
    Cells::Whole(column.iter().map(number).collect())
}

fn days(column: &[Day]) -> Cells {
    Cells::MaybeWhole(column.iter().map(|day| day.since_1970()).collect())
}

fn small<T>(column: &[T], number: impl Fn(&T) -> u8) -> Cells {
    Cells::Whole(column.iter().map(|one| i32::from(number(one))).collect())
}
