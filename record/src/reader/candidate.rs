//! A current resource as a read first meets it: everything but the body.

use fhir::{Body, ResourceType};

use crate::body;
use crate::dialect::{self, Connection, OptionalExtension, Row, engine_error, params};
use crate::error::RecordError;
use crate::held::Stored;
use crate::ids::{Bucket, PersonKey, load_id};
use crate::instant::write_instant;
use crate::sql;
use crate::writer::write::timestamp;

/// A current resource without its body.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) person: PersonKey,
    pub(crate) resource_type: ResourceType,
    pub(crate) id: String,
    pub(crate) version: u64,
    pub(crate) seq: i64,
    pub(crate) updated: i64,
    pub(crate) labels: u64,
    pub(crate) entry: Vec<u8>,
}

/// A person key from a row's bucket and number.
pub(crate) fn person_key(bucket: u16, person: u64) -> Result<PersonKey, RecordError> {
    let bucket = Bucket::new(bucket).ok_or_else(|| RecordError::Corrupt {
        detail: format!("bucket {bucket} is out of range"),
    })?;
    Ok(PersonKey::new(bucket, person))
}

/// A type from its stored number.
pub(crate) fn resource_type(number: u16) -> Result<ResourceType, RecordError> {
    ResourceType::from_number(number).ok_or_else(|| RecordError::Corrupt {
        detail: format!("type {number} is unknown"),
    })
}

/// An id from its stored form.
pub(crate) fn id_text(stored: &[u8]) -> Result<String, RecordError> {
    load_id(stored).ok_or_else(|| RecordError::Corrupt {
        detail: "an id is malformed".to_owned(),
    })
}

/// The candidate in a row of `type, id, version, seq, updated, labels, entry` from column `first` on.
pub(crate) fn from_row(row: &Row<'_>, first: usize, person: PersonKey) -> Result<Candidate, RecordError> {
    let entry = row.get(first + 6).map_err(|error| engine_error(&error))?;
    Ok(Candidate {
        entry,
        ..without_entry(row, first, person)?
    })
}

/// The candidate in a row of `type, id, version, seq, updated, labels` from column `first` on.
pub(crate) fn without_entry(
    row: &Row<'_>,
    first: usize,
    person: PersonKey,
) -> Result<Candidate, RecordError> {
    let engine = |error: dialect::Error| engine_error(&error);
    let stored_id = row
        .get_ref(first + 1)
        .map_err(engine)?
        .as_blob()
        .map_err(engine)?;
    Ok(Candidate {
        person,
        resource_type: resource_type(row.get(first).map_err(engine)?)?,
        id: id_text(stored_id)?,
        version: row.get(first + 2).map_err(engine)?,
        seq: row.get(first + 3).map_err(engine)?,
        updated: row.get(first + 4).map_err(engine)?,
        labels: row.get(first + 5).map_err(engine)?,
        entry: Vec::new(),
    })
}

/// Tells that [`current`] will be asked.
pub(crate) fn ask_ahead_of_current(
    connection: &Connection,
    person: PersonKey,
    resource_type: ResourceType,
    id: &[u8],
) -> Result<(), RecordError> {
    connection
        .statement(sql::CURRENT_ENTRY)
        .and_then(|mut statement| {
            statement.ask_ahead(params![
                person.bucket().number(),
                person.number(),
                resource_type.number(),
                id
            ])
        })
        .map_err(|error| engine_error(&error))
}

/// The current resource of this place, where there is one that is not deleted.
pub(crate) fn current(
    connection: &Connection,
    person: PersonKey,
    resource_type: ResourceType,
    id: &[u8],
) -> Result<Option<Candidate>, RecordError> {
    let row = connection
        .statement(sql::CURRENT_ENTRY)
        .and_then(|mut statement| {
            statement
                .query_row(
                    params![
                        person.bucket().number(),
                        person.number(),
                        resource_type.number(),
                        id
                    ],
                    |row| {
                        Ok((
                            row.get(0)?,
                            row.get(1)?,
                            row.get(2)?,
                            row.get::<_, bool>(3)?,
                            row.get(4)?,
                            row.get(5)?,
                        ))
                    },
                )
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    let Some((version, seq, updated, false, labels, entry)) = row else {
        return Ok(None);
    };
    let id = id_text(id)?;
    Ok(Some(Candidate {
        person,
        resource_type,
        id,
        version,
        seq,
        updated,
        labels,
        entry,
    }))
}

/// A pointer into the log that leads nowhere, or to another resource or version.
pub(crate) fn pointer(seq: i64) -> RecordError {
    RecordError::Corrupt {
        detail: format!("log {seq}: it is not the version that points at it"),
    }
}

/// One version as the log holds it.
pub(crate) struct Version<'a> {
    pub(crate) person: PersonKey,
    pub(crate) resource_type: ResourceType,
    pub(crate) id: String,
    pub(crate) version: u64,
    pub(crate) seq: i64,
    pub(crate) updated: i64,
    pub(crate) body: &'a [u8],
}

/// Unpacks a version's body and puts id, version and time into it. No body is a deletion.
pub(crate) fn render(version: Version<'_>) -> Result<Stored, RecordError> {
    let updated = timestamp(version.updated);
    let mut json = Vec::new();
    body::with_unpacked(version.body, version.seq, |encoded| {
        if encoded.is_empty() {
            return Ok(());
        }
        let mut instant = String::with_capacity(27);
        write_instant(version.updated, &mut instant);
        Body::render_encoded(encoded, &version.id, version.version, &instant, &mut json).ok_or_else(|| {
            RecordError::Corrupt {
                detail: format!("log {}: the body is malformed", version.seq),
            }
        })
    })?;
    Ok(Stored {
        resource_type: version.resource_type,
        id: version.id,
        version: version.version,
        updated,
        deleted: json.is_empty(),
        json,
        person: version.person,
    })
}
