//! What was destroyed: each row of `destruction` is told of by a note that the chain covers, and no more versions are
//! emptied than those notes say. Neither the table nor an emptied version proves anything by itself: whoever owns the
//! database can empty a version, keep the digest of its row, and add a row that says it was destroyed.

use std::collections::{BTreeMap, BTreeSet};

use crate::body;
use crate::dialect::{self, Connection, engine_error, params};
use crate::error::RecordError;
use crate::feed::{FeedRow, LogRow};
use crate::ids::{Bucket, PersonKey};
use crate::kind::Kind;
use crate::note::Destroyed;
use crate::seal::line;
use crate::verify::VerifyReport;

const DESTRUCTIONS: &str =
    "SELECT bucket, person, commit_id, at, ground, first_actor, second_actor, versions FROM destruction
    ORDER BY bucket, person, at";

/// What the log tells of destructions.
#[derive(Default)]
pub(super) struct Told {
    /// By person and commit.
    notes: BTreeMap<(PersonKey, [u8; 16]), Destroyed>,
    /// How many versions of each person are emptied.
    emptied: BTreeMap<PersonKey, u64>,
}

/// A row of `destruction`.
struct Row {
    person: PersonKey,
    commit: [u8; 16],
    at: i64,
    said: Destroyed,
}

impl Told {
    /// Takes in what one entry of a bucket tells.
    pub(super) fn take(
        &mut self,
        bucket: Bucket,
        row: &FeedRow,
        versions: &[LogRow],
        report: &mut VerifyReport,
    ) {
        for version in versions {
            let person = PersonKey::new(bucket, version.person);
            if body::destroyed(&version.body).is_some() {
                *self.emptied.entry(person).or_default() += 1;
            } else if Kind::from_number(version.kind) == Some(Kind::Destroyed) {
                match Destroyed::load(&version.body) {
                    Some(note) => {
                        self.notes.insert((person, row.commit.0), note);
                    }
                    None => report.fault(
                        "log",
                        format!("row {} does not say what was destroyed", version.seq),
                    ),
                }
            }
        }
    }

    /// Compares it with the table.
    pub(super) fn compare(
        mut self,
        connection: &Connection,
        report: &mut VerifyReport,
    ) -> Result<(), RecordError> {
        let rows = rows(connection).map_err(|error| engine_error(&error))?;
        // A restore to a moment leaves out the notes of what was destroyed after it, and some of what was emptied. Its
        // line says so; that the line is signed is looked at with the lines.
        let moments: Vec<(i64, i64)> = line::all(connection)?
            .iter()
            .filter_map(|line| Some((line.until?, line.at)))
            .collect();
        let left_out = |at: i64| {
            moments
                .iter()
                .any(|(until, restored)| *until < at && at <= *restored)
        };
        let mut allowed: BTreeMap<PersonKey, u64> = BTreeMap::new();
        let mut known = BTreeSet::new();
        for row in rows {
            known.insert(row.person);
            let versions = match self.notes.remove(&(row.person, row.commit)) {
                Some(note) => {
                    let fewer = !moments.is_empty() && row.said.versions < note.versions;
                    let versions = if fewer { row.said.versions } else { note.versions };
                    if row.said != (Destroyed { versions, ..note }) {
                        say(
                            report,
                            row.person,
                            "was not destroyed as the table says: the feed tells it otherwise",
                        );
                    }
                    note.versions
                }
                None if left_out(row.at) => row.said.versions,
                None => {
                    say(
                        report,
                        row.person,
                        "was destroyed, says the table, but no entry of the feed tells of it",
                    );
                    0
                }
            };
            *allowed.entry(row.person).or_default() += versions;
        }
        // One that was destroyed again in a store put back from a backup has a second note, and one row.
        for (person, _) in self.notes.keys().filter(|(person, _)| !known.contains(person)) {
            say(
                report,
                *person,
                "was destroyed, says the feed, but the table does not tell of it",
            );
        }
        self.compare_emptied(&allowed, report);
        Ok(())
    }

    /// What came to a person from a unit of the directory stands under the unit's number: it may be as much as is not
    /// found under those of the people.
    fn compare_emptied(&self, allowed: &BTreeMap<PersonKey, u64>, report: &mut VerifyReport) {
        let own = |person| self.emptied.get(person).copied().unwrap_or(0);
        let elsewhere: u64 = allowed
            .iter()
            .map(|(person, most)| most.saturating_sub(own(person)))
            .sum();
        let others = || {
            self.emptied
                .iter()
                .filter(|(person, _)| !allowed.contains_key(person))
        };
        let over = allowed.keys().filter(|person| own(person) > allowed[*person]);
        let unexplained = others().map(|(_, emptied)| emptied).sum::<u64>() > elsewhere;
        let others = others().map(|(person, _)| person).filter(|_| unexplained);
        for person in over.chain(others) {
            say(
                report,
                *person,
                "has emptied versions that no destruction in the feed accounts for",
            );
        }
    }
}

fn say(report: &mut VerifyReport, person: PersonKey, words: &str) {
    let (bucket, number) = (person.bucket().number(), person.number());
    report.fault("destruction", format!("bucket {bucket}: person {number} {words}"));
}

fn rows(connection: &Connection) -> dialect::Result<Vec<Row>> {
    let mut found = Vec::new();
    let mut statement = connection.prepare(DESTRUCTIONS)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        found.push(Row {
            person: PersonKey::new(Bucket::wrapping(row.get(0)?), row.get(1)?),
            commit: row.get(2)?,
            at: row.get(3)?,
            said: Destroyed {
                ground: row.get(4)?,
                first: row.get(5)?,
                second: row.get(6)?,
                versions: row.get(7)?,
            },
        });
    }
    Ok(found)
}
