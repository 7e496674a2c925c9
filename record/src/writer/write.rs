//! Writing a decided commit. From here on only the engine can fail, and then the whole group is rolled back.

use std::collections::BTreeSet;

use fhir::{IndexValue, ResourceType, ValueRow};
use jiff::Timestamp;

use crate::access::gather;
use crate::body;
use crate::chain::{self, EntryFacts, VersionFacts};
use crate::commit::{Committed, Outcome};
use crate::dialect::{self, Connection, params};
use crate::follow::keep;
use crate::ids::{Bucket, PersonKey};
use crate::kind::Kind;
use crate::note;
use crate::reader::seen::KNOWN;
use crate::sql;
use crate::values;
use crate::writer::decide::{Plan, PlannedChange, store_members};
use crate::writer::heads::Heads;
use crate::writer::job::{Job, JobChange};
use crate::writer::whole::DeedRow;

/// One row of the log, as the feed entry's hash covers it.
struct Logged<'a> {
    seq: i64,
    home: PersonKey,
    resource_type: u16,
    id: &'a [u8],
    version: u64,
    kind: Kind,
    digest: [u8; 32],
}

/// Writes a decided commit; `now` in microseconds.
pub(crate) fn write(
    connection: &Connection,
    heads: &mut Heads,
    job: &Job,
    plan: &Plan,
    now: i64,
) -> dialect::Result<Committed> {
    let at = plan
        .buckets
        .iter()
        .map(|bucket| heads.get(*bucket).updated + 1)
        .max()
        .unwrap_or(now)
        .max(now);
    write_keys(connection, heads, plan)?;
    let all_buckets = chain::store_buckets(plan.buckets.iter().copied());
    let mut positions = Vec::with_capacity(plan.buckets.len());
    for &bucket in &plan.buckets {
        let mut logged = Vec::new();
        for (change, planned) in job.changes.iter().zip(&plan.changes) {
            if let Some(left) = planned.leaves().filter(|left| left.bucket() == bucket) {
                logged.push(log(
                    connection,
                    heads,
                    at,
                    change,
                    left,
                    planned.version,
                    Kind::MovedAway,
                )?);
            }
            if planned.home.bucket() == bucket {
                let row = log(
                    connection,
                    heads,
                    at,
                    change,
                    planned.home,
                    planned.version,
                    planned.kind,
                )?;
                write_current(connection, change, planned, row.seq, at)?;
                logged.push(row);
            }
        }
        for row in plan.deed.iter().flat_map(|deed| deed.rows(bucket)) {
            logged.push(log_deed(connection, heads, at, &row)?);
        }
        positions.push((
            bucket,
            write_entry(connection, heads, job, bucket, at, &all_buckets, &logged)?,
        ));
    }
    raise_access(connection, job, plan)?;
    if let Some(deed) = &plan.deed {
        deed.write(connection, &job.actor, job.id, at)?;
    }
    if let (Some(step), Some(held)) = (&job.step, &plan.step) {
        keep::write(connection, step, held, job.id, now)?;
    }
    let updated = timestamp(at);
    let outcomes = job
        .changes
        .iter()
        .zip(&plan.changes)
        .map(|(change, planned)| Outcome {
            resource_type: change.resource_type,
            id: change.id.clone(),
            version: planned.version,
            updated,
            created: planned.kind != Kind::Deleted
                && planned.found.as_ref().is_none_or(|found| found.deleted),
        })
        .collect();
    Ok(Committed {
        id: job.id,
        positions,
        outcomes,
        replayed: false,
        note: Vec::new(),
    })
}

