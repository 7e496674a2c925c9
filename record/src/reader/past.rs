//! Superseded versions of a resource that is seen, each as far as its own labels let it: what somebody labelled, and put words without
//! the label in its place, is not read in what was there before. A version that is hidden is as if it had never been.

use fhir::{Document, Limits, ResourceType};

use crate::access::mutants::is_removed;
use crate::dialect::{self, Connection, OptionalExtension, Row, engine_error, params};
use crate::error::RecordError;
use crate::held::Stored;
use crate::ids::{PersonKey, store_id};
use crate::kind::Kind;
use crate::lens::Lens;
use crate::reader::candidate::{Version, pointer, render};
use crate::reader::point::Current;
use crate::reader::seen::{Place, sees};
use crate::sql;

/// How many versions are gone through at a time.
const AT_A_TIME: usize = 64;

/// The versions before the current one, through a lens.
pub(super) struct Past<'a> {
    connection: &'a Connection,
    lens: &'a Lens,
    person: PersonKey,
    /// The current version.
    newest: u64,
    resource_type: ResourceType,
    id: &'a str,
    stored: Vec<u8>,
}

impl<'a> Past<'a> {
    pub(super) fn of(
        connection: &'a Connection,
        lens: &'a Lens,
        current: &Current,
        resource_type: ResourceType,
        id: &'a str,
    ) -> Past<'a> {
        Past {
            connection,
            lens,
            person: current.person,
            newest: current.version,
            resource_type,
            id,
            stored: store_id(id),
        }
    }

    /// Whether none of them is there for whoever looks.
    fn is_closed(&self) -> bool {
        self.lens.present_only && !is_removed("earlier")
    }

    /// One of them, if it is shown. A deletion is shown with what it ended.
    pub(super) fn one(&self, version: u64) -> Result<Option<Stored>, RecordError> {
        if self.is_closed() {
            return Ok(None);
        }
        let wanted = params![
            self.person.bucket().number(),
            self.person.number(),
            self.resource_type.number(),
            self.stored,
            version
        ];
        let row = self
            .connection
            .statement(sql::VERSION)
            .and_then(|mut statement| {
                statement
                    .query_row(wanted, |row| logged(row, 0, version))
                    .optional()
            })
            .map_err(|error| engine_error(&error))?;
        let Some(found) = row.map(|row| self.render(&row)).transpose()? else {
            return Ok(None);
        };
        let mut ended = None;
        let mut below = version;
        while found.deleted && ended.is_none() {
            let Some(row) = self.rows(below, 1)?.pop() else {
                break;
            };
            below = row.version;
            ended = Some(self.render(&row)?).filter(|before| !before.deleted);
        }
        let shown = self.shows(ended.as_ref().unwrap_or(&found))?;
        Ok(shown.then_some(found))
    }

    /// The newest of those below a version that are shown, as many as are wanted, and how many are shown of all there are.
    pub(super) fn below(&self, below: u64, wanted: usize) -> Result<(Vec<Stored>, u64), RecordError> {
        if self.is_closed() {
            return Ok((Vec::new(), 0));
        }
        // Whoever is kept from nothing pays for the page alone.
        if self.lens.hidden_labels == 0 {
            let rows = self.rows(below, wanted)?;
            let shown = rows
                .iter()
                .map(|row| self.render(row))
                .collect::<Result<_, _>>()?;
            return Ok((shown, self.count()?));
        }
        let (mut shown, mut total) = (Vec::new(), 0);
        let mut keep = |version: Stored| {
            total += 1;
            if version.version < below && shown.len() < wanted {
                shown.push(version);
            }
        };
        // Deletions whose beginning is yet to be met.
        let mut ends: Vec<Stored> = Vec::new();
        let mut next = self.newest;
        loop {
            let rows = self.rows(next, AT_A_TIME)?;
            let Some(last) = rows.last() else { break };
            next = last.version;
            for row in rows {
                let version = self.render(&row)?;
                if version.deleted {
                    ends.push(version);
                } else if self.shows(&version)? {
                    ends.drain(..).for_each(&mut keep);
                    keep(version);
                } else {
                    ends.clear();
                }
            }
        }
        ends.into_iter().for_each(keep);
        Ok((shown, total))
    }

    fn count(&self) -> Result<u64, RecordError> {
        let whose = params![
            self.person.bucket().number(),
            self.person.number(),
            self.resource_type.number(),
            self.stored
        ];
        self.connection
            .statement(sql::COUNT_VERSIONS)
            .and_then(|mut statement| statement.query_row(whose, |row| row.get(0)))
            .map_err(|error| engine_error(&error))
    }

    /// Whether the lens shows a version, which it shows of the current one.
    fn shows(&self, version: &Stored) -> Result<bool, RecordError> {
        if self.lens.hidden_labels == 0 || version.deleted {
            return Ok(true);
        }
        let limits = Limits {
            max_bytes: usize::MAX,
            max_depth: 128,
            ..Limits::default()
        };
        // Of what this release cannot read nobody knows what it bears.
        let Ok(document) = Document::scan(&version.json, &limits) else {
            return Ok(false);
        };
        let entry = fhir::index::pack(&document.root().prepare(&|_| None).index);
        let place = Place {
            person: self.person,
            resource_type: self.resource_type,
            id: &self.stored,
            labels: 0,
        };
        sees(self.connection, self.lens, &place, Some(&entry))
    }

    fn rows(&self, below: u64, limit: usize) -> Result<Vec<Logged>, RecordError> {
        let read = || -> dialect::Result<Vec<Logged>> {
            let mut statement = self.connection.statement(sql::VERSIONS)?;
            statement
                .query_map(
                    params![
                        self.person.bucket().number(),
                        self.person.number(),
                        self.resource_type.number(),
                        self.stored,
                        below,
                        limit
                    ],
                    |row| logged(row, 1, row.get(0)?),
                )?
                .collect()
        };
        read().map_err(|error| engine_error(&error))
    }

    fn render(&self, row: &Logged) -> Result<Stored, RecordError> {
        if !row.sound {
            return Err(pointer(row.seq));
        }
        let stored = render(Version {
            person: self.person,
            resource_type: self.resource_type,
            id: self.id.to_owned(),
            version: row.version,
            seq: row.seq,
            updated: row.at,
            body: &row.body,
        })?;
        if stored.deleted != (Kind::from_number(row.kind) == Some(Kind::Deleted)) {
            return Err(RecordError::Corrupt {
                detail: format!("log {}: kind and body disagree", row.seq),
            });
        }
        Ok(stored)
    }
}

/// A superseded version as a row gives it.
struct Logged {
    version: u64,
    seq: i64,
    at: i64,
    kind: u8,
    body: Vec<u8>,
    /// The log row says that it is this version of this resource.
    sound: bool,
}

fn logged(row: &Row<'_>, first: usize, version: u64) -> dialect::Result<Logged> {
    Ok(Logged {
        version,
        seq: row.get(first)?,
        at: row.get(first + 1)?,
        kind: row.get(first + 2)?,
        body: row.get(first + 3)?,
        sound: row.get(first + 4)?,
    })
}
