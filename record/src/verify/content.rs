//! The current versions, history, locators, memberships and value rows, compared with the log and with each other.

use std::collections::{BTreeMap, BTreeSet};

use fhir::{IndexValue, ResourceType};

use crate::backfill::derive::{Derived, derive, up_to};
use crate::backfill::state::{self, Filled};
use crate::body;
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::{Bucket, PersonKey, id_bucket, load_id};
use crate::kind::Kind;
use crate::reader::candidate::id_text;
use crate::values::{IDENTIFIER, identity_bucket};
use crate::verify::{VerifyReport, aliases, labels};
use crate::writer::decide::load_members;
use crate::writer::job::{Home, ResourceKey, encode_home};
use crate::writer::write::rows_of_entry;

/// A row of `current`.
struct Current {
    bucket: u16,
    person: u64,
    resource_type: u16,
    id: Vec<u8>,
    version: u64,
    seq: i64,
    updated: i64,
    deleted: bool,
    labels: u64,
    members: Vec<PersonKey>,
    entry: Vec<u8>,
}

pub(super) fn check(connection: &Connection, report: &mut VerifyReport) -> Result<(), RecordError> {
    check_all(connection, report).map_err(|error| engine_error(&error))
}

fn check_all(connection: &Connection, report: &mut VerifyReport) -> dialect::Result<()> {
    let mut counted = Counted::default();
    let filled = state::all(connection)?;
    let mut statement = connection.prepare(
        "SELECT bucket, person, type, id, version, seq, updated, deleted, labels, members, entry
         FROM current",
    )?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let current = Current {
            bucket: row.get(0)?,
            person: row.get(1)?,
            resource_type: row.get(2)?,
            id: row.get(3)?,
            version: row.get(4)?,
            seq: row.get(5)?,
            updated: row.get(6)?,
            deleted: row.get(7)?,
            labels: row.get(8)?,
            members: load_members(&row.get::<_, Vec<u8>>(9)?),
            entry: row.get(10)?,
        };
        current.check(connection, &filled, &mut counted, report)?;
    }
    counted.check_elsewhere(connection, report)?;
    check_history(connection, report)?;
    aliases::check(connection, report)?;
    counted.compare(connection, report)
}

/// How many rows of the other tables the current versions account for.
#[derive(Default)]
struct Counted {
    current: u64,
    history: u64,
    members: u64,
    values: u64,
    identities: u64,
    /// Versions of each resource that are not in its present home, by type and id.
    elsewhere: BTreeMap<(u16, Vec<u8>), Missing>,
}

/// Versions of a resource that are not where it lives now.
struct Missing {
    name: String,
    version: u64,
    missing: u64,
}

