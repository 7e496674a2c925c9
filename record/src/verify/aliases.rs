//! Who is read as one, compared with what the log says of joins and partings.

use std::collections::BTreeMap;

use crate::dialect::{self, Connection, params};
use crate::ids::{Bucket, PersonKey};
use crate::kind::Kind;
use crate::note::Tie;
use crate::verify::VerifyReport;

const TIES: &str =
    "SELECT bucket, person, seq, kind, body FROM log WHERE kind IN (6, 7) ORDER BY bucket, seq";
const ALIASES: &str = "SELECT bucket, person, survivor_bucket, survivor_person, reason FROM alias
    ORDER BY bucket, person";
const ALIASED: &str = "SELECT alias_bucket, alias_person, bucket, person FROM aliased
    ORDER BY alias_bucket, alias_person";

/// By superseded person: the survivor, and the reason's number.
type Aliases = BTreeMap<PersonKey, (PersonKey, u16)>;

pub(super) fn check(connection: &Connection, report: &mut VerifyReport) -> dialect::Result<()> {
    let said = said(connection, report)?;
    let mut held = Aliases::new();
    let mut statement = connection.prepare(ALIASES)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        held.insert(
            key(row.get(0)?, row.get(1)?),
            (key(row.get(2)?, row.get(3)?), row.get(4)?),
        );
    }
    compare(&said, &held, report);
    let mut back = Vec::new();
    let mut statement = connection.prepare(ALIASED)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        back.push((key(row.get(0)?, row.get(1)?), key(row.get(2)?, row.get(3)?)));
    }
    let forth = held
        .iter()
        .map(|(superseded, (survivor, _))| (*superseded, *survivor));
    if !forth.eq(back) {
        report.fault(
            "aliased",
            "whom a survivor is read with is not who was joined to them",
        );
    }
    Ok(())
}

fn key(bucket: u64, person: u64) -> PersonKey {
    PersonKey::new(Bucket::wrapping(bucket), person)
}

/// What the log says: a superseded person's rows all stand in their own bucket, in order.
fn said(connection: &Connection, report: &mut VerifyReport) -> dialect::Result<Aliases> {
    let mut said = Aliases::new();
    let mut statement = connection.prepare(TIES)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let person = key(row.get(0)?, row.get(1)?);
        let seq: i64 = row.get(2)?;
        let Some(tie) = Tie::load(&row.get::<_, Vec<u8>>(4)?) else {
            report.fault("log", format!("row {seq}: it does not say who was joined"));
            continue;
        };
        if !tie.superseded {
            continue;
        }
        if Kind::from_number(row.get(3)?) == Some(Kind::Joined) {
            said.insert(person, (tie.other, tie.reason.number()));
        } else {
            said.remove(&person);
        }
    }
    Ok(said)
}

fn compare(said: &Aliases, held: &Aliases, report: &mut VerifyReport) {
    for (person, tie) in said {
        if held.get(person) != Some(tie) {
            report.fault(
                "alias",
                format!(
                    "{} {}: joined in the log, not so in the table",
                    person.bucket().number(),
                    person.number()
                ),
            );
        }
    }
    for person in held.keys().filter(|person| !said.contains_key(person)) {
        report.fault(
            "alias",
            format!(
                "{} {}: joined in the table, not so in the log",
                person.bucket().number(),
                person.number()
            ),
        );
    }
}