/// A stored time as a timestamp.
pub(crate) fn timestamp(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn write_keys(connection: &Connection, heads: &mut Heads, plan: &Plan) -> dialect::Result<()> {
    for (key, planned) in &plan.allotted {
        let allotted = heads.allot(planned.bucket());
        debug_assert_eq!(allotted, *planned);
        connection.statement(sql::PUT_PERSON)?.put(params![
            allotted.bucket().number(),
            allotted.number(),
            key.resource_type,
            key.id
        ])?;
    }
    for (key, located) in &plan.located {
        connection.statement(sql::PUT_LOCATOR)?.put(params![
            key.bucket.number(),
            key.resource_type,
            key.id,
            located.home.map(|home| home.bucket().number()),
            located.home.map(PersonKey::number),
            located.unit
        ])?;
    }
    Ok(())
}

fn log<'a>(
    connection: &Connection,
    heads: &mut Heads,
    at: i64,
    change: &'a JobChange,
    home: PersonKey,
    version: u64,
    kind: Kind,
) -> dialect::Result<Logged<'a>> {
    let nothing = match change.reason {
        Some(reason) if kind == Kind::MovedAway => note::moved(reason),
        _ => body::none(),
    };
    let body = match &change.content {
        Some(content) if kind != Kind::MovedAway => &content.body,
        _ => &nothing,
    };
    let logged = Logged {
        seq: heads.next_seq(home.bucket()),
        home,
        resource_type: change.key.resource_type,
        id: &change.key.id,
        version,
        kind,
        digest: body.digest,
    };
    insert_log(connection, at, &logged, &body.stored)?;
    Ok(logged)
}

/// A row that is no version: it bears no id, because the person's own stands in `person`.
fn log_deed(
    connection: &Connection,
    heads: &mut Heads,
    at: i64,
    row: &DeedRow,
) -> dialect::Result<Logged<'static>> {
    let logged = Logged {
        seq: heads.next_seq(row.person.bucket()),
        home: row.person,
        resource_type: row.resource_type,
        id: &[],
        version: 0,
        kind: row.kind,
        digest: row.body.digest,
    };
    insert_log(connection, at, &logged, &row.body.stored)?;
    Ok(logged)
}

fn insert_log(connection: &Connection, at: i64, row: &Logged<'_>, stored: &[u8]) -> dialect::Result<()> {
    connection.statement(sql::INSERT_LOG)?.put(params![
        row.seq,
        row.home.bucket().number(),
        row.home.number(),
        row.resource_type,
        row.id,
        row.version,
        at,
        row.kind.number(),
        stored
    ])?;
    Ok(())
}

