//! What the store says of itself: schema, clocks, seals, followers, letters.

use std::time::Duration;

use crate::clock::SystemClock;
use crate::dialect::{self, Connection, OptionalExtension, Result, params};
use crate::doctor::{Expectations, Finding};

const NEWEST: &str = "SELECT bucket, updated FROM bucket_head ORDER BY updated DESC LIMIT 1";
const LAST_SEAL: &str = "SELECT number, at FROM seal ORDER BY number DESC LIMIT 1";
const FOLLOWERS: &str =
    "SELECT f.follower, sum(h.position - f.position), max(f.failures), min(coalesce(e.at, 0)), max(f.error)
    FROM follower f
    JOIN bucket_head h ON h.bucket = f.bucket AND h.position > f.position
    LEFT JOIN feed e ON e.bucket = f.bucket AND e.position = f.position + 1
    GROUP BY f.follower ORDER BY f.follower";
const DEAD_LETTERS: &str =
    "SELECT follower, count(*), min(at), max(error) FROM dead_letter GROUP BY follower ORDER BY follower";
const LETTERS: &str = "SELECT channel, count(*), min(at), max(error) FROM outbox WHERE state = 3 GROUP BY channel ORDER BY channel";
const LINES: &str = "SELECT number, at, run, until FROM line WHERE number > 1 ORDER BY number";

type Look = fn(&Connection, &Expectations, &dyn SystemClock, &mut Vec<Finding>) -> Result<()>;

/// Every look, by what it is about.
pub(super) const LOOKS: [(&str, Look); 5] = [
    ("clock", clock),
    ("seal", seal),
    ("follower", followers),
    ("letter", letters),
    ("line", lines),
];

/// Compares the schema; false when this release cannot look further.
pub(super) fn schema(connection: &Connection, found: &mut Vec<Finding>) -> bool {
    match dialect::schema(connection) {
        Ok((schema, known)) if schema > known => found.push(Finding::fault(
            "schema",
            format!("the record has schema {schema}, this release knows {known}: a later release wrote it"),
            "use the release that wrote it; a record does not go back",
        )),
        Ok((schema, known)) if schema < known => found.push(Finding::warning(
            "schema",
            format!("the record has schema {schema}, this release brings {known}"),
            "back up with the release that wrote it, then start `sarsen serve` of this release once",
        )),
        Ok(_) => return true,
        Err(error) => found.push(Finding::fault(
            "schema",
            format!("the schema cannot be read: {error}"),
            "restore the newest backup into a new folder",
        )),
    }
    false
}

fn clock(
    connection: &Connection,
    expected: &Expectations,
    clock: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let newest: Option<(u16, i64)> = connection
        .prepare(NEWEST)?
        .query_row(params![], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((bucket, updated)) = newest else {
        return Ok(());
    };
    let ahead = updated - clock.now().as_microsecond();
    if ahead > micros(expected.skew) {
        found.push(Finding::fault(
            "clock",
            format!(
                "bucket {bucket} holds a commit of {}, which is {} ahead of this machine's clock",
                crate::instant(crate::writer::write::timestamp(updated)),
                words(ahead)
            ),
            "set the clock (is a time service running?). Nothing is lost: until the clock has caught up, commits there bear \
             times that only rise by a microsecond each",
        ));
    }
    Ok(())
}

fn seal(
    connection: &Connection,
    expected: &Expectations,
    clock: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let newest: Option<i64> = connection
        .prepare(NEWEST)?
        .query_row(params![], |row| row.get(1))
        .optional()?;
    let sealed: Option<(u64, i64)> = connection
        .prepare(LAST_SEAL)?
        .query_row(params![], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (number, at) = sealed.unwrap_or((0, 0));
    let Some(newest) = newest.filter(|newest| *newest > at) else {
        return Ok(());
    };
    let waiting = clock.now().as_microsecond() - newest.max(at);
    if waiting > micros(expected.seal_age) {
        found.push(Finding::warning(
            "seal",
            format!(
                "commits have waited {} for a seal; the last is number {number}: they are consistent, but not proven",
                words(waiting)
            ),
            "is `sarsen serve` running? it seals every minute and when it ends; its log says why a seal was not written",
        ));
    }
    Ok(())
}

fn followers(
    connection: &Connection,
    expected: &Expectations,
    clock: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let mut statement = connection.prepare(FOLLOWERS)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let (name, behind): (String, i64) = (row.get(0)?, row.get(1)?);
        let (failures, oldest): (i64, i64) = (row.get(2)?, row.get(3)?);
        let error: Option<String> = row.get(4)?;
        let waiting = clock.now().as_microsecond() - oldest;
        if waiting <= micros(expected.lag) {
            continue;
        }
        let why = match error {
            Some(error) if failures > 0 => format!("; it failed {failures} times, last with: {error}"),
            _ => String::new(),
        };
        found.push(Finding::warning(
            "follower",
            format!(
                "{name} is {behind} entries behind; the oldest has waited {}{why}",
                words(waiting)
            ),
            "is `sarsen serve` running? when an entry fails again and again it becomes a dead letter, to be replayed once \
             the cause is removed",
        ));
    }
    Ok(())
}

fn letters(
    connection: &Connection,
    _: &Expectations,
    clock: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let kinds = [
        (
            DEAD_LETTERS,
            "entries were given up by",
            "remove the cause, then replay or drop them on the followers' page",
        ),
        (
            LETTERS,
            "letters are held on channel",
            "find out whether the receiver has them; then release or drop them",
        ),
    ];
    for (text, what, next) in kinds {
        let mut statement = connection.prepare(text)?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            let (name, count, oldest): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let error: Option<String> = row.get(3)?;
            let waiting = clock.now().as_microsecond() - oldest;
            found.push(Finding::warning(
                "letter",
                format!(
                    "{count} {what} {name}, the oldest {} ago ({})",
                    words(waiting),
                    error.unwrap_or_default()
                ),
                next,
            ));
        }
    }
    Ok(())
}

/// Restores are told, so that nobody takes the store for what it is not.
fn lines(
    connection: &Connection,
    _: &Expectations,
    _: &dyn SystemClock,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let mut statement = connection.prepare(LINES)?;
    let mut rows = statement.query(params![])?;
    while let Some(row) = rows.next()? {
        let (number, at, run): (u64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let until: Option<i64> = row.get(3)?;
        let time = |at| crate::instant(crate::writer::write::timestamp(at));
        let moment = until.map_or(String::new(), |until| format!(", to the moment {}", time(until)));
        found.push(Finding::note(
            "line",
            format!(
                "line {number} began with a restore of run {run} at {}{moment}",
                time(at)
            ),
        ));
    }
    Ok(())
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// A time in words, to two places that matter.
pub(super) fn words(microseconds: i64) -> String {
    let seconds = microseconds.max(0) / 1_000_000;
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", seconds / 60),
        7200..172_800 => format!("{} hours", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
