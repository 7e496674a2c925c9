//! The bodies of many current resources. A person's resources mostly arrived together, so that their bodies stand near
//! each other in the log: each stretch of the log is read once, instead of each body by itself.

use crate::dialect::{self, Column, Connection, Row, engine_error, params, snapshot};
use crate::error::RecordError;
use crate::held::Stored;
use crate::ids::store_id;
use crate::reader::ask::Ask;
use crate::reader::candidate::{Candidate, Version, pointer, render};
use crate::reader::seen::Eyes;
use crate::sql;

/// Bodies above which reading them goes to a thread for blocking work.
pub(super) const MANY: usize = 64;

/// The widest gap within a stretch, in log rows: to step over a row costs a tenth of looking for one.
const GAP: i64 = 8;

impl Ask {
    /// Reads the bodies of candidates, in their order, as they are seen.
    pub(super) async fn bodies(&self, candidates: Vec<Candidate>) -> Result<Vec<Stored>, RecordError> {
        let many = candidates.len() > MANY;
        // One read transaction for all of them: one for each costs as much as the row.
        let mut eyes = Eyes::of(self);
        let read = move |connection: &Connection| {
            snapshot(connection, |connection| {
                let found = stored(connection, candidates)?;
                eyes.masked(connection, found)
            })
        };
        let pool = self.record.pool();
        if many {
            pool.apart(read).await
        } else {
            pool.here(read).await
        }
    }
}

/// The candidates with their bodies, in their order.
pub(crate) fn stored(
    connection: &Connection,
    candidates: Vec<Candidate>,
) -> Result<Vec<Stored>, RecordError> {
    let mut by_place: Vec<(usize, Candidate)> = candidates.into_iter().enumerate().collect();
    by_place.sort_unstable_by_key(|(_, candidate)| place(candidate));
    let mut found: Vec<Option<Stored>> = Vec::new();
    found.resize_with(by_place.len(), || None);
    let mut ahead = by_place.as_slice();
    while !ahead.is_empty() {
        let stretch;
        (stretch, ahead) = ahead.split_at(stretch_of(ahead));
        if let (Some((_, first)), Some((_, last))) = (stretch.first(), stretch.last()) {
            connection
                .statement(sql::BODIES)
                .and_then(|mut bodies| {
                    bodies.ask_ahead(params![first.person.bucket().number(), first.seq, last.seq])
                })
                .map_err(|error| engine_error(&error))?;
        }
    }
    let mut rest = by_place.as_mut_slice();
    while !rest.is_empty() {
        let stretch;
        (stretch, rest) = rest.split_at_mut(stretch_of(rest));
        read_stretch(connection, stretch, &mut found)?;
    }
    let missing = |at: usize| {
        let candidate = by_place.iter().find(|(number, _)| *number == at);
        pointer(candidate.map_or(0, |(_, candidate)| candidate.seq))
    };
    found
        .into_iter()
        .enumerate()
        .map(|(at, stored)| stored.ok_or_else(|| missing(at)))
        .collect()
}

/// Where the body stands.
fn place(candidate: &Candidate) -> (u16, i64) {
    (candidate.person.bucket().number(), candidate.seq)
}

/// How many of the first candidates stand in one stretch of the log; at least one.
fn stretch_of(candidates: &[(usize, Candidate)]) -> usize {
    let near = |pair: &&[(usize, Candidate)]| {
        let ((bucket, seq), (next_bucket, next_seq)) = (place(&pair[0].1), place(&pair[1].1));
        bucket == next_bucket && next_seq.saturating_sub(seq) <= GAP
    };
    1 + candidates.windows(2).take_while(near).count()
}

/// Reads one stretch; the candidates are in the order of their places.
fn read_stretch(
    connection: &Connection,
    stretch: &mut [(usize, Candidate)],
    found: &mut [Option<Stored>],
) -> Result<(), RecordError> {
    let engine = |error: dialect::Error| engine_error(&error);
    let (Some((_, first)), Some((_, last))) = (stretch.first(), stretch.last()) else {
        return Ok(());
    };
    let range = params![first.person.bucket().number(), first.seq, last.seq];
    let mut statement = connection.statement(sql::BODIES).map_err(engine)?;
    let mut rows = statement.query(range).map_err(engine)?;
    let mut waiting = stretch.iter_mut().peekable();
    while let Some(row) = rows.next().map_err(engine)? {
        let seq: i64 = row.get(0).map_err(engine)?;
        // Rows of others in between, and candidates whose row is not there.
        while waiting.next_if(|(_, candidate)| candidate.seq < seq).is_some() {}
        while let Some((at, candidate)) = waiting.next_if(|(_, candidate)| candidate.seq == seq) {
            found[*at] = Some(of_row(&row, candidate)?);
        }
    }
    Ok(())
}

/// The candidate with the body of its row, which must say that it is the version that points at it.
fn of_row(row: &Row<'_>, candidate: &mut Candidate) -> Result<Stored, RecordError> {
    let engine = |error: dialect::Error| engine_error(&error);
    let blob = |index: usize| row.get_ref(index).and_then(Column::as_blob);
    let is_it = blob(2).map_err(engine)? == store_id(&candidate.id)
        && row.get::<_, u16>(3).map_err(engine)? == candidate.resource_type.number()
        && row.get::<_, u64>(4).map_err(engine)? == candidate.version
        && row.get::<_, i64>(5).map_err(engine)? == candidate.updated;
    if !is_it {
        return Err(pointer(candidate.seq));
    }
    render(Version {
        person: candidate.person,
        resource_type: candidate.resource_type,
        id: std::mem::take(&mut candidate.id),
        version: candidate.version,
        seq: candidate.seq,
        updated: candidate.updated,
        body: blob(1).map_err(engine)?,
    })
}

#[cfg(test)]
mod tests {
    use fhir::ResourceType;

    use super::*;
    use crate::ids::{Bucket, PersonKey};

    fn at(bucket: u16, seq: i64) -> (usize, Candidate) {
        let candidate = Candidate {
            person: PersonKey::new(Bucket::new(bucket).expect("in range"), 1),
            resource_type: ResourceType::from_name("Flag").expect("a type"),
            id: "a".to_owned(),
            version: 1,
            seq,
            updated: 1,
            labels: 0,
            entry: Vec::new(),
        };
        (0, candidate)
    }

    #[test]
    fn a_stretch_ends_at_a_wide_gap_and_at_another_bucket() {
        assert_eq!(stretch_of(&[at(1, 5)]), 1);
        assert_eq!(stretch_of(&[at(1, 5), at(1, 6), at(1, 14), at(1, 23)]), 3);
        assert_eq!(stretch_of(&[at(1, 5), at(2, 6)]), 1);
        assert_eq!(stretch_of(&[at(1, i64::MIN), at(1, i64::MAX)]), 1);
    }
}