impl Counted {
    /// A resource that left a person leaves its versions with them: those are looked for where they are.
    fn check_elsewhere(&mut self, connection: &Connection, report: &mut VerifyReport) -> dialect::Result<()> {
        let mut statement = connection.prepare(
            "SELECT h.type, h.id FROM history h LEFT JOIN current c ON c.bucket = h.bucket AND c.person = h.person
             AND c.type = h.type AND c.id = h.id WHERE c.bucket IS NULL",
        )?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            self.history += 1;
            if let Some(found) = self.elsewhere.get_mut(&(row.get(0)?, row.get(1)?)) {
                found.missing = found.missing.wrapping_sub(1);
            }
        }
        // Of those that were destroyed with a former home, the counts of all tables tell together.
        let is_wrong = |missing: &&Missing| missing.missing != 0 && report.destroyed == 0;
        for missing in self.elsewhere.values().filter(is_wrong).collect::<Vec<_>>() {
            report.fault(
                "history",
                format!(
                    "{}: not every version before {} is stored",
                    missing.name, missing.version
                ),
            );
        }
        Ok(())
    }

    fn compare(&self, connection: &Connection, report: &mut VerifyReport) -> dialect::Result<()> {
        let whole: [(&'static str, &str, u64); 8] = [
            (
                "log",
                "SELECT count(*) FROM log WHERE kind < 5",
                self.current + self.history + report.destroyed,
            ),
            ("history", "SELECT count(*) FROM history", self.history),
            (
                "destruction",
                "SELECT CAST(coalesce(sum(versions), 0) AS bigint) FROM destruction",
                report.destroyed,
            ),
            ("legal_hold", "SELECT count(*) FROM legal_hold", held(connection)?),
            (
                "locator",
                "SELECT count(*) FROM locator WHERE home_person IS NOT NULL",
                self.current,
            ),
            ("member", "SELECT count(*) FROM member", self.members),
            ("value", "SELECT count(*) FROM value", self.values),
            ("identity", "SELECT count(*) FROM identity", self.identities),
        ];
        for (table, text, expected) in whole {
            let found: u64 = connection.query_row(text, params![], |row| row.get(0))?;
            if found != expected {
                report.fault(
                    table,
                    format!("{found} rows are stored, {expected} are accounted for"),
                );
            }
        }
        let units: u64 = connection.query_row(
            "SELECT count(*) FROM locator l JOIN person p ON p.bucket = l.bucket AND p.person = l.unit
             AND p.type = l.type AND p.id = l.id",
            params![],
            |row| row.get(0),
        )?;
        let people: u64 = connection.query_row("SELECT count(*) FROM person", params![], |row| row.get(0))?;
        if units != people {
            report.fault(
                "person",
                format!("{people} people and units are stored, {units} can be found by their id"),
            );
        }
        Ok(())
    }
}

impl Current {
    fn name(&self) -> String {
        let kind = ResourceType::from_number(self.resource_type).map_or("?", ResourceType::name);
        format!("{kind}/{}", load_id(&self.id).unwrap_or_default())
    }

    fn home(&self) -> PersonKey {
        PersonKey::new(Bucket::wrapping(u64::from(self.bucket)), self.person)
    }

    fn check(
        &self,
        connection: &Connection,
        filled: &[Filled],
        counted: &mut Counted,
        report: &mut VerifyReport,
    ) -> dialect::Result<()> {
        counted.current += 1;
        counted.members += self.members.len() as u64;
        let past: u64 = connection.statement(crate::sql::COUNT_VERSIONS)?.query_row(
            params![self.bucket, self.person, self.resource_type, self.id],
            |row| row.get(0),
        )?;
        counted.history += past;
        if past + 1 != self.version {
            let missing = Missing {
                name: self.name(),
                version: self.version,
                missing: (self.version - 1).saturating_sub(past),
            };
            counted
                .elsewhere
                .insert((self.resource_type, self.id.clone()), missing);
        }
        self.check_locator(connection, report)?;
        self.check_members(connection, report)?;
        self.check_values(connection, counted, report)?;
        self.check_log(connection, filled, report)
    }

    fn check_locator(&self, connection: &Connection, report: &mut VerifyReport) -> dialect::Result<()> {
        let bucket = load_id(&self.id).map_or(0, |id| id_bucket(&id).number());
        let home = connection
            .statement(crate::sql::LOCATE)?
            .query_row(params![bucket, self.resource_type, self.id], |row| {
                Ok((row.get::<_, Option<u16>>(0)?, row.get::<_, Option<u64>>(1)?))
            })
            .optional()?;
        if home != Some((Some(self.bucket), Some(self.person))) {
            report.fault(
                "locator",
                format!("{}: it is not found where it lives", self.name()),
            );
        }
        Ok(())
    }