fn write_entry(
    connection: &Connection,
    heads: &mut Heads,
    job: &Job,
    bucket: Bucket,
    at: i64,
    all_buckets: &[u8],
    logged: &[Logged<'_>],
) -> dialect::Result<u64> {
    let mut head = heads.get(bucket);
    let first_seq = logged.first().map_or(0, |row| row.seq);
    let kinds = logged
        .iter()
        .fold(0u64, |kinds, row| kinds | (1 << row.kind.number()));
    head.position += 1;
    head.updated = at;
    let facts = EntryFacts {
        bucket,
        position: head.position,
        commit: job.id,
        at,
        actor: &job.actor,
        role: job.role,
        purpose: job.purpose,
        source: &job.source,
        buckets: all_buckets,
        first_seq,
        kinds,
    };
    head.chain = chain::hash(
        &head.chain,
        &facts,
        logged.iter().map(|row| {
            chain::row(&VersionFacts {
                person: row.home.number(),
                resource_type: row.resource_type,
                id: row.id,
                version: row.version,
                at,
                kind: row.kind.number(),
                digest: row.digest,
            })
        }),
    );
    connection.statement(sql::INSERT_FEED)?.put(params![
        bucket.number(),
        head.position,
        job.id.0,
        at,
        job.actor,
        job.role,
        job.purpose,
        job.source,
        all_buckets,
        first_seq,
        logged.len(),
        kinds,
        head.chain
    ])?;
    heads.set(bucket, head);
    Ok(head.position)
}

/// Makes a version the present one: the one before becomes history, memberships and value rows follow.
pub(crate) fn write_current(
    connection: &Connection,
    change: &JobChange,
    planned: &PlannedChange,
    seq: i64,
    at: i64,
) -> dialect::Result<()> {
    let key = &change.key;
    let deleted = planned.kind == Kind::Deleted;
    let entry: &[u8] = change.content.as_ref().map_or(&[], |content| &content.entry);
    let home = planned.home;
    if let Some(found) = &planned.found {
        let old = found.home;
        connection.statement(sql::INSERT_HISTORY)?.put(params![
            old.bucket().number(),
            old.number(),
            key.resource_type,
            key.id,
            found.version,
            found.seq,
            // Its row in the log stays where it was written, wherever the resource goes.
            old.bucket().number()
        ])?;
        if old != home {
            // What names a person stays with them; between units of the directory the history goes along.
            if !planned.leaves_person {
                connection.statement(sql::MOVE_HISTORY)?.put(params![
                    old.bucket().number(),
                    old.number(),
                    key.resource_type,
                    key.id,
                    home.bucket().number(),
                    home.number()
                ])?;
            }
            connection.statement(sql::DELETE_CURRENT)?.put(params![
                old.bucket().number(),
                old.number(),
                key.resource_type,
                key.id
            ])?;
        }
    }
    let text = if planned.found.is_some() && planned.leaves().is_none() {
        sql::UPDATE_CURRENT
    } else {
        sql::INSERT_CURRENT
    };
    connection.statement(text)?.put(params![
        home.bucket().number(),
        home.number(),
        key.resource_type,
        key.id,
        planned.version,
        seq,
        at,
        deleted,
        labels_of(change, planned),
        store_members(&planned.members),
        entry
    ])?;
    write_members(connection, change, planned)?;
    write_values(connection, change, planned)
}

/// What the row says of labels; a deletion keeps those of what it deletes.
fn labels_of(change: &JobChange, planned: &PlannedChange) -> u64 {
    match (&change.content, &planned.found) {
        (Some(content), _) => content.labels,
        (None, Some(found)) if found.labels & KNOWN != 0 => found.labels,
        (None, Some(found)) => fhir::labels_of_entry(&found.entry) | KNOWN,
        (None, None) => KNOWN,
    }
}

/// Raises the access version of everyone of whom the commit changes who may see what, so that no lens made before is used.
fn raise_access(connection: &Connection, job: &Job, plan: &Plan) -> dialect::Result<()> {
    let mut raised = BTreeSet::new();
    for (change, planned) in job.changes.iter().zip(&plan.changes) {
        let before = planned.found.as_ref().map(|found| found.labels);
        let relabelled = before.is_some_and(|before| before != labels_of(change, planned));
        if gather::concerns(change.resource_type) || relabelled {
            raised.extend([Some(planned.home), planned.leaves()].into_iter().flatten());
        }
    }
    for (_, allotted) in &plan.allotted {
        // Nobody has a lens for what did not exist.
        raised.remove(allotted);
    }
    for person in raised {
        connection
            .statement(sql::RAISE_ACCESS)?
            .put(params![person.bucket().number(), person.number()])?;
    }
    Ok(())
}

fn write_members(
    connection: &Connection,
    change: &JobChange,
    planned: &PlannedChange,
) -> dialect::Result<()> {
    let key = &change.key;
    let before = planned.found.as_ref().map_or(&[][..], |found| &found.members);
    let moved = planned.leaves().is_some();
    if !moved && before == planned.members {
        return Ok(());
    }
    for member in before {
        connection.statement(sql::DELETE_MEMBER)?.put(params![
            member.bucket().number(),
            member.number(),
            key.resource_type,
            key.id
        ])?;
    }
    for member in &planned.members {
        connection.statement(sql::INSERT_MEMBER)?.put(params![
            member.bucket().number(),
            member.number(),
            key.resource_type,
            key.id,
            planned.home.bucket().number(),
            planned.home.number()
        ])?;
    }
    Ok(())
}

fn write_values(connection: &Connection, change: &JobChange, planned: &PlannedChange) -> dialect::Result<()> {
    let nothing: &[ValueRow] = &[];
    let after = change.content.as_ref().map_or(nothing, |content| &content.rows);
    let before = match &planned.found {
        Some(found) if !found.deleted => rows_of_entry(change.resource_type, &found.entry),
        _ => Vec::new(),
    };
    let old_home = planned.found.as_ref().map_or(planned.home, |found| found.home);
    let moved = old_home != planned.home;
    // A resource may have thousands of values: looking each up in a list would be quadratic.
    let (had, has): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), after.iter().collect());
    for row in before.iter().filter(|row| moved || !has.contains(row)) {
        values::delete(connection, old_home, &change.key, row)?;
    }
    for row in after.iter().filter(|row| moved || !had.contains(row)) {
        values::insert(connection, planned.home, &change.key, row)?;
    }
    Ok(())
}

/// The value-first rows that belong to a packed index entry.
pub(crate) fn rows_of_entry(resource_type: ResourceType, entry: &[u8]) -> Vec<ValueRow> {
    let values: Vec<IndexValue> = fhir::index::unpack(entry)
        .map(|(param, value)| IndexValue {
            param,
            value: values::owned(&value),
        })
        .collect();
    fhir::value_rows(resource_type, &values)
}
