//! Value-first rows: identifiers in the bucket of their hash, all others in the bucket of the person.

use fhir::ValueRow;
use fhir::index::{Value, ValueRef};

use crate::dialect::{self, Connection, params};
use crate::ids::{Bucket, PersonKey};
use crate::sql;
use crate::writer::job::ResourceKey;

/// The number of identifiers in `fhir/data/cross-person.csv`.
pub(crate) const IDENTIFIER: u16 = 1;

/// The bucket of an identifier's row: by its value alone (the key up to its first 0), so that one look finds it with
/// or without its system.
pub(crate) fn identity_bucket(key: &[u8]) -> Bucket {
    Bucket::of_hash(key.split(|&byte| byte == 0).next().unwrap_or_default())
}

/// Writes a row.
pub(crate) fn insert(
    connection: &Connection,
    home: PersonKey,
    key: &ResourceKey,
    row: &ValueRow,
) -> dialect::Result<()> {
    run(
        connection,
        [sql::INSERT_IDENTITY, sql::INSERT_VALUE],
        home,
        key,
        row,
    )
}

/// Takes a row away.
pub(crate) fn delete(
    connection: &Connection,
    home: PersonKey,
    key: &ResourceKey,
    row: &ValueRow,
) -> dialect::Result<()> {
    run(
        connection,
        [sql::DELETE_IDENTITY, sql::DELETE_VALUE],
        home,
        key,
        row,
    )
}

fn run(
    connection: &Connection,
    [identity, value]: [&'static str; 2],
    home: PersonKey,
    key: &ResourceKey,
    row: &ValueRow,
) -> dialect::Result<()> {
    if row.number == IDENTIFIER {
        connection.statement(identity)?.put(params![
            identity_bucket(&row.key).number(),
            row.number,
            row.key,
            home.bucket().number(),
            home.number(),
            key.resource_type,
            key.id
        ])?;
    } else {
        connection.statement(value)?.put(params![
            home.bucket().number(),
            row.number,
            row.key,
            home.number(),
            key.resource_type,
            key.id
        ])?;
    }
    Ok(())
}

/// A value of a packed entry as a value of its own.
pub(crate) fn owned(value: &ValueRef<'_>) -> Value {
    match value {
        ValueRef::Token { system, code } => Value::Token {
            system: (*system).into(),
            code: (*code).into(),
        },
        ValueRef::Text { normalised, exact } => Value::Text {
            normalised: (*normalised).into(),
            exact: (*exact).into(),
        },
        ValueRef::Date { low, high } => Value::Date {
            low: *low,
            high: *high,
        },
        ValueRef::Reference { resource_type, id } => Value::Reference {
            resource_type: *resource_type,
            id: id.to_string(),
        },
        ValueRef::ReferenceAbsolute(url) => Value::ReferenceAbsolute((*url).into()),
        ValueRef::ReferenceIdentifier { system, value } => Value::ReferenceIdentifier {
            system: (*system).into(),
            value: (*value).into(),
        },
        ValueRef::Uri(uri) => Value::Uri((*uri).into()),
    }
}