    fn check_members(&self, connection: &Connection, report: &mut VerifyReport) -> dialect::Result<()> {
        for member in &self.members {
            let found: Option<(u16, u64)> = connection
                .statement(
                    "SELECT home_bucket, home_person FROM member WHERE bucket = ?1 AND person = ?2 AND type = ?3 AND id = ?4",
                )?
                .query_row(params![member.bucket().number(), member.number(), self.resource_type, self.id], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            if found != Some((self.bucket, self.person)) {
                report.fault("member", format!("{}: a membership is missing", self.name()));
            }
        }
        Ok(())
    }

    fn check_values(
        &self,
        connection: &Connection,
        counted: &mut Counted,
        report: &mut VerifyReport,
    ) -> dialect::Result<()> {
        let Some(resource_type) = ResourceType::from_number(self.resource_type) else {
            report.fault(
                "current",
                format!("{}: the type {} is unknown", self.name(), self.resource_type),
            );
            return Ok(());
        };
        if self.deleted {
            return Ok(());
        }
        let mut distinct = BTreeSet::new();
        for row in rows_of_entry(resource_type, &self.entry) {
            if !distinct.insert((row.number, row.key.clone())) {
                continue;
            }
            let found: bool =
                if row.number == IDENTIFIER {
                    counted.identities += 1;
                    connection
                    .statement(
                        "SELECT EXISTS (SELECT 1 FROM identity WHERE bucket = ?1 AND number = ?2 AND key = ?3
                         AND home_bucket = ?4 AND home_person = ?5 AND type = ?6 AND id = ?7)",
                    )?
                    .query_row(
                        params![
                            identity_bucket(&row.key).number(),
                            row.number,
                            row.key,
                            self.bucket,
                            self.person,
                            self.resource_type,
                            self.id
                        ],
                        |found| found.get(0),
                    )?
                } else {
                    counted.values += 1;
                    connection
                    .statement(
                        "SELECT EXISTS (SELECT 1 FROM value WHERE bucket = ?1 AND number = ?2 AND key = ?3
                         AND person = ?4 AND type = ?5 AND id = ?6)",
                    )?
                    .query_row(
                        params![self.bucket, row.number, row.key, self.person, self.resource_type, self.id],
                        |found| found.get(0),
                    )?
                };
            if !found {
                report.fault(
                    "value",
                    format!(
                        "{}: a value row of parameter {} is missing",
                        self.name(),
                        row.number
                    ),
                );
            }
        }
        Ok(())
    }

    fn check_log(
        &self,
        connection: &Connection,
        filled: &[Filled],
        report: &mut VerifyReport,
    ) -> dialect::Result<()> {
        let logged = crate::feed::log_rows(connection, self.home().bucket(), self.seq, 1)?
            .into_iter()
            .next();
        let Some(row) = logged else {
            report.fault(
                "current",
                format!("{}: its log row {} is missing", self.name(), self.seq),
            );
            return Ok(());
        };
        let is_deletion = Kind::from_number(row.kind) == Some(Kind::Deleted);
        let agrees = (
            row.bucket,
            row.person,
            row.resource_type,
            &row.id,
            row.version,
            row.at,
            is_deletion,
        ) == (
            self.bucket,
            self.person,
            self.resource_type,
            &self.id,
            self.version,
            self.updated,
            self.deleted,
        );
        if !agrees {
            report.fault(
                "current",
                format!("{}: it disagrees with log row {}", self.name(), self.seq),
            );
        }
        if let Ok(encoded) = body::unpack(&row.body, row.seq) {
            self.check_entry(connection, &encoded, filled, report)?;
        }
        Ok(())
    }

    /// Whether the entry holds these values: of the newest generation of search parameters, or of an older one where the
    /// filling has not come by.
    fn is_entry_of(&self, index: &[IndexValue], filled: &[Filled]) -> bool {
        let newest = fhir::newest_generation();
        let at = filled.get(usize::from(self.bucket));
        let least = at.map_or(1, |filled| {
            if self.person < filled.person {
                filled.generation
            } else {
                filled.generation.saturating_sub(1)
            }
        });
        (least.min(newest)..=newest)
            .any(|generation| fhir::index::pack(&up_to(generation, index)) == self.entry)
    }

    /// Makes the index entry and the memberships again from the body.
    fn check_entry(
        &self,
        connection: &Connection,
        encoded: &[u8],
        filled: &[Filled],
        report: &mut VerifyReport,
    ) -> dialect::Result<()> {
        if encoded.is_empty() {
            if !self.deleted || !self.entry.is_empty() {
                report.fault("current", format!("{}: its body is missing", self.name()));
            }
            let key = (self.bucket, self.person, self.resource_type, self.id.as_slice());
            let agree = labels::agree_with_deleted(connection, self.labels, key, self.version)?;
            self.say_of_labels(agree, report);
            return Ok(());
        }
        let prepared = match derive(encoded, &self.id, self.version) {
            Derived::Prepared(prepared) => prepared,
            Derived::Malformed => {
                report.fault("log", format!("{}: its body is malformed", self.name()));
                return Ok(());
            }
            Derived::Refused => {
                report.not_rederived += 1;
                return Ok(());
            }
        };
        if !self.is_entry_of(&prepared.index, filled) {
            report.fault(
                "current",
                format!("{}: its index entry is not that of its body", self.name()),
            );
        }
        self.say_of_labels(labels::agree(self.labels, &prepared), report);
        let id = id_text(&self.id).unwrap_or_default();
        let (home, members) = match encode_home(&prepared.home) {
            Home::Own => (
                self.unit(connection, &ResourceKey::new(prepared.resource_type, &id))?,
                Vec::new(),
            ),
            Home::Unit(unit) => (self.unit(connection, &unit)?, Vec::new()),
            Home::People(first, others) => {
                let others = others
                    .iter()
                    .map(|other| self.unit(connection, other))
                    .collect::<Result<Vec<_>, _>>()?;
                (
                    self.unit(connection, &first)?,
                    others.into_iter().flatten().collect(),
                )
            }
        };
        let members: BTreeSet<PersonKey> = members
            .into_iter()
            .filter(|member| Some(*member) != home)
            .collect();
        if home != Some(self.home()) || !members.into_iter().eq(self.members.iter().copied()) {
            report.fault(
                "current",
                format!("{}: it does not live with whom its body names", self.name()),
            );
        }
        Ok(())
    }

    fn say_of_labels(&self, agree: bool, report: &mut VerifyReport) {
        if !agree {
            report.fault(
                "current",
                format!("{}: its labels are not those of its body", self.name()),
            );
        }
    }

    fn unit(&self, connection: &Connection, key: &ResourceKey) -> dialect::Result<Option<PersonKey>> {
        let number: Option<Option<u64>> = connection
            .statement(crate::sql::LOCATE)?
            .query_row(params![key.bucket.number(), key.resource_type, key.id], |row| {
                row.get(2)
            })
            .optional()?;
        Ok(number.flatten().map(|number| PersonKey::new(key.bucket, number)))
    }
}

/// How many people are on hold, as the log tells it.
fn held(connection: &Connection) -> dialect::Result<u64> {
    connection.query_row(
        "SELECT count(CASE WHEN kind = 9 THEN 1 END) - count(CASE WHEN kind = 10 THEN 1 END) FROM log",
        params![],
        |row| row.get(0),
    )
}

/// Every superseded version stands in the log as the history row says.
fn check_history(connection: &Connection, report: &mut VerifyReport) -> dialect::Result<()> {
    let mut statement = connection.prepare(
        "SELECT h.type, h.id, h.version FROM history h LEFT JOIN log g ON g.bucket = h.log_bucket AND g.seq = h.seq
         WHERE g.seq IS NULL OR g.type <> h.type OR g.id <> h.id OR g.version <> h.version OR g.kind = 5",
    )?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let kind = ResourceType::from_number(row.get(0)?).map_or("?", ResourceType::name);
        let id = load_id(&row.get::<_, Vec<u8>>(1)?).unwrap_or_default();
        let version: u64 = row.get(2)?;
        report.fault(
            "history",
            format!("{kind}/{id}: version {version} disagrees with the log"),
        );
    }
    Ok(())
}
